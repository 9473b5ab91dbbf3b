//! Whether the store can do its work just now.

use crate::{Store, StoreError, installation_notes};

impl Store {
    /// Answers whether something can be recorded: the database answers, it is the one that was opened, and the master key
    /// at hand is its own. It is not where the last attempt to record failed within 10 seconds; where that is longer ago,
    /// something small is written.
    ///
    /// # Errors
    /// Whatever recording would fail with.
    pub async fn is_ready(&self) -> Result<(), StoreError> {
        let health = self.recorder.health();
        health.check_place()?;
        self.backend.execute("SELECT 1", ()).await?;
        self.vault.reread_master().await?;
        match health.failure() {
            None => Ok(()),
            Some((true, error)) => Err(StoreError::Database(error)),
            Some((false, _)) => {
                installation_notes::write_something(&self.backend).await?;
                health.note(None);
                Ok(())
            }
        }
    }
}
