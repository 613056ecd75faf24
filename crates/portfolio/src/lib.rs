//! All customers together: levels and classes, concentration, coherence, movement, and customer equity over time.
//!
//! Takes amounts per customer (minor units of one currency, in any order) and gives answers in the same order. Customers
//! with equal amounts are always treated alike, and every sum of whole amounts is exact.
//!
//! | question | answer |
//! |---|---|
//! | who is worth much, in whom do we invest | [`levels`], [`delta`], [`matrix`], [`worklist`] |
//! | who contributes, who destroys | [`classes`], [`whale`], [`destroyers`], [`BargainRule`] |
//! | who moved | [`migration`], [`Chain`] |
//! | does the whole grow, and why | [`Statements`], [`Line`], [`closing_band`] |
//! | who comes, who goes, whom to keep | [`turnover`], [`haemorrhage`], [`retention`], [`recovered`] |
//! | how much to spend on winning and keeping | [`Budget`], [`margin_multiple`] |
//!
//! Leaves out where the amounts come from (`value`), who the customers are (`identity`), and what to do about it
//! (`plan`).
//!
//! ```
//! use portfolio::{Level, Rule, concentration, levels};
//!
//! // Ada, Bob, Chloé, Dan and Eve, in cents.
//! let values = [900_00, 60_00, 20_00, 15_00, 5_00];
//! assert_eq!(
//!     levels(&values, &Rule::DEFAULT),
//!     [Level::Strategic, Level::Median, Level::Low, Level::Low, Level::Negligible]
//! );
//! let curve = concentration(&values);
//! assert_eq!((curve[1].customers, curve[1].value), (0.2, 0.9)); // a fifth of them bring nine tenths
//! ```

mod acquisition;
mod band;
mod class;
mod coherence;
mod concentration;
#[cfg(test)]
mod draws;
mod equity;
mod level;
mod migration;
mod moves;
mod rank;
mod recoverability;
mod turnover;

pub use acquisition::{
    BestBudget, Budget, Response, margin_multiple, margin_multiple_at_once, retention_elasticity,
};
pub use band::{Band, closing_band};
pub use class::{
    BargainHunter, BargainRule, BargainRuleError, Bargains, Cause, Class, ClassRule, ClassRuleError,
    Destroyer, Whale, WhalePoint, classes, destroyers, whale,
};
pub use coherence::{Cell, Incoherence, Matrix, Move, Position, Reason, delta, matrix, positions, worklist};
pub use concentration::{Point, concentration, top_share};
pub use equity::{Gap, Line, Movement, Row, Statement, Statements, rolled_forward};
pub use level::{Level, Rule, RuleError, levels};
pub use migration::{Flow, Migration, Passage, Place, migration};
pub use moves::{Chain, Measure, Moving, Worth};
pub use recoverability::{LEAST_AT_RISK, Recovered, ReturnShare, Returns, recovered};
pub use turnover::{
    Alarm, AlarmRule, AtRisk, Basis, CauseOfLoss, Exposure, Loss, Losses, Retention, Turn, Turnover, alarm,
    haemorrhage, retention, spread, turnover,
};
