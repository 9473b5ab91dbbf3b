//! Sign-ins of people that there are not: each costs a hash, and none may cost more than is there.

use crate::{
    arena::{Arena, PATIENCE},
    report::{Figure, mb, seconds},
};
use bytes::Bytes;
use hyper::{HeaderMap, Method, StatusCode, header};
use std::{
    collections::BTreeMap,
    net::Ipv4Addr,
    sync::Arc,
    time::{Duration, Instant},
};
use testkit::Client;
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

/// Connections that are open at once.
const CONNECTIONS: usize = 50;
/// How many one after the other stand in for one of them, each from the next address.
const ADDRESSES: usize = 4;
/// Bytes by which the process may have grown afterwards.
const GROWTH: u64 = 45_000_000;
/// How long the process may take to give back what it needed.
const REST: Duration = Duration::from_secs(3);

#[derive(Default)]
struct Seen {
    outcomes: BTreeMap<String, usize>,
    faults: Vec<String>,
    slowest: Duration,
}

pub async fn run(arena: Arc<Arena>) -> Vec<Figure> {
    let begin = Instant::now();
    let mut tasks = JoinSet::new();
    for connection in 0..CONNECTIONS {
        tasks.spawn(sign_in_often(arena.clone(), connection));
    }
    let mut all = Seen::default();
    while let Some(seen) = tasks.join_next().await {
        match seen {
            Ok(seen) => all.add(seen),
            Err(error) => all.faults.push(error.to_string()),
        }
    }
    let count: usize = all.outcomes.values().sum();
    let rate = count as f64 / begin.elapsed().as_secs_f64();
    let is_anybody_answered = all.outcomes.keys().any(|outcome| outcome != CUT);
    let mut figures = vec![
        Figure::held(
            "strangers' sign-ins",
            format!("{} at {rate:.0}/s", named(&all.outcomes)),
            "answered",
            is_anybody_answered,
        ),
        Figure::faults("wrong answers", &all.faults),
        Figure::plain("slowest answer", seconds(all.slowest)),
    ];
    if !arena.is_mixed {
        sleep(REST).await;
        figures.push(growth(&arena));
    }
    figures
}

/// How the process has grown since it was idle.
fn growth(arena: &Arena) -> Figure {
    let idle = mb(arena.idle);
    let bar = format!("≤ {}", mb(arena.idle + GROWTH));
    match arena.memory() {
        Ok(memory) => Figure::held(
            "resident, idle and afterwards",
            format!(
                "{idle}, {}, of it {} anonymous",
                mb(memory.now),
                mb(memory.anonymous)
            ),
            bar,
            memory.now <= arena.idle + GROWTH,
        )
        .of_release(),
        Err(_) => Figure::held(
            "resident, idle and afterwards",
            format!("{idle}, ended"),
            bar,
            false,
        ),
    }
}

const CUT: &str = "cut";

async fn sign_in_often(arena: Arc<Arena>, connection: usize) -> Seen {
    let mut seen = Seen::default();
    let mine = arena.scale.sign_ins.div_ceil(CONNECTIONS);
    let mut open: Option<(Ipv4Addr, Client)> = None;
    for number in 0..mine {
        let from = arena
            .sources
            .stranger(connection * ADDRESSES + number * ADDRESSES / mine);
        let mut client = match open.take() {
            Some((address, client)) if address == from => client,
            _ => match connect(from, &arena).await {
                Some(client) => client,
                None => {
                    seen.count(CUT);
                    continue;
                }
            },
        };
        let form = format!("email=nobody-{connection}-{number}%40example.org&password=a+guess&next=%2F");
        let begin = Instant::now();
        let call = client.call(Method::POST, "/auth/sign-in", Bytes::from(form));
        match timeout(PATIENCE, call).await {
            Ok(Ok(answer)) => {
                seen.slowest = seen.slowest.max(begin.elapsed());
                match judge(answer.status, &answer.headers) {
                    Ok(outcome) => seen.count(&outcome),
                    Err(fault) => seen.fault(fault),
                }
                if !says_close(&answer.headers) {
                    open = Some((from, client));
                }
            }
            // Strangers may be turned away like this too.
            Ok(Err(_)) => seen.count(CUT),
            Err(_) => seen.fault(format!("no answer within {}", seconds(PATIENCE))),
        }
    }
    seen
}

async fn connect(from: Ipv4Addr, arena: &Arena) -> Option<Client> {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "same-origin"),
    ];
    let connecting = Client::connect_from(from, arena.address, &headers);
    timeout(PATIENCE, connecting).await.ok()?.ok()
}

/// What the answer is called, or what is wrong with it.
fn judge(status: StatusCode, headers: &HeaderMap) -> Result<String, String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match status {
        StatusCode::SEE_OTHER => match text(header::LOCATION) {
            Some(place) if place.starts_with("/sign-in?error=") => Ok("303".to_owned()),
            place => Err(format!("303 to {}", place.unwrap_or("nowhere"))),
        },
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            match text(header::RETRY_AFTER).and_then(|seconds| seconds.parse::<u32>().ok()) {
                Some(_) => Ok(status.as_str().to_owned()),
                None => Err(format!("{} without Retry-After", status.as_str())),
            }
        }
        other => Err(other.as_str().to_owned()),
    }
}

fn says_close(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONNECTION)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"close"))
}

/// `303: 900, 429: 100`
pub fn named(outcomes: &BTreeMap<String, usize>) -> String {
    let named: Vec<_> = outcomes
        .iter()
        .map(|(outcome, count)| format!("{outcome}: {count}"))
        .collect();
    named.join(", ")
}

impl Seen {
    fn count(&mut self, outcome: &str) {
        *self.outcomes.entry(outcome.to_owned()).or_default() += 1;
    }

    fn fault(&mut self, fault: String) {
        self.count("wrong");
        self.faults.push(fault);
    }

    fn add(&mut self, other: Self) {
        for (outcome, count) in other.outcomes {
            *self.outcomes.entry(outcome).or_default() += count;
        }
        self.faults.extend(other.faults);
        self.slowest = self.slowest.max(other.slowest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, headers: &[(&'static str, &'static str)]) -> Result<String, String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        judge(StatusCode::from_u16(status).unwrap(), &map)
    }

    #[test]
    fn a_refusal_says_what_is_wrong_or_when_to_come_back() {
        assert!(judged(303, &[("location", "/sign-in?error=credentials&next=%2F")]).is_ok());
        assert!(judged(429, &[("retry-after", "60")]).is_ok());
        assert!(judged(503, &[("retry-after", "1")]).is_ok());
    }

    #[test]
    fn other_answers_are_faults() {
        assert_eq!(judged(303, &[("location", "/")]), Err("303 to /".to_owned()));
        assert_eq!(judged(429, &[]), Err("429 without Retry-After".to_owned()));
        assert_eq!(judged(500, &[]), Err("500".to_owned()));
    }
}
