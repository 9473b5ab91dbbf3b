//! Deleting the organization: a plain form, since its answer ends the session.

use crate::{
    components::{failure::form_refusal, loaded::loaded_or},
    data::organization::OrganizationSettings,
    error::PageError,
    routes, text,
};
use leptos::prelude::*;

/// Asks an owner for the name and the password, and deletes the organization.
#[component]
pub fn DeletionForm(settings: Resource<Result<OrganizationSettings, PageError>>) -> impl IntoView {
    let content = move |settings: Memo<OrganizationSettings>| {
        let owns = Memo::new(move |_| settings.with(|settings| settings.owns));
        move || owns.get().then(|| form(settings.get_untracked()))
    };
    // The page tells why there are no settings.
    let nothing = |_: PageError, _| ().into_any();
    loaded_or(settings, RwSignal::new(false), || ().into_any(), nothing, content)
}

fn form(settings: OrganizationSettings) -> impl IntoView {
    let password_words = if settings.by_sso {
        text::deletion::SSO_WORDS
    } else {
        text::deletion::PASSWORD_WORDS
    };
    view! {
        <div class="box">
            <h2>{text::deletion::TITLE}</h2>
            <p class="hint">{text::deletion::WORDS}</p>
            {form_refusal(text::deletion::failure)}
            <details>
                <summary class="control">{text::deletion::OPEN}</summary>
                <form method="post" action=routes::POST_DELETE_ORGANIZATION>
                    <label class="field">
                        <span>{text::deletion::NAME}</span>
                        <input name="name" maxlength="100" autocomplete="off" spellcheck="false" required/>
                        <small>{text::deletion::name_words(&settings.name)}</small>
                    </label>
                    <label class="field">
                        <span>{text::PASSWORD}</span>
                        <input
                            type="password"
                            name="password"
                            autocomplete="current-password"
                            required=!settings.by_sso
                        />
                        <small>{password_words}</small>
                    </label>
                    <button class="control danger">{text::deletion::SUBMIT}</button>
                </form>
            </details>
        </div>
    }
}
