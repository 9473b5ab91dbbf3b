mod agents;
mod api_keys;
mod bodies;
mod document;
mod executions;
mod unknown;
mod versions;
mod who_asks;
