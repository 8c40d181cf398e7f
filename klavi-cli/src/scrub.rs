//! `klavi scrub`: a body without the customer's data, to attach to a bug report.

mod document;
mod replacements;
mod shape;
mod text;
mod vocabulary;

use anyhow::{Context, anyhow};
use klavi_types::{DecodeError, Json, decode};

use crate::exit::{Failure, print};
use crate::input::Input;
use crate::scrub::replacements::{Key, Replacements};
use crate::scrub::vocabulary::Vocabulary;

/// What `--help` says of every value. A change of behaviour is a change here.
const HELP: &str = "\
Replaced, with a random key that is thrown away when the command ends:
  - Texts and numbers, in known and unknown members: a digit by a digit, an upper-case letter by an upper-case letter, a
    lower-case letter by a lower-case letter, any other letter by a letter. Equal values get equal replacements, also
    where one is the number 7 and the other the text \"7\". Different values get different ones while there are enough.
  - Dates of the form YYYY-MM-DD, with or without a time: all move back by the same random number of weeks, up to 20
    years. Dates of birth move by another number of weeks each, since one known date would tell the others.
  - Sex and marital status: OUTRO.
  - Names of members that are not documented and hold anything but unaccented letters, `_` and `-`, such as account ids.

Kept:
  - Structure, lengths of lists, order and names of members, blanks between values.
  - Words that are documented for their member (product and event names, CREDITO, DEBITO), in any case; `true`, `false`
    and `null`, also as text, so answers of yes or no are kept; three capital letters as a currency; versions such as V1.1; the `code` of a body, up to four
    digits, and OK as its message.
  - Lengths, punctuation, signs, blanks, symbols, the decimal point, exponents of one or two digits.
  - Zeros: values of zeros and punctuation alone (0, 0.00, 0000000000), zeros before the first other digit, and zeros
    at the end of a fraction. Empty and blank texts.
  - Weekday, time of day and zone of a date, and the days between dates; 0001-01-01 and 9999-12-31. A text that is no
    possible date stays none.

Words that are not documented are replaced, too: `klavi inspect` shows them. Names of unknown members that are made of
letters alone stay: read the result before you pass it on.";

#[derive(Debug, clap::Args)]
#[command(after_long_help = HELP)]
pub(crate) struct Args {
    #[command(flatten)]
    input: Input,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let body = args.input.read()?;
    let text = json_text(&body).context("nothing to scrub").map_err(Failure::Unreadable)?;
    let key = Key::random().map_err(|_| Failure::Failed(anyhow!("the system gives no random key")))?;
    let vocabulary = Vocabulary::documented();
    let mut scrubbed = document::scrub(text, &vocabulary, &mut Replacements::new(&key, &vocabulary));
    if !scrubbed.ends_with('\n') {
        scrubbed.push('\n');
    }
    print(&scrubbed)
}

/// The text of one JSON document of any depth.
fn json_text(body: &[u8]) -> Result<&str, DecodeError> {
    match decode::<Json>(body) {
        // `null` is JSON as well, although no value.
        Err(error) if error.is_syntax() => Err(error),
        _ => std::str::from_utf8(body).map_err(|_| DecodeError::shape("not UTF-8")),
    }
}

#[cfg(test)]
mod tests;
