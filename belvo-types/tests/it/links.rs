//! What is found among links that were listed.

use belvo_types::api::LinkAction;
use belvo_types::links::{by_action, duplicates, duplicates_by, orphans, replacements};
use belvo_types::{ExternalId, LinkId};
use serde_json::json;

use crate::support::{ids, link};

fn user() -> ExternalId {
    "user-1".parse().expect("it has letters enough")
}

/// Seed: an orphan exists at Belvo, but not in the partner's database; valid ones are adopted.
#[test]
fn seed_orphans_are_valid_links_of_the_user_that_are_not_stored() {
    let links = [
        link("stored", json!({})),
        link("orphan", json!({})),
        link("invalid", json!({"status": "invalid"})),
        link("unconfirmed", json!({"status": "unconfirmed"})),
        link("of-another", json!({"external_id": "user-2"})),
        link("of-nobody", json!({"external_id": null})),
    ];
    assert_eq!(ids(orphans(&links, &user(), &["stored".into(), "gone".into()])), ["orphan"]);
}

/// Seed: the same user at the same institution again has an equal `institution_user_id`; an unconfirmed link does not
/// count.
#[test]
fn seed_duplicates_share_the_institution_user_id() {
    let links = [
        link("new", json!({"institution_user_id": "u1", "created_at": "2024-03-01T00:00:00.000Z"})),
        link("other", json!({"institution_user_id": "u2"})),
        link("old", json!({"institution_user_id": "u1", "created_at": "2024-02-01T00:00:00"})),
        link("without", json!({"institution_user_id": null})),
        link("empty", json!({"institution_user_id": ""})),
        link("also-empty", json!({"institution_user_id": ""})),
        link("never-finished", json!({"institution_user_id": "u1", "status": "unconfirmed"})),
    ];
    let groups = duplicates(&links);
    let [group] = &groups[..] else { panic!("one group: {groups:?}") };
    assert_eq!(ids(group.all().iter().copied()), ["old", "new"]);
}

/// Seed: replace the old id by the new one.
#[test]
fn seed_an_older_link_is_replaced_by_its_newer_twin() {
    let links = [
        link("old", json!({"institution_user_id": "u1", "created_at": "2024-01-01T00:00:00Z"})),
        link("older", json!({"institution_user_id": "u1", "created_at": null})),
        link("new", json!({"institution_user_id": "u1", "created_at": "2024-03-01T00:00:00.123456+00:00"})),
        link("not-stored", json!({"institution_user_id": "u1", "created_at": "2024-02-01T00:00:00Z"})),
    ];
    let groups = duplicates(&links);
    let stored: [LinkId; 2] = ["old".into(), "older".into()];
    let replaced: Vec<_> = replacements(&groups, &stored)
        .iter()
        .map(|replacement| (replacement.old.as_str(), replacement.new.id.clone().unwrap()))
        .collect();
    assert_eq!(replaced, [("older", "new".into()), ("old", "new".into())]);
    assert!(replacements(&groups, &["new".into()]).is_empty());
}

#[test]
fn a_link_that_works_is_kept_before_a_newer_one_that_does_not() {
    let links = [
        link("works", json!({"institution_user_id": "u1", "created_at": "2024-01-01T00:00:00Z"})),
        link(
            "broken",
            json!({"institution_user_id": "u1", "status": "invalid", "created_at": "2024-02-01T00:00:00Z"}),
        ),
    ];
    let groups = duplicates(&links);
    assert_eq!(ids([groups[0].keep()]), ["works"]);
    assert_eq!(ids(groups[0].surplus()), ["broken"]);
    let both_broken = links.map(|link| {
        let mut link = link;
        link.status = Some("invalid".into());
        link
    });
    assert_eq!(ids([duplicates(&both_broken)[0].keep()]), ["broken"]);
}

#[test]
fn links_without_the_id_are_told_by_institution_and_account() {
    let links = [
        link("from-2021", json!({"created_at": "2021-05-01T00:00:00Z"})),
        link("other-bank", json!({"institution": "other_br_retail"})),
        link("with-id", json!({"institution_user_id": "u1", "created_at": "2023-01-01T00:00:00Z"})),
        link("newest", json!({"institution_user_id": "u1", "created_at": "2024-01-01T00:00:00Z"})),
        link("alone", json!({})),
    ];
    let accounts = |link: &belvo_types::api::Link| match link.id.as_ref().unwrap().as_str() {
        "from-2021" => vec!["0001/123", "0001/456"],
        "with-id" | "other-bank" => vec!["0001/456"],
        _ => vec![],
    };
    let groups = duplicates_by(&links, accounts);
    let [group] = &groups[..] else { panic!("one group: {groups:?}") };
    assert_eq!(ids(group.all().iter().copied()), ["from-2021", "with-id", "newest"]);
}

#[test]
fn links_that_need_the_user_are_grouped_by_what_he_has_to_do() {
    let links = [
        link("a", json!({"status": "invalid"})),
        link("b", json!({})),
        link("c", json!({"status": "token_required"})),
        link("d", json!({"status": "invalid"})),
        link("e", json!({"status": "paused"})),
        link("f", json!({"status": "unconfirmed"})),
    ];
    let groups: Vec<_> = by_action(&links).into_iter().map(|(action, links)| (action, ids(links))).collect();
    assert_eq!(
        groups,
        [
            (LinkAction::Reconnect, vec!["a", "d"]),
            (LinkAction::FinishCreation, vec!["f"]),
            (LinkAction::GiveToken, vec!["c"]),
        ]
    );
}
