//! A file opened as rows of cells, whatever its format.

use crate::bytes::Bytes;
use crate::cell::Cell;
use crate::cell::RawRow;
use crate::columnar::Columnar;
use crate::delimited::Delimited;
use crate::error::SourceError;
use crate::error_file::{is_reason, is_reason_name};
use crate::format::{Format, FormatKind};
use crate::ndjson::Ndjson;
use crate::sheet::Sheet;
use crate::text;
use std::collections::VecDeque;

/// A file's rows, with its columns named.
pub(crate) struct Table {
    rows: Rows,
    header: Vec<String>,
    /// Rows that were read to see whether this is a file of rejected rows.
    ahead: VecDeque<RawRow>,
    /// This is a file of rejected rows: what stands behind its columns is why, and no cell.
    has_reasons: bool,
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
        Table::of(rows).without_reasons(format.header)
    }

    /// The rows of a sheet that is already read.
    pub(crate) fn of_sheet(sheet: Sheet, format: &Format) -> Result<Table, SourceError> {
        let sheet = sheet.with_header(format.skip_lines, format.header)?;
        Table::of(Rows::Sheet(Box::new(sheet))).without_reasons(format.header)
    }

    fn of(rows: Rows) -> Table {
        let mut table = Table {
            rows,
            header: Vec::new(),
            ahead: VecDeque::new(),
            has_reasons: false,
            renamed: Vec::new(),
        };
        (table.header, table.renamed) = distinct(table.written());
        table
    }

    /// The columns' names as the file has them.
    fn written(&self) -> &[String] {
        match &self.rows {
            Rows::Delimited(rows) => rows.header(),
            Rows::Columnar(rows) => rows.header(),
            Rows::Ndjson(rows) => rows.header(),
            Rows::Sheet(rows) => rows.header(),
        }
    }

    /// Leaves the last column out where it says why rows were rejected: the file of rejected rows has the columns of
    /// the file it comes from, and is guessed and remembered as that one was.
    ///
    /// The name alone does not tell (a support desk has reasons too): the cells decide, unless all were
    /// cleared. Where nothing is named the first row decides.
    fn without_reasons(mut self, is_named: bool) -> Result<Table, SourceError> {
        if matches!(self.rows, Rows::Columnar(_) | Rows::Ndjson(_)) {
            return Ok(self);
        }
        let written = self.written();
        // A spreadsheet names nothing above cells that a row has beyond the header.
        let is_last = |name: &String| !is_named || !name.trim().is_empty();
        let Some(last) = written.iter().rposition(is_last) else { return Ok(self) };
        if last == 0 || (is_named && !is_reason_name(&written[last])) {
            return Ok(self);
        }
        let (header, renamed) = distinct(&written[..last]);
        let mut row = RawRow::default();
        let mut has_others = false;
        while self.ahead.len() < ROWS_AHEAD && self.read_next(&mut row)? {
            let told = (last..row.len()).rev().map(|column| row.cell(column)).find(|cell| !cell.is_blank());
            let is_told = matches!(told, Some(Cell::Text(text)) if is_reason(text));
            has_others |= told.is_some() && !is_told;
            self.ahead.push_back(row.clone());
            if is_told {
                has_others = false;
                break;
            }
            if !is_named {
                return Ok(self);
            }
        }
        if has_others || (!is_named && self.ahead.is_empty()) {
            return Ok(self);
        }
        self.has_reasons = true;
        (self.header, self.renamed) = (header, renamed);
        Ok(self)
    }

    /// Whether it is a file of rejected rows.
    pub(crate) fn has_reasons(&self) -> bool {
        self.has_reasons
    }

    /// The columns' names, all different and none empty.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// Reads the next row that is not blank; false at the end.
    pub(crate) fn read(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
        match self.ahead.pop_front() {
            Some(ahead) => *row = ahead,
            None if !self.read_next(row)? => return Ok(false),
            None => {}
        }
        if self.has_reasons {
            self.drop_reason(row);
        }
        Ok(true)
    }

    /// Takes the column of reasons back in, for a mapping that names it; false where none was left out.
    pub(crate) fn keep_reasons(&mut self) -> bool {
        if self.has_reasons {
            self.has_reasons = false;
            (self.header, self.renamed) = distinct(self.written());
            return true;
        }
        false
    }

    /// Takes the reason off the end of a row. A cell more than there are columns stays, and the row is told as ragged.
    fn drop_reason(&self, row: &mut RawRow) {
        let columns = self.header.len();
        let filled = |row: &RawRow| {
            (columns..row.len())
                .rev()
                .find(|column| !row.cell(*column).is_blank())
                .map_or(columns, |last| last + 1)
        };
        row.truncate(filled(row));
        if let Some(last) = row.len().checked_sub(1).filter(|last| *last >= columns)
            && let Cell::Text(text) = row.cell(last)
            && is_reason(text)
        {
            row.truncate(last);
            row.truncate(filled(row));
        }
    }

    fn read_next(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
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

/// How many rows without a reason are read before the column counts as one of reasons that were cleared.
const ROWS_AHEAD: usize = 1_000;

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
