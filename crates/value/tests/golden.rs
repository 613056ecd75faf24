//! Golden rows, computed with 50 digits, over ordinary and extreme histories.

use value::lifetime::{Timing, bg_nbd};

struct Row {
    line: String,
    timing: Timing,
    params: bg_nbd::Params,
    duration: f64,
    log_likelihood: f64,
    p_alive: f64,
    expected: f64,
}

fn rows() -> Vec<Row> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/value/golden_btyd.csv");
    let text = std::fs::read_to_string(path).expect("the golden rows are part of the repository");
    text.lines()
        .filter(|line| line.starts_with("bgnbd,"))
        .map(|line| {
            let n: Vec<f64> =
                line.split(',').skip(1).take(11).map(|cell| cell.parse().expect("a number")).collect();
            Row {
                line: line.to_string(),
                params: bg_nbd::Params { r: n[0], alpha: n[1], a: n[2], b: n[3] },
                timing: Timing { repeat_purchases: n[4] as u32, recency: n[5], age: n[6] },
                duration: n[7],
                log_likelihood: n[8],
                p_alive: n[9],
                expected: n[10],
            }
        })
        .collect()
}

#[test]
fn every_bg_nbd_row_is_reproduced() {
    let rows = rows();
    assert_eq!(rows.len(), 126);
    let (mut worst_ll, mut worst_alive, mut worst_expected) = (0.0_f64, 0.0_f64, 0.0_f64);
    for row in rows {
        let line = &row.line;
        let ll = bg_nbd::log_likelihood(&row.timing, &row.params);
        let difference = (ll - row.log_likelihood).abs();
        assert!(
            difference < 1e-9 || difference < 1e-10 * row.log_likelihood.abs(),
            "{line}: log-likelihood {ll}"
        );
        let alive = bg_nbd::p_alive(&row.timing, &row.params);
        assert!((alive / row.p_alive - 1.0).abs() < 1e-8, "{line}: p_alive {alive}");
        let expected = bg_nbd::expected_transactions(&row.timing, &row.params, row.duration);
        assert!((expected / row.expected - 1.0).abs() < 1e-8, "{line}: expected {expected}");
        worst_ll = worst_ll.max(difference);
        worst_alive = worst_alive.max((alive / row.p_alive - 1.0).abs());
        worst_expected = worst_expected.max((expected / row.expected - 1.0).abs());
    }
    println!("largest differences: {worst_ll:.1e} {worst_alive:.1e} {worst_expected:.1e}");
}
