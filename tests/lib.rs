//! The code of the READMEs and of the guides, run as doctests.

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
    statements: "statements.md",
    errors: "errors.md",
    testing: "testing.md",
    moving_over: "moving-over.md",
    belvo_first_link: "belvo-first-link.md",
    belvo_mfa: "belvo-mfa.md",
    belvo_clean_up: "belvo-clean-up.md",
    belvo_side_by_side: "belvo-side-by-side.md",
}

/// The README of each crate that has code.
macro_rules! readmes {
    ($($name:ident: $folder:literal),* $(,)?) => {
        $(#[doc = include_str!(concat!("../", $folder, "/README.md"))] pub mod $name {})*
    };
}

readmes! {
    klavi_sdk_readme: "klavi-sdk",
    klavi_types_readme: "klavi-types",
    klavi_webhook_readme: "klavi-webhook",
    klavi_mock_readme: "mock-server",
    belvo_sdk_readme: "belvo-sdk",
}
