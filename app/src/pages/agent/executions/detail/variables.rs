//! The variables that were given, each with its name and kind; copied as JSON.

use super::json;
use crate::{components::copy_button::CopyButton, text};
use domain::Payload;
use leptos::prelude::*;

/// The variables; nothing where none was recorded.
pub fn variables(payload: &Payload) -> impl IntoView + use<> {
    let variables = payload.input_variables.as_ref()?;
    let lines: Vec<_> = variables
        .iter()
        .map(|(name, value)| {
            view! {
                <dt>{name.clone()}</dt>
                <dd>{json::value(value)}</dd>
            }
        })
        .collect();
    let is_empty = lines.is_empty();
    Some(view! {
        <section>
            <div class="section-head">
                <h3>{text::detail::INPUT_VARIABLES}</h3>
                <CopyButton content=json::pretty(variables) label=text::detail::COPY_JSON/>
            </div>
            {if is_empty {
                view! { <p class="none">{text::detail::NO_VARIABLES}</p> }.into_any()
            } else {
                view! { <dl class="variables">{lines}</dl> }.into_any()
            }}
        </section>
    })
}
