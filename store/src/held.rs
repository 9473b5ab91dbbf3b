//! What was opened out of payloads, and the share of memory that it takes.

use crate::{Budget, Exhausted, Share, StoreError, codec};
use domain::OrganizationId;
use std::{ops::Deref, time::Duration};

/// Bytes of unpacked payloads that may be in memory at once, over all readers. While one is being opened it takes up to
/// three times its size.
const OPENED: usize = codec::LARGEST;
/// Bytes that one organization may have and wait for.
const LINE: usize = 64 * OPENED;
/// How long somebody waits in line for theirs.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes of unpacked payload that take no share.
pub(crate) const SMALL: usize = 64 << 10;
/// Bytes of sealed payload from which on a share is taken before they are read.
pub(crate) const SEALED_LARGE: usize = 64 << 10;
/// Bytes of unpacked payload from which on it is opened on a thread where blocking is allowed.
const BLOCKING: usize = 256 << 10;

/// Something that may be large, and the share of memory that it takes, for as long as it is there.
#[derive(Debug)]
pub struct Held<T> {
    value: T,
    size: usize,
    share: Option<Share>,
}

impl<T> Held<T> {
    pub(crate) fn new(value: T, size: usize, share: Option<Share>) -> Self {
        Self { value, size, share }
    }

    /// What is held, without its share: for what is small, or has been made small.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// What is held, and its share, which must outlive it. There is none where it is small.
    pub fn into_parts(self) -> (T, Option<Share>) {
        (self.value, self.share)
    }

    /// Bytes of the JSON from which it was read.
    pub fn size(&self) -> usize {
        self.size
    }
}

impl<T> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> From<T> for Held<T> {
    fn from(value: T) -> Self {
        Self::new(value, 0, None)
    }
}

impl<T: PartialEq> PartialEq for Held<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// The budget of what is opened.
pub(crate) fn budget() -> Budget {
    Budget::in_turn(OPENED, LINE, PATIENCE)
}

/// A share for so many bytes of unpacked payload: what `share` has too much of is given back, and where there is none
/// one is taken, unless they are few.
pub(crate) async fn share_for(
    budget: &Budget,
    organization: OrganizationId,
    bytes: usize,
    share: Option<Share>,
) -> Result<Option<Share>, Exhausted> {
    match share {
        Some(_) if bytes < SMALL => Ok(None),
        Some(mut share) => {
            share.shrink(bytes);
            Ok(Some(share))
        }
        None if bytes < SMALL => Ok(None),
        None => budget.take(organization, bytes).await.map(Some),
    }
}

/// Opens payloads that are so many bytes unpacked.
pub(crate) async fn unpack<T: Send + 'static>(
    size: usize,
    share: Option<Share>,
    open: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<Held<T>, StoreError> {
    // The share goes along, so that it is held also where whoever waits for this has left.
    let open = move || Ok(Held::new(open()?, size, share));
    if size < BLOCKING {
        return open();
    }
    let opened = tokio::task::spawn_blocking(open);
    opened.await.map_err(|_| StoreError::Closed)?
}
