//! Rows of one sheet of an Office workbook. The sheet is held in memory, compactly and within limits.
//!
//! Formula cells give the value the workbook was saved with. Dates are typed; a number shown as a clock time without a
//! day is its text, such as `07:45:00`.

use crate::bytes::Bytes;
use crate::cell::{Cell, MOST_COLUMNS, RawRow};
use crate::dates;
use crate::error::SourceError;
use crate::said::{Said, Saying};
use crate::workbook_guard;
use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx};
use ledger::Moment;
use std::io::BufReader;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

const MOST_CELLS: usize = 12_000_000;
const MOST_TEXT: usize = 512 << 20;

/// The rows of a sheet.
pub(crate) struct Sheet {
    length: u64,
    sheets: Vec<String>,
    name: String,
    text: String,
    cells: Vec<(u32, Value)>,
    /// Number of each row that is not empty, from 1, and where its cells lie.
    rows: Vec<(u32, Range<usize>)>,
    next: usize,
    header: Vec<String>,
}

#[derive(Clone, Copy)]
enum Value {
    Text(u32, u32),
    Fault(u32, u32),
    Whole(i64),
    Float(f64),
    Moment(i64),
    Truth(bool),
}

impl Sheet {
    /// Reads a sheet, at most so many of its rows: the one named, else the first that is visible and not empty.
    pub(crate) fn open(
        mut input: Box<dyn Bytes>,
        wanted: Option<&str>,
        most_rows: usize,
    ) -> Result<Sheet, SourceError> {
        workbook_guard::check(&mut *input)?;
        let length = crate::bytes::length(&mut *input).map_err(|error| SourceError::from_read(error, 0))?;
        // The reader may panic on what no office program writes; that stays inside.
        catch_unwind(AssertUnwindSafe(|| read(input, length, wanted, most_rows)))
            .unwrap_or_else(|_| Err(damaged("its parts contradict each other")))
    }

    /// Takes the header from its row, or counts the columns where there is none.
    pub(crate) fn with_header(mut self, skip_lines: u32, header: bool) -> Result<Sheet, SourceError> {
        self.next = self.rows.partition_point(|(number, _)| *number <= skip_lines);
        let columns = self.cells.iter().map(|(column, _)| *column as usize + 1).max().unwrap_or(0);
        if self.next >= self.rows.len() {
            return Err(SourceError::Empty);
        }
        if header {
            let mut row = RawRow::default();
            self.fill(self.next, &mut row);
            self.next += 1;
            self.header = (0..columns).map(|column| row.cell(column).written('.')).collect();
        } else {
            self.header = vec![String::new(); columns];
        }
        Ok(self)
    }

    /// The first rows as they stand.
    pub(crate) fn first_rows(&self, most: usize) -> Vec<RawRow> {
        let filled = |index: usize| {
            let mut row = RawRow::default();
            self.fill(index, &mut row);
            row
        };
        (0..self.rows.len().min(most)).map(filled).collect()
    }

    /// The names of the workbook's sheets.
    pub(crate) fn sheets(&self) -> &[String] {
        &self.sheets
    }

    /// The name of this one.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    pub(crate) fn total_rows(&self) -> u64 {
        self.rows.len() as u64
    }

    /// The share of the file's bytes that the rows read so far make up.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.length * self.next as u64 / (self.rows.len() as u64).max(1)
    }

    /// Reads the next row that is not empty; false at the end.
    pub(crate) fn read(&mut self, row: &mut RawRow) -> bool {
        while self.next < self.rows.len() {
            self.fill(self.next, row);
            self.next += 1;
            if !row.is_blank() {
                return true;
            }
        }
        false
    }

    fn fill(&self, index: usize, row: &mut RawRow) {
        let (number, cells) = &self.rows[index];
        row.clear(u64::from(*number));
        let text = |start: u32, end: u32| &self.text[start as usize..end as usize];
        for (column, value) in &self.cells[cells.clone()] {
            let cell = match *value {
                Value::Text(start, end) => Cell::Text(text(start, end)),
                Value::Fault(start, end) => Cell::Fault(text(start, end)),
                Value::Whole(n) => Cell::Whole(n),
                Value::Float(x) => Cell::Float(x),
                Value::Moment(at) => Cell::Moment(Moment(at)),
                Value::Truth(truth) => Cell::Truth(truth),
            };
            row.set(*column as usize, cell);
        }
    }

    fn add(&mut self, row: u32, column: u32, value: DataRef<'_>, is_1904: bool) -> Result<(), SourceError> {
        let value = match value {
            DataRef::Empty => return Ok(()),
            DataRef::String(text) => self.keep(&text),
            DataRef::SharedString(text) => self.keep(text),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => self.keep(&text),
            DataRef::Bool(truth) => Value::Truth(truth),
            DataRef::Int(n) => Value::Whole(n),
            DataRef::Float(x) if x.fract() == 0.0 && x.abs() < 9e15 => Value::Whole(x as i64),
            DataRef::Float(x) => Value::Float(x),
            DataRef::DateTime(at) => {
                let days = at.as_f64();
                match dates::serial(days, is_1904) {
                    _ if at.is_duration() || (0.0..1.0).contains(&days) => {
                        let seconds = (days * 86_400.0).round().clamp(0.0, 1e12) as u64;
                        let clock =
                            format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
                        self.keep(&clock)
                    }
                    Some(civil) => Value::Moment(Moment::of(civil).0),
                    None => Value::Float(days),
                }
            }
            DataRef::Error(fault) => match self.keep(&fault.to_string()) {
                Value::Text(start, end) => Value::Fault(start, end),
                other => other,
            },
        };
        if matches!(value, Value::Text(start, end) if start == end) {
            return Ok(());
        }
        if column as usize >= MOST_COLUMNS {
            return Err(SourceError::too_many_columns(column as usize + 1));
        }
        if self.cells.len() >= MOST_CELLS || self.text.len() > MOST_TEXT {
            let values = [MOST_CELLS.to_string(), MOST_TEXT.to_string()];
            return Err(SourceError::TooLarge { said: Said::new(Saying::SheetTooLarge, values) });
        }
        let at = self.cells.len();
        self.cells.push((column, value));
        match self.rows.last_mut() {
            Some((last, cells)) if *last == row + 1 => cells.end = at + 1,
            _ => self.rows.push((row + 1, at..at + 1)),
        }
        Ok(())
    }

    fn keep(&mut self, text: &str) -> Value {
        let start = self.text.len();
        self.text.push_str(text);
        Value::Text(start as u32, self.text.len() as u32)
    }
}

fn damaged(cause: impl ToString) -> SourceError {
    SourceError::Damaged { format: "xlsx", cause: cause.to_string() }
}

fn read(
    input: Box<dyn Bytes>,
    length: u64,
    wanted: Option<&str>,
    most_rows: usize,
) -> Result<Sheet, SourceError> {
    let mut workbook = Xlsx::new(BufReader::with_capacity(1 << 16, input)).map_err(damaged)?;
    let is_1904 = workbook.has_1904_epoch();
    let all = workbook.sheets_metadata().to_vec();
    let worksheets = all.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).collect::<Vec<_>>();
    let sheets = worksheets.iter().map(|sheet| sheet.name.clone()).collect::<Vec<_>>();
    let tried = match wanted {
        Some(name) if !sheets.iter().any(|sheet| sheet == name) => {
            return Err(SourceError::UnknownSheet { sheet: name.to_string(), existing: sheets });
        }
        Some(name) => vec![name.to_string()],
        None => {
            let visible = worksheets.iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
            visible.map(|sheet| sheet.name.clone()).collect()
        }
    };
    for name in tried {
        let (text, cells, rows, header) = Default::default();
        let mut sheet =
            Sheet { length, sheets: sheets.clone(), name: name.clone(), text, cells, rows, next: 0, header };
        let mut cells = workbook.worksheet_cells_reader(&name).map_err(damaged)?;
        while sheet.rows.len() <= most_rows
            && let Some(cell) = cells.next_cell().map_err(damaged)?
        {
            let (row, column) = cell.get_position();
            sheet.add(row, column, cell.get_value().clone(), is_1904)?;
        }
        if !sheet.rows.is_empty() {
            sheet.rows.truncate(most_rows);
            sheet.rows.sort_by_key(|(number, cells)| (*number, cells.start));
            return Ok(sheet);
        }
    }
    Err(SourceError::Empty)
}
