//! Effects of covariates and equivalents on customers made with known ones.

use ledger::Day;
use maths::{Jet, Real, Stop, ln_gamma_rise, minimise};
use rand::Rng;
use rand_pcg::Pcg64;
use value::covariates::{self, Observation};
use value::equivalents::{Known, learn};
use value::lifetime::{Group, Timing, cnbd_k, pareto_nbd};
use value::{Choice, Error, Margin, PurchaseLine, Question, histories, value_with_covariates};

/// Purchases on days of customers whose clocks run faster or slower, and how many follow.
fn days_of(chance: &mut Chance, speed: f64, age: f64, ahead: f64) -> (Vec<i32>, f64) {
    let rate = speed * chance.gamma(0.8) / 6.0;
    let (a, b) = (chance.gamma(0.9), chance.gamma(3.0));
    let leaves = a / (a + b);
    let (mut at, mut days, mut after) = (0.0, vec![0], 0.0);
    loop {
        at -= chance.uniform().ln() / rate;
        if at > age + ahead {
            return (days, after);
        }
        if at <= age {
            days.push((at * 7.0) as i32)
        } else {
            after += 1.0
        }
        if chance.uniform() < leaves {
            return (days, after);
        }
    }
}

#[test]
fn covariates_foresee_better_where_they_matter_and_stay_out_where_they_do_not() {
    let mut chance = Chance::new(41);
    let (age, ahead) = (26.0, 26.0);
    let (mut lines, mut kinds, mut after) = (Vec::new(), Vec::new(), Vec::new());
    for customer in 0..1_500_u32 {
        let kind = f64::from(customer % 3);
        let speed = [0.4, 1.0, 2.5][customer as usize % 3];
        let (days, then) = days_of(&mut chance, speed, age, ahead);
        for day in days {
            lines.push(PurchaseLine { customer, day, amount: 500, margin: Margin::UNKNOWN });
        }
        kinds.push(vec![f64::from(u8::from(kind == 1.0)), f64::from(u8::from(kind == 2.0))]);
        after.push(then);
    }
    let base = histories(lines, Day(182));
    let horizon: value::Horizon = "26w".parse().unwrap();
    let question = Question { horizon, minor_digits: None, choice: Choice::Blend };
    let found = value_with_covariates(&base, &question, &kinds).unwrap();
    assert!(found.is_used);
    for (coefficient, truth) in found.effects.coefficients.iter().zip([2.5_f64.ln(), 6.25_f64.ln()]) {
        assert!((coefficient - truth).abs() < 0.35, "{:?}", found.effects);
    }
    let error = |valuation: &value::Valuation| {
        let squares = valuation
            .customers
            .iter()
            .zip(&after)
            .map(|(c, after)| (c.expected_transactions - after).powi(2));
        (squares.sum::<f64>() / after.len() as f64).sqrt()
    };
    let (with, without) = (error(&found.valuation), error(&value::value(&base, &question)));
    println!("root mean square error with covariates {with:.4}, without {without:.4}");
    assert!(with < 1.01 * without);
    // Newcomers of whom nothing else is known: the fast are expected to come back more often.
    let new = |kind: usize| {
        let of = found.valuation.customers.iter().zip(&base.rows).enumerate();
        let news = of.filter(|(i, (_, row))| i % 3 == kind && row.repeat_purchases == 0);
        let (sum, count) = news.fold((0.0, 0.0), |(sum, count), (_, (c, _))| (sum + c.p_alive, count + 1.0));
        sum / count
    };
    // Half a year of silence says more of those who buy often.
    assert!(new(0) > new(2));

    let noise: Vec<Vec<f64>> = (0..1_500).map(|i| vec![f64::from(i * 7_919 % 1_500 / 2 % 2)]).collect();
    let idle = value_with_covariates(&base, &question, &noise).unwrap();
    let z = idle.effects.coefficients[0] / idle.effects.standard_errors[0];
    assert!(z.abs() < 3.5, "{:?}", idle.effects);
    if !idle.is_used {
        assert_eq!(idle.valuation, value::value(&base, &question));
    }
    assert!(value_with_covariates(&base, &question, &noise[1..]).is_err());
}

/// Newcomers, of whom one purchase is known, are valued by what earlier customers of their own source did: sources that
/// differ are told apart, those that hardly do are drawn towards all, and what then came was nearer to it.
#[test]
fn newcomers_borrow_from_earlier_customers_of_their_own_source() {
    const SOURCES: usize = 16;
    let (mut better, mut runs, mut off_drawn, mut off_plain) = (0, 0, 0.0, 0.0);
    for seed in 0..10 {
        // Half of the bases have sources that differ much, half such that hardly differ.
        let (differs, spread) = (seed < 5, if seed < 5 { 0.6 } else { 0.1 });
        let mut chance = Chance::new(1_000 + seed);
        let ahead = 26.0;
        let speeds: Vec<f64> = (0..SOURCES).map(|_| (spread * chance.normal()).exp()).collect();
        let (mut lines, mut rows, mut after, mut source_of) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for customer in 0..2_400_u32 {
            // The last sources bring few.
            let place = (chance.uniform().powi(4) * SOURCES as f64) as usize;
            // Two thirds came within two years, a third within the last month.
            let age = if customer % 3 == 0 { 4.0 * chance.uniform() } else { 8.0 + 96.0 * chance.uniform() };
            let (days, then) = days_of(&mut chance, speeds[place], age, ahead);
            let first = 728 - (age * 7.0) as i32;
            for day in days {
                let day = (first + day).min(728);
                lines.push(PurchaseLine { customer, day, amount: 500, margin: Margin::UNKNOWN });
            }
            rows.push((1..SOURCES).map(|source| f64::from(u8::from(source == place))).collect::<Vec<f64>>());
            after.push(then);
            source_of.push(place);
        }
        let base = histories(lines, Day(728));
        let horizon: value::Horizon = "26w".parse().unwrap();
        let question =
            Question { horizon, minor_digits: None, choice: Choice::One(value::lifetime::Kind::BgNbd) };
        let found = value_with_covariates(&base, &question, &rows).unwrap();
        assert!(found.is_used || !differs, "{:?}", found.effects);
        let plain = value::value(&base, &question);
        // By source: what newcomers of one purchase were expected to bring, beside what they brought.
        let of_newcomers = |valuation: &value::Valuation| {
            let mut sums = vec![(0.0, 0.0, 0.0); SOURCES];
            for (i, (row, value)) in base.rows.iter().zip(&valuation.customers).enumerate() {
                if row.repeat_purchases == 0 && row.age_days <= 28 {
                    let (expected, came, customers) = sums[source_of[i]];
                    sums[source_of[i]] =
                        (expected + value.expected_transactions, came + after[i], customers + 1.0);
                }
            }
            let squares = sums
                .iter()
                .map(|(expected, came, n): &(f64, f64, f64)| (expected - came).powi(2) / n.max(1.0));
            squares.sum::<f64>()
        };
        let (with, without) = (of_newcomers(&found.valuation), of_newcomers(&plain));
        println!(
            "newcomers by source, seed {seed}: squared error {with:.1} with their source, {without:.1} without"
        );
        better += u32::from(differs && with < without);
        // Where they hardly differ, effects that are drawn towards their mean are nearer to the truth.
        let truth: Vec<f64> = (1..SOURCES).map(|source| (speeds[source] / speeds[0]).ln()).collect();
        let drawn = found.effects.drawn(&[true; SOURCES - 1]);
        let off = |of: &covariates::Effects| -> f64 {
            let squares = of.coefficients.iter().zip(&truth).map(|(one, truth)| (one - truth).powi(2));
            squares.sum()
        };
        println!("  effects: {:.3} drawn, {:.3} as they are", off(&drawn), off(&found.effects));
        if !differs {
            off_drawn += off(&drawn);
            off_plain += off(&found.effects);
        }
        runs += u32::from(differs);
    }
    assert!(better >= runs - 1, "{better} of {runs}");
    assert!(off_drawn < 0.7 * off_plain, "{off_drawn} drawn, {off_plain} as they are");
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
}

/// A customer who buys at a rate until they leave after a purchase (BG/NBD).
fn customer(chance: &mut Chance, speed: f64, age: f64) -> Timing {
    let rate = speed * chance.gamma(0.8) / 6.0;
    let (a, b) = (chance.gamma(0.9), chance.gamma(3.0));
    let leaves = a / (a + b);
    let (mut repeat_purchases, mut recency) = (0, 0.0);
    loop {
        let next = recency - chance.uniform().ln() / rate;
        if next > age {
            break;
        }
        recency = next;
        repeat_purchases += 1;
        if chance.uniform() < leaves {
            break;
        }
    }
    Timing { repeat_purchases, recency, age }
}

/// BG/NBD on its own, as a function of logarithms of parameters (Fader, Hardie & Lee 2005, eq. 6).
fn ln_likelihood<R: Real>(&[r, alpha, a, b]: &[R; 4], timing: &Timing) -> R {
    let x = R::constant(f64::from(timing.repeat_purchases));
    let shape = r + x;
    let stays = ln_gamma_rise(b, x) - ln_gamma_rise(a + b, x);
    let alive = (alpha + timing.age).ln() * (R::constant(-1.0)) * shape;
    let plain = ln_gamma_rise(r, x) + r * alpha.ln() + stays + alive;
    if timing.repeat_purchases == 0 {
        return plain;
    }
    let odds =
        a / (b + (x.value() - 1.0)) * (shape * ((alpha + timing.age) / (alpha + timing.recency)).ln()).exp();
    plain + odds.ln_1p()
}

fn bg_nbd(facts: &[(Timing, u32)]) -> impl Fn(&Timing) -> f64 + use<> {
    let customers: f64 = facts.iter().map(|(_, n)| f64::from(*n)).sum();
    let end = minimise([0.0, 1.0, 0.0, 1.0], Stop { gradient: 1e-9, evaluations: 200 }, |point| {
        let params = Jet::variables(point).map(Jet::exp);
        let sum = facts.iter().fold(Jet::constant(0.0), |sum, (timing, n)| {
            sum + ln_likelihood(&params, timing) * f64::from(*n)
        });
        (sum * (-1.0 / customers)).surface()
    });
    let params = end.point.map(f64::exp);
    move |timing: &Timing| ln_likelihood(&params, timing)
}

#[test]
fn effects_are_recovered_within_two_standard_errors() {
    let truth = [0.5, -0.3, 0.0];
    let (mut outside, mut estimates) = (0, 0);
    for seed in 0..4 {
        let mut chance = Chance::new(seed);
        let observations: Vec<Observation> = (0..1_500)
            .map(|_| {
                let channel = f64::from(u8::from(chance.uniform() < 0.3));
                let covariates = vec![channel, 40.0 + 2.0 * chance.normal(), chance.normal()];
                let ln_speed = truth[0] * covariates[0] + truth[1] * (covariates[1] - 40.0) / 2.0;
                let age = 20.0 + 30.0 * chance.uniform();
                Observation { facts: customer(&mut chance, ln_speed.exp(), age), covariates, customers: 1 }
            })
            .collect();
        let effects = covariates::fit(&observations, bg_nbd).unwrap();
        for (i, per_unit) in [1.0, 2.0, 1.0].into_iter().enumerate() {
            let off =
                (effects.coefficients[i] * per_unit - truth[i]) / (effects.standard_errors[i] * per_unit);
            estimates += 1;
            outside += i32::from(off.abs() > 2.0);
            assert!(off.abs() < 3.5, "{i}: {effects:?}");
        }
        assert!(effects.p_values[0] < 1e-3 && effects.p_values[1] < 1e-3, "{effects:?}");
        assert!(effects.likelihood_ratio() > 20.0 && effects.aic_against_none() < -14.0);
        assert!(effects.rounds < 40, "{effects:?}");
        // The slope of the whole log-likelihood is gone: neither effect nor model gains by moving.
        let model = bg_nbd(
            &observations
                .iter()
                .map(|o| (covariates::OnClock::on_clock(&o.facts, effects.speed(&o.covariates)), 1))
                .collect::<Vec<_>>(),
        );
        let total = |gamma: f64| -> f64 {
            observations
                .iter()
                .map(|o| {
                    let speed =
                        effects.speed(&o.covariates) * (gamma * (o.covariates[0] - effects.means[0])).exp();
                    let timing = covariates::OnClock::on_clock(&o.facts, speed);
                    model(&timing) + f64::from(timing.repeat_purchases) * speed.ln()
                })
                .sum()
        };
        assert!(total(0.0) >= total(1e-3) && total(0.0) >= total(-1e-3));
    }
    assert!(outside <= 2, "{outside} of {estimates} further off than two standard errors");
}

#[test]
fn covariates_that_say_nothing_are_refused_with_words() {
    let observation = |covariates: Vec<f64>, repeat_purchases| Observation {
        facts: Timing { repeat_purchases, recency: f64::from(repeat_purchases), age: 10.0 },
        covariates,
        customers: 1,
    };
    let words = |rows: Vec<Vec<f64>>| {
        let observations: Vec<Observation> =
            (0..).zip(rows).map(|(i, row)| observation(row, i % 4)).collect();
        covariates::fit(&observations, bg_nbd).unwrap_err().to_string()
    };
    assert_eq!(words(vec![]), "there is no customer to learn from");
    assert_eq!(words(vec![vec![3.0]; 40]), "nothing to learn: a covariate is the same for all customers");
    let twice = (0..40).map(|i| vec![f64::from(i), 2.0 * f64::from(i) + 1.0]).collect();
    assert_eq!(words(twice), "nothing to learn: covariates add up to each other");
    assert_eq!(words(vec![vec![1.0], vec![f64::NAN]]), "customer at place 1: a covariate of NaN");
    assert_eq!(words(vec![vec![1.0], vec![]]), "customer at place 1: 0 covariates, where others have 1");
    assert_eq!(
        covariates::fit(&[observation(vec![0.0; 300], 1)], bg_nbd).unwrap_err(),
        Error::TooMany { what: "covariates", given: 300, most: 200 }
    );
}

#[test]
fn intervals_of_equivalents_keep_their_word() {
    let mut chance = Chance::new(21);
    const BASES: usize = 400;
    // Share within the 80 and 95 % intervals: of a seen combination, of a source never seen, of a single customer.
    let mut within = [[0.0; 2]; 3];
    for _ in 0..BASES {
        let sources: Vec<f64> = (0..7).map(|_| 3.0 * chance.normal()).collect();
        let segments: Vec<f64> = (0..5).map(|_| 1.5 * chance.normal()).collect();
        let expected = |source: usize, segment: usize| 20.0 + sources[source] + segments[segment];
        let known: Vec<Known> = (0..250)
            .map(|_| {
                // The last source is not seen.
                let (source, segment) =
                    ((chance.uniform() * 6.0) as usize, (chance.uniform() * 5.0) as usize);
                let variance = 2.0 + 6.0 * chance.uniform();
                let own = expected(source, segment) + 2.0 * chance.normal();
                Known {
                    keys: vec![Some(source as u32), Some(segment as u32)],
                    outcome: own + variance.sqrt() * chance.normal(),
                    variance,
                    customers: 1,
                }
            })
            .collect();
        let equivalents = learn(&known, f64::NEG_INFINITY).unwrap();
        let seen = equivalents.expect(&[Some(2), Some(3)]).unwrap();
        let unseen = equivalents.expect(&[Some(6), Some(3)]).unwrap();
        let single = expected(2, 3) + 2.0 * chance.normal();
        let cases =
            [(seen.interval, expected(2, 3)), (unseen.interval, expected(6, 3)), (seen.single, single)];
        for (within, (interval, truth)) in within.iter_mut().zip(cases) {
            within[0] += f64::from(u8::from((interval.lo80..=interval.hi80).contains(&truth))) / BASES as f64;
            within[1] += f64::from(u8::from((interval.lo95..=interval.hi95).contains(&truth))) / BASES as f64;
        }
    }
    println!("seen, unseen, single: {within:.3?}");
    for [at80, at95] in within {
        assert!((0.75..=0.92).contains(&at80) && (0.92..=1.0).contains(&at95), "{within:?}");
    }
}

/// Customers of two channels, the second on a clock e^.6 times as fast; each purchase takes `ticks` phases, and they
/// leave at a rate of their own, or after a purchase.
fn two_channels(chance: &mut Chance, ticks: u32, in_time: bool) -> Vec<Observation<Group>> {
    let mut observations = Vec::new();
    for _ in 0..3_000 {
        let channel = f64::from(u8::from(chance.uniform() < 0.4));
        let (speed, age) = ((0.6 * channel).exp(), 30.0 + 30.0 * chance.uniform());
        let rate = f64::from(ticks) * speed * chance.gamma(1.2) / 5.0;
        let lifetime = -chance.uniform().ln() / (speed * chance.gamma(2.0) / 120.0);
        let (a, b) = (chance.gamma(0.8), chance.gamma(6.0));
        let mut stays = in_time || chance.uniform() > a / (a + b);
        let end = if in_time { age.min(lifetime) } else { age };
        let (mut repeat_purchases, mut recency, mut ln_gaps) = (0, 0.0, 0.0);
        while stays {
            let gap = -(0..ticks).map(|_| chance.uniform().ln()).sum::<f64>() / rate;
            if recency + gap > end {
                break;
            }
            recency += gap;
            repeat_purchases += 1;
            ln_gaps += gap.ln();
            stays = in_time || chance.uniform() > a / (a + b);
        }
        let timing = Timing { repeat_purchases, recency, age };
        let facts = Group { timing, customers: 1, ln_gaps };
        observations.push(Observation { facts, covariates: vec![channel], customers: 1 });
    }
    observations
}

#[test]
fn the_library_s_own_models_take_covariates() {
    let mut chance = Chance::new(31);
    let effects = covariates::fit(&two_channels(&mut chance, 1, true), |facts: &[(Group, u32)]| {
        let groups: Vec<Group> = facts.iter().map(|(group, _)| *group).collect();
        let params = pareto_nbd::fit(&groups).params;
        move |group: &Group| pareto_nbd::log_likelihood(&group.timing, &params)
    })
    .unwrap();
    println!("{effects:?}");
    assert!((effects.coefficients[0] - 0.6).abs() < 2.5 * effects.standard_errors[0], "{effects:?}");
    // Regular buyers: the gaps are part of the likelihood, and are on the clock too.
    let effects = covariates::fit(&two_channels(&mut chance, 2, false), |facts: &[(Group, u32)]| {
        let groups: Vec<Group> = facts.iter().map(|(group, _)| *group).collect();
        let params = cnbd_k::fit_k(&groups, cnbd_k::Variant::Mbg, 2).params;
        move |group: &Group| {
            let gaps = cnbd_k::ln_of_gaps(group.timing.repeat_purchases, group.ln_gaps, 2);
            cnbd_k::log_likelihood(&group.timing, &params) + gaps
        }
    })
    .unwrap();
    println!("{effects:?}");
    assert!((effects.coefficients[0] - 0.6).abs() < 2.5 * effects.standard_errors[0], "{effects:?}");
}
