//! From a row's cells to what it tells: the mapping at work.
//!
//! Everything that is wrong with a row is collected, so that it is mended once. How a row becomes a fact of each kind
//! is in [`crate::facts`].

use crate::cell::{Cell, RawRow, RowFault};
use crate::dates;
use crate::error::SourceError;
use crate::format::FormatKind;
use crate::formula::unguard;
use crate::mapping::{Mapping, NoCustomer};
use crate::numbers::{self, Decimal, NumberFault};
use crate::rejection::{Problem, Rejection, RejectionCode};
use crate::said::{Said, Saying, named};
use crate::target::{FileKind, Target, TargetType};
use ledger::{Attribute, Attributes, Currency, Day, Fact, Moment, Money};
use std::borrow::Cow;

/// What a row tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The row as the user's editor or sheet counts, header = 1.
    pub row: u64,
    /// The source's key of the customer, or `email:` and the address; `None` where nobody is named.
    pub customer: Option<String>,
    /// What the row says of the customer's record. Empty where nobody is named.
    pub attributes: Attributes,
    /// What happened; `None` for rows that only describe.
    pub fact: Option<Fact>,
}

/// A row read: taken or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// It tells something.
    Entry(Entry),
    /// It cannot be taken as it is.
    Rejected(Rejection),
}

/// Longer keys are a mistake in the mapping, and no index would hold them.
const LONGEST_KEY: usize = 250;
const LONGEST_TEXT: usize = 64 << 10;

/// A mapping whose columns have been found in a file.
pub(crate) struct Plan {
    pub(crate) mapping: Mapping,
    pub(crate) header: Vec<String>,
    /// Places of the columns, by [`Target::index`].
    columns: Vec<Vec<usize>>,
    attributes: Vec<(Attribute, usize)>,
    cancellation: Option<usize>,
    /// The last place that the mapping looks at.
    furthest: usize,
}

impl Plan {
    pub(crate) fn new(mapping: &Mapping, header: &[String]) -> Result<Plan, SourceError> {
        mapping.check()?;
        Plan::placed(mapping, header)
    }

    /// The columns found, though the mapping may lack what its kind requires.
    pub(crate) fn placed(mapping: &Mapping, header: &[String]) -> Result<Plan, SourceError> {
        let place = |name: &str, wanted_for: &str| {
            find(header, name).ok_or_else(|| SourceError::UnknownColumn {
                wanted_for: wanted_for.to_string(),
                column: name.to_string(),
                existing: header.to_vec(),
            })
        };
        let mut columns = vec![Vec::new(); Target::COUNT];
        for (target, names) in &mapping.columns {
            for name in names.names() {
                match place(name, target.name()) {
                    Ok(place) => columns[target.index()].push(place),
                    // JSON leaves out what is empty: this month nobody closed a request.
                    Err(_)
                        if mapping.format.kind == FormatKind::Ndjson && !is_needed(*target, mapping.kind) => {
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        let cancellation = match &mapping.rules.cancellation {
            Some(cancellation) => Some(place(&cancellation.column, "cancellation")?),
            None => None,
        };
        let attributes = Attribute::ALL
            .into_iter()
            .map(|attribute| (attribute, Target::Attribute(attribute).index()))
            .filter(|(attribute, index)| {
                !columns[*index].is_empty() || mapping.fixed.contains_key(&Target::Attribute(*attribute))
            })
            .collect();
        let furthest = columns.iter().flatten().copied().chain(cancellation).max().unwrap_or(0);
        Ok(Plan {
            mapping: mapping.clone(),
            header: header.to_vec(),
            columns,
            attributes,
            cancellation,
            furthest,
        })
    }

    fn reading<'a>(&'a self, row: &'a RawRow) -> Reading<'a> {
        Reading { plan: self, row, problems: Vec::new(), currency: None }
    }

    /// How many rows hold something for this date, number or amount that does not read as one.
    pub(crate) fn unread(&self, target: Target, rows: &[RawRow]) -> usize {
        let is_unread = |row: &&RawRow| {
            let mut reading = self.reading(row);
            match target.value_type() {
                TargetType::Moment | TargetType::Day => drop(reading.moment(target)),
                TargetType::Money => drop(reading.money(target)),
                _ => drop(reading.number(target)),
            }
            reading.has_problems()
        };
        rows.iter().filter(|row| row.fault.is_none()).filter(is_unread).count()
    }

    /// What the row tells, or everything that is wrong with it.
    pub(crate) fn row(&self, raw: &RawRow) -> Row {
        let mut reading = self.reading(raw);
        let entry = reading.whole_row().and_then(|()| reading.entry());
        let problems = reading.problems;
        match entry {
            Some(entry) if problems.is_empty() => Row::Entry(entry),
            _ => {
                let rejection = Rejection::of(raw.number, problems, self.cells(raw));
                Row::Rejected(rejection.expect("a row that gives no entry has told its problem"))
            }
        }
    }

    /// Whether a number in this column of a sheet is read as a day.
    fn is_day_number(&self, column: usize) -> bool {
        let is_day = |target: &Target| matches!(target.value_type(), TargetType::Moment | TargetType::Day);
        self.mapping.format.kind == FormatKind::Xlsx
            && self
                .mapping
                .columns
                .keys()
                .any(|target| is_day(target) && self.columns[target.index()] == [column])
    }

    /// The row's cells as text, one for each column.
    pub(crate) fn cells(&self, raw: &RawRow) -> Vec<String> {
        let decimal = self.mapping.format.decimal;
        let is_delimited = self.mapping.format.kind == FormatKind::Delimited;
        let written = |column| match raw.cell(column) {
            Cell::Text(text) if is_delimited => unguard(text).to_string(),
            // A float that is no number is an empty cell of a table, and one in the file of rejected rows.
            Cell::Float(x) if x.is_nan() => String::new(),
            // A sheet's day number is one in a sheet only.
            Cell::Float(days) if self.is_day_number(column) => day_written(days, raw.cell(column), decimal),
            Cell::Whole(days) if self.is_day_number(column) => {
                day_written(days as f64, raw.cell(column), decimal)
            }
            other => other.written(decimal),
        };
        (0..self.header.len().max(raw.len())).map(written).collect()
    }
}

/// A sheet's day number as the day it stands for, other numbers as they are.
fn day_written(days: f64, cell: Cell<'_>, decimal: char) -> String {
    day_number(days).map_or(cell, Cell::Moment).written(decimal)
}

/// Whether a file of this kind is of no use without a column for it.
fn is_needed(target: Target, kind: FileKind) -> bool {
    target == Target::Customer || kind.requirements().iter().any(|group| *group == [target])
}

/// The place of a column: by its exact name, else by its name in any case.
fn find(header: &[String], name: &str) -> Option<usize> {
    let folded = |text: &str| text.trim().to_lowercase();
    header
        .iter()
        .position(|column| column == name)
        .or_else(|| header.iter().position(|column| folded(column) == folded(name)))
}

/// One row being read, with the problems found so far.
pub(crate) struct Reading<'a> {
    pub(crate) plan: &'a Plan,
    row: &'a RawRow,
    problems: Vec<Problem>,
    /// The currency that the row itself names.
    currency: Option<Currency>,
}

impl<'a> Reading<'a> {
    /// Whether the row as a whole can be read.
    fn whole_row(&mut self) -> Option<()> {
        let columns = self.plan.header.len();
        match &self.row.fault {
            Some(fault) => {
                let column = match fault {
                    RowFault::UnterminatedQuote { column } => {
                        Some(*column).filter(|column| *column < columns)
                    }
                    _ => None,
                };
                let (code, said) = fault.told(self.row.number);
                self.problem(column, code, said);
            }
            None if self.row.len() > columns => {
                let extra = (columns..self.row.len()).any(|column| self.row.cell(column) != Cell::Empty);
                if extra {
                    self.ragged(Saying::TooManyCells);
                }
            }
            None if self.plan.mapping.format.kind == FormatKind::Delimited
                && self.row.len() <= self.plan.furthest =>
            {
                self.ragged(Saying::TooFewCells);
            }
            None => {}
        }
        self.problems.is_empty().then_some(())
    }

    fn ragged(&mut self, saying: Saying) {
        let cells = [self.row.len(), self.plan.header.len()].map(|count| count.to_string());
        self.problem(None, RejectionCode::RaggedRow, Said::new(saying, cells));
    }

    fn entry(&mut self) -> Option<Entry> {
        let attributes = self.attributes();
        let customer = self.customer(&attributes);
        let fact = match self.plan.mapping.kind {
            FileKind::Customers => None,
            kind => Some(self.fact(kind)),
        };
        let nobody_allowed = self.plan.mapping.kind != FileKind::Customers
            && self.plan.mapping.rules.no_customer == NoCustomer::Anonymous;
        if customer.is_none() && !nobody_allowed && self.problems.is_empty() {
            let column = self
                .first_column(Target::Customer)
                .or(self.first_column(Target::Attribute(Attribute::Email)));
            self.problem(column, RejectionCode::NoCustomer, Said::new(Saying::NobodyInRow, []));
        }
        let attributes = if customer.is_some() { attributes } else { Attributes::new() };
        // A kind with facts that gave none has told why.
        let fact = match fact {
            None => None,
            Some(Some(fact)) => Some(fact),
            Some(None) => return None,
        };
        Some(Entry { row: self.row.number, customer, attributes, fact })
    }

    fn customer(&mut self, attributes: &Attributes) -> Option<String> {
        let key = self.key(Target::Customer).filter(|key| !numbers::means_nothing(key));
        // Tables of numbers with gaps write 13085 as 13085.0.
        let key = key.map(|key| match key.strip_suffix(".0") {
            Some(whole) if !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit()) => {
                whole.to_string()
            }
            _ => key,
        });
        key.or_else(|| attributes.get(&Attribute::Email).and_then(|email| email_key(email)))
    }

    fn attributes(&mut self) -> Attributes {
        let mut attributes = Attributes::new();
        let plan = self.plan;
        for (attribute, index) in &plan.attributes {
            let target = Target::Attribute(*attribute);
            let value = match attribute {
                Attribute::BirthDate => self.day(target).and_then(Day::civil).map(|date| date.to_string()),
                Attribute::CreditLimit => self.money(target).map(Decimal::plain),
                Attribute::Kind => {
                    self.choice(target, crate::words::party_kind, "person, organisation").map(str::to_string)
                }
                _ if target.value_type() == TargetType::Key => self.key(target),
                _ => self.text(target),
            };
            debug_assert_eq!(*index, target.index());
            if let Some(value) = value {
                attributes.insert(*attribute, value);
            }
        }
        attributes
    }

    pub(crate) fn problem(&mut self, column: Option<usize>, code: RejectionCode, said: Said) {
        let column = column.and_then(|column| self.plan.header.get(column).cloned());
        self.problems.push(Problem::new(column, code, said));
    }

    /// Whether anything is wrong with the row so far.
    pub(crate) fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    pub(crate) fn columns(&self, target: Target) -> &'a [usize] {
        &self.plan.columns[target.index()]
    }

    pub(crate) fn first_column(&self, target: Target) -> Option<usize> {
        self.columns(target).first().copied()
    }

    /// The cell as text without blanks around it; `None` where it is empty, says so, or cannot be read.
    fn cell_text(&mut self, column: usize) -> Option<Cow<'a, str>> {
        let row = self.row;
        let text = match row.cell(column) {
            blank if blank.is_blank() => return None,
            Cell::Text(text) => {
                let bare =
                    if self.plan.mapping.format.kind == FormatKind::Delimited { unguard(text) } else { text };
                Cow::Borrowed(numbers::trimmed(bare))
            }
            Cell::Garbled(text) => {
                let said = Said::new(Saying::WrongBytes, [self.encoding().to_string(), named(text)]);
                self.problem(Some(column), RejectionCode::InvalidEncoding, said);
                return None;
            }
            Cell::Fault(text) => {
                let said = Said::new(Saying::CellError, [text.to_string()]);
                self.problem(Some(column), RejectionCode::CellError, said);
                return None;
            }
            typed => Cow::Owned(typed.written('.')),
        };
        if text.contains('\0') {
            let said = Said::new(Saying::ZeroCharacter, [named(&text)]);
            self.problem(Some(column), RejectionCode::InvalidEncoding, said);
            return None;
        }
        Some(text).filter(|text| !text.is_empty() && !numbers::says_nothing(text))
    }

    fn encoding(&self) -> &str {
        &self.plan.mapping.format.encoding
    }

    /// The texts of all the target's columns with a blank between them, or its fixed value.
    pub(crate) fn text(&mut self, target: Target) -> Option<String> {
        let columns = self.columns(target);
        let text = match columns {
            [] => return self.plan.mapping.fixed.get(&target).cloned(),
            [column] => self.cell_text(*column)?.into_owned(),
            several => {
                let parts = several.iter().filter_map(|column| self.cell_text(*column)).collect::<Vec<_>>();
                parts.join(" ")
            }
        };
        self.within(columns[0], text, LONGEST_TEXT)
    }

    /// The text of the first of the target's columns that is filled.
    pub(crate) fn key(&mut self, target: Target) -> Option<String> {
        for column in self.columns(target) {
            if let Some(text) = self.cell_text(*column) {
                return self.within(*column, text.into_owned(), LONGEST_KEY);
            }
        }
        None
    }

    fn within(&mut self, column: usize, text: String, most: usize) -> Option<String> {
        if text.len() > most {
            let said =
                Said::new(Saying::TextTooLong, [named(&text), text.len().to_string(), most.to_string()]);
            self.problem(Some(column), RejectionCode::TooLong, said);
            return None;
        }
        Some(text).filter(|text| !text.is_empty())
    }

    /// One of a few words.
    pub(crate) fn choice<T>(
        &mut self,
        target: Target,
        read: impl Fn(&str) -> Option<T>,
        known: &str,
    ) -> Option<T> {
        let column = self.first_column(target)?;
        if let Cell::Truth(truth) = self.row.cell(column) {
            return read(if truth { "true" } else { "false" });
        }
        let word = self.cell_text(column)?;
        let choice = read(&word);
        if choice.is_none() {
            let said =
                Said::new(Saying::UnknownWord, [named(&word), target.name().to_string(), known.to_string()]);
            self.problem(Some(column), RejectionCode::UnknownWord, said);
        }
        choice
    }

    /// The cell as text, without judging it.
    pub(crate) fn cell_as_text(&mut self, column: usize) -> Option<String> {
        self.cell_text(column).map(Cow::into_owned)
    }

    /// Minutes from a duration written as `1:30`, `1:30:00` or `1h30`; `None` for anything else.
    pub(crate) fn clock(&self, column: usize) -> Option<Decimal> {
        let Cell::Text(text) = self.row.cell(column) else { return None };
        let parts = numbers::trimmed(text).split([':', 'h', 'H']).collect::<Vec<_>>();
        let number = |text: &str| {
            if text.is_empty() { Some(0) } else { text.trim_end_matches("min").parse::<u32>().ok() }
        };
        let seconds = match parts.as_slice() {
            [hours, minutes] => i64::from(number(hours)?) * 3600 + i64::from(number(minutes)?) * 60,
            [hours, minutes, seconds] => {
                i64::from(number(hours)?) * 3600
                    + i64::from(number(minutes)?) * 60
                    + i64::from(number(seconds)?)
            }
            _ => return None,
        };
        Some(Decimal { mantissa: i128::from((seconds * 1000 + 30) / 60), scale: 3 })
    }

    /// A number, of the target's one column.
    pub(crate) fn number(&mut self, target: Target) -> Option<Decimal> {
        let column = self.first_column(target)?;
        if let Some(value) = typed_number(self.row.cell(column)) {
            return Some(value);
        }
        let text = self.cell_text(column)?;
        if numbers::means_nothing(&text) {
            return None;
        }
        match numbers::number(&text, self.plan.mapping.format.decimal) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.number_problem(column, &text, fault, RejectionCode::InvalidNumber);
                None
            }
        }
    }

    /// An amount: the sum of the target's columns. A currency written beside it becomes the row's.
    pub(crate) fn money(&mut self, target: Target) -> Option<Decimal> {
        let mut sum: Option<Decimal> = None;
        for column in self.columns(target) {
            let Some(value) = self.one_amount(*column) else { continue };
            match sum.unwrap_or(Decimal::ZERO).plus(value) {
                Some(total) => sum = Some(total),
                None => self.out_of_range(*column, target),
            }
        }
        sum
    }

    fn one_amount(&mut self, column: usize) -> Option<Decimal> {
        if let Some(value) = typed_number(self.row.cell(column)) {
            return Some(value);
        }
        let text = self.cell_text(column)?;
        if numbers::means_nothing(&text) {
            return None;
        }
        let parsed = numbers::amount(&text, self.plan.mapping.format.decimal).and_then(|(value, mark)| {
            let file = self.currency.or(self.plan.mapping.currency);
            Ok((value, mark.map(|mark| mark.currency(file)).transpose()?))
        });
        match parsed {
            Ok((value, currency)) => {
                if let Some(currency) = currency {
                    self.name_currency(Some(column), currency);
                }
                Some(value)
            }
            Err(fault) => {
                self.number_problem(column, &text, fault, RejectionCode::InvalidAmount);
                None
            }
        }
    }

    /// A percentage, when the cell of the target's one column is written as one.
    pub(crate) fn percentage(&mut self, target: Target) -> Option<Decimal> {
        let [column] = self.columns(target) else { return None };
        let Cell::Text(text) = self.row.cell(*column) else { return None };
        let number = numbers::trimmed(text).strip_suffix('%')?;
        numbers::number(number, self.plan.mapping.format.decimal).ok().map(Decimal::percent)
    }

    pub(crate) fn out_of_range(&mut self, column: usize, target: Target) {
        let value = self.row.cell(column).written('.');
        let said = Said::new(Saying::BeyondRange, [named(&value), target.name().to_string()]);
        self.problem(Some(column), RejectionCode::OutOfRange, said);
    }

    fn number_problem(&mut self, column: usize, text: &str, fault: NumberFault, code: RejectionCode) {
        let (code, said) = match fault {
            NumberFault::NotANumber => {
                let saying = match code {
                    RejectionCode::InvalidNumber => Saying::NotANumber,
                    _ => Saying::NotAnAmount,
                };
                let example = format!("1234{}50", self.plan.mapping.format.decimal);
                (code, Said::new(saying, [named(text), example]))
            }
            NumberFault::OutOfRange => {
                (RejectionCode::OutOfRange, Said::new(Saying::TooManyDigits, [named(text)]))
            }
            NumberFault::UnknownCurrency(mark) => {
                (RejectionCode::UnknownCurrency, Said::new(Saying::UnknownMark, [named(text), named(&mark)]))
            }
        };
        self.problem(Some(column), code, said);
    }

    /// Reads the row's currency column.
    pub(crate) fn currency_column(&mut self) {
        let Some(column) = self.first_column(Target::Currency) else { return };
        let Some(text) = self.cell_text(column) else { return };
        match numbers::CurrencyMark(&text).currency(self.plan.mapping.currency) {
            Ok(currency) => self.name_currency(Some(column), currency),
            Err(_) => {
                let said = Said::new(Saying::UnknownCurrency, [named(&text)]);
                self.problem(Some(column), RejectionCode::UnknownCurrency, said);
            }
        }
    }

    fn name_currency(&mut self, column: Option<usize>, currency: Currency) {
        match self.currency {
            Some(other) if other != currency => {
                let said = Said::new(Saying::TwoCurrencies, [other.to_string(), currency.to_string()]);
                self.problem(column, RejectionCode::CurrencyConflict, said);
            }
            _ => self.currency = Some(currency),
        }
    }

    /// The currency of the row's amounts: its own, else the mapping's.
    pub(crate) fn row_currency(&mut self) -> Option<Currency> {
        let currency = self.currency.or(self.plan.mapping.currency);
        if currency.is_none() && !self.has_problems() {
            let column = self.first_column(Target::Currency);
            self.problem(column, RejectionCode::UnknownCurrency, Said::new(Saying::NoCurrencyGiven, []));
        }
        currency
    }

    /// An exact amount in minor units, or a problem told at the target's column.
    pub(crate) fn rounded(
        &mut self,
        value: Option<Decimal>,
        currency: Currency,
        target: Target,
    ) -> Option<Money> {
        let money = value.and_then(|value| value.money(currency));
        if money.is_none() {
            match self.first_column(target) {
                Some(column) => self.out_of_range(column, target),
                None => {
                    let said = Said::new(Saying::SumBeyondRange, [target.name().to_string()]);
                    self.problem(None, RejectionCode::OutOfRange, said);
                }
            }
        }
        money
    }

    /// When something happened, from one column or from a date and a time column.
    pub(crate) fn moment(&mut self, target: Target) -> Option<Moment> {
        let columns = self.columns(target);
        let is_sheet = self.plan.mapping.format.kind == FormatKind::Xlsx;
        if let [column] = columns {
            match self.row.cell(*column) {
                Cell::Moment(at) => return self.within_years(*column, at),
                Cell::Day(day) => return self.within_years(*column, day.start()),
                // A sheet's day number that is not shown as a date.
                Cell::Float(days) if is_sheet => {
                    if let Some(at) = day_number(days) {
                        return Some(at);
                    }
                }
                // Seconds since 1970 with a fraction, as some programs log them.
                Cell::Float(seconds) if (315_532_800.0..7_258_118_400.0).contains(&seconds) => {
                    return Some(Moment(seconds as i64));
                }
                Cell::Whole(days) if is_sheet => {
                    if let Some(at) = day_number(days as f64) {
                        return Some(at);
                    }
                }
                _ => {}
            }
        }
        let parts = columns.iter().filter_map(|column| self.cell_text(*column)).collect::<Vec<_>>();
        let text = match parts.as_slice() {
            [] => return None,
            [one] => one.clone(),
            several => Cow::Owned(several.join(" ")),
        };
        if numbers::means_nothing(&text) {
            return None;
        }
        match dates::moment(&text, self.plan.mapping.format.date_order) {
            Ok(at) => Some(at),
            Err(fault) => {
                self.problem(columns.first().copied(), RejectionCode::InvalidDate, fault);
                None
            }
        }
    }

    fn within_years(&mut self, column: usize, at: Moment) -> Option<Moment> {
        let year = at.civil().map(|civil| civil.year());
        if year.is_some_and(|year| dates::YEARS.contains(&year)) {
            return Some(at);
        }
        let said = Said::new(Saying::DateBeyondRange, [named(&self.row.cell(column).written('.'))]);
        self.problem(Some(column), RejectionCode::InvalidDate, said);
        None
    }

    pub(crate) fn day(&mut self, target: Target) -> Option<Day> {
        self.moment(target).map(Moment::day)
    }

    /// Tells that a target that must be filled is empty, unless something else was said of it already.
    pub(crate) fn missing(&mut self, target: Target) {
        if self.has_problems() {
            return;
        }
        let name = target.name().to_string();
        let written = |column: &usize| self.row.cell(*column).written('.');
        let stated = self.columns(target).iter().map(written).find(|text| !numbers::trimmed(text).is_empty());
        let said = match stated {
            // "NaN" and "n/a" are no value, and no empty cell to look for either.
            Some(text) => Said::new(Saying::SaidToBeNothing, [named(numbers::trimmed(&text)), name]),
            None => Said::new(Saying::MissingCell, [name]),
        };
        self.problem(self.first_column(target), RejectionCode::Missing, said);
    }

    /// Whether the mapping's rule for cancellations marks the row.
    pub(crate) fn is_cancelled(&mut self) -> bool {
        let (Some(column), Some(rule)) = (self.plan.cancellation, &self.plan.mapping.rules.cancellation)
        else {
            return false;
        };
        let cell = self.row.cell(column);
        let written;
        let text = match cell {
            Cell::Text(text) => text.trim(),
            blank if blank.is_blank() => return false,
            other => {
                written = other.written('.');
                &written
            }
        };
        rule.starts_with.as_ref().is_some_and(|start| text.starts_with(start.as_str()))
            || rule.is.as_ref().is_some_and(|word| text.to_lowercase() == word.to_lowercase())
    }
}

/// A sheet's day number of our times (1954 to 2119); other numbers are no dates.
fn day_number(days: f64) -> Option<Moment> {
    dates::serial(days, false).filter(|_| (20_000.0..80_000.0).contains(&days)).map(Moment::of)
}

pub(crate) fn typed_number(cell: Cell<'_>) -> Option<Decimal> {
    match cell {
        Cell::Whole(n) => Some(Decimal::whole(n)),
        Cell::Float(x) => Decimal::of_float(x),
        Cell::Decimal { mantissa, scale } => Some(Decimal { mantissa, scale: u32::from(scale) }),
        _ => None,
    }
}

/// The key of a customer who is known by e-mail only; `None` for what is no address.
fn email_key(email: &str) -> Option<String> {
    let address = email.trim().to_lowercase();
    let (user, host) = address.split_once('@')?;
    let plausible = !user.is_empty() && host.contains('.') && !address.contains(char::is_whitespace);
    plausible.then(|| format!("email:{address}"))
}
