//! The commands that the documentation shows: they exist, with the options that it gives them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{klavi, stdout};

fn pages_in(folder: &Path, pages: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages_in(&path, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
}

/// What follows `klavi` in each command of a page: in its shell blocks, and between backticks in its text.
fn commands(text: &str) -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    let mut shell = None;
    for line in text.replace("\\\n", " ").lines() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            shell = if shell.is_some() { None } else { Some(language == "sh") };
            continue;
        }
        match shell {
            Some(true) => {
                let line = line.split(" #").next().unwrap_or_default();
                commands.extend(line.split(['|', '&', ';', '(']).filter_map(command));
            }
            Some(false) => {}
            None => commands.extend(line.split('`').skip(1).step_by(2).filter_map(command)),
        }
    }
    commands
}

/// The arguments of one command, if it is `klavi`, called as such or through cargo.
fn command(text: &str) -> Option<Vec<String>> {
    let text = text.replace("cargo run --bin klavi --", "klavi");
    let mut words = text.split_whitespace().skip_while(|word| word.contains('='));
    (words.next()? == "klavi").then(|| words.map(|word| word.trim_matches(['"', '\'']).to_owned()).collect())
}

/// The help of a command, asked for once.
#[derive(Default)]
struct Help(BTreeMap<Vec<String>, String>);

impl Help {
    fn of(&mut self, path: &[String]) -> &str {
        self.0.entry(path.to_vec()).or_insert_with(|| {
            let mut arguments: Vec<_> = path.iter().map(String::as_str).collect();
            arguments.push("--help");
            stdout(&klavi(&arguments, b"")).to_owned()
        })
    }

    fn has_command(&mut self, path: &[String], name: &str) -> bool {
        let (_, commands) = self.of(path).split_once("\nCommands:\n").unwrap_or_default();
        commands.lines().take_while(|line| !line.is_empty()).any(|line| {
            line.strip_prefix("  ").is_some_and(|line| line.split_whitespace().next() == Some(name))
        })
    }

    fn has_option(&mut self, path: &[String], name: &str) -> bool {
        let is_part = |character: char| character.is_ascii_alphanumeric() || character == '-';
        self.of(path).split(|character| !is_part(character)).any(|word| word == name)
    }
}

#[test]
fn every_command_of_the_documentation_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = vec![root.join("README.md"), root.join("README.pt-BR.md")];
    pages_in(&root.join("docs"), &mut files);
    let mut help = Help::default();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for file in files {
        for arguments in commands(&fs::read_to_string(&file).unwrap()) {
            count += 1;
            let mut path: Vec<String> = Vec::new();
            for argument in &arguments {
                let (name, _) = argument.split_once('=').unwrap_or((argument, ""));
                let known = match name.strip_prefix("--") {
                    // An option may belong to the command or to one above it.
                    Some("") => break,
                    Some(_) => (0..=path.len()).rev().any(|depth| help.has_option(&path[..depth], name)),
                    None if help.has_command(&path, argument) => {
                        path.push(argument.clone());
                        true
                    }
                    // The first word is a command; the others may be values.
                    None => !path.is_empty(),
                };
                if !known {
                    wrong.push(format!("{}: klavi {}: {argument}", file.display(), arguments.join(" ")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count > 100, "only {count} commands were found");
}
