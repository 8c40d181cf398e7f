//! Text inside a URL.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but `A-Z a-z 0-9 - _ . ! ~ * ' ( )`, the characters that ECMA-262 leaves as they are.
const RESERVED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Text as the value of a query parameter, byte for byte as JavaScript's `encodeURIComponent` writes it: UTF-8,
/// percent signs with capital hexadecimal digits, a blank as `%20`.
///
/// Klavi's pages ask for it wherever a URL stands inside a URL. [`BasicLinkUrl`](crate::BasicLinkUrl) and
/// [`LegacyLinkUrl`](crate::LegacyLinkUrl) encode by themselves: do not encode what you give them. JavaScript
/// throws for half of a surrogate pair; text in Rust has none, so there is no error here.
///
/// ```
/// use klavi_sdk::encode_uri_component;
///
/// let encoded = encode_uri_component("https://partner.example/back?user=José Silva");
/// assert_eq!(encoded, "https%3A%2F%2Fpartner.example%2Fback%3Fuser%3DJos%C3%A9%20Silva");
/// ```
#[must_use]
pub fn encode_uri_component(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, &RESERVED).into()
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;

    use super::*;

    #[test]
    fn every_ascii_byte_is_as_the_standard_says() {
        let unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()";
        for byte in 0..=0x7f_u8 {
            let character = char::from(byte);
            let text = character.to_string();
            let expected = if unreserved.contains(character) { text.clone() } else { format!("%{byte:02X}") };
            assert_eq!(encode_uri_component(&text), expected, "{byte:#x}");
        }
    }

    #[test]
    fn other_characters_are_their_utf_8_bytes() {
        for (text, encoded) in [
            ("", ""),
            ("ç", "%C3%A7"),
            ("São João", "S%C3%A3o%20Jo%C3%A3o"),
            ("€", "%E2%82%AC"),
            ("\u{2028}", "%E2%80%A8"),
            ("\u{d7ff}\u{e000}", "%ED%9F%BF%EE%80%80"),
            ("\u{ffff}", "%EF%BF%BF"),
            ("😀", "%F0%9F%98%80"),
            ("\u{10ffff}", "%F4%8F%BF%BF"),
            ("%2F", "%252F"),
            ("a+b&c=d#e", "a%2Bb%26c%3Dd%23e"),
        ] {
            assert_eq!(encode_uri_component(text), encoded);
        }
    }

    #[test]
    fn the_lower_case_samples_of_the_first_generation_decode_alike() {
        for (sample, url) in [
            (
                "https%3a%2f%2fpartnerDomain.com%3fpartnerParameter%3dvalue",
                "https://partnerDomain.com?partnerParameter=value",
            ),
            (
                "partnerAppSchemeDemo%3a%2f%2fpartnerAppPage%3fpartnerParameter%3dvalue",
                "partnerAppSchemeDemo://partnerAppPage?partnerParameter=value",
            ),
        ] {
            for encoded in [sample, &encode_uri_component(url)] {
                assert_eq!(percent_decode_str(encoded).decode_utf8().unwrap(), url);
            }
        }
    }
}
