//! How a run ends: usually well, sometimes not, and badly for a while when something is down.

use super::draw::{pick, weighted};
use chrono::Duration;
use domain::{Status, Timestamp};
use rand::rngs::StdRng;

/// How a run ends.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    pub status: Status,
    /// Code and message, where something went wrong.
    pub error: Option<(&'static str, &'static str)>,
    /// Whether it took as long as a client waits.
    pub timed_out: bool,
}

const FAILURES: [(&str, &str); 7] = [
    ("TIMEOUT", "The provider did not answer within 30 seconds."),
    ("TIMEOUT", "The stream broke off: no data for 30 seconds."),
    (
        "CONTENT_FILTERED",
        "The answer was withheld by the provider's safety filter (category: harassment, probability: medium).",
    ),
    (
        "CONTEXT_LENGTH_EXCEEDED",
        "This model's maximum context length is 128000 tokens, but the request came to 131842.",
    ),
    (
        "INVALID_OUTPUT",
        "The answer is not the JSON that was asked for: expected `,` or `}` at line 4 column 17.",
    ),
    (
        "PROVIDER_ERROR",
        "500 Internal Server Error: The server had an error while processing your request. Sorry about that!",
    ),
    (
        "MISSING_VARIABLE",
        "The template names {{target_audience}}, and no such variable was given.",
    ),
];
const OUTAGE: [(&str, &str); 3] = [
    (
        "PROVIDER_UNAVAILABLE",
        "503 Service Unavailable: The model is overloaded. Please try again later.",
    ),
    ("PROVIDER_UNAVAILABLE", "529 Overloaded"),
    ("TIMEOUT", "The provider did not answer within 30 seconds."),
];
const RATE_LIMITS: [(&str, &str); 3] = [
    (
        "RATE_LIMIT_EXCEEDED",
        "Rate limit reached for requests per minute: limit 500, used 500. Please try again in 12 s.",
    ),
    (
        "RATE_LIMIT_EXCEEDED",
        "429 Too Many Requests: quota 'generate_content_requests_per_minute' exceeded.",
    ),
    (
        "TOKENS_PER_MINUTE_EXCEEDED",
        "Rate limit reached for tokens per minute: limit 200000, requested 3120.",
    ),
];
const REFUSALS: [(&str, &str); 2] = [
    (
        "INVALID_API_KEY",
        "Incorrect API key provided: sk-…x7Qa. It may have been revoked.",
    ),
    ("PERMISSION_DENIED", "The project has no access to this model."),
];
const CANCELED: [(&str, &str); 2] = [
    ("CANCELED_BY_USER", "Canceled by the user."),
    (
        "CLIENT_DISCONNECTED",
        "The client went away before the answer was complete.",
    ),
];

/// Statuses by weight.
type Odds = [(Status, u32); 5];

/// A spell in which much goes wrong.
struct Incident {
    hours_ago: i64,
    minutes: i64,
    odds: Odds,
}

const INCIDENTS: [Incident; 3] = [
    // The provider was down.
    Incident {
        hours_ago: 12 * 24 + 5,
        minutes: 200,
        odds: odds(18, 70, 8, 4, 0),
    },
    // A key was rotated and one place forgotten.
    Incident {
        hours_ago: 30 * 24 + 7,
        minutes: 50,
        odds: odds(20, 2, 0, 0, 78),
    },
    // A campaign sent more than the limit allows.
    Incident {
        hours_ago: 47 * 24 + 3,
        minutes: 120,
        odds: odds(50, 4, 45, 1, 0),
    },
];
const USUAL: Odds = odds(932, 32, 16, 13, 7);

const fn odds(success: u32, failed: u32, limited: u32, canceled: u32, unauthorized: u32) -> Odds {
    [
        (Status::Success, success),
        (Status::Failed, failed),
        (Status::RateLimited, limited),
        (Status::Canceled, canceled),
        (Status::Unauthorized, unauthorized),
    ]
}

impl Incident {
    /// Begin and length.
    fn spell(&self, now: Timestamp) -> (Timestamp, Duration) {
        (
            now - Duration::hours(self.hours_ago),
            Duration::minutes(self.minutes),
        )
    }
}

impl Outcome {
    /// How a run ends that begins at `started`.
    pub fn draw(rng: &mut StdRng, started: Timestamp, now: Timestamp) -> Self {
        let incident = INCIDENTS.iter().find(|incident| {
            let (begin, length) = incident.spell(now);
            (begin..begin + length).contains(&started)
        });
        let odds = incident.map_or(&USUAL, |incident| &incident.odds);
        let status = weighted(rng, odds, Status::Success);
        let error = match status {
            Status::Failed if incident.is_some() => Some(pick(rng, &OUTAGE)),
            Status::Failed => Some(pick(rng, &FAILURES)),
            Status::RateLimited => Some(pick(rng, &RATE_LIMITS)),
            Status::Unauthorized => Some(pick(rng, &REFUSALS)),
            Status::Canceled => Some(pick(rng, &CANCELED)),
            Status::Success | Status::Running => None,
        };
        Self {
            status,
            error,
            timed_out: error.is_some_and(|(code, _)| code == "TIMEOUT"),
        }
    }
}

/// Begin and length of every spell in which more is asked than usual, since callers repeat what failed.
pub fn incidents(now: Timestamp) -> impl Iterator<Item = (Timestamp, Duration)> {
    INCIDENTS.iter().map(move |incident| incident.spell(now))
}
