//! The form that makes a key.

use super::limits::{budget_field, requests_field};
use crate::{browser::reset_when, components::failure::form_failure, data::api_keys::CreateApiKey, text};
use domain::{Agent, Scope};
use leptos::prelude::*;

/// Asks for a name, scopes, and what is to bound the key.
#[component]
pub fn CreateForm(create: ServerAction<CreateApiKey>, agents: Memo<Vec<Agent>>) -> impl IntoView {
    let form = NodeRef::new();
    reset_when(form, move || {
        create.value().with(|value| matches!(value, Some(Ok(_))))
    });
    view! {
        <div class="box">
            <h2>{text::api_keys::CREATE}</h2>
            <ActionForm action=create node_ref=form>
                <label class="field">
                    <span>{text::api_keys::NAME}</span>
                    <input name="name" maxlength="100" autocomplete="off" placeholder=text::api_keys::NAME_EXAMPLE required/>
                </label>
                <fieldset>
                    <legend>{text::api_keys::SCOPES}</legend>
                    {Scope::ALL
                        .into_iter()
                        .map(|one| scope(one, matches!(one, Scope::Record | Scope::Read)))
                        .collect_view()}
                </fieldset>
                {move || agents.with(|agents| (!agents.is_empty()).then(|| choice(agents)))}
                <div class="columns even">
                    {requests_field(Signal::stored(None))}
                    {budget_field(Signal::stored(None))}
                    <label class="field">
                        <span>{text::api_keys::EXPIRES}</span>
                        <input type="date" name="expires" aria-describedby="expires-hint"/>
                        <small id="expires-hint">{text::api_keys::EXPIRES_WORDS}</small>
                    </label>
                </div>
                {form_failure(move || create.value().get())}
                <button class="control primary" disabled=move || create.pending().get()>
                    {text::api_keys::CREATE_SUBMIT}
                </button>
            </ActionForm>
        </div>
    }
}

fn scope(scope: Scope, checked: bool) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" name="scopes[]" value=scope.as_str() checked=checked/>
            <span>
                <code>{scope.as_str()}</code>
                " "
                {text::api_keys::scope(scope)}
            </span>
        </label>
    }
}

/// The agents to which the key may be limited.
fn choice(agents: &[Agent]) -> impl IntoView + use<> {
    let option = |agent: &Agent| {
        view! {
            <label class="check">
                <input type="checkbox" name="agents[]" value=agent.agent_id.to_string()/>
                <span>{agent.name.clone()}</span>
            </label>
        }
    };
    view! {
        <fieldset aria-describedby="agents-hint">
            <legend>{text::api_keys::AGENTS}</legend>
            <small id="agents-hint">{text::api_keys::AGENTS_WORDS}</small>
            <div class="choice">{agents.iter().map(option).collect_view()}</div>
        </fieldset>
    }
}
