//! Who asks, and what follows from it: rights, rows and fields.

use crate::Field;
use serde::{Deserialize, Serialize};

/// What somebody is here for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees and does everything.
    Administrator,
    /// Sees the customers in his charge, without margins.
    Seller,
}

/// Something that not everybody may do or see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// See margins and what is computed from them.
    Margin,
    /// Bring files in, take imports back, start and stop jobs.
    Import,
    /// Change the company, its people and everybody's views.
    Administer,
}

/// Who asks. Every read of customers takes one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reader {
    /// The person's number in the staff table.
    pub staff: i64,
    /// What the person is here for.
    pub role: Role,
    /// The name under which sources write this person as a customer's owner.
    pub owner_name: Option<String>,
}

/// The rows that a reader sees.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Every customer.
    All,
    /// Customers whose owner is written exactly so.
    Owner(String),
    /// No customer: a seller whose name in the sources nobody has entered yet.
    Nobody,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 2] = [Role::Administrator, Role::Seller];

    /// The word for it in the API and the store.
    pub fn name(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Seller => "seller",
        }
    }

    /// The role with this word.
    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether people of this role hold a right.
    pub fn may(self, right: Right) -> bool {
        match (self, right) {
            (Role::Administrator, Right::Margin | Right::Import | Right::Administer) => true,
            (Role::Seller, Right::Margin | Right::Import | Right::Administer) => false,
        }
    }
}

impl Reader {
    /// The reader for work that no person asked for: jobs and commands on the machine itself.
    pub fn house() -> Reader {
        Reader { staff: 0, role: Role::Administrator, owner_name: None }
    }

    /// Whether this reader holds a right.
    pub fn may(&self, right: Right) -> bool {
        self.role.may(right)
    }

    /// The rows this reader sees.
    pub fn scope(&self) -> Scope {
        match (self.role, &self.owner_name) {
            (Role::Administrator, _) => Scope::All,
            (Role::Seller, Some(name)) if !name.trim().is_empty() => Scope::Owner(name.clone()),
            (Role::Seller, _) => Scope::Nobody,
        }
    }

    /// Whether this reader may see a field, and so also filter, sort and sum by it.
    pub fn sees(&self, field: Field) -> bool {
        field.right().is_none_or(|right| self.may(right))
    }

    /// What a field shows to this reader: who may not see margins reads expected spend as the expected value.
    pub fn shown(&self, field: Field) -> Field {
        match field {
            Field::ExpectedValue if !self.may(Right::Margin) => Field::ExpectedSpend,
            other => other,
        }
    }

    /// The fields this reader sees, in the catalogue's order.
    pub fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        Field::ALL.into_iter().filter(|field| self.sees(*field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seller(owner_name: Option<&str>) -> Reader {
        Reader { staff: 7, role: Role::Seller, owner_name: owner_name.map(str::to_string) }
    }

    #[test]
    fn a_seller_sees_own_customers_and_no_margin() {
        let nadia = seller(Some("Nadia Roche"));
        assert_eq!(nadia.scope(), Scope::Owner("Nadia Roche".into()));
        assert!(!nadia.sees(Field::PastMargin));
        assert_eq!(nadia.shown(Field::ExpectedValue), Field::ExpectedSpend);
        assert!(nadia.fields().all(|field| field != Field::PastMargin));
        for field in [Field::InvestmentLevel, Field::Delta, Field::Class] {
            assert!(!nadia.sees(field), "{field:?} is computed from costs");
        }
    }

    #[test]
    fn a_seller_without_a_name_in_the_sources_sees_nobody() {
        assert_eq!(seller(None).scope(), Scope::Nobody);
        assert_eq!(seller(Some("  ")).scope(), Scope::Nobody);
    }

    #[test]
    fn an_administrator_sees_all() {
        let reader = Reader { staff: 1, role: Role::Administrator, owner_name: Some("Ann".into()) };
        assert_eq!(reader.scope(), Scope::All);
        assert_eq!(reader.fields().count(), Field::ALL.len());
        assert_eq!(reader.shown(Field::ExpectedValue), Field::ExpectedValue);
    }

    #[test]
    fn roles_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.name()), Some(role));
        }
        assert_eq!(Role::from_name("root"), None);
    }
}
