//! The plain calls, against the mock or against Klavi's sandbox, see [`provider`](crate::provider).

use http::Method;
use klavi_sdk::klavi_types::api::{ConsentQuery, ConsentStatus, ReportRequest};
use klavi_sdk::klavi_types::{ConsentId, Product};
use klavi_sdk::{Client, Credentials, Environment};

use crate::provider::Provider;

#[tokio::test]
async fn a_link_has_an_address_and_a_token_that_lists_banks() {
    for provider in Provider::each().await {
        let session = provider.session().await;
        assert!(session.link_id().is_some());
        assert!(session.url().unwrap().expose().starts_with("http"));
        assert!(session.expires_at().unwrap() > jiff::Timestamp::UNIX_EPOCH);

        let banks = session.institutions().await.unwrap();
        assert!(banks.iter().any(|bank| bank.institution_code.is_some() && bank.name.is_some()));
        let resumed =
            provider.client.links().resume(session.link_id().unwrap().clone(), session.token().expose());
        assert_eq!(resumed.unwrap().institutions().await.unwrap().len(), banks.len());
    }
}

#[tokio::test]
async fn a_consent_is_made_found_and_revoked() {
    for provider in Provider::each().await {
        let session = provider.session().await;
        let id = provider.consent(&session, "found-and-revoked").await;

        let consent = provider.client.consents().get(&id).await.unwrap();
        assert_eq!(consent.consent_id.as_ref(), Some(&id));
        assert!(consent.status.unwrap().is_known());
        let query = ConsentQuery::personal(provider.cpf.parse().unwrap());
        let listed = provider.client.consents().list(&query).await.unwrap();
        assert!(listed.iter().any(|consent| consent.consent_id.as_ref() == Some(&id)));

        provider.revoke(&id).await;
        let status = provider.client.consents().get(&id).await.map(|consent| consent.status.unwrap());
        // Gone, or there with another status.
        assert!(
            status.as_ref().map_or_else(klavi_sdk::Error::is_not_found, ConsentStatus::is_final),
            "{status:?}"
        );
    }
}

#[tokio::test]
async fn a_watch_tells_what_the_user_does() {
    for provider in Provider::each().await {
        let session = provider.session().await;
        let id = provider.consent(&session, "watched").await;
        let mut watch = provider.client.consents().watch(&id);
        let first = watch.next().await.unwrap().unwrap();
        assert!(first.status.unwrap().is_pending());
        match &provider.user {
            Some(user) => {
                user.authorise(&id).await.unwrap();
                assert!(watch.settled().await.unwrap().is_authorised());
            }
            None => provider.revoke(&id).await,
        }
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    for provider in Provider::each().await {
        let id = ConsentId::from("00000000-0000-4000-8000-000000000000");
        let error = provider.client.consents().get(&id).await.unwrap_err();
        assert!(error.status().unwrap().is_client_error(), "{error}");
        assert!(!error.request_id().is_empty() && error.attempts() == 1 && !error.is_auth(), "{error}");
    }
}

#[tokio::test]
async fn a_product_that_nobody_has_is_rejected() {
    for provider in Provider::each().await {
        let session = provider.session().await;
        let id = provider.consent(&session, "no-such-product").await;
        let consent = provider.client.consents().get(&id).await.unwrap();
        let request = ReportRequest::institution(&provider.cpf, consent.institution_code.unwrap())
            .products([Product::from("pf_no_such_product")])
            .consent_ids([id.clone()])
            .build()
            .unwrap();
        let error = provider.client.reports().request(&request).await.unwrap_err();
        provider.revoke(&id).await;
        assert!(!error.is_retryable() && !error.is_auth() && error.business_code().is_some(), "{error}");
    }
}

#[tokio::test]
async fn wrong_keys_are_refused() {
    for provider in Provider::each().await {
        let environment = Environment::Custom(provider.client.base_url().to_owned());
        let stranger =
            Client::builder(Credentials::new("not-a-key", "not-a-secret"), environment).build().unwrap();
        let error = stranger.consents().get(&ConsentId::from("any")).await.unwrap_err();
        assert!(error.is_auth() && !error.to_string().contains("not-a-secret"), "{error}");
    }
}

#[tokio::test]
async fn a_token_that_is_none_counts_as_one_that_ended() {
    for provider in Provider::each().await {
        let session = provider.client.links().resume("link", "not-a-token").unwrap();
        let error = session.institutions().await.unwrap_err();
        assert!(error.is_link_expired() && !error.is_retryable(), "{error}");
    }
}

#[tokio::test]
async fn a_call_of_ones_own_has_the_token() {
    for provider in Provider::each().await {
        let session = provider.session().await;
        let banks = session.request(Method::GET, "/data/v1/links/institutions").send_raw().await.unwrap();
        assert!(banks.body().starts_with(b"["));
    }
}
