//! The table of connections, and what can be done to each.

use super::form::change_form;
use crate::{
    components::row_menu::row_menu,
    data::connections::{ChangeConnection, ConnectionList, DeleteConnection, TestConnection},
    text::connections as text,
};
use domain::{Choice, Connection, ConnectionKind};
use leptos::prelude::*;

/// What can be done to a connection.
#[derive(Clone, Copy)]
pub struct Changes {
    /// Changes it.
    pub change: ServerAction<ChangeConnection>,
    /// Deletes it.
    pub delete: ServerAction<DeleteConnection>,
    /// Tries it.
    pub test: ServerAction<TestConnection>,
}

/// Every connection, a row each. A row stays while it is the same, so that its menu stays open.
pub fn table(list: Memo<ConnectionList>, changes: Changes) -> impl IntoView {
    let connections = move || list.with(|list| list.connections.clone());
    view! {
        <div class="card">
            <table class="keys">
                <caption class="hidden">{text::PROVIDERS}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text::NAME}</th>
                        <th scope="col">{text::KIND}</th>
                        <th scope="col">{text::ADDRESS}</th>
                        <th scope="col">{text::KEY}</th>
                        <th scope="col">{text::CHANGES}</th>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=connections
                        key=|connection| (connection.connection_id.clone(), connection.changed_at)
                        children=move |connection| row(&connection, changes)
                    />
                </tbody>
            </table>
        </div>
    }
}

fn row(connection: &Connection, changes: Changes) -> impl IntoView + use<> {
    let (id, name) = (connection.connection_id.to_string(), connection.name.clone());
    let provider = connection
        .provider
        .clone()
        .unwrap_or_else(|| connection.kind.label().to_owned());
    let address = connection
        .base_url
        .clone()
        .map(|url| view! { <code class="address">{url}</code> });
    let key = match (&connection.api_key_last4, connection.kind) {
        (_, ConnectionKind::Demo) => None,
        (Some(last), _) => Some(view! { <code>{format!("…{last}")}</code> }.into_any()),
        (None, _) => Some(view! { <span class="unknown">{text::NO_KEY}</span> }.into_any()),
    };
    let headers = (!connection.headers.is_empty()).then(|| {
        let names = connection.headers.join(", ");
        view! { <small>{names}</small> }
    });
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td>{provider}</td>
            <td>{address} {headers}</td>
            <td>{key}</td>
            <td>
                <div class="row-actions">
                    {test_form(id.clone(), changes.test)} {change_form(connection, changes.change)}
                    {delete_form(id, changes.delete)}
                </div>
            </td>
        </tr>
    }
}

fn test_form(id: String, test: ServerAction<TestConnection>) -> impl IntoView {
    let own = id.clone();
    let is_tested = Memo::new(move |_| {
        let input = test.input().get();
        test.pending().get() && input.is_some_and(|input| input.connection_id == own)
    });
    view! {
        <ActionForm action=test>
            <input type="hidden" name="connection_id" value=id/>
            <button class="control quiet" disabled=move || test.pending().get()>
                {move || if is_tested.get() { text::TESTING } else { text::TEST }}
            </button>
        </ActionForm>
    }
}

fn delete_form(id: String, delete: ServerAction<DeleteConnection>) -> impl IntoView {
    let panel = view! {
        <ActionForm action=delete>
            <p>{text::DELETE_WORDS}</p>
            <input type="hidden" name="connection_id" value=id/>
            <button class="control danger" disabled=move || delete.pending().get()>
                {text::DELETE_SUBMIT}
            </button>
        </ActionForm>
    };
    row_menu(text::DELETE, panel)
}
