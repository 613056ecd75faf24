//! Bringing a file in a test: guess, open, read to the end.

use ledger::{Fact, FactBody, SaleLine};
use sources::{Entry, Guess, Mapping, Rejection, Row, SourceError, Target, guess, open};
use std::io::Cursor;

/// What came of a file.
pub struct Brought {
    pub guess: Guess,
    pub entries: Vec<Entry>,
    pub rejections: Vec<Rejection>,
}

/// Reads bytes with the guess alone; amounts without a currency are in euros, as the company's.
pub fn bring(bytes: impl Into<Vec<u8>>, file_name: &str) -> Brought {
    let bytes = bytes.into();
    let guess = guess(Box::new(Cursor::new(bytes.clone())), file_name).unwrap();
    let mut mapping = guess.mapping.clone();
    mapping.currency.get_or_insert(ledger::Currency::EUR);
    let (entries, rejections) =
        read(bytes, &mapping).unwrap_or_else(|error| panic!("{error}\n{}", mapping.to_toml()));
    Brought { guess, entries, rejections }
}

/// Reads bytes with a mapping.
pub fn read(
    bytes: impl Into<Vec<u8>>,
    mapping: &Mapping,
) -> Result<(Vec<Entry>, Vec<Rejection>), SourceError> {
    let mut reader = open(Box::new(Cursor::new(bytes.into())), mapping)?;
    let (mut entries, mut rejections) = (Vec::new(), Vec::new());
    while let Some(batch) = reader.next_batch(100)? {
        for row in batch {
            match row {
                Row::Entry(entry) => entries.push(entry),
                Row::Rejected(rejection) => rejections.push(rejection),
            }
        }
    }
    Ok((entries, rejections))
}

impl Brought {
    /// The column that fills a target.
    pub fn column(&self, target: &str) -> Option<String> {
        let columns =
            self.guess.mapping.columns.get(&Target::from_name(target).expect("a target of this name"))?;
        Some(columns.names().join(" + "))
    }

    /// Every target with its column, as `target=column` in the order of names.
    pub fn columns(&self) -> Vec<String> {
        let mut all = Vec::new();
        for (target, columns) in &self.guess.mapping.columns {
            all.push(format!("{target}={}", columns.names().join(" + ")));
        }
        all.sort();
        all
    }

    pub fn notes(&self) -> Vec<sources::Saying> {
        self.guess.notes.iter().map(|note| note.code).collect()
    }

    /// The fact of the entry from this row of the file.
    pub fn fact(&self, row: u64) -> &Fact {
        self.entry(row).fact.as_ref().expect("the entry tells a fact")
    }

    pub fn entry(&self, row: u64) -> &Entry {
        self.entries
            .iter()
            .find(|entry| entry.row == row)
            .unwrap_or_else(|| panic!("no entry from row {row}"))
    }

    pub fn sale(&self, row: u64) -> &SaleLine {
        match &self.fact(row).body {
            FactBody::Sale(sale) => sale,
            other => panic!("row {row} tells {other:?}"),
        }
    }
}

/// A file of the data folder, or a word on the console that it is not there.
pub fn data(path: &str) -> Option<Vec<u8>> {
    let folder = std::env::var_os("CLIENTELA_DATA");
    let file = folder.map(|folder| std::path::Path::new(&folder).join(path));
    let bytes = file.and_then(|file| std::fs::read(file).ok());
    if bytes.is_none() {
        println!("skipped: {path} is not under CLIENTELA_DATA");
    }
    bytes
}
