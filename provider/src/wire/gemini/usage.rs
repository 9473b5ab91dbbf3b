//! Token counts of a `usageMetadata` object.

use crate::answer::Tokens;
use crate::wire::json::count;
use domain::TokenUsage;
use serde_json::Value;

/// The counts of a `usageMetadata` object. `promptTokenCount` includes what came from the cache, but not what tools of
/// the provider's put in; `candidatesTokenCount` is without thoughts.
pub fn tokens(usage: &Value) -> Tokens {
    let sum = |first: Option<i64>, second: Option<i64>| match (first, second) {
        (None, None) => None,
        (first, second) => Some(first.unwrap_or(0) + second.unwrap_or(0)),
    };
    let thoughts = count(usage, "thoughtsTokenCount");
    let mut counts = TokenUsage {
        input_tokens: sum(
            count(usage, "promptTokenCount"),
            count(usage, "toolUsePromptTokenCount"),
        ),
        output_tokens: sum(count(usage, "candidatesTokenCount"), thoughts),
        cache_read_tokens: count(usage, "cachedContentTokenCount"),
        cache_write_tokens: None,
        reasoning_tokens: thoughts,
        tokens_used: count(usage, "totalTokenCount"),
    };
    counts.settle();
    Tokens {
        usage: counts,
        ..Tokens::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn thoughts_are_output_and_tools_are_input() {
        let counts = tokens(&json!({
            "promptTokenCount": 427, "toolUsePromptTokenCount": 771, "candidatesTokenCount": 97,
            "thoughtsTokenCount": 447, "totalTokenCount": 1_742,
        }));
        let usage = counts.usage;
        assert_eq!(
            (usage.input_tokens, usage.output_tokens),
            (Some(1_198), Some(544))
        );
        assert!(!usage.contradict());
    }
}
