//! A made company, Maison Alouette, with five sources that each know part of its customers, and the truth beside.
//!
//! Takes a seed, a number of customers and the last day; gives the files as their sources would export them and a
//! [`Truth`]: who is who, who still buys, what drives them. The coffee roaster sells to people over its web shop and to
//! cafés, hotels and offices by invoice, in France and Great Britain. Pure: the same arguments give the same bytes on
//! every machine, because all logarithms come from a portable library and nothing hangs on hash order. Nobody in it
//! is real: addresses end in `.example`, and numbers come from the ranges kept for fiction.

mod accounts;
mod behaviour;
mod chance;
mod costs;
mod files;
mod people;
mod truth;
mod words;

pub use people::{Drive, Trait};
pub use truth::{TrueCustomer, TrueFile, TrueRecord, Truth};

use ledger::Day;

/// The customers of the company that `clientela demo` makes.
pub const CUSTOMERS: usize = 4_000;

/// Days of history before the last day.
pub const DAYS: i32 = 1_095;

/// The sources, in the order in which their word is trusted.
pub const SOURCES: [&str; 5] = ["Invoicing", "Web shop", "Field sales", "Credit file", "Support desk"];

/// What the company says that its activities cost: a catalogue as `clientela costs --catalogue` takes it in. The truth
/// about what customers cost follows these rates.
pub const CATALOGUE: &str = costs::CATALOGUE;

/// The made company: its files and the truth about them.
#[derive(Clone, Debug)]
pub struct Company {
    /// What the sources export, in an order in which each file may be imported.
    pub files: Vec<DemoFile>,
    /// What is really so.
    pub truth: Truth,
}

/// One file as its source exports it.
#[derive(Clone, Debug)]
pub struct DemoFile {
    /// File name with its extension.
    pub name: &'static str,
    /// The source it comes from, one of [`SOURCES`].
    pub source: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Makes the company.
///
/// `until` is the last day on which anything happens; the history begins [`DAYS`] before. A larger number of customers
/// makes a larger company with the same habits.
///
/// ```
/// use jiff::civil::date;
/// let until = ledger::Day::of(date(2026, 10, 31));
/// let company = demo::company(7, 50, until);
/// assert_eq!(company.files.len(), 13);
/// assert_eq!(company.truth.customers.len(), 50);
/// assert_eq!(company.files[0].bytes, demo::company(7, 50, until).files[0].bytes);
/// ```
pub fn company(seed: u64, customers: usize, until: Day) -> Company {
    let people = people::people(seed, customers);
    let lives = behaviour::lives(seed, &people, until);
    let accounts = accounts::accounts(seed, &people, &lives, until);
    files::company(seed, until, &people, &lives, &accounts)
}
