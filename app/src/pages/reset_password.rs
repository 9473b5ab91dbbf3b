//! `/reset-password`: somebody who forgot the password chooses another one. A plain form, so that it works without WASM.

use crate::{
    components::{
        failure::form_refusal,
        loaded::{loaded, table_placeholder},
        new_password::NewPassword,
    },
    data::password_reset::load_password_reset,
    query_string::value,
    routes, text,
};
use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// Asks for a new password, where the link works.
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let search = use_location().search;
    let token = Memo::new(move |_| search.with(|search| value(search, "token")).unwrap_or_default());
    let email = Resource::new_blocking(move || token.get(), load_password_reset);
    let pending = RwSignal::new(false);
    let content = move |email: Memo<Option<String>>| {
        move || match email.get() {
            Some(email) => Either::Left(view! { <ResetForm email token=token.get()/> }),
            None => Either::Right(view! {
                <div class="sheet">
                    <h1>{text::reset_password::TITLE}</h1>
                    <p>{text::reset_password::failure("link")}</p>
                    <a class="control" href=routes::SIGN_IN>
                        {text::reset_password::TO_SIGN_IN}
                    </a>
                </div>
            }),
        }
    };
    view! {
        <Title text=text::reset_password::TITLE/>
        {loaded(email, pending, table_placeholder, content)}
    }
}

#[component]
fn ResetForm(email: String, token: String) -> impl IntoView {
    view! {
        <form class="sheet" method="post" action=routes::POST_RESET_PASSWORD>
            <h1>{text::reset_password::TITLE}</h1>
            <p class="hint">{text::reset_password::WORDS}</p>
            {form_refusal(text::reset_password::failure)}
            <input type="hidden" name="token" value=token/>
            <label class="field">
                <span>{text::EMAIL}</span>
                <input type="email" name="email" value=email autocomplete="username" readonly/>
            </label>
            <NewPassword name="password" label=text::account::NEW hint=text::set_up::PASSWORD_HINT/>
            <button class="control primary wide">{text::reset_password::SUBMIT}</button>
        </form>
    }
}
