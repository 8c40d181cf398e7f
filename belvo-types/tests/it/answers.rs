//! Answers of the API, as they come.

use belvo_types::DateTime;
use belvo_types::api::{
    AccessMode, Consent, ConsentStatus, CredentialsStorage, Institution, IntegrationType, Link, LinkAction,
    LinkPage, LinkStatus, RefreshRate, Resource, WidgetToken,
};
use serde_json::{Value, json};

use crate::support::read;

#[test]
fn a_link_is_read_with_every_field() {
    let link: Link = read(&json!({
        "id": "30cb4806-6e00-48a4-91c9-ca55968576c8", "institution": "erebor_mx_retail", "access_mode": "single",
        "status": "valid", "refresh_rate": null, "created_by": "bcef7f35-67f2-4b19-b009-cb38795faf09",
        "last_accessed_at": "2024-02-02T13:11:42.593032Z", "created_at": "2024-02-02T13:11:42Z",
        "external_id": "user-1", "institution_user_id": "sooE7XJWEKypZJR603ecaWYk-8Ap0oD_Nr1pBQ4eG9c=",
        "credentials_storage": "5d", "stale_in": "30d", "fetch_resources": ["ACCOUNTS", "OWNERS", "NEWS"],
    }));
    assert_eq!(link.access_mode, Some(AccessMode::Single));
    assert_eq!(link.refresh_rate, None);
    assert_eq!(link.credentials_storage, Some(CredentialsStorage::Days(5)));
    assert_eq!(link.stale_in.as_ref().unwrap().days(), Some(30));
    assert_eq!(link.fetch_resources[..2], [Resource::Accounts, Resource::Owners]);
    assert!(!link.fetch_resources[2].is_known());
    assert!(link.extra().is_empty());
}

#[test]
fn a_field_that_is_required_may_be_null() {
    let names = [
        "id",
        "institution",
        "access_mode",
        "status",
        "refresh_rate",
        "created_by",
        "created_at",
        "last_accessed_at",
        "external_id",
        "institution_user_id",
        "credentials_storage",
        "stale_in",
        "fetch_resources",
    ];
    let nulls: Value = names.iter().map(|name| ((*name).to_owned(), Value::Null)).collect();
    let link: Link = read(&nulls);
    assert_eq!(link, Link::default());
    assert_eq!(link.action(), LinkAction::LookUp);
}

#[test]
fn timestamps_come_in_four_forms_and_are_kept_to_the_letter() {
    for (text, instant) in [
        ("2024-02-02T13:11:42.593032Z", Some("2024-02-02T13:11:42.593032Z")),
        ("2024-02-02T13:11:42.593Z", Some("2024-02-02T13:11:42.593Z")),
        ("2024-02-02T13:11:42.59303+00:00", Some("2024-02-02T13:11:42.59303Z")),
        ("2024-02-02T13:11:42Z", Some("2024-02-02T13:11:42Z")),
        ("2024-02-02T13:11:42.593032", None),
        ("2024-02-02T13:11:42", None),
    ] {
        let link: Link = read(&json!({"created_at": text}));
        let created = link.created_at.unwrap();
        assert_eq!(created.to_string(), text);
        assert_eq!(created.timestamp().map(|at| at.to_string()).as_deref(), instant, "{text}");
        assert!(created.timestamp_assuming_utc().is_some());
    }
}

#[test]
fn each_status_says_what_to_do() {
    for (word, action) in [
        ("valid", LinkAction::Nothing),
        ("invalid", LinkAction::Reconnect),
        ("unconfirmed", LinkAction::FinishCreation),
        ("token_required", LinkAction::GiveToken),
        ("paused", LinkAction::LookUp),
    ] {
        assert_eq!(LinkStatus::from(word).action(), action);
        assert_eq!(action.needs_user(), ["invalid", "unconfirmed", "token_required"].contains(&word));
    }
}

/// Seed: seven days is the default; six, twelve and 24 hours and 30 days are agreed with sales.
#[test]
fn seed_refresh_rates_have_their_hours() {
    for (word, hours) in [("6h", 6), ("12h", 12), ("24h", 24), ("7d", 168), ("30d", 720)] {
        let rate = RefreshRate::from(word);
        assert_eq!((rate.hours(), rate.as_str()), (Some(hours), word));
    }
    assert_eq!(RefreshRate::from("1h").hours(), None);
}

#[test]
fn a_page_ends_the_list_with_null() {
    let page: LinkPage = read(&json!({
        "count": 130, "next": "https://sandbox.belvo.com/api/links/?page=2", "previous": null,
        "results": [{"id": "a"}, {"id": "b"}],
    }));
    assert_eq!((page.count.unwrap().get(), page.results.len()), (130, 2));
    assert!(page.next.is_some() && page.previous.is_none());
}

#[test]
fn an_institution_brings_the_form_that_a_registration_needs() {
    let institution: Institution = read(&json!({
        "id": 1003, "name": "banamex_mx_retail", "type": "bank", "status": "healthy", "integration_type": "credentials",
        "display_name": "Citibanamex", "country_codes": ["MX"], "resources": ["ACCOUNTS"], "website": null,
        "features": [{"name": "token_required", "description": "asks for a token"}],
        "form_fields": [{"name": "username", "type": "string", "label": "Client number", "validation": "^.{1,}$",
            "validation_message": "Invalid client number", "placeholder": "ABC333333A33", "values": null}],
    }));
    assert!(institution.is_available());
    assert_eq!(institution.integration_type, Some(IntegrationType::Credentials));
    assert_eq!(institution.form_fields[0].validation.as_ref().unwrap().as_str(), "^.{1,}$");
    let down: Institution = read(&json!({"status": "down"}));
    assert!(!down.is_available());
}

#[test]
fn a_consent_keeps_its_permission_groups() {
    let consent: Consent = read(&json!({
        "id": "c", "document_number": "12345678909", "status": "AWAITING_AUTHORISATION_CONFIRMATION",
        "expired_at": null, "undefined_consent_expiration": true, "created_at": "2024-02-02T13:11:42.593",
        "permissions": {"ACCOUNTS": ["ACCOUNTS_READ"], "REGISTER": []},
    }));
    assert_eq!(consent.status, Some(ConsentStatus::AwaitingAuthorisationConfirmation));
    assert_eq!(consent.permissions.as_ref().unwrap().get("ACCOUNTS").unwrap().get(), r#"["ACCOUNTS_READ"]"#);
    assert!(!consent.is_authorised());
    assert_eq!(consent.created_at.and_then(DateTime::timestamp), None);
}

#[test]
fn a_widget_token_is_a_secret() {
    let token: WidgetToken = read(&json!({"access": "jwt-one", "refresh": "jwt-two"}));
    assert_eq!(token.access.as_ref().unwrap().expose(), "jwt-one");
    assert!(!format!("{token:?}").contains("jwt"));
}
