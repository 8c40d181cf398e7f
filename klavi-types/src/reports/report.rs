use provider_wire::{Record, Value, record};

use super::{Head, Outcome};
use crate::ProductName;

/// The product data of a report: the members of its JSON object that stand beside the head.
pub trait Content: Record + Value {
    /// The products whose reports hold it.
    const PRODUCTS: &'static [ProductName];

    /// How many entries of statements, payments on credit contracts or movements of investments it holds.
    fn entry_count(&self) -> usize {
        0
    }
}

/// A report: head and content in one JSON object.
#[record]
pub struct Report<C: Content> {
    /// The members that every report has.
    #[wire(flatten)]
    pub head: Head,
    /// The members that this product has.
    #[wire(flatten)]
    pub content: C,
}

impl<C: Content> Report<C> {
    /// A report put together by hand, for tests and mock servers.
    pub fn new(head: Head, content: C) -> Self {
        Self { head, content, ..Self::default() }
    }

    /// How much of the report there is.
    pub fn outcome(&self) -> Outcome {
        self.head.outcome()
    }
}

/// Content of a product without a type of its own: everything stays in [`Report::extra`].
#[record]
pub struct Untyped {}

impl Content for Untyped {
    const PRODUCTS: &'static [ProductName] = &[];
}
