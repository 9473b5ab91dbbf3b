//! The reader's own account.

use super::wire::Answer;
use crate::error::PageError;
use domain::{OpenSession, SessionId, Timestamp};
use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};

/// The reader's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Address with which the reader signs in.
    pub email: String,
    /// Every session that has not ended, newest first.
    pub sessions: Vec<OpenSession>,
    /// The one that asks.
    pub current: SessionId,
    /// Name of the organization in which the reader is.
    pub organization: String,
    /// Name of the one in which the reader goes on who leaves it, if there is another.
    pub next: Option<String>,
    /// Whether the reader is its only owner, and so cannot leave.
    pub is_last_owner: bool,
    /// The server's time.
    pub now: Timestamp,
}

/// The account of whoever asks.
#[server(prefix = "/_fn", endpoint = "account", input = PostUrl, output = Answer)]
pub async fn load_account() -> Result<Account, PageError> {
    let viewer = crate::server::viewer()?;
    let here = viewer.organization();
    let user = viewer.session.user;
    let all = viewer.store.organizations_of(&user.id).await?;
    Ok(Account {
        next: all.into_iter().find(|one| one.id != here).map(|one| one.name),
        is_last_owner: viewer.store.is_last_owner(here, &user.id).await?,
        organization: viewer.session.organization.name,
        sessions: viewer.store.sessions_of(&user.id, viewer.now).await?,
        email: user.email,
        current: viewer.session.id,
        now: viewer.now,
    })
}

/// Ends one of the sessions of whoever asks.
#[server(prefix = "/_fn", endpoint = "end-session", input = PostUrl, output = Answer)]
pub async fn end_session(session_id: String) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?;
    let session_id = session_id.parse().map_err(|_| crate::server::not_found())?;
    viewer.service.end_session(&viewer.caller, &session_id).await?;
    Ok(())
}
