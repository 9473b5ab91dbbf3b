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
use leptos::{either::Either, prelude::*};

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

/// Every key, a row each. A row stays while its key changes: its menu stays open and the focus where it is.
pub fn table(list: Memo<ApiKeyList>, changes: Changes) -> impl IntoView {
    let keys = move || list.with(|list| list.keys.clone());
    let row = move |first: ApiKey| {
        let key = Memo::new(move |_| {
            let is_it = |key: &&ApiKey| key.api_key_id == first.api_key_id;
            let known = list.with(|list| list.keys.iter().find(is_it).cloned());
            known.unwrap_or_else(|| first.clone())
        });
        row(key, list, changes)
    };
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
                <tbody>
                    <For each=keys key=|key| key.api_key_id.clone() children=row/>
                </tbody>
            </table>
        </div>
        <p class="lead">{text::api_keys::SPENT_WORDS}</p>
    }
}

fn row(key: Memo<ApiKey>, list: Memo<ApiKeyList>, changes: Changes) -> impl IntoView {
    let now = Memo::new(move |_| list.with(|list| list.now));
    let scopes = move || key.with(|key| key.scopes.to_string().replace(',', ", "));
    let limit = move || {
        let limit = key.with(|key| key.requests_per_minute)?;
        let words = text::api_keys::per_minute(&format::grouped(limit.into()));
        Some(view! { <small>{words}</small> })
    };
    let reach = move || list.with(|list| key.with(|key| reach(key, &list.agents)));
    let spent = move || key.with(|key| spent(key, now.get()));
    let expires = move || match key.with(|key| key.expires_at) {
        Some(at) => Either::Left(view! { <Moment at now=now.get()/> }),
        None => Either::Right(never()),
    };
    let last = move || match key.with(|key| (key.last_used_at, key.last_used_from.clone())) {
        (Some(at), from) => Either::Left(view! {
            <Since at now/>
            {from.map(|from| view! { <small>{text::api_keys::from(&from)}</small> })}
        }),
        (None, _) => Either::Right(never()),
    };
    view! {
        <tr>
            <th scope="row">{move || key.with(|key| key.name.clone())}</th>
            <td>
                <code>{move || key.with(|key| format!("al_{}_…", key.api_key_id))}</code>
            </td>
            <td>{scopes} " " {limit}</td>
            <td class="reach">{reach}</td>
            <td>{spent}</td>
            <td>{expires}</td>
            <td>{last}</td>
            <td>{state(key, now, changes)}</td>
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

fn state(key: Memo<ApiKey>, now: Memo<Timestamp>, changes: Changes) -> impl IntoView {
    let state = Memo::new(move |_| key.with(|key| key.state(now.get())));
    let ended = move || {
        let at = key.with_untracked(|key| (key.revoked_at, key.expires_at));
        match (state.get(), at) {
            (KeyState::Revoked, (Some(at), _)) => Some((text::api_keys::REVOKED, at)),
            (KeyState::Expired, (_, Some(at))) => Some((text::api_keys::EXPIRED, at)),
            _ => None,
        }
    };
    let old = move || key.with(|key| key.old_secret_until.filter(|end| *end > now.get()));
    move || match ended() {
        Some((words, at)) => Either::Left(view! {
            <span class="unknown">{words} " " <Since at now/></span>
        }),
        None => {
            let id = key.with_untracked(|key| key.api_key_id.to_string());
            Either::Right(view! {
                <div class="row-actions">
                    {change_form(key, changes.change)} {rotate_form(id.clone(), changes.rotate)} {revoke_form(id, changes.revoke)}
                </div>
                {move || {
                    old().map(|at| view! { <small>{text::api_keys::OLD_SECRET_UNTIL} " " <Moment at now=now.get()/></small> })
                }}
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
