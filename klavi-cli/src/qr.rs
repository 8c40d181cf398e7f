//! A URL as a QR code in the terminal, for the camera of a phone.

use std::io::IsTerminal;

use anyhow::Context;
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};

use crate::exit::Failure;

/// White on black, whatever the theme of the terminal: cameras read it the other way round badly.
const WHITE_ON_BLACK: &str = "\x1b[38;5;231;48;5;16m";
const RESET: &str = "\x1b[0m";

/// Whether a URL is drawn too.
#[derive(Debug, clap::Args)]
pub(crate) struct Qr {
    /// Draw the URL as a QR code too, on stderr
    #[arg(long)]
    qr: bool,
}

impl Qr {
    /// The drawing for stderr; empty where none is asked for.
    pub(crate) fn draw(&self, url: &str) -> Result<String, Failure> {
        if !self.qr {
            return Ok(String::new());
        }
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let drawn = drawn(url, std::io::stderr().is_terminal() && !no_colour);
        drawn
            .with_context(|| format!("a URL of {} bytes does not fit into a QR code", url.len()))
            .map_err(Failure::Failed)
    }
}

/// Two modules to a character, the light ones filled. A screen has no scratches, so the least correction will do and
/// keeps it small.
fn drawn(url: &str, coloured: bool) -> anyhow::Result<String> {
    let code = QrCode::with_error_correction_level(url, EcLevel::L)?;
    let drawing = code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
    let line = |line: &str| {
        if coloured { format!("{WHITE_ON_BLACK}{line}{RESET}\n") } else { format!("{line}\n") }
    };
    Ok(drawing.lines().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://conecte-sandbox.klavi.ai/path?v=token";

    #[test]
    fn colours_change_no_module() {
        let coloured = drawn(URL, true).unwrap();
        for line in coloured.lines() {
            assert!(line.starts_with(WHITE_ON_BLACK) && line.ends_with(RESET), "{line:?}");
        }
        assert_eq!(coloured.replace(WHITE_ON_BLACK, "").replace(RESET, ""), drawn(URL, false).unwrap());
    }

    #[test]
    fn the_code_stands_in_a_light_margin() {
        let drawing = drawn(URL, false).unwrap();
        let lines: Vec<&str> = drawing.lines().collect();
        let (last, above) = lines.split_last().unwrap();
        assert!(above[..2].iter().all(|line| line.chars().all(|character| character == '█')));
        assert!(above.iter().all(|line| line.starts_with("████") && line.ends_with("████")));
        // An odd number of rows: half a line.
        assert!(last.chars().all(|character| character == '▀'));
    }
}
