//! The customers behind a figure, each with his part of it: those who matter most first, whatever the sign.

use super::list::{Level, level};
use crate::http::wire::Money;
use access::Reader;
use ledger::Currency;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::HashMap;
use store::{CustomerRow, Store};
use utoipa::ToSchema;

/// A customer behind a figure.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CustomerPart {
    pub customer: i64,
    /// Null for one who is part of another today.
    pub name: Option<String>,
    pub owner: Option<String>,
    pub level: Option<Level>,
    pub amount: Money,
    /// Of the whole amount; null where that is zero.
    pub share: Option<f64>,
}

/// Orders customers and their parts in minor units, and shows `limit` of them after the first `offset`, with names. `whole` is
/// what the shares are of.
pub fn parts(
    store: &Store,
    reader: &Reader,
    found: &mut [(u32, i64)],
    (offset, limit): (usize, usize),
    whole: i64,
    currency: Currency,
) -> store::Result<Vec<CustomerPart>> {
    found.sort_unstable_by_key(|(customer, amount)| (Reverse(amount.unsigned_abs()), *customer));
    let page = &found[offset.min(found.len())..found.len().min(offset.saturating_add(limit))];
    let ids: Vec<u32> = page.iter().map(|(customer, _)| *customer).collect();
    let known = store.customer_rows(reader, &ids)?;
    let known: HashMap<u32, CustomerRow> = known.into_iter().map(|row| (row.id, row)).collect();
    let part = |(customer, amount): &(u32, i64)| {
        let row = known.get(customer);
        CustomerPart {
            customer: i64::from(*customer),
            name: row.map(|row| row.name.clone()),
            owner: row.and_then(|row| row.owner.clone()),
            level: row.and_then(|row| row.level).and_then(level),
            amount: ledger::Money::new(*amount, currency).into(),
            share: (whole != 0).then(|| *amount as f64 / whole as f64),
        }
    };
    Ok(page.iter().map(part).collect())
}
