//! What each source knows of whom: its accounts, with the gaps and spellings of real exports.
//!
//! Sources of one customer mostly share an address, a number or a company number, each in its own spelling; some
//! share nothing, and only the truth knows. A few numbers are what people type when they will not give theirs.

use crate::behaviour::{Channel, Life};
use crate::chance::{Chance, Purpose};
use crate::people::{Person, Trait};
use crate::words::{self, capitals};
use ledger::Day;

/// One customer as one source knows him; empty where it does not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    pub key: String,
    pub customer: usize,
    pub since: i32,
    pub first_name: String,
    pub last_name: String,
    pub company: String,
    pub email: String,
    pub phone: String,
    pub street: String,
    pub postcode: String,
    pub city: String,
    pub country: &'static str,
    pub company_number: String,
    pub vat: String,
}

/// The accounts of one source, by key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    accounts: Vec<Account>,
    /// Places of each customer's accounts, oldest first.
    places: Vec<Vec<usize>>,
}

/// The accounts of all sources.
#[derive(Clone, Debug, Default)]
pub(crate) struct Accounts {
    pub shop: Book,
    pub invoicing: Book,
    pub support: Book,
    pub field: Book,
    pub credit: Book,
}

impl Book {
    pub fn iter(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter()
    }

    /// The account of a customer on a day: the newest he has by then, or his first.
    pub fn of(&self, customer: usize, day: Day) -> Option<&Account> {
        let mine = || self.places[customer].iter().map(|place| &self.accounts[*place]);
        mine().rfind(|account| account.since <= day.0).or_else(|| mine().next())
    }

    /// Like [`Book::of`], for who acted in this source and so has an account there.
    pub fn key(&self, customer: usize, day: Day) -> &str {
        &self.of(customer, day).expect("who acts in a source has an account there").key
    }

    /// Keys in the order in which the accounts were opened.
    fn number(&mut self, customers: usize, key: impl Fn(usize) -> String) {
        self.accounts.sort_by_key(|account| (account.since, account.customer));
        self.places = vec![Vec::new(); customers];
        for (place, account) in self.accounts.iter_mut().enumerate() {
            account.key = key(place + 1);
            self.places[account.customer].push(place);
        }
    }
}

pub(crate) fn accounts(seed: u64, people: &[Person], lives: &[Life], until: Day) -> Accounts {
    let mut accounts = Accounts::default();
    let mut brings = vec![false; people.len()];
    for friend in lives.iter().filter_map(|life| life.referred_by) {
        brings[friend.0] = true;
    }
    for (index, (person, life)) in people.iter().zip(lives).enumerate() {
        let mut chance = Chance::of(seed, Purpose::Accounts, index);
        let uses = |channel| life.orders.iter().any(|order| order.channel == channel && !order.is_guest);
        let is_prospect = person.is(Trait::Prospect);
        let shops = uses(Channel::Shop)
            || brings[index]
            || life.referred_by.is_some()
            || (is_prospect && (!person.is_organisation || chance.happens(0.3)));
        let of_source = |account: Account| Account { customer: index, since: life.known_since.0, ..account };
        if shops {
            accounts.shop.accounts.push(of_source(in_shop(person, &mut chance)));
            if !person.is_organisation && !is_prospect && chance.happens(0.05) {
                let again = in_shop_again(person, &mut chance);
                let since = chance.between(i64::from(life.known_since.0), i64::from(until.0)) as i32;
                accounts.shop.accounts.push(Account { since, ..of_source(again) });
            }
        }
        if uses(Channel::Invoice) {
            accounts.invoicing.accounts.push(of_source(in_invoicing(person, &mut chance)));
            if chance.happens(if person.is_organisation { 0.9 } else { 0.6 }) {
                accounts.credit.accounts.push(of_source(in_credit(person, &mut chance)));
            }
        }
        if !life.requests.is_empty() {
            accounts.support.accounts.push(of_source(in_support(person, &mut chance)));
        }
        let in_field = !life.visits.is_empty() || (is_prospect && !shops) || chance.happens(0.2);
        if person.is_organisation && in_field {
            accounts.field.accounts.push(of_source(in_field_sales(person, &mut chance)));
        }
    }
    accounts.shop.number(people.len(), |n| format!("C{}", 100_000 + n));
    accounts.invoicing.number(people.len(), |n| format!("411-{n:05}"));
    accounts.support.number(people.len(), |n| format!("U-{}", 5_000 + n));
    accounts.field.number(people.len(), |n| format!("ACC-{n:04}"));
    accounts.credit.number(people.len(), |n| format!("D{n:05}"));
    accounts
}

fn in_shop(person: &Person, chance: &mut Chance) -> Account {
    let own = &person.emails[usize::from(person.is_organisation && chance.happens(0.4))];
    let phone = match chance.unit() {
        u if u < 0.62 => spelt_phone(main_phone(person), person, chance),
        u if u < 0.72 => spelt_phone(&person.landline, person, chance),
        u if u < 0.74 => chance.pick(&["0000000000", "06 12 34 56 78", "0600000000"]).to_string(),
        _ => String::new(),
    };
    Account {
        first_name: as_typed(person.first_name, chance),
        last_name: as_typed(person.last_name, chance),
        company: company(person, false),
        email: spelt_email(own, chance),
        phone,
        country: if person.is_british { "Royaume-Uni" } else { "France" },
        vat: known(&person.vat, 0.5, chance),
        ..at_home(person)
    }
}

/// A second account under another address: forgotten password, work computer.
fn in_shop_again(person: &Person, chance: &mut Chance) -> Account {
    let phone = if chance.happens(0.7) { spelt_phone(&person.mobile, person, chance) } else { String::new() };
    Account { email: spelt_email(&person.emails[1], chance), phone, ..in_shop(person, chance) }
}

fn in_invoicing(person: &Person, chance: &mut Chance) -> Account {
    let (email, phone) = if person.is_organisation {
        (sometimes(0.7, &person.emails[1], chance), sometimes(0.8, &person.landline, chance))
    } else {
        let email = match chance.unit() {
            u if u < 0.62 => person.emails[0].clone(),
            u if u < 0.74 => person.emails[1].clone(),
            _ => String::new(),
        };
        let phone = match chance.unit() {
            u if u < 0.45 => person.mobile.clone(),
            u if u < 0.75 => person.landline.clone(),
            _ => String::new(),
        };
        (email, phone)
    };
    Account {
        first_name: person.first_name.to_string(),
        last_name: capitals(person.last_name),
        company: company(person, true),
        email: spelt_email(&email, chance),
        phone: spelt_phone(&phone, person, chance),
        city: capitals(person.city),
        country: if person.is_british { "ROYAUME-UNI" } else { "FRANCE" },
        company_number: known(&person.company_number, 0.9, chance),
        vat: known(&person.vat, 0.85, chance),
        ..at_home(person)
    }
}

fn in_support(person: &Person, chance: &mut Chance) -> Account {
    let email = match chance.unit() {
        u if u < 0.8 => person.emails[0].clone(),
        u if u < 0.9 => person.emails[1].clone(),
        u if u < 0.92 => "noreply@place-de-marche.example".to_string(),
        _ => String::new(),
    };
    let phone = if email.is_empty() || chance.happens(0.4) { main_phone(person) } else { "" };
    Account {
        first_name: person.first_name.to_string(),
        last_name: person.last_name.to_string(),
        email: spelt_email(&email, chance),
        phone: international(phone, person),
        ..Account::default()
    }
}

fn in_field_sales(person: &Person, chance: &mut Chance) -> Account {
    Account {
        first_name: person.first_name.to_string(),
        last_name: person.last_name.to_string(),
        company: company(person, false),
        email: sometimes(0.8, &person.emails[0], chance),
        phone: spelt_phone(&sometimes(0.85, &person.landline, chance), person, chance),
        country: person.country(),
        company_number: known(&person.company_number, 0.45, chance).chars().take(9).collect(),
        ..at_home(person)
    }
}

fn in_credit(person: &Person, chance: &mut Chance) -> Account {
    let phone = match chance.unit() {
        u if u < 0.35 => main_phone(person),
        u if u < 0.6 => &person.landline,
        _ => "",
    };
    let share = if person.is_organisation { 0.2 } else { 0.55 };
    Account {
        first_name: capitals(person.first_name),
        last_name: capitals(person.last_name),
        company: company(person, true),
        email: sometimes(share, &person.emails[0], chance).to_uppercase(),
        phone: international(phone, person),
        city: capitals(person.city),
        country: person.country(),
        company_number: known(&person.company_number, 0.92, chance).chars().take(9).collect(),
        vat: known(&person.vat, 0.3, chance),
        ..Account::default()
    }
}

fn at_home(person: &Person) -> Account {
    Account {
        street: person.street.clone(),
        postcode: person.postcode.clone(),
        city: person.city.to_string(),
        ..Account::default()
    }
}

fn main_phone(person: &Person) -> &str {
    if person.is_organisation { &person.landline } else { &person.mobile }
}

/// With its legal form and in capitals, as bookkeeping has it, or as the sign over the door says.
fn company(person: &Person, is_official: bool) -> String {
    match &person.company {
        Some((name, form)) if is_official => format!("{} {}", capitals(name), form.to_uppercase()),
        Some((name, _)) => name.clone(),
        None => String::new(),
    }
}

fn as_typed(name: &str, chance: &mut Chance) -> String {
    match chance.unit() {
        u if u < 0.06 => name.to_lowercase(),
        u if u < 0.12 => name.to_uppercase(),
        u if u < 0.16 => format!("{name} "),
        _ => name.to_string(),
    }
}

fn spelt_email(email: &str, chance: &mut Chance) -> String {
    let mut first = email.chars();
    match chance.unit() {
        _ if email.is_empty() => String::new(),
        u if u < 0.15 => first.next().into_iter().flat_map(char::to_uppercase).chain(first).collect(),
        u if u < 0.22 => email.to_uppercase(),
        u if u < 0.27 => format!("{email} "),
        u if u < 0.30 => format!(" {email}"),
        _ => email.to_string(),
    }
}

fn spelt_phone(phone: &str, person: &Person, chance: &mut Chance) -> String {
    match chance.unit() {
        _ if phone.is_empty() => String::new(),
        u if u < 0.35 => phone.replace(' ', ""),
        u if u < 0.5 => phone.replace(' ', "."),
        u if u < 0.55 => phone.replace(' ', "-"),
        u if u < 0.7 => international(phone, person),
        u if u < 0.75 => international(phone, person).replace('+', "00"),
        u if u < 0.8 => international(phone, person).replacen(' ', " (0)", 1),
        _ => phone.to_string(),
    }
}

fn international(phone: &str, person: &Person) -> String {
    let prefix = if person.is_british { "+44 " } else { "+33 " };
    phone.strip_prefix('0').map(|national| format!("{prefix}{national}")).unwrap_or_default()
}

fn sometimes(probability: f64, text: &str, chance: &mut Chance) -> String {
    if chance.happens(probability) { text.to_string() } else { String::new() }
}

fn known(identifier: &Option<String>, probability: f64, chance: &mut Chance) -> String {
    let happens = chance.happens(probability);
    identifier.clone().filter(|_| happens).unwrap_or_default()
}

/// The line of business as the invoicing program names it.
pub(crate) fn industry(person: &Person) -> &'static str {
    person.business.map_or("", |business| words::BUSINESSES[business].0)
}
