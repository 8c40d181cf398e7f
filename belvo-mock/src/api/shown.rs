use serde_json::Value;

use super::query::Query;

/// Leaves of an object what `fields` keeps and `omit` does not take away: members of its first level.
pub(super) fn shown(query: &Query, mut object: Value) -> Value {
    if let Value::Object(members) = &mut object {
        if let Some(kept) = query.list("fields") {
            members.retain(|name, _| kept.contains(&name.as_str()));
        }
        if let Some(omitted) = query.list("omit") {
            members.retain(|name, _| !omitted.contains(&name.as_str()));
        }
    }
    object
}
