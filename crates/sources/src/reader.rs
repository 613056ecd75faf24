//! A file read with a mapping: rows come out in batches, taken or rejected.

use crate::bytes::{self, Bytes, Shared};
use crate::cell::RawRow;
use crate::error::SourceError;
use crate::format::Format;
use crate::guess;
use crate::mapping::Mapping;
use crate::rows::{Plan, Row};
use crate::table::Table;

/// A batch ends early rather than hold more text than this.
const BATCH_BYTES: usize = 8 << 20;

/// A file being read with a mapping.
pub struct Reader {
    table: Table,
    plan: Plan,
    total_bytes: Option<u64>,
    rows_read: u64,
    row: RawRow,
}

/// Opens a file with a mapping. The mapping's columns are looked up in the file; one it does not have is an error that
/// lists what it has.
///
/// A file that is not what the mapping's format says (the rows of a workbook, mended and saved as CSV; another
/// delimiter) is read as what it is, if it has the mapping's columns; [`Reader::mapping`] tells.
pub fn open(mut input: Box<dyn Bytes>, mapping: &Mapping) -> Result<Reader, SourceError> {
    mapping.check()?;
    let total_bytes = bytes::length(&mut *input).ok();
    if total_bytes == Some(0) {
        return Err(SourceError::Empty);
    }
    let shared = Shared::new(input).map_err(|error| SourceError::from_read(error, 0))?;
    let seen = guess::format_seen(&mut shared.reader(), &mapping.format)?;
    let opened = |format: &Format| {
        let mut mapping = mapping.clone();
        mapping.format = format.clone();
        let mut table = Table::open(Box::new(shared.reader()), format)?;
        let plan = match Plan::new(&mapping, table.header()) {
            Err(SourceError::UnknownColumn { .. }) if table.keep_reasons() => {
                Plan::new(&mapping, table.header())
            }
            plan => plan,
        }?;
        Ok(Reader { table, plan, total_bytes, rows_read: 0, row: RawRow::default() })
    };
    match opened(&seen) {
        Err(error @ (SourceError::UnknownColumn { .. } | SourceError::UnknownSheet { .. })) => {
            // With other separators, or on another sheet, the columns may be there after all.
            let other = guess::format_guessed(&mut shared.reader(), &mapping.format);
            other.and_then(|format| opened(&format)).map_err(|_| error)
        }
        result => result,
    }
}

impl Reader {
    /// Passes over rows that were read in an earlier run. Rejected rows count, blank lines do not.
    pub fn skip(&mut self, rows: u64) -> Result<(), SourceError> {
        self.table.skip(rows)?;
        self.rows_read += rows;
        Ok(())
    }

    /// The next rows, at most `most` of them and fewer where they are very long; `None` at the end.
    pub fn next_batch(&mut self, most: usize) -> Result<Option<Vec<Row>>, SourceError> {
        let mut batch = Vec::with_capacity(most.clamp(1, 10_000));
        let mut bytes = 0;
        while batch.len() < most.max(1) && bytes < BATCH_BYTES {
            if !self.table.read(&mut self.row)? {
                break;
            }
            bytes += self.row.text_bytes();
            batch.push(self.plan.row(&self.row));
        }
        self.rows_read += batch.len() as u64;
        Ok(if batch.is_empty() { None } else { Some(batch) })
    }

    /// The next row with its cells as text, for a page that shows both; `None` at the end.
    pub fn next_with_cells(&mut self) -> Result<Option<(Row, Vec<String>)>, SourceError> {
        if !self.table.read(&mut self.row)? {
            return Ok(None);
        }
        self.rows_read += 1;
        Ok(Some((self.plan.row(&self.row), self.plan.cells(&self.row))))
    }

    /// Rows read and passed over so far: what [`Reader::skip`] takes to go on from here.
    pub fn rows_read(&self) -> u64 {
        self.rows_read
    }

    /// Bytes of the file that were taken so far, for a progress bar; never more than [`Reader::total_bytes`].
    pub fn bytes_read(&self) -> u64 {
        let read = self.table.bytes_read();
        self.total_bytes.map_or(read, |total| read.min(total))
    }

    /// The mapping as it is used, with the format the file really has.
    pub fn mapping(&self) -> &Mapping {
        &self.plan.mapping
    }

    /// Size of the file.
    pub fn total_bytes(&self) -> Option<u64> {
        self.total_bytes
    }

    /// How many rows the file has, where it says so.
    pub fn total_rows(&self) -> Option<u64> {
        self.table.total_rows()
    }

    /// The names of the file's columns, all different and none empty.
    pub fn header(&self) -> &[String] {
        self.table.header()
    }
}
