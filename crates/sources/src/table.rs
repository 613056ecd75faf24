//! A file opened as rows of cells, whatever its format.

use crate::bytes::Bytes;
use crate::cell::RawRow;
use crate::columnar::Columnar;
use crate::delimited::Delimited;
use crate::error::SourceError;
use crate::format::{Format, FormatKind};
use crate::ndjson::Ndjson;
use crate::sheet::Sheet;
use crate::text;

/// A file's rows, with its columns named.
pub(crate) struct Table {
    rows: Rows,
    header: Vec<String>,
    /// Columns whose names had to be changed to tell them apart: the name as written and as used.
    pub(crate) renamed: Vec<(String, String)>,
}

enum Rows {
    Delimited(Box<Delimited>),
    Columnar(Box<Columnar>),
    Ndjson(Box<Ndjson>),
    Sheet(Box<Sheet>),
}

impl Table {
    /// Opens a file as its format says.
    pub(crate) fn open(input: Box<dyn Bytes>, format: &Format) -> Result<Table, SourceError> {
        let rows = match format.kind {
            FormatKind::Delimited => {
                let (reader, tally) =
                    text::unpacked(input, format.compression).map_err(|e| SourceError::from_read(e, 0))?;
                Rows::Delimited(Box::new(Delimited::open(reader, tally, format)?))
            }
            FormatKind::Parquet => Rows::Columnar(Box::new(Columnar::open(input)?)),
            FormatKind::Ndjson => {
                let (reader, tally) =
                    text::unpacked(input, format.compression).map_err(|e| SourceError::from_read(e, 0))?;
                Rows::Ndjson(Box::new(Ndjson::open(reader, tally, &format.encoding)?))
            }
            FormatKind::Xlsx => {
                return Table::of_sheet(Sheet::open(input, format.sheet.as_deref(), usize::MAX)?, format);
            }
        };
        Ok(Table::of(rows))
    }

    /// The rows of a sheet that is already read.
    pub(crate) fn of_sheet(sheet: Sheet, format: &Format) -> Result<Table, SourceError> {
        let sheet = sheet.with_header(format.skip_lines, format.header)?;
        Ok(Table::of(Rows::Sheet(Box::new(sheet))))
    }

    fn of(rows: Rows) -> Table {
        let written = match &rows {
            Rows::Delimited(rows) => rows.header(),
            Rows::Columnar(rows) => rows.header(),
            Rows::Ndjson(rows) => rows.header(),
            Rows::Sheet(rows) => rows.header(),
        };
        let (header, renamed) = distinct(written);
        Table { rows, header, renamed }
    }

    /// The columns' names, all different and none empty.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// Reads the next row that is not blank; false at the end.
    pub(crate) fn read(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
        match &mut self.rows {
            Rows::Delimited(rows) => rows.read(row),
            Rows::Columnar(rows) => rows.read(row),
            Rows::Ndjson(rows) => rows.read(row),
            Rows::Sheet(rows) => Ok(rows.read(row)),
        }
    }

    /// Passes over rows.
    pub(crate) fn skip(&mut self, rows: u64) -> Result<(), SourceError> {
        if let Rows::Columnar(columnar) = &mut self.rows {
            return columnar.skip(rows);
        }
        let mut row = RawRow::default();
        for _ in 0..rows {
            if !self.read(&mut row)? {
                break;
            }
        }
        Ok(())
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        match &self.rows {
            Rows::Delimited(rows) => rows.bytes_read(),
            Rows::Columnar(rows) => rows.bytes_read(),
            Rows::Ndjson(rows) => rows.bytes_read(),
            Rows::Sheet(rows) => rows.bytes_read(),
        }
    }

    pub(crate) fn total_rows(&self) -> Option<u64> {
        match &self.rows {
            Rows::Delimited(_) | Rows::Ndjson(_) => None,
            Rows::Columnar(rows) => Some(rows.total_rows()),
            Rows::Sheet(rows) => Some(rows.total_rows()),
        }
    }

    /// The sheets of a workbook.
    pub(crate) fn sheets(&self) -> &[String] {
        match &self.rows {
            Rows::Sheet(sheet) => sheet.sheets(),
            _ => &[],
        }
    }

    /// Columns that hold lists and cannot stand in a row.
    pub(crate) fn left_out(&self) -> &[String] {
        match &self.rows {
            Rows::Columnar(rows) => rows.left_out(),
            _ => &[],
        }
    }
}

/// Column names made different: `Amount`, `Amount (2)`; an empty one is called by its place.
fn distinct(written: &[String]) -> (Vec<String>, Vec<(String, String)>) {
    let mut taken = std::collections::HashSet::new();
    let mut renamed = Vec::new();
    let mut names = Vec::with_capacity(written.len());
    for (place, name) in written.iter().enumerate() {
        let bare = crate::formula::unguard(crate::numbers::trimmed(name));
        let base = if bare.is_empty() { format!("column {}", place + 1) } else { bare.to_string() };
        let mut candidate = base.clone();
        let mut count = 2;
        while !taken.insert(candidate.clone()) {
            candidate = format!("{base} ({count})");
            count += 1;
        }
        if candidate != base {
            renamed.push((base, candidate.clone()));
        }
        names.push(candidate);
    }
    (names, renamed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_different() {
        let written = ["Amount", "", "Amount", " Amount ", "Amount (2)"].map(String::from);
        let (names, renamed) = distinct(&written);
        assert_eq!(names, ["Amount", "column 2", "Amount (2)", "Amount (3)", "Amount (2) (2)"]);
        assert_eq!(renamed.len(), 3);
    }
}
