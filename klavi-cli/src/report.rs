//! `klavi report`: asks for reports, which come by webhook.

use std::fmt;

use anyhow::anyhow;
use clap::Subcommand;
use klavi_sdk::klavi_types::api::{ProductSelection, ReportRequest};
use klavi_sdk::klavi_types::{ConsentId, Json, Product};

use crate::api::{Api, CallbackUrls, flags_named, json_object, lines};
use crate::exit::{Failure, runtime};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Asks for reports; Klavi pushes them to the webhook
    Request(Box<Request>),
}

#[derive(clap::Args)]
struct Request {
    /// CPF or CNPJ of the user
    #[arg(long, value_name = "CPF|CNPJ")]
    tax_id: String,
    /// One bank; without it the report is over all banks of the user
    #[arg(long, value_name = "CODE")]
    institution_code: Option<String>,
    /// What to report, such as `pf_categorized_checking_l3`; may be repeated
    #[arg(long = "product", value_name = "P", required_unless_present = "all", conflicts_with = "all")]
    products: Vec<String>,
    /// All products of the contract; over all banks only
    #[arg(long, conflicts_with = "institution_code")]
    all: bool,
    /// Narrows it to a link
    #[arg(long, value_name = "ID")]
    link_id: Option<String>,
    /// Narrows it to a consent; may be repeated
    #[arg(long, value_name = "ID")]
    consent_id: Vec<String>,
    #[command(flatten)]
    callback_urls: CallbackUrls,
    /// A JSON object that comes back in the reports
    #[arg(long, value_name = "JSON", value_parser = json_object)]
    external_info: Option<Json>,
    #[command(flatten)]
    api: Api,
}

impl fmt::Debug for Request {
    /// Without the user's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("api", &self.api).finish_non_exhaustive()
    }
}

impl Request {
    fn build(&self) -> Result<ReportRequest, Failure> {
        let products = if self.all {
            ProductSelection::All
        } else {
            self.products.iter().map(|product| Product::from(product.as_str())).collect::<Vec<_>>().into()
        };
        let consents: Vec<ConsentId> = self.consent_id.iter().map(|id| id.as_str().into()).collect();
        let (tax_id, link) = (self.tax_id.as_str(), self.link_id.as_deref());
        let (urls, info) = (self.callback_urls.read()?, self.external_info.clone());
        let built = match self.institution_code.as_deref() {
            Some(code) => ReportRequest::institution(tax_id, code)
                .products(products)
                .consent_ids(consents)
                .maybe_link_id(link)
                .maybe_products_callback_url(urls)
                .maybe_external_info(info)
                .build(),
            None => ReportRequest::user(tax_id)
                .products(products)
                .consent_ids(consents)
                .maybe_link_id(link)
                .maybe_products_callback_url(urls)
                .maybe_external_info(info)
                .build(),
        };
        built.map_err(flags_named)
    }
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let Command::Request(args) = &args.command;
    let request = args.build()?;
    let client = args.api.client()?;
    let accepted = runtime()?.block_on(client.reports().request(&request)).map_err(Failure::failed)?;
    if accepted.request_id.is_none() {
        return Err(Failure::failed(anyhow!("Klavi took the request and named no requestId")));
    }
    args.api.show(&accepted, |accepted| lines(&[("request", accepted.request_id.as_ref().map(|id| id as _))]))
}
