//! The strip in words.

use crate::{
    pages::agent::executions::calendar::range,
    text::{self, strip},
};
use chrono::{NaiveTime, TimeDelta};
use domain::{
    Bar, Choice, DateBound, LocalZone, Status, Strip, Timestamp,
    format::{self, grouped},
};

/// What some neighboring bars hold, such as `18 Nov, 14:00 – 15:00: 34 executions, 3 Failed`.
pub fn bars(bars: &[Bar], zone: &LocalZone, now: Timestamp) -> String {
    let (Some(first), Some(last)) = (bars.first(), bars.last()) else {
        return String::new();
    };
    let end = last.until - TimeDelta::microseconds(1);
    let is_midnight = |at| zone.local(at).time() == NaiveTime::MIN;
    let span = if last.until > now {
        let start = format::moment(zone.local(first.from), zone.day(now));
        Some(text::dates::between(&start, strip::NOW))
    } else if is_midnight(first.from) && is_midnight(last.until) {
        let day = |at| Some(DateBound::Day(zone.day(at)));
        range(day(first.from), day(end), zone, now)
    } else {
        let at = |at| Some(DateBound::Instant(at));
        range(at(first.from), at(end), zone, now)
    };
    strip::told(&span.unwrap_or_default(), &counts(bars))
}

/// The whole strip.
pub fn summary(strip: &Strip, zone: &LocalZone, now: Timestamp) -> String {
    strip::summary(&bars(&strip.bars, zone, now))
}

/// How many in all, and of each status that there is.
fn counts(bars: &[Bar]) -> String {
    let total: u64 = bars.iter().map(Bar::total).sum();
    let mut words = vec![text::executions_count(&grouped(total), total == 1)];
    for (index, status) in Status::ALL.iter().enumerate() {
        let count: u64 = bars.iter().filter_map(|bar| bar.counts.get(index)).sum();
        if count > 0 {
            words.push(format!("{} {}", grouped(count), status.label()));
        }
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::parse_instant;

    #[test]
    fn bars_are_told_with_their_statuses() {
        let at = |text| parse_instant(text).unwrap();
        for (from, until, expected) in [
            (
                "2026-11-18T14:00:00Z",
                "2026-11-18T15:00:00Z",
                "18 Nov, 14:00 – 15:00",
            ),
            ("2026-11-18T00:00:00Z", "2026-11-19T00:00:00Z", "18 Nov"),
            ("2026-11-18T00:00:00Z", "2026-11-20T00:00:00Z", "18 Nov – 19 Nov"),
            (
                "2026-11-24T11:00:00Z",
                "2026-11-24T12:00:31Z",
                "24 Nov, 11:00 – now",
            ),
        ] {
            let one = Bar {
                from: at(from),
                until: at(until),
                counts: [1_200, 3, 0, 0, 0, 1],
            };
            let told = bars(&[one], &LocalZone::utc(), at("2026-11-24T12:00:00Z"));
            let counts = "1,204 executions, 1,200 Success, 3 Failed, 1 Running";
            assert_eq!(told, format!("{expected}: {counts}"));
        }
    }
}
