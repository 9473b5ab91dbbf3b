//! The bar at the top: where one can go, and who one is.

use super::{help::Help, icon::icon};
use crate::{
    data::viewer::{Person, ViewerResource},
    routes, text,
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The bar at the top. Before sign-in it holds the name alone.
#[component]
pub fn TopBar(viewer: ViewerResource) -> impl IntoView {
    view! {
        <Suspense>
            {move || viewer.is_demo().then(|| view! { <p class="demo-banner">{text::DEMO}</p> })}
            <header class="top">
                <a class="mark" href=routes::AGENTS>{icon("mark")} {text::PRODUCT}</a>
                {move || viewer.person().map(|person| view! { <Navigation administers=person.administers/> })}
                {move || {
                    viewer
                        .person()
                        .map(|person| {
                            view! {
                                <div class="corner">
                                    <Help/>
                                    <Account person/>
                                </div>
                            }
                        })
                }}
            </header>
        </Suspense>
    }
}

#[component]
fn Navigation(administers: bool) -> impl IntoView {
    let path = use_location().pathname;
    // `section` is what the addresses of its pages begin with.
    let link = move |address: &'static str, section: &'static str, label: &'static str| {
        view! {
            <a href=address aria-current=move || path.with(|path| path.starts_with(section)).then_some("page")>
                {label}
            </a>
        }
    };
    view! {
        <nav aria-label=text::MAIN_NAVIGATION>
            {link(routes::AGENTS, routes::AGENTS, text::AGENTS)}
            {administers.then(|| link(routes::API_KEYS, routes::SETTINGS, text::settings::SETTINGS))}
            <a href=routes::API_DOCS rel="external">{text::API_DOCS}</a>
        </nav>
    }
}

#[component]
fn Account(person: Person) -> impl IntoView {
    let initials: String = person.email.chars().take(2).collect::<String>().to_uppercase();
    view! {
        <div class="account">
            <span class="organization">{person.organization}</span>
            <details class="menu at-end">
                <summary class="avatar" aria-label=text::ACCOUNT>
                    <span aria-hidden="true">{initials}</span>
                </summary>
                <div class="panel">
                    <p class="who">{person.email}</p>
                    {(!person.others.is_empty()).then(|| switch_form(person.others))}
                    <a class="option" href=routes::ACCOUNT>{text::ACCOUNT}</a>
                    <form method="post" action=routes::POST_SIGN_OUT>
                        <button class="control quiet wide">{text::SIGN_OUT}</button>
                    </form>
                </div>
            </details>
        </div>
    }
}

/// A way into each of the reader's other organizations.
fn switch_form(others: Vec<String>) -> impl IntoView {
    let button = |name: String| {
        view! {
            <button class="control quiet wide" name="organization" value=name.clone()>
                {name.clone()}
            </button>
        }
    };
    view! {
        <form method="post" action=routes::POST_SWITCH aria-label=text::ORGANIZATIONS>
            {others.into_iter().map(button).collect_view()}
        </form>
    }
}
