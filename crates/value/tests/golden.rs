//! Golden rows, computed with 50 digits, over ordinary and extreme histories.

use value::lifetime::{Prospect, Timing, bg_nbd, expectations, mbg_nbd, pareto_nbd};

struct Row {
    line: String,
    params: [f64; 4],
    timing: Timing,
    duration: f64,
    log_likelihood: f64,
    p_alive: f64,
    expected: f64,
    /// Discounted expected residual transactions at 0.0027 per unit of time, where the row has them.
    residual: Option<f64>,
}

/// What a model makes of a row.
type Answer = fn(&Timing, [f64; 4]) -> (f64, Prospect);

fn rows(model: &str) -> Vec<Row> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/value/golden_btyd.csv");
    let text = std::fs::read_to_string(path).expect("the golden rows are part of the repository");
    text.lines()
        .filter(|line| line.split(',').next() == Some(model))
        .map(|line| {
            let n: Vec<f64> =
                line.split(',').skip(1).take(11).map(|cell| cell.parse().expect("a number")).collect();
            Row {
                line: line.to_string(),
                params: [n[0], n[1], n[2], n[3]],
                timing: Timing { repeat_purchases: n[4] as u32, recency: n[5], age: n[6] },
                duration: n[7],
                log_likelihood: n[8],
                p_alive: n[9],
                expected: n[10],
                residual: line.split(',').nth(12).and_then(|cell| cell.trim().parse().ok()),
            }
        })
        .collect()
}

#[test]
fn every_row_is_reproduced() {
    let models: [(&str, usize, Answer); 3] = [
        ("bgnbd", 126, |timing, [r, alpha, a, b]| {
            let params = bg_nbd::Params { r, alpha, a, b };
            (bg_nbd::log_likelihood(timing, &params), bg_nbd::prospect(timing, &params))
        }),
        ("mbgnbd", 84, |timing, [r, alpha, a, b]| {
            let params = mbg_nbd::Params { r, alpha, a, b };
            (mbg_nbd::log_likelihood(timing, &params), mbg_nbd::prospect(timing, &params))
        }),
        ("pnbd", 105, |timing, [r, alpha, s, beta]| {
            let params = pareto_nbd::Params { r, alpha, s, beta };
            (pareto_nbd::log_likelihood(timing, &params), pareto_nbd::prospect(timing, &params))
        }),
    ];
    for (model, count, answer) in models {
        let rows = rows(model);
        assert_eq!(rows.len(), count, "{model}");
        let mut worst = [0.0_f64; 5];
        let mut residuals = 0;
        for Row { line, params, timing, duration, log_likelihood, p_alive, expected, residual } in rows {
            let (ll, prospect) = answer(&timing, params);
            let off = (ll - log_likelihood).abs();
            assert!(off < 1e-9 || off < 1e-10 * log_likelihood.abs(), "{line}: log-likelihood {ll}");
            let relative = |found: f64, golden: f64| (found / golden - 1.0).abs();
            let alive = relative(prospect.p_alive, p_alive);
            assert!(alive < 1e-8, "{line}: p_alive {}", prospect.p_alive);
            let mean = prospect.expected_transactions(duration);
            assert!(relative(mean, expected) < 1e-8, "{line}: expected {mean}");
            let forecast = prospect.forecast(duration).mean;
            assert!(relative(forecast, expected) < 1e-8, "{line}: forecast {forecast}");
            let mut discounted = 0.0;
            if let Some(golden) = residual {
                let dert = prospect.residual(0.0027);
                discounted = relative(dert, golden);
                assert!(discounted < 1e-8, "{line}: residual {dert}");
                residuals += 1;
            }
            let seen = [off, alive, relative(mean, expected), relative(forecast, expected), discounted];
            for (worst, seen) in worst.iter_mut().zip(seen) {
                *worst = worst.max(seen);
            }
        }
        assert!(model != "pnbd" || residuals == 105, "{residuals} residuals");
        println!("{model}: largest differences {worst:?}");
    }
}

/// A base of everybody at the ages of the row, so that the row is told by what is made for very many.
#[test]
fn every_row_is_reproduced_among_very_many() {
    for Row { line, params: [r, alpha, s, beta], timing, duration, p_alive, expected, residual, .. } in
        rows("pnbd")
    {
        let params = pareto_nbd::Params { r, alpha, s, beta };
        let mut timings: Vec<Timing> = (0..4_000_u32)
            .map(|i| Timing { age: timing.age * (0.5 + f64::from(i) / 8_000.0), ..timing })
            .map(|like| Timing { recency: like.recency.min(like.age), ..like })
            .collect();
        timings.push(timing);
        let prospect = pareto_nbd::prospects(&timings, &params);
        let relative = |found: f64, golden: f64| (found / golden - 1.0).abs();
        let alive = prospect(&timing).p_alive;
        assert!(relative(alive, p_alive) < 1e-8, "{line}: p_alive {alive}");
        let mean = *expectations(&timings, &prospect, |p| p.expected_transactions(duration)).last().unwrap();
        assert!(relative(mean, expected) < 1e-8, "{line}: expected {mean}");
        if let Some(golden) = residual {
            let dert = *expectations(&timings, &prospect, |p| p.residual(0.0027)).last().unwrap();
            assert!(relative(dert, golden) < 1e-8, "{line}: residual {dert}");
        }
    }
}
