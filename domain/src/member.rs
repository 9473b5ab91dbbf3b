//! People of an organization, and those who are invited.

use crate::{InvitationId, Permission, Role, Rule, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// How long an invitation's link works, in days.
pub const INVITATION_DAYS: i64 = 7;

/// How long a link works by which somebody chooses another password, in hours.
pub const RESET_HOURS: i64 = 1;

/// A person of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// Address with which the person signs in.
    pub email: String,
    /// What the person may do.
    pub role: Role,
    /// Since when the person has belonged to the organization.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub joined_at: Timestamp,
}

/// Somebody who is invited and has not joined yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// Which.
    pub invitation_id: InvitationId,
    /// Address with which the person is to sign in.
    pub email: String,
    /// What the person is to be allowed.
    pub role: Role,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When its link stops working.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
}

/// Whether whoever has the role `by` may make `after` of somebody who is `before`; `None` is somebody who is gone. Of the
/// organization's owners there are so many.
///
/// # Errors
/// `OwnersOnly` and `LastOwner`.
pub fn check_change(before: Role, after: Option<Role>, owners: usize, by: Role) -> Result<(), Rule> {
    let (was_owner, stays_owner) = (before == Role::Owner, after == Some(Role::Owner));
    if was_owner || stays_owner {
        check_owner(by)?;
    }
    if was_owner && !stays_owner && owners == 1 {
        return Err(Rule::LastOwner);
    }
    Ok(())
}

/// Whether whoever has the role `by` may invite somebody as `role`.
///
/// # Errors
/// `OwnersOnly`.
pub fn check_invitation(role: Role, by: Role) -> Result<(), Rule> {
    match role {
        Role::Owner => check_owner(by),
        _ => Ok(()),
    }
}

/// Whether whoever has the role `by` may have somebody else of that role, who belongs to so many organizations, choose
/// another password.
///
/// # Errors
/// `OwnersOnly` and `BelongsElsewhere`.
pub fn check_reset(role: Role, by: Role, organizations: usize) -> Result<(), Rule> {
    if role == Role::Owner {
        check_owner(by)?;
    }
    if organizations > 1 {
        return Err(Rule::BelongsElsewhere);
    }
    Ok(())
}

fn check_owner(by: Role) -> Result<(), Rule> {
    if by.allows(Permission::Own) {
        Ok(())
    } else {
        Err(Rule::OwnersOnly)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Role::{Admin, Member as Plain, Owner};

    #[test]
    fn only_owners_decide_about_owners_and_one_stays() {
        for (before, after, owners, by, allowed) in [
            (Plain, Some(Admin), 1, Admin, Ok(())),
            (Plain, Some(Owner), 1, Admin, Err(Rule::OwnersOnly)),
            (Owner, Some(Plain), 2, Admin, Err(Rule::OwnersOnly)),
            (Owner, None, 2, Admin, Err(Rule::OwnersOnly)),
            (Owner, None, 2, Owner, Ok(())),
            (Owner, None, 1, Owner, Err(Rule::LastOwner)),
            (Owner, Some(Owner), 1, Owner, Ok(())),
        ] {
            assert_eq!(
                check_change(before, after, owners, by),
                allowed,
                "{before:?} to {after:?}"
            );
        }
        assert_eq!(check_invitation(Owner, Admin), Err(Rule::OwnersOnly));
        assert_eq!(check_invitation(Admin, Admin), Ok(()));
    }

    #[test]
    fn a_link_to_another_password_is_for_a_person_of_one_organization() {
        assert_eq!(check_reset(Plain, Admin, 1), Ok(()));
        assert_eq!(check_reset(Owner, Admin, 2), Err(Rule::OwnersOnly));
        assert_eq!(check_reset(Owner, Owner, 2), Err(Rule::BelongsElsewhere));
    }
}
