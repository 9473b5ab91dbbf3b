//! Large answers: their bytes are counted for as long as they are in memory, also while a slow client takes them.

use bytes::Bytes;
use domain::OrganizationId;
use std::time::Duration;
use store::{Budget, Exhausted, Share};
use tokio::task::spawn_blocking;

/// Bytes of answers that may be in memory at once, and how many of them one organization may have.
const ALL: usize = 48 << 20;
const OF_ONE: usize = 32 << 20;
/// How long an answer waits for others to be taken.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of an answer that are not counted.
pub const SMALL: usize = 64 << 10;
/// Bytes from which on an answer is put together on a thread where blocking is allowed.
const BLOCKING: usize = 256 << 10;

/// The bytes of answers that are in memory. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Answers(Budget);

impl Default for Answers {
    fn default() -> Self {
        Self(Budget::new(ALL, OF_ONE, PATIENCE))
    }
}

impl Answers {
    /// Takes memory for an answer of so many bytes, in turn.
    pub async fn take(&self, organization: OrganizationId, bytes: usize) -> Result<Share, Exhausted> {
        self.0.take(organization, bytes).await
    }

    /// Counts bytes for as long as they live: in `share`, where there is one, or else in one that is to be had right now.
    pub fn count(
        &self,
        organization: OrganizationId,
        bytes: impl Into<Bytes>,
        share: Option<Share>,
    ) -> Result<Bytes, Exhausted> {
        let bytes = bytes.into();
        if bytes.len() < SMALL {
            return Ok(bytes);
        }
        let share = match share {
            Some(mut share) => {
                share.grow(bytes.len().saturating_sub(share.bytes()))?;
                share.shrink(bytes.len());
                share
            }
            None => self.0.try_take(organization, bytes.len())?,
        };
        Ok(Bytes::from_owner(Counted { bytes, _share: share }))
    }
}

/// Does work for something of so many bytes: what is large takes a thread where blocking is allowed.
pub async fn in_place<T: Send + 'static, E: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    if bytes < BLOCKING {
        return work();
    }
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// Bytes, and the share that they take.
struct Counted {
    bytes: Bytes,
    _share: Share,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
