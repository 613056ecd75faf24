//! A filter over customers as data: which fields, which comparisons, which values.
//!
//! Every test is true or false, never unknown: a comparison with a value that a customer does not have is false,
//! and `!=` is the opposite of `=`, so a customer without a city passes `city != "Lyon"`. Text is compared without
//! regard to case and accents; `source` passes when any of the customer's sources does. A [`Tally`] of no facts is 0.

use crate::{Choice, Field, Tally};
use ledger::{Day, Money};
use std::cmp::Ordering;
use std::fmt;

/// Which customers pass.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// All of these; none at all lets every customer pass.
    And(Vec<Filter>),
    /// At least one of these.
    Or(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// One test of one field.
    Test(Test),
}

/// One test of one field.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// The field compares so with a value of its own type.
    Compare {
        /// Which field.
        field: Field,
        /// How.
        comparison: Comparison,
        /// With what.
        value: Value,
    },
    /// The field's text contains this, without regard to case and accents; wildcards stand for themselves.
    Contains {
        /// Which field.
        field: Field,
        /// What it has to contain.
        text: String,
    },
    /// The field equals one of these values.
    In {
        /// Which field.
        field: Field,
        /// One or more values of the field's type.
        values: Vec<Value>,
    },
    /// The customer has no value for the field; `negated` turns it round.
    Empty {
        /// Which field.
        field: Field,
        /// `is not empty`.
        negated: bool,
    },
    /// What the customer's facts come to compares so with a [`Value::Number`] or, for a sum, a [`Value::Money`].
    Tally {
        /// Which facts, and how they become one number.
        tally: Tally,
        /// How.
        comparison: Comparison,
        /// With what.
        value: Value,
    },
}

/// How a field compares with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A value of a field's type.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// For [`crate::FieldType::Text`].
    Text(String),
    /// For [`crate::FieldType::Number`]; finite.
    Number(f64),
    /// For [`crate::FieldType::Share`]; finite, 0.5 for 50 %.
    Share(f64),
    /// For [`crate::FieldType::Money`], in the company's currency.
    Money(Money),
    /// For [`crate::FieldType::Day`]: the day it stands for today, and how it was written.
    Day {
        /// The day to compare with.
        day: Day,
        /// How it was written.
        written: WrittenDay,
    },
    /// For [`crate::FieldType::Choice`].
    Choice(Choice),
}

/// How a day was written: a saved view that says `-90d` moves with the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum WrittenDay {
    /// `2026-01-31`
    On,
    /// `today`
    Today,
    /// `-90d`
    DaysAgo(u32),
    /// `-2w`
    WeeksAgo(u32),
    /// `-3m`, in calendar months
    MonthsAgo(u32),
    /// `-1y`, in calendar years
    YearsAgo(u32),
}

impl Filter {
    /// Lets every customer pass.
    pub fn everything() -> Filter {
        Filter::And(Vec::new())
    }

    /// Whether it lets every customer pass without looking.
    pub fn is_everything(&self) -> bool {
        matches!(self, Filter::And(parts) if parts.is_empty())
    }

    /// The tests of the filter, from left to right.
    pub fn tests(&self) -> Vec<&Test> {
        match self {
            Filter::And(parts) | Filter::Or(parts) => parts.iter().flat_map(Filter::tests).collect(),
            Filter::Not(inner) => inner.tests(),
            Filter::Test(test) => vec![test],
        }
    }
}

impl Comparison {
    /// The sign: `=`, `!=`, `<`, `<=`, `>`, `>=`.
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }

    /// The comparison with this sign.
    pub(crate) fn from_sign(sign: &str) -> Option<Comparison> {
        const ALL: [Comparison; 6] = [
            Comparison::Equal,
            Comparison::NotEqual,
            Comparison::Less,
            Comparison::LessOrEqual,
            Comparison::Greater,
            Comparison::GreaterOrEqual,
        ];
        ALL.into_iter().find(|comparison| comparison.sign() == sign)
    }

    /// Whether it holds of two things that stand to each other like this.
    pub fn holds(self, ordering: Ordering) -> bool {
        match self {
            Comparison::Equal => ordering.is_eq(),
            Comparison::NotEqual => ordering.is_ne(),
            Comparison::Less => ordering.is_lt(),
            Comparison::LessOrEqual => ordering.is_le(),
            Comparison::Greater => ordering.is_gt(),
            Comparison::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// The text in the form that [`Filter::parse`] reads.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let group = |f: &mut fmt::Formatter<'_>, part: &Filter| match part {
            Filter::And(_) | Filter::Or(_) => write!(f, "({part})"),
            Filter::Not(_) | Filter::Test(_) => write!(f, "{part}"),
        };
        match self {
            Filter::And(parts) | Filter::Or(parts) => {
                let word = if matches!(self, Filter::And(_)) { " and " } else { " or " };
                for (place, part) in parts.iter().enumerate() {
                    f.write_str(if place > 0 { word } else { "" })?;
                    group(f, part)?;
                }
                Ok(())
            }
            Filter::Not(inner) => write!(f, "not ({inner})"),
            Filter::Test(test) => write!(f, "{test}"),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Test::Compare { field, comparison, value } => {
                write!(f, "{} {} {value}", field.name(), comparison.sign())
            }
            Test::Contains { field, text } => write!(f, "{} ~ {}", field.name(), quoted(text)),
            Test::In { field, values } => {
                write!(f, "{} in (", field.name())?;
                for (place, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if place > 0 { ", " } else { "" })?;
                }
                f.write_str(")")
            }
            Test::Empty { field, negated } => {
                write!(f, "{} is {}empty", field.name(), if *negated { "not " } else { "" })
            }
            Test::Tally { tally, comparison, value } => write!(f, "{tally} {} {value}", comparison.sign()),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => f.write_str(&quoted(text)),
            Value::Number(number) | Value::Share(number) => write!(f, "{number}"),
            Value::Money(money) => f.write_str(&money.decimal()),
            Value::Day { day, written } => match written {
                WrittenDay::On => match day.civil() {
                    Some(date) => write!(f, "{date}"),
                    None => f.write_str("today"),
                },
                WrittenDay::Today => f.write_str("today"),
                WrittenDay::DaysAgo(n) => write!(f, "-{n}d"),
                WrittenDay::WeeksAgo(n) => write!(f, "-{n}w"),
                WrittenDay::MonthsAgo(n) => write!(f, "-{n}m"),
                WrittenDay::YearsAgo(n) => write!(f, "-{n}y"),
            },
            Value::Choice(choice) => f.write_str(choice.name),
        }
    }
}

/// A text in double quotes, with `"` and `\` escaped.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        if c == '"' || c == '\\' {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}
