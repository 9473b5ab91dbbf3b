//! The command line as a person at a terminal has it: what goes to standard output, what to standard error, and how it
//! ends.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod audit;
mod backup;
mod doctor;
mod encryption;
mod export;
mod import;
mod listen;
mod organization;
mod retention;
mod support;
