//! One execution, whole: what went in, what came out, how long it took and what it cost.

mod error;
mod figures;
mod metadata;
mod prompts;
mod variables;

use super::layout::use_agent;
use crate::{
    clock::follow,
    components::{
        badge::status_badge,
        copy_button::CopyButton,
        icon::icon,
        loaded::{loaded, table_placeholder},
        time::Since,
    },
    data::executions::{ExecutionDetail, load_execution},
    query_string, routes, text,
};
use domain::format;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};

/// The page of one execution.
#[component]
pub fn ExecutionPage() -> impl IntoView {
    let agent = use_agent().id;
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("executionId").unwrap_or_default()));
    let detail = Resource::new_blocking(
        move || (agent.get(), id.get()),
        |(agent, id)| load_execution(agent, id),
    );
    let pending = RwSignal::new(false);
    let search = use_location().search;
    let back = move || {
        let query = search.with(|search| query_string::executions(search).0);
        agent.with(|agent| routes::executions_where(agent, &query))
    };
    let content = move |detail: Memo<ExecutionDetail>| {
        follow(move || detail.with(|detail| detail.now));
        move || {
            let detail = detail.get();
            view! {
                <a class="back" href=back>
                    {icon("left")}
                    {text::detail::BACK}
                </a>
                <Detail detail/>
            }
        }
    };
    loaded(detail, pending, table_placeholder, content)
}

/// The execution in sections; everything from outside is text.
#[component]
fn Detail(detail: ExecutionDetail) -> impl IntoView {
    let ExecutionDetail {
        execution,
        api_key_name,
        now,
    } = detail;
    let id = execution.summary.execution_id.to_string();
    let at = execution.summary.executed_at;
    let output = execution.payload.output_text.clone();
    view! {
        <article class="detail">
            <header class="detail-head">
                {status_badge(execution.summary.status)} <h2>{format::full(at)}</h2>
                <span class="facts">
                    <Since at now/>
                </span>
                <span class="id">
                    <code>{id.clone()}</code>
                    <CopyButton content=id/>
                </span>
            </header>
            {figures::figures(&execution.summary)} {error::error(&execution)} {variables::variables(&execution.payload)}
            {output.map(|output| text_section(text::detail::OUTPUT, output))} {prompts::prompts(&execution)}
            {metadata::metadata(&execution, api_key_name)}
        </article>
    }
}

/// A section that holds one text, with a button that copies it.
fn text_section(title: &'static str, content: String) -> impl IntoView {
    view! {
        <section>
            <div class="section-head">
                <h3>{title}</h3>
                <CopyButton content=content.clone()/>
            </div>
            <pre tabindex="0">{content}</pre>
        </section>
    }
}
