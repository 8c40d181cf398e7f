//! The `klavi` command as a script sees it: stdout, stderr, exit code.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod api;
mod belvo_links;
mod belvo_mock;
mod brokers;
mod check_receiver;
mod completions;
mod compose;
mod config;
mod demo;
mod docs;
mod entries;
mod environment;
mod expected;
mod generate;
mod inspect;
mod kill;
mod log;
#[cfg(target_os = "linux")]
mod memory;
mod mock;
mod mock_state;
mod nginx;
mod operate;
mod place;
mod proxied;
mod receive;
mod receive_belvo;
mod restart;
mod schema;
mod scrub;
mod settings;
mod sign;
mod targets;
mod tls;
mod trigger;
mod url;

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Runs the command with that standard input.
fn klavi(arguments: &[&str], input: &[u8]) -> Output {
    run(&mut command(arguments), input)
}

/// The command with none of the caller's settings.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_klavi"));
    command.args(arguments).env_remove("RUST_LOG");
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for name in names.filter(|name| name.starts_with("KLAVI_") || name.starts_with("BELVO_")) {
        command.env_remove(name);
    }
    command
}

fn run(command: &mut Command, input: &[u8]) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that has seen enough may end before it has read everything.
    match child.stdin.take().unwrap().write_all(input) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => panic!("{error}"),
        _ => {}
    }
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// One clear sentence on stderr, nothing on stdout.
#[track_caller]
fn assert_refused(output: &Output, code: i32, sentence: &str) {
    assert_eq!(output.status.code(), Some(code), "{}", stderr(output));
    assert_eq!(stdout(output), "");
    assert_eq!(stderr(output).trim_end(), sentence);
}

/// Straight to stderr: what it measured is to be seen when it passes, too.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "\n{text}");
}
