//! A stand-in for Belvo, the second provider: links, second factors, the widget, webhooks.
//!
//! - [`MockBelvo`] runs it inside a test, the command `klavi belvo mock` for everybody else. It has an address of
//!   its own.
//! - It is strict: whatever it takes, Belvo takes by its documentation; what it refuses, it refuses with the documented
//!   code, naming each broken field. Where two documents disagree, [`Behaviour`] has both.
//! - Nobody in its data exists. The counts in webhooks are those of the synthetic customer of a user: the same seed and
//!   user give the same customer.
//! - It has the documented rules of time: ten minutes for a widget token, one for the way to the bank, 720 seconds for a
//!   second factor and 60 for its code, ten minutes between two refreshes, 80 calls in 30 seconds.
//!   [`MockBelvo::advance_clock`] makes them pass, and brings recurrent links up to date as often as they would have been.
//!   Without a call and without being turned, the clock moves nothing: what is due happens at the next call.
//!
//! Institutions are those of Belvo's sandbox, with `mordor_br_retail`, which is always down. Any user and password are
//! taken but these:
//!
//! | user | does |
//! |---|---|
//! | `mfa_default`, `mfa_inputless` | needs a token of an own device; the password is `pass_valid`, the token `123456` |
//! | `mfa_numeric`, `mfa_qr` | is shown a code or a picture; the token is `123456` |
//! | `mfa_text` | is asked a sum; the token is the number |
//! | `mfa_confirm`, `mfa_qr_scan` | confirms elsewhere, without a token |
//! | the name of an error, as `login_error`, `too_many_sessions`, `activation_required`, `unexpected_error` | gets it |
//! | any, with the password `pass_invalid` | gets `login_error` |
//!
//! The control API, JSON under `/_mock/`; its description and that of the API are at `GET /_mock/openapi.json`.
//!
//! | call | does |
//! |---|---|
//! | `GET state` | all that the mock knows |
//! | `POST reset` | everything as at the start |
//! | `GET, PATCH behaviour` | [`Behaviour`], in camelCase |
//! | `GET, PUT webhook` | `{"url","authorization"}`; the value of the second is not shown |
//! | `GET, POST clock` | `{"advanceSeconds":N}` or `{"now":"2030-01-01T00:00:00Z"}`, `{"frozen":bool}`, `{"followMachine":true}` |
//! | `GET, POST, DELETE faults`, `DELETE faults/{id}` | [`Fault`]: `{"method","path","status","body","retryAfter","delayMs","cut","times"}` |
//! | `POST links/{id}/{act}` | `invalidate`, `require-token`, `expire-credentials`, `change-password`, `update` |
//! | `POST consents/{id}/expire` | the consent comes to its end |
//! | `GET requests` | calls to the API, without secrets |
//! | `POST trigger` | `{"webhookType","webhookCode","processType","linkId","externalId","data"}` |
//! | `GET deliveries`, `GET deliveries/{id}` | what was sent, with every attempt |
//! | `GET deliveries/{id}/body`, `POST deliveries/{id}/resend` | `{"to"}` |

mod api;
mod behaviour;
mod builder;
mod control;
mod external_id;
mod figures;
mod instance;
mod institutions;
mod mfa;
mod mock;
mod openapi;
mod pages;
mod refusal;
mod rules;
mod server;
mod store;
mod webhook;

pub use self::behaviour::{Behaviour, ExpiryForm, TimestampForm, UserInputMember, WebhookGeneration};
pub use self::builder::MockBelvoBuilder;
pub use self::mock::MockBelvo;
pub use self::store::RefreshRate;
pub use provider_mock::{
    ArmedFault, Attempt, Cut, Delivery, DeliveryState, Error, Fault, Received, ReceivedRequest, Resend,
    SendOptions, Signing, StateFileError, UnknownFields,
};
