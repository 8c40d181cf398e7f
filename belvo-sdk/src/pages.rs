//! Lists that come in pages.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::marker::PhantomData;

use belvo_types::Text;
use belvo_types::api::{Consent, ConsentPage, Institution, InstitutionPage, Link, LinkPage};
use futures_util::stream::{Stream, TryStreamExt as _, iter, try_unfold};
use provider_call::{Answer, BaseUrl, CallError, Endpoint};
use provider_wire::Value;
use url::Url;

use crate::client::Client;
use crate::error::Result;

/// A list that has not been asked for yet: take it [by page](Self::by_page), [by item](Self::by_item), or
/// [whole](Self::all).
///
/// Belvo names the next page by its whole address, and an egress gateway may rewrite host and path prefix. So only the
/// query of the address is used: every call goes to the client's own host, and the keys never follow an address. An
/// address with another path is an error whose [`json_path`](provider_call::CallError::json_path) is `next`, without a
/// request; so is the address of a page that was read before. A null ends the list.
///
/// ```no_run
/// use belvo_sdk::belvo_types::api::{LinkQuery, LinkStatus};
/// use futures_util::TryStreamExt as _;
///
/// # async fn example(client: belvo_sdk::Client) -> Result<(), belvo_sdk::Error> {
/// let query = LinkQuery::new().status(&LinkStatus::Invalid);
/// let mut links = std::pin::pin!(client.links().list(&query).by_item());
/// while let Some(link) = links.try_next().await? {
///     println!("{:?}", link.id);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before `by_page`, `by_item`, `first` or `all`"]
pub struct Pages<T> {
    client: Client,
    endpoint: Endpoint,
    parameters: Parameters,
    item: PhantomData<fn() -> T>,
}

type Parameters = Vec<(String, String)>;

/// An item of a paged list: a link, an institution, a consent. Sealed: other types cannot implement it.
pub trait Paged: Value + Send + Sync + sealed::Sealed {
    /// A page of them.
    type Page: Value + Send + Sync;

    /// The address of the next page.
    #[doc(hidden)]
    fn next(page: &Self::Page) -> Option<&Text>;

    /// The items of the page.
    #[doc(hidden)]
    fn results(page: Self::Page) -> Vec<Self>;

    /// Whether the list was there, be it empty.
    #[doc(hidden)]
    fn has_results(page: &Self::Page) -> bool;
}

mod sealed {
    #[expect(unnameable_types, reason = "other crates cannot implement `Paged`")]
    pub trait Sealed {}
}

macro_rules! paged {
    ($($item:ident in $page:ident),*) => { $(
        impl sealed::Sealed for $item {}

        impl Paged for $item {
            type Page = $page;

            fn next(page: &$page) -> Option<&Text> {
                page.next.as_ref()
            }

            fn results(page: $page) -> Vec<Self> {
                page.results.into_vec()
            }

            fn has_results(page: &$page) -> bool {
                page.results.is_present()
            }
        }
    )* };
}

paged!(Link in LinkPage, Institution in InstitutionPage, Consent in ConsentPage);

impl<T: Paged> Pages<T> {
    pub(crate) fn new<'p>(
        client: &Client,
        endpoint: Endpoint,
        parameters: impl Iterator<Item = (&'static str, &'p str)>,
    ) -> Self {
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { client: client.clone(), endpoint, parameters, item: PhantomData }
    }

    /// The first page alone.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn first(self) -> Result<T::Page> {
        self.page(&self.parameters).await.map(|(page, _)| page)
    }

    /// Everything, page after page, in memory.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    #[doc(alias = "collect")]
    pub async fn all(self) -> Result<Vec<T>> {
        self.by_item().try_collect().await
    }

    /// One page after another, each asked for when it is wanted. An error ends the stream.
    pub fn by_page(self) -> impl Stream<Item = Result<T::Page>> + Send {
        let start = Walk { next: Some(Ok(self.parameters.clone())), seen: BTreeSet::new(), pages: self };
        try_unfold(start, Walk::step)
    }

    /// One item after another, the next page asked for when it is wanted. An error ends the stream.
    #[doc(alias("stream", "iter", "items"))]
    pub fn by_item(self) -> impl Stream<Item = Result<T>> + Send {
        self.by_page().map_ok(|page| iter(VecDeque::from(T::results(page)).into_iter().map(Ok))).try_flatten()
    }

    async fn page(&self, parameters: &Parameters) -> Result<(T::Page, Answer)> {
        let call = parameters
            .iter()
            .fold(self.client.call(&self.endpoint), |call, (name, value)| call.query(name, value));
        let parsed = call.send().await?.record::<T::Page>()?;
        if T::has_results(&parsed.value) {
            Ok(parsed.into_parts())
        } else {
            Err(parsed.lacks("results").into())
        }
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("endpoint", &self.endpoint.to_string()).finish_non_exhaustive()
    }
}

/// How far the pages have been read.
struct Walk<T> {
    pages: Pages<T>,
    /// Where the next page is, or why it cannot be asked for; nothing after the last page.
    next: Option<Result<Parameters>>,
    seen: BTreeSet<Parameters>,
}

impl<T: Paged> Walk<T> {
    async fn step(mut self) -> Result<Option<(T::Page, Self)>> {
        let Some(next) = self.next.take() else { return Ok(None) };
        let parameters = next?;
        let (page, answer) = self.pages.page(&parameters).await?;
        self.seen.insert(sorted(parameters));
        if let Some(address) = T::next(&page).filter(|address| !address.is_empty()) {
            // The caller gets this page in any case: an error is about the next one.
            let next = self.parameters_of(address.as_str());
            let unusable = |reason| CallError::decode(answer, Some("next".to_owned()), reason).into();
            self.next = Some(next.map_err(unusable));
        }
        Ok(Some((page, self)))
    }

    fn parameters_of(&self, address: &str) -> Result<Parameters, &'static str> {
        let base_url = self.pages.client.caller().base_url();
        let parameters = parameters_below(base_url, self.pages.endpoint.path(), address)
            .ok_or("the address has another path than the list")?;
        if self.seen.contains(&sorted(parameters.clone())) {
            return Err("the page was read before");
        }
        Ok(parameters)
    }
}

fn sorted(mut parameters: Parameters) -> Parameters {
    parameters.sort();
    parameters
}

/// The query of an address whose path ends with `path`: a gateway may put a prefix before it. Scheme, host and user
/// information do not matter, since they are not used.
fn parameters_below(base_url: &BaseUrl, path: &str, address: &str) -> Option<Parameters> {
    let next = Url::parse(&format!("{base_url}{path}")).ok()?.join(address).ok()?;
    let is_same = next.path().ends_with(path);
    is_same.then(|| next.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(base_url: &str, address: &str) -> Option<String> {
        let parameters = parameters_below(&base_url.parse().unwrap(), "/api/links/", address)?;
        Some(parameters.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&"))
    }

    #[test]
    fn only_the_query_of_an_address_is_used() {
        let sandbox = "https://sandbox.belvo.com";
        let expected = Some("page=2&institution_user_id=a+b=".to_owned());
        let query = "?page=2&institution_user_id=a%2Bb%3D";
        for (base_url, address) in [
            (sandbox, format!("https://sandbox.belvo.com/api/links/{query}")),
            (sandbox, format!("http://sandbox.belvo.com/api/links/{query}")),
            (sandbox, format!("https://SANDBOX.belvo.com:8443/api/links/{query}")),
            (sandbox, format!("https://user:password@sandbox.belvo.com/api/links/{query}")),
            (sandbox, format!("//gateway.example/api/links/{query}")),
            (sandbox, format!("https://gateway.example/belvo/v2/api/links/{query}#top")),
            (sandbox, format!("/api/links/{query}")),
            (sandbox, query.to_owned()),
            ("http://127.0.0.1:4020/gate", format!("https://sandbox.belvo.com/api/links/{query}")),
            ("http://127.0.0.1:4020/gate", format!("http://127.0.0.1:4020/gate/api/links/{query}")),
        ] {
            assert_eq!(below(base_url, &address), expected, "{address}");
        }
    }

    #[test]
    fn an_address_with_another_path_leads_nowhere() {
        for address in [
            "https://sandbox.belvo.com/api/consents/?page=2",
            "https://sandbox.belvo.com/api/links/../token/?page=2",
            "https://sandbox.belvo.com/api/links/link-1/?page=2",
            "https://sandbox.belvo.com/api/links?page=2",
            "https://sandbox.belvo.com/?page=2&next=/api/links/",
            "https://sandbox.belvo.com/otherapi/links/?page=2",
            "javascript:alert(1)",
            "https://",
        ] {
            assert_eq!(below("https://sandbox.belvo.com", address), None, "{address}");
        }
    }
}
