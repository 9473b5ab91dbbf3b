//! The query that some of the bars stand for.

use domain::{Bar, DateBound, ExecutionQuery};
use std::ops::RangeInclusive;

/// Bars that are chosen, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// Where choosing began.
    pub anchor: usize,
    /// Where it has come to, which may be before that.
    pub head: usize,
}

impl Chosen {
    /// A single bar.
    pub fn one(bar: usize) -> Self {
        Self {
            anchor: bar,
            head: bar,
        }
    }

    /// From the first of them to the last.
    pub fn span(self) -> RangeInclusive<usize> {
        self.anchor.min(self.head)..=self.anchor.max(self.head)
    }
}

/// The query narrowed to the chosen bars; none where there are no such bars. A bound that the first or last bar already
/// has stays as it is, so a range that is open goes on while time does.
pub fn narrowed(query: &ExecutionQuery, bars: &[Bar], chosen: Chosen) -> Option<ExecutionQuery> {
    let (first, last) = chosen.span().into_inner();
    let (from, until) = (bars.get(first)?.from, bars.get(last)?.until);
    let mut narrowed = query.clone();
    narrowed.page.offset = 0;
    if first > 0 {
        narrowed.start = Some(DateBound::Instant(from));
    }
    if last + 1 < bars.len() {
        let end = until - chrono::TimeDelta::microseconds(1);
        narrowed.end = Some(DateBound::Instant(end));
    }
    Some(narrowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::parse_instant;

    fn bars() -> Vec<Bar> {
        let at = |hour| parse_instant(&format!("2026-11-18T{hour:02}:00:00Z")).unwrap();
        (9..13)
            .map(|hour| Bar {
                from: at(hour),
                until: at(hour + 1),
                counts: Default::default(),
            })
            .collect()
    }

    fn pairs(anchor: usize, head: usize) -> Vec<String> {
        let (query, _) = ExecutionQuery::parse([("startDate", "2026-11-18"), ("page", "3")]);
        let narrowed = narrowed(&query, &bars(), Chosen { anchor, head }).unwrap();
        narrowed.pairs().into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn bars_within_give_both_bounds() {
        let both = ["2026-11-18T10:00:00Z", "2026-11-18T11:59:59.999999Z"];
        assert_eq!(pairs(1, 2), both);
        assert_eq!(pairs(2, 1), both);
    }

    #[test]
    fn bars_at_an_end_keep_its_bound() {
        assert_eq!(pairs(0, 1), ["2026-11-18", "2026-11-18T10:59:59.999999Z"]);
        assert_eq!(pairs(2, 3), ["2026-11-18T11:00:00Z"]);
        assert_eq!(
            narrowed(&ExecutionQuery::default(), &bars(), Chosen::one(4)),
            None
        );
    }
}
