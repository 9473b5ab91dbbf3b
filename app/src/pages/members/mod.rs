//! `/settings/members`: who belongs to the organization, as what, and who is invited.

mod invite;
mod table;

use crate::{
    clock::follow,
    components::{
        failure::form_failure,
        loaded::{loaded, table_placeholder},
        settings_tabs::SettingsTabs,
        shown_once::ShownOnce,
    },
    data::{
        members::{ChangeRole, InviteMember, MemberList, RemoveMember, WithdrawInvitation, load_members},
        password_reset::ResetMemberPassword,
    },
    text,
};
use invite::{InviteForm, invitations};
use leptos::prelude::*;
use leptos_meta::Title;
use table::{Changes, members};

/// Lists the people, changes what they may do, removes and invites them.
#[component]
pub fn MembersPage() -> impl IntoView {
    let change = ServerAction::<ChangeRole>::new();
    let remove = ServerAction::<RemoveMember>::new();
    let reset = ServerAction::<ResetMemberPassword>::new();
    let invite = ServerAction::<InviteMember>::new();
    let withdraw = ServerAction::<WithdrawInvitation>::new();
    let list = Resource::new_blocking(
        move || {
            (
                change.version().get(),
                remove.version().get(),
                invite.version().get(),
                withdraw.version().get(),
            )
        },
        |_| load_members(),
    );
    let pending = RwSignal::new(false);
    let content = move |list: Memo<MemberList>| {
        follow(move || list.with(|list| list.now));
        let link = move || {
            let answered = invite.value().get().and_then(Result::ok);
            answered.or_else(|| list.with(|list| list.link.clone()))
        };
        let reset_link = move || {
            let answered = reset.value().get().and_then(Result::ok);
            answered.or_else(|| list.with(|list| list.reset.clone()))
        };
        let sends_mail = Memo::new(move |_| list.with(|list| list.sends_mail));
        let owns = Memo::new(move |_| list.with(|list| list.owns));
        view! {
            <div class="head">
                <h1>{text::MEMBERS}</h1>
            </div>
            <SettingsTabs/>
            {form_failure(move || change.value().get())}
            {form_failure(move || remove.value().get())}
            {form_failure(move || reset.value().get())}
            {form_failure(move || withdraw.value().get())}
            {move || members(list.get(), Changes { change, remove, reset })}
            {move || {
                reset_link().map(|link| view! { <ShownOnce words=text::members::RESET_SHOWN_ONCE secret=link/> })
            }}
            {move || link().map(|link| view! { <ShownOnce words=text::members::LINK_SHOWN_ONCE secret=link/> })}
            <InviteForm invite owns sends_mail/>
            {move || invitations(list.get(), withdraw)}
        }
    };
    view! {
        <Title text=text::MEMBERS/>
        {loaded(list, pending, table_placeholder, content)}
    }
}
