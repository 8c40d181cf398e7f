//! The consumers of the guides, run as they stand there.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// A consumer that runs until it is dropped. It prints one line for each message.
pub(crate) struct Consumer {
    process: Child,
    lines: Receiver<Value>,
    _folder: Option<TempDir>,
}

/// The first block of that language in a guide.
fn program(guide: &str, language: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guides").join(guide);
    let text = std::fs::read_to_string(path).unwrap();
    let block = text.split(&format!("```{language}\n")).nth(1).expect("the guide has a program");
    block.split("```\n").next().unwrap().to_owned()
}

impl Consumer {
    pub(crate) fn python(guide: &str, environment: &[(&str, &str)]) -> Self {
        let python = std::env::var("KLAVI_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let mut command = Command::new(python);
        command.arg("-c").arg(program(guide, "python"));
        Self::run(command, environment, None)
    }

    pub(crate) fn node(guide: &str, environment: &[(&str, &str)]) -> Self {
        let modules = PathBuf::from(std::env::var("KLAVI_TEST_NODE_MODULES").unwrap());
        // Modules are looked for beside the program.
        let folder = tempfile::tempdir_in(modules.parent().unwrap()).unwrap();
        let file = folder.path().join("consumer.mjs");
        std::fs::write(&file, program(guide, "js")).unwrap();
        let mut command = Command::new("node");
        command.arg(file);
        Self::run(command, environment, Some(folder))
    }

    fn run(mut command: Command, environment: &[(&str, &str)], folder: Option<TempDir>) -> Self {
        command.envs(environment.iter().copied()).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(serde_json::from_str(&line).unwrap()).is_err() {
                    break;
                }
            }
        });
        Self { process, lines, _folder: folder }
    }

    /// The next message; `None` where there is none for that long, or the consumer has ended.
    pub(crate) fn next(&self, within: Duration) -> Option<Value> {
        self.lines.recv_timeout(within).ok()
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
