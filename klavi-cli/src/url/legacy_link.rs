//! `klavi url legacy-link`.

use std::fmt;

use clap::ValueEnum;
use klavi_sdk::klavi_types::api::InvalidRequest;
use klavi_sdk::{LegacyLinkHost, LegacyLinkUrl, PartnerCode};

use super::{Output, parameter};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Your id of the user; comes back in the report
    #[arg(long, value_name = "ID")]
    uuid: String,
    /// Where the page stands
    #[arg(long, default_value = "sandbox")]
    host: Host,
    /// Base URL in place of a host: https, or http to this machine
    #[arg(long, value_name = "URL", conflicts_with = "host")]
    base: Option<String>,
    /// Your partner code, as the last segment of the path unless said otherwise
    #[arg(long, value_name = "CODE")]
    partner_code: Option<String>,
    /// Puts the partner code into the query under this name
    #[arg(long, value_name = "NAME", requires = "partner_code")]
    partner_code_parameter: Option<String>,
    /// CPF of the user, who need not type it then
    #[arg(long)]
    cpf: Option<String>,
    /// Pins the bank: 001, 341
    #[arg(long, value_name = "CODE")]
    bank_id: Option<String>,
    /// Where the user goes on leaving; required outside an iframe; not encoded
    #[arg(long, value_name = "URL")]
    callback_url: Option<String>,
    /// Where the user goes on cancelling; required outside an iframe; not encoded
    #[arg(long, value_name = "URL")]
    cancel_url: Option<String>,
    /// Updates a connection: the key from an earlier report
    #[arg(long, value_name = "KEY")]
    connection_key: Option<String>,
    /// The page stands in an iframe
    #[arg(long)]
    iframe: bool,
    /// A parameter of your own, not encoded; comes back with the report; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    parameter: Vec<(String, String)>,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Clone, Copy, ValueEnum)]
enum Host {
    /// openbanking-sandbox.klavi.ai
    Sandbox,
    /// openbanking-dev.klavi.ai
    Homologation,
}

impl Args {
    pub(super) fn url(&self) -> Result<LegacyLinkUrl, InvalidRequest> {
        let host = match (&self.base, self.host) {
            (Some(base), _) => LegacyLinkHost::Custom(base.clone()),
            (None, Host::Sandbox) => LegacyLinkHost::Sandbox,
            (None, Host::Homologation) => LegacyLinkHost::Homologation,
        };
        let mut url = LegacyLinkUrl::builder(host, self.uuid.as_str());
        for (name, value) in &self.parameter {
            url = url.parameter(name, value);
        }
        url.maybe_partner_code(self.partner_code())
            .maybe_cpf(self.cpf.as_deref())
            .maybe_bank_id(self.bank_id.as_deref())
            .maybe_callback_url(self.callback_url.as_deref())
            .maybe_cancel_url(self.cancel_url.as_deref())
            .maybe_connection_key(self.connection_key.as_deref())
            .in_iframe(self.iframe)
            .build()
    }

    fn partner_code(&self) -> Option<PartnerCode> {
        let code = self.partner_code.as_deref()?.into();
        Some(match self.partner_code_parameter.clone() {
            Some(name) => PartnerCode::Parameter { name, code },
            None => PartnerCode::Segment(code),
        })
    }
}

impl fmt::Debug for Args {
    /// Without the user's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Args").field("output", &self.output).finish_non_exhaustive()
    }
}
