//! The mail server, and what it says when it does not work.

use super::smtp_address::{Encryption, SmtpAddress, SmtpError};
use lettre::{
    AsyncSmtpTransport, Tokio1Executor,
    transport::smtp::{
        self,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use std::time::Duration;

/// How long a mail server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A mail server. `Debug` tells where it is, and not the password.
#[derive(Clone, Debug)]
pub struct Smtp {
    address: SmtpAddress,
    tls: Tls,
}

impl Smtp {
    /// Reads the address as [`SmtpAddress::parse`] does, and makes TLS ready. Certificates are believed by the system's
    /// authorities, and by `authority` where a test has its own.
    ///
    /// # Errors
    /// What is wrong with the address, or that the system's certificates cannot be used.
    pub fn parse(
        address: &str,
        password: Option<String>,
        authority: Option<Certificate>,
    ) -> Result<Self, SmtpError> {
        let address = SmtpAddress::parse(address, password)?;
        let parameters = || {
            let mut builder = TlsParameters::builder(address.host.clone());
            if let Some(authority) = authority {
                builder = builder.add_root_certificate(authority);
            }
            builder.build_rustls().map_err(|_| SmtpError::Setup)
        };
        let tls = match address.encryption {
            Encryption::FromTheFirstByte => Tls::Wrapper(parameters()?),
            Encryption::StartTls => Tls::Required(parameters()?),
            Encryption::None => Tls::None,
        };
        Ok(Self { address, tls })
    }

    /// What sends letters to it.
    pub(super) fn transport(&self) -> AsyncSmtpTransport<Tokio1Executor> {
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.address.host)
            .port(self.address.port)
            .tls(self.tls.clone())
            .timeout(Some(PATIENCE));
        if let Some((user, password)) = &self.address.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        builder.build()
    }
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

    #[test]
    fn a_connection_is_encrypted_as_the_address_says_and_the_password_stays_hidden() {
        for (address, tls) in [
            ("smtps://user:s3cret@mail.example", "Wrapper"),
            ("smtp://user:s3cret@mail.example", "Required"),
            ("smtp://user:s3cret@mail.example?tls=none", "None"),
        ] {
            let smtp = Smtp::parse(address, None, None).unwrap();
            assert_eq!(format!("{:?}", smtp.tls), tls, "{address}");
            assert!(!format!("{smtp:?}").contains("s3cret"));
        }
    }
}
