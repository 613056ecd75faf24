//! Facts as the pricing sees them, the catalogue's versions and the accounts as they are kept, on either database.

// Cents stand apart in amounts: 900_00 is 900.00.
#![allow(clippy::inconsistent_digit_grouping)]

mod common;

use access::{Context, Filter, Reader, Role, Sort};
use common::{describes, each_location, each_store, import, now, on, sale, today};
use ledger::{
    Attribute, Attributes, Cost, Currency, Day, Direction, Fact, FactBody, FactKind, Interaction, Moment,
    Money, Payment, Quantity, Request, SaleLine,
};
use std::collections::BTreeMap;
use store::{
    AccountMonth, Basis, Entry, ListQuery, MonthStatements, Restatement, SavedCatalogue, Store,
    YearOfCustomer,
};
use value::cost::{Line, Told};

fn tells(customer: &str, at: Moment, body: FactBody) -> Entry {
    Entry {
        row: 0,
        customer: (!customer.is_empty()).then(|| customer.to_string()),
        attributes: Attributes::new(),
        fact: Some(Fact { happened_at: at, reference: None, body }),
    }
}

fn line(cents: i64, currency: Currency) -> SaleLine {
    SaleLine {
        order: Some("A1".into()),
        product: Some("arabica".into()),
        description: Some("250 g \"discount\": none".into()),
        quantity: Some(Quantity(-2_000)),
        amount: Money::new(cents, currency),
        discount: None,
        margin: None,
        is_return: cents < 0,
        kg: None,
        km: None,
        assumed_margin: None,
    }
}

/// Anna bought in March; what was done for her before is what won her. Who phoned without a name is nobody.
fn shop(store: &Store) -> (i64, i64) {
    let euro = |cents: i64| Money::new(cents, Currency::EUR);
    let (orders, _) = import(
        store,
        "Shop",
        "orders.csv",
        vec![
            describes("anna", &[(Attribute::Name, "Anna"), (Attribute::Owner, "Nadia")]),
            describes("bert", &[(Attribute::Name, "Bert")]),
            tells(
                "anna",
                on(2026, 3, 10),
                FactBody::Sale(SaleLine {
                    discount: Some(euro(5_00)),
                    margin: Some(euro(20_00)),
                    ..line(95_00, Currency::EUR)
                }),
            ),
            tells("anna", on(2026, 4, 2), FactBody::Sale(line(-10_00, Currency::EUR))),
            tells("anna", on(2026, 4, 3), FactBody::Sale(line(77_00, Currency::parse("USD").unwrap()))),
            tells(
                "anna",
                on(2026, 5, 4),
                FactBody::Payment(Payment {
                    invoice: Some("A1".into()),
                    amount: euro(95_00),
                    due: Some(on(2026, 4, 9).day()),
                    paid: Some(on(2026, 5, 4).day()),
                }),
            ),
            sale("", on(2026, 4, 6), "K1", "till", 3_00),
            tells(
                "bert",
                on(2026, 2, 8),
                FactBody::Cost(Cost { activity: "welcome".into(), amount: euro(8_00), campaign: None }),
            ),
        ],
    );
    let call = |who: &str, at: Moment, minutes: i64| {
        tells(
            who,
            at,
            FactBody::Interaction(Interaction {
                channel: "call".into(),
                direction: Some(Direction::Inbound),
                minutes: Some(Quantity(minutes)),
                who: Some("Léa".into()),
                subject: Some("a \"quoted\" matter".into()),
                campaign: Some("spring".into()),
                outcome: Some("order".into()),
                kg: None,
                km: None,
            }),
        )
    };
    let (desk, _) = import(
        store,
        "Desk",
        "calls.csv",
        vec![
            describes("anna", &[(Attribute::Name, "Anna"), (Attribute::Email, "anna@home.example")]),
            call("anna", on(2026, 3, 1), 12_500),
            call("", on(2026, 3, 2), 3_000),
            tells(
                "anna",
                on(2026, 4, 8),
                FactBody::Request(Request {
                    subject: Some("late".into()),
                    opened: on(2026, 4, 8),
                    closed: Some(on(2026, 4, 11)),
                    channel: Some("email".into()),
                }),
            ),
        ],
    );
    store.link(now(), |_, _| Ok(())).unwrap();
    (orders, desk)
}

/// What two hands are told, as text, sorted.
fn told(store: &Store) -> Vec<String> {
    let hands = store
        .teller()
        .unwrap()
        .all(Vec::new, |lines: &mut Vec<String>, told| lines.push(in_words(told)), |_, _| Ok(()))
        .unwrap();
    assert_eq!(hands.len(), 2);
    let mut lines: Vec<String> = hands.into_iter().flatten().collect();
    lines.sort();
    lines
}

fn in_words(told: &Told<'_>) -> String {
    let event = &told.event;
    let day = event.day.civil().unwrap();
    let kind = event.kind.name();
    let mut words = format!("{kind} {day} of {:?} by {}", event.customer, event.source);
    match event.kind {
        FactKind::Sale => {
            let margin = event.margin.known();
            words += &format!(
                ": {} off {} margin {margin:?} return {} quantity {} {}",
                event.amount, event.discount, event.is_return, event.quantity.0, event.product
            );
        }
        FactKind::Payment => {
            let days = [told.due, told.paid].map(|day| day.map_or(0, |day| day.0 - event.day.0));
            words += &format!(": {} due and paid {days:?}", event.amount);
        }
        FactKind::Interaction => {
            words += &format!(
                ": {} {} {} {:?} {} {} {}",
                event.channel,
                event.direction,
                event.minutes.0,
                event.subject,
                event.who,
                event.campaign,
                event.outcome
            );
        }
        FactKind::Request => words += &format!(": {} {} {} days", event.channel, event.subject, event.days),
        _ => words += &format!(": {} {}", event.activity, event.amount),
    }
    if event.is_first { words + ", first" } else { words }
}

#[test]
fn facts_come_through_the_links_that_stand_in_the_companys_currency() {
    each_store(|store| {
        let (_, desk) = shop(store);
        first_purchase(store, "Anna", on(2026, 3, 10).day());
        let ids = customers(store);
        let (anna, bert) = (ids["Anna"], ids["Bert"]);
        let lines = told(store);
        let of = |customer: u32, kind: &str| -> Vec<String> {
            let his = format!("of Some({customer}) ");
            let lines = lines.iter().filter(|line| line.starts_with(kind) && line.contains(&his));
            lines.map(|line| line.replace(&his, "")).collect()
        };
        assert_eq!(
            of(anna, "sale"),
            [
                "sale 2026-03-10 by Shop: 9500 off 500 margin Some(2000) return false quantity -2000 arabica, first",
                "sale 2026-04-02 by Shop: -1000 off 0 margin None return true quantity -2000 arabica",
            ]
        );
        assert_eq!(of(anna, "payment"), ["payment 2026-05-04 by Shop: 9500 due and paid [-25, 0]"]);
        assert_eq!(of(bert, "cost"), ["cost 2026-02-08 by Shop: welcome 800, first"]);
        let nobodys: Vec<&String> = lines.iter().filter(|line| line.contains("of None")).collect();
        assert_eq!(
            nobodys,
            [
                "interaction 2026-03-02 of None by Desk: call inbound 3000 \"a \\\"quoted\\\" matter\" Léa spring order",
                "sale 2026-04-06 of None by Shop: 300 off 0 margin Some(75) return false quantity 1000 till",
            ]
        );
        let call = lines.iter().find(|line| line.starts_with("interaction 2026-03-01")).unwrap();
        assert!(
            call.ends_with("call inbound 12500 \"a \\\"quoted\\\" matter\" Léa spring order, first"),
            "{call}"
        );
        assert!(lines.iter().any(|line| line.contains(": email late 3 days")), "{lines:?}");
        assert!(!lines.iter().any(|line| line.contains("7700")), "dollars are not in these accounts");

        // One customer's facts are the same, told one by one.
        let mut his = Vec::new();
        let seen = store.tell_facts_of(&Reader::house(), anna, |fact, told| {
            his.push(in_words(told));
            assert!(fact.id > 0 && fact.happened_at.day() == told.event.day);
        });
        assert_eq!(seen.unwrap(), Some(()));
        his.sort();
        let all: Vec<&String> = lines.iter().filter(|line| line.contains(&format!("Some({anna})"))).collect();
        assert_eq!(his.iter().collect::<Vec<_>>(), all);

        store.undo_import(desk, now(), |_| Ok(())).unwrap();
        assert!(!told(store).iter().any(|line| line.contains("by Desk")));
        assert_eq!(store.latest_fact(today()).unwrap(), Some(on(2026, 5, 4).day()));
        for day in [today(), on(2026, 3, 31).day()] {
            let seen = store.sales(day, |_, _| Ok(())).unwrap().latest;
            assert_eq!(seen, store.latest_fact(day).unwrap(), "both ways know the latest fact");
        }
    });
}

/// Records that were brought in and are not linked yet were in the figure of nobody, and not among the facts behind it.
#[test]
fn facts_of_nobody_are_those_that_pricing_books_on_nobody() {
    each_store(|store| {
        shop(store);
        let all = on(1990, 1, 1).day()..on(2090, 1, 1).day();
        let booked = || {
            let hands = store.teller().unwrap().all(
                Vec::new,
                |told: &mut Vec<_>, one| told.push(in_words_of_nobody(one)),
                |_, _| Ok(()),
            );
            let mut told: Vec<String> = hands.unwrap().into_iter().flatten().flatten().collect();
            told.sort();
            told
        };
        let behind = || {
            let mut told = Vec::new();
            store.tell_facts_of_nobody(&all, |_, one| told.extend(in_words_of_nobody(one))).unwrap();
            told.sort();
            told
        };
        let linked = booked().len();
        assert!(linked > 0);
        assert_eq!(behind(), booked());
        // By their numbers the same facts are told the same.
        let (mut numbers, mut again) = (Vec::new(), Vec::new());
        store.tell_facts_of_nobody(&all, |id, _| numbers.push(id)).unwrap();
        store
            .tell_facts(&numbers, |fact, one| {
                assert!(numbers.contains(&fact.id));
                again.extend(in_words_of_nobody(one));
            })
            .unwrap();
        again.sort();
        assert_eq!(again, behind());
        // Ten who are not linked yet, then so many that the facts are read in one go.
        for (many, file) in [(10, "some.csv"), (1_200, "many.csv")] {
            let rows = (0..many).flat_map(|n| {
                let who = format!("{file} {n}");
                let due = (on(2026, 3, 1).day(), on(2026, 4, 1).day());
                let payment = Payment {
                    invoice: None,
                    amount: Money::new(100 + n, Currency::EUR),
                    due: Some(due.0),
                    paid: Some(due.1),
                };
                [
                    sale(&who, on(2026, 4, 2), &format!("{file} {n}"), "lamp", 700 + n),
                    tells(&who, on(2026, 4, 1), FactBody::Payment(payment)),
                ]
            });
            let (added, counts) = import(store, "Shop", file, rows.collect());
            assert_eq!(counts.invalid, 0);
            assert_eq!(behind().len(), linked + 2 * many as usize);
            assert_eq!(behind(), booked(), "{file}");
            store.undo_import(added, now(), |_| Ok(())).unwrap();
            assert_eq!((behind().len(), booked().len()), (linked, linked), "nothing of it stands");
        }
        // Once they are linked, they are somebody's.
        import(store, "Shop", "late.csv", vec![sale("carl", on(2026, 4, 2), "C1", "lamp", 700)]);
        assert_eq!(behind().len(), linked + 1);
        store.link(now(), |_, _| Ok(())).unwrap();
        assert_eq!((behind().len(), booked().len()), (linked, linked));
    });
}

fn in_words_of_nobody(told: &Told<'_>) -> Option<String> {
    told.event.customer.is_none().then(|| in_words(told))
}

#[test]
fn a_large_base_is_looked_at_in_stretches_and_descriptions_are_passed_by() {
    each_store(|store| {
        let sales = (0..3_000).map(|i| sale("anna", on(2026, 3, 1), &format!("S{i}"), "arabica", 100 + i));
        import(store, "Shop", "orders.csv", sales.collect());
        let mut seen = 0;
        store.tell_some_facts(|_| seen += 1).unwrap();
        assert_eq!(seen, 3_000, "all of a small base");
        // More descriptions than are looked at one by one, all later than the last sale.
        let people = (0..1_500).map(|i| describes(&format!("p{i}"), &[(Attribute::Name, "Somebody")]));
        import(store, "People", "people.csv", people.collect());
        assert_eq!(store.latest_fact(today()).unwrap(), Some(on(2026, 3, 1).day()));
        assert_eq!(store.latest_fact(on(2026, 2, 1).day()).unwrap(), None);
    });
}

fn made(catalogue: i64) -> Basis<'static> {
    Basis { catalogue, made_of: "nothing" }
}

fn first_purchase(store: &Store, name: &str, day: Day) {
    let id = customers(store)[name];
    let valued = store::ValuedCustomer { id, first_purchase: Some(day), ..Default::default() };
    let run = store::SavedValuation {
        id: 0,
        valued_at: now(),
        until: today(),
        horizon_days: 365,
        currency: Currency::EUR,
        model: String::new(),
        summary: "{}".into(),
    };
    store.save_valuation([valued], &run, |_| Ok(())).unwrap();
}

fn customers(store: &Store) -> BTreeMap<String, u32> {
    let reader = Reader::house();
    list(store, &reader, "", "name").into_iter().rev().map(|row| (row.name, row.id)).collect()
}

fn list(store: &Store, reader: &Reader, filter: &str, sort: &str) -> Vec<store::CustomerRow> {
    let context = Context { reader, today: today(), currency: Currency::EUR };
    let filter = Filter::parse(filter, &context).unwrap();
    let sort = Sort::parse(sort, reader).unwrap();
    let query = ListQuery { filter: &filter, text: None, sort: &sort, offset: 0, limit: 500 };
    store.customers(reader, &query).unwrap().rows
}

#[test]
fn a_catalogue_is_never_overwritten_and_never_lost() {
    each_store(|store| {
        let staff =
            store.add_staff("Ann", "ann@shop.example", Role::Administrator, None, None, now()).unwrap().id;
        let new = |by: Option<i64>, note: &str| SavedCatalogue {
            id: 0,
            made_at: now(),
            made_by: by,
            made_by_name: None,
            origin: if by.is_some() { "person" } else { "guess" }.into(),
            note: note.into(),
            content: "{}".into(),
        };
        assert_eq!(store.catalogue().unwrap(), None);
        let first = store.add_catalogue(&new(None, "retail"), 0).unwrap().unwrap();
        assert_eq!(store.add_catalogue(&new(None, "again"), 0).unwrap(), None, "another one stands by now");
        let second = store.add_catalogue(&new(Some(staff), "dearer mail"), first).unwrap().unwrap();
        assert_eq!(store.add_catalogue(&new(Some(staff), "lost"), first).unwrap(), None);
        let stands = store.catalogue().unwrap().unwrap();
        assert_eq!(
            (stands.id, stands.made_by_name.as_deref(), stands.note.as_str()),
            (second, Some("Ann"), "dearer mail")
        );
        let notes: Vec<String> =
            store.catalogues().unwrap().into_iter().map(|version| version.note).collect();
        assert_eq!(notes, ["dearer mail", "retail"]);
        assert_eq!(store.catalogue_version(first).unwrap().unwrap().note, "retail");
        assert_eq!(store.catalogue_version(99).unwrap(), None);
    });
}

fn month(day: Day, content: &str) -> AccountMonth {
    AccountMonth { month: day, until: Day(day.0 + 30), closed_at: now(), content: content.into() }
}

#[test]
fn statements_are_kept_replaced_and_shown_to_who_may_see_the_customer() {
    each_store(|store| {
        shop(store);
        let anna = customers(store)["Anna"];
        let (may, june) = (on(2026, 5, 1).day(), on(2026, 6, 1).day());
        let of = |day: Day, entries: &[(u32, Line, i64)]| MonthStatements::new(day, entries.iter().copied());
        let far = 5_000_000;
        let statements = [
            of(may, &[(anna, Line::Gross, 10_00), (anna, Line::Activity(2), 3)]),
            of(june, &[(anna, Line::Margin, -5), (far, Line::Gross, 1)]),
        ];
        assert_eq!(store.account_span().unwrap(), None);
        store
            .put_accounts(&[month(may, "a"), month(june, "b")], &statements, &[], &made(7), |_| Ok(()))
            .unwrap();
        assert_eq!(store.catalogue_of_accounts().unwrap(), Some(7));
        assert_eq!(store.account_span().unwrap(), Some((may, Day(june.0 + 30))));
        let house = Reader::house();
        let his = store.account(&house, anna).unwrap().unwrap();
        assert_eq!(his.len(), 2);
        assert_eq!(
            (his[0].month, his[0].lines.as_slice()),
            (may, [(Line::Gross, 10_00), (Line::Activity(2), 3)].as_slice())
        );
        assert_eq!(store.account(&house, 77).unwrap(), None, "there is no such customer");
        let seller = |name: &str| Reader { staff: 2, role: Role::Seller, owner_name: Some(name.into()) };
        assert!(store.account(&seller("Nadia"), anna).unwrap().is_some());
        assert_eq!(store.account(&seller("Paul"), anna).unwrap(), None);

        // June came out otherwise and the stranger is gone: his row goes too.
        let restated = Restatement {
            id: 0,
            month: june,
            restated_at: now(),
            reason: "facts".into(),
            earlier: "1".into(),
            later: "2".into(),
        };
        let statements = [statements[0].clone(), of(june, &[(anna, Line::Margin, 9)])];
        let months = [month(may, "a"), month(june, "c")];
        store.put_accounts(&months, &statements, &[restated], &made(8), |_| Ok(())).unwrap();
        let mut all = Vec::new();
        store.each_account(|id, months| all.push((id, months.len()))).unwrap();
        assert_eq!(all, [(anna, 2)]);
        let contents: Vec<String> = store
            .account_months(may, Day(june.0 + 1))
            .unwrap()
            .into_iter()
            .map(|month| month.content)
            .collect();
        assert_eq!(contents, ["a", "c"]);
        let told = store.restatements(may, Day(june.0 + 1)).unwrap();
        assert_eq!((told.len(), told[0].month, told[0].earlier.as_str()), (1, june, "1"));
        assert_eq!(store.restatements(may, june).unwrap(), []);

        store.put_accounts(&months[..1], &statements[..1], &[], &made(8), |_| Ok(())).unwrap();
        assert_eq!(store.account_months(may, Day(i32::MAX)).unwrap().len(), 1);
    });
}

/// 700 customers over 30 months, in some of which some have lines.
fn many_statements() -> Vec<MonthStatements> {
    let mut state = 7_u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let months = (0..30).map(|n| {
        let mut entries = Vec::new();
        for customer in 0..700 {
            if draw(3) == 0 {
                continue;
            }
            for line in [Line::Gross, Line::Margin, Line::Activity(0), Line::Activity(40)] {
                let amount = draw(9_000_000) as i64 - 100_000;
                if draw(2) == 0 && amount != 0 {
                    entries.push((customer, line, amount));
                }
            }
        }
        MonthStatements::new(Day(20_000 + 30 * n), entries.into_iter())
    });
    months.collect()
}

#[test]
fn lines_of_some_months_are_those_of_each_month_after_each_other() {
    each_store(|store| {
        store.put_accounts(&[], &many_statements(), &[], &made(1), |_| Ok(())).unwrap();
        let day = |n: i32| Day(20_000 + 30 * n);
        for span in [day(0)..day(30), day(18)..day(30), day(3)..day(4), day(5)..day(5), day(40)..day(50)] {
            let mut apart = Vec::new();
            store
                .each_account(|customer, months| {
                    let months = months.iter().filter(|month| span.contains(&month.month));
                    let lines: Vec<(Line, i64)> = months.flat_map(|month| month.lines.clone()).collect();
                    if !lines.is_empty() {
                        apart.push((customer, lines));
                    }
                })
                .unwrap();
            let take = |found: &mut Vec<(u32, Vec<(Line, i64)>)>, customer, lines: &[(Line, i64)]| {
                found.push((customer, lines.to_vec()));
            };
            let (mut together, others) = store.accounts_within(&span, Vec::new, take).unwrap();
            together.extend(others);
            assert_eq!(together, apart, "{span:?}");
            assert_eq!(together.is_empty(), span.start >= day(30) || span.is_empty());
        }
    });
}

#[test]
fn accounts_come_back_from_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    each_store(|store| {
        let months = [month(Day(20_000), "{\"total\": [1]}"), month(Day(20_030), "a\\b")];
        store.put_accounts(&months, &many_statements(), &[], &made(7), |_| Ok(())).unwrap();
        let file = folder.path().join("base.backup");
        store.backup(&file, |_| Ok(())).unwrap();
        let all = |store: &Store| {
            let mut all = Vec::new();
            store.each_account(|customer, months| all.push((customer, months.to_vec()))).unwrap();
            let span = (Day(i32::MIN), Day(i32::MAX));
            (all, store.account_months(span.0, span.1).unwrap(), store.accounts_made_of().unwrap())
        };
        each_location(|target| {
            store::restore(&file, target, |_| Ok(())).unwrap();
            assert_eq!(all(&Store::open(target).unwrap()), all(store));
        });
        assert_eq!(all(store).0.len(), 700);
        std::fs::remove_file(&file).unwrap();
    });
}

#[test]
fn the_last_twelve_months_are_listed_for_who_may_see_margins() {
    each_store(|store| {
        shop(store);
        let ids = customers(store);
        let size = *ids.values().max().unwrap() as usize + 1;
        let mut years = vec![YearOfCustomer::default(); size];
        years[ids["Anna"] as usize] = YearOfCustomer { contribution: -12_00, cost: 32_00, invested: 2_00 };
        years[ids["Bert"] as usize] = YearOfCustomer { contribution: 5_00, cost: 1_00, invested: 0 };
        let mut written = 0;
        store
            .put_years(&years, |done| {
                written = done;
                Ok(())
            })
            .unwrap();
        assert_eq!(written, 3, "every customer has figures from then on");
        let house = Reader::house();
        let losers = list(store, &house, "contribution < 0", "-cost");
        assert_eq!(losers.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Anna"]);
        assert_eq!(losers[0].cost.map(|money| money.minor), Some(32_00));
        assert_eq!(list(store, &house, "invested > 1 or cost = 1", "-contribution")[0].name, "Bert");

        let nadia = Reader { staff: 2, role: Role::Seller, owner_name: Some("Nadia".into()) };
        let row = &list(store, &nadia, "", "name")[0];
        assert_eq!((row.name.as_str(), row.contribution, row.cost, row.invested), ("Anna", None, None, None));
        let context = Context { reader: &nadia, today: today(), currency: Currency::EUR };
        for field in ["contribution", "cost", "invested"] {
            assert!(Filter::parse(&format!("{field} > 0"), &context).is_err());
            assert!(Sort::parse(&format!("-{field}"), &nadia).is_err());
        }

        // The same again writes nothing.
        store.put_years(&years, |_| panic!("nothing changed")).unwrap();
    });
}
