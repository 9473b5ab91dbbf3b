//! Everything else that is known: where it came from, who ran it, and what the caller wanted kept.

use super::{text_section, variables::pretty};
use crate::{components::figures::known, text};
use domain::{Choice, Execution, format, time};
use leptos::prelude::*;

/// The metadata of the run, then the caller's own.
pub fn metadata(execution: &Execution, api_key_name: Option<String>) -> impl IntoView + use<> {
    let summary = &execution.summary;
    let payload = &execution.payload;
    let key = summary.api_key_id.as_ref().map(|id| match api_key_name {
        Some(name) => format!("{name} (al_{id}_…)"),
        None => format!("al_{id}_…"),
    });
    let at = summary.executed_at;
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
                <dt>{text::detail::EXECUTED_BY}</dt>
                <dd>{known(summary.executed_by.clone())}</dd>
                <dt>{text::detail::EXECUTED_AT}</dt>
                <dd>
                    <time datetime=time::rfc3339(at) title=time::rfc3339(at)>{format::full(at)}</time>
                </dd>
                <dt>{text::detail::API_KEY_ID}</dt>
                <dd>{known(key)}</dd>
                <dt>{text::detail::IP_ADDRESS}</dt>
                <dd>{known(payload.ip_address.clone())}</dd>
                <dt>{text::detail::USER_AGENT}</dt>
                <dd>{known(payload.user_agent.clone())}</dd>
            </dl>
        </section>
        {payload.metadata.as_ref().map(|metadata| text_section(text::detail::OWN_METADATA, pretty(metadata)))}
    }
}
