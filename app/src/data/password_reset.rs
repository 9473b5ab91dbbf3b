//! Links by which somebody who forgot the password chooses another one.

use super::wire::Answer;
use crate::error::PageError;
use leptos::{prelude::*, server_fn::codec::PostUrl};

/// Makes a link for a person of the organization and answers it: the only time that it is seen.
#[server(prefix = "/_fn", endpoint = "reset-member-password", input = PostUrl, output = Answer)]
pub async fn reset_member_password(user_id: String) -> Result<String, PageError> {
    let viewer = crate::server::viewer()?;
    let user_id = user_id.parse().map_err(|_| crate::server::not_found())?;
    let link = viewer.service.make_reset_link(&viewer.caller, &user_id).await?;
    crate::server::Flash::RESET.put(link.token.reveal());
    Ok(crate::server::reset_link(link.token.reveal()))
}

/// Whose password a link changes, for whoever has it; nothing where it does not work.
#[server(prefix = "/_fn", endpoint = "password-reset", input = PostUrl, output = Answer)]
pub async fn load_password_reset(token: String) -> Result<Option<String>, PageError> {
    let hash = store::token::hash(&token);
    let store = crate::server::context()?.store;
    Ok(store.open_reset(&hash, chrono::Utc::now()).await?)
}
