//! Lists that come in pages.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::marker::PhantomData;

use belvo_types::Text;
use belvo_types::api::{Consent, ConsentPage, Institution, InstitutionPage, Link, LinkPage};
use futures_util::stream::{Stream, TryStreamExt as _, iter, try_unfold};
use provider_call::BaseUrl;
use provider_wire::Value;
use url::Url;

use crate::api::Request;
use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};

/// A list that has not been asked for yet: take it [by page](Self::by_page), [by item](Self::by_item), or
/// [whole](Self::all).
///
/// Belvo names the next page by its whole address. Only its query is used: the call goes to the client's own host, and
/// where the address names another host or path, it ends in an error of [`ErrorKind::Pages`](crate::ErrorKind::Pages)
/// without a request. So does a page that comes a second time. A null ends the list.
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

/// What comes in pages: links, institutions, consents.
pub trait Paged: Value + Send + Sync {
    /// A page of them.
    type Page: Value + Send + Sync;

    /// The address of the next page.
    #[doc(hidden)]
    fn next(page: &Self::Page) -> Option<&Text>;

    /// What stands on the page.
    #[doc(hidden)]
    fn results(page: Self::Page) -> Vec<Self>;

    /// Whether the list was there, be it empty.
    #[doc(hidden)]
    fn has_results(page: &Self::Page) -> bool;
}

macro_rules! paged {
    ($($item:ident in $page:ident),*) => { $(
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
    /// See [`Error`].
    pub async fn first(self) -> Result<T::Page> {
        self.page(&self.parameters).await
    }

    /// Everything, page after page, in memory.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn all(self) -> Result<Vec<T>> {
        self.by_item().try_collect().await
    }

    /// One page after another, each asked for when it is wanted. An error ends the stream.
    pub fn by_page(self) -> impl Stream<Item = Result<T::Page>> + Send {
        let start = Walk { next: Some(Ok(self.parameters.clone())), seen: BTreeSet::new(), pages: self };
        try_unfold(start, Walk::step)
    }

    /// One item after another, the next page asked for when it is wanted. An error ends the stream.
    pub fn by_item(self) -> impl Stream<Item = Result<T>> + Send {
        self.by_page().map_ok(|page| iter(VecDeque::from(T::results(page)).into_iter().map(Ok))).try_flatten()
    }

    async fn page(&self, parameters: &Parameters) -> Result<T::Page> {
        let request = Request::new(self.endpoint.clone());
        let request = parameters.iter().fold(request, |request, (name, value)| request.query(name, value));
        let parsed = self.client.api().send(request).await?.record::<T::Page>()?;
        if T::has_results(&parsed.value) { Ok(parsed.value) } else { Err(parsed.lacks("results")) }
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
        let page = self.pages.page(&parameters).await?;
        self.seen.insert(sorted(parameters));
        if let Some(address) = T::next(&page).filter(|address| !address.is_empty()) {
            // What this page holds is handed out all the same: an error is about the one after it.
            self.next = Some(self.parameters_of(address.as_str()));
        }
        Ok(Some((page, self)))
    }

    fn parameters_of(&self, address: &str) -> Result<Parameters> {
        let endpoint = &self.pages.endpoint;
        let parameters = parameters_below(self.pages.client.api().base_url(), endpoint.template(), address)
            .ok_or_else(|| Error::pages(endpoint, "the next page has another host or path"))?;
        if self.seen.contains(&sorted(parameters.clone())) {
            return Err(Error::pages(endpoint, "the next page has been there before"));
        }
        Ok(parameters)
    }
}

fn sorted(mut parameters: Parameters) -> Parameters {
    parameters.sort();
    parameters
}

/// The query of an address that is on this host and path. The scheme does not matter, since it is not used: behind a
/// proxy that ends TLS servers name themselves `http`.
fn parameters_below(base_url: &BaseUrl, path: &str, address: &str) -> Option<Parameters> {
    let own = Url::parse(&format!("{base_url}{path}")).ok()?;
    let next = own.join(address).ok()?;
    let here = next.host_str() == own.host_str()
        && next.port() == own.port()
        && next.path() == own.path()
        && matches!(next.scheme(), "http" | "https")
        && next.username().is_empty()
        && next.password().is_none();
    here.then(|| next.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(base_url: &str, address: &str) -> Option<String> {
        let parameters = parameters_below(&base_url.parse().unwrap(), "/api/links/", address)?;
        Some(parameters.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&"))
    }

    #[test]
    fn a_next_page_is_on_the_same_host_and_path() {
        let sandbox = "https://sandbox.belvo.com";
        let expected = Some("page=2&institution_user_id=a+b=".to_owned());
        let query = "?page=2&institution_user_id=a%2Bb%3D";
        for (base_url, address) in [
            (sandbox, format!("https://sandbox.belvo.com/api/links/{query}")),
            (sandbox, format!("http://sandbox.belvo.com/api/links/{query}")),
            (sandbox, format!("https://SANDBOX.belvo.com:443/api/links/{query}")),
            (sandbox, format!("/api/links/{query}")),
            (sandbox, query.to_owned()),
            ("http://127.0.0.1:4020/gate", format!("http://127.0.0.1:4020/gate/api/links/{query}")),
        ] {
            assert_eq!(below(base_url, &address), expected, "{address}");
        }
        for address in [
            "https://evil.example/api/links/?page=2",
            "https://sandbox.belvo.com.evil.example/api/links/?page=2",
            "https://sandbox.belvo.com@evil.example/api/links/?page=2",
            "https://user@sandbox.belvo.com/api/links/?page=2",
            "https://sandbox.belvo.com:8443/api/links/?page=2",
            "https://sandbox.belvo.com/api/consents/?page=2",
            "https://sandbox.belvo.com/api/links/../token/?page=2",
            "//evil.example/api/links/?page=2",
            "ftp://sandbox.belvo.com/api/links/?page=2",
            "javascript:alert(1)",
            "https://",
        ] {
            assert_eq!(below(sandbox, address), None, "{address}");
        }
    }
}
