//! Which bills and entries of a card a report of a given length shows. Must not know their JSON.

use jiff::Timestamp;

use super::bill::Bill;
use super::card::Card;
use super::day;
use super::money::Centavos;
use super::purchases::{self, Purchase};
use super::recurrence::Recurrence;
use super::round_trips::RoundTrips;
use super::scope::Length;

/// How many closed bills there are at most: a year of them. Source: Open Finance Brasil.
const BILLS: i64 = 12;

/// The open bill of a card and the closed ones. Every closed one is whole, so that its total is the sum of its
/// entries in a report of any length; one that is to have more than a year brings has round trips besides.
pub(crate) struct CardStatement<'a> {
    card: &'a Card<'a>,
    now: Timestamp,
    /// How many closed bills.
    closed: i64,
    trips: RoundTrips,
    /// How many entries of the open bill are shown, round trips not counted.
    open_shown: usize,
    /// Whether the purchase of the last round trip is not taken back yet.
    odd: bool,
}

impl<'a> CardStatement<'a> {
    pub(crate) fn new(card: &'a Card<'a>, now: Timestamp, length: Length) -> Self {
        let statement =
            Self { card, now, closed: 3, trips: RoundTrips::none(), open_shown: usize::MAX, odd: false };
        match length {
            Length::ThreeMonths => statement,
            Length::Exactly(wanted) => statement.with_exactly(wanted),
        }
    }

    fn with_exactly(mut self, wanted: u64) -> Self {
        let open = card_entries(self.card, self.open(), self.now);
        self.closed = 0;
        self.open_shown = usize::try_from(wanted).unwrap_or(usize::MAX).min(open);
        let mut missing = wanted - self.open_shown as u64;
        while self.closed < BILLS {
            let bill = self.open().back(self.closed + 1);
            let Some(left) = missing.checked_sub(card_entries(self.card, bill, self.now) as u64) else {
                break;
            };
            missing = left;
            self.closed += 1;
        }
        self.odd = missing % 2 == 1;
        let from = self.open().back(self.closed).begin();
        // A bill that has just opened has room for nothing.
        let until = self.now.max(day::minutes_into(self.open().opens(), 1));
        let rng = self.card.customer.rng(&["round trips", "card", self.card.institution.code]);
        self.trips = RoundTrips::new(from, until, missing.div_ceil(2), rng);
        self
    }

    /// The bill that is open now.
    pub(crate) fn open(&self) -> Bill {
        Bill::open_on(day::of(self.now))
    }

    /// The closed bills, the last one first.
    pub(crate) fn closed(&self) -> impl Iterator<Item = Bill> + use<> {
        let open = self.open();
        (1..=self.closed).map(move |back| open.back(back))
    }

    /// The entries of a bill in order of time, each made when it is asked for.
    pub(crate) fn entries(&self, bill: Bill) -> impl Iterator<Item = Purchase> + '_ {
        let trips = self.trips.between(bill.begin(), self.end(bill));
        let last = self.trips.count().wrapping_sub(1);
        let trips = trips.flat_map(move |trip| {
            let legs = Purchase::round_trip(self.card, self.trips.rng(trip.number), [trip.out, trip.back]);
            let shown = if self.odd && trip.number == last { 1 } else { 2 };
            legs.into_iter().take(shown)
        });
        let (mut usual, mut trips) = (self.usual(bill).into_iter().peekable(), trips.peekable());
        std::iter::from_fn(move || match (usual.peek(), trips.peek()) {
            (Some(first), Some(second)) if second.at < first.at => trips.next(),
            (Some(_), _) => usual.next(),
            (None, _) => trips.next(),
        })
    }

    /// The sum of the entries that are shown.
    pub(crate) fn total(&self, bill: Bill) -> Centavos {
        // What was taken back adds nothing.
        let kept = if bill == self.open() && self.odd { self.last_trip() } else { None };
        let usual: Centavos = self.usual(bill).iter().map(|purchase| purchase.amount).sum();
        kept.map_or(usual, |[purchase, _]| usual + purchase.amount)
    }

    fn last_trip(&self) -> Option<[Purchase; 2]> {
        let last = self.trips.count().checked_sub(1)?;
        Some(Purchase::round_trip(self.card, self.trips.rng(last), [self.now; 2]))
    }

    /// The entries of a bill without round trips.
    fn usual(&self, bill: Bill) -> Vec<Purchase> {
        let mut usual = self.card.purchases_until(bill, self.now);
        if bill == self.open() {
            usual.truncate(self.open_shown);
        }
        usual
    }

    /// Where the round trips of a bill end: the open one has all that are left.
    fn end(&self, bill: Bill) -> Timestamp {
        if bill == self.open() { Timestamp::MAX } else { bill.end() }
    }

    /// What is not paid yet: the open bill, and the last closed one until it is.
    pub(crate) fn used(&self) -> Centavos {
        let open = self.open();
        let last = open.previous();
        let unpaid = if self.is_paid(last) { Centavos::default() } else { self.total(last) };
        self.total(open) + unpaid
    }

    /// Whether the checking account has paid it.
    pub(crate) fn is_paid(&self, bill: Bill) -> bool {
        self.card.bills_paid && bill.due() < day::of(self.now)
    }

    /// How often each entry comes back in the bills.
    pub(crate) fn recurrence(&self) -> Recurrence {
        let mut recurrence = Recurrence::default();
        for bill in std::iter::once(self.open()).chain(self.closed()) {
            for purchase in self.usual(bill) {
                recurrence.add(&purchase.merchant.name, bill.closes(), 1);
            }
            let numbers = self.trips.numbers(bill.begin(), self.end(bill));
            let name = &purchases::returns(self.card).name;
            recurrence.add(name, bill.closes(), (numbers.end - numbers.start).saturating_mul(2));
        }
        recurrence
    }
}

/// How many entries a bill usually has so far.
fn card_entries(card: &Card<'_>, bill: Bill, now: Timestamp) -> usize {
    card.purchases_until(bill, now).len()
}
