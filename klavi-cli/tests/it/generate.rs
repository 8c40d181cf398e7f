//! `klavi generate`: reports of every product, version and length, that the types understand to the last leaf.

use std::io::Read;
use std::process::Stdio;

use klavi_types::ProductName;
use klavi_types::reports::{AnyReport, inspect_report};
use synthetic_data::RecipeError;

use crate::{assert_refused, command, klavi, stderr};

const HAVE_NO_ENTRIES: [ProductName; 3] =
    [ProductName::Balance, ProductName::Identity, ProductName::CreditRisk];

fn generate(arguments: &[&str]) -> Vec<u8> {
    let output = klavi(&[&["generate"], arguments].concat(), b"");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
    output.stdout
}

/// The report, of which nothing may be unknown, unreadable or lost.
#[track_caller]
fn understood(body: &[u8]) -> AnyReport {
    let inspection = inspect_report(body).unwrap();
    assert!(inspection.unmapped.is_empty(), "{:?}", inspection.unmapped);
    assert!(inspection.unknown_words.is_empty(), "{:?}", inspection.unknown_words);
    assert!(inspection.malformed.is_empty(), "{:?}", inspection.malformed);
    assert!(inspection.lost.is_empty(), "{:?}", inspection.lost);
    assert_eq!(inspection.value.head().outcome().to_string(), "complete");
    inspection.value
}

/// Every product in both versions.
fn all_are_understood(person: &str) {
    for name in ProductName::ALL {
        let product = format!("{person}{name}");
        for version in ["V1", "V1.1"] {
            let of = |seed| generate(&["--product", &product, "--version", version, "--seed", seed]);
            let (seven, eight) = (of("7"), of("8"));
            for body in [&seven, &eight] {
                let report = understood(body);
                let head = report.head();
                assert_eq!(head.product_name.as_ref().unwrap().as_str(), product);
                assert_eq!(head.product_version.as_ref().unwrap(), version);
                let has_entries = report.entry_count() > 0;
                assert!(has_entries != HAVE_NO_ENTRIES.contains(name) || has_none_today(*name), "{product}");
            }
            assert!(seven == of("7"), "{product} is not the same again");
            assert!(seven != eight, "{product} is the same for another seed");
        }
    }
}

/// Short contracts may just have begun.
fn has_none_today(name: ProductName) -> bool {
    matches!(name, ProductName::InvoiceFinancing | ProductName::UnarrangedAccountOverdraft)
}

fn all_have_that_many(person: &str) {
    for name in ProductName::ALL.iter().filter(|name| !HAVE_NO_ENTRIES.contains(name)) {
        let product = format!("{person}{name}");
        for (count, version) in [(0, "V1"), (1, "V1.1"), (57, "V1"), (57, "V1.1"), (1_000, "V1")] {
            let transactions_flag = count.to_string();
            let flags = ["--product", &product, "--transactions", &transactions_flag, "--version", version];
            assert_eq!(understood(&generate(&flags)).entry_count(), count, "{product}");
        }
    }
}

#[test]
fn the_types_understand_every_report_of_a_person() {
    all_are_understood("pf_");
}

#[test]
fn the_types_understand_every_report_of_a_company() {
    all_are_understood("pj_");
}

#[test]
fn a_persons_report_has_exactly_so_many_transactions() {
    all_have_that_many("pf_");
}

#[test]
fn a_companys_report_has_exactly_so_many_transactions() {
    all_have_that_many("pj_");
}

#[test]
fn without_flags_it_is_version_1_of_seed_1() {
    let product = ["--product", "pf_credit_card"];
    let spelt_out = [product.as_slice(), &["--version", "V1", "--seed", "1"]].concat();
    assert!(generate(&product) == generate(&spelt_out));
}

#[test]
fn wrong_usage_is_one_sentence_and_exit_2() {
    for name in ["pf_income", "loans", ""] {
        let sentence = format!("klavi: {}", RecipeError::UnknownProduct(name.to_owned()));
        assert!(ProductName::ALL.iter().all(|name| sentence.contains(name.as_str())), "{sentence}");
        assert_refused(&klavi(&["generate", "--product", name], b""), 2, &sentence);
    }
    for name in HAVE_NO_ENTRIES {
        let product = format!("pj_{name}");
        let output = klavi(&["generate", "--product", &product, "--transactions", "1"], b"");
        assert_refused(&output, 2, &format!("klavi: a report of {product} has no transactions"));
        understood(&generate(&["--product", &product, "--transactions", "0"]));
    }
    for arguments in [
        ["generate", "--seed", "1"].as_slice(),
        &["generate", "--product", "pf_loans", "--version", "V3"],
        &["generate", "--product", "pf_loans", "--transactions", "-1"],
    ] {
        assert_eq!(klavi(arguments, b"").status.code(), Some(2));
    }
}

#[test]
fn a_report_follows_a_scenario_and_may_be_messy() {
    let planned = generate(&["--product", "pf_checking_account", "--scenario", "fraud-like"]);
    assert!(understood(&planned).entry_count() > 100);
    let messy = generate(&["--product", "pf_checking_account", "--messy-data", "--transactions", "1000"]);
    assert_eq!(understood(&messy).entry_count(), 1_000);
    assert_ne!(messy, generate(&["--product", "pf_checking_account", "--transactions", "1000"]));

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, "[[person]]\nseed = 1\nincome = \"1.234\"\n").unwrap();
    let refused = |arguments: &[&str], sentence: &str| {
        let output = klavi(&[&["generate", "--product", "pf_loans"], arguments].concat(), b"");
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(sentence), "{}", stderr(&output));
    };
    let file = file.to_str().unwrap();
    refused(&["--scenario", file], "mine.toml, line 3, column 10, person.income: \"1.234\" is no amount");
    refused(
        &["--scenario", "nowhere.toml"],
        "cannot read scenario nowhere.toml: entity not found; give a file, or one of salaried,",
    );
    refused(
        &["--scenario", "salaried", "--person", "2"],
        "the scenario has 1 persons, so there is no number 2",
    );
    refused(&["--person", "1"], "--scenario");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut command = command(&["generate", "--product", "pf_checking_account", "--transactions", "200000"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut start = [0; 12];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    assert_eq!(&start, b"{\"code\":200,");
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
}

/// The pipe holds it back in the middle of the report, so that what it needs by then can be read at leisure.
#[cfg(target_os = "linux")]
#[test]
fn a_report_of_any_size_takes_the_memory_of_a_small_one() {
    let peak = |product: &str, bytes: usize| -> usize {
        let mut command = command(&["generate", "--product", product, "--transactions", "100000000"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        std::io::copy(&mut out.by_ref().take(bytes as u64), &mut std::io::sink()).unwrap();
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10
    };
    for product in ["pf_categorized_checking_l3", "pf_categorized_creditcard_l3", "pj_loans", "pf_funds"] {
        let (small, large) = (peak(product, 100_000), peak(product, 20_000_000));
        assert!(large < small + (4 << 20), "{product}: {small} bytes, then {large}");
    }
}
