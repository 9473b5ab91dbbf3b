mod amend;
mod export;
mod list;
mod record;
mod record_many;
mod show;
