//! A ledger that is saved and loaded.

use std::collections::BTreeMap;

use statements::{Ledger, Row, RowChange, RowError};

use crate::bank::{Asked, Id, PendingId, Purchase, Spelling, statement};

/// A table with the columns account, entry and data.
#[derive(Default)]
pub(crate) struct Table(BTreeMap<(String, String), String>);

impl Table {
    pub(crate) fn write(&mut self, changes: Vec<RowChange>) {
        for change in changes {
            match change {
                RowChange::Put(row) => drop(self.0.insert((row.account, row.entry), row.data)),
                RowChange::Delete(row) => drop(self.0.remove(&(row.account, row.entry))),
            }
        }
    }

    pub(crate) fn load(&self) -> Ledger {
        let rows = self.0.iter().map(|((account, entry), data)| Row::new(account, entry, data));
        Ledger::from_rows(rows).unwrap()
    }
}

fn purchases() -> Vec<Purchase> {
    let purchase = |day, id| Purchase {
        day,
        cents: 1,
        id,
        pending_id: PendingId::Daily,
        books_after: 0,
        moves: 0,
        cancelled: None,
        corrected: None,
        hidden: None,
        instalment: None,
    };
    (5..25).map(|day| purchase(day, if day % 2 == 0 { Id::Own } else { Id::Blank })).collect()
}

fn asked(day: i8) -> Asked {
    Asked { day, complete: true, consent: false, spelling: Spelling::Cnpj, categorised: true }
}

#[test]
fn an_unchanged_report_writes_the_row_of_its_account_alone() {
    let purchases = purchases();
    let mut ledger = Ledger::new();
    ledger.reconcile([&statement(&purchases, asked(25))]);
    assert_eq!(ledger.row_changes().len(), 1 + purchases.len());
    ledger.reconcile([&statement(&purchases, asked(26))]);
    assert_eq!(ledger.row_changes().len(), 1);
    ledger.reconcile([&statement(&purchases, Asked { categorised: false, ..asked(27) })]);
    assert!(ledger.row_changes().len() > 1, "the categories are of before by now");
    // The rows that were not written say the same by then.
    let saved = serde_json::to_string(&ledger).unwrap();
    assert!(serde_json::from_str::<Ledger>(&saved).unwrap() == ledger);
}

#[test]
fn rows_that_are_none_are_refused_without_a_word_of_theirs() {
    let secret = Row::new("checking:1", "", "{\"secret\":1}");
    let error = Ledger::from_rows([secret.clone()]).unwrap_err();
    assert_eq!(error, RowError::Data);
    assert!(!format!("{error} {error:?} {secret:?}").contains("secret"));
    let entry = Row::new("checking:1", "~1", "{}");
    assert_eq!(Ledger::from_rows([entry]).unwrap_err(), RowError::Account);
}
