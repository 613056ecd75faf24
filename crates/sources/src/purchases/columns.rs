//! Purchases from Parquet: the pages of three columns, whatever else the file holds.

use super::customers::Key;
use super::{
    AfterToday, Customers, Purchase, PurchaseColumns, Purchases, Rules, Unnumbered, doubled, places, problem,
};
use crate::bytes::{Bytes, Shared};
use crate::columnar::{Meaning, guarded, int96_seconds, meaning, shortest};
use crate::error::SourceError;
use crate::format::DateOrder;
use crate::numbers::{self, Decimal};
use crate::rejection::{Problem, RejectionCode};
use crate::said::{Said, Saying, named};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray, Int96};
use parquet::errors::ParquetError;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use std::fmt::Write;

const ROWS_AT_ONCE: usize = 8_192;

pub(super) fn read(
    input: Box<dyn Bytes>,
    columns: &PurchaseColumns,
    each: &mut dyn FnMut(&[Purchase]),
) -> Result<Purchases, SourceError> {
    let input = Shared::new(input).map_err(|error| SourceError::from_read(error, 0))?;
    let file = guarded(|| SerializedFileReader::new(input))?;
    let schema = file.metadata().file_metadata().schema_descr_ptr();
    let header: Vec<String> = schema.columns().iter().map(|column| column.path().parts().join(".")).collect();
    let (customer, date, amount) = places(columns, &header)?;
    let meaning_of = |column: usize| {
        meaning(&schema.column(column)).ok_or_else(|| SourceError::Nested { column: named(&header[column]) })
    };
    let wanted = [Some(customer), Some(date), amount];
    let mut meanings = Vec::new();
    for column in wanted.into_iter().flatten() {
        meanings.push((column, meaning_of(column)?, schema.column(column).max_def_level()));
    }
    // Text in a Parquet file was written by a program: ISO dates and a decimal point unless the caller knows better.
    let rules =
        Rules::new(columns, columns.date_order.unwrap_or(DateOrder::Dmy), columns.decimal.unwrap_or('.'));
    let after_today = AfterToday::of(columns.today);
    let mut purchases = Purchases { notes: doubled(columns, &header), after_today, ..Purchases::default() };
    let mut batch = Batch::default();
    for index in 0..file.num_row_groups() {
        let mut group = guarded(|| {
            let group = file.get_row_group(index)?;
            meanings
                .iter()
                .map(|(column, meaning, level)| {
                    Ok(Column::new(group.get_column_reader(*column)?, *meaning, *level))
                })
                .collect::<Result<Vec<Column>, ParquetError>>()
        })?;
        loop {
            let mut rows = None;
            for column in &mut group {
                let read = guarded(|| column.refill())?;
                if *rows.get_or_insert(read) != read {
                    let cause = "its columns differ in length".to_string();
                    return Err(SourceError::Damaged { format: "parquet", cause });
                }
            }
            let rows = rows.unwrap_or(0);
            if rows == 0 {
                break;
            }
            batch.read(rows, &mut group, &rules, &mut purchases, each);
        }
    }
    if purchases.rows == 0 {
        return Err(SourceError::Empty);
    }
    Ok(purchases)
}

/// One column of a row group, some thousand rows at a time.
struct Column {
    reader: ColumnReader,
    meaning: Meaning,
    max_level: i16,
    levels: Vec<i16>,
    present: Present,
}

/// The values of the rows that have one.
enum Present {
    None,
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Int96(Vec<Int96>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Bytes(Vec<ByteArray>),
    Fixed(Vec<FixedLenByteArray>),
}

/// One value, for the rows that need a closer look.
enum Value<'a> {
    Whole(i64),
    Float(f64),
    Bytes(&'a [u8]),
    Seconds(i64),
}

impl Column {
    fn new(reader: ColumnReader, meaning: Meaning, max_level: i16) -> Column {
        let present = match reader {
            ColumnReader::BoolColumnReader(_) => Present::None,
            ColumnReader::Int32ColumnReader(_) => Present::Int32(Vec::new()),
            ColumnReader::Int64ColumnReader(_) => Present::Int64(Vec::new()),
            ColumnReader::Int96ColumnReader(_) => Present::Int96(Vec::new()),
            ColumnReader::FloatColumnReader(_) => Present::Float(Vec::new()),
            ColumnReader::DoubleColumnReader(_) => Present::Double(Vec::new()),
            ColumnReader::ByteArrayColumnReader(_) => Present::Bytes(Vec::new()),
            ColumnReader::FixedLenByteArrayColumnReader(_) => Present::Fixed(Vec::new()),
        };
        Column { reader, meaning, max_level, levels: Vec::new(), present }
    }

    /// The next rows; how many there are.
    fn refill(&mut self) -> Result<usize, ParquetError> {
        self.levels.clear();
        let levels = &mut self.levels;
        match (&mut self.reader, &mut self.present) {
            (ColumnReader::Int32ColumnReader(reader), Present::Int32(values)) => {
                refill(reader, levels, values)
            }
            (ColumnReader::Int64ColumnReader(reader), Present::Int64(values)) => {
                refill(reader, levels, values)
            }
            (ColumnReader::Int96ColumnReader(reader), Present::Int96(values)) => {
                refill(reader, levels, values)
            }
            (ColumnReader::FloatColumnReader(reader), Present::Float(values)) => {
                refill(reader, levels, values)
            }
            (ColumnReader::DoubleColumnReader(reader), Present::Double(values)) => {
                refill(reader, levels, values)
            }
            (ColumnReader::ByteArrayColumnReader(reader), Present::Bytes(values)) => {
                refill(reader, levels, values)
            }
            (ColumnReader::FixedLenByteArrayColumnReader(reader), Present::Fixed(values)) => {
                refill(reader, levels, values)
            }
            _ => Err(ParquetError::General(
                "a column of true and false is no customer, date or amount".to_string(),
            )),
        }
    }

    fn is_present(&self, row: usize) -> bool {
        self.max_level == 0 || self.levels.get(row).is_some_and(|level| *level == self.max_level)
    }

    /// The bytes at this place among the present ones.
    #[inline]
    fn bytes(&self, place: usize) -> Option<&[u8]> {
        match &self.present {
            Present::Bytes(values) => Some(values[place].data()),
            Present::Fixed(values) => Some(values[place].data()),
            _ => None,
        }
    }

    /// The value at this place among the present ones.
    #[inline]
    fn value(&self, place: usize) -> Value<'_> {
        match &self.present {
            Present::None => Value::Whole(0),
            Present::Int32(values) if self.meaning == Meaning::Unsigned => {
                Value::Whole(i64::from(values[place] as u32))
            }
            Present::Int32(values) => Value::Whole(i64::from(values[place])),
            Present::Int64(values) => Value::Whole(values[place]),
            Present::Int96(values) => Value::Seconds(int96_seconds(&values[place])),
            Present::Float(values) => Value::Float(shortest(values[place])),
            Present::Double(values) => Value::Float(values[place]),
            Present::Bytes(values) => Value::Bytes(values[place].data()),
            Present::Fixed(values) => Value::Bytes(values[place].data()),
        }
    }
}

fn refill<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    levels: &mut Vec<i16>,
    values: &mut Vec<T::T>,
) -> Result<usize, ParquetError> {
    values.clear();
    let (rows, _, _) = reader.read_records(ROWS_AT_ONCE, Some(levels), None, values)?;
    Ok(rows)
}

/// A name on its way to its number: where its text lies.
#[derive(Clone, Copy)]
enum Name {
    /// A number found by its value.
    Plain,
    /// In the batch's own text.
    Written(u32, u32),
    /// In the column, at this place among the present values.
    InColumn(u32),
}

/// The purchases of some thousand rows, their customers not yet numbered.
#[derive(Default)]
struct Batch {
    unnumbered: Unnumbered,
    names: Vec<Name>,
    written: String,
}

impl Batch {
    fn read(
        &mut self,
        rows: usize,
        columns: &mut [Column],
        rules: &Rules,
        told: &mut Purchases,
        each: &mut dyn FnMut(&[Purchase]),
    ) {
        let (customers, dates, amounts) = (&columns[0], &columns[1], columns.get(2));
        let (mut of_customer, mut of_date, mut of_amount) = (0, 0, 0);
        // The header would be row 1 if the file were a sheet.
        let first_row = told.rows + 2;
        for at in 0..rows {
            let step = |column: &Column, place: &mut usize| {
                let is_present = column.is_present(at);
                let here = *place;
                *place += usize::from(is_present);
                is_present.then_some(here)
            };
            let customer = step(customers, &mut of_customer);
            let date = step(dates, &mut of_date);
            let amount = amounts.and_then(|amounts| step(amounts, &mut of_amount));
            let row = first_row + at as u64;
            let Some((key, name)) = customer.and_then(|place| self.key(customers, place)) else {
                told.without_customer += 1;
                continue;
            };
            let day = match date {
                Some(place) => day(dates.value(place), dates.meaning, rules),
                None => Err(rules.missing(&rules.date_column, "")),
            };
            let amount = match (amounts, amount) {
                (None, _) => Ok(0),
                (Some(amounts), Some(place)) => minor(amounts.value(place), amounts.meaning, rules),
                (Some(_), None) => Err(rules.missing(&rules.amount_column, "")),
            };
            match (day, amount) {
                (Ok(day), Ok(amount)) => {
                    self.unnumbered.push(row, key, day, amount);
                    self.names.push(name);
                }
                (Err(fault), _) | (_, Err(fault)) => told.reject(row, fault),
            }
        }
        told.rows += rows as u64;
        self.hand_on(customers, told, each);
    }

    /// How the name at this place will be looked up; `None` for nobody.
    #[inline]
    fn key(&mut self, customers: &Column, place: usize) -> Option<(Key, Name)> {
        let whole = match customers.value(place) {
            Value::Bytes(bytes) if matches!(customers.meaning, Meaning::Text | Meaning::Plain) => {
                let is_somebody = !numbers::names_nobody(bytes);
                return is_somebody.then(|| (Customers::key(bytes), Name::InColumn(place as u32)));
            }
            Value::Whole(whole) if matches!(customers.meaning, Meaning::Plain | Meaning::Unsigned) => whole,
            // A table of numbers turns whole ones into floats when one is missing.
            Value::Float(x) if x.fract() == 0.0 && x.abs() < 1e15 => x as i64,
            Value::Float(x) if x.is_nan() => return None,
            other => {
                let text = text_of(other, customers.meaning);
                return Some(self.write(format_args!("{text}")));
            }
        };
        match u32::try_from(whole).ok().and_then(Key::plain) {
            Some(key) => Some((key, Name::Plain)),
            None if customers.meaning == Meaning::Unsigned => {
                Some(self.write(format_args!("{}", whole as u64)))
            }
            None => Some(self.write(format_args!("{whole}"))),
        }
    }

    fn write(&mut self, name: std::fmt::Arguments<'_>) -> (Key, Name) {
        let from = self.written.len();
        self.written.write_fmt(name).expect("writing to a string does not fail");
        let key = Customers::key(&self.written.as_bytes()[from..]);
        (key, Name::Written(from as u32, self.written.len() as u32))
    }

    /// Numbers the customers and gives the batch away.
    fn hand_on(&mut self, customers: &Column, told: &mut Purchases, each: &mut dyn FnMut(&[Purchase])) {
        let (names, written) = (&self.names, self.written.as_bytes());
        let name = |at: usize| match names[at] {
            Name::Plain => None,
            Name::Written(from, to) => Some(&written[from as usize..to as usize]),
            Name::InColumn(place) => customers.bytes(place as usize),
        };
        told.hand_on(&mut self.unnumbered, name, each);
        self.names.clear();
        self.written.clear();
    }
}

/// The day that a value names.
#[inline]
fn day(value: Value<'_>, meaning: Meaning, rules: &Rules) -> Result<i32, Box<Problem>> {
    match (value, meaning) {
        (Value::Whole(days), Meaning::Day) => rules.checked_day(days),
        (Value::Whole(moment), Meaning::Timestamp { ticks }) => {
            rules.checked_day(moment.div_euclid(ticks * 86_400))
        }
        (Value::Seconds(seconds), _) => rules.checked_day(seconds.div_euclid(86_400)),
        (Value::Bytes(text), Meaning::Text) => rules.day(text),
        (value, meaning) => rules.day(text_of(value, meaning).as_bytes()),
    }
}

/// The amount that a value names, in ten-thousandths.
#[inline]
fn minor(value: Value<'_>, meaning: Meaning, rules: &Rules) -> Result<i64, Box<Problem>> {
    let exact = match (&value, meaning) {
        (Value::Whole(mantissa), Meaning::Decimal { scale }) => {
            Some(Decimal { mantissa: i128::from(*mantissa), scale: u32::from(scale) })
        }
        (Value::Whole(whole), Meaning::Plain | Meaning::Unsigned) => Some(Decimal::whole(*whole)),
        (Value::Float(x), _) => {
            // The bound keeps every integer exact; most amounts have at most four decimals and end here.
            let ten_thousandths = (x * 1e4).round();
            if ten_thousandths.abs() < 1e15 && ten_thousandths / 1e4 == *x {
                return Ok(ten_thousandths as i64);
            }
            if x.is_nan() {
                return Err(rules.missing(&rules.amount_column, "NaN"));
            }
            if x.is_infinite() {
                return Err(rules.no_amount(&x.to_string()));
            }
            Decimal::of_float(*x)
        }
        (Value::Bytes(bytes), Meaning::Decimal { scale }) if bytes.len() <= 16 => {
            let sign = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { -1_i128 } else { 0 };
            let mantissa = bytes.iter().fold(sign, |number, byte| number << 8 | i128::from(*byte));
            Some(Decimal { mantissa, scale: u32::from(scale) })
        }
        (Value::Bytes(text), Meaning::Text) => return rules.amount(text),
        _ => return rules.amount(text_of(value, meaning).as_bytes()),
    };
    match exact.and_then(|exact| exact.rounded(super::AMOUNT_DIGITS)) {
        Some(amount) => Ok(amount),
        None => rules.exact_amount(None, &text_of(value, meaning)),
    }
}

/// A value as text, for messages and for columns of an unexpected type.
#[cold]
fn text_of(value: Value<'_>, meaning: Meaning) -> String {
    match value {
        Value::Whole(days) if meaning == Meaning::Day => civil(days.saturating_mul(86_400)),
        Value::Whole(moment) => match meaning {
            Meaning::Timestamp { ticks } => civil(moment.div_euclid(ticks)),
            Meaning::Unsigned => (moment as u64).to_string(),
            Meaning::Decimal { scale } => (moment as f64 / 10_f64.powi(i32::from(scale))).to_string(),
            _ => moment.to_string(),
        },
        Value::Seconds(seconds) => civil(seconds),
        Value::Float(x) => x.to_string(),
        Value::Bytes(bytes) if matches!(meaning, Meaning::Text | Meaning::Plain) => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        Value::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

fn civil(seconds: i64) -> String {
    ledger::Moment(seconds).civil().map_or_else(|| seconds.to_string(), |at| at.to_string())
}

impl Rules {
    /// A day within the years that are read.
    #[inline]
    pub(super) fn checked_day(&self, day: i64) -> Result<i32, Box<Problem>> {
        self.days.within(day).ok_or_else(|| {
            let said = Said::new(Saying::DateBeyondRange, [civil(day.saturating_mul(86_400))]);
            problem(&self.date_column, RejectionCode::InvalidDate, said)
        })
    }
}
