//! Objects that are written while their lists are made.

use provider_wire::Record;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The members of a JSON object.
pub(crate) trait Members {
    fn write<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error>;
}

impl<R: Record> Members for R {
    fn write<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error> {
        self.write_members(out)
    }
}

/// An object with one member more.
pub(crate) struct With<R, V> {
    pub(crate) object: R,
    pub(crate) name: &'static str,
    pub(crate) value: V,
}

impl<R: Members, V: Serialize> Members for With<R, V> {
    fn write<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error> {
        self.object.write(out)?;
        out.serialize_entry(self.name, &self.value)
    }
}

impl<R: Members, V: Serialize> Serialize for With<R, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(None)?;
        self.write(&mut out)?;
        out.end()
    }
}

/// An array whose items are made when it is written, one at a time.
pub(crate) struct Lazy<F>(pub(crate) F);

impl<F, I> Serialize for Lazy<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}
