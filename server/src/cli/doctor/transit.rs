//! How the server would listen.

use super::finding::{
    Finding,
    Severity::{Note, Problem, Warning},
};
use crate::{cli::listen::ListenArgs, http::Certificate, peer::is_trusted};
use chrono::TimeDelta;
use domain::Timestamp;
use store::Checkup;

/// How long before its end a certificate should have been renewed.
const RENEWAL: TimeDelta = TimeDelta::days(14);

/// How long it matters that somebody's word was not believed.
const REMEMBERED: TimeDelta = TimeDelta::days(7);

pub fn look(listen: &ListenArgs, now: Timestamp) -> Vec<Finding> {
    let mut findings = vec![match (&listen.tls_cert, &listen.tls_key) {
        (Some(certificate), Some(key)) => match Certificate::read(certificate, key) {
            Ok(certificate) => validity(&certificate, now),
            Err(error) => Finding::new(
                Problem,
                "tls",
                format!("the TLS certificate cannot be used: {error}"),
                "name a certificate and the key that belongs to it with --tls-cert and --tls-key",
            ),
        },
        _ => plain(listen),
    }];
    if listen.trusted_proxy.iter().any(|proxy| proxy.is_everybody()) {
        findings.push(Finding::new(
            Problem,
            "trusted_proxies",
            "everybody is believed about whom a request comes from, so recorded addresses and the throttle of \
             passwords can be lied to",
            "name the addresses of your proxies alone with --trusted-proxy",
        ));
    }
    findings
}

/// Who said to a running server for whom requests were forwarded, is none of the trusted proxies, and may be meant to be.
pub fn unbelieved(listen: &ListenArgs, checkup: &Checkup, now: Timestamp) -> Vec<Finding> {
    let notes = checkup.untrusted_proxies.iter();
    notes
        .filter(|(address, noted_at)| {
            now - *noted_at < REMEMBERED && !is_trusted(&listen.trusted_proxy, *address)
        })
        .map(|(address, noted_at)| {
            Finding::new(
                Warning,
                "trusted_proxies",
                format!(
                    "a request from {address} said for whom it was forwarded and was not believed, last noted at {}",
                    noted_at.format("%Y-%m-%d %H:%M UTC")
                ),
                format!(
                    "if that is your proxy, start the server with --trusted-proxy {address}; if not, it is a stranger \
                     whom nobody believed"
                ),
            )
        })
        .collect()
}

fn plain(listen: &ListenArgs) -> Finding {
    let addr = listen.addr;
    if listen.is_plain_beyond_loopback() {
        let remedy = "give --tls-cert and --tls-key, or listen on 127.0.0.1 behind a proxy that speaks HTTPS";
        return if listen.plain_http {
            Finding::new(
                Warning,
                "tls",
                format!(
                    "plain HTTP is spoken on {addr}, beyond this machine: passwords, keys and prompts can be read on \
                     the way"
                ),
                remedy,
            )
        } else {
            Finding::new(
                Problem,
                "tls",
                format!("a server on {addr} would speak plain HTTP to other machines, and refuses to start"),
                remedy,
            )
        };
    }
    if listen.trusted_proxy.is_empty() {
        return Finding::new(
            Note,
            "tls",
            format!("plain HTTP is spoken on {addr}, to this machine alone"),
            "where a proxy in front speaks HTTPS, name its address with --trusted-proxy, so that callers' addresses \
             are known and cookies are kept to HTTPS",
        );
    }
    Finding::ok(
        "tls",
        format!("plain HTTP is spoken on {addr}, to a proxy on this machine alone"),
    )
}

fn validity(certificate: &Certificate, now: Timestamp) -> Finding {
    let Some((from, until)) = certificate.validity() else {
        return Finding::new(
            Note,
            "tls",
            "it cannot be read how long the TLS certificate is valid",
            "look with `openssl x509 -enddate -noout -in FILE`",
        );
    };
    let day = |time: Timestamp| time.format("%Y-%m-%d");
    let renew = "renew it; a running server takes up the new files by itself";
    if now > until {
        let says = format!("the TLS certificate has expired on {}", day(until));
        Finding::new(Problem, "tls", says, renew)
    } else if now < from {
        let says = format!("the TLS certificate is valid only from {} on", day(from));
        Finding::new(
            Problem,
            "tls",
            says,
            "use one that is valid already, or set this machine's clock",
        )
    } else if until - now < RENEWAL {
        let says = format!("the TLS certificate ends on {}", day(until));
        Finding::new(Warning, "tls", says, renew)
    } else {
        Finding::ok(
            "tls",
            format!("the TLS certificate is valid until {}", day(until)),
        )
    }
}
