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
