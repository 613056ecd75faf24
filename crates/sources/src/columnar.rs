//! Rows of a Parquet file, a few thousand at a time, with the types the file gives.
//!
//! Nested fields become columns with dotted names; repeated ones (lists, maps) have no place in a row and are left
//! out. Timestamps are read as the wall clock they show; those adjusted to UTC show UTC.

use crate::bytes::{Bytes, Shared, SharedReader};
use crate::cell::{Cell, MOST_COLUMNS, RawRow};
use crate::error::SourceError;
use ledger::{Day, Moment};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as PhysicalType};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray, Int96};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, Length};
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::schema::types::ColumnDescriptor;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};

const ROWS_AT_ONCE: usize = 2_048;
/// Up to this much may come out of a column's chunk; beyond it the ratio counts. A column of one value over and over
/// packs well, so this is generous; a page is never unpacked before its chunk passed.
const ALWAYS_FINE: u64 = 256 << 20;
const LARGEST_RATIO: u64 = 1_000;

/// Whether the bytes begin as Parquet does.
pub(crate) fn is_parquet(head: &[u8]) -> bool {
    head.starts_with(b"PAR1")
}

/// The rows of a Parquet file.
pub(crate) struct Columnar {
    file: SerializedFileReader<Shared>,
    length: u64,
    /// The leaf columns that are read, with what their values mean.
    leaves: Vec<(usize, Meaning)>,
    header: Vec<String>,
    /// Columns that cannot stand in a row.
    left_out: Vec<String>,
    total_rows: u64,
    rows_read: u64,
    next_group: usize,
    group: Option<Group>,
}

/// The row group being read.
struct Group {
    columns: Vec<(ColumnReader, Values)>,
    rows_left: u64,
    in_batch: usize,
    at: usize,
}

/// What a column's stored values mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Meaning {
    Plain,
    Text,
    Unsigned,
    Decimal {
        scale: u8,
    },
    Day,
    /// Ticks a second.
    Timestamp {
        ticks: i64,
    },
    /// Ticks a second since midnight.
    TimeOfDay {
        ticks: i64,
    },
    Half,
    Uuid,
}

/// Some thousand values of one column.
struct Values {
    max_level: i16,
    levels: Vec<i16>,
    /// Index of the next present value.
    next: usize,
    present: Present,
}

enum Present {
    Bool(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Int96(Vec<Int96>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Bytes(Vec<ByteArray>),
    Fixed(Vec<FixedLenByteArray>),
}

impl Length for Shared {
    fn len(&self) -> u64 {
        self.length()
    }
}

impl ChunkReader for Shared {
    type T = BufReader<SharedReader>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::new(self.reader().starting_at(start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<::bytes::Bytes, ParquetError> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.length()) {
            return Err(ParquetError::EOF(format!("{length} bytes at {start} lie beyond the end")));
        }
        let mut buffer = vec![0; length];
        let read =
            self.read_at(start, &mut buffer).map_err(|error| ParquetError::External(Box::new(error)))?;
        buffer.truncate(read);
        Ok(buffer.into())
    }
}

/// What the reader says of a broken file. It may panic on some; that stays inside, as one more way to say "damaged".
pub(crate) fn guarded<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, SourceError> {
    let damaged = |cause: String| SourceError::Damaged { format: "parquet", cause };
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(ParquetError::External(error))) => match error.downcast::<std::io::Error>() {
            Ok(error) => Err(SourceError::from_read(*error, 0)),
            Err(error) => Err(damaged(error.to_string())),
        },
        Ok(Err(error)) => Err(damaged(error.to_string())),
        Err(_) => Err(damaged("its pages contradict each other".to_string())),
    }
}

impl Columnar {
    pub(crate) fn open(input: Box<dyn Bytes>) -> Result<Columnar, SourceError> {
        let input = Shared::new(input).map_err(|error| SourceError::from_read(error, 0))?;
        let length = input.length();
        let file = guarded(|| SerializedFileReader::new(input))?;
        let metadata = file.metadata();
        let schema = metadata.file_metadata().schema_descr();
        if schema.num_columns() > MOST_COLUMNS {
            return Err(SourceError::too_many_columns(schema.num_columns()));
        }
        let mut leaves = Vec::new();
        let mut header = Vec::new();
        let mut left_out = Vec::new();
        for (leaf, column) in schema.columns().iter().enumerate() {
            let name = column.path().parts().join(".");
            match meaning(column) {
                Some(meaning) => {
                    leaves.push((leaf, meaning));
                    header.push(name);
                }
                None => left_out.push(name),
            }
        }
        let total_rows = metadata.row_groups().iter().map(|group| group.num_rows().max(0) as u64).sum();
        let (rows_read, next_group) = (0, 0);
        Ok(Columnar {
            file,
            length,
            leaves,
            header,
            left_out,
            total_rows,
            rows_read,
            next_group,
            group: None,
        })
    }

    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// Columns that hold lists or unknown types and cannot stand in a row.
    pub(crate) fn left_out(&self) -> &[String] {
        &self.left_out
    }

    pub(crate) fn total_rows(&self) -> u64 {
        self.total_rows
    }

    /// The share of the file's bytes that the rows read so far make up.
    pub(crate) fn bytes_read(&self) -> u64 {
        let share = u128::from(self.length) * u128::from(self.rows_read) / u128::from(self.total_rows.max(1));
        (share as u64).min(self.length)
    }

    /// Passes over rows, whole row groups at once where it can.
    pub(crate) fn skip(&mut self, rows: u64) -> Result<(), SourceError> {
        let mut left = rows;
        while left > 0 {
            if self.group.is_none() {
                let Some(group) = self.file.metadata().row_groups().get(self.next_group) else {
                    return Ok(());
                };
                let here = group.num_rows().max(0) as u64;
                if here <= left {
                    self.next_group += 1;
                    self.rows_read += here;
                    left -= here;
                    continue;
                }
            }
            let mut row = RawRow::default();
            if !self.read(&mut row)? {
                return Ok(());
            }
            left -= 1;
        }
        Ok(())
    }

    /// Reads the next row; false at the end.
    pub(crate) fn read(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
        loop {
            let Some(group) = &mut self.group else {
                if self.next_group >= self.file.num_row_groups() {
                    return Ok(false);
                }
                self.group = Some(self.open_group(self.next_group)?);
                self.next_group += 1;
                continue;
            };
            if group.at == group.in_batch {
                if group.rows_left == 0 {
                    self.group = None;
                    continue;
                }
                fill(group)?;
            }
            // The header would be row 1 if the file were a sheet.
            row.clear(self.rows_read + 2);
            for ((_, values), (_, meaning)) in group.columns.iter_mut().zip(&self.leaves) {
                values.push_next(group.at, *meaning, row);
            }
            group.at += 1;
            self.rows_read += 1;
            return Ok(true);
        }
    }

    fn open_group(&self, index: usize) -> Result<Group, SourceError> {
        for column in self.file.metadata().row_group(index).columns() {
            let size = |bytes: i64| u64::try_from(bytes).unwrap_or(0);
            let (packed, unpacked) = (size(column.compressed_size()), size(column.uncompressed_size()));
            if unpacked > ALWAYS_FINE && unpacked / LARGEST_RATIO > packed {
                return Err(SourceError::Bomb { format: "parquet", packed, unpacked });
            }
        }
        let schema = self.file.metadata().file_metadata().schema_descr_ptr();
        guarded(|| {
            let group = self.file.get_row_group(index)?;
            let mut columns = Vec::with_capacity(self.leaves.len());
            for (leaf, _) in &self.leaves {
                let reader = group.get_column_reader(*leaf)?;
                let values = Values::of(&reader, schema.column(*leaf).max_def_level());
                columns.push((reader, values));
            }
            let rows_left = group.metadata().num_rows().max(0) as u64;
            Ok(Group { columns, rows_left, in_batch: 0, at: 0 })
        })
    }
}

/// What a column's values mean; `None` where they cannot stand in a cell.
pub(crate) fn meaning(column: &ColumnDescriptor) -> Option<Meaning> {
    if column.max_rep_level() > 0 {
        return None;
    }
    let ticks = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    };
    let by_logical_type = match column.logical_type_ref() {
        Some(LogicalType::String | LogicalType::Enum | LogicalType::Json) => Some(Meaning::Text),
        Some(LogicalType::Decimal(decimal)) => {
            Some(Meaning::Decimal { scale: u8::try_from(decimal.scale).ok()? })
        }
        Some(LogicalType::Date) => Some(Meaning::Day),
        Some(LogicalType::Timestamp(timestamp)) => Some(Meaning::Timestamp { ticks: ticks(&timestamp.unit) }),
        Some(LogicalType::Time(time)) => Some(Meaning::TimeOfDay { ticks: ticks(&time.unit) }),
        Some(LogicalType::Integer(integer)) => {
            Some(if integer.is_signed { Meaning::Plain } else { Meaning::Unsigned })
        }
        Some(LogicalType::Uuid) => Some(Meaning::Uuid),
        Some(LogicalType::Float16) => Some(Meaning::Half),
        Some(LogicalType::Unknown) | None => None,
        Some(_) => return None,
    };
    let by_converted_type = || match column.converted_type() {
        ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON => Some(Meaning::Text),
        ConvertedType::DECIMAL => Some(Meaning::Decimal { scale: u8::try_from(column.type_scale()).ok()? }),
        ConvertedType::DATE => Some(Meaning::Day),
        ConvertedType::TIMESTAMP_MILLIS => Some(Meaning::Timestamp { ticks: 1_000 }),
        ConvertedType::TIMESTAMP_MICROS => Some(Meaning::Timestamp { ticks: 1_000_000 }),
        ConvertedType::TIME_MILLIS => Some(Meaning::TimeOfDay { ticks: 1_000 }),
        ConvertedType::TIME_MICROS => Some(Meaning::TimeOfDay { ticks: 1_000_000 }),
        ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64 => {
            Some(Meaning::Unsigned)
        }
        _ => None,
    };
    let by_physical_type = || match column.physical_type() {
        // Old writers leave text unmarked; bytes that are no text show themselves when read.
        PhysicalType::BYTE_ARRAY | PhysicalType::FIXED_LEN_BYTE_ARRAY => Meaning::Text,
        _ => Meaning::Plain,
    };
    Some(by_logical_type.or_else(by_converted_type).unwrap_or_else(by_physical_type))
}

/// Reads the next rows of every column of the group.
fn fill(group: &mut Group) -> Result<(), SourceError> {
    let most = usize::try_from(group.rows_left).unwrap_or(usize::MAX).min(ROWS_AT_ONCE);
    let mut in_batch = None;
    for (reader, values) in &mut group.columns {
        let read = guarded(|| values.refill(reader, most))?;
        if *in_batch.get_or_insert(read) != read {
            let cause = "its columns differ in length".to_string();
            return Err(SourceError::Damaged { format: "parquet", cause });
        }
    }
    let in_batch = in_batch.unwrap_or(0);
    if in_batch == 0 {
        let cause = format!("{} rows are missing at the end of a row group", group.rows_left);
        return Err(SourceError::Damaged { format: "parquet", cause });
    }
    group.rows_left -= in_batch as u64;
    group.in_batch = in_batch;
    group.at = 0;
    Ok(())
}

impl Values {
    fn of(reader: &ColumnReader, max_level: i16) -> Values {
        let present = match reader {
            ColumnReader::BoolColumnReader(_) => Present::Bool(Vec::new()),
            ColumnReader::Int32ColumnReader(_) => Present::Int32(Vec::new()),
            ColumnReader::Int64ColumnReader(_) => Present::Int64(Vec::new()),
            ColumnReader::Int96ColumnReader(_) => Present::Int96(Vec::new()),
            ColumnReader::FloatColumnReader(_) => Present::Float(Vec::new()),
            ColumnReader::DoubleColumnReader(_) => Present::Double(Vec::new()),
            ColumnReader::ByteArrayColumnReader(_) => Present::Bytes(Vec::new()),
            ColumnReader::FixedLenByteArrayColumnReader(_) => Present::Fixed(Vec::new()),
        };
        Values { max_level, levels: Vec::new(), next: 0, present }
    }

    fn refill(&mut self, reader: &mut ColumnReader, most: usize) -> Result<usize, ParquetError> {
        self.next = 0;
        self.levels.clear();
        let levels = &mut self.levels;
        match (reader, &mut self.present) {
            (ColumnReader::BoolColumnReader(reader), Present::Bool(values)) => {
                refill(reader, most, levels, values)
            }
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
            _ => Err(ParquetError::General("a column changes its type".to_string())),
        }
    }

    /// Adds the value of row `at` of the batch to `row`.
    fn push_next(&mut self, at: usize, meaning: Meaning, row: &mut RawRow) {
        let is_null = self.max_level > 0 && self.levels.get(at).is_none_or(|level| *level < self.max_level);
        if is_null {
            return row.push(Cell::Empty);
        }
        let next = self.next;
        self.next += 1;
        match &self.present {
            Present::Bool(values) => row.push(Cell::Truth(values[next])),
            Present::Int32(values) => {
                push_whole(i64::from(values[next]), i64::from(values[next] as u32), meaning, row)
            }
            Present::Int64(values) => push_whole(values[next], values[next], meaning, row),
            Present::Int96(values) => row.push(Cell::Moment(Moment(int96_seconds(&values[next])))),
            Present::Float(values) => row.push(Cell::Float(shortest(values[next]))),
            Present::Double(values) => row.push(Cell::Float(values[next])),
            Present::Bytes(values) => push_bytes(values[next].data(), meaning, row),
            Present::Fixed(values) => push_bytes(values[next].data(), meaning, row),
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

fn push_whole(signed: i64, unsigned: i64, meaning: Meaning, row: &mut RawRow) {
    let per_day = |ticks: i64| signed.div_euclid(ticks);
    row.push(match meaning {
        Meaning::Decimal { scale } => Cell::Decimal { mantissa: i128::from(signed), scale },
        Meaning::Day => i32::try_from(signed).map_or(Cell::Whole(signed), |day| Cell::Day(Day(day))),
        Meaning::Timestamp { ticks } => Cell::Moment(Moment(per_day(ticks))),
        Meaning::TimeOfDay { ticks } => {
            let second = per_day(ticks);
            let text = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
            return row.push(Cell::Text(&text));
        }
        // Unsigned numbers beyond 2^63 are kept as the digits they are.
        Meaning::Unsigned if unsigned < 0 => return row.push(Cell::Text(&(unsigned as u64).to_string())),
        Meaning::Unsigned => Cell::Whole(unsigned),
        _ => Cell::Whole(signed),
    });
}

/// The double whose shortest decimal is that of the single: 0.1 stays 0.1.
pub(crate) fn shortest(x: f32) -> f64 {
    if x.is_finite() { format!("{x:e}").parse().unwrap_or(f64::from(x)) } else { f64::from(x) }
}

fn push_bytes(bytes: &[u8], meaning: Meaning, row: &mut RawRow) {
    match meaning {
        Meaning::Decimal { scale } if bytes.len() <= 16 => {
            let sign = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { -1i128 } else { 0 };
            let mantissa = bytes.iter().fold(sign, |number, byte| (number << 8) | i128::from(*byte));
            row.push(Cell::Decimal { mantissa, scale });
        }
        Meaning::Uuid if bytes.len() == 16 => {
            let hex = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
            row.push(Cell::Text(&parts.join("-")));
        }
        Meaning::Half if bytes.len() == 2 => {
            row.push(Cell::Float(half(u16::from_le_bytes([bytes[0], bytes[1]]))));
        }
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => row.push(Cell::Text(text)),
            Err(_) => row.push(Cell::Garbled(&String::from_utf8_lossy(bytes))),
        },
    }
}

/// An IEEE 754 half-precision number.
fn half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 != 0 { -1.0 } else { 1.0 };
    let fraction = f64::from(bits & 0x3ff);
    match (bits >> 10) & 0x1f {
        0 => sign * fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN,
        exponent => sign * (1.0 + fraction / 1024.0) * 2f64.powi(i32::from(exponent) - 15),
    }
}

/// Days of the Julian calendar and nanoseconds of the day, as the first Hadoop tools wrote times.
pub(crate) fn int96_seconds(value: &Int96) -> i64 {
    const JULIAN_DAY_OF_EPOCH: i64 = 2_440_588;
    let data = value.data();
    let nanoseconds = (u64::from(data[1]) << 32 | u64::from(data[0])) as i64;
    (i64::from(data[2]) - JULIAN_DAY_OF_EPOCH) * 86_400 + nanoseconds.div_euclid(1_000_000_000)
}
