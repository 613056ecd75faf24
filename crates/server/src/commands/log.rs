//! The log on standard error: text for people or one JSON object a line. `CLIENTELA_LOG` sets how much is said.

use crate::cli::LogFormat;
use tracing_subscriber::EnvFilter;

/// Begins to log; commands that are not servers say only what went wrong.
pub fn begin(format: LogFormat, is_server: bool) {
    let usual = if is_server { "info" } else { "warn" };
    let wanted = std::env::var("CLIENTELA_LOG").unwrap_or_default();
    let filter = EnvFilter::try_new(if wanted.is_empty() { usual } else { &wanted });
    let filter = filter.unwrap_or_else(|_| EnvFilter::new(usual));
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    match format {
        LogFormat::Text => log.with_ansi(false).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}
