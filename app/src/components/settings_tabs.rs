//! The way from one page of settings to another.

use crate::{data::viewer::may_edit, routes, text};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Tabs above every page of settings, those that the reader may open. Inside `Suspense` or `Transition` only.
#[component]
pub fn SettingsTabs() -> impl IntoView {
    let path = use_location().pathname;
    let tab = move |address: &'static str, label: &'static str| {
        view! {
            <a
                href=address
                data-label=label
                aria-current=move || path.with(|path| path.starts_with(address)).then_some("page")
            >
                {label}
            </a>
        }
    };
    view! {
        <nav class="tabs" aria-label=text::settings::SETTINGS>
            {may_edit()
                .then(|| {
                    view! {
                        {tab(routes::API_KEYS, text::API_KEYS)}
                        {tab(routes::PROVIDERS, text::connections::PROVIDERS)}
                        {tab(routes::MEMBERS, text::MEMBERS)}
                        {tab(routes::ORGANIZATION, text::settings::ORGANIZATION)}
                        {tab(routes::AUDIT_LOG, text::audit::AUDIT_LOG)}
                    }
                })} {tab(routes::ACCOUNT, text::ACCOUNT)}
        </nav>
    }
}
