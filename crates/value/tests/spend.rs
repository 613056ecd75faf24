//! Spend models: published fits, and net margins made with known parameters.
//!
//! The data are not part of the repository; without `CLIENTELA_DATA` these tests say so and pass.

use ledger::Day;
use rand::Rng;
use rand_pcg::Pcg64;
use value::lifetime::Forecast;
use value::spend::net::{self, Earnings};
use value::spend::{self, Spending, Why, choose, gamma_gamma, independence};
use value::{Margin, PurchaseLine, Verdict, histories};

fn file(name: &str) -> Option<String> {
    let folder = std::env::var("CLIENTELA_DATA").ok()?;
    let text = std::fs::read_to_string(format!("{folder}/value/{name}")).ok();
    if text.is_none() {
        println!("skipped: no {name} below CLIENTELA_DATA");
    }
    text
}

fn close(actual: f64, published: f64, tolerance: f64) {
    assert!((actual - published).abs() <= tolerance, "{actual} is not {published}");
}

/// Customers with repeat purchases of a table with columns x and m.
fn table(text: &str) -> Vec<Spending> {
    text.lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            Spending { purchases: cells[1].parse().expect("x"), mean: cells[4].parse().expect("m") }
        })
        .collect()
}

fn fitted(spendings: &[Spending]) -> value::Fit<gamma_gamma::Params> {
    let repeaters: Vec<Spending> =
        spendings.iter().copied().filter(|s| s.purchases > 0 && s.mean > 0.0).collect();
    let fit = gamma_gamma::fit(&repeaters);
    assert!(fit.converged && fit.verdict == Verdict::Identified, "{fit:?}");
    fit
}

#[test]
fn apparel_matches_its_published_fit() {
    let Some(text) = file("apparel/rfm_apparel_2y.csv") else { return };
    let fit = fitted(&table(&text));
    close(fit.params.p, 3.099_03, 1e-4);
    close(fit.params.q, 5.653_67, 1e-3);
    close(fit.params.v, 56.504_08, 2e-2);
    close(fit.log_likelihood, -1_670.663_04, 1e-4);
}

#[test]
fn all_cdnow_customers_match_their_published_fit() {
    let Some(text) = file("cdnow/elog_cdnow_master.csv") else { return };
    let day = |date: &str| {
        let part = |range: std::ops::Range<usize>| date[range].parse::<i32>().expect("a date");
        let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][part(5..7) as usize - 1];
        (part(0..4) - 1970) * 365 + (part(0..4) - 1969) / 4 + before + part(8..10) - 1
    };
    let lines = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let cents = (cells[2].parse::<f64>().expect("an amount") * 100.0).round() as i64;
        let customer = cells[0].parse().expect("a customer");
        PurchaseLine { customer, day: day(cells[1]), amount: cents, margin: Margin::UNKNOWN }
    });
    let base = histories(lines.collect(), Day(day("1997-09-30")));
    let spendings: Vec<Spending> = base
        .rows
        .iter()
        .map(|row| Spending {
            purchases: row.repeat_purchases,
            mean: row.mean_repeat_spend().unwrap_or(0.0) / 100.0,
        })
        .collect();
    let fit = fitted(&spendings);
    close(fit.params.p, 6.275_359, 1e-3);
    close(fit.params.q, 3.624_450, 1e-4);
    close(fit.params.v, 14.983_689, 3e-3);
    close(fit.log_likelihood, -40_763.476_26, 1e-3);
}

#[test]
fn the_first_ten_cdnow_customers_match_fader_hardie_2013() {
    let Some(text) = file("cdnow/rfm_cdnow_sample.csv") else { return };
    let params = gamma_gamma::Params { p: 6.25, q: 3.74, v: 15.44 };
    let published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17];
    for (spending, published) in table(&text).iter().zip(published) {
        // Published from parameters with more digits than the published ones.
        close(gamma_gamma::expected_spend(spending, &params), published, 0.06);
    }
}

#[test]
fn cdnow_spend_hardly_depends_on_frequency() {
    let Some(text) = file("cdnow/rfm_cdnow_sample.csv") else { return };
    let test = independence(&table(&text)).unwrap();
    assert_eq!(test.customers, 946);
    // Fader, Hardie & Lee (2005), section on the independence assumption: .11, and small enough to go on.
    close(test.correlation, 0.11, 0.01);
    println!("{test:?}: {}", test.verdict());
    assert!(test.p_value < 0.01);
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

    /// Marsaglia & Tsang (2000).
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

    fn poisson(&mut self, mean: f64) -> u32 {
        let (mut time, mut count) = (0.0, 0);
        loop {
            time -= self.uniform().ln();
            if time > mean {
                return count;
            }
            count += 1;
        }
    }
}

const TRUTH: net::Params = net::Params {
    mean: 6.0,
    credibility: 2.0,
    deviation: 10.0,
    freedom: 6.0,
    refund_alpha: 0.8,
    refund_beta: 9.0,
    refund_amount: 15.0,
    refund_credibility: 1.0,
};

/// A customer's own mean, variance and chance of a refund.
struct Customer {
    mean: f64,
    deviation: f64,
    refunds: f64,
}

impl Customer {
    fn made(chance: &mut Chance, truth: &net::Params) -> Customer {
        let half = 0.5 * truth.freedom;
        let deviation = truth.deviation * (half / chance.gamma(half)).sqrt();
        let mean = truth.mean + deviation / truth.credibility.sqrt() * chance.normal();
        let (a, b) = (chance.gamma(truth.refund_alpha), chance.gamma(truth.refund_beta));
        Customer { mean, deviation, refunds: a / (a + b) }
    }

    fn buys(&self, chance: &mut Chance, purchases: u32) -> (Vec<f64>, Vec<f64>) {
        let margins = (0..purchases).map(|_| self.mean + self.deviation * chance.normal()).collect();
        let mut refunds = Vec::new();
        for _ in 0..purchases {
            if chance.uniform() < self.refunds {
                refunds.push(-TRUTH.refund_amount * chance.uniform().ln());
            }
        }
        (margins, refunds)
    }
}

/// A negative binomial number of purchases, as a forecast would summarise it.
fn purchases(chance: &mut Chance, shape: f64, mean: f64) -> u32 {
    let rate = mean * chance.gamma(shape) / shape;
    chance.poisson(rate)
}

fn forecast_of(shape: f64, mean: f64) -> Forecast {
    let (none, tries) = ((1.0 + mean / shape).powf(-shape), mean / (mean + shape));
    let (mut p, mut below, mut n, mut quantiles) = (none, none, 0_u32, [0; 5]);
    for (quantile, level) in quantiles.iter_mut().zip([0.025, 0.1, 0.5, 0.9, 0.975]) {
        while below < level {
            p *= tries * (shape + f64::from(n)) / f64::from(n + 1);
            n += 1;
            below += p;
        }
        *quantile = n;
    }
    Forecast { mean, variance: mean + mean * mean / shape, none, quantiles }
}

#[test]
fn net_margins_recover_their_parameters_and_intervals_keep_their_word() {
    let mut chance = Chance::new(7);
    let made: Vec<(Customer, Earnings)> = (0..6_000)
        .map(|_| {
            let customer = Customer::made(&mut chance, &TRUTH);
            let (margins, refunds) = {
                let purchases = 1 + purchases(&mut chance, 0.7, 2.0);
                customer.buys(&mut chance, purchases)
            };
            (customer, Earnings::of(&margins, &refunds))
        })
        .collect();
    let earnings: Vec<Earnings> = made.iter().map(|(_, earnings)| *earnings).collect();
    let fit = net::fit(&earnings).unwrap();
    assert_eq!(fit.verdict, Verdict::Identified);
    let errors = fit.standard_errors.expect("an identified fit has standard errors");
    for ((name, found), ((_, error), (_, truth))) in
        fit.params.named().into_iter().zip(errors.named().into_iter().zip(TRUTH.named()))
    {
        if name != "refund_credibility" {
            assert!((found - truth).abs() < 3.5 * error, "{name}: {found} ± {error}, not {truth}");
        }
    }
    let choice = choose(&earnings, 6.0).unwrap();
    assert!(matches!(choice.model, spend::Model::Net(_)) && matches!(choice.why, Why::NotAllPositive { .. }));
    for (shape, mean) in [(0.5, 0.6), (1.5, 3.0), (4.0, 30.0)] {
        let forecast = forecast_of(shape, mean);
        let (mut below, mut expected, mut actual, mut variance) = ([0.0; 4], 0.0, 0.0, 0.0);
        for (customer, earnings) in &made {
            let spend = choice.forecast(earnings, &forecast);
            let next = purchases(&mut chance, shape, mean);
            let (margins, refunds) = customer.buys(&mut chance, next);
            let brought = margins.iter().sum::<f64>() - refunds.iter().sum::<f64>();
            for (below, quantile) in below.iter_mut().zip(spend.quantiles) {
                // Whoever brings exactly the bound counts as below it by chance (most bring nothing).
                let is_below = brought < quantile || (brought == quantile && quantile != 0.0);
                *below += f64::from(u8::from(is_below));
            }
            expected += spend.mean;
            actual += brought;
            variance += spend.variance;
        }
        let shares = below.map(|count| count / made.len() as f64);
        println!("shape {shape}, mean {mean}: {shares:?}, {expected:.0} expected, {actual:.0} brought");
        assert!((expected - actual).abs() < 3.0 * variance.sqrt(), "{expected} {actual}");
        for (share, level) in shares.into_iter().zip([0.025, 0.1, 0.9, 0.975]) {
            // At a bound of zero the share strictly below is anything up to the level.
            assert!(
                (share - level).abs() < 0.02 || (share < level && level > 0.05 && mean < 1.0),
                "{shares:?}"
            );
        }
    }
}

#[test]
fn positive_amounts_are_chosen_by_what_foresees_strangers_better() {
    let mut chance = Chance::new(11);
    let truth = gamma_gamma::Params { p: 4.0, q: 3.5, v: 15.0 };
    let skewed: Vec<Earnings> = (0..1_500)
        .map(|_| {
            let rate = chance.gamma(truth.q) / truth.v;
            let margins: Vec<f64> =
                (0..1 + chance.poisson(2.0)).map(|_| chance.gamma(truth.p) / rate).collect();
            Earnings::of(&margins, &[])
        })
        .collect();
    let choice = choose(&skewed, 20.0).unwrap();
    assert!(matches!(choice.model, spend::Model::GammaGamma(_)), "{choice:?}");
    let Why::HoldoutScore { gamma_gamma, net } = choice.why else { panic!("{choice:?}") };
    assert!(gamma_gamma > net + 0.05);
    // Amounts around a common level, as likely above as below.
    let even: Vec<Earnings> = (0..1_500)
        .map(|_| {
            let own = 100.0 + 4.0 * chance.normal();
            let margins: Vec<f64> = (0..1 + chance.poisson(2.0))
                .map(|_| own + 15.0 * chance.normal() * (3.0 / chance.gamma(3.0)).sqrt())
                .map(|margin| margin.max(0.5))
                .collect();
            Earnings::of(&margins, &[])
        })
        .collect();
    let choice = choose(&even, 100.0).unwrap();
    assert!(matches!(choice.model, spend::Model::Net(_)), "{choice:?}");
}

#[test]
fn the_net_model_is_nearly_as_good_as_gamma_gamma_on_its_own_ground() {
    let mut chance = Chance::new(13);
    let truth = gamma_gamma::Params { p: 4.0, q: 3.5, v: 15.0 };
    let customers: Vec<(f64, Earnings)> = (0..4_000)
        .map(|_| {
            let rate = chance.gamma(truth.q) / truth.v;
            let margins: Vec<f64> =
                (0..1 + chance.poisson(2.0)).map(|_| chance.gamma(truth.p) / rate).collect();
            (truth.p / rate, Earnings::of(&margins, &[]))
        })
        .collect();
    let earnings: Vec<Earnings> = customers.iter().map(|(_, earnings)| *earnings).collect();
    let spendings: Vec<Spending> =
        earnings.iter().map(|e| Spending { purchases: e.purchases, mean: e.mean }).collect();
    let (gross, net) = (gamma_gamma::fit(&spendings), net::fit(&earnings).unwrap());
    let root_mean_square = |of: &dyn Fn(usize) -> f64| -> f64 {
        let squares: f64 = customers.iter().enumerate().map(|(i, (own, _))| (of(i) - own).powi(2)).sum();
        (squares / customers.len() as f64).sqrt()
    };
    let of_gross = root_mean_square(&|i| gamma_gamma::expected_spend(&spendings[i], &gross.params));
    let of_net = root_mean_square(&|i| net::purse(&earnings[i], &net.params).mean);
    println!("root mean square error: Gamma-Gamma {of_gross:.3}, net {of_net:.3}");
    assert!(of_net < 1.1 * of_gross, "{of_net} {of_gross}");
    let bias: f64 =
        customers.iter().map(|(own, earnings)| net::purse(earnings, &net.params).mean - own).sum::<f64>()
            / customers.iter().map(|(own, _)| own).sum::<f64>();
    assert!(bias.abs() < 0.02, "{bias}");
}
