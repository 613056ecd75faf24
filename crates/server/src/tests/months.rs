//! Accounts closed from what changed are, to the cent, what all facts would give; and no more months are closed than need be.

// Cents stand apart in amounts: 900_00 is 900.00.
#![allow(clippy::inconsistent_digit_grouping)]

use super::house::{House, in_each_house};
use crate::jobs::Progress;
use crate::jobs::work::Valuing;
use ledger::{
    Attribute, Attributes, Cost, Currency, Day, Direction, Fact, FactBody, Interaction, Moment, Money,
    Payment, Quantity, SaleLine,
};
use serde_json::Value;
use store::{Entry, ImportId, MonthEndMeasure, NewImport, Store};

fn on(year: i16, month: i8, day: i8) -> Moment {
    Day::of(jiff::civil::date(year, month, day)).start()
}

fn euro(cents: i64) -> Money {
    Money::new(cents, Currency::EUR)
}

fn tells(customer: &str, at: Moment, body: FactBody) -> Entry {
    Entry {
        row: 0,
        customer: (!customer.is_empty()).then(|| customer.to_string()),
        attributes: Attributes::new(),
        fact: Some(Fact { happened_at: at, reference: None, body }),
    }
}

fn sale(customer: &str, at: Moment, cents: i64) -> Entry {
    let line = SaleLine {
        order: Some(format!("{customer}{}", at.0)),
        product: Some("moka".into()),
        description: None,
        quantity: None,
        amount: euro(cents),
        discount: None,
        margin: Some(euro(cents / 3)),
        is_return: cents < 0,
        kg: None,
        km: None,
        assumed_margin: None,
    };
    tells(customer, at, FactBody::Sale(line))
}

fn call(customer: &str, at: Moment, thousandths: i64) -> Entry {
    let contact = Interaction {
        channel: "call".into(),
        direction: Some(Direction::Inbound),
        minutes: Some(Quantity(thousandths)),
        who: None,
        subject: None,
        campaign: Some("spring".into()),
        outcome: None,
        kg: None,
        km: None,
    };
    tells(customer, at, FactBody::Interaction(contact))
}

fn advertising(customer: &str, at: Moment, campaign: &str) -> Entry {
    let campaign = Some(campaign.to_string());
    let cost = Cost { activity: "advertising".into(), amount: euro(7_01), campaign };
    tells(customer, at, FactBody::Cost(cost))
}

fn payment(customer: &str, due: Moment, paid: Option<Moment>) -> Entry {
    let (due_on, paid_on) = (Some(due.day()), paid.map(|paid| paid.day()));
    let body = Payment { invoice: None, amount: euro(3_333_33), due: due_on, paid: paid_on };
    tells(customer, paid.unwrap_or(due), FactBody::Payment(body))
}

fn is_called(customer: &str, email: &str) -> Entry {
    let mut attributes = Attributes::new();
    attributes.insert(Attribute::Name, format!("Café {customer}"));
    attributes.insert(Attribute::Email, email.to_string());
    Entry { row: 0, customer: Some(customer.to_string()), attributes, fact: None }
}

fn import(store: &Store, source: &str, name: &str, entries: Vec<Entry>) -> ImportId {
    let new = NewImport {
        source: source.into(),
        file_name: name.into(),
        file_hash: name.into(),
        kind: "interactions".into(),
        mapping: String::new(),
        header: Vec::new(),
        keep_repeats: false,
        learned_at: crate::now(),
    };
    let mut session = store.begin_import(&new).unwrap();
    store.append(&mut session, entries, &[]).unwrap();
    store.finish_import(&session, crate::now()).unwrap();
    crate::identity::link(store, &Progress::new(0)).unwrap();
    session.import
}

fn undo(store: &Store, import: ImportId) {
    store.undo_import(import, crate::now(), |_| Ok(())).unwrap();
    crate::identity::link(store, &Progress::new(0)).unwrap();
}

/// Values the base and closes what changed; gives how many months were closed again.
fn close(store: &Store) -> u64 {
    crate::value::value_base(store, &Valuing::default(), &Progress::new(0)).unwrap();
    told(store)["closed_again"].as_u64().unwrap()
}

fn told(store: &Store) -> Value {
    crate::accounts::close(store, None, &Progress::new(0))
        .unwrap()
        .expect("there is something to account for")
        .told
}

/// All that closing keeps, in words.
fn kept(store: &Store) -> Vec<String> {
    let mut lines = Vec::new();
    for month in store.account_months(Day(i32::MIN), Day(i32::MAX)).unwrap() {
        lines.push(format!("{:?} to {:?}: {}", month.month, month.until, month.content));
    }
    store.each_account(|customer, months| lines.push(format!("{customer}: {months:?}"))).unwrap();
    for measure in [MonthEndMeasure::Contribution, MonthEndMeasure::Investment] {
        for end in store.month_ends(measure).unwrap() {
            lines.push(format!("{measure:?} {end:?}: {:?}", store.month_end(end, measure).unwrap()));
        }
    }
    lines
}

/// Closes what changed, then all of it again from every fact: nothing may be told otherwise.
fn agrees(house: &House, what: &str) -> u64 {
    house.store(|store| {
        let again = close(store);
        let (some, restated) = (kept(store), restatements(store));
        store.put_setting("accounts_made_of", "").unwrap();
        let all = told(store);
        assert_eq!(all["closed_again"], all["months"], "{what}: all are closed");
        for (one, other) in some.iter().zip(&kept(store)) {
            assert_eq!(one, other, "{what}");
        }
        assert_eq!(some.len(), kept(store).len(), "{what}");
        assert_eq!(restatements(store), restated, "{what}: all facts restate nothing");
        assert_eq!(crate::accounts::check(store).unwrap(), None, "{what}");
        again
    })
}

fn restatements(store: &Store) -> usize {
    store.restatements(Day(i32::MIN), Day(i32::MAX)).unwrap().len()
}

#[test]
fn a_change_reopens_its_months_and_closes_them_as_all_facts_would() {
    in_each_house(|house| async move {
        let house = &house;
        let bring = |source: &str, name: &str, entries: Vec<Entry>| {
            house.store(|store| import(store, source, name, entries))
        };
        bring(
            "desk",
            "before.csv",
            vec![
                is_called("D1", "desk@one.example"),
                call("D1", on(2025, 7, 3), 10_001),
                call("", on(2025, 9, 3), 333),
                call("D2", on(2026, 2, 3), 4_567),
                advertising("N5", on(2025, 6, 20), "summer"),
                advertising("D1", on(2025, 8, 20), "autumn"),
                payment("D1", on(2025, 8, 20), Some(on(2026, 1, 5))),
                payment("N9", on(2026, 3, 1), None),
                sale("P8", on(2024, 11, 5), 90_00),
                call("D2", crate::now(), 1_000),
            ],
        );
        agrees(house, "the base");
        // The month that goes on is closed each time.
        assert_eq!(agrees(house, "nothing"), 1);

        bring("shop", "today.csv", vec![call("N13", crate::now(), 2_500)]);
        assert_eq!(agrees(house, "a call of today"), 1);

        let late = bring(
            "shop",
            "late.csv",
            vec![call("N13", on(2025, 10, 7), 1_111), call("N5", on(2025, 10, 7), 99)],
        );
        assert_eq!(agrees(house, "a late call"), 2, "October and the month that goes on");
        house.store(|store| undo(store, late));
        assert_eq!(agrees(house, "the late call taken back"), 2);

        // P1 bought nothing before: what is done for him after his purchase is upkeep, and he is new in another month.
        bring(
            "shop",
            "p1.csv",
            vec![
                advertising("P1", on(2026, 1, 9), "winter"),
                advertising("P1", on(2026, 3, 8), "spring"),
                call("P1", on(2026, 3, 9), 900),
            ],
        );
        agrees(house, "somebody who never bought");
        // January and March as well: what was done then was, or is no longer, done to win him.
        let first = bring("shop", "first.csv", vec![sale("P1", on(2026, 2, 2), 120_00)]);
        agrees(house, "his first purchase, told late");
        let earlier = bring("shop", "earlier.csv", vec![sale("P1", on(2026, 1, 2), 80_00)]);
        agrees(house, "an earlier one");
        house.store(|store| undo(store, earlier));
        agrees(house, "the earlier one taken back");
        house.store(|store| undo(store, first));
        agrees(house, "none of it");

        // P15 bought once, and sent all of it back: he never bought, and what was done since was done to win him.
        let bought = vec![
            sale("P15", on(2026, 1, 10), 50_00),
            advertising("P15", on(2026, 2, 11), "winter"),
            call("P15", on(2026, 2, 12), 700),
        ];
        bring("shop", "bought.csv", bought);
        agrees(house, "a purchase");
        let back = bring("shop", "back.csv", vec![sale("P15", on(2026, 3, 5), -50_00)]);
        agrees(house, "all of it came back");
        bring("shop", "more.csv", vec![sale("P15", on(2026, 4, 1), 60_00)]);
        agrees(house, "another purchase");
        house.store(|store| undo(store, back));
        agrees(house, "nothing came back after all");

        // Somebody whom nobody knew, long ago: from then on he is a customer at each month end.
        let stranger = bring("desk", "stranger.csv", vec![call("D9", on(2025, 1, 9), 800)]);
        agrees(house, "a stranger of long ago");
        house.store(|store| undo(store, stranger));
        agrees(house, "who is gone again");

        // Accounts are closed before the base is valued: first purchases are those of before, and are put right after.
        bring(
            "shop",
            "unvalued.csv",
            vec![sale("N7", on(2025, 12, 3), 70_00), call("N7", on(2026, 1, 3), 700)],
        );
        house.store(told);
        agrees(house, "what was closed before it was valued");

        bring("shop", "paid.csv", vec![payment("N3", on(2025, 11, 2), Some(on(2026, 2, 9)))]);
        let months = agrees(house, "money that was late");
        assert!((5..=6).contains(&months), "November to February and the month that goes on: {months}");

        // D1 of the desk turns out to be N5 of the shop.
        let same = bring("desk", "same.csv", vec![is_called("D1", "contact@n5.example")]);
        agrees(house, "two who are one");
        house.store(|store| undo(store, same));
        agrees(house, "and are two again");

        let oldest = bring("desk", "oldest.csv", vec![call("", on(2024, 1, 5), 1_000)]);
        agrees(house, "a call before everything");
        house.store(|store| undo(store, oldest));
        agrees(house, "the first month again");
    });
}

#[test]
fn any_changes_close_the_months_that_all_facts_would() {
    in_each_house(|house| async move {
        // A number after the other by Knuth's multiplier: the same story each time.
        let mut state = 20_251_122_u64;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let (mut imports, mut some) = (Vec::new(), 0);
        house.store(|store| import(store, "desk", "first.csv", vec![call("Z2", crate::now(), 1_000)]));
        agrees(&house, "a call of today");
        let months =
            house.store(|store| store.account_months(Day(i32::MIN), Day(i32::MAX)).unwrap().len() as u64);
        for step in 0..24 {
            if step % 4 == 3 {
                let gone: ImportId = imports.swap_remove(draw(imports.len() as u64) as usize);
                house.store(|store| undo(store, gone));
            } else {
                let mut entries = Vec::new();
                for _ in 0..1 + draw(4) {
                    let customer = ["N1", "N2", "N20", "P4", "P14", "X0", "Z1", "Z2", ""][draw(9) as usize];
                    let months = draw(if step % 2 == 0 { 3 } else { 16 }) as i32;
                    let at = Day(crate::now().day().0 - 30 * months - draw(20) as i32).start();
                    entries.push(match draw(6) {
                        0 | 1 => call(customer, at, 1 + draw(9_999) as i64),
                        2 => sale(customer, at, [50_00, 50_00, 70_00, -50_00][draw(4) as usize]),
                        3 => payment(customer, at, Some(Day(at.day().0 + draw(90) as i32).start())),
                        4 => is_called("Z1", ["contact@n1.example", "z@one.example"][draw(2) as usize]),
                        _ => advertising(customer, at, "lottery"),
                    });
                }
                let name = format!("{step}.csv");
                imports.push(
                    house.store(|store| import(store, ["desk", "shop"][draw(2) as usize], &name, entries)),
                );
            }
            some += u64::from(agrees(&house, &format!("step {step}")) < months);
        }
        assert!(some >= 12, "most changes are small: {some}");
    });
}
