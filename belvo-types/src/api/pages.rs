use provider_wire::{Integer, List, Text, record};

use super::{Consent, Institution, Link};

macro_rules! page {
    ($($(#[$meta:meta])* $name:ident of $item:ty;)*) => { $(
        $(#[$meta])*
        #[record]
        pub struct $name {
            /// How many there are on all pages.
            pub count: Option<Integer>,
            /// Address of the next page, null on the last one. Repeats the filters, so it may be personal.
            pub next: Option<Text>,
            /// Address of the page before.
            pub previous: Option<Text>,
            /// What stands on this page.
            pub results: List<$item>,
        }
    )* };
}

page! {
    /// A page of links.
    LinkPage of Link;
    /// A page of institutions.
    InstitutionPage of Institution;
    /// A page of consents.
    ConsentPage of Consent;
}
