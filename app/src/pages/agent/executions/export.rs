//! The button that exports exactly what is filtered for. It is a link, so the browser writes the file by itself; the
//! page asks the server how far that is.

use crate::{
    browser::{current_address, leave_for, random_name},
    components::icon::icon,
    data::{executions::ExecutionList, exports::load_export_progress},
    error_code::ErrorCode,
    query_string::address,
    routes, text,
};
use domain::{ExportProgress, ExportState, format::grouped};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// Time between two questions.
const ASK: Duration = Duration::from_millis(400);
/// How long the end is shown.
const SHOW_END: Duration = Duration::from_secs(6);
/// Questions without an answer after which nothing more is asked: the file may come from another server.
const MOST_UNKNOWN: u32 = 5;

/// The button, and how far the export is.
#[component]
pub fn ExportButton(list: Memo<ExecutionList>) -> impl IntoView {
    let total = Memo::new(move |_| list.with(|list| list.pagination.total));
    let call = move |name: Option<String>| {
        let query = list.with(|list| list.understood().without_page());
        let mut pairs = query.pairs();
        pairs.extend(name.map(|name| ("exportId", name)));
        list.with(|list| address(&routes::export_call(list.agent_id.as_str()), pairs))
    };
    let progress = RwSignal::new(None::<ExportProgress>);
    let name = RwSignal::new(None::<String>);
    let start = move |_| {
        if total.get_untracked() == 0 {
            return;
        }
        // The browser follows the link as it is after this.
        let own = random_name();
        name.set(Some(own.clone()));
        progress.set(None);
        spawn_local(watch(own, name, progress));
    };
    let is_empty = Memo::new(move |_| total.get() == 0);
    let href = move || (!is_empty.get()).then(|| call(name.get()));
    view! {
        <a
            class="control export"
            id="export"
            href=href
            download
            rel="external"
            role=move || is_empty.get().then_some("link")
            aria-disabled=move || is_empty.get().then_some("true")
            title=move || if is_empty.get() { text::export::NOTHING } else { text::export::TITLE }
            on:click=start
        >
            {icon("download")}
            {text::export::EXPORT}
            <span class="figure">
                {move || if is_empty.get() { text::export::NOTHING.to_owned() } else { grouped(total.get()) }}
            </span>
        </a>
        {move || progress.get().map(told)}
    }
}

fn told(progress: ExportProgress) -> impl IntoView {
    let ExportProgress { rows, total, state } = progress;
    let words = match state {
        ExportState::Running => text::export::running(&grouped(rows), &grouped(total)),
        ExportState::Done => text::export::done(&grouped(rows), rows == 1),
        ExportState::Failed => text::export::FAILED.to_owned(),
    };
    let bar = (state == ExportState::Running).then(|| {
        view! { <progress max=total.to_string() value=rows.to_string() aria-label=text::export::EXPORT></progress> }
    });
    view! {
        <span class="export-progress" class:failed=state == ExportState::Failed role="status">
            {bar}
            {words}
        </span>
    }
}

/// Asks how far the export is until it has ended, and shows its end for a while.
async fn watch(own: String, newest: RwSignal<Option<String>>, progress: RwSignal<Option<ExportProgress>>) {
    // A later export is the one that is told of.
    let is_newest = || newest.try_with_untracked(|newest| newest.as_ref() == Some(&own)) == Some(true);
    let mut unknown = 0;
    loop {
        sleep(ASK).await;
        let answer = load_export_progress(own.clone()).await;
        if !is_newest() {
            return;
        }
        match answer {
            Ok(Some(now)) => {
                let ended = now.state != ExportState::Running;
                progress.set(Some(now));
                if ended {
                    break;
                }
            }
            Err(error) if error.code == ErrorCode::SignedOut => {
                return leave_for(&routes::sign_in(&current_address()));
            }
            _ => {
                unknown += 1;
                if unknown >= MOST_UNKNOWN {
                    break;
                }
            }
        }
    }
    sleep(SHOW_END).await;
    if is_newest() {
        progress.set(None);
    }
}

async fn sleep(time: Duration) {
    gloo_timers::future::sleep(time).await;
}
