use provider_wire::{Check, Json};

/// Rules of Klavi's fields, beside those that hold for any provider.
///
/// Public for `klavi-sdk`, whose URLs obey the same rules; no part of what this crate promises.
pub trait FieldRules {
    /// An optional e-mail address. An empty text counts as absent.
    fn email(&mut self, text: Option<String>) -> Option<String>;

    /// An optional URL for a browser or app. An empty text counts as absent.
    fn redirect(&mut self, field: &'static str, text: Option<String>) -> Option<String>;

    /// An optional URL that reports can be sent to. An empty text counts as absent.
    fn callback(&mut self, field: &'static str, text: Option<String>) -> Option<String>;

    /// Content of the partner's own: an object.
    fn external_info(&mut self, info: Option<Json>) -> Option<Json>;
}

impl FieldRules for Check {
    fn email(&mut self, text: Option<String>) -> Option<String> {
        let text = text.filter(|text| !text.is_empty())?;
        // Enough to catch a name or phone in the wrong field; whether the address exists only mail can tell.
        let shaped = text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.contains('@')
        });
        if !shaped || text.contains(char::is_whitespace) {
            self.problem("email", "not an e-mail address");
        }
        Some(text)
    }

    fn redirect(&mut self, field: &'static str, text: Option<String>) -> Option<String> {
        let text = text.filter(|text| !text.is_empty())?;
        if !crate::url_rule::is_redirect(&text) {
            self.problem(field, "not an absolute URL that a browser or app can open");
        }
        Some(text)
    }

    fn callback(&mut self, field: &'static str, text: Option<String>) -> Option<String> {
        let text = text.filter(|text| !text.is_empty())?;
        if !crate::url_rule::is_callback(&text) {
            self.problem(field, "not an absolute https URL (http only to this machine)");
        }
        Some(text)
    }

    fn external_info(&mut self, info: Option<Json>) -> Option<Json> {
        if info.as_ref().is_some_and(|info| !info.get().starts_with('{')) {
            self.problem("externalInfo", "not a JSON object");
        }
        info
    }
}
