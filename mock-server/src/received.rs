use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Method};

/// Older requests are forgotten, so that a mock can run for weeks.
const KEPT: usize = 10_000;

/// A call to the provider's API as it came in, whether it was taken or not.
#[derive(Clone)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// Method.
    pub method: Method,
    /// Path with query.
    pub path: String,
    /// Headers, tokens included.
    pub headers: HeaderMap,
    /// Body, to the byte; keys and personal data included.
    pub body: Bytes,
}

impl fmt::Debug for ReceivedRequest {
    /// Method and path without its query.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.split('?').next().unwrap_or_default();
        write!(f, "ReceivedRequest({} {path}, {} bytes)", self.method, self.body.len())
    }
}

#[derive(Default)]
pub(crate) struct ReceivedRequests(Mutex<VecDeque<ReceivedRequest>>);

impl ReceivedRequests {
    pub(crate) fn push(&self, request: ReceivedRequest) {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() == KEPT {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    pub(crate) fn snapshot(&self) -> Vec<ReceivedRequest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
