use std::io::{self, Read};

use crate::decode::Position;
use crate::{DecodeError, Fault, Reader};

/// Why a document could not be read to its end out of a source.
#[derive(Debug)]
#[non_exhaustive]
pub enum StreamError {
    /// The source failed.
    Io(io::Error),
    /// The document is no JSON.
    Decode(DecodeError),
    /// What would have to be kept is larger than that many bytes.
    TooLarge(usize),
}

impl std::fmt::Display for StreamError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(_) => f.write_str("the document could not be read on"),
            Self::Decode(error) => error.fmt(f),
            Self::TooLarge(limit) => write!(f, "the document has more than {limit} bytes beside its entries"),
        }
    }
}

impl std::error::Error for StreamError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Decode(_) | Self::TooLarge(_) => None,
        }
    }
}

/// The part of a document that is looked at; moves on as the document is read.
#[derive(Debug)]
pub(crate) struct Window<R> {
    source: R,
    text: String,
    /// How much of the text is done with.
    at: usize,
    /// Bytes of a character of which not all are there yet.
    started: Vec<u8>,
    ended: bool,
    limit: usize,
    position: Position,
}

impl<R: Read> Window<R> {
    pub(crate) fn new(source: R, limit: usize) -> Self {
        Self {
            source,
            text: String::new(),
            at: 0,
            started: Vec::new(),
            ended: false,
            limit,
            position: Position::default(),
        }
    }

    /// Takes a step in the document and returns what came of it with the text stepped over. A step that comes to the
    /// end of the window is taken again once there is more.
    pub(crate) fn step<T>(
        &mut self,
        step: impl Fn(&mut Reader<'_>) -> Result<T, Fault>,
    ) -> Result<(T, &str), StreamError> {
        loop {
            let mut reader = Reader::new(&self.text[self.at..]);
            let stepped = step(&mut reader);
            let length = reader.position();
            if self.at + length == self.text.len() && !self.ended {
                self.fill()?;
                continue;
            }
            return match stepped {
                Ok(value) => {
                    let text = &self.text[self.at..self.at + length];
                    self.at += length;
                    Ok((value, text))
                }
                Err(fault) => {
                    self.position.pass(&self.text.as_bytes()[..self.at]);
                    Err(StreamError::Decode(DecodeError::of(fault, &reader).behind(&self.position)))
                }
            };
        }
    }

    /// Drops what is done with and reads on, at least as much as is still wanted: a long value is not gone over for
    /// every piece of it.
    fn fill(&mut self) -> Result<(), StreamError> {
        const PIECE: usize = 64 << 10;
        self.position.pass(&self.text.as_bytes()[..self.at]);
        self.text.drain(..self.at);
        self.at = 0;
        if self.text.len() > self.limit {
            return Err(StreamError::TooLarge(self.limit));
        }
        let wanted = PIECE.max(self.text.len());
        let mut bytes = std::mem::take(&mut self.started);
        let before = bytes.len();
        let took =
            self.source.by_ref().take(wanted as u64).read_to_end(&mut bytes).map_err(StreamError::Io)?;
        debug_assert_eq!(before + took, bytes.len());
        self.ended = took < wanted;
        let whole = match std::str::from_utf8(&bytes) {
            Ok(text) => text,
            Err(error) if error.error_len().is_none() && !self.ended => {
                let (whole, started) = bytes.split_at(error.valid_up_to());
                self.started = started.to_vec();
                std::str::from_utf8(whole).unwrap_or_default()
            }
            Err(error) => {
                let read = self.position.bytes() + self.text.len();
                return Err(StreamError::Decode(DecodeError::not_utf8(read + error.valid_up_to())));
            }
        };
        self.text.push_str(whole);
        Ok(())
    }
}
