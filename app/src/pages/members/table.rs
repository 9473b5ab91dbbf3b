//! The table of people, and what can be done to each.

use crate::{
    components::{row_menu::row_menu, time::Since},
    data::{
        members::{ChangeRole, MemberList, RemoveMember},
        password_reset::ResetMemberPassword,
    },
    routes, text,
};
use domain::{Member, Role, Timestamp};
use leptos::{either::Either, prelude::*};

/// What can be done to somebody.
#[derive(Clone, Copy)]
pub struct Changes {
    /// Gives another role.
    pub change: ServerAction<ChangeRole>,
    /// Removes from the organization.
    pub remove: ServerAction<RemoveMember>,
    /// Makes a link to another password.
    pub reset: ServerAction<ResetMemberPassword>,
}

/// Everybody, a row each.
pub fn members(list: MemberList, changes: Changes) -> impl IntoView {
    let MemberList {
        members,
        me,
        owns,
        now,
        ..
    } = list;
    let rows = members
        .into_iter()
        .map(|member| {
            let is_me = member.user_id == me;
            row(member, is_me, owns, now, changes)
        })
        .collect_view();
    view! {
        <div class="card">
            <table class="keys">
                <caption class="hidden">{text::MEMBERS}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text::EMAIL}</th>
                        <th scope="col">{text::members::ROLE}</th>
                        <th scope="col">{text::members::JOINED}</th>
                        <th scope="col">{text::members::CHANGES}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(member: Member, is_me: bool, owns: bool, now: Timestamp, changes: Changes) -> impl IntoView {
    let may_change = owns || member.role != Role::Owner;
    let id = member.user_id.to_string();
    view! {
        <tr>
            <th scope="row">{member.email} {is_me.then(|| view! { <small>{text::members::YOU}</small> })}</th>
            <td>{text::members::role(member.role)}</td>
            <td>
                <Since at=member.joined_at now/>
            </td>
            <td>
                {may_change
                    .then(|| {
                        view! {
                            <div class="row-actions">
                                {role_form(id.clone(), member.role, owns, changes.change)}
                                {if is_me {
                                    Either::Left(
                                        view! {
                                            <a class="control quiet" href=routes::ACCOUNT>
                                                {text::members::LEAVE}
                                            </a>
                                        },
                                    )
                                } else {
                                    Either::Right((reset_form(id.clone(), changes.reset), remove_form(id, changes.remove)))
                                }}
                            </div>
                        }
                    })}
            </td>
        </tr>
    }
}

/// A choice of roles; owners alone may choose owner.
pub fn roles(chosen: Role, owns: bool) -> impl IntoView {
    Role::ALL
        .into_iter()
        .filter(|role| owns || *role != Role::Owner)
        .map(|role| {
            view! {
                <option value=role.as_str() selected=role == chosen>
                    {text::members::role(role)}
                </option>
            }
        })
        .collect_view()
}

fn role_form(id: String, role: Role, owns: bool, change: ServerAction<ChangeRole>) -> impl IntoView {
    let panel = view! {
        <ActionForm action=change>
            <input type="hidden" name="user_id" value=id/>
            <label class="field">
                <span>{text::members::ROLE}</span>
                <select class="control" name="role">
                    {roles(role, owns)}
                </select>
            </label>
            <button class="control primary" disabled=move || change.pending().get()>
                {text::members::CHANGE_ROLE_SUBMIT}
            </button>
        </ActionForm>
    };
    row_menu(text::members::CHANGE_ROLE, panel)
}

fn reset_form(id: String, reset: ServerAction<ResetMemberPassword>) -> impl IntoView {
    let panel = view! {
        <ActionForm action=reset>
            <p>{text::members::RESET_WORDS}</p>
            <input type="hidden" name="user_id" value=id/>
            <button class="control primary" disabled=move || reset.pending().get()>
                {text::members::RESET_SUBMIT}
            </button>
        </ActionForm>
    };
    row_menu(text::members::RESET, panel)
}

fn remove_form(id: String, remove: ServerAction<RemoveMember>) -> impl IntoView {
    let panel = view! {
        <ActionForm action=remove>
            <p>{text::members::REMOVE_WORDS}</p>
            <input type="hidden" name="user_id" value=id/>
            <button class="control danger" disabled=move || remove.pending().get()>
                {text::members::REMOVE_SUBMIT}
            </button>
        </ActionForm>
    };
    row_menu(text::members::REMOVE, panel)
}
