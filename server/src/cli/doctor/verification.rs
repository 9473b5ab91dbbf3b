//! `--verify`: whether the database is whole.

use super::finding::{Finding, Severity::Problem};
use crate::cli::{GlobalArgs, context};

const CHECK: &str = "verification";

pub async fn look(global: &GlobalArgs) -> Vec<Finding> {
    let verified = match context::open(global).await {
        Ok(store) => {
            let verified = store.verify().await;
            store.close().await;
            verified.map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    match verified {
        Err(error) => vec![Finding::new(
            Problem,
            CHECK,
            format!("the database could not be verified: {error}"),
            "see to what the other findings say, and try again",
        )],
        Ok(verified) if verified.troubles.is_empty() => vec![Finding::ok(
            CHECK,
            format!(
                "the database is whole: counts are those of the rows, {} payloads open, and nothing belongs to nothing",
                verified.opened
            ),
        )],
        Ok(verified) => verified
            .troubles
            .into_iter()
            .map(|trouble| {
                Finding::new(
                    Problem,
                    CHECK,
                    trouble,
                    "bring a backup back with `agent-ledger restore FILE`, or report it if you know no cause",
                )
            })
            .collect(),
    }
}
