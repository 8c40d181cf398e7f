//! What a trigger sends.

use std::io;

use jiff::Timestamp;
use klavi_types::DeliveryKind;
use klavi_types::events::EventName;
use url::Url;

use super::event;
use crate::signature::Signer;
use crate::{cpf_cipher, events};
use provider_mock::deliveries::{Body, Delivery};
use provider_mock::{Error, fresh};
use synthetic_data::{Ids, Recipe, Version, seeded_id};

/// What is asked for.
#[derive(Clone, Debug)]
pub(super) enum What {
    Report(Recipe),
    Event { name: EventName, seed: u64 },
}

impl What {
    pub(super) fn seed(&self) -> u64 {
        match self {
            Self::Report(recipe) => recipe.seed_number(),
            Self::Event { seed, .. } => *seed,
        }
    }
}

/// On whose behalf it is made, and how.
#[derive(Clone, Copy)]
pub(crate) struct Issuer<'a> {
    pub(crate) secret_key: &'a str,
    pub(crate) partner_app_id: &'a str,
    pub(crate) encoded_cpf: bool,
}

impl Issuer<'_> {
    /// Makes one for that address, under ids of its own.
    pub(super) async fn make(&self, what: &What, now: Timestamp, to: Option<Url>) -> Result<Delivery, Error> {
        match what {
            What::Report(recipe) => self.report(recipe.clone(), now, to).await,
            What::Event { name, seed } => Ok(self.event(name, *seed, now, to)),
        }
    }

    fn event(&self, name: &EventName, seed: u64, now: Timestamp, to: Option<Url>) -> Delivery {
        let event_id = fresh::event_id(now);
        let payload = event::payload(name, seed);
        let body = events::body(self.partner_app_id, &event_id, name.clone(), payload, None, now);
        Delivery::new(DeliveryKind::Events.as_str(), name.as_str(), event_id, to, Body::Kept(body))
    }

    /// On a thread of its own: it may be large.
    async fn report(&self, recipe: Recipe, now: Timestamp, to: Option<Url>) -> Result<Delivery, Error> {
        let encoded_cpf = self.encoded_cpf.then(|| cpf_cipher::encode(self.secret_key, &recipe.cpf()));
        let recipe = if self.encoded_cpf { recipe.version(Version::V1_1) } else { recipe };
        let (report_id, request_id) = (fresh::id(), seeded_id(recipe.seed_number(), "request"));
        let (name, key, request) = (recipe.product().to_string(), report_id.clone(), request_id.clone());
        let write = move |out: &mut dyn io::Write| {
            let ids = Ids { report: &report_id, request: &request_id, encoded_cpf: encoded_cpf.as_deref() };
            recipe.write_as(now, &ids, out).map(drop)
        };
        let signer = Signer::new(self.secret_key);
        let made = tokio::task::spawn_blocking(move || Body::make(signer, Box::new(write))).await;
        let body = made.map_err(io::Error::other).flatten().map_err(Error::Report)?;
        Ok(Delivery::new(DeliveryKind::Report.as_str(), name, key, to, body).of_request(request))
    }
}
