//! `examples/web_backend` in Chromium: from "Connect my bank" to a list of categorised entries.

use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::browser::play;

struct Example {
    url: String,
    mock: String,
    _process: Child,
}

impl Example {
    async fn start() -> Self {
        // `cargo test --workspace` has put it beside the tests.
        let built = std::env::current_exe().unwrap();
        let program = built.ancestors().nth(2).unwrap().join("examples/web_backend");
        let mut process = Command::new(program)
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("`cargo build -p klavi-examples --examples` comes first");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut said = async |prefix: &str| {
            let line = lines.next_line().await.unwrap().expect("it ended");
            line.strip_prefix(prefix).expect(&line).to_owned()
        };
        let (url, mock) = (said("open ").await, said("Klavi is played by ").await);
        Self { url, mock, _process: process }
    }

    async fn play(&self, scenario: &str, width: u32) -> Value {
        play(scenario, &self.url, &self.mock, width).await
    }
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_person_clicks_through_to_categorised_entries() {
    let example = Example::start().await;
    let found = example.play("bank_to_entries", 360).await;
    let rows: Vec<Vec<String>> = serde_json::from_value(found["rows"].clone()).unwrap();
    assert!(rows.len() > 50, "{}", rows.len());
    let categorised = rows.iter().filter(|row| row[1].contains(" › ")).count();
    assert_eq!(categorised, rows.len());
    assert!(rows.iter().all(|row| row[3].parse::<f64>().is_ok()), "{rows:?}");
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn who_does_not_agree_is_told_so() {
    Example::start().await.play("refused_at_the_bank", 1280).await;
}
