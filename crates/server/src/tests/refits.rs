//! Models in use, refits that are proposed, and who decides: told on both databases.

use super::house::{ADMINISTRATOR, House, NADIA, ask, get, in_each_house};
use crate::jobs::Progress;
use crate::jobs::work::Valuing;
use crate::value::refits::ModelsWanted;
use crate::value::value_base;
use axum::http::StatusCode;
use ledger::{Currency, Day, Fact, FactBody, Moment, Money, SaleLine};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use store::{Entry, NewImport, Store};

/// Sales of known customers: key, day of 2025, euros; below zero for a return.
fn sell(store: &Store, sales: &[(String, i16, i64)]) {
    sell_by(store, "shop", Vec::new(), sales, Currency::EUR);
}

/// The same by any source, after what it says of its customers.
fn sell_by(
    store: &Store,
    source: &str,
    mut entries: Vec<Entry>,
    sales: &[(String, i16, i64)],
    currency: Currency,
) {
    entries.extend(sales.iter().enumerate().map(|(place, (key, day, euros))| {
        let at = Day::of(jiff::civil::date(2025, 1, 1)).0 + i32::from(*day);
        let line = SaleLine {
            order: Some(format!("later-{key}-{day}-{place}")),
            product: None,
            description: None,
            quantity: None,
            amount: Money::new(euros * 100, currency),
            discount: None,
            margin: None,
            is_return: *euros < 0,
            kg: None,
            km: None,
            assumed_margin: None,
        };
        let fact = Fact { happened_at: Day(at).start(), reference: None, body: FactBody::Sale(line) };
        Entry { row: 0, customer: Some(key.clone()), attributes: ledger::Attributes::new(), fact: Some(fact) }
    }));
    let new = NewImport {
        source: source.to_string(),
        file_name: "later.csv".to_string(),
        file_hash: format!("{source} {currency} {sales:?}"),
        kind: "sales".to_string(),
        mapping: super::house::MAPPING.to_string(),
        header: vec!["customer".to_string(), "date".to_string(), "amount".to_string()],
        keep_repeats: true,
        learned_at: Moment(0),
    };
    let mut session = store.begin_import(&new).expect("an import begins");
    store.append(&mut session, entries, &[]).expect("rows are appended");
    store.finish_import(&session, Moment(0)).expect("an import ends");
    crate::identity::link(store, &Progress::new(0)).expect("records are linked");
}

fn value(store: &Store, models: Option<ModelsWanted>, adopt: Option<bool>) -> Value {
    let valuing = Valuing { models, adopt, ..Valuing::default() };
    value_base(store, &valuing, &Progress::new(0)).expect("the base is valued")
}

/// Every customer's figures, as the store keeps them.
async fn figures(house: &House, cookie: &str) -> Vec<Value> {
    let path = "/api/customers?limit=500&sort=name";
    let list = get(path).by(cookie).of(house).await.json();
    let keep =
        ["name", "p_alive", "expected_transactions", "expected_spend", "expected_value", "transactions"];
    list["rows"]
        .as_array()
        .expect("a list has rows")
        .iter()
        .map(|row| keep.iter().map(|field| row[*field].clone()).collect())
        .collect()
}

#[test]
fn a_refit_is_compared_before_it_is_adopted() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let standing = async || get("/api/refits").by(&ann).of(&house).await.json();
        let first = standing().await;
        assert_eq!((&first["in_use"]["version"], &first["proposed"]), (&json!(1), &Value::Null));

        // Nothing is new: the models in use value again.
        let again = house.store(|store| value(store, None, None));
        assert_eq!((&again["models"], &again["refit"]), (&json!(1), &Value::Null));

        // Everybody of Nadia's buys for much more: by the old models that is little, by new ones much.
        let sales: Vec<_> =
            (0..20).flat_map(|n| (0..3).map(move |k| (format!("N{n}"), 300 + k * 5, 900))).collect();
        let before = figures(&house, &ann).await;
        house.store(|store| sell(store, &sales));
        let refit = house.store(|store| value(store, Some(ModelsWanted::Refit), Some(false)));
        assert_eq!((&refit["models"], &refit["refit"]["adopted"]), (&json!(1), &json!(false)), "{refit}");
        assert!(refit["refit"]["words"].as_str().unwrap().starts_with("this refit moves the "));
        assert!(refit["refit"]["change"]["horizon_days"].is_i64(), "within the horizon: {refit}");
        let proposed = standing().await["proposed"].clone();
        let change = &proposed["refit"];
        assert_eq!((&proposed["version"], &change["before"]), (&json!(2), &refit["expected_value"]));
        assert_ne!(change["before"], change["after"]);
        assert_eq!(
            change["level_changes"].as_u64(),
            Some(change["up"].as_u64().unwrap() + change["down"].as_u64().unwrap())
        );
        assert_ne!(figures(&house, &ann).await, before, "the old models value the new facts");

        // Adopted, the total is what the comparison said.
        let nadia = house.sign_in(NADIA).await;
        let adoption = |version: i64| ask("POST", &format!("/api/refits/{version}/adoption"));
        assert_eq!(adoption(2).by(&nadia).of(&house).await.status, StatusCode::FORBIDDEN);
        assert_eq!(
            adoption(1).by(&ann).of(&house).await.status,
            StatusCode::NOT_FOUND,
            "it is in use already"
        );
        assert_eq!(adoption(2).by(&ann).of(&house).await.status, StatusCode::ACCEPTED);
        house.work().await;
        let after = standing().await;
        assert_eq!((&after["in_use"]["version"], &after["proposed"]), (&json!(2), &Value::Null));
        let portfolio = get("/api/portfolio").by(&ann).of(&house).await.json();
        assert_eq!(portfolio["expected"]["value"], change["after"]);
        assert_eq!(
            get("/api/model").by(&ann).of(&house).await.json()["fit"]["name"],
            portfolio["model"]["name"]
        );
    });
}

#[test]
fn a_dismissed_refit_leaves_the_models_in_use() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let body = json!({ "horizon": "12m", "models": "refit" });
        ask("POST", "/api/valuations").by(&ann).json(&body).of(&house).await;
        house.work().await;
        let dismissed = ask("POST", "/api/refits/2/dismissal").by(&ann).of(&house).await;
        assert_eq!(dismissed.status, StatusCode::OK, "{}", dismissed.text());
        let standing = dismissed.json();
        assert_eq!((&standing["in_use"]["version"], &standing["proposed"]), (&json!(1), &Value::Null));
        let again = ask("POST", "/api/refits/2/dismissal").by(&ann).of(&house).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);

        // Another horizon has nothing to be compared with: its fit is adopted at once.
        let other = json!({ "horizon": "6m" });
        ask("POST", "/api/valuations").by(&ann).json(&other).of(&house).await;
        house.work().await;
        assert_eq!(get("/api/refits").by(&ann).of(&house).await.json()["in_use"]["version"], 3);
    });
}

#[test]
fn new_facts_change_only_the_customers_they_touch_and_end_where_a_full_valuation_does() {
    let sale = ("[NP][0-9]", 150_i16..318, prop_oneof![3 => 5_i64..400, 1 => -80_i64..-5]);
    let batches = proptest::collection::vec(proptest::collection::vec(sale, 1..12), 2..4);
    let mut runner = TestRunner::new(Config { cases: 4, failure_persistence: None, ..Config::default() });
    let told = runner.run(&batches, |batches| {
        let batches = &batches;
        in_each_house(|house| async move {
            let ann = house.sign_in(ADMINISTRATOR).await;
            let last_day = async || get("/api/portfolio").by(&ann).of(&house).await.json()["as_of"].clone();
            let models = house.store(|store| store.models_in_use().unwrap().unwrap());
            for batch in batches {
                let (before, day) = (figures(&house, &ann).await, last_day().await);
                house.store(|store| {
                    sell(store, batch);
                    value(store, Some(ModelsWanted::Keep), None)
                });
                let after = figures(&house, &ann).await;
                assert_eq!(day, last_day().await, "no sale is later than those that were known");
                for (before, after) in before.iter().zip(&after) {
                    let name = before[0].as_str().unwrap().trim_start_matches("Café ");
                    if !batch.iter().any(|(key, ..)| key == name) {
                        assert_eq!(before, after, "{name} was not touched by {batch:?}");
                    }
                }
            }
            // The same models, all the facts at once: projected anew from nothing but the ledger.
            let steps = figures(&house, &ann).await;
            let sales = house.store(|store| store.sales(Day(30_000), |_, _| Ok(())).unwrap());
            let histories = ::value::histories(sales.lines, sales.last_sale.unwrap());
            let kept: Value = serde_json::from_str(&models.models).unwrap();
            let question = ::value::Question {
                horizon: "12m".parse().unwrap(),
                minor_digits: Some(2),
                choice: ::value::Choice::Blend,
            };
            let models = crate::value::models::restored(&kept["models"]).unwrap();
            let whole = ::value::value_by(models, &histories, &question);
            let valued: f64 = whole.customers.iter().map(|customer| customer.p_alive).sum();
            let kept: f64 = steps.iter().filter_map(|row| row[1].as_f64()).sum();
            assert!((valued - kept).abs() < 1e-9 * valued, "{valued} {kept}");
            let spend: i64 =
                whole.customers.iter().map(|customer| customer.expected_spend.round() as i64).sum();
            let cents = |row: &Value| {
                let text = row[3]["amount"].as_str().unwrap_or("0").replace('.', "");
                text.parse::<i64>().unwrap()
            };
            assert_eq!(spend, steps.iter().map(cents).sum::<i64>());
        });
        Ok(())
    });
    told.unwrap();
}

#[test]
fn merged_customers_have_one_outlook_of_all_their_purchases_in_the_companys_currency() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let path = format!("/api/customers/{}/outlook", house.customer("N5"));
        let purchases = async || {
            let told = get(&path).by(&ann).of(&house).await.json();
            told["buyer"]["why"]["purchases"].as_u64().unwrap_or_else(|| panic!("{told}"))
        };
        assert_eq!(purchases().await, 5);
        // Another account with the same address bought twice, once in dollars.
        house.store(|store| {
            let mut said = ledger::Attributes::new();
            said.insert(ledger::Attribute::Email, "contact@n5.example".to_string());
            let face = Entry { row: 0, customer: Some("other".to_string()), attributes: said, fact: None };
            sell_by(store, "till", vec![face], &[("other".to_string(), 200, 70)], Currency::EUR);
            sell_by(
                store,
                "till",
                Vec::new(),
                &[("other".to_string(), 230, 80)],
                Currency::parse("USD").unwrap(),
            );
            value(store, None, None)
        });
        assert_eq!(purchases().await, 6, "the account in euros counts, dollars are told apart");
        let portfolio = get("/api/portfolio").by(&ann).of(&house).await.json();
        assert_eq!(portfolio["other_currencies"][0]["currency"], "USD");
        let page = get(&path.replace("/outlook", "")).by(&ann).of(&house).await.json();
        assert_eq!(page["records"].as_array().unwrap().len(), 2);
        assert_eq!(page["past"]["transactions"], 6);
    });
}

/// Once he counted among those who never bought, and his page said so.
#[test]
fn who_buys_in_another_currency_only_is_no_prospect() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let before = get("/api/portfolio").by(&ann).of(&house).await.json();
        house.store(|store| {
            let mut said = ledger::Attributes::new();
            said.insert(ledger::Attribute::Email, "hank@abroad.example".to_string());
            let face = Entry { row: 0, customer: Some("hank".to_string()), attributes: said, fact: None };
            let dollars = Currency::parse("USD").unwrap();
            sell_by(store, "till", vec![face], &[("hank".to_string(), 200, 70)], dollars);
            value(store, None, None)
        });
        let after = get("/api/portfolio").by(&ann).of(&house).await.json();
        let one_more = before["customers"].as_u64().unwrap() + 1;
        assert_eq!(
            (after["customers"].as_u64(), &after["prospects"]),
            (Some(one_more), &before["prospects"])
        );
        let found = get("/api/customers?q=hank%40abroad.example").by(&ann).of(&house).await.json();
        let id = found["rows"][0]["id"].clone();
        assert!(!id.is_null(), "{found}");
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_string);
        let page = get(&format!("/api/customers/{id}")).by(&ann).of(&house).await.json();
        assert_eq!((&page["past"]["is_elsewhere"], &page["past"]["transactions"]), (&json!(true), &json!(0)));
        let outlook = get(&format!("/api/customers/{id}/outlook")).by(&ann).of(&house).await.json();
        assert!(outlook["prospect"].is_null() && outlook["buyer"].is_null(), "{outlook}");
        // Once he buys in euros as well he is a customer like others.
        house.store(|store| {
            sell_by(store, "till", Vec::new(), &[("hank".to_string(), 210, 70)], Currency::EUR);
            value(store, None, None)
        });
        let page = get(&format!("/api/customers/{id}")).by(&ann).of(&house).await.json();
        assert_eq!(
            (&page["past"]["is_elsewhere"], &page["past"]["transactions"]),
            (&json!(false), &json!(1))
        );
    });
}

#[test]
fn a_log_that_begins_after_its_customers_is_noted() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let notes = async || {
            let portfolio = get("/api/portfolio").by(&ann).of(&house).await.json();
            let notes = portfolio["model"]["notes"].as_array().unwrap().clone();
            notes.iter().any(|note| note["code"] == "log_older")
        };
        // Everybody's first purchase is of June.
        assert!(notes().await, "all customers began within three weeks of half a year");
        let body = json!({ "discount_rate": 0.1, "log_begins": "2025-01-01" });
        ask("PUT", "/api/valuation-settings").by(&ann).json(&body).of(&house).await;
        house.store(|store| value(store, None, None));
        assert!(notes().await, "the house says so");
    });
}
