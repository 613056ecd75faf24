//! The one binary `clientela`: commands, the staff API and the web page over one store.
//!
//! The only room with HTTP, JSON, a clock, chance and a network. What is computed is computed in the pure rooms,
//! what is kept is kept by the store; here is who asks, what they name, whether they may, and how it is answered.

mod access;
mod accounts;
mod attempts;
mod cli;
mod coherence;
mod commands;
mod customers;
mod equity;
mod http;
mod identity;
mod jobs;
mod model;
mod portfolio;
mod report;
mod secret;
mod sources;
mod spreadsheet;
mod value;
mod value_file;

#[cfg(test)]
mod tests;

use std::process::ExitCode;

/// Columns of a million customers come and go: this one gives their memory back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}

/// The time on the wall: the only place that asks the clock.
fn now() -> ledger::Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    ledger::Moment(since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX)))
}
