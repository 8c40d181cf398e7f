//! The pages of the documentation: their links lead somewhere, the index has them all, and their code is checked.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// The pages in a folder and below it, by their path from the root.
fn pages_in(folder: &str, pages: &mut Vec<String>) {
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            pages_in(&path, pages);
        } else if path.ends_with(".md") {
            pages.push(path);
        }
    }
}

/// The pages of the documentation.
fn docs() -> Vec<String> {
    let mut pages = Vec::new();
    pages_in("docs", &mut pages);
    pages.sort();
    assert!(pages.len() > 20, "{pages:?}");
    pages
}

/// The pages of the documentation, and the READMEs of the repository and of its crates.
fn pages() -> Vec<String> {
    let mut pages = docs();
    pages.extend(["README.md", "README.pt-BR.md", "CHANGELOG.md"].map(str::to_owned));
    for entry in fs::read_dir(root()).unwrap() {
        let readme = format!("{}/README.md", entry.unwrap().file_name().to_str().unwrap());
        if readme != "docs/README.md" && root().join(&readme).is_file() {
            pages.push(readme);
        }
    }
    pages
}

fn read(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap()
}

/// The lines outside of code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    })
}

/// Where the links of a page lead, as they are written. A link may be broken over two lines.
fn links(text: &str) -> Vec<String> {
    let prose = prose(text).collect::<Vec<_>>().join("\n");
    let targets = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.map(str::to_owned).collect()
}

/// The anchors that GitHub gives to the headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text).filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let kept = |character: &char| character.is_alphanumeric() || [' ', '-', '_'].contains(character);
        let text = heading.trim_start_matches('#').trim().to_lowercase();
        text.chars().filter(kept).collect::<String>().replace(' ', "-")
    };
    headings.map(anchor).collect()
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    let mut broken = Vec::new();
    let mut followed = 0;
    for page in pages() {
        for link in links(&read(&page)) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            followed += 1;
            let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let from = root().join(&page);
            let to = if path.is_empty() { from } else { from.parent().unwrap().join(path) };
            let leads = match anchor {
                "" => to.exists(),
                _ => fs::read_to_string(&to).is_ok_and(|text| anchors(&text).contains(anchor)),
            };
            if !leads {
                broken.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(followed > 100, "only {followed} links were found");
}

#[test]
fn the_index_has_every_page() {
    let listed: BTreeSet<_> = links(&read("docs/README.md")).into_iter().collect();
    let missing: Vec<_> = docs()
        .into_iter()
        .map(|page| page.trim_start_matches("docs/").to_owned())
        .filter(|page| page != "README.md" && !listed.contains(page))
        .collect();
    assert!(missing.is_empty(), "docs/README.md does not list {missing:?}");
}

#[test]
fn the_programs_of_every_page_are_doctests() {
    let doctests = read("tests/lib.rs");
    for page in docs() {
        let has_program = read(&page).lines().any(|line| line == "```rust" || line == "```rust,no_run");
        let listed = doctests.contains(&format!("\"{}\"", page.trim_start_matches("docs/")));
        assert_eq!(has_program, listed, "{page}: its programs and tests/lib.rs");
    }
}

/// The variables that a text names: `KLAVI_` or `BELVO_`, and what follows.
fn variables(text: &str) -> BTreeSet<String> {
    let is_part = |character: char| character.is_ascii_uppercase() || character == '_';
    text.split(|character| !is_part(character))
        .filter(|word| ["KLAVI_", "BELVO_"].iter().any(|prefix| word.len() > 6 && word.starts_with(prefix)))
        .map(str::to_owned)
        .collect()
}

fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_variable_is_on_its_page() {
    let mut text = String::new();
    for source in ["provider-call", "klavi-sdk", "belvo-sdk", "klavi-webhook", "klavi-cli"] {
        sources(&root().join(source).join("src"), &mut text);
    }
    // Variables of tests and benches, and options of servers, which the page has as a rule.
    let ignored = |name: &str| {
        let options = ["KLAVI_RECEIVE_", "KLAVI_MOCK_", "KLAVI_BELVO_MOCK_", "KLAVI_CHECK_RECEIVER_"];
        ["KLAVI_TEST_", "KLAVI_BENCH_"].iter().chain(&options).any(|prefix| name.starts_with(prefix))
    };
    let read_by_code = variables(&text).into_iter().filter(|name| !ignored(name)).collect::<BTreeSet<_>>();
    assert!(read_by_code.contains("BELVO_SECRET_PASSWORD"), "{read_by_code:?}");
    let page = variables(&read("docs/reference/environment-variables.md"));
    let page = page.into_iter().filter(|name| !ignored(name)).collect::<BTreeSet<_>>();
    assert_eq!(page, read_by_code);
}
