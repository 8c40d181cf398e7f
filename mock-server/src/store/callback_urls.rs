use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;
use utoipa::ToSchema;

use provider_mock::address;

/// Where reports go, as a request or a link says it: product name, `all` or `other` to an address.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct CallbackUrls(BTreeMap<String, Url>);

impl CallbackUrls {
    /// Reads `productsCallbackURL`; the error is a sentence without the address.
    pub(crate) fn read(value: &Value, http_anywhere: bool) -> Result<Self, String> {
        let Value::Object(members) = value else {
            return Err("it must be an object".to_owned());
        };
        if members.is_empty() {
            return Err("it names no address".to_owned());
        }
        if members.contains_key("all") && members.len() > 1 {
            return Err("\"all\" cannot stand beside \"other\" or a product".to_owned());
        }
        let read = |(name, value): (&String, &Value)| {
            let url = value.as_str().and_then(|text| address::webhook(text, http_anywhere));
            let url = url.ok_or_else(|| {
                format!("the address of \"{name}\" is no absolute https URL (http only to this machine)")
            })?;
            Ok((name.clone(), url))
        };
        members.iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// Reads `products_callback_url` of a Basic WhiteLabel address: one address, for everything.
    pub(crate) fn read_address(value: &Value, http_anywhere: bool) -> Result<Self, String> {
        let url = value.as_str().and_then(|text| address::webhook(text, http_anywhere));
        let url = url.ok_or("it is no absolute https URL (http only to this machine)")?;
        Ok(Self(BTreeMap::from([("all".to_owned(), url)])))
    }

    /// Where the report of that product goes; `None` where the next setting decides.
    pub(crate) fn url_for(&self, product: &str) -> Option<&Url> {
        ["all", product, "other"].into_iter().find_map(|name| self.0.get(name))
    }
}
