//! Several executions at once: arrays and NDJSON of a request, and the lines of an import.

use super::support::{is_told, named, told};
use domain::{AgentId, GivenExecution, given::Bounds};
use server::{fuzzing as door, problem::Problem};
use std::io::BufReader;

/// Each line is one item, also where it is broken, which is told with its number; an import reads the same lines, each
/// time alike and however they come.
pub fn run(input: &[u8]) {
    let lines: Vec<(usize, &[u8])> = (1..)
        .zip(input.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii))
        .filter(|(_, line)| !line.is_empty())
        .collect();
    match all(door::Items::of_lines(input)) {
        Ok(items) => {
            assert_eq!(items.len(), lines.len());
            for ((number, line), item) in lines.iter().zip(&items) {
                match item {
                    Ok(given) => assert_eq!(serde_json::from_slice(line).ok().as_ref(), Some(given)),
                    Err(error) => {
                        is_told(std::slice::from_ref(error));
                        assert!(
                            error.detail.starts_with(&format!("line {number} is not JSON: ")),
                            "{error}"
                        );
                    }
                }
            }
        }
        Err(problem) => {
            assert!(lines.len() > door::MAX_ITEMS);
            assert!(named(&problem, 413).is_empty());
        }
    }
    if let Ok(items) = door::Items::of_array(input) {
        array(input, items);
    }
    imported(input, &lines);
}

/// An array is read item by item as a parser that takes it whole reads it. Where that refuses it, an item is refused or the
/// whole.
fn array(input: &[u8], items: door::Items<&[u8]>) {
    let count = items.count();
    let whole = serde_json::from_slice::<Vec<GivenExecution>>(input);
    match (all(items), whole) {
        (Ok(items), Ok(whole)) => {
            assert_eq!(count.ok(), Some(items.len()));
            let items: Result<Vec<_>, _> = items.into_iter().collect();
            assert_eq!(items, Ok(whole), "another array");
        }
        (Err(problem), Ok(whole)) => {
            assert!(whole.len() > door::MAX_ITEMS && named(&problem, 413).is_empty());
        }
        (Err(problem), Err(_)) => {
            let is_long = told(&problem)["status"] == 413;
            assert!(named(&problem, if is_long { 413 } else { 400 }).is_empty());
        }
        (Ok(items), Err(error)) => {
            assert!(
                items.iter().any(Result::is_err),
                "taken is what is no JSON: {error}"
            );
        }
    }
}

fn all(mut items: door::Items<&[u8]>) -> Result<Vec<door::Item>, Problem> {
    let mut read = Vec::new();
    while let Some(item) = items.next(Bounds::default())? {
        read.push(item);
    }
    Ok(read)
}

fn imported(input: &[u8], lines: &[(usize, &[u8])]) {
    let Ok(agent) = AgentId::try_from("agent_1".to_owned()) else {
        return;
    };
    let read = |capacity| {
        let mut batches = Vec::new();
        let done = door::import(
            BufReader::with_capacity(capacity, input),
            &agent,
            Bounds::default(),
            |batch| {
                batches.push(batch);
                true
            },
        );
        assert!(done.is_ok());
        batches
    };
    let (batches, again) = (read(8_192), read(3));
    let mut numbers: Vec<usize> = Vec::new();
    for (batch, same) in batches.iter().zip(&again) {
        assert_eq!(batch.lines, same.lines);
        assert_eq!(batch.invalid, same.invalid);
        assert_eq!(batch.executions.len(), batch.lines.len());
        for (one, other) in batch.executions.iter().zip(&same.executions) {
            assert!(one.execution_id.is_some() && one == other, "another import");
        }
        batch
            .invalid
            .iter()
            .for_each(|(_, errors)| is_told(errors.told()));
        numbers.extend(
            batch
                .lines
                .iter()
                .chain(batch.invalid.iter().map(|(number, _)| number)),
        );
    }
    assert_eq!(batches.len(), again.len());
    assert_eq!(batches.last().map_or(0, |batch| batch.end), input.len() as u64);
    numbers.sort_unstable();
    // A mark at the very beginning is no part of the first line.
    let begins = input.strip_prefix(b"\xef\xbb\xbf");
    let is_mark_alone = begins.is_some_and(|rest| {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        rest[..end].trim_ascii().is_empty()
    });
    let expected: Vec<_> = lines
        .iter()
        .map(|(number, _)| *number)
        .filter(|number| *number > 1 || !is_mark_alone)
        .collect();
    assert_eq!(numbers, expected);
}
