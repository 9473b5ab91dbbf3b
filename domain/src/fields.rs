//! The fields of an execution as a caller gives them: some or all, checked one by one.

use crate::{
    AgentId, ApiKeyId, Choice, Errors, Execution, ExecutionId, ExecutionSummary, FieldError, GivenExecution,
    NanoDollars, Payload, Source, Status, Timestamp, TokenUsage,
    field::{Field, Form},
    given::{Given, MAX_DEPTH},
    members::Beyond,
    nearest,
    time::{self, MAX_AHEAD_SECONDS},
};
use chrono::Duration;
use serde_json::{Map, Value};
use std::net::IpAddr;

/// Refuses the one character that PostgreSQL keeps in no text, U+0000.
pub fn check_text(field: &str, text: &str) -> Result<(), FieldError> {
    if text.contains('\0') {
        return Err(FieldError::new(field, "must not contain the character U+0000"));
    }
    Ok(())
}

/// The given fields of an execution. `None` is a field that was left out, or null.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExecutionFields {
    /// Identifier; ours when absent.
    pub execution_id: Option<ExecutionId>,
    /// How the execution stands; required when it is recorded.
    pub status: Option<Status>,
    /// Where from; `api` when absent.
    pub source: Option<Source>,
    /// Start of the run; now when absent.
    pub executed_at: Option<Timestamp>,
    /// Milliseconds from request to response.
    pub latency_ms: Option<i64>,
    /// Token counts as given, not yet summed.
    pub tokens: TokenUsage,
    /// Cost as given.
    pub cost: Option<NanoDollars>,
    /// Model that answered.
    pub model: Option<String>,
    /// Provider of the model.
    pub provider: Option<String>,
    /// Version label.
    pub version: Option<String>,
    /// Error code.
    pub error_code: Option<String>,
    /// Who triggered it.
    pub executed_by: Option<String>,
    /// The private part.
    pub payload: Payload,
}

/// What is filled in where a recorded execution leaves it out.
#[derive(Debug, Clone)]
pub struct Defaults {
    /// The agent under which it is recorded.
    pub agent_id: AgentId,
    /// A fresh identifier.
    pub execution_id: ExecutionId,
    /// The clock.
    pub now: Timestamp,
    /// The key that recorded it.
    pub api_key_id: Option<ApiKeyId>,
    /// Who recorded it.
    pub executed_by: Option<String>,
    /// The caller's address.
    pub ip_address: Option<String>,
    /// The caller's program.
    pub user_agent: Option<String>,
}

impl ExecutionFields {
    /// Judges what was given. Every wrong field is named, not only the first, up to the bound of what was given; so is an
    /// unknown one, since a misspelt field would be lost without a word.
    pub fn parse(given: impl Into<GivenExecution>, now: Timestamp) -> Result<Self, Errors> {
        Self::read(given.into(), now, false)
    }

    /// Judges the fields of an execution that is to be recorded: as `parse`, and `status` is required.
    pub fn parse_new(given: impl Into<GivenExecution>, now: Timestamp) -> Result<Self, Errors> {
        Self::read(given.into(), now, true)
    }

    fn read(given: GivenExecution, now: Timestamp, is_new: bool) -> Result<Self, Errors> {
        let mut errors = Errors::up_to(given.bounds.errors);
        if !given.is_object {
            errors.push(FieldError::new(
                "",
                "must be a JSON object with the fields of one execution",
            ));
            return Err(errors);
        }
        if is_new && !given.has(Field::Status) {
            let detail = format!("is required: one of {}", names::<Status>());
            errors.push(FieldError::new("status", detail));
        }
        let mut reader = Reader { given, errors };
        let fields = Self {
            execution_id: reader.text(Field::ExecutionId).and_then(|id| {
                id.try_into()
                    .map_err(|error: crate::InvalidId| reader.wrong(Field::ExecutionId, error.to_string()))
                    .ok()
            }),
            status: reader.choice(Field::Status),
            source: reader.choice(Field::Source),
            executed_at: reader.instant(Field::ExecutedAt, now),
            latency_ms: reader.rounded(Field::LatencyMs),
            tokens: TokenUsage {
                input_tokens: reader.integer(Field::InputTokens),
                output_tokens: reader.integer(Field::OutputTokens),
                cache_read_tokens: reader.integer(Field::CacheReadTokens),
                cache_write_tokens: reader.integer(Field::CacheWriteTokens),
                reasoning_tokens: reader.integer(Field::ReasoningTokens),
                tokens_used: reader.integer(Field::TokensUsed),
            },
            cost: reader.cost(Field::Cost),
            model: reader.line(Field::Model),
            provider: reader.line(Field::Provider),
            version: reader.line(Field::Version),
            error_code: reader.line(Field::ErrorCode),
            executed_by: reader.line(Field::ExecutedBy),
            payload: Payload {
                temperature: reader.number(Field::Temperature),
                input_variables: reader.object(Field::InputVariables),
                system_prompt: reader.text(Field::SystemPrompt),
                user_prompt: reader.text(Field::UserPrompt),
                output_text: reader.text(Field::OutputText),
                error_message: reader.text(Field::ErrorMessage),
                ip_address: reader.address(Field::IpAddress),
                user_agent: reader.line(Field::UserAgent),
                metadata: reader.object(Field::Metadata),
            },
        };
        reader.refuse_unknown();
        if reader.errors.is_empty() {
            Ok(fields)
        } else {
            Err(reader.errors)
        }
    }

    /// The whole execution, with `defaults` for what was left out.
    pub fn into_execution(self, defaults: Defaults) -> Execution {
        let mut tokens = self.tokens;
        tokens.settle();
        let mut payload = self.payload;
        payload.ip_address = payload.ip_address.or(defaults.ip_address);
        payload.user_agent = payload.user_agent.or(defaults.user_agent);
        Execution {
            summary: ExecutionSummary {
                execution_id: self.execution_id.unwrap_or(defaults.execution_id),
                agent_id: defaults.agent_id,
                status: self.status.unwrap_or(Status::Running),
                source: self.source.unwrap_or(Source::Api),
                executed_at: self.executed_at.unwrap_or(defaults.now),
                latency_ms: self.latency_ms,
                tokens,
                cost: self.cost,
                model: self.model,
                provider: self.provider,
                version: self.version,
                error_code: self.error_code,
                executed_by: self.executed_by.or(defaults.executed_by),
                api_key_id: defaults.api_key_id,
            },
            payload,
        }
    }

    /// The execution with the given fields put over its own. The identifier, the agent and the key stay.
    pub fn amend(self, execution: &Execution) -> Execution {
        self.put_over(execution.clone())
    }

    /// As `amend`, for an execution that is not needed any more as it was.
    pub fn put_over(self, mut execution: Execution) -> Execution {
        let summary = &mut execution.summary;
        summary.status = self.status.unwrap_or(summary.status);
        summary.source = self.source.unwrap_or(summary.source);
        summary.executed_at = self.executed_at.unwrap_or(summary.executed_at);
        self.merge(execution, Wins::Given)
    }

    /// Whether these fields, of a running execution, can be the beginning of that one: what goes in is the same, as far as
    /// both tell it. What only the end knows for sure, such as the model that answered, may differ.
    pub fn may_begin(&self, execution: &Execution) -> bool {
        fn agree<T: PartialEq>(given: Option<&T>, own: Option<&T>) -> bool {
            given.is_none() || own.is_none() || given == own
        }
        let (given, own) = (&self.payload, &execution.payload);
        agree(given.input_variables.as_ref(), own.input_variables.as_ref())
            && agree(given.system_prompt.as_ref(), own.system_prompt.as_ref())
            && agree(given.user_prompt.as_ref(), own.user_prompt.as_ref())
            && agree(given.temperature.as_ref(), own.temperature.as_ref())
            && agree(self.version.as_ref(), execution.summary.version.as_ref())
    }

    /// The execution with what it does not say filled in from the given fields; `start` takes the place of its own.
    pub fn put_under(self, mut execution: Execution, start: Option<Timestamp>) -> Execution {
        let summary = &mut execution.summary;
        summary.executed_at = start.unwrap_or(summary.executed_at);
        self.merge(execution, Wins::Own)
    }

    /// Merges what may be unknown.
    fn merge(self, mut execution: Execution, wins: Wins) -> Execution {
        let Execution { summary, payload } = &mut execution;
        let (given, own) = (self.tokens, &mut summary.tokens);
        let has_parts = given.input_tokens.is_some() || given.output_tokens.is_some();
        let is_whole = own.input_tokens.is_some() && own.output_tokens.is_some();
        let is_old = wins == Wins::Given || (!is_whole && own.tokens_used == own.sum());
        if given.tokens_used.is_none() && has_parts && is_old {
            // The old total belongs to the old counts.
            own.tokens_used = None;
        }
        wins.put(given.input_tokens, &mut own.input_tokens);
        wins.put(given.output_tokens, &mut own.output_tokens);
        wins.put(given.cache_read_tokens, &mut own.cache_read_tokens);
        wins.put(given.cache_write_tokens, &mut own.cache_write_tokens);
        wins.put(given.reasoning_tokens, &mut own.reasoning_tokens);
        wins.put(given.tokens_used, &mut own.tokens_used);
        own.settle();
        wins.put(self.latency_ms, &mut summary.latency_ms);
        wins.put(self.cost, &mut summary.cost);
        wins.put(self.model, &mut summary.model);
        wins.put(self.provider, &mut summary.provider);
        wins.put(self.version, &mut summary.version);
        wins.put(self.error_code, &mut summary.error_code);
        wins.put(self.executed_by, &mut summary.executed_by);
        wins.put(self.payload.temperature, &mut payload.temperature);
        wins.put(self.payload.input_variables, &mut payload.input_variables);
        wins.put(self.payload.system_prompt, &mut payload.system_prompt);
        wins.put(self.payload.user_prompt, &mut payload.user_prompt);
        wins.put(self.payload.output_text, &mut payload.output_text);
        wins.put(self.payload.error_message, &mut payload.error_message);
        wins.put(self.payload.ip_address, &mut payload.ip_address);
        wins.put(self.payload.user_agent, &mut payload.user_agent);
        wins.put(self.payload.metadata, &mut payload.metadata);
        execution
    }
}

/// Which value stays where both are known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wins {
    Given,
    Own,
}

impl Wins {
    fn put<T>(self, given: Option<T>, own: &mut Option<T>) {
        let takes = match self {
            Self::Given => given.is_some(),
            Self::Own => own.is_none(),
        };
        if takes {
            *own = given;
        }
    }
}

/// Takes fields out of what was given one by one and remembers what was wrong with them.
struct Reader {
    given: GivenExecution,
    errors: Errors,
}

impl Reader {
    fn wrong(&mut self, field: Field, detail: impl Into<String>) {
        self.errors.push(FieldError::new(field.name(), detail));
    }

    fn take(&mut self, field: Field) -> Option<Value> {
        match self.given.take(field) {
            Given::Absent => None,
            Given::Value(value) => Some(value),
            Given::Beyond(Beyond::Depth) => {
                self.wrong(field, format!("must be nested {MAX_DEPTH} levels deep at most"));
                None
            }
            Given::Beyond(Beyond::Members) => {
                let most = self.given.bounds.members;
                self.wrong(
                    field,
                    format!("must have at most {most} members, nested ones and items of arrays counted"),
                );
                None
            }
        }
    }

    fn text(&mut self, field: Field) -> Option<String> {
        let Value::String(text) = self.take(field)? else {
            self.wrong(field, "must be a string");
            return None;
        };
        match field.form() {
            Form::Line(longest) if text.len() > longest && text.chars().count() > longest => {
                self.wrong(field, format!("must be at most {longest} characters long"));
                None
            }
            _ => Some(text),
        }
    }

    /// Text on one line, as names and labels are. Empty counts as absent.
    fn line(&mut self, field: Field) -> Option<String> {
        let text = self.text(field)?;
        if text.chars().any(char::is_control) {
            self.wrong(field, "must not contain control characters");
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    fn choice<T: Choice>(&mut self, field: Field) -> Option<T> {
        let value = self.take(field)?;
        let found = value.as_str().and_then(T::from_name);
        if found.is_none() {
            self.wrong(field, format!("must be one of {}", names::<T>()));
        }
        found
    }

    fn instant(&mut self, field: Field, now: Timestamp) -> Option<Timestamp> {
        let value = self.take(field)?;
        let Some(instant) = value.as_str().and_then(time::parse_instant) else {
            self.wrong(
                field,
                "must be an RFC 3339 time with an offset, such as 2025-11-18T09:45:00Z",
            );
            return None;
        };
        if instant > now + Duration::seconds(MAX_AHEAD_SECONDS) {
            self.wrong(
                field,
                "is more than an hour in the future; check the clock that made it",
            );
            return None;
        }
        Some(instant)
    }

    fn number(&mut self, field: Field) -> Option<f64> {
        let number = self.take(field)?.as_f64().filter(|number| number.is_finite());
        if number.is_none() {
            self.wrong(field, "must be a number");
        }
        number
    }

    fn integer(&mut self, field: Field) -> Option<i64> {
        let largest = largest(field);
        let value = self.take(field)?;
        // Some clients write whole numbers as 450.0.
        let whole = value.as_i64().or_else(|| {
            value
                .as_f64()
                .filter(|n| n.fract() == 0.0 && n.abs() <= largest as f64)
                .map(|n| n as i64)
        });
        let in_range = whole.filter(|number| (0..=largest).contains(number));
        if in_range.is_none() {
            self.wrong(field, format!("must be a whole number from 0 to {largest}"));
        }
        in_range
    }

    /// A number that is rounded to a whole one, as clocks deliver it.
    fn rounded(&mut self, field: Field) -> Option<i64> {
        let largest = largest(field);
        let number = self
            .take(field)?
            .as_f64()
            .map(f64::round)
            .filter(|n| (0.0..=largest as f64).contains(n));
        if number.is_none() {
            self.wrong(field, format!("must be a number from 0 to {largest}"));
        }
        number.map(|n| n as i64)
    }

    fn cost(&mut self, field: Field) -> Option<NanoDollars> {
        let cost = self.take(field)?.as_f64().and_then(NanoDollars::from_dollars);
        if cost.is_none() {
            self.wrong(field, "must be a number of US dollars from 0 to 1000000");
        }
        cost
    }

    fn object(&mut self, field: Field) -> Option<Map<String, Value>> {
        match self.take(field)? {
            Value::Object(map) => Some(map),
            _ => {
                self.wrong(field, "must be a JSON object");
                None
            }
        }
    }

    fn address(&mut self, field: Field) -> Option<String> {
        let text = self.text(field)?;
        if text.parse::<IpAddr>().is_err() {
            self.wrong(field, "must be an IPv4 or IPv6 address");
            return None;
        }
        Some(text)
    }

    fn refuse_unknown(&mut self) {
        for name in std::mem::take(&mut self.given.unknown) {
            let detail = match (&*name, nearest(&name, Field::ALL.map(Field::name))) {
                // An export says it.
                ("payloadError", _) => {
                    "says that the payload could not be read when this was exported, so this is not the whole execution; \
                     leave it out"
                        .to_owned()
                }
                (_, Some(meant)) => format!("is not a field of an execution; the nearest is {meant}"),
                (_, None) => {
                    "is not a field of an execution; put what else is to be kept under metadata".to_owned()
                }
            };
            self.errors.push(FieldError::new(name, detail));
        }
        self.errors.count(self.given.more_unknown);
    }
}

/// The largest number that the field may be.
fn largest(field: Field) -> i64 {
    match field.form() {
        Form::Integer(largest) | Form::Rounded(largest) => largest,
        _ => i64::MAX,
    }
}

fn names<T: Choice>() -> String {
    let names: Vec<_> = T::ALL.iter().map(|choice| choice.as_str()).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        field::{MAX_LATENCY_MS, READ_BACK},
        tokens::MAX_TOKENS,
    };
    use proptest::prelude::*;
    use serde_json::json;

    fn now() -> Timestamp {
        time::parse_instant("2026-01-01T00:00:00Z").unwrap()
    }

    fn wrong_fields(json: Value) -> Vec<String> {
        ExecutionFields::parse_new(json, now())
            .unwrap_err()
            .into_iter()
            .map(|error| error.field)
            .collect()
    }

    fn defaults() -> Defaults {
        Defaults {
            agent_id: "agent_a".parse().unwrap(),
            execution_id: "exec_ours".parse().unwrap(),
            now: now(),
            api_key_id: None,
            executed_by: None,
            ip_address: Some("203.0.113.1".into()),
            user_agent: None,
        }
    }

    #[test]
    fn only_status_is_required() {
        let fields = ExecutionFields::parse_new(json!({"status": "success"}), now()).unwrap();
        let execution = fields.into_execution(defaults());
        assert_eq!(execution.summary.execution_id.as_str(), "exec_ours");
        assert_eq!(execution.summary.source, Source::Api);
        assert_eq!(execution.summary.executed_at, now());
        assert_eq!(execution.summary.cost, None);
        assert_eq!(execution.payload.ip_address.as_deref(), Some("203.0.113.1"));
        assert_eq!(wrong_fields(json!({})), ["status"]);
        assert_eq!(
            wrong_fields(json!({"status": null, "latencyMs": "fast"})),
            ["status", "latencyMs"]
        );
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = json!({
            "status": "done", "source": 3, "executionId": "a b", "executedAt": "2026-01-01T01:00:01Z",
            "latencyMs": -1, "inputTokens": 1.5, "costUSD": -0.1, "model": "a\u{0}b", "version": "v".repeat(65),
            "inputVariables": [], "ipAddress": "localhost", "outputText": 1, "costUsd": 1
        });
        let mut fields = wrong_fields(wrong.clone());
        fields.sort();
        let mut expected: Vec<_> = wrong.as_object().unwrap().keys().cloned().collect();
        expected.sort();
        assert_eq!(fields, expected);
    }

    #[test]
    fn what_is_not_an_object_is_refused() {
        assert_eq!(wrong_fields(json!([1])), [""]);
    }

    #[test]
    fn amending_keeps_what_is_not_given_and_sums_anew() {
        let begun = ExecutionFields::parse_new(
            json!({"status": "running", "inputTokens": 400, "inputVariables": {"tone": "dry"}}),
            now(),
        );
        let begun = begun.unwrap().into_execution(defaults());
        let end = json!({"status": "success", "outputTokens": 50, "outputText": "Done."});
        let end = ExecutionFields::parse(end, now()).unwrap();
        let ended = end.clone().amend(&begun);
        assert_eq!(ended.summary.tokens.tokens_used, Some(450));
        assert_eq!(ended.payload.input_variables, begun.payload.input_variables);
        assert_eq!(end.amend(&ended), ended, "the same again changes nothing");
    }

    #[test]
    fn what_an_answer_adds_is_read_over_whatever_it_is() {
        for name in READ_BACK {
            for value in [json!(false), json!("a"), json!([1]), json!({"b": 2})] {
                let mut given = json!({"status": "success"});
                given[name] = value;
                assert!(ExecutionFields::parse_new(given, now()).is_ok(), "{name}");
            }
        }
    }

    #[test]
    fn what_is_nested_too_deep_to_be_read_again_is_refused() {
        let nested = |levels: usize| {
            let mut value = json!("x");
            for _ in 0..levels {
                value = json!({ "a": value });
            }
            json!({"status": "success", "inputVariables": value, "metadata": {"list": [1, [2]]}})
        };
        assert!(ExecutionFields::parse_new(nested(MAX_DEPTH), now()).is_ok());
        assert_eq!(wrong_fields(nested(MAX_DEPTH + 1)), ["inputVariables"]);
    }

    proptest! {
        #[test]
        fn what_is_read_back_can_be_given_again(
            latency in proptest::option::of(0..=MAX_LATENCY_MS),
            input in proptest::option::of(0..=MAX_TOKENS),
            output in proptest::option::of(0..=MAX_TOKENS),
            micros in 0i64..1_700_000_000_000_000,
            nanos in proptest::option::of(0..=NanoDollars::MAX.nanos()),
            text in proptest::option::of("\\PC{0,80}"),
        ) {
            let mut fields = ExecutionFields {
                status: Some(Status::Failed),
                executed_at: Some(time::from_micros(micros)),
                latency_ms: latency,
                cost: nanos.and_then(NanoDollars::from_nanos),
                tokens: TokenUsage { input_tokens: input, output_tokens: output, ..Default::default() },
                ..Default::default()
            };
            fields.payload.output_text = text;
            let execution = fields.into_execution(defaults());
            let json = serde_json::to_value(&execution).unwrap();
            let again = ExecutionFields::parse_new(json, now()).unwrap().into_execution(defaults());
            prop_assert_eq!(again, execution);
        }
    }
}
