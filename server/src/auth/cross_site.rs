//! Requests that another site makes a signed-in person's browser send (CSRF) are refused by what browsers say of a
//! request's origin (Fetch Metadata; `Origin`).

use crate::{credentials::cookie, page::plain, peer::RequestSource, problem::Problem};
use axum::{
    extract::Request,
    http::{
        Extensions, HeaderMap, StatusCode,
        header::{ACCEPT, ORIGIN},
        request::Parts,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Refuses a request that changes something, unless it comes from our own pages or from no browser. Who sent a form is
/// told so on a page.
pub async fn refuse_cross_site(request: Request, next: Next) -> Response {
    let (headers, extensions) = (request.headers(), request.extensions());
    if request.method().is_safe()
        || is_our_own(headers, extensions)
        || !(is_told(headers) || cookie::token(headers, extensions).is_some())
    {
        return next.run(request).await;
    }
    if !wants_page(headers) {
        return refusal(headers, extensions).into_response();
    }
    let words = words(headers, extensions);
    let paragraphs: Vec<_> = words.iter().map(String::as_str).collect();
    plain::page(StatusCode::FORBIDDEN, "The form was not taken", &paragraphs)
}

/// Whether a person's session counts for this request.
pub fn check(parts: &Parts) -> Result<(), Problem> {
    if parts.method.is_safe() || is_our_own(&parts.headers, &parts.extensions) {
        Ok(())
    } else {
        Err(refusal(&parts.headers, &parts.extensions))
    }
}

fn refusal(headers: &HeaderMap, extensions: &Extensions) -> Problem {
    let [what, remedy] = words(headers, extensions);
    Problem::forbidden(
        "cross_site_request",
        format!("{what} {remedy} Programs use an API key."),
    )
}

/// What is wrong, and what helps.
fn words(headers: &HeaderMap, extensions: &Extensions) -> [String; 2] {
    let Some(origin) = origin(headers).filter(|_| !headers.contains_key(FETCH_SITE)) else {
        return [
            "The request does not come from one of our own pages.".to_owned(),
            "Open this site itself, and try again there.".to_owned(),
        ];
    };
    let source = RequestSource::of(extensions);
    let host = source.host.as_deref().unwrap_or("no host");
    let public = source
        .public_url
        .map_or_else(String::new, |url| format!(" and --public-url is {url}"));
    [
        format!(
            "The page is of {origin}, but the server was asked for {host}{public}, so it may be another site's."
        ),
        format!(
            "If {origin} is where people reach this server, start it with --public-url {origin}, or have the proxy in \
             front pass on the host that it is asked for (nginx: proxy_set_header Host $http_host)."
        ),
    ]
}

/// Says of a request which kind of site sent it. Browsers leave it out on plain HTTP.
const FETCH_SITE: &str = "Sec-Fetch-Site";

/// A browser says that one of our own pages sent this, or the person alone.
fn is_our_own(headers: &HeaderMap, extensions: &Extensions) -> bool {
    if let Some(site) = headers.get(FETCH_SITE) {
        return site == "same-origin" || site == "none";
    }
    let (Some(origin), Some(source)) = (origin(headers), extensions.get::<RequestSource>()) else {
        return false;
    };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == source.host.as_deref() || source.public_url.as_deref() == Some(origin)
}

fn origin(headers: &HeaderMap) -> Option<&str> {
    headers.get(ORIGIN)?.to_str().ok()
}

/// Whether a browser says anything of the origin.
fn is_told(headers: &HeaderMap) -> bool {
    headers.contains_key(FETCH_SITE) || headers.contains_key(ORIGIN)
}

/// Whether the answer is shown as a page.
fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|accepted| accepted.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}
