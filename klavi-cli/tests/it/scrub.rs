//! `klavi scrub`: nothing of a customer is left, and the bug still is.

use std::collections::HashMap;

use klavi_types::events::EventName;
use klavi_types::legacy::LegacyReportType;
use serde_json::Value;

use crate::{assert_refused, klavi, stderr, stdout};

const IDENTITY: &str = include_str!("../../../klavi-types/tests/fixtures/pf_identity.v1.1.json");
const CHECKING: &str = include_str!("../../../klavi-types/tests/fixtures/pf_categorized_checking_l3.v1.json");

fn scrub(body: &str) -> String {
    let output = klavi(&["scrub"], body.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stdout(&output).to_owned()
}

/// What an inspection finds, without values.
fn findings(body: &str) -> Value {
    let output = klavi(&["inspect", "--json"], body.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let mut findings: Value = serde_json::from_str(stdout(&output)).unwrap();
    for list in ["unknown_values", "malformed"] {
        for finding in findings[list].as_array_mut().unwrap() {
            finding["value"].take();
        }
    }
    findings
}

fn fixtures() -> Vec<(String, String)> {
    let folders = ["/../klavi-types/tests/fixtures", "/../belvo-types/tests/fixtures/webhooks"];
    let files = folders
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(format!("{}{folder}", env!("CARGO_MANIFEST_DIR"))).unwrap());
    let read = |path: std::path::PathBuf| {
        (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap())
    };
    let fixtures: Vec<_> = files.map(|file| read(file.unwrap().path())).collect();
    assert!(fixtures.len() >= 80, "{} fixtures", fixtures.len());
    fixtures
}

/// Words that may stay, told from the documentation's vocabularies and not from what the command looks at.
fn words() -> Vec<&'static str> {
    let vocabularies = include_str!("../../../klavi-types/tests/trees/words").lines();
    let mut words: Vec<_> = vocabularies.flat_map(|line| line.split(' ').skip(1)).collect();
    words.extend(EventName::ALL.iter().map(EventName::as_str));
    words.extend(LegacyReportType::ALL.iter().map(LegacyReportType::as_str));
    words.extend(["api", "analysis", "monitor", "OK", "ok", "V1", "V1.1", "v1.0", "BRL", "USD"]);
    words
}

/// Every text and number before and after, with its path.
fn leaves(path: &str, before: &Value, after: &Value, into: &mut Vec<(String, String, String)>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            assert!(before.keys().eq(after.keys()), "{path}");
            for (name, value) in before {
                leaves(&format!("{path}/{name}"), value, &after[name], into);
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            assert_eq!(before.len(), after.len(), "{path}");
            before.iter().zip(after).for_each(|(before, after)| leaves(path, before, after, into));
        }
        (Value::String(before), Value::String(after)) => {
            into.push((path.to_owned(), before.clone(), after.clone()));
        }
        (Value::Number(before), Value::Number(after)) => {
            into.push((path.to_owned(), before.to_string(), after.to_string()));
        }
        _ => assert_eq!(before, after, "{path}"),
    }
}

#[test]
fn no_value_of_any_fixture_survives_and_every_word_does() {
    let words = words();
    for (name, body) in fixtures() {
        let scrubbed = scrub(&body);
        let (before, after) =
            (serde_json::from_str(&body).unwrap(), serde_json::from_str(&scrubbed).unwrap());
        let (mut all, mut replaced) = (Vec::new(), HashMap::new());
        leaves("", &before, &after, &mut all);
        assert!(!all.is_empty(), "{name}");
        for (path, before, after) in all {
            let member = path.rsplit('/').next().unwrap();
            let is_word = words.contains(&&*before) || before.starts_with("pf_");
            let is_zero = !before.chars().any(|c| c != '0' && c.is_alphanumeric());
            if matches!(member, "sex" | "maritalStatusCode") {
                assert_eq!(after, "OUTRO", "{name} {path}");
                continue;
            }
            if before == after {
                let is_belvo = matches!(member, "webhook_type" | "webhook_code" | "process_type" | "action");
                assert!(is_word || is_zero || is_belvo || path == "/code", "{name} {path}: {before}");
                continue;
            }
            assert_eq!(before.chars().count(), after.chars().count(), "{name} {path}");
            assert_eq!(replaced.entry(before.clone()).or_insert(after.clone()), &after, "{name} {path}");
            // Shorter values, and days, may come from others by chance.
            let significant = before.chars().filter(|c| *c != '0' && c.is_alphanumeric()).count();
            if significant >= 8 && !is_word && before.parse::<klavi_types::DateTime>().is_err() {
                assert!(!scrubbed.contains(&before), "{name} {path}: {before}");
            }
        }
        let (mut before, mut after) = (findings(&body), findings(&scrubbed));
        if name == "direct_debit.json" {
            // Made of two texts without a vocabulary.
            (before["name"], after["name"]) = (Value::Null, Value::Null);
        }
        assert_eq!(before, after, "{name}");
    }
}

#[test]
fn an_inspection_finds_the_same_faults() {
    let odd = CHECKING
        .replace("\"DEBITO\"", "\"ESTORNO\"")
        .replace("\"2021-01-07\"", "\"2021-02-30\"")
        .replace("\"brand\"", "\"merchant\"")
        .replace("\"1000.0400\"", "\"1.000,04\"")
        .replace("\"code\": 200", "\"code\": 5103");
    let scrubbed = scrub(&odd);
    let found = findings(&scrubbed);
    assert_eq!(found, findings(&odd));
    assert_eq!(found["outcome"], "failed(5103)");
    assert_eq!(found["unknown_values"].as_array().unwrap().len(), 1);
    assert!(found["malformed"].as_array().unwrap().len() >= 2, "{found}");
    assert!(!scrubbed.contains("ESTORNO") && !scrubbed.contains("2021-02-30"), "{scrubbed}");
}

#[test]
fn blanks_and_the_order_of_members_stay_and_runs_differ() {
    let (first, second) = (scrub(IDENTITY), scrub(IDENTITY));
    assert_ne!(first, second);
    let frame = |body: &str| {
        body.lines().map(|line| line.split("\": ").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let names = |body: &str| frame(body).into_iter().filter(|line| line.contains("  \"")).count();
    assert_eq!(first.lines().count(), IDENTITY.lines().count());
    assert_eq!(names(&first), names(IDENTITY));
    for gone in ["Marcela", "FEMININO", "1989-06-23", "75253468744594820620", "yourtraceid-1"] {
        assert!(IDENTITY.contains(gone) && !first.contains(gone), "{gone}");
    }
}

#[test]
fn a_file_and_standard_input_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("body.json");
    std::fs::write(&file, r#"[{"eventName":"link_created","x":12345678901234567890,"x":0}]"#).unwrap();
    let output = klavi(&["scrub", file.to_str().unwrap()], b"");
    let scrubbed = stdout(&output);
    let digits = scrubbed.strip_prefix(r#"[{"eventName":"link_created","x":"#).unwrap();
    let digits = digits.strip_suffix(",\"x\":0}]\n").unwrap();
    assert!(digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{scrubbed}");
    assert_eq!(stdout(&klavi(&["scrub", "-"], b"{\"code\":204}\n")), "{\"code\":204}\n");
}

#[test]
fn what_is_no_json_is_one_sentence_that_shows_nothing() {
    let html = klavi(&["scrub"], b"<p>52998224725</p>");
    assert_refused(&html, 2, "klavi: nothing to scrub: the body is not JSON from line 1, column 1 on");
    let cut = klavi(&["scrub"], &CHECKING.as_bytes()[..500]);
    assert_eq!((cut.status.code(), stdout(&cut)), (Some(2), ""));
    assert!(stderr(&cut).contains("cut off JSON") && stderr(&cut).lines().count() == 1, "{}", stderr(&cut));
    let latin = klavi(&["scrub"], b"{\"civilName\":\"Jo\xe3o\"}");
    assert_refused(&latin, 2, "klavi: nothing to scrub: the body is not UTF-8 from byte 16 on");
    assert_eq!(klavi(&["scrub"], b"").status.code(), Some(2));
    assert_eq!(klavi(&["scrub", "no-such-file"], b"").status.code(), Some(2));
}

#[test]
fn help_says_what_is_replaced_and_what_is_kept() {
    let help = klavi(&["scrub", "--help"], b"");
    for part in
        ["Replaced, with a random key", "Dates of birth", "OUTRO", "Kept:", "0000000000", "time of day"]
    {
        assert!(stdout(&help).contains(part), "{part} in {}", stdout(&help));
    }
}
