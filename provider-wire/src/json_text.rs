//! JSON text out of any self-describing serde format, and JSON text into any. Knows no types of records.

mod collect;
mod emit;

pub(crate) use collect::collect;
pub(crate) use emit::emit;

/// How deep values may be nested on their way between JSON text and another format, which recurses. Deeper text that
/// `serde_json` reads or writes is passed on as it is.
const DEEPEST: usize = 128;

/// The name by which `serde_json` hands over the text of a value and takes it.
const RAW: &str = "$serde_json::private::RawValue";

/// The name by which `serde_json` hands over a number with its digits, with its feature `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";
