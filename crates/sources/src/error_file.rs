//! The rejected rows as a file to mend: the original columns and a last one, `reason`. The mended file is imported
//! with the same mapping or by the guess alone; the reason is no column of it and is left out. A row with more cells
//! than there are columns keeps them all, and is ragged until somebody mends it.
//!
//! Written with the mapping's delimiter, quote and decimal mark, in UTF-8 with a byte order mark so that spreadsheets
//! read the accents. Cells that a spreadsheet would run as formulas are guarded, see [`guard`]; reading takes the
//! guards off.

use crate::format::{Format, FormatKind};
use crate::formula::guard;
use std::io::{self, Write};

/// The name of the column that says why.
const REASON: &str = "reason";
/// What the column is called once somebody put it in French.
const REASON_NAMES: [&str; 4] = [REASON, "raison", "motif", "motif du rejet"];

/// Whether a column of this name may say why rows were rejected.
pub(crate) fn is_reason_name(name: &str) -> bool {
    let name = crate::numbers::trimmed(name).trim_matches(['\u{feff}', '"']).to_lowercase();
    REASON_NAMES.contains(&name.as_str())
}

/// Whether a cell says why a row was rejected, as [`crate::reason`] words it: `row 7: …`, `ligne 7 : …`.
pub(crate) fn is_reason(text: &str) -> bool {
    let text = text.trim_start().to_lowercase();
    let numbered = ["row ", "ligne "].iter().find_map(|word| text.strip_prefix(word));
    let after = numbered.map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    after.is_some_and(|after| {
        numbered.is_some_and(|rest| rest.len() > after.len()) && after.trim_start().starts_with(':')
    })
}

/// A file of rejected rows being written.
pub struct RejectionWriter<W> {
    out: W,
    delimiter: char,
    quote: Option<char>,
    columns: usize,
}

/// Begins a file of rejected rows with the columns of the file they come from.
pub fn write_rejections<W: Write>(
    mut out: W,
    header: &[String],
    format: &Format,
) -> io::Result<RejectionWriter<W>> {
    let is_delimited = format.kind == FormatKind::Delimited;
    let (delimiter, quote) = match (is_delimited, format.decimal) {
        (true, _) => (format.delimiter, format.quote),
        (false, ',') => (';', Some('"')),
        (false, _) => (',', Some('"')),
    };
    out.write_all("\u{feff}".as_bytes())?;
    for _ in 0..if is_delimited { format.skip_lines } else { 0 } {
        out.write_all(b"\r\n")?;
    }
    let mut writer = RejectionWriter { out, delimiter, quote, columns: header.len() };
    if format.header || !is_delimited {
        writer.line(header.iter().map(String::as_str), REASON)?;
    }
    Ok(writer)
}

impl<W: Write> RejectionWriter<W> {
    /// Adds a row with its reason, as [`Rejection::reason`] gives it.
    ///
    /// [`Rejection::reason`]: crate::Rejection::reason
    pub fn write(&mut self, cells: &[String], reason: &str) -> io::Result<()> {
        // A cell too many is why the row is here: without it the row would come in with what is left of it.
        let columns = self.columns.max(cells.len());
        let cells = (0..columns).map(|column| cells.get(column).map_or("", String::as_str));
        self.line(cells, reason)
    }

    /// Ends the file and gives back what it was written to.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }

    fn line<'a>(&mut self, cells: impl Iterator<Item = &'a str>, reason: &str) -> io::Result<()> {
        for cell in cells {
            let cell = self.cell(&guard(cell));
            write!(self.out, "{cell}{}", self.delimiter)?;
        }
        let reason = self.cell(&guard(reason));
        write!(self.out, "{reason}\r\n")
    }

    fn cell(&self, text: &str) -> String {
        let special =
            |c: char| c == self.delimiter || matches!(c, '\n' | '\r' | '\0') || Some(c) == self.quote;
        match self.quote {
            Some(quote) if text.contains(special) || text.starts_with([' ', '\t']) => {
                let doubled = text.replace(quote, &format!("{quote}{quote}"));
                format!("{quote}{doubled}{quote}")
            }
            Some(_) => text.to_string(),
            // Without quotes a cell cannot hold what separates cells.
            None => text.replace(special, " "),
        }
    }
}
