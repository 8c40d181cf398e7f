//! `klavi belvo links`: the connections of users to institutions.

use belvo_sdk::belvo_types::api::{AccessMode, Link, LinkAction, LinkQuery, LinkStatus};
use belvo_sdk::belvo_types::{ExternalId, InstitutionName, InstitutionUserId, LinkId};
use clap::Subcommand;
use serde_json::json;

use super::api::Api;
use crate::api::lines;
use crate::exit::{Failure, runtime};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists links, all of them or those that fit
    List(List),
    /// Shows one
    Show(One),
    /// Deletes one with all its data, for good; a consent of Open Finance is revoked with it
    Delete(Delete),
}

#[derive(Debug, clap::Args)]
struct List {
    /// Your own id of the user
    #[arg(long, value_name = "ID")]
    external_id: Option<ExternalId>,
    /// valid, invalid, unconfirmed or `token_required`; may be repeated
    #[arg(long, value_name = "STATUS")]
    status: Vec<LinkStatus>,
    /// The institution, by its name in the API; may be repeated
    #[arg(long, value_name = "NAME")]
    institution: Vec<InstitutionName>,
    /// Belvo's id of the user at the institution, which links that are duplicates have in common
    #[arg(long, value_name = "ID")]
    institution_user_id: Option<InstitutionUserId>,
    /// single or recurrent
    #[arg(long, value_name = "MODE")]
    access_mode: Option<AccessMode>,
    #[command(flatten)]
    api: Api,
}

#[derive(Debug, clap::Args)]
struct One {
    /// Its id
    #[arg(value_name = "ID")]
    id: LinkId,
    #[command(flatten)]
    api: Api,
}

#[derive(Debug, clap::Args)]
struct Delete {
    /// Its id
    #[arg(value_name = "ID")]
    id: LinkId,
    /// Has it deleted later, without the limit of five a minute; the webhook `link_deleted` tells
    #[arg(long)]
    r#async: bool,
    #[command(flatten)]
    api: Api,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    match &args.command {
        Command::List(args) => list(args),
        Command::Show(args) => {
            let client = args.api.client()?;
            let link = runtime()?.block_on(client.links().get(&args.id)).map_err(Failure::failed)?;
            args.api.show(&link, shown)
        }
        Command::Delete(args) => delete(args),
    }
}

fn list(args: &List) -> Result<(), Failure> {
    let client = args.api.client()?;
    let links = runtime()?.block_on(client.links().list(&query(args)).all()).map_err(Failure::failed)?;
    args.api.show(&links, |links| links.iter().map(line).collect())
}

fn query(args: &List) -> LinkQuery {
    let mut query = LinkQuery::new();
    if let Some(id) = &args.external_id {
        query = query.external_id(id);
    }
    if !args.status.is_empty() {
        query = query.status_in(&args.status);
    }
    if !args.institution.is_empty() {
        query = query.institution_in(&args.institution);
    }
    if let Some(id) = &args.institution_user_id {
        query = query.institution_user_id(id);
    }
    if let Some(mode) = &args.access_mode {
        query = query.access_mode(mode);
    }
    query
}

fn delete(args: &Delete) -> Result<(), Failure> {
    let client = args.api.client()?;
    if args.r#async {
        let accepted = runtime()?.block_on(client.links().delete_async(&args.id)).map_err(Failure::failed)?;
        let told = |_: &_| {
            format!("link {} is being deleted; the webhook link_deleted tells when it is gone\n", args.id)
        };
        return args.api.show(&accepted, told);
    }
    runtime()?.block_on(client.links().delete(&args.id)).map_err(Failure::failed)?;
    // Belvo answers nothing.
    args.api.show(&json!({}), |_| format!("link {} is deleted\n", args.id))
}

fn line(link: &Link) -> String {
    let id = link.id.as_ref().map_or("-", LinkId::as_str);
    let institution = link.institution.as_ref().map_or("-", InstitutionName::as_str);
    let status = link.status.as_ref().map_or("-", LinkStatus::as_str);
    let mode = link.access_mode.as_ref().map_or("-", AccessMode::as_str);
    let made = link.created_at.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    let user = link.external_id.as_ref().map_or("-", |id| id.as_str());
    format!("{id:<36}  {institution:<24}  {status:<14}  {mode:<9}  {made}  {user}\n")
}

fn shown(link: &Link) -> String {
    let resources: Vec<_> = link.fetch_resources.iter().map(ToString::to_string).collect();
    let resources = (!resources.is_empty()).then(|| resources.join(" "));
    let to_do = to_do(link.action());
    lines(&[
        ("link", link.id.as_ref().map(|id| id as _)),
        ("institution", link.institution.as_ref().map(|name| name as _)),
        ("status", link.status.as_ref().map(|status| status as _)),
        ("to do", to_do.as_ref().map(|to_do| to_do as _)),
        ("user", link.external_id.as_ref().map(|id| id as _)),
        ("bank user", link.institution_user_id.as_ref().map(|id| id as _)),
        ("access", link.access_mode.as_ref().map(|mode| mode as _)),
        ("refresh", link.refresh_rate.as_ref().map(|rate| rate as _)),
        ("fetches", resources.as_ref().map(|resources| resources as _)),
        ("credentials", link.credentials_storage.as_ref().map(|storage| storage as _)),
        ("stale in", link.stale_in.as_ref().map(|days| days as _)),
        ("made", link.created_at.as_ref().map(|at| at as _)),
        ("last access", link.last_accessed_at.as_ref().map(|at| at as _)),
    ])
}

fn to_do(action: LinkAction) -> Option<&'static str> {
    match action {
        LinkAction::Reconnect => Some("the user connects again: widget in update mode"),
        LinkAction::FinishCreation => Some("never finished: the user starts again"),
        LinkAction::GiveToken => Some("the user submits a new MFA token: widget in update mode"),
        _ => None,
    }
}
