//! The page that lists which calls are retried, generated from the endpoint constants.

use std::fmt::Write as _;
use std::path::Path;

use klavi_sdk::Endpoint;

const HEAD: &str = "\
# Retries

This page lists which calls the clients retry. A test generates it from the endpoints of both clients; write it again with
`KLAVI_TEST_WRITE=1 cargo test -p klavi-tests --test it retries`. [Tokens and
retries](../concepts/tokens-and-retries.md) explains the rules.

- A call marked `yes` is retried after a failure that passes: no connection, no answer in time, 408, 429, 500, 502, 503, 504.
- A call marked `no` is retried only if the server certainly did not act: no connection was made, or the server answered 429 with
  `Retry-After`. Belvo's `too_many_sessions` counts as well.
- If it is unknown whether the server acted, `is_outcome_unknown()` is true: look before you send the call again.

| | Klavi | Belvo |
|---|---|---|
| attempts | 4 | 6; 3 after `unexpected_error` |
| largest pauses | 0.25 s, 0.5 s, 1 s | 4, 8, 16, 32, 64 s |
| smallest pauses | none | three quarters of the largest |
| time for an attempt | 30 s | 30 s; 330 s if Belvo logs in at the bank |
| time for the whole call | 30 s | 180 s; 660 s if Belvo logs in at the bank |

`retry_policy`, `timeout` and `attempt_timeout` change this for a client or for single calls. A pause is never shorter than
`Retry-After`, and no pause begins that would end after the deadline. All calls of a client share one budget: 100 retries a minute,
and one retry for every five calls. After a 401 the client fetches a new token and sends the call once more.
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    for (provider, endpoints) in [("Klavi", klavi_sdk::ENDPOINTS), ("Belvo", belvo_sdk::ENDPOINTS)] {
        let _ = write!(page, "\n## {provider}\n\n| call | credential | retried | why |\n|---|---|---|---|\n");
        for endpoint in endpoints {
            let retried = if endpoint.is_idempotent() { "yes" } else { "no" };
            let credential = Some(endpoint.credential_name()).filter(|name| !name.is_empty());
            let credential = credential.unwrap_or("keys in the body");
            let _ = writeln!(
                page,
                "| `{endpoint}` | {credential} | {retried} | {} |",
                Endpoint::reason(endpoint)
            );
        }
    }
    page
}

#[test]
fn the_page_about_retries_says_what_the_endpoints_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/retries.md");
    if std::env::var_os("KLAVI_TEST_WRITE").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap_or_default(),
        page(),
        "write it with KLAVI_TEST_WRITE=1"
    );
}
