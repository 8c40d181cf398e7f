//! Which replacement a value gets: the same for equal values of one run, another in the next run.
//!
//! A replacement comes from an HMAC of the value under a random key that is never written, so that trying all tax ids
//! finds nothing. Knows nothing of documents.

use std::collections::{HashMap, HashSet};

use hmac::{Hmac, KeyInit, Mac};
use jiff::civil;
use klavi_types::{Amount, DateTime};
use sha2::Sha256;

use crate::scrub::shape::{Random, is_blank, shaped};
use crate::scrub::vocabulary::{Member, Rule, SENSITIVE, Vocabulary};

/// How far dates move at most: about 20 years.
const MOST_WEEKS: u32 = 1040;

/// How often a replacement is drawn that must differ from all others, and one that must only differ from the value.
const DRAWS: [u32; 2] = [200, 1_000];

/// The secret of one run.
pub(crate) struct Key([u8; 32]);

impl Key {
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(Self(key))
    }
}

/// The replacements of one run.
pub(crate) struct Replacements<'v> {
    key: Hmac<Sha256>,
    vocabulary: &'v Vocabulary,
    /// How many days earlier every date is.
    days: i64,
    replaced: HashMap<Box<str>, Box<str>>,
    births: HashMap<Box<str>, Box<str>>,
    used: HashSet<Box<str>>,
}

impl<'v> Replacements<'v> {
    pub(crate) fn new(key: &Key, vocabulary: &'v Vocabulary) -> Self {
        let key = keyed(&key.0);
        let days = days(&mut Stream::of(&key, b"dates", "", 0));
        let (replaced, births, used) = (HashMap::new(), HashMap::new(), HashSet::new());
        Self { key, vocabulary, days, replaced, births, used }
    }

    /// The replacement of a member's name; `None` where it stays.
    pub(crate) fn of_name(&mut self, name: &str) -> Option<&str> {
        let is_plain = name.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'));
        if is_plain || self.vocabulary.is_member(name) {
            return None;
        }
        self.of_value(name, Rule::Plain)
    }

    /// The replacement of a text; `None` where it stays.
    pub(crate) fn of_text(&mut self, text: &str, member: Member<'_>) -> Option<&str> {
        let is_literal = ["true", "false", "null"].iter().any(|word| text.eq_ignore_ascii_case(word));
        let stays = match member.rule {
            Rule::Sensitive if member.has_word(text) => return Some(SENSITIVE),
            Rule::Currency => text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
            Rule::Version => is_version(text),
            Rule::Code => is_code(text),
            Rule::Plain | Rule::Birth | Rule::Sensitive => false,
        };
        if stays || is_literal || member.has_word(text) {
            return None;
        }
        self.of_value(text, member.rule)
    }

    /// The replacement of a number; `None` where it stays.
    pub(crate) fn of_number(&mut self, number: &str, member: Member<'_>) -> Option<&str> {
        if member.rule == Rule::Code && is_code(number) {
            return None;
        }
        self.of_value(number, member.rule)
    }

    fn of_value(&mut self, value: &str, rule: Rule) -> Option<&str> {
        if is_blank(value) {
            return None;
        }
        let day = value.parse::<DateTime>().ok().and_then(|_| value.split_at_checked(10));
        if let Some((day, time)) = day {
            return self.of_date(value, day, time, rule);
        }
        if !self.replaced.contains_key(value) {
            let replacement: Box<str> = self.draw(value).into();
            self.used.insert(replacement.clone());
            self.replaced.insert(value.into(), replacement);
        }
        self.replaced.get(value).map(|replacement| &**replacement)
    }

    fn of_date(&mut self, value: &str, day: &str, time: &str, rule: Rule) -> Option<&str> {
        // Placeholders for "always" and "never".
        if matches!(day, "0001-01-01" | "9999-12-31") {
            return None;
        }
        let (moved, days) = match rule {
            Rule::Birth => (&mut self.births, days(&mut Stream::of(&self.key, b"birth", value, 0))),
            _ => (&mut self.replaced, self.days),
        };
        if !moved.contains_key(value) {
            let day = earlier(day, days)?;
            moved.insert(value.into(), format!("{day}{time}").into());
        }
        moved.get(value).map(|replacement| &**replacement)
    }

    fn draw(&self, value: &str) -> String {
        let readings = Readings::of(value);
        let mut drawn = String::new();
        for number in 0..DRAWS[1] {
            drawn = shaped(value, &mut Stream::of(&self.key, b"value", value, number));
            let is_new = number >= DRAWS[0] || !self.used.contains(&*drawn);
            let is_other = drawn != value && !self.vocabulary.is_word(&drawn);
            if is_new && is_other && Readings::of(&drawn) == readings {
                break;
            }
        }
        drawn
    }
}

/// What a text can be read as. A replacement can be read as the same.
#[derive(PartialEq)]
struct Readings {
    integer: bool,
    amount: bool,
    date: bool,
    literal: bool,
}

impl Readings {
    fn of(text: &str) -> Self {
        Self {
            integer: text.parse::<i64>().is_ok(),
            amount: text.parse::<Amount>().is_ok(),
            date: text.parse::<DateTime>().is_ok(),
            literal: matches!(text, "true" | "false" | "null"),
        }
    }
}

/// The day so many days before. Behind where years begin, it is as many days after.
fn earlier(day: &str, days: i64) -> Option<civil::Date> {
    let day: civil::Date = day.parse().ok()?;
    let days = jiff::Span::new().days(days);
    let earlier = day.checked_sub(days).ok().filter(|earlier| earlier.year() >= 0);
    earlier.or_else(|| day.checked_add(days).ok())
}

fn days(stream: &mut Stream) -> i64 {
    7 * i64::from(1 + stream.number() % MOST_WEEKS)
}

/// `V1`, `V1.1`, `v1.0`, `2`.
fn is_version(text: &str) -> bool {
    let numbers = text.strip_prefix(['V', 'v']).unwrap_or(text).split('.');
    let is_number =
        |part: &str| matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit());
    numbers.clone().count() <= 3 && numbers.into_iter().all(is_number)
}

/// `200`, `204`, `5103`.
fn is_code(text: &str) -> bool {
    matches!(text.len(), 1..=4) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("a key may have any length")
}

/// Random bytes that follow from the key and a value.
struct Stream {
    seed: Hmac<Sha256>,
    block: [u8; 32],
    blocks: u64,
    at: usize,
}

impl Stream {
    /// `number` tells the streams of one value apart.
    fn of(key: &Hmac<Sha256>, purpose: &[u8; 5], value: &str, number: u32) -> Self {
        let mut seed = key.clone();
        seed.update(purpose);
        seed.update(&number.to_be_bytes());
        seed.update(value.as_bytes());
        let seed = keyed(&seed.finalize().into_bytes());
        Self { seed, block: [0; 32], blocks: 0, at: 32 }
    }

    fn number(&mut self) -> u32 {
        if self.at == self.block.len() {
            let mut block = self.seed.clone();
            block.update(&self.blocks.to_be_bytes());
            self.block = block.finalize().into_bytes().into();
            (self.blocks, self.at) = (self.blocks + 1, 0);
        }
        let bytes = &self.block[self.at..self.at + 4];
        self.at += 4;
        bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
    }
}

impl Random for Stream {
    fn below(&mut self, bound: u8) -> u8 {
        // Below `bound`, which fits.
        (self.number() % u32::from(bound)) as u8
    }
}
