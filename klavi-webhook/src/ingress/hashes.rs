//! What is computed from a body while it arrives: the verifier's hash, and the digest of the entry.

use sha2::{Digest as _, Sha256};

use crate::{Verifier, VerifyError};

/// How much each hash takes in its turn. A hash is a chain in which every step waits for the one before; in turns this
/// short the processor works on both at once, in three quarters of the time that they take one after the other.
const TURN: usize = 128;

/// The verifier, and the digest of a body that is one entry.
pub(crate) struct Hashes {
    verifier: Box<dyn Verifier>,
    digest: Option<Sha256>,
    has_begun: bool,
}

impl Hashes {
    pub(crate) fn new(verifier: Box<dyn Verifier>) -> Self {
        Self { verifier, digest: None, has_begun: false }
    }

    pub(crate) fn update(&mut self, chunk: &[u8]) {
        if !self.has_begun && !chunk.is_empty() {
            self.has_begun = true;
            // An object is one entry. The elements of an array have digests of their own.
            self.digest = (chunk[0] == b'{').then(Sha256::new);
        }
        let Some(digest) = &mut self.digest else { return self.verifier.update(chunk) };
        for turn in chunk.chunks(TURN) {
            self.verifier.update(turn);
            digest.update(turn);
        }
    }

    /// Verifies the body, all of which was hashed, and returns its digest where it is an object.
    pub(crate) fn finish(self, body: &[u8]) -> Result<Option<[u8; 32]>, VerifyError> {
        self.verifier.finish(body)?;
        Ok(self.digest.map(|digest| digest.finalize().into()))
    }
}
