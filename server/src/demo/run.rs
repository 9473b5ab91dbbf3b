//! One run of a sample agent, from its case to the fields that are recorded.

use super::{
    agents::{SampleAgent, SampleVersion, fill},
    caller::DemoCaller,
    draw::hex,
    outcome::Outcome,
};
use chrono::Duration;
use domain::{ExecutionFields, ExecutionId, InvalidId, Payload, Status, Timestamp, TokenUsage};
use rand::{RngExt, rngs::StdRng};

/// The version that was in use at `started`.
fn version_at(
    agent: &SampleAgent,
    started: Timestamp,
    now: Timestamp,
) -> Option<(usize, &'static SampleVersion)> {
    agent
        .versions
        .iter()
        .enumerate()
        .rev()
        .find(|(_, version)| now - Duration::days(version.days_ago) <= started)
        .or(agent.versions.first().map(|version| (0, version)))
}

/// A run of `agent` that began at `started` and has ended, well or not.
pub fn ended(
    rng: &mut StdRng,
    agent: &SampleAgent,
    caller: &DemoCaller,
    started: Timestamp,
    now: Timestamp,
) -> Result<ExecutionFields, InvalidId> {
    let outcome = Outcome::draw(rng, started, now);
    let case = (agent.case)(rng);
    let mut fields = ExecutionFields {
        execution_id: Some(ExecutionId::try_from(format!("exec_{}", hex(rng, 24)))?),
        status: Some(outcome.status),
        source: Some(caller.source),
        executed_at: Some(started),
        error_code: outcome.error.map(|(code, _)| code.to_owned()),
        executed_by: caller.executed_by.clone(),
        payload: Payload {
            error_message: outcome.error.map(|(_, message)| message.to_owned()),
            ip_address: caller.ip_address.clone(),
            user_agent: Some(caller.user_agent.to_owned()),
            ..Default::default()
        },
        ..Default::default()
    };
    if let Some((index, version)) = version_at(agent, started, now) {
        let prompt = fill(version.template, &case.variables);
        let sent = tokens(version.system_prompt) + tokens(&prompt);
        let usage = usage(rng, agent, version, &outcome, sent, &case.output);
        fields.version = Some(format!("V{}", index + 1));
        fields.model = Some(version.model.name.to_owned());
        fields.provider = Some(version.model.provider.to_owned());
        fields.latency_ms = Some(latency_ms(rng, version, &outcome, &usage));
        fields.cost = version.model.cost(&usage);
        fields.tokens = usage;
        fields.payload.temperature = Some(version.temperature);
        fields.payload.system_prompt = Some(version.system_prompt.to_owned());
        fields.payload.user_prompt = Some(prompt);
    }
    fields.payload.output_text = match outcome.status {
        Status::Success => Some(case.output),
        Status::Canceled => Some(case.output.chars().take(60).collect()),
        _ => None,
    };
    fields.payload.input_variables = Some(case.variables);
    Ok(fields)
}

/// What is known of that run while it goes on.
pub fn begun(ended: &ExecutionFields) -> ExecutionFields {
    ExecutionFields {
        status: Some(Status::Running),
        latency_ms: None,
        tokens: TokenUsage::default(),
        cost: None,
        error_code: None,
        payload: Payload {
            output_text: None,
            error_message: None,
            ..ended.payload.clone()
        },
        ..ended.clone()
    }
}

/// About four bytes a token, as English has it.
fn tokens(text: &str) -> i64 {
    text.len() as i64 / 4 + 8
}

/// Tokens in and out. Who is turned away at the door pays for none.
fn usage(
    rng: &mut StdRng,
    agent: &SampleAgent,
    version: &SampleVersion,
    outcome: &Outcome,
    sent: i64,
    output: &str,
) -> TokenUsage {
    let (sent, received) = match outcome.status {
        Status::Success => (sent, tokens(output)),
        Status::Canceled => (sent, 15),
        Status::Failed if matches!(outcome.error, Some(("INVALID_OUTPUT" | "CONTENT_FILTERED", _))) => {
            (sent, tokens(output))
        }
        _ => (0, 0),
    };
    let reasoning = (version.model.reasons && received > 0).then(|| rng.random_range(40..400));
    let cached = sent * agent.cached_percent / 100;
    let cold = rng.random_bool(0.15);
    TokenUsage {
        input_tokens: Some(sent),
        output_tokens: Some(received + reasoning.unwrap_or(0)),
        cache_read_tokens: (cached > 0).then_some(if cold { 0 } else { cached }),
        cache_write_tokens: (cached > 0 && cold).then_some(cached),
        reasoning_tokens: reasoning,
        tokens_used: None,
    }
}

fn latency_ms(rng: &mut StdRng, version: &SampleVersion, outcome: &Outcome, usage: &TokenUsage) -> i64 {
    let answered = version.model.latency_ms(rng, usage.output_tokens.unwrap_or(0));
    match outcome.status {
        _ if outcome.timed_out => 30_000 + rng.random_range(0..250),
        Status::RateLimited | Status::Unauthorized => rng.random_range(60..320),
        _ => answered,
    }
}
