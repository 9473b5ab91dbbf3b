//! Exports with executions as large as may be, read slowly.

use crate::{
    arena::Arena,
    exchange::{Outcome, Pace, Request},
    fixture::Fixture,
    report::{Figure, mb, seconds},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// Exports at once.
const AT_ONCE: usize = 2;
/// Bytes a second that are read at first.
const SLOWLY: u32 = 2 << 20;
/// How long an export may take besides the time in which it is read slowly.
const LONGEST: Duration = Duration::from_secs(120);

pub async fn run(arena: Arc<Arena>) -> Vec<Figure> {
    let begin = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..AT_ONCE {
        let arena = arena.clone();
        tasks.spawn(async move { export(&arena, number).await });
    }
    let (mut faults, mut ends) = (Vec::new(), Vec::new());
    while let Some(ended) = tasks.join_next().await {
        match ended {
            Ok((Outcome::Answered(answer), _)) if answer.is_put_off() => {
                ends.push(format!("{} with Retry-After", answer.status));
            }
            Ok((Outcome::Answered(answer), lines)) if answer.status == 200 => {
                ends.push(format!("{lines} executions, {}", mb(answer.bytes as u64)));
                if lines != arena.fixture.large_count {
                    faults.push(format!("{lines} executions of {}", arena.fixture.large_count));
                }
            }
            Ok((outcome, lines)) => faults.push(format!("{outcome} after {lines} executions")),
            Err(error) => faults.push(error.to_string()),
        }
    }
    vec![
        Figure::plain(
            "two slow exports",
            format!("{} in {}", ends.join("; "), seconds(begin.elapsed())),
        ),
        Figure::faults("exports that were not whole", &faults),
    ]
}

/// What came of it, and how many lines were read.
async fn export(arena: &Arena, number: usize) -> (Outcome, usize) {
    let path = format!(
        "{}/export?format=ndjson",
        Fixture::executions(&arena.fixture.large)
    );
    let request = Request::get(path).with_key(&arena.fixture.read);
    let mut lines = Lines::default();
    let outcome = request
        .send_at(
            arena.sources.known(number),
            arena.address,
            LONGEST + arena.scale.slow,
            Pace::Slow(SLOWLY, arena.scale.slow),
            |piece| lines.read(piece),
        )
        .await;
    (outcome, lines.count)
}

/// Counts line ends of the file itself: those of HTTP have another sign before them.
#[derive(Default)]
struct Lines {
    count: usize,
    last: u8,
}

impl Lines {
    fn read(&mut self, piece: &[u8]) {
        for byte in piece {
            if *byte == b'\n' && self.last != b'\r' {
                self.count += 1;
            }
            self.last = *byte;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn line_ends_of_http_do_not_count() {
        let mut lines = Lines::default();
        for piece in [
            "HTTP/1.1 200 OK\r",
            "\n\r\n2\r\n{}\r\n1\r\n\n",
            "\r\n3\r\n{}\n\r\n0\r\n\r\n",
        ] {
            lines.read(piece.as_bytes());
        }
        assert_eq!(lines.count, 2);
    }
}
