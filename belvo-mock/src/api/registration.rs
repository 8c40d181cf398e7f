//! The rules of a registration's body. Source: Belvo's OpenAPI document 1.35.0 and `belvo-api-errors`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::fields::Fields;
use crate::external_id::{self, Verdict};
use crate::instance::{Instance, NewLink};
use crate::institutions::{self, Institution};
use crate::refusal::Refusal;
use crate::rules;
use crate::store::{AccessMode, CredentialsStorage, Secret};

/// Of a single link, unless the partner says otherwise.
pub(super) const SINGLE_STORAGE: CredentialsStorage = CredentialsStorage::Days(365);

pub(super) fn new_link(mock: &Instance, mut fields: Fields) -> Result<NewLink, Refusal> {
    let name = fields.required_text("institution");
    let institution = institutions::find(&name);
    if institution.is_none() && !name.is_empty() {
        let message = format!("Object with name={name} does not exist.");
        fields.problem(&rules::NO_SUCH_OBJECT, "institution", message);
    }
    let username = fields.required_text("username");
    // Whether it is needed is known with the institution.
    let needs = |field: &str| institution.is_some_and(|known| known.field(field).is_some());
    let password = if needs("password") || institution.is_none() {
        fields.required_text("password")
    } else {
        fields.text("password").unwrap_or_default()
    };
    for name in ["username2", "username3", "password2"] {
        if needs(name) { drop(fields.required_text(name)) } else { drop(fields.text(name)) }
    }
    username_type(&mut fields, institution);
    fields.nullable("token");
    let token = fields.text("token");
    let external_id = external_id(&mut fields);
    let access_mode = fields.choice("access_mode", &["single", "recurrent"]);
    let access_mode = access_mode.as_deref().and_then(AccessMode::from_word).unwrap_or(AccessMode::Recurrent);
    let all = institution.map_or(&[][..], |institution| institution.resources);
    let fetch_resources = match institution {
        Some(_) => fields.words("fetch_resources", all, &rules::RESOURCE),
        None => fields.list("fetch_resources").map(|_| Vec::new()),
    };
    let credentials_storage = credentials_storage(&mut fields, access_mode, fetch_resources.is_some());
    let stale_in = stale_in(&mut fields);
    certificate(&mut fields);
    let fetch_historical = fields.flag("fetch_historical");
    if access_mode == AccessMode::Single && fetch_historical == Some(false) && fetch_resources.is_some() {
        let message = "Resources can only be fetched with fetch_historical";
        fields.problem(&rules::HISTORICAL, "fetch_historical", message);
    }
    fields.flag("save_data");
    fields.text("encryption_key");
    fields.finish(mock, "POST /api/links/")?;
    let institution = institution.ok_or_else(|| Refusal::gone(&rules::NO_SUCH_OBJECT))?;
    if institution.is_open_finance() {
        let message = "Links of Open Finance are made in the widget, where the user gives a consent";
        return Err(Refusal::in_field(&rules::OPEN_FINANCE, "institution", message));
    }
    Ok(NewLink {
        institution,
        username: Secret::new(username),
        password: Secret::new(password),
        token,
        external_id,
        access_mode,
        credentials_storage,
        stale_in: Some(stale_in.unwrap_or_else(|| "365d".to_owned())),
        fetch_resources: fetch_resources.unwrap_or_default(),
    })
}

fn username_type(fields: &mut Fields, institution: Option<&Institution>) {
    let asked = institution.and_then(|institution| institution.field("username_type"));
    let codes: Vec<_> =
        asked.map(|field| field.values.iter().map(|(code, _)| *code).collect()).unwrap_or_default();
    if codes.is_empty() {
        fields.text("username_type");
    } else {
        if !fields.has("username_type") {
            fields.problem(&rules::REQUIRED, "username_type", "This field is required.");
        }
        fields.choice("username_type", &codes);
    }
}

/// As it is kept: null where it looks personal.
pub(super) fn external_id(fields: &mut Fields) -> Option<String> {
    fields.nullable("external_id");
    let value = fields.text("external_id")?;
    let message = match external_id::judge(&value) {
        Verdict::Kept => return Some(value),
        Verdict::Dropped => return None,
        Verdict::TooShort => "Ensure this field has at least 3 characters.",
        Verdict::OtherCharacters => "Only letters, digits, - and _ are allowed.",
    };
    fields.problem(&rules::EXTERNAL_ID, "external_id", message);
    None
}

fn credentials_storage(fields: &mut Fields, mode: AccessMode, has_resources: bool) -> CredentialsStorage {
    let name = "credentials_storage";
    let default = match mode {
        AccessMode::Recurrent => CredentialsStorage::Store,
        AccessMode::Single => SINGLE_STORAGE,
    };
    let Some(word) = fields.text(name) else { return default };
    let Some(storage) = CredentialsStorage::from_word(&word) else {
        let message = "Must be store, nostore, or a number of days from 1d to 365d.";
        fields.problem(&rules::STORAGE, name, message);
        return default;
    };
    if mode == AccessMode::Recurrent && storage != CredentialsStorage::Store {
        let message = "The credentials of a recurrent link are stored: use store.";
        fields.problem(&rules::STORAGE, name, message);
    }
    if storage == CredentialsStorage::NoStore && !has_resources {
        let message = "Without stored credentials, fetch_resources is required.";
        fields.problem(&rules::STORAGE_RESOURCES, "fetch_resources", message);
    }
    storage
}

/// `90d`.
pub(super) fn stale_in(fields: &mut Fields) -> Option<String> {
    let word = fields.text("stale_in")?;
    let days = word.strip_suffix('d').filter(|days| days.bytes().all(|byte| byte.is_ascii_digit()));
    if days.and_then(|days| days.parse::<u32>().ok()).is_some_and(|days| days > 0) {
        return Some(word);
    }
    fields.problem(&rules::STALE_IN, "stale_in", "Must be a number of days, such as 90d.");
    None
}

/// Certificate and private key: both or none, Base64.
pub(super) fn certificate(fields: &mut Fields) {
    let [certificate, private_key] = ["certificate", "private_key"].map(|name| {
        let value = fields.text(name);
        if value.as_ref().is_some_and(|value| STANDARD.decode(value).is_err()) {
            fields.problem(&rules::CERTIFICATE, name, "Must be Base64.");
        }
        value
    });
    match (certificate, private_key) {
        (Some(_), None) => fields.problem(&rules::CERTIFICATE_PAIR, "private_key", "This field is required."),
        (None, Some(_)) => fields.problem(&rules::CERTIFICATE_PAIR, "certificate", "This field is required."),
        _ => {}
    }
}
