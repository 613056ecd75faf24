//! What serving customers is expected to cost: figures that add up, a price that changes them, sellers who see none of them, and
//! how well the costs of a year were foretold.

// Cents stand apart in amounts: 900_00 is 900.00.
#![allow(clippy::inconsistent_digit_grouping)]

use super::house::{ADMINISTRATOR, House, NADIA, ask, get, in_each_house, in_each_new_house};
use super::truth::{bring_in, open, tell_rates};
use axum::http::StatusCode;
use ledger::{Attributes, Currency, Day, Direction, Fact, FactBody, Interaction, Money, Quantity};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::ops::Range;
use store::{Entry, NewImport};
use value::cost::{Line, month_of};
use value::month_ends::{Asked, At, Family, LOST, month_ends};
use value::newcomers::Likeness;
use value::serve::{Cause, Expected, Served, cause, rates};
use value::{Choice, Question};

fn on(year: i16, month: i8, day: i8) -> Day {
    Day::of(jiff::civil::date(year, month, day))
}

fn cents(value: &Value) -> i64 {
    let text = value["amount"].as_str().unwrap_or_else(|| panic!("no amount: {value}"));
    Money::parse(text, Currency::EUR).unwrap_or_else(|_| panic!("no amount: {value}")).minor
}

async fn told(house: &House, cookie: &str, path: &str) -> Value {
    let reply = get(path).by(cookie).of(house).await;
    assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
    reply.json()
}

/// Café N13 phones the shop for hours, every month; N5 once.
fn calls(house: &House) {
    let call = |customer: &str, day: Day, minutes: i64| Entry {
        row: 0,
        customer: Some(customer.to_string()),
        attributes: Attributes::new(),
        fact: Some(Fact {
            happened_at: day.start(),
            reference: None,
            body: FactBody::Interaction(Interaction {
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
        }),
    };
    let months = (7..=11).map(|month| call("N13", on(2025, month, 8), 240));
    let rows: Vec<Entry> = months.chain([call("N5", on(2025, 10, 2), 3)]).collect();
    let new = NewImport {
        source: "shop".into(),
        file_name: "desk.csv".into(),
        file_hash: "desk".into(),
        kind: "interactions".into(),
        mapping: String::new(),
        header: Vec::new(),
        keep_repeats: false,
        learned_at: house.app.now(),
    };
    house.store(|store| {
        let mut session = store.begin_import(&new).unwrap();
        store.append(&mut session, rows, &[]).unwrap();
        store.finish_import(&session, house.app.now()).unwrap();
        super::house::value(store, crate::jobs::work::Measuring::default())
    });
}

#[test]
fn equity_less_the_cost_to_serve_is_what_is_left_to_the_cent() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        calls(&house);
        let list = told(&house, &ann, "/api/customers?limit=500&sort=expected_contribution").await;
        let rows = list["rows"].as_array().unwrap();
        let (mut costs, mut left, mut losing) = (0, 0, 0);
        for row in rows {
            if row["equity"].is_null() {
                assert!(row["expected_cost"].is_null() && row["expected_contribution"].is_null(), "{row}");
                continue;
            }
            let (equity, cost, rest) =
                (cents(&row["equity"]), cents(&row["expected_cost"]), cents(&row["expected_contribution"]));
            assert_eq!(equity - cost, rest, "{row}");
            assert!(cost >= 0, "{row}");
            (costs, left, losing) = (costs + cost, left + rest, losing + u64::from(rest < 0));
        }
        assert!(costs > 0 && rows[0]["expected_contribution"].is_object());
        assert_eq!(cents(&list["sums"]["expected_cost"]), costs);
        assert_eq!(cents(&list["sums"]["expected_contribution"]), left);

        let equity = told(&house, &ann, "/api/equity").await;
        let serving = &equity["serving"];
        assert_eq!(cents(&serving["expected_cost"]), costs);
        assert_eq!(cents(&serving["net_equity"]), cents(&equity["closing"]) - costs);
        assert_eq!(cents(&serving["by_purchase"]) + cents(&serving["by_time"]), costs);
        let names: Vec<&str> =
            equity["lines"].as_array().unwrap().iter().map(|line| line["name"].as_str().unwrap()).collect();
        assert!(
            !names.iter().any(|name| name.contains("cost")),
            "no line of the statement has it: {names:?}"
        );
        assert_eq!(told(&house, &ann, "/api/home").await["equity"]["serving"], *serving);

        // The list behind the number is as long as the number says.
        assert_eq!(serving["losing"]["customers"], losing);
        let filter = serving["losing"]["filter"].as_str().unwrap().replace(' ', "%20").replace('<', "%3C");
        let found = told(&house, &ann, &format!("/api/customers?filter={filter}")).await;
        assert_eq!(found["total"], losing);

        // A statement that closes on another day says nothing of it.
        let months = told(&house, &ann, "/api/equity/months").await;
        let months = months["months"].as_array().unwrap();
        let until = months[months.len() - 2]["until"].as_str().unwrap();
        assert!(told(&house, &ann, &format!("/api/equity?until={until}")).await["serving"].is_null());
    });
}

#[test]
fn a_customer_who_phones_for_hours_is_expected_to_cost_more() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        calls(&house);
        let busy = house.customer("N13");
        let page = told(&house, &ann, &format!("/api/customers/{busy}/serving")).await;
        let (told_of, asset) =
            (&page["serving"], told(&house, &ann, &format!("/api/customers/{busy}")).await["asset"].clone());
        assert_eq!(told_of["expected_margin"], asset["equity"]);
        assert_eq!(told_of["expected_cost"], asset["expected_cost"]);
        assert_eq!(told_of["expected_contribution"], asset["expected_contribution"]);
        let (purchases, years) = (&told_of["purchases"], &told_of["years"]);
        let parts = cents(&purchases["expected_cost"]) + cents(&years["expected_cost"]);
        assert_eq!(parts, cents(&told_of["expected_cost"]));
        assert_eq!(told_of["discount_rate"], 0.1);
        let weight = purchases["credibility"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&weight), "{page}");
        assert!(cents(&purchases["own_rate"]) > 3 * cents(&purchases["base_rate"]), "{page}");
        assert!(cents(&purchases["rate"]) >= cents(&purchases["base_rate"]), "{page}");
        assert!(purchases["expected"].as_f64() > Some(0.0) && years["expected"].as_f64() > Some(0.0));

        // N0 never bought: nothing is expected of him, and nothing is made up.
        let never = house.customer("N0");
        assert!(told(&house, &ann, &format!("/api/customers/{never}/serving")).await["serving"].is_null());
        let unknown = get("/api/customers/999999/serving").by(&ann).of(&house).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{}", unknown.text());
    });
}

#[test]
fn another_price_changes_what_serving_is_expected_to_cost_without_another_valuation() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        calls(&house);
        let before = told(&house, &ann, "/api/equity").await;
        let catalogue = told(&house, &ann, "/api/catalogue").await;
        let free: Vec<Value> = catalogue["activities"]
            .as_array()
            .unwrap()
            .iter()
            .map(|activity| {
                let mut activity = activity.clone();
                if let Some(costs) = activity["unit_costs"].as_array_mut() {
                    for cost in costs.iter_mut().filter(|cost| cost["amount"].is_string()) {
                        cost["amount"] = "0".into();
                    }
                }
                activity
            })
            .collect();
        let change = json!({ "version": catalogue["version"], "activities": free });
        let put = ask("PUT", "/api/catalogue").by(&ann).json(&change).of(&house).await;
        assert_eq!(put.status, StatusCode::OK, "{}", put.text());
        house.work().await;
        let after = told(&house, &ann, "/api/equity").await;
        assert!(cents(&before["serving"]["expected_cost"]) > 0);
        assert_eq!(cents(&after["serving"]["expected_cost"]), 0, "what costs nothing will cost nothing");
        assert_eq!(after["serving"]["net_equity"], after["closing"]);
        assert_eq!(after["closing"], before["closing"], "equity is margin before the costs to serve");
    });
}

#[test]
fn a_seller_sees_nothing_of_what_serving_will_cost() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        calls(&house);
        let nadia = house.sign_in(NADIA).await;
        let hers = house.customer("N13");
        let reply = get(&format!("/api/customers/{hers}/serving")).by(&nadia).of(&house).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{}", reply.text());
        assert!(told(&house, &nadia, &format!("/api/customers/{hers}")).await["asset"].is_null());
        let list = told(&house, &nadia, "/api/customers").await;
        for field in ["expected_cost", "expected_contribution"] {
            assert!(list["rows"].as_array().unwrap().iter().all(|row| row[field].is_null()), "{field}");
            assert!(list["sums"].get(field).is_none(), "{field}");
            for path in [
                format!("/api/customers?filter={field}%20%3E%200"),
                format!("/api/customers?sort=-{field}"),
                format!("/api/customers/export?columns=name,{field}"),
            ] {
                let reply = get(&path).by(&nadia).of(&house).await;
                assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", reply.text());
            }
            let text = told(&house, &nadia, "/api/customers/fields").await.to_string();
            assert!(!text.contains(&format!("\"{field}\"")), "{field}");
            let export =
                get(&format!("/api/customers/export?columns=name,{field}")).by(&ann).of(&house).await;
            assert_eq!(export.status, StatusCode::OK);
            assert!(export.text().contains('.'), "Ann has figures in her file: {}", export.text());
        }
    });
}

/// Costs to serve by customer in two halves of the year before a day, and in the year after it.
#[derive(Clone, Copy, Default)]
struct Year {
    halves: [Served; 2],
    after: i64,
}

impl Year {
    fn before(&self) -> Served {
        let [one, other] = &self.halves;
        Served {
            by_purchase: one.by_purchase + other.by_purchase,
            by_time: one.by_time + other.by_time,
            purchases: one.purchases + other.purchases,
            years: one.years + other.years,
        }
    }
}

/// The costs of a year foretold from the one before, beside "same as last year" and "what everybody costs". The made company,
/// cut on the last of May 2025; figures stand in decision 0010.
#[test]
fn the_costs_of_a_year_are_foretold_from_the_one_before() {
    in_each_new_house(|house, token| async move {
        let company = demo::company(1, 500, on(2026, 5, 31));
        let ann = open(&house, &token).await;
        bring_in(&house, &company);
        house.work().await;
        tell_rates(&house, &ann).await;
        house.store(foretell);
    });
}

fn foretell(store: &store::Store) {
    let day = on(2025, 5, 31);
    let mut lines = store.sales(on(2026, 5, 31), |_, _| Ok(())).unwrap().lines;
    lines.retain(|line| line.day <= day.0);
    let known = value::histories(lines.clone(), day);
    let question = Question { horizon: "12m".parse().unwrap(), minor_digits: Some(2), choice: Choice::Blend };
    let valuation = value::value(&known, &question);
    let models = valuation.models();
    // Chances of being active then and a year later.
    let mut alive: HashMap<u32, [f64; 2]> = HashMap::new();
    let dates = [day, on(2026, 5, 31)].map(|day| At { day, rate: 0.1, models: Some(&models) });
    let asked = Asked {
        dates: &dates,
        family: Family::of(&models),
        horizon: question.horizon,
        minor_digits: 2,
        lost_below: LOST,
        likeness: Likeness::nobody(),
        futures: None,
        threads: 2,
    };
    month_ends::<()>(
        &mut lines,
        &asked,
        |_| Ok(()),
        |period, passages| {
            for passage in passages {
                let told = alive.entry(passage.customer).or_default();
                told[period.place] = if period.place == 0 { passage.alive } else { passage.expected_alive };
            }
            Ok(())
        },
    )
    .unwrap();
    let saved = store.catalogue().unwrap().unwrap();
    let catalogue = crate::accounts::read_catalogue(&saved, Currency::EUR).unwrap();
    let back = |months: usize| (0..months).fold(Day(day.0 + 1), |day, _| month_of(Day(day.0 - 1)).start);
    let halves: [Range<Day>; 2] = [back(12)..back(6), back(6)..Day(day.0 + 1)];
    let mut costs: HashMap<u32, Year> = HashMap::new();
    store
        .each_account(|customer, months| {
            let year = costs.entry(customer).or_default();
            for month in months {
                for (line, amount) in &month.lines {
                    let Line::Activity(place) = line else { continue };
                    let Some(cause) = cause(catalogue.activities()[*place].cost_kind) else { continue };
                    let half = halves.iter().position(|half| half.contains(&month.month));
                    match (half, cause) {
                        (Some(half), Cause::Purchase) => year.halves[half].by_purchase += amount,
                        (Some(half), Cause::Time) => year.halves[half].by_time += amount,
                        (None, _) if month.month > day => year.after += amount,
                        (None, _) => {}
                    }
                }
            }
        })
        .unwrap();
    let mut years = Vec::new();
    for ((history, path), value) in known.rows.iter().zip(known.paths()).zip(&valuation.customers) {
        let mut year = costs.get(&history.customer).copied().unwrap_or_default();
        let bought: Vec<i32> =
            [0].iter().chain(path.repeats).map(|after| history.first_day + *after as i32).collect();
        for (half, served) in halves.iter().zip(&mut year.halves) {
            served.purchases = bought.iter().filter(|at| half.contains(&Day(**at))).count() as f64;
            let within =
                |from: i32, to: i32| f64::from((to.min(half.end.0) - from.max(half.start.0)).max(0)) / 365.25;
            served.years =
                within(history.first_day, history.last_day) + value.p_alive * within(history.last_day, day.0);
        }
        let [now, later] = alive[&history.customer];
        let expected = Expected { purchases: value.expected_transactions, years: 0.5 * (now + later) };
        years.push((year, expected));
    }
    let base: Vec<Served> = years.iter().map(|(year, _)| year.before()).collect();
    let repeated: Vec<[Served; 2]> = years.iter().map(|(year, _)| year.halves).collect();
    let found = rates(&base, &repeated);
    let alone = rates(&base, &[]);
    let last = |served: &Served| (served.by_purchase + served.by_time) as f64;
    let mean = base.iter().map(last).sum::<f64>() / base.len() as f64;
    let told = |name: &str, of: &dyn Fn(&Served, &Expected) -> f64| -> (f64, f64, f64) {
        let (mut sum, mut actual, mut off, mut squares) = (0.0, 0.0, 0.0, 0.0);
        for ((year, expected), served) in years.iter().zip(&base) {
            let (foretold, came) = (of(served, expected), year.after as f64);
            (sum, actual) = (sum + foretold, actual + came);
            (off, squares) = (off + (foretold - came).abs(), squares + (foretold - came).powi(2));
        }
        let count = years.len() as f64;
        let told = (sum / actual, off / count / 100.0, (squares / count).sqrt() / 100.0);
        println!(
            "{name:<28} {:>7.3} of what came; off by {:>8.2} a customer, {:>8.2} root mean square",
            told.0, told.1, told.2
        );
        told
    };
    println!("{} customers, {:?} {:?}", years.len(), found.purchase, found.year);
    let ours =
        told("own rates by credibility", &|served, expected| found.serving(served, expected).cost() as f64);
    told("everybody's rates", &|served, expected| alone.serving(served, expected).cost() as f64);
    let same = told("same as last year", &|served, _| last(served));
    let average = told("what everybody costs", &|_, _| mean);
    assert!(years.len() > 300, "{} customers", years.len());
    // What is told is a mean, and sums are what it is for: by the root mean square it is nearest. Half of the customers cost next to
    // nothing in both years, and of those last year's cost is the better guess of a median.
    assert!((ours.0 - 1.0).abs() < 0.1, "{ours:?}");
    assert!(ours.2 < 0.9 * same.2 && ours.2 < 0.7 * average.2, "{ours:?} against {same:?} and {average:?}");
    assert!(ours.1 < 1.1 * same.1 && ours.1 < 0.5 * average.1, "{ours:?} against {same:?} and {average:?}");
}
