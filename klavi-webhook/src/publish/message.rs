//! One message for a broker: an entry in a form that every broker carries. Must not know any broker.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use data_encoding::HEXLOWER;
use http::HeaderValue;
use sha2::{Digest as _, Sha256};

use super::Claim;
use crate::{Entry, EntryKind, Envelope, NewEntry};

/// One message for a broker: the bytes of an entry, unchanged, with its metadata as headers.
///
/// | header | holds |
/// |---|---|
/// | `webhook-id` | the [id](Self::id), the same as [`Forward`](crate#) sends |
/// | `inbox-kind`, `inbox-name` | `report`, `event`, `expectation` …; product or event, `pf_balance` |
/// | `inbox-provider`, `inbox-link` | name of the provider; link, where there is one |
/// | `inbox-received-at` | when it came, RFC 3339 |
/// | `inbox-entry`, `inbox-attempt` | number of the entry, of the attempt; only where there is an inbox |
/// | `inbox-quarantine` | why the entry is quarantined; only of those that a direct store publishes |
/// | `inbox-header-…` | the headers of the delivery that are kept, such as `inbox-header-x-request-id` |
/// | `inbox-claim` | the body is a [`Claim`]; says where the bytes are: `inbox` or `bucket` |
/// | `content-type` | `application/json` |
///
/// A value that is no visible ASCII is left out.
#[derive(Clone)]
#[non_exhaustive]
pub struct Message {
    /// Identifies the message: the same for every attempt and redelivery of an entry, another for a revision. It begins
    /// with `msg_`, and 32 hexadecimal digits follow, which stand for the [dedup key](crate::Summary::dedup_key).
    pub id: String,
    /// What the entry holds.
    pub kind: EntryKind,
    /// Name of the product or event.
    pub name: Option<String>,
    /// Name of the provider.
    pub provider: Option<String>,
    /// Link. What belongs to one link has one order at the brokers that keep one by key.
    pub link: Option<String>,
    /// Everything that is known of the entry, in an order that stays the same.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The bytes, unchanged, or a [`Claim`].
    pub body: Bytes,
    quarantined: bool,
    dedup_key: String,
}

/// The id of a message, for every transport: what providers give as ids need not be fit for a header.
pub(crate) fn message_id(dedup_key: &str) -> String {
    format!("msg_{}", &HEXLOWER.encode(&Sha256::digest(dedup_key))[..32])
}

impl Message {
    /// An entry of an inbox, as the dispatcher hands it to a sink.
    pub fn of_entry(entry: &Entry) -> Self {
        let mut message = Self::new(&entry.envelope, entry.dedup_key.clone(), entry.body.clone());
        message.add("inbox-entry", entry.id.to_string());
        message.add("inbox-attempt", (entry.attempts + 1).to_string());
        message
    }

    /// An entry that no inbox has taken. Hashes the body where its digest is not known yet.
    pub fn of_new(entry: &NewEntry) -> Self {
        let mut message = Self::new(&entry.envelope, entry.dedup_key(), entry.body().clone());
        if let Some(reason) = &entry.quarantine {
            message.quarantined = true;
            message.add("inbox-quarantine", reason.clone());
        }
        message
    }

    fn new(envelope: &Envelope, dedup_key: String, body: Bytes) -> Self {
        let mut message = Self {
            id: message_id(&dedup_key),
            kind: envelope.kind,
            name: envelope.name.clone(),
            provider: envelope.provider.clone(),
            link: envelope.link_id.clone(),
            headers: Vec::with_capacity(8 + envelope.headers.len()),
            body,
            quarantined: false,
            dedup_key,
        };
        message.add("webhook-id", message.id.clone());
        message.add("inbox-kind", envelope.kind.as_str().to_owned());
        for (name, value) in [
            ("inbox-name", &envelope.name),
            ("inbox-provider", &envelope.provider),
            ("inbox-link", &envelope.link_id),
        ] {
            if let Some(value) = value {
                message.add(name, value.clone());
            }
        }
        message.add("inbox-received-at", envelope.received_at.to_string());
        message.add("content-type", "application/json".to_owned());
        for (name, value) in &envelope.headers {
            message.add(format!("inbox-header-{name}"), value.clone());
        }
        message
    }

    /// The same message with a claim as its body.
    pub(crate) fn claiming(mut self, claim: &Claim) -> Self {
        self.add("inbox-claim", claim.place().to_owned());
        self.body = claim.to_json();
        self
    }

    pub(super) fn dedup_key(&self) -> &str {
        &self.dedup_key
    }

    fn add(&mut self, name: impl Into<Cow<'static, str>>, value: String) {
        // A line break would end the header at some brokers.
        if HeaderValue::from_str(&value).is_ok() {
            self.headers.push((name.into(), value));
        }
    }

    /// Subject or routing key below a prefix: kind and product or event, each as one token, `report.pf_balance`.
    /// Quarantined entries are under `quarantined`, so that who reads reports gets none that was not understood. A token
    /// has letters, digits, `-` and `_`; everything else is `_`, and so is a name that there is none of.
    pub fn topic(&self, prefix: &str) -> String {
        let kind = if self.quarantined { "quarantined" } else { self.kind.as_str() };
        format!("{prefix}{}{kind}.{}", if prefix.is_empty() { "" } else { "." }, token(self.name.as_deref()))
    }
}

/// The longest token of a topic: names of products and events are far shorter.
const LONGEST_TOKEN: usize = 64;

fn token(text: Option<&str>) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let token: String = text.unwrap_or_default().chars().take(LONGEST_TOKEN).map(safe).collect();
    if token.is_empty() { "_".to_owned() } else { token }
}

impl fmt::Debug for Message {
    /// Without ids, headers and body, which are personal or secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("kind", &self.kind)
            .field("name", &self.name)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str) -> NewEntry {
        let mut envelope = Envelope::new(EntryKind::Report, "2026-01-02T03:04:05Z".parse().unwrap());
        envelope.name = Some(name.to_owned());
        envelope.link_id = Some("l-1".to_owned());
        envelope.message_id = Some("m-1\r\n".to_owned());
        envelope.headers = vec![("x-request-id".to_owned(), "a\nb".to_owned())];
        NewEntry::new(envelope, "{}".into())
    }

    #[test]
    fn a_topic_has_safe_tokens_whatever_the_name() {
        for (name, topic) in [
            ("pf_balance", "webhooks.report.pf_balance"),
            ("a.b.>", "webhooks.report.a_b__"),
            ("*", "webhooks.report._"),
            ("", "webhooks.report._"),
            ("saldo à vista", "webhooks.report.saldo___vista"),
        ] {
            assert_eq!(Message::of_new(&entry(name)).topic("webhooks"), topic);
        }
        assert_eq!(Message::of_new(&entry("x")).topic(""), "report.x");
        assert!(Message::of_new(&entry(&"x".repeat(1_000))).topic("webhooks").len() < 100);
        let quarantined = entry("pf_balance").quarantined("not understood");
        assert_eq!(Message::of_new(&quarantined).topic("webhooks"), "webhooks.quarantined.pf_balance");
    }

    #[test]
    fn what_no_header_can_carry_is_left_out_and_the_id_stays_the_same() {
        let message = Message::of_new(&entry("pf_balance"));
        let headers: Vec<_> = message.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert!(headers.contains(&("inbox-link", "l-1")), "{headers:?}");
        assert!(!headers.iter().any(|(name, _)| name.starts_with("inbox-header-")), "{headers:?}");
        assert_eq!(message.id, Message::of_new(&entry("other")).id, "kind, id and bytes are the same");
        assert_eq!((message.id.len(), &message.id[..4]), (36, "msg_"));
    }
}
