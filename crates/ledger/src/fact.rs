//! The facts a source can tell. A fact is never changed: what corrects it is another fact.

use crate::{Day, Moment, Money, Quantity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something that happened to one record, as its source tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// When it happened.
    pub happened_at: Moment,
    /// The source's own number for this fact (ticket, payment, order line), if it has one. A second fact with
    /// the same kind and reference from the same source replaces the first.
    pub reference: Option<String>,
    /// What happened.
    pub body: FactBody,
}

/// What happened, by kind.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum FactBody {
    Sale(SaleLine),
    Payment(Payment),
    Interaction(Interaction),
    Request(Request),
    Review(Review),
    Referral(Referral),
    Cost(Cost),
}

/// The kind of a fact; its number is what the store keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// What a source says of its record: name, address, identifiers.
    Description = 0,
    /// An order or invoice line; negative when goods come back.
    Sale = 1,
    /// A payment due or made.
    Payment = 2,
    /// A contact in either direction.
    Interaction = 3,
    /// What a customer asks of us.
    Request = 4,
    /// A published or private rating.
    Review = 5,
    /// A customer brought by another.
    Referral = 6,
    /// A cost the source states outright.
    Cost = 7,
}

impl FactKind {
    /// Every kind, in the order of its number.
    pub const ALL: [FactKind; 8] = [
        FactKind::Description,
        FactKind::Sale,
        FactKind::Payment,
        FactKind::Interaction,
        FactKind::Request,
        FactKind::Review,
        FactKind::Referral,
        FactKind::Cost,
    ];

    /// The kind with this number.
    pub fn from_number(number: i64) -> Option<FactKind> {
        FactKind::ALL.into_iter().find(|kind| *kind as i64 == number)
    }

    /// The word for it in files, addresses and the API.
    pub fn name(self) -> &'static str {
        match self {
            FactKind::Description => "description",
            FactKind::Sale => "sale",
            FactKind::Payment => "payment",
            FactKind::Interaction => "interaction",
            FactKind::Request => "request",
            FactKind::Review => "review",
            FactKind::Referral => "referral",
            FactKind::Cost => "cost",
        }
    }

    /// The kind with this word.
    pub fn from_name(name: &str) -> Option<FactKind> {
        FactKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl FactBody {
    /// Which kind this is.
    pub fn kind(&self) -> FactKind {
        match self {
            FactBody::Sale(_) => FactKind::Sale,
            FactBody::Payment(_) => FactKind::Payment,
            FactBody::Interaction(_) => FactKind::Interaction,
            FactBody::Request(_) => FactKind::Request,
            FactBody::Review(_) => FactKind::Review,
            FactBody::Referral(_) => FactKind::Referral,
            FactBody::Cost(_) => FactKind::Cost,
        }
    }
}

/// One line of an order or invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleLine {
    /// Order or invoice number.
    pub order: Option<String>,
    /// Product code.
    pub product: Option<String>,
    /// Product name or line text.
    pub description: Option<String>,
    /// How many; negative when goods come back.
    pub quantity: Option<Quantity>,
    /// What the line is invoiced at, discount taken off; negative when goods come back.
    pub amount: Money,
    /// What was taken off, zero or more, in the currency of `amount`.
    pub discount: Option<Money>,
    /// Amount less the cost of the goods, in the currency of `amount`; `None` where the source does not say.
    pub margin: Option<Money>,
    /// The per cent of the amount that `margin` was assumed to be, where the source said neither margin nor unit cost.
    pub assumed_margin: Option<u32>,
    /// A return, a cancellation or a credit note.
    pub is_return: bool,
    /// What the goods of the line weigh together, in kilograms, zero or more (thousandths kept).
    pub kg: Option<Quantity>,
    /// How far they were carried, in kilometres, zero or more (thousandths kept).
    pub km: Option<Quantity>,
}

/// Money due or paid.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Payment {
    pub invoice: Option<String>,
    pub amount: Money,
    /// When it was to be paid.
    pub due: Option<Day>,
    /// When it was paid; `None` while it is open.
    pub paid: Option<Day>,
}

/// Who began a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The customer came to us.
    Inbound,
    /// We went to the customer.
    Outbound,
}

/// A contact: call, visit, e-mail, chat, letter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Interaction {
    /// `call`, `visit`, `email`, `chat`, `letter`, `shop` or the source's own word.
    pub channel: String,
    pub direction: Option<Direction>,
    /// Time spent, in minutes (thousandths kept).
    pub minutes: Option<Quantity>,
    /// Who of us.
    pub who: Option<String>,
    pub subject: Option<String>,
    /// The campaign that it was part of.
    pub campaign: Option<String>,
    /// What came of it, in the source's own word: `order`, `no answer`, …
    pub outcome: Option<String>,
    /// What was carried, in kilograms, zero or more (thousandths kept).
    pub kg: Option<Quantity>,
    /// How far one went for it, in kilometres, zero or more (thousandths kept).
    pub km: Option<Quantity>,
}

/// What a customer asks of us, with its clock.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Request {
    pub subject: Option<String>,
    pub opened: Moment,
    /// `None` while it is open.
    pub closed: Option<Moment>,
    pub channel: Option<String>,
}

/// A rating and what was said.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Review {
    /// Between 0 and 1 after scaling by the mapping's top mark, in thousandths.
    pub rating: Option<Quantity>,
    pub product: Option<String>,
    pub text: Option<String>,
}

/// A customer brought by this one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Referral {
    /// The source's key of the customer who was brought.
    pub referred: String,
}

/// A cost the source states outright.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Cost {
    pub activity: String,
    pub amount: Money,
    /// The campaign that it was spent on.
    pub campaign: Option<String>,
}

/// A field of a record that any source may tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Attribute {
    /// Full name of a person or name of an organisation, as written.
    Name,
    FirstName,
    LastName,
    /// Organisation the person belongs to, or the organisation itself.
    Company,
    /// `person` or `organisation`.
    Kind,
    Title,
    Email,
    Phone,
    Street,
    Postcode,
    City,
    /// ISO 3166 alpha-2 code or a name, as written.
    Country,
    /// ISO 8601 date.
    BirthDate,
    /// VAT number.
    Vat,
    /// SIREN or SIRET, or another national company number.
    CompanyNumber,
    /// The seller in charge, as written.
    Owner,
    /// Line of business or segment, as the source says.
    Industry,
    /// Credit limit as a plain decimal.
    CreditLimit,
    /// Credit rating, as the source says.
    CreditRating,
}

impl Attribute {
    /// Every attribute, in the order pages show them.
    pub const ALL: [Attribute; 19] = [
        Attribute::Name,
        Attribute::FirstName,
        Attribute::LastName,
        Attribute::Company,
        Attribute::Kind,
        Attribute::Title,
        Attribute::Email,
        Attribute::Phone,
        Attribute::Street,
        Attribute::Postcode,
        Attribute::City,
        Attribute::Country,
        Attribute::BirthDate,
        Attribute::Vat,
        Attribute::CompanyNumber,
        Attribute::Owner,
        Attribute::Industry,
        Attribute::CreditLimit,
        Attribute::CreditRating,
    ];

    /// The word for it in files, mappings and the API.
    pub fn name(self) -> &'static str {
        match self {
            Attribute::Name => "name",
            Attribute::FirstName => "first_name",
            Attribute::LastName => "last_name",
            Attribute::Company => "company",
            Attribute::Kind => "kind",
            Attribute::Title => "title",
            Attribute::Email => "email",
            Attribute::Phone => "phone",
            Attribute::Street => "street",
            Attribute::Postcode => "postcode",
            Attribute::City => "city",
            Attribute::Country => "country",
            Attribute::BirthDate => "birth_date",
            Attribute::Vat => "vat",
            Attribute::CompanyNumber => "company_number",
            Attribute::Owner => "owner",
            Attribute::Industry => "industry",
            Attribute::CreditLimit => "credit_limit",
            Attribute::CreditRating => "credit_rating",
        }
    }

    /// The attribute with this word.
    pub fn from_name(name: &str) -> Option<Attribute> {
        Attribute::ALL.into_iter().find(|attribute| attribute.name() == name)
    }
}

/// What one source says of one record, in a fixed order; blank values are left out.
pub type Attributes = BTreeMap<Attribute, String>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_read_back() {
        for kind in FactKind::ALL {
            assert_eq!(FactKind::from_name(kind.name()), Some(kind));
            assert_eq!(FactKind::from_number(kind as i64), Some(kind));
        }
        for attribute in Attribute::ALL {
            assert_eq!(Attribute::from_name(attribute.name()), Some(attribute));
        }
    }
}
