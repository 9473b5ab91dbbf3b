//! `cargo xtask convert`: turns recorded data of others into what `agent-ledger import` takes.

use clap::{Parser, ValueEnum};
use serde_json::Value;
use std::{
    error::Error,
    fs::{self, File},
    io::BufReader,
    path::{Path, PathBuf},
};
use testkit::ConvertError;

#[derive(Parser)]
#[command(
    name = "cargo xtask convert",
    about = "Turns recorded data into the import format"
)]
struct Arguments {
    /// Whose data it is
    kind: Kind,
    /// The recorded file
    from: PathBuf,
    /// The NDJSON file to write
    to: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// Calls recorded by the TensorZero gateway, JSONL
    Tensorzero,
    /// The Azure LLM inference trace, CSV
    Azure,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { kind, from, to } = Arguments::parse();
    let executions = convert(kind, &from).map_err(|error| format!("{}: {error}", from.display()))?;
    fs::write(&to, testkit::ndjson(&executions)).map_err(|error| format!("{}: {error}", to.display()))?;
    eprintln!("{} executions written to {}", executions.len(), to.display());
    Ok(())
}

fn convert(kind: Kind, from: &Path) -> Result<Vec<Value>, ConvertError> {
    let input = BufReader::new(File::open(from)?);
    match kind {
        Kind::Tensorzero => testkit::tensorzero(input),
        Kind::Azure => testkit::azure(input),
    }
}
