//! Headers: what proxies say, cookies, keys, positions of streams, types of bodies.

use super::support::{named, text};
use axum::http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request,
    header::{AUTHORIZATION, COOKIE, HOST},
};
use domain::{EventPosition, field::MAX_USER_AGENT};
use server::{fuzzing as door, peer::TrustedProxy};

/// Lines of a request's head as `Name: value`. The first line names the proxies that are trusted.
pub fn run(input: &[u8]) {
    let (proxies, head) = input
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or((input, &[][..]), |end| (&input[..end], &input[end + 1..]));
    let proxies: Vec<TrustedProxy> = text(proxies)
        .split(' ')
        .filter_map(|proxy| proxy.parse().ok())
        .collect();
    let headers = read(head);
    forwarded(&headers, &proxies);
    credentials(&headers);
    positions(&headers);
    site(headers);
}

fn read(head: &[u8]) -> HeaderMap {
    let line = |line: &[u8]| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
        Some((name, value))
    };
    let mut headers = HeaderMap::new();
    for (name, value) in head.split(|byte| *byte == b'\n').filter_map(line) {
        headers.append(name, value);
    }
    headers
}

/// What is believed is plain and was said, and nothing that a client puts before it changes whose address that is.
fn forwarded(headers: &HeaderMap, proxies: &[TrustedProxy]) {
    let told = door::believed(headers, proxies);
    if let Some(host) = &told.host {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".:-_[]".contains(&byte);
        assert!(!host.is_empty() && host.bytes().all(is_plain), "{host:?}");
    }
    let names = [
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-forwarded-host",
        "forwarded",
    ];
    if !names.iter().any(|name| headers.contains_key(*name)) {
        assert_eq!(told, door::Believed::default(), "believed without a word");
    }
    let Some(address) = told
        .address
        .filter(|address| !door::is_trusted(proxies, *address))
    else {
        return;
    };
    let mut invented = headers.clone();
    for (name, word) in [
        ("x-forwarded-for", "203.0.113.66"),
        ("forwarded", "for=203.0.113.66"),
    ] {
        let mut words = vec![HeaderValue::from_static(word)];
        words.extend(headers.get_all(name).iter().cloned());
        if words.len() > 1 {
            invented.remove(name);
            for word in words {
                invented.append(HeaderName::from_static(name), word);
            }
        }
    }
    assert_eq!(
        door::believed(&invented, proxies).address,
        Some(address),
        "a client chooses its address"
    );
}

/// A cookie and a key are parts of their headers; what a program calls itself is one line of bounded length.
fn credentials(headers: &HeaderMap) {
    let holds = |name, part: &str| {
        let mut values = headers.get_all(name).iter();
        values.any(|value| value.to_str().is_ok_and(|value| value.contains(part)))
    };
    for token in [
        door::session_cookie(headers, &axum::http::Extensions::new()),
        door::cookie(headers, "al_sso"),
    ]
    .into_iter()
    .flatten()
    {
        assert!(!token.contains(';') && holds(COOKIE, token), "{token:?}");
    }
    if let Some(token) = door::bearer(headers) {
        assert!(token.trim() == token && holds(AUTHORIZATION, token), "{token:?}");
    }
    if let Some(program) = door::user_agent(headers) {
        assert!((1..=MAX_USER_AGENT).contains(&program.chars().count()));
        assert!(!program.chars().any(char::is_control), "{program:?}");
    }
}

/// Positions and identifiers are read as they print, or named as they were sent; a body is of a type that is taken.
fn positions(headers: &HeaderMap) {
    let query = door::QueryPairs::from(
        headers
            .get("x-query")
            .map(HeaderValue::as_bytes)
            .unwrap_or_default(),
    );
    match door::last_event_id(headers, &query) {
        Ok(position) => assert!(position.is_none_or(|position| position >= EventPosition(0))),
        Err(problem) => {
            let fields = named(&problem, 400);
            let is_ours = |field: &String| ["Last-Event-ID", "lastEventId"].contains(&field.as_str());
            assert!(fields.iter().all(is_ours), "{fields:?}");
        }
    }
    match door::idempotency_key(headers) {
        Ok(key) => assert_eq!(key.is_some(), headers.contains_key("idempotency-key")),
        Err(problem) => assert_eq!(named(&problem, 400), ["Idempotency-Key"]),
    }
    let taken = [door::MediaType::Json, door::MediaType::Ndjson];
    let all = door::MediaType::of(headers, &taken);
    for one in taken {
        match door::MediaType::of(headers, &[one]) {
            Ok(found) => assert_eq!(all.as_ref().ok(), Some(&found)),
            Err(problem) => assert!(named(&problem, 415).is_empty()),
        }
    }
}

/// What a browser says another site sent changes nothing for whoever is signed in.
fn site(headers: HeaderMap) {
    let is_elsewhere = headers
        .get("sec-fetch-site")
        .is_some_and(|site| site != "same-origin" && site != "none");
    let is_told = headers.contains_key("sec-fetch-site") || headers.contains_key("origin");
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .map(str::to_owned);
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = Method::POST;
    parts.headers = headers;
    parts.extensions.insert(door::RequestSource {
        host,
        ..door::RequestSource::default()
    });
    let passes = door::check_site(&parts).is_ok();
    assert!(
        !passes || is_told && !is_elsewhere,
        "passes without a browser's word"
    );
    parts.method = Method::GET;
    assert!(door::check_site(&parts).is_ok(), "reading is refused");
}
