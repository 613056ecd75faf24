//! Customers are valued with those like them, newcomers most of all: the same figures on the page, in the list and in customer
//! equity, whoever is valued anew, and the reason told.

use super::house::{ADMINISTRATOR, House, MAPPING, NADIA, get, in_each_house};
use crate::jobs::Progress;
use crate::jobs::work::{Measuring, Valuing};
use crate::value::refits::ModelsWanted;
use ledger::{Attribute, Attributes, Currency, Day, Fact, FactBody, Moment, Money, SaleLine};
use serde_json::Value;
use store::{Entry, NewImport, Store};

/// Days since the first of January 2025.
fn day(of: i32) -> Day {
    Day(Day::of(jiff::civil::date(2025, 1, 1)).0 + of)
}

fn sale(key: &str, on: i32, euros: i64) -> Entry {
    let line = SaleLine {
        order: Some(format!("{key}-{on}")),
        product: None,
        description: None,
        quantity: None,
        amount: Money::new(euros * 100, Currency::EUR),
        discount: None,
        margin: Some(Money::new(euros * 40, Currency::EUR)),
        is_return: false,
        assumed_margin: None,
        kg: None,
        km: None,
    };
    let fact = Fact { happened_at: day(on).start(), reference: None, body: FactBody::Sale(line) };
    Entry { row: 0, customer: Some(key.to_string()), attributes: Attributes::new(), fact: Some(fact) }
}

fn face(key: &str, industry: &str) -> Entry {
    let mut said = Attributes::new();
    said.insert(Attribute::Name, key.to_string());
    said.insert(Attribute::Owner, "Nadia Roche".to_string());
    said.insert(Attribute::Industry, industry.to_string());
    Entry { row: 0, customer: Some(key.to_string()), attributes: said, fact: None }
}

fn bring(store: &Store, source: &str, entries: Vec<Entry>) {
    let new = NewImport {
        source: source.to_string(),
        file_name: format!("{source}.csv"),
        file_hash: format!("{source} {}", entries.len()),
        kind: "sales".to_string(),
        mapping: MAPPING.to_string(),
        header: vec!["customer".to_string(), "date".to_string(), "amount".to_string()],
        keep_repeats: false,
        learned_at: Moment(0),
    };
    let mut session = store.begin_import(&new).expect("an import begins");
    store.append(&mut session, entries, &[]).expect("rows are appended");
    store.finish_import(&session, Moment(0)).expect("an import ends");
}

/// Who comes from the fair hardly comes back; who comes from the web does so again and again. The last of both bought once,
/// within the last ten days. Some were only written down, at the fair and on the web.
fn furnish(store: &Store) {
    const LAST: i32 = 520;
    let (mut fair, mut web) = (Vec::new(), Vec::new());
    for n in 0..140 {
        let came = n * 37 % 500;
        let (of_fair, of_web) = (format!("F{n}"), format!("W{n}"));
        fair.extend([face(&of_fair, "Bakery"), sale(&of_fair, came, 40 + i64::from(n) % 20)]);
        if n % 9 == 0 && came + 60 < LAST {
            fair.push(sale(&of_fair, came + 60, 45));
        }
        web.extend([face(&of_web, "Bakery"), sale(&of_web, came, 40 + i64::from(n) % 20)]);
        let again = (1..=2 + n % 5).map(|k| came + k * (15 + n % 30)).filter(|on| *on < LAST);
        web.extend(again.map(|on| sale(&of_web, on, 42 + i64::from(n) % 15)));
        fair.push(face(&format!("A{n}"), "Bakery"));
    }
    for n in 0..3 {
        fair.extend([face(&format!("newF{n}"), "Bakery"), sale(&format!("newF{n}"), LAST - 3 * n, 50)]);
        web.extend([face(&format!("newW{n}"), "Bakery"), sale(&format!("newW{n}"), LAST - 3 * n, 50)]);
    }
    bring(store, "fair", fair);
    bring(store, "web", web);
    crate::identity::link(store, &Progress::new(0)).expect("records are linked");
}

fn value(store: &Store, models: ModelsWanted) -> Value {
    let valuing = Valuing { models: Some(models), adopt: Some(true), ..Valuing::default() };
    let progress = Progress::new(0);
    let told = crate::value::value_base(store, &valuing, &progress).expect("the base is valued");
    let asset = crate::value::asset::measure(store, Measuring::default(), &progress);
    asset.expect("the asset is measured");
    told
}

async fn rows(house: &House, cookie: &str) -> Vec<Value> {
    let list = get("/api/customers?limit=500&sort=name").by(cookie).of(house).await.json();
    list["rows"].as_array().expect("a list has rows").clone()
}

fn named<'r>(rows: &'r [Value], name: &str) -> &'r Value {
    rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("nobody is called {name}"))
}

async fn told(house: &House, cookie: &str, row: &Value, of: &str) -> Value {
    get(&format!("/api/customers/{}{of}", row["id"])).by(cookie).of(house).await.json()
}

fn number(value: &Value) -> f64 {
    let text = value.as_str().or(value["amount"].as_str());
    let number = value.as_f64().or(text.and_then(|text| text.parse().ok()));
    number.unwrap_or_else(|| panic!("no number: {value}"))
}

#[test]
fn a_newcomer_borrows_from_those_of_his_source_and_is_told_so() {
    in_each_house(|house| async move {
        house.store(|store| {
            furnish(store);
            value(store, ModelsWanted::Refit)
        });
        let (ann, nadia) = (house.sign_in(ADMINISTRATOR).await, house.sign_in(NADIA).await);
        let list = rows(&house, &ann).await;
        let mut expected = Vec::new();
        for (name, source) in [("newF0", "fair"), ("newW0", "web")] {
            let row = named(&list, name);
            let (outlook, page) =
                (told(&house, &ann, row, "/outlook").await, told(&house, &ann, row, "").await);
            let like = &outlook["buyer"]["why"]["equivalents"];
            let groups =
                like["groups"].as_array().unwrap_or_else(|| panic!("{name} borrows nothing: {outlook}"));
            let by_source = groups
                .iter()
                .find(|group| group["dimension"] == "sources" && group["of"] == "purchases")
                .unwrap_or_else(|| panic!("{like}"));
            assert_eq!(by_source["label"], source);
            // Those of the first months may be older than the log.
            assert!((100.0..140.0).contains(&number(&by_source["customers"])), "{by_source}");
            assert!(number(&by_source["lo80"]) < number(&by_source["times"]), "{by_source}");
            // Everybody is a baker: that tells nobody from anybody.
            assert!(groups.iter().all(|group| group["dimension"] != "industry"), "{like}");
            // The page, the list and the outlook say one number.
            let last = &outlook["buyer"]["course"][3];
            let value = &page["value"];
            assert!((number(&last["transactions"]) - number(&value["expected_transactions"])).abs() < 1e-9);
            assert_eq!(last["transactions_hi80"], value["expected_transactions_hi80"]);
            assert!(
                (number(&last["value"]) - number(&value["expected_value"])).abs() < 0.02,
                "{last} {value}"
            );
            // What the customer is worth in customer equity is what the outlook says without a horizon.
            let (equity, residual) =
                (number(&page["asset"]["equity"]), number(&outlook["buyer"]["residual_value"]));
            assert!((equity / residual - 1.0).abs() < 1e-3, "{equity} {residual}");
            expected.push(number(&value["expected_transactions"]));
            // A seller is told the same of purchases, and nothing of margins.
            let hers = told(&house, &nadia, row, "/outlook").await;
            assert_eq!((&hers["measure"], &hers["buyer"]["why"]["equivalents"]), (&"spend".into(), like));
        }
        assert!(expected[1] > 3.0 * expected[0], "one purchase each, within the last days: {expected:?}");
        // The page of the models says what the source brought, and by how much.
        let model = get("/api/model").by(&ann).of(&house).await.json();
        let borrowed = model["fit"]["newcomers"]["purchases"].as_array().unwrap_or_else(|| panic!("{model}"));
        let source = borrowed.iter().find(|of| of["dimension"] == "sources").expect("sources differ");
        assert!(number(&source["gain"]["standard_errors"]) >= 2.0, "{source}");
        assert!((0.0..1.0).contains(&number(&source["gain"]["share"])), "{source}");
        assert!(number(&source["gain"]["customers"]) > 30.0 && number(&source["most"]) > 1.2, "{source}");
        // Who bought often speaks for himself.
        let often =
            list.iter().find(|row| number(&row["transactions"]) >= 4.0).expect("somebody bought often");
        let outlook = told(&house, &ann, often, "/outlook").await;
        assert!(outlook["buyer"]["why"]["equivalents"].is_null(), "{outlook}");
        // Who never bought is foretold by those of his source, too.
        let prospect = told(&house, &ann, named(&list, "A5"), "/outlook").await;
        let rests_on = prospect["prospect"]["rests_on"].as_array().unwrap_or_else(|| panic!("{prospect}"));
        assert!(rests_on.iter().any(|support| support["group"] == "sources"), "{prospect}");
    });
}

/// Once all the sources that know a customer today told newcomers apart: whoever came back was known to more of them.
#[test]
fn sources_that_later_purchases_added_tell_newcomers_nothing() {
    in_each_house(|house| async move {
        house.store(|store| {
            let (mut fair, mut web) = (Vec::new(), Vec::new());
            for n in 0..320 {
                let mut known = face(&format!("F{n}"), "Bakery");
                known.attributes.insert(Attribute::Email, format!("baker{n}@example.org"));
                let came = n * 37 % 500;
                fair.extend([known.clone(), sale(&format!("F{n}"), came, 45)]);
                for k in 1..=n % 4 {
                    let on = came + k * (20 + n % 30);
                    match (n / 4 + k) % 5 < 2 {
                        _ if on >= 520 => {}
                        true => {
                            web.extend([known.clone(), sale(&format!("F{n}"), on, 45)]);
                        }
                        false => fair.push(sale(&format!("F{n}"), on, 45)),
                    }
                }
            }
            bring(store, "fair", fair);
            bring(store, "web", web);
            crate::identity::link(store, &Progress::new(0)).expect("records are linked");
            value(store, ModelsWanted::Refit)
        });
        let ann = house.sign_in(ADMINISTRATOR).await;
        let list = rows(&house, &ann).await;
        let of_fair: Vec<_> = list
            .iter()
            .filter(|row| row["name"].as_str().is_some_and(|name| name.starts_with('F')))
            .collect();
        assert_eq!(of_fair.len(), 320, "those of the web are those of the fair");
        let newest =
            of_fair.into_iter().max_by_key(|row| row["first_purchase"].to_string()).expect("some came");
        let outlook = told(&house, &ann, newest, "/outlook").await;
        assert!(!outlook["buyer"].is_null(), "{outlook}");
        // The house has a shop's customers beside them, who may be others; those of the fair are everybody else.
        let like = &outlook["buyer"]["why"]["equivalents"];
        let times = if like.is_null() { 1.0 } else { number(&like["purchases"]["times"]) };
        assert!((0.85..1.15).contains(&times), "{like}");
    });
}

#[test]
fn what_is_borrowed_stays_while_the_models_do() {
    in_each_house(|house| async move {
        house.store(|store| {
            furnish(store);
            value(store, ModelsWanted::Refit)
        });
        let ann = house.sign_in(ADMINISTRATOR).await;
        let before = rows(&house, &ann).await;
        // Another newcomer of the web comes back, and one more comes; nobody else changes.
        house.store(|store| {
            bring(store, "web", vec![sale("newW1", 519, 60), face("late", "Bakery"), sale("late", 512, 30)]);
            crate::identity::link(store, &Progress::new(0)).expect("records are linked");
            value(store, ModelsWanted::Keep)
        });
        let after = rows(&house, &ann).await;
        assert_eq!(after.len(), before.len() + 1);
        let fields = ["p_alive", "expected_transactions", "expected_spend", "expected_value", "equity"];
        for row in &before {
            let name = row["name"].as_str().expect("a row has a name");
            let now = named(&after, name);
            let is_same = fields.iter().all(|field| row[*field] == now[*field]);
            assert_eq!(is_same, name != "newW1", "{row} {now}");
        }
        // In a statement the borrowed part comes and goes with its customers: it adds up.
        let months = get("/api/equity/months").by(&ann).of(&house).await.json();
        let last = months["months"].as_array().and_then(|months| months.last()).unwrap_or(&months).clone();
        let cents = |value: &Value| (number(value) * 100.0).round() as i64;
        let sum: i64 =
            after.iter().filter(|row| !row["equity"].is_null()).map(|row| cents(&row["equity"])).sum();
        let closing = get("/api/equity").by(&ann).of(&house).await.json()["closing"].clone();
        assert_eq!(sum, cents(&closing), "{last}");
    });
}
