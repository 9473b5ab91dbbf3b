//! Somebody with the right password signs in while strangers guess.

use super::strangers::named;
use crate::{
    afterwards::{is_signed_in, sign_in},
    arena::{Arena, PATIENCE},
    exchange::{Answer, Outcome, Request},
    fixture::PERSON,
    report::{Figure, seconds},
    sources,
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{task::JoinSet, time::sleep};

/// Guesses of one stranger at most.
const GUESSES: usize = 10;
/// From one guess of a stranger to the next.
const PAUSE: Duration = Duration::from_millis(200);
/// How long strangers guess before the person comes.
const BEFORE: Duration = Duration::from_millis(500);
/// How long the person may wait.
const LONGEST: Duration = Duration::from_secs(3);

pub async fn run(arena: Arc<Arena>) -> Vec<Figure> {
    let is_over = Arc::new(AtomicBool::new(false));
    let mut tasks = JoinSet::new();
    for stranger in 0..arena.scale.guessers {
        tasks.spawn(guess(arena.clone(), stranger, is_over.clone()));
    }
    sleep(BEFORE).await;
    let begin = Instant::now();
    let outcome = sign_in(PERSON)
        .send(sources::PERSON, arena.address, PATIENCE)
        .await;
    let time = begin.elapsed();
    is_over.store(true, Ordering::Relaxed);
    let mut outcomes = BTreeMap::new();
    while let Some(guesses) = tasks.join_next().await {
        for outcome in guesses.unwrap_or_default() {
            *outcomes.entry(outcome).or_default() += 1;
        }
    }
    let longest = arena.bar(LONGEST);
    vec![
        Figure::held(
            "a person's sign-in meanwhile",
            format!("{} after {}", told(&outcome), seconds(time)),
            format!("a session within {}, or 429 with Retry-After", seconds(longest)),
            is_right(&outcome, time, longest),
        ),
        Figure::plain("strangers' guesses", named(&outcomes)),
    ]
}

fn told(outcome: &Outcome) -> String {
    match outcome.answer() {
        Some(answer) if is_signed_in(answer) => "a session".to_owned(),
        _ => outcome.to_string(),
    }
}

fn is_right(outcome: &Outcome, time: Duration, longest: Duration) -> bool {
    let is_put_off = |answer: &Answer| answer.status == 429 && answer.is_put_off();
    time <= longest
        && outcome
            .answer()
            .is_some_and(|answer| is_signed_in(answer) || is_put_off(answer))
}

/// Guesses until the person has been answered; what came of each.
async fn guess(arena: Arc<Arena>, stranger: usize, is_over: Arc<AtomicBool>) -> Vec<String> {
    let mut outcomes = Vec::new();
    let from = arena.sources.stranger(stranger);
    for number in 0..GUESSES {
        let form = format!("email=stranger-{stranger}-{number}%40example.org&password=a+guess&next=%2F");
        let request = Request::form("/auth/sign-in", form);
        let outcome = request.send(from, arena.address, PATIENCE).await;
        outcomes.push(outcome.to_string());
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        sleep(PAUSE).await;
    }
    outcomes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, header: (&str, &str)) -> Outcome {
        Outcome::Answered(Answer {
            status,
            headers: vec![(header.0.to_owned(), header.1.to_owned())],
            bytes: 0,
            body: Vec::new(),
        })
    }

    #[test]
    fn a_session_comes_soon_or_a_refusal_says_when() {
        let session = answered(303, ("set-cookie", "al_session=…"));
        let refused = answered(303, ("location", "/sign-in?error=throttled"));
        let put_off = answered(429, ("retry-after", "2"));
        assert!(is_right(&session, Duration::from_secs(2), LONGEST));
        assert!(is_right(&put_off, Duration::from_secs(2), LONGEST));
        assert!(!is_right(&session, Duration::from_secs(4), LONGEST));
        assert!(!is_right(&refused, Duration::ZERO, LONGEST));
        assert!(!is_right(&Outcome::Cut, Duration::ZERO, LONGEST));
    }
}
