//! Whether those who follow an agent still may: asked before each batch of events, once for all streams of the same key or
//! session.

use crate::credentials::Permit;
use parking_lot::Mutex;
use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};
use store::{Store, StoreError, TokenHash};
use tokio::time::Instant;

/// What is known of one agent's readers. One is here as long as a stream of theirs is open.
#[derive(Debug, Default)]
pub struct Checks(Mutex<HashMap<TokenHash, Weak<Check>>>);

/// What is known of one reader.
#[derive(Debug)]
pub struct Check {
    permit: Permit,
    /// When it was asked last, and the answer.
    last: tokio::sync::Mutex<Option<(Instant, bool)>>,
}

impl Checks {
    /// What is known of whoever reads by that permit.
    pub fn of(&self, permit: Permit) -> Arc<Check> {
        let mut checks = self.0.lock();
        let key = permit.token();
        if let Some(check) = key.and_then(|key| checks.get(&key)).and_then(Weak::upgrade) {
            return check;
        }
        checks.retain(|_, check| check.strong_count() > 0);
        let check = Arc::new(Check {
            permit,
            last: tokio::sync::Mutex::default(),
        });
        if let Some(key) = key {
            checks.insert(key, Arc::downgrade(&check));
        }
        check
    }
}

impl Check {
    /// Whether the reader may know what was told at that moment: the answer is no older.
    pub async fn holds(&self, store: &Store, since: Instant) -> Result<bool, StoreError> {
        let mut last = self.last.lock().await;
        if let Some((_, answer)) = last.filter(|(asked, _)| *asked >= since) {
            return Ok(answer);
        }
        let asked = Instant::now();
        let answer = self.permit.holds(store).await?;
        *last = Some((asked, answer));
        Ok(answer)
    }
}
