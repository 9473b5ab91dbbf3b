//! Why the list does not go further back: executions are kept so many days.

use crate::{data::executions::ExecutionList, text};
use domain::format::grouped;
use leptos::prelude::*;

/// A line over the list, where its range begins before what is kept.
#[component]
pub fn OlderAsked(list: Memo<ExecutionList>) -> impl IntoView {
    let words = Memo::new(move |_| {
        list.with(|list| {
            // A list without rows says it in their place.
            let is_told = list.executions.is_empty();
            let older = list.older.filter(|older| older.asked && !(older.all && is_told));
            older.map(|older| kept(older.days))
        })
    });
    move || words.get().map(|words| view! { <p class="notice">{words}</p> })
}

/// A line under the last page of a list whose range has no beginning.
#[component]
pub fn OlderEnd(list: Memo<ExecutionList>) -> impl IntoView {
    let words = Memo::new(move |_| {
        list.with(|list| {
            let is_last = !list.pagination.has_more;
            let older = list.older.filter(|older| is_last && !older.asked);
            older.map(|older| kept(older.days))
        })
    });
    move || words.get().map(|words| view! { <p class="hint">{words}</p> })
}

/// How long executions are kept, in words.
pub fn kept(days: u32) -> String {
    text::retention::kept(&grouped(days.into()), days == 1)
}
