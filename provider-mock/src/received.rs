//! Calls to one endpoint, for a test to look at and to count.

use std::fmt::Write as _;

use http::Method;

use crate::path_pattern::PathPattern;
use crate::recorder::{ReceivedRequest, Recorder};

/// How many calls a failed expectation lists, the newest.
const LISTED: usize = 20;

/// Calls to one endpoint, in the order in which they came.
#[derive(Debug)]
pub struct Received {
    method: Method,
    /// Path, and in words which calls to it.
    which: String,
    requests: Vec<ReceivedRequest>,
    /// What came in all, for the words of a failed expectation.
    all: Vec<ReceivedRequest>,
}

impl Received {
    /// Those to one endpoint, once there are that many.
    pub async fn until(came: &Recorder, method: Method, path: &str, count: usize) -> Self {
        let pattern = PathPattern::new(path);
        let all = came.until(|requests| {
            requests.iter().filter(|request| fits(request, &method, &pattern)).count() >= count
        });
        let all = all.await;
        Self::new(method, path, all)
    }

    /// Those to one endpoint of all that came.
    pub fn new(method: Method, path: &str, all: Vec<ReceivedRequest>) -> Self {
        let pattern = PathPattern::new(path);
        let requests = all.iter().filter(|request| fits(request, &method, &pattern)).cloned().collect();
        Self { method, which: path.to_owned(), requests, all }
    }

    /// The calls.
    pub fn requests(&self) -> &[ReceivedRequest] {
        &self.requests
    }

    /// Of them those that are so; `what` names them in the words of a failed expectation, `"with a callback"`.
    #[must_use]
    pub fn which(mut self, what: &str, are: impl Fn(&ReceivedRequest) -> bool) -> Self {
        self.requests.retain(are);
        self.which = format!("{} {what}", self.which);
        self
    }

    /// Expects so many calls.
    ///
    /// # Panics
    /// Where there were more or fewer; the words list what came, without bodies and queries.
    #[track_caller]
    pub fn assert_count(&self, count: usize) {
        let came = self.requests.len();
        assert!(came == count, "expected {}, but there {}", self.calls(count), self.story(came));
    }

    /// Expects one call, and answers it.
    ///
    /// # Panics
    /// As [`assert_count`](Self::assert_count).
    #[track_caller]
    pub fn only(&self) -> &ReceivedRequest {
        self.assert_count(1);
        &self.requests[0]
    }

    fn calls(&self, count: usize) -> String {
        let calls = if count == 1 { "call" } else { "calls" };
        format!("{count} {calls} of {} {}", self.method, self.which)
    }

    fn story(&self, came: usize) -> String {
        let were = if came == 1 { "was" } else { "were" };
        let mut story = format!("{were} {came}. ");
        if self.all.is_empty() {
            story.push_str("Nothing has been received.");
            return story;
        }
        let skipped = self.all.len().saturating_sub(LISTED);
        story.push_str(if skipped == 0 { "Received so far:" } else { "The newest that were received:" });
        for request in &self.all[skipped..] {
            let status =
                request.status.map_or("not answered".to_owned(), |status| status.as_u16().to_string());
            // Writing into a String does not fail.
            let _ =
                write!(story, "\n{:>5}  {} {} → {status}", request.id, request.method, request.path_alone());
            if let Some(fault) = request.fault {
                let _ = write!(story, " (fault {fault})");
            }
        }
        story
    }
}

fn fits(request: &ReceivedRequest, method: &Method, pattern: &PathPattern) -> bool {
    request.method == *method && pattern.matches(request.path_alone())
}
