//! Guard, inbox and dispatch know no provider by name.

use std::fs;
use std::path::{Path, PathBuf};

/// The inbox of a URL without a name has been called so from the beginning: the streams of partners bear it.
const DEFAULT_NAME: &[&str] =
    &["const NAME: &str = \"klavi\";", "the name of the inbox, `klavi` unless said otherwise"];

fn sources(path: PathBuf, into: &mut Vec<PathBuf>) {
    if path.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| sources(entry.unwrap().path(), into));
    } else {
        into.push(path);
    }
}

#[test]
fn nothing_behind_the_seam_names_a_provider() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for name in
        ["guard", "inbox", "dispatch", "handlers", "inspector", "findings", "memory", "heavy", "refusals"]
    {
        for path in [folder.join(name), folder.join(format!("{name}.rs"))] {
            if path.exists() {
                sources(path, &mut files);
            }
        }
    }
    assert!(files.len() > 30, "{files:?}");
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        // What tests of a file try is no knowledge of its own.
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for (number, line) in text.lines().enumerate() {
            // The crate's own name.
            let line = line.replace("klavi_webhook", "").replace("klavi-webhook", "");
            let line = DEFAULT_NAME.iter().fold(line, |line, name| line.replace(name, "")).to_lowercase();
            let named = ["klavi", "belvo"].iter().find(|provider| line.contains(**provider));
            assert_eq!(named, None, "{}:{}", file.display(), number + 1);
        }
    }
}
