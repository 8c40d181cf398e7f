//! What truly happened, for a test to compare with. Must not know how a report tells it.

use std::fmt;

use jiff::civil::Date;
use klavi_types::Amount;
use klavi_types::statements::AccountKind;

use crate::card_statement::CardStatement;
use crate::day;
use crate::relations::Relations;
use crate::scope::Scope;
use crate::statement_report::statement;

/// An entry that was booked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrueEntry {
    /// Kind of its account.
    pub kind: AccountKind,
    /// Code of the bank.
    pub institution_code: &'static str,
    /// Number of the account without its check digit, or the digits shown of the card.
    pub number: String,
    /// Tells it from every other entry. Messy reports may have another id for it, or none.
    pub id: String,
    /// The day on which it is booked.
    pub day: Date,
    /// Positive for money in.
    pub amount: Amount,
}

/// Kind, day and amount.
impl fmt::Debug for TrueEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} {}", self.kind, self.day, self.amount)
    }
}

/// The booked entries that the reports of a scope list: those of all checking accounts, savings accounts and cards.
///
/// Those of two scopes that differ only in time have the same ids, unless they have a
/// [length](crate::Length::Exactly) beyond what a year brings.
///
/// ```
/// use klavi_types::PersonType;
/// use synthetic_data::{Messy, Scope, Source, institutions, subject, truth};
///
/// let subject = subject(7, PersonType::Personal);
/// let institution = institutions::find("341").expect("a bank of the mock");
/// let sources = [Source { institution, link_id: "l".into(), consent_ids: vec!["c".into()] }];
/// let scope = Scope::new(7, "2026-03-20T15:00:00Z".parse()?, &subject, &sources).messy(Messy::ALL);
/// let all = truth(&scope);
/// assert!(all.iter().any(|entry| entry.amount.is_negative()));
/// # Ok::<(), jiff::Error>(())
/// ```
pub fn truth(scope: &Scope<'_>) -> Vec<TrueEntry> {
    let customer = scope.customer();
    let relations = Relations::new(&customer, scope);
    let mut all = Vec::new();
    for (kind, accounts) in
        [(AccountKind::Checking, &relations.checking), (AccountKind::Savings, &relations.savings)]
    {
        for (part, account) in accounts.iter().enumerate() {
            let (statement, _) = statement(scope, account, scope.length.share(part, accounts.len()));
            all.extend(statement.entries().map(|booked| TrueEntry {
                kind,
                institution_code: account.institution.code,
                number: account.number.clone(),
                day: booked.day(),
                amount: booked.draft.amount.plain(),
                id: booked.id,
            }));
        }
    }
    for (part, card) in relations.cards.iter().enumerate() {
        let length = scope.length.share(part, relations.cards.len());
        let statement = CardStatement::new(card, scope.now, length);
        for bill in std::iter::once(statement.open()).chain(statement.closed()) {
            all.extend(statement.entries(bill).map(|purchase| TrueEntry {
                kind: AccountKind::Card,
                institution_code: card.institution.code,
                number: card.digits.clone(),
                day: day::of(purchase.at),
                amount: (-purchase.amount).plain(),
                id: purchase.id,
            }));
        }
    }
    all
}
