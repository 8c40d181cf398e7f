//! What the demo says at each step.

use std::fmt::Write;

use klavi_sdk::LinkSession;
use klavi_types::api::{Consent, ConsentCreated, Institution, ReportAccepted};
use klavi_types::reports::{AccountType, BalanceReport, CheckingAccounts, Report};
use klavi_types::{Amount, Date, Text};
use klavi_webhook::Entry;
use klavi_webhook::klavi::Received;

/// How many entries are shown of some hundred.
const SHOWN: usize = 12;

pub(super) fn mock(base_url: &str, seed: u64) -> String {
    format!(
        "1. mock         {base_url}\n                stands in for Klavi, synthetic customer of seed {seed}\n"
    )
}

pub(super) fn receiver(webhook: &str) -> String {
    format!("2. receiver     {webhook}\n                verifies, stores, answers 200, hands out types\n")
}

pub(super) fn link(session: &LinkSession, institutions: &[Institution]) -> String {
    let open = institutions.iter().filter(|institution| institution.is_available()).count();
    format!(
        "3. link         {}\n                POST /data/v1/links; {} banks to choose from, {open} of them in service\n",
        session.link_id().map_or("?", |id| id.as_str()),
        institutions.len(),
    )
}

pub(super) fn consent(consent: &ConsentCreated) -> String {
    format!(
        "4. consent      {}\n                POST /data/v1/consents; the user authorises at the bank, then the sharing at Klavi\n",
        consent.consent_id.as_ref().map_or("?", |id| id.as_str())
    )
}

pub(super) fn authorised(consent: &Consent) -> String {
    let granted: Vec<_> = consent.permissions_granted.iter().map(ToString::to_string).collect();
    format!(
        "                GET /data/v1/consents/{{consentId}} says {}: {}\n",
        consent.status.as_ref().map_or("?", |status| status.as_str()),
        granted.join(", ")
    )
}

pub(super) fn requested(path: &str, accepted: &ReportAccepted) -> String {
    format!(
        "5. request      {}\n                POST {path}; the data comes by webhook\n",
        accepted.request_id.as_ref().map_or("?", |id| id.as_str())
    )
}

pub(super) fn deliveries(entries: &[Entry]) -> String {
    let mut out = String::from(
        "6. deliveries   each one verified over its raw bytes, stored on disk (SQLite), then answered with 200\n\n",
    );
    let mut line = |cells: [&str; 5]| {
        let [id, name, bytes, state, signature] = cells;
        // Writing into a String does not fail.
        let _ = writeln!(out, "   {id:>3}  {name:<28}{bytes:>8}  {state:<8}{signature}");
    };
    line(["id", "event or product", "bytes", "state", "X-Klavi-Signature"]);
    for entry in entries {
        let signature = entry.headers.iter().find(|(name, _)| name == "x-klavi-signature");
        let signature = signature
            .and_then(|(_, value)| value.get(..16))
            .map_or("none".to_owned(), |start| format!("{start}…"));
        line([
            &entry.id.to_string(),
            entry.name.as_deref().unwrap_or("?"),
            &entry.body.len().to_string(),
            entry.state.as_str(),
            &signature,
        ]);
    }
    out
}

pub(super) fn report(received: &Received<Report<CheckingAccounts>>) -> String {
    let report = &received.value;
    let entries: Vec<_> =
        report.content.checking_accounts.iter().flat_map(|account| account.entries.iter()).collect();
    let mut out = format!(
        "\n7. report       {} {}, {}, {} entries, {} unreadable\n                {} of them, as typed values:\n\n",
        report.head.product_name.as_ref().map_or("?", |product| product.as_str()),
        text(report.head.product_version.as_ref()),
        report.outcome(),
        entries.len(),
        received.malformed.len(),
        SHOWN.min(entries.len()),
    );
    for entry in entries.iter().take(SHOWN) {
        let categories = [&entry.category, &entry.subcategory, &entry.third_category];
        let categories: Vec<_> = categories.into_iter().flatten().map(Text::as_str).collect();
        let _ = writeln!(
            out,
            "   {:<11}{:>16}  {:<34}{}",
            entry.transaction_date.map(Date::civil).map_or("?".to_owned(), |day| day.to_string()),
            entry.signed_amount().map_or("?".to_owned(), reais),
            text(entry.transaction_name.as_ref()),
            categories.join(" › "),
        );
    }
    let sum = Amount::sum(entries.iter().filter_map(|entry| entry.signed_amount()));
    let _ = writeln!(
        out,
        "\n   {:<11}{:>16}  sum of all {} entries, exact",
        "",
        sum.map_or("?".to_owned(), reais),
        entries.len()
    );
    out
}

pub(super) fn balances(received: &Received<Report<BalanceReport>>) -> String {
    let mut out = String::from("\n8. balance      from its own report, pf_balance\n\n");
    for account in &received.value.content.accounts {
        let balances = account.head.balances.as_ref();
        let available =
            balances.and_then(|balances| balances.available_amount.as_ref()).and_then(|money| money.amount);
        let kind = match &account.account_type {
            Some(AccountType::ContaDepositoAVista) => "checking",
            Some(AccountType::ContaPoupanca) => "savings",
            _ => "account",
        };
        let _ = writeln!(
            out,
            "   {:<11}{:>16}  {} {kind} {}-{}",
            "",
            available.map_or("?".to_owned(), reais),
            text(account.head.brand_name.as_ref()),
            text(account.head.number.as_ref()),
            text(account.head.check_digit.as_ref()),
        );
    }
    out.push('\n');
    out
}

fn reais(amount: Amount) -> String {
    format!("R$ {amount}")
}

fn text(text: Option<&Text>) -> &str {
    text.map_or("", Text::as_str)
}
