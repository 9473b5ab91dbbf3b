//! The head of the dialog: which execution it is, the way to its neighbors, and what can be copied.

use super::{super::View, dialog::TITLE_ID};
use crate::{
    components::{badge::status_badge, copy_button::CopyButton, icon::icon, time::Since},
    data::executions::ExecutionDetail,
    routes, text,
};
use domain::ExecutionId;
use leptos::prelude::*;

/// The head; `detail` holds an execution.
#[component]
pub fn Head(view: View, detail: Memo<Option<ExecutionDetail>>) -> impl IntoView {
    let newer = step(view, detail, true);
    let older = step(view, detail, false);
    let title = Memo::new(move |_| {
        detail.with(|detail| {
            detail
                .as_ref()
                .map(|detail| text::detail::title(&detail.zone, detail.execution.summary.executed_at))
        })
    });
    let status = Memo::new(move |_| {
        detail.with(|detail| detail.as_ref().map(|detail| detail.execution.summary.status))
    });
    view! {
        <header class="detail-head">
            <div class="line">
                {move || status.get().map(status_badge)}
                <h2 id=TITLE_ID aria-live="polite">{title}</h2>
                {move || {
                    detail
                        .with(|detail| detail.as_ref().map(|detail| (detail.execution.summary.executed_at, detail.now)))
                        .map(|(at, now)| view! { <span class="facts"><Since at now/></span> })
                }}
                <nav class="steps" aria-label=text::detail::STEPS>
                    {newer}
                    {older}
                </nav>
            </div>
            {move || detail.get().map(|detail| copies(view, &detail))}
        </header>
    }
}

/// A way to the neighbor above or below; without one it stands there, and leads nowhere. It takes the present entry of
/// the history, so that Back closes the dialog however far one has walked.
fn step(view: View, detail: Memo<Option<ExecutionDetail>>, newer: bool) -> impl IntoView {
    let (name, label, image) = if newer {
        ("newer", text::detail::NEWER, "up")
    } else {
        ("older", text::detail::OLDER, "down")
    };
    let href = Memo::new(move |_| {
        detail.with(|detail| {
            let detail = detail.as_ref()?;
            let (id, row) = if newer {
                (detail.newer.as_ref()?, detail.before.checked_sub(1)?)
            } else {
                (detail.older.as_ref()?, older_row(detail))
            };
            Some(address(view, id, row))
        })
    });
    let is_missing = move || href.with(Option::is_none);
    view! {
        <a
            id=format!("detail-{name}")
            class="icon-button"
            href=href
            role=move || is_missing().then_some("link")
            aria-disabled=move || is_missing().then_some("true")
            aria-label=label
            title=label
            data-step=name
            data-noscroll
            prop:replace=true
        >
            {icon(image)}
        </a>
    }
}

/// The row of the next older one: the one after this, where this one is on the list itself.
fn older_row(detail: &ExecutionDetail) -> u64 {
    detail.before + u64::from(detail.listed)
}

/// The address of an execution that stands in that row of the list, with the list's page that holds the row.
fn address(view: View, id: &ExecutionId, row: u64) -> String {
    let mut query = view.query.get();
    query.page.offset = query.page.offset_holding(row);
    view.agent
        .with(|agent| routes::execution(agent, id.as_str(), &query))
}

fn copies(view: View, detail: &ExecutionDetail) -> impl IntoView + use<> {
    let id = detail.execution.summary.execution_id.to_string();
    let (origin, agent) = (&detail.origin, view.agent.get_untracked());
    let page = view
        .query
        .with_untracked(|query| routes::execution(&agent, &id, query));
    let call = routes::execution_call(&agent, &id);
    view! {
        <div class="line">
            <code class="id">{id.clone()}</code>
            <span class="copies">
                <CopyButton content=id.clone() label=text::detail::COPY_ID/>
                <CopyButton content=format!("{origin}{page}") label=text::detail::COPY_LINK/>
                <CopyButton content=text::detail::curl(origin, &call) label=text::detail::COPY_CURL/>
            </span>
        </div>
    }
}
