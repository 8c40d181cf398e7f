use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{Amount, Date, DateTime, Flag, Integer, Json, List, Map, Money, OneOrMany, Secret, Text};

/// A decimal as text, or the empty text; blanks may stand anywhere.
const DECIMAL: &str = r"^(\s*-?(\s*[0-9])+(\s*\.(\s*[0-9])+)?(\s*[eE]\s*[-+]?(\s*[0-9])+)?\s*)?$";

/// The schema of a leaf, under its own name.
macro_rules! leaf {
    ($name:ident, {$($schema:tt)*}) => {
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({$($schema)*})
            }
        }
    };
}

leaf!(Amount, {
    "description": "Exact decimal number, up to 28 digits: text, as documented, or a JSON number. The empty text is \
        \"absent\". Read it as a decimal, never as a binary float.",
    "type": ["string", "number"],
    "pattern": DECIMAL,
});

leaf!(Integer, {
    "description": "Whole number: a JSON number or text. The empty text is \"absent\".",
    "type": ["integer", "string"],
    "pattern": DECIMAL,
});

leaf!(Flag, {
    "description": "Yes or no: a boolean, or `true`, `false`, `SIM`, `NÃO` or `NAO` as text in any case. The empty text is \"absent\".",
    "type": ["boolean", "string"],
    "pattern": "^([tT][rR][uU][eE]|[fF][aA][lL][sS][eE]|[sS][iI][mM]|[nN][aAãÃ][oO])?$",
});

leaf!(Date, {
    "description": "Day, `2021-01-07`; some senders add a time. The empty text is \"absent\".",
    "type": "string",
});

leaf!(DateTime, {
    "description": "Date and time, `2016-01-29T12:29:03.374Z`; the zone, and even the time, may be missing. The empty \
        text is \"absent\".",
    "type": "string",
});

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Amount with its currency, or bare.",
            "anyOf": [
                {
                    "type": "object",
                    "properties": {
                        "amount": generator.subschema_for::<Option<Amount>>(),
                        "currency": {"description": "ISO 4217 code, `BRL`.", "type": ["string", "number", "null"]},
                    },
                },
                generator.subschema_for::<Amount>(),
            ],
        })
    }
}

// Under a name of its own, or generators of types lose what the members are.
impl<T: JsonSchema> JsonSchema for Map<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}ByName", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("Map<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "object", "additionalProperties": generator.subschema_for::<Option<T>>()})
    }
}

/// A schema that is written where it is used, since a name of its own would say nothing.
macro_rules! inline {
    ([$($item:ident)?] $name:ty, $called:literal, $generator:ident => $schema:expr) => {
        impl $(<$item: JsonSchema>)? JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $called.into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

inline!([] Text, "Text", _generator => json_schema!({"type": ["string", "number"]}));
inline!([] Secret, "Secret", _generator => json_schema!({"type": "string", "writeOnly": true}));
// Anything. Generators of types take an object where no type is given.
inline!([] Json, "Json", _generator => json_schema!({
    "type": ["object", "array", "string", "number", "boolean", "null"],
}));
inline!([T] List<T>, "List", generator => json_schema!({
    "type": ["array", "null"],
    "items": generator.subschema_for::<T>(),
}));
inline!([T] OneOrMany<T>, "OneOrMany", generator => {
    let item = generator.subschema_for::<T>();
    json_schema!({"anyOf": [item, {"type": "array", "items": item}]})
});
