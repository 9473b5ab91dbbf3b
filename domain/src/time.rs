//! Instants with microseconds, as storage, JSON and CSV carry them.

use chrono::{DateTime, Datelike, Months, NaiveTime, SecondsFormat, SubsecRound, Utc};
use std::ops::Range;

/// An instant in UTC. Values that come in are truncated to whole microseconds.
pub type Timestamp = DateTime<Utc>;

/// How far ahead of the clock an execution may have begun, in seconds: clocks differ, but not by more.
pub const MAX_AHEAD_SECONDS: i64 = 3_600;

/// Parses an RFC 3339 instant and truncates it to microseconds. Years 1970 to 9999. A leap second is the one after it, as
/// databases have it. Between date and time a space may stand instead of the `T`, as Python and PostgreSQL print it
/// (RFC 3339, section 5.6).
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    let (date, rest) = text.split_at_checked("2025-11-18".len())?;
    // Where a URL was not encoded, the plus of an offset arrives as a space.
    let rest = match rest.strip_prefix(' ') {
        Some(time) => format!("T{}", time.replacen(' ', "+", 1)),
        None => rest.replacen(' ', "+", 1),
    };
    let instant = DateTime::parse_from_rfc3339(&format!("{date}{rest}")).ok()?;
    let instant = from_micros(truncate(instant.with_timezone(&Utc)).timestamp_micros());
    (instant.timestamp() >= 0 && instant.timestamp() < 253_402_300_800).then_some(instant)
}

/// Whole microseconds of `instant`, the rest cut off.
pub fn truncate(instant: Timestamp) -> Timestamp {
    instant.trunc_subsecs(6)
}

/// The instant `micros` microseconds after 1970, or the nearest one that can be told.
pub fn from_micros(micros: i64) -> Timestamp {
    DateTime::from_timestamp_micros(micros).unwrap_or(if micros < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    })
}

/// RFC 3339 in UTC with as many of three or six decimals as are needed: `2025-11-18T09:45:00Z`.
pub fn rfc3339(instant: Timestamp) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The calendar month of UTC that holds `instant`, up to where the next one begins.
pub fn month(instant: Timestamp) -> Range<Timestamp> {
    let date = instant.date_naive();
    let first = date
        .with_day(1)
        .unwrap_or(date)
        .and_time(NaiveTime::MIN)
        .and_utc();
    first..first.checked_add_months(Months::new(1)).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_offsets_and_cuts_nanoseconds() {
        let expected = "2025-11-18T09:45:00.123456Z";
        for text in [
            "2025-11-18T09:45:00.1234567Z",
            "2025-11-18T15:30:00.123456999+05:45",
            "2025-11-18T15:30:00.123456999 05:45",
            "2025-11-18 09:45:00.123456Z",
            "2025-11-18 15:30:00.123456+05:45",
            "2025-11-18 15:30:00.123456 05:45",
        ] {
            assert_eq!(
                parse_instant(text).map(rfc3339).as_deref(),
                Some(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn a_leap_second_is_the_one_after_it() {
        let read = |text| parse_instant(text).map(rfc3339);
        let next = Some("2017-01-01T00:00:00.250Z".to_owned());
        assert_eq!(read("2016-12-31T23:59:60.250Z"), next);
        assert_eq!(read("9999-12-31T23:59:60Z"), None);
    }

    #[test]
    fn refuses_what_is_no_instant() {
        for text in [
            "",
            "2025-11-18",
            "2025-02-30T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "yesterday",
            "2025-11-18  09:45:00Z",
            "2025-11-18 09:45:00",
            "2025-11-1ä09:45:00Z",
        ] {
            assert_eq!(parse_instant(text), None, "{text}");
        }
    }

    #[test]
    fn a_month_is_one_of_utc() {
        for (instant, first, next) in [
            ("2026-02-28T23:59:59.999999Z", "2026-02-01", "2026-03-01"),
            ("2026-03-01T00:00:00Z", "2026-03-01", "2026-04-01"),
            ("2026-12-31T23:30:00-01:00", "2027-01-01", "2027-02-01"),
        ] {
            let month = month(parse_instant(instant).unwrap());
            let edges = [month.start, month.end].map(rfc3339);
            assert_eq!(
                edges,
                [first, next].map(|day| format!("{day}T00:00:00Z")),
                "{instant}"
            );
        }
    }

    proptest! {
        #[test]
        fn an_instant_survives_its_text(micros in 0i64..253_402_300_800_000_000) {
            let instant = from_micros(micros);
            prop_assert_eq!(parse_instant(&rfc3339(instant)), Some(instant));
        }
    }
}
