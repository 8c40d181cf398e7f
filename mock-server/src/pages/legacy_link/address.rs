use std::collections::BTreeMap;
use synthetic_data::tax_id;

use http::HeaderMap;
use klavi_types::Json;
use url::form_urlencoded;

use crate::instance::{Instance, NewVisit};
use crate::logins::LINK_BANKS;
use provider_mock::address;

/// Reads the parameters of a Link URL; the error names every wrong one. What is not documented is the partner's own
/// and comes back in reports.
pub(super) fn read(mock: &Instance, query: &str, headers: &HeaderMap) -> Result<NewVisit, Vec<String>> {
    let mut given: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let mut take = |name: &str| given.remove(name).filter(|text| !text.is_empty());
    let (uuid, cpf, bank_id) = (take("uuid"), take("cpf"), take("bank_id"));
    let (callback_url, cancel_url) = (take("callback_url"), take("cancel_url"));
    let connection_key = take("connection_key");

    let mut problems = Vec::new();
    let mut wrong = |is_wrong: bool, name: &str, what: &str| {
        if is_wrong {
            problems.push(format!("{name} {what}"));
        }
    };
    wrong(uuid.is_none(), "uuid", "is required");
    wrong(cpf.as_deref().is_some_and(|text| !tax_id::is_cpf(text)), "cpf", "must be a CPF");
    let known_bank = |code: &str| LINK_BANKS.iter().any(|bank| bank.code == code);
    wrong(bank_id.as_deref().is_some_and(|code| !known_bank(code)), "bank_id", "is of no bank of this page");
    // Browsers say what they open a page for; a frame needs no addresses, everything else does.
    let destination = headers.get("sec-fetch-dest").and_then(|value| value.to_str().ok());
    for (name, url) in [("callback_url", &callback_url), ("cancel_url", &cancel_url)] {
        let fits = url.as_deref().is_none_or(|text| address::redirect(text).is_some());
        wrong(!fits, name, "must be an absolute URL");
        wrong(url.is_none() && destination == Some("document"), name, "is required outside an iframe");
    }
    let unknown_key = connection_key.as_deref().is_some_and(|key| !mock.knows_connection(key));
    wrong(unknown_key, "connection_key", "is of no connection");
    let Some(uuid) = uuid.filter(|_| problems.is_empty()) else { return Err(problems) };

    given.insert("uuid".to_owned(), uuid);
    let query_param =
        Json::from_value(&given).map_err(|_| vec!["the parameters cannot be read".to_owned()])?;
    let framed =
        matches!(destination, Some("iframe" | "frame" | "embed" | "object")) || callback_url.is_none();
    Ok(NewVisit { cpf, bank_id, callback_url, cancel_url, connection_key, query_param, framed })
}
