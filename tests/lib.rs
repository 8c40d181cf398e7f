//! The code of the README and of the guides, run as doctests.

#![allow(clippy::doc_markdown, reason = "prose for people")]
#![doc = include_str!("../README.md")]

/// The guides.
macro_rules! guides {
    ($($name:ident: $file:literal),* $(,)?) => {
        $(#[doc = include_str!(concat!("../docs/guides/", $file))] pub mod $name {})*
    };
}

guides! {
    first_link: "first-link.md",
    first_link_pt_br: "first-link.pt-BR.md",
    white_label: "white-label.md",
    api_only: "api-only.md",
    reports: "reports.md",
    errors: "errors.md",
    testing: "testing.md",
    moving_over: "moving-over.md",
}
