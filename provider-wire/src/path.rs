use std::fmt;

/// Where a value stands in a JSON document: `links[0].consents[2].consentId`.
///
/// A path holds member names and positions, never values. Two kinds of member name come from the sender: the keys of
/// a [`Map`](crate::Map), and members nobody knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Step {
    Member(Box<str>),
    Element(usize),
}

impl Path {
    pub(crate) fn enter_member(&mut self, name: &str) {
        self.0.push(Step::Member(name.into()));
    }

    pub(crate) fn enter_element(&mut self, index: usize) {
        self.0.push(Step::Element(index));
    }

    pub(crate) fn leave(&mut self) {
        self.0.pop();
    }

    /// The path with every position written as `[]`: `links[].consents[].consentId`.
    pub fn pattern(&self) -> String {
        self.render(|_| "[]".to_owned())
    }

    fn render(&self, element: impl Fn(usize) -> String) -> String {
        let mut out = String::new();
        for step in &self.0 {
            match step {
                Step::Member(name) => {
                    if !out.is_empty() {
                        out.push('.');
                    }
                    out.push_str(name);
                }
                Step::Element(index) => out.push_str(&element(*index)),
            }
        }
        out
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(|index| format!("[{index}]")))
    }
}
