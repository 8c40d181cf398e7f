//! Which fields of an answer are wanted.

use crate::api::Request;

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

    pub(crate) fn put<'a>(&'a self, request: Request<'a>) -> Request<'a> {
        self.parameters().fold(request, |request, (name, value)| request.query(name, value))
    }
}

fn joined<T: AsRef<str>>(fields: impl IntoIterator<Item = T>) -> String {
    fields.into_iter().map(|field| field.as_ref().to_owned()).collect::<Vec<_>>().join(",")
}
