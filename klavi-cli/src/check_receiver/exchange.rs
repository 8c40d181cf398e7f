//! One request over a connection of its own, and the status of its answer.
//!
//! Written by hand, because no HTTP client sends what a case needs: a body that breaks off, a header twice, the last
//! bytes of two requests at the same moment.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, sleep, timeout};

use super::address::Address;
use super::request::{Pace, Request};

/// The largest head of an answer.
const MAX_HEAD: usize = 64 << 10;
/// The most headers of an answer.
const MAX_HEADERS: usize = 128;
/// How much is written at a time, so that a slow receiver is told from one that takes nothing.
const PIECE: usize = 64 << 10;

/// Sends requests to one receiver.
pub(super) struct Exchange {
    pub(super) address: Address,
    /// For the connection, for each piece of a body, and for the answer.
    pub(super) timeout: Duration,
}

/// What the receiver answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// From the last byte of the body.
    pub(super) time: Duration,
    /// It was there before the whole body was sent.
    pub(super) early: bool,
}

/// Why there is no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum NoAnswer {
    #[error("no connection could be made: {0}")]
    NoConnection(String),
    #[error("no TLS connection could be made: {0}")]
    NoTls(String),
    #[error("nothing came within {}", seconds(*.0))]
    Timeout(Duration),
    #[error("the connection was closed without an answer")]
    Closed,
    #[error("the answer is no HTTP/1.1")]
    NotHttp,
}

impl NoAnswer {
    /// Whether the receiver was reached at all.
    pub(super) fn reached(&self) -> bool {
        !matches!(self, Self::NoConnection(_) | Self::NoTls(_))
    }

    /// What to change, where the reason alone says it.
    pub(super) fn advice(&self) -> Option<&'static str> {
        match self {
            Self::NoConnection(_) => Some("start the receiver, and check the host and the port of --to"),
            Self::NoTls(_) => Some(
                "serve the whole certificate chain of a public authority, or name the root of a test system with --tls-ca",
            ),
            Self::Timeout(_) => Some("store first, answer, and do the other work later"),
            Self::NotHttp => Some("Klavi sends HTTP, or HTTPS to an https address: check the scheme of --to"),
            Self::Closed => None,
        }
    }
}

/// A span of time in seconds, as text.
pub(super) fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

impl Exchange {
    pub(super) async fn send(&self, request: &Request) -> Result<Answer, NoAnswer> {
        let connecting = timeout(self.timeout, self.address.connect()).await;
        let stream = connecting
            .map_err(|_| NoAnswer::NoConnection(format!("not within {}", seconds(self.timeout))))??;
        let (mut reader, mut writer) = tokio::io::split(stream);
        let status = read_status(&mut reader);
        tokio::pin!(status);
        tokio::select! {
            // What is complete counts as complete.
            biased;
            // A receiver that refuses a body closes the connection, often with an answer in it.
            () = self.write(&mut writer, request) => {}
            status = &mut status => return Ok(Answer { status: status?, time: Duration::ZERO, early: true }),
        }
        let complete = Instant::now();
        let status = timeout(self.timeout, status).await.map_err(|_| NoAnswer::Timeout(self.timeout))??;
        Ok(Answer { status, time: complete.elapsed(), early: false })
    }

    /// Writes until the end, or until the receiver takes no more.
    async fn write(&self, writer: &mut (impl AsyncWrite + Unpin), request: &Request) {
        let pieces = request.pieces();
        let (count, mut taken) = (pieces.len(), self.piece(writer, &request.head(&self.address)).await);
        for (number, piece) in pieces.iter().enumerate() {
            match &request.pace {
                Pace::Slow(pause) => sleep(*pause).await,
                // Where the other one does not come so far, this one goes on alone.
                Pace::Together(barrier) if number + 1 == count => {
                    drop(timeout(self.timeout, barrier.wait()).await);
                }
                Pace::AtOnce | Pace::Together(_) => {}
            }
            for part in piece.chunks(PIECE) {
                if !taken {
                    return;
                }
                taken = self.piece(writer, part).await;
            }
        }
        if request.is_cut() {
            drop(writer.shutdown().await);
        }
    }

    async fn piece(&self, writer: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> bool {
        let written = async {
            writer.write_all(bytes).await?;
            writer.flush().await
        };
        matches!(timeout(self.timeout, written).await, Ok(Ok(())))
    }
}

/// The status of the final answer.
async fn read_status(reader: &mut (impl AsyncRead + Unpin)) -> Result<u16, NoAnswer> {
    let mut head = Vec::new();
    loop {
        match parse(&head)? {
            Some((status, length)) if status < 200 => drop(head.drain(..length)),
            Some((status, _)) => return Ok(status),
            None if head.len() > MAX_HEAD => return Err(NoAnswer::NotHttp),
            None => match reader.read_buf(&mut head).await {
                Ok(0) | Err(_) => return Err(NoAnswer::Closed),
                Ok(_) => {}
            },
        }
    }
}

/// The status and the length of a head, if it is complete.
fn parse(head: &[u8]) -> Result<Option<(u16, usize)>, NoAnswer> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut answer = httparse::Response::new(&mut headers);
    match answer.parse(head).map_err(|_| NoAnswer::NotHttp)? {
        httparse::Status::Complete(length) => Ok(answer.code.map(|status| (status, length))),
        httparse::Status::Partial => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn status(mut answer: &[u8]) -> Result<u16, String> {
        read_status(&mut answer).await.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn interim_answers_are_not_the_answer() {
        let answer = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n";
        assert_eq!(status(answer).await, Ok(200));
        assert_eq!(status(b"HTTP/1.0 401 \r\nA: b\r\n\r\nbody").await, Ok(401));
    }

    #[tokio::test]
    async fn what_is_no_answer_is_named() {
        let closed = Err("the connection was closed without an answer".to_owned());
        assert_eq!(status(b"").await, closed);
        assert_eq!(status(b"HTTP/1.1 200 OK\r\n").await, closed);
        let other = Err("the answer is no HTTP/1.1".to_owned());
        assert_eq!(status(b"SSH-2.0-x\r\n").await, other);
        let endless = [b"HTTP/1.1 200 OK\r\na: ".to_vec(), vec![b'b'; MAX_HEAD]].concat();
        assert_eq!(status(&endless).await, other);
    }
}
