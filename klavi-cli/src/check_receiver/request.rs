//! A request as it goes over the wire: its head, its body, and how that is cut into pieces.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Barrier;

use super::address::Address;

/// How many pieces a body has that does not go out at once.
const PIECES: usize = 10;

/// How the length of a body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// `Content-Length`.
    Length,
    /// `Transfer-Encoding: chunked`, in several chunks.
    Chunked,
}

/// When the pieces of a body go out.
#[derive(Clone, Debug)]
pub(super) enum Pace {
    AtOnce,
    /// A pause before each piece.
    Slow(Duration),
    /// The last byte at the same moment as that of the others.
    Together(Arc<Barrier>),
}

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    pub(super) framing: Framing,
    pub(super) pace: Pace,
    /// Breaks off after this many bytes of the body.
    pub(super) cut: Option<usize>,
    /// The `productReportId` or `eventId` in the body, if there is one.
    pub(super) id: String,
}

impl Request {
    /// Without one of its headers.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    /// With another value of a header, or with one more header.
    pub(super) fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        self.without(name).and(name, value)
    }

    /// With one more line of a header.
    pub(super) fn and(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn framing(self, framing: Framing) -> Self {
        Self { framing, ..self }
    }

    pub(super) fn pace(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    /// Breaks off after half of the body.
    pub(super) fn cut(self) -> Self {
        Self { cut: Some(self.body.len() / 2), ..self }
    }

    pub(super) fn is_cut(&self) -> bool {
        self.cut.is_some()
    }

    pub(super) fn head(&self, address: &Address) -> Vec<u8> {
        let mut head =
            format!("{} {} HTTP/1.1\r\nHost: {}\r\n", self.method, address.path, address.authority);
        for (name, value) in &self.headers {
            // Writing into a text cannot fail.
            let _ = write!(head, "{name}: {value}\r\n");
        }
        match self.framing {
            Framing::Chunked => head.push_str("Transfer-Encoding: chunked\r\n"),
            Framing::Length if self.method == "POST" => {
                let _ = write!(head, "Content-Length: {}\r\n", self.body.len());
            }
            Framing::Length => {}
        }
        head.push_str("Connection: close\r\n\r\n");
        head.into_bytes()
    }

    /// What follows the head.
    pub(super) fn pieces(&self) -> Vec<Cow<'_, [u8]>> {
        let sent = &self.body[..self.cut.unwrap_or(self.body.len())];
        let size = match self.pace {
            Pace::AtOnce if self.framing == Framing::Length => sent.len(),
            Pace::AtOnce | Pace::Slow(_) => sent.len().div_ceil(PIECES),
            Pace::Together(_) => sent.len().saturating_sub(1),
        };
        let pieces = sent.chunks(size.max(1));
        match self.framing {
            Framing::Length => pieces.map(Cow::Borrowed).collect(),
            Framing::Chunked => {
                let chunk = |piece: &[u8]| {
                    Cow::Owned([format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat())
                };
                let last = (!self.is_cut()).then_some(Cow::Borrowed(&b"0\r\n\r\n"[..]));
                pieces.map(chunk).chain(last).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(framing: Framing, pace: Pace) -> Request {
        let body = b"0123456789abcdefghij".to_vec();
        Request { method: "POST", headers: Vec::new(), body, framing, pace, cut: None, id: String::new() }
    }

    fn sent(request: &Request) -> Vec<String> {
        request.pieces().iter().map(|piece| String::from_utf8(piece.to_vec()).unwrap()).collect()
    }

    #[test]
    fn a_body_is_cut_as_its_pace_asks() {
        assert_eq!(sent(&request(Framing::Length, Pace::AtOnce)), ["0123456789abcdefghij"]);
        assert_eq!(sent(&request(Framing::Length, Pace::Slow(Duration::ZERO))).len(), PIECES);
        let together = Pace::Together(Arc::new(Barrier::new(1)));
        assert_eq!(sent(&request(Framing::Length, together)), ["0123456789abcdefghi", "j"]);
    }

    #[test]
    fn chunks_end_with_an_empty_one_unless_the_body_breaks_off() {
        let whole = request(Framing::Chunked, Pace::AtOnce);
        assert_eq!(sent(&whole).concat().matches("\r\n").count(), 2 * PIECES + 2);
        assert!(sent(&whole).concat().ends_with("2\r\nij\r\n0\r\n\r\n"));
        assert!(sent(&whole.cut()).concat().ends_with("1\r\n9\r\n"));
    }
}
