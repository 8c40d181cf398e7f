//! The deliveries by their numbers. Must not know how they are sent.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::{Delivery, DeliveryState};

/// Records beyond it are forgotten, the oldest first, so that a mock can run for weeks.
const RECORDS: usize = 10_000;
/// Bodies beyond it are forgotten, the oldest first.
const BODIES: u64 = 256 << 20;

/// The deliveries by their numbers, no more of them than memory should hold. What is still to be sent stays whole.
pub(crate) struct Book {
    deliveries: BTreeMap<u64, Delivery>,
    next_id: u64,
    pending: usize,
    body_bytes: u64,
    limits: (usize, u64),
}

impl Default for Book {
    fn default() -> Self {
        Self::with_limits(RECORDS, BODIES)
    }
}

impl Book {
    fn with_limits(records: usize, bodies: u64) -> Self {
        let deliveries = BTreeMap::new();
        Self { deliveries, next_id: 1, pending: 0, body_bytes: 0, limits: (records, bodies) }
    }

    /// Takes a delivery under a number of its own.
    pub(crate) fn enter(&mut self, delivery: Delivery) -> Delivery {
        let delivery = Delivery { id: self.next_id, ..delivery };
        self.restore(delivery.clone());
        delivery
    }

    pub(crate) fn restore(&mut self, delivery: Delivery) {
        self.next_id = self.next_id.max(delivery.id + 1);
        self.pending += usize::from(delivery.is_pending());
        self.body_bytes += delivery.body.len() as u64;
        self.deliveries.insert(delivery.id, delivery);
        self.forget();
    }

    pub(crate) fn deliveries(&self) -> impl DoubleEndedIterator<Item = &Delivery> {
        self.deliveries.values()
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Delivery> {
        self.deliveries.get(&id)
    }

    /// Changes a delivery that is still known.
    pub(crate) fn update(&mut self, id: u64, change: impl FnOnce(&mut Delivery)) {
        let Some(delivery) = self.deliveries.get_mut(&id) else { return };
        self.pending -= usize::from(delivery.is_pending());
        change(delivery);
        self.pending += usize::from(delivery.is_pending());
    }

    pub(crate) fn pending(&self) -> usize {
        self.pending
    }

    pub(crate) fn clear(&mut self) {
        self.deliveries.clear();
        (self.pending, self.body_bytes) = (0, 0);
    }

    fn forget(&mut self) {
        let (records, bodies) = self.limits;
        if self.deliveries.len() > records {
            let settled = |delivery: &&Delivery| delivery.state != DeliveryState::Pending;
            let oldest = self.deliveries().find(settled).map(|delivery| delivery.id);
            if let Some(id) = oldest {
                let gone = self.deliveries.remove(&id);
                self.body_bytes -= gone.map_or(0, |delivery| delivery.body.len() as u64);
            }
        }
        if self.body_bytes > bodies {
            for delivery in self.deliveries.values_mut().filter(|delivery| !delivery.is_pending()) {
                self.body_bytes -= std::mem::replace(&mut delivery.body, Bytes::new()).len() as u64;
                if self.body_bytes <= bodies {
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliveries::Body;

    fn delivery(body: &'static str, url: Option<&str>) -> Delivery {
        let url = url.map(|url| url.parse().unwrap());
        Delivery::new("events", "link_created", "1", url, Body::Kept(Bytes::from_static(body.as_bytes())))
    }

    fn bodies(book: &Book) -> Vec<(u64, &[u8])> {
        book.deliveries().map(|delivery| (delivery.id, &*delivery.body)).collect()
    }

    #[test]
    fn the_oldest_that_are_settled_go_first() {
        let mut book = Book::with_limits(3, 100);
        book.enter(delivery("1", Some("http://127.0.0.1/")));
        for _ in 0..4 {
            book.enter(delivery("2", None));
        }
        let ids: Vec<_> = book.deliveries().map(|delivery| delivery.id).collect();
        assert_eq!(ids, [1, 4, 5]);
        assert_eq!((book.pending(), book.body_bytes), (1, 3));
        book.update(1, |delivery| delivery.state = DeliveryState::Failed);
        book.update(2, |_| panic!("it is forgotten"));
        assert_eq!(book.pending(), 0);
    }

    #[test]
    fn bodies_go_before_records() {
        let mut book = Book::with_limits(10, 10);
        book.enter(delivery("123456", Some("http://127.0.0.1/")));
        book.enter(delivery("1234", None));
        book.enter(delivery("1234", None));
        assert_eq!(bodies(&book), [(1, &b"123456"[..]), (2, b""), (3, b"1234")]);
        assert_eq!(book.get(2).unwrap().bytes, 4);
    }
}
