//! Finding 6: attempt timeouts above the read timeout did nothing against a server that is silent before it answers.

use std::sync::{Mutex, mpsc};
use std::time::Duration;

use futures_util::poll;
use provider_call::{
    Caller, ClientSettings, Endpoint, ManualClock, RetryPolicy, TransportErrorKind, TransportOptions,
};

use crate::PROVIDER;
use crate::server::Server;

const HOUR: Duration = Duration::from_secs(3_600);
const SILENT: Endpoint = Endpoint::get("/silent");
const BROKEN_OFF: Endpoint = Endpoint::get("/broken-off");

/// A server that writes `first` of the answer to `/silent`, tells so, and goes on when it is told to. Within the body of
/// `/broken-off` it falls silent for good.
struct Silence {
    server: Server,
    fallen: mpsc::Receiver<()>,
    go_on: mpsc::Sender<()>,
}

impl Silence {
    fn after(first: &'static str) -> Self {
        const WHOLE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
        let ((tell, fallen), (go_on, told)) = (mpsc::channel(), mpsc::channel());
        let told = Mutex::new(told);
        let server = Server::start(move |connection| {
            if connection.read_request().unwrap().starts_with("get /broken-off ") {
                connection.write(&WHOLE.as_bytes()[..WHOLE.len() - 2]);
                return connection.wait_for_close();
            }
            connection.write(first.as_bytes());
            tell.send(()).unwrap();
            if told.lock().unwrap().recv().is_ok() {
                connection.write(&WHOLE.as_bytes()[first.len()..]);
            }
            connection.wait_for_close();
        });
        Self { server, fallen, go_on }
    }

    /// A client with an hour for each attempt, on a clock that stands still, and a short read timeout.
    fn caller(&self) -> (Caller, ManualClock) {
        let clock = ManualClock::held();
        let options = TransportOptions::new().no_proxy().read_timeout(Duration::from_millis(20));
        let settings = ClientSettings::new().transport_options(options).clock(clock.clone());
        let settings = settings.timeout(2 * HOUR).attempt_timeout(HOUR).retry_policy(RetryPolicy::none());
        (settings.caller(&PROVIDER, &self.server.url).unwrap(), clock)
    }
}

/// Has the read timeout end a call that was begun after `begun` was sent.
async fn outlast_the_read_timeout(caller: &Caller, begun: impl Future + Unpin, silence: &Silence) {
    let mut begun = begun;
    while silence.fallen.try_recv().is_err() {
        assert!(poll!(&mut begun).is_pending());
        tokio::task::yield_now().await;
    }
    let error = caller.call(&BROKEN_OFF).send().await.unwrap_err();
    assert_eq!(error.transport_kind(), Some(TransportErrorKind::Timeout), "{error}");
    assert!(error.is_timeout());
    assert!(poll!(begun).is_pending(), "the read timeout is none for the beginning of an answer");
}

#[tokio::test]
async fn a_provider_may_work_longer_than_the_read_timeout_before_it_answers() {
    for first in ["", "HTTP/1.1 200 OK\r\n"] {
        let silence = Silence::after(first);
        let (caller, _clock) = silence.caller();
        let mut call = Box::pin(caller.call(&SILENT).send());
        outlast_the_read_timeout(&caller, &mut call, &silence).await;
        silence.go_on.send(()).unwrap();
        assert_eq!(call.await.unwrap().body(), "hello", "{first:?}");
    }
}

#[tokio::test]
async fn a_silent_server_has_the_time_of_the_attempt() {
    for first in ["", "HTTP/1.1 200 OK\r\n"] {
        let silence = Silence::after(first);
        let (caller, clock) = silence.caller();
        let mut call = Box::pin(caller.call(&SILENT).send());
        outlast_the_read_timeout(&caller, &mut call, &silence).await;
        clock.advance(HOUR);
        let error = call.await.unwrap_err();
        assert_eq!((error.is_timeout(), error.transport_kind()), (true, None), "{error}");
        assert!(error.to_string().contains("no answer within 3600s"), "{error}");
    }
}
