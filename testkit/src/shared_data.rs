//! Where the real data of others lies.

use std::path::{Path, PathBuf};

/// The folder of real data: `AGENT_LEDGER_TEST_DATA`, or `../shared/data` beside the workspace.
#[derive(Debug, Clone)]
pub struct SharedData(PathBuf);

impl SharedData {
    /// The folder, where there is one.
    pub fn find() -> Option<Self> {
        let folder = match std::env::var_os("AGENT_LEDGER_TEST_DATA") {
            Some(folder) => PathBuf::from(folder),
            None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        };
        folder.is_dir().then_some(Self(folder))
    }

    /// As `find`; where there is none, says on standard error that `test` is skipped.
    pub fn or_skip(test: &str) -> Option<Self> {
        let found = Self::find();
        if found.is_none() {
            eprintln!("skipped {test}: no ../shared/data; name the folder in AGENT_LEDGER_TEST_DATA");
        }
        found
    }

    /// 743 recorded agent calls (Apache-2.0).
    pub fn tensorzero(&self) -> PathBuf {
        self.0.join("executions/tensorzero_chat_inferences.jsonl")
    }

    /// One hour of a production service: 19,366 arrivals (CC-BY-4.0; Splitwise, ISCA '24).
    pub fn azure(&self) -> PathBuf {
        self.0.join("load/AzureLLMInferenceTrace_conv.csv")
    }

    /// Recorded exchanges with providers, VCR's YAML, and errors quoted in issues (Apache-2.0, MIT).
    pub fn http(&self) -> PathBuf {
        self.0.join("http")
    }
}
