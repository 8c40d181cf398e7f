//! Ids and tokens that no other run has: a receiver that keeps its inbox must not take them for known ones.

use jiff::Timestamp;
use uuid::Uuid;

/// An id in the form of a UUID.
pub fn id() -> String {
    Uuid::new_v4().to_string()
}

/// A token of a kind, three parts with dots between them as in a JWT, and plainly not a real one.
pub fn token(kind: &str) -> String {
    format!("mock.{kind}.{}", Uuid::new_v4().simple())
}

/// A key of a connection: 20 characters.
pub fn connection_key() -> String {
    let mut key = Uuid::new_v4().simple().to_string();
    key.truncate(20);
    key
}

/// An id of an event: 13 digits of milliseconds, a dash, 24 hexadecimal digits.
pub fn event_id(now: Timestamp) -> String {
    let chance = Uuid::new_v4().simple().to_string();
    format!("{:013}-{}", now.as_millisecond(), &chance[..24])
}
