//! The list's parameters as they stand in a URL, of the REST call and of the page alike.

use crate::{
    Choice, FieldError, FieldValues, FilterField, Limit, PageRequest, Selection, Source, Status, Timestamp,
    parameter::text, time,
};
use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use std::ops::RangeInclusive;

/// Highest number of a page, whose offset is a row's number whatever the page's size.
const MAX_PAGE: u64 = i64::MAX as u64 / 1_000;

const MINUTE: &str = "%Y-%m-%dT%H:%M";
const SECOND: &str = "%Y-%m-%dT%H:%M:%S";

/// Years of which days and local times may be.
const YEARS: RangeInclusive<i32> = 1970..=9998;

impl PageRequest {
    /// Reads `limit` and `offset` out of decoded parameters. What is wrong is named and read over; parameters of other names
    /// are left to others.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<FieldError>) {
        let (mut page, mut errors, mut number) = (Self::default(), Vec::new(), None);
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            if let Err(detail) = set_page(&mut page, name, value, &mut number) {
                errors.push(FieldError::new(name, detail));
            }
        }
        (page, errors)
    }
}

/// One end of a range as a person or a program gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateBound {
    /// A point in time.
    Instant(Timestamp),
    /// A whole day, in the zone in which it is read.
    Day(NaiveDate),
    /// A minute as the clocks of that zone show it, as a field for date and time gives it.
    Minute(NaiveDateTime),
    /// A second as the clocks of that zone show it.
    Second(NaiveDateTime),
}

impl DateBound {
    /// Reads an RFC 3339 instant, a date or a local time.
    pub fn parse(text: &str) -> Option<Self> {
        let in_range = |day: NaiveDate| YEARS.contains(&day.year());
        let local = |text, format| {
            let local = NaiveDateTime::parse_from_str(text, format).ok()?;
            let is_leap = local.nanosecond() != 0;
            (in_range(local.date()) && !is_leap).then_some(local)
        };
        match text.len() {
            10 => text.parse().ok().filter(|day| in_range(*day)).map(Self::Day),
            16 => local(text, MINUTE).map(Self::Minute),
            19 => local(text, SECOND).map(Self::Second),
            _ => time::parse_instant(text).map(Self::Instant),
        }
    }
}

impl std::fmt::Display for DateBound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Instant(instant) => f.write_str(&time::rfc3339(*instant)),
            Self::Day(day) => write!(f, "{day}"),
            Self::Minute(local) => write!(f, "{}", local.format(MINUTE)),
            Self::Second(local) => write!(f, "{}", local.format(SECOND)),
        }
    }
}

/// The list's parameters, read but not yet placed in a time zone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecutionQuery {
    /// `status`, repeated or comma-separated.
    pub statuses: Selection<Status>,
    /// `source`, repeated or comma-separated.
    pub sources: Selection<Source>,
    /// `startDate`.
    pub start: Option<DateBound>,
    /// `endDate`.
    pub end: Option<DateBound>,
    /// `timeZone`: IANA name of the zone in which days are read; not checked here.
    pub time_zone: Option<String>,
    /// The parameters of `FilterField`, repeatable where several values make sense.
    pub values: FieldValues,
    /// `limit` and `offset`; on the page, `page` gives the offset.
    pub page: PageRequest,
}

impl ExecutionQuery {
    /// Reads decoded parameters. What is wrong is named and read over, so that a caller may refuse it or show it.
    /// Parameters of other names are left to others.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<FieldError>) {
        let mut query = Self::default();
        let mut errors = Vec::new();
        let mut page_number = None;
        for (name, value) in pairs {
            if value.is_empty() {
                continue;
            }
            if let Err(detail) = query.set(name, value, &mut page_number) {
                errors.push(FieldError::new(name, detail));
            }
        }
        if let Some(number) = page_number {
            query.page.offset = offset_of(number, query.page.limit);
        }
        (query, errors)
    }

    fn set(&mut self, name: &str, value: &str, page_number: &mut Option<u64>) -> Result<(), String> {
        match name {
            "status" => choose(&mut self.statuses, value)?,
            "source" => choose(&mut self.sources, value)?,
            "startDate" => self.start = Some(bound(value)?),
            "endDate" => self.end = Some(end_bound(value)?),
            "timeZone" => self.time_zone = Some(text(value)?),
            _ => match FilterField::from_name(name) {
                Some(field) => self.values.add(field, value)?,
                None => set_page(&mut self.page, name, value, page_number)?,
            },
        }
        Ok(())
    }

    /// The parameters that say this query again, in a fixed order, without what is the default. The page is told as
    /// `page` where it is a whole one, as the address of the page has it.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        pairs.extend(
            self.statuses
                .chosen()
                .map(|status| ("status", status.as_str().to_owned())),
        );
        pairs.extend(
            self.sources
                .chosen()
                .map(|source| ("source", source.as_str().to_owned())),
        );
        pairs.extend(self.start.map(|bound| ("startDate", bound.to_string())));
        pairs.extend(self.end.map(|bound| ("endDate", end_text(bound))));
        pairs.extend(self.time_zone.clone().map(|zone| ("timeZone", zone)));
        let values = self.values.iter();
        pairs.extend(values.map(|(field, value)| (field.as_str(), value.to_owned())));
        push_page(&mut pairs, self.page);
        pairs
    }

    /// Whether anything but the page was chosen.
    pub fn is_filtered(&self) -> bool {
        Self {
            time_zone: None,
            ..self.without_page()
        } != Self::default()
    }

    /// The same executions from the first one on, as many as a page has by default.
    pub fn without_page(&self) -> Self {
        Self {
            page: PageRequest::default(),
            ..self.clone()
        }
    }
}

/// Reads `limit`, `offset` or `page`; parameters of other names are left to others.
pub(crate) fn set_page(
    page: &mut PageRequest,
    name: &str,
    value: &str,
    page_number: &mut Option<u64>,
) -> Result<(), String> {
    match name {
        "limit" => {
            page.limit = value
                .parse()
                .ok()
                .and_then(Limit::new)
                .ok_or_else(|| format!("must be a whole number from 1 to {}", Limit::MAX))?;
        }
        "offset" => {
            page.offset = value
                .parse()
                .ok()
                .filter(|offset| i64::try_from(*offset).is_ok())
                .ok_or("must be a whole number from 0")?;
        }
        "page" => {
            let number = value
                .parse()
                .ok()
                .filter(|number| (1..=MAX_PAGE).contains(number));
            *page_number = Some(number.ok_or("must be a whole number from 1")?);
        }
        _ => {}
    }
    Ok(())
}

/// How many rows come before the page of that number.
pub(crate) fn offset_of(number: u64, limit: Limit) -> u64 {
    (number - 1).saturating_mul(u64::from(limit.rows()))
}

/// Says which page it is, without what is the default: as `page` where it is a whole one.
pub(crate) fn push_page(pairs: &mut Vec<(&'static str, String)>, page: PageRequest) {
    if page.limit != Limit::default() {
        pairs.push(("limit", page.limit.rows().to_string()));
    }
    let (offset, limit) = (page.offset, u64::from(page.limit.rows()));
    match offset {
        0 => {}
        _ if offset % limit == 0 && offset / limit < MAX_PAGE => {
            pairs.push(("page", (offset / limit + 1).to_string()))
        }
        _ => pairs.push(("offset", offset.to_string())),
    }
}

fn choose<T: Choice>(selection: &mut Selection<T>, value: &str) -> Result<(), String> {
    for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let Some(choice) = T::from_name(name) else {
            let names: Vec<_> = T::ALL.iter().map(|choice| choice.as_str()).collect();
            return Err(format!("must be one or several of {}", names.join(", ")));
        };
        selection.insert(choice);
    }
    Ok(())
}

pub(crate) fn bound(value: &str) -> Result<DateBound, String> {
    DateBound::parse(value).ok_or_else(|| {
        let day = value.get(..10).and_then(|day| day.parse::<NaiveDate>().ok());
        match day.filter(|day| !YEARS.contains(&day.year())) {
            Some(_) => format!("must lie between {} and {}", YEARS.start(), YEARS.end()),
            None => "must be a date such as 2025-11-18 or an RFC 3339 time such as 2025-11-18T09:45:00Z"
                .to_owned(),
        }
    })
}

/// Reads an end: a second that is written without a fraction means all of it.
pub(crate) fn end_bound(value: &str) -> Result<DateBound, String> {
    Ok(match bound(value)? {
        DateBound::Instant(second) if !value.contains('.') => {
            DateBound::Instant(second + TimeDelta::microseconds(999_999))
        }
        bound => bound,
    })
}

/// The text that `end_bound` reads as that end again.
pub(crate) fn end_text(bound: DateBound) -> String {
    let text = bound.to_string();
    match bound {
        DateBound::Instant(at) if at.timestamp_subsec_micros() == 0 => text.replace('Z', ".000Z"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(pairs: &[(&str, &str)]) -> (ExecutionQuery, Vec<String>) {
        let (query, errors) = ExecutionQuery::parse(pairs.iter().copied());
        (query, errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn repeated_and_comma_separated_mean_the_same() {
        let (repeated, _) = parse(&[("status", "failed"), ("status", "running")]);
        let (joined, errors) = parse(&[("status", "failed, running"), ("source", "")]);
        assert_eq!(repeated, joined);
        assert_eq!(errors, Vec::<String>::new());
        assert!(joined.sources.is_all());
    }

    #[test]
    fn the_page_gives_the_offset_whatever_the_order() {
        let (query, _) = parse(&[("page", "3"), ("limit", "50")]);
        assert_eq!(query.page.offset, 100);
    }

    #[test]
    fn wrong_values_are_named_and_read_over() {
        let wrong = [
            ("limit", "0"),
            ("limit", "101"),
            ("limit", "ten"),
            ("offset", "-1"),
            ("status", "done"),
            ("source", "x"),
            ("startDate", "soon"),
            ("endDate", "2025-02-30"),
            ("startDate", "2025-11-18T24:30"),
            ("endDate", "0001-11-18T10:30"),
            ("executionId", "a b"),
            ("page", "0"),
        ];
        let (query, errors) = parse(&wrong);
        assert_eq!(errors, wrong.map(|(name, _)| name));
        assert_eq!(query, ExecutionQuery::default());
    }

    #[test]
    fn a_day_out_of_bounds_is_told_its_bounds() {
        for text in ["1969-12-31", "9999-01-01", "1969-12-31T10:30"] {
            assert_eq!(
                bound(text).unwrap_err(),
                "must lie between 1970 and 9998",
                "{text}"
            );
        }
        assert!(bound("2025-02-30").unwrap_err().contains("RFC 3339"));
    }

    #[test]
    fn what_no_text_in_the_database_has_is_refused() {
        let wrong = [
            ("model", "a\0"),
            ("version", "V\n"),
            ("startDate", "2025-11-18T09:45:60"),
        ];
        let (query, errors) = parse(&wrong);
        assert_eq!(errors, wrong.map(|(name, _)| name));
        assert_eq!(query, ExecutionQuery::default());
    }

    #[test]
    fn the_farthest_row_survives_its_url() {
        let (query, _) = parse(&[("offset", "9223372036854775807"), ("limit", "1")]);
        assert_eq!(query.page.offset, 9_223_372_036_854_775_807);
        let pairs = query.pairs();
        let (again, errors) =
            ExecutionQuery::parse(pairs.iter().map(|(name, value)| (*name, value.as_str())));
        assert_eq!((again, errors), (query, vec![]));
    }

    #[test]
    fn a_clock_time_without_an_offset_is_local() {
        let local = |text: &str| text.parse().unwrap();
        for (text, start) in [
            (
                "2025-11-18T09:45",
                DateBound::Minute(local("2025-11-18T09:45:00")),
            ),
            (
                "2025-11-18T09:45:00",
                DateBound::Second(local("2025-11-18T09:45:00")),
            ),
            (
                "2025-11-18T09:45:30",
                DateBound::Second(local("2025-11-18T09:45:30")),
            ),
        ] {
            let (query, errors) = parse(&[("startDate", text)]);
            assert_eq!(errors, Vec::<String>::new());
            assert_eq!(query.start, Some(start));
            assert_eq!(query.pairs(), [("startDate", text.to_owned())]);
        }
        let (instant, _) = parse(&[("startDate", "2025-11-18T09:45Z")]);
        assert_eq!(instant.start, None);
    }

    #[test]
    fn a_second_that_is_an_end_means_all_of_it() {
        for (text, end) in [
            ("2025-11-18T08:00:00Z", "2025-11-18T08:00:00.999999Z"),
            ("2025-11-18 09:00:00+01:00", "2025-11-18T08:00:00.999999Z"),
            ("2025-11-18T08:00:00.000Z", "2025-11-18T08:00:00Z"),
            ("2025-11-18T08:00:00.123Z", "2025-11-18T08:00:00.123Z"),
        ] {
            let (query, errors) = parse(&[("startDate", text), ("endDate", text)]);
            assert_eq!(errors, Vec::<String>::new());
            assert_eq!(
                query.end,
                time::parse_instant(end).map(DateBound::Instant),
                "{text}"
            );
            assert_eq!(
                query.start,
                time::parse_instant(text).map(DateBound::Instant),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_query_survives_its_url(
            statuses in proptest::sample::subsequence(Status::ALL.to_vec(), 0..=6),
            sources in proptest::sample::subsequence(Source::ALL.to_vec(), 0..=3),
            day in proptest::option::of(0i32..2_900_000),
            micros in proptest::option::of(0i64..253_402_300_800_000_000),
            versions in proptest::collection::vec("\\PC{1,20}", 0..3),
            limit in 1u32..=100,
            offset in 0u64..1_000_000,
        ) {
            let query = ExecutionQuery {
                statuses: statuses.into_iter().collect(),
                sources: sources.into_iter().collect(),
                start: day.and_then(NaiveDate::from_epoch_days).map(DateBound::Day),
                end: micros.map(|micros| DateBound::Instant(time::from_micros(micros))),
                values: versions.into_iter().map(|version| (FilterField::Version, version)).collect(),
                page: PageRequest { limit: Limit::new(limit).unwrap(), offset },
                ..Default::default()
            };
            let pairs = query.pairs();
            let (again, errors) = ExecutionQuery::parse(pairs.iter().map(|(name, value)| (*name, value.as_str())));
            prop_assert_eq!(errors, vec![]);
            prop_assert_eq!(again, query);
        }
    }
}
