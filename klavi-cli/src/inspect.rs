//! `klavi inspect`: what a delivery holds, and what of it is not understood.

use std::collections::BTreeSet;
use std::fmt::Write;

use anyhow::Context;
use belvo_types::webhooks::{Outline, inspect_webhooks};
use klavi_types::events::inspect_events;
use klavi_types::legacy::inspect_legacy_report;
use klavi_types::reports::{Untyped, inspect_report};
use klavi_types::{DecodeError, DeliveryKind, Inspection, OneOrMany};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::exit::{Failure, print};
use crate::input::Input;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    input: Input,
    /// One JSON document instead of text
    #[arg(long)]
    json: bool,
}

/// What scripts rely on: names are added, never changed.
#[derive(Debug, Serialize)]
struct Findings {
    kind: &'static str,
    /// What a webhook of Belvo's is called, where there is one alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    product: Option<String>,
    version: Option<String>,
    outcome: Option<String>,
    /// Statement entries of a report; events of an array of events.
    entries: usize,
    /// Entries whose amount has a sign of its own, which does not count beside the direction.
    #[serde(skip_serializing_if = "is_zero")]
    signed_magnitudes: usize,
    /// Paths that no typed field holds; they survive in `extra`.
    unmapped: BTreeSet<String>,
    /// Words outside the vocabulary.
    unknown_values: Vec<UnknownValue>,
    /// Leaves that were set aside.
    malformed: Vec<MalformedLeaf>,
    /// Paths whose value typed reading and writing would change.
    lost: BTreeSet<String>,
}

#[derive(Debug, Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct UnknownValue {
    path: String,
    value: String,
}

#[derive(Debug, Serialize)]
struct MalformedLeaf {
    path: String,
    /// The same path with positions.
    at: String,
    value: Box<RawValue>,
    reason: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let body = args.input.read()?;
    let findings = look(&body).context("nothing to inspect").map_err(Failure::Unreadable)?;
    if args.json {
        let json = serde_json::to_string_pretty(&findings).map_err(Failure::failed)?;
        return print(&format!("{json}\n"));
    }
    print(&findings.text())
}

fn look(body: &[u8]) -> Result<Findings, DecodeError> {
    let delivery = DeliveryKind::of(body)?;
    let kind = delivery.as_str();
    Ok(match delivery {
        DeliveryKind::Report => {
            let inspection = inspect_report(body)?;
            let head = inspection.value.head();
            Findings {
                product: head.product_name.as_ref().map(ToString::to_string),
                version: head.product_version.as_ref().map(|version| version.as_str().to_owned()),
                outcome: Some(head.outcome().to_string()),
                entries: inspection.value.entry_count(),
                signed_magnitudes: inspection.value.signed_magnitudes(),
                ..Findings::of(kind, &inspection)
            }
        }
        DeliveryKind::Events => {
            let inspection = inspect_events(body)?;
            Findings { entries: inspection.value.as_slice().len(), ..Findings::of(kind, &inspection) }
        }
        DeliveryKind::LegacyReport => {
            let inspection = inspect_legacy_report(body)?;
            let head = inspection.value.data_head();
            Findings {
                product: inspection.value.report_type().map(ToString::to_string),
                version: head
                    .and_then(|head| head.report_version.as_ref())
                    .map(|version| version.as_str().to_owned()),
                ..Findings::of(kind, &inspection)
            }
        }
        DeliveryKind::Ping => Findings::nothing(kind),
        // What is of no kind of Klavi's may be Belvo's: no member that tells is in both.
        _ if matches!(Outline::of(body)?, Outline::Webhooks(_)) => webhooks(body)?,
        // No field of any type holds them: everything is unmapped.
        _ if body.trim_ascii_start().starts_with(b"{") || body.trim_ascii_start().starts_with(b"[") => {
            Findings::of(kind, &klavi_types::inspect::<OneOrMany<Untyped>>(body)?)
        }
        _ => Findings::nothing(kind),
    })
}

fn webhooks(body: &[u8]) -> Result<Findings, DecodeError> {
    let inspection = inspect_webhooks(body)?;
    let name = match inspection.value.as_slice() {
        [webhook] => webhook.name(),
        _ => None,
    };
    let entries = inspection.value.as_slice().len();
    Ok(Findings { name, entries, ..Findings::of("webhooks", &inspection) })
}

/// The value as JSON. What strict readers refuse (a lone surrogate, a million brackets) is put into quotes.
fn shown(raw: &str) -> Box<RawValue> {
    let quoted = || serde_json::value::to_raw_value(raw).expect("text is JSON");
    match serde_json::from_str::<serde_json::Value>(raw) {
        Ok(_) => RawValue::from_string(raw.to_owned()).unwrap_or_else(|_| quoted()),
        Err(_) => quoted(),
    }
}

impl Findings {
    fn nothing(kind: &'static str) -> Self {
        Self {
            kind,
            name: None,
            product: None,
            version: None,
            outcome: None,
            entries: 0,
            signed_magnitudes: 0,
            unmapped: BTreeSet::new(),
            unknown_values: Vec::new(),
            malformed: Vec::new(),
            lost: BTreeSet::new(),
        }
    }

    fn of<T>(kind: &'static str, inspection: &Inspection<T>) -> Self {
        let unknown: BTreeSet<_> = inspection
            .unknown_words
            .iter()
            .map(|unknown| UnknownValue { path: unknown.path.pattern(), value: unknown.word.to_string() })
            .collect();
        let malformed = inspection.malformed.iter().map(|malformed| MalformedLeaf {
            path: malformed.path.pattern(),
            at: malformed.path.to_string(),
            value: shown(malformed.raw()),
            reason: malformed.reason.clone(),
        });
        Self {
            unmapped: inspection.unmapped.iter().map(klavi_types::Path::pattern).collect(),
            unknown_values: unknown.into_iter().collect(),
            malformed: malformed.collect(),
            lost: inspection.lost.iter().map(klavi_types::Path::pattern).collect(),
            ..Self::nothing(kind)
        }
    }

    fn text(&self) -> String {
        let mut out = String::new();
        let mut line = |name: &str, value: &str| {
            // Writing into a String does not fail.
            let _ = writeln!(out, "{name:<10}{value}");
        };
        line("kind", self.kind);
        for (name, value) in [
            ("name", &self.name),
            ("product", &self.product),
            ("version", &self.version),
            ("outcome", &self.outcome),
        ] {
            if let Some(value) = value {
                line(name, value);
            }
        }
        line("entries", &self.entries.to_string());
        if self.signed_magnitudes > 0 {
            line(
                "signs",
                &format!("{} amounts with a sign of their own; the direction counts", self.signed_magnitudes),
            );
        }
        let unmapped: Vec<_> = self.unmapped.iter().cloned().collect();
        let unknown: Vec<_> = self
            .unknown_values
            .iter()
            .map(|unknown| format!("{} = {}", unknown.path, unknown.value))
            .collect();
        let malformed: Vec<_> = self
            .malformed
            .iter()
            .map(|malformed| format!("{} = {} ({})", malformed.at, malformed.value, malformed.reason))
            .collect();
        let lost: Vec<_> = self.lost.iter().cloned().collect();
        for (title, lines) in [
            ("not in any field, kept in `extra`", unmapped),
            ("words outside the vocabulary, kept as they came", unknown),
            ("values that cannot be read, set aside", malformed),
            ("LOST: please report this", lost),
        ] {
            if !lines.is_empty() {
                let _ = write!(out, "\n{title}:\n  {}\n", lines.join("\n  "));
            }
        }
        out
    }
}
