//! The trees of documented fields: `tests/trees/<name>.tree`, one field a line, indented by its depth.
//!
//! A line is `name shape`, other spellings of the name behind `|` (`·` stands for a blank). Shapes:
//!
//! - `{}`, `[]`, `map V`: members follow, one level deeper. `{}/[]`: an object or an array of them,
//!   `{}/amount`: an object or a bare amount.
//! - `text`, `integer`, `number` (a JSON number), `amount` (decimal text), `flag`, `date`, `datetime`, `year`, `json`;
//!   several forms behind `/`, the documented one first; `text[]`, `date[]` for arrays of them.
//! - `word V`: one of the words in the line `V` of `tests/trees/words`.
//! - `money`: `{amount, currency}`, also bare; `bare`: the same, but documented bare.
//! - `same T a.b`: as the field `a.b` of tree `T`.
//!
//! A first line `of …` lists the products, or the report type.

use std::fs;
use std::iter::Peekable;
use std::path::Path;
use std::str::Lines;
use std::sync::LazyLock;

/// Name and text of every tree, in the order of the names.
static FILES: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trees");
    let paths = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "tree"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (&*name.leak(), &*fs::read_to_string(&path).unwrap().leak())
        })
        .collect();
    files.sort_unstable();
    files
});

const WORDS: &str = include_str!("../../trees/words");

#[derive(Clone)]
pub(crate) struct Tree {
    /// Products, or the report type.
    pub(crate) of: Vec<&'static str>,
    pub(crate) fields: Vec<Node>,
}

#[derive(Clone)]
pub(crate) struct Node {
    /// The documented name first.
    pub(crate) names: Vec<String>,
    /// The documented form first.
    pub(crate) forms: Vec<Form>,
    /// Looked at in detail elsewhere.
    pub(crate) shared: bool,
}

#[derive(Clone)]
pub(crate) enum Form {
    Leaf(Kind),
    Object(Vec<Node>),
    Array(Box<Self>),
    /// Member names are data, such as these.
    Map(Vec<&'static str>, Vec<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Text,
    /// The words, with blanks between them.
    Word(&'static str),
    Integer,
    Number,
    Amount,
    Flag,
    Date,
    DateTime,
    Year,
    Json,
}

impl Kind {
    pub(crate) fn words(self) -> impl Iterator<Item = &'static str> {
        let words = if let Self::Word(words) = self { Some(words) } else { None };
        words.into_iter().flat_map(|words| words.split(' '))
    }
}

pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

/// Every word of every vocabulary, and the name of every product.
pub(crate) fn all_words() -> Vec<&'static str> {
    let vocabularies = WORDS.lines().flat_map(|line| line.split(' ').skip(1));
    let products = FILES.iter().filter_map(|(_, text)| text.lines().next()?.strip_prefix("of "));
    vocabularies.chain(products.flat_map(|names| names.split(' '))).collect()
}

impl Tree {
    pub(crate) fn load(name: &str) -> Self {
        let mut lines = lines_of(name);
        let of = lines.next_if(|line| line.starts_with("of "));
        let of = of.map_or_else(Vec::new, |line| line.split(' ').skip(1).collect());
        let fields = nodes(&mut lines, 0);
        assert_eq!(lines.next(), None, "{name}");
        Self { of, fields }
    }

    /// The tree of what stands around another, with the other in it.
    pub(crate) fn with(mut self, inner: Self) -> Self {
        self.of = inner.of;
        merge(&mut self.fields, inner.fields);
        self
    }

    /// Every field shared: it is looked at in detail elsewhere.
    pub(crate) fn shared(mut self) -> Self {
        share(&mut self.fields);
        self
    }
}

fn lines_of(tree: &str) -> Peekable<Lines<'static>> {
    let (_, text) = FILES.iter().find(|(name, _)| *name == tree).expect("a tree of that name");
    text.lines().peekable()
}

fn depth_of(line: &str) -> usize {
    (line.len() - line.trim_start().len()) / 2
}

/// Only that field is read: a tree may refer to itself.
fn forms_of(tree: &str, path: &str) -> Vec<Form> {
    let mut lines = lines_of(tree);
    let mut shape = "";
    for (depth, name) in path.split('.').enumerate() {
        let of_name = |line: &str| {
            let (names, shape) = line.trim_start().split_once(' ')?;
            (depth_of(line) == depth && names.split('|').next() == Some(name)).then_some(shape.len())
        };
        let (line, length) =
            lines.find_map(|line| Some((line, of_name(line)?))).expect("a field of that path");
        shape = &line[line.len() - length..];
    }
    forms(shape, &mut lines, path.split('.').count() - 1)
}

fn merge(fields: &mut Vec<Node>, more: Vec<Node>) {
    for node in more {
        let there = fields.iter_mut().find(|field| field.names[0] == node.names[0]);
        match (there, &node.forms[..]) {
            (Some(Node { forms, shared, .. }), [Form::Object(inner)]) => {
                let Some(Form::Object(members)) = forms.first_mut() else { panic!("two of one name") };
                merge(members, inner.clone());
                *shared = false;
            }
            _ => fields.push(node),
        }
    }
}

fn share(fields: &mut [Node]) {
    for node in fields {
        node.shared = true;
        for form in &mut node.forms {
            if let Form::Object(members) | Form::Map(_, members) = form {
                share(members);
            }
        }
    }
}

fn nodes(lines: &mut Peekable<Lines<'static>>, depth: usize) -> Vec<Node> {
    let mut nodes = Vec::new();
    while let Some(line) = lines.next_if(|line| depth_of(line) == depth) {
        let (names, shape) = line.trim_start().split_once(' ').expect("a name and a shape");
        let names = names.split('|').map(|name| name.replace('·', " ")).collect();
        let shared = shape.starts_with("same ");
        nodes.push(Node { names, forms: forms(shape, lines, depth), shared });
    }
    nodes
}

fn forms(shape: &'static str, lines: &mut Peekable<Lines<'static>>, depth: usize) -> Vec<Form> {
    let array = |form| Form::Array(Box::new(form));
    match shape.split(' ').collect::<Vec<_>>()[..] {
        ["{}"] => vec![Form::Object(nodes(lines, depth + 1))],
        ["[]"] => vec![array(Form::Object(nodes(lines, depth + 1)))],
        ["{}/amount"] => vec![Form::Object(nodes(lines, depth + 1)), Form::Leaf(Kind::Amount)],
        ["{}/[]"] => {
            let object = Form::Object(nodes(lines, depth + 1));
            vec![object.clone(), array(object)]
        }
        ["[]/{}"] => {
            let object = Form::Object(nodes(lines, depth + 1));
            vec![array(object.clone()), object]
        }
        ["map", names] => vec![Form::Map(words(names).split(' ').collect(), nodes(lines, depth + 1))],
        ["word", name] => vec![Form::Leaf(Kind::Word(words(name)))],
        ["same", tree, path] => forms_of(tree, path),
        ["money"] => vec![money(), Form::Leaf(Kind::Amount)],
        ["bare"] => vec![Form::Leaf(Kind::Amount), money()],
        ["year"] => vec![Form::Leaf(Kind::Year), Form::Leaf(Kind::Date)],
        ["text[]"] => vec![array(Form::Leaf(Kind::Text))],
        ["date[]"] => vec![array(Form::Leaf(Kind::Date))],
        [kinds] => kinds.split('/').map(|name| Form::Leaf(kind(name))).collect(),
        _ => panic!("{shape}"),
    }
}

fn kind(name: &str) -> Kind {
    match name {
        "text" => Kind::Text,
        "integer" => Kind::Integer,
        "number" => Kind::Number,
        "amount" => Kind::Amount,
        "flag" => Kind::Flag,
        "date" => Kind::Date,
        "datetime" => Kind::DateTime,
        "json" => Kind::Json,
        _ => panic!("{name}"),
    }
}

fn money() -> Form {
    let member = |name: &str, kind| Node {
        names: vec![name.to_owned()],
        forms: vec![Form::Leaf(kind)],
        shared: false,
    };
    Form::Object(vec![member("amount", Kind::Amount), member("currency", Kind::Text)])
}

fn words(name: &str) -> &'static str {
    let line = WORDS.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no words {name}"))
}
