//! BG/BB against 50-digit rows and against the donations of Fader, Hardie & Shang (2010).
//!
//! The donations are not part of the repository; without `CLIENTELA_DATA` that test says so and passes.

use rand::Rng;
use rand_pcg::Pcg64;
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

struct Chance(Pcg64);

impl Chance {
    fn new(seed: u128) -> Chance {
        Chance(Pcg64::new(seed, 0x0a02_bdbf_7bb3_c0a7_ac28_fa16_a64a_bf96))
    }

    fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * self.uniform().powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.uniform().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.gamma(a), self.gamma(b));
        if x + y > 0.0 { x / (x + y) } else { 0.5 }
    }
}

/// A customer over `seen` opportunities and `ahead` more: what was seen, and the purchases after.
fn customer(chance: &mut Chance, truth: &bg_bb::Params, seen: u32, ahead: u32) -> (Opportunities, u32) {
    let buys = chance.beta(truth.alpha, truth.beta);
    let leaves = chance.beta(truth.gamma, truth.delta);
    let mut history = Opportunities { purchases: 0, last: 0, seen };
    let mut after = 0;
    for opportunity in 1..=seen + ahead {
        if chance.uniform() < leaves {
            break;
        }
        if chance.uniform() < buys {
            if opportunity <= seen {
                history.purchases += 1;
                history.last = opportunity;
            } else {
                after += 1;
            }
        }
    }
    (history, after)
}

#[test]
fn known_parameters_are_recovered_and_intervals_keep_their_word() {
    let truth = bg_bb::Params { alpha: 1.2, beta: 2.0, gamma: 0.8, delta: 5.0 };
    let mut chance = Chance::new(3);
    let made: Vec<(Opportunities, u32)> = (0..6_000).map(|_| customer(&mut chance, &truth, 12, 8)).collect();
    let groups: Vec<Group> =
        made.iter().map(|(opportunities, _)| Group { opportunities: *opportunities, customers: 1 }).collect();
    let fit = bg_bb::fit(&groups).unwrap();
    let errors = fit.standard_errors.expect("an identified fit has standard errors");
    for ((name, found), ((_, error), (_, truth))) in
        fit.params.named().into_iter().zip(errors.named().into_iter().zip(truth.named()))
    {
        assert!((found - truth).abs() < 3.0 * error, "{name}: {found} ± {error}, not {truth}");
    }
    let (mut expected, mut actual, mut variance) = (0.0, 0.0, 0.0);
    // Randomised, since counts are whole: the place of what came within its own distribution is uniform.
    let mut within80 = 0.0;
    for (history, after) in &made {
        let prospect = bg_bb::prospect(history, &fit.params);
        let forecast = prospect.forecast(8).unwrap();
        expected += forecast.mean;
        variance += forecast.variance;
        actual += f64::from(*after);
        let above = prospect.p_more_than(*after, 8);
        let from = if *after == 0 { 1.0 } else { prospect.p_more_than(*after - 1, 8) };
        let place = above + chance.uniform() * (from - above);
        within80 += f64::from(u8::from((0.1..=0.9).contains(&place))) / made.len() as f64;
    }
    assert!((expected - actual).abs() < 3.0 * variance.sqrt(), "{expected} {actual}");
    assert!((within80 - 0.8).abs() < 0.02, "{within80}");
}

#[test]
fn every_small_base_ends_with_a_verdict() {
    let mut chance = Chance::new(5);
    for base in 0..60 {
        let truth = bg_bb::Params {
            alpha: chance.normal().exp(),
            beta: (1.0 + chance.normal()).exp(),
            gamma: (chance.normal() - 0.5).exp(),
            delta: (1.0 + chance.normal()).exp(),
        };
        let (customers, seen) = (30 + base * 11, 2 + base % 11);
        let groups: Vec<Group> = (0..customers)
            .map(|_| Group { opportunities: customer(&mut chance, &truth, seen, 0).0, customers: 1 })
            .collect();
        let fit = match bg_bb::fit(&groups) {
            Ok(fit) => fit,
            Err(error) => {
                assert!(groups.iter().all(|group| group.opportunities.purchases == 0), "{error}");
                continue;
            }
        };
        assert_ne!(fit.verdict, Verdict::NotConverged, "{truth:?} {fit:?}");
        assert!(fit.log_likelihood.is_finite());
        assert_eq!(fit.standard_errors.is_some(), fit.verdict == Verdict::Identified);
        for group in &groups {
            let prospect = bg_bb::prospect(&group.opportunities, &fit.params);
            let forecast = prospect.forecast(10).unwrap();
            assert!((0.0..=10.0).contains(&forecast.mean) && (0.0..=1.0).contains(&forecast.none), "{fit:?}");
            assert!(prospect.residual(0.01).unwrap().is_finite());
        }
    }
}
