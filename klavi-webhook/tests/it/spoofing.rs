//! Headers that claim another address, one by one.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue};
use klavi_webhook::klavi::Environment;
use klavi_webhook::{ClientHeader, IpNet, SourceError, SourceGuard};
use proptest::prelude::*;

const KLAVI: &str = "18.230.43.17";
const STRANGER: &str = "198.51.100.7";
const PROXY: &str = "10.0.0.1";

fn net(text: &str) -> IpNet {
    text.parse().unwrap()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Klavi's production and one IPv6 network, behind proxies in 10.0.0.0/24 and one more.
fn guard(header: ClientHeader) -> SourceGuard {
    SourceGuard::new(Environment::Production.addresses())
        .allow(net("2001:db8:1::/48"))
        .trust(net("10.0.0.0/24"))
        .trust(ip("2001:db8:ffff::1"))
        .header(header)
}

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        headers.append(HeaderName::from_static(name), value);
    }
    headers
}

#[track_caller]
fn told(header: ClientHeader, name: &'static str, lines: &[&str], expected: Result<&str, SourceError>) {
    let lines: Vec<_> = lines.iter().map(|line| (name, *line)).collect();
    let expected = expected.map(ip);
    assert_eq!(guard(header).check(Some(ip(PROXY)), &headers(&lines)), expected, "{lines:?}");
}

/// What comes out when the proxy sends these `X-Forwarded-For` lines.
#[track_caller]
fn xff(lines: &[&str], expected: Result<&str, SourceError>) {
    told(ClientHeader::XForwardedFor, "x-forwarded-for", lines, expected);
}

#[track_caller]
fn forwarded(lines: &[&str], expected: Result<&str, SourceError>) {
    told(ClientHeader::Forwarded, "forwarded", lines, expected);
}

#[track_caller]
fn single(lines: &[&str], expected: Result<&str, SourceError>) {
    let header = ClientHeader::Single(HeaderName::from_static("cf-connecting-ip"));
    told(header, "cf-connecting-ip", lines, expected);
}

fn not_allowed(address: &str) -> Result<&'static str, SourceError> {
    Err(SourceError::NotAllowed(ip(address)))
}

const GARBLED: Result<&str, SourceError> = Err(SourceError::Garbled);
const MISSING: Result<&str, SourceError> = Err(SourceError::Missing);
const REPEATED: Result<&str, SourceError> = Err(SourceError::Repeated);

#[test]
fn the_list_is_walked_from_the_right() {
    xff(&[KLAVI], Ok(KLAVI));
    xff(&["18.230.43.17, 10.0.0.2"], Ok(KLAVI));
    xff(&["18.230.43.17,10.0.0.2 ,\t10.0.0.3"], Ok(KLAVI));
    xff(&[STRANGER], not_allowed(STRANGER));
    xff(&["18.230.43.17, 198.51.100.7"], not_allowed(STRANGER));
    xff(&["18.230.43.17, 198.51.100.7, 10.0.0.2"], not_allowed(STRANGER));
    xff(&["10.0.0.9, 18.230.43.17, 198.51.100.7"], not_allowed(STRANGER));
    xff(&["198.51.100.7, 18.230.43.17"], Ok(KLAVI));
    xff(&["18.230.43.17, 10.0.1.2"], not_allowed("10.0.1.2"));
}

#[test]
fn all_lines_are_one_list() {
    xff(&[KLAVI, STRANGER], not_allowed(STRANGER));
    xff(&[STRANGER, KLAVI], Ok(KLAVI));
    xff(&[KLAVI, "10.0.0.2", "10.0.0.3"], Ok(KLAVI));
    xff(&["18.230.43.17, 198.51.100.7", "10.0.0.2"], not_allowed(STRANGER));
    xff(&[KLAVI, ""], GARBLED);
}

#[test]
fn what_is_garbled_where_it_counts_is_refused() {
    for garbage in [
        "",
        " ",
        ",",
        "unknown",
        "_hidden",
        "localhost",
        "18.230.43",
        "18.230.43.17.1",
        "018.230.43.017",
        "0x12e62b11",
        "317074193",
        "18.230.43.17/32",
        "18.230.43.17 10.0.0.2",
        "18.230.43.17;10.0.0.2",
        "\"18.230.43.17\"",
        "18.230.43.17:",
        "18.230.43.17:x",
        "18.230.43.17:65536",
        "[18.230.43.17]",
        "[2001:db8:1::1",
        "2001:db8:1::1]",
        "[2001:db8:1::1]:",
        "2001:db8:1::1%eth0",
        "18.230.43.17\u{a0}",
        "18.230.43.17,",
        "１８.230.43.17",
    ] {
        xff(&[garbage], GARBLED);
    }
    xff(&["18.230.43.17, junk"], GARBLED);
    xff(&["18.230.43.17, junk, 10.0.0.2"], GARBLED);
    xff(&["18.230.43.17,, 10.0.0.2"], GARBLED);
    // What the sender wrote left of its own address is its own affair.
    xff(&["\u{feff}junk, 18.230.43.17"], Ok(KLAVI));
    xff(&["\u{a0}", KLAVI], Ok(KLAVI));
    xff(&["18.230.43.17, \u{a0}"], GARBLED);
    xff(&["junk, 18.230.43.17"], Ok(KLAVI));
    xff(&["junk, 198.51.100.7"], not_allowed(STRANGER));
}

#[test]
fn ports_and_brackets_are_read_and_mapped_addresses_are_ipv4() {
    xff(&["18.230.43.17:443"], Ok(KLAVI));
    xff(&["::ffff:18.230.43.17"], Ok(KLAVI));
    xff(&["[::ffff:18.230.43.17]:443"], Ok(KLAVI));
    xff(&["::ffff:12e6:2b11"], Ok(KLAVI));
    xff(&["18.230.43.17, ::ffff:10.0.0.2"], Ok(KLAVI));
    xff(&["::ffff:198.51.100.7"], not_allowed(STRANGER));
    xff(&["::18.230.43.17"], not_allowed("::18.230.43.17"));
    xff(&["64:ff9b::18.230.43.17"], not_allowed("64:ff9b::18.230.43.17"));
    xff(&["2001:db8:1::1"], Ok("2001:db8:1::1"));
    xff(&["[2001:db8:1::1]"], Ok("2001:db8:1::1"));
    xff(&["[2001:db8:1::1]:443, 2001:db8:ffff::1"], Ok("2001:db8:1::1"));
    xff(&["2001:db8:2::1"], not_allowed("2001:db8:2::1"));
}

#[test]
fn a_proxy_that_says_nothing_vouches_for_nobody() {
    xff(&[], MISSING);
    forwarded(&[], MISSING);
    single(&[], MISSING);
    // Only proxies all the way: the furthest one sends, and it is not on the list.
    xff(&["10.0.0.2, 10.0.0.3"], not_allowed("10.0.0.2"));
    // The header that was not chosen does not count.
    let only_other = headers(&[("forwarded", "for=18.230.43.17"), ("x-real-ip", KLAVI)]);
    let checked = guard(ClientHeader::XForwardedFor).check(Some(ip(PROXY)), &only_other);
    assert_eq!(checked, Err(SourceError::Missing));
}

#[test]
fn forwarded_is_read_as_rfc_7239_has_it() {
    forwarded(&["for=18.230.43.17"], Ok(KLAVI));
    forwarded(&["For=\"18.230.43.17:4711\""], Ok(KLAVI));
    forwarded(&["for=18.230.43.17:4711"], Ok(KLAVI));
    forwarded(&["by=10.0.0.9;for=18.230.43.17 ; proto=https;host=\"a,b;c\""], Ok(KLAVI));
    forwarded(&["for=18.230.43.17, for=10.0.0.2"], Ok(KLAVI));
    forwarded(&["for=18.230.43.17", "for=10.0.0.2;proto=http"], Ok(KLAVI));
    forwarded(&["for=\"[2001:db8:1::1]:4711\""], Ok("2001:db8:1::1"));
    forwarded(&["for=\"[2001:db8:1::1]\";proto=https;"], Ok("2001:db8:1::1"));
    forwarded(&["for=[::ffff:18.230.43.17]"], Ok(KLAVI));
    forwarded(&["for=18.230.43.17, for=198.51.100.7"], not_allowed(STRANGER));
    forwarded(&["for=18.230.43.17", "for=198.51.100.7", "for=10.0.0.2"], not_allowed(STRANGER));
    forwarded(&["for=_hidden, for=18.230.43.17"], Ok(KLAVI));
}

#[test]
fn forwarded_that_hides_somebody_is_refused() {
    for line in [
        "",
        "for=unknown",
        "for=_hidden",
        "for=\"_hidden:_port\"",
        "for=",
        "for=\"\"",
        "for",
        "18.230.43.17",
        "proto=https",
        "for=18.230.43.17, proto=https",
        "for=18.230.43.17;for=18.230.43.17",
        "for=18.230.43.17;FOR=198.51.100.7",
        "for=18.230.43.17, ",
        "for=\"18.230.43.17",
        "for=\"18.230.43.17\\\"",
        "for=\"18.230.43.17\" x",
        "for=\"18.230.43.17\"for=1",
        "for = 18.230.43.17",
        "for==18.230.43.17",
        "for=18.230.43.17 10.0.0.2",
        "for=\"2001:db8:1::1:443:x\"",
        "for=18.230.43.17;x=\", for=198.51.100.7",
        "for=18.230.43.17;x=\"\\, for=\"[2001:db8:2::1]:1\"",
        "for=18.230.43.17;x=\", for=198.51.100.7;by=\"10.0.0.9\"",
    ] {
        forwarded(&[line], GARBLED);
    }
    // A quote that the sender left open does not reach into the line that the proxy added.
    forwarded(&["for=18.230.43.17;x=\"", "for=198.51.100.7"], GARBLED);
    forwarded(&["for=18.230.43.17;x=\"", "for=198.51.100.7;y=\""], GARBLED);
}

#[test]
fn a_header_with_one_address_stands_once() {
    single(&[KLAVI], Ok(KLAVI));
    single(&[" 18.230.43.17 "], Ok(KLAVI));
    single(&["::ffff:18.230.43.17"], Ok(KLAVI));
    single(&[STRANGER], not_allowed(STRANGER));
    single(&["10.0.0.2"], not_allowed("10.0.0.2"));
    single(&[KLAVI, KLAVI], REPEATED);
    single(&[KLAVI, STRANGER], REPEATED);
    single(&["18.230.43.17, 198.51.100.7"], GARBLED);
    single(&[""], GARBLED);
    single(&["unknown"], GARBLED);
}

#[test]
fn whoever_is_no_proxy_speaks_for_itself() {
    let claims = [
        ("x-forwarded-for", KLAVI),
        ("x-forwarded-for", "18.230.43.17, 10.0.0.2"),
        ("forwarded", "for=18.230.43.17"),
        ("cf-connecting-ip", KLAVI),
        ("x-real-ip", KLAVI),
        ("true-client-ip", KLAVI),
    ];
    let single = ClientHeader::Single(HeaderName::from_static("cf-connecting-ip"));
    for header in [ClientHeader::XForwardedFor, ClientHeader::Forwarded, single] {
        for peer in [STRANGER, "::ffff:198.51.100.7", "10.0.1.1", "127.0.0.1", "::1"] {
            let refused = Err(SourceError::NotAllowed(ip(peer).to_canonical()));
            assert_eq!(guard(header.clone()).check(Some(ip(peer)), &headers(&claims)), refused);
        }
        // The other way round: Klavi itself, whatever it sends along.
        let spoiled = headers(&[("x-forwarded-for", STRANGER), ("forwarded", "junk")]);
        for peer in [KLAVI, "::ffff:18.230.43.17"] {
            assert_eq!(guard(header.clone()).check(Some(ip(peer)), &spoiled), Ok(ip(KLAVI)));
        }
        assert_eq!(guard(header).check(None, &headers(&claims)), Err(SourceError::NoPeer));
    }
}

#[test]
fn networks_are_compared_as_ipv4_where_they_are() {
    let mapped = SourceGuard::new([net("::ffff:18.230.43.0/120")]).trust(net("::ffff:10.0.0.0/120"));
    assert_eq!(mapped.check(Some(ip(KLAVI)), &HeaderMap::new()), Ok(ip(KLAVI)));
    let behind = headers(&[("x-forwarded-for", "18.230.43.99")]);
    assert_eq!(mapped.check(Some(ip(PROXY)), &behind), Ok(ip("18.230.43.99")));
    assert!(mapped.check(Some(ip("18.230.44.1")), &HeaderMap::new()).is_err());
    let nobody = SourceGuard::new(Vec::<IpNet>::new());
    assert!(nobody.check(Some(ip(KLAVI)), &HeaderMap::new()).is_err());
    for anybody in [STRANGER, "2001:db8::1", "::1"] {
        assert_eq!(SourceGuard::everywhere().check(Some(ip(anybody)), &HeaderMap::new()), Ok(ip(anybody)));
    }
}

fn any_header() -> impl Strategy<Value = ClientHeader> {
    prop_oneof![
        Just(ClientHeader::XForwardedFor),
        Just(ClientHeader::Forwarded),
        Just(ClientHeader::Single(HeaderName::from_static("x-real-ip"))),
    ]
}

/// Pieces that headers with addresses are made of, in any order.
fn any_value() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("18.230.43.17".to_owned()),
        Just("10.0.0.2".to_owned()),
        Just("[::ffff:18.230.43.17]".to_owned()),
        Just("2001:db8:1::1".to_owned()),
        Just("for=".to_owned()),
        Just("unknown".to_owned()),
        Just(":443".to_owned()),
        "[,;=\"\\\\ \\t:._\\[\\]]",
        "[ -~]{0,4}",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn lines(values: &[String]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        for name in ["x-forwarded-for", "forwarded", "x-real-ip"] {
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
    }
    headers
}

proptest! {
    #[test]
    fn no_header_lets_a_stranger_in(
        header in any_header(),
        values in proptest::collection::vec(any_value(), 0..4),
        peer in any::<IpAddr>(),
    ) {
        let plain = guard(header);
        let trusted = plain.check(Some(peer), &HeaderMap::new()) == Err(SourceError::Missing);
        prop_assume!(!trusted);
        prop_assert_eq!(
            plain.check(Some(peer), &lines(&values)),
            plain.check(Some(peer), &HeaderMap::new())
        );
    }

    /// Whatever the sender wrote before: the proxy adds the address that it was called from, in the same line or in
    /// one of its own.
    #[test]
    fn nothing_written_before_the_proxy_lets_a_stranger_in(
        before in proptest::collection::vec(any_value(), 0..4),
        same_line in any::<bool>(),
        form in 0..4_usize,
    ) {
        let added = [
            "for=198.51.100.7",
            "for=\"198.51.100.7:4711\"",
            "for=198.51.100.7;proto=https;by=\"10.0.0.9\"",
            "by=\"[2001:db8:ffff::1]\";for=\"198.51.100.7\";host=\"klavi.example\"",
        ][form];
        for (header, name, added) in [
            (ClientHeader::XForwardedFor, "x-forwarded-for", STRANGER),
            (ClientHeader::Forwarded, "forwarded", added),
        ] {
            let mut lines = before.clone();
            match lines.last_mut() {
                Some(last) if same_line => *last = format!("{last}, {added}"),
                _ => lines.push(added.to_owned()),
            }
            let lines: Vec<_> = lines.iter().map(|line| (name, line.as_str())).collect();
            let checked = guard(header).check(Some(ip(PROXY)), &headers(&lines));
            prop_assert!(checked.is_err(), "{:?} let in {:?}", lines, checked);
        }
    }
}
