//! Each kind of work.

mod abandon;
mod count_days;
mod delete_ended;
mod erase;
mod purge;
mod reencrypt;
mod remove_organization;
mod rest;
mod send;
mod trim_events;

pub(super) use abandon::Abandon;
pub(super) use count_days::CountDays;
pub(super) use delete_ended::DeleteEnded;
pub(super) use erase::{EraseAgent, ErasePerson};
pub(super) use purge::{Purge, purge};
pub(super) use reencrypt::Reencrypt;
pub(super) use remove_organization::RemoveOrganization;
pub(super) use send::{SendInvitation, SendPasswordReset};
pub(super) use trim_events::TrimEvents;
