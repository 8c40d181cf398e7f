//! Options of `klavi receive` from the environment: `KLAVI_RECEIVE_` and the name of the option.
//!
//! Knows no option but the one that holds a secret. A flag beats its variable.

use std::env;

use clap::builder::BoolishValueParser;
use clap::{Arg, ArgAction};

/// Its value is a secret, which comes from `KLAVI_SECRET_KEY`.
const SECRET: &str = "secret-key";

/// What switches an option off that takes no value.
const OFF: [&str; 6] = ["n", "no", "f", "false", "off", "0"];

/// The option, also set by its variable.
pub(super) fn named(option: Arg) -> Arg {
    let Some(name) = option.get_long().filter(|name| *name != SECRET) else { return option };
    let variable = format!("KLAVI_RECEIVE_{}", name.to_ascii_uppercase().replace('-', "_"));
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
