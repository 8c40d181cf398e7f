use klavi_types::api::Link as Answer;
use klavi_types::events::EventName;
use klavi_types::{DateTime, Json};
use serde_json::{Value, json};

use super::Instance;
use super::tokens::TOKEN_SECONDS;
use crate::events::{self, About};
use crate::refusal::Refusal;
use crate::rules;
use crate::store::{AppLink, CallbackUrls, Link};
use provider_mock::fresh;
use provider_mock::later;

/// A link that is asked for, each field checked by itself.
#[derive(Default)]
pub(crate) struct NewLink {
    pub(crate) personal_tax_id: Option<String>,
    pub(crate) business_tax_id: Option<String>,
    pub(crate) institution_code: Option<String>,
    pub(crate) redirect_url: Option<String>,
    pub(crate) app_link: Option<AppLink>,
    pub(crate) connection_key: Option<String>,
    pub(crate) callback_urls: Option<CallbackUrls>,
    pub(crate) external_info: Option<Json>,
}

impl Instance {
    pub(crate) fn create_link(&self, new: NewLink) -> Result<Answer, Refusal> {
        if let Some(code) = &new.institution_code {
            self.institution_in_service(code)?;
        }
        if let Some(key) = &new.connection_key
            && self.store().connection(key).is_none()
        {
            let message = "connectionKey is of no connection";
            return Err(Refusal::by(&rules::CONNECTION_KEY, message));
        }
        let now = self.clock.now();
        let link = Link {
            id: fresh::id(),
            token: fresh::token("link"),
            page_token: fresh::token("page"),
            created_at: now,
            expires_at: later(now, TOKEN_SECONDS),
            personal_tax_id: new.personal_tax_id,
            business_tax_id: new.business_tax_id,
            institution_code: new.institution_code,
            redirect_url: new.redirect_url,
            app_link: new.app_link,
            connection_key: new.connection_key,
            callback_urls: new.callback_urls,
            external_info: new.external_info,
            typed_subject: None,
        };
        let mut answer = Answer::default();
        answer.link_id = Some(link.id.as_str().into());
        answer.link_url = Some(self.link_page(&link).into());
        answer.link_token = Some(link.token.as_str().into());
        answer.expire_in = Some(TOKEN_SECONDS.into());

        let info = link.external_info.clone();
        let behaviour = self.behaviour.get();
        let event =
            events::delivery(self, &behaviour, &EventName::LinkCreated, About::Link(&link), info, now);
        self.store().links.push(link);
        self.send(vec![event]);
        Ok(answer)
    }

    /// What `GET /data/v1/links/{linkId}` answers.
    pub(crate) fn link_details(&self, id: &str) -> Option<Value> {
        let store = self.store();
        let link = store.link(id)?;
        Some(json!({
            "linkId": link.id,
            "linkURL": self.link_page(link),
            "personalTaxId": link.personal_tax_id.as_deref().unwrap_or_default(),
            "businessTaxId": link.business_tax_id.as_deref().unwrap_or_default(),
            "institutionCode": link.institution_code,
            "redirectURL": link.redirect_url,
            "externalInfo": link.external_info,
            "createdAt": DateTime::from(link.created_at),
            "expireAt": DateTime::from(link.expires_at),
        }))
    }

    fn link_page(&self, link: &Link) -> String {
        format!("{}/conecte?v={}", self.base_url(), link.page_token)
    }
}
