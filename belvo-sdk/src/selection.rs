//! Which fields of an answer are wanted.

use provider_call::Call;

/// First-level fields to leave out, or to have alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    omit: Option<String>,
    fields: Option<String>,
}

impl Selection {
    pub(crate) fn omit<T: AsRef<str>>(self, fields: impl IntoIterator<Item = T>) -> Self {
        Self { omit: Some(joined(fields)), ..self }
    }

    pub(crate) fn only<T: AsRef<str>>(self, fields: impl IntoIterator<Item = T>) -> Self {
        Self { fields: Some(joined(fields)), ..self }
    }

    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let omit = self.omit.as_deref().map(|fields| ("omit", fields));
        omit.into_iter().chain(self.fields.as_deref().map(|fields| ("fields", fields)))
    }

    pub(crate) fn put<'a>(&'a self, call: Call<'a>) -> Call<'a> {
        self.parameters().fold(call, |call, (name, value)| call.query(name, value))
    }

    /// Whether the answer has this field, if Belvo sends it at all.
    pub(crate) fn has(&self, field: &str) -> bool {
        let names = |fields: &str| fields.split(',').any(|name| name == field);
        self.fields.as_deref().is_none_or(names) && !self.omit.as_deref().is_some_and(names)
    }
}

fn joined<T: AsRef<str>>(fields: impl IntoIterator<Item = T>) -> String {
    fields.into_iter().map(|field| field.as_ref().to_owned()).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_there_unless_it_is_left_out() {
        let all = Selection::default();
        assert!(all.has("id"));
        assert!(all.clone().only(["id", "status"]).has("id"));
        assert!(!all.clone().only(["id", "status"]).has("external_id"));
        assert!(!all.clone().omit(["external_id"]).has("external_id"));
        assert!(!all.clone().only(["id"]).omit(["id"]).has("id"));
        assert!(!all.only(["external_ids"]).has("external_id"));
    }
}
