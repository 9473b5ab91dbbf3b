//! `GET /auth/sso` and `GET /auth/sso/callback`: signing in by the installation's OpenID Connect provider. A browser keeps
//! what it began with in a cookie of a few minutes, so that only the one who began comes back.

use super::{
    caller::visitor,
    forms::{self, HOME, address, local, see_other},
    session,
};
use crate::{
    credentials::cookie,
    problem::Problem,
    sso::{Attempt, CALLBACK, Sso, SsoError},
    state::AppState,
};
use ::cookie::Cookie;
use axum::{
    extract::{Query, Request, State},
    http::{header::LOCATION, request::Parts},
    response::Response,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;
use service::{SsoRefusal, Vouched};

/// Name of the cookie that a browser keeps while the person is at the provider.
const COOKIE: &str = "al_sso";
/// How long a person may take there, in seconds.
const LIFETIME: i64 = 600;

/// What a link to the provider says besides.
#[derive(Deserialize)]
pub struct Begin {
    next: Option<String>,
    /// The token of an invitation that is to be accepted.
    invitation: Option<String>,
}

/// What the provider sends back.
#[derive(Deserialize)]
pub struct Answer {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// What the cookie holds.
pub struct Kept {
    /// What the provider's answer is held against.
    pub attempt: Attempt,
    /// Where the person goes afterwards, on this server.
    pub next: String,
    /// The token of an invitation; empty without one.
    pub invitation: String,
}

/// Leads to the provider, or back to the sign-in page with `error=sso`.
pub async fn begin(State(state): State<AppState>, Query(begin): Query<Begin>) -> Response {
    let Some(sso) = &state.sso else {
        return refused("sso");
    };
    match sso.begin().await {
        Ok((location, attempt)) => {
            let kept = Kept {
                attempt,
                next: local(begin.next.as_deref()).to_owned(),
                invitation: begin.invitation.unwrap_or_default(),
            };
            let mut response = see_other(HOME, [set(&kept.to_cookie(), LIFETIME)]);
            response.headers_mut().insert(LOCATION, location);
            response
        }
        Err(error) => failed(&error),
    }
}

/// Signs in whom the provider vouches for and leads to where the person wanted, or back to the sign-in page with `error`:
/// `sso`, `sso-state`, `sso-denied`, `sso-email`, `sso-account`, `sso-invitation`.
pub async fn callback(
    State(state): State<AppState>,
    Query(answer): Query<Answer>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let kept = cookie::named(&parts.headers, COOKIE).and_then(Kept::of_cookie);
    let mut response = match (&state.sso, kept) {
        (Some(sso), Some(kept)) => answer_to(&state, sso, kept, answer, &parts).await?,
        (Some(_), None) => refused("sso-state"),
        (None, _) => refused("sso"),
    };
    forms::set(&mut response, [set("", 0)]);
    Ok(response)
}

async fn answer_to(
    state: &AppState,
    sso: &Sso,
    kept: Kept,
    answer: Answer,
    parts: &Parts,
) -> Result<Response, Problem> {
    if answer.state.as_deref() != Some(&kept.attempt.state) {
        return Ok(refused("sso-state"));
    }
    let code = match (answer.code, answer.error) {
        (Some(code), None) => code,
        _ => return Ok(refused("sso-denied")),
    };
    let claims = match sso.finish(kept.attempt, code).await {
        Ok(claims) => claims,
        Err(error) => return Ok(failed(&error)),
    };
    let vouched = Vouched {
        issuer: sso.issuer(),
        subject: &claims.subject,
        email: claims.email.as_deref(),
    };
    let invitation = Some(&*kept.invitation).filter(|token| !token.is_empty());
    let signed_in = state
        .service
        .sign_in_by_provider(visitor(parts), vouched, invitation, sso.provisioning())
        .await;
    Ok(match signed_in {
        Ok(session) => see_other(&kept.next, session::keep(&session, &parts.headers)),
        Err(SsoRefusal::NoEmail) => refused("sso-email"),
        Err(SsoRefusal::NoAccount) => refused("sso-account"),
        Err(SsoRefusal::Invitation) => refused("sso-invitation"),
        Err(SsoRefusal::Failed(error)) => return Err(error.into()),
    })
}

fn refused(error: &str) -> Response {
    see_other(&address("/sign-in", &[("error", error)]), None)
}

fn failed(error: &SsoError) -> Response {
    tracing::warn!(%error, "single sign-on failed");
    refused("sso")
}

impl Kept {
    /// As the browser keeps it.
    pub fn to_cookie(&self) -> String {
        let Attempt {
            state,
            nonce,
            verifier,
        } = &self.attempt;
        let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        let (next, invitation) = (encode(&self.next), encode(&self.invitation));
        format!("{state}.{nonce}.{verifier}.{next}.{invitation}")
    }

    /// What a browser brings back; `None` where it was not ours.
    pub fn of_cookie(text: &str) -> Option<Self> {
        let parts: Vec<_> = text.split('.').collect();
        let [state, nonce, verifier, next, invitation] = parts[..] else {
            return None;
        };
        let decode = |text| {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
            String::from_utf8(bytes).ok()
        };
        let next: String = decode(next)?;
        Some(Self {
            attempt: Attempt {
                state: state.to_owned(),
                nonce: nonce.to_owned(),
                verifier: verifier.to_owned(),
            },
            next: local(Some(&next)).to_owned(),
            invitation: decode(invitation)?,
        })
    }
}

fn set(value: &str, seconds: i64) -> Cookie<'static> {
    cookie::make(COOKIE, value, CALLBACK, seconds)
}
