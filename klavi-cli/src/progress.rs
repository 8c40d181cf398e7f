use std::io::{IsTerminal, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::exit::print_aside;

/// Between two pictures of the indicator.
const TICK: Duration = Duration::from_millis(120);

/// What shows on stderr that a command waits, and for how long it has; gone when it is dropped.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Draws where a person looks on: on a terminal, and not beside JSON, which is for programs.
    pub(crate) fn of(words: &'static str, json: bool) -> Self {
        if !is_shown(stderr().is_terminal(), json) {
            return Self(ProgressBar::hidden());
        }
        let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let bar = bar.with_style(style).with_message(words);
        bar.enable_steady_tick(TICK);
        Self(bar)
    }

    /// Prints to stderr what has come of it so far, above the indicator.
    pub(crate) fn print_aside(&self, text: &str) {
        self.0.suspend(|| print_aside(text));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn is_shown(is_terminal: bool, json: bool) -> bool {
    is_terminal && !json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_for_people_at_a_terminal() {
        assert!(is_shown(true, false));
        assert!(!is_shown(true, true) && !is_shown(false, false) && !is_shown(false, true));
    }
}
