//! What the async clients can do the blocking ones can do, told from their sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What only the async clients have: types, and methods such as constructors that make no call.
const ONLY_ASYNC: &[&str] = &[
    "Client::builder",
    "LinkSession::expires_at",
    "LinkSession::link_id",
    "LinkSession::token",
    "LinkSession::url",
    "Watch::next",
];
/// What only the blocking clients have.
const ONLY_BLOCKING: &[&str] = &["Client::new", "LinkSession::session"];

/// The public methods of each type.
#[derive(Debug, Default)]
struct Api {
    methods: BTreeMap<String, BTreeSet<String>>,
    /// Types with an async method.
    calling: BTreeSet<String>,
}

impl Api {
    fn read(files: &[PathBuf]) -> Self {
        let mut api = Self::default();
        for file in files {
            let source = fs::read_to_string(file).expect("a source file can be read");
            let mut inside: Option<String> = None;
            for line in source.lines() {
                if line.starts_with("impl") {
                    inside = implemented(line);
                } else if line == "}" {
                    inside = None;
                }
                if let (Some(name), Some(method)) = (&inside, method(line)) {
                    api.methods.entry(name.clone()).or_default().insert(format!("{name}::{method}"));
                    if line.contains(" async fn ") {
                        api.calling.insert(name.clone());
                    }
                }
            }
        }
        api
    }
}

/// `Pages` of `impl<T: Paged> Pages<T> {`; nothing for the implementation of a trait.
fn implemented(line: &str) -> Option<String> {
    let mut rest = line.strip_prefix("impl")?;
    if rest.starts_with('<') {
        let mut depth = 0_i32;
        let end = rest.find(|character| {
            depth += i32::from(character == '<') - i32::from(character == '>');
            depth == 0
        });
        rest = &rest[end? + 1..];
    }
    let is_name = |character: char| character.is_alphanumeric() || character == '_';
    let name: String = rest.trim_start().chars().take_while(|character| is_name(*character)).collect();
    (!rest.contains(" for ") && !name.is_empty()).then_some(name)
}

/// `by_item` of `    pub fn by_item(self) …`.
fn method(line: &str) -> Option<&str> {
    let (_, rest) = line.strip_prefix("    pub ")?.split_once("fn ")?;
    rest.split(['(', '<']).next()
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("a folder can be read").path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn blocking_clients_have_the_methods_of_the_async_ones() {
    ["klavi-sdk", "belvo-sdk"].into_iter().for_each(compare);
}

fn compare(sdk: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(sdk);
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    let folder = root.join("src/blocking");
    let is_blocking = |file: &PathBuf| file.starts_with(&folder) || *file == folder.with_extension("rs");
    let (blocking, usual): (Vec<_>, Vec<_>) = files.into_iter().partition(is_blocking);
    let (usual, blocking) = (Api::read(&usual), Api::read(&blocking));
    assert!(blocking.methods.len() > 3, "the sources were read: {blocking:?}");

    let without = usual.calling.iter().filter(|name| !blocking.methods.contains_key(*name));
    let without: Vec<_> = without.filter(|name| !ONLY_ASYNC.contains(&name.as_str())).collect();
    assert!(without.is_empty(), "{sdk}: types without a blocking one: {without:?}");
    for (name, methods) in &blocking.methods {
        let expected = usual.methods.get(name).cloned().unwrap_or_default();
        let missing: Vec<_> =
            expected.difference(methods).filter(|method| !is_in(ONLY_ASYNC, method)).collect();
        let surplus: Vec<_> =
            methods.difference(&expected).filter(|method| !is_in(ONLY_BLOCKING, method)).collect();
        assert!(missing.is_empty() && surplus.is_empty(), "{sdk}: missing {missing:?}, surplus {surplus:?}");
    }
}

fn is_in(list: &[&str], method: &str) -> bool {
    list.contains(&method)
}

#[test]
fn sources_are_read_as_they_are_written() {
    assert_eq!(implemented("impl<T: Paged> Pages<T> {").as_deref(), Some("Pages"));
    assert_eq!(
        implemented("impl<'a, E: From<CallError>> CustomCall<'a, E> {").as_deref(),
        Some("CustomCall")
    );
    assert_eq!(implemented("impl Client {").as_deref(), Some("Client"));
    assert_eq!(implemented("impl fmt::Debug for Client {"), None);
    assert_eq!(method("    pub async fn send<T: DeserializeOwned>(self) -> Result<T> {"), Some("send"));
    assert_eq!(method("    pub(crate) fn caller(&self) -> &Caller {"), None);
}
