//! What can be done that the audit log tells of.

use crate::named::named;
use serde::{Deserialize, Serialize};

named! {
    /// What was done. Names are stable: what was written under one is found under it for ever.
    ///
    /// A further action is a line here, and its words on the page in `app/src/text/audit.rs`.
    #[derive(Hash, Serialize, Deserialize)]
    #[serde(try_from = "String", into = "&'static str")]
    pub enum AuditAction {
        /// Somebody signed in.
        SessionSignedIn = "session.signed_in",
        /// Somebody gave a wrong password for an account.
        SessionRefused = "session.refused",
        /// Somebody gave wrong passwords for an account until no more were looked at.
        SessionThrottled = "session.throttled",
        /// Somebody went on in another organization, which is the one that is told.
        SessionSwitched = "session.switched",
        /// A session was ended by its person.
        SessionEnded = "session.ended",
        /// Somebody's password was changed.
        PasswordChanged = "password.changed",
        /// Somebody who is signed in gave a wrong password where the current one is asked for.
        PasswordRefused = "password.refused",
        /// A link to another password was made for somebody.
        PasswordResetLink = "password.reset_link_made",
        /// Somebody who forgot the password chose another one.
        PasswordReset = "password.reset",
        /// Somebody's account was tied to the one at the provider of single sign-on.
        IdentityLinked = "identity.linked",
        /// An API key was made.
        ApiKeyCreated = "api_key.created",
        /// An API key got another secret.
        ApiKeyRotated = "api_key.rotated",
        /// The limits of an API key were changed.
        ApiKeyChanged = "api_key.changed",
        /// An API key was revoked.
        ApiKeyRevoked = "api_key.revoked",
        /// An API key was presented and refused.
        ApiKeyRefused = "api_key.refused",
        /// A connection to a provider of models was made.
        ConnectionCreated = "connection.created",
        /// A connection to a provider of models was changed.
        ConnectionChanged = "connection.changed",
        /// A connection to a provider of models was deleted.
        ConnectionDeleted = "connection.deleted",
        /// Somebody was given an account in the organization.
        MemberAdded = "member.added",
        /// Somebody was invited.
        MemberInvited = "member.invited",
        /// An invitation was withdrawn.
        InvitationWithdrawn = "invitation.withdrawn",
        /// Somebody who was invited joined.
        MemberJoined = "member.joined",
        /// Somebody got another role.
        MemberRoleChanged = "member.role_changed",
        /// Somebody was removed.
        MemberRemoved = "member.removed",
        /// Somebody left.
        MemberLeft = "member.left",
        /// The organization was made.
        OrganizationCreated = "organization.created",
        /// The organization was deleted, and is being removed.
        OrganizationDeleted = "organization.deleted",
        /// A setting of the organization was changed.
        SettingsChanged = "settings.changed",
        /// An agent was made.
        AgentCreated = "agent.created",
        /// An agent got another name.
        AgentRenamed = "agent.renamed",
        /// A version was added to an agent.
        VersionCreated = "version.created",
        /// A version was put in use.
        VersionActivated = "version.activated",
        /// How long executions are kept was changed.
        RetentionChanged = "retention.changed",
        /// Executions that were older than they are kept were deleted.
        ExecutionsPurged = "executions.purged",
        /// An export of executions began.
        ExecutionsExported = "executions.exported",
        /// An execution was erased.
        ExecutionErased = "execution.erased",
        /// Erasing all executions of an agent began.
        AgentErased = "agent.erased",
        /// Erasing what one person executed began.
        PersonErased = "person.erased",
        /// A task ended without success, and no further attempt follows.
        TaskFailed = "task.failed",
        /// Another attempt at a task was asked for.
        TaskRetried = "task.retried",
        /// An export of the audit log began.
        AuditExported = "audit.exported",
        /// The organization got another key to encrypt with.
        EncryptionRotated = "encryption.rotated",
        /// The organization's keys were wrapped by another master key.
        EncryptionMasterRotated = "encryption.master_rotated",
    }
}

impl AuditAction {
    /// What it is about: the name up to the dot.
    pub fn group(self) -> &'static str {
        self.as_str().split_once('.').map_or("", |(group, _)| group)
    }

    /// The actions that a name means: one, or all of a group.
    pub fn named(name: &str) -> Vec<Self> {
        let means = |action: &Self| action.as_str() == name || action.group() == name;
        Self::ALL.into_iter().filter(means).collect()
    }
}

impl TryFrom<String> for AuditAction {
    type Error = String;
    fn try_from(name: String) -> Result<Self, String> {
        Self::from_name(&name).ok_or_else(|| format!("{name:?} is no action"))
    }
}

impl From<AuditAction> for &'static str {
    fn from(action: AuditAction) -> Self {
        action.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_dotted_and_stand_for_one_action_each() {
        let names: BTreeSet<_> = AuditAction::ALL.iter().map(|action| action.as_str()).collect();
        assert_eq!(names.len(), AuditAction::ALL.len());
        for action in AuditAction::ALL {
            let words: Vec<_> = action.as_str().split('.').collect();
            assert_eq!(words.len(), 2, "{action:?}");
            let plain = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            assert!(words.iter().all(plain), "{action:?}");
            assert_eq!(AuditAction::named(action.as_str()), [action]);
        }
    }

    #[test]
    fn a_group_means_all_of_its_actions() {
        let names: Vec<_> = AuditAction::named("api_key")
            .into_iter()
            .map(AuditAction::as_str)
            .collect();
        let expected = [
            "api_key.created",
            "api_key.rotated",
            "api_key.changed",
            "api_key.revoked",
            "api_key.refused",
        ];
        assert_eq!(names, expected);
        assert!(AuditAction::named("api").is_empty());
    }
}
