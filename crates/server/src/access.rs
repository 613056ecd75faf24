//! People and how they come in: sessions, the first run, staff, saved views.

pub mod first_run;
pub mod session;
pub mod staff;
pub mod views;
