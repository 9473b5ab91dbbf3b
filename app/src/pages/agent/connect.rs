//! Tab Connect: how this agent's executions get here.

use super::{curl::CurlLine, layout::use_agent};
use crate::{
    components::{
        copy_button::CopyButton,
        loaded::{loaded, table_placeholder},
    },
    data::agents::AgentDetail,
    routes, text,
};
use leptos::prelude::*;

/// Shows the agent's identifier and the call that records.
#[component]
pub fn ConnectPage() -> impl IntoView {
    let pending = RwSignal::new(false);
    let content = |detail: Memo<AgentDetail>| {
        move || {
            let AgentDetail { agent, origin } = detail.get();
            let id = agent.agent_id.to_string();
            view! {
                <section class="prose">
                    <h2>{text::connect::TITLE}</h2>
                    <ol class="steps">
                        <li>
                            {text::connect::STEP_KEY} " " <a href=routes::API_KEYS>{text::connect::MAKE_KEY}</a>
                        </li>
                        <li>{text::connect::STEP_CALL} <CurlLine origin agent=id.clone()/></li>
                        <li>
                            <a href=routes::executions(&id)>{text::connect::STEP_LOOK}</a>
                        </li>
                    </ol>
                    <h2>{text::connect::AGENT_ID}</h2>
                    <p class="secret">
                        <code>{id.clone()}</code>
                        <CopyButton content=id/>
                    </p>
                    <p>
                        {text::connect::MORE} " "
                        <a href=routes::API_DOCS rel="external">{text::connect::REFERENCE}</a>
                    </p>
                </section>
            }
        }
    };
    loaded(use_agent().detail, pending, table_placeholder, content)
}
