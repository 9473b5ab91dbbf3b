//! Points in time, told as the time since them.

use crate::{browser::own_offset, clock::Clock, text, zone::PageZone};
use domain::{LocalZone, Timestamp, format, time};
use leptos::prelude::*;

/// The time since `at`, ticking; on hover the exact time in the page's zone, and by the reader's own clock where that
/// shows another. `now` is the server's time when it told of `at`.
#[component]
pub fn Since(#[prop(into)] at: Signal<Timestamp>, #[prop(into)] now: Signal<Timestamp>) -> impl IntoView {
    let clock = use_context::<Clock>();
    let since = Memo::new(move |_| {
        let now = now.get();
        format::ago(at.get(), clock.map_or(now, |clock| clock.now(now)))
    });
    let zone = PageZone::get();
    // Server and browser first render the same; the reader's zone is asked for under the cursor.
    let hovered = RwSignal::new(false);
    let title = move || zone.with(|zone| title(at.get(), zone, hovered.get()));
    view! {
        <time datetime=move || time::rfc3339(at.get()) title=title on:mouseover=move |_| hovered.set(true)>
            {since}
        </time>
    }
}

/// A moment to come, by the page's clocks: day and time, in full on hover. `now` says which year need not be told.
#[component]
pub fn Moment(at: Timestamp, now: Timestamp) -> impl IntoView {
    let zone = PageZone::get();
    let shown = move || zone.with(|zone| format::moment(zone.local(at), zone.day(now)));
    view! {
        <time datetime=time::rfc3339(at) title=move || zone.with(|zone| zone.full(at))>
            {shown}
        </time>
    }
}

fn title(at: Timestamp, zone: &LocalZone, hovered: bool) -> String {
    let full = zone.full(at);
    let own = hovered.then(|| own_offset(at));
    match own.filter(|own| *own != zone.offset(at).0) {
        Some(own) => text::own_time(&full, &format::full_local(at.naive_utc() + own)),
        None => full,
    }
}
