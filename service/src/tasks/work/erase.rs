//! Erasing on request: what is left is looked for anew by each attempt.

use super::super::{Context, Failure, Work};
use domain::OrganizationId;

/// Erases what one person executed.
pub struct ErasePerson;

impl Work for ErasePerson {
    async fn run(context: &Context) -> Result<(), Failure> {
        let told: store::ErasePerson = context.told().await?;
        let organization = context.organization()?;
        let store = &context.service.store;
        store
            .erase_person(organization, &told.names, &context.done)
            .await?;
        forget(context, organization).await
    }
}

/// Erases all executions of an agent.
pub struct EraseAgent;

impl Work for EraseAgent {
    async fn run(context: &Context) -> Result<(), Failure> {
        let told: store::EraseAgent = context.told().await?;
        let organization = context.organization()?;
        let store = &context.service.store;
        store
            .erase_agent(organization, &told.agent_id, &context.done)
            .await?;
        forget(context, organization).await
    }
}

/// Forgets values that can be filtered for and that went with executions which earlier attempts erased.
async fn forget(context: &Context, organization: OrganizationId) -> Result<(), Failure> {
    if context.is_resumed() {
        context.service.store.forget_all_unused(organization).await?;
    }
    Ok(())
}
