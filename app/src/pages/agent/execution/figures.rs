//! The cards at the top: latency, tokens, cost, model.

use crate::{components::figures, text};
use domain::{ExecutionSummary, format::grouped};
use leptos::prelude::*;

/// The four cards.
pub fn figures(summary: &ExecutionSummary) -> impl IntoView + use<> {
    let tokens = &summary.tokens;
    let mut parts = Vec::new();
    if let Some(input) = tokens.input_tokens {
        let cached = tokens.cache_read_tokens.filter(|cached| *cached > 0).map(count);
        parts.push(text::detail::tokens_in(&count(input), cached.as_deref()));
    }
    if let Some(output) = tokens.output_tokens {
        let reasoning = tokens
            .reasoning_tokens
            .filter(|reasoning| *reasoning > 0)
            .map(count);
        parts.push(text::detail::tokens_out(&count(output), reasoning.as_deref()));
    }
    let split = (!parts.is_empty()).then(|| view! { <small>{parts.join(" · ")}</small> });
    view! {
        <dl class="cards">
            <div>
                <dt>{text::LATENCY}</dt>
                <dd>{figures::latency(summary.latency_ms)}</dd>
            </div>
            <div>
                <dt>{text::TOKENS}</dt>
                <dd>{figures::tokens(tokens.tokens_used)} {split}</dd>
            </div>
            <div>
                <dt>{text::COST}</dt>
                <dd>{figures::cost(summary.cost)}</dd>
            </div>
            <div>
                <dt>{text::MODEL}</dt>
                <dd class="name">{figures::known(summary.model.clone())}</dd>
            </div>
        </dl>
    }
}

fn count(tokens: i64) -> String {
    grouped(tokens.unsigned_abs())
}
