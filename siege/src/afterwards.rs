//! After a phase the server does its work again: it records, it lists, and somebody can sign in.

use crate::{
    arena::Arena,
    exchange::{Answer, Outcome, Request},
    fixture::{Fixture, PASSWORD, VISITOR},
    report::{Figure, seconds},
    sources::CALLER,
};
use std::time::{Duration, Instant};

/// How long it may take until it does so, with what it puts off.
const PATIENCE: Duration = Duration::from_secs(15);

/// Tries all of it.
pub async fn look(arena: &Arena) -> Vec<Figure> {
    let fixture = &arena.fixture;
    let executions = Fixture::executions(&fixture.agent);
    let record = Request::json("POST", &executions, "{\"status\":\"success\"}").with_key(&fixture.record);
    let list = Request::get(&executions).with_key(&fixture.read);
    vec![
        work(arena, "afterwards: records", &record, |answer| {
            answer.status == 201
        })
        .await,
        work(arena, "afterwards: lists", &list, |answer| answer.status == 200).await,
        work(arena, "afterwards: signs in", &sign_in(VISITOR), is_signed_in).await,
    ]
}

/// The form of somebody who has an account.
pub fn sign_in(email: &str) -> Request {
    let email = email.replace('@', "%40");
    Request::form(
        "/auth/sign-in",
        format!("email={email}&password={PASSWORD}&next=%2F"),
    )
}

/// Whether a session has begun.
pub fn is_signed_in(answer: &Answer) -> bool {
    answer.status == 303 && answer.header("set-cookie").is_some()
}

async fn work(arena: &Arena, name: &str, request: &Request, is_done: impl Fn(&Answer) -> bool) -> Figure {
    let begin = Instant::now();
    let bar = format!("within {}", seconds(PATIENCE));
    let outcome = request.send_until_taken(CALLER, arena.address, PATIENCE).await;
    let is_done = outcome.answer().is_some_and(is_done);
    let value = if is_done {
        format!("after {}", seconds(begin.elapsed()))
    } else {
        told(&outcome)
    };
    Figure::held(name, value, bar, is_done)
}

fn told(outcome: &Outcome) -> String {
    match outcome.answer() {
        Some(answer) => {
            let body: String = String::from_utf8_lossy(&answer.body).chars().take(200).collect();
            format!("{outcome} {body:?}")
        }
        None => outcome.to_string(),
    }
}
