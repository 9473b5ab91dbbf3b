//! Pages of a list.

use serde::{Deserialize, Serialize};

/// How many rows a page holds: 1 to 100, 20 unless told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Limit(u32);

impl Limit {
    /// The most rows on one page.
    pub const MAX: u32 = 100;

    /// A page of `rows`, if that is in range.
    pub fn new(rows: u32) -> Option<Self> {
        (1..=Self::MAX).contains(&rows).then_some(Self(rows))
    }

    /// Rows on a page.
    pub fn rows(self) -> u32 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(20)
    }
}

impl TryFrom<u32> for Limit {
    type Error = &'static str;
    fn try_from(rows: u32) -> Result<Self, Self::Error> {
        Self::new(rows).ok_or("must be a whole number from 1 to 100")
    }
}

impl From<Limit> for u32 {
    fn from(limit: Limit) -> u32 {
        limit.0
    }
}

/// Which rows of a list are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// How many.
    pub limit: Limit,
    /// How many to skip before them.
    pub offset: u64,
}

impl PageRequest {
    /// The offset of the page that holds a row, both counted from 0; pages lie before and after this one without gap.
    pub fn offset_holding(self, row: u64) -> u64 {
        let rows = u64::from(self.limit.rows());
        if row >= self.offset {
            self.offset + (row - self.offset) / rows * rows
        } else {
            let back = (self.offset - row).div_ceil(rows) * rows;
            self.offset.saturating_sub(back)
        }
    }
}

/// Where a page lies in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pagination {
    /// Rows on a page.
    pub limit: u32,
    /// Rows before this page.
    pub offset: u64,
    /// Rows in the whole list; exact.
    pub total: u64,
    /// Whether rows follow this page.
    pub has_more: bool,
}

impl Pagination {
    /// The page that answers `request` in a list of `total` rows.
    pub fn new(request: PageRequest, total: u64) -> Self {
        let limit = request.limit.rows();
        let end = request.offset.saturating_add(u64::from(limit));
        Self {
            limit,
            offset: request.offset,
            total,
            has_more: end < total,
        }
    }

    /// Number of this page, from 1.
    pub fn page(&self) -> u64 {
        self.offset / u64::from(self.limit) + 1
    }

    /// Number of pages, at least 1.
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(u64::from(self.limit)).max(1)
    }

    /// First and last row on this page, counted from 1; `None` where it holds no row.
    pub fn range(&self) -> Option<(u64, u64)> {
        let last = self.total.min(self.offset.saturating_add(u64::from(self.limit)));
        (self.offset < last).then(|| (self.offset + 1, last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(offset: u64, total: u64) -> Pagination {
        Pagination::new(
            PageRequest {
                limit: Limit::default(),
                offset,
            },
            total,
        )
    }

    #[test]
    fn the_page_of_a_row() {
        let holding = |offset, row| {
            let limit = Limit::default();
            PageRequest { limit, offset }.offset_holding(row)
        };
        for (row, offset) in [(0, 0), (19, 0), (20, 20), (39, 20), (40, 40), (233, 220)] {
            assert_eq!(holding(20, row), offset);
        }
        assert_eq!([holding(13, 12), holding(13, 13), holding(13, 33)], [0, 13, 33]);
    }

    #[test]
    fn first_last_empty_and_beyond() {
        let first = page(0, 234);
        assert_eq!(
            (first.page(), first.pages(), first.range(), first.has_more),
            (1, 12, Some((1, 20)), true)
        );
        let last = page(220, 234);
        assert_eq!(
            (last.page(), last.range(), last.has_more),
            (12, Some((221, 234)), false)
        );
        let full = page(20, 40);
        assert_eq!(
            (full.pages(), full.range(), full.has_more),
            (2, Some((21, 40)), false)
        );
        assert_eq!((page(0, 0).pages(), page(0, 0).range()), (1, None));
        assert_eq!(
            (page(u64::MAX, 5).range(), page(u64::MAX, 5).has_more),
            (None, false)
        );
    }
}
