//! Every lifetime model on customers made with known parameters: predictions are right on average, distributions keep
//! their word, parameters come back, and no base is too odd for a verdict.

mod made;

use made::{Chance, Truth, groups};
use value::lifetime::cnbd_k::{self, Variant};
use value::lifetime::{Group, Timing, bg_nbd, ggom_nbd, mbg_nbd, nbd, pareto_nbd};
use value::{Fit, Verdict};

fn regular(variant: Variant, k: u32, r: f64, alpha: f64, a: f64, b: f64) -> Truth {
    Truth::Cnbd(cnbd_k::Params { variant, k, r, alpha, a, b })
}

/// A world of each model, with a horizon in its unit of time.
fn worlds() -> Vec<(Truth, f64)> {
    vec![
        (Truth::Nbd(nbd::Params { r: 0.8, alpha: 6.0 }), 26.0),
        (Truth::Pareto(pareto_nbd::Params { r: 0.55, alpha: 10.6, s: 0.6, beta: 11.7 }), 39.0),
        (Truth::Pareto(pareto_nbd::Params { r: 6.0, alpha: 4.0, s: 3.0, beta: 150.0 }), 52.0),
        (Truth::Bg(bg_nbd::Params { r: 0.25, alpha: 4.4, a: 0.8, b: 2.4 }), 39.0),
        (Truth::Mbg(mbg_nbd::Params { r: 0.5, alpha: 6.2, a: 0.9, b: 1.6 }), 39.0),
        (regular(Variant::Bg, 2, 1.4, 0.7, 0.4, 7.0), 26.0),
        (regular(Variant::Mbg, 3, 2.5, 2.0, 0.8, 4.0), 30.0),
        (regular(Variant::Bg, 4, 8.0, 4.0, 0.3, 5.0), 40.0),
        (Truth::Gompertz(ggom_nbd::Params { r: 0.8, alpha: 5.0, b: 0.06, s: 0.7, beta: 3.0 }), 39.0),
    ]
}

#[test]
fn predictions_are_right_on_average_and_distributions_keep_their_word() {
    for (seed, (truth, horizon)) in worlds().into_iter().enumerate() {
        let mut chance = Chance::new(100 + seed as u64);
        let customers = truth.customers(12_000, horizon, &mut chance);
        let (mut expected, mut variance, mut actual) = (0.0, 0.0, 0.0);
        let (mut alive_expected, mut alive_variance, mut alive) = (0.0, 0.0, 0.0);
        // Where the outcome lies in the predicted distribution, drawn at random within a step of it: uniform if the
        // distribution is right (Czado, Gneiting & Held 2009, "Predictive Model Assessment for Count Data").
        let mut places = Vec::new();
        for made in &customers {
            let prospect = truth.prospect(&made.timing);
            let forecast = prospect.forecast(horizon);
            expected += forecast.mean;
            variance += forecast.variance;
            actual += f64::from(made.later_purchases);
            alive_expected += prospect.p_alive;
            alive_variance += prospect.p_alive * (1.0 - prospect.p_alive);
            alive += f64::from(u8::from(made.alive));
            let more = |n: Option<u32>| n.map_or(1.0, |n| prospect.p_more_than(n, horizon));
            let (below, up_to) =
                (1.0 - more(made.later_purchases.checked_sub(1)), 1.0 - more(Some(made.later_purchases)));
            places.push(below + chance.uniform() * (up_to - below));
        }
        let off = (actual - expected) / variance.sqrt();
        assert!(off.abs() < 3.5, "{truth:?}: {actual} purchases, {expected} expected");
        let off = (alive - alive_expected) / alive_variance.sqrt().max(1e-9);
        assert!(off.abs() < 3.5, "{truth:?}: {alive} are alive, {alive_expected} expected");
        let count = customers.len() as f64;
        for level in [0.025, 0.1, 0.5, 0.9, 0.975] {
            let share = places.iter().filter(|place| **place <= level).count() as f64 / count;
            let allowed = 4.0 * (level * (1.0 - level) / count).sqrt();
            assert!((share - level).abs() < allowed, "{truth:?}: {share} of the outcomes lie below {level}");
        }
    }
}

#[test]
fn a_forecast_is_its_own_distribution() {
    for (seed, (truth, horizon)) in worlds().into_iter().enumerate() {
        let mut chance = Chance::new(200 + seed as u64);
        for made in truth.customers(60, horizon, &mut chance) {
            let prospect = truth.prospect(&made.timing);
            for duration in [0.05 * horizon, horizon, 5.0 * horizon] {
                let forecast = prospect.forecast(duration);
                let probabilities = prospect.probabilities(duration, 4_000);
                let about = format!("{truth:?} {:?} over {duration}: {forecast:?}", made.timing);
                let moment = |power: i32| -> f64 {
                    probabilities.iter().enumerate().map(|(n, p)| (n as f64).powi(power) * p).sum()
                };
                if probabilities.len() < 4_000 {
                    assert!((moment(0) - 1.0).abs() < 1e-9, "{about}");
                    assert!((moment(1) - forecast.mean).abs() < 1e-7 * (1.0 + forecast.mean), "{about}");
                    let variance = moment(2) - moment(1).powi(2);
                    assert!(
                        (variance - forecast.variance).abs() < 1e-5 * (1.0 + variance),
                        "{about} {variance}"
                    );
                }
                assert!((probabilities[0] - forecast.none).abs() < 1e-9, "{about}");
                let expected = prospect.expected_transactions(duration);
                assert!((expected - forecast.mean).abs() <= 1e-10 * expected, "{about}");
                for (quantile, level) in forecast.quantiles.into_iter().zip([0.025, 0.1, 0.5, 0.9, 0.975]) {
                    let below = |n: u32| 1.0 - prospect.p_more_than(n, duration);
                    assert!(below(quantile) >= level - 1e-9, "{about}");
                    assert!(quantile == 0 || below(quantile - 1) < level + 1e-9, "{about}");
                }
            }
        }
    }
}

#[test]
fn the_future_adds_up() {
    for (seed, (truth, horizon)) in worlds().into_iter().enumerate() {
        let mut chance = Chance::new(300 + seed as u64);
        for made in truth.customers(12, horizon, &mut chance) {
            let prospect = truth.prospect(&made.timing);
            let about = format!("{truth:?} {:?}", made.timing);
            // Discounted purchases are those of all horizons: ∫ rate e^(−rate u) E[Y(u)] du.
            let rate = 2.0 / horizon;
            let sum = maths::ln_integral(0.0, 45.0, |v| {
                prospect.expected_transactions(v / rate).max(1e-300).ln() - v
            })
            .exp();
            let residual = prospect.residual(rate);
            assert!((residual / sum - 1.0).abs() < 1e-6, "{about}: {residual} {sum}");
            // Less discount is worth more; no discount is the number of all purchases to come, or infinite.
            let (less, none) = (prospect.residual(1e-3 * rate), prospect.residual(0.0));
            assert!(residual < less && less < none, "{about}: {residual} {less} {none}");
            let next = prospect.next_purchase();
            assert!(
                next.chance > 0.0 && next.chance <= prospect.p_alive * (1.0 + 1e-12),
                "{about}: {next:?}"
            );
            let half = prospect.p_more_than(0, next.median);
            assert!((half / next.chance - 0.5).abs() < 1e-6, "{about}: {next:?} {half}");
            let life = prospect.remaining_life();
            assert!(life.expected >= 0.0 && life.median <= life.median_if_alive, "{about}: {life:?}");
            if life.median_if_alive.is_finite() {
                let left = prospect.p_alive_after(life.median_if_alive) / prospect.p_alive;
                assert!((left - 0.5).abs() < 1e-6, "{about}: {life:?} {left}");
            }
            let later = prospect.p_alive_after(horizon);
            assert!(later > 0.0 && later <= prospect.p_alive, "{about}: {later}");
        }
    }
}

/// A fit without the type of its parameters.
struct Told {
    about: String,
    log_likelihood: f64,
    converged: bool,
    gradient_norm: f64,
    verdict: Verdict,
    estimates: Vec<(&'static str, f64, Option<f64>)>,
    covariance: Option<Vec<Vec<f64>>>,
}

fn told<P: Copy, const N: usize>(fit: Fit<P>, named: impl Fn(&P) -> [(&'static str, f64); N]) -> Told {
    let errors = fit.standard_errors.as_ref().map(&named);
    let estimates = named(&fit.params)
        .into_iter()
        .enumerate()
        .map(|(i, (name, value))| (name, value, errors.map(|errors| errors[i].1)))
        .collect();
    Told {
        about: format!("{:?} {:?}", named(&fit.params), fit.verdict),
        log_likelihood: fit.log_likelihood,
        converged: fit.converged,
        gradient_norm: fit.gradient_norm,
        verdict: fit.verdict,
        estimates,
        covariance: fit.covariance,
    }
}

fn fit(truth: &Truth, groups: &[Group]) -> (Told, Truth) {
    match truth {
        Truth::Nbd(_) => {
            let fit = nbd::fit(groups);
            let found = Truth::Nbd(fit.params);
            (told(fit, nbd::Params::named), found)
        }
        Truth::Pareto(_) => {
            let fit = pareto_nbd::fit(groups);
            let found = Truth::Pareto(fit.params);
            (told(fit, pareto_nbd::Params::named), found)
        }
        Truth::Bg(_) => {
            let fit = bg_nbd::fit(groups);
            let found = Truth::Bg(fit.params);
            (told(fit, bg_nbd::Params::named), found)
        }
        Truth::Mbg(_) => {
            let fit = mbg_nbd::fit(groups);
            let found = Truth::Mbg(fit.params);
            (told(fit, mbg_nbd::Params::named), found)
        }
        Truth::Cnbd(params) => {
            let fit = cnbd_k::fit(groups, params.variant);
            let found = Truth::Cnbd(fit.params);
            (told(fit, |params| params.named()), found)
        }
        Truth::Gompertz(_) => {
            let fit = ggom_nbd::fit(groups);
            let found = Truth::Gompertz(fit.params);
            (told(fit, ggom_nbd::Params::named), found)
        }
    }
}

#[test]
fn known_parameters_are_recovered() {
    for (seed, (truth, horizon)) in worlds().into_iter().enumerate() {
        let mut chance = Chance::new(400 + seed as u64);
        let groups = groups(&truth.customers(20_000, horizon, &mut chance));
        let (told, found) = fit(&truth, &groups);
        assert!(told.converged && told.verdict == Verdict::Identified, "{truth:?}: {}", told.about);
        let of_truth: Vec<f64> = match truth {
            Truth::Nbd(params) => params.named().map(|(_, value)| value).to_vec(),
            Truth::Pareto(params) => params.named().map(|(_, value)| value).to_vec(),
            Truth::Bg(params) => params.named().map(|(_, value)| value).to_vec(),
            Truth::Mbg(params) => params.named().map(|(_, value)| value).to_vec(),
            Truth::Cnbd(params) => params.named().map(|(_, value)| value).to_vec(),
            Truth::Gompertz(params) => params.named().map(|(_, value)| value).to_vec(),
        };
        for ((name, found, error), truth) in told.estimates.iter().zip(&of_truth) {
            let error = error.expect("an identified fit has errors");
            if *name == "k" {
                assert_eq!(found, truth, "{}", told.about);
                continue;
            }
            // In logarithms, in which the errors are symmetric.
            let off = (found / truth).ln() / (error / found);
            assert!(off.abs() < 3.5, "{name}: {found} ± {error} is not {truth} in {}", told.about);
        }
        assert!(found.log_likelihood(&groups) >= truth.log_likelihood(&groups) - 1e-6);
    }
}

/// How many made bases: all five hundred where the program is fast.
const BASES: u32 = if cfg!(debug_assertions) { 60 } else { 500 };

fn any_truth(kind: u32, horizon: f64, chance: &mut Chance) -> Truth {
    let r = chance.between(0.1, 4.0);
    // Mean purchases within the horizon from a tenth to fifty.
    let alpha = r * horizon / chance.between(0.1, 50.0);
    let (a, b) = (chance.between(0.02, 3.0), chance.between(0.1, 10.0));
    let (s, beta) = (chance.between(0.05, 20.0), horizon * chance.between(0.05, 30.0));
    match kind % 7 {
        0 => Truth::Nbd(nbd::Params { r, alpha }),
        1 => Truth::Pareto(pareto_nbd::Params { r, alpha, s, beta }),
        2 => Truth::Bg(bg_nbd::Params { r, alpha, a, b }),
        3 => Truth::Mbg(mbg_nbd::Params { r, alpha, a, b }),
        4 => {
            let growth = chance.between(0.01, 10.0) / horizon;
            Truth::Gompertz(ggom_nbd::Params { r, alpha, b: growth, s, beta: beta * growth })
        }
        of_two => {
            let variant = if of_two == 5 { Variant::Bg } else { Variant::Mbg };
            let k = 1 + (chance.uniform() * 4.0) as u32;
            regular(variant, k, r, alpha / f64::from(k), a, b)
        }
    }
}

#[test]
fn every_made_base_gets_a_verdict_and_finite_predictions() {
    let mut chance = Chance::new(11);
    let (mut identified, mut ridges) = ([0; 7], [0; 7]);
    for base in 0..BASES {
        let kind = base % 7;
        // Hours to months: only the unit of time differs.
        let horizon = chance.between(3.0, 10_000.0);
        let truth = any_truth(kind, horizon, &mut chance);
        let size = chance.between(50.0, 5_000.0) as usize;
        let customers = truth.customers(size, horizon, &mut chance);
        let groups = groups(&customers);
        let repeaters = groups.iter().filter(|group| group.timing.repeat_purchases > 0).count();
        if repeaters < 5 {
            continue;
        }
        let (told, found) = fit(&truth, &groups);
        let about = format!("base {base} of {size}, {repeaters} repeaters, {truth:?}: {}", told.about);
        assert!(told.log_likelihood.is_finite(), "{about}");
        assert!(told.converged && told.gradient_norm < 1e-6, "{about} {}", told.gradient_norm);
        match &told.verdict {
            Verdict::Identified => identified[kind as usize] += 1,
            Verdict::Ridge { .. } => ridges[kind as usize] += 1,
            Verdict::NotConverged => panic!("{about}"),
        }
        for (name, value, error) in &told.estimates {
            assert!(value.is_finite() && *value > 0.0, "{name} of {about}");
            let refused = told.verdict != Verdict::Identified;
            assert!(error.is_none() == refused && error.is_none_or(f64::is_finite), "{name} of {about}");
        }
        let covariance = told.covariance.as_ref().expect("a converged fit has one");
        assert!(covariance.iter().flatten().all(|entry| entry.is_finite()), "{about}");
        let off = told.log_likelihood - truth.log_likelihood(&groups);
        assert!(off >= -1e-6, "{about}: {off} below the truth");
        // The sum over the search's layout is the sum of the public function.
        let again = found.log_likelihood(&groups);
        assert!((again - told.log_likelihood).abs() < 1e-7 * (1.0 + again.abs()), "{about}: {again}");
        for made in customers.iter().step_by(1 + size / 25) {
            let prospect = found.prospect(&made.timing);
            let forecast = prospect.forecast(horizon);
            assert!((0.0..=1.0).contains(&prospect.p_alive), "{about}");
            assert!(forecast.mean.is_finite() && forecast.variance.is_finite(), "{about} {:?}", made.timing);
            assert!((0.0..=1.0).contains(&forecast.none) && forecast.quantiles.is_sorted(), "{about}");
            let residual = prospect.residual(0.1 / horizon);
            assert!(residual.is_finite() && residual >= 0.0, "{about} {:?}: {residual}", made.timing);
        }
    }
    println!("of {BASES} bases, by model: {identified:?} identified, {ridges:?} on a ridge");
}

#[test]
fn one_tick_a_purchase_is_the_model_without_rhythm() {
    let timing = |x: u32, recency, age| Timing { repeat_purchases: x, recency, age };
    for timing in [timing(0, 0.0, 30.0), timing(3, 20.0, 30.0), timing(40, 30.0, 30.0), timing(9, 1.0, 300.0)]
    {
        for (r, alpha, a, b) in [(0.24, 4.4, 0.8, 2.4), (3.0, 0.5, 0.1, 9.0)] {
            let params = bg_nbd::Params { r, alpha, a, b };
            for (variant, ll, prospect) in [
                (Variant::Bg, bg_nbd::log_likelihood(&timing, &params), bg_nbd::prospect(&timing, &params)),
                (
                    Variant::Mbg,
                    mbg_nbd::log_likelihood(&timing, &params),
                    mbg_nbd::prospect(&timing, &params),
                ),
            ] {
                let one = cnbd_k::Params { variant, k: 1, r, alpha, a, b };
                assert!((cnbd_k::log_likelihood(&timing, &one) - ll).abs() < 1e-10);
                assert_eq!(cnbd_k::prospect(&timing, &one), prospect);
            }
        }
    }
}

/// Where all leave at one rate, s and β run away together: Pareto/NBD of other programs takes minutes here or ends in no
/// number.
#[test]
fn a_ridge_is_named_and_what_it_determines_is_given() {
    let mut chance = Chance::new(12);
    let one_rate_of_leaving = pareto_nbd::Params { r: 1.2, alpha: 12.0, s: 1e6, beta: 6e7 };
    let customers = groups(&Truth::Pareto(one_rate_of_leaving).customers(4_000, 60.0, &mut chance));
    let fit = pareto_nbd::fit(&customers);
    assert!(fit.converged && fit.standard_errors.is_none(), "{fit:?}");
    assert!(matches!(fit.verdict, Verdict::Ridge { along, .. } if along.code == "one_lifetime"), "{fit:?}");
    let identified = fit.identified.expect("this ridge determines a ratio");
    assert_eq!(identified.name, "s / beta");
    assert!((identified.value * 60.0 - 1.0).abs() < 0.15, "{identified:?}");
    // What is drawn from the covariance stays usable: a free direction counts as one, and others as they are.
    let covariance = fit.covariance.expect("a converged fit has one");
    for (i, row) in covariance.iter().enumerate() {
        assert!(row[i] > 0.0 && row[i] <= 1.0 + 1e-9, "{covariance:?}");
    }

    let nobody_leaves = Truth::Nbd(nbd::Params { r: 1.2, alpha: 12.0 });
    let customers = groups(&nobody_leaves.customers(4_000, 60.0, &mut chance));
    let (nbd, pareto) = (nbd::fit(&customers), pareto_nbd::fit(&customers));
    assert!(matches!(pareto.verdict, Verdict::Ridge { .. }), "{pareto:?}");
    // The smaller model says the same with two parameters fewer.
    assert!(pareto.log_likelihood - nbd.log_likelihood < 3.0 && nbd.bic() < pareto.bic());
}
