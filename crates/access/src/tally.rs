//! What a customer's facts come to: how many of a kind there are, or what their amounts add up to.
//!
//! A part of the filter grammar that looks one step beyond the customer: `count(sale where text ~ "lamp" and day >= -90d) >= 2`.

use crate::filter::quoted;
use crate::{Comparison, Reader, Right, Value};
use ledger::FactKind;
use std::fmt;

/// What is counted or added up, of which facts.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    /// How facts become one number.
    pub aggregate: Aggregate,
    /// Which facts.
    pub facts: FactsOf,
    /// What has to hold of each fact.
    pub about: Vec<About>,
}

/// How facts become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aggregate {
    /// How many there are.
    Count,
    /// The sum of their amounts, in the company's currency; others are left out.
    Sum,
}

impl Aggregate {
    /// Both.
    pub const ALL: [Aggregate; 2] = [Aggregate::Count, Aggregate::Sum];

    /// The word for it in filters.
    pub fn name(self) -> &'static str {
        match self {
            Aggregate::Count => "count",
            Aggregate::Sum => "sum",
        }
    }
}

/// The facts of a customer that a tally takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FactsOf {
    /// Lines of sales that are no returns.
    Sale,
    /// Lines of sales that came back; their amounts count as positive.
    Return,
    /// Payments, due or made.
    Payment,
    /// Contacts in either direction.
    Interaction,
    /// Requests.
    Request,
    /// Reviews.
    Review,
    /// Customers brought.
    Referral,
    /// Costs that a source states.
    Cost,
}

impl FactsOf {
    /// All of them, in the order in which pages offer them.
    pub const ALL: [FactsOf; 8] = [
        FactsOf::Sale,
        FactsOf::Return,
        FactsOf::Payment,
        FactsOf::Interaction,
        FactsOf::Request,
        FactsOf::Review,
        FactsOf::Referral,
        FactsOf::Cost,
    ];

    /// The word for it in filters.
    pub fn name(self) -> &'static str {
        if self == FactsOf::Return { "return" } else { self.kind().name() }
    }

    /// The kind that these facts have.
    pub fn kind(self) -> FactKind {
        match self {
            FactsOf::Sale | FactsOf::Return => FactKind::Sale,
            FactsOf::Payment => FactKind::Payment,
            FactsOf::Interaction => FactKind::Interaction,
            FactsOf::Request => FactKind::Request,
            FactsOf::Review => FactKind::Review,
            FactsOf::Referral => FactKind::Referral,
            FactsOf::Cost => FactKind::Cost,
        }
    }

    /// Whether they have amounts.
    pub fn has_amounts(self) -> bool {
        matches!(self, FactsOf::Sale | FactsOf::Return | FactsOf::Payment | FactsOf::Cost)
    }

    /// The facts with this word, in any case, if there are such for this reader.
    pub(crate) fn from_name(name: &str, reader: &Reader) -> Option<FactsOf> {
        let found = FactsOf::ALL.into_iter().find(|facts| facts.name().eq_ignore_ascii_case(name));
        found.filter(|facts| *facts != FactsOf::Cost || reader.may(Right::Margin))
    }
}

/// What has to hold of a fact.
#[derive(Clone, Debug, PartialEq)]
pub enum About {
    /// Its day compares so with a [`Value::Day`].
    Day(Comparison, Value),
    /// Its amount compares so with a [`Value::Money`], whose currency it has.
    Amount(Comparison, Value),
    /// One of its texts contains this, without regard to case and accents: product, document, subject, channel, who, campaign,
    /// outcome, what was said; not the number that its source gave it.
    Text(String),
    /// Its source has this name, or contains it; `negated` turns it round.
    #[allow(missing_docs)]
    Source { name: String, contains: bool, negated: bool },
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({}", self.aggregate.name(), self.facts.name())?;
        for (place, about) in self.about.iter().enumerate() {
            write!(f, " {} {about}", if place == 0 { "where" } else { "and" })?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            About::Day(comparison, day) => write!(f, "day {} {day}", comparison.sign()),
            About::Amount(comparison, amount) => write!(f, "amount {} {amount}", comparison.sign()),
            About::Text(text) => write!(f, "text ~ {}", quoted(text)),
            About::Source { name, contains, negated } => {
                let sign = if *contains {
                    "~"
                } else if *negated {
                    "!="
                } else {
                    "="
                };
                write!(f, "source {sign} {}", quoted(name))
            }
        }
    }
}
