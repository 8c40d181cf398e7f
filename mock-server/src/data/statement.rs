use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use klavi_types::reports::EntryType;

use super::account::Account;
use super::customer::Kind as Holder;
use super::draft::{Draft, Kind, Month};
use super::money::Centavos;
use super::{company_months, person_months};

const SAVED: Kind = Kind(
    EntryType::TransferenciaMesmaInstituicao,
    "TRANSFERENCIA",
    ["Investimentos", "Aplicação", "Poupança"],
);
const TAKEN_BACK: Kind =
    Kind(EntryType::ResgateAplicFinanceira, "RESGATE", ["Investimentos", "Resgate", "Poupança"]);

/// An entry in its place in the statement.
pub(crate) struct Booked {
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    pub(crate) draft: Draft,
    /// Balance of the account after it.
    pub(crate) balance: Centavos,
}

impl Booked {
    pub(crate) fn day(&self) -> Date {
        TimeZone::UTC.to_datetime(self.at).date()
    }
}

/// The entries from the same day three months ago up to now. A report of another day shows the same entries with
/// the same ids and balances, as far as both reach.
pub(crate) fn last_three_months(account: &Account<'_>, now: Timestamp) -> Vec<Booked> {
    let today = TimeZone::UTC.to_datetime(now).date();
    let from = today.saturating_sub(3.months());
    (0..=3)
        .flat_map(|back| month(account, from.first_of_month().saturating_add(back.months())))
        .filter(|booked| booked.day() >= from && booked.at <= now)
        .collect()
}

/// The balance now.
pub(crate) fn balance(account: &Account<'_>, now: Timestamp) -> Centavos {
    let first = TimeZone::UTC.to_datetime(now).date().first_of_month();
    let booked = month(account, first);
    let last = booked.iter().rfind(|booked| booked.at <= now);
    last.map_or_else(|| opening(account, first), |booked| booked.balance)
}

/// All entries of a month, the future ones too.
fn month(account: &Account<'_>, first: Date) -> Vec<Booked> {
    let customer = account.customer;
    let words = [account.institution.code, &first.to_string()];
    let mut month = Month::new(first, customer.rng(&[&["month"], words.as_slice()].concat()));
    match customer.kind {
        Holder::Person { .. } => person_months::fill(&mut month, customer),
        Holder::Company { .. } => company_months::fill(&mut month, customer),
    }
    let mut balance = opening(account, first);
    let next = opening(account, first.saturating_add(1.month()));
    let surplus = month.drafts.iter().map(|draft| draft.amount).sum::<Centavos>() + balance - next;
    sweep(&mut month, first, surplus);
    month.drafts.sort_by_key(|draft| draft.minute);

    let begin = TimeZone::UTC.to_timestamp(first.at(0, 0, 0, 0)).unwrap_or(Timestamp::MIN);
    let book = |(place, draft): (usize, Draft)| {
        balance = balance + draft.amount;
        let place = place.to_string();
        Booked {
            id: customer.hex(&["entry", words[0], words[1], &place], 32),
            at: begin.saturating_add(SignedDuration::from_mins(draft.minute)).unwrap_or(begin),
            draft,
            balance,
        }
    };
    month.drafts.into_iter().enumerate().map(book).collect()
}

/// The balance at the beginning of a month is known without the months before it: at the end of each, what is left
/// over goes to savings, what is missing comes from there.
fn opening(account: &Account<'_>, first: Date) -> Centavos {
    let words = ["opening", account.institution.code, &first.to_string()];
    let tenth = account.customer.income.0 / 10;
    Centavos(tenth + account.customer.rng(&words).i64(0..=4 * tenth))
}

fn sweep(month: &mut Month, first: Date, surplus: Centavos) {
    let (name, kind) = match surplus.0 {
        0 => return,
        1.. => ("APLICACAO POUPANCA", SAVED),
        _ => ("RESGATE POUPANCA", TAKEN_BACK),
    };
    let last_day = first.days_in_month();
    // After every other entry of the month.
    month.add(last_day, -surplus, name, &kind).minute = i64::from(last_day) * 24 * 60 - 3 * 60;
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::data::customer::Customer;
    use crate::institutions;
    use crate::store::Subject;

    #[test]
    fn every_day_of_a_year_has_a_sound_statement() {
        let person = Subject::Person { cpf: "12345678909".to_owned() };
        let company = Subject::Company { cnpj: "11222333000181".to_owned(), cpf: None };
        for (seed, subject) in [(1, &person), (2, &person), (3, &company), (4, &company)] {
            let customer = Customer::new(seed, subject);
            let account = Account::new(&customer, institutions::find("341").unwrap());
            for days in 0..366 {
                let day = date(2028, 1, 1).saturating_add(days.days());
                let now = TimeZone::UTC.to_timestamp(day.at(0, 30, 0, 0)).unwrap();
                let booked = last_three_months(&account, now);
                assert!((60..=120).contains(&booked.len()), "{day}: {} entries", booked.len());
                assert_eq!(booked.last().unwrap().balance, balance(&account, now), "{day}");
                for pair in booked.windows(2) {
                    assert_eq!(pair[0].balance + pair[1].draft.amount, pair[1].balance, "{day}");
                    assert!(pair[0].at <= pair[1].at, "{day}");
                }
                assert!(booked.iter().all(|booked| booked.balance.0.abs() < customer.income.0 * 3), "{day}");
            }
        }
    }
}
