//! Whether the list is in use, so that no new row may push it down.

use crate::browser::find;
use leptos::prelude::*;

/// Whether somebody points at a row of the list, works in it, has opened it, has marked text in it, or has scrolled
/// into the list: rows that came in above would then push away what that is.
pub fn row_is_in_use() -> bool {
    let Some(rows) = find("table.executions tbody") else {
        return false;
    };
    let is_marked = || {
        let marked = window().get_selection().ok().flatten();
        marked.is_some_and(|marked| {
            !marked.is_collapsed()
                && marked
                    .anchor_node()
                    .is_some_and(|node| rows.contains(Some(&node)))
        })
    };
    find("table.executions tbody tr:is(:hover, :focus-within, .opened)").is_some()
        || rows.get_bounding_client_rect().top() < 0.0
        || is_marked()
}
