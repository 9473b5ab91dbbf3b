//! `user reset-password`.

use crate::{
    cli::{Error, GlobalArgs, answer, context},
    clock,
};
use chrono::Duration;
use domain::member::RESET_HOURS;
use store::token::Token;

/// What `user reset-password` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address with which the person signs in.
    #[arg(long, value_name = "EMAIL", env = "AGENT_LEDGER_EMAIL")]
    email: String,
    /// Where people reach the server; the link begins with it.
    #[arg(
        long,
        value_name = "URL",
        env = "AGENT_LEDGER_PUBLIC_URL",
        default_value = "http://127.0.0.1:3000"
    )]
    public_url: String,
}

/// Prints a link by which the person chooses another password, within an hour and once.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let store = context::open(global).await?;
    let token = Token::fresh();
    let expires_at = clock::now() + Duration::hours(RESET_HOURS);
    let known = store
        .reset_password_of(&args.email, &token.hash(), expires_at)
        .await?;
    store.close().await;
    if known.is_none() {
        return Err(Error::refused(format!(
            "nobody signs in with the address {:?}",
            args.email
        )));
    }
    let base = args.public_url.trim_end_matches('/');
    answer(format_args!("{base}/reset-password?token={}", token.reveal()))
}
