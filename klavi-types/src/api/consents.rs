use bon::bon;
use provider_wire::{Check, DateTime, Json, List, Secret, Text, open_enum, record};
use serde::{Serialize, Serializer};

use super::InvalidRequest;
use super::validation::FieldRules as _;
use crate::{Cnpj, ConsentId, Cpf, ExternalTrackId, InstitutionCode, LinkId, Phone};

/// How long a consent lasts, `validityPeriod` on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ValidityPeriod {
    /// Without an end, `0`.
    Unlimited,
    /// Twelve months, `12`.
    #[default]
    TwelveMonths,
}

impl Serialize for ValidityPeriod {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(match self {
            Self::Unlimited => 0,
            Self::TwelveMonths => 12,
        })
    }
}

/// Body of `POST /data/v1/consents`, sent with the link's token. Source: docs.klavi.ai/connect/create-a-consent.
///
/// ```
/// use klavi_types::api::CreateConsent;
///
/// let consent = CreateConsent::builder("341", "track-0001", "https://partner.example/back")
///     .personal_tax_id("123.456.789-09")
///     .build()?;
/// # Ok::<(), klavi_types::api::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateConsent {
    external_track_id: ExternalTrackId,
    #[serde(skip_serializing_if = "Option::is_none")]
    personal_tax_id: Option<Cpf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    business_tax_id: Option<Cnpj>,
    institution_code: InstitutionCode,
    #[serde(rename = "redirectURL")]
    redirect_url: Text,
    validity_period: ValidityPeriod,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<Phone>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_metadata: Option<Json>,
}

#[bon]
impl CreateConsent {
    /// Builds the request; `build()` checks it and names every broken field.
    #[builder(on(String, into))]
    pub fn new(
        /// The bank, as the institution list names it.
        #[builder(start_fn, into)]
        institution_code: InstitutionCode,
        /// Your own tracking value, unique for each call.
        #[builder(start_fn, into)]
        external_track_id: ExternalTrackId,
        /// Where the bank sends the browser back to; may be an app's scheme.
        #[builder(start_fn)]
        redirect_url: String,
        /// CPF of the person who authorises. For a company send it beside the CNPJ (observed, and Open Finance
        /// always names a natural person).
        personal_tax_id: Option<String>,
        /// CNPJ of the company.
        business_tax_id: Option<String>,
        /// How long the consent lasts. Twelve months unless said otherwise.
        #[builder(default)]
        validity_period: ValidityPeriod,
        /// The end user's e-mail address.
        email: Option<String>,
        /// The end user's phone, `+55` and 10 or 11 digits.
        phone: Option<String>,
        /// Recommended by the documentation, which does not say what goes in.
        #[builder(into)]
        client_metadata: Option<Json>,
    ) -> Result<Self, InvalidRequest> {
        let mut check = Check::default();
        check.require("institutionCode", !institution_code.as_str().is_empty());
        check.require("externalTrackId", !external_track_id.as_str().is_empty());
        let redirect_url = check.redirect("redirectURL", Some(redirect_url));
        check.require("redirectURL", redirect_url.is_some());
        let personal_tax_id = check.parse("personalTaxId", personal_tax_id);
        let business_tax_id = check.parse("businessTaxId", business_tax_id);
        if business_tax_id.is_none() && !check.names("businessTaxId") {
            check.require("personalTaxId", personal_tax_id.is_some());
        }
        let request = Self {
            external_track_id,
            personal_tax_id,
            business_tax_id,
            institution_code,
            redirect_url: redirect_url.unwrap_or_default().into(),
            validity_period,
            email: check.email(email).map(Text::from),
            phone: check.parse("phone", phone),
            client_metadata,
        };
        check.finish().map(|()| request)
    }

    /// The bank.
    pub fn institution_code(&self) -> &InstitutionCode {
        &self.institution_code
    }

    /// Whose consent it would be: the company's where a CNPJ is given, else the person's.
    pub fn query(&self) -> ConsentQuery {
        // One of the two is there, or the request would not have been built.
        ConsentQuery {
            personal_tax_id: self.personal_tax_id.filter(|_| self.business_tax_id.is_none()),
            business_tax_id: self.business_tax_id,
        }
    }
}

/// Answer of `POST /data/v1/consents`.
#[record(rename_all = "camelCase")]
pub struct ConsentCreated {
    /// Id of the consent.
    pub consent_id: Option<ConsentId>,
    /// The bank's page: open it in the browser within 60 seconds, it works once. Documented with capital `URL`,
    /// observed as `Url`; both are read.
    #[wire("consentRedirectURL", or = "consentRedirectUrl")]
    pub consent_redirect_url: Option<Secret>,
    /// End of the consent, in UTC.
    pub expire_at: Option<DateTime>,
}

/// Where a consent stands. Source: docs.klavi.ai/connect/concepts; the `Z` spellings are observed.
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConsentStatus {
    /// The link is made, the flow begins.
    Started,
    /// The user has to authorise at the bank.
    #[wire(or = "AWAITING_AUTHORIZATION")]
    AwaitingAuthorisation,
    /// The user has to accept that Klavi passes the data on.
    #[wire(or = "AWAITING_LGPD_AUTHORIZATION")]
    AwaitingLgpdAuthorisation,
    /// Data may be asked for.
    #[wire(or = "AUTHORIZED")]
    Authorised,
    /// The authorisation failed.
    Error,
    /// The user refused, or 60 minutes passed.
    Rejected,
    /// Its time is over.
    Expired,
    /// Revoked by the user or by an application.
    Revoked,
    /// The user asked for deletion.
    DeletedByUser,
}

impl ConsentStatus {
    /// Whether the status can change no more. An unknown word counts as one that can.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Error | Self::Rejected | Self::Expired | Self::Revoked | Self::DeletedByUser)
    }

    /// Whether the user still has to do something.
    pub fn is_pending(&self) -> bool {
        matches!(self, Self::Started | Self::AwaitingAuthorisation | Self::AwaitingLgpdAuthorisation)
    }
}

/// What a user shares, in the words of consents and reports. The finer groups are observed.
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PermissionGroup {
    /// Registration data.
    RegistrationAll,
    /// Accounts, balances, entries.
    AccountsAll,
    /// Cards, bills, limits.
    CreditCardsAll,
    /// Credit contracts of every kind.
    CreditOperationsAll,
    /// Investments of every kind.
    InvestmentsAll,
    /// Loans.
    CreditOperationsLoans,
    /// Financing.
    CreditOperationsFinancings,
    /// Advances to depositors.
    CreditOperationsUnarrangedAccountsOverdraft,
    /// Discounted receivables.
    CreditOperationsInvoiceFinancings,
    /// Bank fixed incomes.
    InvestmentsBankFixedIncomes,
    /// Credit fixed incomes.
    InvestmentsCreditFixedIncomes,
    /// Variable incomes.
    InvestmentsVariableIncomes,
    /// Treasury bonds.
    InvestmentsTreasureTitles,
    /// Funds.
    InvestmentsFunds,
}

/// A consent, as `GET /data/v1/consents/{consentId}` and the list answer it.
/// Source: docs.klavi.ai/connect/get-a-consent; the last four fields are observed.
#[record(rename_all = "camelCase")]
pub struct Consent {
    /// Id of the consent.
    pub consent_id: Option<ConsentId>,
    /// The link it was made in; one link can have several consents.
    pub link_id: Option<LinkId>,
    /// Your tracking value.
    pub external_track_id: Option<ExternalTrackId>,
    /// CPF digits; `""` where there is none.
    pub personal_tax_id: Option<Text>,
    /// CNPJ characters; `""` for a natural person.
    pub business_tax_id: Option<Text>,
    /// The bank.
    #[wire(or = "institutionId")]
    pub institution_code: Option<InstitutionCode>,
    /// Where it stands.
    pub status: Option<ConsentStatus>,
    /// What was asked for.
    pub permissions_apply: List<PermissionGroup>,
    /// What the user granted.
    pub permissions_granted: List<PermissionGroup>,
    /// End of the consent, in UTC.
    pub expire_at: Option<DateTime>,
    /// When it was made, in UTC.
    pub created_at: Option<DateTime>,
    /// When it last changed, in UTC.
    pub updated_at: Option<DateTime>,
    /// The bank's name.
    pub institution_name: Option<Text>,
    /// URL of the bank's logo.
    pub institution_logo: Option<Text>,
    /// Permission groups, under another name.
    pub products: List<PermissionGroup>,
    /// The bank's page, if it can still be opened.
    #[wire("consentRedirectURL", or = "consentRedirectUrl")]
    pub consent_redirect_url: Option<Secret>,
}

impl Consent {
    /// Whether data may be asked for.
    pub fn is_authorised(&self) -> bool {
        self.status == Some(ConsentStatus::Authorised)
    }
}

/// Whose consents `GET /data/v1/consents` lists.
///
/// Filtering by CPF also gives consents of companies tied to that person (observed): [`covers`](Self::covers) tells.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    personal_tax_id: Option<Cpf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    business_tax_id: Option<Cnpj>,
}

impl ConsentQuery {
    /// Consents of a natural person.
    pub fn personal(cpf: Cpf) -> Self {
        Self { personal_tax_id: Some(cpf), business_tax_id: None }
    }

    /// Consents of a company.
    pub fn business(cnpj: Cnpj) -> Self {
        Self { personal_tax_id: None, business_tax_id: Some(cnpj) }
    }

    /// Names and values of the query parameters.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let personal = self.personal_tax_id.as_ref().map(|cpf| ("personalTaxId", cpf.as_str()));
        let business = self.business_tax_id.as_ref().map(|cnpj| ("businessTaxId", cnpj.as_str()));
        personal.into_iter().chain(business)
    }

    /// Whether the consent is this very person's or company's. A tax id that cannot be read (it may come encrypted) speaks
    /// for it, since Klavi has filtered by the same; so does an absent CPF. A consent without CNPJ is a natural person's, as
    /// documented.
    ///
    /// ```
    /// use klavi_types::api::{Consent, ConsentQuery};
    ///
    /// let body = br#"{"personalTaxId":"12345678909","businessTaxId":"12ABC34501DE35"}"#;
    /// let of_a_company = klavi_types::decode::<Consent>(body)?.value;
    /// assert!(!ConsentQuery::personal("123.456.789-09".parse()?).covers(&of_a_company));
    /// assert!(ConsentQuery::business("12.ABC.345/01DE-35".parse()?).covers(&of_a_company));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn covers(&self, consent: &Consent) -> bool {
        let person = consent.personal_tax_id.as_ref().map(Text::as_str);
        let company = consent.business_tax_id.as_ref().map(Text::as_str);
        match self.business_tax_id {
            Some(cnpj) => company.is_some_and(|text| names::<Cnpj>(text, Some(&cnpj))),
            None => {
                company.is_none()
                    && person.is_none_or(|text| names::<Cpf>(text, self.personal_tax_id.as_ref()))
            }
        }
    }
}

/// False only where the text is a tax id, and another one.
fn names<T: std::str::FromStr + PartialEq>(text: &str, expected: Option<&T>) -> bool {
    text.parse().map_or(true, |named: T| Some(&named) == expected)
}

/// "Done": answer of the revocation and of some other calls.
#[record]
pub struct Acknowledgement {
    /// `ok`.
    pub message: Option<Text>,
}

impl Acknowledgement {
    /// The answer `{"message":"ok"}`.
    pub fn ok() -> Self {
        Self { message: Some("ok".into()), ..Self::default() }
    }
}
