//! Inviting people, and who is invited.

use super::table::roles;
use crate::{
    browser::reset_when,
    components::{failure::form_failure, time::Moment},
    data::members::{InviteMember, MemberList, WithdrawInvitation},
    text,
};
use domain::{Invitation, Role, Timestamp};
use leptos::prelude::*;

/// Asks for an address and a role.
#[component]
pub fn InviteForm(
    invite: ServerAction<InviteMember>,
    owns: Memo<bool>,
    sends_mail: Memo<bool>,
) -> impl IntoView {
    let form = NodeRef::new();
    reset_when(form, move || {
        invite.value().with(|value| matches!(value, Some(Ok(_))))
    });
    view! {
        <div class="box">
            <h2>{text::members::INVITE}</h2>
            <p class="hint">{text::members::INVITE_WORDS} {move || sends_mail.get().then_some(text::members::INVITE_MAILED)}</p>
            <ActionForm action=invite node_ref=form>
                <div class="columns">
                    <label class="field">
                        <span>{text::EMAIL}</span>
                        <input type="email" name="email" maxlength="254" autocomplete="off" required/>
                    </label>
                    <label class="field">
                        <span>{text::members::ROLE}</span>
                        <select class="control" name="role">
                            {move || roles(Role::Member, owns.get())}
                        </select>
                    </label>
                </div>
                {form_failure(move || invite.value().get())}
                <button class="control primary" disabled=move || invite.pending().get()>
                    {text::members::INVITE_SUBMIT}
                </button>
            </ActionForm>
        </div>
    }
}

/// Who is invited; nothing where nobody is.
pub fn invitations(list: MemberList, withdraw: ServerAction<WithdrawInvitation>) -> impl IntoView {
    let MemberList { invitations, now, .. } = list;
    (!invitations.is_empty()).then(|| {
        view! {
            <div class="card">
                <table class="keys">
                    <caption class="hidden">{text::members::INVITATIONS}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{text::members::INVITED}</th>
                            <th scope="col">{text::members::ROLE}</th>
                            <th scope="col">{text::members::LINK_UNTIL}</th>
                            <th scope="col">{text::members::CHANGES}</th>
                        </tr>
                    </thead>
                    <tbody>{invitations.into_iter().map(|one| row(one, now, withdraw)).collect_view()}</tbody>
                </table>
            </div>
        }
    })
}

fn row(invitation: Invitation, now: Timestamp, withdraw: ServerAction<WithdrawInvitation>) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{invitation.email}</th>
            <td>{text::members::role(invitation.role)}</td>
            <td>
                <Moment at=invitation.expires_at now/>
            </td>
            <td>
                <ActionForm action=withdraw>
                    <input type="hidden" name="invitation_id" value=invitation.invitation_id.to_string()/>
                    <button class="control quiet" disabled=move || withdraw.pending().get()>
                        {text::members::WITHDRAW}
                    </button>
                </ActionForm>
            </td>
        </tr>
    }
}
