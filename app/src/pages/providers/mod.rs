//! `/settings/providers`: the connections by which agents reach providers of models.

mod form;
mod table;

use crate::{
    clock::follow,
    components::{
        failure::form_failure,
        loaded::{loaded, table_placeholder},
        settings_tabs::SettingsTabs,
    },
    data::connections::{
        ChangeConnection, ConnectionList, CreateConnection, DeleteConnection, TestConnection,
        TestedConnection, load_connections,
    },
    text,
};
use form::CreateForm;
use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use table::{Changes, table};

/// Lists the connections, adds, tests, changes and deletes them.
#[component]
pub fn ProvidersPage() -> impl IntoView {
    let create = ServerAction::<CreateConnection>::new();
    let change = ServerAction::<ChangeConnection>::new();
    let delete = ServerAction::<DeleteConnection>::new();
    let test = ServerAction::<TestConnection>::new();
    let list = Resource::new_blocking(
        move || {
            (
                create.version().get(),
                change.version().get(),
                delete.version().get(),
            )
        },
        |_| load_connections(),
    );
    let pending = RwSignal::new(false);
    let content = move |list: Memo<ConnectionList>| {
        follow(move || list.with(|list| list.now));
        let tested = move || {
            let answered = test.value().get().and_then(Result::ok);
            answered.or_else(|| list.with(|list| list.tested.clone()))
        };
        let is_empty = Memo::new(move |_| list.with(|list| list.connections.is_empty()));
        view! {
            <div class="head">
                <h1>{text::connections::PROVIDERS}</h1>
            </div>
            <SettingsTabs/>
            <p class="lead">{text::connections::WORDS}</p>
            {form_failure(move || change.value().get())}
            {form_failure(move || delete.value().get())}
            {form_failure(move || test.value().get())}
            <div role="status">{move || tested().map(result)}</div>
            {move || {
                if is_empty.get() {
                    Either::Left(view! { <p class="blank framed">{text::connections::NONE}</p> })
                } else {
                    Either::Right(table(list, Changes { change, delete, test }))
                }
            }}
            <CreateForm create/>
        }
    };
    view! {
        <Title text=text::connections::PROVIDERS/>
        {loaded(list, pending, table_placeholder, content)}
    }
}

fn result(tested: TestedConnection) -> impl IntoView {
    let class = if tested.test.ok {
        "notice done"
    } else {
        "form-failure"
    };
    let words = text::connections::tested(&tested.name, &tested.test.message);
    view! { <p class=class>{words}</p> }
}
