//! What the tests have in common.

use belvo_types::api::Link;
use belvo_types::{Decoded, decode};
use serde_json::{Value, json};

/// Reads a value of which nothing is set aside.
#[track_caller]
pub(crate) fn read<T: provider_wire::Value>(value: &Value) -> T {
    let Decoded { value, malformed, .. } = decode::<T>(value.to_string().as_bytes()).expect("it is JSON");
    assert!(malformed.is_empty(), "{malformed:?}");
    value
}

/// A valid link of the user `user-1`.
pub(crate) fn link(id: &str, over: Value) -> Link {
    let mut link = json!({
        "id": id, "institution": "ofmockbank_br_retail", "access_mode": "recurrent", "status": "valid",
        "external_id": "user-1", "created_at": "2024-02-02T13:11:42.593032Z",
    });
    let Value::Object(over) = over else { unreachable!("the test gives an object") };
    link.as_object_mut().expect("a link is an object").extend(over);
    read(&link)
}

pub(crate) fn ids<'l>(links: impl IntoIterator<Item = &'l Link>) -> Vec<&'l str> {
    links.into_iter().map(|link| link.id.as_ref().expect("each link has an id").as_str()).collect()
}
