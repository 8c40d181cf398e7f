//! What must hold for any bytes.

use belvo_types::webhooks::{Outline, WebhookKind, decode_webhooks, inspect_webhooks};
use proptest::prelude::*;
use proptest::sample::Index;

use super::fixtures::fixtures;

/// Pieces that webhooks are made of, and what spoils them.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "null",
    "true",
    "1e9",
    "-0",
    " ",
    "\n",
    "\"link_id\"",
    "\"object_id\"",
    "\"eventType\"",
    "\"webhook_code\"",
    "\"STATUS_UPDATE\"",
    "\"data\"",
    "\"\\ud800\"",
    "\u{0}",
    "ação",
];

/// Filing, reading and inspecting agree, nothing is lost, and what is written reads the same.
fn holds(body: &[u8]) {
    let is_json = std::str::from_utf8(body)
        .is_ok_and(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok());
    let is_blank = std::str::from_utf8(body).is_ok_and(|text| text.trim().is_empty());
    let outline = Outline::of(body);
    assert_eq!(outline.is_ok(), is_json || is_blank);
    if let Ok(Outline::Webhooks(elements)) = &outline {
        assert!(elements.iter().any(|element| WebhookKind::of(element.as_bytes()) != WebhookKind::Unknown));
        let objects = elements.iter().filter(|element| element.starts_with('{')).count();
        assert_eq!(decode_webhooks(body).unwrap().value.as_slice().len(), objects);
    }

    let (decoded, inspected) = (decode_webhooks(body), inspect_webhooks(body));
    let decoded = match decoded {
        Ok(decoded) => decoded,
        Err(error) => {
            assert_eq!(inspected.map(drop).unwrap_err().to_string(), error.to_string());
            assert_eq!(error.is_syntax(), !is_json, "{error}");
            return;
        }
    };
    let inspected = inspected.unwrap();
    assert_eq!(inspected.lost, []);
    assert_eq!(inspected.malformed, decoded.malformed);
    assert!(inspected.value == decoded.value);
    let written = serde_json::to_vec(&decoded.value).unwrap();
    let again = decode_webhooks(&written).unwrap();
    // Without an id that was set aside it may be of another kind.
    assert!(again.value == decoded.value || !decoded.malformed.is_empty());
}

proptest! {
    #[test]
    fn they_hold_for_anything_made_of_such_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        holds(pieces.concat().as_bytes());
    }

    #[test]
    fn they_hold_for_fixtures_with_pieces_put_in_or_taken_out(
        which in any::<Index>(),
        changes in prop::collection::vec((any::<Index>(), 0..12_usize, prop::sample::select(PIECES)), 1..4),
    ) {
        let fixtures = fixtures();
        let mut body = which.get(&fixtures.values().collect::<Vec<_>>()).as_bytes().to_vec();
        for (at, taken, piece) in changes {
            let start = at.index(body.len() + 1);
            let end = body.len().min(start + taken);
            body.splice(start..end, piece.bytes());
        }
        holds(&body);
    }
}
