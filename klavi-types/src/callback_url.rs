use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::Product;
use crate::url_rule::is_callback;

/// Where reports are sent, `productsCallbackURL` on the wire: a flat object, product name or reserved word → URL.
///
/// - `{"all": url}`: every report;
/// - `{"pf_checking_account": url, …}`: these reports there, the rest where the next setting says;
/// - the same with `"other": url`: every report that is not named.
///
/// `all` together with anything else is refused by Klavi (business code 4006), here when it is built. The setting of
/// a report request goes before that of the link, and that before the one in the console.
/// Source: docs.klavi.ai/connect/vDAe-user-level-report.
///
/// ```
/// use klavi_types::{Product, ProductName, ProductsCallbackUrl};
///
/// let urls = ProductsCallbackUrl::specific()
///     .product(Product::Personal(ProductName::CreditCard), "https://partner.example/card")
///     .other("https://partner.example/rest")
///     .build()?;
/// assert_eq!(
///     serde_json::to_string(&urls).unwrap(),
///     r#"{"pf_credit_card":"https://partner.example/card","other":"https://partner.example/rest"}"#
/// );
/// assert!(ProductsCallbackUrl::all("http://partner.example/plain").is_err());
/// # Ok::<(), klavi_types::InvalidCallbackUrl>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ProductsCallbackUrl(Urls);

#[derive(Clone, PartialEq, Eq)]
enum Urls {
    All(String),
    Specific { products: Vec<(Product, String)>, other: Option<String> },
}

/// Why addresses for reports are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidCallbackUrl {
    /// No address at all.
    Empty,
    /// `all` together with `other` or a product.
    AllWithOthers,
    /// A product is named twice.
    Repeated(Product),
    /// The key's value is no absolute `https` URL (`http` only to this machine). Does not hold the URL, which may
    /// carry a token.
    NotAbsoluteHttps {
        /// `all`, `other` or the product name.
        key: String,
    },
}

impl fmt::Display for InvalidCallbackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("no address is given"),
            Self::AllWithOthers => f.write_str("`all` cannot stand beside `other` or a product"),
            Self::Repeated(product) => write!(f, "{product} is named twice"),
            Self::NotAbsoluteHttps { key } => {
                write!(f, "the address for `{key}` is not an absolute https URL (http only to this machine)")
            }
        }
    }
}

impl std::error::Error for InvalidCallbackUrl {}

impl ProductsCallbackUrl {
    /// Every report to one address.
    ///
    /// # Errors
    /// [`InvalidCallbackUrl::NotAbsoluteHttps`].
    pub fn all(url: impl Into<String>) -> Result<Self, InvalidCallbackUrl> {
        let url = url.into();
        check("all", &url)?;
        Ok(Self(Urls::All(url)))
    }

    /// Addresses by product.
    pub fn specific() -> SpecificCallbackUrls {
        SpecificCallbackUrls { products: Vec::new(), other: None }
    }

    /// Where the report of that product goes; `None` where the next setting decides.
    pub fn url_for(&self, product: &Product) -> Option<&str> {
        match &self.0 {
            Urls::All(url) => Some(url),
            Urls::Specific { products, other } => {
                let named = products.iter().find(|(named, _)| named == product).map(|(_, url)| url);
                named.or(other.as_ref()).map(String::as_str)
            }
        }
    }
}

/// Collects addresses by product; made by [`ProductsCallbackUrl::specific`].
#[derive(Clone)]
pub struct SpecificCallbackUrls {
    products: Vec<(Product, String)>,
    other: Option<String>,
}

impl SpecificCallbackUrls {
    /// Reports of this product go to this address.
    #[must_use]
    pub fn product(mut self, product: Product, url: impl Into<String>) -> Self {
        self.products.push((product, url.into()));
        self
    }

    /// Reports that are not named go to this address.
    #[must_use]
    pub fn other(mut self, url: impl Into<String>) -> Self {
        self.other = Some(url.into());
        self
    }

    /// Checks the addresses.
    ///
    /// # Errors
    /// Where there is none, a product is named twice, or an address is not one that Klavi can POST to.
    pub fn build(self) -> Result<ProductsCallbackUrl, InvalidCallbackUrl> {
        if self.products.is_empty() && self.other.is_none() {
            return Err(InvalidCallbackUrl::Empty);
        }
        for (index, (product, url)) in self.products.iter().enumerate() {
            if matches!(product.as_str(), "all" | "other") {
                return Err(InvalidCallbackUrl::AllWithOthers);
            }
            if self.products[..index].iter().any(|(earlier, _)| earlier == product) {
                return Err(InvalidCallbackUrl::Repeated(product.clone()));
            }
            check(product.as_str(), url)?;
        }
        if let Some(url) = &self.other {
            check("other", url)?;
        }
        Ok(ProductsCallbackUrl(Urls::Specific { products: self.products, other: self.other }))
    }
}

fn check(key: &str, url: &str) -> Result<(), InvalidCallbackUrl> {
    if is_callback(url) { Ok(()) } else { Err(InvalidCallbackUrl::NotAbsoluteHttps { key: key.to_owned() }) }
}

impl fmt::Debug for ProductsCallbackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Urls::All(_) => f.write_str("ProductsCallbackUrl(all)"),
            Urls::Specific { products, other } => {
                let keys = products
                    .iter()
                    .map(|(product, _)| product.as_str())
                    .chain(other.as_ref().map(|_| "other"));
                write!(f, "ProductsCallbackUrl({})", keys.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

impl fmt::Debug for SpecificCallbackUrls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SpecificCallbackUrls({} products)", self.products.len())
    }
}

impl Serialize for ProductsCallbackUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(None)?;
        match &self.0 {
            Urls::All(url) => out.serialize_entry("all", url)?,
            Urls::Specific { products, other } => {
                products.iter().try_for_each(|(product, url)| out.serialize_entry(product.as_str(), url))?;
                other.iter().try_for_each(|url| out.serialize_entry("other", url))?;
            }
        }
        out.end()
    }
}

impl<'de> Deserialize<'de> for ProductsCallbackUrl {
    /// Under the same rules as building: what Klavi would refuse is an error here.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut urls = BTreeMap::<String, String>::deserialize(deserializer)?;
        let all = urls.remove("all");
        let other = urls.remove("other");
        let built = match (all, urls.is_empty() && other.is_none()) {
            (Some(url), true) => Self::all(url),
            (Some(_), false) => Err(InvalidCallbackUrl::AllWithOthers),
            (None, _) => {
                let products =
                    urls.iter().map(|(name, url)| (Product::from(name.as_str()), url.clone())).collect();
                SpecificCallbackUrls { products, other }.build()
            }
        };
        built.map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProductName;

    const HOOK: &str = "https://partner.example/hook";

    fn read(json: &str) -> Result<ProductsCallbackUrl, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn all_excludes_other_and_products() {
        for json in [
            format!(r#"{{"all":"{HOOK}","other":"{HOOK}"}}"#),
            format!(r#"{{"all":"{HOOK}","pf_balance":"{HOOK}"}}"#),
        ] {
            assert_eq!(read(&json).unwrap_err(), "`all` cannot stand beside `other` or a product");
        }
        let smuggled =
            ProductsCallbackUrl::specific().product(Product::from("all"), HOOK).other(HOOK).build();
        assert_eq!(smuggled, Err(InvalidCallbackUrl::AllWithOthers));
    }

    #[test]
    fn each_fault_is_one_sentence_without_the_url() {
        assert_eq!(read("{}").unwrap_err(), "no address is given");
        let error = read(r#"{"pf_balance":"http://partner.example/?token=s3cret"}"#).unwrap_err();
        assert!(error.contains("pf_balance") && !error.contains("s3cret"), "{error}");
        let balance = Product::Personal(ProductName::Balance);
        let twice =
            ProductsCallbackUrl::specific().product(balance.clone(), HOOK).product(balance.clone(), HOOK);
        assert_eq!(twice.build(), Err(InvalidCallbackUrl::Repeated(balance)));
    }

    #[test]
    fn the_most_specific_address_wins_and_unknown_products_pass() {
        let urls = read(&format!(r#"{{"pf_income":"{HOOK}/income","other":"{HOOK}"}}"#)).unwrap();
        assert_eq!(urls.url_for(&Product::from("pf_income")), Some("https://partner.example/hook/income"));
        assert_eq!(urls.url_for(&Product::Personal(ProductName::Loans)), Some(HOOK));
        let named =
            ProductsCallbackUrl::specific().product(Product::from("pf_income"), HOOK).build().unwrap();
        assert_eq!(named.url_for(&Product::Personal(ProductName::Loans)), None);
    }

    #[test]
    fn urls_are_sent_as_given() {
        let url = "https://partner.example:443/a%2fb?x=ção";
        let urls = ProductsCallbackUrl::all(url).unwrap();
        assert_eq!(serde_json::to_string(&urls).unwrap(), format!(r#"{{"all":"{url}"}}"#));
    }
}
