//! The letters of JSON: blanks, quotes, digits, brackets.

use super::{Fault, Reader};

/// Text between quotes, as it stands.
pub(super) struct Quoted<'a> {
    pub(super) inside: &'a str,
    pub(super) escaped: bool,
}

impl<'a> Reader<'a> {
    /// The next byte that is not blank, not yet consumed.
    #[inline(always)]
    pub(super) fn byte(&mut self) -> Result<u8, Fault> {
        match self.text.as_bytes().get(self.at) {
            Some(byte) if *byte > b' ' => Ok(*byte),
            _ => {
                self.skip_blanks();
                self.text.as_bytes().get(self.at).copied().ok_or(Fault::Syntax)
            }
        }
    }

    /// Lines of indented text begin with many blanks: eight are told at once.
    #[inline(never)]
    pub(super) fn skip_blanks(&mut self) {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                _ => return,
            }
            while bytes.get(self.at..).is_some_and(|rest| rest.starts_with(b"        ")) {
                self.at += 8;
            }
        }
    }

    /// `null`, `true`, `false`. Where the document ends inside the word, the cursor stands at that end.
    pub(super) fn word(&mut self, word: &str) -> Result<(), Fault> {
        for expected in word.bytes() {
            if self.text.as_bytes().get(self.at) != Some(&expected) {
                return Err(Fault::Syntax);
            }
            self.at += 1;
        }
        Ok(())
    }

    /// Text in quotes, escapes checked but left as they are.
    #[inline(always)]
    pub(super) fn quoted(&mut self) -> Result<Quoted<'a>, Fault> {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) != Some(&b'"') {
            return Err(Fault::Syntax);
        }
        let start = self.at + 1;
        let end = end_of_plain(bytes, start);
        self.at = end;
        if bytes.get(end) != Some(&b'"') {
            return self.quoted_with_escapes(start);
        }
        self.at = end + 1;
        Ok(Quoted { inside: &self.text[start..end], escaped: false })
    }

    #[cold]
    fn quoted_with_escapes(&mut self, start: usize) -> Result<Quoted<'a>, Fault> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b'"') => {
                    let inside = &self.text[start..self.at];
                    self.at += 1;
                    return Ok(Quoted { inside, escaped: true });
                }
                Some(b'\\') => self.escape()?,
                _ => return Err(Fault::Syntax),
            }
            self.at = end_of_plain(bytes, self.at);
        }
    }

    /// Whether that name comes, with its colon and without blanks. Near the end of the document it is not looked at.
    ///
    /// What comes is taken in one length, so that no other length is checked for each of many names.
    #[inline(always)]
    pub(super) fn is_name(&self, name: &str) -> bool {
        const WINDOW: usize = 64;
        let comes = self.text.as_bytes().get(self.at..).and_then(<[u8]>::first_chunk::<WINDOW>);
        comes.is_some_and(|comes| {
            name.len() <= WINDOW - 3
                && comes[0] == b'"'
                && comes[1..=name.len()] == *name.as_bytes()
                && comes[name.len() + 1] == b'"'
                && comes[name.len() + 2] == b':'
        })
    }

    #[inline(always)]
    pub(super) fn end_of_plain(&self, at: usize) -> usize {
        end_of_plain(self.text.as_bytes(), at)
    }

    /// Text with its escapes resolved.
    #[inline(never)]
    pub(super) fn unescaped(&mut self) -> Result<String, Fault> {
        if self.byte()? != b'"' {
            return Err(Fault::Unfit("text"));
        }
        let bytes = self.text.as_bytes();
        let mut out = std::mem::take(&mut self.room);
        out.clear();
        let mut plain = self.at + 1;
        self.at = end_of_plain(bytes, plain);
        loop {
            out.push_str(&self.text[plain..self.at]);
            match bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escaped()?),
                _ => return Err(Fault::Syntax),
            }
            plain = self.at;
            self.at = end_of_plain(bytes, plain);
        }
    }

    /// The character of an escape.
    fn escaped(&mut self) -> Result<char, Fault> {
        const HALF: Fault = Fault::Unfit("text without half a surrogate pair");
        let bytes = self.text.as_bytes();
        let start = self.at;
        self.escape()?;
        let unit =
            |at: usize| bytes[at..at + 4].iter().fold(0, |unit, digit| unit << 4 | hexadecimal(*digit));
        Ok(match bytes[start + 1] {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => match unit(start + 2) {
                high @ 0xd800..0xdc00 => {
                    if !self.text[self.at..].starts_with("\\u") {
                        return Err(HALF);
                    }
                    self.escape()?;
                    let low = unit(start + 8).checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or(HALF)?;
                    char::from_u32(0x1_0000 + ((high - 0xd800) << 10 | low)).ok_or(HALF)?
                }
                unit => char::from_u32(unit).ok_or(HALF)?,
            },
            other => char::from(other),
        })
    }

    fn escape(&mut self) -> Result<(), Fault> {
        self.at += 1;
        match self.text.as_bytes().get(self.at) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.text.as_bytes().get(self.at).is_some_and(u8::is_ascii_hexdigit) {
                        return Err(Fault::Syntax);
                    }
                    self.at += 1;
                }
            }
            _ => return Err(Fault::Syntax),
        }
        Ok(())
    }

    pub(super) fn scan_number(&mut self) -> Result<(), Fault> {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        if bytes.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = bytes.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    /// At least one digit.
    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while self.text.as_bytes().get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Fault::Syntax) }
    }

    /// Goes over a value of any depth: open brackets are kept on the heap.
    pub(super) fn scan_value(&mut self) -> Result<(), Fault> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            // A value begins here.
            match self.byte()? {
                bracket @ (b'{' | b'[') => {
                    self.at += 1;
                    let closing = bracket + 2;
                    if self.byte()? != closing {
                        open.push(closing);
                        if closing == b'}' {
                            self.skip_name()?;
                        }
                        continue;
                    }
                    self.at += 1;
                }
                b'"' => {
                    self.quoted()?;
                }
                b't' => self.word("true")?,
                b'f' => self.word("false")?,
                b'n' => self.word("null")?,
                _ => self.scan_number()?,
            }
            // A value ended here.
            loop {
                let Some(closing) = open.last().copied() else { return Ok(()) };
                match self.byte()? {
                    b',' => {
                        self.at += 1;
                        if closing == b'}' {
                            self.byte()?;
                            self.skip_name()?;
                        }
                        break;
                    }
                    byte if byte == closing => {
                        self.at += 1;
                        open.pop();
                    }
                    _ => return Err(Fault::Syntax),
                }
            }
        }
    }

    /// A member name with its colon.
    fn skip_name(&mut self) -> Result<(), Fault> {
        self.quoted()?;
        if self.byte()? != b':' {
            return Err(Fault::Syntax);
        }
        self.at += 1;
        Ok(())
    }
}

/// The first position from `at` on of a quote, a backslash or a control character: eight bytes at a time.
#[inline(always)]
fn end_of_plain(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    // The high bit of each byte that is zero. A byte behind such a one may be named too, never one before it.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let quotes = zeros(word ^ (ONES * u64::from(b'"')));
        let backslashes = zeros(word ^ (ONES * u64::from(b'\\')));
        let controls = word.wrapping_sub(ONES * 0x20) & !word;
        let found = (quotes | backslashes | controls) & HIGH;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|byte| *byte >= 0x20 && !matches!(byte, b'"' | b'\\')) {
        at += 1;
    }
    at
}

fn hexadecimal(digit: u8) -> u32 {
    char::from(digit).to_digit(16).unwrap_or_default()
}
