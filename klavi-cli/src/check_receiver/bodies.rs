//! The bodies of the cases: synthetic reports and events. Knows no signature and no HTTP.
//!
//! Source of the shapes: docs.klavi.ai/connect/zJgr-v1 (reports) and /connect/api-events (events).

use klavi_types::reports::Head;
use klavi_types::{ProductReportId, RequestId};
use synthetic_data::{Recipe, RecipeError};

use super::provider::{Provider, report_id};
use super::request::Request;

/// How many entries stand for one in the size of the others.
const SAMPLE: u64 = 1_000;
/// Of the large report: 20 MB.
const LARGE: u64 = 20_000_000;

const PRODUCT: &str = "pf_categorized_checking_l3";
const LINK: &str = "5f0c6c8e-2c57-4c0f-9a53-1d6f0e7b2a11";
const CONSENT: &str = "urn:klavi:check-receiver";
const AMOUNT: &str = r#"{"amount":"123.45","currency":"BRL"}"#;

/// A small report whose parts can be chosen.
struct Draft<'a> {
    id: &'a str,
    code: u16,
    product: &'a str,
    /// As JSON.
    amount: &'a str,
    /// Further members at the root, each with a comma before it.
    more: &'a str,
}

impl<'a> Draft<'a> {
    fn new(id: &'a str) -> Self {
        Self { id, code: 200, product: PRODUCT, amount: AMOUNT, more: "" }
    }

    fn write(&self, provider: &Provider) -> String {
        let Self { id, code, product, amount, more } = self;
        let (run, time) = (provider.run(), provider.now().strftime("%Y-%m-%dT%H:%M:%S"));
        format!(
            r#"{{"code":{code},"message":"OK","requestId":"{run}","productName":"{product}","productVersion":"V1","productReportId":"{id}","productReportTime":"{time}","enquiryCpf":"12345678909","links":[{{"linkId":"{LINK}","institutionCode":"341","consents":[{{"consentId":"{CONSENT}"}}]}}],"checkingAccounts":[{{"brandName":"Banco Sintético","branchCode":"0001","number":"123456","checkDigit":"7","transactionDetails":[{{"transactionId":"{id}-1","transactionDate":"2026-03-20","transactionName":"PIX RECEBIDO","transactionAmount":{amount},"creditDebitType":"CREDITO"}}]}}]{more}}}"#
        )
    }
}

fn made(provider: &Provider, draft: impl Fn(Draft<'_>) -> String) -> Request {
    let id = report_id();
    let body = draft(Draft::new(&id));
    provider.delivery(id, body)
}

/// A small report.
pub(super) fn small(provider: &Provider) -> Request {
    made(provider, |draft| draft.write(provider))
}

/// A small report with further members at its root.
pub(super) fn with(provider: &Provider, more: &str) -> Request {
    made(provider, |draft| Draft { more, ..draft }.write(provider))
}

/// A small report of that product with that result code.
pub(super) fn of(provider: &Provider, product: &str, code: u16) -> Request {
    made(provider, |draft| Draft { product, code, ..draft }.write(provider))
}

/// A small report whose one amount is written like this.
pub(super) fn amount(provider: &Provider, amount: &str) -> Request {
    made(provider, |draft| Draft { amount, ..draft }.write(provider))
}

/// A small report with line breaks, blanks and tabs.
pub(super) fn spaced(provider: &Provider) -> Request {
    made(provider, |draft| {
        let spaced = draft.write(provider).replace("\":", "\" :\t").replace(",\"", ",\r\n  \"");
        format!("\n{spaced}\n")
    })
}

/// A small report after a byte order mark.
pub(super) fn marked(provider: &Provider) -> Request {
    made(provider, |draft| format!("\u{feff}{}", draft.write(provider)))
}

/// A report with its head alone.
pub(super) fn sparse(provider: &Provider) -> Request {
    made(provider, |draft| {
        format!(r#"{{"productName":"{PRODUCT}","productReportId":"{}","code":200}}"#, draft.id)
    })
}

/// A report whose ids are numbers.
pub(super) fn numeric(provider: &Provider) -> Request {
    // 19 digits: too many for a double.
    let id = format!("{}{:06}", provider.now().as_millisecond(), provider.now().subsec_microsecond());
    let text = Draft::new(&id).write(provider);
    let body = text.replace(&format!(r#""productReportId":"{id}""#), &format!(r#""productReportId":{id}"#));
    let body = body.replace(&format!(r#""transactionId":"{id}-1""#), &format!(r#""transactionId":{id}"#));
    provider.delivery(id, body.replace(r#""institutionCode":"341""#, r#""institutionCode":341"#))
}

/// Two reports in an array.
pub(super) fn reports(provider: &Provider) -> Request {
    let other = report_id();
    let other = Draft::new(&other).write(provider);
    made(provider, |draft| format!("[{},{other}]", draft.write(provider)))
}

/// A report with as much as three months bring.
pub(super) fn ordinary(provider: &Provider) -> Request {
    generated(provider, Recipe::new(PRODUCT))
}

/// A report of 20 MB.
pub(super) fn large(provider: &Provider) -> Request {
    let sample = generated(provider, Recipe::new(PRODUCT).and_then(|recipe| recipe.transactions(SAMPLE)));
    let count = LARGE * SAMPLE / sample.body.len().max(1) as u64 + SAMPLE;
    generated(provider, Recipe::new(PRODUCT).and_then(|recipe| recipe.transactions(count)))
}

/// A generated report under ids of this run: a recipe always gives the same.
fn generated(provider: &Provider, recipe: Result<Recipe, RecipeError>) -> Request {
    let mut body = Vec::new();
    let recipe = recipe.expect("the product has entries");
    recipe.write(&mut body).expect("a buffer takes everything");
    let mut text = String::from_utf8(body).expect("a report is text");
    let id = report_id();
    let head = klavi_types::decode::<Head>(text.as_bytes()).expect("a report is JSON").value;
    let mut put = |old: Option<&str>, new: &str| {
        if let Some(old) = old
            && let Some(place) = text.find(&format!("\"{old}\""))
        {
            text.replace_range(place + 1..=place + old.len(), new);
        }
    };
    put(head.product_report_id.as_ref().map(ProductReportId::as_str), &id);
    put(head.request_id.as_ref().map(RequestId::as_str), provider.run());
    provider.delivery(id, text)
}

/// One event as an object.
pub(super) fn event(provider: &Provider, id: &str, name: &str, payload: &str) -> String {
    let (run, time) = (provider.run(), provider.now());
    format!(
        r#"{{"partnerAppId":"12345678","eventId":"{id}","eventType":"api","eventName":"{name}","eventTime":"{time:.3}","payload":{payload},"externalInfo":{{"run":"{run}"}}}}"#
    )
}

/// What an event about a consent says.
pub(super) fn consent() -> String {
    format!(
        r#"{{"personalTaxId":"12345678909","businessTaxId":"","linkId":"{LINK}","consents":{{"consentId":"{CONSENT}","externalTrackId":"222121","institutionCode":"341","permissionsApply":["REGISTRATION_ALL","ACCOUNTS_ALL"]}}}}"#
    )
}

/// What an event about a report says.
pub(super) fn about_report(provider: &Provider, id: &str) -> String {
    format!(
        r#"{{"personalTaxId":"12345678909","requestId":"{}","productName":"{PRODUCT}","productReportId":"{id}"}}"#,
        provider.run()
    )
}

/// Events in an array, under ids of their own.
pub(super) fn events(provider: &Provider, named: &[(&str, String)]) -> Request {
    let ids: Vec<_> = named.iter().map(|_| provider.event_id()).collect();
    let events: Vec<_> =
        named.iter().zip(&ids).map(|((name, payload), id)| event(provider, id, name, payload)).collect();
    let first = ids.into_iter().next().unwrap_or_default();
    provider.delivery(first, format!("[{}]", events.join(",")))
}
