//! Letters that the server sends: written and handed to a mail server aside, one by one, so that no request waits for it
//! and none tells by its time what was found.

mod smtp;
mod smtp_address;

pub use smtp::Smtp;
pub use smtp_address::{Encryption, SmtpAddress, SmtpError};

use crate::clock;
use app::mail_text;
use chrono::Duration;
use domain::member::RESET_HOURS;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use store::{Store, StoreError, token::Token};
use tokio::{sync::mpsc, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// Letters that may wait; more are refused.
const WAITING: usize = 100;
/// How long a mail server may take for one letter.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// What is to be sent. `Debug` is not derived: addresses and links stay out of logs.
pub enum Letter {
    /// A link to another password, if somebody signs in with that address.
    PasswordReset {
        /// As it was entered.
        email: String,
    },
    /// An invitation.
    Invitation {
        /// Whom.
        email: String,
        /// Name of the organization.
        organization: String,
        /// The link's token.
        token: String,
    },
}

/// Whom letters come from, and by what they are sent.
pub struct Sender {
    /// The mail server.
    pub smtp: Smtp,
    /// Whom letters come from.
    pub from: Mailbox,
    /// Where people reach this server, without a `/` at its end; links begin with it.
    pub public_url: String,
}

/// Takes letters. Cheap to clone.
#[derive(Clone)]
pub struct Mailer(mpsc::Sender<Letter>);

impl Mailer {
    /// Sends letters until `stop`; one that waits then is not sent any more.
    pub fn start(sender: Sender, store: Store, stop: CancellationToken) -> (Self, JoinHandle<()>) {
        let (queue, letters) = mpsc::channel(WAITING);
        let office = Office {
            transport: sender.smtp.transport(),
            from: sender.from,
            public_url: sender.public_url,
            store,
        };
        let work = async move {
            stop.run_until_cancelled(office.run(letters)).await;
        };
        (Self(queue), tokio::spawn(work))
    }

    /// Hands a letter over; false where too many wait.
    pub fn post(&self, letter: Letter) -> bool {
        self.0.try_send(letter).is_ok()
    }
}

struct Office {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    public_url: String,
    store: Store,
}

/// Why a letter was not sent, without address or link.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the address cannot be written to")]
    Address,
    #[error("the letter cannot be put together")]
    Letter,
    #[error("{0}")]
    Smtp(String),
    #[error("the mail server took longer than {} seconds", PATIENCE.as_secs())]
    Time,
}

impl Office {
    async fn run(self, mut letters: mpsc::Receiver<Letter>) {
        while let Some(letter) = letters.recv().await {
            if let Err(error) = self.send(letter).await {
                tracing::error!(%error, "a letter could not be sent");
            }
        }
    }

    async fn send(&self, letter: Letter) -> Result<(), Failure> {
        let Some((email, subject, text)) = self.write(letter).await? else {
            return Ok(());
        };
        let to = email.parse().map_err(|_| Failure::Address)?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(|_| Failure::Letter)?;
        match tokio::time::timeout(PATIENCE, self.transport.send(message)).await {
            Ok(sent) => sent
                .map(|_| ())
                .map_err(|error| Failure::Smtp(smtp::tell(&error))),
            Err(_) => Err(Failure::Time),
        }
    }

    /// Address, subject and text; nothing where nobody signs in with the address.
    async fn write(&self, letter: Letter) -> Result<Option<(String, String, String)>, Failure> {
        let base = &self.public_url;
        match letter {
            Letter::PasswordReset { email } => {
                let token = Token::fresh();
                let expires_at = clock::now() + Duration::hours(RESET_HOURS);
                let known = self
                    .store
                    .reset_password_of(&email, &token.hash(), expires_at)
                    .await?;
                Ok(known.map(|email| {
                    let link = format!("{base}/reset-password?token={}", token.reveal());
                    let text = mail_text::reset(&email, base, &link);
                    (email, mail_text::RESET_SUBJECT.to_owned(), text)
                }))
            }
            Letter::Invitation {
                email,
                organization,
                token,
            } => {
                let link = format!("{base}/join?token={token}");
                let text = mail_text::invitation(&organization, base, &link);
                Ok(Some((email, mail_text::invitation_subject(&organization), text)))
            }
        }
    }
}
