use url::form_urlencoded;

use super::input::Input;

/// The language of a page: Portuguese, unless its address asks for English. The browser's own wish does not count,
/// Klavi's pages are Portuguese.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lang {
    Portuguese,
    English,
}

impl Lang {
    /// `lang=en` in the query or the form.
    pub(crate) fn of(input: &Input) -> Self {
        if input.get("lang").eq_ignore_ascii_case("en") { Self::English } else { Self::Portuguese }
    }

    /// For `lang` in HTML.
    pub(crate) fn tag(self) -> &'static str {
        self.say("pt-BR", "en")
    }

    pub(crate) fn say<'a>(self, portuguese: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Portuguese => portuguese,
            Self::English => english,
        }
    }

    pub(crate) fn other(self) -> Self {
        match self {
            Self::Portuguese => Self::English,
            Self::English => Self::Portuguese,
        }
    }

    /// An address of the mock that keeps the language.
    pub(crate) fn address(self, path: &str, parameters: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters);
        if self == Self::English {
            query.append_pair("lang", "en");
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}
