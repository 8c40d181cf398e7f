//! Portuguese and English.

use url::form_urlencoded;

use crate::Input;

/// The language of a page: Portuguese, unless its address asks for English. The browser's own wish does not count,
/// Klavi's pages are Portuguese.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// That of Brazil.
    Portuguese,
    /// The other one.
    English,
}

impl Lang {
    /// `lang=en` in the query or the form.
    pub fn of(input: &Input) -> Self {
        if input.get("lang").eq_ignore_ascii_case("en") { Self::English } else { Self::Portuguese }
    }

    /// For `lang` in HTML.
    pub fn tag(self) -> &'static str {
        self.say("pt-BR", "en")
    }

    /// The text in this language.
    pub fn say<'a>(self, portuguese: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Portuguese => portuguese,
            Self::English => english,
        }
    }

    /// The language that a page offers beside its own.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Portuguese => Self::English,
            Self::English => Self::Portuguese,
        }
    }

    /// An address of the mock that keeps the language.
    pub fn address(self, path: &str, parameters: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters);
        if self == Self::English {
            query.append_pair("lang", "en");
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}
