//! Dates and times as they come: what has no zone gets none, and what is written is what was read.
//!
//! With its parser the one place that names types of `jiff`.

mod parse;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use jiff::civil;
use jiff::tz::{Offset, TimeZone};
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use parse::{padded, parse};

use crate::{Fault, Kind, Reader, Value};

/// A point in time as the sender wrote it: `2016-01-29T12:29:03.374Z`, `2023-12-23T06:10:43`, `2021-01-07`.
///
/// Without a zone in the text it is no [`jiff::Timestamp`], since no zone is invented. Written back to the letter, but
/// for a day without zeros in front, `2021-1-7`. Without an order of its own, since that of the clocks is not that of
/// the instants: compare [`timestamp`](Self::timestamp) or [`civil`](Self::civil).
///
/// ```
/// use provider_wire::DateTime;
///
/// let posted: DateTime = "2016-01-29T12:29:03.370Z".parse()?;
/// assert!(posted.timestamp().is_some());
/// let report: DateTime = "2023-12-23T06:10:43".parse()?;
/// assert_eq!(report.timestamp(), None);
/// assert_eq!(report.civil(), jiff::civil::date(2023, 12, 23).at(6, 10, 43, 0));
/// assert_eq!(posted.to_string(), "2016-01-29T12:29:03.370Z");
/// # Ok::<(), provider_wire::ParseDateTimeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTime {
    civil: civil::DateTime,
    zone: Zone,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Zone {
    None,
    Utc,
    Offset { minutes: i16, colon: bool },
}

/// How much of the time was written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Form {
    Date,
    Minutes { blank: bool },
    Seconds { blank: bool, fraction: u8 },
}

/// A calendar day, `2021-01-07`. A date with a time is read too, because some senders write one; it keeps its time.
///
/// Days are ordered as they are written, zones aside; of one day, the time decides.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Date(DateTime);

impl Ord for Date {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.as_written().cmp(&other.0.as_written())
    }
}

impl PartialOrd for Date {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl DateTime {
    /// Date and clock time as written, without the zone.
    pub fn civil(self) -> civil::DateTime {
        self.civil
    }

    /// The day as written.
    pub fn date(self) -> civil::Date {
        self.civil.date()
    }

    /// The instant; `None` where the text has no zone.
    pub fn timestamp(self) -> Option<jiff::Timestamp> {
        let offset = match self.zone {
            Zone::None => return None,
            Zone::Utc => Offset::UTC,
            Zone::Offset { minutes, .. } => Offset::from_seconds(i32::from(minutes) * 60).ok()?,
        };
        offset.to_timestamp(self.civil).ok()
    }

    fn as_written(self) -> (civil::DateTime, Zone, Form) {
        (self.civil, self.zone, self.form)
    }

    /// The instant, taking UTC where the text has no zone: only where the documentation says that UTC is meant.
    pub fn timestamp_assuming_utc(self) -> Option<jiff::Timestamp> {
        self.timestamp().or_else(|| TimeZone::UTC.to_timestamp(self.civil).ok())
    }
}

impl Date {
    /// The day.
    pub fn civil(self) -> civil::Date {
        self.0.date()
    }

    /// The same with the time, if one was written.
    pub fn date_time(self) -> DateTime {
        self.0
    }
}

impl From<civil::Date> for Date {
    fn from(date: civil::Date) -> Self {
        Self(DateTime { civil: date.at(0, 0, 0, 0), zone: Zone::None, form: Form::Date })
    }
}

impl From<jiff::Timestamp> for DateTime {
    /// In UTC with milliseconds, as Open Finance writes it.
    fn from(timestamp: jiff::Timestamp) -> Self {
        let civil = Offset::UTC.to_datetime(timestamp);
        let whole = civil.subsec_nanosecond() / 1_000_000 * 1_000_000;
        let civil = civil.with().subsec_nanosecond(whole).build().unwrap_or(civil);
        Self { civil, zone: Zone::Utc, form: Form::Seconds { blank: false, fraction: 3 } }
    }
}

impl From<civil::DateTime> for DateTime {
    /// Without a zone, to the second.
    fn from(civil: civil::DateTime) -> Self {
        let civil = civil.with().subsec_nanosecond(0).build().unwrap_or(civil);
        Self { civil, zone: Zone::None, form: Form::Seconds { blank: false, fraction: 0 } }
    }
}

/// The text is no date or time of a known form, or names an impossible one. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseDateTimeError(());

impl fmt::Display for ParseDateTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a possible date or time of the form YYYY-MM-DD[Thh:mm[:ss[.fraction]][zone]]")
    }
}

impl std::error::Error for ParseDateTimeError {}

impl FromStr for DateTime {
    type Err = ParseDateTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text.as_bytes()).or_else(|| parse(padded(text)?.as_bytes())).ok_or(ParseDateTimeError(()))
    }
}

impl FromStr for Date {
    type Err = ParseDateTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time) = (self.civil.date(), self.civil.time());
        write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())?;
        let (blank, seconds) = match self.form {
            Form::Date => return Ok(()),
            Form::Minutes { blank } => (blank, None),
            Form::Seconds { blank, fraction } => (blank, Some(fraction)),
        };
        write!(f, "{}{:02}:{:02}", if blank { ' ' } else { 'T' }, time.hour(), time.minute())?;
        if let Some(fraction) = seconds {
            write!(f, ":{:02}", time.second())?;
            if fraction > 0 {
                let digits = time.subsec_nanosecond() / 10_i32.pow(9 - u32::from(fraction));
                write!(f, ".{digits:0width$}", width = usize::from(fraction))?;
            }
        }
        match self.zone {
            Zone::None => Ok(()),
            Zone::Utc => f.write_str("Z"),
            Zone::Offset { minutes, colon } => {
                let sign = if minutes < 0 { '-' } else { '+' };
                let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
                write!(f, "{sign}{hours:02}{}{minutes:02}", if colon { ":" } else { "" })
            }
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! text_leaf {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::deserialize(deserializer)
            }
        }

        impl Value for $name {
            /// `null` and `""` are "absent".
            fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
                read(reader).map(|read| read.map($name::from_read))
            }
        }
    };
}

impl DateTime {
    fn from_read(read: DateTime) -> Self {
        read
    }
}

impl Date {
    fn from_read(read: DateTime) -> Self {
        Self(read)
    }
}

text_leaf!(DateTime);
text_leaf!(Date);

fn read(reader: &mut Reader<'_>) -> Result<Option<DateTime>, Fault> {
    const EXPECTED: Fault =
        Fault::Unfit("a possible date or time of the form YYYY-MM-DD[Thh:mm[:ss[.f]][zone]]");
    if reader.kind()? == Kind::Null {
        return reader.is_null().map(|_| None);
    }
    let start = reader.position();
    match reader.text_as(|text| (parse(text.as_bytes()), text.is_empty()))? {
        Some((Some(read), _)) => Ok(Some(read)),
        None | Some((None, true)) => Ok(None),
        Some((None, false)) => {
            reader.back_to(start);
            let padded = reader.text_as(|text| parse(padded(text)?.as_bytes()))?.flatten();
            reader.respelled(start);
            padded.map(Some).ok_or(EXPECTED)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_form_is_written_back_to_the_letter() {
        for text in [
            "2021-01-07",
            "2016-01-29T12:29:03.374Z",
            "2016-01-29T12:29:03.370Z",
            "2024-11-21T23:59:59Z",
            "2023-12-23T06:10:43",
            "2019-12-23 06:10:43",
            "2024-02-29T00:00:00.000000001Z",
            "2024-06-01T10:00",
            "2024-06-01T10:00:00-03:00",
            "2024-06-01T10:00:00.5+0530",
        ] {
            assert_eq!(text.parse::<DateTime>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn impossible_and_foreign_forms_are_errors() {
        for text in [
            "2021-02-30",
            "2021-13-01",
            "0000-00-00",
            "null",
            "07/01/2021",
            "2021-1",
            "2021--7",
            "2021-1-",
            "2021-001-7",
            "2021-1-007",
            "21-1-7",
            "2021-01-07T24:00:00",
            "2021-01-07T23:59:60Z",
            "2021-01-07T10:00:00.Z",
            "2021-01-07T10:00:00-00:00",
            "2021-01-07T10:00:00+24:00",
            "2021-01-07X10:00",
            "2021-01-07T10:00:00.1234567890Z",
            "+021-01-07",
            "２021-01-07",
            "",
        ] {
            assert!(text.parse::<DateTime>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_zone_is_never_invented() {
        assert_eq!("2023-12-23T06:10:43".parse::<DateTime>().unwrap().timestamp(), None);
        let offset: DateTime = "2024-06-01T10:00:00-03:00".parse().unwrap();
        assert_eq!(offset.timestamp().unwrap().to_string(), "2024-06-01T13:00:00Z");
    }

    #[test]
    fn a_day_without_zeros_in_front_is_written_with_them() {
        for (text, written) in [
            ("2021-1-7", "2021-01-07"),
            ("2021-12-7", "2021-12-07"),
            ("2021-1-17T10:00:00Z", "2021-01-17T10:00:00Z"),
        ] {
            assert_eq!(text.parse::<DateTime>().unwrap().to_string(), written);
        }
    }

    #[test]
    fn the_first_and_the_last_year_are_read_and_no_instant_panics() {
        for text in
            ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999999999-23:59", "0000-01-01", "9999-12-31"]
        {
            let read: DateTime = text.parse().unwrap();
            assert_eq!(read.to_string(), text);
            let _ = (read.timestamp(), read.timestamp_assuming_utc());
        }
    }

    #[test]
    fn days_are_in_order() {
        let mut days: Vec<Date> = ["2024-02-01", "2023-12-31T10:00", "2024-01-31", "2023-12-31"]
            .map(|day| day.parse().unwrap())
            .into();
        days.sort();
        let days: Vec<String> = days.iter().map(Date::to_string).collect();
        assert_eq!(days, ["2023-12-31", "2023-12-31T10:00", "2024-01-31", "2024-02-01"]);
    }

    #[test]
    fn the_empty_text_is_absent() {
        assert_eq!(DateTime::read(&mut Reader::new("\"\"")).unwrap(), None);
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_as_it_came(text in "[0-9]{4}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,10})?)?(Z|[+-][0-2][0-9]:?[0-5][0-9])?)?") {
            if let Ok(read) = text.parse::<DateTime>() {
                prop_assert_eq!(read.to_string(), text);
            }
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = text.parse::<DateTime>();
        }
    }
}
