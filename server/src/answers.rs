//! Large answers: their bytes are counted for as long as they are in memory, also while a slow client takes them.

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{HeaderValue, header::CONTENT_TYPE},
    response::Response,
};
use domain::OrganizationId;
use hyper::body::{Frame, SizeHint};
use serde::Serialize;
use service::answers::{Answers, SMALL, in_place};
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};
use store::{Exhausted, Held};

/// Bytes that are handed to a connection at a time: some have to copy them.
const PIECE: usize = 256 << 10;

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

/// An answer in JSON, made of what is held. The memory that is taken for what is held is given back once there is
/// some for the answer.
///
/// # Errors
/// At once where the organization's clients have not taken as many answers as it may have, and after a moment where
/// everybody's have not.
pub async fn json<T, A>(
    answers: &Answers,
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
    let body = body(answers, organization, bytes.into()).await?;
    drop(share);
    let mut response = Response::new(body);
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

/// Bytes as an answer's body, counted until its reader has taken them.
///
/// # Errors
/// As of `json`.
pub async fn body(answers: &Answers, organization: OrganizationId, bytes: Bytes) -> Result<Body, Exhausted> {
    if bytes.len() < SMALL {
        return Ok(bytes.into());
    }
    let own = answers.take(organization, bytes.len()).await?;
    Ok(Body::new(Pieces(answers.count(
        organization,
        bytes,
        Some(own),
    )?)))
}

/// Takes the next piece off the bytes, or nothing at their end.
pub fn next_piece(bytes: &mut Bytes) -> Option<Bytes> {
    (!bytes.is_empty()).then(|| bytes.split_to(bytes.len().min(PIECE)))
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
            AnswerError::Exhausted(exhausted) => service::Error::from(exhausted).into(),
            AnswerError::Json(error) => Self::internal(error),
        }
    }
}
