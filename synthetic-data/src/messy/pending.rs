//! Entries before they are booked, and those that never are. Must not know how a bank writes them.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use klavi_types::reports::{EntryState, EntryType};

use super::{Messy, Trouble};
use crate::account::{Account, Dated};
use crate::day;
use crate::draft::{Draft, Kind};
use crate::money::Centavos;
use crate::statement::Booked;

/// How long before it is booked an entry is listed at most.
const DAYS_AHEAD: i64 = 6;
/// Days in which at most one entry is cancelled.
const CANCELLED_WITHIN: i64 = 5;
/// How long a cancelled one is still processed.
const HOURS_AFTER: i64 = 12;

const PURCHASE: Kind = Kind(EntryType::Cartao, "CARTAO", ["Compras", "Eletrônicos", "Aparelhos"]);

/// An entry that is not booked.
pub(crate) struct Pending {
    /// [`Scheduled`](Trouble::Scheduled) or [`Processing`](Trouble::Processing).
    pub(super) trouble: Trouble,
    pub(super) is_cancelled: bool,
    pub(super) has_other_amount: bool,
    /// As it is told now.
    pub(crate) booked: Booked,
}

impl Pending {
    pub(super) fn state(&self) -> EntryState {
        match self.trouble {
            Trouble::Scheduled => EntryState::LancamentoFuturo,
            _ => EntryState::TransacaoProcessando,
        }
    }
}

/// The entries of an account that are not booked now, in order of the day they are told with.
pub(crate) fn pending(kinds: Messy, account: &Account<'_>, now: Timestamp) -> Vec<Pending> {
    let mut all = Vec::new();
    if kinds.has(Trouble::Scheduled) || kinds.has(Trouble::Processing) {
        let until = now.saturating_add(SignedDuration::from_hours(24 * DAYS_AHEAD)).unwrap_or(now);
        let months = account.months(day::of(now).first_of_month());
        let ahead = months.take_while(|month| day::begin(month.first) <= until);
        let ahead = ahead.flat_map(|month| month.entries).filter(|entry| entry.draft.at > now);
        all.extend(ahead.filter_map(|entry| on_its_way(kinds, account, entry, now)));
    }
    if kinds.has(Trouble::Cancelled) {
        all.extend(cancelled(account, now));
    }
    all.sort_by_key(|pending| pending.booked.draft.at);
    all
}

/// An entry that will be booked: about half of them are listed before.
fn on_its_way(kinds: Messy, account: &Account<'_>, entry: Dated, now: Timestamp) -> Option<Pending> {
    let Dated { id, mut draft } = entry;
    let mut rng = account.customer.rng(&["pending", &id]);
    if rng.bool() {
        return None;
    }
    let hours_before =
        |hours| now >= draft.at.saturating_sub(SignedDuration::from_hours(hours)).unwrap_or(now);
    let processed = rng.i64(6..40);
    let trouble = if hours_before(processed) {
        Trouble::Processing
    } else if hours_before(rng.i64(24 * 2..=24 * DAYS_AHEAD)) {
        Trouble::Scheduled
    } else {
        return None;
    };
    if !kinds.has(trouble) {
        return None;
    }
    let planned = day::of(draft.at).saturating_add(rng.i64(-1..=1).days());
    // What is processed was bought, so its day is not ahead.
    let shown = if trouble == Trouble::Processing { planned.min(day::of(now)) } else { planned };
    let has_other_amount = kinds.has(Trouble::ChangedAmount) && rng.u8(..8) == 0;
    if has_other_amount {
        draft.amount = Centavos(draft.amount.0 + draft.amount.0.signum() * rng.i64(1..500));
    }
    Some(told(trouble, id, draft, shown, has_other_amount, false))
}

/// What is listed for some days and then no more.
fn cancelled<'a>(account: &'a Account<'_>, now: Timestamp) -> impl Iterator<Item = Pending> + 'a {
    let slot = day::number(day::of(now)) / CANCELLED_WITHIN;
    let hours = SignedDuration::from_hours;
    (slot - 1..=slot + 2).filter_map(move |slot| {
        let number = slot.to_string();
        let mut rng = account.rng(&format!("cancelled {number}"));
        let planned =
            Date::ZERO.saturating_add((slot * CANCELLED_WITHIN + rng.i64(0..CANCELLED_WITHIN)).days());
        let at = day::minutes_into(planned, rng.i64(9 * 60..20 * 60));
        let amount = Centavos(-(account.customer.income.0 * rng.i64(5..60) / 1000).max(1));
        let ends = at.saturating_add(hours(HOURS_AFTER)).unwrap_or(at);
        let begins = at.saturating_sub(hours(24 * 4)).unwrap_or(at);
        if rng.bool() || now < begins || now >= ends {
            return None;
        }
        let is_processed = now >= at.saturating_sub(hours(24)).unwrap_or(at);
        let (trouble, shown) = if is_processed {
            (Trouble::Processing, planned.min(day::of(now)))
        } else {
            (Trouble::Scheduled, planned)
        };
        let draft = Draft::new(at, amount, "LOJA SINTETICA", &PURCHASE);
        Some(told(trouble, format!("cancelled {number}"), draft, shown, false, true))
    })
}

fn told(
    trouble: Trouble,
    id: String,
    mut draft: Draft,
    shown: Date,
    has_other_amount: bool,
    is_cancelled: bool,
) -> Pending {
    draft.at = day::minutes_into(shown, 12 * 60);
    draft.name = match trouble {
        Trouble::Scheduled => format!("AGENDADO {}", draft.name),
        _ => format!("{} - EM PROCESSAMENTO", draft.name),
    };
    let booked = Booked { id, draft, balance: Centavos::default() };
    Pending { trouble, is_cancelled, has_other_amount, booked }
}
