//! Environment variables that look like settings.

use super::{Cli, master_key};
use clap::{Command, CommandFactory};
use std::collections::BTreeSet;

const PREFIX: &str = "AGENT_LEDGER_";

/// Variables that begin as settings do, say something and are none, sorted. Those that Kubernetes sets for a service of that name, and
/// those of this program's own tests, are left out.
pub fn unknown() -> Vec<String> {
    let given = std::env::vars_os()
        .filter(|(_, value)| !value.is_empty())
        .filter_map(|(name, _)| name.into_string().ok());
    unknown_of(given, &Cli::command())
}

fn unknown_of(given: impl Iterator<Item = String>, command: &Command) -> Vec<String> {
    let mut known = BTreeSet::from([master_key::VARIABLE.to_owned()]);
    gather(command, &mut known);
    let names: BTreeSet<_> = given
        .filter(|name| name.starts_with(PREFIX) && !known.contains(name) && !is_anothers(name))
        .collect();
    names.into_iter().collect()
}

fn gather(command: &Command, known: &mut BTreeSet<String>) {
    let names = command.get_arguments().filter_map(|argument| argument.get_env());
    known.extend(names.map(|name| name.to_string_lossy().into_owned()));
    command
        .get_subcommands()
        .for_each(|command| gather(command, known));
}

fn is_anothers(name: &str) -> bool {
    let rest = name.strip_prefix(PREFIX).unwrap_or_default();
    rest == "PORT"
        || ["PORT_", "SERVICE_", "TEST_"]
            .iter()
            .any(|start| rest.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_setting_is_told() {
        let given = [
            "AGENT_LEDGER_ADDR",
            "AGENT_LEDGER_MASTER_KEY",
            "AGENT_LEDGER_MASTER_KEY_FILE",
            "AGENT_LEDGER_ORG",
            "AGENT_LEDGER_VERSION",
            "AGENT_LEDGER_ADDRESS",
            "AGENT_LEDGER_PORT",
            "AGENT_LEDGER_PORT_3000_TCP_ADDR",
            "AGENT_LEDGER_SERVICE_HOST",
            "PATH",
        ];
        assert_eq!(
            unknown_of(given.into_iter().map(str::to_owned), &Cli::command()),
            ["AGENT_LEDGER_ADDRESS", "AGENT_LEDGER_ORG", "AGENT_LEDGER_VERSION"]
        );
    }
}
