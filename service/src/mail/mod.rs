//! Letters, and the mail server that takes them. What sends them is a task each: `tasks/work/send.rs`.

mod smtp;
mod smtp_address;
pub(crate) mod words;

pub use smtp::Smtp;
pub use smtp_address::{Encryption, SmtpAddress, SmtpError};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, MIME_VERSION_1_0},
    },
};
use std::time::Duration;

/// How long a mail server may take for one letter.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whom letters come from, and by what they are sent.
pub struct Sender {
    /// The mail server.
    pub smtp: Smtp,
    /// Whom letters come from.
    pub from: Mailbox,
    /// Where people reach this server, without a `/` at its end; links begin with it.
    pub public_url: String,
}

/// Hands letters to the mail server.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    public_url: String,
}

/// What is to be sent. `Debug` is not derived: addresses and links stay out of logs.
pub(crate) struct Letter<'a> {
    pub to: &'a str,
    pub subject: &'a str,
    pub text: String,
}

/// Why a letter was not sent, without address or link.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MailError {
    #[error("the address cannot be written to")]
    Address,
    #[error("the letter cannot be put together")]
    Letter,
    /// For good.
    #[error("{0}")]
    Refused(String),
    /// For now.
    #[error("{0}")]
    Unavailable(String),
    #[error("the mail server took longer than {} seconds", PATIENCE.as_secs())]
    Time,
}

impl Mailer {
    /// What sends by that mail server. Connects when there is something to send.
    pub fn new(sender: Sender) -> Self {
        Self {
            transport: sender.smtp.transport(),
            from: sender.from,
            public_url: sender.public_url,
        }
    }

    /// Where people reach this server, without a `/` at its end.
    pub(crate) fn public_url(&self) -> &str {
        &self.public_url
    }

    /// A letter's name for itself, under the sender's domain: the machine's own name is nobody's business.
    fn fresh_id(&self) -> String {
        format!("<{:032x}@{}>", rand::random::<u128>(), self.from.email.domain())
    }

    /// Hands a letter to the mail server.
    pub(crate) async fn send(&self, letter: Letter<'_>) -> Result<(), MailError> {
        let to = letter.to.parse().map_err(|_| MailError::Address)?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject)
            .message_id(Some(self.fresh_id()))
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text)
            .map_err(|_| MailError::Letter)?;
        match tokio::time::timeout(PATIENCE, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.is_permanent() => Err(MailError::Refused(smtp::tell(&error))),
            Ok(Err(error)) => Err(MailError::Unavailable(smtp::tell(&error))),
            Err(_) => Err(MailError::Time),
        }
    }
}
