//! The table of keys, and what can be done to each.

use super::limits::change_form;
use crate::{
    components::{
        row_menu::row_menu,
        time::{Moment, Since},
    },
    data::api_keys::{ApiKeyList, ChangeApiKey, RevokeApiKey, RotateApiKey},
    text,
};
use domain::{Agent, AgentId, ApiKey, KeyState, Timestamp, api_key::GRACE_HOURS, format};
use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};

/// What can be done to a key.
#[derive(Clone, Copy)]
pub struct Changes {
    /// Changes its limits.
    pub change: ServerAction<ChangeApiKey>,
    /// Gives it another secret.
    pub rotate: ServerAction<RotateApiKey>,
    /// Ends it.
    pub revoke: ServerAction<RevokeApiKey>,
}

/// Every key, a row each.
pub fn table(list: ApiKeyList, changes: Changes) -> impl IntoView {
    let ApiKeyList {
        keys, agents, now, ..
    } = list;
    let rows = keys
        .into_iter()
        .map(|key| row(key, &agents, now, changes))
        .collect_view();
    view! {
        <div class="card">
            <table class="keys">
                <caption class="hidden">{text::API_KEYS}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text::api_keys::NAME}</th>
                        <th scope="col">{text::api_keys::KEY}</th>
                        <th scope="col">{text::api_keys::SCOPES}</th>
                        <th scope="col">{text::api_keys::AGENTS}</th>
                        <th scope="col">{text::api_keys::SPENT}</th>
                        <th scope="col">{text::api_keys::EXPIRES}</th>
                        <th scope="col">{text::api_keys::LAST_USED}</th>
                        <th scope="col">{text::api_keys::STATE}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="lead">{text::api_keys::SPENT_WORDS}</p>
    }
}

fn row(key: ApiKey, agents: &[Agent], now: Timestamp, changes: Changes) -> impl IntoView + use<> {
    let limit = key
        .requests_per_minute
        .map(|limit| text::api_keys::per_minute(&format::grouped(limit.into())));
    let reach = reach(&key, agents);
    let spent = spent(&key, now);
    let state = state(&key, now, changes);
    let last = match key.last_used_at {
        Some(at) => Either::Left(view! {
            <Since at now/>
            {key.last_used_from.map(|from| view! { <small>{text::api_keys::from(&from)}</small> })}
        }),
        None => Either::Right(never()),
    };
    let expires = match key.expires_at {
        Some(at) => Either::Left(view! { <Moment at now/> }),
        None => Either::Right(never()),
    };
    view! {
        <tr>
            <th scope="row">{key.name}</th>
            <td>
                <code>{format!("al_{}_…", key.api_key_id)}</code>
            </td>
            <td>
                {key.scopes.to_string().replace(',', ", ")} {limit.map(|limit| view! { <small>{limit}</small> })}
            </td>
            <td class="reach">{reach}</td>
            <td>{spent}</td>
            <td>{expires}</td>
            <td>{last}</td>
            <td>{state}</td>
        </tr>
    }
}

/// What the key spent this month, of what it may.
fn spent(key: &ApiKey, now: Timestamp) -> impl IntoView + use<> {
    let spent = format::cost(key.spent_this_month);
    let words = match key.monthly_budget {
        Some(budget) => text::api_keys::spent_of(&spent, &format::cost(budget)),
        None => spent,
    };
    let is_over = key.spent_budget(now).is_some();
    (
        words,
        is_over.then(|| view! { <small>{text::api_keys::BUDGET_SPENT}</small> }),
    )
}

fn never() -> impl IntoView {
    view! { <span class="unknown">{text::api_keys::NEVER}</span> }
}

/// Names of the agents that the key reaches.
fn reach(key: &ApiKey, agents: &[Agent]) -> String {
    if key.reaches_every_agent() {
        return text::api_keys::ALL_AGENTS.to_owned();
    }
    let name = |id: &AgentId| {
        let agent = agents.iter().find(|agent| agent.agent_id == *id);
        agent.map_or(text::api_keys::UNKNOWN_AGENT, |agent| agent.name.as_str())
    };
    let names: Vec<_> = key.agent_ids.iter().map(name).collect();
    names.join(", ")
}

fn state(key: &ApiKey, now: Timestamp, changes: Changes) -> impl IntoView + use<> {
    match (key.state(now), key.revoked_at, key.expires_at) {
        (KeyState::Revoked, Some(at), _) => EitherOf3::A(view! {
            <span class="unknown">{text::api_keys::REVOKED} " " <Since at now/></span>
        }),
        (KeyState::Expired, _, Some(at)) => EitherOf3::B(view! {
            <span class="unknown">{text::api_keys::EXPIRED} " " <Since at now/></span>
        }),
        _ => {
            let id = key.api_key_id.to_string();
            let old = key.old_secret_until.filter(|end| *end > now);
            EitherOf3::C(view! {
                <div class="row-actions">
                    {change_form(key, changes.change)} {rotate_form(id.clone(), changes.rotate)} {revoke_form(id, changes.revoke)}
                </div>
                {old.map(|at| view! { <small>{text::api_keys::OLD_SECRET_UNTIL} " " <Moment at now/></small> })}
            })
        }
    }
}

fn rotate_form(id: String, rotate: ServerAction<RotateApiKey>) -> impl IntoView {
    let option = |(hours, words): (u32, &'static str)| {
        view! {
            <option value=hours.to_string() selected=hours == GRACE_HOURS>
                {words}
            </option>
        }
    };
    let panel = view! {
        <ActionForm action=rotate>
            <p>{text::api_keys::ROTATE_WORDS}</p>
            <input type="hidden" name="api_key_id" value=id/>
            <label class="field">
                <span>{text::api_keys::GRACE}</span>
                <select class="control" name="grace_hours">
                    {text::api_keys::GRACES.into_iter().map(option).collect_view()}
                </select>
            </label>
            <button class="control primary" disabled=move || rotate.pending().get()>
                {text::api_keys::ROTATE_SUBMIT}
            </button>
        </ActionForm>
    };
    row_menu(text::api_keys::ROTATE, panel)
}

fn revoke_form(id: String, revoke: ServerAction<RevokeApiKey>) -> impl IntoView {
    let panel = view! {
        <ActionForm action=revoke>
            <p>{text::api_keys::REVOKE_WORDS}</p>
            <input type="hidden" name="api_key_id" value=id/>
            <button class="control danger" disabled=move || revoke.pending().get()>
                {text::api_keys::REVOKE_SUBMIT}
            </button>
        </ActionForm>
    };
    row_menu(text::api_keys::REVOKE, panel)
}
