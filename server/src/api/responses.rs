//! The refusals that many calls share, for the OpenAPI document.
#![expect(dead_code, reason = "these types describe answers; `Problem` is what is sent")]

use crate::problem::Problem;
use utoipa::IntoResponses;

/// What every call with a key may answer.
#[derive(IntoResponses)]
pub enum Denied {
    /// No key was sent, or it is unknown, wrong, revoked, expired or replaced.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(Problem),
    /// The key lacks the scope or does not reach the agent, or another site sent a signed-in person's request.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// The key has made as many requests as it may (`rate_limited`), a password was guessed at or invitations were sent too
    /// often (`throttled`), its monthly budget is spent (`budget_spent`), it or
    /// its organization has as many event streams open as it may (`too_many_streams`), large answers wait for the
    /// organization's slow readers (`answers_unread`) or its bodies under way hold as much memory as they may
    /// (`too_many_bytes`), or too many connections are open from the network address without
    /// a valid key (`too_many_connections`, and the connection is closed); `Retry-After` says when it goes on.
    #[response(status = 429, content_type = "application/problem+json")]
    TooManyRequests(Problem),
    /// The database does not answer, too much is waiting, in memory or being read at once, or too many streams are open in all;
    /// `Retry-After` says when to try again.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
}

/// What a call about one thing may answer.
#[derive(IntoResponses)]
pub enum Missing {
    /// There is nothing of that identifier in this organization.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
}

/// What a call with parameters may answer.
#[derive(IntoResponses)]
pub enum WrongParameters {
    /// Parameters are wrong: `errors` names the first 100, unless the server is set to another number, and `moreErrors`
    /// counts the others.
    #[response(status = 400, content_type = "application/problem+json")]
    Invalid(Problem),
}

/// What a call with a body may answer.
#[derive(IntoResponses)]
pub enum WrongBody {
    /// The body is not JSON (`invalid_json`), has more than 10,000 members where it is no execution (`too_many_members`),
    /// or fields are wrong: `errors` names the first 100, unless the server is set to another number, and `moreErrors`
    /// counts the others.
    #[response(status = 400, content_type = "application/problem+json")]
    Invalid(Problem),
    /// The request did not arrive in time.
    #[response(status = 408, content_type = "application/problem+json")]
    TooSlow(Problem),
    /// The body is larger than 32 MiB where it is of executions, 8 MiB where it is of a version and 1 MiB elsewhere, or it
    /// has more than 1,000 items.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// The body is of a type or an encoding that is not taken.
    #[response(status = 415, content_type = "application/problem+json")]
    WrongType(Problem),
}
