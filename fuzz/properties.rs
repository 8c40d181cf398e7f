//! What must hold for any bytes at all. The fuzz targets look for bytes for which it does not; the tests of
//! `klavi-types` run it over the corpus and the fixtures.

use klavi_types::events::{Event, Events, decode_events, inspect_events};
use klavi_types::kaas::UserData;
use klavi_types::legacy::{decode_legacy_report, inspect_legacy_report};
use klavi_types::reports::{
    BalanceReport, CategorizedCreditCards, CheckingAccounts, Content, CreditCardReport,
    CreditOperationsReport, CreditRiskReport, EntryStream, Head, IdentityReport, InvestmentsReport, Report,
    SavingsAccounts, decode_report, inspect_report,
};
use klavi_types::statements::Ledger;
use klavi_types::{DecodeError, Decoded, DeliveryKind, Inspection, Outline, decode, inspect};
use provider_wire::Value;
use serde::Serialize;

/// A named property: what `cargo fuzz run NAME` runs.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// Every target.
pub(crate) const TARGETS: &[Target] = &[
    ("envelope", envelope),
    ("accounts", accounts),
    ("cards", cards),
    ("credit", credit),
    ("investments", investments),
    ("persons", persons),
    ("any_report", any_report),
    ("legacy", legacy),
    ("events", events),
    ("kaas", kaas),
];

/// Filing a body: what it is, its head, its events.
pub(crate) fn envelope(body: &[u8]) {
    let outline = Outline::of(body);
    let blank = std::str::from_utf8(body).is_ok_and(|text| text.trim().is_empty());
    assert_eq!(outline.is_ok(), is_json(body) || blank, "what is JSON is not for us to say");
    assert_eq!(DeliveryKind::of(body).ok(), outline.as_ref().ok().map(Outline::kind));
    if let Ok(Outline::Events(texts)) = &outline {
        texts.iter().for_each(|text| drop(decode::<Event>(text.as_bytes())));
    }
    typed::<Head>(body);
}

/// Checking and savings accounts.
pub(crate) fn accounts(body: &[u8]) {
    report::<CheckingAccounts>(body);
    report::<SavingsAccounts>(body);
    report::<BalanceReport>(body);
}

/// Credit cards.
pub(crate) fn cards(body: &[u8]) {
    report::<CreditCardReport>(body);
    report::<CategorizedCreditCards>(body);
}

/// Credit contracts.
pub(crate) fn credit(body: &[u8]) {
    report::<CreditOperationsReport>(body);
}

/// Investments.
pub(crate) fn investments(body: &[u8]) {
    report::<InvestmentsReport>(body);
}

/// What is known of a person.
pub(crate) fn persons(body: &[u8]) {
    report::<IdentityReport>(body);
    report::<CreditRiskReport>(body);
}

/// A report by its product name, its entries, and what a ledger makes of them.
pub(crate) fn any_report(body: &[u8]) {
    let Some(report) = holds(body, decode_report, inspect_report) else { return };
    let mut ledger = Ledger::new();
    ledger.reconcile(&report.statements());
    let changes = ledger.reconcile(&report.statements());
    assert!(changes.is_empty(), "a report taken in twice changes nothing");
    let saved = Ledger::from_rows(ledger.rows()).expect("what was saved can be loaded");
    assert!(saved == ledger, "a ledger that is loaded is the one that was saved");
    assert!(saved.entries().eq(ledger.entries()));

    let mut stream = EntryStream::new(body);
    let streamed: Vec<_> =
        stream.by_ref().map(|entry| entry.expect("a report that can be read can be streamed")).collect();
    let rest = stream.into_report().expect("the rest is a report").value;
    assert_eq!(rest.entries().count(), 0);
    assert!(streamed.len() >= report.entries().count());
}

/// Reports of the first generation.
pub(crate) fn legacy(body: &[u8]) {
    holds(body, decode_legacy_report, inspect_legacy_report);
}

/// Events, one or many.
pub(crate) fn events(body: &[u8]) {
    let _: Option<Events> = holds(body, decode_events, inspect_events);
}

/// What a partner sends for Klavi to analyse.
pub(crate) fn kaas(body: &[u8]) {
    typed::<UserData>(body);
}

fn report<C: Content + PartialEq>(body: &[u8]) {
    typed::<Report<C>>(body);
}

fn typed<T: Value + PartialEq>(body: &[u8]) {
    holds(body, decode::<T>, inspect::<T>);
}

/// Both ways of reading agree, nothing is lost, and what is written reads the same.
fn holds<T: Serialize + PartialEq + std::fmt::Debug>(
    body: &[u8],
    decode: fn(&[u8]) -> Result<Decoded<T>, DecodeError>,
    inspect: fn(&[u8]) -> Result<Inspection<T>, DecodeError>,
) -> Option<T> {
    let inspected = inspect(body);
    let decoded = match decode(body) {
        Ok(decoded) => decoded,
        Err(error) => {
            assert_eq!(inspected.map(drop).unwrap_err().to_string(), error.to_string());
            assert_eq!(error.is_syntax(), !is_json(body), "{error}");
            return None;
        }
    };
    let inspected = inspected.expect("what can be read can be inspected");
    assert_eq!(inspected.lost, [], "nothing is lost");
    assert_eq!(inspected.malformed, decoded.malformed);
    assert!(inspected.value == decoded.value);
    let _ = format!("{:?}", decoded.value);

    let written = serde_json::to_vec(&decoded.value).expect("what was read can be written");
    let again = decode(&written).expect("what was written can be read");
    assert!(again.value == decoded.value, "what was written reads the same");
    Some(decoded.value)
}

fn is_json(body: &[u8]) -> bool {
    // A byte order mark is borne, if only by us.
    std::str::from_utf8(body).is_ok_and(|text| {
        serde_json::from_str::<serde::de::IgnoredAny>(text.strip_prefix('\u{feff}').unwrap_or(text)).is_ok()
    })
}
