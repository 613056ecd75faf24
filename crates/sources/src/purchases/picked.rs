//! Any columns of a file beside the customer's: days, amounts and words, row by row.
//!
//! For what the three columns of [`crate::read_purchases`] cannot say: margins, ends of contracts, what is known of
//! customers. Takes every format that [`crate::guess`] knows; slower than the short way, and as forgiving. Rows that
//! cannot be taken are told, not guessed.

use super::{Purchases, Rules, doubled_names, garbled_name, place_of, problem, row_problem};
use crate::bytes::{Bytes, Shared};
use crate::cell::{Cell, RawRow};
use crate::error::SourceError;
use crate::format::{DateOrder, FormatKind};
use crate::guess::{Wish, guess_with};
use crate::numbers;
use crate::rejection::{Problem, RejectionCode};
use crate::rows::typed_number;
use crate::said::{Said, Saying, named};
use crate::table::Table;

/// A column and what it is wanted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its name in the file.
    pub column: String,
    /// What for, in the words of a message: `the end day`.
    pub for_what: String,
    /// Whether a row without it is rejected.
    pub is_required: bool,
}

impl Wanted {
    /// A column that every row must fill.
    pub fn required(column: &str, for_what: &str) -> Wanted {
        Wanted { column: column.to_string(), for_what: for_what.to_string(), is_required: true }
    }

    /// A column that may be empty.
    pub fn optional(column: &str, for_what: &str) -> Wanted {
        Wanted { is_required: false, ..Wanted::required(column, for_what) }
    }
}

/// Which columns to pick, and how to read what could be read in more than one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickedColumns {
    /// Who it is about, kept as written. A row that names nobody is counted and left out.
    pub customer: String,
    /// Columns of days; a time of day is passed over.
    pub days: Vec<Wanted>,
    /// Columns of amounts.
    pub amounts: Vec<Wanted>,
    /// Columns of anything, given as they are written (numbers of typed files with a decimal point).
    pub words: Vec<Wanted>,
    /// The order of day, month and year in dates that are not ISO; guessed if absent.
    pub date_order: Option<DateOrder>,
    /// The mark before decimals; guessed if absent.
    pub decimal: Option<char>,
}

/// One row: the wanted columns in the order they were asked for, `None` or empty where a cell is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picked {
    /// As the user's editor or sheet counts, header = 1.
    pub row: u64,
    /// Number of the customer, see [`crate::Customers::name`].
    pub customer: u32,
    /// Days since 1970-01-01.
    pub days: Vec<Option<i32>>,
    /// Ten-thousandths of the currency's unit.
    pub amounts: Vec<Option<i64>>,
    /// Text without blanks around it.
    pub words: Vec<String>,
}

/// What was read beside the rows themselves.
#[derive(Clone, Debug, Default)]
pub struct PickedFile {
    /// Customers, counts, rejections and notes; `purchases` counts the rows handed on.
    pub told: Purchases,
    /// The mark before decimals in text.
    pub decimal: char,
}

/// Reads some columns of a file and gives each row to `each`, in the order of the file.
///
/// ```
/// use sources::{PickedColumns, Wanted, read_picked};
///
/// let file = "who,from,to,plan\nAda,2024-01-01,,gold\nBob,2024-02-01,2024-05-01,\nEve,soon,,gold\n";
/// let columns = PickedColumns {
///     customer: "who".to_string(),
///     days: vec![Wanted::required("from", "the start"), Wanted::optional("to", "the end")],
///     amounts: Vec::new(),
///     words: vec![Wanted::optional("plan", "the cohort")],
///     date_order: None,
///     decimal: None,
/// };
/// let mut rows = Vec::new();
/// let read = read_picked(Box::new(std::io::Cursor::new(file)), &columns, &mut |row| rows.push(row.clone())).unwrap();
/// assert_eq!((rows[0].days[1], rows[0].words[0].as_str()), (None, "gold"));
/// assert_eq!((rows[1].days[1], rows[1].words[0].as_str()), (Some(19_844), ""));
/// assert_eq!((read.told.rejected, read.told.rejections[0].row), (1, 4));
/// ```
pub fn read_picked(
    input: Box<dyn Bytes>,
    columns: &PickedColumns,
    each: &mut dyn FnMut(&Picked),
) -> Result<PickedFile, SourceError> {
    let shared = Shared::new(input).map_err(|error| SourceError::from_read(error, 0))?;
    let mut format = guess_with(Box::new(shared.reader()), "", &Wish::default())?.mapping.format;
    format.date_order = columns.date_order.unwrap_or(format.date_order);
    format.decimal = columns.decimal.unwrap_or(format.decimal);
    let mut table = Table::open(Box::new(shared.reader()), &format)?;
    let places = Places::of(columns, table.header())?;
    let rules = |column: &str| Rules::of(column, format.date_order, format.decimal);
    let read = Reading {
        places,
        days: columns.days.iter().map(|wanted| (wanted, rules(&wanted.column))).collect(),
        amounts: columns.amounts.iter().map(|wanted| (wanted, rules(&wanted.column))).collect(),
        words: columns.words.iter().collect(),
        columns: table.header().len(),
        is_delimited: format.kind == FormatKind::Delimited,
    };
    let names = std::iter::once(&columns.customer).chain(
        columns.days.iter().chain(&columns.amounts).chain(&columns.words).map(|wanted| &wanted.column),
    );
    let mut file = PickedFile { decimal: format.decimal, ..PickedFile::default() };
    file.told.notes = doubled_names(names, table.header());
    let (mut raw, mut picked) = (RawRow::default(), Picked::default());
    while table.read(&mut raw)? {
        file.told.rows += 1;
        match read.row(&raw, &mut picked) {
            Ok(None) => file.told.without_customer += 1,
            Ok(Some(name)) => match file.told.customers.number_of(name.as_bytes()) {
                Some(number) => {
                    (picked.row, picked.customer) = (raw.number, number);
                    file.told.purchases += 1;
                    each(&picked);
                }
                None => file.told.reject(raw.number, garbled_name()),
            },
            Err(fault) => file.told.reject(raw.number, fault),
        }
    }
    if file.told.rows == 0 {
        return Err(SourceError::Empty);
    }
    file.told.notes.extend(file.told.customers.spelt_twice());
    Ok(file)
}

/// The places of the wanted columns.
struct Places {
    customer: usize,
    days: Vec<usize>,
    amounts: Vec<usize>,
    words: Vec<usize>,
}

impl Places {
    fn of(columns: &PickedColumns, header: &[String]) -> Result<Places, SourceError> {
        let find = |column: &str, wanted_for: &str| {
            place_of(column, header).ok_or_else(|| SourceError::UnknownColumn {
                wanted_for: wanted_for.to_string(),
                column: column.to_string(),
                existing: header.to_vec(),
            })
        };
        let all = |wanted: &[Wanted]| {
            wanted.iter().map(|wanted| find(&wanted.column, &wanted.for_what)).collect::<Result<Vec<_>, _>>()
        };
        Ok(Places {
            customer: find(&columns.customer, "the customer")?,
            days: all(&columns.days)?,
            amounts: all(&columns.amounts)?,
            words: all(&columns.words)?,
        })
    }
}

/// How each row is read.
struct Reading<'c> {
    places: Places,
    days: Vec<(&'c Wanted, Rules)>,
    amounts: Vec<(&'c Wanted, Rules)>,
    words: Vec<&'c Wanted>,
    columns: usize,
    is_delimited: bool,
}

impl Reading<'_> {
    /// Fills `picked` and gives the customer's name; `None` where nobody is named.
    fn row(&self, raw: &RawRow, picked: &mut Picked) -> Result<Option<String>, Box<Problem>> {
        if let Some(fault) = &raw.fault {
            let (code, said) = fault.told(raw.number);
            return Err(row_problem(code, said));
        }
        if self.is_delimited && (self.columns..raw.len()).any(|column| raw.cell(column) != Cell::Empty) {
            let cells = [raw.len().to_string(), self.columns.to_string()];
            return Err(row_problem(RejectionCode::RaggedRow, Said::new(Saying::TooManyCells, cells)));
        }
        if matches!(raw.cell(self.places.customer), Cell::Garbled(_)) {
            return Err(garbled_name());
        }
        let name = raw.cell(self.places.customer).written('.');
        if raw.cell(self.places.customer).is_blank()
            || numbers::names_nobody(numbers::trimmed(&name).as_bytes())
        {
            return Ok(None);
        }
        // Tables of numbers with gaps write 13085 as 13085.0.
        let name = match raw.cell(self.places.customer) {
            Cell::Float(_) => name.strip_suffix(".0").map_or_else(|| name.clone(), str::to_string),
            _ => name,
        };
        picked.days.clear();
        for ((wanted, rules), place) in self.days.iter().zip(&self.places.days) {
            let day = match raw.cell(*place) {
                Cell::Empty => None,
                Cell::Day(day) => Some(rules.checked_day(i64::from(day.0))?),
                Cell::Moment(at) => Some(rules.checked_day(i64::from(at.day().0))?),
                cell => {
                    let text = cell.written('.');
                    if numbers::means_nothing(&text) { None } else { Some(rules.day(text.as_bytes())?) }
                }
            };
            picked.days.push(given(day, wanted, rules, raw.cell(*place))?);
        }
        picked.amounts.clear();
        for ((wanted, rules), place) in self.amounts.iter().zip(&self.places.amounts) {
            let amount = match raw.cell(*place) {
                Cell::Empty => None,
                cell => match typed_number(cell) {
                    Some(number) => Some(rules.exact_amount(Some(number), &cell.written('.'))?),
                    None => {
                        let text = cell.written('.');
                        if numbers::means_nothing(&text) {
                            None
                        } else {
                            Some(rules.amount(text.as_bytes())?)
                        }
                    }
                },
            };
            picked.amounts.push(given(amount, wanted, rules, raw.cell(*place))?);
        }
        picked.words.clear();
        for (wanted, place) in self.words.iter().zip(&self.places.words) {
            let cell = raw.cell(*place);
            let text = if cell.is_blank() { String::new() } else { cell.written('.') };
            let text = numbers::trimmed(&text);
            let text = if numbers::says_nothing(text) { "" } else { text };
            if text.is_empty() && wanted.is_required {
                let said = Said::new(Saying::MissingCell, [named(&wanted.column)]);
                return Err(problem(&wanted.column, RejectionCode::Missing, said));
            }
            picked.words.push(text.to_string());
        }
        Ok(Some(name))
    }
}

/// Refuses an empty cell of a column that must be filled.
fn given<T>(
    value: Option<T>,
    wanted: &Wanted,
    rules: &Rules,
    cell: Cell<'_>,
) -> Result<Option<T>, Box<Problem>> {
    if value.is_none() && wanted.is_required {
        return Err(rules.missing(&wanted.column, &cell.written('.')));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_by_what_they_are_wanted_for() {
        let file = "id;start;end;fee;plan\n7;01.02.2024;;1.234,50;gold\n7;13.02.2024;14/03/2024;-3;\n;1.2.2024;;1;x\n\
                    8;;;1;x\n9;30.02.2024;;1;x\n9;1.2.2024;;much;x\n";
        let columns = PickedColumns {
            customer: "ID".to_string(),
            days: vec![Wanted::required("start", "the start"), Wanted::optional("end", "the end")],
            amounts: vec![Wanted::optional("fee", "the margin")],
            words: vec![Wanted::optional("plan", "the cohort")],
            date_order: None,
            decimal: Some(','),
        };
        let read = |columns: &PickedColumns| {
            let mut rows = Vec::new();
            let input = Box::new(std::io::Cursor::new(file));
            read_picked(input, columns, &mut |row| rows.push(row.clone())).map(|file| (file, rows))
        };
        let (file, rows) = read(&columns).unwrap();
        assert_eq!(rows[0].days, [Some(19_754), None]);
        assert_eq!((rows[0].amounts[0], rows[1].amounts[0]), (Some(12_345_000), Some(-30_000)));
        assert_eq!((rows[1].days[1], rows[1].words[0].as_str(), rows.len()), (Some(19_796), "", 2));
        assert_eq!((file.told.without_customer, file.told.rejected, file.told.customers.len()), (1, 3, 1));
        let told: Vec<(u64, RejectionCode)> = file.told.rejections.iter().map(|r| (r.row, r.code)).collect();
        let expected =
            [(5, RejectionCode::Missing), (6, RejectionCode::InvalidDate), (7, RejectionCode::InvalidAmount)];
        assert_eq!(told, expected);
        let missing = PickedColumns { words: vec![Wanted::optional("tier", "the cohort")], ..columns };
        let error = read(&missing).unwrap_err().to_string();
        assert!(error.contains("\"tier\"") && error.contains("the cohort"), "{error}");
    }
}
