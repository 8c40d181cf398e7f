//! A body that is sent piece by piece.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, Sleep};

use super::Body as Content;

/// What of a body is handed on at a time.
const PIECE: usize = 64 << 10;
/// In how many pieces a body trickles.
const TRICKLES: u64 = 20;
/// Longest pause between two of them: less than whoever sends or receives waits for.
const PAUSE: Duration = Duration::from_secs(5);
/// Between the last piece and the break, so that the piece is on its way by then.
const BEFORE_BREAK: Duration = Duration::from_millis(20);

/// A body whose length is declared, sent piece by piece: with pauses, or broken off, if asked for.
pub struct PacedBody {
    source: Source,
    /// How much of what was declared is left.
    left: u64,
    piece: usize,
    /// Between two pieces.
    pause: Duration,
    /// Until when nothing is sent.
    sleep: Option<Pin<Box<Sleep>>>,
    /// How much is left when it breaks off.
    breaks_at: Option<u64>,
    /// When the last piece was taken.
    progress: Option<watch::Sender<Instant>>,
}

enum Source {
    Kept(Bytes),
    Pieces(mpsc::Receiver<Bytes>, Bytes),
}

/// The body was broken off on purpose, or could not be made to its end.
#[derive(Debug, thiserror::Error)]
#[error("the body was broken off")]
pub struct BrokenOff;

impl PacedBody {
    /// All of it at once.
    pub fn new(content: &Content) -> Self {
        let source = match content {
            Content::Kept(body) => Source::Kept(body.clone()),
            Content::Made(made) => Source::Pieces(Arc::clone(made).pieces(), Bytes::new()),
        };
        Self {
            source,
            left: content.len(),
            piece: PIECE,
            pause: Duration::ZERO,
            sleep: None,
            breaks_at: None,
            progress: None,
        }
    }

    /// Trickles for about that long.
    pub fn slow(mut self, slow: Duration) -> Self {
        if !slow.is_zero() {
            let piece = usize::try_from(self.left.div_ceil(TRICKLES)).unwrap_or(PIECE);
            self.piece = piece.clamp(1, PIECE);
            let pieces = self.left.div_ceil(self.piece as u64).max(1);
            self.pause = (slow / u32::try_from(pieces).unwrap_or(u32::MAX)).min(PAUSE);
        }
        self
    }

    /// Declares all and breaks off in the middle.
    pub fn broken_off(mut self) -> Self {
        self.breaks_at = Some(self.left.div_ceil(2));
        self
    }

    /// Declares all and breaks off before the first byte.
    pub fn broken_at_once(mut self) -> Self {
        self.breaks_at = Some(self.left);
        self
    }

    /// Tells when pieces are taken.
    pub fn watched(mut self) -> (Self, watch::Receiver<Instant>) {
        let (progress, taken) = watch::channel(Instant::now());
        self.progress = Some(progress);
        (self, taken)
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Result<Bytes, BrokenOff>> {
        let before_break = self.breaks_at.map_or(u64::MAX, |breaks_at| self.left - breaks_at);
        let most = self.piece.min(usize::try_from(before_break).unwrap_or(usize::MAX));
        let from = match &mut self.source {
            Source::Kept(body) => body,
            Source::Pieces(pieces, rest) => {
                if rest.is_empty() {
                    // An early end is a report that could not be made.
                    *rest = ready!(pieces.poll_recv(cx)).ok_or(BrokenOff)?;
                }
                rest
            }
        };
        Poll::Ready(Ok(from.split_to(most.min(from.len()))))
    }
}

impl http_body::Body for PacedBody {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        if let Some(sleep) = &mut self.sleep {
            ready!(sleep.as_mut().poll(cx));
            self.sleep = None;
        }
        if self.breaks_at == Some(self.left) {
            return Poll::Ready(Some(Err(BrokenOff)));
        }
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let piece = match ready!(self.poll_piece(cx)) {
            Ok(piece) => piece,
            Err(broken) => return Poll::Ready(Some(Err(broken))),
        };
        self.left = self.left.saturating_sub(piece.len() as u64);
        if let Some(progress) = &self.progress {
            progress.send_replace(Instant::now());
        }
        if self.breaks_at == Some(self.left) {
            self.sleep = Some(Box::pin(tokio::time::sleep(BEFORE_BREAK)));
        } else if !self.pause.is_zero() && self.left > 0 {
            self.sleep = Some(Box::pin(tokio::time::sleep(self.pause)));
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0 && self.breaks_at.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

impl fmt::Debug for PacedBody {
    /// Closed: what it holds may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PacedBody(..)")
    }
}
