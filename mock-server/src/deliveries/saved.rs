use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use klavi_types::DeliveryKind;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Attempt, AttemptOutcome, Delivery, DeliveryState, Manner, Redirect};

/// How many records a state file keeps, the newest, and all that are still to be sent.
const RECORDS: usize = 1_000;
/// How much of their bodies, likewise.
const BODIES: usize = 16 << 20;

/// A delivery as a state file keeps it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SavedDelivery {
    id: u64,
    kind: String,
    name: String,
    key: String,
    request_id: Option<String>,
    url: Option<Url>,
    /// `None` where it was too large or too old.
    body: Option<String>,
    bytes: u64,
    created_at: Timestamp,
    state: String,
    resend_of: Option<u64>,
    manner: Manner,
    attempts: Vec<SavedAttempt>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SavedAttempt {
    at: Timestamp,
    duration: Duration,
    status: Option<u16>,
    error: Option<String>,
    headers: Vec<(String, String)>,
    redirects: Vec<(u16, String, Url)>,
    #[serde(default)]
    answer: String,
}

/// What is kept of them.
pub(super) fn save<'a>(deliveries: impl DoubleEndedIterator<Item = &'a Delivery>) -> Vec<SavedDelivery> {
    let mut room = BODIES;
    let mut saved: Vec<_> = deliveries
        .rev()
        .enumerate()
        .filter(|(place, delivery)| *place < RECORDS || delivery.is_pending())
        .map(|(_, delivery)| {
            let fits = delivery.body.len() <= room;
            room = room.saturating_sub(delivery.body.len());
            SavedDelivery::new(delivery, fits || delivery.is_pending())
        })
        .collect();
    saved.reverse();
    saved
}

impl SavedDelivery {
    fn new(delivery: &Delivery, with_body: bool) -> Self {
        let body = std::str::from_utf8(&delivery.body).ok().filter(|_| with_body && delivery.has_body());
        Self {
            id: delivery.id,
            kind: delivery.kind.as_str().to_owned(),
            name: delivery.name.clone(),
            key: delivery.key.clone(),
            request_id: delivery.request_id.clone(),
            url: delivery.url.clone(),
            body: body.map(str::to_owned),
            bytes: delivery.bytes,
            created_at: delivery.created_at,
            state: delivery.state.as_str().to_owned(),
            resend_of: delivery.resend_of,
            manner: delivery.manner,
            attempts: delivery.attempts.iter().map(SavedAttempt::from).collect(),
        }
    }
}

impl From<SavedDelivery> for Delivery {
    fn from(saved: SavedDelivery) -> Self {
        let attempts: Vec<_> = saved.attempts.into_iter().map(Attempt::from).collect();
        let taken = attempts.iter().any(|attempt| attempt.outcome.is_success());
        let state = match DeliveryState::from_word(&saved.state) {
            // The mock ended between the answer and the record of it.
            DeliveryState::Pending if taken => DeliveryState::Delivered,
            state => state,
        };
        Self {
            id: saved.id,
            kind: kind(&saved.kind),
            name: saved.name,
            key: saved.key,
            request_id: saved.request_id,
            url: saved.url,
            body: saved.body.map(Bytes::from).unwrap_or_default(),
            bytes: saved.bytes,
            created_at: saved.created_at,
            state,
            attempts,
            resend_of: saved.resend_of,
            manner: saved.manner,
            made: None,
        }
    }
}

fn kind(word: &str) -> DeliveryKind {
    let kinds = [DeliveryKind::Report, DeliveryKind::Events, DeliveryKind::LegacyReport, DeliveryKind::Ping];
    kinds.into_iter().find(|kind| kind.as_str() == word).unwrap_or(DeliveryKind::Unknown)
}

impl From<&Attempt> for SavedAttempt {
    fn from(attempt: &Attempt) -> Self {
        let (status, error) = match attempt.outcome {
            AttemptOutcome::Status(status) => (Some(status), None),
            AttemptOutcome::Error(error) => (None, Some(error.to_owned())),
        };
        let header = |(name, value): (&HeaderName, &HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        let redirect =
            |redirect: &Redirect| (redirect.status, redirect.method.to_string(), redirect.url.clone());
        Self {
            at: attempt.at,
            duration: attempt.duration,
            status,
            error,
            headers: attempt.headers.iter().filter_map(header).collect(),
            redirects: attempt.redirects.iter().map(redirect).collect(),
            answer: attempt.answer.clone(),
        }
    }
}

impl From<SavedAttempt> for Attempt {
    fn from(saved: SavedAttempt) -> Self {
        let outcome = saved.status.map_or_else(
            || AttemptOutcome::Error(AttemptOutcome::reason(saved.error.as_deref().unwrap_or_default())),
            AttemptOutcome::Status,
        );
        let header = |(name, value): (String, String)| {
            Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
        };
        let redirect = |(status, method, url): (u16, String, Url)| Redirect {
            status,
            method: if method == "GET" { Method::GET } else { Method::POST },
            url,
        };
        Self {
            at: saved.at,
            duration: saved.duration,
            outcome,
            headers: saved.headers.into_iter().filter_map(header).collect::<HeaderMap>(),
            redirects: saved.redirects.into_iter().map(redirect).collect(),
            answer: saved.answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliveries::{Order, Parcel, ParcelKind};

    fn delivery(id: u64, url: Option<&str>, body: Vec<u8>) -> Delivery {
        let parcel = Parcel {
            kind: ParcelKind::Report,
            name: "pf_balance".to_owned(),
            key: id.to_string(),
            request_id: None,
            url: url.map(|url| url.parse().unwrap()),
            body: body.into(),
        };
        let order = Order { parcel, manner: Manner::default(), made: None };
        let mut delivery = Delivery::new(Timestamp::UNIX_EPOCH, order);
        delivery.id = id;
        delivery
    }

    #[test]
    fn the_newest_are_kept_and_what_is_still_to_be_sent() {
        let large = vec![b'x'; BODIES / 2 + 1];
        let mut deliveries: Vec<_> = (1..=1_010).map(|id| delivery(id, None, b"{}".to_vec())).collect();
        deliveries[2] = delivery(3, Some("http://127.0.0.1/"), large.clone());
        deliveries[1_007] = delivery(1_008, None, large.clone());
        deliveries[1_008] = delivery(1_009, None, large);
        let restored: Vec<_> = save(deliveries.iter()).into_iter().map(Delivery::from).collect();
        let ids: Vec<_> = restored.iter().map(|delivery| delivery.id).collect();
        assert_eq!(ids.len(), 1_001);
        assert_eq!((&ids[..3], ids[1_000]), (&[3, 11, 12][..], 1_010));
        let with_body = |id: u64| restored.iter().any(|delivery| delivery.id == id && delivery.has_body());
        assert!(with_body(3) && with_body(1_009) && with_body(1_010) && !with_body(1_008));
    }

    #[test]
    fn an_attempt_is_restored_as_it_was() {
        let mut delivery = delivery(1, Some("http://127.0.0.1/"), b"{}".to_vec());
        let attempt = |outcome| Attempt {
            at: Timestamp::UNIX_EPOCH,
            duration: Duration::from_millis(7),
            outcome,
            headers: HeaderMap::from_iter([(http::header::CONTENT_LENGTH, HeaderValue::from(2))]),
            redirects: vec![Redirect {
                status: 303,
                method: Method::GET,
                url: "http://127.0.0.1/x".parse().unwrap(),
            }],
            answer: "taken".to_owned(),
        };
        let reason = AttemptOutcome::Error("more than 3 redirects");
        delivery.attempts = vec![attempt(reason), attempt(AttemptOutcome::Status(200))];
        let text = serde_json::to_string(&save(std::iter::once(&delivery))).unwrap();
        let mut saved: Vec<SavedDelivery> = serde_json::from_str(&text).unwrap();
        let restored = Delivery::from(saved.remove(0));
        assert_eq!(format!("{:?}", restored.attempts), format!("{:?}", delivery.attempts));
        assert_eq!(restored.attempts[0].redirects[0].url, delivery.attempts[0].redirects[0].url);
        assert_eq!(restored.attempts[0].answer, "taken");
        assert_eq!(restored.state, DeliveryState::Delivered, "the answer was the last that was written");
    }
}
