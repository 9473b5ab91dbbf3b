//! `/join`: somebody who was invited joins. A plain form, so that it works without WASM.

use crate::{
    components::{
        failure::form_refusal,
        loaded::{loaded, table_placeholder},
    },
    data::{
        members::{JoinInvitation, load_invitation},
        viewer::ViewerResource,
    },
    pages::sign_in::sso_link,
    query_string::value,
    routes, text,
};
use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// Asks for a password, where the link works.
#[component]
pub fn JoinPage() -> impl IntoView {
    let search = use_location().search;
    let token = Memo::new(move |_| search.with(|search| value(search, "token")).unwrap_or_default());
    let invitation = Resource::new_blocking(move || token.get(), load_invitation);
    let pending = RwSignal::new(false);
    let content = move |invitation: Memo<Option<JoinInvitation>>| {
        move || match invitation.get() {
            Some(invitation) => Either::Left(view! { <JoinForm invitation token=token.get()/> }),
            None => Either::Right(view! {
                <div class="sheet">
                    <h1>{text::join::TITLE}</h1>
                    <p>{text::join::failure("link")}</p>
                </div>
            }),
        }
    };
    view! {
        <Title text=text::join::TITLE/>
        {loaded(invitation, pending, table_placeholder, content)}
    }
}

#[component]
fn JoinForm(invitation: JoinInvitation, token: String) -> impl IntoView {
    let viewer = use_context::<ViewerResource>();
    let sso = move || viewer.and_then(ViewerResource::sso);
    view! {
        <form class="sheet" method="post" action=routes::POST_JOIN>
            <h1>{text::join::title(&invitation.organization)}</h1>
            <p class="hint">{text::join::WORDS}</p>
            {form_refusal(text::join::failure)}
            <input type="hidden" name="token" value=token.clone()/>
            <label class="field">
                <span>{text::EMAIL}</span>
                <input type="email" name="email" value=invitation.email autocomplete="username" readonly/>
            </label>
            <label class="field">
                <span>{text::PASSWORD}</span>
                <input
                    type="password"
                    name="password"
                    autocomplete="current-password"
                    aria-describedby="password-hint"
                    required
                />
                <small id="password-hint">{text::set_up::PASSWORD_HINT}</small>
            </label>
            <button class="control primary wide">{text::join::SUBMIT}</button>
            <Suspense>
                {move || sso().map(|name| sso_link(&name, [("invitation", token.clone())]))}
            </Suspense>
        </form>
    }
}
