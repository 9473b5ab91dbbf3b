//! What bodies take of the memory, all together.

use super::{JsonBody, MAX_JSON_BYTES, MediaType, aside, parse, work};
use crate::{
    api::problem::Problem,
    http::AppState,
    limits::Limits,
};
use axum::{
    body::HttpBody,
    extract::{FromRef, Request},
    http::{StatusCode, header::CONTENT_LENGTH},
};
use domain::{OrganizationId, given::Bounds};
use http_body_util::BodyExt;
use std::{ops::Deref, sync::Arc, time::Duration};
use store::{Budget, Exhausted, Share};

/// Bytes that the bodies of one organization may hold: one of the largest.
const OF_ONE: usize = super::MAX_BYTES;
/// Bytes of what is parsed, prepared and recorded at once, as `work::weight` measures it.
const WORK: usize = 32 << 20;
/// How long a body waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// Least and most bytes by which a buffer grows; shares are counted in the least one's parts.
const STEPS: (usize, usize) = (4 << 10, 1 << 20);
/// What lengths of buffers are multiples of.
const GRAIN: usize = 1 << 10;

/// Takes bodies in, within what all of them and those of one organization may hold. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bodies {
    arriving: Budget,
    working: Budget,
    limits: Arc<Limits>,
}

/// A body. Its memory is free for others when it is dropped.
#[derive(Debug)]
pub struct Received {
    bytes: Vec<u8>,
    _share: Share,
}

impl Deref for Received {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Bodies {
    /// None yet.
    pub fn new(limits: Arc<Limits>) -> Self {
        let all = (limits.body_memory as usize) << 20;
        Self {
            arriving: Budget::new(all, OF_ONE, Duration::ZERO),
            // What waits is bounded as bodies; the line holds as much again as those and as what is at work.
            working: Budget::in_turn(WORK, 3 * WORK, PATIENCE),
            limits,
        }
    }

    /// What bounds what is read out of them.
    pub fn bounds(&self) -> Bounds {
        Bounds {
            members: self.limits.max_members as usize,
            errors: self.limits.max_errors as usize,
        }
    }

    /// The whole body, `most` bytes at most. It takes its memory as it comes in.
    ///
    /// # Errors
    /// At once where it is or gets too large, or where there is no memory for more of it.
    pub async fn receive(
        &self,
        request: Request,
        organization: OrganizationId,
        most: usize,
    ) -> Result<Received, Problem> {
        let told = request.headers().get(CONTENT_LENGTH);
        let told: Option<usize> = told.and_then(|length| length.to_str().ok()?.parse().ok());
        let mut body = request.into_body();
        // Unpacked it has another length, and the header is gone.
        let least = body.size_hint().lower();
        if told.is_some_and(|told| told > most) || least > most as u64 {
            return Err(too_large(most));
        }
        let mut share = self.arriving.empty(organization);
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| incomplete())?.into_data() else {
                continue;
            };
            let length = bytes.len() + data.len();
            if length > most {
                return Err(too_large(most));
            }
            if length > bytes.capacity() {
                let step = bytes.capacity().clamp(STEPS.0, STEPS.1);
                let wanted = (bytes.capacity() + step).min(told.unwrap_or(most));
                let wanted = wanted.max(length).next_multiple_of(GRAIN).min(most);
                share
                    .grow(wanted - bytes.capacity())
                    .map_err(no_memory)?;
                bytes.reserve_exact(wanted - bytes.len());
            }
            bytes.extend_from_slice(&data);
        }
        Ok(Received {
            bytes,
            _share: share,
        })
    }

    /// Leave to parse this text and to do what it asks for, after those who came before. It is to be held until that is
    /// done and its memory is free.
    ///
    /// # Errors
    /// Where that takes too long.
    pub async fn turn(&self, organization: OrganizationId, text: &[u8]) -> Result<Share, Problem> {
        let share = self.working.take(organization, work::weight(text));
        share.await.map_err(no_memory)
    }

    /// The body as one JSON text, 1 MiB at most, and what is held while the call does its work.
    pub async fn json(
        &self,
        request: Request,
        organization: OrganizationId,
    ) -> Result<(JsonBody, Share), Problem> {
        self.json_up_to(request, organization, MAX_JSON_BYTES).await
    }

    /// The same of `most` bytes at most.
    pub async fn json_up_to(
        &self,
        request: Request,
        organization: OrganizationId,
        most: usize,
    ) -> Result<(JsonBody, Share), Problem> {
        MediaType::of(request.headers(), &[MediaType::Json])?;
        let body = self.receive(request, organization, most).await?;
        let turn = self.turn(organization, &body).await?;
        let bounds = self.bounds();
        let json = aside(body.len(), move || parse(&body, bounds)).await??;
        Ok((json, turn))
    }
}

impl FromRef<AppState> for Bodies {
    fn from_ref(state: &AppState) -> Self {
        state.bodies.clone()
    }
}

fn too_large(most: usize) -> Problem {
    Problem::too_large(
        "body_too_large",
        format!("The body may have {} MiB at most, unpacked.", most >> 20),
    )
}

fn incomplete() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "incomplete_body",
        "The body broke off or could not be unpacked.",
    )
}

fn no_memory(why: Exhausted) -> Problem {
    match why {
        Exhausted::ByOrganization => Problem::too_many_bytes(),
        Exhausted::ByAll => Problem::unavailable(
            "busy",
            "The server has as many large bodies at hand as it can hold; try again in a moment.",
        ),
    }
}
