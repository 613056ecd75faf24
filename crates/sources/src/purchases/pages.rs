//! The text of a Parquet column, read where it lies in its pages.
//!
//! Takes the pages of one column of a row group; gives some thousand rows at a time the place of each value in its page.
//! The library's own reader gives each value as bytes with a share in the page, which is counted up and down twice a value:
//! half of what reading ten million names costs. Takes the two encodings in which nearly all text is written, plain and by a
//! dictionary; of others [`Pages::open`] says nothing, and the library reads them.

use bytes::Bytes;
use parquet::basic::{Encoding, Type as PhysicalType};
use parquet::column::page::{Page, PageReader};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;

/// A column of text in one row group.
pub(super) struct Pages {
    reader: Box<dyn PageReader>,
    max_level: i16,
    dictionary: Values,
    page: Option<Open>,
    /// The values of the rows at hand.
    values: Values,
    numbers: Vec<u32>,
}

/// Where values lie in a buffer: from and to.
#[derive(Default)]
struct Values {
    buffer: Bytes,
    places: Vec<(u32, u32)>,
}

/// A page of which some rows are still to come.
struct Open {
    rows: usize,
    /// Which rows have a value; `None` where all must have one.
    levels: Option<Runs>,
    rest: Rest,
}

enum Rest {
    Plain { buffer: Bytes, at: usize },
    OfDictionary(Runs),
}

fn damaged(cause: &str) -> ParquetError {
    ParquetError::General(cause.to_string())
}

impl Pages {
    /// The text of a column; `None` where it is no text or written in another way.
    pub(super) fn open(
        column: &ColumnChunkMetaData,
        reader: impl FnOnce() -> Result<Box<dyn PageReader>, ParquetError>,
    ) -> Result<Option<Pages>, ParquetError> {
        let described = column.column_descr();
        let is_known = |encoding: Encoding| {
            use Encoding::{PLAIN, RLE, RLE_DICTIONARY};
            #[allow(deprecated)] // Files of before 2015 say it.
            let is_old = encoding == Encoding::PLAIN_DICTIONARY;
            is_old || matches!(encoding, PLAIN | RLE | RLE_DICTIONARY)
        };
        let is_text = described.physical_type() == PhysicalType::BYTE_ARRAY && described.max_rep_level() == 0;
        if !is_text || !column.encodings().all(is_known) {
            return Ok(None);
        }
        Ok(Some(Pages {
            reader: reader()?,
            max_level: described.max_def_level(),
            dictionary: Values::default(),
            page: None,
            values: Values::default(),
            numbers: Vec::new(),
        }))
    }

    /// Rows left of the open page, after opening the next one where none are; zero at the end.
    pub(super) fn at_hand(&mut self) -> Result<usize, ParquetError> {
        loop {
            match &self.page {
                Some(page) if page.rows > 0 => return Ok(page.rows),
                _ => {}
            }
            match self.reader.get_next_page()? {
                None => return Ok(0),
                Some(Page::DictionaryPage { buf, num_values, .. }) => {
                    self.dictionary.list(buf, num_values)?
                }
                Some(page) => self.page = Some(Open::of(page, self.max_level)?),
            }
        }
    }

    /// The next rows, at most so many of one page; how many there are, zero at the end. `levels` are theirs where some may
    /// have no value.
    pub(super) fn refill(&mut self, most: usize, levels: &mut Vec<i16>) -> Result<usize, ParquetError> {
        self.at_hand()?;
        let Some(page) = &mut self.page else { return Ok(0) };
        let rows = page.rows.min(most);
        let mut present = rows;
        if let Some(runs) = &mut page.levels {
            self.numbers.clear();
            runs.take(rows, &mut self.numbers)?;
            levels.extend(self.numbers.iter().map(|level| *level as i16));
            present = levels.iter().filter(|level| **level == self.max_level).count();
        }
        let Values { buffer, places } = &mut self.values;
        places.clear();
        match &mut page.rest {
            Rest::Plain { buffer: of_page, at } => {
                for _ in 0..present {
                    places.push(next_value(of_page, at)?);
                }
                if buffer.as_ptr() != of_page.as_ptr() {
                    *buffer = of_page.clone();
                }
            }
            Rest::OfDictionary(runs) => {
                self.numbers.clear();
                runs.take(present, &mut self.numbers)?;
                let known = &self.dictionary.places;
                for number in &self.numbers {
                    let place = known.get(*number as usize);
                    places.push(*place.ok_or_else(|| damaged("a value is not in its dictionary"))?);
                }
                *buffer = self.dictionary.buffer.clone();
            }
        }
        page.rows -= rows;
        Ok(rows)
    }

    /// How many values the rows at hand have.
    pub(super) fn present(&self) -> usize {
        self.values.places.len()
    }

    /// The value at this place among them.
    #[inline]
    pub(super) fn value(&self, place: usize) -> &[u8] {
        let (from, to) = self.values.places[place];
        &self.values.buffer[from as usize..to as usize]
    }
}

impl Values {
    /// The values of a dictionary's page.
    fn list(&mut self, buffer: Bytes, count: u32) -> Result<(), ParquetError> {
        self.places.clear();
        let mut at = 0;
        for _ in 0..count {
            self.places.push(next_value(&buffer, &mut at)?);
        }
        self.buffer = buffer;
        Ok(())
    }
}

/// Passes a value that stands behind its length in four bytes.
#[inline]
fn next_value(buffer: &[u8], at: &mut usize) -> Result<(u32, u32), ParquetError> {
    let from = *at + 4;
    let length = buffer.get(*at..from).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]));
    match length.and_then(|length| from.checked_add(length as usize)).filter(|to| *to <= buffer.len()) {
        Some(to) if to <= u32::MAX as usize => {
            *at = to;
            Ok((from as u32, to as u32))
        }
        _ => Err(damaged("a page ends within a value")),
    }
}

impl Open {
    fn of(page: Page, max_level: i16) -> Result<Open, ParquetError> {
        let width = u16::BITS - (max_level as u16).leading_zeros();
        let (buffer, rows, encoding, levels, start) = match page {
            Page::DataPage { buf, num_values, encoding, def_level_encoding, .. } => {
                if max_level > 0 && def_level_encoding != Encoding::RLE {
                    return Err(damaged("it tells which rows are empty in a way that is no longer written"));
                }
                let mut at = 0;
                let levels = if max_level > 0 {
                    let (from, to) = next_value(&buf, &mut at)?;
                    Some((from as usize, to as usize))
                } else {
                    None
                };
                (buf, num_values, encoding, levels, at)
            }
            Page::DataPageV2 {
                buf, num_values, encoding, def_levels_byte_len, rep_levels_byte_len, ..
            } => {
                let from = rep_levels_byte_len as usize;
                let start = from + def_levels_byte_len as usize;
                (buf, num_values, encoding, (max_level > 0).then_some((from, start)), start)
            }
            Page::DictionaryPage { .. } => return Err(damaged("a dictionary stands among its values")),
        };
        if start > buffer.len() {
            return Err(damaged("a page is shorter than it says"));
        }
        let levels = levels.map(|(from, to)| Runs::of(buffer.slice(from..to), width));
        let rest = match encoding {
            Encoding::PLAIN => Rest::Plain { buffer, at: start },
            _ => {
                // A page of empty rows alone may be without a width.
                let width = buffer.get(start).copied().map_or(0, u32::from);
                if width > u32::BITS {
                    return Err(damaged("numbers of a dictionary are too wide"));
                }
                Rest::OfDictionary(Runs::of(buffer.slice((start + 1).min(buffer.len())..), width))
            }
        };
        Ok(Open { rows: rows as usize, levels, rest })
    }
}

/// Small numbers in runs: one number many times, or groups of eight side by side, each in `width` bits.
struct Runs {
    bytes: Bytes,
    at: usize,
    width: u32,
    left: usize,
    run: Run,
}

enum Run {
    Same(u32),
    /// The bit where the next one begins.
    Packed(usize),
}

impl Runs {
    fn of(bytes: Bytes, width: u32) -> Runs {
        Runs { bytes, at: 0, width, left: 0, run: Run::Same(0) }
    }

    /// The next `count` numbers.
    fn take(&mut self, mut count: usize, numbers: &mut Vec<u32>) -> Result<(), ParquetError> {
        while count > 0 {
            if self.left == 0 {
                self.next_run()?;
            }
            let taken = count.min(self.left);
            match &mut self.run {
                Run::Same(number) => numbers.extend(std::iter::repeat_n(*number, taken)),
                Run::Packed(bit) => {
                    let end = *bit + taken * self.width as usize;
                    if end.div_ceil(8) > self.bytes.len() {
                        return Err(damaged("a page ends within its numbers"));
                    }
                    let width = self.width as usize;
                    numbers.extend((0..taken).map(|i| bits(&self.bytes, *bit + i * width, self.width)));
                    *bit = end;
                }
            }
            self.left -= taken;
            count -= taken;
        }
        Ok(())
    }

    fn next_run(&mut self) -> Result<(), ParquetError> {
        let ends = || damaged("a page ends before its numbers do");
        let mut header = 0_u64;
        let mut shift = 0;
        loop {
            let byte = *self.bytes.get(self.at).ok_or_else(ends)?;
            self.at += 1;
            header |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                break;
            }
            if shift == 35 {
                return Err(damaged("a run is longer than any page"));
            }
        }
        let length = (header >> 1) as usize;
        if header & 1 == 1 {
            self.left = length * 8;
            self.run = Run::Packed(self.at * 8);
            self.at += length * self.width as usize;
        } else {
            let bytes = self.width.div_ceil(8) as usize;
            let number = self.bytes.get(self.at..self.at + bytes).ok_or_else(ends)?;
            self.run = Run::Same(number.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)));
            self.at += bytes;
            self.left = length;
        }
        if self.left == 0 { Err(damaged("a run of no numbers")) } else { Ok(()) }
    }
}

/// The number in so many bits from one on; the caller has seen that they are there.
#[inline]
fn bits(bytes: &[u8], bit: usize, width: u32) -> u32 {
    let at = bit / 8;
    let word = match bytes.get(at..at + 8) {
        Some(eight) => u64::from_le_bytes(eight.try_into().expect("eight bytes")),
        None => {
            let rest = bytes.get(at..).unwrap_or_default();
            rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
        }
    };
    (word >> (bit % 8)) as u32 & ((1_u64 << width) - 1) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_read_in_parts_of_any_length() {
        // 0 to 7 in three bits each, the example of the format's own description, then 300 times 5.
        let bytes = [0x03, 0b1000_1000, 0b1100_0110, 0b1111_1010, 0xd8, 0x04, 5];
        let all: Vec<u32> = (0..8).chain(std::iter::repeat_n(5, 300)).collect();
        for part in [1, 3, 8, 11, 308] {
            let mut runs = Runs::of(Bytes::copy_from_slice(&bytes), 3);
            let mut numbers = Vec::new();
            while numbers.len() < all.len() {
                runs.take(part.min(all.len() - numbers.len()), &mut numbers).unwrap();
            }
            assert_eq!(numbers, all, "{part}");
            assert!(runs.take(1, &mut numbers).is_err());
        }
    }

    #[test]
    fn numbers_of_every_width_are_unpacked() {
        for width in 1..=32_u32 {
            let all: Vec<u32> = (0..16_u32).map(|i| i.wrapping_mul(0x9e37_79b9) >> (32 - width)).collect();
            let mut bytes = vec![0x05];
            bytes.resize(1 + 2 * width as usize, 0);
            for (i, number) in all.iter().enumerate() {
                for bit in 0..width as usize {
                    let place = i * width as usize + bit;
                    bytes[1 + place / 8] |= ((number >> bit & 1) as u8) << (place % 8);
                }
            }
            let mut numbers = Vec::new();
            Runs::of(Bytes::from(bytes), width).take(16, &mut numbers).unwrap();
            assert_eq!(numbers, all, "{width} bits");
        }
    }

    #[test]
    fn what_ends_too_soon_is_told() {
        for (bytes, width) in [(&[][..], 3), (&[0x03, 1], 3), (&[0x02], 3), (&[0x00, 1], 3), (&[0xff; 9], 3)]
        {
            assert!(
                Runs::of(Bytes::copy_from_slice(bytes), width).take(9, &mut Vec::new()).is_err(),
                "{bytes:?}"
            );
        }
        assert!(next_value(&[5, 0, 0, 0, b'a'], &mut 0).is_err());
        assert!(next_value(&[5, 0, 0], &mut 0).is_err());
        assert!(next_value(&[255, 255, 255, 255, 0], &mut 0).is_err());
    }
}
