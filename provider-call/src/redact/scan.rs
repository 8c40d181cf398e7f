//! The single passes of redaction. Each takes a line and gives it back with its own sort of thing masked.

use super::MASK;

/// Shorter runs are codes, amounts of little use to anybody, or the year of a date.
const MIN_DIGITS: usize = 5;

/// With spaces and brackets between them digits are rarely one number, unless there are as many as in a
/// phone number.
const MIN_SPACED_DIGITS: usize = 8;

/// Ordinary words with digits are shorter.
const MIN_OPAQUE_CHARS: usize = 20;

/// Letters alone, of both cases, are a token from this length on; names of errors are shorter.
const MIN_LETTERS_ONLY: usize = 40;

const CNPJ_CHARS: usize = 14;

/// `https://host/path?query#fragment` → `https://host/path?***`, and no user name either.
pub(super) fn mask_url_queries(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(scheme_end) = rest.find("://") {
        let (before, url) = rest.split_at(scheme_end + "://".len());
        let end = url.find(|c: char| c == ' ' || "\"'<>".contains(c)).unwrap_or(url.len());
        let (url, after) = url.split_at(end);
        let path_end = url.find(['?', '#']).unwrap_or(url.len());
        let (path, query) = url.split_at(path_end);
        let authority_end = path.find('/').unwrap_or(path.len());
        let host_start = path[..authority_end].rfind('@').map_or(0, |at| at + 1);
        out.push_str(before);
        if host_start > 0 {
            out.push_str(MASK);
            out.push('@');
        }
        out.push_str(&path[host_start..]);
        if !query.is_empty() {
            out.push('?');
            out.push_str(MASK);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

pub(super) fn mask_email_addresses(text: &str) -> String {
    let local = |c: char| c.is_alphanumeric() || "._%+-'".contains(c);
    let domain = |c: char| c.is_alphanumeric() || ".-".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let start = before.trim_end_matches(local).len();
        let end = after.len() - after.trim_start_matches(domain).len();
        if start < at && end > 0 {
            out.push_str(&before[..start]);
            out.push_str(MASK);
        } else {
            out.push_str(&rest[..=at]);
            out.push_str(&after[..end]);
        }
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

/// JWTs, UUIDs, long random text, and tax ids of companies with letters in them.
pub(super) fn mask_opaque_tokens(text: &str) -> String {
    let part = |c: char| c.is_alphanumeric() || "._-+/=~%".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(part) {
        let word = &rest[start..];
        let end = word.find(|c| !part(c)).unwrap_or(word.len());
        out.push_str(&rest[..start]);
        out.push_str(&mask_word(&word[..end]));
        rest = &word[end..];
    }
    out.push_str(rest);
    out
}

/// Masks from the first piece that gives the word away to its end: what follows belongs to the same token.
fn mask_word(word: &str) -> String {
    if is_alphanumeric_cnpj(word) {
        return MASK.to_owned();
    }
    let mut start = 0;
    for piece in word.split_inclusive(['/', '.', '=']) {
        if is_opaque(piece) {
            return format!("{}{MASK}", &word[..start]);
        }
        start += piece.len();
    }
    word.to_owned()
}

fn is_opaque(piece: &str) -> bool {
    // Every JWT begins like this: it is `{"` in base64.
    if piece.starts_with("eyJ") {
        return true;
    }
    let chars = piece.chars().count();
    let count = |test: fn(char) -> bool| piece.chars().filter(|c| test(*c)).count();
    let digits = count(char::is_numeric);
    let letters = count(char::is_alphabetic);
    let mixed_case = count(char::is_uppercase) > 0 && count(char::is_lowercase) > 0;
    let mixed = letters > 0 && (digits >= 3 || (digits > 0 && mixed_case));
    (chars >= MIN_OPAQUE_CHARS && mixed) || (chars >= MIN_LETTERS_ONLY && mixed_case)
}

/// Twelve letters or digits and two check digits, with or without `. / -`.
fn is_alphanumeric_cnpj(word: &str) -> bool {
    let word = word.trim_end_matches(['.', '-', '/']);
    let bare: Vec<char> = word.chars().filter(|c| !"./-".contains(*c)).collect();
    bare.len() == CNPJ_CHARS
        && bare.iter().all(char::is_ascii_alphanumeric)
        && bare[CNPJ_CHARS - 2..].iter().all(char::is_ascii_digit)
}

/// Numbers of persons: tax ids, phones, accounts, cards, dates of birth.
pub(super) fn mask_digit_runs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(char::is_numeric) {
        let (before, from_digit) = rest.split_at(start);
        out.push_str(before);
        let spaced = DigitRun::at_start_of(from_digit, |c| is_tight(c) || " ()+\u{a0}".contains(c));
        let tight = DigitRun::at_start_of(from_digit, is_tight);
        let end = if spaced.digits >= MIN_SPACED_DIGITS {
            out.push_str(MASK);
            spaced.end
        } else if tight.digits >= MIN_DIGITS {
            out.push_str(MASK);
            tight.end
        } else {
            out.push_str(&from_digit[..tight.end]);
            tight.end
        };
        rest = &from_digit[end..];
    }
    out.push_str(rest);
    out
}

/// Separators between the digits of one number, the various dashes included.
fn is_tight(c: char) -> bool {
    ".-/_\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}".contains(c)
}

struct DigitRun {
    digits: usize,
    end: usize,
}

impl DigitRun {
    /// Digits with nothing but separators between them.
    fn at_start_of(text: &str, is_separator: impl Fn(char) -> bool) -> Self {
        let mut run = Self { digits: 0, end: 0 };
        for (position, character) in text.char_indices() {
            if character.is_numeric() {
                run.digits += 1;
                run.end = position + character.len_utf8();
            } else if !is_separator(character) {
                break;
            }
        }
        run
    }
}
