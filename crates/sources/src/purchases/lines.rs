//! Purchases from delimited text. Lines without quotes are split where they lie; the others go the wide way.

use super::{
    AfterToday, Purchase, PurchaseColumns, Purchases, Rules, Unnumbered, doubled, garbled_name, places,
    row_problem,
};
use crate::bytes::{self, Bytes};
use crate::cell::{Cell, RawRow};
use crate::delimited::{Delimited, PlainLines};
use crate::error::SourceError;
use crate::format::{Compression, DateOrder, Format, FormatKind};
use crate::numbers::{digits, names_nobody};
use crate::rejection::{Problem, RejectionCode};
use crate::said::{Said, Saying};
use crate::text;
use flate2::read::MultiGzDecoder;
use memchr::memchr2_iter;
use std::io::{Cursor, Read};

pub(super) fn read(
    mut input: Box<dyn Bytes>,
    packed: bool,
    columns: &PurchaseColumns,
    each: &mut dyn FnMut(&[Purchase]),
) -> Result<Purchases, SourceError> {
    let compression = if packed { Compression::Gzip } else { Compression::None };
    let encoding = text::guess_encoding(&mut *input, compression)?;
    let mut format = Format { compression, ..Format::of(FormatKind::Delimited) };
    format.encoding = encoding.encoding.name().to_lowercase();
    let sample = Sample::of(&mut *input, packed, &mut format, columns);

    let (reader, tally) =
        text::unpacked(input, compression).map_err(|error| SourceError::from_read(error, 0))?;
    // The sample ends where it ends: how wide a header is that is too wide, the file itself tells.
    let mut rows = Delimited::open(reader, tally, &format)?;
    let after_today = AfterToday::of(columns.today);
    let mut purchases = Purchases { notes: sample?.notes, after_today, ..Purchases::default() };
    let header = rows.header().to_vec();
    let (customer, date, amount) = places(columns, &header)?;
    let places = Places { customer, date, amount: amount.unwrap_or(usize::MAX), columns: header.len() };
    let rules = Rules::new(columns, format.date_order, format.decimal);
    let mut batch = Batch::default();
    let mut raw = RawRow::default();
    loop {
        if let Some(lines) = rows.plain_lines()? {
            let passed = (lines.bytes.len(), batch.read(&lines, &places, &rules, &mut purchases));
            batch.hand_on(lines.bytes, &mut purchases, each);
            rows.pass(passed.0, passed.1);
        } else if rows.read(&mut raw)? {
            batch.read_one(&raw, &places, &rules, &mut purchases, each);
        } else {
            break;
        }
    }
    if purchases.rows == 0 {
        return Err(SourceError::Empty);
    }
    Ok(purchases)
}

/// Which cells hold what, and how many there are.
struct Places {
    customer: usize,
    date: usize,
    /// Beyond every cell when amounts are not asked for.
    amount: usize,
    columns: usize,
}

/// The purchases of one stretch of lines, their customers not yet numbered.
#[derive(Default)]
struct Batch {
    unnumbered: Unnumbered,
    /// Where in the lines each name lies.
    names: Vec<(u32, u32)>,
}

impl Batch {
    /// Takes every line apart; gives how many lines there were.
    fn read(&mut self, lines: &PlainLines<'_>, places: &Places, rules: &Rules, told: &mut Purchases) -> u64 {
        let bytes = lines.bytes;
        let mut line = lines.first_line;
        let mut record = Record::new(0);
        for at in memchr2_iter(lines.line_end, lines.delimiter, bytes) {
            record.cell(at, places);
            if bytes[at] == lines.line_end {
                self.take(bytes, at, &record, line, places, rules, told);
                line += 1;
                record = Record::new(at + 1);
            }
        }
        record.cell(bytes.len(), places);
        self.take(bytes, bytes.len(), &record, line, places, rules, told);
        line + 1 - lines.first_line
    }

    #[allow(clippy::too_many_arguments)] // The hottest loop of the crate: a struct of these costs a tenth.
    #[inline]
    fn take(
        &mut self,
        bytes: &[u8],
        end: usize,
        record: &Record,
        line: u64,
        places: &Places,
        rules: &Rules,
        told: &mut Purchases,
    ) {
        let cell = |(from, to): (usize, usize)| {
            let cell = &bytes[from..to];
            // The last cell of a line may end in the first half of a Windows line end.
            if to == end { cell.strip_suffix(b"\r").unwrap_or(cell) } else { cell }
        };
        if record.cells != places.columns {
            let line_bytes = cell((record.start, end));
            if line_bytes.trim_ascii().is_empty() {
                return;
            }
            let extra = record.cells > places.columns && !cell((record.beyond, end)).is_empty();
            if extra || record.is_short(places) {
                told.rows += 1;
                return told.reject(line, ragged(record.cells, places.columns, extra));
            }
        } else if record.start == end {
            return;
        }
        told.rows += 1;
        let name = cell(record.customer);
        if names_nobody(name) {
            told.without_customer += 1;
            return;
        }
        let day = match rules.day(cell(record.date)) {
            Ok(day) => day,
            Err(fault) => return told.reject(line, fault),
        };
        let amount = if places.amount == usize::MAX { Ok(0) } else { rules.amount(cell(record.amount)) };
        match amount {
            Ok(amount) => {
                let from = record.customer.0 as u32;
                self.names.push((from, from + name.len() as u32));
                self.unnumbered.push(line, told.customers.key(name), day, amount);
            }
            Err(fault) => told.reject(line, fault),
        }
    }

    /// Numbers the customers and gives the batch away.
    fn hand_on(&mut self, bytes: &[u8], told: &mut Purchases, each: &mut dyn FnMut(&[Purchase])) {
        let names = &self.names;
        let name = |at: usize| {
            let (from, to) = names[at];
            Some(&bytes[from as usize..to as usize])
        };
        told.hand_on(&mut self.unnumbered, name, each);
        self.names.clear();
    }

    /// One row that had to be read the wide way.
    fn read_one(
        &mut self,
        raw: &RawRow,
        places: &Places,
        rules: &Rules,
        told: &mut Purchases,
        each: &mut dyn FnMut(&[Purchase]),
    ) {
        told.rows += 1;
        match purchase_of(raw, places, rules) {
            Ok(None) => told.without_customer += 1,
            Ok(Some((name, day, amount))) => {
                self.unnumbered.push(raw.number, told.customers.key(name.as_bytes()), day, amount);
                told.hand_on(&mut self.unnumbered, |_| Some(name.as_bytes()), each);
            }
            Err(fault) => told.reject(raw.number, fault),
        }
    }
}

/// One line being taken apart.
struct Record {
    start: usize,
    cells: usize,
    cell_start: usize,
    customer: (usize, usize),
    date: (usize, usize),
    amount: (usize, usize),
    /// Where the first cell beyond the header's begins.
    beyond: usize,
}

impl Record {
    #[inline]
    fn new(start: usize) -> Record {
        let none = (start, start);
        Record { start, cells: 0, cell_start: start, customer: none, date: none, amount: none, beyond: start }
    }

    /// A cell ends here.
    #[inline]
    fn cell(&mut self, end: usize, places: &Places) {
        let range = (self.cell_start, end);
        if self.cells == places.customer {
            self.customer = range;
        }
        if self.cells == places.date {
            self.date = range;
        }
        if self.cells == places.amount {
            self.amount = range;
        }
        if self.cells == places.columns {
            self.beyond = self.cell_start;
        }
        self.cells += 1;
        self.cell_start = end + 1;
    }

    /// Whether a wanted cell is missing.
    fn is_short(&self, places: &Places) -> bool {
        let amount = if places.amount == usize::MAX { 0 } else { places.amount };
        self.cells <= places.customer.max(places.date).max(amount)
    }
}

/// Name, day and amount of a row; `None` when it names nobody.
fn purchase_of<'a>(
    raw: &'a RawRow,
    places: &Places,
    rules: &Rules,
) -> Result<Option<(&'a str, i32, i64)>, Box<Problem>> {
    if let Some(fault) = &raw.fault {
        let (code, said) = fault.told(raw.number);
        return Err(row_problem(code, said));
    }
    let extra = (places.columns..raw.len()).any(|column| raw.cell(column) != Cell::Empty);
    if extra {
        return Err(ragged(raw.len(), places.columns, true));
    }
    let name = match raw.cell(places.customer) {
        Cell::Text(name) if !names_nobody(name.as_bytes()) => name,
        Cell::Garbled(_) => return Err(garbled_name()),
        _ => return Ok(None),
    };
    let text = |column: usize| match raw.cell(column) {
        Cell::Text(text) | Cell::Garbled(text) => text,
        _ => "",
    };
    let day = rules.day(text(places.date).as_bytes())?;
    let amount =
        if places.amount == usize::MAX { 0 } else { rules.amount(text(places.amount).as_bytes())? };
    Ok(Some((name, day, amount)))
}

#[cold]
fn ragged(cells: usize, columns: usize, extra: bool) -> Box<Problem> {
    let saying = if extra { Saying::TooManyCells } else { Saying::TooFewCells };
    row_problem(RejectionCode::RaggedRow, Said::new(saying, [cells.to_string(), columns.to_string()]))
}

/// What the first rows say about the way the rest is written.
struct Sample {
    notes: Vec<String>,
}

impl Sample {
    /// Sets delimiter, date order and decimal mark of `format` by the first rows.
    fn of(
        input: &mut dyn Bytes,
        packed: bool,
        format: &mut Format,
        columns: &PurchaseColumns,
    ) -> Result<Sample, SourceError> {
        const BYTES: usize = 1 << 18;
        const ROWS: usize = 2_000;
        let head = bytes::head(input, BYTES).map_err(|error| SourceError::from_read(error, 0))?;
        let head = if packed { unpacked_head(&head, BYTES) } else { head };
        let open = |format: &Format| {
            Delimited::open(Box::new(Cursor::new(head.clone())), bytes::Tally::default(), format)
        };
        let wanted = [Some(&columns.customer), Some(&columns.date), columns.amount.as_ref()];
        let mut best: Option<(usize, usize, char)> = None;
        for delimiter in [',', ';', '\t', '|'] {
            let tried = Format { delimiter, ..format.clone() };
            let rows = open(&tried).inspect_err(|_| format.delimiter = delimiter)?;
            let header = rows.header();
            let found =
                wanted.iter().flatten().filter(|wanted| super::place_of(wanted, header).is_some()).count();
            if best.is_none_or(|(most, cells, _)| (found, header.len()) > (most, cells)) {
                best = Some((found, header.len(), delimiter));
            }
        }
        format.delimiter = best.map_or(',', |(_, _, delimiter)| delimiter);
        let mut rows = open(format)?;
        let mut notes = doubled(columns, rows.header());
        let header = rows.header().to_vec();
        let (_, date, amount) = places(columns, &header)?;
        let (mut dates, mut decimals) = (DateVotes::default(), DecimalVotes::default());
        let mut raw = RawRow::default();
        for _ in 0..ROWS {
            if !rows.read(&mut raw)? {
                break;
            }
            if let Cell::Text(text) = raw.cell(date) {
                dates.see(text);
            }
            if let Some(Cell::Text(text)) = amount.map(|amount| raw.cell(amount)) {
                decimals.see(text);
            }
        }
        format.date_order = columns.date_order.unwrap_or_else(|| dates.verdict(&mut notes));
        format.decimal = columns.decimal.unwrap_or_else(|| decimals.verdict(format.delimiter));
        Ok(Sample { notes })
    }
}

/// As much of the unpacked text as the first packed bytes hold; a file that is damaged is told when it is read.
fn unpacked_head(packed: &[u8], most: usize) -> Vec<u8> {
    let mut head = Vec::new();
    let mut decoder = MultiGzDecoder::new(packed).take(most as u64);
    let mut part = [0; 8_192];
    while let Ok(read) = decoder.read(&mut part) {
        if read == 0 {
            break;
        }
        head.extend_from_slice(&part[..read]);
    }
    head
}

/// Dates of the first rows that only one order can read.
#[derive(Default)]
struct DateVotes {
    day_first: u32,
    month_first: u32,
    year_first: u32,
    either: u32,
}

impl DateVotes {
    fn see(&mut self, text: &str) {
        let mut parts = text.trim().split(|c: char| !c.is_ascii_digit());
        let (Some(first), Some(second), Some(_)) = (parts.next(), parts.next(), parts.next()) else { return };
        let (Ok(one), Ok(two)) = (first.parse::<u32>(), second.parse::<u32>()) else { return };
        match (first.len(), one, two) {
            (3.., ..) => {}
            (_, 32.., _) => self.year_first += 1,
            (_, 13.., _) => self.day_first += 1,
            (_, _, 13..) => self.month_first += 1,
            _ => self.either += 1,
        }
    }

    fn verdict(&self, notes: &mut Vec<String>) -> DateOrder {
        let (votes, order) = [
            (self.day_first, DateOrder::Dmy),
            (self.month_first, DateOrder::Mdy),
            (self.year_first, DateOrder::Ymd),
        ]
        .into_iter()
        .rev()
        .max_by_key(|(votes, _)| *votes)
        .expect("there are three orders");
        let order = if votes == 0 { DateOrder::Dmy } else { order };
        if votes == 0 && self.either > 0 {
            let note =
                "dates such as 01/02/2024 are read as day before month: no date of the first rows tells";
            notes.push(note.to_string());
        }
        order
    }
}

/// Amounts of the first rows that only one decimal mark can read.
#[derive(Default)]
struct DecimalVotes {
    comma: u32,
    point: u32,
    comma_or_thousands: u32,
}

impl DecimalVotes {
    fn see(&mut self, text: &str) {
        let digits = digits(text);
        let last_digits = |mark: char| Some(digits.len() - digits.rfind(mark)? - 1);
        match (last_digits(','), last_digits('.')) {
            (Some(after_comma), Some(after_point)) if after_comma < after_point => self.comma += 1,
            (Some(_), Some(_)) => self.point += 1,
            (Some(3), None) => self.comma_or_thousands += 1,
            (Some(_), None) => self.comma += 1,
            (None, Some(3)) => {}
            (None, Some(_)) => self.point += 1,
            (None, None) => {}
        }
    }

    fn verdict(&self, delimiter: char) -> char {
        // Where a comma parts the cells, an unquoted number has none; a semicolon speaks of a comma country.
        let comma =
            self.comma > self.point || (self.point == 0 && self.comma_or_thousands > 0 && delimiter == ';');
        if comma { ',' } else { '.' }
    }
}
