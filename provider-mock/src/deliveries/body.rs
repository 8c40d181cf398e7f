//! The body of a delivery: kept, or made anew for each attempt where it is large.

use std::fmt;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use tokio::sync::mpsc;

/// A made report up to this length is kept, so that it can be looked at.
const KEPT: usize = 1 << 20;
/// What a report that is being made hands on at a time.
const PIECE: usize = 64 << 10;
/// How many pieces wait for the receiver to take them.
const AHEAD: usize = 4;

/// The body of a delivery.
#[derive(Clone, Debug)]
pub enum Body {
    /// Its bytes.
    Kept(Bytes),
    /// How it is made.
    Made(Arc<Made>),
}

/// A body too large to be kept: made anew each time that it is sent, and always the same.
pub struct Made {
    length: u64,
    signature: String,
    write: WriteBody,
}

/// Writes a body, the same one each time.
pub type WriteBody = Box<dyn Fn(&mut dyn Write) -> io::Result<()> + Send + Sync>;

/// Takes the bytes of a body one after the other, and answers what it is signed with.
pub trait Sign {
    /// More of the body.
    fn update(&mut self, bytes: &[u8]);

    /// The signature of what was given.
    fn finish(self) -> String;
}

impl Body {
    /// Makes a body once, to know its length and signature. Takes as long as the body is large, so not on a thread that
    /// others wait for.
    ///
    /// # Errors
    /// Those of `write`.
    pub fn make<S: Sign>(signer: S, write: WriteBody) -> io::Result<Self> {
        let mut measure = Measure { length: 0, signer, kept: Some(Vec::new()) };
        let mut out = BufWriter::with_capacity(PIECE, &mut measure);
        write(&mut out)?;
        out.flush()?;
        drop(out);
        let Measure { length, signer, kept } = measure;
        Ok(match kept {
            Some(body) => Self::Kept(body.into()),
            None => Self::Made(Arc::new(Made { length, signature: signer.finish(), write })),
        })
    }

    /// How many bytes it has.
    #[expect(clippy::len_without_is_empty, reason = "nobody asks whether a body is empty")]
    pub fn len(&self) -> u64 {
        match self {
            Self::Kept(body) => body.len() as u64,
            Self::Made(made) => made.length,
        }
    }

    /// What it is signed with.
    pub fn signature<S: Sign>(&self, mut signer: S) -> String {
        match self {
            Self::Kept(body) => {
                signer.update(body);
                signer.finish()
            }
            Self::Made(made) => made.signature.clone(),
        }
    }
}

impl Made {
    /// Its bytes, piece by piece, as fast as they are taken. Needs a runtime.
    pub fn pieces(self: &Arc<Self>) -> mpsc::Receiver<Bytes> {
        let (to, pieces) = mpsc::channel(AHEAD);
        let made = Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            let mut out = Pieces { collected: BytesMut::with_capacity(PIECE), to };
            // Whoever takes no more of it has a reason and knows it.
            let _ = (made.write)(&mut out).and_then(|()| out.flush());
        });
        pieces
    }
}

impl fmt::Debug for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Made").field("length", &self.length).finish_non_exhaustive()
    }
}

struct Measure<S> {
    length: u64,
    signer: S,
    /// `None` once it was too large.
    kept: Option<Vec<u8>>,
}

impl<S: Sign> Write for Measure<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.length += bytes.len() as u64;
        self.signer.update(bytes);
        self.kept = self.kept.take().filter(|kept| kept.len() + bytes.len() <= KEPT);
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Pieces {
    collected: BytesMut,
    to: mpsc::Sender<Bytes>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.collected.put_slice(bytes);
        if self.collected.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = self.collected.split().freeze();
        self.collected.reserve(PIECE);
        if piece.is_empty() {
            return Ok(());
        }
        self.to.blocking_send(piece).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
