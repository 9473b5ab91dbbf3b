//! `/agents`: every agent of the organization.

use crate::{
    clock::follow,
    components::{
        failure::form_failure,
        figures::known,
        loaded::{loaded, table_placeholder},
        time::Since,
    },
    data::{
        agents::{AgentList, CreateAgent, load_agents},
        viewer::may_edit,
    },
    routes, text,
};
use domain::{Agent, Timestamp, format};
use leptos::{either::Either, prelude::*};
use leptos_meta::Title;

/// Lists the agents and makes new ones.
#[component]
pub fn AgentsPage() -> impl IntoView {
    let list = Resource::new_blocking(|| (), |()| load_agents());
    let pending = RwSignal::new(false);
    let content = move |list: Memo<AgentList>| {
        follow(move || list.with(|list| list.now));
        view! {
            <div class="head">
                <h1>{text::AGENTS}</h1>
                {may_edit().then(|| view! { <CreateForm/> })}
            </div>
            {move || {
                let AgentList { agents, now } = list.get();
                if agents.is_empty() { Either::Left(no_agents()) } else { Either::Right(table(agents, now)) }
            }}
        }
    };
    view! {
        <Title text=text::AGENTS/>
        {loaded(list, pending, table_placeholder, content)}
    }
}

fn no_agents() -> impl IntoView {
    view! {
        <div class="blank framed">
            <h2>{text::agents::NONE}</h2>
            <p>{text::agents::NONE_WORDS}</p>
        </div>
    }
}

fn table(agents: Vec<Agent>, now: Timestamp) -> impl IntoView {
    view! {
        <div class="card">
            <table class="agents">
                <caption class="hidden">{text::AGENTS}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text::agents::NAME}</th>
                        <th scope="col">{text::agents::VERSION}</th>
                        <th scope="col">{text::agents::MODEL}</th>
                        <th scope="col" class="number">{text::agents::EXECUTIONS}</th>
                        <th scope="col">{text::agents::LAST_EXECUTED}</th>
                    </tr>
                </thead>
                <tbody>{agents.into_iter().map(|agent| row(agent, now)).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(agent: Agent, now: Timestamp) -> impl IntoView {
    let version = agent
        .active_version
        .map(|version| view! { <span class="tag">{version.to_string()}</span> });
    let last = match agent.last_executed_at {
        Some(at) => Either::Left(view! { <Since at now/> }),
        None => Either::Right(view! { <span class="unknown">{text::agents::NEVER}</span> }),
    };
    view! {
        <tr>
            <th scope="row">
                <a class="cover" href=routes::executions(agent.agent_id.as_str())>{agent.name}</a>
            </th>
            <td>{version}</td>
            <td>{known(agent.model)}</td>
            <td class="number">{format::grouped(agent.executions)}</td>
            <td>{last}</td>
        </tr>
    }
}

#[component]
fn CreateForm() -> impl IntoView {
    let create = ServerAction::<CreateAgent>::new();
    view! {
        <details class="menu at-end">
            <summary class="control primary">{text::agents::CREATE}</summary>
            <div class="panel">
                <ActionForm action=create>
                    <label class="field">
                        <span>{text::agents::NAME}</span>
                        <input name="name" maxlength="100" autocomplete="off" required/>
                    </label>
                    <button class="control primary" disabled=move || create.pending().get()>
                        {text::agents::CREATE_SUBMIT}
                    </button>
                </ActionForm>
            </div>
        </details>
        {form_failure(move || create.value().get())}
    }
}
