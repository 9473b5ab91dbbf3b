//! Inviting people.

use crate::{Caller, Error, Service, clock};
use chrono::Duration;
use domain::{
    Invitation, InvitationId, Role,
    member::{INVITATION_DAYS, check_invitation},
};
use store::{NewInvitation, token::Token};

/// Letters that an organization may send within an hour: all go by one mail server.
const MOST_LETTERS: u32 = 100;

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
    /// The address is wrong or a member's, or somebody who is no owner invites an owner. `TooManyLetters` where the server
    /// sends them and the organization had a hundred sent within an hour.
    pub async fn invite(&self, caller: &Caller, email: &str, role: Role) -> Result<Invited, Error> {
        let store = self.administered(caller)?;
        check_invitation(role, caller.role())?;
        let (token, now) = (Token::fresh(), clock::now());
        if self.sends_mail() {
            let wait = store
                .wait_to_invite(caller.organization, MOST_LETTERS, now)
                .await?;
            if let Some(wait) = wait {
                return Err(Error::TooManyLetters(wait.to_std().unwrap_or_default()));
            }
        }
        let new = NewInvitation {
            email,
            role,
            expires_at: now + Duration::days(INVITATION_DAYS),
            by_email: self.sends_mail(),
        };
        let invitation = store.invite(caller.organization, &token.hash(), new, now).await?;
        Ok(Invited {
            invitation,
            token,
            is_emailed: self.sends_mail(),
        })
    }

    /// Makes an invitation's links void.
    ///
    /// # Errors
    /// There is no such invitation.
    pub async fn withdraw_invitation(&self, caller: &Caller, invitation: &InvitationId) -> Result<(), Error> {
        let store = self.administered(caller)?;
        Ok(store.withdraw_invitation(caller.organization, invitation).await?)
    }
}
