//! Letters. Each attempt makes a link of its own, of which the hash alone is stored. A letter that a mail server took just
//! before the process died is sent once more.

use super::super::{Context, Failure, Work};
use crate::{
    clock,
    mail::{Letter, MailError, Mailer, words},
};
use chrono::Duration;
use domain::{
    TaskFailure,
    member::{INVITATION_DAYS, RESET_HOURS},
};
use store::token::Token;

/// How often a letter is tried: with the pauses in between, for a day.
const MOST_ATTEMPTS: Option<u64> = Some(33);
/// Letters that are sent at the same time.
const AT_ONCE: usize = 2;

/// Sends an invitation.
pub struct SendInvitation;

impl Work for SendInvitation {
    const AT_ONCE: usize = AT_ONCE;
    const MOST_ATTEMPTS: Option<u64> = MOST_ATTEMPTS;

    async fn run(context: &Context) -> Result<(), Failure> {
        let mailer = mailer(context)?;
        let told: store::SendInvitation = context.told().await?;
        let (organization, token, now) = (context.organization()?, Token::fresh(), clock::now());
        let expires_at = now + Duration::days(INVITATION_DAYS);
        let found = context
            .service
            .store
            .add_invitation_link(organization, &told.invitation_id, &token.hash(), now, expires_at)
            .await?;
        // Accepted, withdrawn or replaced meanwhile: nobody waits for it.
        let Some((invitation, name)) = found else {
            return Ok(());
        };
        let base = mailer.public_url();
        let link = format!("{base}/join?token={}", token.reveal());
        let letter = Letter {
            to: &invitation.email,
            subject: &words::invitation_subject(&name),
            text: words::invitation(&name, base, &link),
        };
        Ok(mailer.send(letter).await?)
    }
}

/// Sends a link to another password.
pub struct SendPasswordReset;

impl Work for SendPasswordReset {
    const AT_ONCE: usize = AT_ONCE;
    const MOST_ATTEMPTS: Option<u64> = MOST_ATTEMPTS;

    async fn run(context: &Context) -> Result<(), Failure> {
        let mailer = mailer(context)?;
        let told: store::SendPasswordReset = context.told().await?;
        let token = Token::fresh();
        let expires_at = clock::now() + Duration::hours(RESET_HOURS);
        let known = context
            .service
            .store
            .reset_password_of(&told.email, &token.hash(), expires_at)
            .await?;
        // Nobody signs in with that address.
        let Some(email) = known else {
            return Ok(());
        };
        let base = mailer.public_url();
        let link = format!("{base}/reset-password?token={}", token.reveal());
        let letter = Letter {
            to: &email,
            subject: words::RESET_SUBJECT,
            text: words::reset(&email, base, &link),
        };
        Ok(mailer.send(letter).await?)
    }
}

/// On the next start there may be a mail server again.
fn mailer(context: &Context) -> Result<&Mailer, Failure> {
    context.service.mailer().ok_or_else(|| {
        Failure::transient(
            TaskFailure::MailNotConfigured,
            "the server has no mail server to send by",
        )
    })
}

impl From<MailError> for Failure {
    fn from(error: MailError) -> Self {
        match error {
            MailError::Address | MailError::Letter | MailError::Refused(_) => {
                Self::permanent(TaskFailure::MailRefused, error)
            }
            MailError::Unavailable(_) | MailError::Time => {
                Self::transient(TaskFailure::MailServerUnavailable, error)
            }
        }
    }
}
