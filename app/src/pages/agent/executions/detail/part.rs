//! What is said below a part that is shown in part: how much that is, and where the rest is to be had.

use crate::{
    data::{cut::Part, executions::ExecutionDetail},
    routes, text,
};
use leptos::prelude::*;

/// The words below a text of which so many bytes are shown; nothing where that is all of it.
pub fn beginning(detail: &ExecutionDetail, part: Part, shown: usize) -> Option<AnyView> {
    let whole = detail.whole_of(part)?;
    Some(rest(detail, text::detail::beginning(shown as u64, whole)))
}

/// The words, and a link to the whole execution as a file.
pub fn rest(detail: &ExecutionDetail, words: String) -> AnyView {
    let summary = &detail.execution.summary;
    let id = summary.execution_id.to_string();
    let href = routes::execution_call(summary.agent_id.as_str(), &id);
    view! {
        <p class="hint">
            {words} " "
            <a href=href rel="external" download=format!("{id}.json")>
                {text::detail::DOWNLOAD}
            </a>
        </p>
    }
    .into_any()
}
