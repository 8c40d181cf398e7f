//! The page that lists the predicates of errors, generated from their documentation.

use std::fmt::Write as _;
use std::path::Path;

const HEAD: &str = "\
# Errors

This page lists what you can ask an error of the clients. A test generates it from the documentation of the methods; write it
again with `KLAVI_TEST_WRITE=1 cargo test -p klavi-tests --test it error_reference`. [Handle errors](../guides/errors.md) shows
how to use them: ask `is_outcome_unknown()` first.
";

/// A public method and its documentation.
struct Method {
    name: String,
    docs: String,
}

/// The methods of `impl NAME {` in a source file that take `&self` alone.
fn methods(file: &str, name: &str) -> Vec<Method> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let source = std::fs::read_to_string(source).unwrap();
    let (_, body) = source.split_once(&format!("\nimpl {name} {{\n")).expect("the type has methods");
    let (body, _) = body.split_once("\n}\n").expect("they end");
    let mut methods = Vec::new();
    let mut docs: Vec<&str> = Vec::new();
    for line in body.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            docs.push(text.trim());
        } else if let Some(signature) = line.strip_prefix("pub fn ") {
            if let Some((name, _)) = signature.split_once("(&self)") {
                methods.push(Method { name: name.to_owned(), docs: docs.join("\n") });
            }
            docs.clear();
        } else if !line.starts_with("#[") {
            docs.clear();
        }
    }
    methods
}

/// Plain text: one line, with the words of links alone.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        // An index, such as that of `results[3]`.
        if before.ends_with(char::is_alphanumeric) {
            plain.push('[');
            rest = after;
            continue;
        }
        let (words, after) = after.split_once(']').expect("a link ends");
        plain.push_str(words);
        rest = match after.strip_prefix('(') {
            Some(target) => target.split_once(')').expect("its target ends").1,
            None => after,
        };
    }
    plain.push_str(rest);
    plain.replace('\n', " ").replace('|', "\\|")
}

fn capitalised(text: &str) -> String {
    let mut characters = text.trim().trim_end_matches('.').chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// A row for each predicate: what it means, its cause, its remedy.
fn predicates(page: &mut String, title: &str, file: &str) {
    let _ = write!(page, "\n## {title}\n\n| predicate | means | cause | remedy |\n|---|---|---|---|\n");
    for Method { name, docs } in methods(file, "Error") {
        if !name.starts_with("is_") && !name.starts_with("needs_") {
            continue;
        }
        let (means, rest) = docs.split_once("\n\n").unwrap_or((&docs, ""));
        let (_, cause) = rest.split_once("Cause:").unwrap_or_else(|| panic!("{file}: {name} has no cause"));
        let (cause, remedy) =
            cause.split_once("Remedy:").unwrap_or_else(|| panic!("{file}: {name} has no remedy"));
        let [means, cause, remedy] = [means, cause, remedy].map(|text| capitalised(&plain(text)));
        let _ = writeln!(page, "| `{name}()` | {means} | {cause} | {remedy} |");
    }
}

/// A row for each method that returns a value.
fn accessors(page: &mut String, title: &str, file: &str, name: &str) {
    let _ = write!(page, "\n## {title}\n\n| method | returns |\n|---|---|\n");
    for Method { name, docs } in methods(file, name) {
        if name.starts_with("is_") || name.starts_with("needs_") {
            continue;
        }
        let first = docs.split("\n\n").next().unwrap_or_default();
        let _ = writeln!(page, "| `{name}()` | {} |", capitalised(&plain(first)));
    }
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    predicates(&mut page, "`klavi_sdk::Error`: predicates", "klavi-sdk/src/error.rs");
    accessors(&mut page, "`klavi_sdk::Error`: values", "klavi-sdk/src/error.rs", "Error");
    predicates(&mut page, "`belvo_sdk::Error`: predicates", "belvo-sdk/src/error.rs");
    accessors(&mut page, "`belvo_sdk::Error`: values", "belvo-sdk/src/error.rs", "Error");
    accessors(&mut page, "Both clients: what happened on the way", "provider-call/src/error.rs", "CallError");
    page.push_str(
        "\nBoth error types dereference to `CallError`, which also has `is_connect()` and `is_tls()`: no connection was made, or a \
         certificate was not accepted.\n",
    );
    page
}

#[test]
fn the_page_about_errors_says_what_the_methods_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/errors.md");
    if std::env::var_os("KLAVI_TEST_WRITE").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap_or_default(),
        page(),
        "write it with KLAVI_TEST_WRITE=1"
    );
}
