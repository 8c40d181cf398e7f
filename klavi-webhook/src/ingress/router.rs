//! The axum router of a receiver. Knows HTTP requests, and leaves every decision to the receiver.

use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};

use crate::{Answer, Receiver};

impl Receiver {
    /// A router that takes deliveries on every path below where it is nested, so that each product can have a URL of its
    /// own. GET and HEAD are answered with 200.
    ///
    /// The sender's address is known where the application is served by [`Server`](crate::Server), or with
    /// `into_make_service_with_connect_info::<SocketAddr>()`. Without it, a [guard](Self::guard) refuses
    /// every delivery.
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
    let peer = peer(&request);
    receiver.request(request, peer).await
}

/// The other end of the socket, where the application is served with it.
pub(crate) fn peer(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip())
}
