//! Token counts of one execution.

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
    /// Fills the total in from its parts, where it was not given.
    pub fn settle(&mut self) {
        self.tokens_used = self.tokens_used.or(self.sum());
    }

    /// Input and output together, as far as they are known.
    pub(crate) fn sum(&self) -> Option<i64> {
        match (self.input_tokens, self.output_tokens) {
            (None, None) => None,
            (input, output) => Some(input.unwrap_or(0) + output.unwrap_or(0)),
        }
    }

    /// Whether the counts cannot all be right, as some providers write them: a part is more than its whole, or the total
    /// is not the sum.
    pub fn contradict(&self) -> bool {
        let cached = self.cache_read_tokens.unwrap_or(0) + self.cache_write_tokens.unwrap_or(0);
        let is_whole = self.input_tokens.is_some() && self.output_tokens.is_some();
        let wrong_total = match (self.sum(), self.tokens_used) {
            (Some(sum), Some(used)) => used < sum || (is_whole && used > sum),
            _ => false,
        };
        wrong_total
            || self.input_tokens.is_some_and(|input| cached > input)
            || self
                .output_tokens
                .is_some_and(|output| self.reasoning_tokens.unwrap_or(0) > output)
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
        usage.settle();
        assert_eq!(usage.tokens_used, Some(450));

        let mut unknown = TokenUsage::default();
        unknown.settle();
        assert_eq!(unknown.tokens_used, None);
    }

    #[test]
    fn counts_that_cannot_all_be_right_contradict() {
        let usage = |input, output, read, reasoning, used| TokenUsage {
            input_tokens: input,
            output_tokens: output,
            cache_read_tokens: read,
            cache_write_tokens: None,
            reasoning_tokens: reasoning,
            tokens_used: used,
        };
        // As Gemini and Anthropic write them.
        let gemini = usage(Some(20), Some(198), None, Some(405), Some(623));
        let anthropic = usage(Some(10), Some(5), Some(2_048), None, None);
        assert!(gemini.contradict() && anthropic.contradict());
        assert!(usage(Some(1), None, None, None, Some(0)).contradict());
        for right in [
            usage(None, None, None, None, Some(5)),
            usage(Some(10), Some(5), Some(10), Some(5), Some(15)),
            usage(Some(10), None, None, None, Some(15)),
            usage(None, Some(5), Some(8), None, None),
        ] {
            assert!(!right.contradict(), "{right:?}");
        }
    }
}
