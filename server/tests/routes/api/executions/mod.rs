mod amend;
mod erase;
mod events;
mod export;
mod list;
mod record;
mod record_many;
mod show;
