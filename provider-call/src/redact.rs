//! Free text from a provider, made fit for a log.
//!
//! It errs on the side of masking too much: what is lost is a date in a message, what is kept out is a tax
//! id. Names of persons cannot be told from other words, so an excerpt still belongs into a log, not into an
//! answer to other people.

mod scan;

use self::scan::{mask_digit_runs, mask_email_addresses, mask_opaque_tokens, mask_url_queries};

/// The longest text that [`redact`] returns, in characters, the mark of a cut not counted.
pub const MAX_CHARS: usize = 200;

/// Stands for what was taken out.
pub const MASK: &str = "***";

/// Characters that are looked at: enough to fill [`MAX_CHARS`] of ordinary text, and a bound on the work.
const MAX_INPUT_CHARS: usize = 2_000;

/// Masks what looks like personal data or a secret, makes one line of it and cuts it to [`MAX_CHARS`].
///
/// Masked are: five digits and more, also with dots, dashes and slashes between them (CPF, CNPJ, phone,
/// account), alphanumeric CNPJ, e-mail addresses, JWTs and other long opaque tokens, queries of URLs.
///
/// ```
/// use provider_call::redact;
///
/// assert_eq!(redact("CPF 123.456.789-09 not found"), "CPF *** not found");
/// assert_eq!(redact("no consent for maria@example.com"), "no consent for ***");
/// assert_eq!(redact("HTTP 416, code 4003"), "HTTP 416, code 4003");
/// ```
#[must_use]
pub fn redact(text: &str) -> String {
    let text = one_line(text);
    let text = mask_url_queries(&text);
    let text = mask_email_addresses(&text);
    let text = mask_opaque_tokens(&text);
    let text = mask_digit_runs(&text);
    cut(&text, MAX_CHARS)
}

/// The beginning of a body, as [`redact`] leaves it. Bytes that are not UTF-8 are replaced.
#[must_use]
pub fn excerpt(body: &[u8]) -> String {
    // A character has at most four bytes.
    let start = &body[..body.len().min(4 * MAX_INPUT_CHARS)];
    redact(&String::from_utf8_lossy(start))
}

/// Control characters and line breaks become single spaces, so that no text can forge a line of the log.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len().min(4 * MAX_INPUT_CHARS));
    let mut chars = text.chars();
    for character in chars.by_ref().take(MAX_INPUT_CHARS) {
        if !character.is_control() && !character.is_whitespace() {
            line.push(character);
        } else if !line.ends_with(' ') {
            line.push(' ');
        }
    }
    if chars.next().is_some() {
        // The last word may be the harmless-looking half of an address or a tax id.
        line.truncate(line.rfind(' ').unwrap_or(0));
        line.push('…');
    }
    line.trim().to_owned()
}

fn cut(text: &str, max_chars: usize) -> String {
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
