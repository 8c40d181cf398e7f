//! Receivers in other languages: those of the examples pass, and Klavi's own sample does not.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::{assert_passes, said};
use crate::receive::KEY;

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/receivers");

/// A running receiver, stopped with the test.
struct Peer {
    process: Child,
    to: String,
    folder: TempDir,
}

impl Peer {
    /// Runs it until it says where it listens, in its output or in its log.
    fn start(mut command: Command, folder: TempDir) -> Self {
        command.env("KLAVI_SECRET_KEY", KEY).env("INBOX", folder.path().join("inbox")).stdin(Stdio::null());
        let (reader, writer) = std::io::pipe().unwrap();
        command.stdout(writer.try_clone().unwrap()).stderr(writer);
        let process = command.spawn().unwrap();
        // With it go this process's ends of the pipe.
        drop(command);
        let mut lines = BufReader::new(reader).lines();
        let mut said = Vec::new();
        let to = loop {
            let line = lines.next().unwrap_or_else(|| panic!("it ended: {said:#?}")).unwrap();
            if let Some(at) = line.find("http://127.0.0.1:") {
                break line[at..].split([' ', '/']).nth(2).unwrap().to_owned();
            }
            said.push(line);
        };
        // A full pipe would hold it up.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { process, to: format!("http://{to}/klavi"), folder }
    }

    fn node(program: &Path) -> Self {
        let modules = PathBuf::from(std::env::var("KLAVI_TEST_NODE_MODULES").unwrap());
        // Modules are looked for beside the program.
        let folder = tempfile::tempdir_in(modules.parent().unwrap()).unwrap();
        let copy = folder.path().join("receiver.mjs");
        std::fs::copy(program, &copy).unwrap();
        let mut command = Command::new("node");
        command.arg(copy).env("PORT", "0");
        Self::start(command, folder)
    }

    /// How often each body that is stored has that text.
    fn stored(&self, text: &str) -> usize {
        let files = std::fs::read_dir(self.folder.path().join("inbox")).unwrap();
        let bodies = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        bodies.filter(|body| String::from_utf8_lossy(body).contains(text)).count()
    }

    /// It passes, and has stored every id as often as it should.
    fn assert_passes(&self) {
        let document = assert_passes(&self.to);
        for id in document["ids"].as_array().unwrap() {
            assert_eq!(id["expected"], self.stored(id["id"].as_str().unwrap()), "{id}");
        }
        assert!(self.stored(document["run"].as_str().unwrap()) > 40);
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
#[ignore = "needs node with express, in KLAVI_TEST_NODE_MODULES"]
fn express() {
    Peer::node(&Path::new(EXAMPLES).join("express/receiver.js")).assert_passes();
}

#[test]
#[ignore = "needs python3 with fastapi and uvicorn, in KLAVI_TEST_PYTHON"]
fn fastapi() {
    let mut python = Command::new(std::env::var("KLAVI_TEST_PYTHON").unwrap());
    python.args(["-m", "uvicorn", "receiver:app", "--host", "127.0.0.1", "--port", "0", "--app-dir"]);
    python.arg(Path::new(EXAMPLES).join("fastapi")).env("PYTHONDONTWRITEBYTECODE", "1");
    Peer::start(python, tempfile::tempdir().unwrap()).assert_passes();
}

/// `JSON.stringify(request.body)`, as docs.klavi.ai/connect/security has it.
#[test]
#[ignore = "needs node with express, in KLAVI_TEST_NODE_MODULES"]
fn the_sample_of_klavi_signs_what_javascript_writes() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("sample.mjs");
    let sample = r#"
import { createHmac } from "node:crypto";
import express from "express";
const app = express();
app.use(express.json({ limit: "64mb" }));
app.post("/klavi", (request, response) => {
  const hmac = createHmac("sha256", process.env.KLAVI_SECRET_KEY).update(JSON.stringify(request.body)).digest("hex");
  response.sendStatus(hmac === request.headers["x-klavi-signature"] ? 200 : 401);
});
const server = app.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/klavi`));
"#;
    std::fs::write(&program, sample).unwrap();
    let peer = Peer::node(&program);
    let raw = ["raw-whitespace", "raw-escapes", "raw-numbers", "raw-names"];
    let said = said(&peer.to, &[&raw[..], &["report", "large", "wrong-signature", "empty-body"]].concat());
    for case in raw {
        assert_eq!(said[case].0, "fail", "{said:#?}");
        assert!(said[case].1.contains("the signature is that of the raw bytes"), "{said:#?}");
    }
    assert_eq!((&*said["report"].0, &*said["large"].0), ("pass", "pass"), "{said:#?}");
    assert_eq!((&*said["wrong-signature"].0, &*said["empty-body"].0), ("pass", "fail"), "{said:#?}");
}
