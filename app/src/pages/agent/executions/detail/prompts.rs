//! The prompts exactly as they went out, with the version and temperature they came from.

use super::section::text_section;
use crate::{
    components::{copy_button::CopyButton, preformatted::preformatted},
    data::executions::ExecutionDetail,
    routes, text,
};
use domain::template::{self, Segment};
use leptos::{either::Either, prelude::*};

/// Version, temperature and both prompts; nothing where none of it is known.
pub fn prompts(agent: &str, detail: &ExecutionDetail) -> impl IntoView + use<> {
    let payload = &detail.execution.payload;
    let version = detail.execution.summary.version.clone().map(|label| {
        let known = detail.version.is_some();
        let tag = view! { <span class="tag" title=label.clone()>{label.clone()}</span> };
        let versions =
            known.then(|| view! { " " <a href=routes::versions(agent)>{text::detail::SEE_VERSION}</a> });
        let since = detail
            .in_use_since
            .map(|at| view! { " " {text::detail::in_use_since(&detail.zone, at)} });
        view! {
            <dt>{text::VERSION}</dt>
            <dd>{tag} {since} {versions}</dd>
        }
    });
    let temperature = payload.temperature.map(|value| {
        view! {
            <dt>{text::versions::TEMPERATURE_SHORT}</dt>
            <dd>{value.to_string()}</dd>
        }
    });
    let system = payload.system_prompt.clone();
    let user = payload
        .user_prompt
        .clone()
        .map(|prompt| user_prompt(prompt, detail));
    let facts = (version.is_some() || temperature.is_some())
        .then(|| view! { <dl class="pairs">{version} {temperature}</dl> });
    (facts.is_some() || system.is_some() || user.is_some()).then(|| {
        view! {
            <section>
                <h3>{text::detail::PROMPT_CONFIGURATION}</h3>
                {facts}
                {system.map(|prompt| text_section(text::SYSTEM_PROMPT, prompt))}
                {user}
            </section>
        }
    })
}

/// The user prompt, what was put into its template marked, and the template below it.
fn user_prompt(prompt: String, detail: &ExecutionDetail) -> impl IntoView + use<> {
    let template = detail
        .version
        .as_ref()
        .map(|version| version.user_prompt_template.clone());
    let variables = detail.execution.payload.input_variables.as_ref();
    let segments = template.as_ref().and_then(|template| {
        template::align(template, &prompt, variables.unwrap_or(&serde_json::Map::new()))
    });
    let copy = prompt.clone();
    let words = match segments {
        None => Either::Left(prompt),
        Some(segments) => Either::Right(segments.into_iter().map(segment).collect_view()),
    };
    view! {
        <section>
            <div class="section-head">
                <h4>{text::USER_PROMPT}</h4>
                <CopyButton content=copy/>
            </div>
            {preformatted(words)}
            {template
                .map(|template| {
                    view! {
                        <details class="disclosure">
                            <summary>{text::detail::SHOW_TEMPLATE}</summary>
                            {preformatted(template)}
                        </details>
                    }
                })}
        </section>
    }
}

fn segment(segment: Segment) -> impl IntoView {
    match segment {
        Segment::Literal(text) => Either::Left(text),
        Segment::Variable { name, text } => Either::Right(view! { <mark title=name>{text}</mark> }),
    }
}
