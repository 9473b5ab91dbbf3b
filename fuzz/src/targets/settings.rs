//! Settings of the command line: proxies, provider, public address, mail server, master key.

use super::support::text;
use server::{fuzzing as door, peer::TrustedProxy};
use service::mail::{Encryption, SmtpAddress};
use url::Host;

/// What is taken is safe and prints as it is read; what is not is told by its name, without a secret.
pub fn run(input: &[u8]) {
    let text = text(input);
    let text = text.as_ref();
    match text.parse::<TrustedProxy>() {
        Ok(proxy) => {
            assert_eq!(proxy.to_string().parse(), Ok(proxy));
            let address = text.trim().parse();
            assert!(address.is_ok_and(|address| door::is_trusted(&[proxy], address)) || text.contains('/'));
        }
        Err(why) => assert!(why.contains("10.0.0.0/8")),
    }
    match door::checked_issuer(text) {
        Ok(issuer) => {
            let url = issuer.url();
            assert!(
                url.scheme() == "https" || url.host_str().is_some_and(is_here),
                "{url} is asked in plain text"
            );
        }
        Err(error) => is_told(&error, "--oidc-issuer", text),
    }
    match door::checked_public_url(text) {
        Ok(base) => {
            let is_visible = base.bytes().all(|byte| byte.is_ascii_graphic());
            assert!(
                is_visible && base.starts_with("http") && !base.ends_with('/'),
                "{base:?}"
            );
            assert_eq!(door::checked_public_url(&base).ok(), Some(base));
        }
        Err(error) => is_told(&error, "--public-url", text),
    }
    match SmtpAddress::parse(text, None) {
        Ok(address) => {
            // A URL is read without the breaks and tabs in it.
            let is_asked_for = text.replace(['\t', '\n', '\r'], "").contains("?tls=none");
            let is_plain = address.encryption == Encryption::None;
            assert!(
                !is_plain || is_asked_for || is_here(&address.host),
                "{address:?} is plain"
            );
            assert!(address.credentials.is_none_or(|(user, _)| !user.is_empty()));
        }
        // Each says the same whatever was given.
        Err(error) => assert!(error.to_string().starts_with("--smtp-url")),
    }
    match door::read_master_key(input, "master.key") {
        Ok(master) => {
            let written = door::write_master_key(&master);
            let again = door::read_master_key(written.as_bytes(), "master.key");
            assert!(again.is_ok_and(|again| again.reveal() == master.reveal()));
        }
        Err(error) => {
            let said = error.to_string();
            assert!(said.starts_with("master.key is no master key"), "{said}");
            assert!(
                text.len() < 12 || !said.contains(text),
                "repeats what may be a key"
            );
        }
    }
}

fn is_told(error: &server::cli::Error, flag: &str, given: &str) {
    let said = error.to_string();
    assert!(said.starts_with(flag), "{said}");
    assert!(said.len() < 200 + 10 * given.len(), "{said}");
}

fn is_here(host: &str) -> bool {
    match Host::parse(host).or_else(|_| Host::parse(&format!("[{host}]"))) {
        Ok(Host::Domain(name)) => name == "localhost",
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        Ok(Host::Ipv6(address)) => address.is_loopback(),
        Err(_) => false,
    }
}
