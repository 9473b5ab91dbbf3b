//! An answer that shows what matters: status and body, and where it leads.

use super::redact::redact;
use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderMap, Response, StatusCode},
};
use serde_json::Value;
use std::fmt;

/// What came back. Shown with made-up identifiers and the current time replaced.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: to_bytes(body, usize::MAX).await.unwrap(),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// A header's value; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The `Set-Cookie` of that name; empty where there is none.
    pub fn cookie(&self, name: &str) -> &str {
        let cookies = self.headers.get_all("set-cookie").iter();
        let mut cookies = cookies.map(|cookie| cookie.to_str().unwrap());
        let is_it = |cookie: &&str| cookie.split_once('=').is_some_and(|(of, _)| of == name);
        cookies.find(is_it).unwrap_or_default()
    }

    /// `al_session=…` as a browser would send it back; empty where no session was begun.
    pub fn session(&self) -> String {
        let cookie = self.header("set-cookie");
        cookie.split(';').next().unwrap_or_default().to_owned()
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        if let Some(location) = self.headers.get("location") {
            let location = Value::from(location.to_str().unwrap());
            write!(f, " → {}", redact("location", location).as_str().unwrap())?;
        }
        if self.body.is_empty() {
            return Ok(());
        }
        match serde_json::from_slice(&self.body) {
            Ok(json) => write!(f, "\n{:#}", redact("", json)),
            Err(_) => write!(f, "\n{}", self.text()),
        }
    }
}
