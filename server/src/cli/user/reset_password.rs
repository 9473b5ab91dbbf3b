//! `user reset-password`.

use crate::cli::{Error, GlobalArgs, answer, context};

/// What `user reset-password` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address with which the person signs in.
    #[arg(long, value_name = "EMAIL")]
    email: String,
    /// Where people reach the server; the link begins with it.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:3000")]
    public_url: String,
}

/// Prints a link by which the person chooses another password, within an hour and once.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let service = context::service(global).await?;
    let made = service.make_reset_link_for(&args.email).await;
    service.store.close().await;
    let link = made.map_err(|error| match error {
        service::Error::NotFound(_) => {
            Error::refused(format!("nobody signs in with the address {:?}", args.email))
        }
        error => error.into(),
    })?;
    let base = args.public_url.trim_end_matches('/');
    answer(format_args!(
        "{base}/reset-password?token={}",
        link.token.reveal()
    ))
}
