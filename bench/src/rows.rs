//! The executions that are recorded: the same for the ledger and for raw SQLite, 2.2 kB of text each.

use domain::time;
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::json;
use std::fmt::Write;

/// Bytes of text in each execution: prompts and answer together.
const TEXT_BYTES: usize = 2_200;
/// The history ends here, a fixed time, and goes back at most a year; in seconds since 1970 (2026-01-01).
pub const END: i64 = 1_767_225_600;
/// The longest the history goes back, in seconds.
pub const SPAN: i64 = 365 * 86_400;

/// Statuses, the rarest last; weights are per thousand.
const STATUSES: [(&str, u32); 5] = [
    ("success", 930),
    ("failed", 45),
    ("rate_limited", 15),
    ("canceled", 7),
    ("unauthorized", 3),
];
const SOURCES: [(&str, u32); 3] = [("api", 70), ("workflow", 20), ("dashboard", 10)];
const MODELS: [&str; 4] = [
    "gemini-1.5-pro",
    "gemini-1.5-flash",
    "gpt-4o",
    "claude-3-5-sonnet",
];
const WORDS: [&str; 48] = [
    "agent",
    "answer",
    "around",
    "battery",
    "because",
    "before",
    "between",
    "budget",
    "camera",
    "careful",
    "charge",
    "clear",
    "customer",
    "daily",
    "delivery",
    "different",
    "energy",
    "every",
    "failure",
    "fitness",
    "garden",
    "invoice",
    "kitchen",
    "language",
    "later",
    "market",
    "message",
    "morning",
    "number",
    "order",
    "people",
    "possible",
    "product",
    "question",
    "quiet",
    "reason",
    "record",
    "report",
    "smart",
    "support",
    "the",
    "ticket",
    "and",
    "with",
    "without",
    "version",
    "watch",
    "window",
];

/// One execution, before it becomes JSON or a row.
#[derive(Debug)]
pub struct Row {
    pub id: String,
    /// Microseconds since 1970.
    pub executed_at: i64,
    pub status: &'static str,
    pub source: &'static str,
    pub latency_ms: i64,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub cost_nanos: i64,
    pub model: &'static str,
    pub version: String,
    pub error_code: Option<&'static str>,
    pub user_prompt: String,
    pub output_text: String,
}

/// The execution of that index in a history of `size`, oldest first; always the same one.
pub fn row(index: u64, size: u64) -> Row {
    let mut rng = StdRng::seed_from_u64(index);
    let share = index as f64 / size as f64;
    let second = END - SPAN + (share * SPAN as f64) as i64;
    let status = weighted(&mut rng, &STATUSES);
    let (input_tokens, output_tokens) = (rng.random_range(80..900), rng.random_range(20..600));
    Row {
        id: format!("exec_{index:012}{:08x}", rng.random::<u32>()),
        executed_at: second * 1_000_000 + rng.random_range(0..1_000_000),
        status,
        source: weighted(&mut rng, &SOURCES),
        latency_ms: rng.random_range(200..4_000),
        input_tokens,
        output_tokens,
        cost_nanos: input_tokens * 1_250 + output_tokens * 5_000,
        model: MODELS.choose(&mut rng).copied().unwrap_or_default(),
        version: format!("V{}", 1 + (share * 9.0) as u32),
        error_code: (status != "success").then_some("RATE_LIMIT_EXCEEDED"),
        user_prompt: text(&mut rng, TEXT_BYTES * 2 / 5),
        output_text: text(&mut rng, TEXT_BYTES * 3 / 5),
    }
}

impl Row {
    /// The row as a line of NDJSON.
    pub fn write_json(&self, lines: &mut String) {
        let json = json!({
            "executionId": self.id,
            "executedAt": time::rfc3339(time::from_micros(self.executed_at)),
            "status": self.status, "source": self.source, "latencyMs": self.latency_ms,
            "inputTokens": self.input_tokens, "outputTokens": self.output_tokens,
            "costUSD": self.cost_nanos as f64 / 1e9, "model": self.model, "version": self.version,
            "errorCode": self.error_code, "userPrompt": self.user_prompt, "outputText": self.output_text,
        });
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "{json}");
    }
}

fn weighted(rng: &mut StdRng, choices: &[(&'static str, u32)]) -> &'static str {
    choices
        .choose_weighted(rng, |(_, weight)| *weight)
        .map_or("", |(choice, _)| choice)
}

/// Words that compress about as well as prose does, because every row draws its own.
fn text(rng: &mut StdRng, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 16);
    while text.len() < bytes {
        text.push_str(WORDS.choose(rng).copied().unwrap_or_default());
        match rng.random_range(0..12) {
            0 => {
                let _ = write!(text, " {}. ", rng.random_range(0..10_000));
            }
            1 => text.push_str(", "),
            _ => text.push(' '),
        }
    }
    text.truncate(bytes);
    text
}
