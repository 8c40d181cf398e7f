//! `klavi receive` behind a proxy: the chosen header alone tells the sender's address, and no sender can forge it.

use http::StatusCode;
use klavi_webhook::klavi::SigningKey;

use crate::receive::{KEY, REPORT, Receive};
use crate::{klavi, stderr};

/// May send.
const ALLOWED: &str = "198.51.100.7";
/// May not.
const OTHER: &str = "198.51.100.8";

/// What a request with these headers gets from 127.0.0.1.
async fn post(receive: &Receive, headers: &[(&str, &str)]) -> StatusCode {
    let signature = SigningKey::from(KEY).sign(REPORT.as_bytes()).to_string();
    let mut request = reqwest::Client::new().post(format!("http://{}/", receive.address));
    request = request.header("x-klavi-signature", signature);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(REPORT).send().await.unwrap().status()
}

/// A receiver behind a proxy at that address, which reads that header.
fn behind(proxy: &str, header: &[&str]) -> Receive {
    let fixed = ["--inbox", "memory:", "--allow", ALLOWED, "--trusted-proxy", proxy];
    Receive::start(&[&fixed, header].concat(), &[])
}

#[tokio::test]
async fn the_chosen_header_tells_the_address_of_the_sender() {
    for (header, of) in [
        (&[][..], "x-forwarded-for"),
        (&["--client-address-header", "x-forwarded-for"], "x-forwarded-for"),
        (&["--client-address-header", "Forwarded"], "forwarded"),
        (&["--client-address-header", "CF-Connecting-IP"], "cf-connecting-ip"),
        (&["--client-address-header", "X-Real-IP"], "x-real-ip"),
    ] {
        let receive = behind("127.0.0.1", header);
        let told =
            |address: &str| if of == "forwarded" { format!("for={address}") } else { address.to_owned() };
        let (allowed, other) = (told(ALLOWED), told(OTHER));
        assert_eq!(post(&receive, &[(of, &allowed)]).await, StatusCode::OK, "{of}");
        assert_eq!(post(&receive, &[(of, &other)]).await, StatusCode::FORBIDDEN, "{of}");
        assert_eq!(post(&receive, &[(of, "unknown")]).await, StatusCode::FORBIDDEN, "{of}");
        assert_eq!(post(&receive, &[]).await, StatusCode::FORBIDDEN, "{of}");
        for unread in ["x-forwarded-for", "forwarded", "cf-connecting-ip", "x-real-ip"] {
            if unread == of {
                continue;
            }
            let forged = if unread == "forwarded" { format!("for={ALLOWED}") } else { ALLOWED.to_owned() };
            assert_eq!(post(&receive, &[(unread, &forged)]).await, StatusCode::FORBIDDEN, "{of} {unread}");
            let both = [(unread, forged.as_str()), (of, other.as_str())];
            assert_eq!(post(&receive, &both).await, StatusCode::FORBIDDEN, "{of} {unread}");
        }
        assert_eq!(receive.stop(), Some(0));
    }
}

#[tokio::test]
async fn what_a_sender_writes_before_the_proxy_does_not_count() {
    let receive = behind("127.0.0.1", &["--client-address-header", "CF-Connecting-IP"]);
    let name = "cf-connecting-ip";
    for forged in [&[(name, ALLOWED), (name, OTHER)][..], &[(name, OTHER), (name, ALLOWED)]] {
        assert_eq!(post(&receive, forged).await, StatusCode::FORBIDDEN, "one address alone counts");
    }
    for list in [format!("{ALLOWED}, {OTHER}"), format!("{OTHER}, {ALLOWED}")] {
        assert_eq!(post(&receive, &[(name, &list)]).await, StatusCode::FORBIDDEN, "{list}");
    }
    assert_eq!(receive.stop(), Some(0));

    let receive = behind("127.0.0.1", &["--client-address-header", "Forwarded"]);
    for (forged, status) in [
        (format!("for={ALLOWED}, for={OTHER}"), StatusCode::FORBIDDEN),
        (format!("for={OTHER}, for={ALLOWED}"), StatusCode::OK),
        (format!("for=\"{ALLOWED}, for={OTHER}"), StatusCode::FORBIDDEN),
    ] {
        assert_eq!(post(&receive, &[("forwarded", &forged)]).await, status, "{forged}");
    }
    assert_eq!(receive.stop(), Some(0));
}

#[tokio::test]
async fn whoever_is_no_trusted_proxy_is_not_believed() {
    for header in ["X-Forwarded-For", "Forwarded", "CF-Connecting-IP"] {
        let receive = behind("127.0.0.2", &["--client-address-header", header]);
        let forged = if header == "Forwarded" { format!("for={ALLOWED}") } else { ALLOWED.to_owned() };
        assert_eq!(post(&receive, &[(header, &forged)]).await, StatusCode::FORBIDDEN, "{header}");
        assert_eq!(receive.stop(), Some(0));
    }
}

#[test]
fn a_header_without_a_trusted_proxy_and_one_that_has_no_such_name_are_refused() {
    let fixed = ["receive", "--listen", "0", "--inbox", "memory:", "--secret-key", "k"];
    for (arguments, words) in [
        (&["--client-address-header", "CF-Connecting-IP"][..], "--trusted-proxy <CIDR>"),
        (
            &["--trusted-proxy", "127.0.0.1", "--client-address-header", "X Real IP"],
            "--client-address-header <NAME>",
        ),
        (&["--trusted-proxy", "127.0.0.1", "--client-address-header", ""], "no name of a header"),
    ] {
        let output = klavi(&[&fixed, arguments].concat(), b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
}
