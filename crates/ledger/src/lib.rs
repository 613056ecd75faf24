//! What happened: facts as a source tells them, the records they point to, money and time.
//!
//! Takes nothing from any other room and gives every other room its nouns. Leaves out whom a record
//! belongs to (`identity`), what it is worth (`value`) and where it is kept (`store`).

mod fact;
mod money;
mod time;

pub use fact::{
    Attribute, Attributes, Cost, Direction, Fact, FactBody, FactKind, Interaction, Payment, Referral,
    Request, Review, SaleLine,
};
pub use money::{Currency, Money, MoneyError, Quantity};
pub use time::{Day, Moment};
