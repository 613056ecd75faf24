//! The short way from a file to purchases: three columns, tens of millions of lines, nothing else kept.
//!
//! Takes delimited text (also packed with gzip) or Parquet and the names of the customer, date and amount columns;
//! hands purchases on in batches, customers as dense numbers in the order they first appear. The wide way, with
//! every column, mappings and facts, is [`crate::open`]; both read dates and amounts by the same rules. A row that
//! cannot be taken is told with its number and cause, and the rows around it are taken all the same.

mod columns;
mod customers;
mod days;
mod lines;
mod pages;
mod picked;
mod spellings;

pub use customers::Customers;
pub use picked::{Picked, PickedColumns, PickedFile, Wanted, read_picked};

use crate::bytes::{self, Bytes};
use crate::columnar::is_parquet;
use crate::dates;
use crate::error::SourceError;
use crate::format::DateOrder;
use crate::gzip::is_gzip;
use crate::numbers::{self, Decimal, NumberFault};
use crate::rejection::{Problem, Rejection, RejectionCode};
use crate::said::{Said, Saying, named};
use crate::sniff::refuse_binary;
use customers::Key;
use days::Days;
use ledger::Currency;
use std::sync::OnceLock;

/// Amounts are whole ten-thousandths of the currency's unit, so that unit prices keep their digits.
pub const AMOUNT_DIGITS: u32 = 4;
/// The most rejected rows that are kept with their cause; all are counted.
pub const MOST_REJECTIONS: usize = 1_000;

/// Which columns hold what, and how to read what could be read in more than one way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PurchaseColumns {
    /// Who bought, kept as written. A row that names nobody is counted and left out.
    pub customer: String,
    /// On which day; a time of day is passed over.
    pub date: String,
    /// For how much, negative when goods come back; without it every purchase counts zero.
    pub amount: Option<String>,
    /// The order of day, month and year in dates that are not ISO; guessed from the first rows if absent.
    pub date_order: Option<DateOrder>,
    /// The mark before decimals; guessed from the first rows if absent.
    pub decimal: Option<char>,
    /// Days since 1970-01-01 of today: purchases dated later are handed on like the others and told in
    /// [`Purchases::after_today`]. Absent, every day is taken as it is.
    pub today: Option<i32>,
}

/// One line of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// Number of the customer, see [`Customers::name`].
    pub customer: u32,
    /// Days since 1970-01-01, as [`ledger::Day`].
    pub day: i32,
    /// Ten-thousandths of the currency's unit, see [`AMOUNT_DIGITS`].
    pub amount: i64,
}

/// What was read beside the purchases themselves.
#[derive(Clone, Debug, Default)]
pub struct Purchases {
    /// Names of the customers.
    pub customers: Customers,
    /// Rows of data: purchases + without_customer + rejected.
    pub rows: u64,
    /// Rows handed on.
    pub purchases: u64,
    /// Rows that name no customer.
    pub without_customer: u64,
    /// Rows that cannot be taken.
    pub rejected: u64,
    /// The first of these, at most [`MOST_REJECTIONS`].
    pub rejections: Vec<Rejection>,
    /// What was guessed or is out of the ordinary, for the user to know.
    pub notes: Vec<String>,
    /// Rows dated after today, where [`PurchaseColumns::today`] says when that is.
    pub after_today: AfterToday,
}

/// Rows of days that have not come yet: slips of the pen, mostly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AfterToday {
    /// Today, where it is known.
    pub today: Option<i32>,
    /// How many rows are dated later.
    pub rows: u64,
    /// The first of them in the file: its row and its day.
    pub first: Option<(u64, i32)>,
    /// The last day of all other rows.
    pub last_day: Option<i32>,
}

impl AfterToday {
    /// Rows of which none has been seen.
    pub fn of(today: Option<i32>) -> AfterToday {
        AfterToday { today, ..AfterToday::default() }
    }

    /// Sees the day of a row; `row` as the user's editor counts.
    #[inline]
    pub fn see(&mut self, row: u64, day: i32) {
        if self.today.is_some_and(|today| day > today) {
            self.rows += 1;
            self.first = self.first.or(Some((row, day)));
        } else {
            self.last_day = self.last_day.max(Some(day));
        }
    }
}

/// Reads a file of purchases and gives them to `each`, some thousands at a time, in the order of the file.
///
/// Holds the customers' names, a chunk of the file and nothing else. The format is told by the content.
///
/// ```
/// use sources::{PurchaseColumns, read_purchases};
///
/// let file = "customer,date,amount\nAda,2024-03-01,12.50\nBob,2024-02-31,9\nAda,2024-03-08,-2.5\n";
/// let columns = PurchaseColumns {
///     customer: "customer".to_string(),
///     date: "date".to_string(),
///     amount: Some("amount".to_string()),
///     ..PurchaseColumns::default()
/// };
/// let mut purchases = Vec::new();
/// let input = Box::new(std::io::Cursor::new(file));
/// let read = read_purchases(input, &columns, &mut |batch| purchases.extend_from_slice(batch)).unwrap();
///
/// assert_eq!(purchases.iter().map(|p| p.amount).collect::<Vec<_>>(), [125_000, -25_000]);
/// assert_eq!(read.customers.name(purchases[0].customer), "Ada");
/// // February has no 31st: the row is told, not guessed.
/// assert_eq!((read.rejected, read.rejections[0].row), (1, 3));
/// ```
pub fn read_purchases(
    mut input: Box<dyn Bytes>,
    columns: &PurchaseColumns,
    each: &mut dyn FnMut(&[Purchase]),
) -> Result<Purchases, SourceError> {
    let head = bytes::head(&mut *input, 512).map_err(|error| SourceError::from_read(error, 0))?;
    if head.iter().all(u8::is_ascii_whitespace) {
        return Err(SourceError::Empty);
    }
    let mut purchases = if is_parquet(&head) {
        columns::read(input, columns, each)?
    } else if let Some(looks_like) = other_format(&head) {
        return Err(SourceError::NotRecognised { looks_like });
    } else {
        lines::read(input, is_gzip(&head), columns, each)?
    };
    purchases.notes.extend(purchases.customers.spelt_twice());
    Ok(purchases)
}

/// What the content looks like when it is no delimited text for sure.
fn other_format(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(b"PK\x03\x04") {
        return Some("zip");
    }
    if head.trim_ascii_start().first().is_some_and(|byte| matches!(byte, b'{')) {
        return Some("json");
    }
    match refuse_binary(head) {
        Err(SourceError::NotRecognised { looks_like }) if !is_gzip(head) => Some(looks_like),
        _ => None,
    }
}

/// How to read the text of dates and amounts.
struct Rules {
    days: Days,
    date_order: DateOrder,
    decimal: char,
    date_column: String,
    amount_column: String,
    /// The currency that an amount named first; all that name one must name it.
    currency: OnceLock<Currency>,
}

impl Rules {
    fn new(columns: &PurchaseColumns, date_order: DateOrder, decimal: char) -> Rules {
        Rules {
            days: Days::new(),
            date_order,
            decimal,
            date_column: columns.date.clone(),
            amount_column: columns.amount.clone().unwrap_or_default(),
            currency: OnceLock::new(),
        }
    }

    /// Those of one column that is read for its own sake.
    fn of(column: &str, date_order: DateOrder, decimal: char) -> Rules {
        Rules {
            days: Days::new(),
            date_order,
            decimal,
            date_column: column.to_string(),
            amount_column: column.to_string(),
            currency: OnceLock::new(),
        }
    }

    /// The day that a text names.
    #[inline]
    fn day(&self, text: &[u8]) -> Result<i32, Box<Problem>> {
        match self.days.read(text, self.date_order) {
            Some(day) => Ok(day),
            None => self.unusual_day(text),
        }
    }

    #[cold]
    fn unusual_day(&self, text: &[u8]) -> Result<i32, Box<Problem>> {
        let text = String::from_utf8_lossy(text);
        if numbers::means_nothing(&text) {
            return Err(self.missing(&self.date_column, &text));
        }
        dates::moment(&text, self.date_order)
            .map(|at| at.day().0)
            .map_err(|fault| problem(&self.date_column, RejectionCode::InvalidDate, fault))
    }

    /// The amount that a text names, in ten-thousandths.
    #[inline]
    fn amount(&self, text: &[u8]) -> Result<i64, Box<Problem>> {
        match plain_amount(text, self.decimal as u8) {
            Some(amount) => Ok(amount),
            None => self.unusual_amount(text),
        }
    }

    #[cold]
    fn unusual_amount(&self, text: &[u8]) -> Result<i64, Box<Problem>> {
        let text = String::from_utf8_lossy(text);
        if numbers::means_nothing(&text) {
            return Err(self.missing(&self.amount_column, &text));
        }
        match numbers::amount(&text, self.decimal) {
            Ok((amount, mark)) => {
                if let Some(mark) = mark {
                    self.one_currency(mark, &text)?;
                }
                self.exact_amount(Some(amount), &text)
            }
            Err(NumberFault::OutOfRange) => self.exact_amount(None, &text),
            Err(_) => Err(self.no_amount(&text)),
        }
    }

    #[cold]
    fn no_amount(&self, text: &str) -> Box<Problem> {
        let said = Said::new(Saying::NotAnAmount, [named(text), "1234.50".to_string()]);
        problem(&self.amount_column, RejectionCode::InvalidAmount, said)
    }

    /// Amounts of several currencies have no sum.
    fn one_currency(&self, mark: numbers::CurrencyMark<'_>, text: &str) -> Result<(), Box<Problem>> {
        let named_before = self.currency.get().copied();
        let currency = mark.currency(named_before).map_err(|_| {
            let said = Said::new(Saying::UnknownMark, [named(text), named(mark.0)]);
            problem(&self.amount_column, RejectionCode::UnknownCurrency, said)
        })?;
        let first = *self.currency.get_or_init(|| currency);
        if first == currency {
            return Ok(());
        }
        let values = [first.code().to_string(), currency.code().to_string()];
        let said = Said::new(Saying::CurrenciesInFile, values);
        Err(problem(&self.amount_column, RejectionCode::UnknownCurrency, said))
    }

    /// A number as ten-thousandths, half away from zero.
    fn exact_amount(&self, amount: Option<Decimal>, text: &str) -> Result<i64, Box<Problem>> {
        amount.and_then(|amount| amount.rounded(AMOUNT_DIGITS)).ok_or_else(|| {
            let said = Said::new(Saying::TooManyDigits, [named(text)]);
            problem(&self.amount_column, RejectionCode::OutOfRange, said)
        })
    }

    /// Refuses a cell that is empty, or that says in a word that there is nothing.
    #[cold]
    fn missing(&self, column: &str, text: &str) -> Box<Problem> {
        let said = match numbers::trimmed(text) {
            "" => Said::new(Saying::MissingCell, [named(column)]),
            word => Said::new(Saying::SaidToBeNothing, [named(word), named(column)]),
        };
        problem(column, RejectionCode::Missing, said)
    }
}

#[cold]
fn problem(column: &str, code: RejectionCode, said: Said) -> Box<Problem> {
    Box::new(Problem::new(Some(column.to_string()), code, said))
}

/// Purchases whose customers are not yet numbered.
#[derive(Default)]
struct Unnumbered {
    purchases: Vec<Purchase>,
    rows: Vec<u64>,
    keys: Vec<Key>,
}

impl Unnumbered {
    #[inline]
    fn push(&mut self, row: u64, key: Key, day: i32, amount: i64) {
        self.purchases.push(Purchase { customer: u32::MAX, day, amount });
        self.rows.push(row);
        self.keys.push(key);
    }
}

impl Purchases {
    /// Numbers the customers of a batch, whose names `name` tells, and gives the batch away.
    fn hand_on<'n>(
        &mut self,
        batch: &mut Unnumbered,
        name: impl Fn(usize) -> Option<&'n [u8]>,
        each: &mut dyn FnMut(&[Purchase]),
    ) {
        let Unnumbered { purchases, rows, keys } = batch;
        let mut garbled = false;
        self.customers.number_all(keys, name, |at, number| match number {
            Some(customer) => purchases[at].customer = customer,
            None => garbled = true,
        });
        if garbled {
            for (purchase, row) in purchases.iter().zip(rows.iter()) {
                if purchase.customer == u32::MAX {
                    self.reject(*row, garbled_name());
                }
            }
            let mut standing = purchases.iter().map(|purchase| purchase.customer != u32::MAX);
            rows.retain(|_| standing.next() == Some(true));
            purchases.retain(|purchase| purchase.customer != u32::MAX);
        }
        self.purchases += purchases.len() as u64;
        self.see_days(purchases, |at| rows[at]);
        each(purchases);
        purchases.clear();
        rows.clear();
        keys.clear();
    }

    fn see_days(&mut self, purchases: &[Purchase], row: impl Fn(usize) -> u64) {
        let after = &mut self.after_today;
        let latest = purchases.iter().map(|purchase| purchase.day).max();
        if after.today.zip(latest).is_some_and(|(today, latest)| latest > today) {
            purchases.iter().enumerate().for_each(|(at, purchase)| after.see(row(at), purchase.day));
        } else {
            after.last_day = after.last_day.max(latest);
        }
    }

    #[cold]
    #[allow(clippy::boxed_local)] // Faults travel boxed so that the common answer stays small.
    fn reject(&mut self, row: u64, fault: Box<Problem>) {
        self.rejected += 1;
        if self.rejections.len() < MOST_REJECTIONS {
            let Problem { column, code, cause, remedy, said } = *fault;
            self.rejections.push(Rejection {
                row,
                column,
                code,
                cause,
                remedy,
                said,
                also: Vec::new(),
                cells: Vec::new(),
            });
        }
    }
}

/// What is wrong with a row as a whole.
#[cold]
fn row_problem(code: RejectionCode, said: Said) -> Box<Problem> {
    Box::new(Problem::new(None, code, said))
}

#[cold]
fn garbled_name() -> Box<Problem> {
    row_problem(RejectionCode::InvalidEncoding, Said::new(Saying::NameNotRead, []))
}

/// Digits, perhaps with a sign before and decimals after: what programs write, without the long way round.
#[inline]
fn plain_amount(text: &[u8], decimal: u8) -> Option<i64> {
    let (negative, digits) = match text.first()? {
        b'-' => (true, &text[1..]),
        _ => (false, text),
    };
    // Eleven digits before the mark stay inside the bound that amounts have.
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    let mut value = 0_i64;
    let mut at = 0;
    while at < digits.len() && digits[at].is_ascii_digit() {
        value = value * 10 + i64::from(digits[at] - b'0');
        at += 1;
    }
    if at == 0 || at > 11 {
        return None;
    }
    let decimals = match digits.len() - at {
        0 => 0,
        rest if digits[at] == decimal && rest >= 2 && rest - 1 <= AMOUNT_DIGITS as usize => rest - 1,
        _ => return None,
    };
    for digit in &digits[digits.len() - decimals..] {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(digit - b'0');
    }
    const LIFT: [i64; 5] = [10_000, 1_000, 100, 10, 1];
    value *= LIFT[decimals];
    Some(if negative { -value } else { value })
}

/// The place of a wanted column: by its name as written, else in any case and without blanks around it.
fn place_of(wanted: &str, header: &[String]) -> Option<usize> {
    let plain = |name: &str| name.trim().to_lowercase();
    header
        .iter()
        .position(|name| name == wanted)
        .or_else(|| header.iter().position(|name| plain(name) == plain(wanted)))
}

/// The places of customer, date and amount.
fn places(
    columns: &PurchaseColumns,
    header: &[String],
) -> Result<(usize, usize, Option<usize>), SourceError> {
    let find = |wanted_for: &str, column: &String| {
        place_of(column, header).ok_or_else(|| SourceError::UnknownColumn {
            wanted_for: wanted_for.to_string(),
            column: column.clone(),
            existing: header.to_vec(),
        })
    };
    let amount = columns.amount.as_ref().map(|column| find("the amount", column)).transpose()?;
    Ok((find("the customer", &columns.customer)?, find("the date", &columns.date)?, amount))
}

/// Notes on wanted names that stand over more than one column.
fn doubled(columns: &PurchaseColumns, header: &[String]) -> Vec<String> {
    doubled_names(
        [Some(&columns.customer), Some(&columns.date), columns.amount.as_ref()].into_iter().flatten(),
        header,
    )
}

fn doubled_names<'n>(names: impl Iterator<Item = &'n String>, header: &[String]) -> Vec<String> {
    names
        .filter(|wanted| header.iter().filter(|name| name == wanted).count() > 1)
        .map(|wanted| format!("more than one column is called \"{}\"; the first is taken", named(wanted)))
        .collect()
}

#[cfg(test)]
mod tests;
