//! Large answers: their bytes are counted for as long as they are in memory, also while a slow client takes them.

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{HeaderValue, header::CONTENT_TYPE},
    response::Response,
};
use domain::OrganizationId;
use hyper::body::{Frame, SizeHint};
use serde::Serialize;
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use store::{Budget, Exhausted, Held, Share, StoreError};
use tokio::task::spawn_blocking;

/// Bytes of answers that may be in memory at once, and how many of them one organization may have.
const ALL: usize = 48 << 20;
const OF_ONE: usize = 32 << 20;
/// How long an answer waits for others to be taken.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of an answer that are not counted.
const SMALL: usize = 64 << 10;
/// Bytes from which on an answer is put together on a thread where blocking is allowed.
const BLOCKING: usize = 256 << 10;
/// Bytes that are handed to a connection at a time: some have to copy them.
const PIECE: usize = 256 << 10;

/// The bytes of answers that are in memory. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Answers(Budget);

impl Default for Answers {
    fn default() -> Self {
        Self(Budget::new(ALL, OF_ONE, PATIENCE))
    }
}

/// Why an answer could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// There is no memory for it.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
    /// It has no form as JSON.
    #[error("an answer could not be written: {0}")]
    Json(#[from] serde_json::Error),
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
        bytes: Vec<u8>,
        share: Option<Share>,
    ) -> Result<Bytes, Exhausted> {
        if bytes.len() < SMALL {
            return Ok(bytes.into());
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

    /// An answer in JSON, made of what is held. The memory that is taken for what is held is given back once there is
    /// some for the answer.
    ///
    /// # Errors
    /// At once where the organization's clients have not taken as many answers as it may have, and after a moment where
    /// everybody's have not.
    pub async fn json<T, A>(
        &self,
        organization: OrganizationId,
        held: Held<T>,
        answer: impl FnOnce(T) -> A + Send + 'static,
    ) -> Result<Response, AnswerError>
    where
        T: Send + 'static,
        A: Serialize,
    {
        let size = held.size();
        let (value, share) = held.into_parts();
        let write = move || {
            let mut bytes = Vec::with_capacity(size + 4_096);
            serde_json::to_writer(&mut bytes, &answer(value)).map(|()| (bytes, share))
        };
        let (bytes, share) = in_place(size, write).await?;
        let bytes = if bytes.len() < SMALL {
            bytes.into()
        } else {
            let own = self.0.take(organization, bytes.len()).await?;
            self.count(organization, bytes, Some(own))?
        };
        drop(share);
        let mut response = Response::new(Body::new(Pieces(bytes)));
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        Ok(response)
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

/// Takes the next piece off the bytes, or nothing at their end.
pub fn next_piece(bytes: &mut Bytes) -> Option<Bytes> {
    (!bytes.is_empty()).then(|| bytes.split_to(bytes.len().min(PIECE)))
}

/// Bytes, and the share that they take.
struct Counted {
    bytes: Vec<u8>,
    _share: Share,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// A body that is handed out piece by piece.
struct Pieces(Bytes);

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(next_piece(&mut self.0).map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.len() as u64)
    }
}

impl From<AnswerError> for crate::problem::Problem {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::Exhausted(exhausted) => StoreError::from(exhausted).into(),
            AnswerError::Json(error) => Self::internal(error),
        }
    }
}
