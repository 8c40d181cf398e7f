//! The parts of the console that are Belvo's alone.

mod acts;
mod connections;
mod settings;

use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use html_kit::{Input, Lang};
use maud::{Markup, html};
use provider_mock::ConsoleParts;
use provider_mock::console::{Field, Place, hidden, quoted};

use crate::instance::Instance;

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/_mock/console/links/{id}", post(acts::link))
        .route("/_mock/console/behaviour", post(acts::behaviour))
        .route("/_mock/console/webhook", post(acts::webhook))
        .route("/_mock/console/trigger", post(acts::trigger))
}

impl ConsoleParts for Instance {
    fn credentials(&self, lang: Lang) -> Vec<(&'static str, String, String)> {
        let named = |id, name: &str, value: &str| (id, name.to_owned(), value.to_owned());
        vec![
            named("base-url", lang.say("URL base", "Base URL"), &self.base_url()),
            named("secret-id", "secretId", self.settings.secret_id.expose()),
            named("secret-password", "secretPassword", self.settings.secret_password.expose()),
            named("widget", lang.say("Widget", "Widget"), &format!("{}/widget", self.base_url())),
        ]
    }

    fn variables(&self) -> String {
        format!(
            "BELVO_BASE_URL={} BELVO_SECRET_ID={} BELVO_SECRET_PASSWORD={}",
            self.base_url(),
            quoted(self.settings.secret_id.expose()),
            quoted(self.settings.secret_password.expose())
        )
    }

    fn differences(&self, lang: Lang) -> Vec<String> {
        settings::differences(lang, self)
    }

    fn newest_connections(&self, lang: Lang) -> Option<Markup> {
        connections::newest(lang, self)
    }

    fn connections(&self, lang: Lang, input: &Input) -> Markup {
        connections::show(lang, self, input)
    }

    fn trigger(&self, lang: Lang) -> Markup {
        html! {
            form.fields method="post" action="/_mock/console/trigger" {
                (hidden(lang, Place::Deliveries))
                (Field::new("webhookType", "webhook_type", "").choice("TRANSACTIONS", &[
                    ("TRANSACTIONS", "TRANSACTIONS"),
                    ("ACCOUNTS", "ACCOUNTS"),
                    ("OWNERS", "OWNERS"),
                    ("BILLS", "BILLS"),
                    ("LINK", "LINK"),
                    ("CONSENT", "CONSENT"),
                ]))
                (Field::new(
                    "webhookCode",
                    "webhook_code",
                    lang.say("Como historical_update.", "Such as historical_update."),
                ).text("historical_update"))
                (Field::new(
                    "linkId",
                    "link_id",
                    lang.say("Vazio: um que ninguém conhece.", "Empty: one that nobody knows."),
                ).text(""))
                p.actions { button.button.primary { (lang.say("Enviar", "Send")) } }
            }
        }
    }

    fn settings(&self, lang: Lang) -> Markup {
        settings::show(lang, self)
    }

    fn forgotten(&self, lang: Lang) -> Vec<(usize, &'static str)> {
        let store = self.store();
        vec![
            (store.links.len(), lang.say("links", "links")),
            (store.consents.len(), lang.say("consentimentos", "consents")),
            (store.tokens.len(), lang.say("tokens do widget", "widget tokens")),
        ]
    }

    fn example_path(&self) -> &'static str {
        "/api/*"
    }
}
