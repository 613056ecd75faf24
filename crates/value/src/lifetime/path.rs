//! The days on which one customer bought.

use super::Timing;

/// Purchases of one customer, in days since the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path<'a> {
    /// Days of the repeat purchases, rising, each above zero and none after `age`.
    pub repeats: &'a [u32],
    /// The day of the valuation.
    pub age: u32,
}

impl<'a> Path<'a> {
    /// What was known `days` earlier; `None` where the first purchase had not been made yet.
    ///
    /// ```
    /// use value::lifetime::Path;
    /// let path = Path { repeats: &[10, 40, 41], age: 60 };
    /// assert_eq!(path.before(20), Some(Path { repeats: &[10, 40], age: 40 }));
    /// assert_eq!(path.before(61), None);
    /// ```
    pub fn before(&self, days: u32) -> Option<Path<'a>> {
        let age = self.age.checked_sub(days)?;
        let known = self.repeats.partition_point(|day| *day <= age);
        Some(Path { repeats: &self.repeats[..known], age })
    }

    /// What lifetime models see of it, in weeks.
    pub fn timing(&self) -> Timing {
        Timing {
            repeat_purchases: self.repeats.len() as u32,
            recency: self.repeats.last().map_or(0.0, |day| f64::from(*day) / 7.0),
            age: f64::from(self.age) / 7.0,
        }
    }

    /// Sum of the natural logarithms of the times between successive purchases, in weeks.
    pub fn ln_gaps(&self) -> f64 {
        // One logarithm for many gaps: their product is one of whole numbers.
        const LARGE: f64 = 1e290;
        let (mut last, mut sum, mut product) = (0, 0.0, 1.0);
        for &day in self.repeats {
            product *= f64::from(day - last);
            if product > LARGE {
                sum += product.ln();
                product = 1.0;
            }
            last = day;
        }
        sum += product.ln() - self.repeats.len() as f64 * 7.0_f64.ln();
        sum
    }
}
