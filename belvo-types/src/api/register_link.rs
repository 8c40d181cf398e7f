use bon::bon;
use provider_wire::{Check, open_enum};
use serde::Serialize;

use super::change_link::{both_or_none, stale_in};
use super::{AccessMode, CredentialsStorage, InvalidRequest, Resource, StaleIn};
use crate::{ExternalId, InstitutionName, Secret};

/// The one institution that takes no password.
const WITHOUT_PASSWORD: &str = "imss_mx_employment";

/// The longest time that credentials are kept, in days.
const MAX_STORED_DAYS: u32 = 365;

/// Body of `POST /api/links/`: connects a user with his credentials. What is given is checked.
/// Source: developers.belvo.com, registerlink.
///
/// Institutions of Open Finance in Brazil take no registration: there the user connects in the widget, see
/// [`CreateWidgetToken`](super::CreateWidgetToken).
///
/// ```
/// use belvo_types::api::{AccessMode, CredentialsStorage, RegisterLink, Resource};
///
/// let request = RegisterLink::builder("erebor_mx_retail", "bnk100")
///     .password("full")
///     .external_id("user-7f3a")
///     .access_mode(AccessMode::Single)
///     .credentials_storage(CredentialsStorage::NoStore)
///     .fetch_resources([Resource::Accounts, Resource::Owners])
///     .build()?;
///
/// let error = RegisterLink::builder("erebor_mx_retail", "bnk100").external_id("a@b").build().unwrap_err();
/// assert!(error.names("password") && error.names("external_id"));
/// # Ok::<(), belvo_types::api::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct RegisterLink {
    institution: InstitutionName,
    username: Secret,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username2: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username3: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password2: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username_type: Option<UsernameType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<ExternalId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_mode: Option<AccessMode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fetch_resources: Option<Vec<Resource>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credentials_storage: Option<CredentialsStorage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stale_in: Option<StaleIn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    private_key: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fetch_historical: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    save_data: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption_key: Option<Secret>,
}

#[bon]
impl RegisterLink {
    /// Builds the request; `build()` checks it and names every broken field.
    ///
    /// # Errors
    /// If a field is missing or cannot be used, or fields do not fit each other.
    #[builder]
    pub fn new(
        /// The institution, as the list of institutions names it.
        #[builder(start_fn, into)]
        institution: InstitutionName,
        /// The user's name or number at the institution.
        #[builder(start_fn, into)]
        username: Secret,
        /// The user's password. One institution takes none, `imss_mx_employment`, and a certificate stands for it.
        #[builder(into)]
        password: Option<Secret>,
        /// A second user name, where the institution's form asks for it.
        #[builder(into)]
        username2: Option<Secret>,
        /// A third user name, where the institution's form asks for it.
        #[builder(into)]
        username3: Option<Secret>,
        /// A second password, where the institution's form asks for it.
        #[builder(into)]
        password2: Option<Secret>,
        /// The type of user name, where the institution's form asks for it.
        username_type: Option<UsernameType>,
        /// A token of the second factor in the same call. Belvo discourages it.
        #[builder(into)]
        token: Option<Secret>,
        /// Your own id of the user, see [`ExternalId`].
        #[builder(into)]
        external_id: Option<String>,
        /// Recurrent unless said otherwise.
        access_mode: Option<AccessMode>,
        /// What to retrieve at once.
        #[builder(with = |resources: impl IntoIterator<Item = Resource>| resources.into_iter().collect())]
        fetch_resources: Option<Vec<Resource>>,
        /// How long the credentials are kept; only `store` for recurrent links.
        credentials_storage: Option<CredentialsStorage>,
        /// After how many days retrieved data is deleted. Default: 365.
        stale_in_days: Option<u32>,
        /// A certificate for a tax authority, base64; with `private_key`.
        #[builder(into)]
        certificate: Option<Secret>,
        /// The key of the certificate, base64.
        #[builder(into)]
        private_key: Option<Secret>,
        /// Older than `fetch_resources`: whether a single link fetches its history.
        fetch_historical: Option<bool>,
        /// Of the first generation: whether Belvo keeps what it retrieves (observed).
        save_data: Option<bool>,
        /// Of the first generation: a key for what is kept (observed).
        #[builder(into)]
        encryption_key: Option<Secret>,
    ) -> Result<Self, InvalidRequest> {
        let mut check = Check::default();
        check.require("institution", !institution.as_str().is_empty());
        check.require("username", !username.is_empty());
        let has_password = password.as_ref().is_some_and(|password| !password.is_empty());
        let needs_none = institution.as_str() == WITHOUT_PASSWORD || certificate.is_some();
        check.require("password", has_password || needs_none);
        both_or_none(&mut check, certificate.as_ref(), private_key.as_ref());
        if let Some(storage) = &credentials_storage {
            let fetches = fetch_resources.as_ref().is_some_and(|resources| !resources.is_empty());
            check_storage(&mut check, storage, access_mode.as_ref(), fetches);
        }
        let request = Self {
            institution,
            username,
            password,
            username2,
            username3,
            password2,
            username_type,
            token,
            external_id: check_external_id(&mut check, external_id),
            access_mode,
            fetch_resources,
            credentials_storage,
            stale_in: stale_in(&mut check, stale_in_days),
            certificate,
            private_key,
            fetch_historical,
            save_data,
            encryption_key,
        };
        check.finish().map(|()| request)
    }

    /// The institution.
    pub fn institution(&self) -> &InstitutionName {
        &self.institution
    }

    /// Your own id of the user.
    pub fn external_id(&self) -> Option<&ExternalId> {
        self.external_id.as_ref()
    }
}

/// An empty one is too short, not absent: whoever gives it meant to give an id.
pub(super) fn check_external_id(check: &mut Check, text: Option<String>) -> Option<ExternalId> {
    text?.parse().map_err(|error| check.problem("external_id", error)).ok()
}

/// What Belvo answers with `invalid_credentials_storage` or `invalid_fetch_resources`. Words that are not known pass.
fn check_storage(
    check: &mut Check,
    storage: &CredentialsStorage,
    access_mode: Option<&AccessMode>,
    fetches: bool,
) {
    let recurrent = matches!(access_mode, None | Some(AccessMode::Recurrent));
    let other = matches!(storage, CredentialsStorage::NoStore | CredentialsStorage::Days(_));
    if recurrent && other {
        check.problem("credentials_storage", "a recurrent link stores its credentials");
    }
    match storage {
        CredentialsStorage::Days(days) if !(1..=MAX_STORED_DAYS).contains(days) => {
            check.problem("credentials_storage", "1 to 365 days");
        }
        CredentialsStorage::NoStore if !fetches => {
            check.problem("fetch_resources", "is required where credentials are not stored");
        }
        _ => {}
    }
}

/// What a user name is, where an institution has several ways to log in.
#[open_enum]
pub enum UsernameType {
    /// Cédula de Ciudadanía, Colombia.
    #[wire("001")]
    CedulaDeCiudadania,
    /// Cédula de Extranjería, Colombia.
    #[wire("002")]
    CedulaDeExtranjeria,
    /// Pasaporte.
    #[wire("003")]
    Pasaporte,
    /// Tarjeta de Identidad.
    #[wire("004")]
    TarjetaDeIdentidad,
    /// Registro Civil.
    #[wire("005")]
    RegistroCivil,
    /// Número de Identificación Personal.
    #[wire("006")]
    NumeroDeIdentificacionPersonal,
    /// NIT.
    #[wire("020")]
    Nit,
    /// NIT of a natural person.
    #[wire("021")]
    NitPersonaNatural,
    /// NIT of a foreigner.
    #[wire("022")]
    NitExtranjero,
    /// NIT of a company.
    #[wire("023")]
    NitPersonaJuridica,
    /// NIT of a minor.
    #[wire("024")]
    NitMenores,
    /// NIT, desasociado.
    #[wire("025")]
    NitDesasociado,
    /// Foreign social security.
    #[wire("030")]
    SeguroSocialExtranjero,
    /// Foreign company without a NIT.
    #[wire("031")]
    SociedadExtranjera,
    /// Fideicomiso.
    #[wire("032")]
    Fideicomiso,
    /// RIF, Venezuela.
    #[wire("033")]
    RifVenezuela,
    /// CIF.
    #[wire("034")]
    Cif,
    /// Número de identidad.
    #[wire("035")]
    NumeroDeIdentidad,
    /// RTN.
    #[wire("036")]
    Rtn,
    /// Cédula de identidad.
    #[wire("037")]
    CedulaDeIdentidad,
    /// DIMEX.
    #[wire("038")]
    Dimex,
    /// CED.
    #[wire("039")]
    Ced,
    /// PAS.
    #[wire("040")]
    Pas,
    /// Documento único de identidad.
    #[wire("041")]
    DocumentoUnicoDeIdentidad,
    /// NIT, El Salvador.
    #[wire("042")]
    NitSalvadoreno,
    /// Agência e conta, Brazil.
    #[wire("100")]
    AgenciaEConta,
    /// Código do operador, Brazil.
    #[wire("101")]
    CodigoDoOperador,
    /// Cartão de crédito, Brazil.
    #[wire("102")]
    CartaoDeCredito,
    /// CPF, Brazil.
    #[wire("103")]
    Cpf,
}
