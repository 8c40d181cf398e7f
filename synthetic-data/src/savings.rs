//! The months of a savings account. Must not know about reports.

use std::iter;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use klavi_types::reports::EntryType;

use super::account::{Account, AccountMonth, Dated};
use super::draft::{Draft, Kind};
use super::money::Centavos;
use super::{checking, day};

const SAVED: Kind = Kind(
    EntryType::TransferenciaMesmaInstituicao,
    "TRANSFERENCIA",
    ["Investimentos", "Aplicação", "Poupança"],
);
const TAKEN_BACK: Kind =
    Kind(EntryType::ResgateAplicFinanceira, "RESGATE", ["Investimentos", "Resgate", "Poupança"]);
const INTEREST: Kind =
    Kind(EntryType::RendimentoAplicFinanceira, "RENDIMENTO", ["Renda", "Renda passiva", "Rendimentos"]);

/// When the account was opened, with a deposit of some months' income.
const OPENED: Date = date(2024, 1, 1);
const MONTHS_DEPOSITED: i64 = 6;

/// The months of a savings account: what the checking account puts in or takes out, and interest.
pub(crate) fn months<'a>(account: &'a Account<'_>, from: Date) -> impl Iterator<Item = AccountMonth> + 'a {
    let checking = Account::checking(account.customer, account.institution);
    let mut balance = account.customer.income * MONTHS_DEPOSITED;
    let begin = from.min(OPENED);
    let firsts = iter::successors(Some(begin), |first| first.checked_add(1.month()).ok());
    firsts
        .map(move |first| {
            let opening = balance;
            let drafts = drafts(first, opening, checking::swept(&checking, first));
            balance = opening + drafts.iter().map(|draft| draft.amount).sum();
            let entries = drafts.into_iter().enumerate();
            AccountMonth {
                first,
                opening,
                entries: entries
                    .map(|(place, draft)| Dated { id: account.entry_id(first, place), draft })
                    .collect(),
            }
        })
        .skip_while(move |month| month.first < from)
}

/// Half a percent of the balance on the tenth, the sweep of the checking account at the end.
fn drafts(first: Date, opening: Centavos, swept: Option<Draft>) -> Vec<Draft> {
    let interest = Centavos(opening.0 * 5 / 1000);
    let at = day::minutes_into(first, 9 * 24 * 60 + 10 * 60);
    let mut drafts = Vec::new();
    if interest.0 > 0 {
        drafts.push(Draft::new(at, interest, "RENDIMENTO POUPANCA", &INTEREST));
    }
    drafts.extend(swept.map(|swept| {
        let (name, kind) =
            if swept.amount.0 < 0 { ("APLICACAO POUPANCA", SAVED) } else { ("RESGATE POUPANCA", TAKEN_BACK) };
        Draft::new(swept.at, -swept.amount, name, &kind)
    }));
    drafts
}
