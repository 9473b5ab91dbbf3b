//! Whether a database is whole: counts against rows, every payload opened, nothing that belongs to nothing.

use crate::{
    Store, StoreError,
    backend::Backend,
    codec,
    counts::{DENSE, MICROS, QUARTER, SLICE, WIDTHS},
    reencryption::pages,
};
use domain::OrganizationId;

/// What looking through a whole database showed.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    /// Executions whose payload was opened.
    pub opened: u64,
    /// What is wrong, a sentence each; of many damaged payloads the first ones.
    pub troubles: Vec<String>,
}

/// Damaged payloads that are named.
const NAMED: usize = 20;

/// What belongs to nothing, and the statement that counts it.
const ORPHANS: [(&str, &str); 6] = [
    (
        "payloads without an execution",
        "SELECT COUNT(*) FROM payloads p WHERE NOT EXISTS
         (SELECT 1 FROM executions e WHERE e.execution_key = p.execution_key{same})",
    ),
    (
        "executions without a payload",
        "SELECT COUNT(*) FROM executions e WHERE NOT EXISTS
         (SELECT 1 FROM payloads p WHERE p.execution_key = e.execution_key{same})",
    ),
    (
        "executions without an agent",
        "SELECT COUNT(*) FROM executions e WHERE NOT EXISTS
         (SELECT 1 FROM agents a WHERE a.organization_id = e.organization_id AND a.agent_key = e.agent_key)",
    ),
    (
        "counts without an agent",
        "SELECT COUNT(*) FROM execution_counts c WHERE NOT EXISTS
         (SELECT 1 FROM agents a WHERE a.organization_id = c.organization_id AND a.agent_key = c.agent_key)",
    ),
    (
        "values to filter for without an agent",
        "SELECT COUNT(*) FROM facets f WHERE NOT EXISTS
         (SELECT 1 FROM agents a WHERE a.organization_id = f.organization_id AND a.agent_key = f.agent_key)",
    ),
    (
        "agents without an organization",
        "SELECT COUNT(*) FROM agents a WHERE NOT EXISTS
         (SELECT 1 FROM organizations o WHERE o.organization_id = a.organization_id)",
    ),
];

impl Store {
    /// Looks through the whole database, which takes long where it is large. Others may go on writing meanwhile.
    ///
    /// # Errors
    /// The database does not answer. What is wrong with it is no error.
    pub async fn verify(&self) -> Result<Verified, StoreError> {
        let mut verified = Verified::default();
        if let Some(damage) = self.long_reads.integrity_check().await? {
            verified.troubles.push(format!("the file is damaged: {damage}"));
            return Ok(verified);
        }
        for width in WIDTHS {
            self.compare(width, "", &mut verified).await?;
        }
        let in_dense = format!(
            " WHERE EXISTS (SELECT 1 FROM execution_counts d
              WHERE d.organization_id = e.organization_id AND d.agent_key = e.agent_key AND d.width = {QUARTER}
                AND d.bucket = e.executed_at / {} * {QUARTER} AND d.executions > {DENSE})",
            QUARTER * MICROS
        );
        self.compare(SLICE, &in_dense, &mut verified).await?;
        // The primary keys of PostgreSQL's large tables begin with the organization.
        let same = match self.long_reads {
            Backend::Sqlite(_) => "",
            Backend::Postgres(_) => " AND p.organization_id = e.organization_id",
        };
        for (what, statement) in ORPHANS {
            let statement = statement.replace("{same}", same);
            let (count,): (i64,) = self.long_reads.fetch_one(statement, ()).await?;
            if count > 0 {
                verified.troubles.push(format!("there are {what}: {count}"));
            }
        }
        let organizations: Vec<(i64,)> = self
            .long_reads
            .fetch(
                "SELECT organization_id FROM organizations WHERE deleting_at IS NULL ORDER BY organization_id",
                (),
            )
            .await?;
        let mut damaged = 0;
        for (organization,) in organizations {
            let organization = OrganizationId(organization);
            damaged += self.open_all(organization, &mut verified).await?;
            if let Err(StoreError::DamagedPayload(id)) = self.connections(organization).await {
                verified
                    .troubles
                    .push(format!("the secrets of {id} cannot be opened"));
            }
        }
        if damaged > NAMED {
            let more = damaged - NAMED;
            verified
                .troubles
                .push(format!("and {more} more cannot be opened"));
        }
        Ok(verified)
    }

    /// Compares the counts of one width with the rows.
    async fn compare(&self, width: i64, rows: &str, verified: &mut Verified) -> Result<(), StoreError> {
        let (wrong,): (i64,) = self
            .long_reads
            .fetch_one(
                format!(
                    "SELECT COUNT(*) FROM (
                         SELECT 1 FROM (
                             SELECT e.organization_id, e.agent_key, e.status, e.source,
                                    e.executed_at / {} * {width} AS bucket, 1 AS executions
                             FROM executions e{rows}
                             UNION ALL
                             SELECT organization_id, agent_key, status, source, bucket, -executions
                             FROM execution_counts WHERE width = {width}
                         ) AS a GROUP BY organization_id, agent_key, status, source, bucket
                         HAVING SUM(executions) <> 0
                     ) AS b",
                    width * MICROS
                ),
                (),
            )
            .await?;
        if wrong > 0 {
            verified.troubles.push(format!(
                "counts of executions are wrong, those of {width} seconds: {wrong}"
            ));
        }
        Ok(())
    }

    /// Opens every payload of an organization; answers how many do not open.
    async fn open_all(
        &self,
        organization: OrganizationId,
        verified: &mut Verified,
    ) -> Result<usize, StoreError> {
        let (mut done_until, mut damaged) = (String::new(), 0);
        loop {
            let keys = self.vault.keys(organization).await?;
            let (page, _share) =
                pages::after(&self.long_reads, &self.opened, organization, &done_until).await?;
            let Some(last) = page.last() else {
                return Ok(damaged);
            };
            done_until = last.execution_id.as_str().to_owned();
            let numbers = page
                .iter()
                .filter_map(|page| codec::key_number(page.sealed.as_ref()?));
            let keys = self.vault.covering(keys, numbers.collect()).await?;
            for page in page {
                let Some(sealed) = page.sealed else { continue };
                match codec::open(&keys, &page.execution_id, sealed) {
                    Ok(_) => verified.opened += 1,
                    Err(_) => {
                        damaged += 1;
                        if damaged <= NAMED {
                            let id = page.execution_id.as_str();
                            verified
                                .troubles
                                .push(format!("the payload of {id} cannot be opened"));
                        }
                    }
                }
            }
        }
    }
}
