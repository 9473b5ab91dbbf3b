//! The people of the organization.

use domain::Role;

pub const ROLE: &str = "Role";
pub const JOINED: &str = "Joined";
pub const CHANGES: &str = "Changes";
pub const YOU: &str = "you";
pub const CHANGE_ROLE: &str = "Change role";
pub const CHANGE_ROLE_SUBMIT: &str = "Set role";
pub const REMOVE: &str = "Remove";
pub const REMOVE_WORDS: &str =
    "The person is signed out at once and sees nothing of this organization any more.";
pub const REMOVE_SUBMIT: &str = "Remove person";
pub const LEAVE: &str = "Leave";
pub const RESET: &str = "Reset password";
pub const RESET_WORDS: &str = "You get a link to hand over. Whoever opens it chooses a new password: once, and within an \
    hour. The person is signed out everywhere then.";
pub const RESET_SUBMIT: &str = "Make reset link";
pub const RESET_SHOWN_ONCE: &str =
    "The link to a new password. Copy it now: it is shown this once only, and works within an hour.";
pub const INVITE: &str = "Invite somebody";
pub const INVITE_WORDS: &str =
    "You get a link to send. Whoever opens it can join: once, and within seven days.";
pub const INVITE_MAILED: &str = " It is sent to the address by e-mail, too.";
pub const INVITE_SUBMIT: &str = "Make link";
pub const LINK_SHOWN_ONCE: &str = "The link. Copy it now: it is shown this once only.";
pub const INVITATIONS: &str = "Invitations";
pub const INVITED: &str = "Invited";
pub const LINK_UNTIL: &str = "Link works until";
pub const WITHDRAW: &str = "Withdraw";

/// What a role allows.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner: everything",
        Role::Admin => "admin: everything but owners",
        Role::Member => "member: reads and runs",
        Role::Viewer => "viewer: reads",
    }
}
