use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};

use crate::{Answer, Receiver};

impl Receiver {
    /// Every path below where it is nested takes deliveries, so that products can have addresses of their own. GET
    /// and HEAD are answered with 200.
    ///
    /// The sender's address is kept with each entry where the application is served with
    /// `into_make_service_with_connect_info::<SocketAddr>()`.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use klavi_webhook::{MemoryInbox, Receiver, klavi::Klavi};
    ///
    /// let receiver = Receiver::new(Klavi::new("the secretKey"), Arc::new(MemoryInbox::new()));
    /// let app: axum::Router = axum::Router::new().nest("/klavi", receiver.into_router());
    /// # let _ = app;
    /// ```
    pub fn into_router<S>(self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        Router::new().fallback(take_in).with_state(self)
    }
}

async fn take_in(State(receiver): State<Receiver>, request: Request) -> Answer {
    let source = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    receiver.request(request, source).await
}
