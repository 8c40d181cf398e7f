//! The code of the READMEs, guides and concepts, run as doctests.

#![allow(clippy::doc_markdown, reason = "prose for people")]
#![doc = include_str!("../README.md")]

/// The pages that have programs.
macro_rules! pages {
    ($($name:ident: $file:literal),* $(,)?) => {
        $(#[doc = include_str!(concat!("../docs/", $file))] pub mod $name {})*
    };
}

pages! {
    first_link: "guides/first-link.md",
    first_link_pt_br: "guides/first-link.pt-BR.md",
    white_label: "guides/white-label.md",
    api_only: "guides/api-only.md",
    reports: "guides/reports.md",
    statements: "guides/statements.md",
    errors: "guides/errors.md",
    testing: "guides/testing.md",
    moving_over: "guides/moving-over.md",
    belvo_first_link: "guides/belvo-first-link.md",
    belvo_mfa: "guides/belvo-mfa.md",
    belvo_clean_up: "guides/belvo-clean-up.md",
    lenient_decoding: "concepts/lenient-decoding.md",
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
