//! Days in a named time zone.

mod table;

pub use table::local_zone;

use crate::{DateBound, ExecutionFilter, ExecutionQuery, FieldError, Timestamp, nearest};
use chrono::{Duration, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
pub use chrono_tz::Tz;

/// The zone of an IANA name such as `Europe/Berlin`.
pub fn parse(name: &str) -> Option<Tz> {
    name.parse().ok()
}

/// The zone of a name that somebody gave as `timeZone`.
pub fn named(name: &str) -> Result<Tz, FieldError> {
    parse(name).ok_or_else(|| {
        let example = match nearest(name, names()) {
            Some(meant) => format!("; the nearest is {meant}"),
            None => ", such as Europe/Berlin".to_owned(),
        };
        let detail = format!("must be the IANA name of a time zone{example}");
        FieldError::new("timeZone", detail)
    })
}

/// Names of all zones, in alphabetical order.
pub fn names() -> impl Iterator<Item = &'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
}

/// First instant of `day` in `zone`: midnight, the earlier one where it comes twice, the first instant after it
/// where it does not exist.
pub fn day_start(day: NaiveDate, zone: Tz) -> Timestamp {
    instant(day.and_time(NaiveTime::MIN), zone)
}

/// The instant with which `bound` ends: of a day its last microsecond.
pub fn end_of(bound: DateBound, zone: Tz) -> Timestamp {
    match bound {
        DateBound::Instant(instant) => instant,
        DateBound::Day(day) => day_start(day.succ_opt().unwrap_or(day), zone) - Duration::microseconds(1),
        DateBound::Minute(local) | DateBound::Second(local) => instant(local, zone),
    }
}

/// The instant at which the clocks of `zone` show `local`, chosen like midnight in [`day_start`].
fn instant(local: NaiveDateTime, zone: Tz) -> Timestamp {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(start) | MappedLocalTime::Ambiguous(start, _) => start.with_timezone(&Utc),
        MappedLocalTime::None => after_gap(local, zone),
    }
}

/// Where the clocks skipped `local`: the first instant after the gap. Gaps begin and end on whole minutes in every
/// zone since 1972, and the longest, a skipped day, lasts 24 hours.
fn after_gap(local: NaiveDateTime, zone: Tz) -> Timestamp {
    (1..=48 * 60)
        .find_map(|minutes| {
            zone.from_local_datetime(&(local + Duration::minutes(minutes)))
                .earliest()
        })
        .map_or_else(
            || Utc.from_utc_datetime(&local),
            |first| first.with_timezone(&Utc),
        )
}

/// The first and the last instant of a range, days being read in the zone called `named_zone`, or else in `zone`.
pub fn range(
    start: Option<DateBound>,
    end: Option<DateBound>,
    named_zone: Option<&str>,
    zone: Tz,
) -> Result<(Option<Timestamp>, Option<Timestamp>), FieldError> {
    let zone = named_zone.map_or(Ok(zone), named)?;
    let from = start.map(|bound| match bound {
        DateBound::Instant(instant) => instant,
        DateBound::Day(day) => day_start(day, zone),
        DateBound::Minute(local) | DateBound::Second(local) => instant(local, zone),
    });
    // A minute that is picked means all of it, as a day does.
    let whole = |bound| match bound {
        DateBound::Minute(_) => Duration::minutes(1),
        DateBound::Second(_) => Duration::seconds(1),
        DateBound::Instant(_) | DateBound::Day(_) => Duration::microseconds(1),
    };
    let to = end.map(|bound| end_of(bound, zone) + whole(bound) - Duration::microseconds(1));
    Ok((from, to))
}

impl ExecutionQuery {
    /// The filter that this query means, its days read in its own `timeZone` or else in `zone`.
    pub fn filter(&self, zone: Tz) -> Result<ExecutionFilter, FieldError> {
        let (from, to) = range(self.start, self.end, self.time_zone.as_deref(), zone)?;
        Ok(ExecutionFilter {
            statuses: self.statuses,
            sources: self.sources,
            from,
            to,
            values: self.values.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::rfc3339;

    fn range(day: &str, zone: &str) -> (String, String) {
        let day = Some(DateBound::Day(day.parse().unwrap()));
        let query = ExecutionQuery {
            start: day,
            end: day,
            time_zone: Some(zone.into()),
            ..Default::default()
        };
        let filter = query.filter(Tz::UTC).unwrap();
        (rfc3339(filter.from.unwrap()), rfc3339(filter.to.unwrap()))
    }

    #[test]
    fn the_name_that_was_meant_is_told() {
        let told = |name| named(name).unwrap_err().detail;
        assert!(told("europe/berlin").ends_with("the nearest is Europe/Berlin"));
        assert!(
            told("Mars").ends_with("such as Europe/Berlin"),
            "{}",
            told("Mars")
        );
    }

    #[test]
    fn a_day_is_the_whole_day_of_its_zone() {
        for (day, zone, from, to) in [
            (
                "2025-11-18",
                "UTC",
                "2025-11-18T00:00:00Z",
                "2025-11-18T23:59:59.999999Z",
            ),
            // Quarter-hour offset.
            (
                "2025-11-18",
                "Asia/Kathmandu",
                "2025-11-17T18:15:00Z",
                "2025-11-18T18:14:59.999999Z",
            ),
            // 23 and 25 hours.
            (
                "2025-03-30",
                "Europe/Berlin",
                "2025-03-29T23:00:00Z",
                "2025-03-30T21:59:59.999999Z",
            ),
            (
                "2025-10-26",
                "Europe/Berlin",
                "2025-10-25T22:00:00Z",
                "2025-10-26T22:59:59.999999Z",
            ),
            // Midnight does not exist.
            (
                "2018-11-04",
                "America/Sao_Paulo",
                "2018-11-04T03:00:00Z",
                "2018-11-05T01:59:59.999999Z",
            ),
            // The whole day does not exist.
            (
                "2011-12-30",
                "Pacific/Apia",
                "2011-12-30T10:00:00Z",
                "2011-12-30T09:59:59.999999Z",
            ),
        ] {
            assert_eq!(
                range(day, zone),
                (from.to_owned(), to.to_owned()),
                "{day} in {zone}"
            );
        }
    }

    #[test]
    fn a_clock_time_is_that_of_its_zone() {
        for (local, zone, expected) in [
            ("2025-11-18T09:45", "UTC", "2025-11-18T09:45:00Z"),
            ("2025-11-18T09:45", "Asia/Kathmandu", "2025-11-18T04:00:00Z"),
            ("2025-11-18T09:45:30", "Asia/Kolkata", "2025-11-18T04:15:30Z"),
            // The clocks skip from 2 to 3, and show 2:30 twice.
            ("2025-03-30T02:30", "Europe/Berlin", "2025-03-30T01:00:00Z"),
            ("2025-10-26T02:30", "Europe/Berlin", "2025-10-26T00:30:00Z"),
            // Half an hour is skipped.
            ("2025-10-05T02:15", "Australia/Lord_Howe", "2025-10-04T15:30:00Z"),
        ] {
            let (query, _) =
                ExecutionQuery::parse([("startDate", local), ("endDate", local), ("timeZone", zone)]);
            let filter = query.filter(Tz::UTC).unwrap();
            assert_eq!(rfc3339(filter.from.unwrap()), expected, "{local} in {zone}");
            let whole = match local.len() {
                16 => Duration::minutes(1),
                _ => Duration::seconds(1),
            };
            let last = filter.from.map(|from| from + whole - Duration::microseconds(1));
            assert_eq!(filter.to, last);
        }
    }

    #[test]
    fn an_unknown_zone_is_named() {
        let query = ExecutionQuery {
            time_zone: Some("Mars/Olympus".into()),
            ..Default::default()
        };
        assert_eq!(query.filter(Tz::UTC).unwrap_err().field, "timeZone");
    }
}
