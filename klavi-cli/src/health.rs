//! `klavi health`: asks a server of this toolkit whether it is ready, for the health check of a container.
//!
//! Knows no server: the URL says what is asked.

use std::time::Duration;

use anyhow::anyhow;

use crate::exit::{Failure, runtime};

/// How long a server may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);

#[derive(clap::Args)]
pub(crate) struct Args {
    /// URL that answers 200 when the server is ready: `http://127.0.0.1:4010/_mock/health`, `http://127.0.0.1:9090/readyz`
    #[arg(value_name = "URL")]
    url: ::url::Url,
}

impl std::fmt::Debug for Args {
    /// Without the URL, which may carry a token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Args")
    }
}

/// Exit 0 if the answer is 200, 1 if there is another one or none.
pub(crate) fn run(args: Args) -> Result<(), Failure> {
    if !matches!(args.url.scheme(), "http" | "https") {
        return Err(Failure::unreadable(anyhow!("the URL is neither http nor https")));
    }
    let asking = async {
        // A proxy of the environment does not know the servers of this machine.
        let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build()?;
        client.get(args.url).send().await
    };
    // The error without the URL, which may carry a token.
    let answer = runtime()?.block_on(asking).map_err(|error| Failure::failed(error.without_url()))?;
    match answer.status().as_u16() {
        200 => Ok(()),
        status => Err(Failure::failed(anyhow!("not ready: HTTP {status}"))),
    }
}
