//! `klavi consents`: what users let you see.

use std::fmt;
use std::time::Duration;

use anyhow::anyhow;
use clap::Subcommand;
use jiff::SignedDuration;
use klavi_sdk::klavi_types::api::{Consent, ConsentQuery, CreateConsent, PermissionGroup, ValidityPeriod};
use klavi_sdk::klavi_types::{Cnpj, ConsentId, Cpf, Secret};

use crate::api::{Api, flags_named, lines};
use crate::exit::{Failure, print_aside, runtime};
use crate::progress::Progress;
use crate::qr::Qr;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists the consents of a person or a company
    List(List),
    /// Shows one
    Get(One),
    /// Waits until the user has decided: each status on stderr, the last one on stdout; exit 0 if it is authorised
    Wait(Wait),
    /// Revokes one: its data can be asked for no more
    Revoke(One),
    /// Makes one in a link; its page opens once, within 60 seconds
    Create(Box<Create>),
}

#[derive(clap::Args)]
struct List {
    /// CPF of the person
    #[arg(
        long,
        value_name = "CPF",
        required_unless_present = "business_tax_id",
        conflicts_with = "business_tax_id"
    )]
    personal_tax_id: Option<Cpf>,
    /// CNPJ of the company
    #[arg(long, value_name = "CNPJ")]
    business_tax_id: Option<Cnpj>,
    #[command(flatten)]
    api: Api,
}

#[derive(Debug, clap::Args)]
struct One {
    /// Its id
    #[arg(value_name = "ID")]
    id: ConsentId,
    #[command(flatten)]
    api: Api,
}

#[derive(Debug, clap::Args)]
struct Wait {
    /// Its id
    #[arg(value_name = "ID")]
    id: ConsentId,
    /// How long at most, such as 90s, 5m or 1h
    #[arg(long, value_name = "D", default_value = "5m")]
    timeout: SignedDuration,
    #[command(flatten)]
    api: Api,
}

#[derive(clap::Args)]
struct Create {
    /// Token of the link, as `klavi link create` prints it
    #[arg(long, value_name = "T", env = "KLAVI_LINK_TOKEN", hide_env_values = true)]
    link_token: Secret,
    /// The bank
    #[arg(long, value_name = "CODE")]
    institution_code: String,
    /// A value of your own, unique per consent
    #[arg(long, value_name = "ID")]
    external_track_id: String,
    /// Where the browser goes at the end
    #[arg(long, value_name = "URL")]
    redirect_url: String,
    /// CPF of the person
    #[arg(long, value_name = "CPF")]
    personal_tax_id: Option<String>,
    /// CNPJ of the company; the CPF belongs beside it
    #[arg(long, value_name = "CNPJ")]
    business_tax_id: Option<String>,
    /// Without an end instead of twelve months
    #[arg(long)]
    unlimited: bool,
    #[command(flatten)]
    api: Api,
    #[command(flatten)]
    qr: Qr,
}

impl fmt::Debug for List {
    /// Without the user's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List").field("api", &self.api).finish_non_exhaustive()
    }
}

impl fmt::Debug for Create {
    /// Without the user's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Create").field("api", &self.api).finish_non_exhaustive()
    }
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    match &args.command {
        Command::List(args) => list(args),
        Command::Get(args) => {
            let client = args.api.client()?;
            let consent = runtime()?.block_on(client.consents().get(&args.id)).map_err(Failure::failed)?;
            args.api.show(&consent, shown)
        }
        Command::Revoke(args) => {
            let client = args.api.client()?;
            let done = runtime()?.block_on(client.consents().revoke(&args.id)).map_err(Failure::failed)?;
            args.api.show(&done, |_| format!("consent {} is revoked\n", args.id))
        }
        Command::Wait(args) => wait(args),
        Command::Create(args) => create(args),
    }
}

fn wait(args: &Wait) -> Result<(), Failure> {
    let timeout = Duration::try_from(args.timeout)
        .map_err(|_| Failure::unreadable(anyhow!("--timeout: less than no time")))?;
    let client = args.api.client()?;
    let progress = Progress::of("waiting for the user", args.api.json);
    let consent = runtime()?.block_on(async {
        let mut watch = client.consents().watch(&args.id).timeout(timeout);
        while let Some(consent) = watch.next().await {
            progress.print_aside(&format!("{}\n", status(&consent?)));
        }
        watch.settled().await
    });
    drop(progress);
    let consent = consent.map_err(Failure::failed)?;
    args.api.show(&consent, |consent| format!("{}\n", status(consent)))?;
    if consent.is_authorised() {
        return Ok(());
    }
    Err(Failure::failed(anyhow!("the user has not authorised the consent")))
}

fn status(consent: &Consent) -> &str {
    consent.status.as_ref().map_or("-", |status| status.as_str())
}

fn list(args: &List) -> Result<(), Failure> {
    let query = match (args.personal_tax_id, args.business_tax_id) {
        (Some(cpf), _) => ConsentQuery::personal(cpf),
        (None, Some(cnpj)) => ConsentQuery::business(cnpj),
        (None, None) => unreachable!("clap asks for one of them"),
    };
    let client = args.api.client()?;
    let consents = runtime()?.block_on(client.consents().list(&query)).map_err(Failure::failed)?;
    args.api.show(&consents, |consents| consents.iter().map(line).collect())
}

fn create(args: &Create) -> Result<(), Failure> {
    let period = if args.unlimited { ValidityPeriod::Unlimited } else { ValidityPeriod::TwelveMonths };
    let consent =
        CreateConsent::builder(&*args.institution_code, &*args.external_track_id, &*args.redirect_url)
            .maybe_personal_tax_id(args.personal_tax_id.as_deref())
            .maybe_business_tax_id(args.business_tax_id.as_deref())
            .validity_period(period)
            .build()
            .map_err(flags_named)?;
    let client = args.api.client()?;
    let session = client.links().resume("", args.link_token.clone()).map_err(Failure::unreadable)?;
    let created = runtime()?.block_on(session.create_consent(&consent)).map_err(Failure::failed)?;
    let url = created.consent_redirect_url.as_ref().map(Secret::expose);
    let drawing = url.map(|url| args.qr.draw(url)).transpose()?;
    args.api.show(&created, |created| {
        lines(&[
            ("consent", created.consent_id.as_ref().map(|id| id as _)),
            ("page", url.as_ref().map(|url| url as _)),
            ("ends", created.expire_at.as_ref().map(|at| at as _)),
        ])
    })?;
    print_aside(&drawing.unwrap_or_default());
    Ok(())
}

/// One of a list. Whose it is, the list was asked for.
fn line(consent: &Consent) -> String {
    let id = consent.consent_id.as_ref().map_or("-", |id| id.as_str());
    let bank = consent.institution_code.as_ref().map_or("-", |code| code.as_str());
    let status = status(consent);
    let made = consent.created_at.as_ref().map_or_else(String::new, ToString::to_string);
    format!("{id:<36}  {bank:<5}  {status:<28}  {made}\n")
}

fn shown(consent: &Consent) -> String {
    let granted: Vec<_> = consent.permissions_granted.iter().map(PermissionGroup::as_str).collect();
    let granted = (!granted.is_empty()).then(|| granted.join(" "));
    lines(&[
        ("consent", consent.consent_id.as_ref().map(|id| id as _)),
        ("link", consent.link_id.as_ref().map(|id| id as _)),
        ("track", consent.external_track_id.as_ref().map(|id| id as _)),
        ("bank", consent.institution_code.as_ref().map(|code| code as _)),
        ("status", consent.status.as_ref().map(|status| status as _)),
        ("granted", granted.as_ref().map(|granted| granted as _)),
        ("made", consent.created_at.as_ref().map(|at| at as _)),
        ("changed", consent.updated_at.as_ref().map(|at| at as _)),
        ("ends", consent.expire_at.as_ref().map(|at| at as _)),
    ])
}
