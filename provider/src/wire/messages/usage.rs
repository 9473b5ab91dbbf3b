//! Token counts of a `usage` object.

use crate::answer::Tokens;
use crate::wire::json::count;
use domain::TokenUsage;
use serde_json::Value;

/// The counts of a `usage` object. `input_tokens` is without what came from or went to the cache, so these are added to
/// it. How long writes stay is told once at the stream's beginning, and no more known where the total has grown since.
pub fn tokens(usage: &Value) -> Tokens {
    let read = count(usage, "cache_read_input_tokens");
    let written = count(usage, "cache_creation_input_tokens");
    let lasting = |name: &str| count(usage.get("cache_creation")?, name);
    let (short, long) = (
        lasting("ephemeral_5m_input_tokens"),
        lasting("ephemeral_1h_input_tokens"),
    );
    let is_whole = match (short, long) {
        (None, None) => false,
        _ => Some(short.unwrap_or(0) + long.unwrap_or(0)) == written,
    };
    let input = count(usage, "input_tokens");
    let mut counts = TokenUsage {
        input_tokens: input.map(|input| input + read.unwrap_or(0) + written.unwrap_or(0)),
        output_tokens: count(usage, "output_tokens"),
        cache_read_tokens: read,
        cache_write_tokens: written,
        reasoning_tokens: usage
            .get("output_tokens_details")
            .and_then(|details| count(details, "thinking_tokens")),
        tokens_used: None,
    };
    counts.settle();
    Tokens {
        usage: counts,
        cache_write_5m: short.filter(|_| is_whole),
        cache_write_1h: long.filter(|_| is_whole),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_cache_is_part_of_the_input() {
        let counts = tokens(&json!({
            "input_tokens": 4, "cache_read_input_tokens": 1_163, "cache_creation_input_tokens": 20, "output_tokens": 7,
            "cache_creation": {"ephemeral_5m_input_tokens": 15, "ephemeral_1h_input_tokens": 5},
        }));
        assert_eq!(counts.usage.input_tokens, Some(1_187));
        assert_eq!(counts.usage.tokens_used, Some(1_194));
        assert_eq!(
            (counts.cache_write_5m, counts.cache_write_1h),
            (Some(15), Some(5))
        );
    }

    #[test]
    fn parts_that_no_longer_add_up_are_unknown() {
        let counts = tokens(&json!({
            "input_tokens": 4, "cache_creation_input_tokens": 290,
            "cache_creation": {"ephemeral_5m_input_tokens": 118, "ephemeral_1h_input_tokens": 0},
        }));
        assert_eq!((counts.cache_write_5m, counts.cache_write_1h), (None, None));
        assert_eq!(counts.usage.cache_write_tokens, Some(290));
    }
}
