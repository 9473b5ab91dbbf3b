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

/// One execution, and what becomes of it; in its place, another.
#[component]
pub fn Row(
    view: View,
    #[prop(into)] execution: RwSignal<ExecutionSummary>,
    now: Memo<Timestamp>,
    live: Live,
) -> impl IntoView {
    let is_fresh = move || execution.with(|execution| live.is_fresh(&execution.execution_id));
    let is_opened = move || {
        let opened = view.opened_id.read();
        opened.as_deref() == Some(execution.read().execution_id.as_str())
    };
    view! {
        <tr class:fresh=is_fresh class:opened=is_opened>
            {move || execution.with(kind)}
            <td>
                <Since at=Signal::derive(move || execution.read().executed_at) now/>
            </td>
            {move || execution.with(figures)}
            <td class="number">
                <ViewLink view execution/>
            </td>
        </tr>
    }
}

fn kind(execution: &ExecutionSummary) -> impl IntoView + use<> {
    view! {
        <td>{status_badge(execution.status)}</td>
        <td>{source_label(execution.source)}</td>
    }
}

fn figures(execution: &ExecutionSummary) -> impl IntoView + use<> {
    view! {
        <td class="number">{latency(execution.latency_ms)}</td>
        <td class="number">{tokens(execution.tokens.tokens_used)}</td>
        <td class="number">{cost(execution.cost)}</td>
        <td>{version(execution.version.clone())}</td>
    }
}

#[component]
fn ViewLink(view: View, execution: RwSignal<ExecutionSummary>) -> impl IntoView {
    let zone = PageZone::get();
    let details = move || {
        let execution = execution.read();
        zone.with(|zone| text::list::details(execution.status, &zone.full(execution.executed_at)))
    };
    let href = move || {
        routes::execution(
            &view.agent.read(),
            execution.read().execution_id.as_str(),
            &view.query.read(),
        )
    };
    view! {
        <a
            id=move || view_id(execution.read().execution_id.as_str())
            class="icon-button"
            href=href
            aria-label=details
            title=text::list::VIEW_DETAILS
            data-noscroll
        >
            {icon("eye")}
        </a>
    }
}

fn version(label: Option<String>) -> impl IntoView {
    match label {
        Some(label) => Either::Left(view! { <span class="tag" title=label.clone()>{label.clone()}</span> }),
        None => Either::Right(known(None)),
    }
}
