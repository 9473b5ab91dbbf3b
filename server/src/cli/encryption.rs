//! `encryption`: changing keys while servers go on.

use super::{Error, GlobalArgs, answer, context, master_key};
use std::path::PathBuf;
use store::StoreError;

/// What `encryption rotate-master` takes.
#[derive(Debug, clap::Args)]
pub struct RotateMasterArgs {
    /// File with the new master key: 32 bytes, or those as base64.
    #[arg(long, value_name = "FILE")]
    new_master_key_file: PathBuf,
}

/// What `encryption rotate` takes.
#[derive(Debug, clap::Args)]
pub struct RotateArgs {
    /// Name of the organization that is to have a new key.
    #[arg(long, value_name = "NAME")]
    org: String,
}

/// Wraps every organization's keys by the new master key.
pub async fn rotate_master(args: RotateMasterArgs, global: &GlobalArgs) -> Result<(), Error> {
    let new = master_key::from_file(&args.new_master_key_file)?;
    let store = context::open(global).await?;
    // Before the database is under it: whoever meets it finds it.
    let kept = master_key::keep(&global.master_key, &new)?;
    let rotated = store.rotate_master_key(new).await;
    store.close().await;
    match rotated {
        Err(StoreError::WrongMasterKey) => Err(Error::refused(
            "another process has changed the master key at the same moment; nothing was changed here",
        )),
        rotated => {
            rotated?;
            let file = args.new_master_key_file.display();
            match kept {
                Some(kept) => eprintln!(
                    "the database is under the master key of {file} now, which is kept as {}, where servers find it by \
                     themselves; keep the old one for old backups",
                    kept.display()
                ),
                None => eprintln!(
                    "the database is under the master key of {file} now; put it where servers read theirs (they find it \
                     there by themselves), or restart them with it, and keep the old one for old backups"
                ),
            }
            Ok(())
        }
    }
}

/// Gives an organization a new key and prints its number.
pub async fn rotate(args: RotateArgs, global: &GlobalArgs) -> Result<(), Error> {
    let store = context::open(global).await?;
    let organization = context::organization(&store, &args.org).await?;
    let number = store.rotate_organization_key(organization.id).await?;
    store.close().await;
    eprintln!(
        "what is recorded from now on is encrypted with the new key; a running server brings the rest under it, and then \
         destroys the old one"
    );
    answer(number)
}
