//! Lines become checked executions, some at a time.

use super::{
    identify::Identifiers,
    lines::{Line, Lines, MAX_LINE},
};
use domain::{AgentId, ExecutionFields, FieldError};
use std::io::{self, BufRead};

/// Most executions in one batch.
const MAX_EXECUTIONS: usize = 1_000;
/// Bytes of lines after which a batch is full.
const FULL_BYTES: u64 = 8 << 20;

/// Some lines of the file.
#[derive(Default)]
pub struct Batch {
    /// Numbers of the lines of `executions`, one each.
    pub lines: Vec<usize>,
    /// What is to be recorded, in the file's order.
    pub executions: Vec<ExecutionFields>,
    /// Lines that cannot be recorded, and why.
    pub invalid: Vec<(usize, Vec<FieldError>)>,
    /// Bytes of the file up to the end of this batch.
    pub end: u64,
}

/// Reads `input` to its end and hands over one batch after another, until `deliver` says that it wants no more.
pub fn read(input: impl BufRead, agent: &AgentId, mut deliver: impl FnMut(Batch) -> bool) -> io::Result<()> {
    let mut lines = Lines::new(input);
    let mut identifiers = Identifiers::new(agent.clone());
    let mut batch = Batch::default();
    let mut begin = 0;
    while let Some(line) = lines.next()? {
        batch.end = line.end;
        let number = line.number;
        match parse(&line, &mut identifiers) {
            None => {}
            Some(Ok(fields)) => {
                batch.lines.push(number);
                batch.executions.push(fields);
            }
            Some(Err(errors)) => batch.invalid.push((number, errors)),
        }
        let items = batch.executions.len() + batch.invalid.len();
        if items >= MAX_EXECUTIONS || batch.end - begin >= FULL_BYTES {
            begin = batch.end;
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

/// The execution of a line, or what is wrong with it; nothing for an empty line.
fn parse(line: &Line<'_>, identifiers: &mut Identifiers) -> Option<Result<ExecutionFields, Vec<FieldError>>> {
    let whole = |detail: String| vec![FieldError::new("", detail)];
    let Some(text) = line.text else {
        return Some(Err(whole(format!("is longer than {} MiB", MAX_LINE >> 20))));
    };
    if text.is_empty() {
        return None;
    }
    let fields = serde_json::from_slice(text)
        .map_err(|error| whole(format!("is not JSON: {error}")))
        .and_then(|json| ExecutionFields::parse_new(json, crate::clock::now()))
        .and_then(|mut fields| {
            if fields.execution_id.is_none() {
                let id = identifiers.identify(text);
                fields.execution_id = Some(id.map_err(|error| whole(error.to_string()))?);
            }
            Ok(fields)
        });
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batches(input: &str) -> Vec<Batch> {
        let mut batches = Vec::new();
        read(input.as_bytes(), &"agent_a".parse().unwrap(), |batch| {
            batches.push(batch);
            true
        })
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
            .map(|(line, errors)| (*line, errors[0].field.as_str()))
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
    }
}
