//! Days as the bank's customer sees them.

use jiff::civil;
use jiff::tz::Offset;
use provider_wire::DateTime;

/// The day in Brasília of an instant as a bank writes it. Brazil has had no daylight saving time since 2019.
///
/// - Without an offset the text is Brasília's time already.
/// - Exactly midnight UTC is a day and no instant: banks send days in that form.
///
/// ```
/// use statements::day_in_brasilia;
///
/// let day = |text: &str| day_in_brasilia(text.parse().unwrap()).to_string();
/// assert_eq!(day("2026-02-01T01:30:00.000Z"), "2026-01-31");
/// assert_eq!(day("2026-01-31T22:30:00-03:00"), "2026-01-31");
/// assert_eq!(day("2026-02-01T00:00:00.000Z"), "2026-02-01");
/// assert_eq!(day("2026-02-01T01:30:00"), "2026-02-01");
/// ```
pub fn day_in_brasilia(at: DateTime) -> civil::Date {
    let Some(instant) = at.timestamp() else { return at.date() };
    if Offset::UTC.to_datetime(instant).time() == civil::Time::midnight() {
        return Offset::UTC.to_datetime(instant).date();
    }
    of_timestamp(instant)
}

pub(crate) fn of_timestamp(instant: jiff::Timestamp) -> civil::Date {
    jiff::tz::offset(-3).to_datetime(instant).date()
}
