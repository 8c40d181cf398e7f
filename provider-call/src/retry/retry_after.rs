//! The `Retry-After` header, RFC 9110 section 10.2.3.

use std::time::{Duration, SystemTime};

use http::header::{HeaderMap, RETRY_AFTER};
use jiff::Timestamp;

/// The pause that the header `Retry-After` asks for: seconds, or a date. A date in the past asks for none.
#[must_use]
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than fit into 64 bits are for ever.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(SystemTime::from(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Duration> {
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, text.parse().unwrap());
        retry_after(&headers, now)
    }

    #[test]
    fn seconds_and_dates_are_read() {
        assert_eq!(parse("120"), Some(Duration::from_secs(120)));
        assert_eq!(parse(" 0 "), Some(Duration::ZERO));
        assert_eq!(parse("Sun, 22 Nov 2026 08:01:30 GMT"), Some(Duration::from_secs(90)));
        assert_eq!(parse("Sun, 22 Nov 2026 07:00:00 GMT"), Some(Duration::ZERO));
    }

    #[test]
    fn anything_else_asks_for_nothing() {
        for text in ["", "soon", "-1", "1.5", "0x10", "2026-11-22T08:01:30Z"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), Timestamp::UNIX_EPOCH), None);
    }

    #[test]
    fn an_absurd_number_is_for_ever() {
        assert_eq!(parse("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
    }
}
