//! The box that finds an execution by its id, whatever is filtered for.

use super::{View, chips::cleared};
use crate::{components::icon::icon, query_string::address, routes, text};
use leptos::{ev::SubmitEvent, html::Input, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// The box.
#[component]
pub fn FindForm(view: View) -> impl IntoView {
    let field = NodeRef::<Input>::new();
    let wanted = move || {
        view.query
            .with(|query| query.values.execution_id().map(String::from))
            .unwrap_or_default()
    };
    let action = move || view.agent.with(|agent| routes::executions(agent));
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        let Some(field) = field.get_untracked() else {
            return;
        };
        event.prevent_default();
        let mut pairs = view.query.with_untracked(|query| cleared(query).pairs());
        let id = field.value().trim().to_owned();
        if !id.is_empty() {
            pairs.push(("executionId", id));
        }
        let target = view
            .agent
            .with_untracked(|agent| address(&routes::executions(agent), pairs));
        navigate(
            &target,
            NavigateOptions {
                scroll: false,
                ..Default::default()
            },
        );
    };
    view! {
        <form class="find" role="search" method="get" action=action on:submit=submit>
            {icon("search")}
            <input
                type="search"
                name="executionId"
                aria-label=text::list::FIND
                placeholder=text::list::FIND
                value=wanted
                prop:value=wanted
                autocomplete="off"
                spellcheck="false"
                maxlength="80"
                node_ref=field
            />
        </form>
    }
}
