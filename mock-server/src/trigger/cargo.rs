use std::io;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use klavi_types::events::EventName;
use url::Url;

use super::event;
use crate::deliveries::{Content, Manner, Order, Parcel, ParcelKind};
use crate::{Error, cpf_cipher, events, fresh};
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

/// One event or report, before it is said where it goes.
pub(super) struct Cargo {
    kind: ParcelKind,
    name: String,
    key: String,
    request_id: Option<String>,
    content: Content,
}

impl Issuer<'_> {
    /// Makes one, under ids of its own.
    pub(super) async fn make(&self, what: &What, now: Timestamp) -> Result<Cargo, Error> {
        match what {
            What::Report(recipe) => self.report(recipe.clone(), now).await,
            What::Event { name, seed } => Ok(self.event(name, *seed, now)),
        }
    }

    fn event(&self, name: &EventName, seed: u64, now: Timestamp) -> Cargo {
        let event_id = fresh::event_id(now);
        let payload = event::payload(name, seed);
        let body = events::body(self.partner_app_id, &event_id, name.clone(), payload, None, now);
        Cargo {
            kind: ParcelKind::Event,
            name: name.to_string(),
            key: event_id,
            request_id: None,
            content: Content::Kept(body),
        }
    }

    /// On a thread of its own: it may be large.
    async fn report(&self, recipe: Recipe, now: Timestamp) -> Result<Cargo, Error> {
        let encoded_cpf = self.encoded_cpf.then(|| cpf_cipher::encode(self.secret_key, &recipe.cpf()));
        let recipe = if self.encoded_cpf { recipe.version(Version::V1_1) } else { recipe };
        let (report_id, request_id) = (fresh::id(), seeded_id(recipe.seed_number(), "request"));
        let (name, key, request) = (recipe.product().to_string(), report_id.clone(), request_id.clone());
        let write = move |out: &mut dyn io::Write| {
            let ids = Ids { report: &report_id, request: &request_id, encoded_cpf: encoded_cpf.as_deref() };
            recipe.write_as(now, &ids, out)
        };
        let secret_key = self.secret_key.to_owned();
        let made = tokio::task::spawn_blocking(move || Content::make(&secret_key, Box::new(write))).await;
        let content = made.map_err(io::Error::other).flatten().map_err(Error::Report)?;
        Ok(Cargo { kind: ParcelKind::Report, name, key, request_id: Some(request), content })
    }
}

impl Cargo {
    pub(super) fn content(&self) -> Content {
        self.content.clone()
    }

    pub(super) fn order(&self, url: Option<Url>, manner: Manner) -> Order {
        let (body, made) = match &self.content {
            Content::Kept(body) => (body.clone(), None),
            Content::Made(made) => (Bytes::new(), Some(Arc::clone(made))),
        };
        let parcel = Parcel {
            kind: self.kind,
            name: self.name.clone(),
            key: self.key.clone(),
            request_id: self.request_id.clone(),
            url,
            body,
        };
        Order { parcel, manner, made }
    }
}
