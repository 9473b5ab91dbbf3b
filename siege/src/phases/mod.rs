//! What the server has to stand, one file for each.

mod exports;
mod hostile;
mod pages;
mod person;
mod silence;
mod strangers;
mod streams;

use crate::{arena::Arena, report::Figure};
use clap::ValueEnum;
use std::{pin::Pin, sync::Arc};

/// A phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Phase {
    /// 1,000 sign-ins of people that there are not, on 50 connections
    Strangers,
    /// 64 hostile bodies at once, of one API key
    Bodies,
    /// 1,000 event streams, and an event
    Streams,
    /// Two exports with executions as large as may be, read slowly
    Exports,
    /// 20 pages of the largest execution at once
    Pages,
    /// Somebody signs in while 600 strangers guess
    Person,
    /// 150 connections of one address that say nothing
    Silence,
    /// All of it at once
    Mixed,
}

/// A phase on its way.
type Running = Pin<Box<dyn Future<Output = Vec<Figure>> + Send>>;

impl Phase {
    /// Its name, as on the command line.
    pub fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    /// Runs to its end and tells what was seen.
    pub fn run(self, arena: Arc<Arena>) -> Running {
        match self {
            Self::Strangers => Box::pin(strangers::run(arena)),
            Self::Bodies => Box::pin(hostile::run(arena)),
            Self::Streams => Box::pin(streams::run(arena)),
            Self::Exports => Box::pin(exports::run(arena)),
            Self::Pages => Box::pin(pages::run(arena)),
            Self::Person => Box::pin(person::run(arena)),
            Self::Silence => Box::pin(silence::run(arena)),
            Self::Mixed => Box::pin(mixed(arena)),
        }
    }

    /// Each by itself.
    pub fn alone() -> impl Iterator<Item = Self> {
        Self::value_variants()
            .iter()
            .copied()
            .filter(|phase| *phase != Self::Mixed)
    }
}

async fn mixed(arena: Arc<Arena>) -> Vec<Figure> {
    let running: Vec<_> = Phase::alone()
        .map(|phase| (phase, tokio::spawn(phase.run(arena.clone()))))
        .collect();
    let mut figures = Vec::new();
    for (phase, task) in running {
        match task.await {
            Ok(seen) => figures.extend(seen.into_iter().map(|figure| figure.of(&phase.name()))),
            Err(error) => figures.push(Figure::faults(phase.name(), &[error.to_string()])),
        }
    }
    figures
}
