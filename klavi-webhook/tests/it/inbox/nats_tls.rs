//! A NATS server that lets in who has the right certificate, password or credentials, over TLS.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use klavi_webhook::{Inbox, InboxErrorKind, NatsInbox, NatsOptions, Order, Stored};
use nkeys::KeyPair;
use serde_json::{Value, json};

use super::certificates::Certificates;
use super::rules::LEASE;
use super::server::Server;
use crate::{REPORT, split, start};

fn tls(certificates: &Certificates, more: &str) -> String {
    format!(
        "tls {{ cert_file: \"{}\", key_file: \"{}\", ca_file: \"{}\" {more} }}\n",
        certificates.name("server.pem"),
        certificates.name("server.key"),
        certificates.name("root.pem")
    )
}

/// Stores an entry and settles it.
async fn works(inbox: &NatsInbox, id: &str) {
    let stored = inbox.store(split(&REPORT.replace("rp-1", id))).await.unwrap();
    assert!(matches!(stored[..], [Stored::New(_)]), "{stored:?}");
    let leased = inbox.lease(start(), LEASE, 1, Order::Free).await.unwrap().remove(0);
    assert!(inbox.complete(leased.ticket).await.unwrap());
}

/// Asks until the server is up.
async fn opened(options: &NatsOptions) -> NatsInbox {
    loop {
        match options.clone().connect().await {
            Ok(inbox) => return inbox,
            Err(error) => assert!(is_refused_connection(&error), "{error:?}"),
        }
    }
}

fn is_refused_connection(error: &(dyn std::error::Error + 'static)) -> bool {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.filter_map(|error| error.downcast_ref::<std::io::Error>()).any(|error| {
        matches!(error.kind(), std::io::ErrorKind::ConnectionRefused | std::io::ErrorKind::ConnectionReset)
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS and openssl"]
async fn entries_go_over_tls_and_to_the_right_server_alone() {
    let certificates = Certificates::new();
    let mut server = Server::start(&tls(&certificates, ""));
    let root = certificates.name("root.pem");
    let inbox = opened(&NatsOptions::new(&server.url("tls", "", &format!("?tlsca={root}")))).await;
    works(&inbox, "rp-1").await;
    let by_option =
        NatsOptions::new(&server.url("nats", "", "")).root_certificates(&root).connect().await.unwrap();
    works(&by_option, "rp-2").await;

    // After a restart the connection is made anew, over TLS again.
    server.kill();
    server.restart();
    while inbox.store(split(&REPORT.replace("rp-1", "rp-3"))).await.is_err() {}

    // The roots of the system, and another one, do not lead to this server.
    let other = Certificates::new();
    for query in [String::new(), format!("?tlsca={}", other.name("root.pem"))] {
        let error = NatsInbox::connect(&server.url("tls", "", &query)).await.unwrap_err();
        assert_eq!(error.kind(), InboxErrorKind::Unreachable, "{error:?}");
        assert!(format!("{error:?}").contains("InvalidCertificate"), "{error:?}");
    }
    let error = NatsInbox::connect(&server.url("tls", "", "?tlsca=/nowhere.pem")).await.unwrap_err();
    assert!(format!("{error:?}").contains("No such file"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS and openssl"]
async fn nothing_goes_in_the_clear_where_tls_is_asked_for() {
    let certificates = Certificates::new();
    let server = Server::start("authorization { user: \"klavi\", password: \"word\" }");
    works(&opened(&NatsOptions::new(&server.url("nats", "klavi:word@", ""))).await, "rp-1").await;
    let query = format!("?tlsca={}", certificates.name("root.pem"));
    for url in [server.url("tls", "klavi:word@", ""), server.url("nats", "klavi:word@", &query)] {
        NatsInbox::connect(&url).await.unwrap_err();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS and openssl"]
async fn a_client_shows_its_certificate_where_it_is_asked_for() {
    let certificates = Certificates::new();
    let server = Server::start(&tls(&certificates, ", verify: true"));
    let query = format!(
        "?tlsca={}&tlscert={}&tlskey={}",
        certificates.name("root.pem"),
        certificates.name("client.pem"),
        certificates.name("client.key")
    );
    works(&opened(&NatsOptions::new(&server.url("tls", "", &query))).await, "rp-1").await;
    let url = server.url("tls", "", &format!("?tlsca={}", certificates.name("root.pem")));
    let (certificate, key) = (certificates.file("client.pem"), certificates.file("client.key"));
    works(&NatsOptions::new(&url).client_certificate(certificate, key).connect().await.unwrap(), "rp-2")
        .await;
    NatsInbox::connect(&url).await.unwrap_err();
    let half = format!("{url}&tlscert={}", certificates.name("client.pem"));
    let error = NatsInbox::connect(&half).await.unwrap_err();
    assert!(format!("{error:?}").contains("are given together"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS and openssl"]
async fn user_and_password_or_a_token_open_the_door() {
    let certificates = Certificates::new();
    let query = format!("?tlsca={}", certificates.name("root.pem"));
    for (authorization, right, wrong) in [
        ("user: \"klavi\", password: \"w@rd/\"", "klavi:w%40rd%2F@", "klavi:word@"),
        ("token: \"t@ken\"", "t%40ken@", "token@"),
    ] {
        let server = Server::start(&format!("{}authorization {{ {authorization} }}", tls(&certificates, "")));
        works(&opened(&NatsOptions::new(&server.url("tls", right, &query))).await, "rp-1").await;
        for wrong in [wrong, ""] {
            let error = NatsInbox::connect(&server.url("tls", wrong, &query)).await.unwrap_err();
            assert_eq!(error.kind(), InboxErrorKind::Other, "{error:?}");
            assert!(!format!("{error:?} {error}").contains("w@rd"), "{error:?}");
        }
    }
}

/// A token of the server's own kind, signed by `issuer`.
fn jwt(issuer: &KeyPair, subject: &str, name: &str, nats: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(&json!({"typ": "JWT", "alg": "ed25519-nkey"}));
    let claims = part(&json!({
        "jti": name, "iat": 1_767_323_045, "iss": issuer.public_key(), "name": name, "sub": subject, "nats": nats
    }));
    let signed = format!("{head}.{claims}");
    let signature = URL_SAFE_NO_PAD.encode(issuer.sign(signed.as_bytes()).unwrap());
    format!("{signed}.{signature}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS and openssl"]
async fn a_credentials_file_opens_the_door() {
    let (operator, account, system, user) =
        (KeyPair::new_operator(), KeyPair::new_account(), KeyPair::new_account(), KeyPair::new_user());
    let unlimited = json!({
        "subs": -1, "conn": -1, "leaf": -1, "imports": -1, "exports": -1, "data": -1, "payload": -1,
        "wildcards": true, "mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1
    });
    let bounded = json!({
        "subs": -1, "conn": -1, "leaf": -1, "imports": -1, "exports": -1, "data": -1, "payload": -1,
        "wildcards": true
    });
    let of_account = |account: &KeyPair, name: &str, limits: &Value| {
        let claims = json!({"limits": limits, "type": "account", "version": 2});
        jwt(&operator, &account.public_key(), name, &claims)
    };
    let of_user = json!({"subs": -1, "data": -1, "payload": -1, "type": "user", "version": 2});
    let settings = format!(
        "operator: {}\nsystem_account: {}\nresolver: MEMORY\nresolver_preload: {{ {}: {}, {}: {} }}\n",
        jwt(
            &operator,
            &operator.public_key(),
            "operator",
            &json!({"type": "operator", "version": 2, "system_account": system.public_key()})
        ),
        system.public_key(),
        account.public_key(),
        of_account(&account, "partner", &unlimited),
        system.public_key(),
        of_account(&system, "system", &bounded),
    );
    let certificates = Certificates::new();
    let server = Server::start(&(tls(&certificates, "") + &settings));
    let file = |user: &KeyPair, name: &str| {
        let path = certificates.file(name);
        let token = jwt(&account, &user.public_key(), "receiver", &of_user);
        let text = format!(
            "-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n\
             -----BEGIN USER NKEY SEED-----\n{}\n------END USER NKEY SEED------\n",
            user.seed().unwrap()
        );
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let right = file(&user, "right.creds");
    let url = server.url("tls", "", &format!("?tlsca={}&creds={right}", certificates.name("root.pem")));
    works(&opened(&NatsOptions::new(&url)).await, "rp-1").await;
    let bare = server.url("tls", "", &format!("?tlsca={}", certificates.name("root.pem")));
    works(&NatsOptions::new(&bare).credentials_file(&right).connect().await.unwrap(), "rp-2").await;

    // Nobody, and somebody whom another account has let in.
    let stranger = KeyPair::new_account();
    let token = jwt(&stranger, &user.public_key(), "receiver", &of_user);
    let forged = std::fs::read_to_string(&right).unwrap();
    let own = forged.lines().nth(1).unwrap().to_owned();
    std::fs::write(certificates.file("forged.creds"), forged.replace(&own, &token)).unwrap();
    let forged = NatsOptions::new(&bare).credentials_file(certificates.file("forged.creds"));
    for options in [NatsOptions::new(&bare), forged] {
        let error = options.connect().await.unwrap_err();
        assert_eq!(error.kind(), InboxErrorKind::Other, "{error:?}");
        assert!(!format!("{error:?}").contains(&*user.seed().unwrap()), "{error:?}");
    }
}
