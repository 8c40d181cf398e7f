use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Instance;
use crate::figures::Figures;
use crate::store::{AccessMode, Consent, Link};
use crate::webhook::{self, News};
use provider_mock::SendOptions;
use provider_mock::deliveries::{Body, Delivery};

impl Instance {
    /// Sends webhooks, one after the other.
    pub(crate) fn announce(&self, news: Vec<News>) -> Vec<Delivery> {
        if news.is_empty() {
            return Vec::new();
        }
        let (behaviour, hook) = (self.behaviour(), self.hook());
        let options = SendOptions { duplicates: behaviour.duplicates, ..SendOptions::default() };
        let made = news.into_iter().map(|news| {
            let webhook_id = Uuid::new_v4().simple().to_string();
            let body = Body::Kept(news.body(behaviour.webhooks, &webhook_id));
            Delivery::new(news.webhook_type, news.webhook_code, webhook_id, hook.url.clone(), body)
                .of_link(news.link_id)
                .options(options)
        });
        self.deliveries.queue(made.collect())
    }

    /// One for each resource whose history has been fetched.
    pub(super) fn historical_news(
        &self,
        link: &Link,
        resources: &[&'static str],
        request_id: Uuid,
        now: Timestamp,
    ) -> Vec<News> {
        let figures = Figures::new(self.settings.seed, link.username.expose(), link.institution, now);
        resources
            .iter()
            .map(|resource| News {
                process_type: Some(webhook::HISTORICAL),
                ..news(link, resource, webhook::HISTORICAL, request_id, figures.historical(resource))
            })
            .collect()
    }

    /// What has come since the data were fetched the last time.
    pub(super) fn recurrent_news(&self, link: &Link, at: Timestamp) -> Vec<News> {
        let figures = Figures::new(self.settings.seed, link.username.expose(), link.institution, at);
        let request_id = Uuid::new_v4();
        let of_resource = |resource: &&'static str| {
            let (code, data) = figures.recurrent(resource, link.fetched_until)?;
            let process_type = Some(webhook::RECURRENT);
            Some(News { process_type, ..news(link, resource, code, request_id, data) })
        };
        resources(link).iter().filter_map(of_resource).collect()
    }
}

/// What is fetched of a link: of a single one what was asked for.
pub(super) fn resources(link: &Link) -> &[&'static str] {
    if link.fetch_resources.is_empty() && link.access_mode == AccessMode::Recurrent {
        link.institution.resources
    } else {
        &link.fetch_resources
    }
}

/// About the link itself.
pub(super) fn of_link(link: &Link, code: &str, request_id: Uuid, data: Value) -> News {
    news(link, "LINK", code, request_id, data)
}

/// That the institution no longer lets the link in.
pub(super) fn invalid_credentials(link: &Link) -> News {
    let data = json!({
        "error_code": "login_error",
        "error_message": "Invalid credentials provided to login to the institution",
        "status": 400,
    });
    of_link(link, "invalid_credentials", Uuid::new_v4(), data)
}

/// About the consent of a link. `due` is there where it has not expired yet.
pub(super) fn of_consent(link: &Link, consent: &Consent, code: &str, due: Option<Timestamp>) -> News {
    let mut data = json!({
        "consent_id": consent.id,
        "action": "renew",
        "institution": consent.institution.name,
        "institution_display_name": consent.institution.display_name,
        "institution_icon_logo": format!("https://institutions.example/{}.svg", consent.institution.name),
    });
    if let Some(due) = due {
        data["consent_due_date"] = json!(due.strftime("%Y-%m-%d").to_string());
    }
    news(link, "CONSENT", code, Uuid::new_v4(), data)
}

fn news(link: &Link, webhook_type: &str, webhook_code: &str, request_id: Uuid, data: Value) -> News {
    News {
        webhook_type: webhook_type.to_owned(),
        webhook_code: webhook_code.to_owned(),
        process_type: None,
        link_id: link.id.clone(),
        external_id: link.external_id.clone(),
        request_id,
        data,
    }
}
