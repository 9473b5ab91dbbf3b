//! Pages of the largest execution, many at once.

use super::strangers::named;
use crate::{
    arena::{Arena, PATIENCE},
    exchange::Request,
    report::{Figure, mb, seconds},
};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

pub async fn run(arena: Arc<Arena>) -> Vec<Figure> {
    let request = Request::get(arena.fixture.largest_page())
        .with("cookie", &arena.fixture.session)
        .with("accept", "text/html");
    let mut tasks = JoinSet::new();
    for number in 0..arena.scale.pages {
        let (arena, request) = (arena.clone(), request.clone());
        tasks.spawn(async move {
            let begin = Instant::now();
            let from = arena.sources.known(number);
            let outcome = request.send(from, arena.address, PATIENCE).await;
            (outcome, begin.elapsed())
        });
    }
    let mut outcomes = BTreeMap::new();
    let (mut faults, mut largest, mut slowest) = (Vec::new(), 0, Duration::ZERO);
    while let Some(ended) = tasks.join_next().await {
        let (outcome, time) = match ended {
            Ok(ended) => ended,
            Err(error) => {
                faults.push(error.to_string());
                continue;
            }
        };
        *outcomes.entry(outcome.to_string()).or_default() += 1;
        slowest = slowest.max(time);
        largest = largest.max(outcome.answer().map_or(0, |answer| answer.bytes));
        if !outcome
            .answer()
            .is_some_and(|answer| answer.status == 200 || answer.status == 503 && answer.is_put_off())
        {
            faults.push(outcome.to_string());
        }
    }
    vec![
        Figure::plain(
            format!("pages of the largest execution, {} at once", arena.scale.pages),
            format!(
                "{}; slowest {}, largest {}",
                named(&outcomes),
                seconds(slowest),
                mb(largest as u64)
            ),
        ),
        Figure::faults("pages, wrong answers", &faults),
    ]
}
