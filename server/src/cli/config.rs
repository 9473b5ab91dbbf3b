//! `--print-config`: the settings in force, whether by flag, variable or default.

use super::{Cli, DEFAULT_DATABASE_URL, Error, answer, master_key};
use clap::{Arg, ArgMatches, Command, CommandFactory};

/// Prints each setting of the chosen command as `VARIABLE=value`, secrets hidden.
pub fn print_config(matches: &ArgMatches) -> Result<(), Error> {
    for line in lines(matches) {
        answer(line)?;
    }
    // It has no flag.
    let master_key = std::env::var_os(master_key::VARIABLE).map_or("", |_| "***");
    answer(format_args!("{}={master_key}", master_key::VARIABLE))
}

fn lines(matches: &ArgMatches) -> Vec<String> {
    let mut command = Cli::command();
    command.build();
    let (mut command, mut matches) = (&command, matches);
    while let Some((name, inner)) = matches.subcommand()
        && let Some(found) = command.find_subcommand(name)
    {
        (command, matches) = (found, inner);
    }
    settings(command, matches)
}

fn settings(command: &Command, matches: &ArgMatches) -> Vec<String> {
    command
        .get_arguments()
        .filter(|argument| argument.get_id() != "print_config")
        .filter_map(|argument| {
            let variable = argument.get_env()?.to_string_lossy();
            Some(format!("{variable}={}", value(argument, matches)))
        })
        .collect()
}

fn value(argument: &Arg, matches: &ArgMatches) -> String {
    let id = argument.get_id().as_str();
    let given = matches.try_get_raw(id).ok().flatten().map(|values| {
        let values: Vec<_> = values.map(|value| value.to_string_lossy()).collect();
        values.join(",")
    });
    match given {
        None if id == "database_url" => DEFAULT_DATABASE_URL.to_owned(),
        None => String::new(),
        Some(value) if matches!(id, "database_url" | "smtp_url") => hide_password(&value),
        Some(_) if matches!(id, "master_key_command" | "oidc_client_secret") => "***".to_owned(),
        Some(value) => value,
    }
}

/// The URL with dots for its password, be it before the host or among the parameters.
pub(super) fn hide_password(url: &str) -> String {
    let (url, parameters) = url.split_once('?').unwrap_or((url, ""));
    let mut shown = match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 <= at => {
            let user = &url[scheme + 3..at];
            let user = user
                .split_once(':')
                .map_or(user.to_owned(), |(name, _)| format!("{name}:***"));
            format!("{}{user}{}", &url[..scheme + 3], &url[at..])
        }
        _ => url.to_owned(),
    };
    let mut separator = '?';
    for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
        shown.push(separator);
        separator = '&';
        match parameter.split_once('=') {
            Some((name @ ("password" | "sslpassword" | "passfile"), _)) => {
                shown.push_str(&format!("{name}=***"))
            }
            _ => shown.push_str(parameter),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(arguments: &[&str]) -> Vec<String> {
        lines(&Cli::command().get_matches_from(arguments))
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_flag_has_a_variable_of_its_own_kind() {
        fn walk(command: &Command) {
            for argument in command
                .get_arguments()
                .filter(|argument| argument.get_long().is_some())
            {
                let name = argument.get_long().unwrap();
                if name != "help" && name != "version" {
                    let variable = format!("AGENT_LEDGER_{}", name.to_uppercase().replace('-', "_"));
                    assert_eq!(
                        argument.get_env().and_then(|name| name.to_str()),
                        Some(variable.as_str())
                    );
                }
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&Cli::command());
    }

    #[test]
    fn the_database_may_be_named_at_the_end_and_its_password_is_hidden() {
        let url = "postgres://ledger:s3cret@db.example/ledger?sslmode=require&password=again";
        let shown = config(&["agent-ledger", "serve", "--database-url", url]).join("\n");
        assert!(
            shown.contains(
                "AGENT_LEDGER_DATABASE_URL=postgres://ledger:***@db.example/ledger?sslmode=require&password=***"
            ),
            "{shown}"
        );
    }

    #[test]
    fn the_secrets_of_mail_server_and_provider_are_hidden() {
        let line = [
            "agent-ledger",
            "serve",
            "--smtp-url",
            "smtps://ledger:s3cret@mail.example",
            "--mail-from",
            "ledger@x.example",
            "--public-url",
            "https://x.example",
            "--oidc-client-secret",
            "s3cret",
        ];
        let shown = config(&line).join("\n");
        assert!(
            shown.contains("AGENT_LEDGER_SMTP_URL=smtps://ledger:***@mail.example"),
            "{shown}"
        );
        assert!(!shown.contains("s3cret"), "{shown}");
    }

    #[test]
    fn defaults_are_shown() {
        let shown = config(&["agent-ledger", "serve"]);
        assert!(
            shown.contains(&"AGENT_LEDGER_ADDR=127.0.0.1:3000".to_owned()),
            "{shown:?}"
        );
        assert!(
            shown.contains(&"AGENT_LEDGER_DATABASE_URL=sqlite://agent-ledger.db".to_owned()),
            "{shown:?}"
        );
        assert!(shown.contains(&"AGENT_LEDGER_DEMO=false".to_owned()), "{shown:?}");
    }
}
