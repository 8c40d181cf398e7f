//! Who sends, and how it proves itself.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::Args as ClapArgs;
use klavi_webhook::belvo::{self, Authorization, Belvo};
use klavi_webhook::klavi::{self, Klavi};
use klavi_webhook::{IpNet, Provider, Renewable};

use super::args::{Args, EnvironmentName};
use crate::exit::Failure;
use crate::provider_name::ProviderName;
use crate::secret;

/// The variable that holds values of `Authorization`.
const VARIABLE: &str = "BELVO_WEBHOOK_AUTHORIZATION";

/// Where the values of `Authorization` come from. More than one while the value is being changed.
#[derive(Clone, ClapArgs)]
pub(super) struct Authorizations {
    /// Belvo: file that holds the value of `Authorization` as it was set in the dashboard, `Basic …` or `Bearer …`; several
    /// one in each line. Without file: `BELVO_WEBHOOK_AUTHORIZATION`, in the same form
    #[arg(long, value_name = "FILE")]
    authorization_file: Vec<PathBuf>,
}

impl std::fmt::Debug for Authorizations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Authorizations({} files)", self.authorization_file.len())
    }
}

impl Authorizations {
    fn read(&self) -> Result<Vec<Authorization>, Failure> {
        let mut values = Vec::new();
        for file in &self.authorization_file {
            values.extend(each_line(&file.display().to_string(), &secret::content(file)?)?);
        }
        if self.authorization_file.is_empty() {
            values = each_line(VARIABLE, &secret::variable(VARIABLE)?)?;
        }
        values.retain(|value| !value.is_empty());
        Ok(values)
    }
}

/// The values of `Authorization` in the lines of that text.
fn each_line(source: &str, lines: &str) -> Result<Vec<Authorization>, Failure> {
    lines.lines().map(|line| secret::text(source, line).map(Authorization::from)).collect()
}

/// Who sends, as it was asked for.
pub(super) enum Sender {
    Klavi(Klavi),
    Belvo(Belvo),
}

impl Sender {
    /// Settings of the other provider are refused: whoever gives them believes that something is checked which is not.
    pub(super) fn of(args: &Args) -> Result<Self, Failure> {
        match args.provider {
            ProviderName::Klavi => klavi(args).map(Self::Klavi),
            ProviderName::Belvo => belvo(args).map(Self::Belvo),
        }
    }

    /// The same, as the library knows it.
    pub(super) fn provider(&self) -> &dyn Provider {
        match self {
            Self::Klavi(klavi) => klavi,
            Self::Belvo(belvo) => belvo,
        }
    }

    /// Those that it sends from.
    pub(super) fn addresses(&self) -> Vec<IpNet> {
        match self {
            Self::Klavi(klavi) => klavi.addresses(),
            Self::Belvo(belvo) => belvo.addresses(),
        }
    }

    /// Itself, to be renewed while it is in use.
    pub(super) fn renewable(self) -> Renewable {
        match self {
            Self::Klavi(klavi) => Renewable::new(klavi),
            Self::Belvo(belvo) => Renewable::new(belvo),
        }
    }

    /// Takes the place of the one in use.
    pub(super) fn renew(self, used: &Renewable) {
        match self {
            Self::Klavi(klavi) => used.renew(klavi),
            Self::Belvo(belvo) => used.renew(belvo),
        }
    }
}

fn klavi(args: &Args) -> Result<Klavi, Failure> {
    let of_belvo = [
        ("--authorization-file", !args.authorizations.authorization_file.is_empty()),
        ("--allow-unauthenticated", args.allow_unauthenticated),
    ];
    if let Some((flag, _)) = of_belvo.iter().find(|(_, given)| *given) {
        return Err(refused(&format!("{flag} goes with --provider belvo alone")));
    }
    let environment = match args.environment {
        EnvironmentName::Sandbox => klavi::Environment::Sandbox,
        EnvironmentName::Testing => klavi::Environment::Testing,
        EnvironmentName::Production => klavi::Environment::Production,
    };
    if args.allow_unsigned {
        return Ok(Klavi::unsigned().environment(environment));
    }
    let mut keys = args.keys.read_all()?.into_iter();
    let first = keys.next().context("no key").map_err(Failure::Unreadable)?;
    Ok(keys.fold(Klavi::new(first), Klavi::also).environment(environment))
}

fn belvo(args: &Args) -> Result<Belvo, Failure> {
    if args.keys.are_given() {
        return Err(refused(
            "--secret-key goes with --provider klavi alone: Belvo signs nothing, give --authorization-file",
        ));
    }
    if args.allow_unsigned {
        return Err(refused(
            "--allow-unsigned goes with --provider klavi alone: for Belvo it is --allow-unauthenticated",
        ));
    }
    let environment = match args.environment {
        EnvironmentName::Sandbox => belvo::Environment::Sandbox,
        EnvironmentName::Production => belvo::Environment::Production,
        EnvironmentName::Testing => {
            return Err(refused(
                "--environment testing, or KLAVI_ENVIRONMENT, goes with --provider klavi alone",
            ));
        }
    };
    if args.allow_unauthenticated && args.no_allow_list {
        return Err(refused(
            "--allow-unauthenticated leaves the addresses to decide: not with --no-allow-list, name them with --allow",
        ));
    }
    if args.allow_unauthenticated {
        return Ok(Belvo::unauthenticated().environment(environment));
    }
    let mut values = args.authorizations.read()?.into_iter();
    let first = values.next().ok_or_else(|| {
        refused(&format!(
            "no value of Authorization: give --authorization-file, {VARIABLE} or --allow-unauthenticated"
        ))
    })?;
    Ok(values.fold(Belvo::new(first), Belvo::also).environment(environment))
}

fn refused(sentence: &str) -> Failure {
    Failure::unreadable(anyhow!("{sentence}"))
}
