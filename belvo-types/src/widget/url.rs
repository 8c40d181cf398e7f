use bon::bon;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::api::{AccessMode, Resource};
use crate::{ConsentId, ExternalId, InstitutionName, LinkId, Secret};

/// Where the widget stands.
pub const WIDGET: &str = "https://widget.belvo.io/";

/// The widget as a script for a page of your own.
pub const WIDGET_SCRIPT: &str = "https://cdn.belvo.io/belvo-widget-1-stable.js";

/// Where users look after their consents.
pub const PORTAL: &str = "https://meuportal.belvo.com/";

/// All but RFC 3986's unreserved characters.
const RESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Address of the widget for one user. Holds a token: it shows in no `Debug`, and belongs into no log.
///
/// ```
/// use belvo_types::widget::WidgetUrl;
///
/// let url = WidgetUrl::builder("the.access.token").locale("pt").institutions(["ofmockbank_br_retail"]).build();
/// assert_eq!(
///     url.expose(),
///     "https://widget.belvo.io/?access_token=the.access.token&locale=pt&institutions=ofmockbank_br_retail"
/// );
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct WidgetUrl(Secret);

/// Address of My Belvo Portal, where users look after and renew their consents. Holds a token: it shows in no
/// `Debug`, and belongs into no log.
///
/// ```
/// use belvo_types::widget::PortalUrl;
///
/// let url = PortalUrl::landing("the.access.token");
/// assert_eq!(url.expose(), "https://meuportal.belvo.com/?access_token=the.access.token&mode=landing");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PortalUrl(Secret);

impl WidgetUrl {
    /// The URL in the clear: for the user it is about.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

#[bon]
impl WidgetUrl {
    /// Builds the address.
    #[builder]
    #[expect(clippy::needless_pass_by_value, reason = "the builder owns what it was given")]
    pub fn new(
        /// The `access` token of [`WidgetToken`](crate::api::WidgetToken).
        #[builder(start_fn, into)]
        access_token: Secret,
        /// Another base address than [`WIDGET`], such as that of a mock.
        #[builder(into)]
        base_url: Option<String>,
        /// `pt`, `es` or `en`.
        #[builder(into)]
        locale: Option<String>,
        /// Single or recurrent.
        access_mode: Option<AccessMode>,
        /// Your own id of the user.
        external_id: Option<ExternalId>,
        /// Only these institutions, by name.
        #[builder(with = |names: impl IntoIterator<Item = impl Into<InstitutionName>>| names.into_iter().map(Into::into).collect())]
        institutions: Option<Vec<InstitutionName>>,
        /// Only these types: `retail`, `business`, `fiscal`, `employment`.
        #[builder(with = |types: impl IntoIterator<Item = impl Into<String>>| types.into_iter().map(Into::into).collect())]
        institution_types: Option<Vec<String>>,
        /// Only these countries, `BR`.
        #[builder(with = |codes: impl IntoIterator<Item = impl Into<String>>| codes.into_iter().map(Into::into).collect())]
        country_codes: Option<Vec<String>>,
        /// What is retrieved.
        #[builder(with = FromIterator::from_iter)]
        resources: Option<Vec<Resource>>,
        /// How users log in: `credentials`, `openfinance`.
        #[builder(into)]
        integration_type: Option<String>,
        /// Whether to ask before the widget closes.
        show_close_dialog: Option<bool>,
        /// Whether to ask why the user leaves.
        show_abandon_survey: Option<bool>,
        /// `webapp`, of older versions for Open Finance.
        #[builder(into)]
        mode: Option<String>,
    ) -> Self {
        let institutions = institutions.map(|names| list(names.iter().map(InstitutionName::as_str)));
        let resources = resources.map(|resources| list(resources.iter().map(Resource::as_str)));
        let base_url = base_url.as_deref().unwrap_or(WIDGET);
        Self(address(
            base_url,
            [
                ("access_token", Some(access_token.expose())),
                ("locale", locale.as_deref()),
                ("access_mode", access_mode.as_ref().map(AccessMode::as_str)),
                ("external_id", external_id.as_ref().map(ExternalId::as_str)),
                ("institutions", institutions.as_deref()),
                ("institution_types", institution_types.map(|types| types.join(",")).as_deref()),
                ("country_codes", country_codes.map(|codes| codes.join(",")).as_deref()),
                ("resources", resources.as_deref()),
                ("integration_type", integration_type.as_deref()),
                ("show_close_dialog", show_close_dialog.map(word)),
                ("show_abandon_survey", show_abandon_survey.map(word)),
                ("mode", mode.as_deref()),
            ],
        ))
    }
}

impl PortalUrl {
    /// The URL in the clear: for the user it is about.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The page with all consents of the user.
    #[must_use]
    pub fn landing(access_token: impl Into<Secret>) -> Self {
        let token = access_token.into();
        Self(address(PORTAL, [("access_token", Some(token.expose())), ("mode", Some("landing"))]))
    }
}

#[bon]
impl PortalUrl {
    /// The page on which one consent is renewed; what it takes comes in the webhook that a consent ends soon.
    #[builder(finish_fn = build)]
    #[expect(clippy::needless_pass_by_value, reason = "the builder owns what it was given")]
    pub fn renew(
        /// The `access` token of [`WidgetToken`](crate::api::WidgetToken).
        #[builder(start_fn, into)]
        access_token: Secret,
        /// The link of the consent.
        #[builder(start_fn, into)]
        link_id: LinkId,
        /// The consent.
        #[builder(start_fn, into)]
        consent_id: ConsentId,
        /// Another base address than [`PORTAL`], such as that of a mock.
        #[builder(into)]
        base_url: Option<String>,
        /// The institution, by its name in the API.
        #[builder(into)]
        institution: Option<InstitutionName>,
        /// The institution's name for people.
        #[builder(into)]
        institution_display_name: Option<String>,
        /// URL of the institution's small logo.
        #[builder(into)]
        institution_icon_logo: Option<String>,
    ) -> Self {
        Self(address(
            base_url.as_deref().unwrap_or(PORTAL),
            [
                ("access_token", Some(access_token.expose())),
                ("link_id", Some(link_id.as_str())),
                ("consent_id", Some(consent_id.as_str())),
                ("institution", institution.as_ref().map(InstitutionName::as_str)),
                ("institution_display_name", institution_display_name.as_deref()),
                ("institution_icon_logo", institution_icon_logo.as_deref()),
                ("action", Some("renew")),
            ],
        ))
    }
}

fn word(yes: bool) -> &'static str {
    if yes { "true" } else { "false" }
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(",")
}

fn address<'a>(base_url: &str, parameters: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> Secret {
    let mut url = base_url.to_owned();
    let mut separator = '?';
    for (name, value) in parameters {
        if let Some(value) = value {
            url.push(separator);
            url.push_str(name);
            url.push('=');
            url.extend(utf8_percent_encode(value, &RESERVED));
            separator = '&';
        }
    }
    url.into()
}
