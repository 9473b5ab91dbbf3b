//! Tab Retention: how long the agent's executions are kept. The address says which choice is being looked at, so that
//! what it would delete is seen before, also without WASM.

use super::layout::use_agent;
use crate::{
    components::{
        failure::form_failure,
        loaded::{loaded, table_placeholder},
        time::Since,
    },
    data::agent_retention::{AgentRetention, RetentionChoice, SetAgentRetention, load_agent_retention},
    query_string::value,
    routes, text,
};
use leptos::{either::EitherOf3, prelude::*};
use leptos_router::hooks::use_location;

/// Shows what holds, and changes it.
#[component]
pub fn RetentionPage() -> impl IntoView {
    let agent = use_agent().id;
    let search = use_location().search;
    let days = Memo::new(move |_| {
        search
            .with(|search| value(search, routes::DAYS))
            .unwrap_or_default()
    });
    let saved = move || search.with(|search| value(search, routes::DONE)).is_some();
    let set = ServerAction::<SetAgentRetention>::new();
    let retention = Resource::new_blocking(
        move || (agent.get(), days.get(), set.version().get()),
        |(agent, days, _)| load_agent_retention(agent, days),
    );
    let pending = RwSignal::new(false);
    let content = move |retention: Memo<AgentRetention>| {
        view! {
            <div class="box">
                <h2>{text::agent_retention::TAB}</h2>
                {move || form(agent.get(), retention.get(), set)}
                {form_failure(move || set.value().get())}
                <p role="status">{move || saved().then_some(text::agent_retention::SAVED)}</p>
            </div>
        }
    };
    loaded(retention, pending, table_placeholder, content)
}

fn form(agent: String, retention: AgentRetention, set: ServerAction<SetAgentRetention>) -> impl IntoView {
    let AgentRetention {
        plan,
        own,
        choice,
        now,
    } = retention;
    let asked = match &choice {
        Some(RetentionChoice::Days { days, .. }) => Some(*days),
        _ => own,
    };
    let most = plan.most_agent_days();
    let id = agent.clone();
    let choice = match choice {
        None => EitherOf3::A(()),
        Some(RetentionChoice::Refused(why)) => {
            EitherOf3::B(view! { <p class="form-failure" role="alert">{why}</p> })
        }
        Some(RetentionChoice::Days {
            days,
            executions,
            kept_since,
        }) => EitherOf3::C(view! {
            <p>
                {text::agent_retention::would_go(days, executions)} " " <Since at=kept_since now/> "."
            </p>
            <ActionForm action=set>
                <input type="hidden" name="agent_id" value=id/>
                <input type="hidden" name="days" value=days.to_string()/>
                <button class="control danger" disabled=move || set.pending().get()>
                    {text::agent_retention::keep(days)}
                </button>
            </ActionForm>
        }),
    };
    view! {
        <p>{text::agent_retention::now(plan.days(), own)}</p>
        <form method="get" action=routes::agent_retention(&agent)>
            <label class="field">
                <span>{text::agent_retention::DAYS}</span>
                <input
                    name=routes::DAYS
                    type="number"
                    min="1"
                    max=most.to_string()
                    value=asked.map(|days| days.to_string())
                    autocomplete="off"
                    required
                />
                <small>{text::agent_retention::bounds(most)}</small>
            </label>
            <button class="control">{text::agent_retention::LOOK}</button>
        </form>
        {choice}
        {own
            .is_some()
            .then(|| {
                view! {
                    <ActionForm action=set>
                        <input type="hidden" name="agent_id" value=agent/>
                        <input type="hidden" name="days" value=""/>
                        <button class="control" disabled=move || set.pending().get()>
                            {text::agent_retention::AS_PLAN}
                        </button>
                    </ActionForm>
                }
            })}
    }
}
