//! The widget: token, the user on the pages, callback, webhook, and only then GET.

use std::sync::{Arc, Mutex};

use belvo_sdk::belvo_types::api::{
    AccessMode, CallbackUrls, Consent, ConsentQuery, ConsentStatus, CreateWidgetToken, LinkAction, Resource,
    Scopes, Widget,
};
use belvo_sdk::belvo_types::webhooks::{LinkWebhook, ProcessType, WebhookCode, WebhookType};
use belvo_sdk::belvo_types::widget::{WidgetCallback, WidgetUrl};
use belvo_sdk::belvo_types::{ExternalId, ExternalIdReturned, LinkId};
use klavi_webhook::Dispatcher;
use klavi_webhook::belvo::{Handlers, Item, Received};

use super::desk::{BANK, CPF, Desk, OPEN_FINANCE_BANK, id, user};
use super::user::User;

impl Desk {
    /// The address of the widget for a user.
    async fn widget(&self, token: CreateWidgetToken) -> String {
        let token = self.client.widget_tokens().create(&token).await.unwrap();
        let url = WidgetUrl::builder(token.access.unwrap()).base_url(self.mock.widget_url()).locale("pt");
        url.build().expose().to_owned()
    }
}

fn back() -> Widget {
    let urls = CallbackUrls::builder().success("app://linked").exit("app://left").event("app://told").build();
    Widget::builder().purpose("To find a loan that fits").callback_urls(urls).build()
}

fn token(scopes: Scopes, user: &ExternalId) -> CreateWidgetToken {
    CreateWidgetToken::builder(scopes).external_id(user).widget(back()).build().unwrap()
}

#[track_caller]
fn linked(callback: WidgetCallback) -> LinkId {
    let WidgetCallback::Success { link, institution } = callback else { panic!("{callback:?}") };
    assert!(institution.is_some());
    link
}

/// Seed: register the user first, pass his id as `external_id`, create the link by the widget, store its id; do not ask for
/// data right after the creation, wait for the webhook `historical_update`, then GET.
#[tokio::test]
async fn seed_register_the_user_first_then_widget_webhook_and_get() {
    let desk = Desk::new().await;
    let maria = user("user-7f3a");
    let url = desk.widget(token(Scopes::multi_region(), &maria)).await;
    let callback = User::new(&[("username", "bnk100"), ("password", "full")]).goes_through(&url, BANK).await;
    let link_id = linked(callback);

    // The callback proves nothing: the link says whose it is.
    let link = desk.get(&link_id).await;
    assert_eq!(maria.returned(link.external_id.as_ref()), ExternalIdReturned::Kept);
    assert_eq!((link.action(), link.access_mode), (LinkAction::Nothing, Some(AccessMode::Recurrent)));

    let ready = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&ready);
    let handlers = Handlers::new(async |_: Received<Item>| Ok(()))
        .on_webhook(
            WebhookType::Transactions,
            WebhookCode::HistoricalUpdate,
            move |webhook: Received<LinkWebhook>| {
                let seen = Arc::clone(&seen);
                async move {
                    assert!(webhook.malformed.is_empty() && webhook.value.announces_data());
                    seen.lock().unwrap().push(webhook.value);
                    Ok(())
                }
            },
        )
        .build()
        .unwrap();
    assert_eq!(desk.entries().await.len(), 6, "one for each resource of the institution");
    assert_eq!(Dispatcher::new(desk.inbox.clone(), handlers).run_due().await.unwrap(), 6);
    let ready = ready.lock().unwrap();
    assert_eq!(ready.len(), 1);
    assert_eq!(ready[0].link_id.as_ref(), Some(&link_id));
    assert_eq!(ready[0].process_type, Some(ProcessType::HistoricalUpdate));
    assert_eq!(maria.returned(ready[0].external_id.as_ref()), ExternalIdReturned::Kept);
    assert!(ready[0].data.as_ref().unwrap().total_transactions.unwrap().get() > 0);
}

/// Seed: the second factor is asked for on the widget's pages as well.
#[tokio::test]
async fn seed_the_widget_asks_the_user_for_the_second_factor() {
    let desk = Desk::new().await;
    let maria = user("user-7f3a");
    let url = desk.widget(token(Scopes::multi_region(), &maria)).await;
    let types = [("username", "mfa_numeric"), ("password", "pass_valid"), ("token", "123456")];
    let link_id = linked(User::new(&types).goes_through(&url, BANK).await);
    assert!(desk.get(&link_id).await.is_valid());
}

/// Seed: a link whose credentials are no longer accepted is mended by the widget in update mode.
#[tokio::test]
async fn seed_update_mode_mends_the_same_link() {
    let desk = Desk::new().await;
    let link = desk.link(&user("user-7f3a"), "bnk100").await;
    desk.mock.invalidate(id(&link)).unwrap();
    let told = desk.webhooks("LINK.invalid_credentials").await;
    assert!(told[0].needs_user() && told[0].link_id == link.id);
    assert_eq!(desk.get(id(&link)).await.action(), LinkAction::Reconnect);

    let update = CreateWidgetToken::builder(Scopes::multi_region()).link_id(id(&link).clone()).widget(back());
    let url = desk.widget(update.build().unwrap()).await;
    let mended = linked(User::new(&[("password", "the new one")]).goes_through(&url, BANK).await);
    assert_eq!(mended, *id(&link));
    assert_eq!(desk.get(&mended).await.action(), LinkAction::Nothing);
    assert_eq!(desk.client.links().of_user(&user("user-7f3a")).await.unwrap().len(), 1);
}

/// The user gives a consent at the bank; it goes with its link.
#[tokio::test]
async fn open_finance_gives_a_consent_that_goes_with_its_link() {
    let desk = Desk::new().await;
    let maria = user("user-7f3a");
    let request = CreateWidgetToken::builder(Scopes::open_finance_brazil())
        .external_id(&maria)
        .fetch_resources([Resource::Owners, Resource::Accounts])
        .widget(back());
    let url = desk.widget(request.build().unwrap()).await;
    let types = [("username", "123.456.789-09"), ("password", "any")];
    let link_id = linked(User::new(&types).goes_through(&url, OPEN_FINANCE_BANK).await);
    assert_eq!(desk.webhooks("OWNERS.historical_update").await.len(), 1);

    let consents = async || -> Vec<Consent> {
        desk.client.consents().list(&ConsentQuery::of_user(CPF)).all().await.unwrap()
    };
    assert_eq!(consents().await[0].status, Some(ConsentStatus::Authorised));
    desk.client.links().delete(&link_id).await.unwrap();
    assert_eq!(consents().await[0].status, Some(ConsentStatus::Rejected));
    assert!(desk.client.links().get(&link_id).await.unwrap_err().is_not_found());
}
