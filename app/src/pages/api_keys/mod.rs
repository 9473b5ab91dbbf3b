//! `/settings/api-keys`: the keys with which programs record and read.

mod create;
mod limits;
mod table;

use crate::{
    clock::follow,
    components::{
        failure::form_failure,
        loaded::{loaded, table_placeholder},
        settings_tabs::SettingsTabs,
        shown_once::ShownOnce,
    },
    data::api_keys::{ApiKeyList, ChangeApiKey, CreateApiKey, RevokeApiKey, RotateApiKey, load_api_keys},
    text,
};
use create::CreateForm;
use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use table::{Changes, table};

/// Lists the keys, makes new ones, changes their limits, rotates and revokes them.
#[component]
pub fn ApiKeysPage() -> impl IntoView {
    let create = ServerAction::<CreateApiKey>::new();
    let change = ServerAction::<ChangeApiKey>::new();
    let revoke = ServerAction::<RevokeApiKey>::new();
    let rotate = ServerAction::<RotateApiKey>::new();
    let keys = Resource::new_blocking(
        move || {
            (
                create.version().get(),
                change.version().get(),
                rotate.version().get(),
                revoke.version().get(),
            )
        },
        |_| load_api_keys(),
    );
    // Of a new key and a rotated one the later is shown.
    let answered = RwSignal::new(None);
    Effect::new(move || {
        if let Some(Ok(key)) = create.value().get() {
            answered.set(Some(key));
        }
    });
    Effect::new(move || {
        if let Some(Ok(key)) = rotate.value().get() {
            answered.set(Some(key));
        }
    });
    let pending = RwSignal::new(false);
    let content = move |list: Memo<ApiKeyList>| {
        follow(move || list.with(|list| list.now));
        let created = move || answered.get().or_else(|| list.with(|list| list.created.clone()));
        let agents = Memo::new(move |_| list.with(|list| list.agents.clone()));
        let is_empty = Memo::new(move |_| list.with(|list| list.keys.is_empty()));
        view! {
            <div class="head">
                <h1>{text::API_KEYS}</h1>
            </div>
            <SettingsTabs/>
            <p class="lead">{text::api_keys::WORDS}</p>
            {move || created().map(|key| view! { <ShownOnce words=text::api_keys::SHOWN_ONCE secret=key/> })}
            <CreateForm create agents/>
            {form_failure(move || change.value().get())}
            {form_failure(move || rotate.value().get())}
            {form_failure(move || revoke.value().get())}
            {move || {
                if is_empty.get() {
                    Either::Left(view! { <p class="blank framed">{text::api_keys::NONE}</p> })
                } else {
                    Either::Right(table(list, Changes { change, rotate, revoke }))
                }
            }}
        }
    };
    view! {
        <Title text=text::API_KEYS/>
        {loaded(keys, pending, table_placeholder, content)}
    }
}
