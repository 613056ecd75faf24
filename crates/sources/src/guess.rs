//! What a file is and what its columns mean, guessed from bytes, names and contents; nothing is guessed in silence.

mod choice;
mod contents;
mod measures;
mod names;
mod shape;

pub use contents::ColumnKind;

use crate::bytes::Bytes;
use crate::cell::RawRow;
use crate::error::SourceError;
use crate::format::{Compression, DateOrder, Format, FormatKind};
use crate::mapping::{Mapping, MappingError};
use crate::said::{Said, Saying, listed};
use crate::sheet::Sheet;
use crate::sniff::{self, Content};
use crate::table::Table;
use crate::target::{FileKind, Target};
use crate::text;
use contents::Contents;
use serde::{Deserialize, Serialize};

/// What was made of a file at first sight.
#[derive(Clone, Debug, Serialize)]
pub struct Guess {
    /// How to read it. May lack a column that its kind requires: see [`Guess::check`].
    pub mapping: Mapping,
    /// Its columns, in order.
    pub columns: Vec<ColumnGuess>,
    /// Its first twenty rows as text.
    pub sample: Vec<Vec<String>>,
    /// What the user should know of the guess.
    pub notes: Vec<Note>,
    /// The sheets of a workbook.
    pub sheets: Vec<String>,
    /// Whether it is a file of rejected rows: behind its columns stands why.
    pub is_of_rejected: bool,
}

/// What was made of a column.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnGuess {
    /// Its name, unlike all others of the file.
    pub name: String,
    /// What most of its cells hold.
    pub kind: ColumnKind,
    /// Some of its values, all different.
    pub samples: Vec<String>,
    /// What it fills.
    pub target: Option<Target>,
    /// How sure that is, from 0 to 1.
    pub certainty: f64,
    /// How many of the rows looked at have nothing in it.
    pub empty: u64,
}

/// Something the user should know of a guess.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Which sort of note.
    pub code: Saying,
    /// The note in English.
    pub message: String,
    /// The note, to be worded in any language.
    pub said: Said,
}

/// What the user says of the format and kind before the rest is guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wish {
    /// What is known of the format.
    pub format: FormatWish,
    /// What the rows tell.
    pub kind: Option<FileKind>,
}

/// What the user says of the format; what is absent is guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct FormatWish {
    #[serde(rename = "type")]
    pub kind: Option<FormatKind>,
    pub encoding: Option<String>,
    pub delimiter: Option<char>,
    /// One character, or none where quotes are ordinary characters.
    pub quote: Option<String>,
    pub header: Option<bool>,
    pub skip_lines: Option<u32>,
    pub decimal: Option<char>,
    pub date_order: Option<DateOrder>,
    pub sheet: Option<String>,
}

/// How many rows are looked at, and how many cells at most.
const ROWS: usize = 5_000;
const CELLS: usize = 200_000;
const SAMPLE_ROWS: usize = 20;
/// How much of a text is looked at for its separators.
const SHAPE_BYTES: usize = 1 << 18;

/// Guesses how a file is read and what its columns mean.
pub fn guess(input: Box<dyn Bytes>, file_name: &str) -> Result<Guess, SourceError> {
    guess_with(input, file_name, &Wish::default())
}

/// Guesses what the user has not said.
pub fn guess_with(mut input: Box<dyn Bytes>, file_name: &str, wish: &Wish) -> Result<Guess, SourceError> {
    let mut notes = Notes::default();
    let mut format = guess_format(&mut *input, file_name, &wish.format, &mut notes)?;
    let mut table = if format.kind == FormatKind::Xlsx {
        let sheet = Sheet::open(input, wish.format.sheet.as_deref(), ROWS + shape::ROWS)?;
        let header = shape::header(&sheet.first_rows(shape::ROWS));
        format.skip_lines = wish.format.skip_lines.unwrap_or(header.line);
        format.header = wish.format.header.unwrap_or(header.exists);
        format.sheet = Some(sheet.name().to_string());
        Table::of_sheet(sheet, &format)?
    } else {
        Table::open(input, &format)?
    };
    notes.of_table(&table, &format);
    let (rows, sample) = read_sample(&mut table)?;
    if rows.is_empty() {
        notes.add(Saying::HeaderOnly, []);
    }
    let contents = (0..table.header().len()).map(|column| Contents::of(&rows, column)).collect::<Vec<_>>();
    format.decimal = wish.format.decimal.unwrap_or_else(|| decimal_mark(&contents, &format, &mut notes));
    format.date_order = wish.format.date_order.unwrap_or_else(|| date_order(&contents, &mut notes));
    let choice = choice::choose(table.header(), &contents, &rows, file_name, wish.kind);
    let mapping = choice::mapping(&choice, format, table.header(), &contents, &rows, file_name, &mut notes);
    let columns = table
        .header()
        .iter()
        .zip(&contents)
        .enumerate()
        .map(|(column, (name, contents))| {
            let chosen = choice.targets.iter().find(|(_, place, _)| *place == column);
            ColumnGuess {
                name: name.clone(),
                kind: contents.kind(),
                samples: contents.samples.clone(),
                target: chosen.map(|(target, ..)| *target),
                certainty: chosen.map_or(0.0, |(.., certainty)| *certainty),
                empty: contents.empty,
            }
        })
        .collect();
    let sheets = table.sheets().to_vec();
    let is_of_rejected = table.has_reasons();
    Ok(Guess { mapping, columns, sample, notes: notes.0, sheets, is_of_rejected })
}

/// Guesses what the columns mean, in a file read just so.
pub fn guess_as(
    input: Box<dyn Bytes>,
    file_name: &str,
    format: &Format,
    kind: Option<FileKind>,
) -> Result<Guess, SourceError> {
    let wish = FormatWish {
        kind: Some(format.kind),
        encoding: Some(format.encoding.clone()),
        delimiter: Some(format.delimiter),
        quote: Some(format.quote.map(String::from).unwrap_or_default()),
        header: Some(format.header),
        skip_lines: Some(format.skip_lines),
        decimal: Some(format.decimal),
        date_order: Some(format.date_order),
        sheet: format.sheet.clone(),
    };
    guess_with(input, file_name, &Wish { format: wish, kind })
}

impl Guess {
    /// Whether the guess can be used as it is.
    pub fn check(&self) -> Result<(), MappingError> {
        self.mapping.check()
    }

    /// A mapping kept from an earlier file, with the format of this one; `None` where this file lacks one of its
    /// columns. What cells look like (decimal mark, order of dates) stays as it was kept.
    pub fn remembered(&self, saved: &Mapping) -> Option<Mapping> {
        let has = |name: &String| self.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
        let names = saved.columns.values().flat_map(|columns| columns.names());
        let marks = saved.rules.cancellation.iter().map(|cancellation| &cancellation.column);
        if !names.chain(marks).all(has) {
            return None;
        }
        let mut mapping = saved.clone();
        mapping.format = self.mapping.format.clone();
        mapping.format.decimal = saved.format.decimal;
        mapping.format.date_order = saved.format.date_order;
        Some(mapping)
    }
}

/// The notes of a guess while it is made.
#[derive(Default)]
struct Notes(Vec<Note>);

impl Notes {
    fn add<const N: usize>(&mut self, code: Saying, values: [String; N]) {
        self.say(Said::new(code, values));
    }

    fn say(&mut self, said: Said) {
        self.0.push(Note { code: said.code, message: said.to_string(), said });
    }

    fn of_table(&mut self, table: &Table, format: &Format) {
        if !table.renamed.is_empty() {
            let renamed = table.renamed.iter().map(|(was, is)| format!("{was} → {is}")).collect::<Vec<_>>();
            self.add(Saying::DuplicateHeaders, [listed(&renamed)]);
        }
        if !table.left_out().is_empty() {
            self.add(Saying::ColumnsLeftOut, [listed(table.left_out())]);
        }
        if !format.header {
            self.add(Saying::NoHeader, []);
        }
        if format.skip_lines > 0 {
            self.add(Saying::SkippedLines, [format.skip_lines.to_string()]);
        }
        if table.sheets().len() > 1 {
            let used = format.sheet.as_ref().or(table.sheets().first()).expect("there are several sheets");
            self.add(Saying::SeveralSheets, [used.clone(), listed(table.sheets())]);
        }
    }
}

fn guess_format(
    input: &mut dyn Bytes,
    file_name: &str,
    wish: &FormatWish,
    notes: &mut Notes,
) -> Result<Format, SourceError> {
    let content = sniff::content(input)?;
    let format = match content {
        Content::Parquet => Format::of(FormatKind::Parquet),
        Content::Zip => Format::of(FormatKind::Xlsx),
        Content::Text(compression) => guess_text(input, compression, file_name, wish, notes)?,
    };
    if let Some(promised) = sniff::promised(file_name).filter(|promised| *promised != format.kind) {
        let [promised, found] = [promised, format.kind].map(|kind| kind.name().to_string());
        notes.add(Saying::WrongExtension, [file_name.to_string(), promised, found]);
    }
    Ok(format)
}

/// The format that a mapping says, put right where the content plainly is something else.
pub(crate) fn format_seen(input: &mut dyn Bytes, said: &Format) -> Result<Format, SourceError> {
    let mut format = said.clone();
    match (sniff::content(input)?, said.kind) {
        (Content::Parquet, FormatKind::Parquet) | (Content::Zip, FormatKind::Xlsx) => return Ok(format),
        (Content::Text(compression), FormatKind::Delimited | FormatKind::Ndjson) => {
            format.compression = compression;
            let head = text::decoded_head(input, compression, text::by_label(&said.encoding), SHAPE_BYTES)?;
            if looks_like_json(&head) == (said.kind == FormatKind::Ndjson) {
                return Ok(format);
            }
        }
        _ => {}
    }
    format_guessed(input, said)
}

/// The format by the content alone; decimal mark and order of dates stay as they were said.
pub(crate) fn format_guessed(input: &mut dyn Bytes, said: &Format) -> Result<Format, SourceError> {
    let mut format = guess_format(input, "", &FormatWish::default(), &mut Notes::default())?;
    format.decimal = said.decimal;
    format.date_order = said.date_order;
    Ok(format)
}

fn guess_text(
    input: &mut dyn Bytes,
    compression: Compression,
    file_name: &str,
    wish: &FormatWish,
    notes: &mut Notes,
) -> Result<Format, SourceError> {
    let encoding = text::guess_encoding(input, compression)?;
    let label = match &wish.encoding {
        Some(label) => text::by_label(label).name().to_lowercase(),
        None => encoding.encoding.name().to_lowercase(),
    };
    if encoding.foreign > 0 && wish.encoding.is_none() {
        let saying = if encoding.encoding == encoding_rs::UTF_8 {
            Saying::MixedEncodings
        } else {
            Saying::AssumedEncoding
        };
        notes.add(saying, [encoding.encoding.name().to_string(), encoding.foreign.to_string()]);
    }
    let head = text::decoded_head(input, compression, text::by_label(&label), SHAPE_BYTES)?;
    if head.trim().is_empty() {
        return Err(SourceError::Empty);
    }
    let is_json = match wish.kind {
        Some(kind) => kind == FormatKind::Ndjson,
        None => looks_like_json(&head),
    };
    let mut format = Format::of(if is_json { FormatKind::Ndjson } else { FormatKind::Delimited });
    format.compression = compression;
    format.encoding = label;
    if is_json {
        refuse_one_object(&head)?;
        return Ok(format);
    }
    let lower = file_name.to_lowercase();
    let prefers_tab = lower.contains(".tsv") || lower.contains(".tab");
    let separators = shape::separators(&head, prefers_tab)?;
    format.delimiter = wish.delimiter.unwrap_or(separators.delimiter);
    format.quote = match &wish.quote {
        Some(quote) => quote.chars().next(),
        None => separators.quote,
    };
    format.skip_lines = separators.skip_lines;
    let header = shape::header(&shape::rows(&head, &format)?);
    format.skip_lines = wish.skip_lines.unwrap_or(header.line);
    format.header = wish.header.unwrap_or(header.exists);
    Ok(format)
}

/// Whether a text's first line is a JSON object, or an array of them begins.
fn looks_like_json(head: &str) -> bool {
    let start = head.trim_start_matches('\u{feff}').trim_start();
    if let Some(inner) = start.strip_prefix('[') {
        return inner.trim_start().starts_with('{');
    }
    let first = start.lines().next().unwrap_or("");
    start.starts_with('{')
        && (serde_json::from_str::<serde_json::Value>(first).is_ok() || !first.contains([';', '\t']))
}

/// One object written over several lines is no table: nothing says where its rows are.
fn refuse_one_object(head: &str) -> Result<(), SourceError> {
    let first = head.trim_start_matches('\u{feff}').trim_start().lines().next().unwrap_or("");
    let breaks_off =
        |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_err_and(|error| error.is_eof());
    if first.starts_with('{') && first.len() < SHAPE_BYTES / 2 && breaks_off(first) {
        return Err(SourceError::NotRecognised { looks_like: "one_object" });
    }
    Ok(())
}

fn read_sample(table: &mut Table) -> Result<(Vec<RawRow>, Vec<Vec<String>>), SourceError> {
    const TEXT: usize = 8 << 20;
    let columns = table.header().len().max(1);
    let most = ROWS.min(CELLS / columns).max(SAMPLE_ROWS);
    let mut rows = Vec::new();
    let mut row = RawRow::default();
    let mut text = 0;
    while rows.len() < most && text < TEXT && table.read(&mut row)? {
        text += row.text_bytes();
        rows.push(row.clone());
    }
    let cells = |row: &RawRow| {
        (0..columns.min(row.len().max(1))).map(|column| row.cell(column).written('.')).collect()
    };
    let sample = rows.iter().take(SAMPLE_ROWS).map(cells).collect();
    Ok((rows, sample))
}

fn decimal_mark(contents: &[Contents], format: &Format, notes: &mut Notes) -> char {
    let sum = |count: fn(&Contents) -> u64| contents.iter().map(count).sum::<u64>();
    let (comma, point, either) =
        (sum(|c| c.comma_decimals), sum(|c| c.point_decimals), sum(|c| c.either_decimals));
    if comma != point {
        return if comma > point { ',' } else { '.' };
    }
    let usual = if format.kind == FormatKind::Delimited && format.delimiter == ';' { ',' } else { '.' };
    if either > 0 {
        notes.add(Saying::AmbiguousDecimal, [usual.to_string()]);
    }
    usual
}

fn date_order(contents: &[Contents], notes: &mut Notes) -> DateOrder {
    // A column with many wrong dates still tells the order of the others.
    let dates =
        contents.iter().filter(|contents| contents.dates * 10 > contents.filled * 4).collect::<Vec<_>>();
    let sum = |count: fn(&Contents) -> u64| dates.iter().map(|contents| count(contents)).sum::<u64>();
    let (day, month, year, either) =
        (sum(|c| c.day_first), sum(|c| c.month_first), sum(|c| c.year_first), sum(|c| c.either_order));
    if sum(|c| c.two_digit_years) > 0 {
        notes.add(Saying::TwoDigitYears, []);
    }
    if sum(|c| c.offsets) > 0 {
        notes.add(Saying::TimesWithOffset, []);
    }
    if day > 0 && month > 0 {
        notes.add(Saying::MixedDates, [day.to_string(), month.to_string()]);
    }
    if year > day && year > month {
        return DateOrder::Ymd;
    }
    if day == 0 && month == 0 && either > 0 {
        notes.add(Saying::AmbiguousDates, []);
    }
    if month > day { DateOrder::Mdy } else { DateOrder::Dmy }
}
