//! Who exists: persons, households and organisations, with everything about them that the sources may or may not know.

use crate::chance::{Chance, Purpose};
use crate::words::{self, Range};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One true customer, known or not.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub is_organisation: bool,
    pub is_british: bool,
    /// Of the person, or of whom we deal with in the organisation.
    pub first_name: &'static str,
    pub last_name: &'static str,
    /// Name of the organisation without its form, and the form.
    pub company: Option<(String, &'static str)>,
    /// Place in `words::BUSINESSES`.
    pub business: Option<usize>,
    pub birth: Option<(i16, i8, i8)>,
    pub street: String,
    pub postcode: String,
    pub city: &'static str,
    /// The main address, and a second one: the bookkeeper's, or the one used at work.
    pub emails: [String; 2],
    /// National numbers with blanks, as people say them.
    pub mobile: String,
    pub landline: String,
    pub company_number: Option<String>,
    pub vat: Option<String>,
    /// The person who shares home, surname and landline.
    pub household: Option<usize>,
    pub traits: Vec<Trait>,
    pub drive: Drive,
}

/// What sets a customer apart from others of the same size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trait {
    /// Known to a source, never bought.
    Prospect,
    /// Brings others and writes reviews, whatever he buys himself.
    Influencer,
    /// Buys with a voucher more often than not.
    DiscountHunter,
    /// Sends much of it back.
    Returner,
    /// Pays weeks after the day due, or not at all.
    LatePayer,
    /// Takes hours of support for every order.
    SupportHeavy,
    /// Is visited more often than the orders are worth.
    OverVisited,
}

/// What makes a customer choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drive {
    /// The lowest price.
    Price,
    /// The finest goods.
    Quality,
    /// Something new each time.
    Novelty,
    /// To be looked after.
    Service,
}

impl Drive {
    /// The ranges such a customer looks at, more often named more often chosen.
    pub(crate) fn ranges(self) -> &'static [Range] {
        match self {
            Drive::Price => &[Range::Everyday, Range::Everyday, Range::Everyday, Range::New],
            Drive::Quality => &[Range::Fine, Range::Fine, Range::Fine, Range::Gear, Range::Everyday],
            Drive::Novelty => &[Range::New, Range::New, Range::Fine, Range::Gear],
            Drive::Service => &[Range::Everyday, Range::Fine, Range::Gear, Range::New],
        }
    }
}

impl Person {
    pub fn is(&self, which: Trait) -> bool {
        self.traits.contains(&which)
    }

    /// The name as the truth gives it.
    pub fn name(&self) -> String {
        match &self.company {
            Some((name, form)) => format!("{name} {form}"),
            None => format!("{} {}", self.first_name, self.last_name),
        }
    }

    pub fn country(&self) -> &'static str {
        if self.is_british { "GB" } else { "FR" }
    }
}

/// All true customers of the company, by number.
pub(crate) fn people(seed: u64, customers: usize) -> Vec<Person> {
    let mut taken: BTreeMap<String, u32> = BTreeMap::new();
    let mut people: Vec<Person> = Vec::with_capacity(customers);
    for index in 0..customers {
        let mut chance = Chance::of(seed, Purpose::Person, index);
        let joins_household = {
            let mut together = Chance::of(seed, Purpose::Household, index);
            let before: Option<&Person> = people.last();
            before.is_some_and(|p| !p.is_organisation && p.household.is_none()) && together.happens(0.16)
        };
        let mut person = if joins_household {
            let mut other = person(&mut chance, index, false, people[index - 1].is_british);
            move_in_with(&mut other, &people[index - 1], &mut chance);
            people[index - 1].household = Some(index);
            other.household = Some(index - 1);
            other
        } else {
            let is_organisation = chance.happens(0.22);
            let is_british = chance.happens(0.18);
            person(&mut chance, index, is_organisation, is_british)
        };
        person.emails = emails(&person, &mut chance, &mut taken);
        people.push(person);
    }
    people
}

fn person(chance: &mut Chance, index: usize, is_organisation: bool, is_british: bool) -> Person {
    let (first_names, last_names) = if is_british {
        (words::BRITISH_FIRST_NAMES, words::BRITISH_LAST_NAMES)
    } else {
        (words::FRENCH_FIRST_NAMES, words::FRENCH_LAST_NAMES)
    };
    let first_name = chance.pick_common(first_names);
    let last_name = chance.pick_common(last_names);
    let (city, postcode, landline) = town(chance, index, is_british);
    let house = chance.between(1, 148);
    let street = if is_british {
        format!("{house} {}", chance.pick(words::BRITISH_STREETS))
    } else {
        format!("{house} {}", chance.pick(words::FRENCH_STREETS))
    };
    let mobile = if is_british {
        let number = 900_000 + index % 100_000;
        format!("07700 {number:06}")
    } else {
        // From 06 39 98 00 00 on: the range kept for fiction; a very large company runs over its end.
        let number = 39_980_000 + index;
        let pair = |place: u32| number / 10usize.pow(place) % 100;
        format!("06 {:02} {:02} {:02} {:02}", pair(6), pair(4), pair(2), pair(0))
    };
    let business = is_organisation.then(|| chance.between(0, words::BUSINESSES.len() as i64 - 1) as usize);
    let company = business.map(|business| company_name(chance, business, is_british));
    let (company_number, vat) = match (is_organisation, is_british) {
        (false, _) => (None, None),
        (true, true) => (Some(format!("99{:06}", (index * 7919 + 31) % 1_000_000)), Some(british_vat(index))),
        (true, false) => {
            let siren = siren(index);
            (Some(siret(&siren)), Some(french_vat(&siren)))
        }
    };
    let birth = (!is_organisation).then(|| {
        (chance.between(1942, 2006) as i16, chance.between(1, 12) as i8, chance.between(1, 28) as i8)
    });
    Person {
        is_organisation,
        is_british,
        first_name,
        last_name,
        company,
        business,
        birth,
        street,
        postcode,
        city,
        emails: Default::default(),
        mobile,
        landline,
        company_number,
        vat,
        household: None,
        traits: traits(chance, is_organisation),
        drive: chance.pick(&[Drive::Price, Drive::Quality, Drive::Novelty, Drive::Service]),
    }
}

/// Two people, one home: surname, address and landline are shared, mobile, birth and mail are not.
fn move_in_with(person: &mut Person, other: &Person, chance: &mut Chance) {
    let first_names = if other.is_british { words::BRITISH_FIRST_NAMES } else { words::FRENCH_FIRST_NAMES };
    while person.first_name == other.first_name {
        person.first_name = chance.pick(first_names);
    }
    person.last_name = other.last_name;
    person.street.clone_from(&other.street);
    person.postcode.clone_from(&other.postcode);
    person.city = other.city;
    person.landline.clone_from(&other.landline);
}

fn town(chance: &mut Chance, index: usize, is_british: bool) -> (&'static str, String, String) {
    if is_british {
        let (city, area, line) = chance.pick_common(words::BRITISH_TOWNS);
        let letters = b"ABDEFGHJLNPQRSTUWXYZ";
        let mut letter = || char::from(chance.pick(letters));
        let (one, two) = (letter(), letter());
        let postcode = format!("{area}{} {}{one}{two}", chance.between(1, 19), chance.between(1, 9));
        return (city, postcode, format!("{line}{:03}", index % 1000));
    }
    let (city, postcode, line) = chance.pick_common(words::FRENCH_TOWNS);
    let digit = chance.between(0, if city == "Lyon" || city == "Paris" { 9 } else { 0 });
    let number = index % 10_000;
    (city, format!("{postcode}{digit}"), format!("{line} {:02} {:02}", number / 100, number % 100))
}

fn traits(chance: &mut Chance, is_organisation: bool) -> Vec<Trait> {
    let mut traits = Vec::new();
    if chance.happens(0.09) {
        traits.push(Trait::Prospect);
        if is_organisation && chance.happens(0.12) {
            traits.push(Trait::OverVisited);
        }
        return traits;
    }
    if !is_organisation && chance.happens(0.018) {
        traits.push(Trait::Influencer);
    }
    if chance.happens(0.08) {
        traits.push(Trait::DiscountHunter);
    }
    if chance.happens(0.04) {
        traits.push(Trait::Returner);
    }
    if chance.happens(if is_organisation { 0.1 } else { 0.03 }) {
        traits.push(Trait::LatePayer);
    }
    if chance.happens(0.03) {
        traits.push(Trait::SupportHeavy);
    }
    if is_organisation && chance.happens(0.06) {
        traits.push(Trait::OverVisited);
    }
    traits
}

fn company_name(chance: &mut Chance, business: usize, is_british: bool) -> (String, &'static str) {
    let (_, _, french, british) = words::BUSINESSES[business];
    if is_british {
        let sign = chance.pick(words::BRITISH_SIGNS);
        let word = chance.pick(british);
        let name = if word.starts_with("The") || word.ends_with("the") {
            format!("{word} {sign}")
        } else {
            format!("{sign} {word}")
        };
        (name, "Ltd")
    } else {
        let name = format!("{} {}", chance.pick(french), chance.pick(words::FRENCH_SIGNS));
        (name, chance.pick_common(words::FRENCH_FORMS))
    }
}

/// The main address and a second one, each given to nobody else.
fn emails(person: &Person, chance: &mut Chance, taken: &mut BTreeMap<String, u32>) -> [String; 2] {
    let mut free = |mailbox: String, domain: String| {
        let count = taken.entry(format!("{mailbox}@{domain}")).or_insert(0);
        *count += 1;
        if *count == 1 { format!("{mailbox}@{domain}") } else { format!("{mailbox}{count}@{domain}") }
    };
    let first = words::slug(person.first_name);
    let last = words::slug(person.last_name);
    if let Some((company, _)) = &person.company {
        let domain = format!("{}-{}.example", words::slug(company), words::slug(person.city));
        let books = if person.is_british { "accounts" } else { "compta" };
        return [free("contact".into(), domain.clone()), free(books.into(), domain)];
    }
    let main = match chance.between(0, 3) {
        0 => format!("{first}{last}"),
        1 => format!("{}{last}", &first[..1]),
        _ => format!("{first}.{last}"),
    };
    let second = format!("{last}.{first}");
    [
        free(main, chance.pick_common(words::PROVIDERS).to_string()),
        free(second, chance.pick_common(words::PROVIDERS).to_string()),
    ]
}

/// A SIREN that passes its check but begins with a zero, as no real one does.
fn siren(index: usize) -> String {
    let body = format!("0{:07}", (index * 104_729 + 12_347) % 10_000_000);
    with_luhn(&body)
}

fn siret(siren: &str) -> String {
    with_luhn(&format!("{siren}0001"))
}

fn with_luhn(body: &str) -> String {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, b)| {
            let digit = u32::from(b - b'0') * if place % 2 == 0 { 2 } else { 1 };
            if digit > 9 { digit - 9 } else { digit }
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn french_vat(siren: &str) -> String {
    let number: u64 = siren.parse().expect("a SIREN is digits");
    format!("FR{:02}{siren}", (12 + 3 * (number % 97)) % 97)
}

fn british_vat(index: usize) -> String {
    format!("GB9{:08}", (index * 15_485_863 + 17) % 100_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_valid_and_nobody_s() {
        let people = people(3, 2_000);
        let mut emails: Vec<&String> = people.iter().flat_map(|person| &person.emails).collect();
        emails.sort();
        emails.dedup();
        assert_eq!(emails.len(), 4_000, "each address has one owner");
        for person in &people {
            for email in &person.emails {
                assert_eq!(identity::normalise_email(email).as_ref(), Some(email));
                assert!(!identity::is_placeholder_email(email) && email.ends_with(".example"), "{email}");
            }
            for phone in [&person.mobile, &person.landline] {
                let e164 = identity::normalise_phone(phone, Some(person.country())).expect(phone);
                assert!(!identity::is_placeholder_phone(&e164), "{phone}");
            }
            if let (Some(number), Some(vat)) = (&person.company_number, &person.vat) {
                assert!(
                    identity::normalise_company_number(number, Some(person.country())).is_some(),
                    "{number}"
                );
                assert!(identity::normalise_vat(vat).is_some(), "{vat}");
            }
        }
    }

    #[test]
    fn households_share_home_and_landline() {
        let people = people(3, 2_000);
        let together: Vec<&Person> = people.iter().filter(|person| person.household.is_some()).collect();
        assert!((200..700).contains(&together.len()), "{}", together.len());
        for person in together {
            let other = &people[person.household.unwrap()];
            assert_eq!((&person.landline, person.last_name), (&other.landline, other.last_name));
            assert_ne!(person.first_name, other.first_name);
            assert_ne!(person.mobile, other.mobile);
        }
    }
}
