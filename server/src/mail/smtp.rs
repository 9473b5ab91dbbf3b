//! The mail server: how it is named, and when its connection must be encrypted.

use lettre::{
    AsyncSmtpTransport, Tokio1Executor,
    transport::smtp::{
        self, SUBMISSION_PORT, SUBMISSIONS_PORT,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use std::{fmt, time::Duration};
use url::{Host, Url};

/// How long a mail server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A mail server. `Debug` tells where it is, and not the password.
#[derive(Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    tls: Tls,
    credentials: Option<Credentials>,
}

/// Why an address names no mail server. It never repeats the address, which may hold a password.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SmtpError {
    /// Not the form of an address.
    #[error("--smtp-url must look like smtps://USER:PASSWORD@HOST or smtp://USER:PASSWORD@HOST:587")]
    Form,
    /// Says something of TLS that is not known.
    #[error("--smtp-url takes tls=required or tls=none behind its question mark, with smtp:// alone")]
    Tls,
    /// A password without a user.
    #[error("--smtp-url names no user to whom the password belongs")]
    User,
    /// The system's certificates cannot be used.
    #[error("TLS cannot be set up for the mail server")]
    Setup,
}

impl Smtp {
    /// Reads `smtps://…` (TLS from the first byte) or `smtp://…` (STARTTLS, and nothing is sent without it, unless the
    /// server is on this machine or the address says `?tls=none`). The user's password may be given apart. Certificates
    /// are believed by the system's authorities, and by `authority` where a test has its own.
    pub fn parse(
        address: &str,
        password: Option<String>,
        authority: Option<Certificate>,
    ) -> Result<Self, SmtpError> {
        let url = Url::parse(address.trim()).map_err(|_| SmtpError::Form)?;
        let name = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or(SmtpError::Form)?;
        // Of a scheme that the standard does not know, an address is a name until it is read again.
        let host = Host::parse(name).map_err(|_| SmtpError::Form)?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(SmtpError::Form);
        }
        let wish = match url.query() {
            None => None,
            Some("tls=required") => Some(true),
            Some("tls=none") => Some(false),
            Some(_) => return Err(SmtpError::Tls),
        };
        let parameters = || {
            let mut builder = TlsParameters::builder(name.trim_matches(['[', ']']).to_owned());
            if let Some(authority) = authority.clone() {
                builder = builder.add_root_certificate(authority);
            }
            builder.build_rustls().map_err(|_| SmtpError::Setup)
        };
        let (tls, port) = match (url.scheme(), wish) {
            ("smtps", None) => (Tls::Wrapper(parameters()?), SUBMISSIONS_PORT),
            ("smtp", None) if is_here(&host) => (Tls::None, SUBMISSION_PORT),
            ("smtp", None | Some(true)) => (Tls::Required(parameters()?), SUBMISSION_PORT),
            ("smtp", Some(false)) => (Tls::None, SUBMISSION_PORT),
            ("smtps", Some(_)) => return Err(SmtpError::Tls),
            _ => return Err(SmtpError::Form),
        };
        let in_url = url.password().map(decoded).transpose()?;
        let credentials = match (decoded(url.username())?, password.or(in_url)) {
            (user, Some(_)) if user.is_empty() => return Err(SmtpError::User),
            (user, Some(password)) => Some(Credentials::new(user, password)),
            (_, None) => None,
        };
        Ok(Self {
            host: name.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(port),
            tls,
            credentials,
        })
    }

    /// What sends letters to it.
    pub(super) fn transport(&self) -> AsyncSmtpTransport<Tokio1Executor> {
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host)
            .port(self.port)
            .tls(self.tls.clone())
            .timeout(Some(PATIENCE));
        if let Some(credentials) = &self.credentials {
            builder = builder.credentials(credentials.clone());
        }
        builder.build()
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

fn is_here(host: &Host<String>) -> bool {
    match host {
        Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// A part of an address with its `%` escapes read.
fn decoded(part: &str) -> Result<String, SmtpError> {
    percent_encoding::percent_decode_str(part)
        .decode_utf8()
        .map(Into::into)
        .map_err(|_| SmtpError::Form)
}

/// What went wrong. A mail server's own words may repeat the letter's address, so of those only the number is told.
pub(super) fn tell(error: &smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server refused it with {code}"),
        None if error.is_response() => "the mail server's answer makes no sense".to_owned(),
        None if error.is_client() => {
            "the mail server offers no TLS or no way to sign in that is known".to_owned()
        }
        None if error.is_timeout() => "the mail server does not answer".to_owned(),
        None => format!("the mail server cannot be reached: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smtp(address: &str) -> Result<Smtp, SmtpError> {
        Smtp::parse(address, None, None)
    }

    #[test]
    fn beyond_this_machine_a_connection_is_encrypted_unless_asked_for_otherwise() {
        for (address, tls, port) in [
            ("smtps://mail.example", "Wrapper", 465),
            ("smtp://mail.example", "Required", 587),
            ("smtp://mail.example:25?tls=required", "Required", 25),
            ("smtp://192.0.2.7", "Required", 587),
            ("smtp://mail.example?tls=none", "None", 587),
            ("smtp://localhost:2525", "None", 2525),
            ("smtp://127.0.0.1", "None", 587),
            ("smtp://[::1]", "None", 587),
            ("smtp://127.0.0.1?tls=required", "Required", 587),
        ] {
            let smtp = smtp(address).unwrap();
            assert_eq!(
                (format!("{:?}", smtp.tls).as_str(), smtp.port),
                (tls, port),
                "{address}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_told_without_the_password() {
        for (address, error) in [
            ("mail.example", SmtpError::Form),
            ("http://user:s3cret@mail.example", SmtpError::Form),
            ("smtp://user:s3cret@mail.example/inbox", SmtpError::Form),
            ("smtp://user:s3cret@mail.example?tls=maybe", SmtpError::Tls),
            ("smtps://user:s3cret@mail.example?tls=none", SmtpError::Tls),
            ("smtp://:s3cret@mail.example", SmtpError::User),
        ] {
            let refused = smtp(address).unwrap_err();
            assert!(!refused.to_string().contains("s3cret"));
            assert_eq!(refused, error, "{address}");
        }
        let smtp = smtp("smtps://user:s3%20cret@mail.example").unwrap();
        assert_eq!(
            smtp.credentials,
            Some(Credentials::new("user".into(), "s3 cret".into()))
        );
        assert!(!format!("{smtp:?}").contains("cret"));
        let apart = Smtp::parse("smtps://user@mail.example", Some("apart".into()), None).unwrap();
        assert_eq!(
            apart.credentials,
            Some(Credentials::new("user".into(), "apart".into()))
        );
    }
}
