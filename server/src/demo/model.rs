//! The models that the sample agents ask: how fast they answer, and what they cost.

use super::draw;
use domain::{NanoDollars, TokenUsage};
use rand::{RngExt, rngs::StdRng};

/// Prices in nano-dollars per thousand tokens, as the providers published them.
#[derive(Debug)]
pub struct Prices {
    pub input: i64,
    pub cache_read: i64,
    pub cache_write: i64,
    pub output: i64,
}

/// A model.
#[derive(Debug)]
pub struct Model {
    pub name: &'static str,
    /// By its id in genai-prices.
    pub provider: &'static str,
    pub prices: Prices,
    /// Milliseconds before the first token.
    pub first_token_ms: f64,
    /// Milliseconds for each token of the answer.
    pub token_ms: f64,
    /// Whether it thinks before it answers, and charges for that.
    pub reasons: bool,
}

impl Model {
    /// How long an answer takes, in milliseconds. One in eighty meets a queue.
    pub fn latency_ms(&self, rng: &mut StdRng, output_tokens: i64) -> i64 {
        let queue = if rng.random_bool(1.0 / 80.0) { 6.0 } else { 1.0 };
        let typical = self.first_token_ms + self.token_ms * output_tokens as f64;
        (typical * draw::delay_factor(rng, 0.28) * queue) as i64
    }

    /// What these tokens cost.
    pub fn cost(&self, tokens: &TokenUsage) -> Option<NanoDollars> {
        let known = |count: Option<i64>| count.unwrap_or(0);
        let (read, written) = (known(tokens.cache_read_tokens), known(tokens.cache_write_tokens));
        let fresh = known(tokens.input_tokens) - read - written;
        let thousandfold = fresh * self.prices.input
            + read * self.prices.cache_read
            + written * self.prices.cache_write
            + known(tokens.output_tokens) * self.prices.output;
        NanoDollars::from_nanos((thousandfold + 500) / 1_000)
    }
}

pub const GEMINI_FLASH: Model = Model {
    name: "gemini-1.5-flash",
    provider: "google",
    prices: Prices {
        input: 75_000,
        cache_read: 18_750,
        cache_write: 75_000,
        output: 300_000,
    },
    first_token_ms: 360.0,
    token_ms: 5.0,
    reasons: false,
};

pub const GEMINI_PRO: Model = Model {
    name: "gemini-1.5-pro",
    provider: "google",
    prices: Prices {
        input: 1_250_000,
        cache_read: 312_500,
        cache_write: 1_250_000,
        output: 5_000_000,
    },
    first_token_ms: 700.0,
    token_ms: 11.0,
    reasons: false,
};

pub const GPT_4O: Model = Model {
    name: "gpt-4o",
    provider: "openai",
    prices: Prices {
        input: 2_500_000,
        cache_read: 1_250_000,
        cache_write: 2_500_000,
        output: 10_000_000,
    },
    first_token_ms: 900.0,
    token_ms: 15.0,
    reasons: false,
};

pub const GPT_4O_MINI: Model = Model {
    name: "gpt-4o-mini",
    provider: "openai",
    prices: Prices {
        input: 150_000,
        cache_read: 75_000,
        cache_write: 150_000,
        output: 600_000,
    },
    first_token_ms: 420.0,
    token_ms: 8.0,
    reasons: false,
};

pub const O3_MINI: Model = Model {
    name: "o3-mini",
    provider: "openai",
    prices: Prices {
        input: 1_100_000,
        cache_read: 550_000,
        cache_write: 1_100_000,
        output: 4_400_000,
    },
    first_token_ms: 1_200.0,
    token_ms: 6.0,
    reasons: true,
};

pub const CLAUDE_SONNET: Model = Model {
    name: "claude-3-5-sonnet",
    provider: "anthropic",
    prices: Prices {
        input: 3_000_000,
        cache_read: 300_000,
        cache_write: 3_750_000,
        output: 15_000_000,
    },
    first_token_ms: 800.0,
    token_ms: 13.0,
    reasons: false,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cached_tokens_are_charged_once() {
        let tokens = TokenUsage {
            input_tokens: Some(10_000),
            cache_read_tokens: Some(8_000),
            cache_write_tokens: Some(1_000),
            output_tokens: Some(100),
            ..Default::default()
        };
        // 1,000 at $3, 8,000 at $0.30, 1,000 at $3.75 and 100 at $15 a million.
        let cost = CLAUDE_SONNET.cost(&tokens).unwrap();
        assert_eq!(cost.to_string(), "0.01065");
    }
}
