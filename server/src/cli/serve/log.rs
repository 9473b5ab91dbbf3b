//! What is logged, as `--log` says it.

use crate::cli::Error;
use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

/// Modules that say too much at `debug`; naming one in the filter makes it speak again.
const QUIET: &str = "sqlx=warn,hyper=info,hyper_util=info,h2=info";

/// The crates that log something.
const CRATES: [&str; 14] = [
    "app",
    "domain",
    "server",
    "service",
    "store",
    "h2",
    "hyper",
    "hyper_util",
    "lettre",
    "reactive_graph",
    "rustls",
    "server_fn",
    "sqlx",
    "tower_http",
];

/// Logs to standard error from now on.
///
/// # Errors
/// A level or a module of the filter does not exist.
pub fn start(filter: &str) -> Result<(), Error> {
    let filter = parse(filter)?;
    // Somebody else's log is as good as ours.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .try_init();
    Ok(())
}

/// What `--log` says.
///
/// # Errors
/// As `start`.
pub fn parse(filter: &str) -> Result<EnvFilter, Error> {
    let wrong = |detail: String| Error::refused(format!("--log {filter:?} cannot be understood: {detail}"));
    filter
        .split(',')
        .map(str::trim)
        .filter(|directive| !directive.is_empty())
        .try_for_each(check)
        .map_err(wrong)?;
    EnvFilter::try_new(format!("{QUIET},{filter}")).map_err(|error| wrong(error.to_string()))
}

/// A directive is a level, or a module and its level. What is neither would pass for the name of a module that nobody has,
/// and turn everything else off.
fn check(directive: &str) -> Result<(), String> {
    let (module, level) = match directive.split_once('=') {
        Some((module, level)) => (Some(module), level),
        None => (None, directive),
    };
    if level.parse::<LevelFilter>().is_err() {
        return Err(format!(
            "{level:?} is no level; the levels are off, error, warn, info, debug and trace"
        ));
    }
    let Some(module) = module else {
        return Ok(());
    };
    let name = module.split("::").next().unwrap_or_default();
    if CRATES.contains(&name) {
        return Ok(());
    }
    Err(format!(
        "{module:?} is no module that logs; those of {} do",
        CRATES.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_modules_are_those_that_there_are() {
        for right in ["info", "WARN", "off", "store=debug", "server::api=trace", "2"] {
            assert_eq!(check(right), Ok(()), "{right}");
        }
        for (wrong, told) in [
            ("wran", "\"wran\" is no level"),
            ("store", "\"store\" is no level"),
            ("store=loud", "\"loud\" is no level"),
            ("stroe=debug", "\"stroe\" is no module"),
            ("=debug", "\"\" is no module"),
        ] {
            assert!(check(wrong).unwrap_err().starts_with(told), "{wrong}");
        }
    }
}
