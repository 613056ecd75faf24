//! What each customer costs: activities, their drivers and unit costs, and the price of every fact.
//!
//! Takes facts as [`Event`]s and a [`Catalogue`] of activities; gives charges per fact ([`Catalogue::price`]) and, over a
//! period, one statement per customer that adds up with what belongs to nobody and with unused capacity ([`Book`]).
//! Leaves out where facts come from, which customer a record belongs to, and what a cost is worth spending for.
//!
//! Money is whole numbers throughout: charges in millionths of a minor unit, statements in minor units.
//!
//! ```
//! use ledger::{Day, FactKind, Quantity};
//! use value::cost::*;
//!
//! // A help desk costs 560.00 for 700 practical minutes; a complaint takes 220 of them.
//! let desk = Team {
//!     name: "Help desk".into(),
//!     spans: vec![TeamSpan { from: Day(0), until: Day(30), cost: 560_00, minutes: Quantity(700_000) }],
//! };
//! let complaint = Activity {
//!     name: "complaint".into(),
//!     cost_kind: CostKind::Service,
//!     prices: FactKind::Request,
//!     condition: Condition::parse("").unwrap(),
//!     driver: Driver::parse("220").unwrap(),
//!     rate: Rate::Team("Help desk".into()),
//!     standing: Standing::Assumed,
//! };
//! let catalogue = Catalogue::new(vec![complaint], vec![desk], 2).unwrap();
//! let mut book = Book::new(Day(0), Day(30), &catalogue);
//! for customer in [0, 0, 1] {
//!     book.post(&catalogue, &Event { customer: Some(customer), ..Event::of(FactKind::Request, Day(3)) });
//! }
//! let closing = book.close(&catalogue);
//! assert_eq!(closing.statement(0).cost(), 352_00); // 440 minutes at 0.80
//! assert_eq!(closing.unused(), 32_00); // 40 minutes that nobody asked for
//! assert!(closing.discrepancies(&catalogue).is_empty());
//! ```

mod beside;
mod book;
mod books;
mod breakdown;
mod catalogue;
mod condition;
mod event;
mod expression;
mod newcomers;
mod preset;
mod preview;
mod token;
mod words;

pub use beside::{Beside, Effect, effect, per_customer};
pub use book::{Book, Closing, Discrepancy, Line, Sales, Statement, TeamUse, UnpricedFacts};
pub use books::{Books, Told, WORDS, month_of, spread};
pub use breakdown::{Breakdown, BreakdownLine};
pub use catalogue::{
    Activity, Catalogue, CatalogueError, Charge, CostKind, Driver, Rate, Standing, Team, TeamSpan, UnitCost,
    UnitSpan, Unpriced, practical,
};
pub use condition::Condition;
pub use event::{Event, NumberField, WordField};
pub use expression::{ArithmeticError, Expression};
pub use newcomers::{Newcomers, WON_BY};
pub use preset::{Present, Trade, guess, preset};
pub use preview::{Change, changes};
pub use token::{ParseError, Problem};
