//! What customers are worth together: statements that add up and stay as published, who came and went, and nothing of it
//! for sellers.

use super::house::{ADMINISTRATOR, House, NADIA, ask, get, in_each_house};
use axum::http::StatusCode;
use ledger::{Attributes, Currency, Day, Fact, FactBody, Money, SaleLine};
use serde_json::{Value, json};
use store::{Entry, NewImport, Store};

const ROUTES: [&str; 7] = [
    "/api/equity",
    "/api/equity/months",
    "/api/equity/customers?line=acquired",
    "/api/turnover",
    "/api/alarm",
    "/api/retention",
    "/api/home",
];

/// Cents of a money value.
fn cents(value: &Value) -> i64 {
    let text = value["amount"].as_str().unwrap_or_else(|| panic!("no amount: {value}"));
    Money::parse(text, Currency::EUR).unwrap_or_else(|_| panic!("no amount: {value}")).minor
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

async fn told(house: &House, cookie: &str, path: &str) -> Value {
    let reply = get(path).by(cookie).of(house).await;
    assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
    reply.json()
}

fn sale(key: &str, day: Day, number: u32, cents: i64) -> Entry {
    let line = SaleLine {
        order: Some(format!("late-{key}-{number}")),
        product: Some("arabica".to_string()),
        description: None,
        quantity: None,
        amount: Money::new(cents, Currency::EUR),
        discount: None,
        margin: Some(Money::new(cents / 2, Currency::EUR)),
        is_return: false,
        kg: None,
        km: None,
        assumed_margin: None,
    };
    let fact = Fact { happened_at: day.start(), reference: None, body: FactBody::Sale(line) };
    Entry { row: 0, customer: Some(key.to_string()), attributes: Attributes::new(), fact: Some(fact) }
}

fn on(year: i16, month: i8, day: i8) -> Day {
    Day::of(jiff::civil::date(year, month, day))
}

fn bring(store: &Store, source: &str, file: &str, rows: Vec<Entry>) {
    let new = NewImport {
        source: source.to_string(),
        file_name: file.to_string(),
        file_hash: file.to_string(),
        kind: "sales".to_string(),
        mapping: super::house::MAPPING.to_string(),
        header: vec!["customer".to_string(), "date".to_string(), "amount".to_string()],
        keep_repeats: false,
        learned_at: on(2026, 7, 1).start(),
    };
    let mut session = store.begin_import(&new).expect("an import begins");
    store.append(&mut session, rows, &[]).expect("rows are appended");
    store.finish_import(&session, on(2026, 7, 1).start()).expect("an import ends");
    crate::identity::link(store, &crate::jobs::Progress::new(0)).expect("records are linked");
    value(store, false);
}

fn value(store: &Store, restates: bool) -> Value {
    super::house::value(store, crate::jobs::work::Measuring { restates })
}

#[test]
fn a_run_that_is_stopped_leaves_what_stood() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let (months, home) = ("/api/equity/months", "/api/home");
        let before = (told(&house, &ann, months).await, told(&house, &ann, home).await);
        let stopped = house.store(|store| {
            let progress = crate::jobs::Progress::new(0);
            std::thread::scope(|threads| {
                let run = threads.spawn(|| {
                    let all_anew = crate::jobs::work::Measuring { restates: true };
                    crate::value::asset::measure(store, all_anew, &progress)
                });
                while progress.read().2 != "months" {
                    assert!(!run.is_finished(), "months are counted");
                    std::thread::yield_now();
                }
                progress.cancel();
                run.join().expect("the run does not panic")
            })
        });
        let stopped = stopped.expect_err("it was stopped in the middle");
        assert!(matches!(stopped, crate::jobs::work::JobError::Stopped(_)), "{stopped}");
        assert_eq!((told(&house, &ann, months).await, told(&house, &ann, home).await), before);
        let healthy = house.store(|store| store.doctor(on(2026, 7, 1))).unwrap();
        assert!(healthy.is_healthy(), "{healthy:?}");
    });
}

#[test]
fn between_a_day_and_itself_customers_are_worth_what_they_are() {
    in_each_house(|house| async move {
        house.store(|store| {
            let kept = store.equity_statements().unwrap();
            let (month, today) = (&kept[kept.len() - 2], on(2026, 7, 1));
            let between =
                |from: Day, until: Day| crate::equity::between::between(store, from, until, today).unwrap();
            let within = Day(month.day.0 - 9);
            for day in [month.day, within, kept[kept.len() - 1].day] {
                let itself = between(day, day);
                assert_eq!(itself.opening, itself.closing);
                assert_eq!(itself.closing, between(month.opened_on, day).closing, "{day:?}");
                assert!(itself.closing > 0 && itself.customers_closing > 0, "{itself:?}");
            }
            let year = crate::equity::a_year_before(&kept, kept[kept.len() - 1].day);
            let nearest = kept.iter().map(|one| (one.day.0 - (kept[kept.len() - 1].day.0 - 365)).abs()).min();
            assert!((year.0 - (kept[kept.len() - 1].day.0 - 365)).abs() <= nearest.unwrap(), "{year:?}");
        });
    });
}

#[test]
fn statements_add_up_follow_each_other_and_open_the_customers_behind() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let series = told(&house, &ann, "/api/equity/months").await;
        let months = list(&series["months"]);
        assert!(months.len() >= 6, "{series}");
        let mut before = 0;
        for month in months {
            let lines: i64 = month["lines"].as_object().unwrap().values().map(cents).sum();
            assert_eq!(cents(&month["opening"]) + lines, cents(&month["closing"]), "{month}");
            assert_eq!(cents(&month["opening"]), before);
            before = cents(&month["closing"]);
        }
        assert!(before > 0 && months.last().unwrap()["is_closed"] == false);
        // A year after the first month's beginning there is a year of facts to learn from, and not before.
        for (place, month) in months.iter().enumerate() {
            assert_eq!(month["is_early"], json!(place < 11), "{}", month["until"]);
        }

        let whole = told(&house, &ann, "/api/equity").await;
        assert_eq!((cents(&whole["opening"]), cents(&whole["closing"])), (0, before));
        for line in list(&whole["lines"]) {
            let name = line["name"].as_str().unwrap();
            let monthly: i64 = months.iter().map(|month| cents(&month["lines"][name])).sum();
            assert_eq!(cents(&line["amount"]), monthly, "{name}");
            let path = format!("/api/equity/customers?line={name}&limit=500");
            let behind = told(&house, &ann, &path).await;
            let rows: i64 = list(&behind["rows"]).iter().map(|row| cents(&row["amount"])).sum();
            assert_eq!(rows, monthly, "{behind}");
            assert_eq!((&behind["is_complete"], cents(&behind["rest"])), (&json!(true), 0));
        }
        // What the list shows of customers is the closing.
        let customers = told(&house, &ann, "/api/customers?sort=-equity").await;
        assert_eq!(cents(&customers["sums"]["equity"]), before);
        let closing = told(&house, &ann, "/api/equity/customers?line=closing&limit=1").await;
        assert_eq!(closing["rows"][0]["amount"], customers["rows"][0]["equity"]);
        assert_eq!(closing["rows"][0]["name"], customers["rows"][0]["name"]);

        let refused = get("/api/equity?from=2025-08-15").by(&ann).of(&house).await;
        assert_eq!(
            (refused.status, refused.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "no_statement".into())
        );
        assert_eq!(refused.json()["error"]["details"]["nearest"], json!(["2025-07-31", "2025-08-31"]));
        for (path, code) in [
            ("/api/equity?from=soon", "bad_day"),
            ("/api/equity?from=2025-08-31&until=2025-07-31", "backwards"),
            ("/api/equity/customers?line=profit", "unknown_line"),
            ("/api/turnover?by=weather", "unknown_part"),
        ] {
            assert_eq!(get(path).by(&ann).of(&house).await.code(), code, "{path}");
        }
    });
}

#[test]
fn who_came_and_went_adds_up_whatever_it_is_told_by() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let by_month = told(&house, &ann, "/api/turnover?by=month").await;
        let equity = told(&house, &ann, "/api/equity").await;
        let bought = told(&house, &ann, "/api/customers?filter=transactions%20%3E%200").await;
        assert_eq!(by_month["total"]["acquired"], bought["total"]);
        let acquired = list(&equity["lines"]).iter().find(|line| line["name"] == "acquired").unwrap();
        assert_eq!(by_month["total"]["acquired"], equity["customers_acquired"]);
        assert_eq!(by_month["customers_opening"], equity["customers_opening"]);
        // Each birth was once rounded anew, and both told another sum of the same values, cents apart.
        assert_eq!(cents(&by_month["total"]["acquired_value"]), cents(&acquired["amount"]));
        let release = list(&equity["lines"]).iter().find(|line| line["name"] == "release").unwrap();
        assert_eq!(cents(&equity["expected_margin"]), -cents(&release["amount"]));
        for by in ["month", "level", "source", "kind", "owner"] {
            let told = told(&house, &ann, &format!("/api/turnover?by={by}")).await;
            assert_eq!(told["total"], by_month["total"], "{by}");
            for field in ["acquired", "returned", "lost", "net"] {
                let sum: i64 = list(&told["rows"]).iter().map(|row| row[field].as_i64().unwrap()).sum();
                assert_eq!(told["total"][field], sum, "{by} {field}");
            }
            for field in ["acquired_value", "returned_value", "lost_value", "net_value"] {
                let sum: i64 = list(&told["rows"]).iter().map(|row| cents(&row[field])).sum();
                assert_eq!(cents(&told["total"][field]), sum, "{by} {field}");
            }
        }
        // A month opens exactly who came in it, and what opens others than it counts opens nobody: once it was a filter by the
        // first purchase as it is known today, and everybody of a source.
        for by in ["level", "source", "kind", "owner"] {
            for row in list(&told(&house, &ann, &format!("/api/turnover?by={by}")).await["rows"]) {
                assert_eq!((&row["acquired_line"], row.get("filter")), (&json!(null), None), "{by}: {row}");
            }
        }
        let mut opened = 0;
        for month in list(&by_month["rows"]) {
            let Some(line) = month["acquired_line"].as_object() else { continue };
            let [name, from, until] = ["line", "from", "until"].map(|field| line[field].as_str().unwrap());
            let path = format!("/api/equity/customers?line={name}&from={from}&until={until}&limit=500");
            let behind = told(&house, &ann, &path).await;
            assert_eq!((&behind["total_rows"], &behind["is_complete"]), (&month["acquired"], &json!(true)));
            assert!(until.starts_with(month["key"].as_str().unwrap()), "{month}");
            opened += month["acquired"].as_u64().unwrap();
        }
        assert_eq!(by_month["total"]["acquired"], opened, "{by_month}");
    });
}

#[test]
fn the_alarm_splits_its_excess_by_cause_and_the_list_names_whom_to_keep() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let alarm = told(&house, &ann, "/api/alarm").await;
        assert_eq!(alarm["is_closed"], true, "{alarm}");
        let excess = cents(&alarm["value"]["actual"]) - cents(&alarm["value"]["expected"]);
        // What went beyond expectation is the churn variance of the month, with its sign turned.
        let path = format!(
            "/api/equity?from={}&until={}",
            alarm["from"].as_str().unwrap(),
            alarm["until"].as_str().unwrap()
        );
        let month = told(&house, &ann, &path).await;
        assert_eq!(alarm["customers_opening"], month["customers_opening"]);
        let churn = list(&month["lines"]).iter().find(|line| line["name"] == "churn_variance").unwrap();
        assert!((excess + cents(&churn["amount"])).abs() <= 5, "{excess} {churn}");
        for part in ["level", "source", "kind", "owner"] {
            let of_part = || list(&alarm["causes"]).iter().filter(|cause| cause["part"] == part);
            let sum: i64 = of_part().map(|cause| cents(&cause["excess"])).sum();
            assert!((sum - excess).abs() <= of_part().count() as i64 + 1, "{part}: {sum} {excess}");
        }
        let owners: Vec<&str> = list(&alarm["causes"])
            .iter()
            .filter(|cause| cause["part"] == "owner")
            .filter_map(|cause| cause["key"].as_str())
            .collect();
        assert!(owners.contains(&"Nadia Roche") && owners.contains(&"Paul Petit"), "{owners:?}");

        let keep = told(&house, &ann, "/api/retention").await;
        let rows = list(&keep["rows"]);
        assert!(!rows.is_empty() && keep["basis"] == "assumed", "{keep}");
        assert!(
            keep["history"].is_null() && keep["set"].is_null(),
            "a year of facts tells of no return: {keep}"
        );
        for level in list(&keep["levels"]) {
            assert_eq!((&level["share"], &level["estimate"]), (&json!(0.2), &Value::Null), "{level}");
        }
        for row in rows {
            let number = |field: &str| row[field].as_f64().unwrap();
            assert!(row["name"].as_str().unwrap().starts_with("Café "));
            let stake = cents(&row["value"]) as f64 * number("risk");
            assert!((cents(&row["at_stake"]) as f64 - stake).abs() <= 1.0, "{row}");
            assert!((cents(&row["worth_saving"]) as f64 - stake * number("recoverability")).abs() <= 1.0);
        }
        let saving: Vec<i64> = rows.iter().map(|row| cents(&row["worth_saving"])).collect();
        assert!(saving.is_sorted_by(|one, next| one >= next));
        assert_eq!(saving.iter().sum::<i64>(), cents(&keep["worth_saving"]));
    });
}

/// Guests of an inn, five stays each. From 2023 on everybody has a year of stays, after which every fourth comes back once.
fn guests(store: &Store) {
    let stay = |guest: i32, day: Day| {
        let line = SaleLine {
            order: Some(format!("{guest} {}", day.0)),
            product: None,
            description: None,
            quantity: None,
            amount: Money::new(9_000 + 50 * i64::from(guest % 40), Currency::EUR),
            discount: None,
            margin: Some(Money::new(3_000, Currency::EUR)),
            is_return: false,
            kg: None,
            km: None,
            assumed_margin: None,
        };
        let fact = Fact { happened_at: day.start(), reference: None, body: FactBody::Sale(line) };
        Entry { row: 0, customer: Some(format!("G{guest}")), attributes: Attributes::new(), fact: Some(fact) }
    };
    let begin = Day::of(jiff::civil::date(2022, 1, 3)).0;
    let mut rows = Vec::new();
    for guest in 0..400 {
        let first = begin + guest * 3;
        let every = 20 + guest % 25;
        rows.extend((0..5 + guest % 4).map(|n| stay(guest, Day(first + n * every))));
        if guest % 4 == 0 {
            rows.push(stay(guest, Day(first + 300 + guest % 200)));
        }
    }
    super::house::import_rows(store, "inn", rows);
    crate::identity::link(store, &crate::jobs::Progress::new(0)).unwrap();
    super::house::value(store, crate::jobs::work::Measuring::default());
}

#[test]
fn what_the_past_tells_of_returns_is_estimated_by_level_and_what_somebody_sets_goes_before() {
    in_each_house(|house| async move {
        house.store(guests);
        let (ann, nadia) = (house.sign_in(ADMINISTRATOR).await, house.sign_in(NADIA).await);
        let keep = told(&house, &ann, "/api/retention?limit=500").await;
        let history = &keep["history"];
        let (at_risk, returned) =
            (history["at_risk"].as_u64().unwrap(), history["returned"].as_u64().unwrap());
        assert!(at_risk >= 30 && returned > 0 && returned < at_risk, "{history}");
        assert_eq!(history["share"].as_f64().unwrap(), returned as f64 / at_risk as f64);
        let days: Vec<&str> = list(&history["days"]).iter().map(|day| day.as_str().unwrap()).collect();
        // It knew what was bought in the twelve months after the last of them, and no more.
        let as_of = history["as_of"].as_str().unwrap();
        let year = |day: &str| day[..4].parse::<i32>().unwrap();
        assert_eq!((year(as_of), &as_of[4..8]), (year(days[0]) + 1, &days[0][4..8]), "{history}");
        assert!(as_of <= keep["as_of"].as_str().unwrap());
        assert!(days.is_sorted_by(|one, next| one > next) && days[0].ends_with("-31"), "{days:?}");
        let levels = list(&keep["levels"]);
        let sum = |of: &str| levels.iter().map(|level| level[of].as_u64().unwrap()).sum::<u64>();
        assert_eq!((sum("at_risk"), sum("returned")), (at_risk, returned), "levels add up to everybody");
        assert_eq!(keep["basis"], "estimated");
        let share = |row: &Value| row["share"].as_f64().unwrap();
        for row in list(&keep["rows"]) {
            let level = levels.iter().find(|level| level["level"] == row["worth_level"]).unwrap();
            let his = row["recoverability"].as_f64().unwrap();
            assert!(his > 0.0 && his <= share(level) + 1e-12, "{row} {level}");
            assert_eq!(row["basis"], "estimated");
        }
        let sum_of =
            |keep: &Value| list(&keep["rows"]).iter().map(|row| cents(&row["worth_saving"])).sum::<i64>();
        assert_eq!(sum_of(&keep), cents(&keep["worth_saving"]));
        // Pages of the list are the list, and each has the badge that he has everywhere.
        let mut paged = Vec::new();
        while paged.len() < list(&keep["rows"]).len() {
            let path = format!("/api/retention?limit=37&offset={}", paged.len());
            let page = told(&house, &ann, &path).await;
            assert_eq!(
                (&page["customers"], &page["worth_saving"]),
                (&keep["customers"], &keep["worth_saving"])
            );
            paged.extend(list(&page["rows"]).iter().cloned());
        }
        assert_eq!(&paged, list(&keep["rows"]));
        assert_eq!(paged.len() as u64, keep["customers"].as_u64().unwrap());
        let file = get("/api/retention/export").by(&ann).of(&house).await.text();
        let lines: Vec<&str> = file.lines().collect();
        assert!(
            file.starts_with("\u{feff}customer,"),
            "spreadsheets know its letters by a mark: {}",
            lines[0]
        );
        assert_eq!(lines.len(), 1 + paged.len(), "all of them are in the file");
        for (line, row) in lines[1..].iter().zip(&paged) {
            let begin = format!("{},{},", row["customer"], row["name"].as_str().unwrap());
            assert!(line.starts_with(&begin), "{line} {row}");
            assert!(line.contains(row["worth_saving"]["amount"].as_str().unwrap()), "{line} {row}");
        }
        for row in paged.iter().step_by(17) {
            let path = format!("/api/customers/{}", row["customer"]);
            assert_eq!(told(&house, &ann, &path).await["level"], row["level"], "{row}");
        }

        // A share that somebody sets holds at once, is previewed to the cent, and is told with who and when.
        let standing = told(&house, &ann, "/api/level-rules").await;
        assert_eq!(standing["usual_recoverability"], 0.2);
        let mut rules = standing["rules"].clone();
        rules["recoverability"]["strategic"] = json!(0.5);
        rules["recoverability"]["high"] = json!(0.0);
        let preview = ask("POST", "/api/level-rules/preview").by(&ann).json(&rules).of(&house).await.json();
        assert_eq!(preview["worth_saving"]["before"], keep["worth_saving"], "{preview}");
        let body = json!({ "version": standing["version"], "rules": rules });
        assert_eq!(
            ask("PUT", "/api/level-rules").by(&ann).json(&body).of(&house).await.status,
            StatusCode::ACCEPTED
        );
        let now = told(&house, &ann, "/api/retention?limit=500").await;
        assert_eq!(preview["worth_saving"]["after"], now["worth_saving"]);
        assert_eq!(now["set"]["by"], "Ann");
        assert!(now["basis"].is_null(), "levels differ: {now}");
        assert_eq!((&now["levels"][0]["basis"], &now["levels"][0]["share"]), (&json!("set"), &json!(0.5)));
        assert_eq!(
            now["levels"][0]["estimate"], keep["levels"][0]["share"],
            "what the past tells is still told"
        );
        assert!(
            list(&now["rows"]).iter().all(|row| row["worth_level"] != "high"),
            "nothing is to be had of these"
        );
        assert_eq!(now["levels"][4], keep["levels"][4]);
        // By other levels only a valuation tells, and who leaves the shares out leaves them as they are.
        let mut other = rules.clone();
        other["value"] = json!({ "by": "share", "shares": [0.4, 0.7, 0.9, 0.98] });
        let preview = ask("POST", "/api/level-rules/preview").by(&ann).json(&other).of(&house).await.json();
        assert!(preview["worth_saving"].is_null(), "{preview}");
        let mut short = rules.clone();
        short.as_object_mut().unwrap().retain(|part, _| part != "recoverability" && part != "bargain");
        let version = told(&house, &ann, "/api/level-rules").await["version"].clone();
        let body = json!({ "version": version, "rules": short });
        let put = ask("PUT", "/api/level-rules").by(&ann).json(&body).of(&house).await;
        assert_eq!(put.status, StatusCode::ACCEPTED);
        assert_eq!(told(&house, &ann, "/api/level-rules").await["rules"], rules);
        rules["recoverability"]["low"] = json!(1.5);
        let body = json!({ "version": 1, "rules": rules });
        let refused = ask("PUT", "/api/level-rules").by(&ann).json(&body).of(&house).await;
        assert_eq!(refused.json()["error"]["field"], "recoverability.low");
        assert_eq!(get("/api/retention").by(&nadia).of(&house).await.status, StatusCode::FORBIDDEN);

        // Computed anew, the same is found.
        let again = house.store(|store| {
            let kept = store.equity_note("returns").unwrap();
            super::house::value(store, crate::jobs::work::Measuring { restates: true });
            (kept, store.equity_note("returns").unwrap())
        });
        assert_eq!(again.0, again.1);
    });
}

/// An upgraded base has statements, and what an older program kept ahead of them: it tells nobody at risk.
#[test]
fn what_an_older_program_valued_is_to_be_valued_once() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        house.store(|store| {
            let last = store.equity_statements().unwrap().last().unwrap().day;
            let mut ahead: Value =
                serde_json::from_str(&store.equity_note("ahead").unwrap().unwrap()).unwrap();
            assert!(ahead.as_object_mut().unwrap().remove("first").is_some());
            store.put_equity(Some(last), &[], &[("ahead", &ahead.to_string())]).unwrap();
        });
        for path in ["/api/retention", "/api/retention/export"] {
            let reply = get(path).by(&ann).of(&house).await;
            assert_eq!(
                (reply.status, reply.code()),
                (StatusCode::CONFLICT, "not_known_whom".to_string()),
                "{path}"
            );
        }
        assert!(told(&house, &ann, "/api/home").await["retention"].is_null());
        house.store(|store| super::house::value(store, crate::jobs::work::Measuring { restates: true }));
        assert!(!list(&told(&house, &ann, "/api/retention").await["rows"]).is_empty());
    });
}

#[test]
fn the_home_page_is_one_answer() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let home = told(&house, &ann, "/api/home").await;
        assert_eq!(home["equity"], told(&house, &ann, "/api/equity").await);
        assert_eq!(home["as_of"], home["equity"]["until"]);
        assert_eq!(home["turnover"]["total"], told(&house, &ann, "/api/turnover").await["total"]);
        assert_eq!(home["alarm"]["causes"], told(&house, &ann, "/api/alarm").await["causes"]);
        let named = list(&home["retention"]["rows"]).len();
        assert!((1..=5).contains(&named));
        assert_eq!(home["coherence"], told(&house, &ann, "/api/coherence").await);
        assert_eq!(home["classes"]["classes"], told(&house, &ann, "/api/classes").await["classes"]);
        assert_eq!(home["worklist"]["open"], told(&house, &ann, "/api/worklist").await["open"]);
        assert_eq!(list(&home["series"]).last().unwrap()["closing"], home["equity"]["closing"]);
    });
}

#[test]
fn sellers_see_nothing_of_it() {
    in_each_house(|house| async move {
        let (ann, nadia) = (house.sign_in(ADMINISTRATOR).await, house.sign_in(NADIA).await);
        for path in ROUTES {
            assert_eq!(get(path).by(&nadia).of(&house).await.status, StatusCode::FORBIDDEN, "{path}");
            assert_eq!(get(path).of(&house).await.status, StatusCode::UNAUTHORIZED, "{path}");
        }
        let hers = told(&house, &nadia, "/api/customers").await;
        assert!(hers["sums"].get("equity").is_none());
        assert!(list(&hers["rows"]).iter().all(|row| row["equity"].is_null()), "{hers}");
        let whole = told(&house, &ann, "/api/customers").await;
        assert!(list(&whole["rows"]).iter().any(|row| !row["equity"].is_null()), "{whole}");
        let fields = told(&house, &nadia, "/api/customers/fields").await;
        assert!(list(&fields).iter().all(|field| field["name"] != "equity"));
        for query in ["filter=equity%20%3E%200", "sort=-equity"] {
            let refused = get(&format!("/api/customers?{query}")).by(&nadia).of(&house).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}: {}", refused.text());
        }
        let export = get("/api/customers/export?columns=name,equity").by(&nadia).of(&house).await;
        assert_ne!(export.status, StatusCode::OK, "{}", export.text());
    });
}

#[test]
fn published_months_stay_and_what_is_learnt_late_is_a_line_of_its_own() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let before = told(&house, &ann, "/api/equity/months").await;
        // The same facts again: nothing but what there was.
        house.store(|store| value(store, false));
        let again = told(&house, &ann, "/api/equity/months").await;
        let lines = |series: &Value, place: usize| series["months"][place]["lines"].clone();
        let closed = list(&before["months"]).len() - 1;
        for place in 0..closed {
            assert_eq!(again["months"][place], before["months"][place]);
        }
        assert_eq!(lines(&again, closed), lines(&before, closed));

        // In July it becomes known that N1 bought in August, and that P6 bought for much in September.
        house.store(|store| {
            let rows = vec![sale("N1", on(2025, 8, 20), 1, 20_000), sale("P6", on(2025, 9, 3), 1, 90_000)];
            bring(store, "shop", "late.csv", rows);
        });
        let late = told(&house, &ann, "/api/equity/months").await;
        for place in 0..closed {
            assert_eq!(late["months"][place], before["months"][place], "published months stay");
        }
        let restated = cents(&late["months"][closed]["lines"]["restated"]);
        assert!(restated > 0, "{}", late["months"][closed]);
        assert_eq!(cents(&late["months"][closed]["lines"]["merged_split"]), 0);
        let day = late["as_of"].as_str().unwrap();
        let behind = told(&house, &ann, &format!("/api/equity/customers?line=restated&until={day}")).await;
        assert_eq!(cents(&behind["amount"]), restated);
        let names: Vec<&str> =
            list(&behind["rows"]).iter().take(2).filter_map(|row| row["name"].as_str()).collect();
        assert!(names.contains(&"Café N1") && names.contains(&"Café P6"), "{behind}");

        // Two records turn out to be one customer: not the customers changed, but who is who.
        let merged = told(&house, &ann, "/api/customers?q=Caf%C3%A9%20N5").await;
        assert_eq!(merged["total"], 1);
        house.store(|store| {
            let mut said = Attributes::new();
            said.insert(ledger::Attribute::Email, "contact@n5.example".to_string());
            said.insert(ledger::Attribute::Name, "Café N5".to_string());
            let row = |key: &str| Entry {
                row: 0,
                customer: Some(key.to_string()),
                attributes: said.clone(),
                fact: None,
            };
            bring(store, "shop", "who.csv", vec![row("P5")]);
        });
        let linked = told(&house, &ann, "/api/equity/months").await;
        for place in 0..closed {
            assert_eq!(linked["months"][place], before["months"][place], "published months stay");
        }
        assert_ne!(
            cents(&linked["months"][closed]["lines"]["merged_split"]),
            0,
            "{}",
            linked["months"][closed]
        );
        let healthy = house.store(|store| store.doctor(on(2026, 7, 1))).unwrap();
        assert!(healthy.is_healthy(), "{healthy:?}");

        // Computed anew, there is nothing to restate.
        let result = house.store(|store| value(store, true));
        assert_eq!(result["equity"]["anew"], "asked");
        let anew = told(&house, &ann, "/api/equity/months").await;
        for month in list(&anew["months"]) {
            assert_eq!((cents(&month["lines"]["restated"]), cents(&month["lines"]["merged_split"])), (0, 0));
        }
        assert_eq!(anew["months"][closed]["closing"], linked["months"][closed]["closing"]);
    });
}

// Taking an import back dropped published months without a word.
#[test]
fn months_that_were_published_on_what_is_taken_back_are_named() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let before = told(&house, &ann, "/api/equity/months").await;
        let told_of = house.store(|store| {
            let rows =
                [(7, 15), (8, 15), (9, 2)].map(|(month, day)| sale("N1", on(2026, month, day), 1, 5_000));
            bring(store, "shop", "later.csv", rows.into());
            let published = store.equity_statements().unwrap();
            let closed =
                published.iter().filter(|month| month.is_closed && month.day >= on(2026, 7, 1)).count();
            assert!(closed >= 2, "{published:?}");
            let import = store.imports().unwrap().iter().map(|import| import.id).max().unwrap();
            store.undo_import(import, on(2026, 9, 3).start(), |_| Ok(())).unwrap();
            crate::identity::link(store, &crate::jobs::Progress::new(0)).unwrap();
            (value(store, false), value(store, false))
        });
        let dropped = &told_of.0["equity"]["dropped"];
        assert!(dropped["months"].as_u64() >= Some(2), "{}", told_of.0);
        assert!(dropped["since"].as_str().unwrap() <= "2026-07", "{dropped}");
        assert_eq!(told_of.1["equity"]["dropped"], Value::Null, "once");
        let after = told(&house, &ann, "/api/equity/months").await;
        assert_eq!(after["as_of"], before["as_of"]);
    });
}
