//! The partner's endpoint: takes what is forwarded, but not always at once.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, StatusCode};
use sha2::Sha256;
use tokio::net::TcpListener;

use super::ledger::{Fate, Ledger};
use crate::receive::FORWARD_KEY;

/// Serves until the test ends; the address to forward to.
pub(super) async fn serve(ledger: Arc<Ledger>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/entries", listener.local_addr().unwrap());
    let app = Router::new().fallback(take).with_state(ledger);
    tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
    address
}

async fn take(State(ledger): State<Arc<Ledger>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let id = header("webhook-id");
    if header("webhook-signature") != signature(id, header("webhook-timestamp"), &body) {
        ledger.is_wrong(format!("the signature of {id} is none"));
        return StatusCode::UNAUTHORIZED;
    }
    match ledger.comes(&body, id) {
        Some(Fate::Taken) => StatusCode::OK,
        Some(Fate::Refused) => StatusCode::INTERNAL_SERVER_ERROR,
        Some(Fate::Held) => std::future::pending().await,
        None => StatusCode::NOT_FOUND,
    }
}

/// After the Standard Webhooks specification.
fn signature(id: &str, timestamp: &str, body: &[u8]) -> String {
    let key = STANDARD.decode(FORWARD_KEY.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}
