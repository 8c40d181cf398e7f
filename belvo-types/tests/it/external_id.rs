//! Seed: the external id has at least three letters, digits, `-`, `_`, and comes back as null where it is personal.

use belvo_types::{ExternalId, ExternalIdReturned, InvalidExternalId};

#[test]
fn seed_three_characters_are_enough_and_two_are_not() {
    for good in ["abc", "A-1", "___", "user-7f3a", &"x".repeat(500)] {
        assert_eq!(good.parse::<ExternalId>().unwrap().as_str(), good);
    }
    for (bad, error) in [
        ("", InvalidExternalId::TooShort),
        ("ab", InvalidExternalId::TooShort),
        ("a b c", InvalidExternalId::Character),
        ("maria@example.com", InvalidExternalId::Character),
        ("josé", InvalidExternalId::Character),
        ("éé", InvalidExternalId::Character),
        ("a.b.c", InvalidExternalId::Character),
        ("abc\n", InvalidExternalId::Character),
    ] {
        assert_eq!(bad.parse::<ExternalId>(), Err(error), "{bad}");
    }
}

#[test]
fn seed_what_comes_back_is_compared_with_what_was_sent() {
    let sent: ExternalId = "5511912345678".parse().unwrap();
    for (returned, expected) in [
        (None, ExternalIdReturned::Dropped),
        (Some(""), ExternalIdReturned::Dropped),
        (Some("5511912345678"), ExternalIdReturned::Kept),
        (Some("551191234567"), ExternalIdReturned::Other),
    ] {
        assert_eq!(sent.returned(returned.map(Into::into).as_ref()), expected, "{returned:?}");
    }
}

#[test]
fn an_id_shows_on_purpose_only() {
    let id: ExternalId = "user-7f3a".parse().unwrap();
    assert_eq!((id.to_string().as_str(), format!("{id:?}").as_str()), ("user-7f3a", "ExternalId(..)"));
}
