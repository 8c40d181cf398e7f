use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::query::Query;
use crate::instance::Instance;
use crate::refusal::Refusal;
use crate::rules;

/// More on a page counts as so many. Source: Belvo's OpenAPI document 1.35.0.
const LARGEST: usize = 1000;

/// One page of a list, with absolute addresses of the pages around it that repeat the filters.
pub(super) fn page<T>(
    mock: &Instance,
    query: &Query,
    items: &[T],
    show: impl Fn(&T) -> Value,
) -> Result<Value, Refusal> {
    let size = query.number("page_size")?.unwrap_or_else(|| mock.behaviour().page_size.max(1)).min(LARGEST);
    let number = query.number("page")?.unwrap_or(1);
    let pages = items.len().div_ceil(size).max(1);
    if number > pages {
        return Err(Refusal::gone(&rules::PAGE));
    }
    let shown: Vec<_> = items.iter().skip((number - 1) * size).take(size).map(show).collect();
    Ok(json!({
        "count": items.len(),
        "next": (number < pages).then(|| address(mock, query, number + 1)),
        "previous": (number > 1).then(|| address(mock, query, number - 1)),
        "results": shown,
    }))
}

fn address(mock: &Instance, query: &Query, page: usize) -> String {
    let mut pairs = Serializer::new(String::new());
    pairs.extend_pairs(query.pairs().filter(|(name, _)| *name != "page"));
    if page > 1 {
        pairs.append_pair("page", &page.to_string());
    }
    let base = mock.base_url();
    let pairs = pairs.finish();
    let mark = if pairs.is_empty() { "" } else { "?" };
    format!("{base}{}{mark}{pairs}", query.path)
}
