//! Instants with microseconds, as storage, JSON and CSV carry them.

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};

/// An instant in UTC. Values that come in are truncated to whole microseconds.
pub type Timestamp = DateTime<Utc>;

/// How far ahead of the clock an execution may have begun, in seconds: clocks differ, but not by more.
pub const MAX_AHEAD_SECONDS: i64 = 3_600;

/// Parses an RFC 3339 instant and truncates it to microseconds. Years 1970 to 9999. A leap second is the one after it, as
/// databases have it.
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    // Where a URL was not encoded, the plus of an offset arrives as a space.
    let instant =
        DateTime::parse_from_rfc3339(&text.replacen(' ', "+", usize::from(text.len() > 19))).ok()?;
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
        ] {
            assert_eq!(parse_instant(text), None, "{text}");
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
