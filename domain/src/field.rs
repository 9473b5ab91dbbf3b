//! The fields of an execution as a caller gives them. Reading, refusing and the API's description follow this list.

use crate::tokens::MAX_TOKENS;

/// Longest latency: one year, in milliseconds.
pub const MAX_LATENCY_MS: i64 = 31_536_000_000;
/// Longest version label and name of a provider, in characters.
pub const MAX_LABEL: usize = 64;
/// Longest model name, error code and name of who executed, in characters.
pub const MAX_NAME: usize = 200;
/// Longest user agent, in characters.
pub const MAX_USER_AGENT: usize = 1_000;

/// What a field's value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// An identifier.
    Id,
    /// One of the statuses.
    Status,
    /// One of the sources.
    Source,
    /// An RFC 3339 time that is not far in the future.
    Instant,
    /// A whole number from 0 to this one.
    Integer(i64),
    /// As `Integer`; what lies between two of them is rounded, as clocks deliver it.
    Rounded(i64),
    /// Any number.
    Number,
    /// An amount of US dollars.
    Cost,
    /// Text of any length.
    Text,
    /// Text on one line, of so many characters at most. Empty counts as absent.
    Line(usize),
    /// An IPv4 or IPv6 address.
    Address,
    /// A JSON object.
    Object,
}

macro_rules! fields {
    ($($constant:ident = $name:literal, $form:expr, $meaning:literal $(, $example:literal)?;)*) => {
        /// A field of an execution.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Field { $(#[doc = $meaning] $constant,)* }

        impl Field {
            /// Every field, in the order in which they are described.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$constant),*];

            /// As JSON has it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$constant => $name,)*
                }
            }

            /// What its value may be.
            pub const fn form(self) -> Form {
                match self {
                    $(Self::$constant => $form,)*
                }
            }

            /// What it says, in sentences.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$constant => $meaning,)*
                }
            }

            /// A value, as JSON.
            pub const fn example(self) -> Option<&'static str> {
                match self {
                    $($(Self::$constant => Some($example),)?)*
                    _ => None,
                }
            }

            pub(crate) fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$constant),)*
                    _ => None,
                }
            }
        }
    };
}

fields! {
    ExecutionId = "executionId", Form::Id,
        "1 to 64 of `A-Z a-z 0-9 _ -`, unique in the organization; ours unless given. It makes a repeat harmless.",
        "\"exec_xyz789\"";
    Status = "status", Form::Status,
        "How it stands. A `running` one can be finished later; every other status is final.";
    Source = "source", Form::Source,
        "Where it was started from; `api` unless given.";
    ExecutedAt = "executedAt", Form::Instant,
        "Start of the run, not more than an hour ahead of the server's clock; now unless given.",
        "\"2025-11-18T09:45:00Z\"";
    LatencyMs = "latencyMs", Form::Rounded(MAX_LATENCY_MS),
        "Time from request to response, in whole milliseconds. A fraction is taken too, and rounded, half away from \
         zero: 10.5 becomes 11.",
        "1250";
    InputTokens = "inputTokens", Form::Integer(MAX_TOKENS),
        "Tokens sent, cached ones included.";
    OutputTokens = "outputTokens", Form::Integer(MAX_TOKENS),
        "Tokens received, reasoning included.";
    CacheReadTokens = "cacheReadTokens", Form::Integer(MAX_TOKENS),
        "Input tokens that came from the cache.";
    CacheWriteTokens = "cacheWriteTokens", Form::Integer(MAX_TOKENS),
        "Input tokens that went into the cache.";
    ReasoningTokens = "reasoningTokens", Form::Integer(MAX_TOKENS),
        "Output tokens spent on reasoning.";
    TokensUsed = "tokensUsed", Form::Integer(MAX_TOKENS * 2),
        "All tokens: the sum of input and output, or alone where only the sum is known.",
        "450";
    Cost = "costUSD", Form::Cost,
        "Cost in US dollars; absent means unknown, which is not 0.",
        "0.0023";
    Model = "model", Form::Line(MAX_NAME),
        "Model that answered.",
        "\"gemini-1.5-pro\"";
    Provider = "provider", Form::Line(MAX_LABEL),
        "Provider of the model, by its id in genai-prices (`openai`, `anthropic`, `google`, …) where it has one.",
        "\"google\"";
    Version = "version", Form::Line(MAX_LABEL),
        "Label of the prompt's version.",
        "\"V3\"";
    ErrorCode = "errorCode", Form::Line(MAX_NAME),
        "Stable name of the error.",
        "\"RATE_LIMIT_EXCEEDED\"";
    ExecutedBy = "executedBy", Form::Line(MAX_NAME),
        "Who triggered it.";
    Temperature = "temperature", Form::Number,
        "Sampling temperature.";
    InputVariables = "inputVariables", Form::Object,
        "Variables that were given, nested 100 levels deep at most, with 100,000 members at most unless the server is \
         set to another number; nested ones and items of arrays count.";
    SystemPrompt = "systemPrompt", Form::Text,
        "System prompt as sent.";
    UserPrompt = "userPrompt", Form::Text,
        "User prompt as sent.";
    OutputText = "outputText", Form::Text,
        "The answer.";
    ErrorMessage = "errorMessage", Form::Text,
        "What went wrong, in words.";
    IpAddress = "ipAddress", Form::Address,
        "Address of the caller; that of the request unless given.";
    UserAgent = "userAgent", Form::Line(MAX_USER_AGENT),
        "Program of the caller; that of the request unless given.";
    Metadata = "metadata", Form::Object,
        "Whatever else is to be kept, nested 100 levels deep at most, with 100,000 members at most unless the server is \
         set to another number; nested ones and items of arrays count.";
}

/// Names that an answer carries beside the given ones. They are read over, so that what was exported can be imported.
pub const READ_BACK: [&str; 5] = [
    "agentId",
    "apiKeyId",
    "tokensContradict",
    "troubleshootingHints",
    "payloadExpired",
];
