//! Lines become checked executions, some at a time.

use super::{
    identify::Identifiers,
    lines::{Line, Lines, MAX_LINE},
};
use domain::{AgentId, Errors, ExecutionFields, FieldError, GivenExecution, given::Bounds};
use serde::de::DeserializeSeed;
use std::io::{self, BufRead};

/// Most executions in one batch.
const MAX_EXECUTIONS: usize = 1_000;
/// Bytes of lines after which a batch is full.
const FULL_BYTES: u64 = 8 << 20;
/// Members of variables and metadata after which a batch is full.
const FULL_MEMBERS: usize = 50_000;

/// Some lines of the file.
#[derive(Default)]
pub struct Batch {
    /// Numbers of the lines of `executions`, one each.
    pub lines: Vec<usize>,
    /// What is to be recorded, in the file's order.
    pub executions: Vec<ExecutionFields>,
    /// Lines that cannot be recorded, and why.
    pub invalid: Vec<(usize, Errors)>,
    /// Bytes of the file up to the end of this batch.
    pub end: u64,
}

/// Reads `input` to its end and hands over one batch after another, until `deliver` says that it wants no more.
pub fn read(
    input: impl BufRead,
    agent: &AgentId,
    bounds: Bounds,
    mut deliver: impl FnMut(Batch) -> bool,
) -> io::Result<()> {
    let mut lines = Lines::new(input);
    let mut identifiers = Identifiers::new(agent.clone());
    let mut batch = Batch::default();
    let (mut begin, mut members) = (0, 0);
    while let Some(line) = lines.next()? {
        batch.end = line.end;
        let number = line.number;
        match parse(&line, bounds, &mut identifiers, &mut members) {
            None => {}
            Some(Ok(fields)) => {
                batch.lines.push(number);
                batch.executions.push(fields);
            }
            Some(Err(errors)) => batch.invalid.push((number, errors)),
        }
        let items = batch.executions.len() + batch.invalid.len();
        if items >= MAX_EXECUTIONS || batch.end - begin >= FULL_BYTES || members >= FULL_MEMBERS {
            (begin, members) = (batch.end, 0);
            if !deliver(std::mem::take(&mut batch)) {
                return Ok(());
            }
        }
    }
    if batch.end > begin {
        deliver(batch);
    }
    Ok(())
}

/// The execution of a line, or what is wrong with it; nothing for an empty line. Adds to `members` what it keeps.
fn parse(
    line: &Line<'_>,
    bounds: Bounds,
    identifiers: &mut Identifiers,
    members: &mut usize,
) -> Option<Result<ExecutionFields, Errors>> {
    let whole = |detail: String| Errors::from(FieldError::new("", detail));
    let Some(text) = line.text else {
        return Some(Err(whole(format!("is longer than {} MiB", MAX_LINE >> 20))));
    };
    if text.is_empty() {
        return None;
    }
    let fields = given(text, bounds)
        .map_err(|error| whole(format!("is not JSON: {error}")))
        .and_then(|given| {
            let own = given.members();
            let mut fields = ExecutionFields::parse_new(given, crate::clock::now())?;
            if fields.execution_id.is_none() {
                let id = identifiers.identify(text);
                fields.execution_id = Some(id.map_err(|error| whole(error.to_string()))?);
            }
            *members += own;
            Ok(fields)
        });
    Some(fields)
}

fn given(text: &[u8], bounds: Bounds) -> serde_json::Result<GivenExecution> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let given = GivenExecution::within(bounds).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batches(input: &str) -> Vec<Batch> {
        let mut batches = Vec::new();
        read(
            input.as_bytes(),
            &"agent_a".parse().unwrap(),
            Bounds::default(),
            |batch| {
                batches.push(batch);
                true
            },
        )
        .unwrap();
        batches
    }

    #[test]
    fn wrong_lines_are_told_apart_and_the_rest_goes_on() {
        let input =
            "{\"status\":\"success\"}\n\n{broken\n[1]\n{\"status\":\"done\"}\n{\"status\":\"failed\"}";
        let batch = &batches(input)[0];
        assert_eq!(batch.lines, [1, 6]);
        assert!(
            batch
                .executions
                .iter()
                .all(|fields| fields.execution_id.is_some())
        );
        let wrong: Vec<_> = batch
            .invalid
            .iter()
            .map(|(line, errors)| (*line, errors.told()[0].field.as_str()))
            .collect();
        assert_eq!(wrong, [(3, ""), (4, ""), (5, "status")]);
        assert_eq!(batch.end, input.len() as u64);
    }

    #[test]
    fn no_batch_is_too_large() {
        let sizes: Vec<_> = batches(&"{\"status\":\"success\"}\n".repeat(2_500))
            .iter()
            .map(|batch| batch.executions.len())
            .collect();
        assert_eq!(sizes, [1_000, 1_000, 500]);
        assert!(batches("").is_empty());
        let items = vec!["0"; 30_000].join(",");
        let line = format!("{{\"status\":\"success\",\"metadata\":{{\"a\":[{items}]}}}}\n");
        let sizes: Vec<_> = batches(&line.repeat(5))
            .iter()
            .map(|batch| batch.executions.len())
            .collect();
        assert_eq!(sizes, [2, 2, 1]);
    }
}
