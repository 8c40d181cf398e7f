//! Accounts that come in several spellings, and cards that change.

use jiff::Timestamp;
use statements::{AccountIdentity, AccountKind, Bank, Changes, Entry, Ledger, Reason, Source, Statement};

use crate::rows::Table;

fn card<'a>(
    time: &str,
    name: &str,
    digits: impl IntoIterator<Item = &'a str>,
    bills: impl IntoIterator<Item = &'a str>,
) -> Statement {
    let bank = Bank { cnpj: Some("191"), ..Bank::default() };
    of(time, AccountIdentity::of_card(&bank, Some(name), digits, bills))
}

fn of(time: &str, account: AccountIdentity) -> Statement {
    let mut statement =
        Statement::new(account, Source::new("bank", None), time.parse::<Timestamp>().unwrap());
    let mut entry = Entry::default();
    entry.id = Some("T1".into());
    entry.is_final = true;
    statement.entries.push(entry);
    statement
}

#[test]
fn a_card_stays_the_same_where_cards_are_added_reordered_or_replaced() {
    let mut ledger = Ledger::new();
    for (day, digits, bills) in [
        (1, &["4453"][..], &["B1"][..]),
        (2, &["4453", "9001"], &["B1"]),
        (3, &["9001", "4453"], &["B1", "B2"]),
        (4, &["1234"], &["B2"]),
        (5, &[], &["B2"]),
    ] {
        let statement =
            card(&format!("2026-01-0{day}T12:00:00Z"), "GOLD", digits.iter().copied(), bills.iter().copied());
        assert_eq!(ledger.reconcile([&statement]).accounts, []);
    }
    assert_eq!(ledger.accounts().count(), 1);
    assert_eq!(ledger.entries().count(), 1);
    assert_eq!(ledger.accounts().next().unwrap().0.as_str(), "card:cnpj-191:GOLD:4453");
}

#[test]
fn two_cards_of_one_name_stay_two() {
    for order in [[0, 1, 2], [1, 0, 2], [2, 0, 1]] {
        let both = [
            card("2026-01-01T12:00:00Z", "GOLD", ["4453"], []),
            card("2026-01-01T12:00:00Z", "GOLD", ["9001"], []),
        ];
        let again = [both[1].clone()];
        let added = [card("2026-01-03T12:00:00Z", "GOLD", ["4453", "7777"], [])];
        let reports: [&[Statement]; 3] = [&both, &again, &added];
        let mut ledger = Ledger::new();
        for report in order {
            ledger.reconcile(reports[report]);
        }
        assert_eq!(ledger.accounts().count(), 2, "{order:?}");
    }
}

#[test]
fn the_account_of_a_statement_is_found_under_its_older_key() {
    let first = card("2026-01-01T12:00:00Z", "GOLD", ["4453"], ["B1"]);
    let replaced = card("2026-01-02T12:00:00Z", "GOLD", ["9001"], ["B1"]);
    let other = card("2026-01-02T12:00:00Z", "GOLD", ["7777"], []);
    let mut ledger = Ledger::new();
    ledger.reconcile([&first]);
    ledger.reconcile([&replaced, &other]);
    assert_eq!(ledger.account_of(&replaced.account), Some(first.account.key()));
    // The name, which both have, identifies neither.
    assert_eq!(ledger.account_of(&other.account), Some(other.account.key()));
    assert_eq!(ledger.account_of(&card("2026-01-03T12:00:00Z", "BLACK", ["1"], []).account), None);
}

#[test]
fn two_cards_of_one_name_without_digits_are_told_by_their_bills() {
    let report =
        [card("2026-01-01T12:00:00Z", "GOLD", [], ["B1"]), card("2026-01-01T12:00:00Z", "GOLD", [], ["B2"])];
    let mut ledger = Ledger::new();
    ledger.reconcile(&report);
    assert_eq!(ledger.accounts().count(), 2);
}

#[test]
fn accounts_that_turn_out_to_be_one_become_one_whatever_came_first() {
    let account = |bank: &Bank<'_>, time: &str| {
        of(time, AccountIdentity::of_account(AccountKind::Checking, bank, Some("12"), Some("94088")))
    };
    let cnpj = account(&Bank { cnpj: Some("191"), ..Bank::default() }, "2026-01-01T12:00:00Z");
    let compe = account(&Bank { compe: Some("001"), ..Bank::default() }, "2026-01-02T12:00:00Z");
    let both =
        account(&Bank { cnpj: Some("191"), compe: Some("1"), ..Bank::default() }, "2026-01-03T12:00:00Z");
    let orders = [[&cnpj, &compe, &both], [&both, &cnpj, &compe], [&compe, &both, &cnpj]];
    let ledgers = orders.map(|order| {
        let mut ledger = Ledger::new();
        let changes: Vec<_> = order.into_iter().map(|statement| ledger.reconcile([statement])).collect();
        (ledger, changes)
    });
    for (ledger, _) in &ledgers {
        assert_eq!(ledger.accounts().count(), 1);
        assert_eq!(ledger.entries().count(), 1);
        assert!(*ledger == ledgers[0].0);
    }
    let [(_, joined), (_, older), _] = &ledgers;
    assert_eq!(joined[2].accounts[0].old.as_str(), "checking:compe-1:12:94088");
    assert_eq!(joined[2].accounts[0].new.as_str(), "checking:cnpj-191:12:94088");
    assert_eq!(older[1].accounts, []);
    let merged = |changes: &Changes| {
        let [change] = &changes.entries[..] else { panic!("{changes:?}") };
        assert_eq!((change.reason, change.new.as_ref()), (Reason::Merged, None));
        (change.old_account().as_str().to_owned(), change.account.as_str().to_owned())
    };
    let (by_compe, by_cnpj) =
        ("checking:compe-1:12:94088".to_owned(), "checking:cnpj-191:12:94088".to_owned());
    assert_eq!(merged(&joined[2]), (by_compe, by_cnpj));
}

#[test]
fn entries_of_accounts_that_become_one_keep_their_keys_but_for_those_that_both_have() {
    let account = |bank: &Bank<'_>, time: &str, ids: &[(&str, &str)]| {
        let account = AccountIdentity::of_account(AccountKind::Checking, bank, Some("12"), Some("94088"));
        let mut statement = of(time, account);
        let entry = statement.entries.remove(0);
        statement.entries = ids
            .iter()
            .map(|(id, amount)| {
                let mut entry = entry.clone();
                (entry.id, entry.amount) = (Some((*id).into()), amount.parse().ok());
                entry
            })
            .collect();
        statement
    };
    let cnpj = Bank { cnpj: Some("191"), ..Bank::default() };
    let compe = Bank { compe: Some("001"), ..Bank::default() };
    let both = Bank { cnpj: Some("191"), compe: Some("001"), ..Bank::default() };
    let mut ledger = Ledger::new();
    // The id `c` is of two entries, which shows once the accounts are one.
    ledger.reconcile([&account(&compe, "2026-01-01T12:00:00Z", &[("a", "1"), ("b", "2"), ("c", "3")])]);
    ledger.reconcile([&account(&cnpj, "2026-01-02T12:00:00Z", &[("b", "2"), ("c", "4"), ("d", "5")])]);
    let changes = ledger.reconcile([&account(&both, "2026-01-03T12:00:00Z", &[("e", "6")])]);
    let told = changes.entries.iter().map(|change| {
        let [old, new] = [&change.old, &change.new].map(|key| key.as_ref().map_or("", |key| key.as_str()));
        (change.old_account().as_str(), old, new, change.reason)
    });
    let told: Vec<_> = told.collect();
    assert_eq!(
        told,
        [
            ("checking:compe-1:12:94088", "", "e", Reason::Added),
            ("checking:cnpj-191:12:94088", "b", "", Reason::Merged),
            ("checking:compe-1:12:94088", "c", "~|3||c|1|", Reason::SharedId),
            ("checking:cnpj-191:12:94088", "c", "~|4||c|1|", Reason::SharedId),
        ]
    );
    assert_eq!(ledger.entries().count(), 6);
}

#[test]
fn a_name_that_identifies_no_card_is_saved() {
    let both = [
        card("2026-01-01T12:00:00Z", "GOLD", ["4453"], []),
        card("2026-01-01T12:00:00Z", "GOLD", ["9001"], []),
    ];
    let mut ledger = Ledger::new();
    let mut table = Table::default();
    ledger.reconcile(&both);
    table.write(ledger.row_changes());
    ledger.reconcile(&both);
    assert_eq!(ledger.row_changes().len(), 2, "the rows of the accounts alone");
    let mut loaded = table.load();
    loaded.reconcile([&card("2026-01-02T12:00:00Z", "GOLD", ["7777"], [])]);
    assert_eq!(loaded.accounts().count(), 3);
}
