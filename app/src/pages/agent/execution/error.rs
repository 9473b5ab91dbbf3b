//! What went wrong: the code and the words that came with it.

use crate::{components::copy_button::CopyButton, text};
use domain::Execution;
use leptos::prelude::*;

/// The error; nothing where there was none.
pub fn error(execution: &Execution) -> impl IntoView + use<> {
    let code = execution.summary.error_code.clone();
    let message = execution.payload.error_message.clone();
    (code.is_some() || message.is_some()).then(|| {
        let whole: Vec<_> = [&code, &message]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        view! {
            <section>
                <div class="section-head">
                    <h3>{text::detail::ERROR}</h3>
                    <CopyButton content=whole.join("\n")/>
                </div>
                <div class="error">
                    {code.map(|code| view! { <code>{code}</code> })}
                    {message.map(|message| view! { <p>{message}</p> })}
                </div>
            </section>
        }
    })
}
