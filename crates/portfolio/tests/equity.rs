//! The statement of customer equity: the oracle to the cent, a thousand random portfolios, months that follow each other.

// Cents stand apart in amounts: 900_00 is 900.00.
#![allow(clippy::inconsistent_digit_grouping)]

use maths::chain_values;
use portfolio::{Class, Line, Movement, Passage, Row, Statement, Statements, migration};
use proptest::prelude::*;

fn fixture(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("fixtures are JSON")
}

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn rows(value: &serde_json::Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

/// A base of classes that move by a chain, valued in cents.
struct Base {
    margins: Vec<f64>,
    rate: f64,
    chain: Vec<Vec<f64>>,
    /// In cents, under the model of the opening and of the closing.
    old: Vec<f64>,
    new: Vec<f64>,
}

impl Base {
    /// Someone of class `from` at the opening who is of class `to` at the closing; the last class is lost.
    fn movement(&self, customer: u32, from: usize, to: usize) -> Movement {
        let lost = self.chain.len() - 1;
        let expected: f64 =
            self.chain[from].iter().zip(&self.old).map(|(chance, value)| chance * value).sum();
        let stays = 1.0 - self.chain[from][lost];
        let expected = Movement::as_expected(customer, self.old[from], self.margins[from], expected, stays);
        Movement {
            alive: f64::from(u8::from(to != lost)),
            unchanged: self.old[to],
            reassumed: self.new[to],
            closing: self.new[to],
            ..expected
        }
    }
}

/// The recommended bridge of 2 000 customers in four classes who pass a quarter, in which the margin of D3 is then set to 42:
/// every line is the published number to the cent, customer by customer.
#[test]
fn the_bridge_of_four_classes_is_the_oracle_to_the_cent() {
    let bridge = fixture(include_str!("../../../fixtures/plan/ce_bridge.json"));
    let chain = fixture(include_str!("../../../fixtures/plan/mdp_d3_d2.json"));
    let cents = |numbers: Vec<f64>| numbers.into_iter().map(|number| number * 100.0).collect::<Vec<_>>();
    let base = Base {
        margins: cents(numbers(&chain["g"])),
        rate: chain["d"].as_f64().unwrap(),
        chain: rows(&chain["P0"]),
        old: cents(numbers(&bridge["V_old"])),
        new: cents(numbers(&bridge["V_new(D3 margin 42)"])),
    };
    // The values are those of the chain: V = (I − P / (1 + d))⁻¹ g.
    let values = chain_values(&base.chain, &base.margins, 1.0 / (1.0 + base.rate)).unwrap();
    assert!(values.iter().zip(&base.old).all(|(one, other)| (one - other).abs() < 1e-4));
    let mut raised = base.margins.clone();
    raised[2] = 42_00.0;
    let values = chain_values(&base.chain, &raised, 1.0 / (1.0 + base.rate)).unwrap();
    assert!(values.iter().zip(&base.new).all(|(one, other)| (one - other).abs() < 1e-4));

    let mut movements = Vec::new();
    for (from, flows) in rows(&bridge["flows"]).iter().enumerate() {
        for (to, count) in flows.iter().enumerate() {
            movements.extend((0..*count as u32).map(|customer| base.movement(customer, from, to)));
        }
    }
    for (class, count) in numbers(&bridge["new"]).iter().enumerate() {
        let born =
            Movement { reassumed: base.new[class], ..Movement::born(0, base.old[class], base.new[class]) };
        movements.extend((0..*count as u32).map(|_| born));
    }
    for (customer, movement) in movements.iter_mut().enumerate() {
        movement.customer = customer as u32;
    }
    let mut book = Statements::default();
    let rows: Vec<Row> = movements.iter().map(|movement| book.row(movement)).collect();
    let statement: Statement = rows.iter().copied().collect();
    assert_eq!(statement.residual(), 0);
    assert!(rows.iter().all(|row| row.opening + row.lines.iter().sum::<i64>() == row.closing));

    let published = &bridge["bridge"];
    let exact = |name: &str| published[name].as_f64().unwrap() * 100.0;
    assert_eq!(statement.opening, exact("opening").round() as i64);
    assert_eq!(statement.closing, exact("closing").round() as i64);
    for (amount, name) in [
        (statement.line(Line::Release), "- margin released"),
        (statement.line(Line::Unwinding), "+ discount unwinding"),
        (statement.expected_closing, "= expected closing of opening base"),
        (statement.line(Line::Churn), "+/- churn variance"),
        (statement.line(Line::Development), "+/- migration (development) variance"),
        (statement.line(Line::Acquired), "+ acquisition (at birth)"),
        (statement.line(Line::Assumptions), "+/- assumption change"),
    ] {
        println!("{name}: {amount} against {:.4}", exact(name));
        assert!((amount as f64 - exact(name)).abs() <= 1.0, "{name}: {amount} against {}", exact(name));
    }
    assert_eq!(statement.expected_margin, 184_000_00);
    assert_eq!((statement.customers_opening, statement.customers_acquired), (2_000, 132));
    assert_eq!(statement.customers_closing, 1_927);
    for line in [Line::MergedSplit, Line::Horizon, Line::Reactivated, Line::Model] {
        assert_eq!(statement.line(line), 0, "{}", line.name());
    }
}

/// Numbers from a seed.
struct Draws(u64);

impl Draws {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, end: usize) -> usize {
        (self.unit() * end as f64) as usize
    }

    fn base(&mut self) -> Base {
        let classes = 2 + self.below(5);
        let mut chain: Vec<Vec<f64>> = (0..classes)
            .map(|_| {
                let weights: Vec<f64> = (0..=classes).map(|_| 0.02 + self.unit()).collect();
                let sum: f64 = weights.iter().sum();
                weights.into_iter().map(|weight| weight / sum).collect()
            })
            .collect();
        chain.push((0..=classes).map(|to| f64::from(u8::from(to == classes))).collect());
        let rate = 0.005 + 0.1 * self.unit();
        let mut margins: Vec<f64> = (0..classes).map(|_| self.unit() * 60_000.0 - 9_000.0).collect();
        margins.push(0.0);
        let old = chain_values(&chain, &margins, 1.0 / (1.0 + rate)).unwrap();
        let dearer: Vec<f64> = margins.iter().map(|margin| margin * 1.07 - 33.0).collect();
        let mut new = chain_values(&chain, &dearer, 1.0 / (1.0 + rate)).unwrap();
        new[classes] = 0.0;
        Base { margins, rate, chain, old, new }
    }

    fn next(&mut self, base: &Base, from: usize) -> usize {
        let mut left = self.unit();
        for (to, chance) in base.chain[from].iter().enumerate() {
            left -= chance;
            if left < 0.0 {
                return to;
            }
        }
        base.chain.len() - 1
    }
}

/// A thousand random portfolios: nothing is left unexplained, for anybody; every line is what the counts of the classes make
/// it by another way of reckoning; nobody has a line that he has no reason for.
#[test]
fn a_thousand_random_portfolios_leave_no_residual() {
    let mut furthest = 0.0_f64;
    for seed in 0..1_000 {
        let mut draws = Draws(seed);
        let base = draws.base();
        let lost = base.chain.len() - 1;
        let mut movements: Vec<Movement> = Vec::new();
        let (mut churn, mut development, mut reactivated) = (0.0, 0.0, 0.0);
        for customer in 0..200 + draws.below(300) {
            let customer = customer as u32;
            let from = draws.below(lost + 1);
            if from == lost {
                // Newly come, or back.
                let to = draws.below(lost);
                let was_lost = draws.unit() < 0.3;
                let born = Movement::born(customer, base.old[to], base.new[to]);
                let birth = if was_lost { None } else { Some(base.old[to]) };
                let expected_closing = if was_lost { 0.0 } else { born.expected_closing };
                reactivated += if was_lost { base.old[to] } else { 0.0 };
                movements.push(Movement {
                    birth,
                    expected_closing,
                    was_lost,
                    reassumed: base.new[to],
                    ..born
                });
                continue;
            }
            let to = draws.next(&base, from);
            // What survivors of the class are worth on average.
            let stay = 1.0 - base.chain[from][lost];
            let kept: f64 = (0..lost).map(|to| base.chain[from][to] * base.old[to]).sum::<f64>() / stay;
            if to == lost {
                churn -= kept * stay;
            } else {
                churn += kept * (1.0 - stay);
                development += base.old[to] - kept;
            }
            movements.push(base.movement(customer, from, to));
        }
        let mut book = Statements::default();
        let rows: Vec<Row> = movements.iter().map(|movement| book.row(movement)).collect();
        let statement: Statement = rows.iter().copied().collect();
        assert_eq!(statement.residual(), 0);
        let sum = |part: fn(&Movement) -> f64| movements.iter().map(part).sum::<f64>();
        assert!((statement.opening as f64 - sum(|one| one.opening)).abs() < 0.501);
        assert!((statement.closing as f64 - sum(|one| one.closing)).abs() < 0.501);
        let unwound = |one: &Movement| one.expected_closing - (one.opening - one.expected_margin);
        let there = movements.iter().filter(|one| one.birth.is_none() && !one.was_lost);
        let unwinding: f64 = there.map(unwound).sum();
        for (line, exact) in [
            (Line::Release, -sum(|one| one.expected_margin)),
            (Line::Unwinding, unwinding),
            (Line::Churn, churn),
            (Line::Development, development),
            (Line::Acquired, sum(|one| one.birth.unwrap_or(0.0))),
            (Line::Reactivated, reactivated),
            (Line::Assumptions, sum(|one| one.reassumed - one.unchanged)),
            (Line::Model, 0.0),
        ] {
            let apart = (statement.line(line) as f64 - exact).abs();
            let is_chosen = matches!(line, Line::Release | Line::Unwinding | Line::Churn | Line::Development);
            furthest = if is_chosen { furthest.max(apart) } else { furthest };
            // Who came or came back has one line or two, and no choice in rounding them.
            let forced = movements.iter().filter(|one| one.birth.is_some() || one.was_lost).count() as f64;
            let enough = 1.0 + 1.5 * forced.sqrt();
            assert!(apart < enough, "seed {seed}, {}: {} against {exact}", line.name(), statement.line(line));
        }
        for (row, movement) in rows.iter().zip(&movements) {
            assert_eq!(row.opening + row.lines.iter().sum::<i64>(), row.closing, "seed {seed}");
            assert!((row.opening as f64 - movement.opening).abs() < 1.001);
            assert_eq!(row.line(Line::Acquired) != 0, movement.birth.is_some(), "seed {seed}");
            assert!(movement.was_lost || row.line(Line::Reactivated) == 0);
            assert_eq!(row.line(Line::Model), 0);
        }
    }
    println!("lines of those who stay are at most {furthest:.3} cents from their exact sums");
}

/// The same facts valued again by the same model: time passes, and nothing else.
#[test]
fn unchanged_data_move_by_release_and_unwinding_only() {
    for seed in 0..200 {
        let mut draws = Draws(seed);
        let base = draws.base();
        let lost = base.chain.len() - 1;
        let mut book = Statements::default();
        let statement: Statement = (0..500)
            .map(|customer| {
                let class = draws.below(lost);
                let expected: f64 =
                    base.chain[class].iter().zip(&base.old).map(|(chance, value)| chance * value).sum();
                // By the definition of value, what is left after the margin earns the rate.
                let rolled = (base.old[class] - base.margins[class]) * (1.0 + base.rate);
                assert!((rolled - expected).abs() < 1e-6);
                let alive = 1.0 - base.chain[class][lost];
                Movement::as_expected(customer, base.old[class], base.margins[class], rolled, alive)
            })
            .map(|movement| {
                let row = book.row(&movement);
                for line in Line::ALL {
                    let is_time = matches!(line, Line::Release | Line::Unwinding);
                    assert!(is_time || row.line(line) == 0, "{}", line.name());
                }
                row
            })
            .collect();
        assert_eq!(statement.residual(), 0);
        assert_eq!(statement.expected_closing, statement.closing);
        assert_eq!(statement.grown_by_customers(), 0);
    }
}

/// Month by month with people who come, go, and come back: each month opens where the last one closed, for every customer,
/// and the months together are the year.
#[test]
fn months_follow_each_other_and_add_up_to_the_year() {
    let mut draws = Draws(2_026);
    let base = draws.base();
    let lost = base.chain.len() - 1;
    // None: not come yet. The values of `old` are those of every date.
    let mut at: Vec<Option<usize>> =
        (0..800).map(|_| (draws.unit() < 0.5).then(|| draws.below(lost))).collect();
    let mut last: Option<(Statement, Vec<Row>)> = None;
    let mut year: Option<Statement> = None;
    for _month in 0..12 {
        let mut book = Statements::default();
        let mut rows = Vec::new();
        for (customer, class) in at.iter_mut().enumerate() {
            let customer = customer as u32;
            let movement = match *class {
                None if draws.unit() < 0.05 => {
                    let to = draws.below(lost);
                    *class = Some(to);
                    Movement::born(customer, base.old[to], base.old[to])
                }
                None => Movement::as_expected(customer, 0.0, 0.0, 0.0, 0.0),
                Some(from) if from == lost && draws.unit() < 0.02 => {
                    let to = draws.below(lost);
                    *class = Some(to);
                    let worth = base.old[to];
                    let back = Movement::as_expected(customer, 0.0, 0.0, 0.0, 0.0);
                    Movement { was_lost: true, unchanged: worth, reassumed: worth, closing: worth, ..back }
                }
                Some(from) => {
                    let to = draws.next(&base, from);
                    *class = Some(to);
                    let movement = base.movement(customer, from, to);
                    Movement { reassumed: base.old[to], closing: base.old[to], ..movement }
                }
            };
            rows.push(book.row(&movement));
        }
        let statement: Statement = rows.iter().copied().collect();
        assert_eq!(statement.residual(), 0);
        if let Some((before, rows_before)) = &last {
            assert_eq!(before.closing, statement.opening);
            for (one, next) in rows_before.iter().zip(&rows) {
                assert_eq!(one.closing, next.opening, "customer {}", one.customer);
            }
        }
        year = Some(match year {
            None => statement,
            Some(year) => year.then(&statement).unwrap(),
        });
        last = Some((statement, rows));
    }
    let year = year.unwrap();
    assert_eq!(year.residual(), 0);
    assert_eq!(year.closing, last.unwrap().0.closing);
    assert!(year.line(Line::Reactivated) != 0 && year.customers_acquired > 0);
    let gap = Statement { opening: year.closing + 5, ..Statement::default() };
    let message =
        format!("one statement closes at {} and the next opens at {}", year.closing, year.closing + 5);
    assert_eq!(year.then(&gap).unwrap_err().to_string(), message);
}

/// Two records turn out to be one customer who is worth more than the two apart; he then became less sure to be there.
#[test]
fn a_merge_is_a_line_of_its_own() {
    let first = Movement { relinked: 1_300.0, ..Movement::as_expected(0, 900.0, 130.0, 1_181.7, 0.9) };
    let first = Movement { alive: 0.6, unchanged: 800.0, reassumed: 800.0, closing: 800.0, ..first };
    let second = Movement { relinked: 0.0, ..Movement::as_expected(1, 300.0, 0.0, 0.0, 0.0) };
    let mut book = Statements::default();
    let rows = [book.row(&first), book.row(&second)];
    let statement: Statement = rows.into_iter().collect();
    assert_eq!((rows[0].line(Line::MergedSplit), rows[1].line(Line::MergedSplit)), (400, -300));
    assert_eq!(statement.line(Line::MergedSplit), 100);
    assert!((rows[0].line(Line::Churn) as f64 - 1_181.7 * (0.6 / 0.9 - 1.0)).abs() < 1.0);
    assert_eq!((rows[1].closing, statement.residual()), (0, 0));
}

/// A sale of last month that came with this month's file is told apart from customers who turned out to be one.
#[test]
fn facts_learnt_late_are_a_line_of_their_own() {
    let late =
        Movement { relinked: 1_000.0, is_late: true, ..Movement::as_expected(0, 900.0, 100.0, 908.0, 0.9) };
    let row = Statements::default().row(&late);
    assert_eq!((row.line(Line::Restated), row.line(Line::MergedSplit)), (100, 0));
    assert_eq!((row.line(Line::Release), row.line(Line::Unwinding), row.closing), (-100, 8, 908));
    let statement: Statement = [row].into_iter().collect();
    assert_eq!((statement.expected_closing, statement.surprise(), statement.residual()), (908, 0, 0));
}

proptest! {
    /// Whatever the numbers, be they absurd: a row leads from its opening to its closing.
    #[test]
    fn any_numbers_close(
        numbers in proptest::collection::vec(proptest::collection::vec(-1e9..1e9_f64, 8), 1..60),
        chances in proptest::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 60),
        zeros in proptest::collection::vec(0..256_u32, 60),
    ) {
        let mut book = Statements::default();
        let mut statement = Statement::default();
        let mut exact = [0.0; 2];
        for (place, mut values) in numbers.into_iter().enumerate() {
            for (bit, value) in values.iter_mut().enumerate() {
                if zeros[place] >> bit & 1 == 1 {
                    *value = 0.0;
                }
            }
            let movement = Movement {
                customer: place as u32,
                opening: values[0],
                relinked: values[1],
                is_late: place % 7 == 0,
                birth: (place % 3 == 0).then_some(values[2]),
                expected_margin: values[3],
                expected_closing: values[4],
                horizon_gain: values[4] / 7.0,
                expected_alive: chances[place].0,
                alive: chances[place].1,
                was_lost: place % 5 == 0,
                unchanged: values[5],
                reassumed: values[6],
                closing: values[7],
                realised_margin: 3,
            };
            let row = book.row(&movement);
            prop_assert_eq!(row.opening + row.lines.iter().sum::<i64>(), row.closing);
            statement.add(&row);
            exact[0] += values[0];
            exact[1] += values[7];
        }
        prop_assert_eq!(statement.residual(), 0);
        // Once it was rounded by itself, and stood a cent beside the line that took it out.
        prop_assert_eq!(statement.expected_margin, -statement.line(Line::Release));
        prop_assert!((statement.opening as f64 - exact[0]).abs() < 0.51);
        prop_assert!((statement.closing as f64 - exact[1]).abs() < 0.51);
    }
}

/// The classes' counts of the oracle, told as migrations.
#[test]
fn the_flows_of_the_oracle_are_its_migrations() {
    let bridge = fixture(include_str!("../../../fixtures/plan/ce_bridge.json"));
    let mut passages = Vec::new();
    for (from, flows) in rows(&bridge["flows"]).iter().enumerate() {
        for (to, count) in flows.iter().enumerate() {
            let after = Class::ALL.get(to).map(|class| (*class, 0));
            let passage = Passage { before: Some((Class::ALL[from], 0)), after };
            passages.extend(std::iter::repeat_n(passage, *count as usize));
        }
    }
    let moved = migration(passages);
    assert_eq!(moved.lost(Class::D3).customers, 103);
    assert_eq!(moved.transition(0.0)[2][1], 0.07);
}
