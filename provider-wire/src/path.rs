use std::fmt;
use std::sync::Arc;

/// Where a value stands in a JSON document: `links[0].consents[2].consentId`.
///
/// A path holds member names and positions, never values. Two kinds of member name come from the sender: the keys of
/// a [`Map`](crate::Map), and unknown members. A clone shares its steps.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(Option<Arc<Node>>);

#[derive(PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Node {
    parent: Path,
    step: Step,
}

#[derive(PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Step {
    Member(Box<str>),
    Element(usize),
}

impl Path {
    pub(crate) fn member(&self, name: &str) -> Self {
        self.step(Step::Member(name.into()))
    }

    pub(crate) fn element(&self, index: usize) -> Self {
        self.step(Step::Element(index))
    }

    fn step(&self, step: Step) -> Self {
        Self(Some(Arc::new(Node { parent: self.clone(), step })))
    }

    /// The member of the document's root in which the path begins.
    pub fn root_member(&self) -> Option<&str> {
        let first = std::iter::successors(self.0.as_ref(), |node| node.parent.0.as_ref()).last()?;
        match &first.step {
            Step::Member(name) => Some(name),
            Step::Element(_) => None,
        }
    }

    pub(crate) fn depth(&self) -> usize {
        std::iter::successors(self.0.as_ref(), |node| node.parent.0.as_ref()).count()
    }

    /// The path with every position written as `[]`: `links[].consents[].consentId`.
    pub fn pattern(&self) -> String {
        self.render(|_| "[]".to_owned())
    }

    fn render(&self, element: impl Fn(usize) -> String) -> String {
        let mut steps: Vec<&Step> = std::iter::successors(self.0.as_ref(), |node| node.parent.0.as_ref())
            .map(|node| &node.step)
            .collect();
        steps.reverse();
        let mut out = String::new();
        for step in steps {
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

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path({self})")
    }
}
