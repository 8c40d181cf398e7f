//! Accounts put together of reports in any order and spelling.

use jiff::Timestamp;
use proptest::prelude::*;
use statements::{
    Account, AccountIdentity, AccountKind, AccountSnapshot, Accounts, BalanceKind, Bank, CardLimit,
    HolderType, Ledger, Ownership, Source, Statement,
};

fn at(day: u8) -> Option<Timestamp> {
    Some(format!("2026-01-{day:02}T12:00:00Z").parse().unwrap())
}

fn snapshot(kind: AccountKind, cnpj: &str, number: &str, consent: &str, day: u8) -> AccountSnapshot {
    let bank = Bank { cnpj: Some(cnpj), consent: Some(consent), ..Bank::default() };
    let account = AccountIdentity::of_account(kind, &bank, Some("0012"), Some(number));
    AccountSnapshot::new(account, Source::new("bank", Some(consent)), at(day))
}

fn checking(number: &str, day: u8) -> AccountSnapshot {
    snapshot(AccountKind::Checking, "191", number, "first", day)
}

fn accounts_of<'a>(reports: impl IntoIterator<Item = &'a AccountSnapshot>) -> Accounts {
    let mut accounts = Accounts::new();
    reports.into_iter().for_each(|report| accounts.add([report]));
    accounts
}

fn only(accounts: &Accounts) -> Account {
    let [account] = &accounts.accounts()[..] else { panic!("{accounts:?}") };
    account.clone()
}

#[test]
fn an_account_of_two_consents_and_spellings_is_one() {
    let mut one = checking("94088-4", 1);
    one.details.bank_name = Some("Banco A".into());
    one.details.branch = Some(" ".into());
    let mut other = snapshot(AccountKind::Checking, "00.000.000/0001-91", "0094088", "second", 2);
    other.details.bank_name = Some("NA".into());
    other.details.ownership = Some(Ownership::JointAny);
    other.details.holder_type = Some(HolderType::Person);
    let account = only(&accounts_of([&other, &one]));
    assert_eq!(account.key.as_str(), "checking:cnpj-191:12:94088");
    assert_eq!(account.kind, AccountKind::Checking);
    // `NA` and blanks say nothing, whatever came last.
    assert_eq!(account.details.bank_name.unwrap(), "Banco A");
    assert_eq!(account.details.branch, None);
    assert_eq!(account.details.ownership, Some(Ownership::JointAny));
    assert_eq!(account.sources.len(), 2);
    assert_eq!(account.as_of, at(2));
}

#[test]
fn the_newest_balance_wins_whatever_arrives_last() {
    let balance = |day, amount: &str, held_at: Option<&str>| {
        let mut snapshot = checking("94088", day);
        let held_at = held_at.map(|at| at.parse().unwrap());
        snapshot.add_balance(BalanceKind::Available, amount.parse().unwrap(), Some(&"BRL".into()), held_at);
        snapshot
    };
    // The report of the 4th has a balance of the 1st, that of the 2nd one of its own time.
    let stale = balance(4, "10.00", Some("2026-01-01T10:00:00-03:00"));
    let fresh = balance(2, "-20.00", None);
    // A time after the report is none.
    let ahead = balance(1, "30.00", Some("9999-01-01T00:00:00Z"));
    for order in [[&stale, &fresh, &ahead], [&ahead, &fresh, &stale], [&fresh, &ahead, &stale]] {
        let account = only(&accounts_of(order));
        let available = account.balance(BalanceKind::Available).unwrap();
        assert_eq!(available.amount, "-20.00".parse().unwrap());
        assert_eq!(available.as_of, at(2));
        assert_eq!(account.balances.len(), 1);
        assert_eq!(account.balance(BalanceKind::Blocked), None);
    }
    let account = only(&accounts_of([&stale]));
    assert_eq!(account.balances[0].as_of, Some("2026-01-01T13:00:00Z".parse().unwrap()));
}

#[test]
fn balances_of_other_currencies_and_of_zero_stand_apart() {
    let mut snapshot = checking("94088", 1);
    let mut add = |kind, amount: &str, currency: Option<&str>| {
        let currency = currency.map(Into::into);
        snapshot.add_balance(kind, amount.parse().unwrap(), currency.as_ref(), None);
    };
    add(BalanceKind::Available, "0.00", None);
    add(BalanceKind::Available, "5.00", Some("usd"));
    add(BalanceKind::Blocked, "1.00", Some(""));
    let account = only(&accounts_of([&snapshot]));
    assert_eq!(account.balances.len(), 3);
    assert_eq!(account.balance(BalanceKind::Available).unwrap().amount.to_string(), "0.00");
    assert_eq!(account.balance(BalanceKind::Blocked).unwrap().currency, None);
}

#[test]
fn an_account_without_a_kind_is_the_one_of_its_number_where_there_is_one() {
    let unknown = snapshot(AccountKind::Unknown, "191", "94088", "first", 1);
    let savings = snapshot(AccountKind::Savings, "191", "94088", "first", 2);
    let kinds = |reports: &[&AccountSnapshot]| {
        let accounts = accounts_of(reports.iter().copied()).accounts();
        accounts.iter().map(|account| account.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&[&unknown]), [AccountKind::Unknown]);
    assert_eq!(kinds(&[&unknown, &savings]), [AccountKind::Savings]);
    assert_eq!(kinds(&[&savings, &unknown]), [AccountKind::Savings]);
    let all = [&savings, &checking("94088", 3), &unknown];
    assert_eq!(kinds(&all), [AccountKind::Checking, AccountKind::Savings, AccountKind::Unknown]);
    let joined = only(&accounts_of([&unknown, &savings]));
    assert_eq!(joined.key.as_str(), "savings:cnpj-191:12:94088");
    assert_eq!(accounts_of([&unknown, &savings]).find(&unknown.account), Some(joined));
}

#[test]
fn a_card_keeps_the_limits_of_the_newest_report_that_has_any() {
    let card = |day, digits: &[&str], limits: &[&str]| {
        let bank = Bank { cnpj: Some("191"), ..Bank::default() };
        let account = AccountIdentity::of_card(&bank, Some("GOLD"), digits.iter().copied(), []);
        let mut snapshot = AccountSnapshot::new(account, Source::new("bank", None), at(day));
        let limit = |amount: &&str| {
            let mut limit = CardLimit::default();
            limit.limit = Some(amount.parse().unwrap());
            limit
        };
        snapshot.card_limits = limits.iter().map(limit).collect();
        snapshot.details.card_digits = digits.iter().map(|digits| (*digits).into()).collect();
        snapshot
    };
    let (old, new, none) = (
        card(1, &["4453"], &["1.00", "2.00"]),
        card(2, &["4453", "9001"], &["3.00"]),
        card(3, &["9001"], &[]),
    );
    for order in [[&old, &new, &none], [&none, &new, &old]] {
        let account = only(&accounts_of(order));
        let limits: Vec<_> =
            account.card_limits.iter().map(|limit| limit.limit.unwrap().to_string()).collect();
        assert_eq!(limits, ["3.00"]);
        assert_eq!(account.card_limits_as_of, at(2));
        assert_eq!(account.details.card_digits.len(), 1);
    }
    // Two cards of one name in one report are two.
    let mut accounts = Accounts::new();
    accounts.add([&card(1, &["4453"], &[]), &card(1, &["9001"], &[])]);
    assert_eq!(accounts.accounts().len(), 2);
}

#[test]
fn the_ledger_has_the_account_under_its_identity() {
    let statement = Statement::new(checking("94088", 5).account, Source::new("bank", None), at(5).unwrap());
    let mut ledger = Ledger::new();
    ledger.reconcile([&statement]);
    let older = {
        let bank = Bank { compe: Some("1"), cnpj: Some("191"), ..Bank::default() };
        let account = AccountIdentity::of_account(AccountKind::Checking, &bank, Some("12"), Some("94088"));
        AccountSnapshot::new(account, Source::new("bank", None), at(1))
    };
    let account = only(&accounts_of([&checking("94088", 5), &older]));
    assert_eq!(ledger.account_of(&account.identity), Some(statement.account.key()));
}

#[test]
fn what_is_saved_is_loaded_and_shows_nothing() {
    let mut snapshot = checking("94088", 1);
    snapshot.details.holder = Some("Ana Exemplo".into());
    snapshot.add_balance(BalanceKind::Available, "12.34".parse().unwrap(), None, None);
    let accounts = accounts_of([&snapshot]);
    let saved = serde_json::to_string(&accounts).unwrap();
    let loaded: Accounts = serde_json::from_str(&saved).unwrap();
    assert!(loaded == accounts);
    let account = only(&loaded);
    let again: Account = serde_json::from_str(&serde_json::to_string(&account).unwrap()).unwrap();
    assert!(again == account);
    let shown = format!("{accounts:?} {account:?} {snapshot:?}");
    assert!(!shown.contains("Ana") && !shown.contains("12.34") && !shown.contains("94088"), "{shown}");
    assert!(serde_json::from_str::<AccountIdentity>(r#"{"kind":"card","marks":[]}"#).is_err());
}

/// A report about some of three accounts, in one of two spellings, one of them without a kind.
fn report() -> impl Strategy<Value = Vec<AccountSnapshot>> {
    let one = (0_usize..3, 1_u8..5, any::<bool>(), any::<bool>(), prop::option::of(0_i64..3));
    prop::collection::vec(one, 1..4).prop_map(|all| {
        let of = |(number, day, spelling, kind, balance): (usize, u8, bool, bool, Option<i64>)| {
            let kind = if kind { AccountKind::Savings } else { AccountKind::Unknown };
            let (cnpj, consent) = if spelling { ("0191", "first") } else { ("", "first") };
            let mut snapshot = snapshot(kind, cnpj, ["1", "02", "33"][number], consent, day);
            if let Some(cents) = balance {
                snapshot.add_balance(BalanceKind::Available, cents.to_string().parse().unwrap(), None, None);
                snapshot.details.holder = Some(cents.to_string().as_str().into());
            }
            snapshot
        };
        all.into_iter().map(of).collect()
    })
}

proptest! {
    #[test]
    fn neither_order_nor_repetition_of_reports_matters(
        reports in prop::collection::vec(report(), 1..6),
        shuffled in any::<prop::sample::Index>(),
    ) {
        let collect = |order: &[usize]| {
            let mut accounts = Accounts::new();
            order.iter().for_each(|report| accounts.add(&reports[*report]));
            accounts
        };
        let straight: Vec<_> = (0..reports.len()).collect();
        let mut other = straight.clone();
        other.reverse();
        other.rotate_left(shuffled.index(straight.len()));
        other.push(shuffled.index(straight.len()));
        let (one, other) = (collect(&straight), collect(&other));
        prop_assert!(one == other);
        prop_assert_eq!(one.accounts(), other.accounts());
        // Saved on the way, nothing changes.
        let saved: Accounts = serde_json::from_str(&serde_json::to_string(&one).unwrap()).unwrap();
        prop_assert_eq!(saved.accounts(), one.accounts());
        // Three numbers are at most three accounts.
        prop_assert!(one.accounts().len() <= 3);
    }
}
