//! The command line that records an execution.

use crate::{components::copy_button::CopyButton, routes, text};
use leptos::prelude::*;

/// A command that records one execution of the agent, ready to be pasted but for the key.
#[component]
pub fn CurlLine(origin: String, agent: String) -> impl IntoView {
    let line = format!(
        "curl {origin}{} \\\n  -H \"Authorization: Bearer $AGENT_LEDGER_KEY\" \\\n  -H \"Content-Type: application/json\" \\\n  -d '{}'",
        routes::record_call(&agent),
        text::connect::EXAMPLE,
    );
    view! {
        <div class="snippet">
            <pre tabindex="0">{line.clone()}</pre>
            <CopyButton content=line/>
        </div>
    }
}
