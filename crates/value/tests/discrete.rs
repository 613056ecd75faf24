//! BG/BB against 50-digit rows and against the donations of Fader, Hardie & Shang (2010).
//!
//! The donations are not part of the repository; without `CLIENTELA_DATA` that test says so and passes.

use value::Verdict;
use value::discrete::{Group, Opportunities, bg_bb};

#[test]
fn every_golden_row_is_reproduced() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/value/golden_bgbb.csv");
    let text = std::fs::read_to_string(path).expect("the golden rows are part of the repository");
    let mut rows = 0;
    for line in text.lines().skip(1) {
        let n: Vec<f64> = line.split(',').map(|cell| cell.parse().expect("a number")).collect();
        let params = bg_bb::Params { alpha: n[0], beta: n[1], gamma: n[2], delta: n[3] };
        let history = Opportunities { purchases: n[4] as u32, last: n[5] as u32, seen: n[6] as u32 };
        let ll = bg_bb::log_likelihood(&history, &params);
        assert!((ll - n[8]).abs() < 1e-9, "{line}: log-likelihood {ll}");
        let alive = bg_bb::p_alive(&history, &params);
        assert!((alive / n[9] - 1.0).abs() < 1e-8, "{line}: p_alive {alive}");
        let expected = bg_bb::expected_transactions(&history, &params, n[7] as u32);
        assert!((expected / n[10] - 1.0).abs() < 1e-8, "{line}: expected {expected}");
        rows += 1;
    }
    assert_eq!(rows, 22);
}

fn donors() -> Option<Vec<Group>> {
    let folder = std::env::var("CLIENTELA_DATA").ok()?;
    let Ok(text) = std::fs::read_to_string(format!("{folder}/value/donations/donations.csv")) else {
        println!("skipped: no donations below CLIENTELA_DATA");
        return None;
    };
    let groups = text.lines().skip(1).map(|line| {
        let n: Vec<u32> = line.split(',').map(|cell| cell.trim().parse().expect("a number")).collect();
        Group { opportunities: Opportunities { purchases: n[0], last: n[1], seen: n[2] }, customers: n[3] }
    });
    Some(groups.collect())
}

fn close(actual: f64, published: f64, tolerance: f64) {
    assert!((actual - published).abs() <= tolerance, "{actual} is not {published}");
}

#[test]
fn donations_match_fader_hardie_shang_2010() {
    let Some(groups) = donors() else { return };
    let fit = bg_bb::fit(&groups).unwrap();
    assert_eq!(fit.customers, 11_104);
    assert!(fit.converged && fit.gradient_norm < 1e-8);
    assert_eq!(fit.verdict, Verdict::Identified);
    // The published search stops a hair below the maximum, where the likelihood is flat along gamma and delta.
    close(fit.log_likelihood, -33_225.581_29, 5e-5);
    close(fit.params.alpha, 1.203_5, 1e-4);
    close(fit.params.beta, 0.749_8, 1e-4);
    close(fit.params.gamma, 0.656_8, 2e-4);
    close(fit.params.delta, 2.783_9, 6e-4);
    let errors = fit.standard_errors.expect("an identified fit has standard errors");
    // From differences of the log-likelihood by the parameters themselves.
    close(errors.alpha, 0.069_30, 2e-4);
    close(errors.delta, 0.320_38, 1e-3);

    let sum_of = |params: &bg_bb::Params| -> f64 {
        groups
            .iter()
            .map(|g| f64::from(g.customers) * bg_bb::expected_transactions(&g.opportunities, params, 5))
            .sum()
    };
    let published = bg_bb::Params { alpha: 1.204, beta: 0.750, gamma: 0.657, delta: 2.783 };
    close(sum_of(&fit.params), 12_884.2, 0.2);
    close(sum_of(&published), 12_882.268, 1e-3);

    // Expected donors by number of donations in the six years, in the sample.
    let of_all = bg_bb::newcomer(&fit.params).probabilities(6).unwrap();
    close(11_104.0 * of_all[0], 3_454.9, 0.1);
    close(11_104.0 * of_all[6], 1_253.1, 0.1);

    // The paper's table 6: alive in 2002.
    for (purchases, last, alive) in [(0, 0, 0.11), (2, 4, 0.59), (6, 6, 0.93)] {
        let history = Opportunities { purchases, last, seen: 6 };
        close(bg_bb::p_alive_at(&history, &fit.params, 1), alive, 0.005);
    }
    // Published by a run whose parameters are told to four digits.
    let steady = Opportunities { purchases: 6, last: 6, seen: 6 };
    close(bg_bb::expected_transactions(&steady, &fit.params, 5), 3.752_402, 2e-4);
    let half = Opportunities { purchases: 3, last: 6, seen: 6 };
    close(bg_bb::residual_transactions(&half, &fit.params, 0.1).unwrap(), 3.448_529, 5e-4);
}
