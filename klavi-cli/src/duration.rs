//! Reads spans of time: `30s`, `5m`, `27h`, or a number of seconds.
//!
//! Knows nothing of what takes that long.

use std::time::Duration;

use jiff::{Span, SpanRelativeTo};

/// Reads a span of time that does not depend on the calendar; a number alone is one of seconds.
pub(crate) fn read(text: &str) -> Result<Duration, &'static str> {
    const FORMS: &str = "a span of time is a number of seconds, or a text such as 30s, 5m, 27h or 2d";
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let span: Span = text.parse().map_err(|_| FORMS)?;
    let exact = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| FORMS)?;
    Duration::try_from(exact).map_err(|_| "a span of time is not negative")
}

/// The same where no time at all makes no sense.
pub(crate) fn read_some(text: &str) -> Result<Duration, &'static str> {
    read(text).and_then(|time| if time.is_zero() { Err("at least one second") } else { Ok(time) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_meant_where_no_unit_is_given() {
        for (text, seconds) in [
            ("0", 0),
            ("90", 90),
            ("30s", 30),
            ("5m", 300),
            ("27h", 97_200),
            ("1h 30m", 5_400),
            ("2d", 172_800),
        ] {
            assert_eq!(read(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "soon", "-5", "-5s", "1.5", "1 month", "s", "5 x"] {
            assert!(read(text).is_err(), "{text}");
        }
        assert_eq!(read_some("0s"), Err("at least one second"));
    }
}
