//! Who stood at high risk at the ends of past months, and who of them bought again within the twelve months after.
//!
//! Month ends a whole number of years before the last one that is over are looked at, each with the models that would have
//! been fitted then, so that no twelve months are counted twice. What is found is kept, and looked for again only once
//! another month is over, statements begin anew, or levels, horizon or models go by other rules: a corrected fact or a new fit
//! in between moves nothing.

use super::book::LOST_BELOW;
use super::day_before_month;
use crate::jobs::Progress;
use crate::jobs::work::JobError;
use ::portfolio::{Recovered, Returns, Rule, levels, recovered};
use ledger::Day;
use serde::{Deserialize, Serialize};
use store::Store;
use value::PurchaseLine;
use value::month_ends::{Asked, At, month_ends};

/// Under which it is kept.
pub const NOTE: &str = "returns";
/// Who is still there with a smaller chance than this is written off: nobody would spend on him, and they are many.
pub const WRITTEN_OFF_BELOW: f64 = 0.1;
/// Years looked at, at the most.
const MOST_YEARS: i16 = 4;
/// A month end with fewer days of facts before it tells little: the models had hardly anything to learn from.
const LEAST_DAYS: i32 = 365;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KeptReturns {
    /// The month ends at which customers stood at risk, the latest first, as days since 1970.
    pub days: Vec<i32>,
    /// The last month end that was over: what was found is kept until another one is.
    #[serde(default)]
    month: i32,
    /// The rule that levels went by, the horizon and the kinds of models: others find something else.
    #[serde(default)]
    terms: String,
    /// By level, strategic to negligible: how many, how many of them came back, and the sum of their chances.
    levels: Vec<(u64, u64, f64)>,
}

impl KeptReturns {
    /// What is kept.
    pub fn of(store: &Store) -> store::Result<Option<KeptReturns>> {
        Ok(store.equity_note(NOTE)?.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// The month end up to which it knew what was bought; `None` where an older program looked back.
    pub fn as_of(&self) -> Option<Day> {
        (self.month != 0).then_some(Day(self.month))
    }

    /// What it tells of each level; `None` where too few stood at risk.
    pub fn recovered(&self) -> Option<Recovered> {
        recovered(&self.counts())
    }

    /// Counts by level, strategic to negligible.
    pub fn counts(&self) -> Vec<Returns> {
        let of = |(customers, returned, alive): &(u64, u64, f64)| Returns {
            customers: *customers,
            returned: *returned,
            alive: *alive,
        };
        self.levels.iter().map(of).collect()
    }
}

/// Looks back from the last month end up to `until`, or gives what is `kept` where it is of the same month and terms. `asked` tells how
/// models are fitted, `rate` discounts; `lines` are those up to `until`, and end up sorted by customer and day.
pub fn look_back(
    kept: Option<KeptReturns>,
    lines: &mut [PurchaseLine],
    (asked, rate): (&Asked<'_>, f64),
    rule: Rule,
    until: Day,
    progress: &Progress,
) -> Result<KeptReturns, JobError> {
    let end = day_before_month(Day(until.0 + 1));
    let first = lines.iter().map(|line| line.day).min().map_or(end, Day);
    let mut found = KeptReturns {
        days: years_before(end).filter(|day| day.0 - first.0 >= LEAST_DAYS).map(|day| day.0).collect(),
        month: end.0,
        terms: terms(asked, rule),
        levels: vec![(0, 0, 0.0); 5],
    };
    let is_same = |kept: &KeptReturns| (kept.month, &kept.terms) == (found.month, &found.terms);
    if let Some(kept) = kept.filter(is_same) {
        return Ok(kept);
    }
    let mut end = end;
    for day in found.days.iter().copied().map(Day) {
        let (mut values, mut at_risk) = (Vec::new(), Vec::new());
        let date = [At { day, rate, models: None }];
        let asked = Asked { dates: &date, futures: None, ..*asked };
        let check = |_| progress.check().map_err(JobError::from);
        month_ends(lines, &asked, check, |_, passages| {
            for passage in passages {
                if (WRITTEN_OFF_BELOW..LOST_BELOW).contains(&passage.alive) {
                    at_risk.push((values.len(), passage.customer, passage.alive));
                }
                values.push(crate::value::minor(passage.closing));
            }
            Ok::<(), JobError>(())
        })?;
        let levels = levels(&values, &rule);
        for (place, customer, alive) in at_risk {
            let of_level = &mut found.levels[levels[place] as usize - 1];
            of_level.0 += 1;
            of_level.1 += u64::from(buys(lines, customer, day, end));
            of_level.2 += alive;
        }
        end = day;
    }
    Ok(found)
}

/// What else than the month decides what is found.
fn terms(asked: &Asked<'_>, rule: Rule) -> String {
    let kinds: Vec<&str> = asked.family.weights().map(|(kind, _)| kind.code()).collect();
    format!("{rule:?} {} {}", asked.horizon, kinds.join(" "))
}

/// Month ends one, two and more years before a month end.
fn years_before(end: Day) -> impl Iterator<Item = Day> {
    (1..=MOST_YEARS).filter_map(move |years| {
        let date = end.civil()?.checked_sub(jiff::Span::new().years(years)).ok()?;
        Some(Day::of(date.last_of_month()))
    })
}

/// Whether a customer buys after one day and up to another; lines by customer and day.
fn buys(lines: &[PurchaseLine], customer: u32, after: Day, until: Day) -> bool {
    let from = lines.partition_point(|line| (line.customer, line.day) <= (customer, after.0));
    let mut his = lines[from..].iter().take_while(|line| line.customer == customer && line.day <= until.0);
    his.any(|line| line.amount > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use value::Margin;

    #[test]
    fn years_are_counted_between_month_ends_and_never_twice() {
        let day = |year, month, day| Day::of(jiff::civil::date(year, month, day));
        let days: Vec<Day> = years_before(day(2025, 2, 28)).collect();
        assert_eq!(days, [day(2024, 2, 29), day(2023, 2, 28), day(2022, 2, 28), day(2021, 2, 28)]);
    }

    #[test]
    fn who_bought_is_who_has_a_purchase_between_the_days_and_not_a_return() {
        let line = |customer, day, amount| PurchaseLine { customer, day, amount, margin: Margin::UNKNOWN };
        let lines = [line(1, 10, 5), line(1, 20, 5), line(2, 15, -5), line(2, 31, 5), line(4, 12, 5)];
        let bought = |customer| buys(&lines, customer, Day(10), Day(30));
        assert_eq!([0, 1, 2, 3, 4].map(bought), [false, true, false, false, true]);
        assert!(!buys(&lines, 1, Day(20), Day(30)), "the day itself is before");
    }
}
