//! Everything else that is known: where it came from, who ran it, and what the caller wanted kept.

use super::{part::beginning, section::text_section};
use crate::{
    data::{cut::Part, executions::ExecutionDetail},
    routes, text,
};
use domain::{Choice, ExecutionQuery, FieldValues, FilterField, time};
use leptos::prelude::*;

/// The metadata of the run, then the caller's own. What does not apply has no row.
pub fn metadata(detail: &ExecutionDetail) -> impl IntoView + use<> {
    let summary = &detail.execution.summary;
    let payload = &detail.execution.payload;
    let at = summary.executed_at;
    let by = summary.executed_by.clone().map(|recorded| {
        let theirs = ExecutionQuery {
            values: FieldValues::same_as(summary, FilterField::ExecutedBy),
            ..Default::default()
        };
        let theirs = routes::executions_where(summary.agent_id.as_str(), &theirs);
        let title = text::detail::executed_by_alone(&recorded);
        let shown = detail.executed_by_email.clone().unwrap_or(recorded);
        row(
            FilterField::ExecutedBy.label(),
            view! { <a href=theirs title=title>{shown}</a> },
        )
    });
    let key = summary.api_key_id.as_ref().map(|id| {
        let name = detail.api_key_name.clone().map(|name| format!("{name} "));
        let id = format!("al_{id}…");
        view! {
            {name}
            <code>{id}</code>
        }
    });
    let own = detail.metadata.clone().map(|metadata| {
        let shown_in_part = beginning(detail, Part::Metadata, metadata.len());
        text_section(text::detail::OWN_METADATA, metadata, shown_in_part)
    });
    view! {
        <section>
            <h3>{text::detail::METADATA}</h3>
            <dl class="pairs">
                <dt>{text::EXECUTION_ID}</dt>
                <dd>
                    <code>{summary.execution_id.to_string()}</code>
                </dd>
                <dt>{text::list::SOURCE}</dt>
                <dd>{summary.source.label()}</dd>
                {by}
                <dt>{text::detail::EXECUTED_AT}</dt>
                <dd>
                    <time datetime=time::rfc3339(at) title=time::rfc3339(at)>{detail.zone.exact(at)}</time>
                </dd>
                {key.map(|key| row(text::API_KEY, key))}
                {payload.ip_address.clone().map(|address| row(text::detail::IP_ADDRESS, address))}
                {payload.user_agent.clone().map(|agent| row(text::detail::USER_AGENT, agent))}
            </dl>
            {own}
        </section>
    }
}

fn row(name: &'static str, value: impl IntoView) -> impl IntoView {
    view! {
        <dt>{name}</dt>
        <dd>{value}</dd>
    }
}
