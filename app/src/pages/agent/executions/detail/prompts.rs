//! The prompts exactly as they went out, with the version and temperature they came from.

use super::{part::beginning, section::text_section};
use crate::{
    components::{copy_button::CopyButton, preformatted::preformatted},
    data::{cut::Part, executions::ExecutionDetail},
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
    let system = payload.system_prompt.clone().map(|prompt| {
        let shown_in_part = beginning(detail, Part::SystemPrompt, prompt.len());
        text_section(text::SYSTEM_PROMPT, prompt, shown_in_part)
    });
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
                {system}
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
    let shown_in_part = beginning(detail, Part::UserPrompt, prompt.len());
    let is_whole = [
        Part::UserPrompt,
        Part::Template,
        Part::Variables,
        Part::LastVariable,
    ]
    .into_iter()
    .all(|part| detail.whole_of(part).is_none());
    let segments = template.as_ref().filter(|_| is_whole).and_then(|template| {
        template::align(template, &prompt, variables.unwrap_or(&serde_json::Map::new()))
    });
    let copy = shown_in_part
        .is_none()
        .then(|| view! { <CopyButton content=prompt.clone()/> });
    let template = template.map(|template| {
        let shown_in_part = beginning(detail, Part::Template, template.len());
        view! {
            <details class="disclosure">
                <summary>{text::detail::SHOW_TEMPLATE}</summary>
                {preformatted(template)}
                {shown_in_part}
            </details>
        }
    });
    let words = match segments {
        None => Either::Left(prompt),
        Some(segments) => Either::Right(segments.into_iter().map(segment).collect_view()),
    };
    view! {
        <section>
            <div class="section-head">
                <h4>{text::USER_PROMPT}</h4>
                {copy}
            </div>
            {preformatted(words)}
            {shown_in_part}
            {template}
        </section>
    }
}

fn segment(segment: Segment) -> impl IntoView {
    match segment {
        Segment::Literal(text) => Either::Left(text),
        Segment::Variable { name, text } => Either::Right(view! { <mark title=name>{text}</mark> }),
    }
}
