//! The end of a connection whose client may still be sending.
//!
//! Asks how far the connection is. It must not know what a request means.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::progress::Progress;

/// How long the client may go on sending after the server has stopped reading.
const TIME: Duration = Duration::from_secs(5);

/// A stream that, once it is shut down, reads and drops what still arrives for a while. An idle connection is given up at
/// once: its client may keep it open for minutes, and has nothing under way.
///
/// A body is refused before it has arrived. Closing the socket at once would answer the rest of it with a reset, which
/// may overtake the answer: a proxy then reports a broken receiver instead of the answer.
pub(super) struct Lingering<S> {
    stream: S,
    progress: Progress,
    ending: Option<Pin<Box<Sleep>>>,
}

impl<S> Lingering<S> {
    pub(super) fn new(stream: S, progress: Progress) -> Self {
        Self { stream, progress, ending: None }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Lingering<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { stream, progress, ending } = self.get_mut();
        if ending.is_none() {
            ready!(Pin::new(&mut *stream).poll_shutdown(context))?;
            if progress.is_idle() {
                return Poll::Ready(Ok(()));
            }
        }
        let ending = ending.get_or_insert_with(|| Box::pin(sleep(TIME)));
        // A fast sender has megabytes in flight.
        let mut dropped = [MaybeUninit::uninit(); 64 * 1024];
        loop {
            if ending.as_mut().poll(context).is_ready() {
                return Poll::Ready(Ok(()));
            }
            let mut buffer = ReadBuf::uninit(&mut dropped);
            match ready!(Pin::new(&mut *stream).poll_read(context, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {}
                // The client has read the answer, or is gone.
                _ => return Poll::Ready(Ok(())),
            }
        }
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

impl<S: AsyncRead + Unpin> AsyncRead for Lingering<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}
