//! Requests of HTTP/1.1 name the host that they are for, once (RFC 9112, section 3.2).

use crate::problem::Problem;
use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, Version, header::HOST, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Refuses what names none where it must, several, or something that is none.
pub async fn check(request: Request, next: Next) -> Response {
    match wrong(request.version(), request.headers()) {
        Some(words) => Problem::new(StatusCode::BAD_REQUEST, "invalid_host", words).into_response(),
        None => next.run(request).await,
    }
}

fn wrong(version: Version, headers: &HeaderMap) -> Option<&'static str> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => (version == Version::HTTP_11).then_some("The request has no `Host` header."),
        (Some(_), Some(_)) => Some("The request has more than one `Host` header."),
        (Some(host), None) => {
            let authority = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
            let is_host = authority.is_some_and(|authority| !authority.as_str().contains('@'));
            (!is_host).then_some("The request's `Host` header is no host.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_host_is_named_once() {
        let refused = |version, hosts: &[&'static str]| {
            let hosts = hosts.iter().map(|host| (HOST, HeaderValue::from_static(host)));
            let mut headers = HeaderMap::new();
            hosts.for_each(|(name, host)| _ = headers.append(name, host));
            wrong(version, &headers).is_some()
        };
        for host in [
            "ledger.example",
            "ledger.example:3000",
            "127.0.0.1",
            "[::1]:3000",
            "_backend",
        ] {
            assert!(!refused(Version::HTTP_11, &[host]), "{host}");
        }
        for host in ["", "a b", "a/b", "user@ledger.example"] {
            assert!(refused(Version::HTTP_11, &[host]), "{host}");
        }
        for version in [Version::HTTP_10, Version::HTTP_11, Version::HTTP_2] {
            assert_eq!(refused(version, &[]), version == Version::HTTP_11, "{version:?}");
            assert!(
                refused(version, &["ledger.example", "ledger.example"]),
                "{version:?}"
            );
        }
    }
}
