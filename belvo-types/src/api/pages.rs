use provider_wire::{Integer, List, Text, Value, record};

use super::{Consent, Institution, Link};

/// A page of a list.
#[record]
pub struct Page<T: Value> {
    /// How many there are on all pages.
    pub count: Option<Integer>,
    /// Address of the next page, null on the last one. Repeats the filters, so it may be personal.
    pub next: Option<Text>,
    /// Address of the page before.
    pub previous: Option<Text>,
    /// The items on this page.
    pub results: List<T>,
}

/// A page of links.
pub type LinkPage = Page<Link>;

/// A page of institutions.
pub type InstitutionPage = Page<Institution>;

/// A page of consents.
pub type ConsentPage = Page<Consent>;
