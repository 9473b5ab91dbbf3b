//! A named zone as the table of its offsets that travels with a page.

use super::Tz;
use crate::{
    LocalZone,
    local_zone::Offset,
    time::{Timestamp, from_micros},
};
use chrono::{Offset as _, TimeZone};
use chrono_tz::OffsetName;
use parking_lot::Mutex;
use std::collections::BTreeMap;

/// What a table covers, in seconds since 1970: the years 2015 to 2045. Before and after, its ends hold.
const COVERED: std::ops::Range<i64> = 1_420_070_400..2_398_377_600;
/// How far apart two looks are, in seconds. No zone changes twice within a day.
const STEP: i64 = 86_400;

/// Tables that were made before; a handful of zones are in use.
static MADE: Mutex<BTreeMap<&'static str, LocalZone>> = Mutex::new(BTreeMap::new());

/// The zone as a table of its offsets from 2015 to 2045, some tens of them.
pub fn local_zone(zone: Tz) -> LocalZone {
    let mut made = MADE.lock();
    made.entry(zone.name()).or_insert_with(|| make(zone)).clone()
}

fn make(zone: Tz) -> LocalZone {
    let mut offsets = vec![offset_at(zone, COVERED.start)];
    let mut since = COVERED.start;
    while since < COVERED.end {
        let next = since + STEP;
        let held = offset_at(zone, since);
        if !same(&held, &offset_at(zone, next)) {
            offsets.push(change(zone, since, next));
        }
        since = next;
    }
    LocalZone {
        name: zone.name().to_owned(),
        offsets,
    }
}

/// The offset that begins after `before` and holds at `after`, by halving.
fn change(zone: Tz, mut before: i64, mut after: i64) -> Offset {
    let old = offset_at(zone, before);
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if same(&old, &offset_at(zone, middle)) {
            before = middle;
        } else {
            after = middle;
        }
    }
    offset_at(zone, after)
}

fn same(one: &Offset, other: &Offset) -> bool {
    one.seconds == other.seconds && one.abbreviation == other.abbreviation
}

/// The offset that holds at a second since 1970, as one that begins there.
fn offset_at(zone: Tz, since: i64) -> Offset {
    let at: Timestamp = from_micros(since * 1_000_000);
    let offset = zone.offset_from_utc_datetime(&at.naive_utc());
    let seconds = offset.fix().local_minus_utc();
    let abbreviation = match offset.abbreviation() {
        Some(letters) if letters.starts_with(|letter: char| letter.is_ascii_alphabetic()) => {
            letters.to_owned()
        }
        _ => numeric(seconds),
    };
    Offset {
        since,
        seconds,
        abbreviation,
    }
}

/// `+0545`, or `+11` where there are no minutes, as the zones' own tables write it.
fn numeric(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    match minutes % 60 {
        0 => format!("{sign}{:02}", minutes / 60),
        rest => format!("{sign}{:02}{rest:02}", minutes / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zones::day_start;
    use chrono::NaiveDate;
    use proptest::prelude::*;

    const ZONES: [Tz; 10] = [
        Tz::Europe__Berlin,
        Tz::America__New_York,
        Tz::Asia__Kathmandu,
        // Half an hour of daylight saving.
        Tz::Australia__Lord_Howe,
        // Off daylight saving for the month of Ramadan.
        Tz::Africa__Casablanca,
        Tz::America__Sao_Paulo,
        Tz::Pacific__Apia,
        Tz::Asia__Kolkata,
        Tz::Europe__Dublin,
        Tz::UTC,
    ];

    #[test]
    fn offsets_have_the_names_that_people_use() {
        let names = |zone, at: &str| {
            let table = local_zone(zone);
            table.offset(crate::time::parse_instant(at).unwrap()).1.to_owned()
        };
        assert_eq!(names(Tz::Europe__Berlin, "2026-01-01T00:00:00Z"), "CET");
        assert_eq!(names(Tz::Europe__Berlin, "2026-07-01T00:00:00Z"), "CEST");
        assert_eq!(names(Tz::Asia__Kathmandu, "2026-01-01T00:00:00Z"), "+0545");
        assert_eq!(names(Tz::America__Sao_Paulo, "2026-01-01T00:00:00Z"), "-03");
        assert_eq!(local_zone(Tz::UTC), {
            let mut utc = LocalZone::utc();
            utc.offsets[0].since = COVERED.start;
            utc
        });
    }

    #[test]
    fn every_zone_is_a_small_table() {
        for zone in chrono_tz::TZ_VARIANTS {
            let table = make(zone);
            assert!(table.offsets.len() <= 80, "{zone}: {}", table.offsets.len());
            assert!(table.offsets.is_sorted_by_key(|offset| offset.since), "{zone}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn a_table_tells_the_zones_own_times(
            zone in proptest::sample::select(ZONES.to_vec()),
            micros in COVERED.start * 1_000_000..COVERED.end * 1_000_000,
        ) {
            let at = from_micros(micros);
            let table = local_zone(zone);
            prop_assert_eq!(table.local(at), at.with_timezone(&zone).naive_local());
            // And back: the same instant, or the earlier one that shows the same.
            let back = table.instant(table.local(at));
            prop_assert!(back <= at);
            prop_assert_eq!(table.local(back), table.local(at));
        }

        #[test]
        fn midnights_are_those_of_the_filter(
            zone in proptest::sample::select(ZONES.to_vec()),
            day in 16_438i32..27_758,
        ) {
            let day = NaiveDate::from_epoch_days(day).unwrap();
            let midnight = local_zone(zone).instant(day.and_time(chrono::NaiveTime::MIN));
            prop_assert_eq!(midnight, day_start(day, zone));
        }
    }
}
