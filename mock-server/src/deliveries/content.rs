use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use tokio::sync::mpsc;

use super::signature::Signer;

/// A made report up to this length is kept, so that it can be looked at.
const KEPT: usize = 1 << 20;
/// What a report that is being made hands on at a time.
const PIECE: usize = 64 << 10;
/// How many pieces wait for the receiver to take them.
const AHEAD: usize = 4;

/// The body of a delivery.
#[derive(Clone)]
pub(crate) enum Content {
    Kept(Bytes),
    Made(Arc<Made>),
}

/// A body too large to be kept: made anew each time that it is sent, and always the same.
pub(crate) struct Made {
    length: u64,
    signature: String,
    write: WriteBody,
}

type WriteBody = Box<dyn Fn(&mut dyn Write) -> io::Result<()> + Send + Sync>;

impl Content {
    /// Makes a body once, to know its length and signature. Takes as long as the body is large, so not on a thread that
    /// others wait for.
    pub(crate) fn make(secret_key: &str, write: WriteBody) -> io::Result<Self> {
        let mut measure = Measure { length: 0, signer: Signer::new(secret_key), kept: Some(Vec::new()) };
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

    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Kept(body) => body.len() as u64,
            Self::Made(made) => made.length,
        }
    }

    pub(crate) fn signature(&self, secret_key: &str) -> String {
        match self {
            Self::Kept(body) => {
                let mut signer = Signer::new(secret_key);
                signer.update(body);
                signer.finish()
            }
            Self::Made(made) => made.signature.clone(),
        }
    }
}

impl Made {
    pub(crate) fn len(&self) -> u64 {
        self.length
    }

    /// Its bytes, piece by piece, as fast as they are taken. Needs a runtime.
    pub(crate) fn pieces(self: &Arc<Self>) -> mpsc::Receiver<Bytes> {
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

struct Measure {
    length: u64,
    signer: Signer,
    /// `None` once it was too large.
    kept: Option<Vec<u8>>,
}

impl Write for Measure {
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
