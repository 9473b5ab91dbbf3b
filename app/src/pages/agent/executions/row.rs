//! One row of the table.

use super::{View, detail::view_id, live::Live};
use crate::{
    components::{
        badge::{source_label, status_badge},
        figures::{cost, known, latency, tokens},
        icon::icon,
        time::Since,
    },
    routes, text,
    zone::PageZone,
};
use domain::{ExecutionSummary, Timestamp};
use leptos::{either::Either, prelude::*};

/// One execution. `rows` tells what became of it while it stands here.
#[component]
pub fn Row(
    view: View,
    rows: Memo<Vec<ExecutionSummary>>,
    execution: ExecutionSummary,
    now: Memo<Timestamp>,
    live: Live,
) -> impl IntoView {
    let id = StoredValue::new(execution.execution_id.clone());
    let current = Memo::new(move |before: Option<&ExecutionSummary>| {
        let fresh =
            rows.with(|rows| id.with_value(|id| rows.iter().find(|row| row.execution_id == *id).cloned()));
        fresh.unwrap_or_else(|| before.unwrap_or(&execution).clone())
    });
    view! {
        <tr
            class:fresh=move || id.with_value(|id| live.is_fresh(id))
            class:opened=move || view.opened_id.with(|opened| id.with_value(|id| opened.as_deref() == Some(id.as_str())))
        >
            {move || cells(view, current.get(), now.get_untracked())}
        </tr>
    }
}

fn cells(view: View, execution: ExecutionSummary, now: Timestamp) -> impl IntoView {
    let at = execution.executed_at;
    let details = PageZone::get().with(|zone| text::list::details(execution.status, &zone.full(at)));
    let href = view.agent.with(|agent| {
        view.query
            .with(|query| routes::execution(agent, execution.execution_id.as_str(), query))
    });
    view! {
        <td>{status_badge(execution.status)}</td>
        <td>{source_label(execution.source)}</td>
        <td>
            <Since at now/>
        </td>
        <td class="number">{latency(execution.latency_ms)}</td>
        <td class="number">{tokens(execution.tokens.tokens_used)}</td>
        <td class="number">{cost(execution.cost)}</td>
        <td>{version(execution.version)}</td>
        <td class="number">
            <a
                id=view_id(execution.execution_id.as_str())
                class="icon-button"
                href=href
                aria-label=details
                title=text::list::VIEW_DETAILS
                data-noscroll
            >
                {icon("eye")}
            </a>
        </td>
    }
}

fn version(label: Option<String>) -> impl IntoView {
    match label {
        Some(label) => Either::Left(view! { <span class="tag" title=label.clone()>{label.clone()}</span> }),
        None => Either::Right(known(None)),
    }
}
