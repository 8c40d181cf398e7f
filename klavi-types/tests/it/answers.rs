//! Answers of the API, in both spellings where sources disagree.

use klavi_types::api::{
    AccessToken, BusinessCode, Consent, ConsentCreated, ConsentStatus, ErrorBody, Institution,
    InstitutionStatus, Link, PermissionGroup, TaskStatus,
};
use klavi_types::{Decoded, Secret};

fn read<T: provider_wire::Value>(json: &str) -> T {
    let Decoded { value, malformed, .. } = provider_wire::decode::<T>(json.as_bytes()).unwrap();
    assert!(malformed.is_empty(), "{malformed:?}");
    value
}

#[test]
fn the_life_of_a_token_is_a_number_or_text() {
    for life in ["1800", "\"1800\""] {
        let token: AccessToken = read(&format!(r#"{{"accessToken":"jwt","expireIn":{life}}}"#));
        assert_eq!(token.access_token.as_ref().map(Secret::expose), Some("jwt"));
        assert_eq!(token.expire_in.unwrap().get(), 1800);
        assert!(!format!("{token:?}").contains("jwt"));
    }
}

#[test]
fn a_link_and_a_consent_are_read_in_both_spellings() {
    for name in ["consentRedirectURL", "consentRedirectUrl"] {
        let created: ConsentCreated = read(&format!(
            r#"{{"consentId":"c","{name}":"https://bank.example/auth","expireAt":"2024-11-21T23:59:59Z"}}"#
        ));
        assert_eq!(created.consent_redirect_url.unwrap().expose(), "https://bank.example/auth");
        assert!(created.expire_at.unwrap().timestamp().is_some());
    }
    let link: Link =
        read(r#"{"linkId":"l","linkURL":"https://k.example/path?v=t","linkToken":"t","expireIn":1800}"#);
    assert_eq!(link.link_id.unwrap().to_string(), "l");
}

#[test]
fn an_institution_keeps_leading_zeros_and_unknown_fields() {
    let json = r#"{"institutionCode":"001","name":"Banco Exemplo","avatar":"https://x.example/a.svg","isBeta":false,
        "isOutage":true,"institutionType":1,"businessType":"legal","availableResources":["registration","accounts"],
        "parentOrganizationName":"","parentOrganizationId":"","organizationName":"EXEMPLO S.A.",
        "organizationId":"9c721898-9ce0-50f1-bf85-05075557850b","isNew":true}"#;
    let institution: Institution = read(json);
    assert_eq!(institution.institution_code.as_ref().unwrap().as_str(), "001");
    assert!(!institution.is_available());
    assert_eq!(institution.extra().get("isNew"), Some("true"));
}

#[test]
fn one_status_field_holds_two_vocabularies() {
    let status =
        |word: &str| read::<InstitutionStatus>(&format!(r#"{{"institutionCode":"1","status":"{word}"}}"#));
    assert_eq!(status("AUTHORISED").consent_status(), Some(ConsentStatus::Authorised));
    assert_eq!(status("AUTHORISED").task_status(), None);
    assert_eq!(status("needMFA").task_status(), Some(TaskStatus::NeedMfa));
    assert_eq!(status("needMFA").consent_status(), None);
    assert_eq!(status("paused").consent_status(), None);
}

#[test]
fn a_consent_as_documented() {
    let consent: Consent = read(
        r#"{"consentId":"c","linkId":"l","externalTrackId":"t","personalTaxId":"52998224725","businessTaxId":"",
        "institutionCode":"001","status":"AUTHORIZED","permissionsApply":["ACCOUNTS_ALL","NEW_ALL"],
        "permissionsGranted":["ACCOUNTS_ALL"],"expireAt":"2024-12-07T23:59:59.999Z",
        "createdAt":"2023-12-08T09:19:19.253Z","updatedAt":"2023-12-08T09:19:19.253Z"}"#,
    );
    assert!(consent.is_authorised());
    assert_eq!(consent.business_tax_id, None, "an empty text is absent");
    assert_eq!(consent.permissions_granted[0], PermissionGroup::AccountsAll);
    assert!(!consent.permissions_apply[1].is_known());
    assert!(!format!("{consent:?}").contains("52998224725"));
}

#[test]
fn every_status_knows_whether_it_is_final() {
    for (word, pending, last) in [
        ("STARTED", true, false),
        ("awaiting_authorization", true, false),
        ("AWAITING_LGPD_AUTHORISATION", true, false),
        ("authorised", false, false),
        ("ERROR", false, true),
        ("REJECTED", false, true),
        ("EXPIRED", false, true),
        ("REVOKED", false, true),
        ("DELETED_BY_USER", false, true),
        ("PAUSED", false, false),
    ] {
        let status = ConsentStatus::from(word);
        assert_eq!((status.is_pending(), status.is_final()), (pending, last), "{word}");
    }
}

#[test]
fn business_codes_have_names_and_unknown_ones_pass() {
    for code in 4001..=4009 {
        assert!(BusinessCode::from(code).name().is_some(), "{code}");
    }
    assert_eq!(BusinessCode::CONSENT_LIMIT.to_string(), "4003 consent limit exceeded");
    assert_eq!(BusinessCode::from(4104).to_string(), "4104");
    let body: ErrorBody =
        read(r#"{"statusCode":401,"error":"Unauthorized","message":"Invalid accessKey or secretKey"}"#);
    assert_eq!(body.status_code.unwrap().get(), 401);
}
