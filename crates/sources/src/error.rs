//! Why a whole file cannot be read. What is wrong with one row is a rejection, not an error.

use crate::mapping::MappingError;
use crate::said::{Said, Saying, listed};
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
        /// A word for what it looks like.
        looks_like: &'static str,
    },
    /// A column that is needed holds more than one value a cell.
    Nested {
        /// Its name.
        column: String,
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
        /// What is too large, with the limit, and what to do instead.
        said: Said,
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
            SourceError::Mapping(error) => write!(f, "{error}"),
            other => write!(f, "{}", other.said()),
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
            SourceError::NotRecognised { .. } | SourceError::Nested { .. } => "not_recognised",
            SourceError::Damaged { .. } => "damaged_file",
            SourceError::Bomb { .. } => "decompression_bomb",
            SourceError::TooLarge { .. } => "too_large",
            SourceError::UnknownColumn { .. } => "unknown_column",
            SourceError::UnknownSheet { .. } => "unknown_sheet",
            SourceError::Mapping(_) => "invalid_mapping",
        }
    }

    /// The cause and the remedy, to be worded in any language.
    pub fn said(&self) -> Said {
        match self {
            SourceError::Read { at, .. } => Said::new(Saying::Unreadable, [at.to_string()]),
            SourceError::Empty => Said::new(Saying::EmptyFile, []),
            SourceError::NotRecognised { looks_like } => {
                Said::new(Saying::NotRecognised, [looks_like.to_string()])
            }
            SourceError::Nested { column } => Said::new(Saying::NestedColumn, [column.clone()]),
            SourceError::Damaged { format, cause } => {
                Said::new(Saying::Damaged, [format.to_string(), cause.clone()])
            }
            SourceError::Bomb { format, packed, unpacked } => Said::new(
                Saying::DecompressionBomb,
                [format.to_string(), packed.to_string(), unpacked.to_string()],
            ),
            SourceError::TooLarge { said } => said.clone(),
            SourceError::UnknownColumn { wanted_for, column, existing } => {
                Said::new(Saying::NoSuchColumn, [wanted_for.clone(), column.clone(), listed(existing)])
            }
            SourceError::UnknownSheet { sheet, existing } => {
                Said::new(Saying::NoSuchSheet, [sheet.clone(), listed(existing)])
            }
            SourceError::Mapping(error) => error.said(),
        }
    }

    /// More columns than are read.
    pub(crate) fn too_many_columns(columns: usize) -> SourceError {
        let values = [columns.to_string(), crate::cell::MOST_COLUMNS.to_string()];
        SourceError::TooLarge { said: Said::new(Saying::TooManyColumns, values) }
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
