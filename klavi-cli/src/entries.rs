//! `klavi entries`: the entries of reports as rows, before or after a ledger has reconciled them.

mod row;
mod table;

use std::collections::{HashMap, VecDeque};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use klavi_types::reports::{AnyReport, decode_report, statements_of};
use klavi_types::statements::{AccountKey, Categories, Entry, EntryKey, Ledger, Statement, cash_flow};
use klavi_types::{Decoded, DeliveryKind, Malformed};

use crate::exit::{Failure, print_aside};
use crate::input::{is_stdin, read};
use row::{EntryRow, MonthRow};
use table::{Format, Row};

/// How many paths of malformed values are named.
const NAMED: usize = 20;

const AFTER_HELP: &str = "\
Without --ledger, every entry that the reports list is printed, in their order. Its `key` is absent where another
entry of the same report stands for it: one that is listed twice under one id, or pending beside its booked form.

CSV values are unchanged: a description that begins with `=`, `+`, `-` or `@` stays as it is. Import such a column as
text, so that a spreadsheet does not take it for a formula.";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// Reports, as Klavi pushes them; `-` for standard input
    #[arg(value_name = "FILE|-", required = true)]
    files: Vec<PathBuf>,
    /// Reconciles all files into one ledger: each entry once, sorted by account, day and key
    #[arg(long)]
    ledger: bool,
    /// How rows are written
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// Prints money in and out by account and month, in place of the entries
    #[arg(long)]
    summary: bool,
}

/// A report that was read.
struct Source {
    name: String,
    statements: Vec<Statement>,
}

/// Prints nothing before every file is read.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    if args.files.iter().filter(|file| is_stdin(file)).count() > 1 {
        return Err(Failure::unreadable(anyhow!("standard input can be read once: name `-` once")));
    }
    let sources: Vec<_> = args.files.iter().map(|file| source(file)).collect::<Result<_, _>>()?;
    if args.ledger {
        let mut ledger = Ledger::new();
        for source in &sources {
            ledger.reconcile(&source.statements);
        }
        return if args.summary {
            write(args.format, &months(&ledger, None))
        } else {
            write(args.format, &reconciled(&ledger))
        };
    }
    let ledgers: Vec<_> = sources.iter().map(ledger_of).collect();
    let each = || sources.iter().zip(&ledgers);
    if args.summary {
        let months = each().flat_map(|(source, (ledger, _))| months(ledger, Some(&source.name)));
        write(args.format, &months.collect::<Vec<_>>())
    } else {
        let rows = each().flat_map(|(source, (ledger, accounts))| listed(source, ledger, accounts));
        write(args.format, &rows.collect::<Vec<_>>())
    }
}

fn write(format: Format, rows: &[impl Row]) -> Result<(), Failure> {
    match table::write(BufWriter::new(io::stdout().lock()), format, rows) {
        // A reader that went away (`klavi entries … | head`) is no failure.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Failed(anyhow::Error::new(error).context("standard output cannot be written")))
        }
        _ => Ok(()),
    }
}

fn source(file: &Path) -> Result<Source, Failure> {
    let body = read(file)?;
    let (name, shown) = match is_stdin(file) {
        true => ("-".to_owned(), "standard input".to_owned()),
        false => (file.display().to_string(), file.display().to_string()),
    };
    let report =
        report(&body).with_context(|| format!("{shown} holds no report")).map_err(Failure::Unreadable)?;
    note(&shown, &report.malformed);
    Ok(Source { name, statements: statements_of(&report) })
}

fn report(body: &[u8]) -> anyhow::Result<Decoded<AnyReport>> {
    match DeliveryKind::of(body)? {
        DeliveryKind::Report => Ok(decode_report(body)?),
        DeliveryKind::Events => Err(anyhow!("it holds events")),
        DeliveryKind::LegacyReport => Err(anyhow!("reports of the first generation have no entries to read")),
        DeliveryKind::Ping => Err(anyhow!("it is empty")),
        _ => Err(anyhow!("it has neither `productName` nor `productReportId`")),
    }
}

/// Says what could not be read. Paths hold no values.
fn note(file: &str, malformed: &[Malformed]) {
    let paths = malformed.iter().map(|malformed| malformed.path.to_string());
    let is_entry = |path: &String| {
        let last = path.rsplit('.').next().unwrap_or_default();
        last.starts_with("transactionDetails[")
    };
    let (entries, values): (Vec<_>, Vec<_>) = paths.partition(is_entry);
    for (paths, one, many) in [(entries, "entry", "entries"), (values, "value", "values")] {
        if paths.is_empty() {
            continue;
        }
        let what = if paths.len() == 1 { one } else { many };
        let named = paths.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = match paths.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        print_aside(&format!("klavi: {file}: {} {what} could not be read: {named}{more}\n", paths.len()));
    }
}

/// The ledger of one report, and the key of the account of each of its statements.
fn ledger_of(source: &Source) -> (Ledger, Vec<AccountKey>) {
    let mut ledger = Ledger::new();
    ledger.reconcile(&source.statements);
    let key = |statement: &Statement| {
        ledger.account_of(&statement.account).unwrap_or_else(|| statement.account.key())
    };
    let accounts = source.statements.iter().map(key).collect();
    (ledger, accounts)
}

/// The entries as the report lists them.
fn listed<'a>(source: &'a Source, ledger: &'a Ledger, accounts: &'a [AccountKey]) -> Vec<EntryRow<'a>> {
    let mut keys: HashMap<(&AccountKey, String), VecDeque<&EntryKey>> = HashMap::new();
    for held in ledger.entries() {
        keys.entry((held.account, content(held.entry))).or_default().push_back(held.key);
    }
    let mut rows = Vec::new();
    for (account, statement) in accounts.iter().zip(&source.statements) {
        for entry in &statement.entries {
            let key = keys.get_mut(&(account, content(entry))).and_then(VecDeque::pop_front);
            rows.push(EntryRow::new(account, key, entry, Some(&source.name)));
        }
    }
    rows
}

/// What the ledger holds of an entry unchanged: everything but the categories, of which it keeps the best.
fn content(entry: &Entry) -> String {
    let mut entry = entry.clone();
    entry.categories = Categories::default();
    // Texts, numbers and flags: nothing of it can fail.
    serde_json::to_string(&entry).unwrap_or_default()
}

fn reconciled(ledger: &Ledger) -> Vec<EntryRow<'_>> {
    let mut entries: Vec<_> = ledger.entries().collect();
    // They are by account and key already, which a stable sort keeps.
    entries.sort_by_key(|held| (held.account, held.entry.day));
    entries.into_iter().map(|held| EntryRow::new(held.account, Some(held.key), held.entry, None)).collect()
}

fn months<'a>(ledger: &Ledger, source: Option<&'a str>) -> Vec<MonthRow<'a>> {
    cash_flow(ledger.entries()).iter().map(|flow| MonthRow::new(flow, source)).collect()
}
