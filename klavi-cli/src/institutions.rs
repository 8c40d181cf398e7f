//! `klavi institutions`: the banks that the user of a link can connect.

use klavi_sdk::klavi_types::api::{Institution, InstitutionStatus};
use klavi_sdk::klavi_types::{Flag, Secret, Text};

use crate::api::Api;
use crate::exit::{Failure, runtime};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Token of the link, as `klavi link create` prints it
    #[arg(long, value_name = "T", env = "KLAVI_LINK_TOKEN", hide_env_values = true)]
    link_token: Secret,
    /// How far the user has got with each instead
    #[arg(long)]
    status: bool,
    #[command(flatten)]
    api: Api,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let client = args.api.client()?;
    // Which link it is, the token says.
    let session = client.links().resume("", args.link_token.clone()).map_err(Failure::unreadable)?;
    let runtime = runtime()?;
    if args.status {
        let statuses = runtime.block_on(session.institution_statuses()).map_err(Failure::failed)?;
        return args.api.show(&statuses, |statuses| statuses.iter().map(status_line).collect());
    }
    let institutions = runtime.block_on(session.institutions()).map_err(Failure::failed)?;
    args.api.show(&institutions, |institutions| institutions.iter().map(line).collect())
}

fn line(institution: &Institution) -> String {
    let marks = [
        institution.is_beta.is_some_and(Flag::get).then_some("beta"),
        (!institution.is_available()).then_some("out of service"),
    ];
    let marks: Vec<_> = marks.into_iter().flatten().collect();
    let marks = if marks.is_empty() { String::new() } else { format!("  ({})", marks.join(", ")) };
    let code = institution.institution_code.as_ref().map_or("-", |code| code.as_str());
    format!("{code:<6} {}{marks}\n", text(institution.name.as_ref()))
}

fn status_line(status: &InstitutionStatus) -> String {
    let code = status.institution_code.as_ref().map_or("-", |code| code.as_str());
    format!("{code:<6} {:<28} {}\n", text(status.status.as_ref()), text(status.name.as_ref()))
}

fn text(text: Option<&Text>) -> &str {
    text.map_or("-", Text::as_str)
}
