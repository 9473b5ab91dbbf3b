//! The prompts exactly as they went out, with the version and temperature they came from.

use super::text_section;
use crate::{components::figures::known, text};
use domain::Execution;
use leptos::prelude::*;

/// Version, temperature and both prompts.
pub fn prompts(execution: &Execution) -> impl IntoView + use<> {
    let version = execution.summary.version.clone();
    let temperature = execution.payload.temperature.map(|value| value.to_string());
    let system = execution.payload.system_prompt.clone();
    let user = execution.payload.user_prompt.clone();
    view! {
        <section>
            <h3>{text::detail::PROMPT_CONFIGURATION}</h3>
            <dl class="pairs">
                <dt>{text::VERSION}</dt>
                <dd>{known(version)}</dd>
                <dt>{text::versions::TEMPERATURE_SHORT}</dt>
                <dd>{known(temperature)}</dd>
            </dl>
        </section>
        {system.map(|prompt| text_section(text::SYSTEM_PROMPT, prompt))}
        {user.map(|prompt| text_section(text::USER_PROMPT, prompt))}
    }
}
