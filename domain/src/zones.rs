//! Days in a named time zone.

use crate::{DateBound, ExecutionFilter, ExecutionQuery, FieldError, Timestamp};
use chrono::{Duration, MappedLocalTime, NaiveDate, NaiveTime, TimeZone, Utc};
pub use chrono_tz::Tz;

/// The zone of an IANA name such as `Europe/Berlin`.
pub fn parse(name: &str) -> Option<Tz> {
    name.parse().ok()
}

/// First instant of `day` in `zone`: midnight, the earlier one where it comes twice, the first instant after it
/// where it does not exist.
pub fn day_start(day: NaiveDate, zone: Tz) -> Timestamp {
    let midnight = day.and_time(NaiveTime::MIN);
    match zone.from_local_datetime(&midnight) {
        MappedLocalTime::Single(start) | MappedLocalTime::Ambiguous(start, _) => start.with_timezone(&Utc),
        MappedLocalTime::None => after_gap(midnight, zone),
    }
}

/// Where the clocks skipped `local`: the first instant after the gap. Gaps begin and end on whole minutes in every
/// zone since 1972, and the longest, a skipped day, lasts 24 hours.
fn after_gap(local: chrono::NaiveDateTime, zone: Tz) -> Timestamp {
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

impl ExecutionQuery {
    /// The filter that this query means, its days read in its own `timeZone` or else in `zone`.
    pub fn filter(&self, zone: Tz) -> Result<ExecutionFilter, FieldError> {
        let zone = match &self.time_zone {
            None => zone,
            Some(name) => parse(name).ok_or_else(|| {
                FieldError::new(
                    "timeZone",
                    "must be the IANA name of a time zone, such as Europe/Berlin",
                )
            })?,
        };
        let from = self.start.map(|bound| match bound {
            DateBound::Instant(instant) => instant,
            DateBound::Day(day) => day_start(day, zone),
        });
        let to = self.end.map(|bound| match bound {
            DateBound::Instant(instant) => instant,
            DateBound::Day(day) => day_start(day.succ_opt().unwrap_or(day), zone) - Duration::microseconds(1),
        });
        Ok(ExecutionFilter {
            statuses: self.statuses,
            sources: self.sources,
            from,
            to,
            versions: self.versions.clone(),
            models: self.models.clone(),
            error_codes: self.error_codes.clone(),
            api_key_ids: self.api_key_ids.clone(),
            execution_id: self.execution_id.clone(),
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
    fn an_unknown_zone_is_named() {
        let query = ExecutionQuery {
            time_zone: Some("Mars/Olympus".into()),
            ..Default::default()
        };
        assert_eq!(query.filter(Tz::UTC).unwrap_err().field, "timeZone");
    }
}
