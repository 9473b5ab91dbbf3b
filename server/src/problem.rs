//! Problem details (RFC 9457): the one shape of every refusal under `/api`, and the one place that makes it.

use crate::clock;
use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use domain::{
    Errors, FieldError, Rule, SpentBudget, Timestamp,
    access::{MAX_PASSWORD, MIN_PASSWORD},
    time,
};
use serde::Serialize;
use service::{FRESH_MINUTES, Grant};
use std::time::Duration;
use store::{Exhausted, KeyRefusal, StoreError};
use utoipa::ToSchema;

/// Media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";
/// Seconds after which it can be tried again what cannot be done right now.
const RETRY_SECONDS: u32 = 1;

/// Why a request was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `about:blank`: the status says what kind of problem it is, and `code` says it exactly.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status of the answer.
    status: u16,
    /// What happened, and what would help.
    #[schema(value_type = String)]
    detail: Box<str>,
    /// Stable name of the problem, for programs.
    #[schema(value_type = String, example = "invalid_parameters")]
    code: &'static str,
    /// Each wrong parameter or field: the first 100, unless the server is set to another number.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// How many more there are, if any.
    #[serde(rename = "moreErrors", skip_serializing_if = "is_zero")]
    #[schema(minimum = 1)]
    more_errors: u32,
    /// Seconds after which it may be tried again.
    #[serde(skip)]
    #[schema(ignore)]
    retry_after: Option<u32>,
    #[serde(skip)]
    #[schema(ignore)]
    cause: Option<Cause>,
}

/// What lies behind a problem: for the log alone, never in an answer. Travels in the response's extensions.
#[derive(Debug, Clone)]
pub struct Cause(pub Box<str>);

impl Problem {
    /// A problem of that status.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into().into(),
            code,
            errors: Vec::new(),
            more_errors: 0,
            retry_after: None,
            cause: None,
        }
    }

    /// Names what is wrong field by field.
    fn naming(mut self, errors: Errors) -> Self {
        self.more_errors = u32::try_from(errors.more()).unwrap_or(u32::MAX);
        self.errors = errors.into_told();
        self
    }

    fn because(mut self, cause: impl ToString) -> Self {
        self.cause = Some(Cause(cause.to_string().into()));
        self
    }

    /// Nobody known asks.
    pub fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "A valid API key is needed: send it as `Authorization: Bearer al_…`.",
        )
    }

    /// Whoever asks holds a key that works no more.
    pub fn ended_key(code: &'static str, detail: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail)
    }

    /// Who asks is known, and may not.
    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    /// There is no such thing, or it is somebody else's, which looks the same.
    pub fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("There is no such {what}."),
        )
    }

    /// Parameters of the address that cannot be understood.
    pub fn invalid_parameters(errors: impl Into<Errors>) -> Self {
        let errors = errors.into();
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_parameters",
            format!("Some parameters are wrong; {}.", named(&errors)),
        )
        .naming(errors)
    }

    /// Fields of the body, or headers that stand for one, that cannot be stored as they are.
    pub fn invalid_fields(errors: impl Into<Errors>) -> Self {
        let errors = errors.into();
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_fields",
            format!("Some fields are wrong; {}.", named(&errors)),
        )
        .naming(errors)
    }

    /// What is asked contradicts what is there.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// It would be stored, were it not deleted already.
    pub fn gone(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::GONE, code, detail)
    }

    /// More was sent than is taken at once.
    pub fn too_large(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, code, detail)
    }

    /// It cannot be done right now, but later.
    pub fn unavailable(code: &'static str, detail: impl Into<String>) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail);
        problem.retry_after = Some(RETRY_SECONDS);
        problem
    }

    /// Somebody has as much as one may have of something; `seconds` later it may be tried again.
    pub fn too_many(code: &'static str, detail: impl Into<String>, seconds: u32) -> Self {
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, code, detail);
        problem.retry_after = Some(seconds);
        problem
    }

    /// A key has made as many requests as it may; `seconds` later it may go on.
    pub fn too_many_requests(limit: u32, seconds: u8) -> Self {
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limited",
            format!("The API key may make {limit} requests a minute; `Retry-After` says when it goes on."),
        );
        problem.retry_after = Some(seconds.into());
        problem
    }

    /// The organization's clients have not taken as much of large answers as may be in memory for them.
    pub fn unread() -> Self {
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "answers_unread",
            "Large answers to this organization wait for clients that read them slowly; read them first, and try again.",
        );
        problem.retry_after = Some(RETRY_SECONDS);
        problem
    }

    /// The bodies of one organization hold as much memory as they may.
    pub fn too_many_bytes() -> Self {
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_bytes",
            "The bodies of this organization that are under way hold as much memory as they may; try again in a moment.",
        );
        problem.retry_after = Some(RETRY_SECONDS);
        problem
    }

    /// Something was asked for too often; after so long it may be tried again.
    pub fn throttled(detail: &str, wait: Duration) -> Self {
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "throttled", detail);
        problem.retry_after = Some(seconds(wait));
        problem
    }

    /// A key would begin something, and its budget is spent.
    pub fn budget_spent(spent: &SpentBudget, now: Timestamp) -> Self {
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "budget_spent",
            Self::spent_words(spent),
        );
        let left = (spent.opens_at - now).as_seconds_f64().ceil().max(1.0);
        problem.retry_after = Some(left as u32);
        problem
    }

    /// Which budget is spent, by what, and until when.
    pub fn spent_words(spent: &SpentBudget) -> String {
        format!(
            "The API key's monthly budget of {} USD is spent: its executions of this month cost {} USD so far. It begins \
             nothing more before {}, unless an admin raises the budget; what is running may still be finished.",
            spent.budget,
            spent.spent,
            time::rfc3339(spent.opens_at)
        )
    }

    /// Our own fault; `cause` goes to the log.
    pub fn internal(cause: impl ToString) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong here; the server's log says what.",
        )
        .because(cause)
    }

    /// The same as 503: not ready, whatever the cause.
    pub fn until_mended(mut self) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        self.status = status.as_u16();
        self.title = status.canonical_reason().unwrap_or("Error");
        self.retry_after.get_or_insert(RETRY_SECONDS);
        self
    }

    /// The database is broken until somebody mends it.
    fn broken(code: &'static str, detail: &str) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, code, detail)
    }

    /// The problem that a bare status stands for, as routers and layers answer it.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::METHOD_NOT_ALLOWED => Self::new(
                status,
                "method_not_allowed",
                "This method does not exist here; `Allow` names those that do.",
            ),
            StatusCode::REQUEST_TIMEOUT => Self::new(
                status,
                "timeout",
                "The request was not complete or not answered in time.",
            ),
            StatusCode::NOT_FOUND => Self::not_found("path"),
            _ => Self::new(status, "refused", "The request was refused."),
        }
    }
}

/// A wait in whole seconds as `Retry-After` tells it: never too short, and at least one.
pub fn seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1_000))
        .unwrap_or(u32::MAX)
        .max(1)
}

/// Where the wrong fields are told.
fn named(errors: &Errors) -> &'static str {
    match errors.more() {
        0 => "`errors` names each",
        _ => "`errors` names the first, and `moreErrors` counts the others",
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        service::Error::from(error).into()
    }
}

impl From<Rule> for Problem {
    fn from(rule: Rule) -> Self {
        let (status, detail) = match rule {
            Rule::LastOwner => (StatusCode::CONFLICT, "An organization keeps at least one owner."),
            Rule::OwnersOnly => (StatusCode::FORBIDDEN, "Only owners decide about owners."),
            Rule::OwnPassword => (
                StatusCode::CONFLICT,
                "Your own password is changed under Account, by means of the old one.",
            ),
            Rule::BelongsElsewhere => (
                StatusCode::CONFLICT,
                "The person belongs to another organization too, so no single one of them resets the password: \
                 the person does, by e-mail from the sign-in page where the server sends it, or else the operator, \
                 by `agent-ledger user reset-password`.",
            ),
            Rule::KeyEnded => (
                StatusCode::CONFLICT,
                "The API key was revoked or has expired; make a new one instead.",
            ),
            Rule::TaskEnded => (
                StatusCode::CONFLICT,
                "The task has ended, so it is not tried again; ask for the same once more instead.",
            ),
            Rule::ConnectionLimit => (
                StatusCode::CONFLICT,
                "The organization has as many connections as it can have; delete one that is not needed.",
            ),
            Rule::ClocksDiffer => (
                StatusCode::CONFLICT,
                "Another server's clock is more than 7 days ahead of this one's. Set the clocks right; deletion then \
                 goes on by itself.",
            ),
        };
        Self::new(status, rule.code(), detail)
    }
}

impl From<service::Error> for Problem {
    fn from(error: service::Error) -> Self {
        use service::Error;

        let code = error.code();
        let later = |detail: &str| Self::unavailable(code, detail);
        match error {
            Error::Forbidden { permission, grant } => {
                let who = match grant {
                    Grant::Scopes => "The API key",
                    Grant::Role => "Your role",
                };
                let permission = permission.as_str();
                Self::forbidden(
                    code,
                    format!("{who} does not include `{permission}`, which this call needs."),
                )
            }
            Error::UnknownKey | Error::KeyRefused(KeyRefusal::WrongSecret) => Self::unauthenticated(),
            Error::KeyRefused(KeyRefusal::Revoked) => Self::ended_key(code, "The API key was revoked."),
            Error::KeyRefused(KeyRefusal::Expired) => Self::ended_key(code, "The API key has expired."),
            Error::KeyRefused(KeyRefusal::Replaced) => Self::ended_key(
                code,
                "The API key was rotated, and its old secret works no more; use the new one.",
            ),
            Error::OtherAgents => Self::forbidden(code, "The API key is limited to other agents."),
            Error::NotEveryAgent => Self::forbidden(
                code,
                "The API key is limited to certain agents, and this call is about the whole organization.",
            ),
            Error::BudgetSpent(spent) => Self::budget_spent(&spent, clock::now()),
            Error::Rule(rule) => rule.into(),
            Error::Invalid(errors) => Self::invalid_fields(errors),
            Error::NotFound(what) => Self::not_found(what),
            Error::Taken(what) => Self::conflict(code, format!("That {what} is taken.")),
            Error::PasswordLength => Self::invalid_fields(FieldError::new("password", password_bounds())),
            Error::Throttled(wait) => Self::throttled(
                "Too many attempts at this password; `Retry-After` says when to try again.",
                wait,
            ),
            Error::TooManyLetters(wait) => Self::throttled(
                "The organization had as many invitations sent as it may within an hour; `Retry-After` says when to try \
                 again.",
                wait,
            ),
            Error::TooMuchWaiting => {
                later("Too much of the same is waiting to be done; try again in a moment.")
            }
            Error::Busy => later("Too many executions are waiting to be recorded; try again in a moment."),
            Error::Exhausted(Exhausted::ByAll) => {
                later("Too much that is large is being read at once; try again in a moment.")
            }
            Error::Exhausted(Exhausted::ByOrganization) => Self::unread(),
            Error::Stopping => later("The server is stopping; try again in a moment."),
            Error::Store(StoreError::Database(_)) => {
                later("The database did not do what it was asked; try again in a moment.").because(error)
            }
            Error::Store(StoreError::WrongMasterKey) => {
                later("The master key was changed, and the server does not have the new one yet; try again later.")
                    .because(error)
            }
            Error::Store(StoreError::DamagedDatabase) => Self::broken(
                code,
                "The database is damaged, and nothing is recorded until whoever operates the server has brought a backup \
                 back; trying again does not help.",
            )
            .because(error),
            Error::Store(StoreError::ReplacedDatabase) => Self::broken(
                code,
                "The database file was removed or replaced, and nothing is recorded until whoever operates the server \
                 has started it anew; trying again does not help.",
            )
            .because(error),
            // What no call of the API answers is our own fault.
            error @ (Error::WrongPassword
            | Error::SignInAgain
            | Error::LinkEnded
            | Error::NoMail
            | Error::Store(_)
            | Error::Internal(_)) => Self::internal(error),
        }
    }
}

/// The refusal of a call that has the caller's password in that field.
pub fn of_password(error: service::Error, field: &str) -> Problem {
    let detail = match error {
        service::Error::WrongPassword => "must be your current password, and is not".to_owned(),
        service::Error::SignInAgain => format!(
            "is required, unless you signed in by single sign-on within the last {FRESH_MINUTES} minutes"
        ),
        error => return error.into(),
    };
    Problem::invalid_fields(FieldError::new(field, detail))
}

/// What a password that is chosen must have.
pub fn password_bounds() -> String {
    format!("must have at least {MIN_PASSWORD} characters and at most {MAX_PASSWORD} bytes")
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let cause = self.cause.take();
        let retry_after = self.retry_after;
        let mut response = (status, axum::Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(cause) = cause {
            response.extensions_mut().insert(cause);
        }
        response
    }
}
