//! A stand-in for Klavi on the laptop and in tests: the API with its tokens, life times and error codes, the pages
//! that an end user clicks through, and signed webhooks with synthetic data.
//!
//! - [`MockKlavi`] runs it inside a test, the command `klavi mock` for everybody else.
//! - It is strict: whatever it takes, Klavi takes by its documentation; members that the documentation does not
//!   have are noted ([`MockKlavi::unknown_fields`]). What others were seen to send to Klavi is taken as well, with a note
//!   ([`MockKlavi::notes`]).
//! - It says what each of its rules rests on: `x-rules` and `x-source` in its description, the header `X-Mock-Rule` on
//!   refusals that are not documented. [`Behaviour::observed_spellings`] and [`Behaviour::numbers`] change how it writes.
//! - Nobody in its data exists. Tax ids have valid check digits; the same seed gives the same customers.
//! - Its pages are those of Klavi's WhiteLabel flow and of a bank, in Portuguese with an English switch; a consent's
//!   status follows what the user does on them.
//! - It has the documented rules of time: tokens and links live 1800 seconds, the bank's page opens once and within
//!   60 seconds, a consent waits 60 minutes for its user. [`MockKlavi::advance_clock`] makes them pass.
//! - It has every product of [`ProductName`](klavi_types::ProductName); those whose level no source names are given
//!   at both. With `pj_` it refuses the four that were seen with `pf_` alone: `identity`, `credit_operations`,
//!   `investments`, `credit_risk`.
//! - Open Data: the user logs in at an institution on a page of the link ([`MockKlavi::start_task`] says how the login
//!   chooses the outcome); the task is asked for and answered with the linkToken, its reports are those of the first
//!   generation. So are those of the first generation's Link page, `{base_url}/link/{partner_code}`, whose place in the
//!   address is the mock's choice, as is that of KaaS analytics, `/klaas/open-finance/v1/analytics`.
//! - Every documented status and business code can be had. What causes 4007 to 4009 is not known, so products of the
//!   mock's own do: `mock_failed` is answered with 4007, `mock_eco` with 4008 where there is no authorised consent, else
//!   with 4009, both with `pf_` or `pj_`.
//! - [`Behaviour`] is what a partner sets in Klavi's console, and deliveries that come twice, in disorder, slowly or in
//!   part; [`Fault`] plays troubles of the API. Both can be changed while it runs, by the library and over HTTP.
//! - [`MockKlavi::received`] finds and counts the calls that came, [`MockKlavi::deliveries`] shows every attempt of what
//!   was sent; [`MockKlavi::resend`] and [`MockKlavi::trigger`] send on demand.
//! - [`MockKlaviBuilder::state_file`] keeps what it knows across restarts.
//! - It runs in a network of containers: [`MockKlaviBuilder::public_url`] and
//!   [`allow_http_webhooks`](MockKlaviBuilder::allow_http_webhooks).
//! - [`MockKlaviBuilder::loopback_only`] keeps deliveries on this machine, whoever calls the mock.
//! - It describes its calls in OpenAPI 3.1, for clients in other languages: `GET /_mock/openapi.json`.
//! - [`trigger`] sends a report of any product and size without a mock.
//!
//! The control API, JSON under `/_mock/`. Bodies are judged strictly; refusals have the form of Klavi's.
//!
//! | call | does |
//! |---|---|
//! | `GET state` | all that the mock knows |
//! | `GET health` | 200 when the mock is ready |
//! | `POST reset` | everything as at the start |
//! | `GET, PATCH behaviour` | [`Behaviour`], in camelCase; `slowMs` |
//! | `GET, POST clock` | `{"advanceSeconds":N}` or `{"now":"2030-01-01T00:00:00Z"}`, `{"frozen":bool}`, `{"followMachine":true}` |
//! | `GET, POST, DELETE faults`, `DELETE faults/{id}` | [`Fault`]: `{"method","path","status","body","retryAfter","delayMs","cut":"connection"\|"body","times"}` |
//! | `GET institutions`, `PUT institutions/{code}` | `{"outOfService":bool}` |
//! | `POST consents/{id}/{act}` | `approve`, `authorise`, `reject`, `fail`, `expire`, `revoke`, `delete-by-user` |
//! | `GET requests` | calls to the API, without secrets and tokens |
//! | `POST trigger` | `{"product"\|"event","to","transactions","seed","version","encodedCpf","unsigned","times","sameId"}` |
//! | `GET deliveries`, `GET deliveries/{id}`, `GET deliveries/{id}/body` | what was sent, with every attempt, its headers, and the body |
//! | `POST deliveries/{id}/resend` | `{"tamperSignature":bool,"to"}` |
//! | `GET openapi.json` | Klavi's API and this one in OpenAPI 3.1 |
//!
//! The console at `/_mock/console` ([`MockKlavi::console_url`]) shows all of it to people, in Portuguese or English: keys to
//! copy, links, consents, tasks, calls with the members that the documentation does not have, deliveries with every attempt
//! and body; with a button for each of these calls. It works without script; with it, it refreshes itself.
//!
//! Nothing under `/_mock/` has a login. What keeps a page of another site, open in a browser of this machine, from using it:
//! a form or a changing call that such a page sends is refused (`Origin`, `Sec-Fetch-Site`), no page can embed the console,
//! and the mock answers there only where it is called by an address or by a name that no site can have (`localhost`, a name
//! without a dot, names under `.localhost`, `.internal` and `.test`), so that a name which is made to lead here does not.
//!
//! From a link to a report:
//!
//! ```
//! use klavi_mock::{DeliveryState, MockKlavi};
//! use serde_json::{Value, json};
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let mock = MockKlavi::builder().seed(7).start().await?;
//! let http = reqwest::Client::new();
//! let post = async |path: &str, token: &str, body: Value| -> Value {
//!     let request = http.post(format!("{}/data/v1/{path}", mock.base_url())).bearer_auth(token);
//!     let request = request.header("Content-Type", "application/json").body(body.to_string());
//!     let mut answer = request.send().await.unwrap();
//!     assert_eq!(answer.status(), 200);
//!     serde_json::from_slice(&answer.chunk().await.unwrap().unwrap()).unwrap()
//! };
//! let keys = json!({"accessKey": mock.access_key(), "secretKey": mock.secret_key()});
//! let login = post("auth", "", keys).await;
//! let access_token = login["accessToken"].as_str().unwrap();
//! let link = post("links", access_token, json!({"personalTaxId": "12345678909"})).await;
//! let consent = json!({
//!     "personalTaxId": "12345678909", "institutionCode": "341", "externalTrackId": "track-1",
//!     "redirectURL": "https://partner.example/back", "validityPeriod": 12,
//! });
//! let consent = post("consents", link["linkToken"].as_str().unwrap(), consent).await;
//! mock.authorise(consent["consentId"].as_str().unwrap()).await?;
//! let request = json!({"taxId": "12345678909", "institutionCode": "341", "products": ["pf_balance"]});
//! post("personal/institution-data", access_token, request).await;
//! mock.settled().await;
//!
//! let names: Vec<_> = mock.deliveries().into_iter().map(|delivery| delivery.name).collect();
//! assert_eq!(names[2..], ["product_request_received", "product_generated_success", "pf_balance"]);
//! // No receiver was named, so nothing was sent.
//! assert_eq!(mock.deliveries()[4].state, DeliveryState::Unaddressed);
//! # Ok::<(), klavi_mock::Error>(())
//! # }).unwrap();
//! ```

mod analytics;
mod api;
mod behaviour;
mod builder;
mod control;
mod cpf_cipher;
mod events;
mod instance;
mod limits;
mod logins;
mod mock;
mod openapi;
mod pages;
mod refusal;
mod rules;
mod server;
mod settings;
mod signature;
mod spelling;
mod store;
pub mod trigger;

pub use behaviour::Behaviour;
pub use builder::MockKlaviBuilder;
pub use mock::MockKlavi;
pub use provider_mock::{
    ArmedFault, Attempt, Cut, Delivery, DeliveryState, Error, Fault, Received, ReceivedRequest, Redirect,
    Resend, SendOptions, Signing, StateFileError, UnknownFields,
};
pub use spelling::NumberForm;
pub use store::Note;
pub use synthetic_data::Scenario;
