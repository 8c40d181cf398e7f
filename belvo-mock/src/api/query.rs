use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use url::form_urlencoded;

use crate::refusal::Refusal;
use crate::rules;

/// The query of a call. Parameters that are not known change nothing, as in Django.
pub(super) struct Query {
    pairs: Vec<(String, String)>,
    pub(super) path: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self {
            pairs: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            path: parts.uri.path().to_owned(),
        })
    }
}

impl Query {
    /// The last value of that name; an empty one counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().rev().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether a value fits `name` and `name__in`, where they are there.
    pub(super) fn fits(&self, name: &str, value: Option<&str>) -> bool {
        let exact = self.get(name).is_none_or(|wanted| value == Some(wanted));
        exact
            && self
                .list(&format!("{name}__in"))
                .is_none_or(|list| value.is_some_and(|value| list.contains(&value)))
    }

    /// The items of a parameter with commas.
    pub(super) fn list(&self, name: &str) -> Option<Vec<&str>> {
        self.get(name).map(|list| list.split(',').map(str::trim).collect())
    }

    /// Refuses words that are none of the vocabulary, in `name` and `name__in`.
    pub(super) fn check_words(&self, name: &str, words: &[&str]) -> Result<(), Refusal> {
        let all = format!("{name}__in");
        for (name, list) in [(name, self.get(name).map(|word| vec![word])), (&all, self.list(&all))] {
            for word in list.unwrap_or_default() {
                if !words.contains(&word) {
                    let message =
                        format!("Select a valid choice. {word} is not one of the available choices.");
                    return Err(Refusal::in_field(&rules::CHOICE, name, message));
                }
            }
        }
        Ok(())
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<usize>, Refusal> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let number = text.parse().ok().filter(|number| *number > 0);
        number
            .map(Some)
            .ok_or_else(|| Refusal::in_field(&rules::QUERY_VALUE, name, "A positive integer is required."))
    }

    /// From the first to before the last moment that is meant by `created_at` and its kin.
    pub(super) fn created(&self) -> Result<impl Fn(Timestamp) -> bool, Refusal> {
        let mut rules: Vec<(Rule, Timestamp, Timestamp)> = Vec::new();
        for (name, rule) in [
            ("created_at", Rule::In),
            ("created_at__gt", Rule::After),
            ("created_at__gte", Rule::From),
            ("created_at__lt", Rule::Before),
            ("created_at__lte", Rule::UpTo),
        ] {
            if let Some(text) = self.get(name) {
                let (from, to) = moments(name, text)?;
                rules.push((rule, from, to));
            }
        }
        if let Some(text) = self.get("created_at__range") {
            let name = "created_at__range";
            let Some((from, to)) = text.split_once(',') else {
                return Err(Refusal::in_field(
                    &rules::QUERY_VALUE,
                    name,
                    "Enter two values with a comma between.",
                ));
            };
            rules.push((Rule::From, moments(name, from.trim())?.0, Timestamp::MAX));
            rules.push((Rule::UpTo, Timestamp::MIN, moments(name, to.trim())?.1));
        }
        Ok(move |at| rules.iter().all(|(rule, from, to)| rule.fits(at, *from, *to)))
    }
}

#[derive(Clone, Copy)]
enum Rule {
    In,
    After,
    From,
    Before,
    UpTo,
}

impl Rule {
    fn fits(self, at: Timestamp, from: Timestamp, to: Timestamp) -> bool {
        match self {
            Self::In => at >= from && at < to,
            Self::After => at >= to,
            Self::From => at >= from,
            Self::Before => at < from,
            Self::UpTo => at < to,
        }
    }
}

/// A day with all its moments, or a moment: from the first, to before the one after.
fn moments(name: &str, text: &str) -> Result<(Timestamp, Timestamp), Refusal> {
    let read = || {
        if let Ok(day) = Date::strptime("%Y-%m-%d", text) {
            let begin = |day: Date| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok();
            return Some((begin(day)?, begin(day.checked_add(1.day()).ok()?)?));
        }
        let moment = text.parse::<Timestamp>().ok();
        // Without a zone it is UTC.
        let moment = moment.or_else(|| TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok())?;
        Some((moment, moment.checked_add(1.microsecond()).ok()?))
    };
    read().ok_or_else(|| Refusal::in_field(&rules::QUERY_VALUE, name, "Enter a valid date/time."))
}
