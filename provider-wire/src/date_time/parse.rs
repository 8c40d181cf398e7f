//! The forms in which dates and times are written.

use jiff::civil;

use super::{DateTime, Form, Zone};

pub(super) fn parse(text: &[u8]) -> Option<DateTime> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, rest @ ..] = text else { return None };
    let year = i16::from(two(*y1, *y2)?) * 100 + i16::from(two(*y3, *y4)?);
    let date = civil::Date::new(year, two(*m1, *m2)?, two(*d1, *d2)?).ok()?;
    let [between, h1, h2, b':', m1, m2, rest @ ..] = rest else {
        let day = DateTime { civil: date.at(0, 0, 0, 0), zone: Zone::None, form: Form::Date };
        return rest.is_empty().then_some(day);
    };
    let blank = match between {
        b'T' => false,
        b' ' => true,
        _ => return None,
    };
    let (hour, minute) = (two(*h1, *h2)?, two(*m1, *m2)?);
    let (second, nanosecond, form, rest) = match rest {
        [b':', s1, s2, rest @ ..] => {
            let (nanosecond, fraction, rest) = subseconds(rest)?;
            (two(*s1, *s2)?, nanosecond, Form::Seconds { blank, fraction }, rest)
        }
        _ => (0, 0, Form::Minutes { blank }, rest),
    };
    // 24:00 and leap seconds would not be written back as they came.
    let time = civil::Time::new(hour, minute, second, nanosecond).ok()?;
    Some(DateTime { civil: date.to_datetime(time), zone: zone(rest)?, form })
}

/// A day without zeros in front of its numbers, `2021-1-7`, as it is documented.
pub(super) fn padded(text: &str) -> Option<String> {
    let (year, rest) = text.split_once('-')?;
    let (month, rest) = rest.split_once('-')?;
    let (day, time) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    Some(format!("{year}-{month:0>2}-{day:0>2}{time}"))
}

#[inline]
fn subseconds(text: &[u8]) -> Option<(i32, u8, &[u8])> {
    // Milliseconds, as Open Finance writes them.
    if let [b'.', f1, f2, f3, rest @ ..] = text
        && !rest.first().is_some_and(u8::is_ascii_digit)
    {
        let milliseconds = i32::from(two(*f1, *f2)?) * 10 + i32::from(two(b'0', *f3)?);
        return Some((milliseconds * 1_000_000, 3, rest));
    }
    let Some((b'.', digits)) = text.split_first() else { return Some((0, 0, text)) };
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let fraction = u8::try_from(length).ok().filter(|length| (1..=9).contains(length))?;
    let value = number(&digits[..length])?;
    let nanosecond = i32::try_from(value * 10_u64.pow(9 - u32::from(fraction))).ok()?;
    Some((nanosecond, fraction, &digits[length..]))
}

fn zone(text: &[u8]) -> Option<Zone> {
    let (sign, hours, minutes, colon) = match text {
        [] => return Some(Zone::None),
        [b'Z'] => return Some(Zone::Utc),
        [sign, h1, h2, b':', m1, m2] => (sign, [*h1, *h2], [*m1, *m2], true),
        [sign, h1, h2, m1, m2] => (sign, [*h1, *h2], [*m1, *m2], false),
        _ => return None,
    };
    let (hours, minutes) = (i16::from(two(hours[0], hours[1])?), i16::from(two(minutes[0], minutes[1])?));
    if hours > 23 || minutes > 59 {
        return None;
    }
    let minutes = hours * 60 + minutes;
    match sign {
        b'+' => Some(Zone::Offset { minutes, colon }),
        // "-00:00" would be written back as "+00:00".
        b'-' if minutes != 0 => Some(Zone::Offset { minutes: -minutes, colon }),
        _ => None,
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    digits
        .iter()
        .try_fold(0_u64, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0')))
}

/// A number of two digits.
#[inline]
fn two(tens: u8, ones: u8) -> Option<i8> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    if tens < 10 && ones < 10 { i8::try_from(tens * 10 + ones).ok() } else { None }
}
