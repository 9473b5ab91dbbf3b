//! What bodies take of the memory, all together.

use super::{JsonBody, MAX_JSON_BYTES, MediaType, aside, broken, parse, work};
use crate::{limits::Limits, problem::Problem};
use axum::{
    body::{Body, HttpBody},
    extract::Request,
    http::{HeaderMap, StatusCode, header::CONTENT_LENGTH},
};
use domain::{OrganizationId, given::Bounds, surrogates::replace_lone_surrogates};
use http_body_util::BodyExt;
use std::{ops::Deref, sync::Arc, time::Duration};
use store::{Budget, Exhausted, Share};

/// Bytes that the bodies of one organization may hold: one of the largest.
const OF_ONE: usize = super::MAX_BYTES;
/// Bytes of what is parsed, prepared and recorded at once, as `work::weight` measures it: of light bodies and of others.
const WORK: (usize, usize) = (8 << 20, 24 << 20);
/// The most that a light one weighs: a single execution as a rule. Those wait for no others.
const LIGHT: usize = 64 << 10;
/// How long a body waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// Least and most bytes by which a buffer grows; shares are counted in the least one's parts.
const STEPS: (usize, usize) = (4 << 10, 1 << 20);
/// What some programs put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// What lengths of buffers are multiples of.
const GRAIN: usize = 1 << 10;

/// Takes bodies in, within what all of them and those of one organization may hold. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bodies {
    arriving: Budget,
    light: Budget,
    heavy: Budget,
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

impl AsRef<[u8]> for Received {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl Bodies {
    /// None yet.
    pub fn new(limits: Arc<Limits>) -> Self {
        let all = (limits.body_memory as usize) << 20;
        Self {
            arriving: Budget::new(all, OF_ONE, Duration::ZERO),
            // What waits is held as bodies, and so bounded by them already: the lines may be long.
            light: Budget::in_turn(WORK.0, 4 * WORK.0, PATIENCE),
            heavy: Budget::in_turn(WORK.1, 4 * WORK.1, PATIENCE),
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
        headers: &HeaderMap,
        mut body: Body,
        organization: OrganizationId,
        most: usize,
    ) -> Result<Received, Problem> {
        let told = headers.get(CONTENT_LENGTH);
        let told: Option<usize> = told.and_then(|length| length.to_str().ok()?.parse().ok());
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
                share.grow(wanted - bytes.capacity()).map_err(no_memory)?;
                bytes.reserve_exact(wanted - bytes.len());
            }
            bytes.extend_from_slice(&data);
        }
        Ok(Received { bytes, _share: share })
    }

    /// The whole body as JSON text, as programs send it: a byte order mark is left out, and half of a surrogate pair that
    /// stands alone becomes U+FFFD.
    ///
    /// # Errors
    /// As of `receive`, and where it is UTF-16 or UTF-32.
    pub async fn receive_json(
        &self,
        request: Request,
        organization: OrganizationId,
        most: usize,
    ) -> Result<Received, Problem> {
        let (parts, body) = request.into_parts();
        let mut received = self.receive(&parts.headers, body, organization, most).await?;
        if matches!(
            *received.bytes,
            [0, ..] | [_, 0, ..] | [0xfe, 0xff, ..] | [0xff, 0xfe, ..]
        ) {
            return Err(broken(&"it is UTF-16 or UTF-32; send it in UTF-8"));
        }
        aside(received.len(), move || {
            if received.bytes.starts_with(BYTE_ORDER_MARK) {
                received.bytes.drain(..BYTE_ORDER_MARK.len());
            }
            replace_lone_surrogates(&mut received.bytes);
            received
        })
        .await
    }

    /// Leave to parse this text and to do what it asks for, after those who came before. It is to be held until that is
    /// done and its memory is free.
    ///
    /// # Errors
    /// Where that takes too long.
    pub async fn turn(&self, organization: OrganizationId, text: &[u8]) -> Result<Share, Problem> {
        self.turn_of(organization, work::weight(text)).await
    }

    async fn turn_of(&self, organization: OrganizationId, weight: usize) -> Result<Share, Problem> {
        let lane = if weight <= LIGHT { &self.light } else { &self.heavy };
        lane.take(organization, weight).await.map_err(no_memory)
    }

    /// The same for a form.
    ///
    /// # Errors
    /// As of `turn`.
    pub async fn turn_of_form(&self, organization: OrganizationId, form: &[u8]) -> Result<Share, Problem> {
        self.turn_of(organization, work::weight_of_form(form)).await
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
        let body = self.receive_json(request, organization, most).await?;
        let turn = self.turn(organization, &body).await?;
        let bounds = self.bounds();
        let json = aside(body.len(), move || parse(&body, bounds)).await??;
        Ok((json, turn))
    }
}

fn too_large(most: usize) -> Problem {
    Problem::too_large(
        "body_too_large",
        format!("The body may have {} MiB at most, unpacked.", most >> 20),
    )
}

/// The refusal of a body that is not here as a whole.
pub fn incomplete() -> Problem {
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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::HeaderValue, response::IntoResponse};
    use tokio::time::Instant;

    const ONE: OrganizationId = OrganizationId(1);
    const OTHER: OrganizationId = OrganizationId(2);

    fn bodies() -> Bodies {
        Bodies::new(Arc::new(Limits::default()))
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_large_is_done_in_turn_and_what_is_small_at_once() {
        let bodies = bodies();
        let large = "[".repeat(100_000);
        let begin = Instant::now();
        let turn = bodies.turn(ONE, large.as_bytes()).await.unwrap();
        let refused = bodies.turn(OTHER, large.as_bytes()).await.unwrap_err();
        assert_eq!(begin.elapsed().as_secs(), PATIENCE.as_secs());
        let refused = refused.into_response();
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(refused.headers().contains_key("retry-after"));

        let waiting = tokio::spawn({
            let bodies = bodies.clone();
            async move { bodies.turn(OTHER, large.as_bytes()).await.is_ok() }
        });
        tokio::task::yield_now().await;
        let begin = Instant::now();
        for organization in [ONE, OTHER] {
            bodies
                .turn(organization, b"{\"status\": \"success\"}")
                .await
                .unwrap();
        }
        assert!(begin.elapsed().is_zero(), "what is small waited");
        drop(turn);
        assert!(waiting.await.unwrap());
    }

    #[tokio::test]
    async fn a_buffer_is_as_large_as_its_share() {
        for (length, told) in [
            (0, None),
            (1, Some(1)),
            (5_000, Some(5_000)),
            (5_000, None),
            (9 << 20, None),
        ] {
            let mut request = Request::new(Body::from(vec![b' '; length]));
            if let Some(told) = told {
                request
                    .headers_mut()
                    .insert(CONTENT_LENGTH, HeaderValue::from(told));
            }
            let body = bodies().receive_json(request, ONE, OF_ONE).await.unwrap();
            assert_eq!(body.len(), length);
            assert!(body.bytes.capacity() <= length.next_multiple_of(GRAIN).max(length + STEPS.0));
        }
    }
}
