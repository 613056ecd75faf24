//! Lists of customers: every filter and sort gives on both databases what a plain loop over the rows gives, and
//! nobody sees what is not his.

mod common;

use access::{Context, Field, Filter, Reader, Role, Sort};
use common::*;
use ledger::{Attribute, Attributes, Currency, Day, Fact, FactBody, Interaction, Moment, Money, Request};
use std::cmp::Ordering;
use store::{
    Company, CustomerRow, Entry, ImportId, ListQuery, Location, SavedValuation, Scores, Store, ValuedCustomer,
};

const CITIES: [&str; 5] = ["Lyon", "Évry", "évry", "Saint-Étienne", ""];
const OWNERS: [&str; 3] = ["Tom Harper", "Nadia Benali", ""];

/// Forty customers of two sources with figures of every shape, some unknown.
fn base(store: &Store) {
    store.set_company(&Company { name: "Lampes & Cie".into(), currency: Currency::EUR }).unwrap();
    let entry = |n: usize| {
        let (city, owner) = (CITIES[n % 5], OWNERS[n % 3]);
        let name = format!("{} {n}", ["Ann", "Élodie", "élodie", "Zoë", "100%_b\\"][n * 7 % 5]);
        let mut told = vec![(Attribute::Name, name.as_str())];
        told.extend((!city.is_empty()).then_some((Attribute::City, city)));
        told.extend((!owner.is_empty()).then_some((Attribute::Owner, owner)));
        let email = format!("Person{n}@Example.org");
        told.extend((!n.is_multiple_of(4) || n >= 20).then_some((Attribute::Email, email.as_str())));
        describes(&format!("K{n}"), &told)
    };
    import(store, "Boutique", "a.csv", (0..25).map(entry).collect());
    import(store, "field sales", "b.csv", (20..40).map(entry).collect());
    store.link(now(), |_, _| Ok(())).unwrap();
    value(store);
}

/// Figures of every customer that his number makes up.
fn value(store: &Store) {
    let sales = store.sales(today(), |_, _| Ok(())).unwrap();
    let run = SavedValuation {
        id: 0,
        valued_at: now(),
        until: today(),
        horizon_days: 365,
        currency: Currency::EUR,
        model: "made up".into(),
        summary: "{}".into(),
    };
    let figures = sales.customers.iter().map(|id| {
        let n = i64::from(*id);
        let valued = n % 6 != 0;
        ValuedCustomer {
            id: *id,
            transactions: (n % 5) as u32,
            first_purchase: (n % 5 > 0).then(|| Day(today().0 - 400)),
            last_purchase: (n % 5 > 0).then(|| Day(today().0 - (n % 7) as i32 * 30)),
            past_revenue: (n % 9 - 2) * 1_050,
            past_margin: (n % 4 > 0).then_some(n * 10),
            returns: n % 3,
            open_requests: (n % 2) as u32,
            level: valued.then_some(n % 5 + 1),
            p_alive: valued.then_some((n % 10) as f64 / 10.0),
            transactions_expected: valued.then_some([n as f64 / 8.0 - 1.0; 5]),
            spend_expected: valued.then_some([n * 100 - 700; 5]),
            margin_expected: valued.then_some(n * 31 % 17 * 25),
            ..ValuedCustomer::default()
        }
    });
    store.save_valuation(figures, &run, |_| Ok(())).unwrap();
}

fn context(reader: &Reader) -> Context<'_> {
    Context { reader, today: today(), currency: Currency::EUR }
}

fn list(store: &Store, reader: &Reader, filter: &str, text: Option<&str>, sort: &str) -> Vec<CustomerRow> {
    let filter = Filter::parse(filter, &context(reader)).unwrap();
    let sort = Sort::parse(sort, reader).unwrap();
    let query = ListQuery { filter: &filter, text, sort: &sort, offset: 0, limit: 500 };
    let page = store.customers(reader, &query).unwrap();
    assert_eq!(page.total as usize, page.rows.len());
    page.rows
}

fn ids(rows: &[CustomerRow]) -> Vec<u32> {
    rows.iter().map(|row| row.id).collect()
}

/// What a plain reader of the rows would take the filter to mean.
type Meaning = fn(&CustomerRow) -> bool;

#[test]
fn every_filter_means_what_it_says() {
    let meanings: &[(&str, Meaning)] = &[
        ("", |_| true),
        ("level = strategic", |row| row.level == Some(5)),
        ("level != strategic", |row| row.level != Some(5)),
        ("level >= high", |row| row.level.is_some_and(|level| level >= 4)),
        ("level in (low, negligible)", |row| row.level.is_some_and(|level| level <= 2)),
        ("level is empty", |row| row.level.is_none()),
        ("not (level = low)", |row| row.level != Some(2)),
        ("transactions > 2", |row| row.transactions > 2),
        ("transactions <= 1.5", |row| row.transactions <= 1),
        ("p_alive >= 50%", |row| row.p_alive.is_some_and(|p| p >= 0.5)),
        ("expected_transactions < 0", |row| row.expected_transactions.is_some_and(|n| n < 0.0)),
        ("past_revenue >= 21.00", |row| row.past_revenue.minor >= 2_100),
        ("past_revenue < 0", |row| row.past_revenue.minor < 0),
        ("past_margin is not empty", |row| row.past_margin.is_some()),
        ("last_purchase < -60d", |row| row.last_purchase.is_some_and(|day| day.0 < today().0 - 60)),
        ("last_purchase is empty or open_requests = 1", |row| {
            row.last_purchase.is_none() || row.open_requests == 1
        }),
        ("city = \"evry\"", |row| row.city.as_deref().is_some_and(|city| city.to_lowercase() == "évry")),
        ("city != \"Évry\"", |row| row.city.as_deref().is_none_or(|city| city.to_lowercase() != "évry")),
        ("city ~ \"etienne\"", |row| row.city.as_deref() == Some("Saint-Étienne")),
        ("city is empty", |row| row.city.is_none()),
        ("owner is not empty and not (owner = \"Tom Harper\")", |row| {
            row.owner.as_deref() == Some("Nadia Benali")
        }),
        ("name ~ \"100%_B\"", |row| row.name.starts_with("100%")),
        ("name ~ \"ELODIE\"", |row| row.name.to_lowercase().starts_with("élodie")),
        ("email ~ \"person1\"", |row| row.email.as_deref().is_some_and(|e| e.starts_with("Person1"))),
        ("source = boutique", |row| row.sources.contains(&"Boutique".to_string())),
        ("source in (\"field sales\")", |row| row.sources.contains(&"field sales".to_string())),
        ("source != boutique", |row| !row.sources.contains(&"Boutique".to_string())),
        ("level = high and (city ~ \"lyon\" or past_revenue >= 50) or p_alive < 0.1", |row| {
            row.level == Some(4) && (row.city.as_deref() == Some("Lyon") || row.past_revenue.minor >= 5_000)
                || row.p_alive.is_some_and(|p| p < 0.1)
        }),
    ];
    each_store(|store| {
        base(store);
        let reader = Reader::house();
        let all = list(store, &reader, "", None, "created_at");
        assert_eq!(all.len(), 40);
        for (filter, meaning) in meanings {
            let expected: Vec<u32> = all.iter().filter(|row| meaning(row)).map(|row| row.id).collect();
            let mut found = ids(&list(store, &reader, filter, None, "created_at"));
            found.sort_unstable();
            assert_eq!(found, expected, "{filter}");
            assert!(
                filter.is_empty() || (!expected.is_empty() && expected.len() < 40),
                "{filter} shows nothing: it passes {}",
                expected.len()
            );
        }
    });
}

/// A customer's request or contact, as a source tells it.
fn tells(customer: &str, at: Moment, body: FactBody) -> Entry {
    Entry {
        row: 0,
        customer: Some(customer.into()),
        attributes: Attributes::new(),
        fact: Some(Fact { happened_at: at, reference: None, body }),
    }
}

#[test]
fn what_facts_come_to_is_counted_and_added_up() {
    each_store(|store| {
        store.set_company(&Company { name: "Lampes & Cie".into(), currency: Currency::EUR }).unwrap();
        let named = |key: &str| describes(key, &[(Attribute::Name, key)]);
        let request = |subject: &str, closed: Option<Moment>| {
            FactBody::Request(Request { subject: Some(subject.into()), opened: now(), closed, channel: None })
        };
        let in_pounds = |mut entry: Entry| {
            if let Some(FactBody::Sale(line)) = entry.fact.as_mut().map(|fact| &mut fact.body) {
                line.amount = Money::new(line.amount.minor, Currency::parse("GBP").unwrap());
                line.margin = None;
            }
            entry
        };
        let shop = vec![
            named("Ada"),
            named("Bob"),
            named("Cyd"),
            named("Dan"),
            sale("Ada", on(2026, 1, 31), "1", "Lampe à huile", 4_000),
            sale("Ada", on(2026, 6, 29), "2", "LAMPE", 6_000),
            sale("Ada", on(2026, 6, 29), "2", "Vase", 1_000),
            sale("Ada", on(2026, 6, 30), "2", "Vase", -1_000),
            sale("Bob", on(2025, 6, 29), "3", "lampé", 9_000),
            in_pounds(sale("Cyd", on(2026, 6, 1), "4", "Lampe", 50_000)),
        ];
        let (first, _) = import(store, "Boutique", "a.csv", shop);
        let desk = vec![
            tells("Ada", on(2026, 5, 1), request("Lampe cassée", None)),
            tells("Bob", on(2026, 5, 2), request("Livraison", Some(on(2026, 5, 3)))),
            tells("Bob", on(2025, 5, 2), request("Livraison", None)),
        ];
        import(store, "Support desk", "b.csv", desk);
        // The desk's own numbers are accounts of their own: linked by hand to those of the shop.
        store.link(now(), |_, _| Ok(())).unwrap();
        let reader = Reader::house();
        let names = |filter: &str| -> Vec<String> {
            list(store, &reader, filter, None, "name").into_iter().map(|row| row.name).collect()
        };
        let shop_only = |filter: &str| -> Vec<String> { names(&format!("({filter}) and source = boutique")) };
        for (filter, expected) in [
            ("count(sale) >= 1", vec!["Ada", "Bob", "Cyd"]),
            ("count(sale) = 3", vec!["Ada"]),
            ("count(sale) = 0", vec!["Dan"]),
            ("count(sale) != 1", vec!["Ada", "Dan"]),
            ("count(return) > 0", vec!["Ada"]),
            ("sum(return) = 10", vec!["Ada"]),
            ("sum(sale) > 90", vec!["Ada"]),
            // Pounds are no euros, and count as sales.
            ("sum(sale) <= 0", vec!["Cyd", "Dan"]),
            ("count(sale where amount > 60) = 1", vec!["Bob"]),
            ("count(sale where amount >= 60) = 1", vec!["Ada", "Bob"]),
            ("count(sale where text ~ lampe) >= 1", vec!["Ada", "Bob", "Cyd"]),
            ("count(sale where text ~ \"LAMPE A\") = 1", vec!["Ada"]),
            ("count(sale where text ~ lampe and text ~ huile and day < 2026-02-01) = 1", vec!["Ada"]),
            ("sum(sale where text ~ vase) = 10", vec!["Ada"]),
            ("count(sale where day = 2026-01-31) = 1", vec!["Ada"]),
            ("count(sale where day > 2026-01-31) >= 1", vec!["Ada", "Cyd"]),
            ("count(sale where day >= 2026-01-31 and day <= 2026-01-31) = 1", vec!["Ada"]),
            ("count(sale where day >= -1y) = 0", vec!["Bob", "Dan"]),
            ("count(sale where day != -1d and day < today) >= 1", vec!["Ada", "Bob", "Cyd"]),
            ("count(sale where source = BOUTIQUE) >= 1", vec!["Ada", "Bob", "Cyd"]),
            ("count(sale where source != boutique) >= 1", vec![]),
            ("count(sale where source ~ tiq and day < -6m) = 1", vec!["Bob"]),
            ("not (count(sale) >= 1 or name = dan)", vec![]),
        ] {
            assert_eq!(shop_only(filter), expected, "{filter}");
        }
        for (filter, expected) in [
            ("count(request) >= 1", 2),
            ("count(request where text ~ cassee) = 1", 1),
            ("count(request where text ~ closed) = 1", 0),
            ("count(request where text ~ livraison and day >= -1y) = 1", 1),
            ("count(request where source = \"support desk\") = 2", 1),
        ] {
            assert_eq!(names(filter).len(), expected, "{filter}");
        }
        // A seller's customers are his own, whatever their facts.
        let stranger = Reader { staff: 3, role: Role::Seller, owner_name: Some("Tom".into()) };
        assert!(list(store, &stranger, "count(sale) >= 1", None, "name").is_empty());
        // Facts that come or go change the list before anybody is linked or valued again.
        import(store, "Boutique", "c.csv", vec![sale("Dan", on(2026, 6, 2), "9", "Lampe", 700)]);
        assert_eq!(shop_only("count(sale) = 0"), Vec::<String>::new());
        // So do facts that are put back where what corrected them is withdrawn.
        let numbered = |subject: &str| {
            let mut entry = tells("Dan", on(2026, 6, 3), request(subject, None));
            entry.fact.as_mut().unwrap().reference = Some("R1".into());
            entry
        };
        import(store, "Boutique", "d.csv", vec![numbered("Chaise")]);
        let (corrected, _) = import(store, "Boutique", "e.csv", vec![numbered("Table")]);
        let asked = |word: &str| shop_only(&format!("count(request where text ~ {word}) >= 1"));
        assert_eq!((asked("chaise"), asked("table")), (vec![], vec!["Dan".to_string()]));
        store.undo_import(corrected, now(), |_| Ok(())).unwrap();
        assert_eq!((asked("chaise"), asked("table")), (vec!["Dan".to_string()], vec![]));
        // The number that a source gave a fact is none of its words.
        assert_eq!(asked("r1"), Vec::<String>::new());
        store.undo_import(first, now(), |_| Ok(())).unwrap();
        assert_eq!(shop_only("sum(sale) > 0"), ["Dan"]);
    });
}

/// Facts enough for a full row group and a part of the next.
fn many_facts(store: &Store) -> ImportId {
    let mut draw = draws(7);
    let mut next = |below: u64| draw() % below;
    let mut entries: Vec<Entry> = (0..40).map(|at| describes(&format!("C{at}"), &[])).collect();
    let pounds = Currency::parse("GBP").unwrap();
    for _ in 0..36_000 {
        // Some customers are there in some months only, and some facts are nobody's.
        let (at, month) = (next(41), next(24));
        let customer = if at == 40 { String::new() } else { format!("C{at}") };
        let year = 2024 + (month / 12) as i16;
        let day = on(year, (month % 12) as i8 + 1, next(28) as i8 + 1);
        let cents = next(90_000) as i64 - 20_000;
        let word = ["Lampe à huile", "vase", "Tisch", "--"][next(4) as usize];
        let mut entry = match next(5) {
            0 if at < 40 => tells(&customer, day, contact(word, ["mail", "Téléphone"][next(2) as usize])),
            _ => sale(&customer, day, &format!("F{}", next(30_000)), word, cents),
        };
        if next(9) == 0
            && let Some(FactBody::Sale(line)) = entry.fact.as_mut().map(|fact| &mut fact.body)
        {
            (line.amount, line.margin) = (Money::new(cents, pounds), None);
        }
        entries.push(entry);
    }
    let tail = entries.split_off(25_000);
    let (taken_back, _) = import(store, "Boutique", "a.csv", entries);
    import(store, "Caisse", "b.csv", tail);
    taken_back
}

fn contact(subject: &str, channel: &str) -> FactBody {
    FactBody::Interaction(Interaction {
        channel: channel.into(),
        direction: None,
        minutes: None,
        who: None,
        subject: Some(subject.into()),
        campaign: None,
        outcome: None,
        kg: None,
        km: None,
    })
}

/// Numbers that look drawn, the same ones each time.
fn draws(mut state: u64) -> impl FnMut() -> u64 {
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    }
}

#[test]
fn packed_facts_mean_what_their_rows_mean() {
    const FILTERS: [&str; 14] = [
        "count(sale) >= 382",
        "count(sale where day = 2024-03-05) >= 1",
        "count(sale where day > 2025-10-31 and day <= 2025-12-20) > 27",
        "count(sale where text ~ lampe) > 95",
        "count(sale where text ~ \"a hui\" and text ~ f1) > 35",
        "count(sale where text ~ \"huile vase\") > 0",
        "sum(sale) > 118000",
        "sum(sale where text ~ tisch and day < 2024-06-01) > 6100",
        "sum(return where day != 2024-03-05) > 9600",
        "count(sale where amount > 600) >= 48",
        "count(interaction where text ~ telephone) > 61",
        "count(interaction where source = caisse) = 0",
        "count(sale where source ~ caiss) > 152",
        "count(review) = 0",
    ];
    each_location(|location| {
        let store = Store::open(location).unwrap();
        store.set_company(&Company { name: "Lampes & Cie".into(), currency: Currency::EUR }).unwrap();
        let taken_back = many_facts(&store);
        store.link(now(), |_, _| Ok(())).unwrap();
        // Each time with nothing kept in memory.
        let answers = || -> Vec<Vec<String>> {
            let store = Store::open(location).unwrap();
            let names = |filter: &&str| {
                list(&store, &Reader::house(), filter, None, "name").into_iter().map(|row| row.name).collect()
            };
            FILTERS.iter().map(names).collect()
        };
        let rows = answers();
        // They are of some, not of all or nobody: else they would prove little.
        let some = rows.iter().filter(|names| (3..38).contains(&names.len())).count();
        assert!(some >= 9, "{:?}", rows.iter().map(Vec::len).collect::<Vec<_>>());
        let mut steps = Vec::new();
        store
            .pack_facts(|done, total| {
                steps.push((done, total));
                Ok(())
            })
            .unwrap();
        let (done, total) = *steps.last().unwrap();
        assert!(done == total && (1..4).contains(&(total / 32_768)), "{steps:?}");
        assert_eq!(answers(), rows);
        let healthy = |store: &Store| store.doctor(today()).unwrap().findings;
        let checked = healthy(&store).into_iter().find(|finding| finding.check.starts_with("what filters"));
        assert_eq!(checked.unwrap().problem, None);
        // What is packed is not packed again, and what is withdrawn afterwards does not count.
        store
            .pack_facts(|_, total| {
                assert_eq!(total, 0);
                Ok(())
            })
            .unwrap();
        store.undo_import(taken_back, now(), |_| Ok(())).unwrap();
        store.link(now(), |_, _| Ok(())).unwrap();
        let fewer = answers();
        assert_ne!(fewer, rows);
        assert!(fewer[0].is_empty() && !fewer[12].is_empty());
        damage(location);
        let problem = healthy(&store).into_iter().find(|finding| finding.check.starts_with("what filters"));
        assert!(problem.unwrap().problem.unwrap().contains("restore"));
    });
}

/// A row group of facts loses one of its sales.
fn damage(location: &Location) {
    let cut = "update fact_column set numbers = (select numbers from fact_column where kind = 0 and row_group = 0) \
               where kind = 1 and row_group = 0";
    match location {
        Location::File(file) => _ = rusqlite::Connection::open(file).unwrap().execute(cut, []).unwrap(),
        Location::Postgres(url) => {
            let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
            client.batch_execute(cut).unwrap();
        }
    }
}

fn compare(a: &CustomerRow, b: &CustomerRow, field: Field, descending: bool) -> Ordering {
    /// Unknown values last in both directions.
    fn by<T: PartialOrd>(a: Option<T>, b: Option<T>, descending: bool) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) if descending => b.partial_cmp(&a).unwrap(),
            (Some(a), Some(b)) => a.partial_cmp(&b).unwrap(),
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    }
    let key = |text: &Option<String>| text.as_deref().map(identity::search_key);
    let name = |row: &CustomerRow| Some(identity::search_key(&row.name));
    let d = descending;
    match field {
        Field::Name => by(name(a), name(b), d),
        Field::City => by(key(&a.city), key(&b.city), d),
        Field::Owner => by(key(&a.owner), key(&b.owner), d),
        Field::Email => by(key(&a.email), key(&b.email), d),
        Field::Level => by(a.level, b.level, d),
        Field::PAlive => by(a.p_alive, b.p_alive, d),
        Field::ExpectedTransactions => by(a.expected_transactions, b.expected_transactions, d),
        Field::ExpectedValue => by(a.expected_value.map(|m| m.minor), b.expected_value.map(|m| m.minor), d),
        Field::PastRevenue => by(Some(a.past_revenue.minor), Some(b.past_revenue.minor), d),
        Field::PastMargin => by(a.past_margin.map(|m| m.minor), b.past_margin.map(|m| m.minor), d),
        Field::LastPurchase => by(a.last_purchase, b.last_purchase, d),
        Field::Transactions => by(Some(a.transactions), Some(b.transactions), d),
        other => panic!("{other:?} is not compared here"),
    }
}

#[test]
fn every_sort_puts_the_unknown_last_and_ties_by_number() {
    let sorts = [
        "name",
        "-name",
        "city",
        "-city,name",
        "owner,-past_revenue",
        "-email",
        "level,-p_alive",
        "p_alive",
        "expected_transactions",
        "-expected_transactions",
        "-expected_value",
        "past_revenue,transactions,-name",
        "-past_margin",
        "last_purchase",
        "-transactions,last_purchase",
    ];
    each_store(|store| {
        base(store);
        let reader = Reader::house();
        let all = list(store, &reader, "", None, "created_at");
        for text in sorts {
            let sort = Sort::parse(text, &reader).unwrap();
            let mut expected = all.clone();
            expected.sort_by(|a, b| {
                sort.0
                    .iter()
                    .map(|key| compare(a, b, key.field, key.descending))
                    .find(|order| order.is_ne())
                    .unwrap_or(a.id.cmp(&b.id))
            });
            assert_eq!(ids(&list(store, &reader, "", None, text)), ids(&expected), "sorted by {text}");
        }
    });
}

#[test]
fn pages_follow_each_other_and_sums_are_of_the_whole_list() {
    each_store(|store| {
        base(store);
        let reader = Reader::house();
        let filter = Filter::parse("transactions > 0", &context(&reader)).unwrap();
        let sort = Sort::parse("-past_revenue", &reader).unwrap();
        let all = list(store, &reader, "transactions > 0", None, "-past_revenue");
        let mut paged = Vec::new();
        for offset in (0..u64::MAX).step_by(7).take(9) {
            let page = store
                .customers(&reader, &ListQuery { filter: &filter, text: None, sort: &sort, offset, limit: 7 })
                .unwrap();
            let sum = page.sums.iter().find(|(field, _)| *field == Field::PastRevenue).unwrap().1;
            assert_eq!(sum.minor, all.iter().map(|row| row.past_revenue.minor).sum::<i64>());
            assert_eq!(page.total as usize, all.len());
            paged.extend(page.rows);
        }
        assert_eq!(paged, all);
    });
}

#[test]
fn typing_finds_names_towns_addresses_and_account_numbers() {
    each_store(|store| {
        base(store);
        let reader = Reader::house();
        let found = |text| ids(&list(store, &reader, "", Some(text), "name")).len();
        assert_eq!(found("evry"), 16);
        assert_eq!(found("PERSON13@example"), 1);
        assert_eq!(found("K7"), 1);
        assert_eq!(found("%"), 0);
        assert_eq!(found("nobody of that name"), 0);
        let hit = store.search(&reader, "elodei", 8).unwrap();
        assert!(hit.iter().any(|found| found.name.to_lowercase().starts_with("élodie")), "{hit:?}");
    });
}

#[test]
fn a_seller_sees_his_own_customers_and_no_margin() {
    each_store(|store| {
        base(store);
        let house = Reader::house();
        let seller = Reader { staff: 2, role: Role::Seller, owner_name: Some("Tom Harper".into()) };
        let stranger = Reader { staff: 3, role: Role::Seller, owner_name: None };
        let own = list(store, &seller, "", None, "name");
        let expected = list(store, &house, "owner = \"Tom Harper\"", None, "name");
        assert_eq!(ids(&own), ids(&expected));
        assert!(!own.is_empty() && own.iter().all(|row| row.past_margin.is_none()));
        assert!(own.iter().all(|row| row.expected_value == row.expected_spend));
        assert!(
            expected.iter().any(|row| row.past_margin.is_some() && row.expected_value != row.expected_spend)
        );
        assert!(list(store, &stranger, "", None, "name").is_empty());
        // Everything but his own is out of reach by any way in.
        let others = list(store, &house, "not (owner = \"Tom Harper\")", None, "name");
        for row in &others {
            assert_eq!(store.customer(&seller, row.id, today()).unwrap(), None);
            assert_eq!(store.timeline(&seller, row.id, &Default::default()).unwrap(), None);
            assert!(store.search(&seller, &row.name, 8).unwrap().iter().all(|found| found.id != row.id));
        }
        assert!(list(store, &seller, "not (level = high)", None, "name").len() < own.len());
        assert!(
            store.customer(&seller, own[0].id, today()).unwrap().unwrap().figures.expected_margin.is_none()
        );
        let page = store.portfolio(&seller).unwrap();
        assert_eq!((page.customers as usize, page.past_margin), (own.len(), None));
        let spend: i64 = own.iter().filter_map(|row| row.expected_spend).map(|money| money.minor).sum();
        assert_eq!(page.expected.map(|money| money.minor), Some(spend));
        let filter = Filter::everything();
        let sort = Sort::usual(&seller);
        let query = ListQuery { filter: &filter, text: None, sort: &sort, offset: 0, limit: 1 };
        let sums = store.customers(&seller, &query).unwrap().sums;
        assert!(
            sums.iter().all(|(field, _)| !matches!(field, Field::PastMargin | Field::ExpectedValue)),
            "{sums:?}"
        );
    });
}

/// Once the first 150 of the house were looked at, and the seller's own among them shown: mostly none.
#[test]
fn a_seller_finds_his_own_among_many_of_the_name() {
    each_store(|store| {
        let owners = |n: usize| if n < 400 { "Nadia Benali" } else { "Tom Harper" };
        let entry = |n: usize| {
            let name = format!("Hôtel {n}");
            describes(&format!("K{n}"), &[(Attribute::Name, name.as_str()), (Attribute::Owner, owners(n))])
        };
        import(store, "Boutique", "a.csv", (0..420).map(entry).collect());
        store.link(now(), |_, _| Ok(())).unwrap();
        let sales = store.sales(today(), |_, _| Ok(())).unwrap();
        let run = SavedValuation {
            id: 0,
            valued_at: now(),
            until: today(),
            horizon_days: 365,
            currency: Currency::EUR,
            model: "made up".into(),
            summary: "{}".into(),
        };
        // The later known, the more expected.
        let figures = sales.customers.iter().map(|id| ValuedCustomer {
            id: *id,
            spend_expected: Some([i64::from(*id) * 100; 5]),
            margin_expected: Some(i64::from(*id)),
            ..ValuedCustomer::default()
        });
        store.save_valuation(figures, &run, |_| Ok(())).unwrap();
        let seller = Reader { staff: 2, role: Role::Seller, owner_name: Some("Tom Harper".into()) };
        let own: Vec<String> = (400..420).rev().map(|n| format!("Hôtel {n}")).collect();
        for typed in ["hotel", "h", "hotle"] {
            let found = store.search(&seller, typed, 8).unwrap();
            let names: Vec<String> = found.into_iter().map(|found| found.name).collect();
            assert_eq!(names, own[..8], "{typed}");
            let first = store.search(&Reader::house(), typed, 8).unwrap();
            assert!(typed == "hotle" || first[0].name == "Hôtel 419", "{typed}: {first:?}");
        }
    });
}

#[test]
fn the_portfolio_adds_up_to_the_list() {
    each_store(|store| {
        base(store);
        let reader = Reader::house();
        let all = list(store, &reader, "", None, "-expected_value");
        let page = store.portfolio(&reader).unwrap();
        assert_eq!(page.customers, 40);
        assert_eq!(page.prospects as usize, all.iter().filter(|row| row.transactions == 0).count());
        assert_eq!(page.past_revenue.minor, all.iter().map(|row| row.past_revenue.minor).sum::<i64>());
        let values: Vec<i64> =
            all.iter().filter_map(|row| row.expected_value).map(|money| money.minor).collect();
        assert_eq!(page.concentration, portfolio::concentration(&values));
        assert_eq!(
            page.levels.iter().map(|level| level.expected.minor).sum::<i64>(),
            values.iter().sum::<i64>()
        );
        assert_eq!(page.levels.iter().map(|level| level.customers).sum::<u64>() as usize, values.len());
        // A change is seen at the next look.
        import(store, "Boutique", "c.csv", vec![describes("new", &[(Attribute::Name, "New Customer")])]);
        store.link(now(), |_, _| Ok(())).unwrap();
        assert_eq!(store.portfolio(&reader).unwrap().customers, 41);
        assert_eq!(list(store, &reader, "", None, "name").len(), 41);
    });
}

/// Scoring keeps the sums: they must be those of the customers after whatever comes later.
#[test]
fn the_portfolio_kept_by_scoring_is_not_shown_beyond_its_time() {
    each_store(|store| {
        base(store);
        let reader = Reader::house();
        let levels = |store: &Store| -> Vec<u64> {
            store.portfolio(&reader).unwrap().levels.iter().map(|level| level.customers).collect()
        };
        let before = levels(store);
        let changed: Vec<(u32, Scores)> = store
            .scored_customers()
            .unwrap()
            .into_iter()
            .map(|customer| {
                (customer.id, Scores { level: customer.scores.level.map(|_| 5), ..customer.scores })
            })
            .collect();
        store.save_scores(&changed, |_| Ok(())).unwrap();
        let scored = levels(store);
        assert_ne!(scored, before);
        assert_eq!((scored[0], scored[1..].iter().sum::<u64>()), (before.iter().sum::<u64>(), 0));
        assert_eq!(store.portfolio(&reader).unwrap().customers, 40);
        import(store, "Boutique", "c.csv", vec![describes("new", &[(Attribute::Name, "New Customer")])]);
        store.link(now(), |_, _| Ok(())).unwrap();
        assert_eq!(store.portfolio(&reader).unwrap().customers, 41, "a new one counts before he is scored");
        value(store);
        let mut after = before;
        after[3] += 1;
        assert_eq!(
            levels(store),
            after,
            "valued anew: the levels of the valuation, and the new one on the second"
        );
    });
}
