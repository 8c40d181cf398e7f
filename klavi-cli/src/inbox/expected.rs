//! What was asked for and should come.

use anyhow::anyhow;
use belvo_types::webhooks::WebhookName;
use clap::{ArgGroup, Args as ClapArgs};
use jiff::{Span, Timestamp};
use klavi_types::{Product, RequestId};
use klavi_webhook::{
    Change, EntryId, EntryKind, Expectation, ExpectationStatus, Expected, Filter, Inbox, Page, Stored,
    Target, belvo, klavi,
};
use serde::Serialize;

use super::{PAGE, duration, each, shown};
use crate::exit::{Failure, print};
use crate::provider_name::ProviderName;

#[derive(Debug, ClapArgs)]
#[command(group = ArgGroup::new("deadline").required(true))]
pub(super) struct Expect {
    /// The requestId that Klavi answered the report request with, or the `request_id` of a 202 of Belvo's
    request_id: RequestId,
    /// Whose answer is expected
    #[arg(long, value_name = "P", default_value = "klavi")]
    provider: ProviderName,
    /// Products that should come, `pf_balance`; any one will do where none is named
    #[arg(long, value_name = "P", num_args = 1..)]
    product: Vec<String>,
    /// Belvo: webhooks that should come, `TRANSACTIONS.historical_update`; any one will do where none is named
    #[arg(long, value_name = "W", num_args = 1..)]
    webhook: Vec<String>,
    /// By when, from now: 30m, 2h. What is expected already keeps its deadline
    #[arg(long, value_name = "D", group = "deadline")]
    within: Option<Span>,
    /// By when: 2026-11-22T10:00:00Z
    #[arg(long, value_name = "T", group = "deadline")]
    by: Option<Timestamp>,
    /// Link that they are of
    #[arg(long, value_name = "L")]
    link: Option<String>,
    /// Consent that they are of
    #[arg(long, value_name = "C")]
    consent: Option<String>,
    /// Target that is told when they are overdue; without it `default`, which has to be a target then
    #[arg(long, value_name = "T")]
    target: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Unexpect {
    /// The requestId that was registered
    request_id: RequestId,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ListExpected {
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) async fn expect(inbox: &dyn Inbox, args: &Expect) -> Result<(), Failure> {
    let now = inbox.now().await.map_err(Failure::failed)?;
    let deadline = match (args.within, args.by) {
        (Some(within), _) => now.checked_add(duration("--within", within)?).map_err(Failure::unreadable)?,
        (None, by) => by.ok_or_else(|| Failure::unreadable(anyhow!("give --within or --by")))?,
    };
    if args.request_id.as_str().is_empty() {
        return Err(Failure::unreadable(anyhow!("REQUEST_ID: it is empty")));
    }
    let mut expectation = match args.provider {
        ProviderName::Klavi if !args.webhook.is_empty() => {
            return Err(Failure::unreadable(anyhow!("--webhook goes with --provider belvo alone")));
        }
        ProviderName::Belvo if !args.product.is_empty() => {
            return Err(Failure::unreadable(anyhow!("--product goes with --provider klavi alone")));
        }
        ProviderName::Klavi => of_klavi(args, deadline),
        ProviderName::Belvo => of_belvo(args, deadline),
    };
    expectation.link_id.clone_from(&args.link);
    expectation.consent_id.clone_from(&args.consent);
    if args.within.is_some()
        && let Some((id, deadline)) = alike(inbox, &expectation).await?
    {
        return print(&format!("entry {id} expects it already, by {deadline:.0}\n"));
    }
    let mut entry = expectation.into_entry(now);
    if let Some(target) = &args.target {
        entry.targets = vec![Target::new(target)];
    }
    let stored = inbox.store(vec![entry]).await.map_err(Failure::failed)?;
    match stored.first().copied().ok_or_else(|| Failure::failed(anyhow!("the inbox left it out")))? {
        Stored::New(id) | Stored::Revision(id) => print(&format!("entry {id} expects it by {deadline:.0}\n")),
        Stored::Duplicate(id) => print(&format!("entry {id} expects it already, by {deadline:.0}\n")),
    }
}

fn of_klavi(args: &Expect, deadline: Timestamp) -> Expectation {
    let products: Vec<_> = args.product.iter().map(|name| Product::from(name.as_str())).collect();
    for unknown in products.iter().filter(|product| !product.is_known()) {
        tracing::warn!(product = %unknown, "not a product that is known: its report has to come under this very name");
    }
    klavi::expectation(&args.request_id, products, deadline)
}

fn of_belvo(args: &Expect, deadline: Timestamp) -> Expectation {
    let webhooks: Vec<_> = args.webhook.iter().map(|name| WebhookName::from(name.as_str())).collect();
    for unknown in webhooks.iter().filter(|webhook| !webhook.is_documented()) {
        tracing::warn!(webhook = %unknown, "not a webhook that is known: it has to come under this very name");
    }
    belvo::expectation(&args.request_id.as_str().into(), webhooks, deadline)
}

/// An expectation that is open and the same but for its deadline.
async fn alike(
    inbox: &dyn Inbox,
    expectation: &Expectation,
) -> Result<Option<(EntryId, Timestamp)>, Failure> {
    for id in open(inbox, &expectation.request_id).await? {
        let entry = inbox.get(id).await.map_err(Failure::failed)?;
        let Some(known) = entry.as_ref().and_then(Expectation::of_entry) else { continue };
        let deadline = known.deadline;
        let mut same = expectation.clone();
        same.deadline = deadline;
        if known == same {
            return Ok(Some((id, deadline)));
        }
    }
    Ok(None)
}

/// The expectations of a request that are not settled.
async fn open(inbox: &dyn Inbox, request_id: &str) -> Result<Vec<EntryId>, Failure> {
    let mut open = Vec::new();
    let expectations = Filter::of_request(request_id).of_kind(EntryKind::Expectation);
    each(inbox, &expectations, async |entry| {
        open.extend(entry.state.is_open().then_some(entry.id));
        Ok(())
    })
    .await?;
    Ok(open)
}

pub(super) async fn unexpect(inbox: &dyn Inbox, args: &Unexpect) -> Result<(), Failure> {
    let request = &args.request_id;
    let open = open(inbox, request.as_str()).await?;
    if open.is_empty() {
        return Err(Failure::failed(anyhow!("nothing of this request is expected")));
    }
    for id in open {
        if inbox.change(&Filter::of_id(id), Change::Erase).await.map_err(Failure::failed)? == 0 {
            return Err(Failure::failed(anyhow!("entry {id} is overdue and being handled now")));
        }
        print(&format!("entry {id} expects it no longer\n"))?;
    }
    Ok(())
}

pub(super) async fn list(inbox: &dyn Inbox, args: &ListExpected) -> Result<(), Failure> {
    let (mut page, mut separator) = (Page::first(PAGE), "{\"expectations\":[");
    loop {
        let found = inbox.expected(page.clone()).await.map_err(Failure::failed)?;
        let Some(last) = found.last() else { break };
        page = page.after(&last.entry);
        for expected in &found {
            if args.json {
                let listed = serde_json::to_string(&ListedExpectation::from(expected));
                print(&format!("{separator}{}", listed.map_err(Failure::failed)?))?;
                separator = ",";
            } else {
                print(&line(expected))?;
            }
        }
    }
    match args.json {
        true if separator == "," => print("]}\n"),
        true => print("{\"expectations\":[]}\n"),
        false => Ok(()),
    }
}

fn line(expected: &Expected) -> String {
    let Expected { entry, expectation, missing, status, .. } = expected;
    let products = match (&expectation.products[..], expectation.kind) {
        ([], EntryKind::Event) => "any event".to_owned(),
        ([], _) => "any report".to_owned(),
        (products, _) => shown(&products.join(", ")),
    };
    let missing = match status {
        ExpectationStatus::Arrived => String::new(),
        _ if missing.is_empty() || *missing == expectation.products => "  (none of it)".to_owned(),
        _ => format!("  (without {})", shown(&missing.join(", "))),
    };
    format!(
        "{:>8}  {:.0}  {:<11}  {}  {products}{missing}\n",
        entry.id.get(),
        expectation.deadline,
        status.as_str(),
        shown(&expectation.request_id),
    )
}

/// An expectation of `expected --json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedExpectation<'a> {
    id: u64,
    request_id: &'a str,
    link_id: Option<&'a str>,
    consent_id: Option<&'a str>,
    products: &'a [String],
    missing: &'a [String],
    deadline: String,
    status: &'static str,
    state: &'static str,
    attempts: u32,
    last_error: Option<&'a str>,
    registered_at: String,
}

impl<'a> From<&'a Expected> for ListedExpectation<'a> {
    fn from(expected: &'a Expected) -> Self {
        let Expected { entry, expectation, missing, status, .. } = expected;
        Self {
            id: entry.id.get(),
            request_id: &expectation.request_id,
            link_id: expectation.link_id.as_deref(),
            consent_id: expectation.consent_id.as_deref(),
            products: &expectation.products,
            missing,
            deadline: expectation.deadline.to_string(),
            status: status.as_str(),
            state: entry.state.as_str(),
            attempts: entry.attempts,
            last_error: entry.last_error.as_deref(),
            registered_at: entry.received_at.to_string(),
        }
    }
}
