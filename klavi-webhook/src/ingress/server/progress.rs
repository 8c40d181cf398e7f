//! How far a connection is with a request, and how long it may stay there.
//!
//! Knows that a request follows a request, and counts bytes. It must not know what they mean.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// How much is kept of the beginning of a head: enough to tell other protocols by.
const BEGIN: usize = 16;

/// The phase of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// A head is arriving, or the first one is awaited.
    Head,
    /// A request is being answered.
    Request,
    /// The connection is kept alive for another request.
    Idle,
}

/// The progress of one connection, shared by its stream and its requests.
#[derive(Clone, Debug)]
pub(super) struct Progress(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    phase: Phase,
    /// How many phases were before. The same phase of another request has a time limit of its own.
    turn: u64,
    /// The first bytes of the head.
    begin: [u8; BEGIN],
    /// How many bytes were read since the head began.
    bytes: usize,
    /// Whether the body of the last request was not read to its end.
    unread: bool,
    /// Whether nothing had arrived when the next head was last asked for.
    waiting: bool,
    /// Who waits for the stream during a request. hyper need not ask again before the time limit of the pause is set.
    reader: Option<Waker>,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            phase: Phase::Head,
            turn: 0,
            begin: [0; BEGIN],
            bytes: 0,
            unread: false,
            waiting: false,
            reader: None,
        })))
    }

    /// A head is complete. The body of the request takes note of whether it is read.
    pub(super) fn begin_request<B: HttpBody>(&self, body: B) -> Read<B> {
        let mut state = self.state();
        state.enter(Phase::Request);
        state.unread = !body.is_end_stream();
        drop(state);
        Read { body, ended: false, progress: self.clone() }
    }

    /// The body of a response, after which the connection is idle.
    pub(super) fn until_end_of(&self, body: Body) -> LastPart {
        LastPart { body, progress: self.clone() }
    }

    /// Whether the next request is awaited and the last one was read to its end.
    pub(super) fn is_idle(&self) -> bool {
        let state = self.state();
        state.waiting && state.bytes == 0
    }

    /// Whether a head has begun and is not complete.
    pub(super) fn is_in_head(&self) -> bool {
        let state = self.state();
        state.phase == Phase::Head && state.bytes > 0
    }

    /// The first bytes of the head, and how many were read since it began.
    pub(super) fn head(&self) -> (Vec<u8>, usize) {
        let state = self.state();
        (state.begin[..state.bytes.min(BEGIN)].to_vec(), state.bytes)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_read(&self, read: &[u8]) {
        let mut state = self.state();
        match state.phase {
            Phase::Request => return,
            Phase::Idle => state.enter(Phase::Head),
            Phase::Head => {}
        }
        let start = state.bytes.min(BEGIN);
        let length = read.len().min(BEGIN - start);
        state.begin[start..start + length].copy_from_slice(&read[..length]);
        state.bytes += read.len();
    }
}

impl State {
    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.turn += 1;
        self.waiting = false;
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
        if phase != Phase::Request {
            self.bytes = 0;
        }
    }
}

/// The body of a request.
#[derive(Debug)]
pub(super) struct Read<B: HttpBody> {
    body: B,
    /// The end of a body in chunks shows only when it is read.
    ended: bool,
    progress: Progress,
}

impl<B: HttpBody + Unpin> HttpBody for Read<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
        this.ended |= frame.is_none();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B: HttpBody> Drop for Read<B> {
    fn drop(&mut self) {
        if self.ended || self.body.is_end_stream() {
            self.progress.state().unread = false;
        }
    }
}

/// The body of a response. The connection is idle once hyper drops it.
#[derive(Debug)]
pub(super) struct LastPart {
    body: Body,
    progress: Progress,
}

impl HttpBody for LastPart {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for LastPart {
    fn drop(&mut self) {
        self.progress.state().enter(Phase::Idle);
    }
}

/// A stream whose reads fail once a head, or the pause before it, takes too long.
///
/// hyper has one time limit for both, which begins with the pause. Load balancers keep connections open for a minute;
/// a head that takes a minute holds a connection on purpose.
pub(super) struct Timed<S> {
    stream: S,
    progress: Progress,
    head_time: Duration,
    keep_alive: Duration,
    timer: Pin<Box<Sleep>>,
    /// What the timer was set for.
    turn: u64,
}

impl<S> Timed<S> {
    pub(super) fn new(stream: S, progress: Progress, head_time: Duration, keep_alive: Duration) -> Self {
        let timer = Box::pin(sleep_until(after(head_time)));
        Self { stream, progress, head_time, keep_alive, timer, turn: 0 }
    }
}

/// An instant that far from now, or one that never comes.
fn after(time: Duration) -> Instant {
    const NEVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);
    let now = Instant::now();
    now.checked_add(time).unwrap_or(now + NEVER)
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        if read.is_ready() {
            this.progress.note_read(&buffer.filled()[before..]);
            return read;
        }
        let (phase, turn) = {
            let mut state = this.progress.state();
            if state.phase == Phase::Request {
                state.reader = Some(context.waker().clone());
            }
            // Before a connection is closed with a body unread, hyper tries to read the rest of it.
            state.waiting = state.phase != Phase::Request && !state.unread;
            (state.phase, state.turn)
        };
        if turn != this.turn {
            this.turn = turn;
            match phase {
                Phase::Head => this.timer.as_mut().reset(after(this.head_time)),
                Phase::Idle => this.timer.as_mut().reset(after(this.keep_alive)),
                Phase::Request => {}
            }
        }
        if phase != Phase::Request {
            ready!(this.timer.as_mut().poll(context));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
