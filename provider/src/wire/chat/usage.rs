//! Token counts of a `usage` object.

use crate::answer::Tokens;
use crate::wire::json::count;
use domain::TokenUsage;
use serde_json::Value;

/// The counts of a `usage` object: `prompt_tokens` includes what came from the cache, `completion_tokens` reasoning.
/// xAI counts reasoning beside `completion_tokens`, which its total shows. OpenRouter tells writes to the cache;
/// DeepSeek has a name of its own for reads.
pub fn tokens(usage: &Value) -> Tokens {
    let part = |whole: &str, name: &str| count(usage.get(whole)?, name);
    let (input, output) = (count(usage, "prompt_tokens"), count(usage, "completion_tokens"));
    let reasoning = part("completion_tokens_details", "reasoning_tokens");
    let total = count(usage, "total_tokens");
    let beside = match (input, output, reasoning, total) {
        (Some(input), Some(output), Some(reasoning), Some(total)) if total == input + output + reasoning => {
            reasoning
        }
        _ => 0,
    };
    let mut counts = TokenUsage {
        input_tokens: input,
        output_tokens: output.map(|output| output + beside),
        cache_read_tokens: part("prompt_tokens_details", "cached_tokens")
            .or_else(|| count(usage, "prompt_cache_hit_tokens")),
        cache_write_tokens: part("prompt_tokens_details", "cache_write_tokens"),
        reasoning_tokens: reasoning,
        tokens_used: total,
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
    fn reported_zero_is_not_absence() {
        let counts = tokens(&json!({
            "prompt_tokens": 10, "completion_tokens": 0, "total_tokens": 10,
            "prompt_tokens_details": {"cached_tokens": 0}, "completion_tokens_details": null,
        }));
        let expected = TokenUsage {
            input_tokens: Some(10),
            output_tokens: Some(0),
            cache_read_tokens: Some(0),
            tokens_used: Some(10),
            ..TokenUsage::default()
        };
        assert_eq!(counts.usage, expected);
        assert_eq!(
            tokens(&json!({"prompt_tokens": -1, "total_tokens": "x"})),
            Tokens::default()
        );
    }

    #[test]
    fn reasoning_beside_the_completion_is_added_to_it() {
        let counts = tokens(&json!({
            "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 35,
            "completion_tokens_details": {"reasoning_tokens": 20},
        }));
        assert_eq!(
            (counts.usage.output_tokens, counts.usage.reasoning_tokens),
            (Some(25), Some(20))
        );
        assert!(!counts.usage.contradict());
    }
}
