//! Finds the entries of a customer by their CPF or CNPJ, which stands in the bodies alone.
//!
//! Every body is read. An entry belongs to the customer where their tax id stands anywhere in its JSON, except in
//! members about other parties: a transfer names the other party's tax id as well. The links of these entries then select
//! the customer's other entries, such as events that hold no tax id.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use klavi_types::TaxId;
use klavi_webhook::{EntryId, Filter, Inbox, InboxErrorKind};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::each;
use crate::exit::Failure;

/// How many numbers one filter names.
const IDS: usize = 500;

/// Parts of the names of members about other parties, without underscores and in lower case.
const OTHERS: [&str; 12] = [
    "partie",
    "party",
    "company",
    "companies",
    "issuer",
    "debtor",
    "creditor",
    "consignee",
    "payer",
    "payee",
    "merchant",
    "phone",
];

/// Filters that select what `filter` does of that customer. No entry is selected by two of them.
pub(super) async fn filters(
    inbox: &dyn Inbox,
    customer: TaxId,
    filter: &Filter,
) -> Result<Vec<Filter>, Failure> {
    let (mut links, mut without_link) = (BTreeSet::new(), BTreeSet::new());
    let mut unreadable = 0_u64;
    each(inbox, &Filter::all(), async |summary| {
        match inbox.get(summary.id).await {
            Ok(Some(entry)) => {
                let Some(found) = links_of(&entry.body, customer) else { return Ok(()) };
                links.extend(found);
                match &summary.link_id {
                    Some(link) => drop(links.insert(link.clone())),
                    None => drop(without_link.insert(summary.id)),
                }
            }
            // Pruned or erased in the meantime.
            Ok(None) => {}
            Err(error) if error.kind() == InboxErrorKind::Unreadable => unreadable += 1,
            Err(error) => return Err(Failure::failed(error)),
        }
        Ok(())
    })
    .await?;
    if unreadable > 0 {
        tracing::warn!(entries = unreadable, "entries that cannot be read were not searched");
    }
    let of_link = |link: String| {
        let wanted = filter.link_id.as_ref().is_none_or(|wanted| *wanted == link);
        wanted.then(|| filter.clone().of_link(&link))
    };
    let mut filters: Vec<_> = links.into_iter().filter_map(of_link).collect();
    let without_link: Vec<EntryId> = without_link
        .into_iter()
        .filter(|id| filter.link_id.is_none() && (filter.ids.is_empty() || filter.ids.contains(id)))
        .collect();
    filters.extend(without_link.chunks(IDS).map(|ids| {
        let mut filter = filter.clone();
        filter.ids = ids.to_vec();
        filter
    }));
    Ok(filters)
}

/// The links that a body names, where it is about the customer.
fn links_of(body: &[u8], customer: TaxId) -> Option<Vec<String>> {
    let mut search = Search { wanted: significant(customer.as_str()), found: false, links: Vec::new() };
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let mut reader = serde_json::Deserializer::from_slice(body);
    // What is no JSON was searched up to there.
    let _ = Look { search: &mut search, link: false }.deserialize(&mut reader);
    search.found.then_some(search.links)
}

/// Numbers lose the zeros that they begin with.
fn significant(text: &str) -> &str {
    text.trim_start_matches('0')
}

struct Search<'a> {
    wanted: &'a str,
    found: bool,
    links: Vec<String>,
}

impl Search<'_> {
    fn value(&mut self, text: &str) {
        // Longer than any tax id with its punctuation: not worth a copy.
        if self.found || text.len() > 32 {
            return;
        }
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '/' | ' ');
        if text.chars().all(is_part) {
            let bare: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            self.found = significant(&bare.to_ascii_uppercase()) == self.wanted;
        }
    }
}

/// Goes through a document without building it.
struct Look<'a, 's> {
    search: &'a mut Search<'s>,
    /// The value is the id of a link.
    link: bool,
}

impl<'de> DeserializeSeed<'de> for Look<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.search.value(&number.to_string());
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if self.link && !text.is_empty() {
            self.search.links.push(text.to_owned());
        } else {
            self.search.value(text);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        let Self { search, link } = self;
        while values.next_element_seed(Look { search, link })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self { search, .. } = self;
        while let Some(name) = members.next_key::<Cow<'_, str>>()? {
            let name = name.replace('_', "").to_ascii_lowercase();
            if OTHERS.iter().any(|other| name.contains(other)) {
                members.next_value::<IgnoredAny>()?;
            } else {
                members.next_value_seed(Look { search, link: name == "linkid" })?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Option<Vec<String>> {
        links_of(body.as_bytes(), "123.456.789-09".parse().unwrap())
    }

    #[test]
    fn a_tax_id_is_found_in_every_spelling_with_the_links_beside_it() {
        for body in [
            r#"{"enquiryCpf":"12345678909","links":[{"linkId":"l-1"}]}"#,
            r#"{"links":[{"linkId":"l-1"}],"enquiryCpf":"123.456.789-09"}"#,
            r#"[{"payload":{"personalTaxId":12345678909,"link_id":"l-1"}}]"#,
            "\u{feff}{\"externalInfo\":{\"x\":[\"00012345678909\"]},\"linkId\":\"l-1\"}",
        ] {
            assert_eq!(found(body), Some(vec!["l-1".to_owned()]), "{body}");
        }
        assert_eq!(found(r#"{"enquiryCpf":"123.456.789-09"}"#), Some(Vec::new()));
        let company = links_of(br#"{"enquiryCnpj":"12abc345/01de-35"}"#, "12ABC34501DE35".parse().unwrap());
        assert_eq!(company, Some(Vec::new()));
    }

    #[test]
    fn a_party_that_the_customer_paid_is_another_customer() {
        for body in [
            r#"{"enquiryCpf":"98765432100","transactions":[{"partieCnpjCpf":"12345678909"}],"linkId":"l-2"}"#,
            r#"{"counterparty":{"cpf":"12345678909"},"linkId":"l-2"}"#,
            r#"{"transactionName":"PIX 12345678909","linkId":"l-2"}"#,
            r#"{"id":"12345678909-1","linkId":"l-2"}"#,
            "CPF 12345678909",
        ] {
            assert_eq!(found(body), None, "{body}");
        }
    }
}
