use std::borrow::Cow;
use std::io::Read;

use crate::window::{StreamError, Window};
use crate::{Elements, Fault, Kind, Malformed, Members, Path, Reader, Value};

/// Goes through a document and hands out the elements of certain lists one by one, whatever its size: no more than
/// one element, and what stands beside the lists, is kept.
///
/// The lists are all arrays that are members of one name, at any depth, though not inside an element of another.
///
/// ```
/// use provider_wire::ListStream;
///
/// let document = br#"{"bank":"A","accounts":[{"number":"1","entries":[{"id":1},{"id":2}]}]}"#;
/// let mut stream = ListStream::new(&document[..], "entries");
/// let mut seen = Vec::new();
/// while let Some(element) = stream.next_element()? {
///     seen.push(format!("{} {}", element.path, element.text));
/// }
/// assert_eq!(seen, [r#"accounts[0].entries[0] {"id":1}"#, r#"accounts[0].entries[1] {"id":2}"#]);
/// assert_eq!(stream.into_rest(), r#"{"bank":"A","accounts":[{"number":"1","entries":[]}]}"#);
/// # Ok::<(), provider_wire::StreamError>(())
/// ```
#[derive(Debug)]
pub struct ListStream<R> {
    window: Window<R>,
    list: &'static str,
    open: Vec<Container>,
    rest: String,
    limit: usize,
    state: State,
}

/// An element of one of the lists.
#[derive(Debug)]
#[non_exhaustive]
pub struct Element<'a> {
    /// Where it stands.
    pub path: Path,
    /// Its JSON text.
    pub text: &'a str,
}

impl Element<'_> {
    /// Reads it as a type; `None` where it is another kind of value altogether. What is skipped is told by its
    /// path in the document.
    pub fn read<T: Value>(&self) -> (Option<T>, Vec<Malformed>) {
        let mut reader = Reader::new(self.text);
        let mut list = Vec::with_capacity(1);
        // The text was gone over before: it is JSON.
        let _ = reader.element_onto(&mut list);
        (list.pop(), reader.into_notes().findings(self.text, &self.path).malformed)
    }
}

#[derive(Debug)]
struct Container {
    path: Path,
    steps: Steps,
    index: usize,
}

#[derive(Clone, Debug)]
enum Steps {
    Members(Members),
    Elements(Elements),
    /// Elements that the caller reads.
    List(Elements),
}

#[derive(Debug, PartialEq)]
enum State {
    Before,
    Inside,
    Behind,
}

#[expect(clippy::redundant_closure_for_method_calls, reason = "a method is of one reader's lifetime alone")]
impl<R: Read> ListStream<R> {
    /// How deep lists are looked for.
    const DEPTH: usize = 32;

    /// What may stand beside the lists, in bytes, unless said otherwise.
    pub const LIMIT: usize = 16 << 20;

    /// A stream over the elements of the arrays named `list`.
    pub fn new(source: R, list: &'static str) -> Self {
        Self::with_limit(source, list, Self::LIMIT)
    }

    /// The same with another bound on what stands beside the lists, and on a single element.
    pub fn with_limit(source: R, list: &'static str, limit: usize) -> Self {
        Self {
            window: Window::new(source, limit),
            list,
            open: Vec::new(),
            rest: String::new(),
            limit,
            state: State::Before,
        }
    }

    /// The document with every list empty. Whole once [`next_element`](Self::next_element) has said that there is no
    /// further element.
    pub fn into_rest(self) -> String {
        self.rest
    }

    /// Goes to the next element; `None` where the document has ended.
    ///
    /// # Errors
    /// Where the source fails, the document is no JSON, or too much stands beside the lists. The stream is of no
    /// further use then.
    pub fn next_element(&mut self) -> Result<Option<Element<'_>>, StreamError> {
        if self.state == State::Before {
            self.state = State::Inside;
            self.value(Path::default(), "")?;
        }
        while let Some(container) = self.open.last() {
            let (steps, path, index) = (container.steps.clone(), container.path.clone(), container.index);
            match steps {
                Steps::Members(members) => {
                    let (members, name) = self.keep(|reader| {
                        let mut members = members.clone();
                        let name = members.next(reader)?.map(Cow::into_owned);
                        Ok((members, name))
                    })?;
                    self.go_on(Steps::Members(members), name.is_some());
                    if let Some(name) = name {
                        self.value(path.member(&name), &name)?;
                    }
                }
                Steps::Elements(elements) => {
                    let (elements, another) = self.keep(|reader| step_elements(&elements, reader))?;
                    self.go_on(Steps::Elements(elements), another);
                    if another {
                        self.value(path.element(index), "")?;
                    }
                }
                Steps::List(elements) => {
                    let ((elements, another), _) =
                        self.window.step(|reader| step_elements(&elements, reader))?;
                    self.go_on(Steps::List(elements), another);
                    if another {
                        let (_, text) = self.window.step(|reader| reader.skip().map(drop))?;
                        return Ok(Some(Element { path: path.element(index), text: text.trim_start() }));
                    }
                    self.rest.push(']');
                }
            }
        }
        if self.state == State::Inside {
            self.window.step(|reader| reader.finish())?;
            self.state = State::Behind;
        }
        Ok(None)
    }

    /// Notes how far the innermost container is, or leaves it.
    fn go_on(&mut self, steps: Steps, another: bool) {
        if !another {
            self.open.pop();
        } else if let Some(container) = self.open.last_mut() {
            container.steps = steps;
            container.index += 1;
        }
    }

    /// Goes into a container, or over a leaf.
    fn value(&mut self, path: Path, name: &str) -> Result<(), StreamError> {
        let (kind, _) = self.window.step(|reader| reader.kind())?;
        let steps = match kind {
            // Lists stand nowhere near as deep.
            _ if self.open.len() == Self::DEPTH => return self.keep(|reader| reader.skip().map(drop)),
            Kind::Object => Steps::Members(self.keep(|reader| reader.enter_object())?),
            Kind::Array if name == self.list => Steps::List(self.keep(|reader| reader.enter_array())?),
            Kind::Array => Steps::Elements(self.keep(|reader| reader.enter_array())?),
            _ => return self.keep(|reader| reader.skip().map(drop)),
        };
        self.open.push(Container { path, steps, index: 0 });
        Ok(())
    }

    /// Takes a step whose text belongs to the rest.
    fn keep<T>(&mut self, step: impl Fn(&mut Reader<'_>) -> Result<T, Fault>) -> Result<T, StreamError> {
        let (value, text) = self.window.step(step)?;
        self.rest.push_str(text);
        if self.rest.len() > self.limit {
            return Err(StreamError::TooLarge(self.limit));
        }
        Ok(value)
    }
}

fn step_elements(elements: &Elements, reader: &mut Reader<'_>) -> Result<(Elements, bool), Fault> {
    let mut elements = elements.clone();
    let another = elements.next(reader)?;
    Ok((elements, another))
}
