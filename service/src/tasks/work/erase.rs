//! Erasing on request: what is left is looked for anew by each attempt.

use super::super::{Context, Failure, Work};

/// Erases what one person executed.
pub struct ErasePerson;

impl Work for ErasePerson {
    async fn run(context: &Context) -> Result<(), Failure> {
        let told: store::ErasePerson = context.told().await?;
        let organization = context.organization()?;
        Ok(context
            .service
            .store
            .erase_person(organization, &told.names, &context.done)
            .await?)
    }
}

/// Erases all executions of an agent.
pub struct EraseAgent;

impl Work for EraseAgent {
    async fn run(context: &Context) -> Result<(), Failure> {
        let told: store::EraseAgent = context.told().await?;
        let organization = context.organization()?;
        Ok(context
            .service
            .store
            .erase_agent(organization, &told.agent_id, &context.done)
            .await?)
    }
}
