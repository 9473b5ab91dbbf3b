//! Settings of what `serve` sends by e-mail, and of the links in it.

use super::{Error, secret::Secret};
use lettre::message::Mailbox;
use service::mail::{Sender, Smtp};
use std::path::PathBuf;

/// How letters are sent.
#[derive(Debug, clap::Args)]
pub struct MailArgs {
    /// Mail server for links to new passwords and invitations: smtps://USER:PASSWORD@HOST, or smtp://… with STARTTLS,
    /// without which nothing is sent beyond this machine unless ?tls=none is added.
    #[arg(
        long,
        value_name = "URL",
        env = "AGENT_LEDGER_SMTP_URL",
        hide_env_values = true,
        requires_all = ["mail_from", "public_url"]
    )]
    smtp_url: Option<Secret>,
    /// File with the password at the mail server, in place of one in its URL.
    #[arg(
        long,
        value_name = "FILE",
        env = "AGENT_LEDGER_SMTP_PASSWORD_FILE",
        requires = "smtp_url"
    )]
    smtp_password_file: Option<PathBuf>,
    /// Whom letters come from, such as "Agent Ledger <ledger@example.com>".
    #[arg(long, value_name = "ADDRESS", env = "AGENT_LEDGER_MAIL_FROM")]
    mail_from: Option<String>,
    /// Where people reach the server, such as https://ledger.example.com; links begin with it.
    #[arg(long, value_name = "URL", env = "AGENT_LEDGER_PUBLIC_URL")]
    public_url: Option<String>,
}

impl MailArgs {
    /// Where people reach the server, without a `/` at its end, if that was told.
    pub fn public_url(&self) -> Result<Option<String>, Error> {
        self.public_url.as_deref().map(checked_public_url).transpose()
    }

    /// Whom letters come from and by what they are sent, where a mail server is named.
    pub fn sender(&self) -> Result<Option<Sender>, Error> {
        let (Some(url), Some(from), Some(public_url)) = (&self.smtp_url, &self.mail_from, self.public_url()?)
        else {
            return Ok(None);
        };
        let from: Mailbox = from
            .parse()
            .map_err(|_| Error::refused(format!("--mail-from {from:?} is no address")))?;
        let password = self
            .smtp_password_file
            .as_deref()
            .map(Secret::in_file)
            .transpose()?;
        let password = password.map(|password| password.reveal().to_owned());
        let smtp =
            Smtp::parse(url.reveal(), password, None).map_err(|error| Error::refused(error.to_string()))?;
        Ok(Some(Sender {
            smtp,
            from,
            public_url,
        }))
    }
}

/// A base that links can begin with, as browsers write it and without a `/` at its end.
pub fn checked_public_url(text: &str) -> Result<String, Error> {
    let url = url::Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    });
    let base = url.map(|url| url.as_str().trim_end_matches('/').to_owned());
    base.ok_or_else(|| {
        Error::refused(format!(
            "--public-url {text:?} must look like https://ledger.example.com"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        mail: MailArgs,
    }

    const SERVER: [&str; 3] = ["serve", "--smtp-url", "smtps://user:s3cret@mail.example"];

    #[test]
    fn a_mail_server_needs_an_address_and_a_place_to_lead_to_and_its_password_is_hidden() {
        let error = Line::try_parse_from(SERVER).unwrap_err().to_string();
        assert!(
            error.contains("--mail-from") && error.contains("--public-url"),
            "{error}"
        );
        assert!(!error.contains("s3cret"), "{error}");
        let line = [
            &SERVER[..],
            &["--mail-from", "Ledger <l@x.example>"],
            &["--public-url", "https://x.example/"],
        ];
        let line = Line::try_parse_from(line.concat()).unwrap();
        assert!(!format!("{line:?}").contains("s3cret"), "{line:?}");
        let sender = line.mail.sender().unwrap().unwrap();
        assert_eq!(sender.public_url, "https://x.example");
    }

    #[test]
    fn links_begin_with_a_plain_base() {
        for wrong in [
            "ledger.example",
            "ftp://x.example",
            "https://x.example/a",
            "https://x.example?a=1",
            "https://u@x.example",
            "https://:s3cret@x.example",
        ] {
            let line = Line::try_parse_from(["serve", "--public-url", wrong]).unwrap();
            assert!(line.mail.public_url().is_err(), "{wrong}");
        }
    }
}
