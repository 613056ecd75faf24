//! Customers under contract: they are seen to leave, and until then pay at each renewal or all the time.
//!
//! Takes one [`Tenure`] per customer (or group of equals) and gives a survival [`Curve`] with what follows from it:
//! retention by tenure, remaining and discounted lifetime. [`fit`] chooses among eight [`Family`]s: leaving with one
//! chance or with chances that differ between customers, each with or without ageing, at renewals or at any time.
//! Leaves out what a customer pays.
//!
//! ```
//! use value::contract::{self, Clock, Tenure};
//! // Fader & Hardie (2007), "regular" customers: of 1,000 this many renewed each year.
//! let left = [369, 163, 86, 56, 37, 27, 21];
//! let mut tenures: Vec<Tenure> =
//!     (1..).zip(left).map(|(year, customers)| Tenure::ended(f64::from(year)).times(customers)).collect();
//! tenures.push(Tenure::active(7.0).times(241));
//! let choice = contract::fit(&tenures, Clock::Renewals).unwrap();
//! assert_eq!(choice.model().curve().code(), "sbg");
//! // Five years on: the 1,000 are expected to be 170.
//! assert!((choice.model().curve().survival(12.0) - 0.170).abs() < 0.001);
//! ```

mod choice;
mod cohorts;
mod curve;
mod estimate;

pub use choice::{Candidate, Choice, NestedTest, fit};
pub use cohorts::{Cohort, Cohorts, fit_cohorts};
pub use curve::{Clock, Curve, Family};
pub use estimate::{Model, Retained, fit_family};

/// How long a customer has been seen, and how it ended.
///
/// With [`Clock::Renewals`] tenures are whole numbers: the renewals made, and for one who left the number of the
/// renewal that was not made (1 for the first). With [`Clock::Continuous`] they are times in one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tenure {
    /// Tenure when the customer came into sight: zero for those seen from their start, more for customers older
    /// than the log. Nothing is assumed about those of them who left before (left truncation).
    pub entry: f64,
    /// Tenure at the end, or at the last observation.
    pub reached: f64,
    /// Whether the customer left then; otherwise they were still there (right censoring).
    pub ended: bool,
    /// Cohort, source or any other group that may have a curve of its own; see [`fit_cohorts`].
    pub cohort: u32,
    /// How many customers these facts are true of.
    pub customers: u32,
}

impl Tenure {
    /// One customer, seen from the start, who left at `reached`.
    pub fn ended(reached: f64) -> Tenure {
        Tenure { entry: 0.0, reached, ended: true, cohort: 0, customers: 1 }
    }

    /// One customer, seen from the start, still there at `reached`.
    pub fn active(reached: f64) -> Tenure {
        Tenure { ended: false, ..Tenure::ended(reached) }
    }

    /// The same for one who came into sight at tenure `entry`.
    pub fn entering(self, entry: f64) -> Tenure {
        Tenure { entry, ..self }
    }

    /// The same for so many customers.
    pub fn times(self, customers: u32) -> Tenure {
        Tenure { customers, ..self }
    }

    /// The same in a cohort.
    pub fn of_cohort(self, cohort: u32) -> Tenure {
        Tenure { cohort, ..self }
    }

    /// Says what is wrong where the numbers contradict each other.
    ///
    /// ```
    /// use value::contract::{Clock, Tenure};
    /// assert!(Tenure::active(0.0).check(Clock::Renewals).is_ok());
    /// assert!(Tenure::ended(0.0).check(Clock::Renewals).is_err());
    /// assert!(Tenure::ended(1.5).check(Clock::Renewals).is_err());
    /// assert!(Tenure::ended(1.5).check(Clock::Continuous).is_ok());
    /// ```
    pub fn check(&self, clock: Clock) -> Result<(), String> {
        let Tenure { entry, reached, ended, .. } = *self;
        if !(entry >= 0.0 && entry.is_finite() && reached >= entry && reached.is_finite()) {
            return Err(format!("seen from tenure {entry} to {reached}"));
        }
        if ended && reached == entry {
            return Err(format!("left at tenure {reached}, the moment they came into sight"));
        }
        if clock == Clock::Renewals && (entry.fract() != 0.0 || reached.fract() != 0.0) {
            return Err(format!("renewals are counted in whole numbers, not {entry} and {reached}"));
        }
        Ok(())
    }
}
