//! What a phase is given.

use crate::{fixture::Fixture, scale::Scale, sources::Sources};
use anyhow::Result;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use testkit::Memory;

/// How long an answer may take before it counts as none.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// What is bounded in time while nothing else goes on may take so long where everything does.
const MIXED: Duration = Duration::from_secs(10);

/// The server, and how it is besieged.
pub struct Arena {
    /// Where the server answers.
    pub address: SocketAddr,
    /// Number of its process.
    pub process: u32,
    /// Resident memory of the process before anything came.
    pub idle: u64,
    /// What there is.
    pub fixture: Arc<Fixture>,
    /// Where it comes from.
    pub sources: Sources,
    /// How much.
    pub scale: Scale,
    /// Whether other phases run at the same time.
    pub is_mixed: bool,
}

impl Arena {
    /// Memory of the server's process.
    pub fn memory(&self) -> Result<Memory> {
        Memory::of(self.process)
    }

    /// A bar of time: wider where everything comes at once.
    pub fn bar(&self, alone: Duration) -> Duration {
        if self.is_mixed { alone.max(MIXED) } else { alone }
    }
}
