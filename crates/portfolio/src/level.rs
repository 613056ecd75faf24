//! Five levels of value, by a rule that the company chooses.

use crate::rank::{Cuts, places};
use std::fmt;

/// How much a customer is worth among all, from the most to the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Level {
    Strategic = 1,
    High = 2,
    Median = 3,
    Low = 4,
    Negligible = 5,
}

impl Level {
    /// Every level, from the most to the least.
    pub const ALL: [Level; 5] = [Level::Strategic, Level::High, Level::Median, Level::Low, Level::Negligible];

    /// The word for it in files, filters and the API.
    pub fn name(self) -> &'static str {
        match self {
            Level::Strategic => "strategic",
            Level::High => "high",
            Level::Median => "median",
            Level::Low => "low",
            Level::Negligible => "negligible",
        }
    }

    /// The level with this word.
    pub fn from_name(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.name() == name)
    }

    /// The level as a score that rises with value: 5 (strategic) to 1 (negligible).
    pub fn score(self) -> i8 {
        6 - self as i8
    }

    /// The level with this number, 1 (strategic) to 5 (negligible).
    pub fn from_number(number: i64) -> Option<Level> {
        Level::ALL.into_iter().find(|level| *level as i64 == number)
    }
}

/// Where one level ends and the next begins. What is worth nothing, or less, is always negligible.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// By rank: a customer is strategic when the share of customers worth more is below the first number, high when
    /// it is below the second, and so on. Rising, between 0 and 1.
    Quantile([f64; 4]),
    /// By contribution: the same with the share of all value that customers worth more bring together.
    Share([f64; 4]),
    /// By amount: strategic from the first amount on, high from the second, and so on. Falling minor units.
    Amount([i64; 4]),
}

/// Why numbers are no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleError {
    /// Shares have to rise and lie between 0 and 1.
    SharesDoNotRise,
    /// Amounts have to fall.
    AmountsDoNotFall,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RuleError::SharesDoNotRise => {
                "the four shares of a level rule have to rise from above 0 to at most 1"
            }
            RuleError::AmountsDoNotFall => "the four amounts of a level rule have to fall",
        })
    }
}

impl std::error::Error for RuleError {}

impl Rule {
    /// Who brings the first half of all value is strategic; up to four fifths high, 95 % median, 99 % low.
    pub const DEFAULT: Rule = Rule::Share([0.5, 0.8, 0.95, 0.99]);

    /// The rule itself if its numbers make sense.
    pub fn checked(self) -> Result<Rule, RuleError> {
        if self.cuts().is_in_order() {
            return Ok(self);
        }
        Err(match self {
            Rule::Quantile(_) | Rule::Share(_) => RuleError::SharesDoNotRise,
            Rule::Amount(_) => RuleError::AmountsDoNotFall,
        })
    }

    fn cuts(&self) -> Cuts<4> {
        match *self {
            Rule::Quantile(shares) => Cuts::Quantile(shares),
            Rule::Share(shares) => Cuts::Share(shares),
            Rule::Amount(amounts) => Cuts::Amount(amounts),
        }
    }
}

/// The level of each customer, in the order of `values` (minor units of one currency).
///
/// Takes time to sort once; a million customers take a tenth of a second.
///
/// ```
/// use portfolio::{Level, Rule, levels};
/// let by_rank = levels(&[5, 500, 50, 0], &Rule::Quantile([0.25, 0.5, 0.75, 1.0]));
/// assert_eq!(by_rank, [Level::Median, Level::Strategic, Level::High, Level::Negligible]);
/// ```
pub fn levels(values: &[i64], rule: &Rule) -> Vec<Level> {
    places(values, &rule.cuts()).into_iter().map(|place| Level::ALL[place]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_read_back() {
        for level in Level::ALL {
            assert_eq!(Level::from_name(level.name()), Some(level));
            assert_eq!(Level::from_number(level as i64), Some(level));
        }
        assert_eq!((Level::from_number(0), Level::from_name("Strategic")), (None, None));
    }

    #[test]
    fn equals_are_treated_alike_whatever_the_rule() {
        let values = [700, 10, 10, 10, 10, 10, 0, -5];
        for rule in [Rule::DEFAULT, Rule::Quantile([0.1, 0.3, 0.5, 0.8]), Rule::Amount([500, 100, 10, 1])] {
            let levels = levels(&values, &rule);
            assert_eq!(levels[0], Level::Strategic, "{rule:?}");
            assert!(levels[1..6].iter().all(|level| *level == levels[1]), "{rule:?}");
            assert_eq!(levels[6..], [Level::Negligible, Level::Negligible], "{rule:?}");
            assert!(levels.is_sorted(), "{rule:?}: more is never a lower level");
        }
    }

    #[test]
    fn shares_of_value_are_cut_where_the_rule_says() {
        // 40 + 30 + 20 + 6 + 3 + 1: the first two bring 70, the third reaches 90.
        let values = [1, 3, 6, 20, 30, 40];
        let expected =
            [Level::Negligible, Level::Low, Level::Median, Level::High, Level::Strategic, Level::Strategic];
        assert_eq!(levels(&values, &Rule::DEFAULT), expected);
    }

    #[test]
    fn amounts_are_cut_at_the_amount_itself() {
        let levels = levels(&[100, 99, 10, 9, 1, 0], &Rule::Amount([100, 50, 10, 5]));
        let expected =
            [Level::Strategic, Level::High, Level::Median, Level::Low, Level::Negligible, Level::Negligible];
        assert_eq!(levels, expected);
    }

    #[test]
    fn nobody_and_nothing_are_no_trouble() {
        assert!(levels(&[], &Rule::DEFAULT).is_empty());
        assert_eq!(levels(&[0, 0], &Rule::DEFAULT), [Level::Negligible; 2]);
        assert_eq!(levels(&[i64::MAX; 3], &Rule::DEFAULT), [Level::Strategic; 3]);
        assert_eq!(levels(&[i64::MIN, i64::MAX], &Rule::DEFAULT), [Level::Negligible, Level::Strategic]);
    }

    #[test]
    fn numbers_that_are_no_rule_are_refused() {
        assert!(Rule::DEFAULT.checked().is_ok());
        for shares in [[0.5, 0.4, 0.9, 1.0], [0.0, 0.1, 0.2, 0.3], [0.1, 0.2, 0.3, 1.1], [f64::NAN; 4]] {
            assert_eq!(Rule::Share(shares).checked(), Err(RuleError::SharesDoNotRise));
        }
        assert_eq!(Rule::Amount([5, 5, 3, 1]).checked(), Err(RuleError::AmountsDoNotFall));
    }
}
