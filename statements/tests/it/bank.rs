//! A bank, and what it reports of the same purchases as days go by.

use jiff::{Timestamp, civil};
use proptest::prelude::*;
use provider_wire::Text;
use statements::{
    AccountIdentity, AccountKind, Bank, Categories, Coverage, Entry, Instalment, Source, Statement, Status,
};

/// Which id a booked entry carries.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Id {
    Own,
    Blank,
    Zeros,
    /// One id for all purchases that have it.
    Shared,
}

/// Which id a pending entry carries.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PendingId {
    /// Another each day.
    Daily,
    /// One for all pending entries.
    Constant,
    /// That of the booked entry.
    Booked,
}

/// A purchase as the customer made it, and how the bank shows it.
#[derive(Clone, Debug)]
pub(crate) struct Purchase {
    pub(crate) day: i8,
    pub(crate) cents: u8,
    pub(crate) id: Id,
    pub(crate) pending_id: PendingId,
    /// Days from its day until it is booked.
    pub(crate) books_after: i8,
    /// How many days later its day is once it is booked.
    pub(crate) moves: i8,
    /// The day since which it is cancelled; it counts only while it is not booked.
    pub(crate) cancelled: Option<i8>,
    /// The day since which the bank states another amount of the booked entry.
    pub(crate) corrected: Option<i8>,
    /// The day on which the bank forgets to list it.
    pub(crate) hidden: Option<i8>,
    pub(crate) instalment: Option<u8>,
}

/// How a report names the account. Those by CNPJ and those by COMPE code are one account once a report has both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    Cnpj,
    PunctuatedCnpj,
    Compe,
    Both,
}

/// A report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) day: i8,
    pub(crate) complete: bool,
    /// Which of two consents.
    pub(crate) consent: bool,
    pub(crate) spelling: Spelling,
    pub(crate) categorised: bool,
}

impl Purchase {
    pub(crate) fn is_booked(&self, today: i8) -> bool {
        let booked = self.day + self.books_after;
        today >= booked && self.cancelled.is_none_or(|day| day > booked)
    }

    fn is_listed(&self, today: i8) -> bool {
        let cancelled = !self.is_booked(today) && self.cancelled.is_some_and(|day| today >= day);
        self.day <= today + 2 && !cancelled && self.hidden != Some(today)
    }

    /// What the bank lists of it.
    pub(crate) fn entry(&self, number: usize, today: i8) -> Option<Entry> {
        if !self.is_listed(today) {
            return None;
        }
        let booked = self.is_booked(today);
        let own = match self.id {
            Id::Own => Some(format!("own-{number}")),
            Id::Blank => Some(" ".to_owned()),
            Id::Zeros => Some("0000000000".to_owned()),
            Id::Shared => Some("shared".to_owned()),
        };
        let mut entry = Entry::default();
        entry.id = match (booked, self.pending_id) {
            (true, _) | (false, PendingId::Booked) => own,
            (false, PendingId::Daily) => Some(format!("pending-{number}-{today}")),
            (false, PendingId::Constant) => Some("pending".to_owned()),
        }
        .map(|id| id.as_str().into());
        let cents = if booked && self.corrected.is_some_and(|day| today >= day) {
            self.cents + 100
        } else {
            self.cents
        };
        // The shared id is never carried by two equal entries: the bank would list one of them twice.
        let whole = if matches!(self.id, Id::Shared) { number } else { 7 };
        entry.amount = Some(format!("-{whole}.{cents:03}").parse().unwrap());
        entry.day = Some(march(self.day + if booked { self.moves } else { 0 }));
        entry.description = Some("COMPRA".into());
        entry.instalment =
            self.instalment.map(|number| Instalment::new(Some(number.to_string().as_str().into()), Some(3)));
        entry.status = Some(if booked { Status::Booked } else { Status::Pending });
        entry.is_final = booked;
        Some(entry)
    }
}

fn march(day: i8) -> civil::Date {
    civil::date(2026, 3, 1).saturating_add(jiff::Span::new().days(day - 1))
}

pub(crate) fn as_of(day: i8) -> Timestamp {
    jiff::tz::offset(-3).to_timestamp(march(day).at(12, 0, 0, 0)).unwrap()
}

pub(crate) fn account(spelling: Spelling) -> AccountIdentity {
    let (cnpj, compe, number) = match spelling {
        Spelling::Cnpj => (Some("191"), None, "94088"),
        Spelling::PunctuatedCnpj => (Some("00.000.000/0001-91"), None, "0094088-4"),
        Spelling::Compe => (None, Some("001"), "94088"),
        Spelling::Both => (Some("191"), Some("001"), "94088-4"),
    };
    let bank = Bank { cnpj, compe, ..Bank::default() };
    AccountIdentity::of_account(AccountKind::Checking, &bank, Some("0012"), Some(number))
}

pub(crate) fn statement(purchases: &[Purchase], asked: Asked) -> Statement {
    let source = Source::new("bank", Some(if asked.consent { "second" } else { "first" }));
    // Two consents are never asked in the same second.
    let second = jiff::Span::new().seconds(i64::from(asked.consent));
    let mut statement = Statement::new(account(asked.spelling), source, as_of(asked.day) + second);
    statement.coverage = asked.complete.then(|| Coverage::twelve_months_before(statement.as_of));
    let listed =
        purchases.iter().enumerate().filter_map(|(number, purchase)| purchase.entry(number, asked.day));
    statement.entries = listed.collect();
    if asked.categorised {
        let category = Some(Text::from("Compras"));
        statement
            .entries
            .iter_mut()
            .for_each(|entry| entry.categories = Categories::new([&category, &None, &None]));
        // Another product words the text in another way.
        let own = statement.entries.iter_mut().filter(|entry| {
            entry.is_final && entry.id.as_ref().is_some_and(|id| id.as_str().starts_with("own"))
        });
        own.for_each(|entry| entry.description = Some("COMPRA CARTAO".into()));
    }
    statement
}

pub(crate) fn purchase() -> impl Strategy<Value = Purchase> {
    let ids =
        prop_oneof![5 => Just(Id::Own), 1 => Just(Id::Blank), 1 => Just(Id::Zeros), 2 => Just(Id::Shared)];
    let pending = prop_oneof![Just(PendingId::Daily), Just(PendingId::Constant), Just(PendingId::Booked)];
    let rarely = |days| prop::option::weighted(0.2, days);
    let how = (rarely(5_i8..28), rarely(5_i8..28), rarely(5_i8..28), prop::option::weighted(0.2, 1_u8..4));
    (5_i8..25, 1_u8..4, ids, pending, 0_i8..4, 0_i8..3, how).prop_map(
        |(day, cents, id, pending_id, books_after, moves, (cancelled, corrected, hidden, instalment))| {
            Purchase {
                day,
                cents,
                id,
                pending_id,
                books_after,
                moves,
                cancelled,
                corrected,
                hidden,
                instalment,
            }
        },
    )
}

pub(crate) fn spelling() -> impl Strategy<Value = Spelling> {
    use Spelling::{Both, Cnpj, Compe, PunctuatedCnpj};
    prop::sample::select(&[Cnpj, PunctuatedCnpj, Compe, Both][..])
}

/// Reports of two consents over days, the last day complete from both, which name the account in full.
pub(crate) fn asked() -> impl Strategy<Value = Vec<Asked>> {
    let one = (3_i8..28, any::<bool>(), any::<bool>(), spelling(), any::<bool>()).prop_map(
        |(day, complete, consent, spelling, categorised)| Asked {
            day,
            complete,
            consent,
            spelling,
            categorised,
        },
    );
    prop::collection::vec(one, 0..7).prop_map(|mut asked| {
        asked.sort_by_key(|asked| (asked.day, asked.consent));
        asked.dedup_by_key(|asked| (asked.day, asked.consent));
        let last = |consent| Asked {
            day: 28,
            complete: true,
            consent,
            spelling: Spelling::Both,
            categorised: consent,
        };
        asked.extend([last(false), last(true)]);
        asked
    })
}
