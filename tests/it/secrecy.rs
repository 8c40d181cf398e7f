//! Every call of the client against the mock, with successes and failures, while all that any crate logs is written
//! down at the lowest level: no key, no token, no tax id, no phone, no address, no e-mail.

use std::error::Error as _;
use std::fmt::Debug;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response};
use klavi_sdk::klavi_types::api::{ConsentQuery, CreateConsent, CreateLink, ProductSelection, ReportRequest};
use klavi_sdk::{
    CallOptions, Client, Clock, Credentials, Environment, Error, ReqwestTransport, RetryPolicy, Sleep,
    SystemClock, Transport, TransportError, TransportFuture, TransportOptions,
};
use klavi_types::ProductsCallbackUrl;
use provider_call::TransportErrorKind;
use tracing::Level;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::desk::{BANK, mock};

const CPF: &str = "529.982.247-25";
const CNPJ: &str = "12.ABC.345/01DE-35";
const PHONE: &str = "+5511987654321";
const EMAIL: &str = "joana.sintetica@example.com";
const BACK: &str = "https://partner.example/back?session=s3ss10n";
const HOOK: &str = "https://partner.example/hook/h00k";
const TENANT: &str = "t3n4nt";

/// Everything that was logged.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The network, with faults on demand, and a list of the tokens that went over it.
#[derive(Clone, Debug)]
struct Watched {
    network: ReqwestTransport,
    tokens: Arc<Mutex<Vec<String>>>,
}

impl Watched {
    fn tokens(&self) -> Vec<String> {
        self.tokens.lock().unwrap().clone()
    }
}

impl Transport for Watched {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        if let Some(value) = request.headers().get(AUTHORIZATION) {
            let token = value.to_str().unwrap().strip_prefix("Bearer ").unwrap();
            self.tokens.lock().unwrap().push(token.to_owned());
        }
        let fault = request.headers().get("x-fault").map(|value| value.to_str().unwrap().to_owned());
        Box::pin(async move {
            let refusal = format!(
                r#"{{"statusCode":4002,"error":"Business","message":"taxId {CPF} {EMAIL} {PHONE}"}}"#
            );
            let (status, body) = match fault.as_deref() {
                None => return self.network.send(request).await,
                Some("broken") => return Err(TransportError::new(TransportErrorKind::Other)),
                Some("page") => (502, format!("<html>{CPF} {EMAIL}</html>")),
                Some("cut") => (200, format!(r#"{{"message":"{CPF}","consentId":"#)),
                Some("malformed") => {
                    (200, format!(r#"[{{"consentId":"c","expireAt":"{CPF}","{CPF}":"{EMAIL}"}}]"#))
                }
                Some(status) => (status.parse().unwrap(), refusal),
            };
            Ok(Response::builder().status(status).body(Bytes::from(body)).unwrap())
        })
    }
}

/// The machine's clock, which can be put forward.
#[derive(Clone, Debug)]
struct Turned {
    machine: SystemClock,
    by: Arc<Mutex<Duration>>,
}

impl Clock for Turned {
    fn monotonic(&self) -> Duration {
        self.machine.monotonic() + *self.by.lock().unwrap()
    }

    fn wall(&self) -> jiff::Timestamp {
        self.machine.wall()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.machine.sleep(duration)
    }
}

/// What a program might print, beside what is logged.
#[derive(Default)]
struct Printed(String);

impl Printed {
    fn value(&mut self, value: &impl Debug) {
        self.0 += &format!("{value:?} {value:#?}\n");
    }

    fn error(&mut self, error: &Error) {
        self.value(error);
        self.0 += &format!("{error} {:?} {:?}\n", error.body_excerpt(), error.provider_message());
        for cause in std::iter::successors(error.source(), |&cause| cause.source()) {
            self.0 += &format!("{cause} {cause:?}\n");
        }
    }

    fn outcome<T: Debug>(&mut self, outcome: Result<T, Error>) -> Option<T> {
        match outcome {
            Ok(value) => {
                self.value(&value);
                Some(value)
            }
            Err(error) => {
                self.error(&error);
                None
            }
        }
    }
}

/// Every call, once with each options.
async fn call_everything(client: &Client, options: &CallOptions, printed: &mut Printed) {
    let client = client.with_options(options.clone());
    let (personal, business) =
        (ConsentQuery::personal(CPF.parse().unwrap()), ConsentQuery::business(CNPJ.parse().unwrap()));
    let link = CreateLink::builder()
        .personal_tax_id(CPF)
        .email(EMAIL)
        .phone(PHONE)
        .redirect_url(BACK)
        .products_callback_url(ProductsCallbackUrl::all(HOOK).unwrap())
        .build()
        .unwrap();
    let consent = CreateConsent::builder(BANK, "track-1", BACK)
        .personal_tax_id(CPF)
        .email(EMAIL)
        .phone(PHONE)
        .build()
        .unwrap();
    printed.value(&(&client, &link, &consent, &personal, options));

    let session = printed.outcome(client.links().create(&link).await);
    let session = session.unwrap_or_else(|| client.links().resume("link-1", "s0me-link-t0ken").unwrap());
    printed.outcome(session.institutions().await);
    printed.outcome(session.institution_statuses().await);
    let created = printed.outcome(session.create_consent(&consent).await);
    for query in [&personal, &business] {
        printed.outcome(client.consents().list(query).await);
    }
    let id = created.and_then(|created| created.consent_id).unwrap_or_else(|| CPF.into());
    printed.outcome(client.consents().get(&id).await);
    for tax_id in [CPF, CNPJ] {
        let all = || ProductSelection::All;
        for request in [
            ReportRequest::institution(tax_id, BANK).products(all()).build().unwrap(),
            ReportRequest::user(tax_id).products(all()).build().unwrap(),
        ] {
            printed.value(&request);
            printed.outcome(client.reports().request(&request).await);
        }
    }
    printed.outcome(client.consents().revoke(&id).await);
    printed.outcome(client.consents().revoke(&id).await);
}

#[tokio::test]
async fn nothing_secret_and_nothing_personal_is_written_anywhere() {
    let written = Written::default();
    let writer = written.clone();
    // For the whole process: what the other tests make the crates log must be silent as well. It takes what is sent
    // to the facade `log`, too.
    tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();

    let mock = mock().consent_limit(3).start().await.unwrap();
    let transport =
        Watched { network: ReqwestTransport::new(&TransportOptions::new()).unwrap(), tokens: Arc::default() };
    let clock = Turned { machine: SystemClock::new(), by: Arc::default() };
    let build = |access_key: &str, address: &str| {
        Client::builder(
            Credentials::new(access_key, mock.secret_key()),
            Environment::Custom(address.to_owned()),
        )
        .transport(transport.clone())
        .clock(clock.clone())
        .retry_policy(RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO))
        .build()
        .unwrap()
    };
    let client = build(mock.access_key(), mock.base_url());
    let mut printed = Printed::default();
    let plain = CallOptions::new().header("x-tenant", TENANT).unwrap();

    call_everything(&client, &plain, &mut printed).await;
    // Again, after an exchange of the token, and beyond the limit of consents.
    *clock.by.lock().unwrap() += Duration::from_secs(1_790);
    call_everything(&client, &plain, &mut printed).await;
    // After the mock has dropped all tokens.
    mock.advance_clock(Duration::from_secs(7_200));
    call_everything(&client, &plain, &mut printed).await;
    for fault in ["broken", "page", "cut", "malformed", "400", "401", "416", "429", "503"] {
        let options = plain.clone().header("x-fault", fault).unwrap();
        call_everything(&client, &options, &mut printed).await;
    }
    let hasty = plain.clone().attempt_timeout(Duration::from_nanos(1)).timeout(Duration::from_millis(20));
    call_everything(&client, &hasty, &mut printed).await;
    call_everything(&build("n0t-the-key", mock.base_url()), &plain, &mut printed).await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    call_everything(&build(mock.access_key(), &format!("http://{closed}")), &plain, &mut printed).await;

    let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    let digits = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let mut secrets = transport.tokens();
    secrets.sort();
    secrets.dedup();
    assert!(secrets.len() > 5, "logins, exchanges and links have tokens");
    secrets.extend([mock.access_key(), mock.secret_key(), "n0t-the-key", TENANT].map(str::to_owned));
    secrets.extend([CPF, CNPJ, PHONE].map(digits));
    secrets.extend([CPF, CNPJ, PHONE, EMAIL, "s3ss10n", "h00k"].map(str::to_owned));
    for (what, text) in [("the log", &written), ("what was printed", &printed.0)] {
        for secret in &secrets {
            let line = text.lines().find(|line| line.contains(secret.as_str()));
            assert_eq!(line, None, "{what} shows {secret}");
        }
    }
    // It did listen: to the client, to what it stands on, and to the mock.
    for expected in [
        "url.template=\"/data/v1/refresh\"",
        "provider_call::call",
        "hyper_util::client",
        "reqwest::connect",
        "gave up",
        "skipped malformed fields",
    ] {
        assert!(written.contains(expected), "{expected} is missing");
    }
    assert!(printed.0.contains("POST /data/v1/auth failed: HTTP 401"), "{}", printed.0);
}
