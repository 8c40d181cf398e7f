//! `klavi sign`, `klavi verify`.

use anyhow::anyhow;
use klavi_webhook::klavi::Signature;

use crate::exit::{Failure, print};
use crate::input::Input;
use crate::keys::Keys;

#[derive(Debug, clap::Args)]
pub(crate) struct SignArgs {
    #[command(flatten)]
    keys: Keys,
    #[command(flatten)]
    input: Input,
}

#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    keys: Keys,
    #[command(flatten)]
    input: Input,
    /// What came in X-Klavi-Signature: 64 hexadecimal digits
    #[arg(long, value_name = "HEX")]
    signature: String,
}

/// Signs with the first key.
pub(crate) fn sign(args: &SignArgs) -> Result<(), Failure> {
    let keys = args.keys.read()?;
    let body = args.input.read()?;
    print(&format!("{}\n", keys[0].sign(&body)))
}

/// Fits where any of the keys fits.
pub(crate) fn verify(args: &VerifyArgs) -> Result<(), Failure> {
    let keys = args.keys.read()?;
    let signature: Signature = args
        .signature
        .trim()
        .parse()
        .map_err(|error| Failure::unreadable(anyhow!("--signature: {error}")))?;
    let body = args.input.read()?;
    if keys.iter().any(|key| key.verifies(&body, &signature)) {
        Ok(())
    } else {
        Err(Failure::failed(anyhow!("no key gives this signature for these {} bytes", body.len())))
    }
}
