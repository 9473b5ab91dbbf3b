//! Failures as a person sees them: in place of a page, or beside a form.

use crate::{
    browser::{current_address, leave_for},
    error::PageError,
    error_code::ErrorCode,
    query_string::value,
    routes, text,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// Leads to the sign-in page where the session has ended meanwhile.
pub fn sign_in_again(error: Signal<Option<PageError>>) {
    Effect::new(move || {
        if error.with(|error| {
            error
                .as_ref()
                .is_some_and(|error| error.code == ErrorCode::SignedOut)
        }) {
            leave_for(&routes::sign_in(&current_address()));
        }
    });
}

/// A failure in place of the page that could not be shown.
#[component]
pub fn Failure(error: PageError, retry: Callback<()>) -> impl IntoView {
    let title = text::error::title(error.code);
    let again = retry_button(error.code, retry);
    let failure = error.clone();
    sign_in_again(Signal::derive(move || Some(failure.clone())));
    view! {
        <Title text=title/>
        <div class="blank" role="alert">
            <h1>{title}</h1>
            <p>{error.message}</p>
            <div class="actions">
                {again}
                <a class="control" href=routes::AGENTS>{text::TO_AGENTS}</a>
            </div>
        </div>
    }
}

/// Tries again; nothing where that cannot help.
pub fn retry_button(code: ErrorCode, retry: Callback<()>) -> impl IntoView {
    code.may_pass().then(|| {
        view! {
            <button type="button" class="control" on:click=move |_| retry.run(())>
                {text::TRY_AGAIN}
            </button>
        }
    })
}

/// Why what a form asked for was not done.
pub fn form_failure<T>(
    value: impl Fn() -> Option<Result<T, PageError>> + Send + Sync + 'static,
) -> impl IntoView
where
    T: Send + Sync + 'static,
{
    let error = Memo::new(move |_| value().and_then(Result::err));
    sign_in_again(error.into());
    move || {
        error
            .get()
            .map(|error| view! { <p class="form-failure" role="alert">{error.message}</p> })
    }
}

/// Why a plain form came back: its address names it, and `words` say it.
pub fn form_refusal(words: fn(&str) -> &'static str) -> impl IntoView {
    let search = use_location().search;
    let error = move || search.with(|search| value(search, "error"));
    move || error().map(|code| view! { <p class="form-failure" role="alert">{words(&code)}</p> })
}
