//! The axum extractor for verified deliveries. Shares the receiver's pipeline and stores nothing.

use axum::extract::{FromRef, FromRequest, Request};
use axum::response::{IntoResponse, Response};

use crate::ingress::router::peer;
use crate::{Answer, Delivery, Receiver, Verified};

/// The rejection of the extractor [`Delivery<Verified>`](Delivery), which becomes the documented answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal(Answer);

impl Refusal {
    /// The answer.
    pub const fn answer(self) -> Answer {
        self.0
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

/// A verified delivery for an axum handler of your own. The body is read within the receiver's limits.
///
/// Nothing is stored unless the handler does it ([`Receiver::store`]). The console's connectivity test, an empty body, is
/// answered with 200 without reaching the handler; give GET a route as well, for consoles and load
/// balancers that probe the URL.
///
/// ```
/// use axum::extract::{FromRef, State};
/// use klavi_webhook::{Answer, Delivery, Receiver, Verified};
///
/// #[derive(Clone)]
/// struct App {
///     receiver: Receiver,
/// }
///
/// impl FromRef<App> for Receiver {
///     fn from_ref(app: &App) -> Self {
///         app.receiver.clone()
///     }
/// }
///
/// async fn hook(State(receiver): State<Receiver>, delivery: Delivery<Verified>) -> Answer {
///     println!("{} bytes", delivery.body().len());
///     receiver.store(&delivery).await
/// }
///
/// let answers = axum::routing::get(async || Answer::Ping).post(hook);
/// let routes: axum::Router<App> = axum::Router::new().route("/hook", answers);
/// # let _ = routes;
/// ```
impl<S> FromRequest<S> for Delivery<Verified>
where
    Receiver: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let receiver = Receiver::from_ref(state);
        let peer = peer(&request);
        let (head, body) = request.into_parts();
        let arrived = receiver.read(head.headers, peer, body).await.map_err(Refusal)?;
        receiver.verified(arrived, |_, delivery| Ok(delivery)).await.map_err(Refusal)
    }
}
