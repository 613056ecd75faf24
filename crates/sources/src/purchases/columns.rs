//! Purchases from Parquet: the pages of three columns, whatever else the file holds.

use super::customers::Key;
use super::pages::Pages;
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
use parquet::file::reader::{FileReader, RowGroupReader};
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
                .map(|(column, meaning, level)| Column::open(&*group, *column, *meaning, *level))
                .collect::<Result<Vec<Column>, ParquetError>>()
        })?;
        loop {
            // As many as all have at hand; where one is at its end the others must be, too.
            let mut most = ROWS_AT_ONCE;
            for column in &mut group {
                most = most.min(guarded(|| column.at_hand())?);
            }
            let most = if most == 0 { ROWS_AT_ONCE } else { most };
            let mut rows = None;
            for column in &mut group {
                let read = guarded(|| column.refill(most))?;
                if *rows.get_or_insert(read) != read {
                    let cause = "its columns differ in length".to_string();
                    return Err(SourceError::Damaged { format: "parquet", cause });
                }
            }
            let rows = rows.unwrap_or(0);
            if rows == 0 {
                break;
            }
            batch.read(rows, &group, &rules, &mut purchases, each);
        }
    }
    if purchases.rows == 0 {
        return Err(SourceError::Empty);
    }
    Ok(purchases)
}

/// One column of a row group, some thousand rows at a time.
struct Column {
    /// `None` for text that is read from its pages.
    reader: Option<ColumnReader>,
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
    Pages(Box<Pages>),
}

/// One value, for the rows that need a closer look.
enum Value<'a> {
    Whole(i64),
    Float(f64),
    Bytes(&'a [u8]),
    Seconds(i64),
}

impl Column {
    fn open(
        group: &dyn RowGroupReader,
        column: usize,
        meaning: Meaning,
        max_level: i16,
    ) -> Result<Column, ParquetError> {
        let pages = Pages::open(group.metadata().column(column), || group.get_column_page_reader(column))?;
        if let Some(pages) = pages {
            let present = Present::Pages(Box::new(pages));
            return Ok(Column { reader: None, meaning, max_level, levels: Vec::new(), present });
        }
        let reader = group.get_column_reader(column)?;
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
        Ok(Column { reader: Some(reader), meaning, max_level, levels: Vec::new(), present })
    }

    /// How many rows it can give at once.
    fn at_hand(&mut self) -> Result<usize, ParquetError> {
        match &mut self.present {
            Present::Pages(pages) => pages.at_hand(),
            _ => Ok(ROWS_AT_ONCE),
        }
    }

    /// The next rows, at most so many; how many there are.
    fn refill(&mut self, most: usize) -> Result<usize, ParquetError> {
        self.levels.clear();
        let levels = &mut self.levels;
        let reader = match (&mut self.reader, &mut self.present) {
            (_, Present::Pages(pages)) => return pages.refill(most, levels),
            (Some(reader), _) => reader,
            (None, _) => return Ok(0),
        };
        match (reader, &mut self.present) {
            (ColumnReader::Int32ColumnReader(reader), Present::Int32(values)) => {
                refill(reader, most, levels, values)
            }
            (ColumnReader::Int64ColumnReader(reader), Present::Int64(values)) => {
                refill(reader, most, levels, values)
            }
            (ColumnReader::Int96ColumnReader(reader), Present::Int96(values)) => {
                refill(reader, most, levels, values)
            }
            (ColumnReader::FloatColumnReader(reader), Present::Float(values)) => {
                refill(reader, most, levels, values)
            }
            (ColumnReader::DoubleColumnReader(reader), Present::Double(values)) => {
                refill(reader, most, levels, values)
            }
            (ColumnReader::ByteArrayColumnReader(reader), Present::Bytes(values)) => {
                refill(reader, most, levels, values)
            }
            (ColumnReader::FixedLenByteArrayColumnReader(reader), Present::Fixed(values)) => {
                refill(reader, most, levels, values)
            }
            _ => Err(ParquetError::General(
                "a column of true and false is no customer, date or amount".to_string(),
            )),
        }
    }

    /// How many of the rows have a value.
    fn values(&self) -> usize {
        match &self.present {
            Present::None => 0,
            Present::Int32(values) => values.len(),
            Present::Int64(values) => values.len(),
            Present::Int96(values) => values.len(),
            Present::Float(values) => values.len(),
            Present::Double(values) => values.len(),
            Present::Bytes(values) => values.len(),
            Present::Fixed(values) => values.len(),
            Present::Pages(pages) => pages.present(),
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
            Present::Pages(pages) => Some(pages.value(place)),
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
            Present::Pages(pages) => Value::Bytes(pages.value(place)),
        }
    }
}

fn refill<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    most: usize,
    levels: &mut Vec<i16>,
    values: &mut Vec<T::T>,
) -> Result<usize, ParquetError> {
    values.clear();
    let (rows, _, _) = reader.read_records(most, Some(levels), None, values)?;
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
    at_once: AtOnce,
}

/// Rows that need no closer look, column by column.
#[derive(Default)]
struct AtOnce {
    plain: Vec<u32>,
    keys: Vec<Key>,
    customers: Vec<u32>,
    days: Vec<i32>,
    amounts: Vec<i64>,
    purchases: Vec<Purchase>,
}

impl AtOnce {
    /// Takes the rows where all have a customer, a day and an amount that can be read; false where one has not, and then no
    /// row counts.
    fn read(&mut self, rows: usize, columns: &[Column], rules: &Rules, told: &mut Purchases) -> bool {
        let (customers, dates, amounts) = (&columns[0], &columns[1], columns.get(2));
        columns.iter().all(|column| column.values() == rows)
            && self.keys(customers, &mut told.customers)
            && self.days(dates, rules)
            && self.amounts(rows, amounts, rules)
            && self.number(customers, told)
    }

    /// How the customers are looked up: by their numbers, or by keys.
    fn keys(&mut self, customers: &Column, known: &mut Customers) -> bool {
        self.plain.clear();
        self.keys.clear();
        if !matches!(customers.meaning, Meaning::Plain | Meaning::Unsigned | Meaning::Text) {
            return false;
        }
        let place = |number: i64| Customers::plain(number).unwrap_or(u32::MAX);
        match &customers.present {
            Present::Int32(values) => self.plain.extend(values.iter().map(|number| place((*number).into()))),
            Present::Int64(values) => self.plain.extend(values.iter().map(|number| place(*number))),
            _ => {
                for at in 0..customers.values() {
                    match customers.bytes(at) {
                        Some(name) if !numbers::names_nobody(name) => self.keys.push(known.key(name)),
                        _ => return false,
                    }
                }
            }
        }
        self.plain.iter().fold(0, |most, number| most.max(*number)) < u32::MAX
    }

    fn days(&mut self, dates: &Column, rules: &Rules) -> bool {
        self.days.clear();
        match (&dates.present, dates.meaning) {
            (Present::Int32(days), Meaning::Day) => {
                self.days.extend_from_slice(days);
                let (first, last) = (days.iter().min(), days.iter().max());
                [first, last].into_iter().flatten().all(|day| rules.days.within(i64::from(*day)).is_some())
            }
            (_, meaning) => (0..dates.values()).all(|place| {
                let day = day(dates.value(place), meaning, rules);
                day.map(|day| self.days.push(day)).is_ok()
            }),
        }
    }

    fn amounts(&mut self, rows: usize, amounts: Option<&Column>, rules: &Rules) -> bool {
        self.amounts.clear();
        let Some(amounts) = amounts else {
            self.amounts.resize(rows, 0);
            return true;
        };
        match &amounts.present {
            Present::Double(values) => {
                let mut all = true;
                self.amounts.extend(values.iter().map(|x| {
                    let amount = ten_thousandths(*x);
                    all &= amount.is_some();
                    amount.unwrap_or(0)
                }));
                all
            }
            _ => (0..rows).all(|place| {
                let amount = minor(amounts.value(place), amounts.meaning, rules);
                amount.map(|amount| self.amounts.push(amount)).is_ok()
            }),
        }
    }

    fn number(&mut self, customers: &Column, told: &mut Purchases) -> bool {
        self.customers.clear();
        if self.keys.is_empty() {
            return told.customers.number_plain(&self.plain, &mut self.customers);
        }
        let mut all = true;
        told.customers.number_all(
            &self.keys,
            |at| customers.bytes(at),
            |_, number| {
                all &= number.is_some();
                self.customers.extend(number);
            },
        );
        all
    }

    /// Gives the rows away.
    fn hand_on(&mut self, told: &mut Purchases, each: &mut dyn FnMut(&[Purchase])) {
        let first_row = told.rows + 2;
        self.purchases.clear();
        let rows = self.customers.iter().zip(&self.days).zip(&self.amounts);
        self.purchases.extend(rows.map(|((customer, day), amount)| Purchase {
            customer: *customer,
            day: *day,
            amount: *amount,
        }));
        let rows = self.purchases.len() as u64;
        told.rows += rows;
        told.purchases += rows;
        told.see_days(&self.purchases, |at| first_row + at as u64);
        each(&self.purchases);
    }
}

impl Batch {
    fn read(
        &mut self,
        rows: usize,
        columns: &[Column],
        rules: &Rules,
        told: &mut Purchases,
        each: &mut dyn FnMut(&[Purchase]),
    ) {
        if self.at_once.read(rows, columns, rules, told) {
            return self.at_once.hand_on(told, each);
        }
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
            let Some((key, name)) =
                customer.and_then(|place| self.key(customers, place, &mut told.customers))
            else {
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
    fn key(&mut self, customers: &Column, place: usize, known: &mut Customers) -> Option<(Key, Name)> {
        let whole = match customers.value(place) {
            Value::Bytes(bytes) if matches!(customers.meaning, Meaning::Text | Meaning::Plain) => {
                let is_somebody = !numbers::names_nobody(bytes);
                return is_somebody.then(|| (known.key(bytes), Name::InColumn(place as u32)));
            }
            Value::Whole(whole) if matches!(customers.meaning, Meaning::Plain | Meaning::Unsigned) => whole,
            // A table of numbers turns whole ones into floats when one is missing.
            Value::Float(x) if x.fract() == 0.0 && x.abs() < 1e15 => x as i64,
            Value::Float(x) if x.is_nan() => return None,
            other => {
                let text = text_of(other, customers.meaning);
                return Some(self.write(format_args!("{text}"), known));
            }
        };
        match u32::try_from(whole).ok().and_then(Key::plain) {
            Some(key) => Some((key, Name::Plain)),
            None if customers.meaning == Meaning::Unsigned => {
                Some(self.write(format_args!("{}", whole as u64), known))
            }
            None => Some(self.write(format_args!("{whole}"), known)),
        }
    }

    fn write(&mut self, name: std::fmt::Arguments<'_>, known: &mut Customers) -> (Key, Name) {
        let from = self.written.len();
        self.written.write_fmt(name).expect("writing to a string does not fail");
        let key = known.key(&self.written.as_bytes()[from..]);
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
            if let Some(amount) = ten_thousandths(*x) {
                return Ok(amount);
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

/// A number of at most four decimals in ten-thousandths: nearly every amount.
#[inline]
fn ten_thousandths(x: f64) -> Option<i64> {
    // The bound keeps every whole number exact, and only the right one gives the number back.
    let moved = x * 1e4;
    let whole = (moved + 0.5_f64.copysign(moved)) as i64;
    (moved.abs() < 1e15 && whole as f64 / 1e4 == x).then_some(whole)
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
