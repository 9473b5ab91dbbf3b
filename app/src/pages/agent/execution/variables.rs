//! The variables that were given, a line each; copied as JSON.

use crate::{components::copy_button::CopyButton, text};
use domain::Payload;
use leptos::prelude::*;
use serde_json::{Map, Value};

/// The variables; nothing where none was recorded.
pub fn variables(payload: &Payload) -> impl IntoView + use<> {
    let variables = payload.input_variables.clone()?;
    let json = pretty(&variables);
    Some(view! {
        <section>
            <div class="section-head">
                <h3>{text::detail::INPUT_VARIABLES}</h3>
                <CopyButton content=json label=text::detail::COPY_JSON/>
            </div>
            <pre tabindex="0">{lines(&variables)}</pre>
        </section>
    })
}

/// An object as indented JSON.
pub fn pretty(object: &Map<String, Value>) -> String {
    serde_json::to_string_pretty(object).unwrap_or_default()
}

fn lines(variables: &Map<String, Value>) -> String {
    let lines: Vec<_> = variables
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    lines.join("\n")
}
