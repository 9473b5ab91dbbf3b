//! What letters say.

/// The subject of a letter to somebody who forgot the password.
pub const RESET_SUBJECT: &str = "Choose a new password for Agent Ledger";

/// To somebody who forgot the password.
pub fn reset(email: &str, server: &str, link: &str) -> String {
    format!(
        "Hello,\n\n\
         somebody asked for a new password for {email} at Agent Ledger\n({server}).\n\n\
         Open this link to choose one. It works once, within an hour:\n\n{link}\n\n\
         If it was not you, do nothing: your password stays as it is.\n"
    )
}

/// The subject of an invitation.
pub fn invitation_subject(organization: &str) -> String {
    format!("Join {organization} on Agent Ledger")
}

/// To somebody who is invited.
pub fn invitation(organization: &str, server: &str, link: &str) -> String {
    format!(
        "Hello,\n\n\
         you are invited to join {organization} on Agent Ledger\n({server}).\n\n\
         Open this link to join. It works once, within seven days:\n\n{link}\n\n\
         If you do not know what this is about, do nothing.\n"
    )
}
