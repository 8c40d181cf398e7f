use std::borrow::Cow;

use super::{Fault, Reader};

/// Steps through the members of an object.
#[derive(Clone, Debug)]
pub struct Members {
    first: bool,
}

/// Steps through the elements of an array.
#[derive(Clone, Debug)]
pub struct Elements {
    first: bool,
}

impl Members {
    pub(super) const fn new() -> Self {
        Self { first: true }
    }

    /// Goes to the next member and returns its name, with the cursor before its value; `None` behind the last.
    ///
    /// A name with half a surrogate pair, which is no text, is returned as it is written, escapes and all.
    ///
    /// # Errors
    /// Where the object breaks off.
    pub fn next<'a>(&mut self, reader: &mut Reader<'a>) -> Result<Option<Cow<'a, str>>, Fault> {
        if self.advance(reader)? { reader.name().map(Some) } else { Ok(None) }
    }

    /// Goes to the next member, with the cursor before its name; `false` behind the last.
    #[inline(always)]
    pub(crate) fn advance(&mut self, reader: &mut Reader<'_>) -> Result<bool, Fault> {
        match reader.byte()? {
            b'}' => {
                reader.at += 1;
                return Ok(false);
            }
            b',' if !self.first => {
                reader.at += 1;
                reader.byte()?;
            }
            _ if self.first => {}
            _ => return Err(Fault::Syntax),
        }
        self.first = false;
        Ok(true)
    }
}

impl Elements {
    pub(super) const fn new() -> Self {
        Self { first: true }
    }

    /// Goes to the next element, with the cursor before it; `false` behind the last.
    ///
    /// # Errors
    /// Where the array breaks off.
    #[inline]
    pub fn next(&mut self, reader: &mut Reader<'_>) -> Result<bool, Fault> {
        match reader.byte()? {
            b']' => {
                reader.at += 1;
                return Ok(false);
            }
            b',' if !self.first => {
                reader.at += 1;
                if reader.byte()? == b']' {
                    return Err(Fault::Syntax);
                }
            }
            _ if self.first => {}
            _ => return Err(Fault::Syntax),
        }
        self.first = false;
        Ok(true)
    }
}
