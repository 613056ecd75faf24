//! Whether we invest where the value is, told about cafés: levels, the matrix, the worklist, classes and who moved.

use super::house::{ADMINISTRATOR, House, NADIA, ask, get, in_each_house};
use crate::accounts::CostsByKind;
use crate::coherence::rules::{self, LevelRules};
use crate::coherence::score;
use crate::jobs::Progress;
use axum::http::StatusCode;
use ledger::{Attributes, Currency, Day, Fact, FactBody, Moment, Money, SaleLine};
use serde_json::{Value, json};
use store::MonthEndMeasure::{Contribution, Equity, Investment};
use store::{Entry, Store};

/// What was spent on N1 (who is worth little), what on all others, and what everybody contributed.
fn fill(store: &Store, house: &House) -> Day {
    let until = store.newest_valuation().unwrap().unwrap().until;
    let last = *house.customers.values().max().unwrap() as usize;
    let (mut invested, mut contributed) = (vec![None; last + 1], vec![None; last + 1]);
    for (key, id) in &house.customers {
        let n: i64 = key[1..].parse().unwrap();
        let months = (if key.starts_with('P') {
            n + 20
        } else if key.starts_with('X') {
            40
        } else {
            n
        }) % 7;
        invested[*id as usize] = Some(if key == "N1" { 90_000 } else { 1_000 * (7 - months) });
        contributed[*id as usize] = Some(months * 4_321 - invested[*id as usize].unwrap() / 2);
    }
    // Who once was a customer and is none any more stands in no sum.
    invested.push(Some(5_000_000));
    contributed.push(Some(-5_000_000));
    store.put_month_end(until, Investment, &invested).unwrap();
    store.put_month_end(until, Contribution, &contributed).unwrap();
    until
}

/// Drops every month end that the valuation kept.
fn forget(store: &Store) {
    for measure in [Contribution, Investment, Equity] {
        for day in store.month_ends(measure).unwrap() {
            store.drop_month_end(day, measure).unwrap();
        }
    }
}

fn scored(store: &Store, house: &House) -> Day {
    let until = fill(store, house);
    let told = score(store, None, &Progress::new(0)).unwrap();
    assert_eq!(told["missing"], json!([]), "{told}");
    until
}

fn cents(money: &Value) -> i64 {
    money["amount"]
        .as_str()
        .unwrap_or_else(|| panic!("{money} is no money"))
        .replace('.', "")
        .parse()
        .unwrap()
}

async fn total(house: &House, cookie: &str, filter: &str) -> u64 {
    let path = format!("/api/customers?limit=1&filter={}", filter.replace(' ', "%20").replace('=', "%3D"));
    let list = get(&path).by(cookie).of(house).await;
    list.json()["total"].as_u64().unwrap_or_else(|| panic!("{filter}: {}", list.text()))
}

#[test]
fn what_is_not_known_is_said_and_nothing_is_invented() {
    in_each_house(|house| async move {
        house.store(|store| {
            forget(store);
            score(store, None, &Progress::new(0)).unwrap()
        });
        let ann = house.sign_in(ADMINISTRATOR).await;
        let found = get("/api/coherence").by(&ann).of(&house).await.json();
        assert_eq!(found["missing"], json!(["contribution", "investment"]), "{found}");
        assert_eq!((&found["cells"], &found["deltas"]), (&json!([]), &json!([])));
        assert_eq!(found["total"]["invested"], Value::Null);
        assert_eq!(found["value_levels"].as_array().unwrap().len(), 5, "values are known");
        let classes = get("/api/classes").by(&ann).of(&house).await.json();
        assert_eq!((&classes["missing"], &classes["whale"]), (&json!(["contribution"]), &Value::Null));
        let list = get("/api/worklist").by(&ann).of(&house).await.json();
        assert_eq!((&list["missing"], &list["rows"]), (&json!(["investment"]), &json!([])));
        let moved = get("/api/migrations").by(&ann).of(&house).await.json();
        assert_eq!((&moved["days"], &moved["cells"]), (&json!([]), &json!([])));
        let row = get("/api/customers?limit=1").by(&ann).of(&house).await.json()["rows"][0].clone();
        assert_eq!(
            (&row["investment_level"], &row["delta"], &row["class"]),
            (&Value::Null, &Value::Null, &Value::Null)
        );
    });
}

#[test]
fn the_cells_add_to_all_customers_and_each_opens_its_own() {
    in_each_house(|house| async move {
        house.store(|store| scored(store, &house));
        let ann = house.sign_in(ADMINISTRATOR).await;
        let found = get("/api/coherence").by(&ann).of(&house).await.json();
        let cells = found["cells"].as_array().unwrap();
        assert_eq!(cells.len(), 25);
        for what in ["value", "invested", "contribution"] {
            let all: i64 = cells.iter().chain([&found["not_valued"]]).map(|cell| cents(&cell[what])).sum();
            assert_eq!(all, cents(&found["total"][what]), "{what}");
            for side in ["deltas", "value_levels", "investment_levels"] {
                let sides: i64 = found[side].as_array().unwrap().iter().map(|one| cents(&one[what])).sum();
                assert_eq!(sides + cents(&found["not_valued"][what]), all, "{what} by {side}");
            }
        }
        let mut customers = 0;
        let sides = ["deltas", "value_levels", "investment_levels"];
        let opened = sides.iter().flat_map(|side| found[*side].as_array().unwrap());
        for cell in cells.iter().chain([&found["not_valued"]]).chain(opened) {
            let filter = cell["filter"].as_str().unwrap();
            assert_eq!(total(&house, &ann, filter).await, cell["customers"].as_u64().unwrap(), "{filter}");
        }
        for cell in cells.iter().chain([&found["not_valued"]]) {
            customers += cell["customers"].as_u64().unwrap();
        }
        assert_eq!((customers, found["total"]["customers"].as_u64()), (41, Some(41)));

        // The list sorts, shows and exports what the matrix counts.
        let list = get("/api/customers?sort=-delta,name&limit=3").by(&ann).of(&house).await.json();
        let rows = list["rows"].as_array().unwrap();
        assert_eq!(
            (&rows[0]["name"], &rows[0]["investment_level"]),
            (&json!("Café N1"), &json!("strategic"))
        );
        let file = get("/api/customers/export?columns=name,investment_level,delta,class&sort=-delta")
            .by(&ann)
            .of(&house)
            .await
            .text();
        let first = format!("Café N1,strategic,{},d4", rows[0]["delta"]);
        assert!(file.starts_with("\u{feff}name,"), "spreadsheets know its letters by a mark: {file}");
        assert_eq!(file.lines().nth(1), Some(first.as_str()), "{file}");
    });
}

#[test]
fn a_seller_sees_no_score_anywhere() {
    in_each_house(|house| async move {
        house.store(|store| scored(store, &house));
        let nadia = house.sign_in(NADIA).await;
        for path in [
            "/api/coherence",
            "/api/classes",
            "/api/classes/bargain-hunters?kind=both",
            "/api/worklist",
            "/api/level-rules",
            "/api/migrations",
            "/api/migrations/customers?before=d1&after=d2",
        ] {
            assert_eq!(get(path).by(&nadia).of(&house).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        for field in ["investment_level", "delta", "class"] {
            let fields = get("/api/customers/fields").by(&nadia).of(&house).await.json();
            assert!(!fields.to_string().contains(&format!("\"{field}\"")), "{fields}");
            for path in [
                format!("/api/customers?filter={field}%20is%20empty"),
                format!("/api/customers?sort={field}"),
                format!("/api/customers/export?columns=name,{field}"),
            ] {
                let refused = get(&path).by(&nadia).of(&house).await;
                assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", refused.text());
            }
            let list = get("/api/customers?limit=100").by(&nadia).of(&house).await.json();
            let rows = list["rows"].as_array().unwrap();
            assert!(rows.len() == 20 && rows.iter().all(|row| row[field].is_null()), "{field}");
        }
    });
}

#[test]
fn a_decided_case_comes_back_only_when_its_levels_change() {
    in_each_house(|house| async move {
        let until = house.store(|store| {
            // One level apart is enough to be on the list.
            let rules = LevelRules { least_delta: 1, ..LevelRules::default() };
            store.add_level_rules(&rules::text(&rules), Some(0), Moment(0), None).unwrap().unwrap();
            scored(store, &house)
        });
        let ann = house.sign_in(ADMINISTRATOR).await;
        let page =
            async |state: &str| get(&format!("/api/worklist?state={state}")).by(&ann).of(&house).await.json();
        let open = page("open").await;
        let rows = open["rows"].as_array().unwrap().clone();
        let stakes: Vec<i64> = rows.iter().map(|row| cents(&row["at_stake"])).collect();
        assert!(rows.len() > 3 && stakes.is_sorted_by(|one, next| one >= next), "{open}");
        assert_eq!(stakes.iter().sum::<i64>(), cents(&open["at_stake"]));
        assert_eq!(open["open"].as_u64(), Some(rows.len() as u64));
        let first = &rows[0];
        assert_eq!(
            (&first["name"], &first["reason"]),
            (&json!("Café N1"), &json!("over_invested")),
            "{first}"
        );
        assert_eq!(first["proposal"], "move");

        let nadia = house.sign_in(NADIA).await;
        let (n1, body) = (house.customer("N1"), json!({ "decision": "reject", "note": " He will grow. " }));
        let path = format!("/api/worklist/{n1}/decision");
        assert_eq!(ask("POST", &path).by(&nadia).json(&body).of(&house).await.status, StatusCode::FORBIDDEN);
        let kept = ask("POST", &path).by(&ann).json(&body).of(&house).await;
        assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text());
        let decision = kept.json()["decisions"][0].clone();
        assert_eq!((&decision["by"], &decision["note"]), (&json!("Ann"), &json!("He will grow.")));
        for bad in
            [json!({ "decision": "maybe" }), json!({ "decision": "accept", "note": "x".repeat(2_001) })]
        {
            let refused = ask("POST", &path).by(&ann).json(&bad).of(&house).await;
            assert!(refused.status.is_client_error(), "{}", refused.text());
        }
        let nobody = ask("POST", "/api/worklist/987654/decision").by(&ann).json(&body).of(&house).await;
        assert_eq!(nobody.status, StatusCode::NOT_FOUND);

        // Each reason has its own cases in the order of all; together they are everybody.
        let of = async |reason: &str| {
            get(&format!("/api/worklist?reason={reason}&limit=500")).by(&ann).of(&house).await.json()
        };
        let all = get("/api/worklist?limit=500").by(&ann).of(&house).await.json();
        let rows_of = |page: &Value| page["rows"].as_array().unwrap().clone();
        let mut stake = 0;
        for sum in all["reasons"].as_array().unwrap() {
            let page = of(sum["reason"].as_str().unwrap()).await;
            let expected: Vec<Value> =
                rows_of(&all).into_iter().filter(|row| row["reason"] == sum["reason"]).collect();
            assert_eq!(rows_of(&page), expected, "{sum}");
            assert_eq!((&page["open"], &page["at_stake"]), (&sum["open"], &sum["at_stake"]));
            assert_eq!((&page["reason"], &page["reasons"]), (&sum["reason"], &all["reasons"]));
            stake += cents(&sum["at_stake"]);
        }
        assert_eq!(stake, cents(&all["at_stake"]));
        let reasons = all["reasons"].as_array().unwrap();
        assert!(reasons.iter().filter(|sum| sum["open"].as_u64() > Some(0)).count() > 1, "{all}");
        let unknown = get("/api/worklist?reason=too_much").by(&ann).of(&house).await;
        assert!(unknown.status.is_client_error(), "{}", unknown.text());
        let decided = get("/api/worklist?state=decided&reason=overlooked").by(&ann).of(&house).await.json();
        assert_eq!(
            (&decided["rows"], decided["decided"].as_u64()),
            (&json!([]), Some(0)),
            "N1 is none of these"
        );

        // Decided, it is gone, also after the base is valued again.
        let is_open = async || {
            let page = page("open").await;
            page["rows"].as_array().unwrap().iter().any(|row| row["customer"] == n1)
        };
        assert!(!is_open().await);
        assert_eq!(page("open").await["rows"].as_array().unwrap().len(), rows.len() - 1);
        assert_eq!(page("decided").await["rows"][0]["customer"], n1);
        house.store(|store| score(store, None, &Progress::new(0)).unwrap());
        assert!(!is_open().await);

        // Much is spent on somebody else, which makes his level another one. What was decided stays told.
        house.store(|store| {
            let mut invested = store.month_end(until, Investment).unwrap().unwrap();
            invested[house.customer("X0") as usize] = Some(300_000);
            store.put_month_end(until, Investment, &invested).unwrap();
            score(store, None, &Progress::new(0)).unwrap()
        });
        let back = page("open").await;
        let back = back["rows"].as_array().unwrap().iter().find(|row| row["customer"] == n1).cloned();
        let row = back.unwrap_or_else(|| panic!("{n1} is not back"));
        assert_eq!(
            (&first["investment_level"], &row["investment_level"]),
            (&json!("strategic"), &json!("high"))
        );
        assert_eq!(
            (&row["levels_changed"], &row["decisions"][0]["note"]),
            (&json!(true), &json!("He will grow."))
        );

        // Put off, it comes back after thirty days.
        let later = json!({ "decision": "later" });
        ask("POST", &path).by(&ann).json(&later).of(&house).await;
        assert!(!is_open().await);
        house.wait(29 * 86_400);
        let ann = house.sign_in(ADMINISTRATOR).await;
        let open = get("/api/worklist").by(&ann).of(&house).await.json();
        assert!(open["rows"].as_array().unwrap().iter().all(|row| row["customer"] != n1));
        house.wait(2 * 86_400);
        let ann = house.sign_in(ADMINISTRATOR).await;
        let open = get("/api/worklist").by(&ann).of(&house).await.json();
        let row = open["rows"].as_array().unwrap().iter().find(|row| row["customer"] == n1).unwrap().clone();
        assert_eq!(row["decisions"].as_array().unwrap().len(), 2, "nothing is written over");
    });
}

#[test]
fn rules_are_previewed_kept_with_who_and_when_and_not_written_over() {
    in_each_house(|house| async move {
        house.store(|store| scored(store, &house));
        let ann = house.sign_in(ADMINISTRATOR).await;
        let standing = async || get("/api/level-rules").by(&ann).of(&house).await.json();
        let first = standing().await;
        assert_eq!((&first["version"], &first["history"]), (&json!(0), &json!([])));
        let mut rules = first["rules"].clone();
        rules["value"] = json!({ "by": "quantile", "shares": [0.1, 0.3, 0.6, 0.9] });
        rules["class"] = json!({ "by": "amount", "amounts": ["150.00", "100", "50"] });
        let before = house.state();
        let preview = ask("POST", "/api/level-rules/preview").by(&ann).json(&rules).of(&house).await;
        assert_eq!(preview.status, StatusCode::OK, "{}", preview.text());
        assert!(house.state() == before, "a preview changes nothing");
        let preview = preview.json();
        for (score, customers) in [("value", 35), ("investment", 35), ("class", 41)] {
            let change = &preview[score];
            let sum = |of: &str| -> u64 {
                change["levels"].as_array().unwrap().iter().map(|one| one[of].as_u64().unwrap()).sum()
            };
            assert_eq!(
                (sum("before"), sum("after"), change["customers"].as_u64()),
                (customers, customers, Some(customers))
            );
            let moves: u64 = change["moves"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["customers"].as_u64().unwrap())
                .sum();
            assert_eq!(Some(moves), change["changed"].as_u64());
        }
        assert!(preview["value"]["changed"].as_u64() > Some(0) && preview["investment"]["changed"] == 0);

        // In force they make what the preview said.
        let put = async |version: i64, rules: &Value| {
            let body = json!({ "version": version, "rules": rules });
            ask("PUT", "/api/level-rules").by(&ann).json(&body).of(&house).await
        };
        assert_eq!(put(0, &rules).await.status, StatusCode::ACCEPTED);
        house.work().await;
        let found = get("/api/coherence").by(&ann).of(&house).await.json();
        let counts = |levels: &Value, of: &str| -> Vec<Value> {
            levels.as_array().unwrap().iter().map(|one| one[of].clone()).collect()
        };
        assert_eq!(counts(&found["value_levels"], "customers"), counts(&preview["value"]["levels"], "after"));
        let classes = get("/api/classes").by(&ann).of(&house).await.json();
        assert_eq!(counts(&classes["classes"], "customers"), counts(&preview["class"]["levels"], "after"));
        for level in found["value_levels"].as_array().unwrap() {
            let filter = level["filter"].as_str().unwrap();
            assert_eq!(total(&house, &ann, filter).await, level["customers"].as_u64().unwrap());
        }
        let kept = standing().await;
        assert_eq!((&kept["version"], &kept["history"][0]["by"]), (&json!(1), &json!("Ann")));
        assert_eq!((&kept["rules"], &kept["history"][0]["at"]), (&rules, &json!("2026-06-30T12:00:00Z")));

        let again = put(0, &rules).await;
        assert_eq!((again.status, again.code()), (StatusCode::CONFLICT, "rules_changed".to_string()));
        rules["class"] = json!({ "by": "share", "shares": [0.9, 0.8, 1.0] });
        let bad = put(1, &rules).await;
        assert_eq!(
            (bad.code(), bad.json()["error"]["field"].clone()),
            ("bad_level_rule".into(), json!("class"))
        );
        assert_eq!(standing().await["history"].as_array().unwrap().len(), 1, "what is refused is not kept");
        // A valuation keeps to the rules in force.
        house.store(|store| {
            super::house::value(store, crate::jobs::work::Measuring::default());
        });
        let valued = get("/api/coherence").by(&ann).of(&house).await.json();
        assert_eq!(
            counts(&valued["value_levels"], "customers"),
            counts(&preview["value"]["levels"], "after")
        );
    });
}

/// Two cafés buy four times each: one a twentieth off and more, the other a fifth.
fn buy_at_discounts(store: &Store) {
    let line = |customer: &str, month: i8, discount: i64| {
        let euros = |minor| Money::new(minor, Currency::EUR);
        let body = FactBody::Sale(SaleLine {
            order: Some(format!("{customer}-{month}")),
            product: None,
            description: None,
            quantity: None,
            amount: euros(10_000 - discount),
            discount: Some(euros(discount)),
            margin: Some(euros(2_000)),
            is_return: false,
            kg: None,
            km: None,
            assumed_margin: None,
        });
        let happened_at = Day::of(jiff::civil::date(2025, month, 12)).start();
        let fact = Some(Fact { happened_at, reference: None, body });
        Entry { row: 0, customer: Some(customer.to_string()), attributes: Attributes::new(), fact }
    };
    let rows = (7..=10).flat_map(|month| [line("little off", month, 600), line("much off", month, 2_000)]);
    super::house::import_rows(store, "till", rows.collect());
    crate::identity::link(store, &Progress::new(0)).unwrap();
    super::house::value(store, crate::jobs::work::Measuring::default());
}

#[test]
fn who_buys_bargains_only_goes_by_a_rule_that_is_previewed_kept_and_put_back() {
    in_each_house(|house| async move {
        house.store(buy_at_discounts);
        let ann = house.sign_in(ADMINISTRATOR).await;
        let promoted = async || {
            let bargains = get("/api/classes").by(&ann).of(&house).await.json()["bargains"].clone();
            (bargains["discount_percent"].as_u64(), bargains["groups"][0]["customers"].as_u64())
        };
        assert_eq!(
            promoted().await,
            (Some(10), Some(1)),
            "a tenth off is a promotion unless somebody decides"
        );
        let standing = async || get("/api/level-rules").by(&ann).of(&house).await.json();
        let usual = standing().await["usual"].clone();
        let mut rules = usual.clone();
        rules["bargain"] = json!({ "discount_percent": 5, "only_percent": 80, "least_lines": 4 });
        let preview = async |rules: &Value| {
            let asked = ask("POST", "/api/level-rules/preview").by(&ann).json(rules).of(&house).await;
            assert_eq!(asked.status, StatusCode::OK, "{}", asked.text());
            asked.json()["bargains"].clone()
        };
        let before = house.state();
        let found = preview(&rules).await;
        assert!(house.state() == before, "a preview changes nothing");
        assert_eq!(found["kinds"][0], json!({ "kind": "promotions", "before": 1, "after": 2 }), "{found}");
        assert!(found["told"]["before"].as_u64() > found["told"]["after"].as_u64(), "four lines say less");
        let mut other = usual.clone();
        other["least_delta"] = json!(1);
        let same = preview(&other).await;
        assert_eq!(same["kinds"][0], json!({ "kind": "promotions", "before": 1, "after": 1 }), "{same}");

        let put = async |version: i64, rules: &Value| {
            let body = json!({ "version": version, "rules": rules });
            ask("PUT", "/api/level-rules").by(&ann).json(&body).of(&house).await
        };
        assert_eq!(put(0, &rules).await.status, StatusCode::ACCEPTED);
        house.work().await;
        assert_eq!(promoted().await, (Some(5), Some(2)), "found by the rule in force, and said so");
        let kept = standing().await;
        assert_eq!(
            (&kept["history"][0]["by"], &kept["rules"]["bargain"]),
            (&json!("Ann"), &rules["bargain"])
        );
        for (field, bad) in [("discount_percent", 0), ("only_percent", 50), ("least_lines", 0)] {
            let mut wrong = rules.clone();
            wrong["bargain"][field] = json!(bad);
            let refused = put(1, &wrong).await;
            let place = refused.json()["error"]["field"].clone();
            assert_eq!((refused.code(), place), ("bad_level_rule".into(), json!(format!("bargain.{field}"))));
        }
        let nadia = house.sign_in(NADIA).await;
        let asked = ask("POST", "/api/level-rules/preview").by(&nadia).json(&rules).of(&house).await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN);

        // What holds before anybody decides can be put back, and both changes stay told.
        assert_eq!(put(1, &usual).await.status, StatusCode::ACCEPTED);
        house.work().await;
        assert_eq!(promoted().await, (Some(10), Some(1)));
        assert_eq!(standing().await["history"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn classes_add_up_and_destroyers_come_with_their_costs() {
    in_each_house(|house| async move {
        let until = house.store(|store| scored(store, &house));
        let ann = house.sign_in(ADMINISTRATOR).await;
        let found = get("/api/classes").by(&ann).of(&house).await.json();
        let classes = found["classes"].as_array().unwrap();
        let sum: i64 = classes.iter().map(|one| cents(&one["contribution"])).sum();
        assert_eq!(sum, cents(&found["contribution"]));
        let points = found["whale"]["points"].as_array().unwrap();
        assert_eq!(cents(&points.last().unwrap()["contribution"]), sum, "the curve ends at the total");
        assert!(cents(&found["whale"]["peak"]["contribution"]) > sum);
        for class in classes {
            let filter = class["filter"].as_str().unwrap();
            assert_eq!(total(&house, &ann, filter).await, class["customers"].as_u64().unwrap(), "{filter}");
        }
        let destroyers = &found["destroyers"];
        let rows = destroyers["rows"].as_array().unwrap();
        assert_eq!(rows.len() as u64, destroyers["customers"].as_u64().unwrap());
        assert_eq!(
            rows.iter().map(|row| cents(&row["contribution"])).sum::<i64>(),
            cents(&destroyers["contribution"])
        );
        assert_eq!(
            (&rows[0]["name"], &rows[0]["causes"][0]["kind"]),
            (&json!("Café N1"), &json!("investment"))
        );

        // With costs by kind the causes are told by kind.
        let n1 = house.customer("N1") as usize;
        house.store(|store| {
            let contributed = store.month_end(until, Contribution).unwrap().unwrap();
            let margins: Vec<i64> = contributed.iter().map(|one| one.unwrap_or(0) + 5_000).collect();
            let costs =
                (0..margins.len()).flat_map(|id| if id == n1 { [1_000, 4_000] } else { [4_500, 500] });
            let known = CostsByKind {
                kinds: vec!["visits".to_string(), "returns".to_string()],
                costs: costs.collect(),
                margins,
            };
            score(store, Some(&known), &Progress::new(0)).unwrap()
        });
        let found = get("/api/classes").by(&ann).of(&house).await.json();
        assert_eq!(found["destroyers"]["rows"][0]["causes"][0]["kind"], "returns", "{found}");
    });
}

#[test]
fn without_margins_nobody_is_a_loss() {
    in_each_house(|house| async move {
        house.store(|store| {
            fill(store, &house);
            let mut run = store.newest_valuation().unwrap().unwrap();
            let by_spend = run.summary.replacen("\"measure\":\"margin\"", "\"measure\":\"spend\"", 1);
            assert_ne!(by_spend, run.summary);
            run.summary = by_spend;
            store.save_valuation([], &run, |_| Ok(())).unwrap();
            let told = score(store, None, &Progress::new(0)).unwrap();
            assert_eq!(told["missing"], json!(["margin"]));
        });
        let ann = house.sign_in(ADMINISTRATOR).await;
        let found = get("/api/classes").by(&ann).of(&house).await.json();
        assert_eq!((&found["missing"], &found["classes"]), (&json!(["margin"]), &json!([])));
        assert_eq!((&found["destroyers"], &found["contribution"]), (&Value::Null, &Value::Null));
        assert_eq!(total(&house, &ann, "class in (d1, d2, d3, d4)").await, 0);
        let moved = get("/api/migrations?of=class").by(&ann).of(&house).await.json();
        assert_eq!((&moved["days"], &moved["cells"]), (&json!([]), &json!([])));
        // What was invested is known all the same.
        let coherence = get("/api/coherence").by(&ann).of(&house).await.json();
        assert!(
            !coherence["cells"].as_array().unwrap().is_empty()
                && coherence["total"]["contribution"].is_null()
        );
    });
}

#[test]
fn who_moved_adds_to_the_heads_of_both_days_and_each_way_opens_its_customers() {
    in_each_house(|house| async move {
        let day = |year, month, day| Day::of(jiff::civil::date(year, month, day));
        let (june, december) = (day(2025, 6, 30), day(2025, 12, 31));
        let (n1, n2, p1, p2, x0) = (
            house.customer("N1"),
            house.customer("N2"),
            house.customer("P1"),
            house.customer("P2"),
            house.customer("X0"),
        );
        let column = |numbers: &[(i64, i64)]| {
            let mut column = vec![None; 60];
            numbers.iter().for_each(|(id, number)| column[*id as usize] = Some(*number));
            column
        };
        house.store(|store| {
            forget(store);
            for measure in [Contribution, Equity] {
                let before = column(&[(n1, 90_000), (n2, 9_000), (p1, 1_000), (p2, -500)]);
                store.put_month_end(june, measure, &before).unwrap();
                let after = column(&[(n1, 1_000), (n2, 90_000), (p1, 1_000), (x0, 8_000)]);
                store.put_month_end(december, measure, &after[..]).unwrap();
            }
        });
        let ann = house.sign_in(ADMINISTRATOR).await;
        for of in ["class", "value_level"] {
            let found = get(&format!("/api/migrations?of={of}")).by(&ann).of(&house).await.json();
            assert_eq!((&found["from"], &found["until"]), (&json!("2025-06-30"), &json!("2025-12-31")));
            let cells = found["cells"].as_array().unwrap();
            let sum = |keep: &dyn Fn(&Value) -> bool| -> u64 {
                cells.iter().filter(|cell| keep(cell)).map(|cell| cell["customers"].as_u64().unwrap()).sum()
            };
            assert_eq!(sum(&|cell| cell["from"] != "none"), 4);
            assert_eq!((found["heads_before"].as_u64(), found["heads_after"].as_u64()), (Some(4), Some(4)));
            assert_eq!(sum(&|cell| cell["until"] != "none"), 4);
            let counts = ["rose", "fell", "stayed", "new", "lost"].map(|word| found[word].as_u64().unwrap());
            assert_eq!(counts.iter().sum::<u64>(), 5, "{found}");
            assert_eq!((counts[3], counts[4]), (1, 1));
            for cell in cells {
                let (from, until) = (cell["from"].as_str().unwrap(), cell["until"].as_str().unwrap());
                let path = format!("/api/migrations/customers?of={of}&before={from}&after={until}");
                let moved = get(&path).by(&ann).of(&house).await.json();
                assert_eq!(moved["total"], cell["customers"], "{path}");
                let rows = moved["rows"].as_array().unwrap();
                let money = |what: &str| -> i64 {
                    rows.iter().filter(|row| !row[what].is_null()).map(|row| cents(&row[what])).sum()
                };
                assert_eq!(
                    (money("before"), money("after")),
                    (cents(&cell["before"]), cents(&cell["after"]))
                );
            }
        }
        let lost = get("/api/migrations/customers?before=d4&after=none").by(&ann).of(&house).await.json();
        assert_eq!((&lost["rows"][0]["name"], &lost["rows"][0]["after"]), (&json!("Café P2"), &Value::Null));
        let refused = get("/api/migrations?from=2025-06-15").by(&ann).of(&house).await;
        assert_eq!(refused.code(), "no_month_end");
        assert_eq!(refused.json()["error"]["details"]["nearest"], json!(["2025-06-30", "2025-12-31"]));
        let turned = get("/api/migrations?from=2025-12-31&until=2025-06-30").by(&ann).of(&house).await;
        assert_eq!(turned.code(), "days_reversed");
        let unknown = get("/api/migrations/customers?before=d5&after=none").by(&ann).of(&house).await;
        assert_eq!(
            (unknown.code(), unknown.json()["error"]["field"].clone()),
            ("unknown_place".into(), json!("before"))
        );
    });
}

#[test]
fn a_valuation_scores_with_the_accounts_and_tells_so() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let body = json!({ "horizon": "12m" });
        ask("POST", "/api/valuations").by(&ann).json(&body).of(&house).await;
        house.work().await;
        let job = get("/api/jobs?limit=1").by(&ann).of(&house).await.json()[0].clone();
        assert_eq!(job["state"], "done", "{job}");
        assert_eq!(job["result"]["coherence"]["scored"], 41);
        assert_eq!(job["result"]["coherence"]["missing"], json!([]));
        let found = get("/api/coherence").by(&ann).of(&house).await.json();
        let sums = get("/api/customers?limit=1").by(&ann).of(&house).await.json()["sums"].clone();
        for (field, what) in
            [("contribution", "contribution"), ("invested", "invested"), ("expected_value", "value")]
        {
            assert_eq!(found["total"][what], sums[field], "the matrix and the list agree on {field}");
        }
        let classes = get("/api/classes").by(&ann).of(&house).await.json();
        let destroyers = &classes["destroyers"];
        let filter = destroyers["filter"].as_str().unwrap().replace('<', "%3C");
        assert_eq!(Some(total(&house, &ann, &filter).await), destroyers["customers"].as_u64());
        // What the catalogue prices otherwise is scored anew.
        let catalogue = get("/api/catalogue").by(&ann).of(&house).await.json();
        let names: Vec<Value> =
            catalogue["activities"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
        let body = json!({ "version": catalogue["version"], "activities": names });
        ask("POST", "/api/catalogue/confirm").by(&ann).json(&body).of(&house).await;
        let body = json!({ "version": catalogue["version"].as_i64().unwrap() + 1, "activities": [
            { "name": "Handling", "cost_kind": "upkeep", "facts": "sale", "condition": "amount > 130", "driver": "count",
              "unit_costs": [{ "amount": "60.00", "per": "1" }], "confirmed": true }] });
        let put = ask("PUT", "/api/catalogue").by(&ann).json(&body).of(&house).await;
        assert_eq!(put.status, StatusCode::OK, "{}", put.text());
        house.work().await;
        let dearer = get("/api/classes").by(&ann).of(&house).await.json();
        let causes = &dearer["destroyers"]["causes"];
        assert!(dearer["destroyers"]["customers"].as_u64() > Some(0), "{dearer}");
        assert_eq!(causes[0]["kind"], "upkeep", "{dearer}");
    });
}
