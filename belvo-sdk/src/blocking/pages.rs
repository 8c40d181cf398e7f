//! Lists that come in pages, as iterators.

use futures_util::stream::{Stream, StreamExt as _};
use provider_call::BlockingRuntime;

use crate::error::Result;
use crate::pages::Paged;

/// A list that has not been asked for yet: take it [by page](Self::by_page), [by item](Self::by_item), or
/// [whole](Self::all); see [`belvo_sdk::Pages`](crate::Pages).
#[derive(Debug)]
#[must_use = "nothing is sent before `by_page`, `by_item`, `first` or `all`"]
pub struct Pages<T> {
    pages: crate::Pages<T>,
    runtime: BlockingRuntime,
}

impl<T: Paged> Pages<T> {
    pub(super) fn new(pages: crate::Pages<T>, runtime: &BlockingRuntime) -> Self {
        Self { pages, runtime: runtime.clone() }
    }

    /// The first page alone.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn first(self) -> Result<T::Page> {
        self.runtime.wait(self.pages.first())
    }

    /// Everything, page after page, in memory.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn all(self) -> Result<Vec<T>> {
        self.runtime.wait(self.pages.all())
    }

    /// One page after another, each asked for when it is wanted. An error ends the iterator.
    pub fn by_page(self) -> impl Iterator<Item = Result<T::Page>> + Send {
        iterate(self.pages.by_page(), self.runtime)
    }

    /// One item after another, the next page asked for when it is wanted. An error ends the iterator.
    pub fn by_item(self) -> impl Iterator<Item = Result<T>> + Send {
        iterate(self.pages.by_item(), self.runtime)
    }
}

fn iterate<S: Stream + Send>(stream: S, runtime: BlockingRuntime) -> impl Iterator<Item = S::Item> + Send {
    let mut stream = Box::pin(stream);
    std::iter::from_fn(move || runtime.wait(stream.next()))
}
