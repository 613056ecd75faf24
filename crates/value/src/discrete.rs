//! Customers who can buy only at given opportunities: an event each year, a mailing each season, a weekly market.
//!
//! At each opportunity a customer buys or does not; only whether is known, not when in between. Time is counted in
//! opportunities. Takes [`Opportunities`] per customer; one file per model.

pub mod bg_bb;

use crate::error::Error;

/// What one customer did with the opportunities since the first purchase, which is not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Opportunities {
    /// Opportunities at which the customer bought (the paper's x).
    pub purchases: u32,
    /// The last of these, counted from 1; zero without any (the paper's t_x).
    pub last: u32,
    /// Opportunities in all (the paper's n).
    pub seen: u32,
}

impl Opportunities {
    /// Says what is wrong where the three numbers contradict each other.
    ///
    /// ```
    /// use value::discrete::Opportunities;
    /// assert!(Opportunities { purchases: 2, last: 4, seen: 6 }.check().is_ok());
    /// assert!(Opportunities { purchases: 5, last: 4, seen: 6 }.check().is_err());
    /// ```
    pub fn check(&self) -> Result<(), String> {
        let Opportunities { purchases, last, seen } = *self;
        if last > seen {
            return Err(format!("the last purchase was at opportunity {last} of {seen}"));
        }
        if purchases > last {
            return Err(format!("{purchases} purchases up to opportunity {last}"));
        }
        if purchases == 0 && last > 0 {
            return Err(format!("no purchase, but a last one at opportunity {last}"));
        }
        Ok(())
    }
}

/// Customers who did the same with their opportunities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// What each of them did.
    pub opportunities: Opportunities,
    /// How many they are.
    pub customers: u32,
}

/// Checks every group and gives the number of customers.
pub(crate) fn check(groups: &[Group]) -> Result<u64, Error> {
    for (place, group) in groups.iter().enumerate() {
        group.opportunities.check().map_err(|what| Error::Impossible { place, what })?;
    }
    match groups.iter().map(|group| u64::from(group.customers)).sum() {
        0 => Err(Error::NoCustomers),
        customers => Ok(customers),
    }
}
