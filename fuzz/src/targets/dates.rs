//! Instants, days, local times, time zones and ends of keys.

use super::support::{now, text};
use chrono::Duration;
use domain::{DateBound, KeyExpiry, time, zones};

/// What is read is kept by the database's microseconds, is read again as it is printed, and lies in every zone.
pub fn run(input: &[u8]) {
    let text = text(input);
    let (zone, date) = text.split_once('\n').unwrap_or(("Asia/Kathmandu", &text));
    let zone = match zones::named(zone) {
        Ok(found) => {
            assert_eq!(zones::parse(found.name()), Some(found));
            found
        }
        Err(error) => {
            assert_eq!(error.field, "timeZone");
            zones::Tz::UTC
        }
    };
    if let Some(instant) = time::parse_instant(date) {
        assert_eq!(
            time::from_micros(instant.timestamp_micros()),
            instant,
            "a database keeps another"
        );
        assert_eq!(time::parse_instant(&time::rfc3339(instant)), Some(instant));
    }
    if let Some(bound) = DateBound::parse(date) {
        assert_eq!(DateBound::parse(&bound.to_string()), Some(bound), "{bound}");
        let end = zones::end_of(bound, zone);
        let range = zones::range(Some(bound), Some(bound), Some(zone.name()), zones::Tz::UTC);
        let Ok((Some(from), Some(to))) = range else {
            unreachable!("{zone} and {bound} were read");
        };
        // A day that was skipped has no instant.
        assert!(
            from <= to + Duration::microseconds(1),
            "{bound} in {zone} ends before it begins"
        );
        // Of a minute or second the range has all.
        assert!(end <= to && to < end + Duration::minutes(1), "{bound} in {zone}");
        assert!(
            (to - from).num_hours() <= 49,
            "{bound} in {zone} is longer than a day can be"
        );
    }
    match date.parse::<KeyExpiry>() {
        Ok(expiry) => drop(expiry.instant(now(), zone)),
        Err(error) => assert!(error.field.starts_with("expires"), "{error:?}"),
    }
}
