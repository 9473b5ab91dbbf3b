//! Bytes that may be in memory at once for one purpose, whoever asks for them.

use domain::OrganizationId;
use parking_lot::{Mutex, MutexGuard};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// What is counted, in bytes: smaller parts are rounded up to it.
const UNIT: usize = 1 << 10;

/// A bound of the bytes that may be in memory at once for one purpose, over all requests, and of how many of them one
/// organization may have. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Budget(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    free: Arc<Semaphore>,
    /// What one organization may have taken.
    most_of_one: u32,
    /// The same with what it waits for.
    line_of_one: u32,
    patience: Duration,
    taken: Mutex<HashMap<OrganizationId, u32>>,
}

/// Why bytes are not to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Exhausted {
    /// The organization has as many as one may have.
    #[error("the organization holds as much memory as one may")]
    ByOrganization,
    /// All are taken.
    #[error("all memory for this purpose is taken")]
    ByAll,
}

/// Bytes of a budget, given back when this is dropped.
#[derive(Debug)]
pub struct Share {
    budget: Budget,
    organization: OrganizationId,
    units: u32,
    /// `None` while it waits.
    permit: Option<OwnedSemaphorePermit>,
}

impl Budget {
    /// A budget of `total` bytes, of which one organization has `most_of_one` at most. Whoever takes some waits for it
    /// as long as `patience`.
    pub fn new(total: usize, most_of_one: usize, patience: Duration) -> Self {
        Self::with(total, most_of_one, most_of_one, patience)
    }

    /// A budget of `total` bytes that whoever's turn it is may have, all of them. What one organization has and waits for
    /// is `line_of_one` bytes at most.
    pub fn in_turn(total: usize, line_of_one: usize, patience: Duration) -> Self {
        Self::with(total, total, line_of_one, patience)
    }

    fn with(total: usize, most_of_one: usize, line_of_one: usize, patience: Duration) -> Self {
        let total = units(total);
        let most_of_one = units(most_of_one).min(total);
        Self(Arc::new(Shared {
            free: Arc::new(Semaphore::new(total as usize)),
            most_of_one,
            line_of_one: units(line_of_one).max(most_of_one),
            patience,
            taken: Mutex::default(),
        }))
    }

    /// A share without bytes, which grows.
    pub fn empty(&self, organization: OrganizationId) -> Share {
        Share {
            budget: self.clone(),
            organization,
            units: 0,
            permit: None,
        }
    }

    /// Takes so many bytes, in turn. What is larger than one may have at all counts as that much: it is done alone.
    ///
    /// # Errors
    /// At once where the organization has too much already, and where the others' bytes do not come back in time.
    pub async fn take(&self, organization: OrganizationId, bytes: usize) -> Result<Share, Exhausted> {
        let units = units(bytes).min(self.0.most_of_one);
        // Counted before the wait, so that one organization's line is bounded, too.
        let mut share = self.count(organization, units, self.0.line_of_one)?;
        let free = self.0.free.clone().acquire_many_owned(units);
        match timeout(self.0.patience, free).await {
            Ok(Ok(permit)) => share.permit = Some(permit),
            Ok(Err(_)) | Err(_) => return Err(Exhausted::ByAll),
        }
        Ok(share)
    }

    /// As `take`, without waiting.
    ///
    /// # Errors
    /// Where the bytes are not to be had right now.
    pub fn try_take(&self, organization: OrganizationId, bytes: usize) -> Result<Share, Exhausted> {
        let units = units(bytes).min(self.0.most_of_one);
        let mut share = self.count(organization, units, self.0.most_of_one)?;
        let free = self.0.free.clone().try_acquire_many_owned(units);
        share.permit = Some(free.map_err(|_| Exhausted::ByAll)?);
        Ok(share)
    }

    fn count(&self, organization: OrganizationId, units: u32, most: u32) -> Result<Share, Exhausted> {
        let mut share = self.empty(organization);
        let mut taken = self.taken();
        let own = taken.get(&organization).copied().unwrap_or_default();
        let own = own.saturating_add(units);
        if own > most {
            return Err(Exhausted::ByOrganization);
        }
        taken.insert(organization, own);
        share.units = units;
        Ok(share)
    }

    fn give_back(&self, organization: OrganizationId, units: u32) {
        let mut taken = self.taken();
        if let Some(own) = taken.get_mut(&organization) {
            *own = own.saturating_sub(units);
            if *own == 0 {
                taken.remove(&organization);
            }
        }
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<OrganizationId, u32>> {
        self.0.taken.lock()
    }
}

impl Share {
    /// Takes so many bytes more, without waiting.
    ///
    /// # Errors
    /// Where they are not to be had right now.
    pub fn grow(&mut self, bytes: usize) -> Result<(), Exhausted> {
        let most = self.budget.0.most_of_one;
        let mut more = self.budget.count(self.organization, units(bytes), most)?;
        let free = self.budget.0.free.clone().try_acquire_many_owned(more.units);
        let free = free.map_err(|_| Exhausted::ByAll)?;
        match &mut self.permit {
            Some(permit) => permit.merge(free),
            None => self.permit = Some(free),
        }
        self.units += std::mem::take(&mut more.units);
        Ok(())
    }

    /// How many bytes these are, rounded up.
    pub fn bytes(&self) -> usize {
        self.units as usize * UNIT
    }

    /// Gives back what is more than so many bytes.
    pub fn shrink(&mut self, bytes: usize) {
        let surplus = self.units.saturating_sub(units(bytes));
        let free = self
            .permit
            .as_mut()
            .and_then(|permit| permit.split(surplus as usize));
        if free.is_some() {
            self.units -= surplus;
            self.budget.give_back(self.organization, surplus);
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.give_back(self.organization, self.units);
    }
}

fn units(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX >> 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: OrganizationId = OrganizationId(1);
    const OTHER: OrganizationId = OrganizationId(2);

    #[tokio::test(start_paused = true)]
    async fn an_organization_has_its_part_and_all_have_the_whole() {
        let budget = Budget::new(30 * UNIT, 20 * UNIT, Duration::from_secs(1));
        let mut own = budget.take(ONE, 10 * UNIT).await.unwrap();
        own.grow(10 * UNIT).unwrap();
        assert_eq!(own.grow(1).unwrap_err(), Exhausted::ByOrganization);
        let refused = budget.take(ONE, 1).await.unwrap_err();
        assert_eq!(refused, Exhausted::ByOrganization);
        let mut others = budget.take(OTHER, 10 * UNIT).await.unwrap();
        assert_eq!(others.grow(1).unwrap_err(), Exhausted::ByAll);
        assert_eq!(budget.take(OTHER, 1).await.unwrap_err(), Exhausted::ByAll);
        drop(own);
        others.grow(10 * UNIT).unwrap();
        drop(others);
        assert!(budget.taken().is_empty(), "what was given back is not counted");
        assert_eq!(budget.0.free.available_permits(), 30);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_gets_what_others_give_back() {
        let budget = Budget::new(10 * UNIT, 10 * UNIT, Duration::from_secs(1));
        let held = budget.take(ONE, 10 * UNIT).await.unwrap();
        let waiting = tokio::spawn({
            let budget = budget.clone();
            async move { budget.take(OTHER, 99 * UNIT).await.map(drop) }
        });
        tokio::time::sleep(Duration::from_millis(500)).await;
        drop(held);
        assert_eq!(waiting.await.unwrap(), Ok(()), "too much for one is done alone");
    }

    #[tokio::test(start_paused = true)]
    async fn one_organization_waits_in_a_line_that_is_bounded() {
        let budget = Budget::in_turn(10 * UNIT, 15 * UNIT, Duration::from_secs(1));
        let mut held = budget.take(ONE, 10 * UNIT).await.unwrap();
        let next = tokio::spawn({
            let budget = budget.clone();
            async move { budget.take(ONE, 5 * UNIT).await.map(|share| share.bytes()) }
        });
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(
            budget.take(ONE, UNIT).await.unwrap_err(),
            Exhausted::ByOrganization
        );
        held.shrink(5 * UNIT);
        assert_eq!(held.bytes(), 5 * UNIT);
        assert_eq!(next.await.unwrap(), Ok(5 * UNIT));
        assert_eq!(budget.take(OTHER, 6 * UNIT).await.unwrap_err(), Exhausted::ByAll);
        drop(held);
        assert!(budget.taken().is_empty());
        assert_eq!(budget.0.free.available_permits(), 10);
    }
}
