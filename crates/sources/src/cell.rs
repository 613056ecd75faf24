//! One row of a file before anything is made of it: cells that are text, or typed where the file has types.

use crate::rejection::RejectionCode;
use crate::said::{Said, Saying};
use ledger::{Day, Moment};

/// The most columns a file may have; an Office workbook has as many.
pub(crate) const MOST_COLUMNS: usize = 16_384;
/// The most bytes one row may have. Longer ones are rejected, not loaded.
pub(crate) const LONGEST_ROW: usize = 1 << 20;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    Empty,
    Text(&'a str),
    Whole(i64),
    Float(f64),
    /// `mantissa / 10^scale`, exact.
    Decimal {
        mantissa: i128,
        scale: u8,
    },
    Moment(Moment),
    Day(Day),
    Truth(bool),
    /// Bytes that are no characters in the file's encoding; the text is our best reading of them.
    Garbled(&'a str),
    /// A sheet's error value such as `#REF!`.
    Fault(&'a str),
}

impl Cell<'_> {
    /// Whether it holds nothing but blanks, or a float that is no number.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Text(text) => text.trim().is_empty(),
            // That is how tables of numbers say "missing".
            Cell::Float(x) => x.is_nan(),
            _ => false,
        }
    }
}

/// Where the row as a whole is out of order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RowFault {
    /// A quote opened in this column is not closed, or closed in the middle of a later line.
    UnterminatedQuote { column: usize },
    /// The row is longer than [`LONGEST_ROW`].
    TooLong { bytes: u64 },
    /// Not a JSON object.
    Json { said: Said },
}

impl RowFault {
    /// What the fault of a row in this line is, for people.
    pub(crate) fn told(&self, line: u64) -> (RejectionCode, Said) {
        match self {
            RowFault::UnterminatedQuote { .. } => {
                let said = Said::new(Saying::UnterminatedQuote, [line.to_string()]);
                (RejectionCode::UnterminatedQuote, said)
            }
            RowFault::TooLong { bytes } => {
                let said = Said::new(Saying::RowTooLong, [bytes.to_string(), LONGEST_ROW.to_string()]);
                (RejectionCode::TooLong, said)
            }
            RowFault::Json { said } => (RejectionCode::InvalidJson, said.clone()),
        }
    }
}

/// A row that is filled again and again: reading a million rows allocates once.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawRow {
    /// As the user's editor or sheet counts, header = 1.
    pub(crate) number: u64,
    pub(crate) fault: Option<RowFault>,
    text: String,
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Debug)]
enum Slot {
    Empty,
    Text(u32, u32),
    Garbled(u32, u32),
    Fault(u32, u32),
    Whole(i64),
    Float(f64),
    Decimal(i128, u8),
    Moment(Moment),
    Day(Day),
    Truth(bool),
}

impl RawRow {
    pub(crate) fn clear(&mut self, number: u64) {
        self.number = number;
        self.fault = None;
        self.text.clear();
        self.slots.clear();
    }

    /// How many cells the row has.
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    /// The cell in this column; empty beyond the row's end.
    pub(crate) fn cell(&self, column: usize) -> Cell<'_> {
        let text = |start: u32, end: u32| &self.text[start as usize..end as usize];
        match self.slots.get(column) {
            None | Some(Slot::Empty) => Cell::Empty,
            Some(&Slot::Text(start, end)) => Cell::Text(text(start, end)),
            Some(&Slot::Garbled(start, end)) => Cell::Garbled(text(start, end)),
            Some(&Slot::Fault(start, end)) => Cell::Fault(text(start, end)),
            Some(&Slot::Whole(n)) => Cell::Whole(n),
            Some(&Slot::Float(x)) => Cell::Float(x),
            Some(&Slot::Decimal(mantissa, scale)) => Cell::Decimal { mantissa, scale },
            Some(&Slot::Moment(at)) => Cell::Moment(at),
            Some(&Slot::Day(day)) => Cell::Day(day),
            Some(&Slot::Truth(truth)) => Cell::Truth(truth),
        }
    }

    /// Drops the cells from this column on.
    pub(crate) fn truncate(&mut self, columns: usize) {
        self.slots.truncate(columns);
    }

    /// Adds a cell at the end.
    pub(crate) fn push(&mut self, cell: Cell<'_>) {
        let slot = self.slot(cell);
        self.slots.push(slot);
    }

    /// Sets the cell in this column, with empty ones before it as needed.
    pub(crate) fn set(&mut self, column: usize, cell: Cell<'_>) {
        let slot = self.slot(cell);
        if self.slots.len() <= column {
            self.slots.resize(column + 1, Slot::Empty);
        }
        self.slots[column] = slot;
    }

    /// Adds all text of a row at once, then its cells as ranges with [`RawRow::push_range`].
    pub(crate) fn put_text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(crate) fn push_range(&mut self, start: usize, end: usize) {
        self.slots.push(if start == end { Slot::Empty } else { Slot::Text(start as u32, end as u32) });
    }

    /// How many bytes of text the row carries.
    pub(crate) fn text_bytes(&self) -> usize {
        self.text.len()
    }

    /// Whether no cell holds anything but blanks.
    pub(crate) fn is_blank(&self) -> bool {
        self.fault.is_none() && (0..self.len()).all(|column| self.cell(column).is_blank())
    }

    fn slot(&mut self, cell: Cell<'_>) -> Slot {
        let mut keep = |text: &str| {
            let start = self.text.len();
            self.text.push_str(text);
            (start as u32, self.text.len() as u32)
        };
        match cell {
            Cell::Empty | Cell::Text("") => Slot::Empty,
            Cell::Text(text) => {
                let (start, end) = keep(text);
                Slot::Text(start, end)
            }
            Cell::Garbled(text) => {
                let (start, end) = keep(text);
                Slot::Garbled(start, end)
            }
            Cell::Fault(text) => {
                let (start, end) = keep(text);
                Slot::Fault(start, end)
            }
            Cell::Whole(n) => Slot::Whole(n),
            Cell::Float(x) => Slot::Float(x),
            Cell::Decimal { mantissa, scale } => Slot::Decimal(mantissa, scale),
            Cell::Moment(at) => Slot::Moment(at),
            Cell::Day(day) => Slot::Day(day),
            Cell::Truth(truth) => Slot::Truth(truth),
        }
    }
}

impl Cell<'_> {
    /// The cell as it would be written in a text file with this decimal mark.
    pub(crate) fn written(&self, decimal: char) -> String {
        match *self {
            Cell::Empty => String::new(),
            Cell::Text(text) | Cell::Garbled(text) | Cell::Fault(text) => text.to_string(),
            Cell::Whole(n) => n.to_string(),
            Cell::Float(x) => with_mark(&float(x), decimal),
            Cell::Decimal { mantissa, scale } => with_mark(&decimal_text(mantissa, scale), decimal),
            Cell::Moment(at) => moment(at),
            Cell::Day(day) => day.civil().map_or_else(|| format!("day {}", day.0), |date| date.to_string()),
            Cell::Truth(truth) => truth.to_string(),
        }
    }
}

fn with_mark(text: &str, decimal: char) -> String {
    if decimal == '.' { text.to_string() } else { text.replace('.', &decimal.to_string()) }
}

/// The shortest decimal that reads back as this number; whole numbers without a point.
fn float(x: f64) -> String {
    if x.is_finite() && (x == 0.0 || (1e-7..1e17).contains(&x.abs())) {
        format!("{x}")
    } else {
        format!("{x:e}")
    }
}

fn decimal_text(mantissa: i128, scale: u8) -> String {
    let digits = format!("{:0>width$}", mantissa.unsigned_abs(), width = usize::from(scale) + 1);
    let (whole, fraction) = digits.split_at(digits.len() - usize::from(scale));
    let sign = if mantissa < 0 { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

fn moment(at: Moment) -> String {
    let Some(civil) = at.civil() else { return format!("second {}", at.0) };
    if at == at.day().start() {
        return civil.date().to_string();
    }
    format!("{} {:02}:{:02}:{:02}", civil.date(), civil.hour(), civil.minute(), civil.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_cells_write_as_a_person_would() {
        assert_eq!(Cell::Float(13085.0).written('.'), "13085");
        assert_eq!(Cell::Float(-2.55).written(','), "-2,55");
        assert_eq!(Cell::Decimal { mantissa: -5, scale: 2 }.written('.'), "-0.05");
        assert_eq!(Cell::Decimal { mantissa: 1234, scale: 0 }.written('.'), "1234");
        assert_eq!(Cell::Moment(Moment(1_259_653_500)).written('.'), "2009-12-01 07:45:00");
        assert_eq!(Cell::Moment(Moment(1_259_625_600)).written('.'), "2009-12-01");
    }

    #[test]
    fn a_row_is_refilled_without_traces_of_the_last() {
        let mut row = RawRow::default();
        row.clear(2);
        row.push(Cell::Text("Lyon"));
        row.set(3, Cell::Whole(7));
        assert_eq!(
            (row.cell(0), row.cell(1), row.cell(3)),
            (Cell::Text("Lyon"), Cell::Empty, Cell::Whole(7))
        );
        row.clear(3);
        assert!(row.is_blank());
        assert_eq!(row.cell(0), Cell::Empty);
    }
}
