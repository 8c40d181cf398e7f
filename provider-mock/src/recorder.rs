//! The calls to a provider, as they came. Must not know what they mean.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch;
use url::form_urlencoded;

/// Older requests are forgotten, so that a mock can run for weeks.
const KEPT: usize = 10_000;
/// The bodies of all that are kept.
const BYTES: usize = 256 << 20;

/// A call to the provider's API as it came in, whether it was taken or not.
#[derive(Clone)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// Number, counted from 1 in the order of arrival.
    pub id: u64,
    /// When it came, in the mock's time.
    pub at: Timestamp,
    /// Method.
    pub method: Method,
    /// Path with query.
    pub path: String,
    /// Headers, tokens included.
    pub headers: HeaderMap,
    /// Body, to the byte; keys and personal data included.
    pub body: Bytes,
    /// What it was answered with; `None` while it is being answered, and where the caller went away.
    pub status: Option<StatusCode>,
    /// The [`Fault`](crate::Fault) that struck it.
    pub fault: Option<u64>,
}

impl ReceivedRequest {
    /// The body as JSON; `null` where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A parameter of the query, decoded; the first of that name.
    pub fn query(&self, name: &str) -> Option<String> {
        let (_, query) = self.path.split_once('?')?;
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
    }

    /// The token of its `Authorization: Bearer`.
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// The path without its query.
    pub fn path_alone(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }
}

impl fmt::Debug for ReceivedRequest {
    /// Method and path without its query.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReceivedRequest({} {}, {} bytes)", self.method, self.path_alone(), self.body.len())
    }
}

/// The calls that came.
#[derive(Default)]
pub struct Recorder {
    list: Mutex<List>,
    /// How many have come in.
    arrivals: watch::Sender<u64>,
}

#[derive(Default)]
struct List {
    requests: VecDeque<ReceivedRequest>,
    last_id: u64,
    /// Of all bodies.
    bytes: usize,
}

impl Recorder {
    /// Keeps a call of that head and body, struck by that fault, and answers its number.
    pub fn push(&self, at: Timestamp, head: &Parts, body: Bytes, fault: Option<u64>) -> u64 {
        let path = head.uri.path_and_query().map_or_else(|| head.uri.path(), |path| path.as_str());
        self.keep(ReceivedRequest {
            id: 0,
            at,
            method: head.method.clone(),
            path: path.to_owned(),
            headers: head.headers.clone(),
            body,
            status: None,
            fault,
        })
    }

    fn keep(&self, mut request: ReceivedRequest) -> u64 {
        let mut list = self.list();
        list.last_id += 1;
        request.id = list.last_id;
        list.make_room(request.body.len());
        let id = request.id;
        list.bytes += request.body.len();
        list.requests.push_back(request);
        self.arrivals.send_replace(id);
        id
    }

    /// Notes what became of a request, where it is still known.
    pub fn note(&self, id: u64, note: impl FnOnce(&mut ReceivedRequest)) {
        let mut list = self.list();
        if let Ok(place) = list.requests.binary_search_by_key(&id, |request| request.id) {
            note(&mut list.requests[place]);
        }
    }

    /// All that are kept, the oldest first.
    pub fn snapshot(&self) -> Vec<ReceivedRequest> {
        self.list().requests.iter().cloned().collect()
    }

    /// The newest first: so many after the first ones, and how many there are.
    pub fn newest(&self, (after, most): (usize, usize)) -> (Vec<ReceivedRequest>, usize) {
        let list = self.list();
        let newest = list.requests.iter().rev().skip(after).take(most);
        (newest.cloned().collect(), list.requests.len())
    }

    /// The one of that number.
    pub fn get(&self, id: u64) -> Option<ReceivedRequest> {
        let list = self.list();
        let place = list.requests.binary_search_by_key(&id, |request| request.id).ok()?;
        Some(list.requests[place].clone())
    }

    /// Waits until the requests are as wanted, and answers them.
    pub async fn until(&self, mut wanted: impl FnMut(&[ReceivedRequest]) -> bool) -> Vec<ReceivedRequest> {
        let mut arrivals = self.arrivals.subscribe();
        loop {
            arrivals.borrow_and_update();
            let requests = self.snapshot();
            // The sender is a field of `self`, so the channel cannot be closed.
            if wanted(&requests) || arrivals.changed().await.is_err() {
                return requests;
            }
        }
    }

    /// Forgets them.
    pub fn clear(&self) {
        let mut list = self.list();
        list.requests.clear();
        list.bytes = 0;
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl List {
    /// Forgets the oldest until one more, with a body of so many bytes, can be kept.
    fn make_room(&mut self, bytes: usize) {
        while self.requests.len() >= KEPT || self.bytes + bytes > BYTES {
            let Some(oldest) = self.requests.pop_front() else { return };
            self.bytes -= oldest.body.len();
        }
    }
}

impl fmt::Debug for Recorder {
    /// Closed: what it holds may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recorder(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: Bytes) -> ReceivedRequest {
        ReceivedRequest {
            id: 0,
            at: Timestamp::UNIX_EPOCH,
            method: Method::POST,
            path: "/".to_owned(),
            headers: HeaderMap::new(),
            body,
            status: None,
            fault: None,
        }
    }

    #[test]
    fn the_oldest_make_room_by_number_and_by_size() {
        let requests = Recorder::default();
        for _ in 0..=KEPT {
            requests.keep(request(Bytes::new()));
        }
        let kept = requests.snapshot();
        assert_eq!((kept.len(), kept[0].id), (KEPT, 2));

        requests.clear();
        // All of them share one allocation.
        let large = Bytes::from(vec![0; BYTES / 4]);
        for _ in 0..6 {
            requests.keep(request(large.clone()));
        }
        assert_eq!(requests.snapshot().len(), 4);
        requests.clear();
        assert_eq!(requests.list().bytes, 0);
    }
}
