//! Calls recorded by the TensorZero gateway: real prompts, answers and latencies, without tokens or cost.

use crate::ConvertError;
use domain::time;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::io::BufRead;

/// One line of the recording. What it holds as JSON within JSON stays text here.
#[derive(Deserialize)]
struct Inference {
    id: String,
    function_name: String,
    variant_name: String,
    episode_id: String,
    input: String,
    output: String,
    inference_params: String,
    processing_time_ms: i64,
}

#[derive(Deserialize)]
struct Input {
    system: Option<Value>,
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    role: String,
    content: Vec<Block>,
}

/// A piece of a message: the input calls its text `value`, the output `text`.
#[derive(Deserialize)]
struct Block {
    #[serde(alias = "value")]
    text: String,
}

#[derive(Deserialize)]
struct InferenceParams {
    chat_completion: ChatCompletion,
}

#[derive(Deserialize)]
struct ChatCompletion {
    temperature: Option<f64>,
}

/// Every call as a successful execution. The time is the one inside its UUIDv7.
pub fn tensorzero(lines: impl BufRead) -> Result<Vec<Value>, ConvertError> {
    lines
        .lines()
        .enumerate()
        .map(|(index, line)| convert(&line?).map_err(|detail| ConvertError::line(index + 1, detail)))
        .collect()
}

fn convert(line: &str) -> Result<Value, String> {
    let call: Inference = parse(line)?;
    let input: Input = parse(&call.input)?;
    let output: Vec<Block> = parse(&call.output)?;
    let params: InferenceParams = parse(&call.inference_params)?;
    let mut execution = json!({
        "executionId": call.id,
        "status": "success",
        "executedAt": uuid_time(&call.id)?,
        "latencyMs": call.processing_time_ms,
        "version": call.variant_name,
        "temperature": params.chat_completion.temperature,
        "userPrompt": transcript(&input.messages),
        "outputText": text(&output),
        "metadata": {"functionName": call.function_name, "episodeId": call.episode_id},
    });
    // The recording keeps the system prompt as its text, or as the variables of its template.
    match input.system {
        Some(Value::Object(variables)) => execution["inputVariables"] = Value::Object(variables),
        Some(Value::String(prompt)) => execution["systemPrompt"] = Value::String(prompt),
        Some(other) => {
            execution["inputVariables"] = Value::Object(Map::from_iter([("system".to_owned(), other)]))
        }
        None => {}
    }
    Ok(execution)
}

fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

/// The time of a UUIDv7: its first 48 bits are milliseconds since 1970 (RFC 9562, section 5.7).
fn uuid_time(uuid: &str) -> Result<String, String> {
    let digits: String = uuid.chars().filter(|digit| *digit != '-').collect();
    let version_7 = digits.len() == 32 && digits.as_bytes()[12] == b'7';
    let millis = digits
        .get(..12)
        .filter(|_| version_7)
        .and_then(|head| i64::from_str_radix(head, 16).ok())
        .ok_or_else(|| format!("{uuid} is no UUIDv7"))?;
    Ok(time::rfc3339(time::from_micros(millis * 1_000)))
}

fn text(blocks: &[Block]) -> String {
    let texts: Vec<_> = blocks.iter().map(|block| block.text.as_str()).collect();
    texts.join("\n")
}

/// A single message as it is; a conversation with the speaker before each message.
fn transcript(messages: &[Message]) -> String {
    if let [only] = messages {
        return text(&only.content);
    }
    let turns: Vec<_> = messages
        .iter()
        .map(|message| format!("{}: {}", message.role, text(&message.content)))
        .collect();
    turns.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_becomes_one_execution() {
        let line = json!({
            "id": "01942e26-910b-7ab1-a645-46bc4463a001", "function_name": "guess", "variant_name": "baseline",
            "episode_id": "e", "processing_time_ms": 413, "tags": {}, "extra_body": null, "tool_params": "",
            "input": json!({"system": {"secret": "Γ"}, "messages": [
                {"role": "user", "content": [{"type": "text", "value": "Big?"}]},
                {"role": "assistant", "content": [{"type": "text", "value": "no."}]},
                {"role": "user", "content": [{"type": "text", "value": "Red?"}]}]}).to_string(),
            "output": "[{\"type\":\"text\",\"text\":\"Yes.\"}]",
            "inference_params": "{\"chat_completion\":{\"temperature\":0.5}}",
        });
        let execution = &tensorzero(line.to_string().as_bytes()).unwrap()[0];
        assert_eq!(
            *execution,
            json!({"executionId": "01942e26-910b-7ab1-a645-46bc4463a001", "status": "success",
                "executedAt": "2025-01-03T21:51:07.019Z", "latencyMs": 413, "version": "baseline",
                "temperature": 0.5, "userPrompt": "user: Big?\nassistant: no.\nuser: Red?", "outputText": "Yes.",
                "metadata": {"functionName": "guess", "episodeId": "e"}, "inputVariables": {"secret": "Γ"}})
        );
    }

    #[test]
    fn another_kind_of_uuid_tells_no_time() {
        assert!(uuid_time("01942e26-910b-4ab1-a645-46bc4463a001").is_err());
        assert!(uuid_time("x").is_err());
    }
}
