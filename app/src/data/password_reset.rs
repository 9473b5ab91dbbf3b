//! Links by which somebody who forgot the password chooses another one.

use super::wire::Answer;
use crate::error::PageError;
use leptos::{prelude::*, server_fn::codec::PostUrl};

/// Makes a link for a person of the organization and answers it: the only time that it is seen.
#[server(prefix = "/_fn", endpoint = "reset-member-password", input = PostUrl, output = Answer)]
pub async fn reset_member_password(user_id: String) -> Result<String, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Permission::Administer)?;
    let user_id = user_id.parse().map_err(|_| crate::server::not_found())?;
    let token = store::token::Token::fresh();
    let expires_at = viewer.now + chrono::Duration::hours(domain::member::RESET_HOURS);
    let by = store::ResetBy {
        role: viewer.session.role,
        user: Some(&viewer.session.user.id),
    };
    viewer
        .store
        .reset_password_of_member(viewer.organization(), &user_id, by, &token.hash(), expires_at)
        .await?;
    crate::server::Flash::RESET.put(token.reveal());
    Ok(crate::server::reset_link(token.reveal()))
}

/// Whose password a link changes, for whoever has it; nothing where it does not work.
#[server(prefix = "/_fn", endpoint = "password-reset", input = PostUrl, output = Answer)]
pub async fn load_password_reset(token: String) -> Result<Option<String>, PageError> {
    let hash = store::token::hash(&token);
    let store = crate::server::context()?.store;
    Ok(store.open_reset(&hash, chrono::Utc::now()).await?)
}
