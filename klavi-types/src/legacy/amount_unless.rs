use std::fmt;

use provider_wire::{Amount, Fault, Reader, Value, if_json_schema};
use serde::{Deserialize, Serialize};

use crate::AmountNumber;

/// An amount for which one number says "not available": -1 in most reports, -999999 in labels.
///
/// The number stays what it is, for a true amount may be the same by chance; [`available`](Self::available) takes it
/// for "none".
///
/// ```
/// use klavi_types::legacy::AmountUnless;
///
/// let read = |json| serde_json::from_str::<AmountUnless<-1>>(json).unwrap();
/// assert_eq!(read("168.80").available().unwrap().to_string(), "168.80");
/// assert_eq!(read("-1").available(), None);
/// assert_eq!(read("-1").as_sent().to_string(), "-1");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AmountUnless<const NONE: i64>(AmountNumber);

impl<const NONE: i64> AmountUnless<NONE> {
    /// The amount; `None` where it is the number for "not available".
    pub fn available(self) -> Option<Amount> {
        Some(self.as_sent()).filter(|amount| amount.decimal() != NONE.into())
    }

    /// The number as it came.
    pub fn as_sent(self) -> Amount {
        self.0.get()
    }
}

impl<const NONE: i64> From<Amount> for AmountUnless<NONE> {
    fn from(amount: Amount) -> Self {
        Self(amount.into())
    }
}

impl<const NONE: i64> fmt::Debug for AmountUnless<NONE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AmountUnless(..)")
    }
}

impl<const NONE: i64> Value for AmountUnless<NONE> {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        AmountNumber::read(reader).map(|amount| amount.map(Self))
    }
}

if_json_schema! {
    impl<const NONE: i64> provider_wire::schemars::JsonSchema for AmountUnless<NONE> {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            format!("AmountUnless{NONE}").into()
        }

        fn json_schema(
            generator: &mut provider_wire::schemars::SchemaGenerator,
        ) -> provider_wire::schemars::Schema {
            let mut schema = AmountNumber::json_schema(generator);
            schema.insert("description".to_owned(), format!("Exact decimal; {NONE} says \"not available\".").into());
            schema
        }
    }
}
