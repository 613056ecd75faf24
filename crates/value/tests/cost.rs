//! What customers cost, as stories: the published help desk, accounts that close to the cent, ten million facts.

// Cents stand apart in amounts: 900_00 is 900.00.
#![allow(clippy::inconsistent_digit_grouping)]

use ledger::{Day, FactKind, Quantity};
use proptest::prelude::*;
use value::Margin;
use value::cost::*;

fn activity(name: &str, kind: FactKind, condition: &str, driver: &str, rate: Rate) -> Activity {
    Activity {
        name: name.into(),
        cost_kind: CostKind::Service,
        prices: kind,
        condition: Condition::parse(condition).unwrap(),
        driver: Driver::parse(driver).unwrap(),
        rate,
        standing: Standing::Confirmed,
    }
}

fn each(minor: i64, per: i64) -> Rate {
    let cost = UnitCost { minor, per: Quantity(per) };
    Rate::Unit(vec![UnitSpan { from: Day(0), until: None, cost }])
}

/// Kaplan & Anderson (2004): 560 000 for 700 000 practical minutes; orders, complaints and credit checks use 578 600.
#[test]
fn the_customer_department_matches_kaplan_anderson_2004() {
    let oracle: serde_json::Value =
        serde_json::from_str(include_str!("../../../fixtures/plan/tdabc.json")).unwrap();
    let whole = |name: &str| oracle[name].as_f64().unwrap() as i64;
    let team = Team {
        name: "department".into(),
        spans: vec![TeamSpan {
            from: Day(0),
            until: Day(90),
            cost: whole("resource_cost") * 100,
            minutes: Quantity(whole("practical_minutes") * 1_000),
        }],
    };
    assert_eq!(
        team.spans[0].rate().of(1_000_000),
        Some((oracle["rate"].as_f64().unwrap() * 1e8) as i128),
        "the cost of a minute, in millionths of a cent"
    );
    let activities: Vec<(&String, i64, i64)> = oracle["activities"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, numbers)| (name, numbers[0].as_i64().unwrap(), numbers[1].as_i64().unwrap()))
        .collect();
    let catalogue = Catalogue::new(
        activities
            .iter()
            .map(|(name, minutes, _)| {
                let condition = format!("subject = {name}");
                let team = Rate::Team("department".into());
                activity(name, FactKind::Request, &condition, &minutes.to_string(), team)
            })
            .collect(),
        vec![team],
        2,
    )
    .unwrap();
    let mut book = Book::new(Day(0), Day(90), &catalogue);
    for (name, _, times) in &activities {
        for number in 0..*times {
            let event = Event {
                customer: (number % 7 > 0).then_some((number % 613) as u32),
                subject: name,
                ..Event::of(FactKind::Request, Day((number % 90) as i32))
            };
            book.post(&catalogue, &event);
        }
    }
    let closing = book.close(&catalogue);
    assert_eq!(closing.discrepancies(&catalogue), []);
    let department = &closing.teams()[0];
    assert_eq!(department.used, whole("cost_assigned") * 100);
    assert_eq!(department.unused, whole("unused_cost") * 100);
    assert_eq!(department.used_minutes, Quantity(whole("minutes_used") * 1_000));
    assert_eq!(department.minutes.0 - department.used_minutes.0, whole("unused_minutes") * 1_000);
    assert!((department.utilisation().unwrap() - oracle["utilisation"].as_f64().unwrap()).abs() < 1e-12);
    assert!(!department.is_overrun);
    for (place, activity) in catalogue.activities().iter().enumerate() {
        let published = match activity.name.as_str() {
            "order" => 392_000_00 * 8 / 10,
            "complaint" => 61_600_00 * 8 / 10,
            _ => 125_000_00 * 8 / 10,
        };
        assert_eq!(closing.total().costs[place], published, "{}", activity.name);
    }
}

/// A quarter of an hour more than the team has: everybody is charged a little less a minute, and it is said.
#[test]
fn a_team_is_never_charged_out_for_more_than_it_costs() {
    let span = TeamSpan { from: Day(0), until: Day(30), cost: 100_01, minutes: Quantity(60_000) };
    let team = Team { name: "Desk".into(), spans: vec![span] };
    let calls = activity("call", FactKind::Interaction, "", "minutes", Rate::Team("Desk".into()));
    let catalogue = Catalogue::new(vec![calls], vec![team], 2).unwrap();
    let mut book = Book::new(Day(0), Day(30), &catalogue);
    for (customer, minutes) in [(Some(0), 25_000), (Some(1), 25_000), (None, 25_000)] {
        let minutes = Quantity(minutes);
        book.post(&catalogue, &Event { customer, minutes, ..Event::of(FactKind::Interaction, Day(3)) });
    }
    let closing = book.close(&catalogue);
    assert!(closing.teams()[0].is_overrun);
    assert_eq!((closing.teams()[0].used, closing.unused()), (100_01, 0));
    assert_eq!(
        closing.statement(0).cost() + closing.statement(1).cost() + closing.unallocated().cost(),
        100_01
    );
    assert_eq!(closing.discrepancies(&catalogue), []);
}

/// 1 000 euros, 73 days late, at 8 % a year: 1 000 × 73 × 0.08 / 365 = 16 euros.
#[test]
fn paying_late_costs_amount_times_days_times_rate() {
    let cost = UnitCost::credit(800, 2);
    let rate = Rate::Unit(vec![UnitSpan { from: Day(0), until: None, cost }]);
    let mut credit = activity("late payment", FactKind::Payment, "days_late > 0", "amount × days", rate);
    credit.cost_kind = CostKind::Credit;
    let catalogue = Catalogue::new(vec![credit], vec![], 2).unwrap();
    let mut book = Book::new(Day(0), Day(90), &catalogue);
    let payment =
        Event { customer: Some(0), amount: 1_000_00, days_late: 73, ..Event::of(FactKind::Payment, Day(80)) };
    book.post(&catalogue, &payment);
    book.post(&catalogue, &Event { days_late: -5, ..payment });
    let closing = book.close(&catalogue);
    assert_eq!(closing.cost_of(&closing.statement(0), CostKind::Credit), 16_00);
    assert_eq!(closing.statement(0).contribution(), -16_00);
}

fn shop() -> Catalogue {
    let desk = TeamSpan { from: Day(0), until: Day(31), cost: 4_321_09, minutes: Quantity(9_777_000) };
    Catalogue::new(
        vec![
            // A third of a cent each: rounding every customer by himself would lose all of it.
            activity("mail", FactKind::Interaction, "channel = email", "count", each(1, 3_000)),
            activity("call", FactKind::Interaction, "channel = call", "minutes", Rate::Team("Desk".into())),
            activity("visit", FactKind::Interaction, "channel = visit", "km", each(53, 1_000)),
            activity(
                "visit minutes",
                FactKind::Interaction,
                "channel = visit",
                "minutes",
                Rate::Team("Desk".into()),
            ),
            activity("picking", FactKind::Sale, "is_return = 0", "0.3 + kg / 7", each(61, 1_000)),
            activity("return", FactKind::Sale, "is_return = 1", "quantity", each(351, 1_000)),
        ],
        vec![Team { name: "Desk".into(), spans: vec![desk] }],
        2,
    )
    .unwrap()
}

fn any_event() -> impl Strategy<Value = Event<'static>> {
    let numbers = (0..40_000_i64, 0..300_000_i64, 0..9_000_i64, -200_00..900_00_i64);
    (proptest::option::weighted(0.9, 0..40_u32), 0..4_usize, -2..34_i32, numbers, any::<bool>()).prop_map(
        |(customer, what, day, (minutes, km, kg, amount), known)| Event {
            customer,
            day: Day(day),
            kind: if what == 3 { FactKind::Sale } else { FactKind::Interaction },
            channel: ["email", "call", "visit", ""][what],
            minutes: Quantity(minutes),
            km: Quantity(km),
            kg: Quantity(kg),
            quantity: Quantity(if amount < 0 { -2_000 } else { 2_000 }),
            amount,
            discount: amount.max(0) / 9,
            is_return: amount < 0,
            margin: if known { Margin::of(amount / 3) } else { Margin::UNKNOWN },
            ..Event::of(FactKind::Sale, Day(day))
        },
    )
}

proptest! {
    /// Customers, what belongs to nobody and unused capacity are the totals, to the cent; books filled apart add up to
    /// the book filled at once; a fact taken back leaves no trace; no cost is a cent away from its exact amount.
    #[test]
    fn accounts_close_to_the_cent(events in proptest::collection::vec(any_event(), 0..400), cut in 0..400_usize) {
        let catalogue = shop();
        let new = || Book::new(Day(0), Day(31), &catalogue);
        let (mut whole, mut one, mut other) = (new(), new(), new());
        for (place, event) in events.iter().enumerate() {
            whole.post(&catalogue, event);
            if place < cut { one.post(&catalogue, event) } else { other.post(&catalogue, event) }
        }
        let closing = whole.close(&catalogue);
        prop_assert_eq!(closing.discrepancies(&catalogue), []);
        let costs = closing.costs_of(&CostKind::ALL);
        let table = closing.cost_table();
        for (customer, contribution) in closing.contributions().into_iter().enumerate() {
            prop_assert_eq!(contribution, closing.margins()[customer] - costs[customer]);
            let row = &table[customer * CostKind::ALL.len()..][..CostKind::ALL.len()];
            prop_assert_eq!(row, closing.costs_by_kind(customer as u32));
        }
        one.merge(&other);
        prop_assert_eq!(one.close(&catalogue), closing.clone());
        for event in events.iter().skip(cut) {
            whole.retract(&catalogue, event);
        }
        let mut first = new();
        for event in events.iter().take(cut) {
            first.post(&catalogue, event);
        }
        let (undone, first) = (whole.close(&catalogue), first.close(&catalogue));
        for customer in 0..40 {
            prop_assert_eq!(undone.statement(customer), first.statement(customer));
        }
        prop_assert_eq!(undone.total(), first.total());

        let is_overrun = closing.teams()[0].is_overrun;
        let mut exact = vec![0_i64; 40 * 6];
        for event in events.iter().filter(|event| (0..31).contains(&event.day.0)) {
            if let Some(customer) = event.customer {
                catalogue.price(event, |charge| {
                    let charge = charge.unwrap();
                    exact[customer as usize * 6 + charge.activity] += charge.cost;
                });
            }
        }
        for customer in 0..40 {
            for (place, cost) in closing.statement(customer).costs.iter().enumerate() {
                let apart = cost * 1_000_000 - exact[customer as usize * 6 + place];
                prop_assert!(apart.abs() < 1_000_000 || is_overrun, "{apart}");
            }
        }
    }
}

/// Ten million facts priced and booked; run in release (`cargo test --release -p value --test cost -- --ignored`).
#[test]
#[ignore = "takes long without optimisation"]
fn ten_million_facts_are_priced_within_ten_seconds() {
    let mut activities = preset(Trade::B2b, Day(0), 2);
    activities.push(activity("stated", FactKind::Sale, "amount > 20", "0.3 + kg * 1.5 / 7", each(61, 1_000)));
    let catalogue = Catalogue::new(activities, vec![], 2).unwrap();
    let channels = ["email", "call", "visit", "letter", "newsletter"];
    let begin = std::time::Instant::now();
    let mut book = Book::new(Day(0), Day(1_100), &catalogue);
    for number in 0..10_000_000_u64 {
        let drawn = number.wrapping_mul(6_364_136_223_846_793_005) >> 33;
        let kind = [FactKind::Sale, FactKind::Interaction, FactKind::Payment, FactKind::Request];
        let event = Event {
            customer: Some((drawn % 1_000_000) as u32),
            amount: (drawn % 90_000) as i64,
            days_late: (drawn % 40) as i64 - 20,
            minutes: Quantity((drawn % 60_000) as i64),
            km: Quantity((drawn % 90_000) as i64),
            kg: Quantity((drawn % 9_000) as i64),
            channel: channels[(drawn % 5) as usize],
            direction: if drawn % 3 == 0 { "inbound" } else { "outbound" },
            ..Event::of(kind[(drawn / 7 % 4) as usize], Day((drawn % 1_100) as i32))
        };
        book.post(&catalogue, &event);
    }
    let priced = begin.elapsed();
    let closing = book.close(&catalogue);
    println!("10 M facts booked in {priced:?}, closed in {:?}", begin.elapsed() - priced);
    assert_eq!(closing.discrepancies(&catalogue), []);
    assert!(priced.as_secs_f64() < 10.0, "{priced:?}");
}
