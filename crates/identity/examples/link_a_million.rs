//! Times reading and linking a million records: `cargo run --release -p identity --example link_a_million`.

use identity::{Identifiers, RecordIdentifiers, link};
use ledger::{Attribute, Attributes};
use std::time::Instant;

fn main() {
    const RECORDS: u64 = 1_000_000;
    let attributes = |record: u64| -> Attributes {
        // Five records in a row speak of one person; each source leaves something out.
        let person = record / 5;
        let mut said = Attributes::from([
            (Attribute::FirstName, format!("Prénom{}", person % 700)),
            (Attribute::LastName, format!("NOM-{}", person % 30_011)),
        ]);
        if record % 5 != 4 {
            said.insert(Attribute::Email, format!("Client.{person}@Fournisseur{}.fr", person % 13));
        }
        if record.is_multiple_of(2) {
            said.insert(
                Attribute::Phone,
                format!(
                    "06 {:02} {:02} {:02} {:02}",
                    person % 89,
                    person / 89 % 97,
                    person / 8633 % 91,
                    person % 53
                ),
            );
        }
        said
    };
    let start = Instant::now();
    let records: Vec<RecordIdentifiers> = (0..RECORDS)
        .map(|record| RecordIdentifiers {
            record,
            current_customer: None,
            identifiers: Identifiers::of(&attributes(record)),
        })
        .collect();
    let read = start.elapsed();
    let start = Instant::now();
    let linking = link(&records, 0);
    println!(
        "{RECORDS} records into {} customers, {} refusals: made and read in {:.2} s, linked in {:.2} s",
        linking.next_customer,
        linking.refusals.len(),
        read.as_secs_f64(),
        start.elapsed().as_secs_f64(),
    );
}
