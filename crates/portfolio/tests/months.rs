//! Customers made with known habits, valued month after month by the model that made them: the statement expects what comes.

use portfolio::{Line, Movement, Statement, Statements, closing_band};
use value::lifetime::{Prospect, Timing, pareto_nbd};
use value::{strategic_value, worth};

const PARAMS: pareto_nbd::Params = pareto_nbd::Params { r: 2.0, alpha: 15.0, s: 2.0, beta: 120.0 };
const RATE: f64 = 0.12;
const DAYS: f64 = 30.0;

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

    /// Weeks of all purchases up to `end`: Pareto/NBD with r = s = 2, drawn by its own story.
    fn purchases(&mut self, end: f64) -> Vec<f64> {
        let mut two = |scale: f64| self.exponential(scale) + self.exponential(scale);
        let (rate, leaving) = (two(PARAMS.alpha), two(PARAMS.beta));
        let first = self.unit() * 90.0;
        let last = end.min(first + self.exponential(leaving));
        let mut weeks = vec![first];
        loop {
            let next = weeks[weeks.len() - 1] + self.exponential(rate);
            if next > last {
                return weeks;
            }
            weeks.push(next);
        }
    }
}

/// A customer as known at the end of a week; `None` before the first purchase.
fn prospect(weeks: &[f64], now: f64) -> Option<Prospect> {
    let known: Vec<f64> = weeks.iter().copied().take_while(|week| *week <= now).collect();
    let (first, last) = (known.first()?, known.last()?);
    let timing = Timing { repeat_purchases: known.len() as u32 - 1, recency: last - first, age: now - first };
    Some(pareto_nbd::prospect(&timing, &PARAMS))
}

/// Twenty-four months of 700 customers: the surprises are as large as chance makes them and go neither way; each closing falls
/// within the 90 % band that earlier months drew in at least 85 % of months; months close and follow each other.
#[test]
fn the_model_that_made_the_customers_is_not_surprised() {
    let mut draws = Draws(41);
    let first = 30.0;
    let customers: Vec<(Vec<f64>, f64)> = (0..700)
        .map(|_| (draws.purchases(first + 26.0 * DAYS / 7.0), 500.0 + 4_000.0 * draws.unit()))
        .collect();
    let mut statements: Vec<Statement> = Vec::new();
    let (mut covered, mut banded) = (0, 0);
    for month in 0..24 {
        let then = first + f64::from(month) * DAYS / 7.0;
        let now = then + DAYS / 7.0;
        let mut book = Statements::default();
        let mut statement = Statement::default();
        for (number, (weeks, contribution)) in customers.iter().enumerate() {
            let number = number as u32;
            let bought = weeks.iter().filter(|week| **week > then && **week <= now).count();
            let Some(known) = prospect(weeks, now) else {
                continue;
            };
            let closing = strategic_value(&known, *contribution, RATE);
            let movement = match prospect(weeks, then) {
                Some(before) => {
                    let expected = worth(&before, *contribution, RATE, DAYS);
                    Movement {
                        alive: known.p_alive,
                        unchanged: closing,
                        reassumed: closing,
                        closing,
                        realised_margin: (bought as f64 * contribution).round() as i64,
                        ..Movement::as_expected(
                            number,
                            expected.value,
                            expected.expected_margin,
                            expected.expected_closing,
                            expected.expected_alive,
                        )
                    }
                }
                None => {
                    // Valued at the day of the first purchase, and rolled to the end of the month.
                    let born = pareto_nbd::newcomer(&PARAMS);
                    let expected = worth(&born, *contribution, RATE, (now - weeks[0]) * 7.0);
                    let start = Movement::as_expected(
                        number,
                        0.0,
                        expected.expected_margin,
                        expected.expected_closing,
                        expected.expected_alive,
                    );
                    Movement {
                        birth: Some(expected.value),
                        alive: known.p_alive,
                        unchanged: closing,
                        reassumed: closing,
                        closing,
                        ..start
                    }
                }
            };
            statement.add(&book.row(&movement));
        }
        assert_eq!(statement.residual(), 0);
        if month >= 6 {
            let band = closing_band(statement.expected_closing, &statements, 0.9).unwrap();
            covered += u32::from(band.covers(statement.base_closing));
            banded += 1;
        }
        if let Some(last) = statements.last() {
            assert_eq!(last.closing, statement.opening, "month {month}");
        }
        assert!(statement.line(Line::Unwinding) > 0 && statement.line(Line::Release) < 0);
        statements.push(statement);
    }
    let surprise: f64 = statements.iter().map(|one| one.surprise() as f64).sum();
    let spread = statements.iter().map(|one| one.surprises_squared as f64).sum::<f64>().sqrt();
    let relative = surprise / statements.iter().map(|one| one.expected_closing as f64).sum::<f64>();
    let income: f64 = statements.iter().map(|one| (one.realised_margin - one.expected_margin) as f64).sum();
    println!(
        "surprise {:.2} of its spread, {relative:.5} of equity; {covered} of {banded} months covered",
        surprise / spread
    );
    assert!((surprise / spread).abs() < 3.0);
    assert!(relative.abs() < 0.005);
    assert!(covered * 100 >= banded * 85, "{covered} of {banded}");
    let expected: f64 = statements.iter().map(|one| one.expected_margin as f64).sum();
    assert!((income / expected).abs() < 0.1, "income is off by {}", income / expected);
    let year = statements[1..].iter().try_fold(statements[0], |sum, next| sum.then(next)).unwrap();
    assert_eq!(year.residual(), 0);
}
