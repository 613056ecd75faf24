//! Statements as they are kept: per month while they are made, per customer once they are written.
//!
//! Numbers are packed: a line of a statement takes three or four bytes.

use crate::error::Result;
use crate::packed::{checked, folded, put, skip, take, unfolded};
use ledger::Day;
use std::ops::Range;
use value::cost::Line;
use xxhash_rust::xxh3::xxh3_64;

/// One customer's statement of one month: the lines that are not zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthLines {
    /// The month's first day.
    pub month: Day,
    /// Minor units by line, in the order of the statement.
    pub lines: Vec<(Line, i64)>,
}

/// Customers whose statements are one row.
pub(super) const CUSTOMERS_A_BLOCK: u64 = 256;

/// The statements of all customers in one month.
#[derive(Clone, Debug)]
pub struct MonthStatements {
    month: Day,
    customers: u64,
    /// Customer less the one before, number of lines, then line and amount of each.
    bytes: Vec<u8>,
}

impl MonthStatements {
    /// Statements from their lines, by rising customer and line.
    pub fn new(month: Day, entries: impl Iterator<Item = (u32, Line, i64)>) -> MonthStatements {
        let mut statements = StatementsOfMonth::default();
        let mut open = None;
        let mut lines: Vec<(Line, i64)> = Vec::new();
        for (customer, line, amount) in entries {
            if let Some(open) = open.replace(customer).filter(|open| *open != customer) {
                statements.add(open, &lines);
                lines.clear();
            }
            lines.push((line, amount));
        }
        if let Some(open) = open {
            statements.add(open, &lines);
        }
        statements.of(month)
    }

    /// The month's first day.
    pub fn month(&self) -> Day {
        self.month
    }

    /// How many customers have one.
    pub fn customers(&self) -> u64 {
        self.customers
    }

    /// A number that other statements do not have.
    pub fn fingerprint(&self) -> i64 {
        xxh3_64(&self.bytes) as i64
    }

    /// Every line of every customer.
    pub fn each(&self, mut visit: impl FnMut(u32, Line, i64)) {
        let mut rest = self.bytes.as_slice();
        let mut customer = 0;
        while !rest.is_empty() {
            customer += take(&mut rest) as u32;
            for _ in 0..take(&mut rest) {
                let line = Line::from_number(take(&mut rest));
                visit(customer, line, unfolded(take(&mut rest)));
            }
        }
    }
}

/// Statements of a month while customers are added.
#[derive(Default)]
pub(super) struct StatementsOfMonth {
    /// The customer added last.
    before: u32,
    customers: u64,
    bytes: Vec<u8>,
}

impl StatementsOfMonth {
    /// Adds a customer whose number is higher than those before.
    pub(super) fn add(&mut self, customer: u32, lines: &[(Line, i64)]) {
        put(&mut self.bytes, u64::from(customer - self.before));
        put(&mut self.bytes, lines.len() as u64);
        for (line, amount) in lines {
            put(&mut self.bytes, line.number());
            put(&mut self.bytes, folded(*amount));
        }
        self.before = customer;
        self.customers += 1;
    }

    pub(super) fn of(self, month: Day) -> MonthStatements {
        MonthStatements { month, customers: self.customers, bytes: self.bytes }
    }
}

/// Months read side by side, turned into rows of customers.
pub(super) struct Blocks<'s> {
    cursors: Vec<Cursor<'s>>,
}

struct Cursor<'s> {
    month: Day,
    rest: &'s [u8],
    /// The next customer; `None` at the end.
    customer: Option<u64>,
}

impl Cursor<'_> {
    /// Goes on to the next customer.
    fn step(&mut self, before: u64) {
        self.customer = (!self.rest.is_empty()).then(|| before + take(&mut self.rest));
    }

    /// The bytes of the lines of the customer it stands at, their number before them.
    fn lines(&mut self) -> &[u8] {
        let whole = self.rest;
        for _ in 0..2 * take(&mut self.rest) {
            take(&mut self.rest);
        }
        &whole[..whole.len() - self.rest.len()]
    }
}

impl<'s> Blocks<'s> {
    pub(super) fn of(statements: &'s [MonthStatements]) -> Blocks<'s> {
        let cursor = |month: &'s MonthStatements| {
            let mut cursor = Cursor { month: month.month, rest: &month.bytes, customer: None };
            cursor.step(0);
            cursor
        };
        Blocks { cursors: statements.iter().map(cursor).collect() }
    }

    /// The next row: its number and its bytes. Of each customer: his place in the row, his months, and of each month its
    /// distance in days from the one before and its lines.
    pub(super) fn next_block(&mut self) -> Option<(i64, Vec<u8>)> {
        let block = self.cursors.iter().filter_map(|cursor| cursor.customer).min()? / CUSTOMERS_A_BLOCK;
        let mut data = Vec::new();
        for place in 0..CUSTOMERS_A_BLOCK {
            let customer = block * CUSTOMERS_A_BLOCK + place;
            let months = self.cursors.iter().filter(|cursor| cursor.customer == Some(customer)).count();
            if months == 0 {
                continue;
            }
            put(&mut data, place);
            put(&mut data, months as u64);
            let mut before = 0;
            for cursor in self.cursors.iter_mut().filter(|cursor| cursor.customer == Some(customer)) {
                put(&mut data, folded(i64::from(cursor.month.0) - before));
                before = i64::from(cursor.month.0);
                data.extend_from_slice(cursor.lines());
                cursor.step(customer);
            }
        }
        Some((block as i64, data))
    }
}

/// Reads a row whose first customer has the number `first`.
pub(super) fn read_block(data: &[u8], first: u32, mut visit: impl FnMut(u32, &[MonthLines])) -> Result<()> {
    let mut rest = data;
    let mut months: Vec<MonthLines> = Vec::new();
    while !rest.is_empty() {
        let place = checked(&mut rest)?;
        let count = checked(&mut rest)?;
        months.clear();
        let mut day = 0_i64;
        for _ in 0..count {
            day = day.saturating_add(unfolded(checked(&mut rest)?));
            let lines = checked(&mut rest)?;
            let mut month = MonthLines { month: Day(day as i32), lines: Vec::new() };
            for _ in 0..lines {
                let line = checked(&mut rest)?;
                month.lines.push((Line::from_number(line), unfolded(checked(&mut rest)?)));
            }
            months.push(month);
        }
        visit(first.saturating_add(place as u32), &months);
    }
    Ok(())
}

/// Reads of such a row the lines of some months, all of a customer's in one go; who has none in them is left out.
pub(super) fn read_lines(
    data: &[u8],
    first: u32,
    months: &Range<Day>,
    lines: &mut Vec<(Line, i64)>,
    mut visit: impl FnMut(u32, &[(Line, i64)]),
) -> Result<()> {
    let (from, until) = (i64::from(months.start.0), i64::from(months.end.0));
    let mut rest = data;
    while !rest.is_empty() {
        let place = checked(&mut rest)?;
        let count = checked(&mut rest)?;
        lines.clear();
        let mut day = 0_i64;
        for _ in 0..count {
            day = day.saturating_add(unfolded(checked(&mut rest)?));
            let count = checked(&mut rest)?;
            if !(from..until).contains(&day) {
                skip(&mut rest, count.saturating_mul(2))?;
                continue;
            }
            for _ in 0..count {
                let line = checked(&mut rest)?;
                lines.push((Line::from_number(line), unfolded(checked(&mut rest)?)));
            }
        }
        if !lines.is_empty() {
            visit(first.saturating_add(place as u32), lines);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_become_rows_of_customers_and_read_back() {
        let may = [(1, Line::Gross, 100), (1, Line::Activity(3), -7), (700, Line::Margin, i64::MAX)];
        let june = [(0, Line::Gross, 5), (255, Line::Activity(300), 1), (700, Line::Returns, -1)];
        let of =
            |day: i32, entries: &[(u32, Line, i64)]| MonthStatements::new(Day(day), entries.iter().copied());
        let months = [of(20_574, &may), of(20_605, &june)];
        let mut blocks = Blocks::of(&months);
        let mut read = Vec::new();
        while let Some((block, data)) = blocks.next_block() {
            read_block(&data, block as u32 * 256, |customer, months| {
                for month in months {
                    read.extend(
                        month.lines.iter().map(|(line, amount)| (month.month.0, customer, *line, *amount)),
                    );
                }
            })
            .unwrap();
        }
        let mut all: Vec<_> = may.iter().map(|e| (20_574, e.0, e.1, e.2)).collect();
        all.extend(june.iter().map(|e| (20_605, e.0, e.1, e.2)));
        all.sort_by_key(|entry| (entry.1, entry.0));
        assert_eq!(read, all);
        let mut again = Vec::new();
        months[0].each(|customer, line, amount| again.push((customer, line, amount)));
        assert_eq!(again, may);
    }
}
