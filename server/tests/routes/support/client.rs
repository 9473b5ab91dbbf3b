//! Somebody who sends requests.

use super::{Answer, EventStream};
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Request, Response},
};
use serde_json::Value;
use std::net::SocketAddr;
use tower::ServiceExt;

/// Somebody who sends requests, with the same headers each time.
#[derive(Clone)]
pub struct Client {
    router: Router,
    headers: Vec<(String, String)>,
    address: Option<SocketAddr>,
}

impl Client {
    pub fn new(router: Router) -> Self {
        Self {
            router,
            headers: vec![("host".into(), "ledger.example".into())],
            address: None,
        }
    }

    /// The same one with another header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same one at another network address.
    pub fn from(mut self, address: &str) -> Self {
        self.address = Some(SocketAddr::new(address.parse().unwrap(), 1));
        self
    }

    /// The same one with a header of that name more.
    pub fn also(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same one without a header.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, Body::empty()).await
    }

    pub async fn head(&self, path: &str) -> Answer {
        self.send("HEAD", path, None, Body::empty()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None, Body::empty()).await
    }

    pub async fn post(&self, path: &str, json: Value) -> Answer {
        self.send("POST", path, Some("application/json"), json.to_string())
            .await
    }

    pub async fn patch(&self, path: &str, json: Value) -> Answer {
        self.send("PATCH", path, Some("application/json"), json.to_string())
            .await
    }

    pub async fn put(&self, path: &str, json: Value) -> Answer {
        self.send("PUT", path, Some("application/json"), json.to_string())
            .await
    }

    /// Posts a form.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.send("POST", path, Some("application/x-www-form-urlencoded"), form)
            .await
    }

    /// The body of an answer, unread.
    pub async fn open(&self, path: &str) -> Body {
        self.call("GET", path, None, Body::empty()).await.into_body()
    }

    /// Opens a stream of events.
    pub async fn follow(&self, path: &str) -> EventStream {
        EventStream::read(self.call("GET", path, None, Body::empty()).await)
    }

    /// Sends a request and reads the status alone: some answers do not end.
    pub async fn status(&self, method: &str, path: &str, content_type: &str, body: &str) -> u16 {
        let body = body.to_owned();
        self.call(method, path, Some(content_type), body)
            .await
            .status()
            .as_u16()
    }

    pub async fn send(
        &self,
        method: &str,
        path: &str,
        content_type: Option<&str>,
        body: impl Into<Body>,
    ) -> Answer {
        Answer::read(self.call(method, path, content_type, body).await).await
    }

    async fn call(
        &self,
        method: &str,
        path: &str,
        content_type: Option<&str>,
        body: impl Into<Body>,
    ) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(address));
        }
        let request = request.body(body.into()).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }
}
