//! The forms of a connection: of a new one, and of one that is there.

use crate::{
    browser::reset_when,
    components::{failure::form_failure, row_menu::row_menu},
    data::connections::{ChangeConnection, CreateConnection},
    text::connections as text,
};
use domain::{Choice, Connection, ConnectionKind, connection::MAX_SECRET};
use leptos::prelude::*;

/// Asks for a name, a provider and a key.
#[component]
pub fn CreateForm(create: ServerAction<CreateConnection>) -> impl IntoView {
    let form = NodeRef::new();
    reset_when(form, move || {
        create.value().with(|value| matches!(value, Some(Ok(()))))
    });
    let option = |kind: &ConnectionKind| view! { <option value=kind.as_str()>{text::kind(*kind)}</option> };
    view! {
        <div class="box">
            <h2>{text::CREATE}</h2>
            <ActionForm action=create node_ref=form>
                <div class="columns even">
                    {name_field(None)}
                    <label class="field">
                        <span>{text::KIND}</span>
                        <select class="control" name="kind">
                            {ConnectionKind::ALL.iter().map(option).collect_view()}
                        </select>
                    </label>
                    {key_field(text::API_KEY_WORDS)}
                    {address_field(None)}
                </div>
                {headers_field(text::HEADERS_WORDS)}
                {form_failure(move || create.value().get())}
                <button class="control primary" disabled=move || create.pending().get()>
                    {text::CREATE_SUBMIT}
                </button>
            </ActionForm>
        </div>
    }
}

/// Changes a connection.
pub fn change_form(connection: &Connection, change: ServerAction<ChangeConnection>) -> impl IntoView + use<> {
    let is_demo = connection.kind == ConnectionKind::Demo;
    let id = connection.connection_id.to_string();
    let (name, base_url) = (connection.name.clone(), connection.base_url.clone());
    let secrets = (!is_demo).then(|| {
        view! {
            {address_field(base_url)}
            {key_field(text::API_KEY_STAYS)}
            {headers_field(text::HEADERS_STAY)}
        }
    });
    let panel = view! {
        <ActionForm action=change>
            <input type="hidden" name="connection_id" value=id/>
            {name_field(Some(name))}
            {secrets}
            <button class="control primary" disabled=move || change.pending().get()>
                {text::CHANGE_SUBMIT}
            </button>
        </ActionForm>
    };
    row_menu(text::CHANGE, panel)
}

fn name_field(value: Option<String>) -> impl IntoView {
    view! {
        <label class="field">
            <span>{text::NAME}</span>
            <input name="name" maxlength="100" autocomplete="off" placeholder=text::NAME_EXAMPLE value=value required/>
        </label>
    }
}

/// What is typed is hidden, and no browser keeps it.
fn key_field(words: &'static str) -> impl IntoView {
    view! {
        <label class="field">
            <span>{text::API_KEY}</span>
            <input
                type="password"
                name="api_key"
                maxlength=MAX_SECRET.to_string()
                autocomplete="new-password"
                spellcheck="false"
            />
            <small>{words}</small>
        </label>
    }
}

fn address_field(value: Option<String>) -> impl IntoView {
    view! {
        <label class="field">
            <span>{text::BASE_URL}</span>
            <input
                type="url"
                name="base_url"
                maxlength=MAX_SECRET.to_string()
                autocomplete="off"
                placeholder=text::BASE_URL_EXAMPLE
                value=value
            />
            <small>{text::BASE_URL_WORDS}</small>
        </label>
    }
}

fn headers_field(words: &'static str) -> impl IntoView {
    view! {
        <label class="field">
            <span>{text::HEADERS}</span>
            <textarea
                name="headers"
                rows="2"
                autocomplete="off"
                spellcheck="false"
                placeholder=text::HEADERS_EXAMPLE
            ></textarea>
            <small>{words}</small>
        </label>
    }
}
