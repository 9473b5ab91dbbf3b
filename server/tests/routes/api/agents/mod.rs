mod create;
mod list;
mod rename;
mod show;
