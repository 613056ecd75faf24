//! What is wrong with one row: where, why, and what to do about it.

use crate::said::{Language, Said};
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
    /// The first problem's cause and remedy, to be worded in any language.
    pub said: Said,
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
    /// Cause and remedy, to be worded in any language.
    pub said: Said,
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

impl Problem {
    pub(crate) fn new(column: Option<String>, code: RejectionCode, said: Said) -> Problem {
        let (cause, remedy) = (said.cause(Language::English), said.remedy(Language::English));
        Problem { column, code, cause, remedy, said }
    }
}

impl Rejection {
    /// A rejection of a row for one or more problems; `None` where there is no problem.
    pub(crate) fn of(row: u64, problems: Vec<Problem>, cells: Vec<String>) -> Option<Rejection> {
        let mut problems = problems.into_iter();
        let Problem { column, code, cause, remedy, said } = problems.next()?;
        Some(Rejection { row, column, code, cause, remedy, said, also: problems.collect(), cells })
    }

    /// Everything that is wrong with the row.
    pub fn problems(&self) -> Vec<Problem> {
        let first = Problem {
            column: self.column.clone(),
            code: self.code,
            cause: self.cause.clone(),
            remedy: self.remedy.clone(),
            said: self.said.clone(),
        };
        std::iter::once(first).chain(self.also.iter().cloned()).collect()
    }

    /// One sentence for the error file: every problem with its column and remedy.
    pub fn reason(&self, language: Language) -> String {
        let problems = self.problems();
        let told = problems.iter().map(|problem| (problem.column.as_deref(), &problem.said));
        reason(self.row, told, language)
    }
}

/// One sentence of what is wrong with a row: every problem with its column and remedy.
pub fn reason<'a>(
    row: u64,
    problems: impl Iterator<Item = (Option<&'a str>, &'a Said)>,
    language: Language,
) -> String {
    let sentence = |(column, said): (Option<&str>, &Said)| {
        in_column(column, &said.cause(language), &said.remedy(language), language)
    };
    at_row(row, &problems.map(sentence).collect::<Vec<_>>().join(" | "), language)
}

/// The same, of a row whose cause and remedy were put in words when it was rejected.
pub fn reason_as_told(row: u64, column: Option<&str>, cause: &str, remedy: &str) -> String {
    at_row(row, &in_column(column, cause, remedy, Language::English), Language::English)
}

fn at_row(row: u64, sentences: &str, language: Language) -> String {
    match language {
        Language::English => format!("row {row}: {sentences}"),
        Language::French => format!("ligne {row}\u{202f}: {sentences}"),
    }
}

fn in_column(column: Option<&str>, cause: &str, remedy: &str, language: Language) -> String {
    let space = if language == Language::French { "\u{202f}" } else { "" };
    let place = column.map(|column| format!("{column}{space}: ")).unwrap_or_default();
    format!("{place}{cause}{space}; {remedy}")
}
