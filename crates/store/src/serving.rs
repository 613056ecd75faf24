//! What serving each customer is expected to cost, and what he is expected to contribute net of it, as lists show them.

use crate::connection::{Bind, binds, sql};
use crate::customers::UNKNOWN;
use crate::error::Result;
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

/// What is expected of all customers together, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServingSums {
    /// Customers of whom a cost is expected.
    pub customers: u64,
    /// What serving them is expected to cost.
    pub cost: i64,
    /// Customers of whom a contribution is expected.
    pub contributing: u64,
    /// What they are expected to contribute.
    pub contribution: i64,
}

const COLUMNS: &[(&str, &str)] = &[("expected_cost", "bigint"), ("expected_contribution", "bigint")];
const FIELDS: [Field; 2] = [Field::ExpectedCost, Field::ExpectedContribution];

impl Store {
    /// What stands of all customers, added up.
    pub fn serving_sums(&self) -> Result<ServingSums> {
        self.read(|connection| {
            let sums = connection.first(sql!("doctor/serving_of_customers"), binds![], |row| {
                Ok(ServingSums {
                    customers: row.int(0)?.unsigned_abs(),
                    cost: row.int(1)?,
                    contributing: row.int(2)?.unsigned_abs(),
                    contribution: row.int(3)?,
                })
            })?;
            Ok(sums.unwrap_or_default())
        })
    }

    /// Writes what is expected of every customer where it changed; lists show it from then on. `of` is asked once for each
    /// number from 0 on, with the customer's equity. Gives how many changed.
    pub fn save_serving(
        &self,
        mut of: impl FnMut(u32, Option<i64>) -> ExpectedServing,
        progress: impl FnMut(u64) -> Result<()>,
    ) -> Result<u64> {
        let columns = self.figures(&[Field::Equity, FIELDS[0], FIELDS[1]])?;
        let known = |amount: i64| (amount != UNKNOWN).then_some(amount);
        let [equity, costs, contributions] =
            [0, 1, 2].map(|at| columns[at].iter().map(|amount| known(*amount)));
        let mut changed = Vec::new();
        for (customer, ((equity, cost), contribution)) in (0..).zip(equity.zip(costs).zip(contributions)) {
            let now = of(customer, equity);
            if now != (ExpectedServing { cost, contribution }) {
                changed.push((i64::from(customer), now));
            }
        }
        drop(columns);
        if changed.is_empty() {
            return Ok(0);
        }
        let count = changed.len() as u64;
        let fill = |(id, now): &(i64, ExpectedServing), row: &mut Vec<Bind<'_>>| {
            row.extend([Bind::from(*id), Bind::from(now.cost), Bind::from(now.contribution)]);
        };
        self.write_customers(COLUMNS, changed, fill, progress)?;
        self.publish_fields(&FIELDS)?;
        Ok(count)
    }
}
