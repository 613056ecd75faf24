//! What is wrong with one row: where, why, and what to do about it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A row that cannot be taken as it is. The rows around it are taken all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The row as the user's editor or sheet counts, header = 1.
    pub row: u64,
    /// The first problem's column, where it lies in one.
    pub column: Option<String>,
    /// The first problem's code.
    pub code: RejectionCode,
    /// The first problem's cause; names the value.
    pub cause: String,
    /// What to do about the first problem.
    pub remedy: String,
    /// What else is wrong with the row.
    pub also: Vec<Problem>,
    /// The row's cells as text, in the order of the header.
    pub cells: Vec<String>,
}

/// One thing that is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The column, where the problem lies in one.
    pub column: Option<String>,
    /// Which sort of problem.
    pub code: RejectionCode,
    /// What is wrong; names the value.
    pub cause: String,
    /// What to do about it.
    pub remedy: String,
}

/// Sorts of problems, for counting and translation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectionCode {
    /// A cell that must be filled is empty.
    Missing,
    /// No date, or a day that does not exist.
    InvalidDate,
    /// Not an amount of money.
    InvalidAmount,
    /// Not a number.
    InvalidNumber,
    /// Beyond what is kept exactly.
    OutOfRange,
    /// Not a currency in use, or none given.
    UnknownCurrency,
    /// The row names two currencies.
    CurrencyConflict,
    /// A word that is none of those the field knows.
    UnknownWord,
    /// Nobody is named, and the mapping does not take rows of nobody.
    NoCustomer,
    /// Bytes that are no characters in the file's encoding.
    InvalidEncoding,
    /// More or fewer cells than the header has.
    RaggedRow,
    /// A quote that is opened and never closed.
    UnterminatedQuote,
    /// Longer than is read.
    TooLong,
    /// Not a JSON object.
    InvalidJson,
    /// A sheet cell that holds an error such as `#REF!`.
    CellError,
    /// Two cells that cannot both be right.
    Contradiction,
}

impl RejectionCode {
    /// The word for it in the API and in reports.
    pub fn name(self) -> &'static str {
        match self {
            RejectionCode::Missing => "missing",
            RejectionCode::InvalidDate => "invalid_date",
            RejectionCode::InvalidAmount => "invalid_amount",
            RejectionCode::InvalidNumber => "invalid_number",
            RejectionCode::OutOfRange => "out_of_range",
            RejectionCode::UnknownCurrency => "unknown_currency",
            RejectionCode::CurrencyConflict => "currency_conflict",
            RejectionCode::UnknownWord => "unknown_word",
            RejectionCode::NoCustomer => "no_customer",
            RejectionCode::InvalidEncoding => "invalid_encoding",
            RejectionCode::RaggedRow => "ragged_row",
            RejectionCode::UnterminatedQuote => "unterminated_quote",
            RejectionCode::TooLong => "too_long",
            RejectionCode::InvalidJson => "invalid_json",
            RejectionCode::CellError => "cell_error",
            RejectionCode::Contradiction => "contradiction",
        }
    }
}

impl fmt::Display for RejectionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Rejection {
    /// A rejection of a row for one or more problems; `None` where there is no problem.
    pub(crate) fn of(row: u64, problems: Vec<Problem>, cells: Vec<String>) -> Option<Rejection> {
        let mut problems = problems.into_iter();
        let Problem { column, code, cause, remedy } = problems.next()?;
        Some(Rejection { row, column, code, cause, remedy, also: problems.collect(), cells })
    }

    /// Everything that is wrong with the row.
    pub fn problems(&self) -> Vec<Problem> {
        let first = Problem {
            column: self.column.clone(),
            code: self.code,
            cause: self.cause.clone(),
            remedy: self.remedy.clone(),
        };
        std::iter::once(first).chain(self.also.iter().cloned()).collect()
    }

    /// One sentence for the error file: every problem with its column and remedy.
    pub fn reason(&self) -> String {
        let sentence = |problem: &Problem| {
            let place = problem.column.as_ref().map(|column| format!("{column}: ")).unwrap_or_default();
            format!("{place}{}; {}", problem.cause, problem.remedy)
        };
        let sentences = self.problems().iter().map(sentence).collect::<Vec<_>>();
        format!("row {}: {}", self.row, sentences.join(" | "))
    }
}

/// A value as it is named in a cause: in quotes, shortened when long, control characters made visible.
pub(crate) fn named(value: &str) -> String {
    const MOST: usize = 60;
    let shown = value.chars().take(MOST).collect::<String>();
    let more = if value.chars().nth(MOST).is_some() { "…" } else { "" };
    format!("{:?}{more}", shown)
}
