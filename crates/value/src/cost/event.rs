//! A fact as the pricing sees it: numbers and words, no names, no source record.

use crate::history::Margin;
use ledger::{Day, FactKind, Quantity};

/// Something that happened, ready to be priced. The caller fills in what the fact tells; the rest stays zero or empty.
///
/// Amounts are minor units of one currency. An empty word is one that the fact does not tell.
///
/// ```
/// use ledger::{Day, FactKind, Quantity};
/// use value::cost::Event;
/// let call = Event { customer: Some(7), channel: "call", minutes: Quantity(12_500), ..Event::of(FactKind::Interaction, Day(20_000)) };
/// assert_eq!(call.minutes.decimal(), "12.5");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// Number of the customer, dense, chosen by the caller; `None` for a fact that names nobody.
    pub customer: Option<u32>,
    /// What kind of fact it is.
    pub kind: FactKind,
    /// The day it belongs to.
    pub day: Day,
    /// What a sale line is invoiced at (negative for a return), a payment's or a stated cost's amount.
    pub amount: i64,
    /// What was taken off a sale line, zero or more.
    pub discount: i64,
    /// Amount less the cost of goods, where known.
    pub margin: Margin,
    /// Whether a sale line is a return, a cancellation or a credit note.
    pub is_return: bool,
    /// Whether the fact belongs to winning the customer: on or before the day of the first purchase.
    pub is_first: bool,
    /// How many, in thousandths.
    pub quantity: Quantity,
    /// Time spent, in thousandths of a minute.
    pub minutes: Quantity,
    /// Distance, in thousandths of a kilometre.
    pub km: Quantity,
    /// Weight, in thousandths of a kilogram.
    pub kg: Quantity,
    /// Whole days from opened to closed, or any other span the caller means.
    pub days: i64,
    /// Whole days from due to paid, for an open one to the last day of the period; zero when in time.
    pub days_late: i64,
    /// `call`, `visit`, `email`, …
    pub channel: &'a str,
    /// `inbound` or `outbound`.
    pub direction: &'a str,
    /// The activity that a stated cost names.
    pub activity: &'a str,
    /// The campaign that it belongs to.
    pub campaign: &'a str,
    /// What came of it.
    pub outcome: &'a str,
    /// Product code.
    pub product: &'a str,
    /// The source that told it.
    pub source: &'a str,
    /// Subject or text.
    pub subject: &'a str,
    /// Who of us.
    pub who: &'a str,
}

impl Event<'static> {
    /// A fact that tells nothing but its kind and its day.
    pub fn of(kind: FactKind, day: Day) -> Event<'static> {
        Event {
            customer: None,
            kind,
            day,
            amount: 0,
            discount: 0,
            margin: Margin::UNKNOWN,
            is_return: false,
            is_first: false,
            quantity: Quantity(0),
            minutes: Quantity(0),
            km: Quantity(0),
            kg: Quantity(0),
            days: 0,
            days_late: 0,
            channel: "",
            direction: "",
            activity: "",
            campaign: "",
            outcome: "",
            product: "",
            source: "",
            subject: "",
            who: "",
        }
    }
}

/// A number that an expression or a condition may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum NumberField {
    Amount,
    Discount,
    Margin,
    Quantity,
    Minutes,
    Km,
    Kg,
    Days,
    DaysLate,
    IsReturn,
    IsFirst,
}

/// A word that a condition may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum WordField {
    Channel,
    Direction,
    Activity,
    Campaign,
    Outcome,
    Product,
    Source,
    Subject,
    Who,
}

impl NumberField {
    /// Every number, in the order in which messages list them.
    pub const ALL: [NumberField; 11] = [
        NumberField::Amount,
        NumberField::Discount,
        NumberField::Margin,
        NumberField::Quantity,
        NumberField::Minutes,
        NumberField::Km,
        NumberField::Kg,
        NumberField::Days,
        NumberField::DaysLate,
        NumberField::IsReturn,
        NumberField::IsFirst,
    ];

    /// The word for it in expressions and conditions.
    pub fn name(self) -> &'static str {
        match self {
            NumberField::Amount => "amount",
            NumberField::Discount => "discount",
            NumberField::Margin => "margin",
            NumberField::Quantity => "quantity",
            NumberField::Minutes => "minutes",
            NumberField::Km => "km",
            NumberField::Kg => "kg",
            NumberField::Days => "days",
            NumberField::DaysLate => "days_late",
            NumberField::IsReturn => "is_return",
            NumberField::IsFirst => "is_first",
        }
    }

    /// Its value in millionths; amounts in units of the currency, whose minor unit has `minor_digits` decimals. An
    /// unknown margin is zero, `is_…` are 0 or 1.
    pub fn of(self, event: &Event<'_>, minor_digits: u32) -> i128 {
        let money = |minor: i64| {
            let minor = i128::from(minor);
            if minor_digits == 2 { minor * 10_000 } else { minor * 10_i128.pow(6 - minor_digits.min(6)) }
        };
        let thousandths = |quantity: Quantity| i128::from(quantity.0) * 1_000;
        match self {
            NumberField::Amount => money(event.amount),
            NumberField::Discount => money(event.discount),
            NumberField::Margin => money(event.margin.known().unwrap_or(0)),
            NumberField::Quantity => thousandths(event.quantity),
            NumberField::Minutes => thousandths(event.minutes),
            NumberField::Km => thousandths(event.km),
            NumberField::Kg => thousandths(event.kg),
            NumberField::Days => i128::from(event.days) * 1_000_000,
            NumberField::DaysLate => i128::from(event.days_late) * 1_000_000,
            NumberField::IsReturn => i128::from(event.is_return) * 1_000_000,
            NumberField::IsFirst => i128::from(event.is_first) * 1_000_000,
        }
    }

    pub(super) fn from_name(name: &str) -> Option<NumberField> {
        NumberField::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(name))
    }
}

impl WordField {
    /// Every word, in the order in which messages list them.
    pub const ALL: [WordField; 9] = [
        WordField::Channel,
        WordField::Direction,
        WordField::Activity,
        WordField::Campaign,
        WordField::Outcome,
        WordField::Product,
        WordField::Source,
        WordField::Subject,
        WordField::Who,
    ];

    /// The word for it in conditions.
    pub fn name(self) -> &'static str {
        match self {
            WordField::Channel => "channel",
            WordField::Direction => "direction",
            WordField::Activity => "activity",
            WordField::Campaign => "campaign",
            WordField::Outcome => "outcome",
            WordField::Product => "product",
            WordField::Source => "source",
            WordField::Subject => "subject",
            WordField::Who => "who",
        }
    }

    /// Its value; empty when the fact does not tell it.
    pub fn of<'a>(self, event: &Event<'a>) -> &'a str {
        match self {
            WordField::Channel => event.channel,
            WordField::Direction => event.direction,
            WordField::Activity => event.activity,
            WordField::Campaign => event.campaign,
            WordField::Outcome => event.outcome,
            WordField::Product => event.product,
            WordField::Source => event.source,
            WordField::Subject => event.subject,
            WordField::Who => event.who,
        }
    }

    pub(super) fn from_name(name: &str) -> Option<WordField> {
        WordField::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(name))
    }
}
