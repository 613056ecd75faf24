//! To whom it happened: which records of which sources are one customer, and how that customer shows.
//!
//! Takes what sources say of their records (`ledger::Attributes`) and gives links from records to customers with
//! the evidence for each, and one face per customer with every value traceable to its record. Only identifiers
//! that agree exactly once normalised link here; likeness of names and addresses, households and hierarchies
//! are left to a later rule behind the same seam.

mod country;
mod link;
mod normalise;
mod text;
mod unified;

pub use country::country_code;
pub use link::{Identifiers, Link, Linking, RecordIdentifiers, Refusal, Rule, SHARED_BY_AT_MOST, link};
pub use normalise::{
    is_placeholder_email, is_placeholder_phone, normalise_company_number, normalise_email, normalise_phone,
    normalise_vat, siren_of_vat,
};
pub use text::{organisation_key, search_key};
pub use unified::{Kind, Other, Shown, Statement, Unified, kind_of, unify};
