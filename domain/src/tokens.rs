//! Token counts of one execution.

use crate::problem::FieldError;
use serde::{Deserialize, Serialize};

/// Largest number of tokens in one count.
pub const MAX_TOKENS: i64 = 1_000_000_000_000;

/// Token counts as OpenTelemetry's GenAI conventions define them: input includes what came from or went to the
/// cache, output includes reasoning. `None` is unknown, which is not the same as 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenUsage {
    /// Tokens sent, cached ones included.
    pub input_tokens: Option<i64>,
    /// Tokens received, reasoning included.
    pub output_tokens: Option<i64>,
    /// Input tokens read from the provider's cache.
    pub cache_read_tokens: Option<i64>,
    /// Input tokens written to the provider's cache.
    pub cache_write_tokens: Option<i64>,
    /// Output tokens spent on reasoning.
    pub reasoning_tokens: Option<i64>,
    /// Input and output together.
    pub tokens_used: Option<i64>,
}

impl TokenUsage {
    /// Fills the total in from its parts, and refuses parts that contradict each other, naming each wrong field.
    pub fn settle(&mut self) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        let cached = self.cache_read_tokens.unwrap_or(0) + self.cache_write_tokens.unwrap_or(0);
        if cached > self.input_tokens.unwrap_or(i64::MAX) {
            errors.push(FieldError::new(
                "inputTokens",
                "must include the cached tokens: it is less than cacheReadTokens and cacheWriteTokens together",
            ));
        }
        if self.reasoning_tokens.unwrap_or(0) > self.output_tokens.unwrap_or(i64::MAX) {
            errors.push(FieldError::new(
                "outputTokens",
                "must include the reasoning tokens: it is less than reasoningTokens",
            ));
        }
        let sum = self.input_tokens.unwrap_or(0) + self.output_tokens.unwrap_or(0);
        match (self.input_tokens, self.output_tokens, self.tokens_used) {
            (None, None, _) => {}
            (Some(_), Some(_), Some(used)) if used != sum => errors.push(FieldError::new(
                "tokensUsed",
                format!(
                    "must be the sum of inputTokens and outputTokens, {sum}; leave it out to have it computed"
                ),
            )),
            (_, _, Some(used)) if used < sum => errors.push(FieldError::new(
                "tokensUsed",
                "must include inputTokens and outputTokens: it is less than one of them",
            )),
            (_, _, Some(_)) => {}
            (_, _, None) => self.tokens_used = Some(sum),
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_the_sum_of_what_is_known() {
        let mut usage = TokenUsage {
            input_tokens: Some(400),
            output_tokens: Some(50),
            ..Default::default()
        };
        usage.settle().unwrap();
        assert_eq!(usage.tokens_used, Some(450));

        let mut unknown = TokenUsage::default();
        unknown.settle().unwrap();
        assert_eq!(unknown.tokens_used, None);
    }

    #[test]
    fn contradictions_are_named() {
        let mut usage = TokenUsage {
            input_tokens: Some(10),
            cache_read_tokens: Some(8),
            cache_write_tokens: Some(3),
            output_tokens: Some(5),
            reasoning_tokens: Some(6),
            tokens_used: Some(16),
        };
        let fields: Vec<_> = usage
            .settle()
            .unwrap_err()
            .into_iter()
            .map(|error| error.field)
            .collect();
        assert_eq!(fields, ["inputTokens", "outputTokens", "tokensUsed"]);
    }
}
