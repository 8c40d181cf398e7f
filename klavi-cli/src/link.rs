//! `klavi link`: one visit of one user.

use std::fmt;

use clap::Subcommand;
use klavi_sdk::LinkSession;
use klavi_sdk::klavi_types::api::CreateLink;
use klavi_sdk::klavi_types::{Json, Secret};
use serde::Serialize;

use crate::api::{Api, CallbackUrls, flags_named, json_object, lines};
use crate::exit::{Failure, print_aside, runtime};
use crate::qr::Qr;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a link: a page for the user, and the token of the session
    Create(Box<Create>),
}

#[derive(clap::Args)]
struct Create {
    /// CPF of the user, who need not type it then
    #[arg(long, value_name = "CPF")]
    personal_tax_id: Option<String>,
    /// CNPJ of the company; the CPF belongs beside it
    #[arg(long, value_name = "CNPJ")]
    business_tax_id: Option<String>,
    /// The user's e-mail address
    #[arg(long)]
    email: Option<String>,
    /// The user's phone: +55, area code, 8 or 9 digits
    #[arg(long)]
    phone: Option<String>,
    /// Preselects the institution
    #[arg(long, value_name = "CODE")]
    institution_code: Option<String>,
    /// Where the browser goes at the end
    #[arg(long, value_name = "URL")]
    redirect_url: Option<String>,
    #[command(flatten)]
    callback_urls: CallbackUrls,
    /// A JSON object that comes back in events and reports
    #[arg(long, value_name = "JSON", value_parser = json_object)]
    external_info: Option<Json>,
    /// Key of an Open Data connection that is to be refreshed
    #[arg(long, value_name = "KEY")]
    connection_key: Option<String>,
    /// App link for the way back from the bank
    #[arg(long, value_name = "URL", requires = "app_redirect_url_key")]
    app_link: Option<String>,
    /// Name of the parameter that is put on the app link
    #[arg(long, value_name = "NAME")]
    app_redirect_url_key: Option<String>,
    #[command(flatten)]
    api: Api,
    #[command(flatten)]
    qr: Qr,
}

impl fmt::Debug for Create {
    /// Without the user's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Create").field("api", &self.api).finish_non_exhaustive()
    }
}

/// Named as in Klavi's answer; when the session ends is told in place of how long it lasts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Made<'a> {
    link_id: Option<&'a str>,
    #[serde(rename = "linkURL")]
    link_url: Option<&'a str>,
    link_token: &'a str,
    expire_at: Option<String>,
}

impl<'a> Made<'a> {
    fn of(session: &'a LinkSession) -> Self {
        Self {
            link_id: session.link_id().map(AsRef::as_ref),
            link_url: session.url().map(Secret::expose),
            link_token: session.token().expose(),
            expire_at: session.expires_at().map(|at| format!("{at:.0}")),
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let Command::Create(args) = &args.command;
    let link = CreateLink::builder()
        .maybe_personal_tax_id(args.personal_tax_id.as_deref())
        .maybe_business_tax_id(args.business_tax_id.as_deref())
        .maybe_email(args.email.as_deref())
        .maybe_phone(args.phone.as_deref())
        .maybe_institution_code(args.institution_code.as_deref())
        .maybe_redirect_url(args.redirect_url.as_deref())
        .maybe_products_callback_url(args.callback_urls.read()?)
        .maybe_external_info(args.external_info.clone())
        .maybe_connection_key(args.connection_key.as_deref())
        .maybe_app_link(args.app_link.as_deref())
        .maybe_app_redirect_url_key(args.app_redirect_url_key.as_deref())
        .build()
        .map_err(flags_named)?;
    let client = args.api.client()?;
    let session = runtime()?.block_on(client.links().create(&link)).map_err(Failure::failed)?;
    let made = Made::of(&session);
    let drawing = made.link_url.map(|url| args.qr.draw(url)).transpose()?;
    args.api.show(&made, |made| {
        lines(&[
            ("link", made.link_id.as_ref().map(|id| id as _)),
            ("page", made.link_url.as_ref().map(|url| url as _)),
            ("token", Some(&made.link_token)),
            ("ends", made.expire_at.as_ref().map(|at| at as _)),
        ])
    })?;
    print_aside(&drawing.unwrap_or_default());
    Ok(())
}
