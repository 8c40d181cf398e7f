//! Headers in which proxies say whom they forward for.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use http::header::FORWARDED;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::SourceError;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What stands between the commas of all `X-Forwarded-For` lines, in their order; `None` for what is no text. Bytes that
/// are none spoil the hop that they stand in and no other.
pub(super) fn x_forwarded_for(headers: &HeaderMap) -> impl DoubleEndedIterator<Item = Option<&str>> {
    let lines = headers.get_all(&X_FORWARDED_FOR).into_iter().map(HeaderValue::as_bytes);
    lines.flat_map(|line| line.split(|byte| *byte == b',')).map(|hop| std::str::from_utf8(hop).ok())
}

/// The `for=` of each element of all `Forwarded` lines, in their order; `None` for an element without.
///
/// Commas may stand in quotes, so a line can only be read from the left, and what the sender wrote could open a quote
/// that swallows what the proxy added. Every line has to be well-formed as a whole for that reason.
pub(super) fn forwarded(
    headers: &HeaderMap,
) -> Result<impl DoubleEndedIterator<Item = Option<&str>>, SourceError> {
    let mut hops = Vec::new();
    for line in lines(headers, &FORWARDED)? {
        elements(line, &mut hops).ok_or(SourceError::Garbled)?;
    }
    Ok(hops.into_iter())
}

/// The address in a header that stands once and holds one.
pub(super) fn single(headers: &HeaderMap, name: &HeaderName) -> Result<IpAddr, SourceError> {
    match *lines(headers, name)? {
        [line] => address(line).ok_or(SourceError::Garbled),
        _ => Err(SourceError::Repeated),
    }
}

/// An address as proxies write it: bare, `IPv4:port`, `[IPv6]` or `[IPv6]:port`, with blanks around.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    let text = trim(text);
    let address = text.parse::<IpAddr>().ok().or_else(|| {
        let bracketed = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        match bracketed {
            Some(address) => address.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
            None => text.parse::<SocketAddr>().ok().map(|socket| socket.ip()),
        }
    })?;
    Some(address.to_canonical())
}

fn lines<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Vec<&'a str>, SourceError> {
    let lines = headers.get_all(name).iter().map(|line| line.to_str().map_err(|_| SourceError::Garbled));
    let lines = lines.collect::<Result<Vec<_>, _>>()?;
    if lines.is_empty() { Err(SourceError::Missing) } else { Ok(lines) }
}

/// Reads `for=a;proto=https, for="[b]:1"` into `a`, `[b]:1`; `None` where it is not of that form.
fn elements<'a>(line: &'a str, hops: &mut Vec<Option<&'a str>>) -> Option<()> {
    let mut rest = line;
    let mut hop = None;
    loop {
        let (pair, behind) = pair(rest)?;
        if let Some((name, value)) = pair
            && name.eq_ignore_ascii_case("for")
            && hop.replace(value).is_some()
        {
            return None;
        }
        rest = match behind.as_bytes().first() {
            None => {
                hops.push(hop);
                return Some(());
            }
            Some(b',') => {
                hops.push(hop.take());
                &behind[1..]
            }
            Some(_) => &behind[1..],
        };
    }
}

type Pair<'a> = (&'a str, &'a str);

/// One `name=value` and what stands behind it, beginning with `;` or `,`. RFC 7239 lets a pair be left out.
fn pair(text: &str) -> Option<(Option<Pair<'_>>, &str)> {
    let text = trim(text);
    if text.is_empty() || text.starts_with([';', ',']) {
        return Some((None, text));
    }
    let (name, value) = text.split_once('=').filter(|(name, _)| is_token(name))?;
    let (value, behind) = if let Some(inside) = value.strip_prefix('"') {
        let end = closing_quote(inside)?;
        (&inside[..end], &inside[end + 1..])
    } else {
        let (value, behind) = value.split_at(value.find([';', ',']).unwrap_or(value.len()));
        (Some(trim(value)).filter(|value| is_token(value))?, behind)
    };
    let behind = trim(behind);
    let ends = behind.is_empty() || behind.starts_with([';', ',']);
    ends.then_some((Some((name, value)), behind))
}

/// More than RFC 7239 allows without quotes, as proxies write ports and IPv6 addresses without them; nothing that could
/// be taken for another pair.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\;,=".contains(&byte))
}

/// Where a quoted text ends; a backslash takes the character behind it for what it is.
fn closing_quote(inside: &str) -> Option<usize> {
    let mut escaped = false;
    inside.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}
