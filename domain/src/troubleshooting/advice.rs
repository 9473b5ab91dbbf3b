//! What is known of error codes: those of this program's own words, and how OpenAI, Anthropic, Google and their
//! client libraries spell the same.

use crate::{ExecutionSummary, Status, abandonment::ABANDONED};

/// What an error code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Timeout,
    RateLimit,
    Quota,
    ContextLength,
    InvalidKey,
    Permission,
    ContentFilter,
    ModelNotFound,
    InvalidRequest,
    Unavailable,
    Network,
    Address,
    TooLarge,
    InvalidOutput,
    Tool,
    MissingVariable,
    Canceled,
    Disconnected,
    Abandoned,
    Unknown,
}

use Kind::*;

/// Codes in upper case, words joined by underscores, without `ERROR` or `EXCEPTION` at the end.
const KNOWN: [(Kind, &[&str]); 19] = [
    (
        Timeout,
        &[
            "TIMEOUT",
            "TIMED_OUT",
            "API_TIMEOUT",
            "REQUEST_TIMEOUT",
            "READ_TIMEOUT",
            "CONNECT_TIMEOUT",
            "GATEWAY_TIMEOUT",
            "DEADLINE_EXCEEDED",
            "ETIMEDOUT",
            "408",
            "504",
        ],
    ),
    (
        RateLimit,
        &[
            "RATE_LIMIT_EXCEEDED",
            "RATE_LIMIT",
            "RATE_LIMITED",
            "RATE_LIMIT_REACHED",
            "TOO_MANY_REQUESTS",
            "TOKENS_PER_MINUTE_EXCEEDED",
            "REQUESTS_PER_MINUTE_EXCEEDED",
            "THROTTLING",
            "THROTTLED",
            "RESOURCE_EXHAUSTED",
            "429",
        ],
    ),
    (
        Quota,
        &[
            "INSUFFICIENT_QUOTA",
            "QUOTA_EXCEEDED",
            "BILLING",
            "BILLING_HARD_LIMIT_REACHED",
            "BILLING_NOT_ACTIVE",
            "INSUFFICIENT_CREDITS",
            "PAYMENT_REQUIRED",
            "402",
        ],
    ),
    (
        ContextLength,
        &[
            "CONTEXT_LENGTH_EXCEEDED",
            "CONTEXT_WINDOW_EXCEEDED",
            "PROMPT_TOO_LONG",
            "STRING_ABOVE_MAX_LENGTH",
            "REQUEST_TOO_LARGE",
            "413",
        ],
    ),
    (
        InvalidKey,
        &[
            "INVALID_API_KEY",
            "API_KEY_INVALID",
            "UNAUTHORIZED",
            "UNAUTHENTICATED",
            "AUTHENTICATION",
            "AUTHENTICATION_FAILED",
            "401",
        ],
    ),
    (
        Permission,
        &[
            "PERMISSION_DENIED",
            "PERMISSION",
            "FORBIDDEN",
            "ACCESS_DENIED",
            "INSUFFICIENT_PERMISSIONS",
            "403",
        ],
    ),
    (
        ContentFilter,
        &[
            "CONTENT_FILTERED",
            "CONTENT_FILTER",
            "CONTENT_POLICY_VIOLATION",
            "SAFETY",
            "REFUSAL",
            "PROHIBITED_CONTENT",
        ],
    ),
    (
        ModelNotFound,
        &[
            "INVALID_MODEL",
            "MODEL_NOT_FOUND",
            "MODEL_NOT_AVAILABLE",
            "DEPLOYMENT_NOT_FOUND",
            "NOT_FOUND",
            "404",
        ],
    ),
    (
        InvalidRequest,
        &[
            "INVALID_REQUEST",
            "BAD_REQUEST",
            "INVALID_ARGUMENT",
            "INVALID_PARAMETER",
            "VALIDATION",
            "UNPROCESSABLE_ENTITY",
            "FAILED_PRECONDITION",
            "400",
            "422",
        ],
    ),
    (
        Unavailable,
        &[
            "PROVIDER_UNAVAILABLE",
            "PROVIDER",
            "UNAVAILABLE",
            "SERVICE_UNAVAILABLE",
            "OVERLOADED",
            "SERVER",
            "INTERNAL",
            "INTERNAL_SERVER",
            "API",
            "BAD_GATEWAY",
            "500",
            "502",
            "503",
            "529",
        ],
    ),
    (
        Network,
        &[
            "NETWORK",
            "STREAM_BROKEN",
            "CONNECTION",
            "API_CONNECTION",
            "CONNECTION_REFUSED",
            "CONNECTION_RESET",
            "ECONNREFUSED",
            "ECONNRESET",
            "ENOTFOUND",
            "EAI_AGAIN",
            "DNS",
            "TLS",
        ],
    ),
    (Address, &["ADDRESS_NOT_ALLOWED"]),
    (TooLarge, &["RESPONSE_TOO_LARGE"]),
    (
        InvalidOutput,
        &[
            "INVALID_OUTPUT",
            "OUTPUT_PARSER",
            "OUTPUT_PARSING",
            "PARSE",
            "JSON_DECODE",
            "SCHEMA_VALIDATION",
            "INVALID_JSON",
        ],
    ),
    (Tool, &["TOOL", "TOOL_CALL", "TOOL_FAILED", "FUNCTION_CALL"]),
    (
        MissingVariable,
        &[
            "MISSING_VARIABLE",
            "MISSING_INPUT",
            "TEMPLATE",
            "UNDEFINED_VARIABLE",
        ],
    ),
    (
        Canceled,
        &[
            "CANCELED",
            "CANCELLED",
            "CANCELED_BY_USER",
            "CANCELLED_BY_USER",
            "ABORTED",
            "ABORT",
            "USER_CANCELED",
        ],
    ),
    (
        Disconnected,
        &["CLIENT_DISCONNECTED", "CLIENT_CLOSED_REQUEST", "499"],
    ),
    (Abandoned, &[ABANDONED]),
];

/// An execution's error code, and what it means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Code {
    pub kind: Kind,
}

impl Code {
    /// What the execution's error code means, or else its status.
    pub(super) fn of(execution: &ExecutionSummary) -> Self {
        let known = execution.error_code.as_deref().and_then(|code| {
            let code = normal(code);
            KNOWN
                .iter()
                .find(|(_, spellings)| spellings.contains(&code.as_str()))
                .map(|(kind, _)| *kind)
        });
        let kind = known.unwrap_or(match execution.status {
            Status::RateLimited => RateLimit,
            Status::Unauthorized => InvalidKey,
            Status::Canceled => Canceled,
            Status::Running | Status::Success | Status::Failed => Unknown,
        });
        Self { kind }
    }

    /// What can be done.
    pub(super) fn advice(self, execution: &ExecutionSummary) -> String {
        let advice = match self.kind {
            Timeout => {
                "No answer came within the time that the caller waits. A retry may pass; if it happens again, allow more \
                 time, ask for a shorter answer, or stream it."
            }
            RateLimit => {
                "Wait as long as the provider's answer says before trying again, with growing pauses, and spread the \
                 calls out. A single request that is larger than the limit never passes."
            }
            Quota => {
                "The account's quota or credit is used up. A retry does not help; check plan and billing at the provider."
            }
            ContextLength => {
                "The request is longer than the model takes. Shorten the prompt or what is put into it, or use a model \
                 with a larger context."
            }
            InvalidKey => {
                "The credentials were not accepted. Check which key is configured, whether it was revoked or has expired, \
                 and whether it belongs to this account."
            }
            Permission => {
                "The credentials were accepted, but they do not allow this. Check what the key or project may use, the \
                 model above all."
            }
            ContentFilter => {
                "A content filter stopped the request or the answer. Look at the input for what may have set it off; the \
                 same request is likely to be stopped again."
            }
            ModelNotFound => {
                "The provider found nothing of the name that was asked for. Check the model's name first, then its region, \
                 and whether it was retired or is not open to this account."
            }
            InvalidRequest => {
                "The provider refused the request as malformed; the error message names what is wrong. A retry does not \
                 help until the request is changed."
            }
            Unavailable => {
                "The code names a fault on the provider's side; most of them pass. Retry with growing pauses, and see the \
                 provider's status page if it lasts."
            }
            Network => {
                "The connection to the provider failed. Check name resolution, proxy, firewall and certificates where the \
                 agent runs, then retry."
            }
            Address => {
                "The connection leads to an address that is not public, and was not called. Check its base URL; where that \
                 is right, whoever operates the server can open the network with --outbound-networks."
            }
            TooLarge => {
                "The answer was larger than is read. Ask for a shorter one, or bound its tokens; the same request is \
                 likely to fail again."
            }
            InvalidOutput => {
                "The answer came, but not in the form that was asked for. Compare the output with what was expected; a \
                 stricter output schema or a lower temperature can help."
            }
            Tool => {
                "A tool that the agent called failed. Look for the tool's own error and the arguments it was given."
            }
            MissingVariable => {
                "The prompt names a variable that was not given. Give it, or give it a default in the template."
            }
            Canceled => {
                "It was stopped before it was complete. Where nobody did so on purpose, look for a deadline or an abort in \
                 the caller."
            }
            Disconnected => {
                "The client closed the connection before the answer was complete. Check the client's own timeout and \
                 those of proxies in between."
            }
            Abandoned => {
                "Nothing more was heard of this run, so it was given up. Check whether the process that ran it crashed or \
                 was stopped; its real result, should it come, still replaces this one."
            }
            Unknown => return general(execution),
        };
        advice.to_owned()
    }
}

/// For codes that are not known here.
fn general(execution: &ExecutionSummary) -> String {
    match &execution.error_code {
        Some(code) => format!(
            "{code} is not an error code that is known here. Read the error message first, then compare inputs and prompt \
             with a success of the same version."
        ),
        None => "No error code was recorded. Read the error message first, then compare inputs and prompt with a success \
                 of the same version; recording a code makes such failures comparable."
            .to_owned(),
    }
}

/// `RateLimitError`, `rate_limit_error` and `HTTP 429` as the table has them.
fn normal(code: &str) -> String {
    let mut words = String::with_capacity(code.len() + 4);
    let mut before = ' ';
    let mut rest = code.trim().chars().peekable();
    while let Some(character) = rest.next() {
        let next_is_lower = rest.peek().is_some_and(|next| next.is_ascii_lowercase());
        // A capital begins a word after a small letter, or where an acronym ends: `APITimeout`.
        let begins_word = character.is_ascii_uppercase()
            && (before.is_ascii_lowercase() || (before.is_ascii_uppercase() && next_is_lower));
        if begins_word {
            words.push('_');
        }
        words.push(if character.is_ascii_alphanumeric() {
            character.to_ascii_uppercase()
        } else {
            '_'
        });
        before = character;
    }
    let words = words.trim_matches('_');
    let words = words.strip_prefix("HTTP_").unwrap_or(words);
    ["_ERROR", "_EXCEPTION"]
        .iter()
        .find_map(|ending| words.strip_suffix(ending))
        .unwrap_or(words)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::troubleshooting::history::tests::execution;

    fn kind(status: Status, code: Option<&str>) -> Kind {
        Code::of(&ExecutionSummary {
            error_code: code.map(str::to_owned),
            ..execution(status, "2026-01-01T00:00:00Z")
        })
        .kind
    }

    #[test]
    fn one_thing_has_many_spellings() {
        for (code, expected) in [
            ("TIMEOUT", Timeout),
            ("APITimeoutError", Timeout),
            ("DEADLINE_EXCEEDED", Timeout),
            ("rate_limit_exceeded", RateLimit),
            ("rate_limit_error", RateLimit),
            ("RateLimitError", RateLimit),
            ("HTTP 429", RateLimit),
            ("insufficient_quota", Quota),
            ("context_length_exceeded", ContextLength),
            ("authentication_error", InvalidKey),
            ("permission_error", Permission),
            ("content_filter", ContentFilter),
            ("model_not_found", ModelNotFound),
            ("not_found_error", ModelNotFound),
            ("invalid_request_error", InvalidRequest),
            ("overloaded_error", Unavailable),
            ("server_error", Unavailable),
            ("api_error", Unavailable),
            ("PROVIDER_ERROR", Unavailable),
            ("UNAVAILABLE", Unavailable),
            ("APIConnectionError", Network),
            ("ECONNRESET", Network),
            ("ADDRESS_NOT_ALLOWED", Address),
            ("RESPONSE_TOO_LARGE", TooLarge),
            ("INVALID_OUTPUT", InvalidOutput),
            ("TOOL_ERROR", Tool),
            ("ToolException", Tool),
            ("CANCELED_BY_USER", Canceled),
            ("CLIENT_DISCONNECTED", Disconnected),
            ("ABANDONED", Abandoned),
            ("MISSING_VARIABLE", MissingVariable),
            ("MY_OWN_CODE", Unknown),
            ("", Unknown),
        ] {
            assert_eq!(kind(Status::Failed, Some(code)), expected, "{code}");
        }
    }

    #[test]
    fn an_address_that_is_not_open_names_the_flag() {
        let failed = ExecutionSummary {
            error_code: Some("ADDRESS_NOT_ALLOWED".to_owned()),
            ..execution(Status::Failed, "2026-01-01T00:00:00Z")
        };
        let advice = Code::of(&failed).advice(&failed);
        assert!(advice.contains("--outbound-networks"), "{advice}");
    }

    #[test]
    fn without_a_code_the_status_tells() {
        assert_eq!(kind(Status::RateLimited, None), RateLimit);
        assert_eq!(kind(Status::Unauthorized, Some("X-17")), InvalidKey);
        assert_eq!(kind(Status::Canceled, None), Canceled);
        assert_eq!(kind(Status::Failed, None), Unknown);
    }

    #[test]
    fn the_table_is_in_its_own_form_and_names_nothing_twice() {
        let mut seen = std::collections::HashSet::new();
        for (_, spellings) in KNOWN {
            for spelling in spellings {
                assert_eq!(normal(spelling), *spelling);
                assert!(seen.insert(spelling), "{spelling}");
            }
        }
    }
}
