//! The windows of the keys that this process counts requests of in memory.

use super::window::{Quota, Window};
use domain::{ApiKeyId, OrganizationId};
use parking_lot::Mutex;
use std::collections::HashMap;

/// Windows that may be remembered before those that are over are dropped.
const MANY: usize = 10_000;

/// The windows of this process.
#[derive(Debug, Default)]
pub(super) struct Windows(Mutex<HashMap<(OrganizationId, ApiKeyId), Window>>);

impl Windows {
    /// Counts a request of a key that may make `limit` of them; `now` is in microseconds since 1970.
    pub(super) fn count(&self, key: (OrganizationId, ApiKeyId), limit: u32, now: i64) -> Quota {
        let mut windows = self.0.lock();
        if windows.len() >= MANY {
            windows.retain(|_, window| !window.is_over(now));
        }
        windows.entry(key).or_default().count(limit, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api_keys::window::WINDOW;

    #[test]
    fn keys_are_counted_apart_and_memory_is_bounded() {
        let windows = Windows::default();
        let count = |key: &str, now| windows.count((OrganizationId(1), key.parse().unwrap()), 1, now);
        for key in 0..MANY {
            assert!(!count(&key.to_string(), 0).exceeded);
        }
        assert!(count("0", 0).exceeded);
        assert!(!count("later", WINDOW).exceeded);
        assert_eq!(windows.0.lock().len(), 1);
    }
}
