//! Identifiers for lines that bring none, the same at each repeat of the import.

use domain::{AgentId, ExecutionId, InvalidId};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, fmt::Write};

/// Gives a line without identifier one that follows from the agent, the line and how often the line came before: equal
/// lines are different executions, and repeating the file changes nothing. Holds sixteen bytes for each such line.
pub struct Identifiers {
    agent: AgentId,
    seen: HashMap<u64, u32>,
}

impl Identifiers {
    /// For one agent and one file.
    pub fn new(agent: AgentId) -> Self {
        Self {
            agent,
            seen: HashMap::new(),
        }
    }

    /// The identifier of the next line, which reads `line`.
    pub fn identify(&mut self, line: &[u8]) -> Result<ExecutionId, InvalidId> {
        let content = Sha256::new()
            .chain_update(self.agent.as_str())
            .chain_update(b"\n")
            .chain_update(line);
        let key = content.clone().finalize();
        let key = u64::from_le_bytes(std::array::from_fn(|index| key[index]));
        let count = self.seen.entry(key).or_default();
        let digest = content
            .chain_update(b"\n")
            .chain_update(count.to_le_bytes())
            .finalize();
        *count += 1;
        let mut id = "exec_".to_owned();
        for byte in &digest[..16] {
            // Writing to a string cannot fail.
            let _ = write!(id, "{byte:02x}");
        }
        id.try_into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(agent: &str, lines: &[&str]) -> Vec<ExecutionId> {
        let mut identifiers = Identifiers::new(agent.parse().unwrap());
        lines
            .iter()
            .map(|line| identifiers.identify(line.as_bytes()).unwrap())
            .collect()
    }

    #[test]
    fn equal_lines_differ_and_repeats_do_not() {
        let first = ids("agent_a", &["x", "y", "x"]);
        assert_eq!(first, ids("agent_a", &["x", "y", "x"]));
        assert_ne!(first[0], first[2]);
        assert_ne!(first[0], ids("agent_b", &["x"])[0]);
        assert_eq!(first[0].as_str().len(), "exec_".len() + 32);
    }
}
