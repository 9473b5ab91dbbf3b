//! A time zone as a table of its offsets: small enough to travel with a page, so that server and browser tell the same
//! local times without the browser knowing every zone of the world.

use crate::{Timestamp, format::full_local};
use chrono::{Duration, NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

/// A time zone as a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LocalZone {
    /// IANA name, such as `Europe/Berlin`.
    pub name: String,
    /// Oldest first; the first one also holds before.
    pub offsets: Vec<Offset>,
}

/// From when on an offset holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Offset {
    /// Seconds since 1970.
    pub since: i64,
    /// Seconds east of UTC.
    pub seconds: i32,
    /// What people call it: `CET`, or `+0545` where it has no letters.
    pub abbreviation: String,
}

impl LocalZone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self {
            name: "UTC".to_owned(),
            offsets: vec![Offset {
                since: 0,
                seconds: 0,
                abbreviation: "UTC".to_owned(),
            }],
        }
    }

    /// The offset that holds at an instant, and its abbreviation.
    pub fn offset(&self, at: Timestamp) -> (Duration, &str) {
        let later = self
            .offsets
            .partition_point(|offset| offset.since <= at.timestamp());
        self.offsets
            .get(later.saturating_sub(1))
            .map_or((Duration::zero(), "UTC"), |offset| {
                (
                    Duration::seconds(offset.seconds.into()),
                    offset.abbreviation.as_str(),
                )
            })
    }

    /// What the clocks of the zone show.
    pub fn local(&self, at: Timestamp) -> NaiveDateTime {
        at.naive_utc() + self.offset(at).0
    }

    /// The day of the zone's calendar.
    pub fn day(&self, at: Timestamp) -> NaiveDate {
        self.local(at).date()
    }

    /// The instant at which the zone's clocks show `local`; the earlier one where they show it twice, the first after
    /// the gap where they skip it.
    pub fn instant(&self, local: NaiveDateTime) -> Timestamp {
        // Either offset in force around then, the greater one first: it gives the earlier instant.
        let around = [-1, 1].map(|days| self.offset(local.and_utc() + Duration::days(days)).0);
        let mut candidates = around.map(|offset| local.and_utc() - offset);
        candidates.sort();
        candidates
            .into_iter()
            .find(|at| self.local(*at) == local)
            .unwrap_or_else(|| {
                // Skipped: the gap ends where the later offset begins.
                let change = self.offsets.iter().find(|offset| {
                    offset.since >= candidates[0].timestamp() && offset.since <= candidates[1].timestamp()
                });
                change.map_or(candidates[1], |change| {
                    crate::time::from_micros(change.since * 1_000_000)
                })
            })
    }

    /// In full, to the second: `22 November 2026, 14:02:11 CET`.
    pub fn full(&self, at: Timestamp) -> String {
        format!("{} {}", full_local(self.local(at)), self.offset(at).1)
    }

    /// In full, with milliseconds where there are any: `22 November 2026, 14:02:11.482 CET`.
    pub fn exact(&self, at: Timestamp) -> String {
        match at.timestamp_subsec_millis() {
            0 => self.full(at),
            millis => format!("{}.{millis:03} {}", full_local(self.local(at)), self.offset(at).1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{parse_instant, rfc3339};

    /// Berlin around the autumn of 2026, and a zone of our own that moves its clocks by half an hour.
    fn zone(name: &str, offsets: &[(&str, i32, &str)]) -> LocalZone {
        LocalZone {
            name: name.to_owned(),
            offsets: offsets
                .iter()
                .map(|&(since, seconds, abbreviation)| Offset {
                    since: parse_instant(since).unwrap().timestamp(),
                    seconds,
                    abbreviation: abbreviation.to_owned(),
                })
                .collect(),
        }
    }

    fn berlin() -> LocalZone {
        zone(
            "Europe/Berlin",
            &[
                ("2025-10-26T01:00:00Z", 3_600, "CET"),
                ("2026-03-29T01:00:00Z", 7_200, "CEST"),
                ("2026-10-25T01:00:00Z", 3_600, "CET"),
            ],
        )
    }

    fn at(text: &str) -> Timestamp {
        parse_instant(text).unwrap()
    }

    #[test]
    fn times_in_full() {
        let berlin = berlin();
        assert_eq!(
            berlin.full(at("2026-11-22T13:02:11.482Z")),
            "22 November 2026, 14:02:11 CET"
        );
        assert_eq!(
            berlin.exact(at("2026-11-22T13:02:11.482Z")),
            "22 November 2026, 14:02:11.482 CET"
        );
        assert_eq!(
            berlin.exact(at("2026-07-01T22:00:00Z")),
            "2 July 2026, 00:00:00 CEST"
        );
    }

    #[test]
    fn the_first_offset_holds_before_and_the_last_after() {
        assert_eq!(berlin().offset(at("1999-07-01T00:00:00Z")).1, "CET");
        assert_eq!(berlin().offset(at("2099-07-01T00:00:00Z")).1, "CET");
        assert_eq!(LocalZone::utc().offset(at("1970-01-01T00:00:00Z")).1, "UTC");
    }

    #[test]
    fn every_local_time_is_an_instant() {
        let half = zone(
            "Half",
            &[
                ("2026-01-01T00:00:00Z", 37_800, "+1030"),
                ("2026-10-03T15:30:00Z", 39_600, "+11"),
            ],
        );
        for (zone, local, instant) in [
            (berlin(), "2026-11-22T14:02:11.5", "2026-11-22T13:02:11.500Z"),
            // Shown twice: the earlier one.
            (berlin(), "2026-10-25T02:30:00", "2026-10-25T00:30:00Z"),
            // Skipped: the end of the gap.
            (berlin(), "2026-03-29T02:30:00", "2026-03-29T01:00:00Z"),
            (berlin(), "2026-03-29T03:00:00", "2026-03-29T01:00:00Z"),
            (half.clone(), "2026-10-04T02:15:00", "2026-10-03T15:30:00Z"),
            (half, "2026-10-04T02:30:00", "2026-10-03T15:30:00Z"),
        ] {
            assert_eq!(
                rfc3339(zone.instant(local.parse().unwrap())),
                instant,
                "{local} in {}",
                zone.name
            );
        }
    }
}
