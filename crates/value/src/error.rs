//! Why a question about value has no answer.

use std::fmt;

/// A cause in the user's terms; every message names what was given.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// Nobody to learn from.
    NoCustomers,
    /// Fewer than a model can learn from.
    FewCustomers {
        /// How many there are.
        customers: u64,
        /// How many it takes.
        least: u64,
    },
    /// All did the same: nothing tells a chance, a rate or an effect.
    NothingToLearn {
        /// What all have in common.
        because: &'static str,
    },
    /// A customer whose facts contradict each other.
    Impossible {
        /// Place in the input, from 0.
        place: usize,
        /// What is wrong, with the numbers.
        what: String,
    },
    /// A number outside what the question allows.
    OutOfRange {
        /// Its name.
        name: &'static str,
        /// What was given.
        given: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// More than a model can hold.
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        given: u64,
        /// How many it takes at most.
        most: u64,
    },
    /// The search for parameters did not end at a maximum.
    NotConverged,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoCustomers => f.write_str("there is no customer to learn from"),
            Error::FewCustomers { customers, least } => {
                let customers = customers_that(*customers, "is", "are");
                write!(f, "{customers} too few to learn from; it takes at least {least}")
            }
            Error::NothingToLearn { because } => write!(f, "nothing to learn: {because}"),
            Error::Impossible { place, what } => write!(f, "customer at place {place}: {what}"),
            Error::OutOfRange { name, given, allowed } => {
                write!(f, "{name} is {given}; it must be {allowed}")
            }
            Error::TooMany { what, given, most } => write!(f, "{given} {what} are too many; at most {most}"),
            Error::NotConverged => f.write_str("the search for parameters did not end at a maximum"),
        }
    }
}

impl std::error::Error for Error {}

/// So many customers and their verb: `1 customer is`, `7 customers are`.
pub(crate) fn customers_that(count: u64, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 customer {one}"),
        _ => format!("{count} customers {many}"),
    }
}

/// Refuses a discount that is not a finite number of at least zero.
pub(crate) fn check_discount(discount: f64) -> Result<(), Error> {
    if discount >= 0.0 && discount.is_finite() {
        return Ok(());
    }
    Err(Error::OutOfRange { name: "discount", given: discount, allowed: "zero or more, and finite" })
}
