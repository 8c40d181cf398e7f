//! What to look for among links that were listed: orphans, duplicates, links that need their user. Pure functions.
//!
//! Belvo keeps every link that a user ever made, and makes another one for each new attempt. So look at the start of a
//! session: list the user's links by his external id, adopt [`orphans`], put [newer twins](replacements) in place of
//! older ones, and see [`by_action`] which links need the user.

use std::collections::BTreeMap;

use crate::api::{Link, LinkAction, LinkStatus};
use crate::{DateTime, ExternalId, InstitutionName, InstitutionUserId, LinkId};

/// Valid links of a user that you have not stored: the user left the app while the widget said "done".
///
/// ```
/// use belvo_types::api::Link;
/// use belvo_types::links::orphans;
/// use belvo_types::{ExternalId, LinkId, decode};
///
/// let user: ExternalId = "user-7f3a".parse()?;
/// let link = decode::<Link>(br#"{"id":"0f9c1c3e","status":"valid","external_id":"user-7f3a"}"#)?.value;
/// let links = [link];
/// assert_eq!(orphans(&links, &user, &[]).len(), 1);
/// assert_eq!(orphans(&links, &user, &["0f9c1c3e".into()]).len(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn orphans<'l>(links: &'l [Link], external_id: &ExternalId, stored: &[LinkId]) -> Vec<&'l Link> {
    links
        .iter()
        .filter(|link| link.is_valid())
        .filter(|link| link.external_id.as_ref().is_some_and(|id| external_id == id))
        .filter(|link| link.id.as_ref().is_some_and(|id| !stored.contains(id)))
        .collect()
}

/// Links of one user at one institution, two or more, the oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Duplicates<'l>(Vec<&'l Link>);

impl<'l> Duplicates<'l> {
    /// All of them, the oldest first.
    #[must_use]
    pub fn all(&self) -> &[&'l Link] {
        &self.0
    }

    /// The one to keep: the newest that works, else the newest.
    ///
    /// # Panics
    /// Never: there are at least two.
    #[must_use]
    pub fn keep(&self) -> &'l Link {
        let newest = self.0.iter().rev().find(|link| link.is_valid()).or(self.0.last());
        newest.expect("a group has at least two links")
    }

    /// The others, which can be deleted.
    pub fn surplus(&self) -> impl Iterator<Item = &'l Link> {
        let keep = self.keep();
        self.0.iter().copied().filter(move |link| !std::ptr::eq(*link, keep))
    }
}

/// Links that are duplicates of each other by `institution_user_id`. An unconfirmed link does not count.
///
/// Links made before 2022-02-08 have no such id: see [`duplicates_by`].
#[must_use]
pub fn duplicates(links: &[Link]) -> Vec<Duplicates<'_>> {
    duplicates_by(links, |_| Vec::<()>::new())
}

/// The same, and beside that links at one institution that share an account.
///
/// `accounts` names the accounts of a link in a form that is the same for each link, such as agency and number; empty
/// where you do not know them.
#[must_use]
pub fn duplicates_by<K: PartialEq>(
    links: &[Link],
    mut accounts: impl FnMut(&Link) -> Vec<K>,
) -> Vec<Duplicates<'_>> {
    let mut groups: Vec<Group<'_, K>> = Vec::new();
    for link in links.iter().filter(|link| link.status != Some(LinkStatus::Unconfirmed)) {
        let mut group = Group::of(link, accounts(link));
        // A link may tie groups together: one by its id, another by its accounts.
        groups.retain_mut(|other| {
            let apart = !group.overlaps(other);
            if !apart {
                group.take_in(other);
            }
            apart
        });
        groups.push(group);
    }
    groups.retain(|group| group.links.len() > 1);
    groups.into_iter().map(Group::finish).collect()
}

/// Links found to be of one user so far, and what they are known by.
struct Group<'l, K> {
    links: Vec<&'l Link>,
    users: Vec<&'l InstitutionUserId>,
    accounts: Vec<(&'l InstitutionName, K)>,
}

impl<'l, K: PartialEq> Group<'l, K> {
    fn of(link: &'l Link, accounts: Vec<K>) -> Self {
        let user = link.institution_user_id.as_ref().filter(|id| !id.as_str().is_empty());
        let institution = link.institution.as_ref();
        let accounts = accounts.into_iter().filter_map(|account| Some((institution?, account)));
        Self { links: vec![link], users: user.into_iter().collect(), accounts: accounts.collect() }
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.users.iter().any(|user| other.users.contains(user))
            || self.accounts.iter().any(|account| other.accounts.contains(account))
    }

    fn take_in(&mut self, other: &mut Self) {
        self.links.append(&mut other.links);
        self.users.append(&mut other.users);
        self.accounts.append(&mut other.accounts);
    }

    fn finish(mut self) -> Duplicates<'l> {
        self.links.sort_by_key(|link| link.created_at.and_then(DateTime::timestamp_assuming_utc));
        Duplicates(self.links)
    }
}

/// A stored id that another one takes the place of.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Replacement<'l> {
    /// The id that you have stored.
    pub old: &'l LinkId,
    /// The link to store in its place.
    pub new: &'l Link,
}

/// Which of your stored ids have a newer twin that takes their place.
#[must_use]
pub fn replacements<'l>(duplicates: &[Duplicates<'l>], stored: &[LinkId]) -> Vec<Replacement<'l>> {
    let mut replacements = Vec::new();
    for group in duplicates {
        let new = group.keep();
        let olds = group.surplus().filter_map(|link| link.id.as_ref());
        replacements.extend(olds.filter(|id| stored.contains(id)).map(|old| Replacement { old, new }));
    }
    replacements
}

/// Links that need their user, by what he has to do. Links that work, and those whose status is not known, are left
/// out.
#[must_use]
pub fn by_action<'l>(links: impl IntoIterator<Item = &'l Link>) -> BTreeMap<LinkAction, Vec<&'l Link>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for link in links.into_iter().filter(|link| link.action().needs_user()) {
        groups.entry(link.action()).or_default().push(link);
    }
    groups
}
