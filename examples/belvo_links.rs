//! Belvo from a user's first visit to the second: widget, webhook, and what is found at the start of the next session.
//!
//!     cargo run -p klavi-examples --example belvo_links
//!
//! It runs against a mock of its own, so it needs no credentials. Against Belvo put `Client::from_env()?` in the place of
//! the builder and set a public address in the dashboard; the user then goes through the widget alone.

#![expect(clippy::print_stdout, reason = "an example shows what it got")]

use std::sync::Arc;

use anyhow::Context;
use belvo_mock::MockBelvo;
use belvo_sdk::belvo_types::api::{CallbackUrls, CreateWidgetToken, Scopes, Widget};
use belvo_sdk::belvo_types::links::{by_action, duplicates, replacements};
use belvo_sdk::belvo_types::webhooks::{AnyWebhook, LinkWebhook};
use belvo_sdk::belvo_types::widget::WidgetUrl;
use belvo_sdk::belvo_types::{ExternalId, ExternalIdReturned, LinkId, Secret};
use belvo_sdk::{Client, Credentials, Environment};
use klavi_webhook::belvo::{Authorization, Belvo, Handlers, Item, Received};
use klavi_webhook::{Dispatcher, MemoryInbox, Receiver};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mock = MockBelvo::builder().start().await?;
    let keys = Credentials::new(mock.secret_id(), mock.secret_password());
    let client = Client::builder(keys, Environment::Custom(mock.base_url().to_owned())).build()?;

    let mut announced = receive(&mock).await?;

    // The user, as your database has him. Nothing personal: Belvo would drop it without a word.
    let user: ExternalId = "user-7f3a".parse()?;
    let mut stored = Vec::new();

    // First visit: he connects a bank, and comes back with the id of a link.
    let access = widget_token(&client, &user).await?;
    println!("the browser opens {}", page(&mock, &access).split('?').next().unwrap_or_default());
    let link_id = LinkId::from(mock.connect(access.expose(), "erebor_br_retail", "bnk100")?);
    let link = client.links().get(&link_id).await?;
    anyhow::ensure!(
        user.returned(link.external_id.as_ref()) == ExternalIdReturned::Kept,
        "a link of another user"
    );
    println!("link {link_id} is {}", link.status.context("a link has a status")?);
    stored.push(link_id);

    // Only now there is something to get.
    while let Some(webhook) = announced.recv().await {
        let (Some(name), true) = (webhook.name(), webhook.announces_data()) else { continue };
        println!("to be fetched: {name}");
        if webhook.data.is_some_and(|data| data.total_transactions.is_some()) {
            break;
        }
    }

    // He connects the same account again and closes the app at once: nobody tells us of that link.
    let access = widget_token(&client, &user).await?;
    mock.connect(access.expose(), "erebor_br_retail", "bnk100")?;

    // Next visit. Orphans are adopted; of duplicates the newest stays.
    for orphan in client.links().orphans(&user, &stored).await? {
        println!("orphan: {}", orphan.id.context("a link has an id")?);
    }
    let all = client.links().of_user(&user).await?;
    let groups = duplicates(&all);
    for replaced in replacements(&groups, &stored.clone()) {
        let new = replaced.new.id.clone().context("a link has an id")?;
        println!("{} takes the place of {}", new, replaced.old);
        stored.retain(|id| id != replaced.old);
        stored.push(new);
    }
    for group in &groups {
        for surplus in group.surplus().filter_map(|link| link.id.as_ref()) {
            client.links().delete_async(surplus).await?;
        }
    }
    while let Some(webhook) = announced.recv().await {
        if let (Some(name), Some(link_id), false) =
            (webhook.name(), &webhook.link_id, webhook.announces_data())
        {
            println!("{name}: {link_id}");
            break;
        }
    }

    // The bank has locked him out: he is asked in again, by a token for this link.
    let [link_id] = &stored[..] else { anyhow::bail!("one link is left") };
    mock.invalidate(link_id)?;
    for (action, links) in by_action(&client.links().of_user(&user).await?) {
        println!("{action:?}: {} link", links.len());
    }
    let update = CreateWidgetToken::builder(Scopes::multi_region()).link_id(link_id.clone()).build()?;
    let access = client.widget_tokens().create(&update).await?.access.context("a token")?;
    mock.connect(access.expose(), "erebor_br_retail", "bnk100")?;
    println!(
        "link {link_id} is {}",
        client.links().get(link_id).await?.status.context("a link has a status")?
    );
    Ok(())
}

/// Serves the webhook, tells the mock its address, and passes webhook events to the channel.
async fn receive(mock: &MockBelvo) -> anyhow::Result<mpsc::UnboundedReceiver<LinkWebhook>> {
    let inbox = Arc::new(MemoryInbox::new());
    let receiver = Receiver::new(Belvo::new(Authorization::bearer("hook-secret")), inbox.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let hook = format!("http://{}/belvo", listener.local_addr()?);
    let app = axum::Router::new().nest("/belvo", receiver.into_router());
    tokio::spawn(async move { axum::serve(listener, app).await });
    mock.set_webhook(hook, Some("Bearer hook-secret"))?;

    let (webhooks, announced) = mpsc::unbounded_channel();
    let handlers = Handlers::new(move |item: Received<Item>| {
        let webhooks = webhooks.clone();
        async move {
            if let Item::Webhook(webhook) = item.value
                && let AnyWebhook::Link(webhook) = *webhook
            {
                webhooks.send(*webhook)?;
            }
            Ok(())
        }
    })
    .build()?;
    tokio::spawn(Dispatcher::new(inbox, handlers).run(std::future::pending()));
    Ok(announced)
}

/// A token for one user and one attempt.
async fn widget_token(client: &Client, user: &ExternalId) -> anyhow::Result<Secret> {
    let back = CallbackUrls::builder().success("app://linked").exit("app://left").build();
    let request = CreateWidgetToken::builder(Scopes::multi_region())
        .external_id(user)
        .widget(Widget::builder().callback_urls(back).build())
        .build()?;
    client.widget_tokens().create(&request).await?.access.context("an access token")
}

/// The address that the browser opens. It holds the token: show it to this user only.
fn page(mock: &MockBelvo, access: &Secret) -> String {
    WidgetUrl::builder(access.clone()).locale("pt").base_url(mock.widget_url()).build().expose().to_owned()
}
