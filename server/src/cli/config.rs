//! `--print-config`: the settings in force, whether by flag, variable or default.

use super::{Cli, DEFAULT_DATABASE_URL, Error, answer, master_key};
use clap::{Arg, ArgMatches, Command, CommandFactory};
use url::Url;

/// What stands in the place of a secret.
const HIDDEN: &str = "***";

/// Prints each setting of the chosen command as `VARIABLE=value`, secrets hidden, as a shell reads it back.
pub fn print_config(matches: &ArgMatches) -> Result<(), Error> {
    for line in lines(matches) {
        answer(line)?;
    }
    // It has no flag.
    let master_key = std::env::var_os(master_key::VARIABLE).filter(|value| !value.is_empty());
    let master_key = master_key.map_or("", |_| HIDDEN);
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
            Some(format!("{variable}={}", quoted(value(argument, matches))))
        })
        .collect()
}

/// The value as one word of a shell.
fn quoted(value: String) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-+=./:,@%*".contains(letter);
    if value.chars().all(is_plain) {
        return value;
    }
    format!("'{}'", value.replace('\'', r"'\''"))
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
        Some(_) if matches!(id, "master_key_command" | "oidc_client_secret") => HIDDEN.to_owned(),
        Some(value) => value,
    }
}

/// The URL with dots for its secrets, be they before the host or among the parameters; nothing of it where it cannot be
/// told where they are. The path of an SQLite database has none.
pub(super) fn hide_password(text: &str) -> String {
    if text.starts_with("sqlite:") {
        return text.to_owned();
    }
    hidden(text).unwrap_or_else(|| HIDDEN.to_owned())
}

fn hidden(text: &str) -> Option<String> {
    let mut url = Url::parse(text).ok()?;
    // Without a host, or with what no such URL has, it is not what it was meant to be: a password with a raw `/`, `?` or `#`
    // ends where it begins.
    let rest = [Some(url.path()), url.query()];
    if url.cannot_be_a_base()
        || url.fragment().is_some()
        || rest.iter().flatten().any(|rest| rest.contains('@'))
    {
        return None;
    }
    if url.password().is_some() {
        url.set_password(Some(HIDDEN)).ok()?;
    }
    let is_secret = |name: &str| matches!(name, "password" | "sslpassword" | "passfile");
    if url.query_pairs().any(|(name, _)| is_secret(&name)) {
        let given = url.clone();
        url.query_pairs_mut()
            .clear()
            .extend_pairs(given.query_pairs().map(|(name, value)| {
                let value = if is_secret(&name) { HIDDEN.into() } else { value };
                (name, value)
            }));
    }
    Some(url.into())
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
    fn a_value_is_one_word_of_a_shell() {
        for (value, word) in [
            ("sqlite://ledger.db", "sqlite://ledger.db"),
            ("", ""),
            ("Agent Ledger <a@b.example>", "'Agent Ledger <a@b.example>'"),
            ("it's $1", r"'it'\''s $1'"),
        ] {
            assert_eq!(quoted(value.to_owned()), word);
        }
    }

    #[test]
    fn a_setting_has_a_variable_of_its_name_and_what_a_command_is_about_has_none() {
        fn walk(command: &Command, is_of_settings: bool) {
            for argument in command.get_arguments() {
                let Some(name) = argument.get_long() else {
                    assert_eq!(argument.get_env(), None, "{argument:?}");
                    continue;
                };
                let variable = format!("AGENT_LEDGER_{}", name.to_uppercase().replace('-', "_"));
                let own = argument.get_env().map(|name| name.to_string_lossy().into_owned());
                let is_setting = match name {
                    "help" | "version" | "print-config" | "verify" | "json" => false,
                    "database-url" | "master-key-file" | "master-key-command" | "max-members" => true,
                    _ => is_of_settings,
                };
                assert_eq!(
                    own,
                    is_setting.then_some(variable),
                    "{} --{name}",
                    command.get_name()
                );
            }
            for inner in command.get_subcommands() {
                walk(inner, matches!(inner.get_name(), "serve" | "doctor"));
            }
        }
        walk(&Cli::command(), false);
    }

    #[test]
    fn the_database_may_be_named_at_the_end_and_its_password_is_hidden() {
        let url = "postgres://ledger:s3cret@db.example/ledger?sslmode=require&password=again";
        let shown = config(&["agent-ledger", "serve", "--database-url", url]).join("\n");
        assert!(
            shown.contains(
                "AGENT_LEDGER_DATABASE_URL='postgres://ledger:***@db.example/ledger?sslmode=require&password=***'"
            ),
            "{shown}"
        );
    }

    #[test]
    fn a_password_is_hidden_however_it_is_written() {
        for (given, shown) in [
            ("postgres://a:b%40c@d/e", "postgres://a:***@d/e"),
            ("postgres://a:b@c@d/e", "postgres://a:***@d/e"),
            ("postgres://:b@d/e", "postgres://:***@d/e"),
            (
                "postgres://a@d/e?sslmode=require",
                "postgres://a@d/e?sslmode=require",
            ),
            (
                "postgres://a@%2Frun%2Fpg/e?pass%77ord=b&x=1",
                "postgres://a@%2Frun%2Fpg/e?password=***&x=1",
            ),
            ("postgres://a:b@d:port/e", "***"),
            ("a:b@d", "***"),
            ("postgres://a:1#b@d/e", "***"),
            ("postgres://a:b?c@d/e", "***"),
            ("postgres://a:1?c@d/e", "***"),
            ("postgres://a:b/c@d/e", "***"),
            ("postgres://a@d/e?x=f@g", "***"),
            ("sqlite://my ledger@home.db", "sqlite://my ledger@home.db"),
        ] {
            assert_eq!(hide_password(given), shown, "{given}");
        }
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
