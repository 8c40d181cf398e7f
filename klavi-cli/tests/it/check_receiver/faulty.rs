//! Receivers with one fault each: the cases that show it, and what they say.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request};
use axum::routing::post;
use futures_util::StreamExt;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::sync::Notify;

use super::receivers::{accept, serve, serve_app, signature, signatures};
use super::said;

/// Each of the cases has that verdict, with that text in its reason.
#[track_caller]
fn assert_says(to: &str, cases: &[&str], verdict: &str, reason: &str) {
    let said = said(to, cases);
    for case in cases {
        let (found, text) = &said[*case];
        assert_eq!(found, verdict, "{case}: {text}");
        assert!(text.contains(reason), "{case}: {text}");
    }
}

/// A good receiver that answers otherwise where that gives a status.
fn except(fault: impl Fn(&HeaderMap, &[u8]) -> Option<u16> + Send + Sync + 'static) -> String {
    serve(move |headers, body| fault(headers, body).unwrap_or_else(|| accept(headers, body)))
}

/// A good receiver that refuses an authentic body which it cannot read in its way.
fn strict(reads: impl Fn(Value) -> bool + Send + Sync + 'static) -> String {
    except(move |headers, body| {
        let read = serde_json::from_slice(body).is_ok_and(&reads);
        (accept(headers, body) == 200 && !body.is_empty() && !read).then_some(400)
    })
}

#[test]
fn no_verification() {
    let to = serve(|_, _| 200);
    assert_says(
        &to,
        &["wrong-signature", "wrong-secret", "changed-body"],
        "fail",
        ": anybody can send you reports. Compute HMAC-SHA-256 over the raw body",
    );
    let reason = ": anybody can send you reports. Refuse a delivery without a signature";
    assert_says(&to, &["no-signature", "empty-signature"], "fail", reason);
    assert_says(&to, &["short-signature"], "fail", "a few digits can be guessed. Compare all 64 digits");
    assert_says(&to, &["doubled-signature"], "warn", "Refuse a repeated X-Klavi-Signature");
}

#[test]
fn verification_only_where_there_is_a_signature() {
    let to = except(|headers, _| {
        let given = signatures(headers);
        given.iter().all(String::is_empty).then_some(200)
    });
    assert_says(&to, &["no-signature", "empty-signature"], "fail", "answered 200 to a report with");
    assert_says(&to, &["wrong-signature"], "pass", "answered 401");
}

#[test]
fn comparison_of_a_prefix() {
    let to = except(|headers, body| {
        let given = signatures(headers);
        given.first().is_some_and(|given| signature(body).starts_with(given.as_str())).then_some(200)
    });
    assert_says(&to, &["short-signature"], "fail", "Compare all 64 digits");
    assert_says(&to, &["empty-signature"], "fail", "anybody can send you reports");
}

#[test]
fn the_first_or_the_last_of_two_signatures() {
    let is_right = |given: Option<&String>, body: &[u8]| given.is_some_and(|given| *given == signature(body));
    let first = except(move |headers, body| is_right(signatures(headers).first(), body).then_some(200));
    let last = except(move |headers, body| is_right(signatures(headers).last(), body).then_some(200));
    for to in [first, last] {
        assert_says(
            &to,
            &["doubled-signature"],
            "warn",
            "a proxy and your application may read different ones",
        );
    }
}

#[test]
fn comparison_of_text() {
    let to = except(|headers, body| (signatures(headers) != [signature(body)]).then_some(401));
    assert_says(&to, &["upper-case-signature"], "warn", "Decode the digits, and compare the bytes");
}

#[test]
fn refusal_with_an_outage() {
    let to = except(|headers, body| (accept(headers, body) == 401).then_some(500));
    assert_says(&to, &["wrong-signature"], "warn", "looks like an outage and not like a refusal: answer 401");
}

/// `serde_json` sorts names and drops digits, so that what it writes again has another signature.
#[test]
fn a_signature_over_what_was_parsed_and_written_again() {
    let again = |body: &[u8]| serde_json::from_slice::<Value>(body).ok().map(|value| value.to_string());
    let to = serve(move |headers, body| match again(body) {
        Some(again) if signatures(headers) == [signature(again.as_bytes())] => 200,
        _ => 401,
    });
    let raw = ["raw-whitespace", "raw-escapes", "raw-numbers", "raw-names"];
    assert_says(
        &to,
        &raw,
        "fail",
        "the signature is that of the raw bytes. Compute the HMAC before a parser",
    );
}

#[test]
fn a_signature_over_trimmed_text() {
    let to = except(|headers, body| {
        let trimmed = str::from_utf8(body).unwrap().trim_start_matches('\u{feff}').trim();
        (trimmed.len() != body.len()).then(|| accept(headers, trimmed.as_bytes()))
    });
    assert_says(&to, &["raw-whitespace"], "fail", "answered 401 to a report with line breaks and blanks: ");
    assert_says(&to, &["byte-order-mark"], "warn", "Skip it when you parse, and not when you verify");
    assert_says(&to, &["raw-escapes", "raw-numbers", "raw-names"], "pass", "answered 200");
}

#[test]
fn another_status_than_200() {
    for (status, reason) in [
        (201, "Answer exactly 200"),
        (202, "Answer exactly 200"),
        (204, "Answer exactly 200"),
        (302, "Register the final address with Klavi"),
        (308, "Register the final address with Klavi"),
        (404, "route POST on this path to the receiver"),
        (503, "route POST on this path to the receiver"),
    ] {
        let to = except(move |headers, body| (accept(headers, body) == 200).then_some(status));
        assert_says(&to, &["report"], "fail", &format!("answered {status} to a signed report: "));
        assert_says(&to, &["report"], "fail", reason);
        // Another success is told once, and hides nothing of the other cases.
        let other = if status < 300 { "pass" } else { "fail" };
        assert_says(&to, &["burst"], other, &format!("answered {status} "));
    }
}

#[test]
fn no_answer_to_probes_and_tests() {
    let to = serve_app(Router::new().route("/", post(StatusCode::OK)));
    assert_says(&to, &["probe-get"], "warn", "answered 405 to a GET: ");
    let head = Router::new().route("/", axum::routing::get(StatusCode::OK).head(StatusCode::NOT_FOUND));
    assert_says(&serve_app(head), &["probe-head"], "warn", "Answer 200 to GET and HEAD");
    let to = except(|_, body| body.is_empty().then_some(401));
    assert_says(&to, &["empty-body"], "fail", "Answer 200 to an empty body");
    let to = strict(|value| value.as_object().is_none_or(|object| !object.is_empty()));
    assert_says(&to, &["empty-object"], "warn", "Answer 200 to what is authentic");
}

#[test]
fn a_timestamp_window_that_is_too_narrow() {
    let to = except(|headers, _| {
        let sent: i64 = headers.get("x-klavi-timestamp")?.to_str().unwrap().parse().unwrap();
        let now = klavi_webhook::Clock::system().now().as_second();
        (now - sent > 60).then_some(401)
    });
    assert_says(&to, &["late-timestamp"], "warn", "accept five minutes at least");
}

#[test]
fn a_parser_that_knows_everything_already() {
    let store = "Verify and store the raw body, answer 200, and parse it afterwards";
    let known = |value: &Value, name: &str| {
        let name = value[name].as_str();
        name.is_none_or(|name| {
            ["pf_categorized_checking_l3", "link_created", "consent_authorised"].contains(&name)
        })
    };
    let fields = strict(|value| value.get("newList").is_none());
    assert_says(&fields, &["unknown-fields"], "fail", store);
    let products = strict(move |value| known(&value, "productName"));
    assert_says(&products, &["unknown-product"], "fail", store);
    let events = strict(move |value| known(&value[0], "eventName"));
    assert_says(&events, &["unknown-event"], "fail", store);
    let links = strict(|value| value.is_array() || value["links"].is_array());
    assert_says(&links, &["sparse-report"], "fail", store);
}

#[test]
fn a_parser_that_is_too_narrow() {
    let codes = strict(|value| value.get("code").is_none_or(|code| code == 200));
    assert_says(&codes, &["partial-report"], "fail", "Answer 200 and keep it");
    assert_says(&codes, &["failed-report"], "fail", "nothing of the delivery. Answer 200");
    let amounts = strict(|value| {
        value
            .pointer("/checkingAccounts/0/transactionDetails/0/transactionAmount")
            .is_none_or(Value::is_object)
    });
    assert_says(&amounts, &["number-amounts"], "fail", "read them into a decimal type");
    let ids = strict(|value| value.get("productReportId").is_none_or(Value::is_string));
    assert_says(&ids, &["number-ids"], "warn", "Verify and store the raw body first");
    let one = strict(|value| value.as_array().is_none_or(|events| events.len() == 1));
    assert_says(&one, &["several-events"], "fail", "Handle each one, under its own eventId");
    let events = strict(|value| value.get("eventId").is_none());
    assert_says(&events, &["event-object"], "warn", "Accept an object as well as an array");
    let reports = strict(|value| value.pointer("/0/productName").is_none());
    assert_says(&reports, &["report-array"], "warn", "Verify and store the raw body first");
    let objects = strict(|value| value.is_object());
    assert_says(&objects, &["event"], "fail", "Accept an array as well as an object");
    let marked = except(|_, body| body.starts_with("\u{feff}".as_bytes()).then_some(400));
    assert_says(&marked, &["byte-order-mark"], "warn", "answered 400 to a report after a byte order mark: ");
}

#[test]
fn a_narrow_content_type() {
    let to = except(|headers, _| {
        let content_type = headers.get("content-type").map(|value| value.to_str().unwrap());
        (content_type.is_some_and(|text| text != "application/json")).then_some(415)
    });
    let reason = "Read the body as bytes whatever its type is";
    assert_says(&to, &["content-type-charset"], "fail", reason);
    let to =
        except(|headers, body| (!body.is_empty() && headers.get("content-type").is_none()).then_some(415));
    assert_says(&to, &["no-content-type"], "warn", reason);
}

#[test]
fn a_body_that_has_to_be_short_and_of_a_told_length() {
    let app = Router::new().fallback(async |headers: HeaderMap, body: Bytes| {
        StatusCode::from_u16(accept(&headers, &body)).unwrap()
    });
    let to = serve_app(app.layer(DefaultBodyLimit::max(20_000_000 - 1)));
    assert_says(&to, &["large"], "fail", "answered 413 to a report of 20 MB: ");
    let to = except(|headers, _| (!headers.contains_key("content-length")).then_some(411));
    assert_says(&to, &["chunked"], "fail", "by Content-Length or in chunks");
}

#[test]
fn a_body_of_which_only_the_first_piece_is_read() {
    let first = async |request: Request| {
        let (head, body) = request.into_parts();
        let piece = body.into_data_stream().next().await.transpose().unwrap().unwrap_or_default();
        StatusCode::from_u16(accept(&head.headers, &piece)).unwrap()
    };
    let to = serve_app(Router::new().fallback(first));
    assert_says(&to, &["slow"], "fail", "a body may come in many pieces. Read it to its end");
}

#[test]
fn an_answer_before_the_body() {
    let to = serve_app(Router::new().fallback(async |_: Body| StatusCode::OK));
    assert_says(&to, &["slow"], "fail", "before the whole body had arrived: read it, verify it, store it");
}

#[test]
fn no_answer_at_all() {
    let to = serve_app(Router::new().fallback(async || std::future::pending::<StatusCode>().await));
    let output = super::check(&["--to", &to, "--timeout", "2s", "--only", "report"]);
    let reason = "fail     report                no answer to a signed report, nothing came within 2 s: store first, answer,";
    assert!(crate::stdout(&output).starts_with(reason), "{output:?}");
}

/// Marks a delivery as seen when its head arrives.
#[test]
fn an_id_that_is_remembered_before_the_body_is_stored() {
    let seen: &'static Mutex<HashSet<String>> = Box::leak(Box::default());
    let app = Router::new().fallback(async |request: Request| {
        let (head, body) = request.into_parts();
        let signature = signatures(&head.headers).concat();
        if !seen.lock().unwrap().insert(signature) {
            return StatusCode::CONFLICT;
        }
        let mut bytes = Vec::new();
        let mut pieces = body.into_data_stream();
        while let Some(Ok(piece)) = pieces.next().await {
            bytes.extend_from_slice(&piece);
        }
        StatusCode::from_u16(accept(&head.headers, &bytes)).unwrap()
    });
    let to = serve_app(app);
    let reason = "answered 409 to a report of which half had come before: the half must leave nothing behind";
    assert_says(&to, &["cut-off", "cut-off-chunked"], "fail", reason);
    let reason = "answered 409 to one of several deliveries: ";
    assert_says(&to, &["duplicate", "duplicate-at-once"], "fail", reason);
}

/// The first of two deliveries waits until the second one was refused.
#[test]
fn one_delivery_at_a_time() {
    let (count, second): (&'static AtomicUsize, &'static Notify) =
        (Box::leak(Box::default()), Box::leak(Box::default()));
    let app = Router::new().fallback(async |headers: HeaderMap, body: Bytes| {
        match count.fetch_add(1, Ordering::SeqCst) {
            1 => second.notified().await,
            2 => {
                second.notify_one();
                return StatusCode::SERVICE_UNAVAILABLE;
            }
            _ => {}
        }
        StatusCode::from_u16(accept(&headers, &body)).unwrap()
    });
    let reason = "answered 503 to one of several deliveries: deliveries come twice, at the same moment";
    assert_says(&serve_app(app), &["duplicate-at-once"], "fail", reason);
}

#[test]
fn a_limit_for_deliveries() {
    let count = AtomicUsize::new(0);
    let to = except(move |_, _| (count.fetch_add(1, Ordering::SeqCst) >= 10).then_some(429));
    assert_says(&to, &["burst"], "fail", "answered 429 to one of several deliveries: ");
}

#[test]
fn events_that_have_to_come_first() {
    let reports: Mutex<HashSet<String>> = Mutex::default();
    let to = strict(move |value| {
        let mut reports = reports.lock().unwrap();
        if let Some(id) = value["productReportId"].as_str() {
            return reports.insert(id.to_owned());
        }
        let about = value.pointer("/0/payload/productReportId").and_then(Value::as_str);
        about.is_none_or(|id| !reports.contains(id))
    });
    assert_says(&to, &["disorder"], "fail", "in any order. Store each one");
}

/// That address leads to this machine and does not say so.
#[cfg(target_os = "linux")]
#[test]
fn plain_http_to_another_machine() {
    let to = serve(accept).replace("127.0.0.1", "0.0.0.0");
    assert_says(&to, &["https"], "warn", "everyone on the way can read the reports: serve https");
}
