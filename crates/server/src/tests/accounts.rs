//! What customers cost, over HTTP: statements that add up, the catalogue kept from version to version, and sellers who see
//! none of it.

// Cents stand apart in amounts: 900_00 is 900.00.
#![allow(clippy::inconsistent_digit_grouping)]

use super::house::{ADMINISTRATOR, House, NADIA, ask, get, in_each_house};
use crate::accounts::totals::{Months, accounts_of};
use axum::http::StatusCode;
use ledger::{
    Attributes, Cost, Currency, Day, Direction, Fact, FactBody, Interaction, Moment, Money, Payment, Quantity,
};
use serde_json::{Value, json};
use store::MonthEndMeasure::{Contribution, Equity, Investment};
use store::{Entry, ImportId, NewImport};

fn on(year: i16, month: i8, day: i8) -> Moment {
    Day::of(jiff::civil::date(year, month, day)).start()
}

fn tells(customer: &str, at: Moment, body: FactBody) -> Entry {
    Entry {
        row: 0,
        customer: (!customer.is_empty()).then(|| customer.to_string()),
        attributes: Attributes::new(),
        fact: Some(Fact { happened_at: at, reference: None, body }),
    }
}

fn call(customer: &str, at: Moment, minutes: i64) -> Entry {
    tells(
        customer,
        at,
        FactBody::Interaction(Interaction {
            channel: "call".into(),
            direction: Some(Direction::Inbound),
            minutes: Some(Quantity(minutes * 1_000)),
            who: None,
            subject: Some("grinder".into()),
            campaign: None,
            outcome: Some("solved".into()),
            kg: None,
            km: None,
        }),
    )
}

/// Brings facts in beside what the house has, and gives the import's number.
fn import(house: &House, file: &str, entries: Vec<Entry>) -> ImportId {
    let new = NewImport {
        source: "shop".into(),
        file_name: file.into(),
        file_hash: file.into(),
        kind: "interactions".into(),
        mapping: String::new(),
        header: Vec::new(),
        keep_repeats: false,
        learned_at: house.app.now(),
    };
    house.store(|store| {
        let mut session = store.begin_import(&new).unwrap();
        store.append(&mut session, entries, &[]).unwrap();
        store.finish_import(&session, house.app.now()).unwrap();
        session.import
    })
}

async fn value(house: &House, ann: &str) {
    let reply = ask("POST", "/api/valuations").by(ann).json(&json!({ "horizon": "12m" })).of(house).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    house.work().await;
    let job = get(&format!("/api/jobs/{}", reply.json()["id"])).by(ann).of(house).await.json();
    let job = get(&format!("/api/jobs/{}", job["result"]["asset_job"])).by(ann).of(house).await.json();
    assert!(job["result"]["accounts"].get("error").is_none(), "{job}");
}

/// N13 phones for hours, pays two months late, and somebody who gave no name phones too.
fn busy(house: &House) -> ImportId {
    let euro = |cents: i64| Money::new(cents, Currency::EUR);
    import(
        house,
        "desk.csv",
        vec![
            call("N13", on(2025, 9, 4), 100),
            call("N13", on(2025, 9, 20), 50),
            call("", on(2025, 9, 21), 7),
            call("N5", on(2025, 10, 2), 3),
            tells(
                "N13",
                on(2025, 12, 1),
                FactBody::Payment(Payment {
                    invoice: Some("N13-5".into()),
                    amount: euro(1_000_00),
                    due: Some(on(2025, 9, 30).day()),
                    paid: Some(on(2025, 12, 1).day()),
                }),
            ),
            tells(
                "P3",
                on(2025, 8, 1),
                FactBody::Cost(Cost {
                    activity: "advertising".into(),
                    amount: euro(50_00),
                    campaign: Some("autumn".into()),
                }),
            ),
        ],
    )
}

fn cents(money: &Value) -> i64 {
    let text = money["amount"].as_str().unwrap_or_else(|| panic!("no money: {money}"));
    text.replace('.', "").parse().unwrap()
}

fn named<'v>(rows: &'v Value, key: &str, name: &str) -> &'v Value {
    let rows = rows.as_array().unwrap_or_else(|| panic!("no rows: {rows}"));
    rows.iter().find(|row| row[key] == name).unwrap_or_else(|| panic!("no {name} in {rows:?}"))
}

#[test]
fn a_guess_prices_the_base_and_customers_with_nobody_are_the_totals() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        busy(&house);
        value(&house, &ann).await;
        let catalogue = get("/api/catalogue").by(&ann).of(&house).await.json();
        assert_eq!((&catalogue["origin"], &catalogue["made_by"]), (&json!("guess"), &Value::Null));
        assert_eq!(
            (&catalogue["assumed"], &catalogue["priced_version"]),
            (&json!(true), &catalogue["version"])
        );
        assert_eq!(catalogue["note"], "retail");

        let accounts = get("/api/accounts?from=2025-06&until=2025-12").by(&ann).of(&house).await.json();
        for line in accounts["lines"].as_array().unwrap() {
            assert_eq!(
                cents(&line["customers"]) + cents(&line["unallocated"]),
                cents(&line["total"]),
                "{line}"
            );
        }
        let cost = cents(&named(&accounts["lines"], "line", "cost")["total"]);
        let by_activity: i64 =
            accounts["activities"].as_array().unwrap().iter().map(|a| cents(&a["total"])).sum();
        let by_month: i64 =
            accounts["months"].as_array().unwrap().iter().map(|month| cents(&month["cost"])).sum();
        let by_channel: i64 = accounts["by_channel_and_outcome"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| cents(&line["cost"]))
            .sum();
        assert_eq!((by_activity, by_month, by_channel), (cost, cost, cost));
        // Retail: a call is 3 minutes and its own at 0.55; advertising passes through; 50 sale lines at 0.60.
        let help = named(&accounts["activities"], "activity", "help by phone, chat or mail");
        assert_eq!(
            (cents(&help["unallocated"]), &help["assumed"], &help["facts"]),
            (5_50, &json!(true), &json!(4))
        );
        assert_eq!(accounts["acquisition"]["by_source"][0]["word"], "shop");
        assert_eq!(cents(&accounts["acquisition"]["total"]), 50_00);
        assert_eq!(accounts["acquisition"]["by_campaign"][0]["word"], "autumn");
        let solved = named(&accounts["by_channel_and_outcome"], "outcome", "solved");
        assert_eq!((&solved["channel"], cents(&solved["cost"])), (&json!("call"), (156 + 10 + 6) * 55));

        let n13 = house.customer("N13");
        let account = get(&format!("/api/customers/{n13}/account?from=2025-06&until=2025-12")).by(&ann);
        let account = account.of(&house).await.json();
        let september = named(&account["periods"], "period", "2025-09");
        assert_eq!(cents(&named(&september["lines"], "line", "service")["amount"]), (156 * 55));
        // 1 000 at 8 % a year: October bears 31 days, November 30, December the one before it was paid.
        let credit: Vec<i64> = ["2025-09", "2025-10", "2025-11", "2025-12"]
            .map(|month| {
                let period =
                    account["periods"].as_array().unwrap().iter().find(|period| period["period"] == month);
                period.map_or(0, |period| cents(&named(&period["lines"], "line", "credit")["amount"]))
            })
            .into();
        assert_eq!(credit, [0, 6_79, 6_58, 22]);
        let total = &account["total"]["lines"];
        let amount = |line: &str| cents(&named(total, "line", line)["amount"]);
        assert_eq!(amount("contribution"), amount("margin") - amount("cost"));

        let quarters = get(&format!("/api/customers/{n13}/account?from=2025-06&until=2025-12&by=quarter"));
        let quarters = quarters.by(&ann).of(&house).await.json();
        assert_eq!(quarters["total"]["lines"], account["total"]["lines"]);
        assert!(quarters["periods"].as_array().unwrap().iter().any(|period| period["period"] == "2025-Q3"));
        // June is all that was asked of the second quarter: the period says so, and opens the facts of June.
        assert_eq!(quarters["periods"][0]["from"], "2025-06-01");

        // Every line opens its facts, which add up to it but for the cents shared out.
        for line in ["gross", "net", "margin", "service", "credit", "cost", "activity:late payment"] {
            let path = format!(
                "/api/customers/{n13}/account/facts?line={}&from=2025-06&until=2025-12",
                line.replace(' ', "%20")
            );
            let facts = get(&path).by(&ann).of(&house).await.json();
            let exact: f64 = facts["exact"].as_str().unwrap().parse().unwrap();
            let stated = cents(&facts["amount"]) as f64 / 100.0;
            assert!((exact - stated).abs() < 0.06, "{line}: {exact} {stated}");
            let sum: f64 = facts["facts"]
                .as_array()
                .unwrap()
                .iter()
                .map(|fact| fact["amount"].as_str().unwrap().parse::<f64>().unwrap())
                .sum();
            assert!((exact - sum).abs() < 1e-9, "{line}");
            assert!(!facts["facts"].as_array().unwrap().is_empty(), "{line}");
        }
        let wrong = get(&format!("/api/customers/{n13}/account/facts?line=charm")).by(&ann).of(&house).await;
        assert_eq!(
            (wrong.status, wrong.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "unknown_line".to_string())
        );
        let wrong = get("/api/accounts?from=May").by(&ann).of(&house).await;
        assert_eq!((wrong.status, wrong.code()), (StatusCode::UNPROCESSABLE_ENTITY, "bad_month".to_string()));
        for (months, field, words) in [
            ("from=2025-07&until=2025-06", "from", "comes after the last"),
            ("from=1990-01&until=1990-12", "until", "there are accounts of 2025-06 to 2025-12 only"),
            ("from=2031-01", "from", "there are accounts of 2025-06 to 2025-12 only"),
        ] {
            let wrong = get(&format!("/api/accounts?{months}")).by(&ann).of(&house).await;
            let error = wrong.json()["error"].clone();
            assert_eq!((wrong.code(), &error["field"]), ("bad_month".to_string(), &json!(field)), "{months}");
            assert!(error["message"].as_str().unwrap().contains(words), "{error}");
        }

        // The list shows the twelve months up to the day of the valuation.
        let list = get("/api/customers?sort=-cost&limit=1").by(&ann).of(&house).await.json();
        assert_eq!(list["rows"][0]["name"], "Café N13");
        let dear = get("/api/customers?filter=cost%20%3E%2099%20and%20contribution%20%3E%20159").by(&ann);
        let dear = dear.of(&house).await.json();
        assert_eq!((&dear["total"], &dear["rows"][0]["name"]), (&json!(1), &json!("Café N13")));
        // 6 sales of 43.21, 156 minutes at 0.55, 6 lines at 0.60; by the last sale, 15 November, 46 days late.
        assert_eq!(cents(&dear["rows"][0]["contribution"]), 259_26 - 85_80 - 3_60 - 10_08);
        assert_eq!(house.store(crate::accounts::check).unwrap(), None);
    });
}

const MONTHS: &str = "from=2025-06&until=2025-12";

#[test]
fn what_was_spent_stands_beside_what_it_brought_and_adds_up_to_the_accounts() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        busy(&house);
        value(&house, &ann).await;
        let accounts = get(&format!("/api/accounts?{MONTHS}")).by(&ann).of(&house).await.json();
        let line = |name: &str, whose: &str| cents(&named(&accounts["lines"], "line", name)[whose]);
        // What each customer's own account says, customer by customer.
        let list = get("/api/customers?limit=500").by(&ann).of(&house).await.json();
        let mut own: Vec<(String, i64, i64, bool)> = Vec::new();
        for row in list["rows"].as_array().unwrap() {
            let path = format!("/api/customers/{}/account?{MONTHS}", row["id"]);
            let account = get(&path).by(&ann).of(&house).await.json();
            if account["periods"].as_array().unwrap().is_empty() {
                continue;
            }
            let total = |name: &str| cents(&named(&account["total"]["lines"], "line", name)["amount"]);
            let level = row["level"].as_str().unwrap_or("").to_string();
            own.push((level, total("cost"), total("margin"), total("gross") != 0));
        }
        let beside = async |what: &str| {
            let reply = get(&format!("/api/accounts/beside?{MONTHS}&{what}")).by(&ann).of(&house).await;
            assert_eq!(reply.status, StatusCode::OK, "{what}: {}", reply.text());
            reply.json()
        };

        for by in ["level", "class", "kind", "source", "owner"] {
            for (spent, kinds) in [
                ("cost", &["cost"][..]),
                ("investment", &["acquisition", "upkeep"]),
                ("service", &["service"]),
            ] {
                let told = beside(&format!("by={by}&spent={spent}")).await;
                assert_eq!(told["told_as"], "correlation");
                let rows = told["rows"].as_array().unwrap();
                assert!(!rows.is_empty());
                let sum = |field: &str| rows.iter().map(|row| cents(&row[field])).sum::<i64>();
                for field in ["spent", "brought", "contribution"] {
                    assert_eq!(sum(field), cents(&told["total"][field]), "{by} {spent} {field}");
                }
                let customers: u64 = rows.iter().map(|row| row["customers"].as_u64().unwrap()).sum();
                assert_eq!((customers, &told["total"]["customers"]), (own.len() as u64, &json!(own.len())));
                for (whose, told) in [("customers", &told["total"]), ("unallocated", &told["unallocated"])] {
                    let spent: i64 = kinds.iter().map(|kind| line(kind, whose)).sum();
                    assert_eq!(cents(&told["spent"]), spent, "{by} {whose}");
                    assert_eq!(cents(&told["brought"]), line("contribution", whose) + spent, "{by} {whose}");
                }
            }
        }

        // A level's figures are those of its customers' own accounts.
        let told = beside("by=level&spent=cost").await;
        for row in told["rows"].as_array().unwrap() {
            let level = row["key"].as_str().unwrap();
            let pairs: Vec<(i64, i64)> =
                own.iter().filter(|one| one.0 == level).map(|one| (one.1, one.2)).collect();
            let effect = value::cost::effect(&pairs);
            assert_eq!(
                (cents(&row["spent"]), cents(&row["brought"])),
                (effect.spent, effect.brought),
                "{level}"
            );
            assert_eq!(row["reached"], json!(pairs.iter().filter(|pair| pair.0 != 0).count()), "{level}");
            match effect.correlation.filter(|_| pairs.len() >= 4) {
                Some(r) => {
                    assert!((row["correlation"]["value"].as_f64().unwrap() - r).abs() < 1e-9, "{row}");
                    assert_eq!(row["no_correlation"], Value::Null);
                }
                None => assert!(row["correlation"].is_null() && row["no_correlation"].is_string(), "{row}"),
            }
        }
        let everybody = value::cost::effect(&own.iter().map(|one| (one.1, one.2)).collect::<Vec<_>>());
        let total = &told["total"]["correlation"];
        assert!((total["value"].as_f64().unwrap() - everybody.correlation.unwrap()).abs() < 1e-9);

        // Each activity beside what its customers brought; those it did not reach were not drawn by lot.
        let told = beside("by=activity").await;
        assert_eq!(told["spent"], "cost");
        for activity in accounts["activities"].as_array().unwrap() {
            let row = named(&told["rows"], "key", activity["activity"].as_str().unwrap());
            assert_eq!(row["spent"], activity["customers"]);
            assert_eq!(cents(&row["contribution"]), line("contribution", "customers"));
        }
        let help = named(&told["rows"], "key", "help by phone, chat or mail");
        assert_eq!((&help["reached"], &help["no_comparable_group"]), (&json!(2), &json!("not_by_lot")));
        assert_eq!(cents(&help["spent_per_reached"]), (156 + 6) * 55 / 2);
        let picked = named(&told["rows"], "key", "order line picked");
        assert_eq!(
            (&picked["no_comparable_group"], &picked["brought_per_other"]),
            (&json!("all_reached"), &Value::Null)
        );
        assert_eq!(picked["correlation"]["reading"], "together", "who orders more brings more");
        let none = beside("by=kind&spent=delivery").await;
        assert_eq!(none["total"]["no_comparable_group"], "none_reached");
        assert_eq!(
            (&none["total"]["correlation"], &none["total"]["no_correlation"]),
            (&Value::Null, &json!("same_spent"))
        );
        assert_eq!(none["total"]["spent_per_reached"], Value::Null);

        // Cost to acquire beside cost to keep.
        let both = &told["acquire_and_keep"];
        assert_eq!(cents(&both["acquisition"]), line("acquisition", "total"));
        assert_eq!(cents(&both["upkeep"]), line("upkeep", "total"));
        assert_eq!(both["active_customers"], json!(own.iter().filter(|one| one.3).count()));

        for (wrong, status) in [
            ("by=charm", StatusCode::BAD_REQUEST),
            ("spent=charm", StatusCode::BAD_REQUEST),
            ("from=May", StatusCode::UNPROCESSABLE_ENTITY),
            ("from=2025-02&until=2025-01", StatusCode::UNPROCESSABLE_ENTITY),
        ] {
            let reply = get(&format!("/api/accounts/beside?{wrong}")).by(&ann).of(&house).await;
            assert_eq!(reply.status, status, "{wrong}: {}", reply.text());
        }
    });
}

#[test]
fn a_line_opens_its_customers_and_they_add_up_to_it() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        busy(&house);
        value(&house, &ann).await;
        let accounts = get(&format!("/api/accounts?{MONTHS}")).by(&ann).of(&house).await.json();
        let behind = async |line: &str, more: &str| {
            let line = line.replace(' ', "%20").replace(',', "%2C");
            let path = format!("/api/accounts/customers?{MONTHS}&line={line}{more}");
            let reply = get(&path).by(&ann).of(&house).await;
            assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
            reply.json()
        };
        let sum = |told: &Value| {
            told["rows"].as_array().unwrap().iter().map(|row| cents(&row["amount"])).sum::<i64>()
        };
        let mut told = 0;
        let lines = accounts["lines"].as_array().unwrap().iter();
        let lines = lines.map(|line| (line["line"].as_str().unwrap().to_string(), line));
        let activities = accounts["activities"].as_array().unwrap().iter();
        let activities =
            activities.map(|one| (format!("activity:{}", one["activity"].as_str().unwrap()), one));
        for (name, line) in lines.chain(activities) {
            let found = behind(&name, "&limit=500").await;
            assert_eq!(found["amount"], line["customers"], "{name}");
            assert_eq!(cents(&found["amount"]), sum(&found), "{name}: the rows are all of it");
            assert_eq!(found["total_rows"], json!(found["rows"].as_array().unwrap().len()), "{name}");
            told += found["total_rows"].as_u64().unwrap();
        }
        assert!(told > 50, "some lines have customers: {told}");
        // 156 minutes at 0.55 are the most that anybody's help cost; each name leads to its own account.
        let service = behind("service", "&limit=1").await;
        let first = &service["rows"][0];
        assert_eq!((&first["name"], cents(&first["amount"])), (&json!("Café N13"), 156 * 55));
        assert_eq!((&first["customer"], &service["total_rows"]), (&json!(house.customer("N13")), &json!(2)));
        let second = behind("service", "&limit=1&offset=1").await;
        assert_eq!(cents(&second["rows"][0]["amount"]), 6 * 55);
        for wrong in ["line=charm", "line=activity:charm", "limit=501", "from=May"] {
            let reply = get(&format!("/api/accounts/customers?{wrong}")).by(&ann).of(&house).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {}", reply.text());
        }
    });
}

// The customers of the last month were told as those of the whole period.
#[test]
fn a_customer_counts_once_in_a_period_however_many_months_he_was_there() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        busy(&house);
        value(&house, &ann).await;
        let counted = async |span: &str| {
            let accounts = get(&format!("/api/accounts?{span}")).by(&ann).of(&house).await.json();
            let months = accounts["months"].as_array().unwrap();
            let months: Vec<u64> = months.iter().map(|month| month["customers"].as_u64().unwrap()).collect();
            (accounts["customers"].as_u64().unwrap(), months)
        };
        let (all, months) = counted(MONTHS).await;
        let mut own = 0;
        let list = get("/api/customers?limit=500").by(&ann).of(&house).await.json();
        for row in list["rows"].as_array().unwrap() {
            let account =
                get(&format!("/api/customers/{}/account?{MONTHS}", row["id"])).by(&ann).of(&house).await;
            own += u64::from(!account.json()["periods"].as_array().unwrap().is_empty());
        }
        assert_eq!(all, own);
        assert!(all > *months.last().unwrap() && all < months.iter().sum(), "{all} {months:?}");
        let (september, months) = counted("from=2025-09&until=2025-09").await;
        assert_eq!(months, [september]);
    });
}

#[test]
fn facts_of_nobody_and_facts_without_a_price_are_told_one_by_one() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        busy(&house);
        value(&house, &ann).await;
        let facts = async |what: &str| {
            let reply = get(&format!("/api/accounts/facts?{MONTHS}&{what}")).by(&ann).of(&house).await;
            assert_eq!(reply.status, StatusCode::OK, "{what}: {}", reply.text());
            reply.json()
        };
        let nobody = facts("of=nobody&line=service").await;
        assert_eq!((cents(&nobody["amount"]), &nobody["total_facts"]), (5_50, &json!(1)));
        let fact = &nobody["facts"][0];
        assert_eq!(
            (&fact["day"], &fact["customer"], &fact["about"]),
            (&json!("2025-09-21"), &Value::Null, &json!("grinder"))
        );
        assert_eq!(
            (&fact["units"], &fact["amount"], &nobody["exact"]),
            (&json!("10"), &json!("5.50"), &json!("5.50"))
        );
        assert_eq!(facts("of=unpriced").await["total_facts"], 0);

        // From 20 September on a minute has a price; before, it has none. And nobody can divide by kilometres.
        let catalogue = get("/api/catalogue").by(&ann).of(&house).await.json();
        let mut activities = catalogue["activities"].clone();
        let help =
            activities.as_array_mut().unwrap().iter_mut().find(|a| a["cost_kind"] == "service").unwrap();
        let name = help["name"].as_str().unwrap().to_string();
        help["unit_costs"] = json!([{ "amount": "0.55", "from": "2025-09-20" }]);
        let credit =
            activities.as_array_mut().unwrap().iter_mut().find(|a| a["cost_kind"] == "credit").unwrap();
        credit["driver"] = json!("amount / km");
        credit["unit_costs"] = json!([{ "amount": "1" }]);
        let change = json!({ "version": catalogue["version"], "activities": activities });
        let kept = ask("PUT", "/api/catalogue").by(&ann).json(&change).of(&house).await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text());
        house.work().await;
        let accounts = get(&format!("/api/accounts?{MONTHS}")).by(&ann).of(&house).await.json();
        let unpriced = facts("of=unpriced").await;
        assert_eq!((&unpriced["amount"], &unpriced["exact"]), (&Value::Null, &Value::Null));
        for (activity, cause, field) in [
            (name.as_str(), "no_unit_cost", "without_rate"),
            ("late payment", "division_by_zero", "without_value"),
        ] {
            let counted = &named(&accounts["activities"], "activity", activity)[field];
            let told = named(&unpriced["causes"], "activity", activity);
            assert_eq!(
                (&told["cause"], &told["facts"], counted),
                (&json!(cause), &json!(1), &json!(1)),
                "{told}"
            );
        }
        let told = named(&unpriced["causes"], "activity", &name);
        assert_eq!((&told["first"], &told["last"]), (&json!("2025-09-04"), &json!("2025-09-04")));
        assert_eq!(unpriced["total_facts"], 2);
        // Each opens its customer's timeline at the fact.
        let n13 = house.customer("N13");
        let call = named(&unpriced["facts"], "cause", "no_unit_cost");
        assert_eq!((&call["customer"], &call["customer_name"]), (&json!(n13), &json!("Café N13")));
        let around = format!("/api/customers/{n13}/timeline?around={}", call["id"]);
        let timeline = get(&around).by(&ann).of(&house).await;
        assert!(timeline.text().contains("2025-09-04"), "{}", timeline.text());
        let one =
            facts(&format!("of=unpriced&line=activity:{}", name.replace(' ', "%20").replace(',', "%2C")))
                .await;
        assert_eq!((&one["total_facts"], &one["causes"].as_array().unwrap().len()), (&json!(1), &1));

        for (wrong, status) in [
            ("of=unpriced&line=net", StatusCode::UNPROCESSABLE_ENTITY),
            ("of=nobody&line=charm", StatusCode::UNPROCESSABLE_ENTITY),
            ("of=nobody&limit=501", StatusCode::UNPROCESSABLE_ENTITY),
            ("of=charm", StatusCode::BAD_REQUEST),
            ("line=net", StatusCode::BAD_REQUEST),
        ] {
            let reply = get(&format!("/api/accounts/facts?{wrong}")).by(&ann).of(&house).await;
            assert_eq!(reply.status, status, "{wrong}: {}", reply.text());
        }
    });
}

/// Once such lists ended at 500 rows, and among rows of one day or amount it was chance which ones they told.
#[test]
fn lists_of_facts_go_on_page_after_page_and_as_a_file() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        busy(&house);
        // On each day two calls of nobody and one of N13, all equally long: eight minutes and three around them.
        let calls = (1..=20).flat_map(|day| {
            let at = |hour: i64| Moment(on(2025, 9, day).0 + hour * 3_600);
            [call("", at(8), 8), call("", at(9), 8), call("N13", at(10), 8)]
        });
        import(&house, "calls.csv", calls.collect());
        value(&house, &ann).await;
        let catalogue = get("/api/catalogue").by(&ann).of(&house).await.json();
        let mut activities = catalogue["activities"].clone();
        let help =
            activities.as_array_mut().unwrap().iter_mut().find(|a| a["cost_kind"] == "service").unwrap();
        help["unit_costs"] = json!([{ "amount": "0.55", "from": "2025-09-11" }]);
        let change = json!({ "version": catalogue["version"], "activities": activities });
        let kept = ask("PUT", "/api/catalogue").by(&ann).json(&change).of(&house).await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text());
        house.work().await;

        for (what, facts, exact) in
            [("of=nobody&line=service", 21, json!("126.50")), ("of=unpriced", 31, Value::Null)]
        {
            let part = async |part: &str| {
                let reply =
                    get(&format!("/api/accounts/facts?{MONTHS}&{what}&{part}")).by(&ann).of(&house).await;
                assert_eq!(reply.status, StatusCode::OK, "{what}: {}", reply.text());
                reply.json()
            };
            let whole = part("limit=500").await;
            assert_eq!((&whole["total_facts"], &whole["total_rows"]), (&json!(facts), &json!(facts)));
            assert_eq!(whole["exact"], exact);
            let mut rows = Vec::new();
            for offset in (0..=35).step_by(7) {
                let page = part(&format!("limit=7&offset={offset}")).await;
                assert_eq!(
                    (&page["total_rows"], &page["exact"]),
                    (&json!(facts), &exact),
                    "the whole, on each page"
                );
                rows.extend(page["facts"].as_array().unwrap().clone());
            }
            assert_eq!(json!(rows), whole["facts"]);
            let file =
                get(&format!("/api/accounts/facts/export?{MONTHS}&{what}")).by(&ann).of(&house).await.text();
            let lines: Vec<&str> = file.lines().collect();
            assert_eq!(lines.len(), facts + 1);
            assert!(lines[0].starts_with("\u{feff}day,month,kind"), "{}", lines[0]);
            for (line, row) in lines[1..].iter().zip(&rows) {
                let start = format!("{},", row["day"].as_str().unwrap());
                assert!(line.starts_with(&start), "{line} is not {row}");
            }
        }
    });
}

#[test]
fn a_new_customer_counts_under_the_last_thing_that_was_done_to_win_him() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        busy(&house);
        let euro = |cents: i64| Money::new(cents, Currency::EUR);
        let cost = |customer: &str, at: Moment, campaign: &str, cents: i64| {
            let campaign = (!campaign.is_empty()).then(|| campaign.to_string());
            tells(
                customer,
                at,
                FactBody::Cost(Cost { activity: "advertising".into(), amount: euro(cents), campaign }),
            )
        };
        let first = get("/api/customers?sort=first_purchase&limit=500").by(&ann).of(&house).await.json();
        assert!(first["total"].as_u64().unwrap() > 3, "{first}");
        import(
            &house,
            "ads.csv",
            vec![
                cost("N13", on(2020, 1, 1), "letters", 7_00),
                cost("N13", on(2020, 2, 1), "Fair", 30_00),
                // After he bought: no longer to win him.
                cost("N13", on(2025, 12, 2), "thanks", 5_00),
                cost("", on(2025, 7, 1), "posters", 90_00),
            ],
        );
        value(&house, &ann).await;
        let span = "from=2015-01&until=2025-12";
        let accounts = get(&format!("/api/accounts?{span}")).by(&ann).of(&house).await.json();
        let filter = "first_purchase%20%3E%3D%202015-01-01%20and%20first_purchase%20%3C%3D%202025-12-31";
        let list = get(&format!("/api/customers?filter={filter}&limit=1")).by(&ann).of(&house).await.json();
        let acquisition = &accounts["acquisition"];
        assert_eq!(acquisition["new_customers"], list["total"]);
        let new = list["total"].as_i64().unwrap();
        let each = (cents(&acquisition["total"]) as f64 / new as f64).round() as i64;
        assert_eq!(cents(&acquisition["per_new_customer"]), each);
        for way in ["by_channel", "by_source", "by_campaign"] {
            let rows = acquisition[way].as_array().unwrap();
            let sum: i64 = rows.iter().map(|row| row["new_customers"].as_i64().unwrap()).sum();
            assert_eq!(sum, new, "{way}");
            let spent: i64 = rows.iter().map(|row| cents(&row["cost"])).sum();
            assert_eq!(spent, cents(&acquisition["total"]), "{way}");
        }
        let campaign = |word: &str| named(&acquisition["by_campaign"], "word", word);
        let fair = campaign("fair");
        assert_eq!(
            (&fair["new_customers"], cents(&fair["cost"]), cents(&fair["per_new_customer"])),
            (&json!(1), 30_00, 30_00)
        );
        for (word, cost) in [("letters", 7_00), ("posters", 90_00), ("autumn", 50_00)] {
            let told = campaign(word);
            assert_eq!((&told["new_customers"], cents(&told["cost"])), (&json!(0), cost), "{word}");
            assert_eq!(told["per_new_customer"], Value::Null, "{word}: nobody came by it");
        }
        // Who came without anything spent on him.
        let by_himself = campaign("");
        assert_eq!(by_himself["new_customers"], json!(new - 1));
        // A month in which nobody came has no cost for each.
        let december = get("/api/accounts?from=2025-12&until=2025-12").by(&ann).of(&house).await.json();
        assert_eq!(
            (&december["acquisition"]["new_customers"], &december["acquisition"]["per_new_customer"]),
            (&json!(0), &Value::Null)
        );
        let beside = get(&format!("/api/accounts/beside?{span}")).by(&ann).of(&house).await.json();
        let both = &beside["acquire_and_keep"];
        assert_eq!(both["new_customers"], acquisition["new_customers"]);
        assert_eq!(both["per_new_customer"], acquisition["per_new_customer"]);
    });
}

#[test]
fn a_change_is_shown_before_it_is_kept_and_kept_with_who_and_when() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        busy(&house);
        value(&house, &ann).await;
        let catalogue = get("/api/catalogue").by(&ann).of(&house).await.json();
        let mut activities = catalogue["activities"].clone();
        let help =
            activities.as_array_mut().unwrap().iter_mut().find(|a| a["cost_kind"] == "service").unwrap();
        help["unit_costs"] = json!([{ "amount": "1.10" }]);
        let before = house.state();
        let trial = json!({ "activities": activities, "from": "2025-06", "until": "2025-12" });
        let preview = ask("POST", "/api/catalogue/preview").by(&ann).json(&trial).of(&house).await;
        assert_eq!(preview.status, StatusCode::OK, "{}", preview.text());
        let preview = preview.json();
        assert!(house.state() == before, "a preview keeps nothing");
        let cost = named(&preview["totals"], "line", "cost");
        assert_eq!(cents(&cost["after"]) - cents(&cost["before"]), (156 + 10 + 6) * 55);
        let moved = named(&preview["customers"], "name", "Café N13");
        assert_eq!(cents(&moved["before"]) - cents(&moved["after"]), 156 * 55);
        assert_eq!(preview["customers_changed"], 2);
        assert_eq!(preview["unpriced"], json!({ "before": 0, "after": 0 }));

        // A unit cost that ends costs less because facts lose their price: once it showed as a saving alone.
        let mut ending = activities.clone();
        let help = ending.as_array_mut().unwrap().iter_mut().find(|a| a["cost_kind"] == "service").unwrap();
        help["unit_costs"] = json!([{ "amount": "0.55", "until": "2025-07-01" }]);
        let name = help["name"].as_str().unwrap().to_string();
        let trial = json!({ "activities": ending, "from": "2025-06", "until": "2025-12" });
        let less = ask("POST", "/api/catalogue/preview").by(&ann).json(&trial).of(&house).await.json();
        let of_help = named(&less["activities"], "activity", &name);
        assert!(cents(&of_help["after"]) < cents(&of_help["before"]), "{of_help}");
        assert_eq!(of_help["unpriced"]["before"], 0);
        assert!(of_help["unpriced"]["after"].as_u64().unwrap() > 0, "{of_help}");
        assert_eq!(less["unpriced"], of_help["unpriced"]);
        // And nobody divides by zero: it was accepted, and cost nothing.
        let help = ending.as_array_mut().unwrap().iter_mut().find(|a| a["cost_kind"] == "service").unwrap();
        help["driver"] = json!("minutes / 0");
        let wrong = json!({ "version": catalogue["version"], "activities": ending });
        let refused = ask("PUT", "/api/catalogue").by(&ann).json(&wrong).of(&house).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid_catalogue")
        );
        assert!(refused.text().contains("divides by zero"), "{}", refused.text());
        assert!(house.state() == before, "nothing is kept");

        let change =
            json!({ "version": catalogue["version"], "note": "a new contract", "activities": activities });
        let kept = ask("PUT", "/api/catalogue").by(&ann).json(&change).of(&house).await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text());
        let kept = kept.json();
        assert_eq!((&kept["made_by"], &kept["note"]), (&json!("Ann"), &json!("a new contract")));
        assert_eq!(
            kept["history"].as_array().unwrap().len(),
            catalogue["history"].as_array().unwrap().len() + 1
        );
        let again = ask("PUT", "/api/catalogue").by(&ann).json(&change).of(&house).await;
        assert_eq!((again.status, again.code()), (StatusCode::CONFLICT, "catalogue_changed".to_string()));
        let stale = get("/api/accounts?from=2025-06").by(&ann).of(&house).await.json();
        assert_eq!(stale["stale"], true);
        house.work().await;
        let accounts = get("/api/accounts?from=2025-06&until=2025-12").by(&ann).of(&house).await.json();
        assert_eq!((&accounts["stale"], &accounts["catalogue"]), (&json!(false), &kept["version"]));
        assert_eq!(named(&accounts["lines"], "line", "cost")["total"], cost["after"]);
        // The months that had been closed say so.
        let restated = named(&accounts["restatements"], "month", "2025-09");
        assert_eq!(restated["reason"], "catalogue");
        let more = cents(&restated["later"]["cost"]) - cents(&restated["earlier"]["cost"]);
        assert_eq!(more, (156 + 10) * 55);

        let names: Vec<&Value> = activities.as_array().unwrap().iter().map(|a| &a["name"]).collect();
        let said = json!({ "version": kept["version"], "activities": names });
        let confirmed = ask("POST", "/api/catalogue/confirm").by(&ann).json(&said).of(&house).await.json();
        assert_eq!((&confirmed["assumed"], &confirmed["origin"]), (&json!(false), &json!("confirmation")));
        house.work().await;
        let after = get("/api/accounts?from=2025-06&until=2025-12").by(&ann).of(&house).await.json();
        assert_eq!(after["assumed"], false);
        assert_eq!(after["restatements"], accounts["restatements"], "a confirmation moves no cent");

        for (what, code) in [
            (json!({ "version": confirmed["version"], "activities": ["charm"] }), "unknown_activity"),
            (json!({ "version": 1, "activities": [] }), "catalogue_changed"),
        ] {
            let refused = ask("POST", "/api/catalogue/confirm").by(&ann).json(&what).of(&house).await;
            assert_eq!(refused.code(), code);
        }
        let mut wrong = change.clone();
        for amount in ["-1.80", "9000000000000"] {
            wrong["activities"][1]["unit_costs"] = json!([{ "amount": amount }]);
            let refused = ask("PUT", "/api/catalogue").by(&ann).json(&wrong).of(&house).await;
            assert_eq!(refused.code(), "invalid_catalogue", "{amount}: {}", refused.text());
        }
        wrong = change.clone();
        wrong["activities"][1]["driver"] = json!("minutes * speed");
        let refused = ask("PUT", "/api/catalogue").by(&ann).json(&wrong).of(&house).await;
        assert_eq!(refused.code(), "invalid_catalogue");
        assert_eq!(refused.json()["error"]["field"], "activities[1].driver");
        let presets = get("/api/catalogue/presets").by(&ann).of(&house).await.json();
        assert_eq!(presets.as_array().unwrap().len(), 3);
    });
}

/// What is kept is rounded month by month; the preview once rounded over all of its months and was some cents off.
#[test]
fn a_preview_tells_to_the_cent_what_is_kept_after_it() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        busy(&house);
        let calls = (1..=12).flat_map(|month| {
            let day = move |day| on(2025, month, day);
            [call("N5", day(5), 1), call("N13", day(6), 2), call("P3", day(7), 1), call("", day(8), 3)]
        });
        import(&house, "calls.csv", calls.collect());
        value(&house, &ann).await;
        let catalogue = get("/api/catalogue").by(&ann).of(&house).await.json();
        let mut activities = catalogue["activities"].clone();
        let help =
            activities.as_array_mut().unwrap().iter_mut().find(|a| a["cost_kind"] == "service").unwrap();
        // A third of a cent a minute, and more of it in the last quarter.
        help["unit_costs"] = json!([{ "amount": "0.0033" }, { "amount": "0.0047", "from": "2025-10-01" }]);
        let span = json!({ "from": "2025-01", "until": "2025-12" });
        let trial = json!({ "activities": activities, "from": span["from"], "until": span["until"] });
        let preview = ask("POST", "/api/catalogue/preview").by(&ann).json(&trial).of(&house).await.json();
        let told = async || get("/api/accounts?from=2025-01&until=2025-12").by(&ann).of(&house).await.json();
        let same = |accounts: &Value, side: &str| {
            let totals = preview["totals"].as_array().unwrap();
            for total in totals {
                let line = total["line"].as_str().unwrap();
                let kept = match line {
                    "unallocated" => &named(&accounts["lines"], "line", "cost")["unallocated"],
                    "unused" => &accounts["unused"],
                    line => &named(&accounts["lines"], "line", line)["total"],
                };
                assert_eq!(&total[side], kept, "{side} {line}");
            }
            for change in preview["activities"].as_array().unwrap() {
                let name = change["activity"].as_str().unwrap();
                let kept = named(&accounts["activities"], "activity", name);
                assert_eq!(change[side], kept["total"], "{side} {name}");
                let unpriced = ["without_rate", "without_value"].map(|field| kept[field].as_u64().unwrap());
                assert_eq!(change["unpriced"][side], unpriced.iter().sum::<u64>(), "{side} {name}");
            }
        };
        let before = told().await;
        same(&before, "before");
        let change = json!({ "version": catalogue["version"], "activities": activities });
        let kept = ask("PUT", "/api/catalogue").by(&ann).json(&change).of(&house).await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text());
        house.work().await;
        let after = told().await;
        same(&after, "after");
        let by_customer = named(&preview["customers"], "name", "Café N13");
        let n13 = house.customer("N13");
        let path = format!("/api/customers/{n13}/account?from=2025-01&until=2025-12");
        let account = get(&path).by(&ann).of(&house).await.json();
        assert_eq!(by_customer["after"], named(&account["total"]["lines"], "line", "contribution")["amount"]);
    });
}

#[test]
fn a_late_fact_restates_its_month_and_taking_it_back_does_so_again() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        busy(&house);
        value(&house, &ann).await;
        let restated = async || {
            let accounts = get("/api/accounts?from=2025-06").by(&ann).of(&house).await.json();
            accounts["restatements"].as_array().unwrap().clone()
        };
        let begun = restated().await.len();
        value(&house, &ann).await;
        assert_eq!(restated().await.len(), begun, "the same facts close the same months");

        let late = import(&house, "late.csv", vec![call("N5", on(2025, 7, 9), 17)]);
        value(&house, &ann).await;
        let told = restated().await;
        assert_eq!(told.len(), begun + 1, "{told:?}");
        assert_eq!((&told[0]["month"], &told[0]["reason"]), (&json!("2025-07"), &json!("facts")));
        assert_eq!(cents(&told[0]["later"]["cost"]) - cents(&told[0]["earlier"]["cost"]), 20 * 55);

        house.store(|store| store.undo_import(late, house.app.now(), |_| Ok(()))).unwrap();
        value(&house, &ann).await;
        let told = restated().await;
        assert_eq!(told.len(), begun + 2);
        assert_eq!(told[0]["later"], told[1]["earlier"]);
    });
}

/// A restored base once had no accounts and no past until it was valued, and the past of before never came back.
#[test]
fn a_restored_base_answers_as_before_and_valuing_it_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    in_each_house(|house| {
        let file = folder.path().join("base.backup");
        let target = folder.path().join(format!("restored-{}.db", house.app.now().0));
        async move {
            let ann = house.sign_in(ADMINISTRATOR).await;
            busy(&house);
            value(&house, &ann).await;
            house.store(|store| store.backup(&file, |_| Ok(()))).unwrap();
            let location = store::Location::File(target.clone());
            store::restore(&file, &location, |_| Ok(())).unwrap();
            let restored = store::Store::open(&location).unwrap();
            let told = |store: &store::Store| {
                let reader = access::Reader::house();
                let accounts = accounts_of(store, &Months::default()).unwrap_or_else(|_| panic!("closed"));
                let keep = crate::equity::turnover::retention_page(store, &reader, 0, usize::MAX).unwrap();
                let ends = [Equity, Contribution, Investment].map(|of| {
                    store
                        .month_ends(of)
                        .unwrap()
                        .into_iter()
                        .map(|day| (day, store.month_end(day, of).unwrap()))
                        .collect::<Vec<_>>()
                });
                let lines: Vec<_> = portfolio::Line::ALL
                    .map(|line| store.equity_line(Day(0), Day(i32::MAX), line).unwrap())
                    .into_iter()
                    .flatten()
                    .collect();
                (json!([accounts, keep]), ends, lines)
            };
            let before = house.store(told);
            assert!(
                before.1.iter().all(|ends| !ends.is_empty())
                    && before.2.iter().any(|line| !line.rows.is_empty())
            );
            assert!(told(&restored) == before, "the past is there at once");
            assert_eq!(crate::accounts::check(&restored).unwrap(), None);
            super::house::value(&restored, crate::jobs::work::Measuring::default());
            let after = told(&restored);
            assert!(after.1 == before.1 && after.2 == before.2, "and stays as it was");
            assert_eq!(after.0[0]["lines"], before.0[0]["lines"]);
            assert_eq!(after.0[0]["restatements"], before.0[0]["restatements"]);
            for file in [file, target] {
                std::fs::remove_file(file).unwrap();
            }
        }
    });
}

#[test]
fn a_team_is_paid_for_whether_it_was_used_or_not() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        busy(&house);
        value(&house, &ann).await;
        let version = get("/api/catalogue").by(&ann).of(&house).await.json()["version"].clone();
        let change = json!({
            "version": version,
            "activities": [{ "name": "call", "cost_kind": "service", "facts": "interaction", "condition": "channel = call",
                "driver": "minutes", "team": "Desk", "confirmed": true }],
            "teams": [{ "name": "Desk", "spans": [
                { "from": "2025-09-01", "until": "2025-10-01", "cost": "300.00", "minutes": "300" },
                { "from": "2025-10-01", "until": "2025-11-01", "cost": "0.02", "minutes": "1" }] }],
        });
        let kept = ask("PUT", "/api/catalogue").by(&ann).json(&change).of(&house).await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text());
        house.work().await;
        let accounts = get("/api/accounts?from=2025-09&until=2025-09").by(&ann).of(&house).await.json();
        let desk = &accounts["teams"][0];
        assert_eq!((cents(&desk["used"]), cents(&desk["unused"])), (157_00, 143_00));
        assert_eq!(
            cents(&accounts["unused"]) + cents(&named(&accounts["lines"], "line", "cost")["total"]),
            300_00
        );
        assert_eq!(accounts["cost_with_unused"]["amount"], "300.00");
        let october = get("/api/accounts?from=2025-10&until=2025-10").by(&ann).of(&house).await.json();
        assert_eq!(
            (cents(&october["teams"][0]["used"]), &october["teams"][0]["overrun_months"]),
            (2, &json!(1))
        );
        assert_eq!(house.store(crate::accounts::check).unwrap(), None);
    });
}

#[test]
fn a_seller_sees_no_cost_and_no_contribution_anywhere() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        busy(&house);
        value(&house, &ann).await;
        let nadia = house.sign_in(NADIA).await;
        let hers = house.customer("N13");
        for path in [
            "/api/catalogue".to_string(),
            "/api/catalogue/presets".to_string(),
            "/api/accounts".to_string(),
            "/api/accounts/beside".to_string(),
            "/api/accounts/beside?by=activity".to_string(),
            "/api/accounts/customers?line=net".to_string(),
            "/api/accounts/facts?of=nobody".to_string(),
            "/api/accounts/facts?of=unpriced".to_string(),
            "/api/accounts/facts/export?of=nobody".to_string(),
            format!("/api/customers/{hers}/account"),
            format!("/api/customers/{hers}/account/facts?line=service"),
        ] {
            let reply = get(&path).by(&nadia).of(&house).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}: {}", reply.text());
        }
        let list = get("/api/customers").by(&nadia).of(&house).await.json();
        for field in ["contribution", "cost", "invested"] {
            assert!(list["rows"].as_array().unwrap().iter().all(|row| row[field].is_null()), "{field}");
            assert!(list["sums"].get(field).is_none(), "{field}");
            for path in [
                format!("/api/customers?filter={field}%20%3E%200"),
                format!("/api/customers?sort=-{field}"),
                format!("/api/customers/export?columns=name,{field}"),
                format!("/api/customers/export?filter={field}%20%3E%200"),
            ] {
                let reply = get(&path).by(&nadia).of(&house).await;
                assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", reply.text());
            }
            let fields = get("/api/customers/fields").by(&nadia).of(&house).await.text();
            assert!(!fields.contains(&format!("\"{field}\"")), "{field}");
            let hers = get("/api/customers/fields").by(&ann).of(&house).await.text();
            assert!(hers.contains(&format!("\"{field}\"")), "{field}");
        }
        let row = list["rows"].as_array().unwrap().iter().find(|row| row["name"] == "Café N13").unwrap();
        assert!(row["past_revenue"].is_object(), "she sees what she may: {row}");
    });
}
