//! `clientela templates KIND`: a blank file to fill in.

use super::{Done, Failed};
use clap::Args;
use sources::FileKind;
use std::io::Write;

/// Which file.
#[derive(Args)]
pub struct Arguments {
    /// customers, sales, payments, interactions, requests, reviews, referrals or costs
    kind: String,
}

/// Prints the template.
pub fn run(arguments: &Arguments) -> Done {
    let kind = FileKind::from_name(&arguments.kind).ok_or_else(|| {
        let known: Vec<_> = FileKind::ALL.iter().map(|kind| kind.name()).collect();
        Failed::Usage(format!(
            "there is no template for {:?}; there are {}",
            arguments.kind,
            known.join(", ")
        ))
    })?;
    let _ = std::io::stdout().write_all(sources::template(kind).as_bytes());
    Ok(())
}
