use provider_wire::{Integer, List, Text, record};

use super::{Consent, Institution, Link};

macro_rules! page {
    ($($(#[$meta:meta])* $name:ident of $item:ty;)*) => { $(
        record! {
            $(#[$meta])*
            pub struct $name {
                /// How many there are on all pages.
                pub count: Option<Integer> => "count",
                /// Address of the next page, null on the last one. Repeats the filters, so it may be personal.
                pub next: Option<Text> => "next",
                /// Address of the page before.
                pub previous: Option<Text> => "previous",
                /// What stands on this page.
                pub results: List<$item> => "results",
            }
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
