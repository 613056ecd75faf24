//! What each customer was at the end of each month: one column of whole numbers a day and a measure.

use crate::connection::{Bind, binds, sql};
use crate::error::Result;
use crate::pool::Store;
use ledger::Day;

/// What a column of month ends tells of each customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Expected discounted contribution of all the future, in minor units.
    Equity,
    /// Contribution of the twelve months up to the day, in minor units.
    Contribution,
    /// What the customer was given in the same months, in minor units.
    Investment,
}

impl Measure {
    fn name(self) -> &'static str {
        match self {
            Measure::Equity => "equity",
            Measure::Contribution => "contribution",
            Measure::Investment => "investment",
        }
    }
}

/// Stands in a column for who was no customer yet.
const ABSENT: i64 = i64::MIN;

impl Store {
    /// Keeps a month end: a number for each customer from number 0 on, `None` for who was no customer then.
    pub fn put_month_end(&self, day: Day, measure: Measure, column: &[Option<i64>]) -> Result<()> {
        let data: Vec<u8> = column.iter().flat_map(|number| number.unwrap_or(ABSENT).to_le_bytes()).collect();
        self.write(|tx| {
            let binds = [i64::from(day.0).into(), measure.name().into(), Bind::Bytes(&data)];
            tx.execute(sql!("month_ends/put"), &binds).map(|_| ())
        })
    }

    /// A month end by the customers' numbers; customers beyond its end were none yet. `None` where it is not kept.
    pub fn month_end(&self, day: Day, measure: Measure) -> Result<Option<Vec<Option<i64>>>> {
        let column = |data: &[u8]| -> Vec<Option<i64>> {
            let numbers = data.as_chunks::<8>().0.iter().map(|bytes| i64::from_le_bytes(*bytes));
            numbers.map(|number| (number != ABSENT).then_some(number)).collect()
        };
        self.read(|connection| {
            let binds = binds![i64::from(day.0), measure.name()];
            connection.first(sql!("month_ends/one"), binds, |row| row.bytes(0).map(column))
        })
    }

    /// The days of a measure that are kept, the earliest first.
    pub fn month_ends(&self, measure: Measure) -> Result<Vec<Day>> {
        self.read(|connection| {
            connection.rows(sql!("month_ends/days"), binds![measure.name()], |row| {
                Ok(row.day_or_null(0)?.expect("the key is never null"))
            })
        })
    }

    /// Drops a month end that facts no longer bear.
    pub fn drop_month_end(&self, day: Day, measure: Measure) -> Result<()> {
        self.write(|tx| {
            tx.execute(sql!("month_ends/drop"), binds![i64::from(day.0), measure.name()]).map(|_| ())
        })
    }
}
