//! The table of cases: what each one sends, what a good receiver answers, and what to change if it does not.
//!
//! Facts: docs.klavi.ai/connect/security (signature), /link/lqUr-overview (answers, timeout, retries), /connect/api-events;
//! probes, empty bodies, sizes and partial reports were observed at receivers of partners.

use super::bodies::{self, events, small};
use super::provider::{CONTENT_TYPE, Provider, SIGNATURE, TIMESTAMP, probe};
use super::request::{Framing, Pace, Request};
use super::scenes::Scene;
use super::verdict::Verdict::{self, Fail, Warn};

/// Between two pieces of a slow body: the ten take one second.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(100);
/// All attempts of a delivery, with their timeouts and pauses.
const LAST_RETRY: i64 = 68;

/// One case.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// What is sent, as part of a sentence: "a report without a signature".
    pub(super) sends: &'static str,
    pub(super) play: Play,
}

/// How a case is played and judged.
pub(super) enum Play {
    /// One request, to be answered with 200.
    Accepted { send: fn(&Provider) -> Request, otherwise: Verdict, advice: &'static str },
    /// One request, to be refused.
    Refused { send: fn(&Provider) -> Request, consequence: &'static str },
    /// Several requests.
    Scene { scene: Scene, expects: &'static str },
}

impl Case {
    /// What a good receiver answers.
    pub(super) fn expects(&self) -> &'static str {
        match self.play {
            Play::Accepted { .. } => "200",
            Play::Refused { .. } => "401",
            Play::Scene { expects, .. } => expects,
        }
    }

    /// Whether a receiver that refuses everything would pass.
    pub(super) fn wants_refusal(&self) -> bool {
        matches!(self.play, Play::Refused { .. } | Play::Scene { scene: Scene::DoubledSignature, .. })
    }
}

/// The names of all cases.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    CASES.iter().map(|case| case.name)
}

const fn accepted(
    name: &'static str,
    sends: &'static str,
    send: fn(&Provider) -> Request,
    otherwise: Verdict,
    advice: &'static str,
) -> Case {
    Case { name, sends, play: Play::Accepted { send, otherwise, advice } }
}

const fn refused(
    name: &'static str,
    sends: &'static str,
    send: fn(&Provider) -> Request,
    consequence: &'static str,
) -> Case {
    Case { name, sends, play: Play::Refused { send, consequence } }
}

const fn scene(name: &'static str, sends: &'static str, scene: Scene, expects: &'static str) -> Case {
    Case { name, sends, play: Play::Scene { scene, expects } }
}

const FORGED: &str = "anybody can send you reports. Compute HMAC-SHA-256 over the raw body with the secretKey, compare it with \
    X-Klavi-Signature in constant time, and answer 401 if they differ";
const UNSIGNED: &str =
    "anybody can send you reports. Refuse a delivery without a signature of 64 hexadecimal digits with 401";
const RAW: &str = "the signature is that of the raw bytes. Compute the HMAC before a parser, a middleware or a proxy touches the \
    body, and do not let a parse error refuse what is authentic";
const STORE: &str = "Klavi cannot send it in another form, and it is lost. Verify and store the raw body, answer 200, and parse \
    it afterwards with a parser that ignores what it does not know";
const FRAMING: &str =
    "read the body to its end whichever way its length is told, by Content-Length or in chunks";

/// The case without which the others say little.
pub(super) const FIRST: &Case = &CASES[0];

/// All cases, in the order in which they are played.
pub(super) static CASES: [Case; 44] = [
    accepted(
        "report",
        "a signed report",
        bodies::ordinary,
        Fail,
        "route POST on this path to the receiver, let this machine pass the address filter, and verify with the same \
         secretKey: HMAC-SHA-256 over the raw body, in hexadecimal",
    ),
    accepted(
        "event",
        "a signed event in an array",
        |provider| events(provider, &[("consent_authorised", bodies::consent())]),
        Fail,
        "Klavi sends events as an array at the root. Accept an array as well as an object",
    ),
    scene("https", "deliveries to the address that was given", Scene::Https, "TLS"),
    accepted("probe-get", "a GET", |_| probe("GET"), Warn, PROBE),
    accepted("probe-head", "a HEAD", |_| probe("HEAD"), Warn, PROBE),
    accepted(
        "empty-body",
        "an empty POST with an Authorization header and no signature",
        |_| probe("POST").and("Authorization", "Bearer check-receiver"),
        Fail,
        "Klavi's Console tests an address in this way. Answer 200 to an empty body",
    ),
    accepted(
        "empty-object",
        "a signed body without any field",
        |provider| provider.delivery(String::new(), "{}"),
        Warn,
        "a test of the address may have no field. Answer 200 to what is authentic",
    ),
    // Signatures.
    refused(
        "wrong-signature",
        "a report with one wrong digit in its signature",
        |provider| {
            let request = small(provider);
            let wrong = wrong(&provider.signature(&request.body));
            request.with(SIGNATURE, wrong)
        },
        FORGED,
    ),
    refused(
        "wrong-secret",
        "a report that is signed with another secret",
        |provider| {
            let request = small(provider);
            let other = provider.other_signature(&request.body);
            request.with(SIGNATURE, other)
        },
        FORGED,
    ),
    refused(
        "changed-body",
        "a report with an amount that was changed after signing",
        |provider| {
            let request = small(provider);
            let text = String::from_utf8_lossy(&request.body).replace("123.45", "923.45");
            Request { body: text.into_bytes(), ..request }
        },
        FORGED,
    ),
    refused(
        "no-signature",
        "a report without a signature",
        |provider| small(provider).without(SIGNATURE),
        UNSIGNED,
    ),
    refused(
        "empty-signature",
        "a report with an empty signature",
        |provider| small(provider).with(SIGNATURE, ""),
        UNSIGNED,
    ),
    refused(
        "short-signature",
        "a report with the first 8 digits of its signature",
        |provider| {
            let request = small(provider);
            let short = provider.signature(&request.body)[..8].to_owned();
            request.with(SIGNATURE, short)
        },
        "a few digits can be guessed. Compare all 64 digits",
    ),
    scene(
        "doubled-signature",
        "a report with two signatures, one of them wrong",
        Scene::DoubledSignature,
        "401",
    ),
    accepted(
        "upper-case-signature",
        "a report whose signature has upper-case digits",
        |provider| {
            let request = small(provider);
            let upper = provider.signature(&request.body).to_uppercase();
            request.with(SIGNATURE, upper)
        },
        Warn,
        "Klavi sends lower case today. Decode the digits, and compare the bytes",
    ),
    accepted(
        "header-case",
        "a report whose signature header has a lower-case name",
        |provider| {
            let request = small(provider);
            let signature = provider.signature(&request.body);
            request.without(SIGNATURE).and("x-klavi-signature", signature)
        },
        Fail,
        "proxies and HTTP/2 change the case of header names. Look headers up without regard to case",
    ),
    accepted(
        "late-timestamp",
        "a report with a timestamp of 68 seconds ago",
        |provider| small(provider).with(TIMESTAMP, (provider.now().as_second() - LAST_RETRY).to_string()),
        Warn,
        "the last retry of a delivery is as old as that, and whether Klavi renews the timestamp is not documented. The \
         timestamp is not signed: accept five minutes at least",
    ),
    // Raw bytes.
    accepted("raw-whitespace", "a report with line breaks and blanks", bodies::spaced, Fail, RAW),
    accepted(
        "raw-escapes",
        "a report with escaped characters and characters beyond ASCII",
        |provider| {
            bodies::with(provider, r#","note":"Pens\u00e3o \/ A\u00C7\u00c3O ção \ud83d\ude00 😀 \u0041""#)
        },
        Fail,
        RAW,
    ),
    accepted(
        "raw-numbers",
        "a report with numbers such as 1.10, 1e3 and -0",
        |provider| bodies::with(provider, r#","figures":[1.10,1.0,1e3,1E+2,-0,0.000001,1e-7]"#),
        Fail,
        RAW,
    ),
    accepted(
        "raw-names",
        "a report with names that are numbers and a name that occurs twice",
        |provider| bodies::with(provider, r#","labels":{"b":1,"10":2,"2":3,"a":4,"twice":5,"twice":6}"#),
        Fail,
        RAW,
    ),
    accepted(
        "byte-order-mark",
        "a report after a byte order mark",
        bodies::marked,
        Warn,
        "Klavi was not seen to send one, but some JSON writers do. Skip it when you parse, and not when you verify",
    ),
    // Contents.
    accepted(
        "unknown-fields",
        "a report with fields and values that are not documented",
        |provider| {
            let more = r#","newList":[{"newField":{"deep":[null,true]}}],"newFlag":false,"creditDebitType":"NEW_VALUE""#;
            bodies::with(provider, more)
        },
        Fail,
        STORE,
    ),
    accepted(
        "unknown-product",
        "a report of a product that is not documented",
        |provider| bodies::of(provider, "pf_product_of_tomorrow", 200),
        Fail,
        STORE,
    ),
    accepted(
        "unknown-event",
        "an event that is not documented",
        |provider| events(provider, &[("event_of_tomorrow", r#"{"anything":[1,{}]}"#.to_owned())]),
        Fail,
        STORE,
    ),
    accepted(
        "partial-report",
        "a report with the code 204 and data",
        |provider| bodies::of(provider, "pf_categorized_checking_l3", 204),
        Fail,
        "204 says that some of the bank's data is missing, and the rest is in the report. Answer 200 and keep it",
    ),
    accepted(
        "failed-report",
        "a report with the code 5100",
        |provider| bodies::of(provider, "pf_categorized_checking_l3", 5100),
        Fail,
        "the code says how the report went, and nothing of the delivery. Answer 200, or Klavi delivers it again",
    ),
    accepted("sparse-report", "a report without data and links", bodies::sparse, Fail, STORE),
    accepted(
        "number-amounts",
        "a report with an amount that is a number of 22 digits",
        |provider| bodies::amount(provider, "12345678901234567890.10"),
        Fail,
        "amounts come as text or as numbers. Accept both, and read them into a decimal type",
    ),
    accepted(
        "number-ids",
        "a report with ids that are numbers",
        bodies::numeric,
        Warn,
        "Klavi was not seen to send them so, but what cannot be parsed is lost. Verify and store the raw body first",
    ),
    accepted(
        "several-events",
        "three events in one array",
        |provider| {
            let named = ["link_created", "consent_authorised", "product_request_received"];
            events(provider, &named.map(|name| (name, bodies::consent())))
        },
        Fail,
        "the root of events is an array, and may hold several. Handle each one, under its own eventId",
    ),
    accepted(
        "event-object",
        "an event that is an object",
        |provider| {
            let id = provider.event_id();
            let body = bodies::event(provider, &id, "link_created", &bodies::consent());
            provider.delivery(id, body)
        },
        Warn,
        "other products of Klavi send events without an array around them. Accept an object as well as an array",
    ),
    accepted(
        "report-array",
        "two reports in an array",
        bodies::reports,
        Warn,
        "Klavi documents one report for each POST, but nothing rules an array out. Verify and store the raw body first",
    ),
    accepted(
        "content-type-charset",
        "a report of the type application/json; charset=utf-8",
        |provider| small(provider).with(CONTENT_TYPE, "application/json; charset=utf-8"),
        Fail,
        "Klavi does not document the content type. Read the body as bytes whatever its type is",
    ),
    accepted(
        "no-content-type",
        "a report without a content type",
        |provider| small(provider).without(CONTENT_TYPE),
        Warn,
        "Klavi does not document the content type. Read the body as bytes whatever its type is",
    ),
    // Transport.
    accepted(
        "chunked",
        "a report in chunks",
        |provider| small(provider).framing(Framing::Chunked),
        Fail,
        FRAMING,
    ),
    accepted(
        "large",
        "a report of 20 MB",
        bodies::large,
        Fail,
        "12 months of a busy account have tens of megabytes. Raise the limits for size and time of the proxy and of the \
         application, and answer before you parse",
    ),
    accepted(
        "slow",
        "a report in ten pieces within a second",
        |provider| small(provider).pace(Pace::Slow(PAUSE)),
        Fail,
        "a body may come in many pieces. Read it to its end, and let it take 10 seconds",
    ),
    scene(
        "cut-off",
        "half of a report, then the whole report",
        Scene::CutOff(Framing::Length),
        "no 200, then 200",
    ),
    scene(
        "cut-off-chunked",
        "half of a report in chunks, then the whole report",
        Scene::CutOff(Framing::Chunked),
        "no 200, then 200",
    ),
    // Repetition and order.
    scene("duplicate", "the same report twice", Scene::Twice, "200 twice"),
    scene("duplicate-at-once", "the same report twice at the same moment", Scene::TwiceAtOnce, "200 twice"),
    scene("disorder", "a report before the events that announce it", Scene::Disorder, "200 each time"),
    scene("burst", "20 reports at the same moment", Scene::Burst, "200 each time"),
];

const PROBE: &str = "an address may be probed in this way before it is used. Answer 200 to GET and HEAD";

/// Another digit in the first place.
pub(super) fn wrong(signature: &str) -> String {
    format!("{}{}", if signature.starts_with('0') { '1' } else { '0' }, &signature[1..])
}
