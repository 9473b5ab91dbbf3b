//! `/settings/api-keys`: the keys with which programs record and read.

use crate::{
    browser::reset_when,
    clock::follow,
    components::{
        copy_button::CopyButton,
        failure::form_failure,
        loaded::{loaded, table_placeholder},
        settings_tabs::SettingsTabs,
        time::Since,
    },
    data::api_keys::{ApiKeyList, CreateApiKey, RevokeApiKey, load_api_keys},
    text,
};
use domain::{ApiKey, Scope, Timestamp};
use leptos::{either::Either, prelude::*};
use leptos_meta::Title;

/// Lists the keys, makes new ones and revokes old ones.
#[component]
pub fn ApiKeysPage() -> impl IntoView {
    let create = ServerAction::<CreateApiKey>::new();
    let revoke = ServerAction::<RevokeApiKey>::new();
    let keys = Resource::new_blocking(
        move || (create.version().get(), revoke.version().get()),
        |_| load_api_keys(),
    );
    let pending = RwSignal::new(false);
    let content = move |list: Memo<ApiKeyList>| {
        follow(move || list.with(|list| list.now));
        let created = move || {
            let answered = create.value().get().and_then(Result::ok);
            answered.or_else(|| list.with(|list| list.created.clone()))
        };
        view! {
            <div class="head">
                <h1>{text::API_KEYS}</h1>
            </div>
            <SettingsTabs/>
            <p class="lead">{text::api_keys::WORDS}</p>
            {move || created().map(|key| view! { <NewKey key/> })}
            <CreateForm create/>
            {form_failure(move || revoke.value().get())}
            {move || {
                let ApiKeyList { keys, now, .. } = list.get();
                if keys.is_empty() {
                    Either::Left(view! { <p class="blank framed">{text::api_keys::NONE}</p> })
                } else {
                    Either::Right(table(keys, now, revoke))
                }
            }}
        }
    };
    view! {
        <Title text=text::API_KEYS/>
        {loaded(keys, pending, table_placeholder, content)}
    }
}

#[component]
fn NewKey(key: String) -> impl IntoView {
    view! {
        <div class="notice good" role="status">
            <p>{text::api_keys::SHOWN_ONCE}</p>
            <p class="secret">
                <code>{key.clone()}</code>
                <CopyButton content=key/>
            </p>
        </div>
    }
}

#[component]
fn CreateForm(create: ServerAction<CreateApiKey>) -> impl IntoView {
    let scope = |scope: Scope, checked: bool| {
        view! {
            <label class="check">
                <input type="checkbox" name=scope.as_str() value="true" checked=checked/>
                <span>
                    <code>{scope.as_str()}</code>
                    " "
                    {text::api_keys::scope(scope)}
                </span>
            </label>
        }
    };
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
                {form_failure(move || create.value().get())}
                <button class="control primary" disabled=move || create.pending().get()>
                    {text::api_keys::CREATE_SUBMIT}
                </button>
            </ActionForm>
        </div>
    }
}

fn table(keys: Vec<ApiKey>, now: Timestamp, revoke: ServerAction<RevokeApiKey>) -> impl IntoView {
    view! {
        <div class="card">
            <table class="keys">
                <caption class="hidden">{text::API_KEYS}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text::api_keys::NAME}</th>
                        <th scope="col">{text::api_keys::KEY}</th>
                        <th scope="col">{text::api_keys::SCOPES}</th>
                        <th scope="col">{text::api_keys::CREATED}</th>
                        <th scope="col">{text::api_keys::STATE}</th>
                    </tr>
                </thead>
                <tbody>{keys.into_iter().map(|key| row(key, now, revoke)).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(key: ApiKey, now: Timestamp, revoke: ServerAction<RevokeApiKey>) -> impl IntoView {
    let state = match key.revoked_at {
        Some(at) => Either::Left(view! {
            <span class="unknown">{text::api_keys::REVOKED} " " <Since at now/></span>
        }),
        None => Either::Right(revoke_form(key.api_key_id.to_string(), revoke)),
    };
    view! {
        <tr>
            <th scope="row">{key.name}</th>
            <td>
                <code>{format!("al_{}_…", key.api_key_id)}</code>
            </td>
            <td>{key.scopes.to_string().replace(',', ", ")}</td>
            <td>
                <Since at=key.created_at now/>
            </td>
            <td>{state}</td>
        </tr>
    }
}

fn revoke_form(id: String, revoke: ServerAction<RevokeApiKey>) -> impl IntoView {
    view! {
        <details class="menu at-end">
            <summary class="control quiet">{text::api_keys::REVOKE}</summary>
            <div class="panel">
                <ActionForm action=revoke>
                    <p>{text::api_keys::REVOKE_WORDS}</p>
                    <input type="hidden" name="api_key_id" value=id/>
                    <button class="control danger" disabled=move || revoke.pending().get()>
                        {text::api_keys::REVOKE_SUBMIT}
                    </button>
                </ActionForm>
            </div>
        </details>
    }
}
