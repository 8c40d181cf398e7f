//! Registers a link at Belvo on the terminal, with the MFA that the bank asks for.
//!
//!     klavi belvo mock --secret-id id --secret-password password
//!     BELVO_BASE_URL=http://127.0.0.1:4020 BELVO_SECRET_ID=id BELVO_SECRET_PASSWORD=password \
//!         cargo run -p klavi-examples --example belvo_mfa -- heimdall_mx_retail mfa_numeric pass_valid
//!
//! The users of the mock that are asked for something are `mfa_default`, `mfa_numeric`, `mfa_qr`, `mfa_text` and
//! `mfa_confirm`. A picture to scan is written to `belvo-qr.png`.

#![expect(clippy::print_stdout, reason = "an example talks to its user")]

use std::io::BufRead;

use anyhow::Context;
use belvo_sdk::belvo_types::api::{MfaChallenge, MfaKind, RegisterLink};
use belvo_sdk::{Client, Registered};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().context("give an institution, a user and a password");
    let (institution, username, password) = (argument()?, argument()?, argument()?);

    let client = Client::from_env()?;
    let request =
        RegisterLink::builder(institution, username).password(password).external_id("user-7f3a").build()?;
    let mut outcome = client.links().register(&request).await?;
    while let Registered::MfaRequired(challenge) = outcome {
        show(&challenge)?;
        let mut token = String::new();
        std::io::stdin().lock().read_line(&mut token)?;
        let request = match challenge.expects_user_input() {
            true => challenge.answer(token.trim()),
            false => challenge.confirm(),
        };
        outcome = client.links().resume(&request).await?;
    }
    let Registered::Link(link) = outcome else { anyhow::bail!("neither a link nor an MFA challenge") };
    println!("link {}", link.id.context("a link has an id")?);
    println!("its data may be fetched after the webhook historical_update");
    Ok(())
}

fn show(challenge: &MfaChallenge) -> anyhow::Result<()> {
    if let Some(instructions) = challenge.instructions() {
        println!("{instructions}");
    }
    match challenge.kind() {
        MfaKind::Numeric(code) => println!("code: {}", code.as_str()),
        MfaKind::Text(question) => println!("{}", question.as_str()),
        MfaKind::Qr(picture) => {
            std::fs::write("belvo-qr.png", picture.bytes())?;
            println!("see belvo-qr.png");
        }
        _ => {}
    }
    let asks = if challenge.expects_user_input() { "token" } else { "Enter, once you have confirmed" };
    match challenge.expires_in() {
        Some(time) => println!("{asks} (within {} s):", time.as_secs()),
        None => println!("{asks}:"),
    }
    Ok(())
}
