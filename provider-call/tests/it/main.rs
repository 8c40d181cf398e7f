//! The provided transport and the blocking runtime against servers on real sockets.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod blocking;
mod closing;
mod compressed;
mod server;
mod silence;

use std::time::Duration;

use provider_call::{Caller, ClientSettings, Endpoint, Provider, RetryPolicy, TransportOptions};

const PROVIDER: Provider = Provider::new("bank", "test-sdk", "1");
const GET: Endpoint = Endpoint::get("/things");
const POST: Endpoint = Endpoint::post("/things").not_idempotent("a repeat makes a second thing");

fn caller(url: &str) -> Caller {
    let at_once = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
    let settings = ClientSettings::new().transport_options(TransportOptions::new().no_proxy());
    settings.retry_policy(at_once).caller(&PROVIDER, url).unwrap()
}
