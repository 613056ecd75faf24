//! Where the log begins: customers who are older than it look like newcomers of its first weeks.
//!
//! A customer who bought before the sources began to tell is known from his first purchase after that on only: he seems
//! younger than he is, and his first known purchase is one like the others. Nothing in the figures shows which ones they
//! are, but that there are many: then far more customers buy for the first time in the first weeks than later.

use crate::http::wire;
use crate::portfolio::ModelNote;
use ledger::Day;
use value::Histories;

/// Days in which those who are older than the log mostly buy.
const FIRST_DAYS: i32 = 28;
/// A shorter log has no first weeks to tell from others.
const LEAST_DAYS: i32 = 84;
/// So many times more first purchases than if they were spread evenly are too many, and so is this share.
const TIMES_EVEN: f64 = 4.0;
const LARGE_SHARE: f64 = 0.2;
/// Fewer customers tell nothing.
const LEAST_CUSTOMERS: usize = 30;

/// The note that customers are older than the log, where the house says so or the log looks like it. `first_sale` is
/// the first day of the log, `stated` the day that the house says it begins on.
pub fn note(histories: &Histories, first_sale: Option<Day>, stated: Option<Day>) -> Option<ModelNote> {
    let begins = stated.or(first_sale)?;
    let length = histories.until.0 - begins.0;
    let first = histories.rows.iter().filter(|row| row.first_day < begins.0 + FIRST_DAYS).count();
    let customers = histories.rows.len();
    let share = first as f64 / customers.max(1) as f64;
    let even = f64::from(FIRST_DAYS) / f64::from(length.max(1));
    let looks_like_it = length >= LEAST_DAYS
        && customers >= LEAST_CUSTOMERS
        && share >= LARGE_SHARE
        && share >= TIMES_EVEN * even;
    (stated.is_some() || looks_like_it).then(|| ModelNote {
        code: "log_older".to_string(),
        message: format!(
            "the log begins on {}, and {first} of {customers} customers bought within its first {FIRST_DAYS} days: \
             those who are older than the log seem younger than they are",
            wire::day(begins)
        ),
        count: Some(first as u64),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use value::{Margin, PurchaseLine, histories};

    /// Customers who buy every three weeks over two years, known from `begins` on.
    fn base(joined: impl Fn(u32) -> i32, begins: i32) -> Histories {
        let lines = (0..200).flat_map(|customer| {
            let joined = joined(customer);
            (0..40)
                .map(move |n| joined + n * 21)
                .filter(move |day| (begins..730).contains(day))
                .map(move |day| PurchaseLine { customer, day, amount: 900, margin: Margin::UNKNOWN })
        });
        histories(lines.collect(), Day(730))
    }

    #[test]
    fn a_log_that_begins_late_is_told_from_one_that_is_whole() {
        let whole = base(|customer| customer as i32 * 3, 0);
        assert_eq!(note(&whole, Some(Day(0)), None), None);
        let late = base(|customer| customer as i32 * 3, 365);
        let told = note(&late, Some(Day(365)), None).unwrap();
        assert_eq!((told.code.as_str(), told.count > Some(100)), ("log_older", true), "{told:?}");
        assert!(told.message.contains("1971-01-01"), "{told:?}");
    }

    #[test]
    fn what_the_house_says_is_said_again() {
        let whole = base(|customer| customer as i32 * 3, 0);
        assert!(note(&whole, Some(Day(0)), Some(Day(0))).is_some());
        let few = histories(
            vec![PurchaseLine { customer: 1, day: 3, amount: 5, margin: Margin::UNKNOWN }],
            Day(400),
        );
        assert_eq!(note(&few, Some(Day(3)), None), None, "one customer tells nothing");
        assert_eq!(note(&histories(Vec::new(), Day(1)), None, None), None);
    }
}
