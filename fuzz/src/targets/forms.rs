//! Forms under `/auth`, where they lead, and what comes back from the provider of single sign-on.

use super::support::{named, text, told};
use axum::{
    body::Body,
    extract::{Query, Request},
    http::{Uri, header::CONTENT_TYPE, header::LOCATION},
};
use futures_util::FutureExt;
use server::fuzzing as door;
use url::Url;

/// Shortest secret whose letters are not in a refusal by chance.
const LONG: usize = 12;

/// A form is read or refused without repeating a secret; where it leads is on this server, whatever a browser makes of it.
pub fn run(input: &[u8]) {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(input).into_owned().collect();
    for (name, read) in door::FORMS {
        let request = Request::post(format!("/auth/{name}"))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(input.to_vec()));
        let Some(read) = request.ok().and_then(|request| read(request).now_or_never()) else {
            unreachable!("the form is at hand");
        };
        let Err(problem) = read else { continue };
        assert!(named(&problem, 422).is_empty());
        let said = told(&problem).to_string();
        let secrets = pairs
            .iter()
            .filter(|(name, _)| ["password", "token", "current", "new"].contains(&&**name));
        for (_, secret) in secrets.filter(|(_, secret)| secret.len() >= LONG) {
            assert!(!said.contains(secret.as_str()), "{name} tells a secret");
        }
    }
    let text = text(input);
    lead(&text);
    for (_, value) in &pairs {
        lead(value);
    }
    kept(&text);
    let Ok(uri) = Uri::try_from(format!("/auth/sso?{text}")) else {
        return;
    };
    drop(Query::<door::Begin>::try_from_uri(&uri));
    drop(Query::<door::Answer>::try_from_uri(&uri));
}

fn lead(next: &str) {
    let base = Url::parse("https://ledger.example/auth/sign-in");
    let next = door::local(Some(next));
    let stays = |address: &str| {
        let read = base.as_ref().ok().and_then(|base| base.join(address).ok());
        read.is_some_and(|read| base.as_ref().is_ok_and(|base| read.origin() == base.origin()))
    };
    assert!(stays(next), "{next:?} leads elsewhere");
    let response = door::see_other(next, None);
    let location = response
        .headers()
        .get(LOCATION)
        .map(|location| location.as_bytes());
    assert_eq!(location, Some(next.as_bytes()));
    let back = door::address("/sign-in", &[("error", "sso"), ("next", next), ("none", "")]);
    let query = back.split_once('?').map_or("", |(_, query)| query);
    let read: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let given = [("error", "sso"), ("next", next)].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(read, given);
}

/// What a browser kept is read as it was written.
fn kept(cookie: &str) {
    let Some(kept) = door::Kept::of_cookie(cookie) else {
        return;
    };
    assert_eq!(door::local(Some(&kept.next)), kept.next, "leads elsewhere");
    let written = kept.to_cookie();
    let again = door::Kept::of_cookie(&written).map(|again| again.to_cookie());
    assert_eq!(again, Some(written));
}
