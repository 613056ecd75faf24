//! Sale lines whose margin nobody told: the mapping of their import assumed a part of the amount.

use crate::connection::{binds, sql};
use crate::customer::may_see;
use crate::error::Result;
use crate::identity::records_of;
use crate::pool::Store;
use access::Reader;
use ledger::{Day, FactKind, Moment};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use value::cost::month_of;

/// How much of the margin rests on an assumption.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssumedMargins {
    /// Sale lines that stand.
    pub lines: u64,
    /// Customers who have one or more.
    pub customers: u64,
    /// Lines by the per cent assumed, the smallest first.
    pub percents: Vec<(u32, u64)>,
}

/// The same of one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssumedMonth {
    /// The month's first day.
    pub month: Day,
    /// Lines by the per cent assumed, the smallest first.
    pub percents: Vec<(u32, u64)>,
    /// The customers who have one or more, by rising number.
    pub customers: Vec<u32>,
}

/// Facts passed over between two words about progress.
const STEP: i64 = 200_000;

impl Store {
    /// Of all customers, by rising month. Reads no fact where no mapping of an import that stands assumes a margin.
    pub fn assumed_margins(&self, mut progress: impl FnMut() -> Result<()>) -> Result<Vec<AssumedMonth>> {
        self.read(|connection| {
            let assuming = connection.first(sql!("accounts/assumes"), binds![], |row| row.int(0))?;
            if assuming.unwrap_or(0) == 0 {
                return Ok(Vec::new());
            }
            let withdrawn = crate::value::withdrawn(connection)?;
            let owners = crate::value::owners(connection)?;
            let newest = connection.first(sql!("identity/newest_fact"), binds![], |row| row.int(0))?;
            let newest = newest.unwrap_or(0);
            let mut months: BTreeMap<Day, (BTreeMap<u32, u64>, BTreeSet<u32>)> = BTreeMap::new();
            let mut first = 1;
            while first <= newest {
                let last = newest.min(first + STEP - 1);
                connection.each(sql!("accounts/assumed_margins"), binds![first, last], |row| {
                    let percent = row.text_or_null(2)?.and_then(percent);
                    let Some(percent) = percent.filter(|_| !withdrawn.contains(&row.int(0).unwrap_or(0)))
                    else {
                        return Ok(());
                    };
                    let month = month_of(Moment(row.int(3)?).day()).start;
                    let (percents, customers) = months.entry(month).or_default();
                    *percents.entry(percent).or_insert(0) += 1;
                    let customer = owners.get(row.int(1)? as usize).copied().unwrap_or(0);
                    if customer != 0 {
                        customers.insert(customer);
                    }
                    Ok(())
                })?;
                progress()?;
                first = last + 1;
            }
            let of =
                |(month, (percents, customers)): (Day, (BTreeMap<u32, u64>, BTreeSet<u32>))| AssumedMonth {
                    month,
                    percents: percents.into_iter().collect(),
                    customers: customers.into_iter().collect(),
                };
            Ok(months.into_iter().map(of).collect())
        })
    }

    /// Of one customer, of sales from one day to another, both included; `None` where the reader sees none of that number.
    pub fn assumed_margins_of(
        &self,
        reader: &Reader,
        customer: u32,
        (from, until): (Day, Day),
    ) -> Result<Option<AssumedMargins>> {
        self.read(|connection| {
            if !may_see(connection, reader, customer)? {
                return Ok(None);
            }
            let mut percents = BTreeMap::new();
            for record in records_of(connection, customer)? {
                connection.each(sql!("accounts/facts_of_record"), binds![record.id], |row| {
                    let day = Moment(row.int(3)?).day();
                    if row.int(2)? != FactKind::Sale as i64 || day < from || day > until {
                        return Ok(());
                    }
                    if let Some(percent) = row.text_or_null(10)?.and_then(percent) {
                        *percents.entry(percent).or_insert(0) += 1;
                    }
                    Ok(())
                })?;
            }
            let customers = u64::from(!percents.is_empty());
            Ok(Some(AssumedMargins::of(percents, customers)))
        })
    }
}

impl AssumedMargins {
    /// From lines by the per cent assumed, and how many customers have one or more.
    pub fn of(percents: BTreeMap<u32, u64>, customers: u64) -> AssumedMargins {
        AssumedMargins { lines: percents.values().sum(), customers, percents: percents.into_iter().collect() }
    }
}

/// The mark in a detail.
fn percent(detail: &str) -> Option<u32> {
    #[derive(Deserialize)]
    struct Marked {
        assumed_margin: Option<u32>,
    }
    if !detail.contains("\"assumed_margin\":") {
        return None;
    }
    serde_json::from_str::<Marked>(detail).ok()?.assumed_margin
}
