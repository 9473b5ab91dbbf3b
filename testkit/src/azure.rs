//! The Azure LLM inference trace: when requests arrived, and how many tokens went in and came out.

use crate::ConvertError;
use chrono::NaiveDateTime;
use domain::time;
use serde_json::{Value, json};
use std::io::Read;

#[derive(serde::Deserialize)]
struct Arrival {
    #[serde(rename = "TIMESTAMP")]
    timestamp: String,
    #[serde(rename = "ContextTokens")]
    input_tokens: i64,
    #[serde(rename = "GeneratedTokens")]
    output_tokens: i64,
}

/// Every arrival as a successful execution. The trace names no zone and has seven fractional digits: read as UTC, cut to
/// microseconds. It knows no latency and no cost, so neither does the execution.
pub fn azure(trace: impl Read) -> Result<Vec<Value>, ConvertError> {
    csv::Reader::from_reader(trace)
        .into_deserialize::<Arrival>()
        .enumerate()
        .map(|(index, arrival)| convert(index, arrival?))
        .collect()
}

fn convert(index: usize, arrival: Arrival) -> Result<Value, ConvertError> {
    let line = index + 2;
    let executed_at = NaiveDateTime::parse_from_str(&arrival.timestamp, "%Y-%m-%d %H:%M:%S%.f")
        .map_err(|error| ConvertError::line(line, error))?
        .and_utc();
    Ok(json!({
        "executionId": format!("azure_conv_{:05}", index + 1),
        "status": "success",
        "executedAt": time::rfc3339(time::truncate(executed_at)),
        "inputTokens": arrival.input_tokens,
        "outputTokens": arrival.output_tokens,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_digits_become_six_and_the_last_line_needs_no_newline() {
        let trace = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805909,374,44\n\
                     2023-11-16 18:15:50,396,109";
        let executions = azure(trace.as_bytes()).unwrap();
        assert_eq!(
            executions[0],
            json!({"executionId": "azure_conv_00001", "status": "success",
                "executedAt": "2023-11-16T18:15:46.680590Z", "inputTokens": 374, "outputTokens": 44})
        );
        assert_eq!(executions[1]["executedAt"], "2023-11-16T18:15:50Z");
    }

    #[test]
    fn a_wrong_time_is_named_by_line() {
        let trace = "TIMESTAMP,ContextTokens,GeneratedTokens\nsoon,1,1\n";
        let error = azure(trace.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with("line 2:"), "{error}");
    }
}
