//! Options from the environment: `KLAVI_RECEIVE_` and the name of the option, for `klavi receive`.
//!
//! Knows no option but the one that holds a secret. A flag beats its variable.

use std::env;

use clap::builder::BoolishValueParser;
use clap::{Arg, ArgAction};

/// Its value is a secret, which comes from `KLAVI_SECRET_KEY`.
const SECRET: &str = "secret-key";

/// What switches an option off that takes no value.
const OFF: [&str; 6] = ["n", "no", "f", "false", "off", "0"];

/// The variable of an option; `command` is the command with those above it, `klavi_receive`.
pub(crate) fn variable(command: &str, option: &str) -> String {
    format!("{command}_{option}").to_ascii_uppercase().replace('-', "_")
}

/// The option of `klavi receive`, also set by its variable.
pub(crate) fn of_receive(option: Arg) -> Arg {
    if option.get_long() == Some(SECRET) { option } else { named("klavi_receive", option) }
}

/// The option of `klavi check-receiver`, also set by its variable.
pub(crate) fn of_check_receiver(option: Arg) -> Arg {
    if option.get_long() == Some(SECRET) { option } else { named("klavi_check_receiver", option) }
}

/// The option of `klavi mock`, also set by its variable.
pub(crate) fn of_mock(option: Arg) -> Arg {
    named("klavi_mock", option)
}

/// The option of `klavi belvo mock`, also set by its variable.
pub(crate) fn of_belvo_mock(option: Arg) -> Arg {
    named("klavi_belvo_mock", option)
}

fn named(command: &str, option: Arg) -> Arg {
    let Some(name) = option.get_long() else { return option };
    let variable = variable(command, name);
    let value = env::var_os(&variable);
    let option = option.hide_env_values(true);
    // A variable that the option had before counts where the new one is not set.
    if option.get_env().is_some() && value.is_none() {
        return option;
    }
    let option = match (option.get_action(), value) {
        // An option that is off is not given: it contradicts no other and needs none.
        (ArgAction::SetTrue, Some(value)) if OFF.iter().any(|off| value.eq_ignore_ascii_case(off)) => {
            return option;
        }
        (ArgAction::SetTrue, _) => option.value_parser(BoolishValueParser::new()),
        // Not where only the flag is given, which may be repeated and whose files may have commas in their names.
        (ArgAction::Append, Some(_)) => option.value_delimiter(','),
        _ => option,
    };
    option.env(variable)
}
