//! Where on the calendar the page stands, and ranges of it in words.

use crate::{clock::Clock, text};
use chrono::{NaiveDate, TimeDelta, Timelike};
use domain::{DateBound, LocalZone, Timestamp, format};
use leptos::prelude::*;

/// Where on the calendar the page stands.
#[derive(Clone, Copy)]
pub struct Calendar {
    /// The zone in which the page tells times and reads days.
    pub zone: Memo<LocalZone>,
    /// The server's time, to the whole minute before it.
    pub now: Memo<Timestamp>,
}

impl Calendar {
    /// The calendar by a zone and the server's time, which goes on ticking in the browser.
    pub fn new(zone: Memo<LocalZone>, told: Memo<Timestamp>) -> Self {
        let clock = use_context::<Clock>();
        let now = Memo::new(move |_| {
            let told = told.get();
            whole_minute(clock.map_or(told, |clock| clock.now(told)))
        });
        Self { zone, now }
    }

    /// Reads both, reactively.
    pub fn with<T>(self, read: impl FnOnce(&LocalZone, Timestamp) -> T) -> T {
        let now = self.now.get();
        self.zone.with(|zone| read(zone, now))
    }
}

fn whole_minute(at: Timestamp) -> Timestamp {
    let seconds = i64::from(at.second());
    at - TimeDelta::seconds(seconds) - TimeDelta::nanoseconds(at.nanosecond().into())
}

/// A range that ends with the present and begins so long before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Sixty minutes.
    Hour,
    /// Twenty-four hours.
    Day,
    /// From the day a week ago on.
    Week,
    /// From the day thirty days ago on.
    Month,
}

impl Preset {
    /// Shortest first.
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::Month];

    /// Where it begins. It has no end, so that it goes on while time does.
    pub fn start(self, zone: &LocalZone, now: Timestamp) -> DateBound {
        let day = |days| DateBound::Day(zone.day(now) - TimeDelta::days(days));
        match self {
            Self::Hour => DateBound::Instant(now - TimeDelta::hours(1)),
            Self::Day => DateBound::Instant(now - TimeDelta::hours(24)),
            Self::Week => day(7),
            Self::Month => day(30),
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Hour => text::dates::LAST_HOUR,
            Self::Day => text::dates::LAST_DAY,
            Self::Week => text::dates::LAST_WEEK,
            Self::Month => text::dates::LAST_MONTH,
        }
    }

    /// How much longer than its name says an anchored range may have become, and still be called by it.
    fn patience(self) -> TimeDelta {
        match self {
            Self::Hour => TimeDelta::minutes(5),
            Self::Day => TimeDelta::hours(1),
            Self::Week | Self::Month => TimeDelta::zero(),
        }
    }

    /// The preset that these bounds are.
    pub fn of(
        start: Option<DateBound>,
        end: Option<DateBound>,
        zone: &LocalZone,
        now: Timestamp,
    ) -> Option<Self> {
        let start = start.filter(|_| end.is_none())?;
        Self::ALL
            .into_iter()
            .find(|preset| match (start, preset.start(zone, now)) {
                (DateBound::Instant(start), DateBound::Instant(newest)) => {
                    start <= newest && newest - start <= preset.patience()
                }
                (start, exactly) => start == exactly,
            })
    }
}

/// The range in words; nothing where there is none.
pub fn range(
    start: Option<DateBound>,
    end: Option<DateBound>,
    zone: &LocalZone,
    now: Timestamp,
) -> Option<String> {
    let (Some(first), Some(last)) = (start, end) else {
        let [start, end] = ends(start, end, zone, now);
        return start.or(end);
    };
    let today = zone.day(now);
    let (start, end) = (Point::of(first, zone), Point::of_end(last, zone));
    Some(match end.time {
        _ if start == end => start.words(today),
        Some(time) if start.day == end.day && start.time.is_some() => {
            text::dates::between(&start.words(today), &format::clock(time))
        }
        _ => text::dates::between(&start.words(today), &end.words(today)),
    })
}

/// Start and end of the range in words, each by itself.
pub fn ends(
    start: Option<DateBound>,
    end: Option<DateBound>,
    zone: &LocalZone,
    now: Timestamp,
) -> [Option<String>; 2] {
    if let Some(preset) = Preset::of(start, end, zone, now) {
        return [Some(preset.label().to_owned()), None];
    }
    let today = zone.day(now);
    [
        start.map(|start| text::dates::since(&Point::of(start, zone).words(today))),
        end.map(|end| text::dates::until(&Point::of_end(end, zone).words(today))),
    ]
}

/// Whether a range ends before it begins.
pub fn is_backwards(start: Option<DateBound>, end: Option<DateBound>, zone: &LocalZone) -> bool {
    let (Some(start), Some(end)) = (start, end) else {
        return false;
    };
    let first = |bound| match bound {
        DateBound::Instant(at) => at,
        DateBound::Minute(local) | DateBound::Second(local) => zone.instant(local),
        DateBound::Day(day) => zone.instant(day.and_time(chrono::NaiveTime::MIN)),
    };
    let start = first(start);
    // A day, a minute or a second ends where the next one begins.
    match end {
        DateBound::Instant(at) => at < start,
        DateBound::Day(day) => first(DateBound::Day(day + TimeDelta::days(1))) <= start,
        DateBound::Minute(_) => first(end) + TimeDelta::minutes(1) <= start,
        DateBound::Second(_) => first(end) + TimeDelta::seconds(1) <= start,
    }
}

/// A bound as the zone's calendar and clocks show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The day.
    pub day: NaiveDate,
    /// The time; none where the whole day is meant.
    pub time: Option<chrono::NaiveTime>,
}

impl Point {
    /// A bound.
    pub fn of(bound: DateBound, zone: &LocalZone) -> Self {
        let local = match bound {
            DateBound::Day(day) => return Self { day, time: None },
            DateBound::Minute(local) | DateBound::Second(local) => local,
            DateBound::Instant(at) => zone.local(at),
        };
        Self {
            day: local.date(),
            time: Some(local.time()),
        }
    }

    /// An end. One that lies a microsecond before a whole second, as ends of bars do, is told as that second.
    pub fn of_end(bound: DateBound, zone: &LocalZone) -> Self {
        match bound {
            DateBound::Instant(at) if at.timestamp_subsec_micros() == 999_999 => {
                Self::of(DateBound::Instant(at + TimeDelta::microseconds(1)), zone)
            }
            bound => Self::of(bound, zone),
        }
    }

    fn words(self, today: NaiveDate) -> String {
        match self.time {
            Some(time) => format::moment(self.day.and_time(time), today),
            None => format::day(self.day, today),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ExecutionQuery, time::parse_instant};

    /// Nepal, 5:45 ahead of UTC.
    fn kathmandu() -> LocalZone {
        let mut zone = LocalZone::utc();
        zone.offsets[0].seconds = 20_700;
        zone
    }

    fn words(start: &str, end: &str) -> Option<String> {
        let (query, errors) = ExecutionQuery::parse([("startDate", start), ("endDate", end)]);
        assert_eq!(errors, []);
        // 00:05 of 22 November there.
        let now = parse_instant("2026-11-21T18:20:00Z").unwrap();
        range(query.start, query.end, &kathmandu(), now)
    }

    #[test]
    fn ranges_are_told_as_people_say_them() {
        for (start, end, expected) in [
            ("2026-11-15", "", "Last 7 days"),
            ("2026-10-23", "", "Last 30 days"),
            ("2026-11-21T17:20:00Z", "", "Last hour"),
            ("2026-11-21T17:16:00Z", "", "Last hour"),
            ("2026-11-21T17:10:00Z", "", "From 21 Nov, 22:55"),
            ("2026-11-20T18:20:00Z", "", "Last 24 hours"),
            ("2026-11-14", "", "From 14 Nov"),
            ("2026-11-15", "2026-11-22", "15 Nov – 22 Nov"),
            ("2026-11-18", "2026-11-18", "18 Nov"),
            ("2025-11-18", "", "From 18 Nov 2025"),
            ("", "2026-11-18T14:30", "Until 18 Nov, 14:30"),
            ("2026-11-18T14:30", "2026-11-18T15:00", "18 Nov, 14:30 – 15:00"),
            (
                "2026-11-18T08:15:00Z",
                "2026-11-18T09:14:59.999999Z",
                "18 Nov, 14:00 – 15:00",
            ),
        ] {
            assert_eq!(words(start, end).as_deref(), Some(expected), "{start} to {end}");
        }
        assert_eq!(words("", ""), None);
    }

    #[test]
    fn a_range_may_be_short_but_not_backwards() {
        for (start, end, expected) in [
            ("2026-11-18", "2026-11-18", false),
            ("2026-11-18", "2026-11-17", true),
            ("2026-11-18T14:30", "2026-11-18T14:30", false),
            ("2026-11-18T14:30", "2026-11-18T14:29", true),
            // 18:15 of the day before in UTC.
            ("2026-11-18", "2026-11-17T18:15:00Z", false),
            ("2026-11-18", "2026-11-17T18:14:00Z", true),
            ("2026-11-18", "", false),
        ] {
            let (query, _) = ExecutionQuery::parse([("startDate", start), ("endDate", end)]);
            assert_eq!(
                is_backwards(query.start, query.end, &kathmandu()),
                expected,
                "{start} to {end}"
            );
        }
    }

    #[test]
    fn a_preset_is_the_range_that_it_makes() {
        let zone = kathmandu();
        let now = parse_instant("2026-11-21T18:20:00Z").unwrap();
        for preset in Preset::ALL {
            let start = Some(preset.start(&zone, now));
            assert_eq!(Preset::of(start, None, &zone, now), Some(preset));
            assert_eq!(Preset::of(start, start, &zone, now), None);
        }
    }
}
