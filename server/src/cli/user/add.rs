//! `user add`.

use crate::cli::{Error, GlobalArgs, answer, context};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use domain::Role;
use service::Service;
use std::io::Read;

/// Longest password that is read, in bytes; more is a mistake in the pipe.
const MAX_PASSWORD: u64 = 4_096;

/// What `user add` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of the organization that the person joins; made where there is none.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// Address with which the person signs in.
    #[arg(long, value_name = "EMAIL")]
    email: String,
    /// What the person may do.
    #[arg(long, value_name = "ROLE", value_parser = role_parser())]
    role: Role,
    /// Read the password from standard input; one line end after it does not count.
    #[arg(long, required = true)]
    password_stdin: bool,
}

/// Adds a person and prints the id.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    if !args.password_stdin {
        return Err(Error::refused(
            "the password is read from standard input only: give --password-stdin",
        ));
    }
    let organization =
        domain::agent::parse_name("--org", &args.org).map_err(|error| Error::refused(error.to_string()))?;
    let email = domain::access::parse_email(&args.email)
        .map_err(|_| Error::refused(format!("--email {:?} is no address to sign in with", args.email)))?;
    let password = read_password(std::io::stdin())?;
    service::check_password(&password)?;
    let service = Service::new(context::make(global).await?, None);
    let user = service
        .add_user(&organization, &email, args.role, password)
        .await?;
    service.store.close().await;
    answer(user.id)
}

fn role_parser() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::as_str)).try_map(|name| name.parse::<Role>())
}

fn read_password(input: impl Read) -> Result<String, Error> {
    let mut password = String::new();
    input
        .take(MAX_PASSWORD)
        .read_to_string(&mut password)
        .map_err(|error| Error::io("standard input", error))?;
    let end = password.strip_suffix('\n').map_or(password.len(), |line| {
        line.strip_suffix('\r').unwrap_or(line).len()
    });
    password.truncate(end);
    Ok(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_end_is_no_part_of_the_password() {
        for (input, password) in [
            ("a b", "a b"),
            ("a b\n", "a b"),
            ("a b\r\n", "a b"),
            ("a\n\n", "a\n"),
        ] {
            assert_eq!(read_password(input.as_bytes()).unwrap(), password, "{input:?}");
        }
    }
}
