//! What serving each customer is expected to cost, and what he is expected to contribute net of it, as lists show them.

use crate::connection::Bind;
use crate::customers::UNKNOWN;
use crate::error::Result;
use crate::house;
use crate::pool::Store;
use access::Field;

/// What is expected of one customer in all the future, discounted, in minor units; `None` where it is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExpectedServing {
    /// The cost of serving him.
    pub cost: Option<i64>,
    /// His equity less that.
    pub contribution: Option<i64>,
}

const BATCH: usize = 50_000;
const COLUMNS: &[(&str, &str)] = &[("expected_cost", "bigint"), ("expected_contribution", "bigint")];
const FIELDS: [Field; 2] = [Field::ExpectedCost, Field::ExpectedContribution];

impl Store {
    /// Writes what is expected of every customer, by number, where it changed; lists show it from then on. Customers beyond the end
    /// have nothing expected. Gives how many changed.
    pub fn save_serving(
        &self,
        column: &[ExpectedServing],
        mut progress: impl FnMut(u64) -> Result<()>,
    ) -> Result<u64> {
        let kept = self.figures(&FIELDS)?;
        let of = |amount: i64| (amount != UNKNOWN).then_some(amount);
        let mut changed = Vec::new();
        for (customer, (cost, contribution)) in kept[0].iter().zip(&kept[1]).enumerate() {
            let now = column.get(customer).copied().unwrap_or_default();
            if now != (ExpectedServing { cost: of(*cost), contribution: of(*contribution) }) {
                changed.push((customer as i64, now));
            }
        }
        drop(kept);
        if changed.is_empty() {
            return Ok(0);
        }
        let mut done = 0;
        let mut written = || -> Result<()> {
            for batch in changed.chunks(BATCH) {
                self.write(|tx| {
                    tx.update_many("customer", COLUMNS, batch, |(id, now), row| {
                        row.extend([Bind::from(*id), Bind::from(now.cost), Bind::from(now.contribution)]);
                    })
                })?;
                done += batch.len() as u64;
                progress(done)?;
            }
            Ok(())
        };
        if let Err(error) = written() {
            self.write(house::next_change)?;
            return Err(error);
        }
        self.publish_fields(&FIELDS)?;
        Ok(changed.len() as u64)
    }
}
