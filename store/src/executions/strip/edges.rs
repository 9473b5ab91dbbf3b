//! Where the bars of a strip begin and end.

use crate::counts::{DAY, MICROS, QUARTER, SLICE, Stretch};
use chrono::{NaiveDate, Offset, TimeZone};
use domain::{
    time::from_micros,
    zones::{Tz, day_start},
};

/// Bars that a strip has at most, but for ragged ends and days on which clocks change.
const MOST_BARS: i64 = 96;
/// Widths of bars, in seconds. Those below a quarter of an hour divide it; beyond the widest one they double.
const LADDER: [i64; 17] = [
    SLICE,
    30,
    60,
    180,
    300,
    QUARTER,
    1_800,
    3_600,
    7_200,
    10_800,
    21_600,
    43_200,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    28 * DAY,
];
/// 5 January 1970, a Monday, in days since 1970: bars of whole weeks begin on Mondays.
const MONDAY: i64 = 4;

/// The narrowest width with which the stretch has few enough bars, in seconds.
pub(super) fn width(stretch: Stretch) -> i64 {
    let wanted = (stretch.until - stretch.from) / MICROS;
    let widest = LADDER[LADDER.len() - 1];
    let doubled = std::iter::successors(Some(2 * widest), |width| width.checked_mul(2));
    LADDER
        .into_iter()
        .chain(doubled)
        .find(|width| wanted / width <= MOST_BARS)
        .unwrap_or(widest)
}

/// The ends of the stretch, and every edge between two bars within it, in microseconds: where the clocks of the zone
/// show a multiple of `width`, or for bars of days a midnight.
pub(super) fn edges(stretch: Stretch, width: i64, zone: Tz) -> Vec<i64> {
    let mut edges = vec![stretch.from];
    if stretch.is_empty() {
        return edges;
    }
    // Every zone has been whole quarters of an hour ahead or behind since 1972. Before, a narrow bar must all the same lie
    // within one of the quarters that are counted, which are those of UTC.
    let zone = if width < QUARTER { Tz::UTC } else { zone };
    let mut second = stretch.from.div_euclid(MICROS);
    loop {
        second = if width < DAY {
            next_on_the_clock(second, width, zone)
        } else {
            next_midnight(second, width / DAY, zone)
        };
        if second * MICROS >= stretch.until {
            break;
        }
        edges.push(second * MICROS);
    }
    edges.push(stretch.until);
    edges
}

/// The first second after this one at which the clocks show a multiple of `width`.
fn next_on_the_clock(second: i64, width: i64, zone: Tz) -> i64 {
    let after = |offset: i64| (second + offset).div_euclid(width) * width + width - offset;
    let held = offset(second, zone);
    let next = after(held);
    let then = offset(next, zone);
    if then == held {
        return next;
    }
    // The clocks are changed in between, once.
    let first = after(then);
    [first, first + width]
        .into_iter()
        .find(|second| offset(*second, zone) == then)
        .unwrap_or(next)
}

/// The first midnight after this second that begins a group of so many days.
fn next_midnight(second: i64, days: i64, zone: Tz) -> i64 {
    let today = (second + offset(second, zone)).div_euclid(DAY) - MONDAY;
    let mut group = today.div_euclid(days) * days;
    loop {
        group += days;
        let day = i32::try_from(group + MONDAY)
            .ok()
            .and_then(NaiveDate::from_epoch_days)
            .unwrap_or(NaiveDate::MAX);
        let start = day_start(day, zone).timestamp();
        // A midnight that comes twice, or a day that does not exist, may begin before.
        if start > second || day == NaiveDate::MAX {
            return start.max(second + 1);
        }
    }
}

/// How far the zone's clocks are ahead of UTC, in seconds.
fn offset(second: i64, zone: Tz) -> i64 {
    let at = from_micros(second * MICROS).naive_utc();
    zone.offset_from_utc_datetime(&at).fix().local_minus_utc().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::{parse_instant, rfc3339};
    use proptest::prelude::*;

    fn stretch(from: &str, until: &str) -> Stretch {
        let micros = |text| parse_instant(text).unwrap().timestamp_micros();
        Stretch {
            from: micros(from),
            until: micros(until),
        }
    }

    fn told(from: &str, until: &str, width: i64, zone: Tz) -> Vec<String> {
        edges(stretch(from, until), width, zone)
            .into_iter()
            .map(|edge| rfc3339(from_micros(edge)))
            .collect()
    }

    #[test]
    fn the_width_fits_the_range() {
        for (hours, width) in [
            (0, SLICE),
            (1, 60),
            (2, 180),
            (24, 900),
            (25, 1_800),
            (7 * 24, 7_200),
            (30 * 24, 43_200),
            (90 * 24, DAY),
            (365 * 24, 7 * DAY),
            (10 * 8_766, 56 * DAY),
            (8_000 * 8_766, (28 * DAY) << 11),
        ] {
            let until = hours * 3_600 * MICROS;
            assert_eq!(width, super::width(Stretch { from: 0, until }), "{hours} hours");
        }
    }

    #[test]
    fn days_begin_at_midnight_whatever_their_length() {
        assert_eq!(
            told(
                "2026-03-28T10:00:00Z",
                "2026-03-30T10:00:00Z",
                DAY,
                Tz::Europe__Berlin
            ),
            [
                "2026-03-28T10:00:00Z",
                "2026-03-28T23:00:00Z",
                "2026-03-29T22:00:00Z",
                "2026-03-30T10:00:00Z"
            ]
        );
        assert_eq!(
            told(
                "2026-03-28T18:15:00Z",
                "2026-03-30T18:15:00Z",
                DAY,
                Tz::Asia__Kathmandu
            ),
            [
                "2026-03-28T18:15:00Z",
                "2026-03-29T18:15:00Z",
                "2026-03-30T18:15:00Z"
            ]
        );
        assert_eq!(
            told("2026-11-20T00:00:00Z", "2026-12-01T00:00:00Z", 7 * DAY, Tz::UTC),
            [
                "2026-11-20T00:00:00Z",
                "2026-11-23T00:00:00Z",
                "2026-11-30T00:00:00Z",
                "2026-12-01T00:00:00Z"
            ],
            "weeks begin on Mondays"
        );
    }

    #[test]
    fn hours_follow_the_clock_through_a_change() {
        // 25 hours: the clocks show 2 o'clock twice.
        assert_eq!(
            told(
                "2026-10-24T22:00:00Z",
                "2026-10-25T05:00:00Z",
                7_200,
                Tz::Europe__Berlin
            ),
            [
                "2026-10-24T22:00:00Z",
                "2026-10-25T00:00:00Z",
                "2026-10-25T01:00:00Z",
                "2026-10-25T03:00:00Z",
                "2026-10-25T05:00:00Z"
            ]
        );
        // 23 hours.
        assert_eq!(
            told(
                "2026-03-28T23:00:00Z",
                "2026-03-29T10:00:00Z",
                21_600,
                Tz::Europe__Berlin
            ),
            [
                "2026-03-28T23:00:00Z",
                "2026-03-29T04:00:00Z",
                "2026-03-29T10:00:00Z"
            ]
        );
    }

    proptest! {
        #[test]
        fn bars_are_few_and_in_order(
            from in 0i64..3_000_000_000_000_000,
            length in prop_oneof![0i64..100_000_000, 0..100_000_000_000i64, 0..100_000_000_000_000i64, 0..4_000_000_000_000_000i64],
            zone in proptest::sample::select(vec![
                Tz::UTC, Tz::Europe__Berlin, Tz::Asia__Kathmandu, Tz::Australia__Lord_Howe, Tz::Pacific__Apia,
                Tz::America__Sao_Paulo, Tz::Africa__Casablanca, Tz::Africa__Monrovia,
            ]),
        ) {
            let stretch = Stretch { from, until: from + length };
            let width = width(stretch);
            let edges = edges(stretch, width, zone);
            prop_assert!(edges.len() <= 101, "{} of {width}", edges.len());
            prop_assert_eq!((edges[0], edges[edges.len() - 1]), (stretch.from, stretch.until));
            prop_assert!(edges.is_sorted_by(|one, next| one < next));
            for bar in edges.windows(2) {
                // A change of the clocks, at most a day, may come on top.
                prop_assert!(bar[1] - bar[0] <= (width + DAY.min(2 * width)) * MICROS);
                if width < QUARTER {
                    prop_assert_eq!(bar[0].div_euclid(QUARTER * MICROS), (bar[1] - 1).div_euclid(QUARTER * MICROS));
                }
            }
        }
    }
}
