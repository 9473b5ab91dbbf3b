//! `/settings/account`: the reader's own password and sessions, and leaving the organization.

use crate::{
    clock::follow,
    components::{
        failure::{form_failure, form_refusal},
        figures::known,
        loaded::{loaded, table_placeholder},
        new_password::NewPassword,
        settings_tabs::SettingsTabs,
        time::Since,
    },
    data::account::{Account, EndSession, load_account},
    query_string::value,
    routes, text,
};
use domain::{OpenSession, Timestamp};
use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// Changes the password, lists the sessions and ends them, and leads out of the organization.
#[component]
pub fn AccountPage() -> impl IntoView {
    let end = ServerAction::<EndSession>::new();
    let account = Resource::new_blocking(move || end.version().get(), |_| load_account());
    let pending = RwSignal::new(false);
    let content = move |account: Memo<Account>| {
        follow(move || account.with(|account| account.now));
        view! {
            <div class="head">
                <h1>{text::ACCOUNT}</h1>
            </div>
            <SettingsTabs/>
            {form_refusal(text::account::failure)}
            <PasswordForm email=account.with_untracked(|account| account.email.clone())/>
            <h2>{text::account::SESSIONS}</h2>
            {form_failure(move || end.value().get())}
            {move || sessions(account.get(), end)}
            {move || leave(account.get())}
        }
    };
    view! {
        <Title text=text::ACCOUNT/>
        {loaded(account, pending, table_placeholder, content)}
    }
}

/// A plain form: its answer goes past WASM.
#[component]
fn PasswordForm(email: String) -> impl IntoView {
    let search = use_location().search;
    let done = move || search.with(|search| value(search, "done")).as_deref() == Some("password");
    view! {
        <div class="box">
            <h2>{text::account::CHANGE_PASSWORD}</h2>
            <form method="post" action=routes::POST_PASSWORD>
                // For the browser's keeper of passwords, which takes no hidden field for it.
                <input
                    class="hidden"
                    type="email"
                    name="email"
                    value=email
                    autocomplete="username"
                    tabindex="-1"
                    aria-hidden="true"
                    readonly
                />
                <label class="field">
                    <span>{text::account::CURRENT}</span>
                    <input type="password" name="current" autocomplete="current-password" required/>
                </label>
                <NewPassword name="new" label=text::account::NEW hint=text::account::CHANGE_WORDS/>
                <p role="status">{move || done().then_some(text::account::CHANGED)}</p>
                <button class="control primary">{text::account::CHANGE_SUBMIT}</button>
            </form>
        </div>
    }
}

/// A plain form, too: it may end the session.
fn leave(account: Account) -> impl IntoView {
    let Account {
        organization,
        next,
        is_last_owner,
        ..
    } = account;
    let content = if is_last_owner {
        Either::Left(view! { <p>{text::account::last_owner(&organization)}</p> })
    } else {
        let words = text::account::leave_words(&organization, next.as_deref());
        Either::Right(view! {
            <p>{words}</p>
            <details class="menu">
                <summary class="control">{text::account::LEAVE_OPEN}</summary>
                <div class="panel">
                    <form method="post" action=routes::POST_LEAVE>
                        <p>{organization}</p>
                        <button class="control danger">{text::account::LEAVE_SUBMIT}</button>
                    </form>
                </div>
            </details>
        })
    };
    view! {
        <div class="box">
            <h2>{text::account::LEAVE}</h2>
            {content}
        </div>
    }
}

fn sessions(account: Account, end: ServerAction<EndSession>) -> impl IntoView {
    let Account {
        sessions,
        current,
        now,
        ..
    } = account;
    let rows = sessions
        .into_iter()
        .map(|session| {
            let is_current = session.session_id == current;
            row(session, is_current, now, end)
        })
        .collect_view();
    view! {
        // Narrow, it is scrolled sideways, also by the keyboard.
        <div class="card" role="region" aria-label=text::account::SESSIONS tabindex="0">
            <table class="keys">
                <caption class="hidden">{text::account::SESSIONS}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text::account::BROWSER}</th>
                        <th scope="col">{text::account::ADDRESS}</th>
                        <th scope="col">{text::account::SINCE}</th>
                        <th scope="col">{text::account::STATE}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(
    session: OpenSession,
    is_current: bool,
    now: Timestamp,
    end: ServerAction<EndSession>,
) -> impl IntoView {
    let state = if is_current {
        Either::Left(text::account::THIS_ONE)
    } else {
        Either::Right(view! {
            <ActionForm action=end>
                <input type="hidden" name="session_id" value=session.session_id.to_string()/>
                <button class="control quiet" disabled=move || end.pending().get()>
                    {text::account::END}
                </button>
            </ActionForm>
        })
    };
    view! {
        <tr>
            <th scope="row">{known(session.origin.browser())}</th>
            <td>{known(session.origin.ip_address)}</td>
            <td>
                <Since at=session.began_at now/>
            </td>
            <td>{state}</td>
        </tr>
    }
}
