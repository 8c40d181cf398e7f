//! `deploy/compose.yaml`: what it names exists, and its services work together.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::{klavi, run, stdout};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// The addresses that the README's section about containers tells the reader to open.
fn told() -> Vec<String> {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let section = readme.split_once("\n## In containers\n").unwrap().1;
    let section = section.split("\n## ").next().unwrap();
    let words = section.split(|c: char| c.is_whitespace() || "`,;()<>".contains(c));
    let addresses = words.filter(|word| word.starts_with("http://") || word.starts_with("https://"));
    addresses.map(|word| word.trim_end_matches('.').to_owned()).collect()
}

#[test]
fn the_readme_names_addresses_that_the_file_publishes() {
    let file = fs::read_to_string(root().join("deploy/compose.yaml")).unwrap();
    let told = told();
    assert_eq!(told.len(), 2, "{told:?}");
    for address in told {
        let port = address.strip_prefix("http://localhost:").unwrap().split('/').next().unwrap();
        assert!(file.contains(&format!("- \"127.0.0.1:{port}:{port}\"")), "{address}");
    }
}

#[test]
fn the_file_sets_options_that_exist() {
    let file = fs::read_to_string(root().join("deploy/compose.yaml")).unwrap();
    let mut set = 0;
    for (command, prefix) in [("mock", "KLAVI_MOCK_"), ("receive", "KLAVI_RECEIVE_")] {
        let help = klavi(&[command, "--help"], b"");
        for name in file.lines().filter_map(|line| line.trim().split_once(':')).map(|(name, _)| name) {
            if name.starts_with(prefix) {
                assert!(stdout(&help).contains(&format!("[env: {name}]")), "{name}");
                set += 1;
            }
        }
    }
    assert!(set > 8, "{set}");
}

#[test]
#[ignore = "needs root, iproute2, PostgreSQL, Chromium, and Python with playwright and PyYAML in KLAVI_TEST_PYTHON"]
fn a_user_connects_a_bank_and_the_report_reaches_the_back_end() {
    let python = std::env::var("KLAVI_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(python);
    command.arg(root().join("tests/peers/compose/topology.py"));
    command.args([root().join("deploy/compose.yaml"), root().join("README.md")]);
    command.arg(env!("CARGO_BIN_EXE_klavi")).stderr(Stdio::piped());
    let played = run(&mut command, b"");
    assert!(played.status.success(), "{}", String::from_utf8_lossy(&played.stderr));
    let played: Value = serde_json::from_slice(&played.stdout).unwrap();

    assert_eq!(played["told"], serde_json::json!(told()));
    assert_eq!(played["used"], played["told"]);
    // The browser went nowhere else than to what the file publishes.
    let origins = serde_json::json!(["http://localhost:3000", "http://localhost:4010"]);
    assert_eq!(played["origins"], origins);
    let reports = played["reports"].as_array().unwrap();
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert_eq!(reports[0]["product"], "pf_categorized_checking_l3");
    assert!(reports[0]["bytes"].as_u64().unwrap() > 1_000, "{reports:?}");

    // Each service says what happened, and nothing personal or secret.
    let logs = played["logs"].as_str().unwrap();
    for line in [
        "POST /data/v1/auth status=200",
        "POST /data/v1/links status=200",
        "POST /data/v1/personal/institution-data status=200",
        "to=\"receiver\" number=1 outcome=200",
        "POST /klavi 204",
    ] {
        assert!(logs.contains(line), "no {line} in\n{logs}");
    }
    for secret in ["12345678909", "123.456.789-09", "accessKey", "whsec_", "Bearer"] {
        assert!(!logs.contains(secret), "{secret} in\n{logs}");
    }
}
