//! `klavi url basic-link`.

use std::fmt;

use clap::ValueEnum;
use klavi_sdk::klavi_types::api::InvalidRequest;
use klavi_sdk::{BasicLinkUrl, WhiteLabelHost};

use super::{Output, parameter};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Code of your application, from Klavi's staff
    #[arg(long, value_name = "ID")]
    app_id: String,
    /// Where the page stands
    #[arg(long, default_value = "sandbox")]
    host: Host,
    /// Base URL in place of a host: https, or http to this machine
    #[arg(long, value_name = "URL", conflicts_with = "host")]
    base: Option<String>,
    /// CPF of the user, who need not type it then
    #[arg(long, value_name = "CPF")]
    personal_tax_id: Option<String>,
    /// CNPJ of the company
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
    /// Where the browser goes at the end; not encoded
    #[arg(long, value_name = "URL")]
    redirect_url: Option<String>,
    /// Where all reports go; not encoded
    #[arg(long, value_name = "URL")]
    products_callback_url: Option<String>,
    /// App link for the way back from the bank; not encoded
    #[arg(long, value_name = "URL")]
    application_link: Option<String>,
    /// Another parameter, unchecked and not encoded; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    parameter: Vec<(String, String)>,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Clone, Copy, ValueEnum)]
enum Host {
    /// conecte-sandbox.klavi.ai
    Sandbox,
    /// open-sandbox.klavi.ai, of partners from before 22 November 2024
    OlderSandbox,
    /// open-testing.klavi.ai, of the same
    OlderTesting,
    /// open.klavi.ai, of the same
    OlderProduction,
}

impl Args {
    pub(super) fn url(&self) -> Result<BasicLinkUrl, InvalidRequest> {
        let host = match (&self.base, self.host) {
            (Some(base), _) => WhiteLabelHost::Custom(base.clone()),
            (None, Host::Sandbox) => WhiteLabelHost::Sandbox,
            (None, Host::OlderSandbox) => WhiteLabelHost::OlderSandbox,
            (None, Host::OlderTesting) => WhiteLabelHost::OlderTesting,
            (None, Host::OlderProduction) => WhiteLabelHost::OlderProduction,
        };
        let mut url = BasicLinkUrl::builder(host, self.app_id.as_str());
        for (name, value) in &self.parameter {
            url = url.parameter(name, value);
        }
        url.maybe_personal_tax_id(self.personal_tax_id.as_deref())
            .maybe_business_tax_id(self.business_tax_id.as_deref())
            .maybe_email(self.email.as_deref())
            .maybe_phone(self.phone.as_deref())
            .maybe_institution_code(self.institution_code.as_deref())
            .maybe_redirect_url(self.redirect_url.as_deref())
            .maybe_products_callback_url(self.products_callback_url.as_deref())
            .maybe_application_link(self.application_link.as_deref())
            .build()
    }
}

impl fmt::Debug for Args {
    /// Without the user's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Args").field("output", &self.output).finish_non_exhaustive()
    }
}
