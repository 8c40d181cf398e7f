//! Which targets an entry is for, decided once, when it is taken in. It must not know what a target is.

use std::sync::{Arc, PoisonError, RwLock};

use crate::{EntryKind, Envelope, Filter, Target};

/// Which entries a target takes: every list that is given has to hold what the entry is; one that is empty asks nothing.
///
/// ```
/// use klavi_webhook::{EntryKind, Selection};
///
/// let balances = Selection { kinds: vec![EntryKind::Report], names: vec!["pf_balance".into()], ..Selection::default() };
/// # let _ = balances;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Kinds.
    pub kinds: Vec<EntryKind>,
    /// Names of products or events, as `pf_balance`.
    pub names: Vec<String>,
    /// Names of [providers](crate::Provider::name).
    pub providers: Vec<String>,
    /// Codes of institutions.
    pub institutions: Vec<String>,
}

impl Selection {
    /// Whether it takes an entry with that envelope.
    pub fn takes(&self, envelope: &Envelope) -> bool {
        fn holds(list: &[String], text: Option<&String>) -> bool {
            list.is_empty() || text.is_some_and(|text| list.contains(text))
        }
        (self.kinds.is_empty() || self.kinds.contains(&envelope.kind))
            && holds(&self.names, envelope.name.as_ref())
            && holds(&self.providers, envelope.provider.as_ref())
            && holds(&self.institutions, envelope.institution_code.as_ref())
    }

    /// Filters that together select what it takes, each entry at most once: to [assign](crate::Change::Assign) what was
    /// stored before.
    pub fn filters(&self) -> Vec<Filter> {
        fn each(list: &[String]) -> Vec<Option<String>> {
            if list.is_empty() { vec![None] } else { list.iter().cloned().map(Some).collect() }
        }
        let mut filters = Vec::new();
        for name in each(&self.names) {
            for provider in each(&self.providers) {
                for institution_code in each(&self.institutions) {
                    let (name, provider) = (name.clone(), provider.clone());
                    let kinds = self.kinds.clone();
                    filters.push(Filter { kinds, name, provider, institution_code, ..Filter::all() });
                }
            }
        }
        filters
    }
}

/// Which targets there are and what each of them takes. Clones share it, so that it can be [replaced](Self::replace)
/// while a receiver uses it.
#[derive(Clone, Debug, Default)]
pub struct Routing(Arc<RwLock<Table>>);

type Table = Arc<[(Target, Selection)]>;

impl Routing {
    /// To these targets. An entry that none of them takes is for the [default](Target::default) one, where it waits until
    /// somebody asks for it.
    pub fn new(targets: Vec<(Target, Selection)>) -> Self {
        Self(Arc::new(RwLock::new(targets.into())))
    }

    /// From now on to these.
    pub fn replace(&self, targets: Vec<(Target, Selection)>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = targets.into();
    }

    /// The targets of an entry with that envelope.
    pub fn targets(&self, envelope: &Envelope) -> Vec<Target> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        let taking = all.iter().filter(|(_, selection)| selection.takes(envelope));
        let targets: Vec<_> = taking.map(|(target, _)| target.clone()).collect();
        if targets.is_empty() { vec![Target::default()] } else { targets }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;

    fn envelope(kind: EntryKind, name: &str) -> Envelope {
        let mut envelope = Envelope::new(kind, Clock::system().now());
        envelope.name = Some(name.to_owned());
        envelope.provider = Some("bank".to_owned());
        envelope
    }

    fn names(names: &[&str]) -> Selection {
        Selection { names: names.iter().map(|name| (*name).to_owned()).collect(), ..Selection::default() }
    }

    #[test]
    fn an_entry_is_for_every_target_that_takes_it_and_else_for_the_default_one() {
        let routing = Routing::new(vec![
            ("balances".into(), names(&["pf_balance", "pj_balance"])),
            ("reports".into(), Selection { kinds: vec![EntryKind::Report], ..Selection::default() }),
        ]);
        let report = envelope(EntryKind::Report, "pf_balance");
        assert_eq!(routing.targets(&report), ["balances".into(), "reports".into()]);
        let other = envelope(EntryKind::Report, "pf_income");
        assert_eq!(routing.targets(&other), ["reports".into()]);
        let event = envelope(EntryKind::Event, "consent_authorised");
        assert_eq!(routing.targets(&event), [Target::default()]);

        routing.clone().replace(vec![("all".into(), Selection::default())]);
        assert_eq!(routing.targets(&event), ["all".into()]);
    }

    #[test]
    fn an_entry_without_the_member_is_not_taken_where_it_is_asked_for() {
        let mut report = envelope(EntryKind::Report, "pf_balance");
        let of_bank = Selection { institutions: vec!["033".to_owned()], ..Selection::default() };
        assert!(!of_bank.takes(&report));
        report.institution_code = Some("033".to_owned());
        assert!(of_bank.takes(&report));
    }

    #[test]
    fn the_filters_of_a_selection_select_what_it_takes() {
        let selection = Selection {
            kinds: vec![EntryKind::Report],
            names: vec!["a".to_owned(), "b".to_owned()],
            institutions: vec!["1".to_owned(), "2".to_owned()],
            ..Selection::default()
        };
        let filters = selection.filters();
        assert_eq!(filters.len(), 4);
        assert!(filters.iter().all(|filter| filter.kinds == [EntryKind::Report]));
        assert_eq!(Selection::default().filters(), [Filter::all()]);
    }
}
