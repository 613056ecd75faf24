//! Stores to test on: a SQLite file always, a PostgreSQL base where `CLIENTELA_TEST_POSTGRES` names a server.

use ledger::{Attribute, Attributes, Currency, Day, Fact, FactBody, Moment, Money, Quantity, SaleLine};
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Counts, Entry, Location, NewImport, Store};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A fresh place on each database there is.
pub fn each_location(story: impl Fn(&Location)) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    story(&Location::File(folder.path().join("base.db")));
    let Ok(server) = std::env::var("CLIENTELA_TEST_POSTGRES") else {
        eprintln!("skipped on PostgreSQL: CLIENTELA_TEST_POSTGRES is not set");
        return;
    };
    let name = format!("store_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut admin = postgres::Client::connect(&server, postgres::NoTls).expect("the test server answers");
    admin.batch_execute(&format!("create database {name}")).expect("the test user may create databases");
    let (address, _) = server.rsplit_once('/').expect("the test server's address ends in a database");
    story(&Location::Postgres(format!("{address}/{name}")));
    admin
        .batch_execute(&format!("drop database if exists {name} with (force)"))
        .expect("a test base can be dropped");
}

/// A fresh base on each database there is.
#[allow(dead_code)]
pub fn each_store(story: impl Fn(&Store)) {
    each_location(|location| story(&Store::open(location).expect("a fresh base opens")));
}

/// The day all stories are told on.
pub fn today() -> Day {
    Day::of(jiff::civil::date(2026, 6, 30))
}

pub fn now() -> Moment {
    today().start()
}

#[allow(dead_code)]
pub fn on(year: i16, month: i8, day: i8) -> Moment {
    Day::of(jiff::civil::date(year, month, day)).start()
}

#[allow(dead_code)]
pub fn said(pairs: &[(Attribute, &str)]) -> Attributes {
    pairs.iter().map(|(attribute, value)| (*attribute, (*value).to_string())).collect()
}

#[allow(dead_code)]
pub fn describes(customer: &str, pairs: &[(Attribute, &str)]) -> Entry {
    Entry { row: 0, customer: Some(customer.to_string()), attributes: said(pairs), fact: None }
}

/// A sale of `cents` euro cents.
#[allow(dead_code)]
pub fn sale(customer: &str, at: Moment, order: &str, product: &str, cents: i64) -> Entry {
    let line = SaleLine {
        order: Some(order.to_string()),
        product: Some(product.to_string()),
        description: None,
        quantity: Some(Quantity(1000)),
        amount: Money::new(cents, Currency::EUR),
        discount: None,
        margin: Some(Money::new(cents / 4, Currency::EUR)),
        is_return: cents < 0,
        kg: None,
        km: None,
        assumed_margin: None,
    };
    Entry {
        row: 0,
        customer: (!customer.is_empty()).then(|| customer.to_string()),
        attributes: Attributes::new(),
        fact: Some(Fact { happened_at: at, reference: None, body: FactBody::Sale(line) }),
    }
}

#[allow(dead_code)]
pub fn new_import(source: &str, file: &str) -> NewImport {
    NewImport {
        source: source.to_string(),
        file_name: file.to_string(),
        file_hash: "hash".to_string(),
        kind: "sales".to_string(),
        mapping: "kind = \"sales\"\n".to_string(),
        header: vec!["customer".to_string(), "amount".to_string()],
        keep_repeats: false,
        learned_at: now(),
    }
}

/// Imports rows in one batch and gives how they were taken, with the import's number.
#[allow(dead_code)]
pub fn import(store: &Store, source: &str, file: &str, rows: Vec<Entry>) -> (i64, Counts) {
    let mut session = store.begin_import(&new_import(source, file)).expect("an import begins");
    store.append(&mut session, rows, &[]).expect("rows are appended");
    store.finish_import(&session, now()).expect("an import ends");
    (session.import, session.counts)
}
