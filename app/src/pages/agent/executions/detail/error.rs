//! What went wrong: the code, the words that came with it, and what may help.

use super::part::beginning;
use crate::{
    components::copy_button::CopyButton,
    data::{cut::Part, executions::ExecutionDetail},
    query_string, routes, text,
};
use domain::Hint;
use leptos::prelude::*;

/// The error and its hints; nothing where there was none.
pub fn error(agent: &str, detail: &ExecutionDetail) -> impl IntoView + use<> {
    let code = detail.execution.summary.error_code.clone();
    let message = detail.execution.payload.error_message.clone();
    let hints: Vec<_> = detail.hints.iter().map(|given| hint(agent, given)).collect();
    let is_known = code.is_some() || message.is_some();
    let shown_in_part = message
        .as_ref()
        .and_then(|message| beginning(detail, Part::ErrorMessage, message.len()));
    (is_known || !hints.is_empty()).then(|| {
        let whole: Vec<_> = [&code, &message]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        let whole = whole.join("\n");
        view! {
            <section>
                <div class="section-head">
                    <h3>{text::detail::ERROR}</h3>
                    {(is_known && shown_in_part.is_none()).then(|| view! { <CopyButton content=whole/> })}
                </div>
                <div class="error">
                    {code.map(|code| view! { <code>{code}</code> })}
                    {message.map(|message| view! { <p>{message}</p> })}
                    {shown_in_part}
                    {(!hints.is_empty())
                        .then(|| {
                            view! {
                                <ul class="hints" aria-label=text::detail::HINTS>
                                    {hints}
                                </ul>
                            }
                        })}
                </div>
            </section>
        }
    })
}

fn hint(agent: &str, hint: &Hint) -> impl IntoView + use<> {
    let evidence = hint.evidence.as_ref().map(|evidence| {
        let href = query_string::join(&routes::executions(agent), &evidence.query);
        let label = evidence.label.clone();
        view! {
            " "
            <a href=href data-noscroll>
                {label}
            </a>
        }
    });
    view! { <li>{hint.message.clone()} {evidence}</li> }
}
