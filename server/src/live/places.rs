//! How many streams are open: in all, and of whom.

use domain::{ApiKeyId, OrganizationId, SessionId};
use parking_lot::Mutex;
use std::{collections::HashMap, hash::Hash, sync::Arc};

/// Who follows: one API key, also after it was rotated, or one session.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Follower {
    /// A program.
    Key(ApiKeyId),
    /// A person who is signed in.
    Session(SessionId),
}

/// Which bound is reached, and how many streams it lets be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// That of one API key or session.
    Follower(u32),
    /// That of one organization.
    Organization(u32),
    /// That of the server.
    Server,
}

/// How many streams may be open.
#[derive(Debug, Clone, Copy)]
pub struct Most {
    /// In all.
    pub all: usize,
    /// Of one API key or session.
    pub of_follower: u32,
    /// Of one organization.
    pub of_organization: u32,
}

/// The places for streams. Cheap to clone.
#[derive(Clone)]
pub struct Places(Arc<Shared>);

struct Shared {
    most: Most,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_follower: HashMap<Follower, u32>,
    by_organization: HashMap<OrganizationId, u32>,
}

/// A place, given back when this is dropped.
pub struct Place {
    places: Places,
    organization: OrganizationId,
    follower: Follower,
}

impl Places {
    /// All of them free.
    pub fn new(most: Most) -> Self {
        Self(Arc::new(Shared {
            most,
            taken: Mutex::default(),
        }))
    }

    /// Takes a place, or says which bound is reached.
    pub fn take(&self, organization: OrganizationId, follower: Follower) -> Result<Place, Bound> {
        let most = &self.0.most;
        let mut taken = self.0.taken.lock();
        let of_follower = taken.by_follower.get(&follower).copied().unwrap_or_default();
        let of_organization = taken
            .by_organization
            .get(&organization)
            .copied()
            .unwrap_or_default();
        if of_follower >= most.of_follower {
            return Err(Bound::Follower(most.of_follower));
        }
        if of_organization >= most.of_organization {
            return Err(Bound::Organization(most.of_organization));
        }
        if taken.all >= most.all {
            return Err(Bound::Server);
        }
        taken.all += 1;
        taken.by_follower.insert(follower.clone(), of_follower + 1);
        taken.by_organization.insert(organization, of_organization + 1);
        drop(taken);
        Ok(Place {
            places: self.clone(),
            organization,
            follower,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.taken.lock();
        taken.all = taken.all.saturating_sub(1);
        give_back(&mut taken.by_follower, &self.follower);
        give_back(&mut taken.by_organization, &self.organization);
    }
}

fn give_back<K: Eq + Hash>(taken: &mut HashMap<K, u32>, key: &K) {
    let Some(count) = taken.get_mut(key) else { return };
    *count = count.saturating_sub(1);
    if *count == 0 {
        taken.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_is_named_and_places_come_back() {
        let places = Places::new(Most {
            all: 4,
            of_follower: 2,
            of_organization: 3,
        });
        let take = |organization: i64, key: &str| {
            places.take(OrganizationId(organization), Follower::Key(key.parse().unwrap()))
        };
        let mut held = vec![take(1, "a").unwrap(), take(1, "a").unwrap()];
        assert_eq!(take(1, "a").err(), Some(Bound::Follower(2)));
        held.push(take(1, "b").unwrap());
        assert_eq!(take(1, "c").err(), Some(Bound::Organization(3)));
        held.push(take(2, "d").unwrap());
        assert_eq!(take(2, "d").err(), Some(Bound::Server));
        held.pop();
        held.push(take(2, "e").unwrap());
        held.clear();
        let taken = places.0.taken.lock();
        assert!(taken.by_follower.is_empty() && taken.by_organization.is_empty());
        assert_eq!(taken.all, 0);
    }
}
