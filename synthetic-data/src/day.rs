//! Days in UTC, as the reports count them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The day of an instant.
pub(crate) fn of(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

/// The first instant of a day.
pub(crate) fn begin(day: Date) -> Timestamp {
    TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MIN)
}

/// So many minutes after the first instant of a day.
pub(crate) fn minutes_into(day: Date, minutes: i64) -> Timestamp {
    let begin = begin(day);
    begin.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(begin)
}

/// Months since the year 0, to reckon with.
pub(crate) fn month_number(day: Date) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month()) - 1
}

/// The day of an instant in Brasília, which has had no daylight saving time since 2019.
pub(crate) fn in_brasilia(at: Timestamp) -> Date {
    jiff::tz::offset(-3).to_datetime(at).date()
}

/// Days since the year 0, to divide time with.
pub(crate) fn number(day: Date) -> i64 {
    day.duration_since(Date::ZERO).as_hours() / 24
}
