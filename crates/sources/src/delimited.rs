//! Rows of CSV and TSV text as it streams: quotes, lines as an editor counts them, and limits.
//!
//! A quote that is never closed does not swallow the rest of the file: the row it opens in is told as faulty and
//! reading goes on at the next line. A line longer than a row may be is passed over without being held.

use crate::bytes::Tally;
use crate::cell::{Cell, LONGEST_ROW, MOST_COLUMNS, RawRow, RowFault};
use crate::error::SourceError;
use crate::format::Format;
use crate::said::{Said, Saying};
use crate::window::Window;
use encoding_rs::WINDOWS_1252;
use memchr::{memchr, memchr_iter, memchr2, memrchr};
use std::io::Read;

/// The rows of a delimited text.
pub(crate) struct Delimited {
    window: Window,
    delimiter: u8,
    quote: Option<u8>,
    line_end: u8,
    /// Number of the line in front, from 1.
    line: u64,
    /// A row read while looking for the header that is a row of data.
    pending: Option<RawRow>,
    header: Vec<String>,
}

/// Lines that can be split at every delimiter.
pub(crate) struct PlainLines<'a> {
    pub(crate) bytes: &'a [u8],
    /// Number of the first of them.
    pub(crate) first_line: u64,
    pub(crate) line_end: u8,
    pub(crate) delimiter: u8,
}

/// How far a row with quotes could be read.
enum Quoted {
    Whole { bytes: usize, lines: u64 },
    NeedsMore,
    Unterminated { column: usize },
}

impl Delimited {
    /// Passes over what stands before the header and reads the header.
    pub(crate) fn open(
        reader: Box<dyn Read + Send>,
        tally: Tally,
        format: &Format,
    ) -> Result<Delimited, SourceError> {
        let mut rows = Delimited::lines(reader, tally, format)?;
        let mut first = RawRow::default();
        if !rows.read(&mut first)? {
            return Err(SourceError::Empty);
        }
        if let Some(RowFault::TooLong { bytes }) = first.fault {
            let values = [bytes.to_string(), LONGEST_ROW.to_string()];
            return Err(SourceError::TooLarge { said: Said::new(Saying::FirstLineTooLong, values) });
        }
        if first.len() > MOST_COLUMNS {
            return Err(SourceError::too_many_columns(first.len()));
        }
        if format.header {
            rows.header = (0..first.len()).map(|column| first.cell(column).written('.')).collect();
        } else {
            rows.header = vec![String::new(); first.len()];
            first.fault = None;
            rows.pending = Some(first);
        }
        Ok(rows)
    }

    /// The rows from the first on, headers and all.
    pub(crate) fn lines(
        reader: Box<dyn Read + Send>,
        tally: Tally,
        format: &Format,
    ) -> Result<Delimited, SourceError> {
        let mut rows = Delimited {
            window: Window::open(reader, tally, &format.encoding)?,
            delimiter: ascii(format.delimiter),
            quote: format.quote.map(ascii),
            line_end: b'\n',
            line: 1,
            pending: None,
            header: Vec::new(),
        };
        // Lines that end in a carriage return alone show as no line at all: look far enough to know.
        while memchr(b'\n', rows.window.bytes()).is_none()
            && rows.window.bytes().len() < LONGEST_ROW
            && !rows.window.is_over()
        {
            rows.window.fill()?;
        }
        let head = rows.window.bytes();
        if memchr(b'\n', head).is_none() && memchr(b'\r', head).is_some() {
            rows.line_end = b'\r';
        }
        for _ in 0..format.skip_lines {
            rows.window.pass_line(rows.line_end)?;
            rows.line += 1;
        }
        Ok(rows)
    }

    /// The names in the first row as written; as many empty ones where it is a row of data.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// Bytes of the file, as it lies there, that were taken so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.window.bytes_read()
    }

    /// Reads the next row that is not blank; false at the end.
    pub(crate) fn read(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
        if let Some(pending) = self.pending.take() {
            *row = pending;
            return Ok(true);
        }
        while self.read_any(row)? {
            if !row.is_blank() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The lines at hand, without their last end, up to the first that [`Delimited::read`] has to look at (one with
    /// a quote, or with bytes that could not be converted); `None` when that is the next one, or at the end.
    pub(crate) fn plain_lines(&mut self) -> Result<Option<PlainLines<'_>>, SourceError> {
        if self.pending.is_some()
            || self
                .window
                .line_length(self.line_end, LONGEST_ROW)?
                .is_none_or(|(length, _)| length > LONGEST_ROW)
        {
            return Ok(None);
        }
        let available = self.window.bytes();
        let whole = if self.window.is_over() {
            available.len()
        } else {
            memrchr(self.line_end, available).map_or(0, |at| at + 1)
        };
        // U+FFFD begins with this byte, and little else does.
        let unread = self.window.is_converted().then_some(0xef);
        let stop = match (self.quote, unread) {
            (Some(quote), unread) => memchr2(quote, unread.unwrap_or(quote), &available[..whole]),
            (None, Some(unread)) => memchr(unread, &available[..whole]),
            (None, None) => None,
        };
        let plain = stop.map_or(whole, |at| memrchr(self.line_end, &available[..at]).map_or(0, |at| at + 1));
        if plain == 0 {
            return Ok(None);
        }
        let bytes = available[..plain].strip_suffix(&[self.line_end]).unwrap_or(&available[..plain]);
        Ok(Some(PlainLines {
            bytes,
            first_line: self.line,
            line_end: self.line_end,
            delimiter: self.delimiter,
        }))
    }

    /// Passes over what [`Delimited::plain_lines`] gave: that many bytes in that many lines.
    pub(crate) fn pass(&mut self, bytes: usize, lines: u64) {
        self.window.advance(bytes + 1);
        self.line += lines;
    }

    fn read_any(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
        row.clear(self.line);
        let Some((length, ended)) = self.window.line_length(self.line_end, LONGEST_ROW)? else {
            return Ok(false);
        };
        if length > LONGEST_ROW {
            self.pass_over_long_line(row)?;
            return Ok(true);
        }
        let line = &self.window.bytes()[..length];
        let has_quote = self.quote.is_some_and(|quote| memchr(quote, line).is_some());
        if !has_quote {
            split_plain(
                line_without_return(line, self.line_end),
                self.delimiter,
                self.window.is_converted(),
                row,
            );
            self.window.advance(length + usize::from(ended));
            self.line += 1;
            return Ok(true);
        }
        self.read_quoted(row, length, ended)
    }

    fn read_quoted(&mut self, row: &mut RawRow, length: usize, ended: bool) -> Result<bool, SourceError> {
        loop {
            row.clear(self.line);
            match self.split_quoted(self.window.bytes(), row) {
                Quoted::Whole { bytes, lines } => {
                    self.window.advance(bytes);
                    self.line += lines;
                    return Ok(true);
                }
                Quoted::NeedsMore if self.window.bytes().len() < LONGEST_ROW => self.window.fill()?,
                Quoted::NeedsMore => {
                    let column = row.len();
                    return Ok(self.faulty_line(row, length, ended, column));
                }
                Quoted::Unterminated { column } => return Ok(self.faulty_line(row, length, ended, column)),
            }
        }
    }

    /// Gives the line as plain cells, with the fault, and goes on at the next line.
    fn faulty_line(&mut self, row: &mut RawRow, length: usize, ended: bool, column: usize) -> bool {
        row.clear(self.line);
        let line = &self.window.bytes()[..length];
        split_plain(
            line_without_return(line, self.line_end),
            self.delimiter,
            self.window.is_converted(),
            row,
        );
        row.fault = Some(RowFault::UnterminatedQuote { column });
        self.window.advance(length + usize::from(ended));
        self.line += 1;
        true
    }

    /// Splits one row in which quotes occur; it may go over several lines.
    fn split_quoted(&self, bytes: &[u8], row: &mut RawRow) -> Quoted {
        let quote = self.quote.expect("rows without quotes are split plainly");
        let mut at = 0;
        let mut lines = 0;
        let mut scratch = Vec::new();
        loop {
            scratch.clear();
            let mut lines_here = 0;
            if bytes.get(at) == Some(&quote) {
                at += 1;
                loop {
                    let Some(next) = memchr(quote, &bytes[at..]) else {
                        return if self.window.is_over() {
                            Quoted::Unterminated { column: row.len() }
                        } else {
                            Quoted::NeedsMore
                        };
                    };
                    let part = &bytes[at..at + next];
                    lines_here += memchr_iter(self.line_end, part).count() as u64;
                    scratch.extend_from_slice(part);
                    at += next + 1;
                    match bytes.get(at) {
                        Some(byte) if *byte == quote => {
                            scratch.push(quote);
                            at += 1;
                        }
                        None if !self.window.is_over() => return Quoted::NeedsMore,
                        None => break,
                        Some(byte) if *byte == self.delimiter || *byte == self.line_end || *byte == b'\r' => {
                            break;
                        }
                        // "5\" nails": a quote escaped the way programmers do.
                        Some(_) if scratch.last() == Some(&b'\\') => {
                            scratch.pop();
                            scratch.push(quote);
                        }
                        // A closing quote in the middle of a later line belongs to another cell.
                        Some(_) if lines_here > 0 => return Quoted::Unterminated { column: row.len() },
                        Some(_) => break,
                    }
                }
            }
            // What stands outside quotes, up to the cell's end.
            let rest = &bytes[at..];
            let Some(length) = rest.iter().position(|byte| *byte == self.delimiter || *byte == self.line_end)
            else {
                if !self.window.is_over() {
                    return Quoted::NeedsMore;
                }
                scratch.extend_from_slice(line_without_return(rest, self.line_end));
                push_field(&scratch, self.window.is_converted(), row);
                return Quoted::Whole { bytes: bytes.len(), lines: lines + lines_here + 1 };
            };
            lines += lines_here;
            if rest[length] == self.delimiter {
                scratch.extend_from_slice(&rest[..length]);
                push_field(&scratch, self.window.is_converted(), row);
                at += length + 1;
            } else {
                scratch.extend_from_slice(line_without_return(&rest[..length], self.line_end));
                push_field(&scratch, self.window.is_converted(), row);
                return Quoted::Whole { bytes: at + length + 1, lines: lines + 1 };
            }
        }
    }

    fn pass_over_long_line(&mut self, row: &mut RawRow) -> Result<(), SourceError> {
        const SHOWN: usize = 200;
        let front = self.window.bytes();
        push_field(&front[..SHOWN.min(front.len())], false, row);
        let bytes = self.window.pass_line(self.line_end)?;
        self.line += 1;
        row.fault = Some(RowFault::TooLong { bytes });
        Ok(())
    }
}

fn ascii(mark: char) -> u8 {
    u8::try_from(mark).unwrap_or(b',')
}

fn line_without_return(line: &[u8], line_end: u8) -> &[u8] {
    if line_end == b'\n' { line.strip_suffix(b"\r").unwrap_or(line) } else { line }
}

/// Splits a row without quotes.
fn split_plain(line: &[u8], delimiter: u8, converted: bool, row: &mut RawRow) {
    let text = std::str::from_utf8(line).ok().filter(|text| !(converted && text.contains('\u{fffd}')));
    let Some(text) = text else {
        for field in line.split(|byte| *byte == delimiter) {
            push_field(field, converted, row);
        }
        return;
    };
    row.put_text(text);
    let mut start = 0;
    for end in memchr_iter(delimiter, line) {
        row.push_range(start, end);
        start = end + 1;
    }
    row.push_range(start, line.len());
}

fn push_field(field: &[u8], converted: bool, row: &mut RawRow) {
    match std::str::from_utf8(field) {
        Ok(text) if converted && text.contains('\u{fffd}') => row.push(Cell::Garbled(text)),
        Ok(text) => row.push(Cell::Text(text)),
        // Most foreign bytes in UTF-8 files come from Windows; this is what was most likely meant.
        Err(_) => row.push(Cell::Garbled(&WINDOWS_1252.decode_without_bom_handling(field).0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::FormatKind;

    fn rows_of(text: impl Into<Vec<u8>>) -> Vec<(u64, Vec<String>, Option<RowFault>)> {
        let format = Format::of(FormatKind::Delimited);
        let reader = Box::new(std::io::Cursor::new(text.into()));
        let mut rows = Delimited::lines(reader, Tally::default(), &format).unwrap();
        let mut row = RawRow::default();
        let mut all = Vec::new();
        while rows.read(&mut row).unwrap() {
            let cells = (0..row.len()).map(|column| row.cell(column).written('.')).collect();
            all.push((row.number, cells, row.fault.clone()));
        }
        all
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        rows_of(text).into_iter().map(|(_, cells, _)| cells).collect()
    }

    #[test]
    fn cells_with_quotes_lines_and_delimiters_in_them() {
        assert_eq!(cells("a,b,c\r\n1,,3\r\n"), [["a", "b", "c"], ["1", "", "3"]]);
        assert_eq!(cells("\"a,b\",\"say \"\"hello\"\"\",\"\"\n"), [["a,b", "say \"hello\"", ""]]);
        assert_eq!(cells("\"5\" nails\",x\n"), [["5 nails\"", "x"]]);
        assert_eq!(cells("\"5\\\" nails\",x"), [["5\" nails", "x"]]);
        assert_eq!(cells("a\rb\rc"), [["a"], ["b"], ["c"]], "line ends of old");
        assert_eq!(cells("6\" pipe,2\n"), [["6\" pipe", "2"]], "a quote inside a plain cell is a character");
    }

    #[test]
    fn rows_are_numbered_as_an_editor_does() {
        let rows = rows_of("a,b\n\n\"one\ntwo\",2\n,\n3,4\n");
        let numbers = rows.iter().map(|(number, ..)| *number).collect::<Vec<_>>();
        assert_eq!(numbers, [1, 3, 6], "blank lines count but give no row");
        assert_eq!(rows[1].1, ["one\ntwo", "2"]);
    }

    #[test]
    fn an_unclosed_quote_costs_one_row_only() {
        let rows = rows_of("a,b,c\n1,\"Paris,3\n2,Lyon,4\n3,\"Nice\",5\n");
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[1].2, Some(RowFault::UnterminatedQuote { column: 1 }));
        assert_eq!(rows[2].1, ["2", "Lyon", "4"]);
        assert_eq!(rows[3], (4, vec!["3".into(), "Nice".into(), "5".into()], None));

        let at_the_end = rows_of("a,b\n1,\"x\n2,y\n");
        assert_eq!(at_the_end[1].2, Some(RowFault::UnterminatedQuote { column: 1 }));
        assert_eq!(at_the_end[2].1, ["2", "y"]);
    }

    #[test]
    fn a_quote_open_for_megabytes_is_given_up() {
        let mut text = String::from("a,b\n1,\"x\n");
        for n in 0..200_000 {
            text.push_str(&format!("{n},plain text\n"));
        }
        let rows = rows_of(text);
        assert_eq!(rows.len(), 200_002);
        assert_eq!(rows[1].2, Some(RowFault::UnterminatedQuote { column: 1 }));
    }

    #[test]
    fn a_line_without_end_is_not_held() {
        let mut text = b"a,b\n".to_vec();
        text.extend(std::iter::repeat_n(b'x', 5 << 20));
        text.extend_from_slice(b"\n1,2\n");
        let rows = rows_of(text);
        assert_eq!(rows[1].2, Some(RowFault::TooLong { bytes: 5 << 20 }));
        assert_eq!(rows[2].1, ["1", "2"]);
    }

    #[test]
    fn foreign_bytes_are_told_from_their_neighbours() {
        let format = Format::of(FormatKind::Delimited);
        let reader = Box::new(std::io::Cursor::new(b"name,town\nAndr\xe9,Lyon\n".to_vec()));
        let mut rows = Delimited::open(reader, Tally::default(), &format).unwrap();
        let mut row = RawRow::default();
        assert!(rows.read(&mut row).unwrap());
        assert_eq!((row.cell(0), row.cell(1)), (Cell::Garbled("André"), Cell::Text("Lyon")));
    }
}
