//! Links of one user: orphans, duplicates, those that need him, and their end.

use belvo_sdk::belvo_types::api::{LinkAction, LinkQuery, LinkStatus};
use belvo_sdk::belvo_types::links::{by_action, duplicates, orphans, replacements};
use belvo_sdk::{Registered, RegisteredOrFound};
use http::Method;

use super::desk::{Desk, id, registration, user};

/// Seed: a link that exists at Belvo and not at the partner, as the user left while it was made, is found by its external
/// id at the start of the next session and adopted, if it is valid.
#[tokio::test]
async fn seed_orphans_are_adopted_at_the_start_of_a_session() {
    let desk = Desk::new().await;
    let (maria, other) = (user("user-7f3a"), user("user-8b21"));
    let stored = desk.link(&maria, "bnk100").await;
    let orphan = desk.link(&maria, "bnk101").await;
    desk.link(&other, "bnk102").await;
    let broken = desk.link(&maria, "bnk103").await;
    desk.mock.invalidate(id(&broken)).unwrap();
    let Registered::MfaRequired(unconfirmed) =
        desk.client.links().register(&registration(&maria, "mfa_text")).await.unwrap()
    else {
        panic!("no second factor");
    };

    let mut ours = vec![id(&stored).clone()];
    let found = desk.client.links().orphans(&maria, &ours).await.unwrap();
    assert_eq!(found.iter().map(id).collect::<Vec<_>>(), [id(&orphan)]);
    ours.push(id(&orphan).clone());
    assert!(desk.client.links().orphans(&maria, &ours).await.unwrap().is_empty());

    // The others of the user, by what he has to do.
    let all = desk.client.links().of_user(&maria).await.unwrap();
    assert_eq!((all.len(), orphans(&all, &maria, &[]).len()), (4, 2));
    let groups = by_action(&all);
    assert_eq!(
        groups.keys().copied().collect::<Vec<_>>(),
        [LinkAction::Reconnect, LinkAction::FinishCreation]
    );
    assert_eq!(id(groups[&LinkAction::FinishCreation][0]), unconfirmed.link());
}

/// Seed: the same user at the same institution has one `institution_user_id`; the newer link takes the place of the older.
/// What is too much is deleted, and a webhook tells when it is gone.
#[tokio::test]
async fn seed_a_duplicate_is_replaced_by_its_newer_twin_and_deleted() {
    let desk = Desk::new().await;
    let maria = user("user-7f3a");
    let old = desk.link(&maria, "bnk100").await;
    desk.mock.advance_clock(std::time::Duration::from_secs(60));
    let new = desk.link(&maria, "bnk100").await;
    desk.link(&maria, "bnk101").await;
    assert_eq!(old.institution_user_id, new.institution_user_id);

    let all = desk.client.links().of_user(&maria).await.unwrap();
    let groups = duplicates(&all);
    assert_eq!(groups.len(), 1);
    let stored = [id(&old).clone()];
    let replaced = replacements(&groups, &stored);
    assert_eq!((replaced[0].old, id(replaced[0].new)), (id(&old), id(&new)));

    let gone = replaced[0].old.clone();
    let accepted = desk.client.links().delete_async(&gone).await.unwrap();
    assert!(accepted.request_id.is_some());
    let told = desk.webhooks("LINK.link_deleted").await;
    assert_eq!(told.iter().map(|webhook| webhook.link_id.as_ref()).collect::<Vec<_>>(), [Some(&gone)]);
    assert!(desk.client.links().get(&gone).await.unwrap_err().is_not_found());
    assert!(duplicates(&desk.client.links().of_user(&maria).await.unwrap()).is_empty());
}

/// Seed: duplicates are prevented on request; then 400 names the user at the institution, and the link is found by it.
#[tokio::test]
async fn seed_a_prevented_duplicate_leads_to_the_link_that_there_is() {
    let desk = Desk::new().await;
    desk.mock.change_behaviour(|behaviour| behaviour.prevent_duplicates = true);
    let first = desk.link(&user("user-7f3a"), "bnk100").await;
    let again = registration(&user("user-8b21"), "bnk100");
    let error = desk.client.links().register(&again).await.unwrap_err();
    assert!(error.is_duplicated(), "{error}");
    assert_eq!(error.institution_user_id(), first.institution_user_id.as_ref());
    match desk.client.links().register_or_find(&again).await.unwrap() {
        RegisteredOrFound::Found(link) => assert_eq!(link.id, first.id),
        other => panic!("{other:?}"),
    }
}

/// Seed: links are listed with GET (the samples of the article POST, the reference does not), filtered, in pages.
#[tokio::test]
async fn seed_links_are_listed_with_get_and_filtered() {
    let desk = Desk::new().await;
    let maria = user("user-7f3a");
    for username in ["bnk100", "bnk101", "bnk102"] {
        desk.link(&maria, username).await;
    }
    let registered = desk.mock.received(Method::POST, "/api/links/").requests().len();
    let query = LinkQuery::new().external_id(&maria).status(&LinkStatus::Valid).page_size(2);
    let found = desk.client.links().list(&query).all().await.unwrap();
    assert_eq!(found.len(), 3);
    assert_eq!(desk.mock.received(Method::GET, "/api/links/").requests().len(), 2, "two pages");
    assert_eq!(desk.mock.received(Method::POST, "/api/links/").requests().len(), registered);
}

/// Seed: an external id that looks like personal data becomes null without an error; who compares sees it.
#[tokio::test]
async fn seed_a_personal_external_id_is_dropped_without_an_error() {
    let desk = Desk::new().await;
    let phone = user("5511912345678");
    let link = desk.link(&phone, "bnk100").await;
    assert_eq!(
        phone.returned(link.external_id.as_ref()),
        belvo_sdk::belvo_types::ExternalIdReturned::Dropped
    );
    assert!(desk.client.links().of_user(&phone).await.unwrap().is_empty());
}
