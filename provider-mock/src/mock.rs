//! One running mock, as the control API and the console see it.

use std::sync::Arc;

use axum::extract::FromRef;
use html_kit::Lang;
use maud::Markup;
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use crate::call;
use crate::{Clock, Deliveries, Faults, Recorder, SendOptions};

/// One running mock: what the control API and the console need of it.
pub trait Mock: Send + Sync + 'static {
    /// Its time.
    fn clock(&self) -> &Clock;

    /// What it sends.
    fn deliveries(&self) -> &Arc<Deliveries>;

    /// The faults that wait for calls.
    fn faults(&self) -> &Faults;

    /// The calls that came.
    fn recorder(&self) -> &Recorder;

    /// Lets happen what is due.
    fn pass_time(&self);

    /// Everything as at the start.
    fn reset(&self);

    /// Where deliveries go that have no address of their own.
    fn default_target(&self) -> Option<Url>;

    /// How deliveries are sent now.
    fn send_options(&self) -> SendOptions;

    /// Names of the members of a call's body that are secrets.
    fn secrets(&self) -> &'static [&'static str];

    /// Members of calls that the documentation does not have.
    fn unknown_fields(&self) -> Vec<UnknownFields>;

    /// What the console shows of the provider alone.
    fn console(&self) -> &dyn ConsoleParts;
}

/// What the console shows of one provider alone. Forms in it lead to routes of the provider's mock.
pub trait ConsoleParts {
    /// Names and values that a partner's program is set up with: an id for the page, a name and the value of each.
    fn credentials(&self, lang: Lang) -> Vec<(&'static str, String, String)>;

    /// A line for a shell that sets them.
    fn variables(&self) -> String;

    /// In what it behaves other than by default, in a few words each.
    fn differences(&self, lang: Lang) -> Vec<String>;

    /// The newest connections, for the overview; `None` where there are none yet.
    fn newest_connections(&self, lang: Lang) -> Option<Markup>;

    /// All connections; each list by itself, page by page as the input says.
    fn connections(&self, lang: Lang, input: &html_kit::Input) -> Markup;

    /// A form for what can be sent on demand.
    fn trigger(&self, lang: Lang) -> Markup;

    /// Forms for how it behaves.
    fn settings(&self, lang: Lang) -> Markup;

    /// What a reset forgets, with numbers.
    fn forgotten(&self, lang: Lang) -> Vec<(usize, &'static str)>;

    /// A path that faults could strike.
    fn example_path(&self) -> &'static str;
}

/// How many sets of names are kept, and how much of a name: whoever tries everything has more.
const KEPT: usize = 1_000;
const NAME: usize = 100;

/// Members of a request that the documentation does not have. Names only, values may be personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UnknownFields {
    /// Method and path template, `POST /data/v1/links`.
    pub endpoint: String,
    /// Names of the members or query parameters.
    pub names: Vec<String>,
}

impl UnknownFields {
    /// Of that endpoint.
    pub fn new(endpoint: impl Into<String>, names: Vec<String>) -> Self {
        Self { endpoint: endpoint.into(), names }
    }

    /// Keeps them, the same ones at the same endpoint once.
    pub fn note(mut self, kept: &mut Vec<Self>) {
        self.names.truncate(NAME);
        for name in &mut self.names {
            name.truncate(name.floor_char_boundary(NAME));
        }
        call::note_unknown_fields(&self.names);
        if kept.len() < KEPT && !kept.contains(&self) {
            kept.push(self);
        }
    }
}

/// A running mock of any provider.
#[derive(Clone)]
pub struct Shared(pub Arc<dyn Mock>);

impl<M: Mock> FromRef<Arc<M>> for Shared {
    fn from_ref(mock: &Arc<M>) -> Self {
        Self(Arc::<M>::clone(mock))
    }
}

impl std::ops::Deref for Shared {
    type Target = dyn Mock;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared(..)")
    }
}
