//! Whether the store can do its work just now.

use crate::{Store, StoreError, installation_notes};

impl Store {
    /// Answers whether something can be recorded: the database answers, it is the one that was opened, and the master key
    /// at hand is its own. Where the last attempt to record failed, something small is written.
    ///
    /// # Errors
    /// Whatever recording would fail with.
    pub async fn is_ready(&self) -> Result<(), StoreError> {
        let health = self.recorder.health();
        health.check_place()?;
        self.backend.execute("SELECT 1", ()).await?;
        self.vault.reread_master().await?;
        if health.is_failing() {
            installation_notes::write_something(&self.backend).await?;
            health.note(false);
        }
        Ok(())
    }
}
