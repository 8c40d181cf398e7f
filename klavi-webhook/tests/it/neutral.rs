//! Nothing outside `provider/` names a provider. The crate's front page, `lib.rs`, does.

use std::fs;
use std::path::{Path, PathBuf};

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
    for name in [
        "admin",
        "blocking",
        "clock",
        "conformance",
        "dispatch",
        "inbox",
        "ingress",
        "publish",
        "sink",
        "telemetry",
    ] {
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
        let mut in_example = false;
        for (number, line) in text.lines().enumerate() {
            // An example has to take some provider to run.
            if line
                .trim_start()
                .trim_start_matches('/')
                .trim_start_matches('!')
                .trim_start()
                .starts_with("```")
            {
                in_example = !in_example;
            }
            if in_example {
                continue;
            }
            // The crate's own name.
            let line = line
                .replace("klavi_webhook", "")
                .replace("klavi-webhook", "")
                .replace("klavi-cli", "")
                .replace("KLAVI_TEST_", "")
                .to_lowercase();
            let named = ["klavi", "belvo"].iter().find(|provider| line.contains(**provider));
            assert_eq!(named, None, "{}:{}", file.display(), number + 1);
        }
    }
}
