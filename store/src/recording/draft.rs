//! An execution that is ready to be written.

use crate::{StoreError, codec, vault::Keys};
use domain::{Execution, ExecutionFields, ExecutionSummary, Timestamp, fields::Defaults};
use std::sync::Arc;

/// An execution that is ready to be written.
#[derive(Debug)]
pub(crate) struct Draft {
    pub summary: ExecutionSummary,
    pub sealed: Vec<u8>,
    /// The keys that sealed it.
    pub keys: Arc<Keys>,
    /// When it was handed over.
    pub taken_at: Timestamp,
    /// What was given, where the identifier was: only then can the execution be there already.
    pub given: Option<(ExecutionFields, Defaults)>,
}

impl Draft {
    pub(super) fn new(
        keys: Arc<Keys>,
        mut fields: ExecutionFields,
        defaults: Defaults,
    ) -> Result<Self, StoreError> {
        let taken_at = defaults.now;
        let payload = std::mem::take(&mut fields.payload);
        let given = fields.execution_id.is_some().then(|| {
            let own = (payload.ip_address.clone(), payload.user_agent.clone());
            (fields.clone(), defaults.clone(), own)
        });
        fields.payload = payload;
        let Execution { summary, payload } = fields.into_execution(defaults);
        let sealed = codec::seal(&keys, &summary.execution_id, &payload)?;
        // The payload is large, so what was given gets it back instead of a copy.
        let given = given.map(|(mut fields, defaults, own)| {
            fields.payload = payload;
            (fields.payload.ip_address, fields.payload.user_agent) = own;
            (fields, defaults)
        });
        Ok(Self {
            summary,
            sealed,
            keys,
            taken_at,
            given,
        })
    }
}
