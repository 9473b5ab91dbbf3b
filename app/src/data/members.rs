//! The people of the organization, and who is invited.

use super::wire::Answer;
use crate::error::PageError;
use domain::{Invitation, Member, Timestamp, UserId};
use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};

/// Everybody in the organization. `Debug` is not derived: a link stays out of logs.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberList {
    /// By address.
    pub members: Vec<Member>,
    /// Whose links work, newest first.
    pub invitations: Vec<Invitation>,
    /// Who looks.
    pub me: UserId,
    /// Whether who looks decides about owners.
    pub owns: bool,
    /// The link of an invitation that was made just now by a form without WASM, to be shown this once.
    pub link: Option<String>,
    /// A link to another password, likewise.
    pub reset: Option<String>,
    /// Whether invitations go out by e-mail, too.
    pub sends_mail: bool,
    /// The server's time.
    pub now: Timestamp,
}

/// What an invitation's link leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinInvitation {
    /// Name of the organization.
    pub organization: String,
    /// Address with which the person is to sign in.
    pub email: String,
}

/// Everybody.
#[server(prefix = "/_fn", endpoint = "members", input = PostUrl, output = Answer)]
pub async fn load_members() -> Result<MemberList, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Permission::Administer)?;
    let organization = viewer.organization();
    Ok(MemberList {
        sends_mail: viewer.service.sends_mail(),
        members: viewer.store.members(organization).await?,
        invitations: viewer.store.invitations(organization, viewer.now).await?,
        owns: viewer.session.role.allows(domain::Permission::Own),
        me: viewer.session.user.id,
        link: crate::server::Flash::INVITATION
            .take()
            .map(|token| crate::server::join_link(&token)),
        reset: crate::server::Flash::RESET
            .take()
            .map(|token| crate::server::reset_link(&token)),
        now: viewer.now,
    })
}

/// Gives somebody another role.
#[server(prefix = "/_fn", endpoint = "change-role", input = PostUrl, output = Answer)]
pub async fn change_role(user_id: String, role: String) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?;
    let user_id = user_id.parse().map_err(|_| crate::server::not_found())?;
    let role = crate::server::role(&role)?;
    viewer.service.change_role(&viewer.caller, &user_id, role).await?;
    Ok(())
}

/// Removes somebody from the organization; oneself as who leaves.
#[server(prefix = "/_fn", endpoint = "remove-member", input = PostUrl, output = Answer)]
pub async fn remove_member(user_id: String) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?;
    let user_id = user_id.parse().map_err(|_| crate::server::not_found())?;
    viewer.service.remove_member(&viewer.caller, &user_id).await?;
    Ok(())
}

/// Invites somebody and answers the link: the only time that it is seen.
#[server(prefix = "/_fn", endpoint = "invite-member", input = PostUrl, output = Answer)]
pub async fn invite_member(email: String, role: String) -> Result<String, PageError> {
    let viewer = crate::server::viewer()?;
    let role = crate::server::role(&role)?;
    let invited = viewer.service.invite(&viewer.caller, &email, role).await?;
    crate::server::Flash::INVITATION.put(invited.token.reveal());
    Ok(crate::server::join_link(invited.token.reveal()))
}

/// Withdraws an invitation.
#[server(prefix = "/_fn", endpoint = "withdraw-invitation", input = PostUrl, output = Answer)]
pub async fn withdraw_invitation(invitation_id: String) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?;
    let invitation_id = invitation_id.parse().map_err(|_| crate::server::not_found())?;
    viewer
        .service
        .withdraw_invitation(&viewer.caller, &invitation_id)
        .await?;
    Ok(())
}

/// What an invitation's link leads to, for whoever has it; nothing where it does not work.
#[server(prefix = "/_fn", endpoint = "invitation", input = PostUrl, output = Answer)]
pub async fn load_invitation(token: String) -> Result<Option<JoinInvitation>, PageError> {
    let hash = store::token::hash(&token);
    let open = crate::server::context()?
        .store
        .open_invitation(&hash, chrono::Utc::now())
        .await?;
    Ok(open.map(|open| JoinInvitation {
        organization: open.organization.name,
        email: open.email,
    }))
}
