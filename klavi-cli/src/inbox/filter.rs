//! Which entries a command is about: the one filter of `list`, `replay`, `export`, `prune` and `erase`.

use clap::Args as ClapArgs;
use jiff::Timestamp;
use klavi_types::TaxId;
use klavi_webhook::{EntryId, EntryKind, EntryState, Filter, Inbox, Target};

use super::customer;
use crate::exit::Failure;

/// Every condition that is given has to hold.
#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Which entries")]
pub(super) struct FilterArgs {
    /// Numbers of entries
    #[arg(value_name = "ID")]
    ids: Vec<EntryId>,
    /// Only entries in this state: pending, leased, done, dead, quarantined or outstanding; several with commas
    #[arg(long = "state", value_name = "S", value_delimiter = ',')]
    pub(super) states: Vec<EntryState>,
    /// Only entries of this kind: report, event, `legacy_report`, unknown or expectation; several with commas
    #[arg(long = "kind", value_name = "K", value_delimiter = ',')]
    kinds: Vec<EntryKind>,
    /// Only entries of this product or event
    #[arg(long, value_name = "N")]
    name: Option<String>,
    /// Only entries of this link
    #[arg(long, value_name = "L")]
    link: Option<String>,
    /// Only entries of this consent
    #[arg(long, value_name = "C")]
    consent: Option<String>,
    /// Only entries of the customer with this tax id, and of their links: reads all bodies, which is slow
    #[arg(long, value_name = "CPF|CNPJ")]
    customer: Option<TaxId>,
    /// Only entries of this institution
    #[arg(long, value_name = "CODE")]
    institution: Option<String>,
    /// Only entries of this report request
    #[arg(long, value_name = "R")]
    request: Option<String>,
    /// Only entries of this provider: klavi or belvo
    #[arg(long, value_name = "P")]
    provider: Option<String>,
    /// Only entries for this target
    #[arg(long, value_name = "T")]
    target: Option<String>,
    /// Only entries that were received then or later: 2026-11-22T10:00:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Only entries that were received before: 2026-11-23T10:00:00Z
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
}

impl FilterArgs {
    /// Whether any condition was given.
    pub(super) fn is_given(&self) -> bool {
        self.customer.is_some() || self.filter() != Filter::all()
    }

    /// The numbers, where nothing but numbers was given.
    pub(super) fn only_ids(&self) -> Option<&[EntryId]> {
        let mut rest = self.filter();
        rest.ids.clear();
        let only = !self.ids.is_empty() && self.customer.is_none() && rest == Filter::all();
        only.then_some(&self.ids)
    }

    /// The filters of the library that together select the entries. No entry is selected by two of them.
    pub(super) async fn resolve(&self, inbox: &dyn Inbox) -> Result<Vec<Filter>, Failure> {
        match self.customer {
            None => Ok(vec![self.filter()]),
            Some(customer) => customer::filters(inbox, customer, &self.filter()).await,
        }
    }

    fn filter(&self) -> Filter {
        let mut filter = Filter::all();
        filter.ids.clone_from(&self.ids);
        filter.states.clone_from(&self.states);
        filter.kinds.clone_from(&self.kinds);
        filter.name.clone_from(&self.name);
        filter.link_id.clone_from(&self.link);
        filter.consent_id.clone_from(&self.consent);
        filter.institution_code.clone_from(&self.institution);
        filter.request_id.clone_from(&self.request);
        filter.provider.clone_from(&self.provider);
        filter.target = self.target.as_deref().map(Target::new);
        filter.since = self.since;
        filter.until = self.until;
        filter
    }
}
