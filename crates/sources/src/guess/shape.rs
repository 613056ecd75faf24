//! The shape of a delimited text or a sheet: what stands between cells, where the header is, whether there is one.

use super::contents::looks_like_data;
use super::names;
use crate::bytes::Tally;
use crate::cell::{Cell, RawRow};
use crate::delimited::Delimited;
use crate::error::SourceError;
use crate::format::{Format, FormatKind};
use std::io::Cursor;

/// How many rows are looked at for the shape.
pub(super) const ROWS: usize = 200;
/// How far down a header may stand.
const DEEPEST_HEADER: usize = 20;

/// What stands between cells and what encloses them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Separators {
    pub(super) delimiter: char,
    pub(super) quote: Option<char>,
    /// Lines before the rows that say nothing of them, such as `sep=;`.
    pub(super) skip_lines: u32,
}

/// Guesses the separators from the beginning of a text in UTF-8.
pub(super) fn separators(head: &str, prefers_tab: bool) -> Result<Separators, SourceError> {
    let first = head.lines().next().unwrap_or("").trim_end();
    if let Some(delimiter) = first.strip_prefix("sep=").and_then(|rest| rest.chars().next()) {
        return Ok(Separators { delimiter, quote: Some('"'), skip_lines: 1 });
    }
    let mut best = (0.0, ',', '"');
    for delimiter in [';', '\t', ',', '|'] {
        for quote in ['"', '\''] {
            let mut format = Format::of(FormatKind::Delimited);
            format.delimiter = delimiter;
            format.quote = Some(quote);
            let mut score = fit(&rows(head, &format)?);
            if quote == '\'' && !encloses(head, delimiter) {
                continue;
            }
            if quote == '\'' {
                score *= 1.2;
            }
            if delimiter == '\t' && prefers_tab {
                score *= 1.5;
            }
            if score > best.0 {
                best = (score, delimiter, quote);
            }
        }
    }
    Ok(Separators { delimiter: best.1, quote: Some(best.2), skip_lines: 0 })
}

/// The first rows of a text in UTF-8, as they stand.
pub(super) fn rows(head: &str, format: &Format) -> Result<Vec<RawRow>, SourceError> {
    let mut format = format.clone();
    format.encoding = "utf-8".to_string();
    let reader = Box::new(Cursor::new(head.as_bytes().to_vec()));
    let mut lines = Delimited::lines(reader, Tally::default(), &format)?;
    let mut rows = Vec::new();
    let mut row = RawRow::default();
    while rows.len() < ROWS && lines.read(&mut row)? {
        rows.push(row.clone());
    }
    Ok(rows)
}

/// Whether most cells are enclosed in apostrophes.
fn encloses(head: &str, delimiter: char) -> bool {
    let cells = head
        .lines()
        .take(20)
        .flat_map(|line| line.split(delimiter))
        .filter(|cell| !cell.is_empty())
        .collect::<Vec<_>>();
    let enclosed =
        cells.iter().filter(|cell| cell.len() > 1 && cell.starts_with('\'') && cell.ends_with('\'')).count();
    enclosed * 2 > cells.len()
}

/// How well rows under some delimiter look like a table: the same number of cells, more than one of them.
fn fit(rows: &[RawRow]) -> f64 {
    let usual = usual_width(rows);
    if usual < 2 || rows.is_empty() {
        return 0.0;
    }
    let same = rows.iter().filter(|row| row.len() == usual).count() as f64 / rows.len() as f64;
    let faults = rows.iter().filter(|row| row.fault.is_some()).count() as f64 / rows.len() as f64;
    // A decimal comma splits the rows but not the header.
    let header = if rows[0].len() == usual { 1.0 } else { 0.5 };
    same * same * header * (1.0 - faults) * (1.0 + (usual as f64).ln() / 4.0)
}

/// The most frequent number of cells; the larger of two that are equally frequent.
fn usual_width(rows: &[RawRow]) -> usize {
    let mut widths = std::collections::BTreeMap::new();
    for row in rows {
        *widths.entry(row.len()).or_insert(0) += 1;
    }
    widths.into_iter().max_by_key(|(width, count)| (*count, *width)).map_or(0, |(width, _)| width)
}

/// Where the header stands among the first rows, and whether there is one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Header {
    /// Lines before it (or before the first row of data) in the file.
    pub(super) line: u32,
    pub(super) exists: bool,
}

/// Finds the header among the first rows of a file, read as they stand.
pub(super) fn header(rows: &[RawRow]) -> Header {
    let filled = |row: &RawRow| (0..row.len()).filter(|column| row.cell(*column) != Cell::Empty).count();
    let widest = rows.iter().map(filled).max().unwrap_or(0);
    // A title stands alone in its row; the header fills most of the width.
    let row =
        rows.iter().take(DEEPEST_HEADER).position(|row| widest < 3 || filled(row) * 2 > widest).unwrap_or(0);
    let Some(first) = rows.get(row) else { return Header { line: 0, exists: true } };
    let line = u32::try_from(first.number.saturating_sub(1)).unwrap_or(0);
    Header { line, exists: is_header(first, &rows[row + 1..]) }
}

fn is_header(first: &RawRow, below: &[RawRow]) -> bool {
    // A few hundred cells tell; a hostile file has a hundred thousand.
    const ENOUGH: usize = 300;
    let cells = (0..first.len().min(ENOUGH)).map(|column| first.cell(column)).collect::<Vec<_>>();
    let known = cells.iter().filter(|cell| matches!(cell, Cell::Text(text) if names::is_known(text))).count();
    let data = cells.iter().filter(|cell| looks_like_data(**cell)).count();
    if known >= 2 || (known == 1 && data == 0) {
        return true;
    }
    if data > 0 || cells.iter().all(|cell| *cell == Cell::Empty) {
        return false;
    }
    let column_of_data = |column: usize| {
        let filled =
            below.iter().map(|row| row.cell(column)).filter(|cell| *cell != Cell::Empty).collect::<Vec<_>>();
        !filled.is_empty()
            && filled.iter().filter(|cell| looks_like_data(**cell)).count() * 10 >= filled.len() * 9
    };
    if below.is_empty() || (0..cells.len()).any(column_of_data) {
        return true;
    }
    // Only texts everywhere: names of columns do not come again below.
    let repeats = |column: usize| {
        below.iter().any(|row| row.cell(column) == cells[column] && cells[column] != Cell::Empty)
    };
    !(0..cells.len()).any(repeats)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn separators_of(text: &str) -> char {
        separators(text, false).unwrap().delimiter
    }

    fn header_of(text: &str) -> Header {
        let mut format = Format::of(FormatKind::Delimited);
        format.delimiter = ';';
        header(&rows(text, &format).unwrap())
    }

    #[test]
    fn the_delimiter_is_what_makes_a_table() {
        assert_eq!(separators_of("nom;prix;total\nA;1,50;3,00\nB;2,50;5,00\n"), ';');
        assert_eq!(separators_of("name,price\nA,1.50\nB,2.50\n"), ',');
        assert_eq!(separators_of("name\tprice, net\nA\t1,50\nB\t2,50\n"), '\t');
        assert_eq!(separators_of("a|b|c\n1|2|3\n"), '|');
        assert_eq!(separators_of("\"Dupont, Jean\";3\n\"Martin; Fils\";4\n"), ';');
        assert_eq!(separators_of("sep=|\na;b|c;d\n"), '|');
        assert_eq!(separators_of("onlyone\n1\n2\n"), ',');
        assert_eq!(separators("'a b';'c'\n'd;e';'f'\n", false).unwrap().quote, Some('\''));
    }

    #[test]
    fn the_header_is_found_below_a_title() {
        assert_eq!(
            header_of("Ventes 2024;;\n\nDate;Client;Montant\n01/02/2024;K1;3,50\n"),
            Header { line: 2, exists: true }
        );
        assert_eq!(header_of("Date;Client;Montant\n01/02/2024;K1;3,50\n"), Header { line: 0, exists: true });
        assert_eq!(
            header_of("00001;19970101;1;11.77\n00002;19970112;1;12.00\n"),
            Header { line: 0, exists: false }
        );
        assert_eq!(header_of("Alpha;Beta\nx;y\nz;w\n"), Header { line: 0, exists: true });
        assert_eq!(header_of("red;small\nred;large\nblue;small\n"), Header { line: 0, exists: false });
        assert_eq!(header_of("Date;Client;Montant\n"), Header { line: 0, exists: true });
    }
}
