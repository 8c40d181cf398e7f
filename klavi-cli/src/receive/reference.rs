//! The reference of the configuration file, made from the options and the types of its tables.

use std::fmt::Write as _;
use std::path::Path;

use clap::{ArgAction, CommandFactory};
use klavi_webhook::RetrySchedule;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::tables::{EgressTable, OAuth2Table, TargetTable};
use crate::Cli;

const HEAD: &str = "\
# Configuration file of `klavi receive`

Made from the options and types of the program: `KLAVI_TEST_WRITE=1 cargo test -p klavi-cli reference` writes this page. The
guide [Several targets](../guides/targets.md) has a complete file.

`klavi receive --config receive.toml` reads a [TOML](https://toml.io) file. A flag beats the environment, the environment beats
the file. Paths are relative to the working directory of the process. `--check` says everything that is wrong with the file, each
problem with its line and field, and exits with 0 or 2. SIGHUP reads the file again.

A span of time is a text such as `30s`, `5m`, `27h` or `2d`, or a whole number of seconds.
";

/// Of the options, those that no file sets.
const NOT_HERE: [&str; 5] = ["config", "check", "help", "version", "secret-key"];

fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("\n## Options\n\nAt the top of the file, before the first table.\n\n");
    page.push_str("| key | value | default | meaning |\n|---|---|---|---|\n");
    let command = Cli::command();
    let receive = command.find_subcommand("receive").unwrap();
    for option in receive.get_arguments() {
        let Some(name) = option.get_long().filter(|name| !NOT_HERE.contains(name)) else { continue };
        let one = match option.get_value_names() {
            _ if matches!(option.get_action(), ArgAction::SetTrue) => "`true` or `false`".to_owned(),
            Some([name]) => format!("{name}").replace('|', "\\|"),
            _ => String::new(),
        };
        let value =
            if matches!(option.get_action(), ArgAction::Append) { format!("list of {one}") } else { one };
        let default = option.get_default_values().first().filter(|_| value.starts_with(|c: char| c != '`'));
        let default = default.map(|text| format!("`{}`", text.to_string_lossy())).unwrap_or_default();
        let meaning = option.get_help().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(page, "| `{name}` | {value} | {default} | {} |", cell(&meaning));
    }
    table::<TargetTable>(&mut page, "`[[target]]`");
    table::<OAuth2Table>(&mut page, "`[target.oauth2]`");
    table::<EgressTable>(&mut page, "`[egress]`");
    page
}

fn table<T: JsonSchema>(page: &mut String, name: &str) {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    let _ = write!(page, "\n## {name}\n\n{}\n\n", schema["description"].as_str().unwrap());
    page.push_str("| key | value | default | meaning |\n|---|---|---|---|\n");
    let required = schema["required"].as_array().unwrap_or(const { &Vec::new() });
    for (key, field) in schema["properties"].as_object().unwrap() {
        let default = match &field["default"] {
            _ if required.contains(&key.as_str().into()) => "required".to_owned(),
            Value::Null => of_schedule(key),
            Value::Array(all) if all.is_empty() => String::new(),
            Value::Object(all) if all.is_empty() => String::new(),
            Value::String(text) => format!("`{text}`"),
            other => format!("`{other}`"),
        };
        let meaning = field["description"].as_str().unwrap();
        let _ = writeln!(page, "| `{key}` | {} | {default} | {} |", value(field), cell(meaning));
    }
}

/// Defaults that the library has.
fn of_schedule(key: &str) -> String {
    let schedule = RetrySchedule::default();
    match key {
        "attempts" => format!("`{}`", schedule.attempts()),
        "first-pause" => format!("`{}s`", schedule.first().as_secs()),
        "longest-pause" => format!("`{}h`", schedule.longest().as_secs() / 3600),
        _ => String::new(),
    }
}

fn value(field: &Value) -> &'static str {
    let kind = match &field["type"] {
        Value::Array(kinds) => kinds[0].as_str(),
        kind => kind.as_str(),
    };
    match kind {
        Some("string") => "text",
        Some("integer") => "whole number",
        Some("boolean") => "`true` or `false`",
        Some("array") => "list of texts",
        // An optional table is either the table or nothing.
        Some("object") | None => "table",
        Some(other) => panic!("{other} is no value of a setting"),
    }
}

/// Without line breaks, and with nothing that would end the cell.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[test]
fn the_reference_says_what_the_types_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/configuration.md");
    if std::env::var_os("KLAVI_TEST_WRITE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, page()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, page(), "write it with KLAVI_TEST_WRITE=1");
}
