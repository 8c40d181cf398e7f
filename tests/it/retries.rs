//! The page that says what is repeated, made from the constants of the endpoints.

use std::fmt::Write as _;
use std::path::Path;

use klavi_sdk::Endpoint;

const HEAD: &str = "\
# What is retried, and what is never sent twice

Made from the endpoints of both clients: `KLAVI_TEST_WRITE=1 cargo test -p klavi-tests retries` writes this page.

A call that is marked `yes` is repeated after a failure that passes: a connection that fails, no answer in time, 408, 429, 500,
502, 503, 504. A call that is marked `no` is repeated only where the server has provably not acted: no connection came about, or
429 with `Retry-After`; Belvo's `too_many_sessions` counts as well. Where it stays unknown whether the server acted,
`is_outcome_unknown()` is true: look before you do it again.

| | Klavi | Belvo |
|---|---|---|
| attempts | 4 | 6; 3 after `unexpected_error` |
| pauses, at most | 0.25 s, 0.5 s, 1 s, drawn between zero and that | 4, 8, 16, 32, 64 s, drawn from three quarters of that on |
| one attempt | 30 s | 30 s; 330 s where Belvo logs in at the bank |
| the whole call | 30 s | 180 s; 660 s where Belvo logs in at the bank |

All of it can be changed for a client and for single calls: `retry_policy`, `timeout`, `attempt_timeout`. A pause is at least as
long as `Retry-After` asks for, and none is begun that would end after the time of the call. One budget bounds the repeats of all
calls together: 100 a minute, and one for every five calls. A 401 brings one new token and one more attempt.
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    for (provider, endpoints) in [("Klavi", klavi_sdk::ENDPOINTS), ("Belvo", belvo_sdk::ENDPOINTS)] {
        let _ =
            write!(page, "\n## {provider}\n\n| call | credential | repeated | why |\n|---|---|---|---|\n");
        for endpoint in endpoints {
            let repeated = if endpoint.is_idempotent() { "yes" } else { "no" };
            let credential = Some(endpoint.credential_name()).filter(|name| !name.is_empty());
            let credential = credential.unwrap_or("keys in the body");
            let _ = writeln!(
                page,
                "| `{endpoint}` | {credential} | {repeated} | {} |",
                Endpoint::reason(endpoint)
            );
        }
    }
    page
}

#[test]
fn the_page_about_retries_says_what_the_endpoints_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/retries.md");
    if std::env::var_os("KLAVI_TEST_WRITE").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap_or_default(),
        page(),
        "write it with KLAVI_TEST_WRITE=1"
    );
}
