//! What a column can fill, for which kinds of file, and what must be filled: the catalogue a mapping draws from.

use ledger::Attribute;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the rows of a file tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Who the customers are: attributes only.
    Customers,
    /// Order or invoice lines.
    Sales,
    /// Payments due or made.
    Payments,
    /// Calls, visits, e-mails and other contacts.
    Interactions,
    /// What customers ask of us.
    Requests,
    /// Ratings and opinions.
    Reviews,
    /// Customers brought by customers.
    Referrals,
    /// Costs stated outright.
    Costs,
}

impl FileKind {
    /// Every kind, in the order pages show them.
    pub const ALL: [FileKind; 8] = [
        FileKind::Customers,
        FileKind::Sales,
        FileKind::Payments,
        FileKind::Interactions,
        FileKind::Requests,
        FileKind::Reviews,
        FileKind::Referrals,
        FileKind::Costs,
    ];

    /// The word for it in mappings, addresses and the API.
    pub fn name(self) -> &'static str {
        match self {
            FileKind::Customers => "customers",
            FileKind::Sales => "sales",
            FileKind::Payments => "payments",
            FileKind::Interactions => "interactions",
            FileKind::Requests => "requests",
            FileKind::Reviews => "reviews",
            FileKind::Referrals => "referrals",
            FileKind::Costs => "costs",
        }
    }

    /// The kind with this word.
    pub fn from_name(name: &str) -> Option<FileKind> {
        FileKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Groups of targets of which one each must have a column (or a fixed value).
    pub fn requirements(self) -> &'static [&'static [Target]] {
        use Target::*;
        match self {
            FileKind::Customers => &[&[Customer, Attribute(ledger::Attribute::Email)]],
            FileKind::Sales => &[&[Date], &[Amount, UnitPrice]],
            FileKind::Payments => &[&[Amount], &[Due, Paid]],
            FileKind::Interactions => &[&[Date]],
            FileKind::Requests => &[&[Opened]],
            FileKind::Reviews => &[&[Date], &[Rating, Text]],
            FileKind::Referrals => &[&[Date], &[Referred]],
            FileKind::Costs => &[&[Date], &[Amount], &[Activity]],
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a column can fill: a field of the customer record, or a part of the fact that the row tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Target {
    /// The source's key of the customer.
    Customer,
    /// A field of the customer record.
    Attribute(Attribute),
    /// The source's own number for the fact.
    Id,
    /// When it happened.
    Date,
    Order,
    /// Number of the line within its order.
    Line,
    Product,
    Description,
    Quantity,
    /// What is invoiced, discount taken off; for payments and costs, the sum.
    Amount,
    UnitPrice,
    Discount,
    Margin,
    UnitCost,
    /// A word or flag that says the goods came back.
    IsReturn,
    /// Currency of the row's amounts.
    Currency,
    Invoice,
    Due,
    Paid,
    Channel,
    Direction,
    Minutes,
    /// Who of us.
    Who,
    Subject,
    Opened,
    Closed,
    Rating,
    Text,
    Referred,
    Activity,
    /// The campaign that a contact or a cost was part of.
    Campaign,
    /// What came of a contact.
    Outcome,
    /// What was sold or carried weighs, all of the row together.
    Kg,
    /// How far it was carried, or how far one went.
    Km,
}

/// What a target's cells must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum TargetType {
    Text,
    /// A text that identifies; several columns are alternatives, the first filled one counts.
    Key,
    Number,
    /// Several columns are added up.
    Money,
    /// Date, with or without time; several columns are written one after the other.
    Moment,
    Day,
    Currency,
    /// One of a few words.
    Choice,
}

/// One line of the catalogue, as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TargetEntry {
    /// The word in mappings.
    pub name: &'static str,
    /// The kinds of file it serves.
    #[serde(rename = "kind")]
    pub kinds: Vec<FileKind>,
    /// The kinds in which it must be filled (or one of its group must).
    pub required: Vec<FileKind>,
    /// What its cells must hold.
    #[serde(rename = "type")]
    pub kind_of_value: TargetType,
    /// Where its label is found in the page's dictionaries.
    pub label_code: String,
}

const FACT_TARGETS: [Target; 32] = {
    use Target::*;
    [
        Id,
        Date,
        Order,
        Line,
        Product,
        Description,
        Quantity,
        Amount,
        UnitPrice,
        Discount,
        Margin,
        UnitCost,
        IsReturn,
        Currency,
        Invoice,
        Due,
        Paid,
        Channel,
        Direction,
        Minutes,
        Who,
        Subject,
        Opened,
        Closed,
        Rating,
        Text,
        Referred,
        Activity,
        Campaign,
        Outcome,
        Kg,
        Km,
    ]
};

impl Target {
    /// Every target: the customer's key, then the fact's parts, then the record's attributes.
    pub fn all() -> impl Iterator<Item = Target> {
        std::iter::once(Target::Customer).chain(FACT_TARGETS).chain(Attribute::ALL.map(Target::Attribute))
    }

    /// The word for it in mappings and the API.
    pub fn name(self) -> &'static str {
        match self {
            Target::Customer => "customer",
            Target::Attribute(attribute) => attribute.name(),
            Target::Id => "id",
            Target::Date => "date",
            Target::Order => "order",
            Target::Line => "line",
            Target::Product => "product",
            Target::Description => "description",
            Target::Quantity => "quantity",
            Target::Amount => "amount",
            Target::UnitPrice => "unit_price",
            Target::Discount => "discount",
            Target::Margin => "margin",
            Target::UnitCost => "unit_cost",
            Target::IsReturn => "is_return",
            Target::Currency => "currency",
            Target::Invoice => "invoice",
            Target::Due => "due",
            Target::Paid => "paid",
            Target::Channel => "channel",
            Target::Direction => "direction",
            Target::Minutes => "minutes",
            Target::Who => "who",
            Target::Subject => "subject",
            Target::Opened => "opened",
            Target::Closed => "closed",
            Target::Rating => "rating",
            Target::Text => "text",
            Target::Referred => "referred",
            Target::Activity => "activity",
            Target::Campaign => "campaign",
            Target::Outcome => "outcome",
            Target::Kg => "kg",
            Target::Km => "km",
        }
    }

    /// The target with this word.
    pub fn from_name(name: &str) -> Option<Target> {
        Target::all().find(|target| target.name() == name)
    }

    /// What its cells must hold.
    pub fn value_type(self) -> TargetType {
        use Target::*;
        match self {
            Customer | Id | Order | Line | Product | Invoice | Referred => TargetType::Key,
            Attribute(ledger::Attribute::Email | ledger::Attribute::Phone) => TargetType::Key,
            Attribute(ledger::Attribute::Vat | ledger::Attribute::CompanyNumber) => TargetType::Key,
            Attribute(ledger::Attribute::BirthDate) | Due | Paid => TargetType::Day,
            Attribute(ledger::Attribute::CreditLimit) => TargetType::Money,
            Attribute(ledger::Attribute::Kind) | IsReturn | Direction => TargetType::Choice,
            Date | Opened | Closed => TargetType::Moment,
            Quantity | Minutes | Rating | Kg | Km => TargetType::Number,
            Amount | UnitPrice | Discount | Margin | UnitCost => TargetType::Money,
            Currency => TargetType::Currency,
            Attribute(_) | Description | Channel | Who | Subject | Text | Activity | Campaign | Outcome => {
                TargetType::Text
            }
        }
    }

    /// Whether a file of this kind can tell it. Every kind may tell attributes of the record as well.
    pub fn serves(self, kind: FileKind) -> bool {
        use FileKind::*;
        let kinds: &[FileKind] = match self {
            Target::Customer | Target::Attribute(_) => return true,
            Target::Id => &[Sales, Payments, Interactions, Requests, Reviews, Referrals, Costs],
            Target::Date => &[Sales, Interactions, Reviews, Referrals, Costs],
            Target::Order
            | Target::Line
            | Target::Description
            | Target::Quantity
            | Target::UnitPrice
            | Target::Discount
            | Target::Margin
            | Target::UnitCost
            | Target::IsReturn => &[Sales],
            Target::Product => &[Sales, Reviews],
            Target::Amount => &[Sales, Payments, Costs],
            Target::Currency => &[Sales, Payments, Costs],
            Target::Invoice | Target::Due | Target::Paid => &[Payments],
            Target::Channel => &[Interactions, Requests],
            Target::Direction | Target::Minutes | Target::Who => &[Interactions],
            Target::Subject => &[Interactions, Requests],
            Target::Opened | Target::Closed => &[Requests],
            Target::Rating | Target::Text => &[Reviews],
            Target::Referred => &[Referrals],
            Target::Activity => &[Costs],
            Target::Campaign => &[Interactions, Costs],
            Target::Outcome => &[Interactions],
            Target::Kg | Target::Km => &[Sales, Interactions],
        };
        kinds.contains(&kind)
    }

    /// Its place in [`Target::all`], for tables indexed by target.
    pub(crate) fn index(self) -> usize {
        match self {
            Target::Customer => 0,
            Target::Attribute(attribute) => 1 + FACT_TARGETS.len() + attribute as usize,
            other => {
                1 + FACT_TARGETS.iter().position(|t| *t == other).expect("every other target tells of a fact")
            }
        }
    }

    /// How many targets there are.
    pub(crate) const COUNT: usize = 1 + FACT_TARGETS.len() + Attribute::ALL.len();
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Target {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Target, D::Error> {
        let name = String::deserialize(deserializer)?;
        Target::from_name(&name).ok_or_else(|| {
            let known = Target::all().map(Target::name).collect::<Vec<_>>().join(", ");
            serde::de::Error::custom(format!("unknown target {name:?}; known are {known}"))
        })
    }
}

/// Everything a column can fill, for a page to choose from.
pub fn targets() -> Vec<TargetEntry> {
    Target::all()
        .map(|target| TargetEntry {
            name: target.name(),
            kinds: FileKind::ALL.into_iter().filter(|kind| target.serves(*kind)).collect(),
            required: FileKind::ALL
                .into_iter()
                .filter(|kind| kind.requirements().iter().any(|group| group.contains(&target)))
                .collect(),
            kind_of_value: target.value_type(),
            label_code: format!("target.{}", target.name()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_its_own_name_and_place() {
        for (place, target) in Target::all().enumerate() {
            assert_eq!(target.index(), place);
            assert_eq!(Target::from_name(target.name()), Some(target), "{target} is named twice");
        }
        assert_eq!(Target::all().count(), Target::COUNT);
    }

    #[test]
    fn what_a_kind_requires_serves_it() {
        for kind in FileKind::ALL {
            for target in kind.requirements().iter().flat_map(|group| group.iter()) {
                assert!(target.serves(kind), "{target} is required of {kind} but does not serve it");
            }
        }
    }
}
