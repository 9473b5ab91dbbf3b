//! Letters that pages have sent: the server takes them.

use std::sync::Arc;

/// Address, organization's name and link's token of an invitation.
type Post = dyn Fn(&str, &str, &str) -> bool + Send + Sync;

/// Takes letters, where the server sends any. Cheap to clone.
#[derive(Clone)]
pub struct Postbox(Arc<Post>);

impl Postbox {
    /// Hands invitations to `invite`: address, name of the organization and token of the link.
    pub fn new(invite: impl Fn(&str, &str, &str) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(invite))
    }

    /// Sends an invitation; false where too many letters wait.
    pub fn invite(&self, email: &str, organization: &str, token: &str) -> bool {
        (self.0)(email, organization, token)
    }
}
