//! Connections of one address that say nothing, more than one address may have.

use crate::{
    arena::{Arena, PATIENCE},
    exchange::{self, Request},
    fixture::Fixture,
    report::Figure,
    sources::{CALLER, SILENT},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::AsyncReadExt,
    task::JoinSet,
    time::{sleep, timeout},
};

/// Connections that say nothing.
const CONNECTIONS: usize = 150;
/// How many of them may stay (`--connections-per-address`).
const STAYING: usize = 100;
/// How long the others may.
const LONGEST: Duration = Duration::from_secs(2);
/// From one call of a real caller to the next.
const EVERY: Duration = Duration::from_millis(200);

pub async fn run(arena: Arc<Arena>) -> Vec<Figure> {
    let patience = arena.bar(LONGEST);
    let mut silent = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let arena = arena.clone();
        silent.spawn(async move { is_let_go(&arena, patience).await });
    }
    let (mut slowest, mut faults) = (Duration::ZERO, Vec::new());
    let path = Fixture::executions(&arena.fixture.agent);
    let list = Request::get(path).with_key(&arena.fixture.read);
    let begin = Instant::now();
    loop {
        let called = Instant::now();
        let outcome = list.send(CALLER, arena.address, PATIENCE).await;
        slowest = slowest.max(called.elapsed());
        let is_right = outcome
            .answer()
            .is_some_and(|answer| answer.status == 200 || arena.is_mixed && answer.is_put_off());
        if !is_right {
            faults.push(outcome.to_string());
        }
        if begin.elapsed() >= patience {
            break;
        }
        sleep(EVERY).await;
    }
    let mut staying = 0;
    while let Some(is_let_go) = silent.join_next().await {
        staying += usize::from(is_let_go.is_ok_and(|is_let_go| !is_let_go));
    }
    vec![
        Figure::held(
            "silent connections that stay",
            format!("{staying} of {CONNECTIONS}"),
            format!("≤ {STAYING} after {} s", patience.as_secs()),
            staying <= STAYING,
        )
        .of_release(),
        Figure::at_most("a caller meanwhile, slowest", slowest, patience),
        Figure::faults("a caller meanwhile, wrong answers", &faults),
    ]
}

/// Whether the connection is refused, ended or answered in time.
async fn is_let_go(arena: &Arena, patience: Duration) -> bool {
    let waiting = async {
        let Ok(mut stream) = exchange::connect(SILENT, arena.address).await else {
            return;
        };
        // An end, an error or an answer: each is a word.
        let _ = stream.read(&mut [0]).await;
    };
    timeout(patience, waiting).await.is_ok()
}
