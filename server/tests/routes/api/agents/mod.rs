mod change;
mod create;
mod list;
mod show;
