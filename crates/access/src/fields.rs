//! The catalogue of what a customer list can show, filter, sort and sum by.
//!
//! A field is named once, here; the store maps each to its column by an exhaustive `match`, so a text from outside
//! never names a column.

use crate::Right;
use serde::Serialize;

/// A field of the customer list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Display name.
    Name,
    /// Person or organisation.
    Kind,
    /// One of the five levels.
    Level,
    /// Expected margin over the horizon; to readers without the right to margins, expected spend.
    ExpectedValue,
    /// Expected spend over the horizon.
    ExpectedSpend,
    /// Expected number of transactions over the horizon.
    ExpectedTransactions,
    /// One of the five levels of what is invested.
    InvestmentLevel,
    /// Score of investment less score of value, −4 to +4.
    Delta,
    /// D1 to D4, by contribution net of cost.
    Class,
    /// Probability of still being active.
    PAlive,
    /// Net revenue so far.
    PastRevenue,
    /// Net margin so far.
    PastMargin,
    /// Margin less all costs of the last twelve months.
    Contribution,
    /// All costs of the last twelve months.
    Cost,
    /// Acquisition and upkeep of the last twelve months.
    Invested,
    /// Expected margin of all the future, discounted, before the costs to serve; expected spend where sources state no
    /// margins: what the customer is worth to the company.
    Equity,
    /// What serving the customer is expected to cost in all the future, discounted; not what winning him cost.
    ExpectedCost,
    /// Equity less the expected cost to serve; unknown where sources state no margins.
    ExpectedContribution,
    /// Worth of what came back so far, zero or more.
    Returns,
    /// Days with a purchase.
    Transactions,
    /// Day of the first purchase.
    FirstPurchase,
    /// Day of the last purchase.
    LastPurchase,
    /// Requests without an end.
    OpenRequests,
    /// Contacts in either direction.
    Interactions,
    /// Day of the last contact.
    LastInteraction,
    /// City.
    City,
    /// Country, as written.
    Country,
    /// Postcode.
    Postcode,
    /// Seller in charge, as written.
    Owner,
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Names of the sources that know the customer; a customer may have several.
    Source,
    /// How many records make up the customer.
    Records,
    /// Day on which the customer became known here.
    CreatedAt,
}

/// What kind of values a field has, and so which comparisons make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// Text, compared without regard to case and accents.
    Text,
    /// A plain number.
    Number,
    /// An amount in the company's currency.
    Money,
    /// A calendar day.
    Day,
    /// A number from 0 to 1, also written `50%`.
    Share,
    /// One word of a fixed list.
    Choice,
}

/// A word of a fixed list, with the number by which it is stored and ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    /// The word in filters and the API.
    pub name: &'static str,
    /// Its number: levels run from 5 (strategic) down to 1 (negligible), classes from 4 (D1) down to 1 (D4).
    pub number: i64,
}

const LEVELS: [Choice; 5] = [
    Choice { name: "strategic", number: 5 },
    Choice { name: "high", number: 4 },
    Choice { name: "median", number: 3 },
    Choice { name: "low", number: 2 },
    Choice { name: "negligible", number: 1 },
];

const CLASSES: [Choice; 4] = [
    Choice { name: "d1", number: 4 },
    Choice { name: "d2", number: 3 },
    Choice { name: "d3", number: 2 },
    Choice { name: "d4", number: 1 },
];

const KINDS: [Choice; 2] = [Choice { name: "person", number: 1 }, Choice { name: "organisation", number: 2 }];

impl Field {
    /// Every field, in the order in which pages offer them.
    pub const ALL: [Field; 34] = [
        Field::Name,
        Field::Kind,
        Field::Level,
        Field::ExpectedValue,
        Field::ExpectedSpend,
        Field::ExpectedTransactions,
        Field::InvestmentLevel,
        Field::Delta,
        Field::Class,
        Field::PAlive,
        Field::PastRevenue,
        Field::PastMargin,
        Field::Contribution,
        Field::Cost,
        Field::Invested,
        Field::Equity,
        Field::ExpectedCost,
        Field::ExpectedContribution,
        Field::Returns,
        Field::Transactions,
        Field::FirstPurchase,
        Field::LastPurchase,
        Field::OpenRequests,
        Field::Interactions,
        Field::LastInteraction,
        Field::City,
        Field::Country,
        Field::Postcode,
        Field::Owner,
        Field::Email,
        Field::Phone,
        Field::Source,
        Field::Records,
        Field::CreatedAt,
    ];

    /// The word for it in filters, sorts, columns and the API.
    pub fn name(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::Kind => "kind",
            Field::Level => "level",
            Field::ExpectedValue => "expected_value",
            Field::ExpectedSpend => "expected_spend",
            Field::ExpectedTransactions => "expected_transactions",
            Field::InvestmentLevel => "investment_level",
            Field::Delta => "delta",
            Field::Class => "class",
            Field::PAlive => "p_alive",
            Field::PastRevenue => "past_revenue",
            Field::PastMargin => "past_margin",
            Field::Contribution => "contribution",
            Field::Cost => "cost",
            Field::Invested => "invested",
            Field::Equity => "equity",
            Field::ExpectedCost => "expected_cost",
            Field::ExpectedContribution => "expected_contribution",
            Field::Returns => "returns",
            Field::Transactions => "transactions",
            Field::FirstPurchase => "first_purchase",
            Field::LastPurchase => "last_purchase",
            Field::OpenRequests => "open_requests",
            Field::Interactions => "interactions",
            Field::LastInteraction => "last_interaction",
            Field::City => "city",
            Field::Country => "country",
            Field::Postcode => "postcode",
            Field::Owner => "owner",
            Field::Email => "email",
            Field::Phone => "phone",
            Field::Source => "source",
            Field::Records => "records",
            Field::CreatedAt => "created_at",
        }
    }

    /// The field with this word, in any case.
    pub fn from_name(name: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(name))
    }

    /// What kind of values it has.
    pub fn field_type(self) -> FieldType {
        match self {
            Field::Kind | Field::Level | Field::InvestmentLevel | Field::Class => FieldType::Choice,
            Field::ExpectedValue
            | Field::ExpectedSpend
            | Field::PastRevenue
            | Field::PastMargin
            | Field::Contribution
            | Field::Cost
            | Field::Invested
            | Field::Equity
            | Field::ExpectedCost
            | Field::ExpectedContribution
            | Field::Returns => FieldType::Money,
            Field::ExpectedTransactions
            | Field::Delta
            | Field::Transactions
            | Field::OpenRequests
            | Field::Interactions
            | Field::Records => FieldType::Number,
            Field::PAlive => FieldType::Share,
            Field::FirstPurchase | Field::LastPurchase | Field::LastInteraction | Field::CreatedAt => {
                FieldType::Day
            }
            Field::Name
            | Field::City
            | Field::Country
            | Field::Postcode
            | Field::Owner
            | Field::Email
            | Field::Phone
            | Field::Source => FieldType::Text,
        }
    }

    /// The words of a choice field, best first; empty for other types.
    pub fn choices(self) -> &'static [Choice] {
        match self {
            Field::Level | Field::InvestmentLevel => &LEVELS,
            Field::Class => &CLASSES,
            Field::Kind => &KINDS,
            _ => &[],
        }
    }

    /// The right it takes to see it; `None` for everybody.
    pub fn right(self) -> Option<Right> {
        let is_of_margins = matches!(
            self,
            Field::PastMargin
                | Field::Contribution
                | Field::Cost
                | Field::Invested
                | Field::Equity
                | Field::ExpectedCost
                | Field::ExpectedContribution
                | Field::InvestmentLevel
                | Field::Delta
                | Field::Class
        );
        is_of_margins.then_some(Right::Margin)
    }

    /// Whether a list can be sorted by it: not by the sources, of which a customer has several.
    pub fn sortable(self) -> bool {
        self != Field::Source
    }

    /// Whether `<`, `<=`, `>` and `>=` make sense.
    pub fn ordered(self) -> bool {
        !matches!(self, Field::Source | Field::Kind)
    }

    /// Whether `~` (contains) makes sense.
    pub fn searchable(self) -> bool {
        self.field_type() == FieldType::Text
    }

    /// Whether the sum over the filtered list is shown.
    pub fn summed(self) -> bool {
        self.field_type() == FieldType::Money
    }

    /// Whether a list shows it before anybody chose columns.
    pub fn default_column(self) -> bool {
        matches!(
            self,
            Field::Name
                | Field::Level
                | Field::ExpectedValue
                | Field::PAlive
                | Field::PastRevenue
                | Field::Transactions
                | Field::LastPurchase
                | Field::OpenRequests
                | Field::City
                | Field::Owner
        )
    }

    /// Width of its column in pixels before anybody changed it.
    pub fn width(self) -> u16 {
        match self {
            Field::Name => 240,
            Field::Email => 220,
            Field::Owner | Field::Source => 160,
            Field::ExpectedValue
            | Field::ExpectedSpend
            | Field::PastRevenue
            | Field::PastMargin
            | Field::Equity
            | Field::ExpectedCost
            | Field::ExpectedContribution => 140,
            Field::Kind
            | Field::Level
            | Field::Contribution
            | Field::Cost
            | Field::Invested
            | Field::InvestmentLevel
            | Field::Returns
            | Field::FirstPurchase
            | Field::LastPurchase
            | Field::LastInteraction
            | Field::City
            | Field::Country
            | Field::Phone
            | Field::CreatedAt => 130,
            Field::ExpectedTransactions
            | Field::Delta
            | Field::Class
            | Field::PAlive
            | Field::Transactions
            | Field::OpenRequests
            | Field::Interactions
            | Field::Postcode
            | Field::Records => 110,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_reads_back_by_its_name() {
        for field in Field::ALL {
            assert_eq!(Field::from_name(field.name()), Some(field));
            assert_eq!(field.choices().is_empty(), field.field_type() != FieldType::Choice);
        }
        assert_eq!(Field::from_name("password_hash"), None);
    }

    #[test]
    fn a_list_starts_with_at_most_eleven_columns() {
        assert!(Field::ALL.into_iter().filter(|field| field.default_column()).count() <= 11);
    }
}
