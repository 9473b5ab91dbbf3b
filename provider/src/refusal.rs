//! What providers say when they refuse, as codes.

use crate::failure::{Code, Failure};
use serde_json::Value;
use std::time::Duration;

/// Longest text that is no JSON, of which a message is made, in characters.
const MAX_TEXT: usize = 500;

/// Words by which providers name an error, in `code`, `type`, `status` or a detail's `reason`, as their documents list
/// them (OpenAI and Azure, Anthropic, Google, OpenRouter, vLLM); in lower case without underscores. What stands first
/// is the more exact: an exhausted quota has the type of a rate limit too.
const WORDS: [(Code, &[&str]); 9] = [
    (
        Code::InsufficientQuota,
        &[
            "insufficientquota",
            "billinghardlimitreached",
            "billingnotactive",
            "billingerror",
            "insufficientcredits",
        ],
    ),
    (
        Code::ContextLengthExceeded,
        &["contextlengthexceeded", "stringabovemaxlength", "requesttoolarge"],
    ),
    (
        Code::ContentFiltered,
        &[
            "contentfilter",
            "contentpolicyviolation",
            "responsibleaipolicyviolation",
        ],
    ),
    (
        Code::AuthenticationFailed,
        &[
            "invalidapikey",
            "apikeyinvalid",
            "authenticationerror",
            "unauthenticated",
            "invalidauthentication",
        ],
    ),
    (Code::PermissionDenied, &["permissionerror", "permissiondenied"]),
    (
        Code::InvalidModel,
        &[
            "modelnotfound",
            "deploymentnotfound",
            "modelnotavailable",
            "notfounderror",
            "notfound",
        ],
    ),
    (
        Code::RateLimitExceeded,
        &[
            "ratelimitexceeded",
            "ratelimiterror",
            "resourceexhausted",
            "toomanyrequests",
        ],
    ),
    (
        Code::ProviderUnavailable,
        &[
            "overloadederror",
            "overloaded",
            "servererror",
            "apierror",
            "timeouterror",
            "unavailable",
            "internal",
            "deadlineexceeded",
            "internalservererror",
        ],
    ),
    (Code::InvalidRequest, &["failedprecondition"]),
];

/// What messages say of errors that have no word of their own, in lower case.
const PHRASES: [(Code, &[&str]); 4] = [
    (
        Code::ContextLengthExceeded,
        &[
            "maximum context length",
            "prompt is too long",
            "input token count",
            "context window",
            "context length",
        ],
    ),
    (
        Code::InsufficientQuota,
        &["credit balance is too low", "insufficient credits"],
    ),
    (
        Code::AuthenticationFailed,
        &["api key not valid", "incorrect api key", "invalid api key"],
    ),
    (
        Code::InvalidModel,
        &["model not found", "is not a valid model", "model does not exist"],
    ),
];

/// What a refused request's answer says: its status and body, and how long the provider's headers ask to wait.
pub fn of_answer(status: u16, body: &[u8], retry_after: Option<Duration>) -> Failure {
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let mut failure = match json.as_ref().and_then(Told::find) {
        Some(told) => told.failure(Some(status)),
        None => {
            let text = String::from_utf8_lossy(body);
            Failure::new(of_status(status), untold(status, text.trim()))
        }
    };
    failure.status = Some(status);
    failure.retry_after = retry_after.or(failure.retry_after);
    failure
}

/// The error that an event or chunk of an answer tells of, if it does.
pub fn in_stream(event: &Value) -> Option<Failure> {
    event.get("error").filter(|error| !error.is_null())?;
    Some(Told::find(event)?.failure(None))
}

/// The error that an event tells of which is named so.
pub fn of_event(event: &Value) -> Failure {
    match Told::find(event) {
        Some(told) => told.failure(None),
        None => Failure::new(
            Code::ProviderUnavailable,
            "The provider broke the answer off with an error.",
        ),
    }
}

/// What a status says by itself.
fn of_status(status: u16) -> Code {
    match status {
        ..=399 => Code::Network,
        401 => Code::AuthenticationFailed,
        402 => Code::InsufficientQuota,
        403 => Code::PermissionDenied,
        404 => Code::InvalidModel,
        408 => Code::ProviderUnavailable,
        413 => Code::ContextLengthExceeded,
        429 => Code::RateLimitExceeded,
        500.. => Code::ProviderUnavailable,
        _ => Code::InvalidRequest,
    }
}

/// A message for an answer that has none: its text, unless that is a page for browsers.
fn untold(status: u16, text: &str) -> String {
    if (300..400).contains(&status) {
        return format!(
            "The address answered {status}, a redirect. Redirects are not followed: enter the address that it leads to."
        );
    }
    let is_silent = text.is_empty() || text.starts_with('<');
    if is_silent && status == 404 {
        return "The provider answered 404 without a message: nothing is there. Check the connection's base URL.".into();
    }
    if is_silent {
        return format!("The provider answered {status} without a message.");
    }
    text.chars().take(MAX_TEXT).collect()
}

/// An error as a provider tells it.
struct Told<'a> {
    words: Vec<String>,
    message: String,
    status: Option<u16>,
    error: &'a Value,
}

impl<'a> Told<'a> {
    /// The error in a body: `{error: {…}}`, `{error: "…"}`, `{message: …}`, `{detail: …}`, or the first of an array.
    fn find(body: &'a Value) -> Option<Self> {
        let body = body.get(0).unwrap_or(body);
        let error = match body.get("error") {
            Some(error) if !error.is_null() => error,
            _ => body,
        };
        let named = ["message", "detail", "error_description"].iter();
        let message = named
            .filter_map(|name| error.get(*name))
            .chain([error])
            .find_map(plain)?;
        // A gateway says little itself, and what the provider behind it said stands beside.
        let raw = error.pointer("/metadata/raw").and_then(plain);
        let message = raw.map_or_else(|| message.clone(), |raw| format!("{message}: {raw}"));
        let details = error
            .get("details")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let reasons = details.filter_map(|detail| detail.get("reason"));
        let words = ["code", "type", "status"]
            .iter()
            .filter_map(|name| error.get(*name));
        let words = words.chain(error.pointer("/innererror/code")).chain(reasons);
        Some(Self {
            words: words.filter_map(Value::as_str).map(bare).collect(),
            message,
            status: number(error.get("code")).or_else(|| number(error.get("status"))),
            error,
        })
    }

    fn failure(self, status: Option<u16>) -> Failure {
        let status = status.filter(|status| *status >= 400).or(self.status);
        let by_word = WORDS
            .iter()
            .find(|(_, words)| self.words.iter().any(|word| words.contains(&word.as_str())));
        let lower = self.message.to_lowercase();
        let by_phrase = || {
            PHRASES
                .iter()
                .find(|(_, phrases)| phrases.iter().any(|phrase| lower.contains(phrase)))
                .map(|(code, _)| *code)
        };
        let code = by_word.map(|(code, _)| *code).or_else(by_phrase);
        let code = code.unwrap_or_else(|| status.map_or(Code::ProviderUnavailable, of_status));
        let retry_after = self.retry_delay();
        let mut failure = Failure::new(code, self.message);
        failure.status = status;
        failure.retry_after = retry_after;
        failure
    }

    /// Google's `RetryInfo`: `"retryDelay": "35s"`.
    fn retry_delay(&self) -> Option<Duration> {
        let details = self.error.get("details")?.as_array()?;
        let delay = details
            .iter()
            .find_map(|detail| detail.get("retryDelay"))?
            .as_str()?;
        Duration::try_from_secs_f64(delay.strip_suffix('s')?.parse().ok()?).ok()
    }
}

/// A message: a text, where that is JSON itself the message in it, or the `msg` of each of a list (FastAPI).
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.trim_start().starts_with('{') => {
            let inner: Option<Value> = serde_json::from_str(text).ok();
            let message = inner.as_ref().and_then(|inner| {
                let error = inner.get("error").unwrap_or(inner);
                error.get("message").unwrap_or(error).as_str().map(str::to_owned)
            });
            message.or_else(|| Some(text.clone()))
        }
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Array(items) => {
            let told = items.iter().filter_map(|item| item.get("msg")?.as_str());
            Some(told.collect::<Vec<_>>().join("; ")).filter(|text| !text.is_empty())
        }
        _ => None,
    }
}

/// A word in lower case, of letters and digits alone.
fn bare(word: &str) -> String {
    let letters = word.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// A status of HTTP that says that something failed, as number or digits.
fn number(value: Option<&Value>) -> Option<u16> {
    let number = match value? {
        Value::String(digits) => digits.parse().ok()?,
        value => value.as_u64()?,
    };
    u16::try_from(number)
        .ok()
        .filter(|status| (400..600).contains(status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn code(status: u16, body: &Value) -> (Code, String) {
        let failure = of_answer(status, body.to_string().as_bytes(), None);
        assert_eq!(failure.status, Some(status));
        (failure.code, failure.message)
    }

    #[test]
    fn errors_become_codes() {
        let error = |error: Value| json!({ "error": error });
        for (status, body, expected) in [
            (
                401,
                error(json!({"message": "m", "type": "invalid_request_error", "code": "invalid_api_key"})),
                Code::AuthenticationFailed,
            ),
            (
                429,
                error(json!({"message": "m", "type": "insufficient_quota", "code": "insufficient_quota"})),
                Code::InsufficientQuota,
            ),
            (
                429,
                error(json!({"message": "m", "type": "tokens", "code": "rate_limit_exceeded"})),
                Code::RateLimitExceeded,
            ),
            (
                400,
                error(json!({"message": "m", "code": "context_length_exceeded"})),
                Code::ContextLengthExceeded,
            ),
            (
                400,
                error(json!({"message": "m", "code": "content_filter"})),
                Code::ContentFiltered,
            ),
            (
                404,
                error(json!({"message": "m", "code": "DeploymentNotFound"})),
                Code::InvalidModel,
            ),
            (
                400,
                json!({"type": "error", "error": {"type": "invalid_request_error",
                "message": "prompt is too long: 210000 tokens > 200000 maximum"}}),
                Code::ContextLengthExceeded,
            ),
            (
                400,
                json!({"type": "error", "error": {"type": "invalid_request_error",
                "message": "Your credit balance is too low to access the Anthropic API."}}),
                Code::InsufficientQuota,
            ),
            (
                529,
                json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
                Code::ProviderUnavailable,
            ),
            (
                400,
                error(
                    json!({"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT",
                "details": [{"reason": "API_KEY_INVALID"}]}),
                ),
                Code::AuthenticationFailed,
            ),
            (
                403,
                error(json!({"code": 403, "message": "m", "status": "PERMISSION_DENIED"})),
                Code::PermissionDenied,
            ),
            (
                402,
                error(json!({"code": 402, "message": "m"})),
                Code::InsufficientQuota,
            ),
            (
                422,
                json!({"detail": [{"loc": ["body"], "msg": "field required"}]}),
                Code::InvalidRequest,
            ),
            (404, json!({"error": "model 'x' not found"}), Code::InvalidModel),
            (
                400,
                json!({"object": "error", "message": "This model's maximum context length is 4096 tokens."}),
                Code::ContextLengthExceeded,
            ),
            (504, json!({}), Code::ProviderUnavailable),
            (418, json!([]), Code::InvalidRequest),
        ] {
            assert_eq!(code(status, &body).0, expected, "{body}");
        }
    }

    #[test]
    fn the_providers_own_words_are_kept() {
        assert_eq!(
            code(422, &json!({"detail": [{"msg": "a"}, {"msg": "b"}]})).1,
            "a; b"
        );
        assert_eq!(code(404, &json!({"error": "no such model"})).1, "no such model");
        let nested = json!({"error": {"message": "{\n \"error\": {\"message\": \"High demand.\"}}\n"}});
        assert_eq!(code(503, &nested).1, "High demand.");
        let gateway = json!({"error": {"message": "Provider returned error", "metadata": {"raw": "busy"}}});
        assert_eq!(code(429, &gateway).1, "Provider returned error: busy");
        let page = of_answer(502, b"<html>Bad gateway</html>", None);
        assert_eq!(page.message, "The provider answered 502 without a message.");
        assert_eq!(of_answer(500, b" oh no\n", None).message, "oh no");
    }

    #[test]
    fn google_says_in_the_body_how_long_to_wait() {
        let body = json!([{"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED",
            "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3.5s"}]}}]);
        let failure = of_answer(429, body.to_string().as_bytes(), None);
        assert_eq!(failure.code, Code::RateLimitExceeded);
        assert_eq!(failure.retry_after, Some(Duration::from_millis(3_500)));
    }

    #[test]
    fn an_event_without_an_error_tells_of_none() {
        assert_eq!(in_stream(&json!({"error": null, "choices": []})), None);
        assert_eq!(in_stream(&json!({"type": "ping"})), None);
        let failure = in_stream(&json!({"error": {"code": 400, "message": "Token limit reached"}})).unwrap();
        assert_eq!((failure.code, failure.status), (Code::InvalidRequest, Some(400)));
    }
}
