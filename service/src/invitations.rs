//! Inviting people.

use crate::{Error, Service};
use chrono::Duration;
use domain::{Invitation, OrganizationId, Role, Timestamp, member::INVITATION_DAYS};
use store::{NewInvitation, token::Token};

/// An invitation that was made. `Debug` is not derived: the token stays out of logs.
pub struct Invited {
    /// The invitation.
    pub invitation: Invitation,
    /// The token of the link that the inviter is shown: the only time that it is seen.
    pub token: Token,
    /// Whether a letter with a link of its own is on its way to the address.
    pub is_emailed: bool,
}

impl Service {
    /// Invites somebody, by a link that the inviter hands over and, where the server sends letters, by a letter. An earlier
    /// invitation of the same address is void from then on.
    ///
    /// # Errors
    /// The address is wrong or a member's, or somebody who is no owner invites an owner.
    pub async fn invite(
        &self,
        organization: OrganizationId,
        email: &str,
        role: Role,
        by: Role,
        now: Timestamp,
    ) -> Result<Invited, Error> {
        let token = Token::fresh();
        let new = NewInvitation {
            email,
            role,
            by,
            expires_at: now + Duration::days(INVITATION_DAYS),
            by_email: self.sends_mail(),
        };
        let invitation = self.store.invite(organization, &token.hash(), new, now).await?;
        Ok(Invited {
            invitation,
            token,
            is_emailed: self.sends_mail(),
        })
    }
}
