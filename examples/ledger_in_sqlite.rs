//! A ledger in SQLite, row by row, and a table of entries of your own that follows it.
//!
//!     cargo run -p klavi-examples --example ledger_in_sqlite [FILE]
//!
//! The reports are synthetic: a transfer that is pending in the first is booked under another id and day in the second. The
//! third names the bank by another code, and the fourth by both, so that the two accounts turn out to be one. Without a file
//! the database is in memory.

#![expect(clippy::print_stdout, reason = "an example shows what it got")]

use anyhow::ensure;
use klavi_types::Text;
use klavi_types::reports::{decode_report, statements_of};
use klavi_types::statements::{AccountKey, Changes, EntryKey, Ledger, Row, RowChange};
use rusqlite::{Connection, Transaction, params};

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS ledger_rows (
        account TEXT NOT NULL, entry TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (account, entry));
    CREATE TABLE IF NOT EXISTS entries (
        account TEXT NOT NULL, key TEXT NOT NULL, day TEXT, amount TEXT, description TEXT,
        PRIMARY KEY (account, key));";

fn main() -> anyhow::Result<()> {
    let mut database = match std::env::args_os().nth(1) {
        Some(file) => Connection::open(file)?,
        None => Connection::open_in_memory()?,
    };
    database.execute_batch(TABLES)?;

    let mut books = Books::load(&database)?;
    for report in [FIRST, SECOND, BY_COMPE_CODE, BY_BOTH] {
        for change in books.take_in(&mut database, report)?.entries {
            println!("{:?}", change.reason);
        }
    }
    let entries = shown(&database)?;
    entries.iter().for_each(|entry| println!("{entry}"));
    ensure!(entries.len() == 2, "the salary, and the transfer once");

    // After a restart the ledger comes from its rows, and the same reports add nothing.
    let rows = saved(&database)?;
    let mut books = Books::load(&database)?;
    for report in [BY_BOTH, SECOND, FIRST, BY_COMPE_CODE] {
        let changes = books.take_in(&mut database, report)?;
        ensure!(changes.is_empty(), "a report that was taken in before changes nothing");
    }
    ensure!(shown(&database)? == entries, "the entries are the same");
    ensure!(saved(&database)? == rows, "the rows are the same");
    println!("the restart added nothing");
    Ok(())
}

/// The ledger as it is in the database.
struct Books {
    ledger: Ledger,
}

impl Books {
    fn load(database: &Connection) -> anyhow::Result<Self> {
        let mut query = database.prepare("SELECT account, entry, data FROM ledger_rows")?;
        let row = |row: &rusqlite::Row<'_>| {
            Ok(Row::new(row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        };
        let rows = query.query_map([], row)?.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { ledger: Ledger::from_rows(rows)? })
    }

    /// Takes in a report: the ledger's rows and the table of entries change in one transaction.
    ///
    /// After an error the ledger in memory is ahead of the database: load it again.
    fn take_in(&mut self, database: &mut Connection, report: &str) -> anyhow::Result<Changes> {
        let changes = self.ledger.reconcile(&statements_of(&decode_report(report.as_bytes())?));
        let transaction = database.transaction()?;
        for change in self.ledger.row_changes() {
            save(&transaction, &change)?;
        }
        self.follow(&transaction, &changes)?;
        transaction.commit()?;
        Ok(changes)
    }

    /// Brings the table of entries up to date, in the order that `Changes` documents.
    fn follow(&self, transaction: &Transaction<'_>, changes: &Changes) -> rusqlite::Result<()> {
        for change in &changes.entries {
            if let Some(old) = &change.old {
                let delete = "DELETE FROM entries WHERE account = ?1 AND key = ?2";
                transaction.execute(delete, [change.old_account().as_str(), old.as_str()])?;
            }
        }
        for account in &changes.accounts {
            let rename = "UPDATE entries SET account = ?2 WHERE account = ?1";
            transaction.execute(rename, [account.old.as_str(), account.new.as_str()])?;
        }
        for change in &changes.entries {
            if let Some(new) = &change.new {
                self.write(transaction, &change.account, new)?;
            }
        }
        Ok(())
    }

    fn write(&self, to: &Transaction<'_>, account: &AccountKey, key: &EntryKey) -> rusqlite::Result<()> {
        let Some(entry) = self.ledger.get(account, key) else { return Ok(()) };
        let insert =
            "INSERT INTO entries (account, key, day, amount, description) VALUES (?1, ?2, ?3, ?4, ?5)";
        // The amount as text keeps every digit.
        let (day, amount) =
            (entry.day.map(|day| day.to_string()), entry.amount.map(|amount| amount.to_string()));
        let description = entry.description.as_ref().map(Text::as_str);
        to.execute(insert, params![account.as_str(), key.as_str(), day, amount, description])?;
        Ok(())
    }
}

fn save(to: &Transaction<'_>, change: &RowChange) -> rusqlite::Result<()> {
    match change {
        RowChange::Put(row) => to.execute(
            "INSERT INTO ledger_rows (account, entry, data) VALUES (?1, ?2, ?3)
             ON CONFLICT (account, entry) DO UPDATE SET data = excluded.data",
            [&row.account, &row.entry, &row.data],
        )?,
        RowChange::Delete(row) => to.execute(
            "DELETE FROM ledger_rows WHERE account = ?1 AND entry = ?2",
            [&row.account, &row.entry],
        )?,
    };
    Ok(())
}

/// The table of entries, as text.
fn shown(database: &Connection) -> rusqlite::Result<Vec<String>> {
    lines(database, "SELECT day || '  ' || amount || '  ' || description FROM entries ORDER BY day, key")
}

/// The rows of the ledger, as text.
fn saved(database: &Connection) -> rusqlite::Result<Vec<String>> {
    lines(database, "SELECT account || entry || data FROM ledger_rows ORDER BY account, entry")
}

fn lines(database: &Connection, query: &str) -> rusqlite::Result<Vec<String>> {
    database.prepare(query)?.query_map([], |row| row.get(0))?.collect()
}

const FIRST: &str = r#"{"code": 200, "productName": "pf_checking_account", "productReportTime": "2026-01-12T12:00:00",
    "checkingAccounts": [{"companyCnpj": "00000000000191", "branchCode": "1234", "number": "1", "transactionDetails": [
        {"transactionId": "a", "transactionDate": "2026-01-05", "transactionName": "SALARIO",
         "completedAuthorisedPaymentType": "TRANSACAO_EFETIVADA", "creditDebitType": "CREDITO",
         "transactionAmount": {"amount": "5000.00", "currency": "BRL"}},
        {"transactionId": "s", "transactionDate": "2026-01-12", "transactionName": "PIX AGENDADO",
         "completedAuthorisedPaymentType": "TRANSACAO_PROCESSANDO", "creditDebitType": "DEBITO",
         "transactionAmount": {"amount": "50.00", "currency": "BRL"}}]}]}"#;

const SECOND: &str = r#"{"code": 200, "productName": "pf_checking_account", "productReportTime": "2026-01-14T12:00:00",
    "checkingAccounts": [{"companyCnpj": "00000000000191", "branchCode": "1234", "number": "1", "transactionDetails": [
        {"transactionId": "a", "transactionDate": "2026-01-05", "transactionName": "SALARIO",
         "completedAuthorisedPaymentType": "TRANSACAO_EFETIVADA", "creditDebitType": "CREDITO",
         "transactionAmount": {"amount": "5000.00", "currency": "BRL"}},
        {"transactionId": "x", "transactionDate": "2026-01-13", "transactionName": "PIX ENVIADO",
         "completedAuthorisedPaymentType": "TRANSACAO_EFETIVADA", "creditDebitType": "DEBITO",
         "transactionAmount": {"amount": "50.00", "currency": "BRL"}}]}]}"#;

const BY_COMPE_CODE: &str = r#"{"code": 200, "productName": "pf_checking_account", "productReportTime": "2026-01-15T12:00:00",
    "checkingAccounts": [{"compeCode": "001", "branchCode": "1234", "number": "1", "transactionDetails": [
        {"transactionId": "x", "transactionDate": "2026-01-13", "transactionName": "PIX ENVIADO",
         "completedAuthorisedPaymentType": "TRANSACAO_EFETIVADA", "creditDebitType": "DEBITO",
         "transactionAmount": {"amount": "50.00", "currency": "BRL"}}]}]}"#;

const BY_BOTH: &str = r#"{"code": 200, "productName": "pf_checking_account", "productReportTime": "2026-01-16T12:00:00",
    "checkingAccounts": [{"companyCnpj": "00000000000191", "compeCode": "001", "branchCode": "1234", "number": "1",
        "transactionDetails": [
        {"transactionId": "x", "transactionDate": "2026-01-13", "transactionName": "PIX ENVIADO",
         "completedAuthorisedPaymentType": "TRANSACAO_EFETIVADA", "creditDebitType": "DEBITO",
         "transactionAmount": {"amount": "50.00", "currency": "BRL"}}]}]}"#;
