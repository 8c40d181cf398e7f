//! Rows as JSON lines or as CSV. What a row holds is its own affair.

use std::io::{self, Write};

use serde::Serialize;

/// How rows are written.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Format {
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values after RFC 4180, with a header
    Csv,
}

/// One row. Its serialised form has the members of `COLUMNS`, in that order.
pub(super) trait Row: Serialize {
    /// The header of the CSV.
    const COLUMNS: &'static [&'static str];

    /// The values of the CSV; blank for what is absent.
    fn cells(&self) -> Vec<String>;
}

/// Writes the rows. Nothing at all where there is none, not even a header.
pub(super) fn write<R: Row>(out: impl Write, format: Format, rows: &[R]) -> io::Result<()> {
    match format {
        Format::Jsonl => jsonl(out, rows),
        Format::Csv => csv(out, rows),
    }
}

fn jsonl<R: Row>(mut out: impl Write, rows: &[R]) -> io::Result<()> {
    for row in rows {
        serde_json::to_writer(&mut out, row)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

fn csv<R: Row>(out: impl Write, rows: &[R]) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    if !rows.is_empty() {
        out.write_record(R::COLUMNS)?;
    }
    for row in rows {
        out.write_record(row.cells())?;
    }
    out.flush()
}
