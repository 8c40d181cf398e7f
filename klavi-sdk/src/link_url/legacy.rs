//! The Link URL of the first generation.

use bon::bon;
use klavi_types::api::{FieldRules as _, InvalidRequest};
use klavi_types::{Cpf, InstitutionCode, Secret, Text};
use provider_wire::Check;

use super::{Address, pairs, segment};

/// Where the Link pages of the first generation stand. Source: docs.klavi.ai, first quick start.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum LegacyLinkHost {
    /// Logins for tests: `openbanking-sandbox.klavi.ai`.
    Sandbox,
    /// Real banks, for acceptance (homologação): `openbanking-dev.klavi.ai`.
    Homologation,
    /// A base URL, with a path or without: `https`, or `http` to loopback. That of production Klavi gives.
    Custom(String),
}

impl LegacyLinkHost {
    /// The address that path and query are put after.
    #[must_use]
    pub fn base_url(&self) -> &str {
        match self {
            Self::Sandbox => "https://openbanking-sandbox.klavi.ai",
            Self::Homologation => "https://openbanking-dev.klavi.ai",
            Self::Custom(base_url) => base_url,
        }
    }
}

/// The partner code, and where it stands in the URL. No page that can be read shows the place: take it from the
/// URL that Klavi gave you. `Debug` shows no code.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PartnerCode {
    /// The last segment of the path.
    Segment(Text),
    /// A parameter of the query, before your own.
    Parameter {
        /// Its name.
        name: String,
        /// The code.
        code: Text,
    },
}

/// Address of the Link page of the first generation, where the user logs in to the bank (Open Data).
/// Source: docs.klavi.ai, first quick start. New partners take [`BasicLinkUrl`](crate::BasicLinkUrl).
///
/// Parameters stand in the order of that page, your own behind them; those come back with the report. What is
/// given is checked, an empty text counts as absent. The URL may hold a tax id: it shows in no `Debug`, and belongs
/// into no log.
///
/// ```
/// use klavi_sdk::{LegacyLinkHost, LegacyLinkUrl, PartnerCode};
///
/// let url = LegacyLinkUrl::builder(LegacyLinkHost::Sandbox, "user-7")
///     .partner_code(PartnerCode::Segment("partner-1".into()))
///     .bank_id("341")
///     .callback_url("https://partner.example/done")
///     .cancel_url("https://partner.example/cancelled")
///     .parameter("session", "42")
///     .build()?;
/// assert_eq!(
///     url.expose(),
///     "https://openbanking-sandbox.klavi.ai/partner-1?uuid=user-7&bank_id=341\
///      &callback_url=https%3A%2F%2Fpartner.example%2Fdone&cancel_url=https%3A%2F%2Fpartner.example%2Fcancelled\
///      &session=42"
/// );
///
/// let error = LegacyLinkUrl::builder(LegacyLinkHost::Sandbox, "user-7").build().unwrap_err();
/// assert!(error.names("callback_url") && error.names("cancel_url"));
/// # Ok::<(), klavi_sdk::klavi_types::api::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LegacyLinkUrl(Secret);

impl LegacyLinkUrl {
    /// The URL in the clear: for the user it is about.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

#[bon]
impl LegacyLinkUrl {
    /// Builds the URL; `build()` checks it and names every broken field.
    #[builder(on(String, into))]
    #[expect(clippy::needless_pass_by_value, reason = "the builder owns what it was given")]
    pub fn new(
        /// Where the page stands.
        #[builder(start_fn)]
        host: LegacyLinkHost,
        /// Your id of the user; comes back in the report.
        #[builder(start_fn)]
        uuid: String,
        #[builder(field)] parameters: Vec<(String, String)>,
        /// The partner code, unless the base URL holds it already.
        partner_code: Option<PartnerCode>,
        /// CPF of the user, with or without punctuation; else the user types it.
        cpf: Option<String>,
        /// Pins the bank: `"001"`, `"341"`.
        #[builder(into)]
        bank_id: Option<InstitutionCode>,
        /// Where the user goes on leaving; may be an app's scheme. Required outside an iframe. As it is, not encoded.
        callback_url: Option<String>,
        /// Where the user goes on cancelling; may be an app's scheme. Required outside an iframe. As it is, not
        /// encoded.
        cancel_url: Option<String>,
        /// Only to update a connection: the key from an earlier report. Skips the choice of a bank and the login.
        #[builder(into)]
        connection_key: Option<Secret>,
        /// The page stands in an iframe, which tells by `postMessage` what the user did
        /// (`klavi_types::legacy::LinkMessage`), so that both URLs may be left out.
        #[builder(default)]
        in_iframe: bool,
    ) -> Result<Self, InvalidRequest> {
        let mut check = Check::default();
        check.require("uuid", !uuid.is_empty());
        let cpf: Option<Cpf> = check.parse("cpf", cpf);
        let bank_id = bank_id.filter(|code| !code.as_str().is_empty());
        let callback_url = check.redirect("callback_url", callback_url);
        let cancel_url = check.redirect("cancel_url", cancel_url);
        if !in_iframe {
            check.require("callback_url", callback_url.is_some());
            check.require("cancel_url", cancel_url.is_some());
        }
        let connection_key = connection_key.filter(|key| !key.is_empty());
        let (path, code) = match &partner_code {
            None => (String::new(), None),
            Some(PartnerCode::Segment(code)) => (segment(&mut check, "partner_code", code.as_str()), None),
            Some(PartnerCode::Parameter { name, code }) => {
                check.require("partner_code", !code.is_empty());
                (String::new(), Some((name.as_str(), code.as_str())))
            }
        };
        Address::new(host.base_url())
            .path(path)
            .parameters([
                ("uuid", Some(uuid.as_str())),
                ("cpf", cpf.as_ref().map(Cpf::as_str)),
                ("bank_id", bank_id.as_ref().map(InstitutionCode::as_str)),
                ("callback_url", callback_url.as_deref()),
                ("cancel_url", cancel_url.as_deref()),
                ("connection_key", connection_key.as_ref().map(Secret::expose)),
            ])
            .own(&mut check, code.into_iter().chain(pairs(&parameters)))
            .finish(check)
            .map(Self)
    }
}

impl<S: legacy_link_url_builder::State> LegacyLinkUrlBuilder<S> {
    /// Adds a parameter of your own, such as a session id; comes back with the report (as `query_param`, observed).
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }
}
