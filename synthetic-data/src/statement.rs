//! Which entries of an account a report of a given length shows. Must not know their JSON.

use std::rc::Rc;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use klavi_types::reports::EntryType;

use super::account::{Account, AccountKind, AccountMonth, Dated};
use super::counterparty::Counterparty;
use super::customer::Kind as Holder;
use super::day;
use super::draft::{Draft, Kind};
use super::money::Centavos;
use super::recurrence::Recurrence;
use super::round_trips::{RoundTrip, RoundTrips};
use super::scope::Length;

/// How far back a statement reaches at most. Source: Open Finance Brasil.
const MONTHS_BACK: i64 = 12;

/// How many persons round trips are made with.
const PARTIES: usize = 50;

const RECEIVED: Kind = Kind(EntryType::Pix, "PIX", ["Transferências", "Transferência recebida", "Rateio"]);
const PASSED_ON: Kind = Kind(EntryType::Pix, "PIX", ["Transferências", "Transferência enviada", "Rateio"]);
const SOLD: Kind = Kind(EntryType::Pix, "PIX", ["Receitas", "Receita de terceiros", "Marketplace"]);
const HANDED_OVER: Kind = Kind(EntryType::Pix, "PIX", ["Despesas", "Repasses", "Marketplace"]);
const DEPOSIT: Kind = Kind(EntryType::Deposito, "DEPOSITO", ["Depósitos", "Dinheiro", "Caixa eletrônico"]);
const CASH: Kind = Kind(EntryType::Saque, "SAQUE", ["Saques", "Dinheiro", "Caixa eletrônico"]);

/// An entry in its place in the statement.
pub(crate) struct Booked {
    pub(crate) id: String,
    pub(crate) draft: Draft,
    /// Balance of the account after it.
    pub(crate) balance: Centavos,
}

impl Booked {
    pub(crate) fn day(&self) -> Date {
        day::of(self.draft.at)
    }
}

/// The entries of an account up to now. A statement of another day or length shows the same entries with the same
/// ids, as far as both reach; one that is to have more than a year brings has round trips besides.
pub(crate) struct Statement<'a> {
    account: &'a Account<'a>,
    from: Date,
    now: Timestamp,
    trips: RoundTrips,
    /// With whom the round trips are made.
    parties: Vec<Rc<Counterparty>>,
    /// How many of the first ones are left out.
    skipped: usize,
}

impl<'a> Statement<'a> {
    pub(crate) fn new(account: &'a Account<'a>, now: Timestamp, length: Length) -> Self {
        let Length::Exactly(wanted) = length else { return Self::last_months(account, now, 3) };
        let mut statement = Self::last_months(account, now, MONTHS_BACK);
        let usual = statement.entries().count();
        if let Some(more) = wanted.checked_sub(usual as u64) {
            let trips = more.div_ceil(2);
            statement.trips =
                RoundTrips::new(day::begin(statement.from), now, trips, account.rng("round trips"));
            statement.skipped = usize::from(more % 2 == 1);
            statement.parties = parties(account);
        } else {
            statement.skipped = usual - usize::try_from(wanted).unwrap_or(usual);
        }
        statement
    }

    /// From the same day so many months ago.
    pub(crate) fn last_months(account: &'a Account<'a>, now: Timestamp, months: i64) -> Self {
        let from = day::of(now).saturating_sub(months.months());
        Self { account, from, now, trips: RoundTrips::none(), parties: Vec::new(), skipped: 0 }
    }

    /// In order of time, each made when it is asked for.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Booked> + '_ {
        let begin = day::begin(self.from);
        self.months()
            .flat_map(|month| self.booked(month))
            .filter(move |booked| booked.draft.at >= begin && booked.draft.at <= self.now)
            .skip(self.skipped)
    }

    /// How often each entry comes back in the statement.
    pub(crate) fn recurrence(&self) -> Recurrence {
        let mut recurrence = Recurrence::default();
        let usual = Self { trips: RoundTrips::none(), parties: Vec::new(), ..*self };
        for booked in usual.entries() {
            recurrence.add(&booked.draft.name, booked.day(), 1);
        }
        if self.trips.count() > 0 {
            for month in self.months() {
                let numbers = self.trips.numbers(day::begin(month.first), end(month.first));
                for name in self.trip_names() {
                    recurrence.add(name, month.first, numbers.end - numbers.start);
                }
            }
        }
        recurrence
    }

    fn months(&self) -> impl Iterator<Item = AccountMonth> + '_ {
        let months = self.account.months(self.from.first_of_month());
        months.take_while(|month| day::begin(month.first) <= self.now)
    }

    fn booked(&self, month: AccountMonth) -> impl Iterator<Item = Booked> + '_ {
        let trips = self.trips.between(day::begin(month.first), end(month.first));
        let trips = trips.flat_map(|trip| self.legs(trip));
        in_order(month.entries.into_iter(), trips).scan(month.opening, |balance, dated| {
            *balance = *balance + dated.draft.amount;
            Some(Booked { id: dated.id, draft: dated.draft, balance: *balance })
        })
    }

    /// The two entries of a round trip.
    fn legs(&self, trip: RoundTrip) -> [Dated; 2] {
        let mut rng = self.trips.rng(trip.number);
        let amount = Centavos(rng.i64(100..5_000));
        let [came, went] = self.trip_names();
        let [came_kind, went_kind] = match (self.account.kind, &self.account.customer.kind) {
            (AccountKind::Savings, _) => [DEPOSIT, CASH],
            (AccountKind::Checking, Holder::Person { .. }) => [RECEIVED, PASSED_ON],
            (AccountKind::Checking, Holder::Company { .. }) => [SOLD, HANDED_OVER],
        };
        [(trip.out, amount, came, came_kind), (trip.back, -amount, went, went_kind)].map(
            |(at, amount, name, kind)| {
                let mut draft = Draft::new(at, amount, name, &kind);
                draft.party = rng.choice(&self.parties).cloned();
                Dated { id: format!("{:016x}{:016x}", rng.u64(..), rng.u64(..)), draft }
            },
        )
    }

    fn trip_names(&self) -> [&'static str; 2] {
        match (self.account.kind, &self.account.customer.kind) {
            (AccountKind::Savings, _) => ["DEPOSITO EM DINHEIRO", "SAQUE CAIXA ELETRONICO"],
            (AccountKind::Checking, Holder::Person { .. }) => {
                ["PIX RECEBIDO RATEIO SINTETICO", "PIX ENVIADO RATEIO SINTETICO"]
            }
            (AccountKind::Checking, Holder::Company { .. }) => {
                ["PIX RECEBIDO MARKETPLACE SINTETICO", "PIX REPASSE MARKETPLACE SINTETICO"]
            }
        }
    }
}

/// Some persons; cash has no other side.
fn parties(account: &Account<'_>) -> Vec<Rc<Counterparty>> {
    let count = if account.kind == AccountKind::Checking { PARTIES } else { 0 };
    (0..count)
        .map(|number| Rc::new(Counterparty::person(account.customer, &format!("party {number}"))))
        .collect()
}

fn end(first: Date) -> Timestamp {
    day::begin(first.saturating_add(1.month()))
}

/// Two lists that are in order of time as one that is.
fn in_order(
    one: impl Iterator<Item = Dated>,
    two: impl Iterator<Item = Dated>,
) -> impl Iterator<Item = Dated> {
    let (mut one, mut two) = (one.peekable(), two.peekable());
    std::iter::from_fn(move || match (one.peek(), two.peek()) {
        (Some(first), Some(second)) if second.draft.at < first.draft.at => two.next(),
        (Some(_), _) => one.next(),
        (None, _) => two.next(),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::Subject;
    use crate::customer::Customer;
    use crate::institutions;

    fn of_customers(check: impl Fn(&Customer)) {
        let person = Subject::Person { cpf: "12345678909".to_owned() };
        let company = Subject::Company { cnpj: "11222333000181".to_owned(), cpf: None };
        for (seed, subject) in [(1, &person), (2, &person), (3, &company), (4, &company)] {
            check(&Customer::new(seed, subject));
        }
    }

    fn is_sound(account: &Account<'_>, booked: &[Booked], now: Timestamp) {
        assert_eq!(booked.last().unwrap().balance, account.balance(now), "{now}");
        for pair in booked.windows(2) {
            assert_eq!(pair[0].balance + pair[1].draft.amount, pair[1].balance, "{now}");
            assert!(pair[0].draft.at <= pair[1].draft.at, "{now}");
        }
    }

    #[test]
    fn every_day_of_a_year_has_a_sound_checking_statement() {
        of_customers(|customer| {
            let account = Account::checking(customer, institutions::find("341").unwrap());
            for days in 0..366 {
                let day = date(2028, 1, 1).saturating_add(days.days());
                let now = day::minutes_into(day, 30);
                let booked: Vec<_> = Statement::last_months(&account, now, 3).entries().collect();
                assert!((60..=130).contains(&booked.len()), "{day}: {} entries", booked.len());
                is_sound(&account, &booked, now);
                assert!(booked.iter().all(|booked| booked.balance.0.abs() < customer.income.0 * 3), "{day}");
            }
        });
    }

    #[test]
    fn savings_grow_and_have_what_the_checking_account_gave() {
        of_customers(|customer| {
            let bank = institutions::find("341").unwrap();
            let checking = Account::checking(customer, bank);
            let savings = Account::savings(customer, bank);
            let now = day::minutes_into(date(2034, 2, 3), 30);
            let saved: Vec<_> = Statement::last_months(&savings, now, 120).entries().collect();
            is_sound(&savings, &saved, now);
            assert!(saved.iter().all(|booked| booked.balance.0 > 0));
            let there =
                |booked: &Booked| booked.draft.name.ends_with(" POUPANCA").then_some(booked.draft.amount);
            let given: Vec<_> = Statement::last_months(&checking, now, 120)
                .entries()
                .filter_map(|entry| there(&entry))
                .collect();
            let taken: Vec<_> = saved
                .iter()
                .filter(|booked| !booked.draft.name.starts_with("RENDIMENTO"))
                .filter_map(there)
                .map(|amount| -amount)
                .collect();
            assert_eq!((given.len(), &given), (120, &taken));
        });
    }

    #[test]
    fn any_number_of_entries_keeps_the_balances() {
        of_customers(|customer| {
            let bank = institutions::find("341").unwrap();
            for account in [Account::checking(customer, bank), Account::savings(customer, bank)] {
                for now in [day::begin(date(2026, 3, 1)), day::minutes_into(date(2026, 3, 20), 900)] {
                    for wanted in [1, 2, 57, 400, 401, 402, 3_000] {
                        let statement = Statement::new(&account, now, Length::Exactly(wanted));
                        let booked: Vec<_> = statement.entries().collect();
                        assert_eq!(booked.len() as u64, wanted);
                        is_sound(&account, &booked, now);
                    }
                }
            }
        });
    }
}
