//! One face for a customer that several sources describe: which value of each attribute shows, and from where.
//!
//! Takes what every record of the customer says, with when it was learned and how far its source is trusted; gives a
//! name, a kind and for each attribute the value that shows with all others kept beside it. Nothing is averaged or
//! mended: every value shown was written by a source.

use crate::text::{has_legal_form, search_key};
use ledger::{Attribute, Attributes, Moment};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A person or an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    Person,
    Organisation,
}

impl Kind {
    /// The word for it in the ledger and the API.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Person => "person",
            Kind::Organisation => "organisation",
        }
    }

    /// Reads a source's word for it, English or French: `B2B`, `société`, `particulier`.
    pub fn from_word(word: &str) -> Option<Kind> {
        match search_key(word).as_str() {
            "person" | "individual" | "private" | "consumer" | "b2c" | "particulier" | "personne"
            | "personne physique" | "prive" | "c" => Some(Kind::Person),
            "organisation" | "organization" | "company" | "business" | "b2b" | "professional"
            | "professionnel" | "pro" | "entreprise" | "societe" | "association" | "personne morale"
            | "corporate" => Some(Kind::Organisation),
            _ => None,
        }
    }
}

/// One value as one record of one source gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The record that says so.
    pub record: u64,
    /// Place of its source in the order of trust; lower is trusted more.
    pub trust: u32,
    /// When we learned it.
    pub learned_at: Moment,
    /// What it speaks of.
    pub attribute: Attribute,
    /// What it says, as written.
    pub value: &'a str,
}

/// A customer as pages show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unified {
    /// The name to show; `None` where no source gives a name, a company, an e-mail address or a telephone number.
    pub display_name: Option<String>,
    /// Person or organisation, where the sources let us tell.
    pub kind: Option<Kind>,
    /// What shows for each attribute that any source gives, in the order of `Attribute`.
    pub attributes: Vec<Shown>,
}

/// The value of one attribute that shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Which attribute.
    pub attribute: Attribute,
    /// The value, as its source wrote it.
    pub value: String,
    /// The record it comes from.
    pub record: u64,
    /// When we learned it.
    pub learned_at: Moment,
    /// What other records say, best first, also where they say the same.
    pub others: Vec<Other>,
}

/// A value that does not show.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Other {
    pub value: String,
    pub record: u64,
    pub learned_at: Moment,
}

impl Unified {
    /// The value that shows for an attribute.
    pub fn value(&self, attribute: Attribute) -> Option<&str> {
        self.attributes.iter().find(|shown| shown.attribute == attribute).map(|shown| shown.value.as_str())
    }
}

/// Makes one face of what all records of one customer say.
///
/// For each attribute the value learned last shows; of those learned at one moment, that of the most trusted source;
/// then the lowest record, then the value itself, so that the order of `statements` does not matter.
///
/// ```
/// use identity::{Statement, unify};
/// use ledger::{Attribute, Moment};
/// let said = |record, learned, value| Statement { record, trust: 0, learned_at: Moment(learned), attribute: Attribute::City, value };
/// let jeanne = unify(&[said(1, 10, "Lyon"), said(2, 20, "Nantes")]);
/// assert_eq!(jeanne.value(Attribute::City), Some("Nantes"));
/// assert_eq!(jeanne.attributes[0].others[0].value, "Lyon");
/// ```
pub fn unify(statements: &[Statement<'_>]) -> Unified {
    let mut ranked: BTreeMap<Attribute, Vec<&Statement<'_>>> = BTreeMap::new();
    for statement in statements.iter().filter(|statement| !statement.value.trim().is_empty()) {
        ranked.entry(statement.attribute).or_default().push(statement);
    }
    for said in ranked.values_mut() {
        said.sort_by_key(|s| (Reverse(s.learned_at), s.trust, s.record, s.value));
    }
    let winners: Attributes =
        ranked.iter().map(|(attribute, said)| (*attribute, said[0].value.to_string())).collect();
    let kind = kind_of_customer(&ranked).or_else(|| kind_of(&winners));
    Unified {
        display_name: display_name(kind, &ranked),
        kind,
        attributes: ranked.into_iter().map(|(attribute, said)| shown(attribute, &said)).collect(),
    }
}

/// Whether one record's attributes describe a person or an organisation, where they let us tell.
///
/// The source's own word comes first; then identifiers only a company has; then the names.
pub fn kind_of(attributes: &Attributes) -> Option<Kind> {
    let text =
        |attribute| attributes.get(&attribute).map(String::as_str).filter(|value| !value.trim().is_empty());
    if let Some(kind) = text(Attribute::Kind).and_then(Kind::from_word) {
        return Some(kind);
    }
    let is_named_as_person = text(Attribute::FirstName).is_some() || text(Attribute::BirthDate).is_some();
    let is_company = text(Attribute::Vat).is_some()
        || text(Attribute::CompanyNumber).is_some()
        || text(Attribute::Name).is_some_and(has_legal_form)
        || text(Attribute::Company).is_some_and(|company| !is_named_as_person || has_legal_form(company));
    if is_company {
        Some(Kind::Organisation)
    } else if is_named_as_person || text(Attribute::LastName).is_some() {
        Some(Kind::Person)
    } else {
        None
    }
}

type Ranked<'a> = BTreeMap<Attribute, Vec<&'a Statement<'a>>>;

/// The best word any source has for the kind; a word nobody understands does not hide one that is understood.
fn kind_of_customer(ranked: &Ranked<'_>) -> Option<Kind> {
    ranked.get(&Attribute::Kind)?.iter().find_map(|said| Kind::from_word(said.value))
}

fn display_name(kind: Option<Kind>, ranked: &Ranked<'_>) -> Option<String> {
    let best = |attribute| ranked.get(&attribute).map(|said| best_written(said));
    let of_person = || person_name(ranked).or_else(|| best(Attribute::Name));
    let of_organisation = || best(Attribute::Company).or_else(|| best(Attribute::Name));
    let named = match kind {
        Some(Kind::Organisation) => of_organisation().or_else(of_person),
        _ => of_person().or_else(of_organisation),
    };
    named.or_else(|| best(Attribute::Email)).or_else(|| best(Attribute::Phone))
}

/// First and last name of one record, so that two spellings of a marriage are not mixed into a third.
fn person_name(ranked: &Ranked<'_>) -> Option<String> {
    let last_names = ranked.get(&Attribute::LastName)?;
    let last = last_names[0];
    let first_names = ranked.get(&Attribute::FirstName).map(Vec::as_slice).unwrap_or_default();
    let first = first_names.iter().find(|first| first.record == last.record).or(first_names.first());
    let last = best_written(last_names);
    match first {
        Some(first) => {
            let same_record =
                first_names.iter().filter(|other| search_key(other.value) == search_key(first.value));
            let spellings: Vec<&Statement<'_>> =
                std::iter::once(*first).chain(same_record.copied()).collect();
            Some(format!("{} {last}", best_written(&spellings)))
        }
        None => Some(last),
    }
}

/// The first value in the best spelling any source has for it: not all capitals, not all small, accents kept.
fn best_written(said: &[&Statement<'_>]) -> String {
    let key = search_key(said[0].value);
    let spellings = said.iter().map(|s| s.value.trim()).filter(|value| search_key(value) == key);
    spellings
        .min_by_key(|value| {
            let has_case = value.chars().any(char::is_lowercase) && value.chars().any(char::is_uppercase);
            (!has_case, Reverse(value.chars().filter(|c| !c.is_ascii()).count()))
        })
        .unwrap_or(said[0].value)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn shown(attribute: Attribute, said: &[&Statement<'_>]) -> Shown {
    let other =
        |s: &&Statement<'_>| Other { value: s.value.to_string(), record: s.record, learned_at: s.learned_at };
    Shown {
        attribute,
        value: said[0].value.to_string(),
        record: said[0].record,
        learned_at: said[0].learned_at,
        others: said[1..].iter().map(other).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(record: u64, learned: i64, attribute: Attribute, value: &str) -> Statement<'_> {
        Statement { record, trust: record as u32, learned_at: Moment(learned), attribute, value }
    }

    #[test]
    fn helene_shows_with_her_accents_though_the_credit_file_has_none() {
        let helene = unify(&[
            said(1, 10, Attribute::FirstName, "Hélène"),
            said(1, 10, Attribute::LastName, "Lefèvre"),
            said(2, 20, Attribute::FirstName, "HELENE"),
            said(2, 20, Attribute::LastName, "LEFEVRE"),
        ]);
        assert_eq!(helene.display_name.as_deref(), Some("Hélène Lefèvre"));
        assert_eq!(helene.kind, Some(Kind::Person));
        assert_eq!(
            helene.value(Attribute::LastName),
            Some("LEFEVRE"),
            "the field itself shows what was learned last"
        );
        assert_eq!(helene.attributes[1].others[0].record, 1);
    }

    #[test]
    fn of_two_values_of_one_day_the_trusted_source_shows() {
        let trusted = said(1, 10, Attribute::Phone, "01");
        let doubtful = said(2, 10, Attribute::Phone, "02");
        assert_eq!(unify(&[doubtful.clone(), trusted.clone()]).value(Attribute::Phone), Some("01"));
        assert_eq!(unify(&[trusted, doubtful]).value(Attribute::Phone), Some("01"));
    }

    #[test]
    fn a_marriage_does_not_mix_two_records_into_a_third_name() {
        let name = unify(&[
            said(1, 30, Attribute::LastName, "Durand"),
            said(1, 30, Attribute::FirstName, "Anne"),
            said(2, 40, Attribute::FirstName, "Annie"),
        ])
        .display_name;
        assert_eq!(name.as_deref(), Some("Anne Durand"));
    }

    #[test]
    fn companies_are_told_from_people() {
        let kind = |pairs: &[(Attribute, &str)]| {
            unify(&pairs.iter().map(|(a, v)| said(1, 0, *a, v)).collect::<Vec<_>>()).kind
        };
        assert_eq!(
            kind(&[(Attribute::Kind, "Particulier"), (Attribute::Company, "EDF")]),
            Some(Kind::Person)
        );
        assert_eq!(kind(&[(Attribute::Vat, "FR40303265045")]), Some(Kind::Organisation));
        assert_eq!(kind(&[(Attribute::Name, "Boulangerie Petit SARL")]), Some(Kind::Organisation));
        assert_eq!(kind(&[(Attribute::Company, "EDF"), (Attribute::FirstName, "Jean")]), Some(Kind::Person));
        assert_eq!(
            kind(&[(Attribute::Company, "Durand SAS"), (Attribute::FirstName, "Jean")]),
            Some(Kind::Organisation)
        );
        assert_eq!(kind(&[(Attribute::Email, "x@y.fr")]), None);
    }

    #[test]
    fn whoever_has_no_name_shows_by_address() {
        assert_eq!(
            unify(&[said(1, 0, Attribute::Email, "eve@gmail.com")]).display_name.as_deref(),
            Some("eve@gmail.com")
        );
        assert_eq!(unify(&[said(1, 0, Attribute::City, "Lyon")]).display_name, None);
        assert_eq!(unify(&[said(1, 0, Attribute::Name, "  ")]), Unified::default());
    }

    proptest! {
        #[test]
        fn the_order_of_statements_does_not_matter(
            told in prop::collection::vec((1u64..4, 0i64..3, 0usize..6, "[a-zA-Zé ]{0,6}", any::<u32>()), 0..12),
        ) {
            let straight: Vec<Statement<'_>> =
                told.iter().map(|(r, l, a, v, _)| said(*r, *l, Attribute::ALL[*a], v)).collect();
            let mut keyed: Vec<_> = told.iter().map(|t| t.4).zip(straight.clone()).collect();
            keyed.sort_by_key(|(key, _)| *key);
            let mixed: Vec<Statement<'_>> = keyed.into_iter().map(|(_, s)| s).collect();
            let face = unify(&straight);
            prop_assert_eq!(&face, &unify(&mixed));
            let kept: usize = face.attributes.iter().map(|shown| 1 + shown.others.len()).sum();
            prop_assert_eq!(kept, straight.iter().filter(|s| !s.value.trim().is_empty()).count(), "no value is lost");
        }
    }
}
