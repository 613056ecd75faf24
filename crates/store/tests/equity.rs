//! Statements of equity come back as they were published, on either database, and the list shows what customers are worth.

mod common;

use access::{Filter, Reader, Role, Sort};
use common::{describes, each_location, each_store, import, now, on, sale, today};
use ledger::{Attribute, Day};
use portfolio::{Line, Loss, Losses, Statement, Turnover};
use store::{LineRows, ListQuery, MonthEndMeasure, NewStatement, PublishedStatement, Store, TurnRow};

/// A month in which somebody came, worth so much, after `opening`.
fn month(opened_on: Day, day: Day, opening: i64, acquired: i64, is_closed: bool) -> NewStatement {
    let mut statement = Statement {
        opening,
        closing: opening + acquired,
        expected_closing: opening,
        base_closing: opening,
        // More than 64 bits hold.
        surprises_squared: 1_i128 << 80,
        expected_margin: 7,
        realised_margin: -9,
        customers_opening: 1,
        customers_closing: 2,
        customers_acquired: 1,
        ..Statement::default()
    };
    statement.lines[Line::Acquired as usize] = acquired;
    let published = PublishedStatement {
        opened_on,
        day,
        is_closed,
        published_at: now(),
        models: (!is_closed).then_some(3),
        discount_rate: 0.1,
        sales: 12,
        newest_link: 4,
        statement,
    };
    let lines = Line::ALL.map(|line| LineRows {
        line,
        amount: statement.line(line),
        customers: u64::from(statement.line(line) != 0),
        rows: if line == Line::Acquired { vec![(7, acquired), (9, i64::MIN)] } else { vec![] },
    });
    let turn = TurnRow {
        part: "owner".to_string(),
        key: "Nadia Roche".to_string(),
        turnover: Turnover { acquired: 1, acquired_value: acquired, lost: 2, lost_value: 5 },
        returned: (3, 30),
        loss: Loss {
            heads: Losses { expected: 0.5, variance: 0.25, actual: 0.75 },
            value: Losses { expected: 50.5, variance: 2e19, actual: -75.25 },
        },
    };
    NewStatement { published, lines: lines.to_vec(), turns: vec![turn] }
}

fn days() -> [Day; 4] {
    [on(2025, 12, 31), on(2026, 1, 31), on(2026, 2, 28), on(2026, 3, 12)].map(|moment| moment.day())
}

fn three() -> [NewStatement; 3] {
    let [december, january, february, march] = days();
    [
        month(december, january, 0, 100, true),
        month(january, february, 100, 50, true),
        month(february, march, 150, -20, false),
    ]
}

#[test]
fn statements_read_back_as_published_and_later_ones_are_replaced_together() {
    each_store(|store| {
        let [_, january, february, march] = days();
        assert_eq!(store.equity_statements().unwrap(), []);
        let all = three();
        store.put_equity(None, &all, &[]).unwrap();
        let published: Vec<PublishedStatement> = all.iter().map(|new| new.published.clone()).collect();
        assert_eq!(store.equity_statements().unwrap(), published);
        let lines = store.equity_line(january, march, Line::Acquired).unwrap();
        assert_eq!(
            lines,
            [all[1].lines[Line::Acquired as usize].clone(), all[2].lines[Line::Acquired as usize].clone()]
        );
        let turns = store.equity_turns("owner").unwrap();
        assert_eq!(turns.len(), 3);
        assert_eq!(turns[0], (january, all[0].turns[0].clone()));
        assert_eq!(store.equity_turns("source").unwrap(), []);

        let again = month(february, march, 150, 999, false);
        store.put_equity(Some(february), std::slice::from_ref(&again), &[]).unwrap();
        let standing = store.equity_statements().unwrap();
        assert_eq!(standing[..2], published[..2]);
        assert_eq!(standing[2], again.published);
        store.put_equity(Some(january), &[], &[]).unwrap();
        assert_eq!(store.equity_statements().unwrap(), published[..1]);
        assert_eq!(store.equity_turns("owner").unwrap().len(), 1);
        assert_eq!(store.equity_line(january, march, Line::Acquired).unwrap(), []);

        assert_eq!(store.equity_note("ahead").unwrap(), None);
        for note in ["{}", "{\"expected\":1}"] {
            store.put_equity(Some(january), &[], &[("ahead", note)]).unwrap();
        }
        // Columns wait beside what stands, and take its place with the statements.
        let column = |value: i64| vec![None, Some(value)];
        let measures = [MonthEndMeasure::Equity, MonthEndMeasure::NextEquity];
        let kept = |day: Day| measures.map(|measure| store.month_end(day, measure).unwrap());
        for day in [january, february] {
            store.put_month_end(day, MonthEndMeasure::Equity, &column(1)).unwrap();
        }
        store.put_month_end(february, MonthEndMeasure::NextEquity, &column(2)).unwrap();
        assert_eq!(kept(february), [Some(column(1)), Some(column(2))]);
        store.put_equity(Some(january), &[], &[]).unwrap();
        assert_eq!(kept(february), [Some(column(2)), None]);
        assert_eq!(kept(january), [Some(column(1)), None]);
        assert_eq!(store.equity_note("ahead").unwrap().as_deref(), Some("{\"expected\":1}"));
    });
}

/// A backup once held neither what customers were worth at month ends nor who made a line: after a restore migrations began
/// with the next month, and no line of a month gone by could be opened.
#[test]
fn what_was_known_of_months_gone_by_comes_back_from_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    each_store(|store| {
        let [december, january, february, march] = days();
        store.put_equity(None, &three(), &[("basis", "{}")]).unwrap();
        let column: Vec<Option<i64>> = (0..70_000).map(|n| (n % 3 != 0).then_some(n * n - 50)).collect();
        for day in [january, february] {
            store.put_month_end(day, MonthEndMeasure::Equity, &column).unwrap();
            store.put_month_end(day, MonthEndMeasure::Contribution, &[]).unwrap();
        }
        let file = folder.path().join("base.backup");
        store.backup(&file, |_| Ok(())).unwrap();
        each_location(|target| {
            store::restore(&file, target, |_| Ok(())).unwrap();
            let restored = Store::open(target).unwrap();
            assert_eq!(restored.equity_statements().unwrap(), store.equity_statements().unwrap());
            for day in [january, february] {
                assert_eq!(restored.month_end(day, MonthEndMeasure::Equity).unwrap().as_ref(), Some(&column));
                assert_eq!(restored.month_end(day, MonthEndMeasure::Contribution).unwrap(), Some(vec![]));
            }
            for line in Line::ALL {
                let of = |store: &Store| store.equity_line(december, march, line).unwrap();
                assert_eq!(of(&restored), of(store));
            }
            let made = restored.equity_line(december, january, Line::Acquired).unwrap();
            assert_eq!(made[0].rows, [(7, 100), (9, i64::MIN)]);
        });
        std::fs::remove_file(&file).unwrap();
    });
}

fn customers(store: &Store) {
    let rows = vec![
        describes("ann", &[(Attribute::Name, "Ann"), (Attribute::Owner, "Nadia Roche")]),
        describes("bob", &[(Attribute::Name, "Bob"), (Attribute::Owner, "Paul Petit")]),
        sale("ann", on(2026, 1, 5), "1", "arabica", 1_000),
    ];
    import(store, "shop", "orders.csv", rows);
    store.link(now(), |_, _| Ok(())).unwrap();
}

#[test]
fn the_list_shows_equity_to_whom_may_see_margins() {
    each_store(|store| {
        customers(store);
        let page = |reader: &Reader| {
            let sort = Sort::parse("name", reader).unwrap();
            let filter = Filter::everything();
            let query = ListQuery { filter: &filter, text: None, sort: &sort, offset: 0, limit: 10 };
            store.customers(reader, &query).unwrap()
        };
        let house = Reader::house();
        let before = page(&house);
        assert!(before.rows.iter().all(|row| row.equity.is_none()));
        let ann = before.rows[0].id;
        let mut column = vec![None; ann as usize + 1];
        column[ann as usize] = Some(12_345);
        store.save_equity(&column, |_| Ok(())).unwrap();
        let after = page(&house);
        assert_eq!(after.rows[0].equity.map(|equity| equity.minor), Some(12_345));
        assert_eq!(after.rows[1].equity, None);
        let sum = after.sums.iter().find(|(field, _)| *field == access::Field::Equity).unwrap().1;
        assert_eq!(sum.minor, 12_345);
        assert_eq!(store.equity_column().unwrap()[ann as usize], Some(12_345));

        let nadia = Reader { staff: 7, role: Role::Seller, owner_name: Some("Nadia Roche".to_string()) };
        let hers = page(&nadia);
        assert_eq!((hers.rows.len(), hers.rows[0].equity), (1, None));
        assert!(hers.sums.iter().all(|(field, _)| *field != access::Field::Equity));
        let ids: Vec<u32> = after.rows.iter().rev().map(|row| row.id).collect();
        let both: Vec<u32> = store.customer_rows(&house, &ids).unwrap().iter().map(|row| row.id).collect();
        assert_eq!(both, ids);
        assert_eq!(
            store.customer_rows(&nadia, &ids).unwrap(),
            hers.rows,
            "what she does not see is left out"
        );

        store.save_equity(&[], |_| Ok(())).unwrap();
        assert!(page(&house).rows.iter().all(|row| row.equity.is_none()));
    });
}

#[test]
fn who_is_who_since_a_link_is_known() {
    each_store(|store| {
        customers(store);
        let link = store.newest_link().unwrap();
        assert!(link > 0 && store.relinked_since(link).unwrap().is_empty());
        let same = [(Attribute::Name, "Ann"), (Attribute::Email, "ann@shop.example")];
        import(store, "shop", "who.csv", vec![describes("ann", &same), describes("bob", &same)]);
        store.link(now(), |_, _| Ok(())).unwrap();
        assert_eq!(store.relinked_since(link).unwrap().len(), 2, "who was taken up, and who took");
        let mut places = Vec::new();
        store
            .each_place(|place| places.push((place.sources.trim().to_string(), place.owner.is_some())))
            .unwrap();
        assert_eq!(places, [("shop".to_string(), true)]);
    });
}

#[test]
fn the_doctor_finds_statements_that_do_not_add_up() {
    each_store(|store| {
        customers(store);
        let problems = || -> Vec<String> {
            let report = store.doctor(today()).unwrap();
            report.findings.into_iter().filter_map(|finding| finding.problem).collect()
        };
        type Change = fn(&mut [NewStatement; 3]);
        let wrong = |change: Change| {
            let mut months = three();
            change(&mut months);
            store.put_equity(None, &months, &[]).unwrap();
            problems()
        };
        let column = store.equity_column().unwrap();
        let mut worth = vec![None; column.len().max(2)];
        worth[1] = Some(130);
        store.save_equity(&worth, |_| Ok(())).unwrap();
        assert_eq!(wrong(|_| ()), Vec::<String>::new());
        let cases: [(Change, &str); 4] = [
            (|months| months[1].lines[Line::Churn as usize].amount += 1, "statements do not add up"),
            (
                |months| {
                    months[1].published.statement.opening += 5;
                    months[1].published.statement.closing += 5;
                    months[2].published.statement.opening += 5;
                    months[2].published.statement.closing += 5;
                },
                "where the one before closed",
            ),
            (|months| months[2].published.opened_on = Day(1), "statements follow none"),
            (
                |months| {
                    months[2].published.statement.closing += 5;
                    months[2].lines[Line::Acquired as usize].amount += 5;
                },
                "5 minor units are missing",
            ),
        ];
        for (change, words) in cases {
            let found = wrong(change);
            assert!(found.iter().any(|problem| problem.contains(words)), "{words}: {found:?}");
        }
    });
}
