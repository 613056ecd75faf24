//! The web side of the house: one router for the staff API and the page.
//!
//! Takes requests; gives answers in one error shape. The handlers live with their stage (`customers.rs`,
//! `sources.rs`, …); here is what they share: who asks, what may pass, how answers and errors look on the wire.

pub mod app;
pub mod error;
pub mod extract;
pub mod guard;
pub mod headers;
pub mod listen;
pub mod pages;
pub mod routes;
pub mod wire;

pub use app::App;
pub use error::Failure;
pub use extract::{Caller, Json, Path, Query};
