//! Bodies that are cheap to send and dear to read, many at once.

use super::strangers::named;
use crate::{
    arena::{Arena, PATIENCE},
    bodies::Body,
    exchange::{Outcome, Request},
    fixture::Fixture,
    report::{Figure, kb, seconds},
};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// Bodies that come at once.
const AT_ONCE: usize = 64;
/// Bytes of an answer to one at most.
const LARGEST: usize = 200_000;

/// A call with a hostile body.
#[derive(Clone)]
struct Assault {
    name: String,
    request: Request,
    may_be_taken: bool,
}

#[derive(Default)]
struct Seen {
    outcomes: BTreeMap<String, usize>,
    faults: Vec<String>,
    largest: usize,
    slowest: Duration,
}

pub async fn run(arena: Arc<Arena>) -> Vec<Figure> {
    let all = assaults(&arena.fixture);
    let mut figures = vec![Figure::plain("hostile bodies", format!("{} kinds", all.len()))];
    let mixture = all.iter().cycle().take(AT_ONCE).cloned().collect();
    figures.extend(wave(&arena, "all kinds", mixture).await);
    if arena.scale.has_waves && !arena.is_mixed {
        for assault in all {
            let name = assault.name.clone();
            figures.extend(wave(&arena, &name, vec![assault; AT_ONCE]).await);
        }
    }
    figures
}

async fn wave(arena: &Arc<Arena>, name: &str, assaults: Vec<Assault>) -> Vec<Figure> {
    let mut tasks = JoinSet::new();
    for (number, assault) in assaults.into_iter().enumerate() {
        let arena = arena.clone();
        tasks.spawn(async move {
            let begin = Instant::now();
            let from = arena.sources.known(number);
            let outcome = assault.request.send(from, arena.address, PATIENCE).await;
            (assault, outcome, begin.elapsed())
        });
    }
    let mut seen = Seen::default();
    while let Some(ended) = tasks.join_next().await {
        match ended {
            Ok((assault, outcome, time)) => seen.add(&assault, &outcome, time),
            Err(error) => seen.faults.push(error.to_string()),
        }
    }
    vec![
        Figure::plain(
            format!("{name}, {AT_ONCE} at once"),
            format!(
                "{}; slowest {}, largest answer {}",
                named(&seen.outcomes),
                seconds(seen.slowest),
                kb(seen.largest)
            ),
        ),
        Figure::faults(format!("{name}, wrong answers"), &seen.faults),
    ]
}

impl Seen {
    fn add(&mut self, assault: &Assault, outcome: &Outcome, time: Duration) {
        *self.outcomes.entry(outcome.to_string()).or_default() += 1;
        self.slowest = self.slowest.max(time);
        self.largest = self
            .largest
            .max(outcome.answer().map_or(0, |answer| answer.bytes));
        if let Err(fault) = judge(outcome, assault.may_be_taken) {
            self.faults.push(format!("{}: {fault}", assault.name));
        }
    }
}

/// What is wrong with an answer. One that is given while the body still comes in may be lost with the connection, which is
/// closed at once; whether the process lives is looked at apart.
fn judge(outcome: &Outcome, may_be_taken: bool) -> Result<(), String> {
    if matches!(outcome, Outcome::Cut) {
        return Ok(());
    }
    let Some(answer) = outcome.answer() else {
        return Err(outcome.to_string());
    };
    if answer.bytes > LARGEST {
        return Err(format!("{outcome} of {}, over {}", kb(answer.bytes), kb(LARGEST)));
    }
    match answer.status {
        429 | 503 if !answer.is_put_off() => Err(outcome.to_string()),
        400..=499 | 503 => Ok(()),
        200..=299 if may_be_taken => Ok(()),
        _ => Err(outcome.to_string()),
    }
}

fn assaults(fixture: &Fixture) -> Vec<Assault> {
    let executions = Fixture::executions(&fixture.agent);
    let running = fixture.running();
    let targets = [
        ("POST", "executions", executions.as_str(), &fixture.record),
        ("PATCH", "an execution", &running, &fixture.record),
        ("POST", "agents", "/api/agents", &fixture.admin),
        ("POST", "API keys", "/api/api-keys", &fixture.admin),
    ];
    // Only recording takes several items, each judged by itself.
    let assault = |(method, place, path, key): (&'static str, &str, &str, &String), body: &Body| {
        let mut request = Request::json(method, path, body.bytes.clone()).with_key(key);
        request.tells_length = body.tells_length;
        if body.is_packed {
            request = request.with("content-encoding", "gzip");
        }
        if body.is_lines {
            request = request.with("content-type", "application/x-ndjson");
        }
        Assault {
            name: format!("{} to {place}", body.name),
            request,
            may_be_taken: body.may_be_taken && (method, path) == ("POST", executions.as_str()),
        }
    };
    let besides = fixture.recording.iter().map(|body| assault(targets[0], body));
    let everywhere = targets
        .iter()
        .flat_map(|target| fixture.everywhere.iter().map(|body| assault(*target, body)));
    besides.chain(everywhere).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Answer;

    fn answered(status: u16, bytes: usize, retry: Option<&str>) -> Outcome {
        let headers = retry.map(|seconds| ("retry-after".to_owned(), seconds.to_owned()));
        Outcome::Answered(Answer {
            status,
            headers: headers.into_iter().collect(),
            bytes,
            body: Vec::new(),
        })
    }

    #[test]
    fn refusals_are_small_and_say_when_to_come_back() {
        assert!(judge(&answered(413, 300, None), false).is_ok());
        assert!(judge(&answered(503, 300, Some("1")), false).is_ok());
        assert!(judge(&answered(200, 300, None), true).is_ok());
        assert!(judge(&Outcome::Cut, false).is_ok());
        for wrong in [
            answered(200, 300, None),
            answered(500, 300, None),
            answered(503, 300, None),
            answered(422, LARGEST + 1, None),
            Outcome::Silent,
        ] {
            assert!(judge(&wrong, false).is_err(), "{wrong}");
        }
    }
}
