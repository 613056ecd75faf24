//! From sale lines to statements: customers made with known habits, random ones, and months in which nothing changes.

use ledger::Day;
use portfolio::{Line, Movement, Row, Statement, Statements};
use proptest::prelude::*;
use value::blend::{Blend, Member};
use value::lifetime::{Kind, Model};
use value::month_ends::{Asked, At, Family, LOST, month_ends};
use value::newcomers::Likeness;
use value::{Horizon, Lifetime, Margin, Models, PurchaseLine, spend};

/// Purchases of 20.00 on average, by members of given weights.
fn models(members: Vec<(f64, Model)>) -> Models {
    let reference = members[0].1.clone();
    let members = members.into_iter().map(|(weight, model)| Member { weight, model }).collect();
    Models {
        lifetime: Lifetime {
            blend: Blend { members, shock: 0.1, few: None },
            reference,
            reason: None,
            failed: Vec::new(),
            backtest: None,
        },
        spend: spend::Model::restored("pooled_mean", &[("mean", 20.0), ("deviation", 9.0)], None),
        spend_choice: None,
        net_margins: None,
        margins: None,
        newcomers: None,
        common: 0.1,
        common_spend: 0.1,
        fitted_on: 100_000,
    }
}

fn model(kind: Kind, parameters: &[(&str, f64)]) -> Model {
    Model::restored(kind, parameters).expect("parameters are positive")
}

/// The rows of each period, and its statement.
fn statements(lines: &[PurchaseLine], dates: &[At<'_>], threads: usize) -> Vec<(Vec<Row>, Statement)> {
    let family = Family::of(dates[0].models.expect("every date brings its models"));
    let horizon: Horizon = "12m".parse().expect("twelve months are a horizon");
    let asked = Asked {
        dates,
        family,
        horizon,
        minor_digits: 2,
        lost_below: LOST,
        likeness: Likeness::nobody(),
        futures: None,
        threads,
    };
    let mut books = vec![Statements::default(); dates.len()];
    let mut periods = vec![(Vec::new(), Statement::default()); dates.len()];
    let mut lines = lines.to_vec();
    let done = month_ends::<()>(
        &mut lines,
        &asked,
        |_| Ok(()),
        |period, passages| {
            let (rows, statement) = &mut periods[period.place];
            for passage in passages {
                let row = books[period.place].row(&Movement::from(passage));
                statement.add(&row);
                rows.push(row);
            }
            Ok(())
        },
    );
    assert_eq!(done, Ok(()));
    periods
}

/// Lines lead from each customer's opening to his closing, customers add up, and one period opens where the other closed.
fn assert_closed(periods: &[(Vec<Row>, Statement)]) {
    for (rows, statement) in periods {
        assert_eq!(statement.residual(), 0);
        assert!(rows.iter().all(|row| row.opening + row.lines.iter().sum::<i64>() == row.closing));
        assert_eq!(statement.closing, rows.iter().map(|row| row.closing).sum::<i64>());
        assert!(rows.is_sorted_by(|one, next| one.customer < next.customer));
    }
    for pair in periods.windows(2) {
        let closings = pair[0].0.iter().filter(|row| row.is_here).map(|row| (row.customer, row.closing));
        let openings = pair[1].0.iter().filter(|row| row.was_here).map(|row| (row.customer, row.opening));
        assert!(closings.eq(openings));
    }
}

/// Numbers from a seed.
struct Draws(u64);

impl Draws {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn exponential(&mut self, rate: f64) -> f64 {
        -self.unit().ln() / rate
    }
}

/// Pareto/NBD with r = s = 2, drawn by its own story; slow enough that a day seldom sees two purchases of one customer.
fn made(customers: u32, weeks: f64) -> Vec<PurchaseLine> {
    let mut draws = Draws(97);
    let mut lines = Vec::new();
    for customer in 0..customers {
        let mut two = |scale: f64| draws.exponential(scale) + draws.exponential(scale);
        let (rate, leaving) = (two(15.0), two(120.0));
        let mut at = draws.unit() * weeks * 0.85;
        let last = weeks.min(at + draws.exponential(leaving));
        while at < last {
            let amount = (1_000.0 + 2_000.0 * draws.unit()).round() as i64;
            lines.push(PurchaseLine { customer, day: (at * 7.0) as i32, amount, margin: Margin::UNKNOWN });
            at += draws.exponential(rate);
        }
    }
    lines
}

#[test]
fn the_model_that_made_the_customers_is_not_surprised() {
    let lines = made(4_000, 150.0);
    let truth = models(vec![(
        1.0,
        model(Kind::ParetoNbd, &[("r", 2.0), ("alpha", 15.0), ("s", 2.0), ("beta", 120.0)]),
    )]);
    let dates: Vec<At<'_>> =
        (10..30).map(|month| At { day: Day(month * 30), rate: 0.12, models: Some(&truth) }).collect();
    let periods = statements(&lines, &dates, 2);
    assert_closed(&periods);
    let statements: Vec<&Statement> = periods[1..].iter().map(|(_, statement)| statement).collect();
    let sum = |of: &dyn Fn(&Statement) -> f64| statements.iter().map(|one| of(one)).sum::<f64>();
    let surprise = sum(&|one| one.surprise() as f64);
    let spread = sum(&|one| one.surprises_squared as f64).sqrt();
    let relative = surprise / sum(&|one| one.expected_closing as f64);
    let income = sum(&|one| (one.realised_margin - one.expected_margin) as f64)
        / sum(&|one| one.expected_margin as f64);
    let born = sum(&|one| one.line(Line::Acquired) as f64);
    println!(
        "surprise {:.2} of its spread, {relative:.5} of equity; income off by {income:.4}; born {born}",
        surprise / spread
    );
    assert!((surprise / spread).abs() < 3.0 && relative.abs() < 0.005);
    assert!(income.abs() < 0.04, "{income}");
    assert!(statements.iter().all(|one| one.customers_acquired > 20 && one.line(Line::Unwinding) > 0));
    for line in [Line::MergedSplit, Line::Horizon, Line::Assumptions, Line::Model] {
        assert!(statements.iter().all(|one| one.line(line) == 0), "{}", line.name());
    }
    // The same again, from lines in another order and with other threads, is the same to the cent.
    let again: Vec<PurchaseLine> = lines.iter().rev().copied().collect();
    assert!(self::statements(&again, &dates, 1) == periods);
}

/// Who buys at a rate that is known for certain, and never leaves, surprises nobody: no facts, no lines but time's.
#[test]
fn unchanged_data_leave_release_and_unwinding_only() {
    let certain = models(vec![(1.0, model(Kind::PooledRate, &[("shape", 4e9), ("exposure", 1e11)]))]);
    let lines = made(300, 50.0);
    let dates: Vec<At<'_>> =
        [360, 390, 421].map(|day| At { day: Day(day), rate: 0.1, models: Some(&certain) }).to_vec();
    let periods = statements(&lines, &dates, 1);
    assert_closed(&periods);
    for (_, statement) in &periods[1..] {
        assert!(statement.line(Line::Release) < 0 && statement.line(Line::Unwinding) > 0);
        for line in Line::ALL {
            let is_time = matches!(line, Line::Release | Line::Unwinding);
            // Each customer's lines are rounded apart, so that a cent may stand where a millionth is.
            assert!(is_time || statement.line(line).abs() <= 1, "{}: {statement:?}", line.name());
        }
    }
}

/// Two rates of discount: what people set differently stands apart from what customers did and what the model learnt.
#[test]
fn what_people_set_is_an_assumption_and_what_is_learnt_a_model_change() {
    let bg = |alpha| model(Kind::BgNbd, &[("r", 0.7), ("alpha", alpha), ("a", 0.6), ("b", 2.9)]);
    let (old, new) = (models(vec![(1.0, bg(8.0))]), models(vec![(1.0, bg(9.0))]));
    let lines = made(200, 60.0);
    let at = |day, rate, models| At { day: Day(day), rate, models: Some(models) };
    let dates = [
        at(300, 0.1, &old),
        at(330, 0.1, &old),
        at(360, 0.15, &old),
        at(390, 0.15, &new),
        at(400, 0.15, &new),
    ];
    let periods = statements(&lines, &dates, 2);
    assert_closed(&periods);
    let of = |place: usize| {
        let statement: &Statement = &periods[place].1;
        (statement.line(Line::Assumptions), statement.line(Line::Model))
    };
    assert_eq!((of(1), of(4)), ((0, 0), (0, 0)));
    assert!(of(2).0 < 0 && of(2).1 == 0, "dearer time makes the future worth less: {:?}", of(2));
    assert!(of(3).0 == 0 && of(3).1 != 0, "{:?}", of(3));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any lines whatever, returns, gifts and losses among them: statements close, and no number is lost on the way.
    #[test]
    fn statements_of_random_customers_close(
        facts in prop::collection::vec((0_u32..40, 0_i32..300, -3_000_i64..9_000, prop::option::of(-500_i64..2_000)), 0..300),
        gaps in prop::collection::vec(1_i32..80, 2..5),
        rate in 0.01_f64..0.5,
        share in 0.05_f64..0.95,
    ) {
        let members = |alpha| {
            models(vec![
                (share, model(Kind::MbgNbd, &[("r", 0.6), ("alpha", alpha), ("a", 0.9), ("b", 1.6)])),
                (1.0 - share, model(Kind::DriftingPareto, &[("r", 0.46), ("alpha", alpha), ("decay", 0.03), ("s", 0.54), ("beta", 9.9)])),
            ])
        };
        let both = [members(6.0), members(7.0)];
        let lines: Vec<PurchaseLine> = facts
            .iter()
            .map(|(customer, day, amount, margin)| PurchaseLine { customer: *customer, day: *day, amount: *amount, margin: (*margin).into() })
            .collect();
        let mut day = 20;
        let dates: Vec<At<'_>> = gaps
            .iter()
            .enumerate()
            .map(|(place, gap)| {
                day += gap;
                At { day: Day(day), rate: rate * (1.0 + 0.1 * (place / 2) as f64), models: Some(&both[place % 2]) }
            })
            .collect();
        let periods = statements(&lines, &dates, 1 + gaps.len() % 3);
        assert_closed(&periods);
        for (place, (rows, statement)) in periods.iter().enumerate().skip(1) {
            let (from, until) = (dates[place - 1].day.0, dates[place].day.0);
            prop_assert_eq!(statement.expected_closing, rows.iter().filter(|row| !row.is_new).map(|row| {
                row.opening + [Line::MergedSplit, Line::Release, Line::Unwinding, Line::Horizon].iter().map(|line| row.line(*line)).sum::<i64>()
            }).sum::<i64>());
            // No margin is valued here: spend counts, but for the first day of who is new.
            for row in rows {
                let of_period = lines.iter().filter(|line| line.customer == row.customer && line.day > from && line.day <= until);
                let came: i64 = of_period.map(|line| line.amount).sum();
                prop_assert!(row.is_new || row.realised_margin == came, "{:?} but {}", row, came);
            }
        }
    }
}
