//! A form as a call of the control API.

use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

use crate::control::{self, Problem};
use html_kit::Input;

/// A call of the control API as a form makes it: its members in JSON, judged by the call itself.
#[derive(Debug)]
#[must_use]
pub struct Order<'a> {
    input: &'a Input,
    members: Map<String, Value>,
}

impl<'a> Order<'a> {
    /// Of that form.
    pub fn of(input: &'a Input) -> Self {
        Self { input, members: Map::new() }
    }

    /// Text; a field that was left empty is no member.
    pub fn text(self, name: &str) -> Self {
        let text = self.input.get(name).trim().to_owned();
        if text.is_empty() { self } else { self.with(name, text) }
    }

    /// The same, but `null` where it was left empty.
    pub fn text_or_null(self, name: &str) -> Self {
        let text = self.input.get(name).trim().to_owned();
        let value = if text.is_empty() { Value::Null } else { text.into() };
        self.with(name, value)
    }

    /// A number; anything else is passed on as it was typed.
    pub fn number(self, name: &str) -> Self {
        let value = self.typed_number(name);
        if value.is_null() { self } else { self.with(name, value) }
    }

    /// The same, but `null` where it was left empty.
    pub fn number_or_null(self, name: &str) -> Self {
        let value = self.typed_number(name);
        self.with(name, value)
    }

    /// A box to tick: not there means no.
    pub fn flag(self, name: &str) -> Self {
        let ticked = !self.input.get(name).is_empty();
        self.with(name, ticked)
    }

    /// A word to choose, `true` or `false`; nothing chosen is no member.
    pub fn choice(self, name: &str) -> Self {
        match self.input.get(name) {
            "" => self,
            "true" => self.with(name, true),
            "false" => self.with(name, false),
            other => {
                let other = other.to_owned();
                self.with(name, other)
            }
        }
    }

    /// With that member.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// The call.
    ///
    /// # Errors
    /// Where the call would refuse it.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, Problem> {
        control::read(Value::Object(self.members).to_string().as_bytes())
    }

    fn typed_number(&self, name: &str) -> Value {
        let typed = self.input.get(name).trim();
        match typed.parse::<Number>() {
            _ if typed.is_empty() => Value::Null,
            Ok(number) => Value::Number(number),
            Err(_) => typed.into(),
        }
    }
}
