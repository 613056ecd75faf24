//! Readers: the bytes of a file and a mapping become entries and rejections.
//!
//! Takes CSV, TSV, NDJSON, XLSX and Parquet as anything readable and seekable, guesses how they are to be read, and
//! gives what each row tells in the words of `ledger`, or why it cannot be taken. Opens no file, asks no clock and
//! knows no database; whom a record belongs to is the affair of `identity`.
//!
//! The way through: [`guess`] → [`Mapping`] → [`open`] → [`Reader::next_batch`] → [`write_rejections`].

mod bytes;
mod cell;
mod columnar;
mod dates;
mod delimited;
mod error;
mod error_file;
mod facts;
mod format;
mod formula;
mod guess;
mod gzip;
mod mapping;
mod mapping_file;
mod ndjson;
mod numbers;
mod purchases;
mod reader;
mod rejection;
mod rows;
mod said;
mod sheet;
mod sniff;
mod table;
mod target;
mod template;
mod text;
mod window;
mod words;
mod workbook_guard;

pub use bytes::Bytes;
pub use dates::MONTHS;
pub use error::SourceError;
pub use error_file::{RejectionWriter, write_rejections};
pub use format::{Compression, DateOrder, Format, FormatKind};
pub use formula::{guard, unguard};
pub use guess::{ColumnGuess, ColumnKind, FormatWish, Guess, Note, Wish, guess, guess_as, guess_with};
pub use mapping::{
    Cancellation, Columns, DistanceUnit, Mapping, MappingError, NoCustomer, Rules, TimeUnit, WeightUnit,
};
pub use numbers::means_nothing;
pub use purchases::{
    AMOUNT_DIGITS, AfterToday, Customers, MOST_REJECTIONS, Picked, PickedColumns, PickedFile, Purchase,
    PurchaseColumns, Purchases, Wanted, read_picked, read_purchases,
};
pub use reader::{Reader, open};
pub use rejection::{Problem, Rejection, RejectionCode, reason, reason_as_told};
pub use rows::{Entry, Row};
pub use said::{Language, Said, Saying};
pub use target::{FileKind, Target, TargetEntry, TargetType, targets};
pub use template::template;
