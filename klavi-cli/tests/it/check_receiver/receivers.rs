//! Receivers on a port of this machine that decide by headers and body.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode};
use klavi_webhook::klavi::SigningKey;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::receive::KEY;

/// Runs on while a test waits for the command.
pub(super) static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// The status of an answer.
type Decide = Arc<dyn Fn(&HeaderMap, &[u8]) -> u16 + Send + Sync>;

/// Serves an application; its address.
pub(super) fn serve_app(app: Router) -> String {
    let listener = RUNTIME.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    RUNTIME.spawn(async { axum::serve(listener, app).await });
    format!("http://{address}")
}

/// A receiver that answers each POST as that says, and every other method with 200.
pub(super) fn serve(decide: impl Fn(&HeaderMap, &[u8]) -> u16 + Send + Sync + 'static) -> String {
    let decide: Decide = Arc::new(decide);
    let app = Router::new().fallback(answer).layer(DefaultBodyLimit::disable()).with_state(decide);
    serve_app(app)
}

async fn answer(State(decide): State<Decide>, method: Method, headers: HeaderMap, body: Bytes) -> Response {
    let status = if method == Method::POST { decide(&headers, &body) } else { 200 };
    // A body in an answer, and more headers, are nobody's business.
    (StatusCode::from_u16(status).unwrap(), [("location", "/elsewhere")], "OK").into_response()
}

/// The signatures that came.
pub(super) fn signatures(headers: &HeaderMap) -> Vec<String> {
    let all = headers.get_all("x-klavi-signature").iter();
    all.map(|value| value.to_str().unwrap().to_owned()).collect()
}

/// The signature of the bytes.
pub(super) fn signature(body: &[u8]) -> String {
    SigningKey::from(KEY).sign(body).to_string()
}

/// What a good receiver answers.
pub(super) fn accept(headers: &HeaderMap, body: &[u8]) -> u16 {
    let is_right = |given: &String| given.eq_ignore_ascii_case(&signature(body));
    match &signatures(headers)[..] {
        _ if body.is_empty() => 200,
        [given] if is_right(given) => 200,
        _ => 401,
    }
}
