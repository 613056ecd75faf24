//! How long the statements of a large company take; run in release (`cargo test --release -p portfolio --test large -- --ignored`).

use portfolio::{ClassRule, Movement, Rule, Statement, Statements, classes, positions, whale, worklist};
use std::time::Instant;

#[test]
#[ignore = "takes long without optimisation"]
fn a_million_customers_and_thirty_six_months_take_seconds() {
    let value = |customer: u32, month: u32| {
        let drawn = customer.wrapping_mul(2_654_435_761).wrapping_add(month.wrapping_mul(40_503)) >> 8;
        f64::from(drawn % 9_000_000) * 0.013
    };
    let begin = Instant::now();
    let mut last: Option<Statement> = None;
    for month in 0..36 {
        let mut book = Statements::default();
        let mut statement = Statement::default();
        for customer in 0..1_000_000 {
            let (opening, closing) = (value(customer, month), value(customer, month + 1));
            let movement = Movement::as_expected(customer, opening, opening * 0.03, opening * 0.98, 0.97);
            let movement =
                Movement { alive: 0.99, unchanged: closing, reassumed: closing, closing, ..movement };
            statement.add(&book.row(&movement));
        }
        assert_eq!(statement.residual(), 0);
        assert!(last.is_none_or(|last| last.closing == statement.opening));
        last = Some(statement);
    }
    println!("36 statements of 1 M customers: {:?}", begin.elapsed());
    assert!(begin.elapsed().as_secs_f64() < 30.0);

    let begin = Instant::now();
    let values: Vec<i64> = (0..1_000_000).map(|customer| value(customer, 0) as i64 - 9_000).collect();
    let investments: Vec<i64> = (0..1_000_000).map(|customer| value(customer, 7) as i64 / 40).collect();
    let positions = positions(&values, &investments, &Rule::DEFAULT, &Rule::DEFAULT);
    let list = worklist(&positions, 2);
    let classes = classes(&values, &ClassRule::DEFAULT);
    let whale = whale(&values);
    println!("levels, worklist, classes and whale of 1 M customers: {:?}", begin.elapsed());
    assert!(!list.is_empty() && classes.len() == 1_000_000);
    assert_eq!(whale.points.last().unwrap().contribution, values.iter().sum::<i64>());
    assert!(begin.elapsed().as_secs_f64() < 10.0);
}
