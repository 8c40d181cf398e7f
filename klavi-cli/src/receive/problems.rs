//! What is wrong with a configuration: each problem in one sentence that begins with its place.
//!
//! Knows places. It must not know what the settings mean.

use std::fmt;
use std::ops::Range;

use anyhow::anyhow;
use toml::Spanned;

use crate::config_file::ConfigFile;
use crate::exit::Failure;

/// Problems found so far.
#[derive(Debug, Default)]
pub(super) struct Problems {
    /// Which refuse the configuration.
    pub(super) errors: Vec<Failure>,
    /// Which do not.
    pub(super) warnings: Vec<String>,
}

/// Where settings of a target come from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'f> {
    /// Tables of a file.
    File(&'f ConfigFile),
    /// The options around `--forward`.
    Forward,
    /// `--publish`.
    Publish,
}

impl Problems {
    /// The configuration cannot be used. `what` goes on from the place.
    pub(super) fn error(&mut self, place: impl fmt::Display, what: impl fmt::Display) {
        self.errors.push(Failure::unreadable(anyhow!("{place} {what}")));
    }

    /// The same, for a failure whose sentence says all but the place.
    pub(super) fn failure(&mut self, place: impl fmt::Display, failure: Failure) {
        let (Failure::Failed(error) | Failure::Unreadable(error)) = failure;
        self.errors.push(Failure::Unreadable(error.context(format!("{place}"))));
    }

    /// The result, or `None` and a problem.
    pub(super) fn take<T>(&mut self, result: Result<T, Failure>) -> Option<T> {
        result.map_err(|failure| self.errors.push(failure)).ok()
    }

    /// The configuration can be used, but hardly as it is meant.
    pub(super) fn warn(&mut self, place: impl fmt::Display, what: impl fmt::Display) {
        self.warnings.push(format!("{place} {what}"));
    }

    /// All errors as one. Warnings go to the log.
    pub(super) fn into_one(self) -> Result<(), Failure> {
        self.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
        let errors: Vec<_> = self.errors.iter().map(ToString::to_string).collect();
        if errors.is_empty() { Ok(()) } else { Err(Failure::unreadable(anyhow!("{}", errors.join("; ")))) }
    }

    /// Reports all errors but the last, which is returned. Warnings go to the log.
    pub(super) fn settle(self) -> Result<(), Failure> {
        let Self { mut errors, warnings } = self;
        warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
        let last = errors.pop();
        for failure in errors {
            let _ = failure.report();
        }
        last.map_or(Ok(()), Err)
    }
}

impl Source<'_> {
    /// Where a value stands; `option` names it where it comes from no file.
    pub(super) fn place<T>(&self, value: &Spanned<T>, option: &str) -> String {
        self.at(value.span(), option)
    }

    /// The same of a span.
    pub(super) fn at(&self, span: Range<usize>, option: &str) -> String {
        match self {
            Self::File(file) => file.place(span.start),
            Self::Forward => option.to_owned(),
            Self::Publish => "--publish".to_owned(),
        }
    }
}
