//! Where an instant lies on the strip, and which instants its axis names.

use crate::text;
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use domain::{Bar, LocalZone, Timestamp, format};

/// The most labels on the axis that fit on a phone, where they are clock times, days and months.
const CLOCKS: i64 = 6;
const NUMBERS: i64 = 9;
const NAMES: i64 = 6;

/// Steps between labels in minutes, up to half a day.
const MINUTES: [i64; 9] = [1, 5, 15, 30, 60, 120, 180, 360, 720];

/// Steps between labels in days.
const DAYS: [i64; 4] = [1, 2, 7, 14];

/// Steps between labels in months.
const MONTHS: [i32; 6] = [1, 2, 3, 6, 12, 60];

/// A label of the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Where it stands, from 0 to 1.
    pub place: f64,
    /// What it says.
    pub text: String,
}

/// Where an instant lies on the bars, each as wide as the others: from 0 to 1; none outside of them.
pub fn place(bars: &[Bar], at: Timestamp) -> Option<f64> {
    let index = bars.partition_point(|bar| bar.until <= at);
    let bar = bars.get(index).filter(|bar| bar.from <= at)?;
    let width = (bar.until - bar.from).num_microseconds()?.max(1) as f64;
    let within = (at - bar.from).num_microseconds()? as f64 / width;
    Some((index as f64 + within) / bars.len() as f64)
}

/// The labels of the axis: days, or hours within a day, that are whole in the zone.
pub fn labels(bars: &[Bar], zone: &LocalZone, now: Timestamp) -> Vec<Label> {
    let (Some(first), Some(last)) = (bars.first(), bars.last()) else {
        return Vec::new();
    };
    let (start, end) = (zone.local(first.from), zone.local(last.until));
    let today = zone.day(now);
    let mut labels = Vec::new();
    let (mut told, mut year) = (None, start.year());
    for local in ticks(start, end) {
        let Some(place) = place(bars, zone.instant(local)) else {
            continue;
        };
        let (day, time) = (local.date(), local.time());
        let text = if time != NaiveTime::MIN {
            format::clock(time)
        } else if day == today {
            text::strip::TODAY.to_owned()
        } else if year != day.year() {
            format::day(day, NaiveDate::MIN)
        } else if told == Some(day.month()) {
            day.day().to_string()
        } else {
            format::day(day, day)
        };
        // Month and year are told where they change; beside clock times, always.
        told = (time == NaiveTime::MIN).then(|| day.month());
        year = day.year();
        labels.push(Label { place, text });
    }
    labels
}

/// Round points of the calendar from `start` to `end`, at most as many as fit.
fn ticks(start: NaiveDateTime, end: NaiveDateTime) -> Vec<NaiveDateTime> {
    let span = (end - start).num_minutes().max(1);
    let fits = |minutes: i64, most: i64| span / minutes < most;
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN);
    if let Some(step) = MINUTES.into_iter().find(|step| fits(*step, CLOCKS)) {
        let first = midnight(start.date());
        return (0..)
            .map(|count| first + TimeDelta::minutes(count * step))
            .skip_while(|tick| *tick < start)
            .take_while(|tick| *tick < end)
            .collect();
    }
    if let Some(step) = DAYS.into_iter().find(|step| fits(step * 1_440, NUMBERS)) {
        let first = start.date();
        // Counted from a fixed day, so that the labels stay where they are while the strip moves on.
        let ahead = i64::from(first.num_days_from_ce()).rem_euclid(step);
        return (0..)
            .map(|count| midnight(first + TimeDelta::days(count * step - ahead)))
            .skip_while(|tick| *tick < start)
            .take_while(|tick| *tick < end)
            .collect();
    }
    let step = MONTHS
        .into_iter()
        .find(|step| fits(i64::from(*step) * 30 * 1_440, NAMES))
        .unwrap_or(240);
    let month = start.year() * 12 + start.month0() as i32;
    let first = month - month.rem_euclid(step);
    (0..)
        .map_while(|count| {
            let month = first + count * step;
            let month0 = u32::try_from(month.rem_euclid(12)).ok()?;
            NaiveDate::from_ymd_opt(month.div_euclid(12), month0 + 1, 1).map(midnight)
        })
        .skip_while(|tick| *tick < start)
        .take_while(|tick| *tick < end)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::parse_instant;

    /// Bars of so many minutes.
    fn bars(from: &str, minutes: i64, count: i64) -> Vec<Bar> {
        let from = parse_instant(from).unwrap();
        (0..count)
            .map(|index| Bar {
                from: from + TimeDelta::minutes(index * minutes),
                until: from + TimeDelta::minutes((index + 1) * minutes),
                counts: Default::default(),
            })
            .collect()
    }

    fn texts(bars: &[Bar], zone: &LocalZone) -> Vec<String> {
        let now = parse_instant("2026-11-24T12:00:00Z").unwrap();
        let labels = labels(bars, zone, now);
        assert!(labels.is_sorted_by(|a, b| a.place < b.place));
        labels.into_iter().map(|label| label.text).collect()
    }

    #[test]
    fn a_week_is_told_in_days_of_its_zone() {
        let week = bars("2026-11-17T18:15:00Z", 120, 12 * 6 + 9);
        let mut zone = LocalZone::utc();
        assert_eq!(
            texts(&week, &zone),
            ["18 Nov", "19", "20", "21", "22", "23", "Today"]
        );
        zone.offsets[0].seconds = 20_700;
        let labels = labels(&week, &zone, parse_instant("2026-11-24T12:00:00Z").unwrap());
        assert_eq!((labels[0].place, labels[0].text.as_str()), (0.0, "18 Nov"));
    }

    #[test]
    fn hours_months_and_years() {
        let utc = LocalZone::utc();
        assert_eq!(
            texts(&bars("2026-11-20T22:30:00Z", 15, 16), &utc),
            ["23:00", "21 Nov", "01:00", "02:00"]
        );
        assert_eq!(
            texts(&bars("2025-11-20T00:00:00Z", 1_440, 130), &utc),
            ["1 Dec", "1 Jan 2026", "1 Feb", "1 Mar"]
        );
        let years = texts(&bars("1999-11-20T00:00:00Z", 1_440 * 60, 160), &utc);
        assert!((2..=7).contains(&years.len()), "{years:?}");
    }

    #[test]
    fn whatever_the_span_the_labels_fit() {
        for minutes in [1, 7, 60, 600, 6_000, 60_000] {
            let labels = texts(&bars("2020-01-01T10:07:00Z", minutes, 84), &LocalZone::utc());
            assert!((1..=9).contains(&labels.len()), "{minutes}: {labels:?}");
        }
        assert_eq!(texts(&[], &LocalZone::utc()), Vec::<String>::new());
    }

    #[test]
    fn an_instant_lies_within_its_bar() {
        let bars = bars("2026-11-20T22:30:00Z", 60, 4);
        let at = |text| place(&bars, parse_instant(text).unwrap());
        assert_eq!(at("2026-11-20T22:30:00Z"), Some(0.0));
        assert_eq!(at("2026-11-21T00:00:00Z"), Some(0.375));
        assert_eq!(at("2026-11-21T02:30:00Z"), None);
        assert_eq!(at("2026-11-20T22:29:00Z"), None);
    }
}
