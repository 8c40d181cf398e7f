use std::fmt;

use provider_wire::{
    Extra, Fault, Reader, Record, Value, deserialize, if_json_schema, read_record, record, write_record,
};
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Head, Outcome};
use crate::ProductName;

/// The product data of a report: the members of its JSON object that stand beside the head.
pub trait Content: Record + Value {
    /// The products whose reports hold it.
    const PRODUCTS: &'static [ProductName];
}

/// A report: head and content in one JSON object.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Report<C> {
    /// What every report has.
    pub head: Head,
    /// What this product has.
    pub content: C,
    extra: Extra,
}

impl<C> Report<C> {
    /// A report put together by hand, for tests and stand-ins.
    pub fn new(head: Head, content: C) -> Self {
        Self { head, content, extra: Extra::default() }
    }

    /// The members of the JSON object that neither head nor content holds, as they came.
    pub fn extra(&self) -> &Extra {
        &self.extra
    }

    /// How much of the report there is.
    pub fn outcome(&self) -> Outcome {
        self.head.outcome()
    }
}

/// Content of a product without a type of its own: everything stays in the report's
/// [`extra`](Report::extra), as it came.
#[record]
pub struct Untyped {}

impl Content for Untyped {
    const PRODUCTS: &'static [ProductName] = &[];
}

impl<C: Content> Record for Report<C> {
    fn read_member(&mut self, name: &str, reader: &mut Reader<'_>) -> Result<bool, Fault> {
        Ok(self.head.read_member(name, reader)? || self.content.read_member(name, reader)?)
    }

    fn write_members<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error> {
        self.head.write_members(out)?;
        self.content.write_members(out)?;
        self.extra.write(out)
    }

    fn extra(&self) -> &Extra {
        &self.extra
    }

    fn extra_mut(&mut self) -> &mut Extra {
        &mut self.extra
    }
}

impl<C: Content> Value for Report<C> {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        read_record(reader)
    }
}

impl<C: Content> Serialize for Report<C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_record(self, serializer)
    }
}

impl<'de, C: Content> Deserialize<'de> for Report<C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer)
    }
}

impl<C: fmt::Debug> fmt::Debug for Report<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Report");
        out.field("head", &self.head).field("content", &self.content);
        if !self.extra.is_empty() {
            out.field("extra", &self.extra);
        }
        out.finish()
    }
}

if_json_schema! {
    impl<C: provider_wire::schemars::JsonSchema> provider_wire::schemars::JsonSchema for Report<C> {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            C::schema_name()
        }

        fn schema_id() -> std::borrow::Cow<'static, str> {
            format!("Report<{}>", C::schema_id()).into()
        }

        fn json_schema(
            generator: &mut provider_wire::schemars::SchemaGenerator,
        ) -> provider_wire::schemars::Schema {
            use provider_wire::schemars;

            // What is said of the content is said of the report.
            #[derive(schemars::JsonSchema)]
            #[expect(dead_code, reason = "derived from, never made")]
            struct Shape<C> {
                #[schemars(flatten)]
                content: C,
                #[schemars(flatten)]
                head: Head,
            }

            Shape::<C>::json_schema(generator)
        }
    }
}
