//! How a mail server is named, and when its connection must be encrypted.

use lettre::transport::smtp::{SUBMISSION_PORT, SUBMISSIONS_PORT};
use std::fmt;
use url::{Host, Url};

/// Where a mail server is, and how one signs in to it. `Debug` leaves the password out.
#[derive(Clone)]
pub struct SmtpAddress {
    /// A name or an address, without the brackets that an address has in a URL.
    pub host: String,
    /// As named, or the usual one of its encryption.
    pub port: u16,
    /// When the connection is encrypted.
    pub encryption: Encryption,
    /// User and password, where the server asks for them.
    pub credentials: Option<(String, String)>,
}

/// When a connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// TLS before anything else (`smtps`, RFC 8314).
    FromTheFirstByte,
    /// TLS once the server was greeted, and nothing is sent without it (`STARTTLS`, RFC 3207).
    StartTls,
    /// Never.
    None,
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

impl SmtpAddress {
    /// Reads `smtps://…` (TLS from the first byte) or `smtp://…` (STARTTLS, unless the server is on this machine or the
    /// address says `?tls=none`). The user's password may be given apart, which then counts.
    ///
    /// # Errors
    /// What is wrong with the address.
    pub fn parse(address: &str, password: Option<String>) -> Result<Self, SmtpError> {
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
        let (encryption, port) = match (url.scheme(), wish) {
            ("smtps", None) => (Encryption::FromTheFirstByte, SUBMISSIONS_PORT),
            ("smtp", None) if is_here(&host) => (Encryption::None, SUBMISSION_PORT),
            ("smtp", None | Some(true)) => (Encryption::StartTls, SUBMISSION_PORT),
            ("smtp", Some(false)) => (Encryption::None, SUBMISSION_PORT),
            ("smtps", Some(_)) => return Err(SmtpError::Tls),
            _ => return Err(SmtpError::Form),
        };
        let in_url = url.password().map(decoded).transpose()?;
        let credentials = match (decoded(url.username())?, password.or(in_url)) {
            (user, Some(_)) if user.is_empty() => return Err(SmtpError::User),
            (user, Some(password)) => Some((user, password)),
            (_, None) => None,
        };
        Ok(Self {
            host: name.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(port),
            encryption,
            credentials,
        })
    }
}

impl fmt::Debug for SmtpAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpAddress")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("encryption", &self.encryption)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str) -> Result<SmtpAddress, SmtpError> {
        SmtpAddress::parse(address, None)
    }

    #[test]
    fn beyond_this_machine_a_connection_is_encrypted_unless_asked_for_otherwise() {
        use Encryption::{FromTheFirstByte, None, StartTls};
        for (address, encryption, port) in [
            ("smtps://mail.example", FromTheFirstByte, 465),
            ("smtp://mail.example", StartTls, 587),
            ("smtp://mail.example:25?tls=required", StartTls, 25),
            ("smtp://192.0.2.7", StartTls, 587),
            ("smtp://mail.example?tls=none", None, 587),
            ("smtp://localhost:2525", None, 2525),
            ("smtp://127.0.0.1", None, 587),
            ("smtp://[::1]", None, 587),
            ("smtp://127.0.0.1?tls=required", StartTls, 587),
        ] {
            let read = parse(address).unwrap();
            assert_eq!((read.encryption, read.port), (encryption, port), "{address}");
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
            let refused = parse(address).unwrap_err();
            assert!(!refused.to_string().contains("s3cret"));
            assert_eq!(refused, error, "{address}");
        }
        let read = parse("smtps://user:s3%20cret@mail.example").unwrap();
        assert_eq!(read.credentials, Some(("user".into(), "s3 cret".into())));
        assert!(!format!("{read:?}").contains("cret"));
        let apart = SmtpAddress::parse("smtps://user@mail.example", Some("apart".into())).unwrap();
        assert_eq!(apart.credentials, Some(("user".into(), "apart".into())));
    }
}
