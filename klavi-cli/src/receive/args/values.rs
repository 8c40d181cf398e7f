//! How values of options are read.
//!
//! Knows their forms, not the options.

use std::net::IpAddr;

use http::HeaderName;
use http::header::FORWARDED;
use klavi_webhook::{ClientHeader, InspectionRate, IpNet};

/// A network, or a single address.
pub(crate) fn network(text: &str) -> Result<IpNet, &'static str> {
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| address()).map_err(|_| "no network such as 10.0.0.0/8, nor an address")
}

/// Names of headers are the same in upper and lower case.
pub(super) fn client_header(text: &str) -> Result<ClientHeader, &'static str> {
    let name: HeaderName = text.parse().map_err(|_| "no name of a header such as X-Forwarded-For")?;
    Ok(match name.as_str() {
        "x-forwarded-for" => ClientHeader::XForwardedFor,
        _ if name == FORWARDED => ClientHeader::Forwarded,
        _ => ClientHeader::Single(name),
    })
}

pub(super) fn inspection(text: &str) -> Result<InspectionRate, &'static str> {
    match text {
        "all" => Ok(InspectionRate::All),
        "none" => Ok(InspectionRate::Off),
        _ => text
            .parse()
            .map(InspectionRate::OneIn)
            .map_err(|_| "give all, none, or a number N from 1 on: one delivery in N is inspected"),
    }
}
