use crate::pages::BRAND;
use maud::{Markup, html};

use crate::external_id::{self, Verdict};
use crate::instance::{Instance, NewLink, Shut};
use crate::institutions::{self, Institution};
use crate::store::{AccessMode, CredentialsStorage, Secret, Token};
use html_kit::Input;
use html_kit::Lang;
use html_kit::Page;

/// A user on the way through the widget: what each page hands on to the next.
pub(super) struct Visit {
    pub(super) lang: Lang,
    pub(super) access: String,
    pub(super) token: Token,
    pub(super) institution: Option<&'static Institution>,
    access_mode: String,
    external_id: String,
}

impl Visit {
    /// Of a token that still opens the widget.
    pub(super) fn of(mock: &Instance, input: &Input) -> Result<Self, Shut> {
        let access = input.get("access_token").to_owned();
        let token = mock.open_token(&access)?;
        Ok(Self {
            lang: lang(input),
            access,
            token,
            institution: institutions::find(input.get("institution")),
            access_mode: input.get("access_mode").to_owned(),
            external_id: input.get("external_id").to_owned(),
        })
    }

    pub(super) fn address(&self, path: &str, more: &[(&str, &str)]) -> String {
        let parameters: Vec<_> = self.parameters().chain(more.iter().copied()).collect();
        self.lang.address(path, &parameters)
    }

    fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = [
            ("access_token", self.access.as_str()),
            ("institution", self.institution.map_or("", |institution| institution.name)),
            ("access_mode", &self.access_mode),
            ("external_id", &self.external_id),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty())
    }

    /// The same for a form.
    pub(super) fn hidden(&self) -> Markup {
        html! {
            @for (name, value) in self.parameters() { input type="hidden" name=(name) value=(value); }
            input type="hidden" name="lang" value=(self.lang.tag());
        }
    }

    pub(super) fn page<'a>(&self, title: &'a str, path: &str, step: usize) -> Page<'a> {
        let parameters: Vec<_> = self.parameters().collect();
        let lang = self.lang;
        let names = [
            lang.say("Instituição", "Institution"),
            lang.say("Acesso", "Access"),
            lang.say("Confirmação", "Confirmation"),
        ];
        Page::new(lang, title, BRAND).step((names, step)).at(path, &parameters)
    }

    /// The link that is made, by the settings of token and address.
    pub(super) fn new_link(
        &self,
        institution: &'static Institution,
        username: &str,
        password: &str,
    ) -> NewLink {
        let access_mode = AccessMode::from_word(&self.access_mode).unwrap_or(AccessMode::Recurrent);
        let storage = match access_mode {
            AccessMode::Recurrent => CredentialsStorage::Store,
            AccessMode::Single => self.token.credentials_storage.unwrap_or(CredentialsStorage::Days(365)),
        };
        let given =
            (external_id::judge(&self.external_id) == Verdict::Kept).then(|| self.external_id.clone());
        let resources = self.token.fetch_resources.iter().copied();
        NewLink {
            institution,
            username: Secret::new(username),
            password: Secret::new(password),
            token: None,
            external_id: given.or_else(|| self.token.external_id.clone()),
            access_mode,
            credentials_storage: storage,
            stale_in: Some(self.token.stale_in.clone().unwrap_or_else(|| "365d".to_owned())),
            fetch_resources: resources.filter(|resource| institution.resources.contains(resource)).collect(),
        }
    }
}

/// `locale` where Belvo's address is opened, `lang` from then on.
pub(super) fn lang(input: &Input) -> Lang {
    if input.get("locale").eq_ignore_ascii_case("en") { Lang::English } else { Lang::of(input) }
}
