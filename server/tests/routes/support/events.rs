//! A stream of events, read as a browser reads it.

use axum::{
    body::{Body, BodyDataStream},
    http::{HeaderMap, Response, StatusCode},
};
use futures_util::StreamExt;
use serde_json::Value;
use std::time::Duration;

/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open stream.
pub struct EventStream {
    pub status: StatusCode,
    pub headers: HeaderMap,
    body: BodyDataStream,
    text: String,
    /// The last `id` so far.
    pub last_event_id: String,
}

/// An event with data.
#[derive(Debug)]
pub struct Sent {
    pub event: String,
    pub id: i64,
    pub data: Value,
}

impl Sent {
    /// `event executionId status`; without a row, the event's name alone.
    pub fn told(&self) -> String {
        let field = |name: &str| self.data[name].as_str().map(|text| format!(" {text}"));
        [Some(self.event.clone()), field("executionId"), field("status")]
            .into_iter()
            .flatten()
            .collect()
    }
}

impl EventStream {
    pub fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: body.into_data_stream(),
            text: String::new(),
            last_event_id: String::new(),
        }
    }

    /// The next block up to an empty line, as it came; `None` at the end.
    pub async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return Some(block);
            }
            let piece = tokio::time::timeout(PATIENCE, self.body.next()).await.unwrap();
            self.text += std::str::from_utf8(&piece?.unwrap()).unwrap();
        }
    }

    /// The next event that has data; comments and the opening are read over. `None` at the end.
    pub async fn next(&mut self) -> Option<Sent> {
        loop {
            let block = self.block().await?;
            let field = |name: &str| {
                let mut lines = block.lines().filter_map(|line| line.split_once(": "));
                lines
                    .find(|(field, _)| *field == name)
                    .map(|(_, value)| value.to_owned())
            };
            if let Some(id) = field("id") {
                self.last_event_id = id;
            }
            if let Some(data) = field("data") {
                return Some(Sent {
                    event: field("event").unwrap(),
                    id: self.last_event_id.parse().unwrap(),
                    data: serde_json::from_str(&data).unwrap(),
                });
            }
        }
    }

    /// What the next events tell, in short.
    pub async fn told(&mut self, events: usize) -> Vec<String> {
        let mut told = Vec::new();
        for _ in 0..events {
            told.push(self.next().await.unwrap().told());
        }
        told
    }
}
