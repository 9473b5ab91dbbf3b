//! Numbers and times as people read them. Server and browser use the same functions, so they render the same page.

use crate::{DollarSum, Timestamp};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

/// Latency from which a run is flagged, in milliseconds: beyond ten seconds a run is worth a look.
pub const SLOW_MS: i64 = 10_000;

/// A whole number with separators: `12,480`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A cost, or a sum of costs: `$0.0023`, `$0`, `$1,204.5`.
pub fn cost(amount: impl Into<DollarSum>) -> String {
    let text = amount.into().to_string();
    let (whole, fraction) = text
        .split_once('.')
        .map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let whole = grouped(whole.parse().unwrap_or(0));
    fraction.map_or_else(|| format!("${whole}"), |fraction| format!("${whole}.{fraction}"))
}

/// Time since `then`, as of `now`: `just now`, `12 s ago`, `2 min ago`, `1 hour ago`, `3 days ago`, `2 months ago`.
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = (now - then).num_seconds();
    let (count, unit) = match seconds {
        ..=4 => return "just now".to_owned(),
        5..60 => return format!("{seconds} s ago"),
        60..3_600 => return format!("{} min ago", seconds / 60),
        3_600..86_400 => (seconds / 3_600, "hour"),
        86_400..2_592_000 => (seconds / 86_400, "day"),
        2_592_000..31_536_000 => (seconds / 2_592_000, "month"),
        _ => (seconds / 31_536_000, "year"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

/// A time by some clock in full, to the second: `18 November 2025, 09:45:00`.
pub fn full_local(local: NaiveDateTime) -> String {
    local.format("%-d %B %Y, %H:%M:%S").to_string()
}

/// A day: `18 Nov`, with its year where that is not the one of `today`.
pub fn day(day: NaiveDate, today: NaiveDate) -> String {
    let format = if day.year() == today.year() {
        "%-d %b"
    } else {
        "%-d %b %Y"
    };
    day.format(format).to_string()
}

/// A time of day: `09:45`, with seconds where there are any.
pub fn clock(time: NaiveTime) -> String {
    let format = if time.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    time.format(format).to_string()
}

/// A day and a time: `18 Nov, 09:45`.
pub fn moment(local: NaiveDateTime, today: NaiveDate) -> String {
    format!("{}, {}", day(local.date(), today), clock(local.time()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NanoDollars;
    use chrono::Duration;

    #[test]
    fn numbers() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        let dollars = |dollars| cost(NanoDollars::from_dollars(dollars).unwrap());
        assert_eq!(
            [dollars(0.0023), dollars(0.0), dollars(1_204.5)],
            ["$0.0023", "$0", "$1,204.5"]
        );
    }

    #[test]
    fn times() {
        let now = crate::time::parse_instant("2025-11-18T09:45:00Z").unwrap();
        for (seconds, text) in [
            (-30, "just now"),
            (4, "just now"),
            (12, "12 s ago"),
            (120, "2 min ago"),
            (3_600, "1 hour ago"),
            (7_200, "2 hours ago"),
            (86_400 * 3, "3 days ago"),
            (86_400 * 45, "1 month ago"),
            (86_400 * 800, "2 years ago"),
        ] {
            assert_eq!(ago(now - Duration::seconds(seconds), now), text);
        }
    }

    #[test]
    fn days_and_clocks() {
        let local = |text: &str| text.parse::<NaiveDateTime>().unwrap();
        let today = local("2025-12-01T00:00:00").date();
        assert_eq!(moment(local("2025-11-18T09:45:00"), today), "18 Nov, 09:45");
        assert_eq!(
            moment(local("2024-11-08T09:45:07"), today),
            "8 Nov 2024, 09:45:07"
        );
    }
}
