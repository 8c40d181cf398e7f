//! The Basic WhiteLabel URL.

use bon::bon;
use klavi_types::api::{FieldRules as _, InvalidRequest};
use klavi_types::{Cnpj, Cpf, InstitutionCode, PartnerAppId, Phone, Secret};
use provider_wire::Check;

use super::{Address, pairs, segment};

/// Where Klavi's WhiteLabel pages stand. Which one is yours Klavi's staff says, together with your app id.
///
/// No page names the hosts of newer partners (those since 22 November 2024) other than the sandbox: give them as
/// [`Custom`](Self::Custom).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum WhiteLabelHost {
    /// `conecte-sandbox.klavi.ai`. Source: docs.klavi.ai/connect/basic-whitelabel.
    Sandbox,
    /// `open-sandbox.klavi.ai`, of older partners. Source: docs.klavi.ai/link/basic-whitelabel.
    OlderSandbox,
    /// `open-testing.klavi.ai`, of older partners (observed).
    OlderTesting,
    /// `open.klavi.ai`, of older partners (observed).
    OlderProduction,
    /// A base URL without `/data/v1`, such as that of `klavi mock`: `https`, or `http` to loopback.
    Custom(String),
}

impl WhiteLabelHost {
    /// The address that the path is put after.
    #[must_use]
    pub fn base_url(&self) -> &str {
        match self {
            Self::Sandbox => "https://conecte-sandbox.klavi.ai",
            Self::OlderSandbox => "https://open-sandbox.klavi.ai",
            Self::OlderTesting => "https://open-testing.klavi.ai",
            Self::OlderProduction => "https://open.klavi.ai",
            Self::Custom(base_url) => base_url,
        }
    }
}

/// Address of the Basic WhiteLabel page: no API call, no token, may be sent to users as it is.
/// Source: docs.klavi.ai/connect/basic-whitelabel.
///
/// Parameters stand in the order of that page, your own behind them. All are optional; what is given is checked
/// like the field of [`CreateLink`](klavi_types::api::CreateLink) that it stands for, an empty text counts as
/// absent. The URL may hold a tax id: it shows in no `Debug`, and belongs into no log.
///
/// ```
/// use klavi_sdk::{BasicLinkUrl, WhiteLabelHost};
///
/// let url = BasicLinkUrl::builder(WhiteLabelHost::Sandbox, "your-app-id")
///     .personal_tax_id("123.456.789-09")
///     .redirect_url("app://redirect?user=7")
///     .parameter("utm_source", "e-mail")
///     .build()?;
/// assert_eq!(
///     url.expose(),
///     "https://conecte-sandbox.klavi.ai/data/v1/basic-links/your-app-id?personal_tax_id=12345678909\
///      &redirect_url=app%3A%2F%2Fredirect%3Fuser%3D7&utm_source=e-mail"
/// );
///
/// let broken = BasicLinkUrl::builder(WhiteLabelHost::Sandbox, "").phone("11 91234-5678").build();
/// let error = broken.unwrap_err();
/// assert!(error.names("yourAppId") && error.names("phone"));
/// # Ok::<(), klavi_sdk::klavi_types::api::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct BasicLinkUrl(Secret);

impl BasicLinkUrl {
    /// The URL in the clear: for the user it is about.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

#[bon]
impl BasicLinkUrl {
    /// Builds the URL; `build()` checks it and names every broken field.
    #[builder(on(String, into))]
    #[expect(clippy::needless_pass_by_value, reason = "the builder owns what it was given")]
    pub fn new(
        /// Where the page stands.
        #[builder(start_fn)]
        host: WhiteLabelHost,
        /// `yourAppId`: the code that Klavi's staff gave your application.
        #[builder(start_fn, into)]
        app_id: PartnerAppId,
        #[builder(field)] parameters: Vec<(String, String)>,
        /// CPF of the end user, with or without punctuation; the user need not type it then.
        personal_tax_id: Option<String>,
        /// CNPJ of the company, with or without punctuation.
        business_tax_id: Option<String>,
        /// The end user's e-mail address.
        email: Option<String>,
        /// The end user's phone, `+55` and 10 or 11 digits.
        phone: Option<String>,
        /// Preselects the institution, so that the user need not choose.
        #[builder(into)]
        institution_code: Option<InstitutionCode>,
        /// Where the browser goes at the end; may be an app's scheme. As it is, not encoded.
        redirect_url: Option<String>,
        /// Where all reports go: one URL, Open Finance only. As it is, not encoded.
        products_callback_url: Option<String>,
        /// App link that is opened after the bank's authorisation. Only in the older documentation,
        /// docs.klavi.ai/link/integration-whitelabel-using-app2app-flow. As it is, not encoded.
        application_link: Option<String>,
    ) -> Result<Self, InvalidRequest> {
        let mut check = Check::default();
        let path = format!("/data/v1/basic-links{}", segment(&mut check, "yourAppId", app_id.as_str()));
        let personal_tax_id: Option<Cpf> = check.parse("personal_tax_id", personal_tax_id);
        let business_tax_id: Option<Cnpj> = check.parse("business_tax_id", business_tax_id);
        let email = check.email(email);
        let phone: Option<Phone> = check.parse("phone", phone);
        let institution_code = institution_code.filter(|code| !code.as_str().is_empty());
        let redirect_url = check.redirect("redirect_url", redirect_url);
        let products_callback_url = check.callback("products_callback_url", products_callback_url);
        let application_link = check.redirect("application_link", application_link);
        Address::new(host.base_url())
            .path(path)
            .parameters([
                ("personal_tax_id", personal_tax_id.as_ref().map(Cpf::as_str)),
                ("business_tax_id", business_tax_id.as_ref().map(Cnpj::as_str)),
                ("email", email.as_deref()),
                ("phone", phone.as_ref().map(Phone::as_str)),
                ("institution_code", institution_code.as_ref().map(InstitutionCode::as_str)),
                ("redirect_url", redirect_url.as_deref()),
                ("products_callback_url", products_callback_url.as_deref()),
                ("application_link", application_link.as_deref()),
            ])
            .own(&mut check, pairs(&parameters))
            .finish(check)
            .map(Self)
    }
}

impl<S: basic_link_url_builder::State> BasicLinkUrlBuilder<S> {
    /// Adds a parameter by its name, unchecked. The table in Klavi's page goes on where our copy ends; by analogy
    /// there are `external_info` and `connection_key`.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }
}
