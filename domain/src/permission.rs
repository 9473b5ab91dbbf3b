//! Who may do what: the one table that every call and every server function goes by.

use crate::{Role, Scope, Scopes};

/// What somebody may do in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Read, follow and export executions, agents, versions and the organization's settings.
    Read,
    /// Record executions, and finish running ones.
    Record,
    /// Run agents.
    Execute,
    /// Make and change agents, versions, API keys and the organization's settings; invite, change and remove people
    /// who are no owners.
    Administer,
    /// Make people owners, change and remove owners, and delete the organization.
    Own,
}

/// The roles that have a permission, and the scope that gives it to an API key.
type Row = ([bool; 4], Option<Scope>);

const YES: bool = true;
const NO: bool = false;

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 5] = [
        Self::Read,
        Self::Record,
        Self::Execute,
        Self::Administer,
        Self::Own,
    ];

    /// The table.
    #[rustfmt::skip]
    const fn row(self) -> Row {
        match self {
            //                    owner admin member viewer   API key
            Self::Read       => ([YES,  YES,  YES,   YES],    Some(Scope::Read)),
            Self::Record     => ([YES,  YES,  YES,   NO ],    Some(Scope::Record)),
            Self::Execute    => ([YES,  YES,  YES,   NO ],    Some(Scope::Execute)),
            Self::Administer => ([YES,  YES,  NO,    NO ],    Some(Scope::Admin)),
            Self::Own        => ([YES,  NO,   NO,    NO ],    None),
        }
    }

    /// The scope that gives it to an API key; none does where only people have it.
    pub fn scope(self) -> Option<Scope> {
        self.row().1
    }

    /// What a refusal calls it.
    pub fn as_str(self) -> &'static str {
        self.scope().map_or("own", Scope::as_str)
    }
}

impl From<Scope> for Permission {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Read => Self::Read,
            Scope::Record => Self::Record,
            Scope::Execute => Self::Execute,
            Scope::Admin => Self::Administer,
        }
    }
}

impl Role {
    /// Whether a person of this role may do it.
    pub fn allows(self, permission: impl Into<Permission>) -> bool {
        permission.into().row().0[self as usize]
    }
}

impl Scopes {
    /// Whether one of them gives the permission.
    pub fn allow(&self, permission: impl Into<Permission>) -> bool {
        let scope = permission.into().scope();
        scope.is_some_and(|scope| self.iter().any(|given| given == scope))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_and_scopes_stand_where_the_table_says() {
        for permission in Permission::ALL {
            if let Some(scope) = permission.scope() {
                assert_eq!(Permission::from(scope), permission);
            }
        }
        for (index, role) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role as usize, index);
        }
    }

    #[test]
    fn a_mightier_role_may_no_less() {
        for permission in Permission::ALL {
            let allowed = Role::ALL.map(|role| role.allows(permission));
            assert!(allowed.is_sorted_by(|more, less| more >= less), "{permission:?}");
        }
    }
}
