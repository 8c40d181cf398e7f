//! `klavi demo`: the main job, end to end, in one process.

use crate::{klavi, stderr, stdout};

#[test]
fn it_goes_the_whole_way_and_ends_with_0() {
    let output = klavi(&["demo"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    for word in
        ["link_created", "consent_authorised", "pf_categorized_checking_l3", "X-Klavi-Signature", " › "]
    {
        assert!(text.contains(word), "{word} in {text}");
    }
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
