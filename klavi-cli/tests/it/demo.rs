//! `klavi demo`: the main job, end to end, in one process.

use crate::{klavi, stderr, stdout};

#[test]
fn it_goes_the_whole_way_and_ends_with_0() {
    let output = klavi(&["demo"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    let entries: Vec<_> = text.lines().filter(|line| is_entry(line)).collect();
    assert!(entries.len() >= 10, "{text}");
    for (step, id_length) in [("3. link", 36), ("4. consent", 36), ("5. request", 36)] {
        let line = text.lines().find(|line| line.starts_with(step)).unwrap();
        assert_eq!(line.split_whitespace().last().unwrap().len(), id_length, "{line}");
    }
    assert!(!text.contains(" ? "), "{text}");
    for word in
        ["link_created", "consent_authorised", "pf_categorized_checking_l3", "X-Klavi-Signature", " › "]
    {
        assert!(text.contains(word), "{word} in {text}");
    }
}

/// A day, an exact signed amount in reais and three levels of category.
fn is_entry(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let day =
        words.next().is_some_and(|day| day.len() == 10 && day.chars().filter(|c| *c == '-').count() == 2);
    let amount = words.next() == Some("R$")
        && words.next().is_some_and(|amount| {
            let (whole, decimals) = amount.trim_start_matches('-').split_once('.').unwrap_or_default();
            !whole.is_empty() && decimals.len() == 4 && amount != "0.0000"
        });
    day && amount && line.matches(" › ").count() == 2
}

#[test]
fn the_seed_chooses_the_customer() {
    let account = |seed: &str| {
        let output = klavi(&["demo", "--seed", seed], b"");
        let line = stdout(&output).lines().rev().find(|line| line.contains("(mock) ")).unwrap().to_owned();
        line.rsplit(' ').next().unwrap().to_owned()
    };
    assert_eq!(account("7"), account("7"));
    assert_ne!(account("7"), account("8"));
}
