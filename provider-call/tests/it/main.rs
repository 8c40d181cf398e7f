//! The provided transport and the blocking runtime against servers on real sockets.

mod blocking;
mod closing;
mod compressed;
mod server;
mod silence;

use provider_call::{Caller, ClientSettings, Endpoint, Provider, TransportOptions};

const PROVIDER: Provider = Provider::new("bank", "test-sdk", "1");
const GET: Endpoint = Endpoint::get("/things");
const POST: Endpoint = Endpoint::post("/things").not_idempotent("a repeat makes a second thing");

fn settings() -> ClientSettings {
    ClientSettings::new().transport_options(TransportOptions::new().no_proxy())
}

fn caller(url: &str) -> Caller {
    settings().caller(&PROVIDER, url).unwrap()
}
