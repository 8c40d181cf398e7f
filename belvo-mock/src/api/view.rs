//! Links, consents and institutions as the API shows them.

use serde_json::{Value, json};

use crate::behaviour::Behaviour;
use crate::figures;
use crate::institutions::{Institution, Integration};
use crate::store::{AccessMode, Consent, Link, Permission};

pub(crate) fn link(link: &Link, behaviour: &Behaviour) -> Value {
    let moment = |at| behaviour.timestamps.write(at);
    let mut object = json!({
        "id": link.id,
        "institution": link.institution.name,
        "access_mode": link.access_mode.as_str(),
        "status": link.status.as_str(),
        "refresh_rate": link.refresh_rate.filter(|_| link.access_mode == AccessMode::Recurrent),
        "created_by": link.created_by,
        "last_accessed_at": link.last_accessed_at.map(moment),
        "external_id": link.external_id,
        "created_at": moment(link.created_at),
        "institution_user_id": link.institution_user_id,
        "credentials_storage": link.credentials_storage.word(),
        "stale_in": link.stale_in,
        "fetch_resources": link.fetch_resources,
    });
    if behaviour.null_members {
        for name in
            ["institution", "access_mode", "status", "created_by", "created_at", "institution_user_id"]
        {
            object[name] = Value::Null;
        }
    }
    object
}

pub(super) fn consent(consent: &Consent, seed: u64, behaviour: &Behaviour) -> Value {
    let moment = |at| behaviour.timestamps.write(at);
    let subject = figures::subject(seed, consent.document.expose());
    let given = consent.status == Permission::Authorised;
    json!({
        "id": consent.id,
        "display_name": synthetic_data::name(seed, &subject),
        "document_number": consent.document.expose(),
        "belvo_institution_name": consent.institution.name,
        "created_at": moment(consent.created_at),
        "expired_at": consent.ends_at.map(moment),
        "undefined_consent_expiration": given && consent.ends_at.is_none(),
        "status": consent.status.as_str(),
        "permissions": permissions(),
    })
}

/// What every consent of the mock opens: the members are known, their form is not.
fn permissions() -> Value {
    let read = |names: &[&str]| names.iter().map(|name| format!("{name}_READ")).collect::<Vec<_>>();
    json!({
        "REGISTER": read(&["CUSTOMERS_PERSONAL_IDENTIFICATIONS", "CUSTOMERS_PERSONAL_ADITTIONALINFO"]),
        "ACCOUNTS": read(&["ACCOUNTS", "ACCOUNTS_BALANCES", "ACCOUNTS_TRANSACTIONS"]),
        "CREDIT_CARDS": read(&["CREDIT_CARDS_ACCOUNTS", "CREDIT_CARDS_ACCOUNTS_BILLS"]),
        "CREDIT_OPERATIONS": read(&["LOANS", "FINANCINGS"]),
        "RESOURCES": read(&["RESOURCES"]),
    })
}

pub(super) fn institution(institution: &Institution, base_url: &str) -> Value {
    let picture = |kind: &str| format!("{base_url}/logos/{}-{kind}.svg", institution.name);
    let features: Vec<_> = institution
        .asks_token
        .then(|| json!({"name": "token_required", "description": "The institution may require a token during link creation or login"}))
        .into_iter()
        .collect();
    json!({
        "id": institution.id,
        "name": institution.name,
        "display_name": institution.display_name,
        "type": institution.kind,
        "status": if institution.is_down { "down" } else { "healthy" },
        "integration_type": match institution.integration {
            Integration::Credentials => "credentials",
            Integration::OpenBanking => "openbanking",
        },
        "country_codes": [institution.country],
        "resources": institution.resources,
        "website": format!("https://{}.example/", institution.name.replace('_', "-")),
        "logo": picture("logo"),
        "icon_logo": picture("icon"),
        "text_logo": picture("text"),
        "primary_color": "#17533f",
        "features": features,
        "form_fields": institution.fields.iter().map(|field| json!({
            "name": field.name,
            "type": if field.is_secret { "password" } else if field.values.is_empty() { "string" } else { "select" },
            "label": field.label[0],
            "placeholder": field.label[0],
            "validation": ".+",
            "validation_message": "Preencha o campo",
            "values": field.values.iter().map(|(code, label)| json!({"code": code, "label": label, "validation": ".+"})).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}
