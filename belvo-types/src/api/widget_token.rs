//! The token with which a user's browser opens Belvo's pages.

use std::fmt;
use std::time::Duration;

use bon::{Builder, bon};
use provider_wire::{Check, open_enum, record};
use serde::{Serialize, Serializer};

use super::change_link::stale_in;
use super::register_link::check_external_id;
use super::{CredentialsStorage, InvalidRequest, Resource, StaleIn};
use crate::{ExternalId, LinkId, Secret, Text};

/// How long a widget token can be used. It ends before that with the link it was made for.
pub const WIDGET_TOKEN_LIFETIME: Duration = Duration::from_secs(10 * 60);

/// The longest text that a consent shows as its purpose.
const MAX_PURPOSE_CHARS: usize = 600;

/// What a widget token may do.
#[open_enum(rename_all = "snake_case")]
pub enum Scope {
    /// Show the institutions.
    ReadInstitutions,
    /// Make links.
    WriteLinks,
    /// Read the link that is updated.
    ReadLinks,
    /// Read consents.
    ReadConsents,
    /// Make consents.
    WriteConsents,
    /// Take the user back from the bank.
    WriteConsentCallback,
    /// Revoke consents.
    DeleteConsents,
}

/// What a widget token may do, all of it. Belvo takes exactly the lists below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// Links by credentials, in any country.
    pub fn multi_region() -> Self {
        Self(vec![Scope::ReadInstitutions, Scope::WriteLinks])
    }

    /// Links of Open Finance in Brazil.
    pub fn open_finance_brazil() -> Self {
        Self(vec![
            Scope::ReadInstitutions,
            Scope::WriteLinks,
            Scope::ReadConsents,
            Scope::WriteConsents,
            Scope::WriteConsentCallback,
            Scope::DeleteConsents,
        ])
    }

    /// The page on which users look after their consents.
    pub fn my_belvo_portal() -> Self {
        Self(vec![Scope::ReadConsents, Scope::WriteConsents, Scope::WriteConsentCallback])
    }

    /// These and one more.
    #[must_use]
    pub fn and(mut self, scope: Scope) -> Self {
        if !self.0.contains(&scope) {
            self.0.push(scope);
        }
        self
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.0.iter().map(Scope::as_str).collect();
        f.write_str(&words.join(","))
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Body of `POST /api/token/`, but for the keys, which the client adds. One token for each user and attempt.
/// Source: developers.belvo.com, connect widget.
///
/// ```
/// use belvo_types::api::{CallbackUrls, CreateWidgetToken, Scopes, Widget};
///
/// let callbacks = CallbackUrls::builder().success("app://linked").exit("app://left").build();
/// let request = CreateWidgetToken::builder(Scopes::open_finance_brazil())
///     .external_id("user-7f3a")
///     .widget(Widget::builder().purpose("To find a loan that fits").callback_urls(callbacks).build())
///     .build()?;
///
/// // Update mode: the user of an invalid link connects it again.
/// let update = CreateWidgetToken::builder(Scopes::multi_region()).link_id("0f9c1c3e").build()?;
/// assert!(serde_json::to_string(&update).unwrap().contains("read_institutions,write_links,read_links"));
/// # Ok::<(), belvo_types::api::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct CreateWidgetToken {
    scopes: Scopes,
    #[serde(skip_serializing_if = "Option::is_none")]
    link_id: Option<LinkId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<ExternalId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fetch_resources: Option<Vec<Resource>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credentials_storage: Option<CredentialsStorage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stale_in: Option<StaleIn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    widget: Option<Widget>,
}

#[bon]
impl CreateWidgetToken {
    /// Builds the request; `build()` checks it and names every broken field.
    ///
    /// # Errors
    /// If a field cannot be used.
    #[builder]
    pub fn new(
        /// What the token may do. Update mode adds what it needs.
        #[builder(start_fn)]
        scopes: Scopes,
        /// The link to connect again: update mode.
        #[builder(into)]
        link_id: Option<LinkId>,
        /// Your own id of the user, see [`ExternalId`].
        #[builder(into)]
        external_id: Option<String>,
        /// What to retrieve at once.
        #[builder(with = |resources: impl IntoIterator<Item = Resource>| resources.into_iter().collect())]
        fetch_resources: Option<Vec<Resource>>,
        /// How long the credentials are kept.
        credentials_storage: Option<CredentialsStorage>,
        /// After how many days retrieved data is deleted. Default: 365.
        stale_in_days: Option<u32>,
        /// What the widget shows, and where it goes afterwards.
        widget: Option<Widget>,
    ) -> Result<Self, InvalidRequest> {
        let mut check = Check::default();
        let purpose = widget.as_ref().and_then(|widget| widget.purpose.as_ref());
        if purpose.is_some_and(|purpose| purpose.as_str().chars().count() > MAX_PURPOSE_CHARS) {
            check.problem("widget.purpose", "at most 600 characters");
        }
        let scopes = if link_id.is_some() { scopes.and(Scope::ReadLinks) } else { scopes };
        let request = Self {
            scopes,
            link_id,
            external_id: check_external_id(&mut check, external_id),
            fetch_resources,
            credentials_storage,
            stale_in: stale_in(&mut check, stale_in_days),
            widget,
        };
        check.finish().map(|()| request)
    }
}

/// What the widget shows, and where it goes afterwards.
#[derive(Builder, Clone, Debug, PartialEq, Serialize)]
pub struct Widget {
    /// Why you ask for the data, at most 600 characters; shown in the consent.
    #[builder(into)]
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<Text>,
    /// What the user comes for.
    #[serde(skip_serializing_if = "Option::is_none")]
    openfinance_feature: Option<OpenFinanceFeature>,
    /// Where the browser or app goes afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_urls: Option<CallbackUrls>,
    /// What the user is asked to consent to.
    #[serde(skip_serializing_if = "Option::is_none")]
    consent: Option<WidgetConsent>,
    /// Your name and logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    branding: Option<WidgetBranding>,
    /// Colours and the like, by the name of their CSS variable.
    #[builder(with = FromIterator::from_iter)]
    #[serde(skip_serializing_if = "Option::is_none")]
    theme: Option<Vec<ThemeValue>>,
    /// Light or dark.
    #[builder(into)]
    #[serde(skip_serializing_if = "Option::is_none")]
    color_scheme: Option<Text>,
}

/// What a user comes to the widget for.
#[open_enum(rename_all = "snake_case")]
pub enum OpenFinanceFeature {
    /// To connect a bank.
    ConsentLinkCreation,
    /// To look after consents.
    ConsentManagement,
}

/// Deep links or URLs for the end of the widget; what comes back is read by
/// [`WidgetCallback`](crate::widget::WidgetCallback).
#[derive(Builder, Clone, Debug, PartialEq, Serialize)]
#[builder(on(Text, into))]
pub struct CallbackUrls {
    /// Where to go with a new link.
    #[serde(skip_serializing_if = "Option::is_none")]
    success: Option<Text>,
    /// Where to go if the user leaves.
    #[serde(skip_serializing_if = "Option::is_none")]
    exit: Option<Text>,
    /// Where to go with errors and warnings on the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<Text>,
}

/// What the user is asked to consent to.
#[derive(Builder, Clone, Debug, PartialEq, Serialize)]
pub struct WidgetConsent {
    /// Your terms and conditions.
    #[builder(into)]
    #[serde(skip_serializing_if = "Option::is_none")]
    terms_and_conditions_url: Option<Text>,
    /// What is to be shared.
    #[builder(with = FromIterator::from_iter)]
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<Vec<WidgetPermission>>,
    /// Who the user is, so that he need not write it.
    #[builder(with = FromIterator::from_iter)]
    #[serde(skip_serializing_if = "Option::is_none")]
    identification_info: Option<Vec<IdentificationInfo>>,
}

/// What a user shares.
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WidgetPermission {
    /// Registration data.
    Register,
    /// Accounts.
    Accounts,
    /// Cards.
    CreditCards,
    /// Loans and other credit.
    CreditOperations,
}

/// Who a user is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IdentificationInfo {
    r#type: IdentificationType,
    number: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Text>,
}

/// The document that names a user.
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IdentificationType {
    /// Of a natural person.
    Cpf,
    /// Of a company.
    Cnpj,
}

impl IdentificationInfo {
    /// A natural person.
    pub fn cpf(number: impl Into<Text>) -> Self {
        Self { r#type: IdentificationType::Cpf, number: number.into(), name: None }
    }

    /// A company.
    pub fn cnpj(number: impl Into<Text>) -> Self {
        Self { r#type: IdentificationType::Cnpj, number: number.into(), name: None }
    }

    /// With the name.
    #[must_use]
    pub fn name(self, name: impl Into<Text>) -> Self {
        Self { name: Some(name.into()), ..self }
    }
}

/// Your name and logo in the widget.
#[derive(Builder, Clone, Debug, PartialEq, Serialize)]
#[builder(on(Text, into))]
pub struct WidgetBranding {
    /// URL of your icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    company_icon: Option<Text>,
    /// URL of your logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    company_logo: Option<Text>,
    /// Your name.
    #[serde(skip_serializing_if = "Option::is_none")]
    company_name: Option<Text>,
    /// URL of your terms.
    #[serde(skip_serializing_if = "Option::is_none")]
    company_terms_url: Option<Text>,
    /// Colour behind the widget.
    #[serde(skip_serializing_if = "Option::is_none")]
    overlay_background_color: Option<Text>,
    /// Whether to say how many others connect.
    #[serde(skip_serializing_if = "Option::is_none")]
    social_proof: Option<bool>,
}

/// One value of the widget's look.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThemeValue {
    css_key: Text,
    value: Text,
}

impl ThemeValue {
    /// The value of a CSS variable.
    pub fn new(css_key: impl Into<Text>, value: impl Into<Text>) -> Self {
        Self { css_key: css_key.into(), value: value.into() }
    }
}

/// Answer of `POST /api/token/`.
#[record]
pub struct WidgetToken {
    /// Opens the widget, see [`WidgetUrl`](crate::widget::WidgetUrl); valid for 10 minutes and one link.
    pub access: Option<Secret>,
    /// Renews it.
    pub refresh: Option<Secret>,
}
