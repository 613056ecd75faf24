//! Which records are one customer, by identifiers that agree exactly once normalised.
//!
//! Takes every record's identifiers and the customer it belongs to now; gives each record's customer with the rule
//! and the evidence. Strong identifiers first (company number, VAT number, e-mail), then the telephone, which
//! speaks only where the names agree: a household shares a landline. What many share, or what would glue two
//! companies together, links nobody and is listed as refused.

use crate::normalise::{
    is_placeholder_email, is_placeholder_phone, normalise_company_number, normalise_email, normalise_phone,
    normalise_vat, siren_of_vat,
};
use crate::text::{organisation_key, search_key};
use crate::unified::{Kind, kind_of};
use ledger::{Attribute, Attributes};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// An identifier on more records than this, under different names, says nothing about who they are.
pub const SHARED_BY_AT_MOST: usize = 20;

/// What linking needs to know of one record.
#[derive(Clone, Debug)]
pub struct RecordIdentifiers {
    /// The record's id; ids are distinct.
    pub record: u64,
    /// The customer the record belongs to so far, if it was linked before.
    pub current_customer: Option<u64>,
    /// Its normalised identifiers.
    pub identifiers: Identifiers,
}

/// The normalised identifiers of one record, and its names reduced to what tells two people on one line apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identifiers {
    email: Option<Box<str>>,
    phone: Option<Box<str>>,
    vat: Option<Box<str>>,
    company_number: Option<Box<str>>,
    party: Party,
}

/// Names as hashes, 0 where the source gives none: only their agreement is ever asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Party {
    organisation: u64,
    first_name: u64,
    last_name: u64,
    birth_date: u64,
}

/// Why a record belongs to its customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The same company number (SIREN for French companies, also out of a SIRET or VAT number).
    CompanyNumber,
    /// The same VAT number.
    Vat,
    /// The same e-mail address.
    Email,
    /// The same telephone number and no contradiction between the names.
    Phone,
    /// Nothing in common with any other record.
    Alone,
}

impl Rule {
    /// The word for it in the ledger and the API.
    pub fn name(self) -> &'static str {
        match self {
            Rule::CompanyNumber => "company_number",
            Rule::Vat => "vat",
            Rule::Email => "email",
            Rule::Phone => "phone",
            Rule::Alone => "alone",
        }
    }
}

/// One record's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The record.
    pub record: u64,
    /// Its customer: one that exists, or a new one from `next_customer` on.
    pub customer: u64,
    /// The strongest rule that ties it to another record of this customer.
    pub rule: Rule,
    /// The identifier they share, normalised; empty for a record alone.
    pub evidence: String,
    /// The lowest other record of this customer with that identifier.
    pub with: Option<u64>,
}

/// An identifier that was on several records and did not link them all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which identifier.
    pub rule: Rule,
    /// Its normalised value.
    pub identifier: String,
    /// How many records bear it.
    pub records: usize,
    /// Why: `shared` by too many, `placeholder`, `contradiction` of exclusive identifiers, or `names` that differ.
    pub reason: &'static str,
}

/// All records in their places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linking {
    /// One per record, by record id.
    pub links: Vec<Link>,
    /// The first customer id not in use after these links.
    pub next_customer: u64,
    /// What did not link, strongest rule first, then by first bearer.
    pub refusals: Vec<Refusal>,
}

impl Identifiers {
    /// Reads a source's attributes; what is no valid identifier is left out.
    pub fn of(attributes: &Attributes) -> Identifiers {
        let text = |attribute| {
            attributes.get(&attribute).map(String::as_str).filter(|value| !value.trim().is_empty())
        };
        let country = text(Attribute::Country);
        let vat = text(Attribute::Vat).and_then(normalise_vat);
        let company_number = text(Attribute::CompanyNumber)
            .and_then(|written| normalise_company_number(written, country))
            .or_else(|| vat.as_deref().and_then(siren_of_vat).map(|siren| format!("FR:{siren}")));
        Identifiers {
            email: text(Attribute::Email).and_then(normalise_email).map(String::into_boxed_str),
            phone: text(Attribute::Phone)
                .and_then(|written| normalise_phone(written, country))
                .map(String::into_boxed_str),
            vat: vat.map(String::into_boxed_str),
            company_number: company_number.map(String::into_boxed_str),
            party: Party::of(attributes),
        }
    }

    /// The normalised identifier a rule looks at.
    pub fn get(&self, rule: Rule) -> Option<&str> {
        match rule {
            Rule::CompanyNumber => self.company_number.as_deref(),
            Rule::Vat => self.vat.as_deref(),
            Rule::Email => self.email.as_deref(),
            Rule::Phone => self.phone.as_deref(),
            Rule::Alone => None,
        }
    }
}

/// Finds each record's customer.
///
/// The order of `records` does not matter. A customer id already in use is kept by the group that holds the lowest
/// of its records, and a group that holds several keeps the lowest; new groups are numbered from `next_customer`
/// on, in the order of their lowest record.
///
/// ```
/// use identity::{Identifiers, RecordIdentifiers, Rule, link};
/// use ledger::{Attribute, Attributes};
/// let shop = Attributes::from([(Attribute::Email, "Jeanne@Dupont.fr".to_string())]);
/// let desk = Attributes::from([(Attribute::Email, "jeanne@dupont.fr ".to_string())]);
/// let record = |record, attributes| RecordIdentifiers { record, current_customer: None, identifiers: Identifiers::of(attributes) };
/// let linking = link(&[record(1, &shop), record(2, &desk)], 100);
/// assert!(linking.links.iter().all(|link| link.customer == 100 && link.rule == Rule::Email));
/// ```
pub fn link(records: &[RecordIdentifiers], next_customer: u64) -> Linking {
    let order = by_record(records);
    let record = |place: u32| &records[order[place as usize] as usize];
    let mut groups = Groups::new(records.len());
    for place in 0..records.len() as u32 {
        let identifiers = &record(place).identifiers;
        let vat = identifiers.vat.as_deref().filter(|vat| siren_of_vat(vat).is_none());
        groups.exclusive[place as usize] = [identifiers.company_number.as_deref(), vat];
    }
    let mut refusals = Vec::new();
    let mut tie: Vec<Tie> = vec![Tie { rule: Rule::Alone, with: u32::MAX }; records.len()];
    for rule in [Rule::CompanyNumber, Rule::Vat, Rule::Email, Rule::Phone] {
        for bearers in shared(records.len() as u32, |place| record(place).identifiers.get(rule)) {
            let identifier = record(bearers[0]).identifiers.get(rule).expect("bearers are those who bear it");
            let parties: Vec<Party> = bearers.iter().map(|place| record(*place).identifiers.party).collect();
            let refused = match why_not(rule, identifier, &parties) {
                Some(reason) => Some(reason),
                None => {
                    let names = if rule == Rule::Phone {
                        parties_on_one_line(&parties)
                    } else {
                        vec![0; parties.len()]
                    };
                    let names_agree = names.iter().all(|part| *part == 0);
                    let free_of_contradiction = unite(&mut groups, &mut tie, rule, &bearers, &names);
                    match (names_agree, free_of_contradiction) {
                        (true, true) => None,
                        (_, false) => Some("contradiction"),
                        (false, true) => Some("names"),
                    }
                }
            };
            if let Some(reason) = refused {
                refusals.push(Refusal {
                    rule,
                    identifier: identifier.to_string(),
                    records: bearers.len(),
                    reason,
                });
            }
        }
    }
    let (customers, next_customer) =
        name_groups(&mut groups, next_customer, |place| record(place).current_customer);
    let links = (0..records.len() as u32)
        .map(|place| {
            let Tie { rule, with } = tie[place as usize];
            Link {
                record: record(place).record,
                customer: customers[place as usize],
                rule,
                evidence: record(place).identifiers.get(rule).unwrap_or_default().to_string(),
                with: (with != u32::MAX).then(|| record(with).record),
            }
        })
        .collect();
    Linking { links, next_customer, refusals }
}

/// The strongest bond of one record: to which lower or first other record.
#[derive(Clone, Copy)]
struct Tie {
    rule: Rule,
    with: u32,
}

/// Positions of the records by ascending record id; everything after works on these places.
fn by_record(records: &[RecordIdentifiers]) -> Vec<u32> {
    let mut order: Vec<u32> =
        (0..u32::try_from(records.len()).expect("below 2^32 records are linked at once")).collect();
    order.sort_unstable_by_key(|at| records[*at as usize].record);
    order
}

/// Places that bear the same identifier, two or more, in the order of their first bearer.
fn shared<'a>(places: u32, identifier: impl Fn(u32) -> Option<&'a str>) -> Vec<Vec<u32>> {
    let mut first_bearer: HashMap<&str, u32> = HashMap::with_capacity(places as usize / 2);
    let mut bearers_of: HashMap<u32, usize> = HashMap::new();
    let mut found: Vec<Vec<u32>> = Vec::new();
    for place in 0..places {
        let Some(value) = identifier(place) else { continue };
        let first = *first_bearer.entry(value).or_insert(place);
        if first != place {
            let at = *bearers_of.entry(first).or_insert_with(|| {
                found.push(vec![first]);
                found.len() - 1
            });
            found[at].push(place);
        }
    }
    found.sort_unstable_by_key(|bearers| bearers[0]);
    found
}

fn why_not(rule: Rule, identifier: &str, parties: &[Party]) -> Option<&'static str> {
    let placeholder = match rule {
        Rule::Email => is_placeholder_email(identifier),
        Rule::Phone => is_placeholder_phone(identifier),
        _ => false,
    };
    let one_name = parties[0].is_named() && parties.iter().all(|party| *party == parties[0]);
    if placeholder {
        Some("placeholder")
    } else if parties.len() > SHARED_BY_AT_MOST && !one_name {
        Some("shared")
    } else {
        None
    }
}

/// Joins the bearers that share a name part, unless that would put two company numbers or two VAT numbers in one
/// group; then only those that already agree on them. Says whether there was no such contradiction.
fn unite<'a>(groups: &mut Groups<'a>, tie: &mut [Tie], rule: Rule, bearers: &[u32], names: &[u32]) -> bool {
    let mut free = true;
    let parts = names.iter().max().map_or(0, |most| most + 1);
    for part in 0..parts {
        let members: Vec<u32> =
            bearers.iter().zip(names).filter(|(_, name)| **name == part).map(|(place, _)| *place).collect();
        let exclusive: Vec<[Option<&'a str>; 2]> =
            members.iter().map(|place| groups.exclusive_of(*place)).collect();
        let differ = |which: usize| {
            let mut known = exclusive.iter().filter_map(|pair| pair[which]);
            let first = known.next();
            known.any(|other| Some(other) != first)
        };
        let contradiction = differ(0) || differ(1);
        free &= !contradiction;
        // With a contradiction, each company gathers its own bearers, and those of no known company stay out.
        let company = |pair: &[Option<&'a str>; 2]| if contradiction { *pair } else { [None, None] };
        let mut first_two: HashMap<[Option<&'a str>; 2], Vec<u32>> = HashMap::new();
        for (place, pair) in members.iter().zip(&exclusive) {
            let seen = first_two.entry(company(pair)).or_default();
            if seen.len() < 2 {
                seen.push(*place);
            }
        }
        for (place, pair) in members.iter().zip(&exclusive) {
            let pair = company(pair);
            if contradiction && pair == [None, None] {
                continue;
            }
            let Some(partner) = first_two[&pair].iter().find(|partner| *partner != place) else { continue };
            groups.join(*place, *partner);
            let bond = &mut tie[*place as usize];
            if bond.rule == Rule::Alone {
                *bond = Tie { rule, with: *partner };
            }
        }
    }
    free
}

/// For the bearers of one telephone number, which of them may be one party: bearers with the same part number may,
/// part numbers count from 0. Those whose name fits several parts stand apart.
fn parties_on_one_line(parties: &[Party]) -> Vec<u32> {
    if parties.iter().all(|party| *party == parties[0]) {
        return vec![0; parties.len()];
    }
    let mut distinct: Vec<Party> = Vec::new();
    let which: Vec<usize> = parties
        .iter()
        .map(|party| {
            distinct.iter().position(|known| known == party).unwrap_or_else(|| {
                distinct.push(*party);
                distinct.len() - 1
            })
        })
        .collect();
    // A partial name joins only where all that it could be are one party.
    let fits = |a: usize, b: usize| distinct[a].agrees_with(&distinct[b]) != Some(false);
    let candidates = |one: usize| (0..distinct.len()).filter(move |other| *other != one && fits(one, *other));
    let is_clear: Vec<bool> =
        (0..distinct.len()).map(|one| candidates(one).all(|a| candidates(one).all(|b| fits(a, b)))).collect();
    let mut part: Vec<usize> = (0..distinct.len()).collect();
    for one in (0..distinct.len()).filter(|one| is_clear[*one]) {
        for other in candidates(one).filter(|other| is_clear[*other]) {
            let (low, high) = (part[one].min(part[other]), part[one].max(part[other]));
            part.iter_mut().filter(|p| **p == high).for_each(|p| *p = low);
        }
    }
    let mut numbers: Vec<usize> = Vec::new();
    which
        .into_iter()
        .map(|kind| {
            let number = numbers.iter().position(|known| *known == part[kind]).unwrap_or_else(|| {
                numbers.push(part[kind]);
                numbers.len() - 1
            });
            number as u32
        })
        .collect()
}

impl Party {
    fn of(attributes: &Attributes) -> Party {
        let text = |attribute| {
            attributes.get(&attribute).map(String::as_str).filter(|value| !value.trim().is_empty())
        };
        let key = |folded: String| if folded.is_empty() { 0 } else { hash(&folded.replace(' ', "")) };
        let kind = kind_of(attributes);
        let full_name = text(Attribute::Name);
        let has_name = full_name.or(text(Attribute::FirstName)).or(text(Attribute::LastName)).is_some();
        // Bookkeeping files people under the heading of companies: the name is theirs.
        let is_person_as_company = kind == Some(Kind::Person) && !has_name;
        let organisation = match kind {
            Some(Kind::Organisation) => text(Attribute::Company).or(full_name),
            _ if is_person_as_company => None,
            _ => text(Attribute::Company),
        };
        let full_name = full_name.or(text(Attribute::Company).filter(|_| is_person_as_company));
        let mut first_name = text(Attribute::FirstName).map(search_key).unwrap_or_default();
        let mut last_name = text(Attribute::LastName).map(search_key).unwrap_or_default();
        // A full name without its parts: "Jeanne Martin" or "MARTIN Jeanne"; both words in alphabetical order tell
        // as much as the two parts do, as long as every source is read alike.
        if first_name.is_empty() && last_name.is_empty() && kind != Some(Kind::Organisation) {
            (first_name, last_name) = split_name(full_name.unwrap_or_default());
        }
        Party {
            organisation: key(organisation.map(organisation_key).unwrap_or_default()),
            first_name: key(first_name),
            last_name: key(last_name),
            birth_date: text(Attribute::BirthDate).map(|date| hash(date.trim())).unwrap_or_default(),
        }
    }

    fn is_named(&self) -> bool {
        self.organisation != 0 || (self.first_name != 0 && self.last_name != 0)
    }

    /// Whether two names can be one party's: `None` when one of them says too little.
    fn agrees_with(&self, other: &Party) -> Option<bool> {
        let same = |a: u64, b: u64| (a != 0 && b != 0).then_some(a == b);
        let organisations = same(self.organisation, other.organisation);
        let first_names = same(self.first_name, other.first_name);
        let last_names = same(self.last_name, other.last_name);
        let births = same(self.birth_date, other.birth_date);
        if organisations.is_some() {
            return organisations;
        }
        if first_names == Some(false) || last_names == Some(false) || births == Some(false) {
            return Some(false);
        }
        let one_is_an_organisation = (self.organisation != 0) != (other.organisation != 0);
        match first_names {
            Some(true) => Some(true),
            _ if one_is_an_organisation && (self.first_name != 0 || other.first_name != 0) => Some(false),
            _ => None,
        }
    }
}

/// First and last name out of a full name as written: capitals mark the last name ("MARTIN Jeanne"), else it comes
/// last ("Jeanne Martin"). Titles are dropped.
fn split_name(name: &str) -> (String, String) {
    const TITLES: &[&str] =
        &["m", "mr", "mme", "mlle", "mrs", "ms", "miss", "dr", "monsieur", "madame", "mademoiselle"];
    let words: Vec<&str> =
        name.split_whitespace().filter(|word| !TITLES.contains(&search_key(word).as_str())).collect();
    let is_capitals =
        |word: &str| word.chars().filter(|c| c.is_alphabetic()).count() > 1 && word == word.to_uppercase();
    let capitals = words.iter().filter(|word| is_capitals(word)).count();
    let (last, first): (Vec<&str>, Vec<&str>) = match words.len() {
        0 => return Default::default(),
        1 => (words, Vec::new()),
        _ if capitals > 0 && capitals < words.len() => words.iter().partition(|word| is_capitals(word)),
        _ => (words[1..].to_vec(), vec![words[0]]),
    };
    (search_key(&first.join(" ")), search_key(&last.join(" ")))
}

/// Groups of places, joined under their lowest place, with the identifiers that a group may have only one of.
struct Groups<'a> {
    parent: Vec<u32>,
    exclusive: Vec<[Option<&'a str>; 2]>,
}

impl<'a> Groups<'a> {
    fn new(places: usize) -> Groups<'a> {
        Groups { parent: (0..places as u32).collect(), exclusive: vec![[None, None]; places] }
    }

    fn root(&mut self, mut place: u32) -> u32 {
        while self.parent[place as usize] != place {
            let grandparent = self.parent[self.parent[place as usize] as usize];
            self.parent[place as usize] = grandparent;
            place = grandparent;
        }
        place
    }

    fn exclusive_of(&mut self, place: u32) -> [Option<&'a str>; 2] {
        let root = self.root(place);
        self.exclusive[root as usize]
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        if low != high {
            self.parent[high as usize] = low;
            let gained = self.exclusive[high as usize];
            let kept = &mut self.exclusive[low as usize];
            *kept = [kept[0].or(gained[0]), kept[1].or(gained[1])];
        }
    }
}

/// Gives each place its customer: an id in use stays with the group that holds its lowest record.
fn name_groups(
    groups: &mut Groups<'_>,
    next_customer: u64,
    current: impl Fn(u32) -> Option<u64>,
) -> (Vec<u64>, u64) {
    const NONE: u64 = u64::MAX;
    let places = groups.parent.len();
    let mut claimed: HashMap<u64, u32> = HashMap::new();
    let mut name = vec![NONE; places];
    for place in 0..places as u32 {
        let Some(customer) = current(place) else { continue };
        let root = groups.root(place);
        if let std::collections::hash_map::Entry::Vacant(free) = claimed.entry(customer) {
            free.insert(root);
            name[root as usize] = name[root as usize].min(customer);
        }
    }
    let highest = claimed.keys().max().map_or(0, |highest| highest + 1);
    let mut next = next_customer.max(highest);
    for place in 0..places as u32 {
        let root = groups.root(place);
        if name[root as usize] == NONE {
            name[root as usize] = next;
            next += 1;
        }
        name[place as usize] = name[root as usize];
    }
    (name, next)
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `email=jeanne@dupont.fr;first_name=Jeanne` as attributes.
    fn says(text: &str) -> Attributes {
        text.split(';')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').expect("name=value");
                (Attribute::from_name(name).expect("a known attribute"), value.to_string())
            })
            .collect()
    }

    fn records(texts: &[&str]) -> Vec<RecordIdentifiers> {
        texts
            .iter()
            .enumerate()
            .map(|(at, text)| RecordIdentifiers {
                record: at as u64 + 1,
                current_customer: None,
                identifiers: Identifiers::of(&says(text)),
            })
            .collect()
    }

    fn customers(texts: &[&str]) -> Vec<u64> {
        link(&records(texts), 0).links.iter().map(|link| link.customer).collect()
    }

    #[test]
    fn jeanne_is_one_customer_in_shop_invoices_and_desk() {
        let linking = link(
            &records(&[
                "email=Jeanne.Martin@orange.fr;first_name=Jeanne;last_name=Martin",
                "name=MARTIN Jeanne;phone=06 42 19 77 53;email=jeanne.martin@orange.fr",
                "phone=+33642197753;name=Jeanne Martin",
            ]),
            7,
        );
        assert!(linking.links.iter().all(|link| link.customer == 7));
        assert_eq!(linking.next_customer, 8);
        assert_eq!(linking.links[0].rule, Rule::Email);
        assert_eq!(linking.links[0].evidence, "jeanne.martin@orange.fr");
        assert_eq!((linking.links[2].rule, linking.links[2].with), (Rule::Phone, Some(2)));
    }

    #[test]
    fn a_couple_shares_the_landline_and_stays_two() {
        let texts = [
            "first_name=Jeanne;last_name=Martin;phone=0142197753",
            "first_name=Paul;last_name=Martin;phone=01 42 19 77 53",
            "name=PAUL MARTIN;phone=0142197753",
        ];
        assert_eq!(customers(&texts), [0, 1, 1]);
        let refusals = link(&records(&texts), 0).refusals;
        assert_eq!((refusals[0].reason, refusals[0].records), ("names", 3));
        assert_eq!(
            customers(&["last_name=Martin;phone=0142197753", texts[0], texts[1]]),
            [0, 1, 2],
            "who of the two wrote, nobody can say"
        );
        assert_eq!(customers(&["phone=0142197753", texts[0]]), [0, 0], "one person on the line: it is hers");
    }

    #[test]
    fn a_person_filed_as_a_company_is_still_a_person() {
        assert_eq!(
            customers(&[
                "kind=Particulier;company=PETIT Paul;phone=0142197753",
                "first_name=Paul;last_name=Petit;phone=01 42 19 77 53",
                "first_name=Anne;last_name=Petit;phone=01 42 19 77 53",
            ]),
            [0, 0, 1]
        );
    }

    #[test]
    fn father_and_son_of_one_name_are_told_apart_by_birth() {
        assert_eq!(
            customers(&[
                "first_name=Jean;last_name=Petit;birth_date=1950-01-02;phone=0142197753",
                "first_name=Jean;last_name=Petit;birth_date=1980-05-06;phone=0142197753",
            ]),
            [0, 1]
        );
    }

    #[test]
    fn a_company_is_found_by_siren_siret_and_vat() {
        let linking = link(
            &records(&[
                "company=Dupont SARL;vat=FR 40 303 265 045",
                "name=DUPONT;company_number=30326504500011",
                "company=Ets Dupont;vat=FR40303265045;email=compta@dupont.fr",
            ]),
            0,
        );
        assert!(linking.links.iter().all(|link| link.customer == 0 && link.rule == Rule::CompanyNumber));
        assert_eq!(linking.links[1].evidence, "FR:303265045");
    }

    #[test]
    fn the_accountant_s_address_does_not_glue_her_clients() {
        let texts = [
            "company=Dupont;company_number=303265045;email=cabinet@comptes.fr",
            "company=La Poste;company_number=356000000;email=cabinet@comptes.fr",
            "company=Inconnue;email=cabinet@comptes.fr",
            "company=Dupont;company_number=303265045;email=cabinet@comptes.fr",
        ];
        assert_eq!(customers(&texts), [0, 1, 2, 0]);
        assert_eq!(link(&records(&texts), 0).refusals[0].reason, "contradiction");
    }

    #[test]
    fn two_companies_on_one_switchboard_stay_two() {
        assert_eq!(
            customers(&[
                "company=Dupont SARL;first_name=Anne;phone=0142197753",
                "company=DUPONT;first_name=Paul;phone=0142197753",
                "company=Durand SAS;first_name=Anne;phone=0142197753",
            ]),
            [0, 0, 1]
        );
    }

    #[test]
    fn placeholders_and_crowds_link_nobody() {
        assert_eq!(customers(&["email=noreply@shop.fr", "email=noreply@shop.fr"]), [0, 1]);
        assert_eq!(
            customers(&["phone=0612345678;first_name=Eve", "phone=0612345678;first_name=Eve"]),
            [0, 1]
        );
        let crowd: Vec<String> =
            (0..=SHARED_BY_AT_MOST).map(|n| format!("email=club@tennis.fr;name=Member {n}")).collect();
        let crowd: Vec<&str> = crowd.iter().map(String::as_str).collect();
        let linking = link(&records(&crowd), 0);
        assert_eq!(linking.next_customer, crowd.len() as u64);
        assert_eq!(linking.refusals[0].reason, "shared");
        assert_eq!(link(&records(&crowd[1..]), 0).next_customer, 1, "twenty may be one");
        let often = vec!["email=eve@gmail.com;first_name=Eve;last_name=Roux"; 40];
        assert_eq!(
            link(&records(&often), 0).next_customer,
            1,
            "one name forty times is one person with many baskets"
        );
    }

    #[test]
    fn customers_keep_their_numbers() {
        let mut base = records(&["email=a1@x.fr", "email=a1@x.fr", "email=b2@x.fr", "email=c3@x.fr"]);
        base[0].current_customer = Some(9);
        base[1].current_customer = Some(4);
        base[2].current_customer = Some(4);
        let linking = link(&base, 1);
        let ids: Vec<u64> = linking.links.iter().map(|link| link.customer).collect();
        assert_eq!(
            ids,
            [4, 4, 10, 11],
            "the merged keep the lowest; who was parted and who is new come after all in use"
        );
        assert_eq!(linking.next_customer, 12);
        for (record, link) in base.iter_mut().zip(&linking.links) {
            record.current_customer = Some(link.customer);
        }
        assert_eq!(link(&base, linking.next_customer).links, linking.links, "linking again changes nothing");
    }

    #[test]
    fn no_records_no_links() {
        assert_eq!(link(&[], 5), Linking { next_customer: 5, ..Linking::default() });
    }

    fn any_record() -> impl Strategy<Value = String> {
        let email = prop::sample::select(vec![
            "",
            "email=a1@x.fr",
            "email=b2@x.fr",
            "email=C3@x.fr",
            "email=noreply@x.fr",
        ]);
        let phone =
            prop::sample::select(vec!["", "phone=0142197753", "phone=+33 1 42 19 77 53", "phone=0642197750"]);
        let first = prop::sample::select(vec!["", "first_name=Jeanne", "first_name=Paul"]);
        let last = prop::sample::select(vec!["", "last_name=Martin", "last_name=Petit"]);
        let company = prop::sample::select(vec!["", "", "company=Dupont", "company=Durand"]);
        let number = prop::sample::select(vec![
            "",
            "",
            "company_number=303265045",
            "company_number=356000000",
            "vat=FR40303265045",
        ]);
        (email, phone, first, last, company, number)
            .prop_map(|(a, b, c, d, e, f)| [a, b, c, d, e, f].join(";"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn the_order_of_records_does_not_matter(
            texts in prop::collection::vec(any_record(), 0..14),
            seed in prop::collection::vec(any::<u32>(), 14),
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let straight = records(&texts);
            let mut mixed: Vec<(u32, RecordIdentifiers)> = seed.into_iter().zip(straight.clone()).collect();
            mixed.sort_by_key(|(key, _)| *key);
            let mixed: Vec<RecordIdentifiers> = mixed.into_iter().map(|(_, record)| record).collect();
            prop_assert_eq!(link(&straight, 3), link(&mixed, 3));
        }

        #[test]
        fn nobody_is_linked_without_evidence(texts in prop::collection::vec(any_record(), 0..14)) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let base = records(&texts);
            let linking = link(&base, 0);
            let identifiers = |record: u64| &base[record as usize - 1].identifiers;
            let customer = |record: u64| linking.links[record as usize - 1].customer;
            for link in &linking.links {
                match link.with {
                    Some(other) => {
                        prop_assert_ne!(other, link.record);
                        prop_assert_eq!(customer(other), link.customer);
                        prop_assert_eq!(identifiers(other).get(link.rule), Some(link.evidence.as_str()));
                        prop_assert_eq!(identifiers(link.record).get(link.rule), Some(link.evidence.as_str()));
                    }
                    None => prop_assert!(
                        linking.links.iter().all(|other| other.record == link.record || other.customer != link.customer)
                    ),
                }
            }
            // Within a customer every record is reached from every other over shared identifiers, and there is one company.
            for one in &linking.links {
                let members: Vec<u64> =
                    linking.links.iter().filter(|other| other.customer == one.customer).map(|link| link.record).collect();
                let mut reached = vec![members[0]];
                while let Some(next) = members.iter().find(|m| !reached.contains(m) && reached.iter().any(|r| {
                    [Rule::CompanyNumber, Rule::Vat, Rule::Email, Rule::Phone].into_iter().any(|rule| {
                        identifiers(**m).get(rule).is_some() && identifiers(**m).get(rule) == identifiers(*r).get(rule)
                    })
                })) {
                    reached.push(*next);
                }
                prop_assert_eq!(reached.len(), members.len());
                let mut companies: Vec<&str> =
                    members.iter().filter_map(|m| identifiers(*m).get(Rule::CompanyNumber)).collect();
                companies.dedup();
                prop_assert!(companies.len() <= 1, "{:?}", companies);
            }
        }
    }
}
