//! Customers over HTTP: the list, its fields and its export, one customer, the search.

pub mod export;
pub mod fields;
pub mod list;
pub mod one;
pub mod outlook;
pub mod parts;
pub mod search;
