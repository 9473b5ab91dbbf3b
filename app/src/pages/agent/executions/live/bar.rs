//! How the page is connected, and what waits to be seen.

use super::{Connection, Live};
use crate::{
    browser::{repeat_while_visible, scroll_to_top, use_hydrated},
    components::icon::icon,
    data::executions::ExecutionList,
    pages::agent::executions::View,
    routes, text,
};
use leptos::{either::Either, prelude::*};

/// Milliseconds between two announcements to those who cannot see the rows come.
const ANNOUNCE_MS: u32 = 15_000;

/// Says whether what happens is seen, and stops it. Without WASM nothing does, and nothing is said.
#[component]
pub fn LiveBar(live: Live, list: Memo<ExecutionList>) -> impl IntoView {
    let hydrated = use_hydrated();
    let paused = live.paused;
    let lost = move || !paused.get() && live.connection.get() == Connection::Lost;
    let words = move || match live.connection.get() {
        _ if paused.get() => text::list::PAUSED,
        Connection::Connecting => text::list::CONNECTING,
        Connection::Open => text::list::LIVE,
        Connection::Lost => text::list::LOST,
    };
    let is_open = move || !paused.get() && live.connection.get() == Connection::Open;
    let action = move || {
        if paused.get() {
            text::list::RESUME
        } else {
            text::list::PAUSE
        }
    };
    view! {
        <button
            type="button"
            class="live"
            id="live"
            class:ready=move || hydrated.is()
            class:open=is_open
            class:lost=lost
            aria-pressed=move || paused.get().to_string()
            title=action
            on:click=move |_| live.toggle_pause()
        >
            <span role="status">{words}</span>
            {move || icon(if paused.get() { "play" } else { "pause" })}
            <span class="hidden">{action}</span>
        </button>
        <Announcer list/>
    }
}

/// Tells of new executions now and then, in one sentence.
#[component]
fn Announcer(list: Memo<ExecutionList>) -> impl IntoView {
    let announced = RwSignal::new(String::new());
    let told = StoredValue::new(None::<(String, u64)>);
    repeat_while_visible(ANNOUNCE_MS, move || {
        let now = list.try_with_untracked(|list| (list.query.clone(), list.pagination.total));
        let Some((query, total)) = now else {
            return;
        };
        let before = told.with_value(|told| told.clone());
        told.set_value(Some((query.clone(), total)));
        // Another list has another total, which is no news.
        if let Some((of, before)) = before
            && of == query
            && total > before
        {
            announced.set(text::list::new_executions(total - before));
        }
    });
    view! {
        <span class="hidden" role="log">
            {announced}
        </span>
    }
}

/// How many new rows wait, and the way to them. It lies over the list, so that nothing moves when it comes.
#[component]
pub fn NewsPill(view: View, live: Live, list: Memo<ExecutionList>) -> impl IntoView {
    let count = Memo::new(move |_| live.waiting.with(|waiting| waiting.count));
    let first_page = Memo::new(move |_| list.with(|list| list.pagination.offset == 0));
    let words = move || text::list::new_executions(count.get());
    let pill = move || {
        if first_page.get() {
            let show = move |_| {
                live.show_waiting();
                scroll_to_top();
            };
            Either::Left(view! {
                <button type="button" class="pill" on:click=show>
                    {words}
                </button>
            })
        } else {
            let first = move || {
                let mut query = view.query.get();
                query.page.offset = 0;
                view.agent.with(|agent| routes::executions_where(agent, &query))
            };
            Either::Right(view! {
                <a class="pill" href=first>
                    {words}
                </a>
            })
        }
    };
    let waits = Memo::new(move |_| count.get() > 0);
    view! { <div class="news">{move || waits.get().then(pill)}</div> }
}
