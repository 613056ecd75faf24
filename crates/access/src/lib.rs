//! Who may see and do what: roles and rights, the rows and fields that a reader sees, and the one filter grammar.
//!
//! Takes text and who asks; gives a typed [`Filter`] and [`Sort`] in which every field exists and may be seen by
//! that reader, so that the store can compile them to bound parameters without checking again. Leaves out how
//! people prove who they are (`server`) and how a filter is run (`store`).

mod fields;
mod filter;
mod parse;
mod reader;
mod sort;
mod tally;

pub use fields::{Choice, Field, FieldType};
pub use filter::{Comparison, Filter, Test, Value, WrittenDay};
pub use parse::{Context, FilterError, Problem};
pub use reader::{Reader, Right, Role, Scope};
pub use sort::{Sort, SortKey};
pub use tally::{About, Aggregate, FactsOf, Tally};
