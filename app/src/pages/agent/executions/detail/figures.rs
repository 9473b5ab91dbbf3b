//! The cards at the top: latency, tokens, cost, model.

use crate::{components::figures, data::executions::ExecutionDetail, text};
use domain::{TokenUsage, UsualLatency, format::grouped};
use leptos::prelude::*;

/// The four cards.
pub fn figures(detail: &ExecutionDetail) -> impl IntoView + use<> {
    let summary = &detail.execution.summary;
    let usual = detail.usual.map(|usual| usual_latency(summary.latency_ms, usual));
    let provider = summary
        .provider
        .clone()
        .map(|provider| view! { <small>{provider}</small> });
    let contradict = summary.tokens.contradict();
    let contradict = contradict.then(|| view! { <small>{text::detail::TOKENS_CONTRADICT}</small> });
    let split = split(&summary.tokens).map(|split| view! { <small>{split}</small> });
    view! {
        <section aria-labelledby="detail-figures">
            <h3 id="detail-figures" class="hidden">{text::detail::FIGURES}</h3>
            <dl class="cards">
                <div>
                    <dt>{text::LATENCY}</dt>
                    <dd>{figures::latency(summary.latency_ms)} {usual}</dd>
                </div>
                <div>
                    <dt>{text::TOKENS}</dt>
                    <dd>{figures::tokens(summary.tokens.tokens_used)} {split} {contradict}</dd>
                </div>
                <div>
                    <dt>{text::COST}</dt>
                    <dd>{figures::cost(summary.cost)}</dd>
                </div>
                <div>
                    <dt>{text::MODEL}</dt>
                    <dd class="name">{figures::known(summary.model.clone())} {provider}</dd>
                </div>
            </dl>
        </section>
    }
}

/// What is usual for this agent and model, and a word where this one took longer than nearly all.
fn usual_latency(latency_ms: Option<i64>, usual: UsualLatency) -> impl IntoView {
    let figure = |milliseconds: i64| grouped(milliseconds.unsigned_abs());
    let words = text::detail::usual(&figure(usual.p50_ms), &figure(usual.p95_ms));
    let title = text::detail::usual_of(&grouped(usual.executions));
    let slower = latency_ms.is_some_and(|latency| latency > usual.p95_ms);
    view! {
        <small title=title>{words}</small>
        {slower.then(|| view! { <small class="slower">{text::detail::SLOWER}</small> })}
    }
}

/// Tokens by class, as far as they are known.
fn split(tokens: &TokenUsage) -> Option<String> {
    let count = |tokens: i64| grouped(tokens.unsigned_abs());
    let some = |tokens: Option<i64>| tokens.filter(|tokens| *tokens > 0).map(count);
    let mut parts = Vec::new();
    if let Some(input) = tokens.input_tokens {
        let (read, written) = (some(tokens.cache_read_tokens), some(tokens.cache_write_tokens));
        parts.push(text::detail::tokens_in(
            &count(input),
            read.as_deref(),
            written.as_deref(),
        ));
    }
    if let Some(output) = tokens.output_tokens {
        let reasoning = some(tokens.reasoning_tokens);
        parts.push(text::detail::tokens_out(&count(output), reasoning.as_deref()));
    }
    (!parts.is_empty()).then(|| parts.join(" · "))
}
