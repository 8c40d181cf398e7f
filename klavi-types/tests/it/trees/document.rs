//! Documents that show every field of a tree.

use serde_json::{Map, Value, json};

use super::tree::{Form, Kind, Node};

/// How a document is written.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    /// How many elements an array of objects has.
    pub(crate) elements: usize,
    /// Which spelling of a name: 0 is the documented one.
    pub(crate) name: usize,
    /// Which form of a value: 0 is the documented one.
    pub(crate) form: usize,
    /// Amounts as numbers; numbers and flags as text.
    pub(crate) swapped: bool,
    /// A member that nobody knows in every object, a word that nobody knows in every enumeration.
    pub(crate) strange: bool,
}

/// One element in each array: enough where every place is broken in turn.
pub(crate) const SLIM: Style = Style { elements: 1, name: 0, form: 0, swapped: false, strange: false };

pub(crate) const WHOLE: Style = Style { elements: 2, ..SLIM };

/// A value in a document.
#[derive(Clone)]
pub(crate) struct Slot<'t> {
    /// As [`Value::pointer`] takes it.
    pub(crate) pointer: String,
    /// As `Path` shows it.
    pub(crate) path: String,
    /// Spellings of its name; none for an element of an array and a member whose name is data.
    pub(crate) names: &'t [String],
    pub(crate) form: &'t Form,
    /// Whether it may come in another form as well.
    pub(crate) other_forms: bool,
    pub(crate) shared: bool,
}

impl Slot<'_> {
    pub(crate) fn kind(&self) -> Option<Kind> {
        if let Form::Leaf(kind) = self.form { Some(*kind) } else { None }
    }

    /// The object or array it stands in, and its name or position there.
    pub(crate) fn place(&self) -> (&str, &str) {
        self.pointer.rsplit_once('/').expect("no slot is the root")
    }

    pub(crate) fn is_element(&self) -> bool {
        self.path.ends_with(']')
    }
}

pub(crate) struct Document<'t> {
    pub(crate) value: Value,
    pub(crate) slots: Vec<Slot<'t>>,
    /// Paths of the members that nobody knows.
    pub(crate) strange_members: Vec<String>,
    /// Paths and words that nobody knows.
    pub(crate) strange_words: Vec<(String, String)>,
}

struct Writer<'t> {
    style: Style,
    slots: Vec<Slot<'t>>,
    strange_members: Vec<String>,
    strange_words: Vec<(String, String)>,
    /// Makes each leaf another one.
    count: u32,
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    pointer: &'a str,
    path: &'a str,
    shared: bool,
}

pub(crate) fn write(fields: &[Node], style: Style) -> Document<'_> {
    let mut writer = Writer {
        style,
        slots: Vec::new(),
        strange_members: Vec::new(),
        strange_words: Vec::new(),
        count: 910_000,
    };
    let value = Value::Object(writer.object(fields, Place { pointer: "", path: "", shared: false }));
    let Writer { slots, strange_members, strange_words, .. } = writer;
    Document { value, slots, strange_members, strange_words }
}

/// Another value of that form, with other leaves than any document has.
pub(crate) fn another(form: &Form) -> Value {
    let mut writer = Writer {
        style: SLIM,
        slots: Vec::new(),
        strange_members: Vec::new(),
        strange_words: Vec::new(),
        count: 980_000,
    };
    writer.value(form, Place { pointer: "", path: "", shared: false })
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

impl<'t> Writer<'t> {
    fn object(&mut self, nodes: &'t [Node], at: Place<'_>) -> Map<String, Value> {
        let mut members = Map::new();
        for node in nodes {
            let name = &node.names[self.style.name.min(node.names.len() - 1)];
            let form = &node.forms[self.style.form.min(node.forms.len() - 1)];
            let slot = Slot {
                pointer: format!("{}/{name}", at.pointer),
                path: join(at.path, name),
                names: &node.names,
                form,
                other_forms: node.forms.len() > 1,
                shared: at.shared || node.shared,
            };
            members.insert(name.clone(), self.slot(&slot));
        }
        if self.style.strange {
            self.strange_members.push(join(at.path, "novoCampo"));
            members.insert("novoCampo".to_owned(), json!({"a": [1, "segredo", null]}));
        }
        members
    }

    fn slot(&mut self, slot: &Slot<'t>) -> Value {
        self.slots.push(slot.clone());
        self.value(slot.form, Place { pointer: &slot.pointer, path: &slot.path, shared: slot.shared })
    }

    fn unnamed(&mut self, form: &'t Form, at: Place<'_>, pointer: String, path: String) -> Value {
        self.slot(&Slot { pointer, path, names: &[], form, other_forms: false, shared: at.shared })
    }

    fn value(&mut self, form: &'t Form, at: Place<'_>) -> Value {
        match form {
            Form::Leaf(kind) => self.leaf(*kind, at.path),
            Form::Object(nodes) => Value::Object(self.object(nodes, at)),
            Form::Array(element) => {
                let elements = if matches!(**element, Form::Leaf(_)) { 2 } else { self.style.elements };
                (0..elements)
                    .map(|index| {
                        let place = (format!("{}/{index}", at.pointer), format!("{}[{index}]", at.path));
                        self.unnamed(element, at, place.0, place.1)
                    })
                    .collect()
            }
            Form::Map(names, nodes) => {
                let mut members = Map::new();
                for name in names.iter().take(self.style.elements) {
                    let place = (format!("{}/{name}", at.pointer), join(at.path, name));
                    let inner = Place { pointer: &place.0, path: &place.1, shared: at.shared };
                    members.insert((*name).to_owned(), Value::Object(self.object(nodes, inner)));
                }
                Value::Object(members)
            }
        }
    }

    fn leaf(&mut self, kind: Kind, path: &str) -> Value {
        self.count += 1;
        let n = self.count;
        let swapped = self.style.swapped;
        match kind {
            Kind::Text => json!(format!("Texto {n} ç")),
            Kind::Word(_) if self.style.strange => {
                let word = format!("PALAVRA_{n}");
                self.strange_words.push((path.to_owned(), word.clone()));
                json!(word)
            }
            Kind::Word(words) => {
                let words: Vec<&str> = words.split(' ').collect();
                json!(words[n as usize % words.len()])
            }
            Kind::Integer if swapped => json!(n.to_string()),
            Kind::Integer => json!(n),
            Kind::Amount if !swapped => json!(format!("{n}.0400")),
            Kind::Number if swapped => json!(format!("-{n}.0400")),
            Kind::Amount => json!(f64::from(n) + 0.25),
            Kind::Number => json!(-f64::from(n) - 0.25),
            Kind::Flag if swapped => json!(n.is_multiple_of(2).to_string()),
            Kind::Flag => json!(n.is_multiple_of(2)),
            Kind::Date => json!(format!("20{:02}-{:02}-15", n % 100, n % 12 + 1)),
            Kind::DateTime => json!(format!("20{:02}-{:02}-28T12:29:03.374Z", n % 100, n % 12 + 1)),
            Kind::Year if swapped => json!((2000 + n % 100).to_string()),
            Kind::Year => json!(2000 + n % 100),
            Kind::Json => json!({"meuId": [format!("Texto {n}"), n, null]}),
        }
    }
}
