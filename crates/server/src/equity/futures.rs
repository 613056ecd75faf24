//! What the last day's values rest on, kept by customer: purchases and years expected, and those of the twelve months before.
//!
//! The expected cost to serve multiplies it by what serving costs, also when nothing but a price has changed.

use ledger::Day;
use store::MonthEndMeasure::{self as Measure, Active, Bought, PurchasesAhead, YearsAhead};
use store::Store;
use value::month_ends::{Future, Passage};

/// Purchases and years are kept in so many parts.
pub const MILLION: f64 = 1e6;

/// Of each customer by number.
#[derive(Default)]
pub struct Futures {
    of: Vec<Option<Kept>>,
}

/// A customer's, in millionths but for what is counted.
#[derive(Clone, Copy)]
struct Kept {
    purchases: i64,
    years: i64,
    bought: u32,
    active: u32,
}

impl Futures {
    /// The next customer.
    pub fn take(&mut self, passage: &Passage) {
        let Some(Future { purchases, years, bought, active_years }) = passage.future else { return };
        let customer = passage.customer as usize;
        if customer >= self.of.len() {
            self.of.resize(customer + 1, None);
        }
        let parts = |number: f64| (number * MILLION).round();
        self.of[customer] = Some(Kept {
            purchases: parts(purchases) as i64,
            years: parts(years) as i64,
            bought,
            active: parts(active_years) as u32,
        });
    }

    /// Keeps them in place of those of other days.
    pub fn keep(self, store: &Store, day: Day) -> store::Result<()> {
        for measure in Measure::OF_SERVING {
            for old in store.month_ends(measure)?.into_iter().filter(|old| *old != day || self.of.is_empty())
            {
                store.drop_month_end(old, measure)?;
            }
        }
        if self.of.is_empty() {
            return Ok(());
        }
        let put = |measure: Measure, of: fn(&Kept) -> i64| {
            let column: Vec<Option<i64>> = self.of.iter().map(|kept| kept.as_ref().map(of)).collect();
            store.put_month_end(day, measure, &column)
        };
        put(Bought, |kept| kept.bought.into())?;
        put(Active, |kept| kept.active.into())?;
        put(PurchasesAhead, |kept| kept.purchases)?;
        put(YearsAhead, |kept| kept.years)
    }
}
