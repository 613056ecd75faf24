//! Why a whole file cannot be read. What is wrong with one row is a rejection, not an error.

use crate::mapping::MappingError;
use std::fmt;
use std::io;

/// Why a file cannot be read at all, in the words of who brings it.
#[derive(Debug)]
pub enum SourceError {
    /// The bytes could not be fetched.
    Read {
        /// Bytes read before it went wrong.
        at: u64,
        /// What the system said.
        source: io::Error,
    },
    /// Not one byte, or nothing but blanks.
    Empty,
    /// The content is none of the formats that are read.
    NotRecognised {
        /// What it looks like.
        looks_like: String,
    },
    /// The file breaks off or contradicts itself.
    Damaged {
        /// The format it was read as.
        format: &'static str,
        /// What does not fit.
        cause: String,
    },
    /// It would unpack to far more than any honest file.
    Bomb {
        /// The container: gzip, xlsx, parquet.
        format: &'static str,
        /// Bytes packed and unpacked so far, or as declared.
        packed: u64,
        /// Bytes unpacked so far, or as declared.
        unpacked: u64,
    },
    /// Beyond what is read of this format.
    TooLarge {
        /// What is too large, with the limit.
        what: String,
        /// What to do instead.
        remedy: &'static str,
    },
    /// The mapping names a column that the file does not have.
    UnknownColumn {
        /// What the column was to fill.
        wanted_for: String,
        /// The name the mapping gives.
        column: String,
        /// What the file has.
        existing: Vec<String>,
    },
    /// The mapping names a sheet that the workbook does not have.
    UnknownSheet {
        /// The name the mapping gives.
        sheet: String,
        /// What the workbook has.
        existing: Vec<String>,
    },
    /// The mapping contradicts itself or lacks something.
    Mapping(MappingError),
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SourceError::Read { at, .. } => write!(f, "the file could not be read beyond byte {at}"),
            SourceError::Empty => {
                write!(f, "the file is empty; bring one with a header line and at least one row")
            }
            SourceError::NotRecognised { looks_like } => write!(
                f,
                "the file looks like {looks_like}; save it as CSV, TSV, NDJSON, XLSX or Parquet and bring it again"
            ),
            SourceError::Damaged { format, cause } => {
                write!(f, "the {format} file is damaged: {cause}; export it again")
            }
            SourceError::Bomb { format, packed, unpacked } => write!(
                f,
                "the {format} file unpacks {packed} bytes to {unpacked} or more, which no honest file does; unpack it yourself, check it and bring the content"
            ),
            SourceError::TooLarge { what, remedy } => write!(f, "{what}; {remedy}"),
            SourceError::UnknownColumn { wanted_for, column, existing } => {
                write!(f, "no column {column:?} for {wanted_for}; the file has {}", listed(existing))
            }
            SourceError::UnknownSheet { sheet, existing } => {
                write!(f, "no sheet {sheet:?}; the workbook has {}", listed(existing))
            }
            SourceError::Mapping(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for SourceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            SourceError::Read { source, .. } => Some(source),
            SourceError::Mapping(error) => Some(error),
            _ => None,
        }
    }
}

impl From<MappingError> for SourceError {
    fn from(error: MappingError) -> SourceError {
        SourceError::Mapping(error)
    }
}

impl SourceError {
    /// A word for it that does not change with the wording, for translation.
    pub fn code(&self) -> &'static str {
        match self {
            SourceError::Read { .. } => "unreadable",
            SourceError::Empty => "empty_file",
            SourceError::NotRecognised { .. } => "not_recognised",
            SourceError::Damaged { .. } => "damaged_file",
            SourceError::Bomb { .. } => "decompression_bomb",
            SourceError::TooLarge { .. } => "too_large",
            SourceError::UnknownColumn { .. } => "unknown_column",
            SourceError::UnknownSheet { .. } => "unknown_sheet",
            SourceError::Mapping(_) => "invalid_mapping",
        }
    }

    /// What a failed read means: an error of ours carried through the reader, or one of the system's.
    pub(crate) fn from_read(error: io::Error, at: u64) -> SourceError {
        if error.get_ref().is_some_and(|inner| inner.is::<SourceError>()) {
            let inner = error.into_inner().expect("an inner error was just seen");
            return *inner.downcast::<SourceError>().expect("the inner error was just seen to be ours");
        }
        SourceError::Read { at, source: error }
    }
}

/// Names in quotes, at most thirty of them.
pub(crate) fn listed(names: &[String]) -> String {
    const MOST: usize = 30;
    let mut text = names.iter().take(MOST).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        text.push_str(&format!(" and {} more", names.len() - MOST));
    }
    if names.is_empty() { "none".to_string() } else { text }
}
