//! `/sign-in`: a plain form, so that it works before and without WASM.

use crate::{
    data::viewer::ViewerResource,
    query_string::{address, value},
    routes, text,
};
use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// Asks for e-mail address and password.
#[component]
pub fn SignInPage() -> impl IntoView {
    let search = use_location().search;
    let next = move || {
        search
            .with(|search| value(search, "next"))
            .unwrap_or_else(|| routes::AGENTS.to_owned())
    };
    let done = move || search.with(|search| value(search, "done"));
    let email = move || search.with(|search| value(search, "email"));
    let refusal = move || {
        search.with(|search| {
            let error = value(search, "error")?;
            let wait = value(search, "wait").and_then(|seconds| seconds.parse().ok());
            Some(text::sign_in::failure(&error, wait))
        })
    };
    let viewer = use_context::<ViewerResource>();
    let sso = move || viewer.and_then(ViewerResource::sso);
    let sends_mail = move || viewer.and_then(ViewerResource::sends_mail);
    view! {
        <Title text=text::sign_in::TITLE/>
        <form class="sheet" method="post" action=routes::POST_SIGN_IN>
            <h1>{text::sign_in::TITLE}</h1>
            {move || refusal().map(|words| view! { <p class="form-failure" role="alert">{words}</p> })}
            {move || done().map(|code| view! { <p role="status">{text::sign_in::done(&code)}</p> })}
            <input type="hidden" name="next" value=next/>
            <label class="field">
                <span>{text::EMAIL}</span>
                <input type="email" name="email" value=email autocomplete="username" required/>
            </label>
            <label class="field">
                <span>{text::PASSWORD}</span>
                <input type="password" name="password" autocomplete="current-password" required/>
            </label>
            <button class="control primary wide">{text::sign_in::SUBMIT}</button>
            <Suspense>
                {move || sso().map(|name| sso_link(&name, [("next", next())]))} {move || sends_mail().map(forgotten)}
            </Suspense>
        </form>
    }
}

/// Leads to the provider by which one may sign in, too.
pub fn sso_link(name: &str, parameters: [(&'static str, String); 1]) -> impl IntoView + use<> {
    view! {
        <a class="control wide" href=address(routes::SSO, parameters) rel="external">
            {text::sign_in::by_provider(name)}
        </a>
    }
}

/// What somebody does who forgot the password.
fn forgotten(sends_mail: bool) -> impl IntoView {
    if sends_mail {
        Either::Left(view! { <a href=routes::FORGOT_PASSWORD>{text::forgot_password::TITLE}</a> })
    } else {
        Either::Right(view! { <p class="hint">{text::sign_in::FORGOTTEN}</p> })
    }
}
