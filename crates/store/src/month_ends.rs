//! What each customer was at the end of each month: one column of whole numbers a day and a measure.

use crate::connection::{Bind, binds, sql};
use crate::error::Result;
use crate::packed::{checked, folded, put, unfolded};
use crate::pool::Store;
use ledger::Day;

/// What a column of month ends tells of each customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Expected discounted contribution of all the future, in minor units.
    Equity,
    /// The same while statements are computed; takes its place with them (`put_equity`).
    NextEquity,
    /// Contribution of the twelve months up to the day, in minor units.
    Contribution,
    /// What the customer was given in the same months, in minor units.
    Investment,
    /// Purchases in the twelve months up to the day.
    Bought,
    /// Millionths of a year in which the customer was active, of the same months.
    Active,
    /// Millionths of an expected purchase, discounted, of all the future.
    PurchasesAhead,
    /// Millionths of an expected year of being active, discounted.
    YearsAhead,
    /// What purchases of the twelve months cost to serve, in minor units.
    CostOfPurchases,
    /// What serving cost with time in the same months, in minor units.
    CostOfTime,
    /// The day of the first purchase that the accounts were closed with.
    FirstPurchase,
    /// Of who may be lost: what he is worth if he is there, in minor units.
    ValueIfThere,
    /// Billionths of the chance that he is gone by the next month end.
    Risk,
    /// Billionths of the chance that he is there.
    Alive,
    /// His level by what he is worth: 0 for the highest to 4.
    WorthLevel,
    /// 1 for who has a sale of the month whose margin was assumed.
    AssumedMargin,
}

impl Measure {
    /// Those that the expected cost to serve rests on: they are kept of the day of the valuation only.
    pub const OF_SERVING: [Measure; 6] = [
        Measure::Bought,
        Measure::Active,
        Measure::PurchasesAhead,
        Measure::YearsAhead,
        Measure::CostOfPurchases,
        Measure::CostOfTime,
    ];
    /// Of who may be lost: kept of the day of the valuation only.
    pub const AT_RISK: [Measure; 4] =
        [Measure::ValueIfThere, Measure::Risk, Measure::Alive, Measure::WorthLevel];
}

impl Measure {
    fn name(self) -> &'static str {
        match self {
            Measure::Equity => "equity",
            Measure::NextEquity => "next_equity",
            Measure::Contribution => "contribution",
            Measure::Investment => "investment",
            Measure::Bought => "bought",
            Measure::Active => "active",
            Measure::PurchasesAhead => "purchases_ahead",
            Measure::YearsAhead => "years_ahead",
            Measure::CostOfPurchases => "cost_of_purchases",
            Measure::CostOfTime => "cost_of_time",
            Measure::FirstPurchase => "first_purchase",
            Measure::ValueIfThere => "value_if_there",
            Measure::Risk => "risk",
            Measure::Alive => "alive",
            Measure::WorthLevel => "worth_level",
            Measure::AssumedMargin => "assumed_margin",
        }
    }
}

/// Stands in a column for who was no customer yet.
const ABSENT: i64 = i64::MIN;
/// Begins a packed column. Columns were kept as 64 bits a customer before, and those begin with a zero: nobody has number 0.
const PACKED: u8 = 1;

/// A column as it is kept: one or two bytes for most customers.
fn packed_column(column: &[Option<i64>]) -> Vec<u8> {
    let mut data = Vec::with_capacity(column.len() * 2 + 1);
    data.push(PACKED);
    for number in column {
        put(&mut data, number.map_or(0, |number| folded(number.max(ABSENT + 1)) + 1));
    }
    data
}

fn column_of(data: &[u8]) -> Result<Vec<Option<i64>>> {
    let Some((&PACKED, mut rest)) = data.split_first() else {
        let numbers = data.as_chunks::<8>().0.iter().map(|bytes| i64::from_le_bytes(*bytes));
        return Ok(numbers.map(|number| (number != ABSENT).then_some(number)).collect());
    };
    let mut column = Vec::with_capacity(rest.len() / 2);
    while !rest.is_empty() {
        let number = checked(&mut rest)?;
        column.push((number != 0).then(|| unfolded(number - 1)));
    }
    Ok(column)
}

/// One customer's number in a column as it is kept.
fn number_of(data: &[u8], customer: usize) -> Result<Option<i64>> {
    let Some((&PACKED, rest)) = data.split_first() else {
        return Ok(column_of(data)?.get(customer).copied().flatten());
    };
    // Each number ends with the byte that says that none follows.
    let mut ends = rest.iter().enumerate().filter(|(_, byte)| **byte & 0x80 == 0).map(|(place, _)| place + 1);
    let begin = if customer == 0 { Some(0) } else { ends.nth(customer - 1) };
    let Some(mut rest) = begin.and_then(|begin| rest.get(begin..)).filter(|rest| !rest.is_empty()) else {
        return Ok(None);
    };
    let number = checked(&mut rest)?;
    Ok((number != 0).then(|| unfolded(number - 1)))
}

impl Store {
    /// Keeps a month end: a number for each customer from number 0 on, `None` for who was no customer then.
    pub fn put_month_end(&self, day: Day, measure: Measure, column: &[Option<i64>]) -> Result<()> {
        let data = packed_column(column);
        self.write(|tx| {
            let binds = [i64::from(day.0).into(), measure.name().into(), Bind::Bytes(&data)];
            tx.execute(sql!("month_ends/put"), &binds).map(|_| ())
        })
    }

    /// A month end by the customers' numbers; customers beyond its end were none yet. `None` where it is not kept.
    pub fn month_end(&self, day: Day, measure: Measure) -> Result<Option<Vec<Option<i64>>>> {
        self.read(|connection| {
            let binds = binds![i64::from(day.0), measure.name()];
            connection.first(sql!("month_ends/one"), binds, |row| column_of(row.bytes(0)?))
        })
    }

    /// What a month end says of one customer; `None` where it is not kept, or he was no customer then.
    pub fn month_end_of(&self, day: Day, measure: Measure, customer: u32) -> Result<Option<i64>> {
        self.read(|connection| {
            let binds = binds![i64::from(day.0), measure.name()];
            let number = connection
                .first(sql!("month_ends/one"), binds, |row| number_of(row.bytes(0)?, customer as usize))?;
            Ok(number.flatten())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_before_are_read_as_well() {
        let column = [None, Some(12_34), None, Some(-5), Some(i64::MAX), Some(i64::MIN + 1), Some(0)];
        let wide: Vec<u8> =
            column.iter().flat_map(|number: &Option<i64>| number.unwrap_or(ABSENT).to_le_bytes()).collect();
        assert_eq!(column_of(&wide).unwrap(), column);
        let packed = packed_column(&column);
        assert_eq!(column_of(&packed).unwrap(), column);
        assert!(packed.len() < wide.len());
        for data in [&wide, &packed] {
            for (customer, number) in column.iter().chain([&None, &None]).enumerate() {
                assert_eq!(number_of(data, customer).unwrap(), *number, "customer {customer}");
            }
        }
        assert!(column_of(&packed[..packed.len() - 1]).is_ok(), "a shorter one has fewer customers");
        assert!(column_of(&[PACKED, 0x80]).is_err(), "but no half numbers");
    }
}
