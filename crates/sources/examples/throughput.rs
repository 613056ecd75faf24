//! Reads a file with its guess alone and says how many rows a second were mapped.
//!
//! `cargo run --release -p sources --example throughput -- FILE`

use sources::{Row, guess, open};
use std::fs::File;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a file")?;
    let start = Instant::now();
    let guess = guess(Box::new(File::open(&path)?), &path)?;
    println!("guessed in {:.3} s\n{}", start.elapsed().as_secs_f64(), guess.mapping.to_toml());
    for note in &guess.notes {
        println!("note: {}", note.message);
    }
    let mut mapping = guess.mapping;
    mapping.currency.get_or_insert(ledger::Currency::EUR);
    let start = Instant::now();
    let mut reader = open(Box::new(File::open(&path)?), &mapping)?;
    let (mut entries, mut rejected, mut nobody) = (0u64, 0u64, 0u64);
    let mut reasons = std::collections::BTreeMap::<String, u64>::new();
    while let Some(batch) = reader.next_batch(4096)? {
        for row in batch {
            match row {
                Row::Entry(entry) => {
                    entries += 1;
                    nobody += u64::from(entry.customer.is_none());
                }
                Row::Rejected(rejection) => {
                    rejected += 1;
                    *reasons
                        .entry(format!("{}: {}", rejection.code, rejection.column.unwrap_or_default()))
                        .or_default() += 1;
                }
            }
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{entries} entries ({nobody} of nobody), {rejected} rejected {reasons:?}");
    println!("{:.0} rows a second", (entries + rejected) as f64 / seconds);
    Ok(())
}
