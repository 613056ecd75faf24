//! Customers made with known parameters: what the models recover, and whether their intervals keep their word.

use ledger::Day;
use rand::Rng;
use rand_pcg::Pcg64;
use value::lifetime::{self, Group, Kind, LEAST_CUSTOMERS, Timing, bg_nbd};
use value::spend::{self, Spending, gamma_gamma};
use value::{Choice, Histories, Margin, PurchaseLine, Question, Valuation, Verdict, histories, value};

/// A stream of random numbers; the same seed gives the same customers.
struct Chance(Pcg64);

impl Chance {
    fn new(seed: u64) -> Chance {
        Chance(Pcg64::new(u128::from(seed), 0x0a02_bdbf_7bb3_c0a7_ac28_fa16_a64a_bf96))
    }

    /// Between 0 and 1, both excluded.
    fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Marsaglia & Tsang (2000), "A Simple Method for Generating Gamma Variables".
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
        x / (x + y)
    }
}

/// One made customer: what is known at `age`, and what follows within `horizon`.
struct Made {
    timing: Timing,
    spending: Spending,
    later_purchases: u32,
    later_spend: f64,
}

struct World {
    lifetime: bg_nbd::Params,
    spend: gamma_gamma::Params,
    horizon: f64,
}

impl World {
    fn customer(&self, age: f64, chance: &mut Chance) -> Made {
        let bg_nbd::Params { r, alpha, a, b } = self.lifetime;
        let (rate, leaves) = (chance.gamma(r) / alpha, chance.beta(a, b));
        let gamma_gamma::Params { p, q, v } = self.spend;
        let price = chance.gamma(q) / v;
        let mut made = Made {
            timing: Timing { repeat_purchases: 0, recency: 0.0, age },
            spending: Spending { purchases: 0, mean: 0.0 },
            later_purchases: 0,
            later_spend: 0.0,
        };
        let (mut time, mut spent) = (0.0, 0.0);
        loop {
            time += chance.exponential() / rate;
            if time > age + self.horizon {
                break;
            }
            let amount = chance.gamma(p) / price;
            if time <= age {
                made.timing.repeat_purchases += 1;
                made.timing.recency = time;
                spent += amount;
            } else {
                made.later_purchases += 1;
                made.later_spend += amount;
            }
            if chance.uniform() < leaves {
                break;
            }
        }
        let purchases = made.timing.repeat_purchases;
        made.spending =
            Spending { purchases, mean: if purchases > 0 { spent / f64::from(purchases) } else { 0.0 } };
        made
    }

    fn customers(&self, count: usize, chance: &mut Chance) -> Vec<Made> {
        (0..count).map(|i| self.customer(self.horizon * (0.3 + (i % 100) as f64 / 80.0), chance)).collect()
    }
}

fn cdnow_like() -> World {
    World {
        lifetime: bg_nbd::Params { r: 0.25, alpha: 4.4, a: 0.8, b: 2.4 },
        spend: gamma_gamma::Params { p: 6.25, q: 3.74, v: 15.44 },
        horizon: 39.0,
    }
}

fn groups(customers: &[Made]) -> Vec<Group> {
    customers.iter().map(|made| Group { timing: made.timing, customers: 1, ln_gaps: 0.0 }).collect()
}

#[test]
fn known_parameters_are_recovered() {
    let world = cdnow_like();
    let customers = world.customers(60_000, &mut Chance::new(1));
    let fit = bg_nbd::fit(&groups(&customers));
    assert!(fit.converged && fit.verdict == Verdict::Identified, "{fit:?}");
    let errors = fit.standard_errors.expect("identified parameters have errors");
    let pairs = fit.params.named().into_iter().zip(world.lifetime.named()).zip(errors.named());
    for (((name, found), (_, truth)), (_, error)) in pairs {
        assert!((found - truth).abs() < 3.5 * error, "{name}: {found} ± {error} is not {truth}");
        assert!(error < 0.2 * truth, "{name}: the error {error} says nothing");
    }
    let spendings: Vec<Spending> = customers.iter().map(|made| made.spending).collect();
    let spend::Model::GammaGamma(fit) = spend::fit(&spendings, 0.0) else { panic!("no Gamma-Gamma") };
    let errors = fit.standard_errors.expect("identified parameters have errors");
    let pairs = fit.params.named().into_iter().zip(world.spend.named()).zip(errors.named());
    for (((name, found), (_, truth)), (_, error)) in pairs {
        assert!((found - truth).abs() < 3.5 * error, "{name}: {found} ± {error} is not {truth}");
    }
}

#[test]
fn expectations_are_right_on_average_and_intervals_keep_their_word() {
    for (seed, world) in [
        (2, cdnow_like()),
        (
            3,
            World {
                lifetime: bg_nbd::Params { r: 2.0, alpha: 6.0, a: 0.4, b: 6.0 },
                spend: gamma_gamma::Params { p: 2.0, q: 6.0, v: 40.0 },
                horizon: 52.0,
            },
        ),
        (
            4,
            World {
                lifetime: bg_nbd::Params { r: 8.0, alpha: 4.0, a: 0.2, b: 9.0 },
                spend: gamma_gamma::Params { p: 12.0, q: 3.0, v: 8.0 },
                horizon: 26.0,
            },
        ),
    ] {
        let mut chance = Chance::new(seed);
        let customers = world.customers(20_000, &mut chance);
        let (mut expected, mut variance, mut actual) = (0.0, 0.0, 0.0);
        let (mut spend_expected, mut spend_variance, mut spend_actual) = (0.0, 0.0, 0.0);
        // Where the outcome lies in the predicted distribution, drawn at random within a step of it: uniform if
        // the distribution is right (Czado, Gneiting & Held 2009, "Predictive Model Assessment for Count Data").
        let (mut places, mut spend_below) = (Vec::new(), [(0.0, 0.0); 4]);
        for made in &customers {
            let prospect = bg_nbd::prospect(&made.timing, &world.lifetime);
            let forecast = prospect.forecast(world.horizon);
            expected += forecast.mean;
            variance += forecast.variance;
            actual += f64::from(made.later_purchases);
            let more = |n: Option<u32>| n.map_or(1.0, |n| prospect.p_more_than(n, world.horizon));
            let (below, up_to) =
                (1.0 - more(made.later_purchases.checked_sub(1)), 1.0 - more(Some(made.later_purchases)));
            places.push(below + chance.uniform() * (up_to - below));

            let spend = gamma_gamma::purse(&made.spending, &world.spend).forecast(&forecast);
            spend_expected += spend.mean;
            spend_variance += spend.variance;
            spend_actual += made.later_spend;
            for ((below, all), quantile) in spend_below.iter_mut().zip(spend.quantiles) {
                // A bound of zero is exact: the chance of buying nothing is.
                *below += f64::from(u8::from(quantile > 0.0 && made.later_spend <= quantile));
                *all += f64::from(u8::from(quantile > 0.0));
            }
        }
        let off = (actual - expected) / variance.sqrt();
        assert!(off.abs() < 3.5, "world {seed}: {actual} purchases, {expected} expected, {off} deviations");
        let off = (spend_actual - spend_expected) / spend_variance.sqrt();
        assert!(
            off.abs() < 3.5,
            "world {seed}: {spend_actual} spent, {spend_expected} expected, {off} deviations"
        );
        let count = customers.len() as f64;
        for level in [0.025, 0.1, 0.5, 0.9, 0.975] {
            let share = places.iter().filter(|place| **place <= level).count() as f64 / count;
            let allowed = 4.0 * (level * (1.0 - level) / count).sqrt();
            assert!(
                (share - level).abs() < allowed,
                "world {seed}: {share} of the outcomes lie below {level}"
            );
        }
        // Spend bounds are approximations: within a point and a half of each level.
        for (level, (below, all)) in [0.025, 0.1, 0.9, 0.975].into_iter().zip(spend_below) {
            let share = below / all;
            let allowed = 0.015 + 3.0 * (level * (1.0 - level) / all).sqrt();
            assert!(
                all < 500.0 || (share - level).abs() < allowed,
                "world {seed}: {share} of {all} spends lie below the bound of {level}"
            );
        }
    }
}

fn valuation(lines: Vec<PurchaseLine>, until: i32) -> Valuation {
    let question =
        Question { horizon: "39w".parse().unwrap(), minor_digits: Some(2), choice: Choice::One(Kind::BgNbd) };
    value(&histories(lines, Day(until)), &question)
}

fn line(customer: u32, day: i32, amount: i64) -> PurchaseLine {
    PurchaseLine { customer, day, amount, margin: Margin::UNKNOWN }
}

fn assert_usable(valuation: &Valuation, about: &str) {
    for customer in &valuation.customers {
        let about = format!("{about}: {customer:?}");
        assert!((0.0..=1.0).contains(&customer.p_alive), "{about}");
        let numbers = [
            customer.expected_transactions,
            customer.transactions_variance,
            customer.expected_spend,
            customer.spend_variance,
        ];
        assert!(numbers.iter().all(|number| number.is_finite() && *number >= 0.0), "{about}");
        for bounds in [customer.transactions, customer.spend] {
            let bounds = [bounds.lo95, bounds.lo80, bounds.hi80, bounds.hi95];
            assert!(bounds.is_sorted() && bounds.iter().all(|b| b.is_finite() && *b >= 0.0), "{about}");
        }
    }
}

#[test]
fn odd_bases_are_valued_without_a_hitch() {
    let regular = |customers: u32, every: i32, times: i32, amount: i64| -> Vec<PurchaseLine> {
        (0..customers)
            .flat_map(|c| (0..times).map(move |n| line(c, (c % 7) as i32 + n * every, amount)))
            .collect()
    };
    let mut heavy = regular(50, 7, 3, 1_000);
    heavy.extend((0..1_000).map(|day| line(99, day, 5_000_000)));
    let bases = [
        ("nobody", vec![]),
        ("one customer, one day", vec![line(0, 10, 500)]),
        ("one faithful customer", regular(1, 7, 100, 500)),
        ("all on one day", (0..500).map(|c| line(c, 0, 100)).collect()),
        ("all on the last day", (0..500).map(|c| line(c, 1_000, 100)).collect()),
        ("nobody came back", (0..500).map(|c| line(c, (c % 300) as i32, 100)).collect()),
        ("all came back once", regular(500, 30, 2, 999)),
        ("all like clockwork", regular(400, 7, 140, 1_234)),
        ("all stopped long ago", regular(400, 2, 10, 1_234)),
        ("gifts only", regular(300, 20, 5, 0)),
        ("returns only", (0..50).map(|c| line(c, 5, -100)).collect()),
        ("one buys every day", heavy),
        ("tiny amounts", (0..2_000).map(|i| line(i % 300, (i * 7 % 900) as i32, i64::from(i % 3))).collect()),
        (
            "huge amounts",
            (0..2_000).map(|i| line(i % 300, (i * 7 % 900) as i32, 1 << 40 << (i % 9))).collect(),
        ),
    ];
    for (about, lines) in bases {
        let valuation = valuation(lines, 1_000);
        assert_usable(&valuation, about);
        let fit = valuation.lifetime.reference.fit();
        assert!(fit.log_likelihood.is_finite() && fit.gradient_norm.is_finite(), "{about}: {fit:?}");
        if (fit.customers) < LEAST_CUSTOMERS {
            assert!(valuation.lifetime.reason.is_some(), "{about}");
        }
    }
}

#[test]
fn the_same_price_for_all_is_told_and_not_fitted() {
    let lines = (0..3_000).map(|i| line(i % 300, (i / 300 * 97 + i % 13) as i32, 1_999)).collect();
    let valuation = valuation(lines, 1_000);
    let spend = valuation.spend.as_ref().expect("spend was asked for");
    assert_eq!(spend.reason(), Some(spend::Reason::ConstantSpend));
    for customer in &valuation.customers {
        // A multiple of the price, a few cents of a float's rounding apart.
        assert!((customer.expected_spend - customer.expected_transactions * 1_999.0).abs() < 1e-6);
        assert!((customer.spend.hi80 - customer.transactions.hi80 * 1_999.0).abs() < 1e-6);
    }
}

#[test]
fn a_base_where_nobody_leaves_is_a_ridge_and_says_so() {
    let mut chance = Chance::new(9);
    let timings = (0..3_000).map(|_| {
        let rate = chance.gamma(2.0) / 10.0;
        let (mut time, mut timing) = (0.0, Timing { repeat_purchases: 0, recency: 0.0, age: 100.0 });
        loop {
            time += chance.exponential() / rate;
            if time > 100.0 {
                return Group { timing, customers: 1, ln_gaps: 0.0 };
            }
            timing.repeat_purchases += 1;
            timing.recency = time;
        }
    });
    let fit = bg_nbd::fit(&timings.collect::<Vec<_>>());
    assert!(fit.converged && fit.standard_errors.is_none(), "{fit:?}");
    assert!(matches!(fit.verdict, Verdict::Ridge { .. }), "{fit:?}");
    // The rate is determined all the same.
    assert!((fit.params.r / fit.params.alpha - 0.2).abs() < 0.01, "{fit:?}");
}

#[test]
fn five_hundred_made_bases_all_converge() {
    let mut chance = Chance::new(5);
    let (mut identified, mut refused) = (0, 0);
    for base in 0..500 {
        let world = World {
            lifetime: bg_nbd::Params {
                r: 0.1 * 30_f64.powf(chance.uniform()),
                alpha: 100_f64.powf(chance.uniform()),
                a: 0.02 * 150_f64.powf(chance.uniform()),
                b: 0.1 * 100_f64.powf(chance.uniform()),
            },
            // Hours to months: only the unit of time differs.
            horizon: 10_f64.powf(1.0 + 2.0 * chance.uniform()),
            spend: gamma_gamma::Params { p: 5.0, q: 4.0, v: 10.0 },
        };
        let size = (50.0 * 100_f64.powf(chance.uniform())) as usize;
        let customers = groups(&world.customers(size, &mut chance));
        let repeaters = customers.iter().filter(|group| group.timing.repeat_purchases > 0).count();
        let fit = bg_nbd::fit(&customers);
        match (repeaters as u64) < lifetime::LEAST_REPEATERS {
            true => refused += 1,
            false => {
                assert!(fit.converged && fit.gradient_norm < 1e-6, "base {base} of {size}: {fit:?}");
                identified += usize::from(fit.verdict == Verdict::Identified);
                let truth: f64 =
                    customers.iter().map(|g| bg_nbd::log_likelihood(&g.timing, &world.lifetime)).sum();
                assert!(
                    fit.log_likelihood >= truth - 1e-6,
                    "base {base}: {fit:?} is below the truth's {truth}"
                );
            }
        }
    }
    assert!(identified > 300 && refused < 50, "{identified} identified, {refused} refused");
}

#[test]
fn the_unit_of_time_changes_alpha_and_nothing_else() {
    let customers = groups(&cdnow_like().customers(5_000, &mut Chance::new(6)));
    let scaled: Vec<Group> = customers
        .iter()
        .map(|group| {
            let Timing { repeat_purchases, recency, age } = group.timing;
            Group {
                timing: Timing { repeat_purchases, recency: recency * 168.0, age: age * 168.0 },
                ..*group
            }
        })
        .collect();
    let (weeks, hours) = (bg_nbd::fit(&customers), bg_nbd::fit(&scaled));
    for (in_weeks, in_hours) in [
        (weeks.params.r, hours.params.r),
        (weeks.params.alpha * 168.0, hours.params.alpha),
        (weeks.params.a, hours.params.a),
        (weeks.params.b, hours.params.b),
    ] {
        assert!((in_weeks / in_hours - 1.0).abs() < 1e-6, "{in_weeks} {in_hours}");
    }
    let timing = customers.iter().max_by_key(|g| g.timing.repeat_purchases).unwrap().timing;
    let in_hours = Timing { recency: timing.recency * 168.0, age: timing.age * 168.0, ..timing };
    let expected = bg_nbd::expected_transactions(&timing, &weeks.params, 39.0);
    let same = bg_nbd::expected_transactions(&in_hours, &hours.params, 39.0 * 168.0);
    assert!((expected / same - 1.0).abs() < 1e-6);
}

#[test]
fn a_customer_s_value_does_not_depend_on_their_number() {
    let mut chance = Chance::new(7);
    let lines: Vec<PurchaseLine> = (0..6_000)
        .map(|_| {
            line(
                (chance.uniform() * 500.0) as u32,
                (chance.uniform() * 700.0) as i32,
                100 + (chance.uniform() * 9e3) as i64,
            )
        })
        .collect();
    let renamed: Vec<PurchaseLine> = lines
        .iter()
        .map(|line| PurchaseLine { customer: 4_000_000_000 - line.customer * 1_000, ..*line })
        .collect();
    let (as_is, renamed) = (valuation(lines, 700), valuation(renamed, 700));
    for (one, other) in as_is.customers.iter().zip(renamed.customers.iter().rev()) {
        assert_eq!(4_000_000_000 - one.customer * 1_000, other.customer);
        assert!((one.expected_transactions / other.expected_transactions - 1.0).abs() < 1e-9);
        assert!((one.expected_spend / other.expected_spend - 1.0).abs() < 1e-6);
    }
}

#[test]
fn returns_and_losses_are_valued_as_they_are() {
    let mut chance = Chance::new(23);
    let lines = |margin_of: &mut dyn FnMut(u32, i64) -> i64, chance: &mut Chance, refunds: bool| {
        let mut lines = Vec::new();
        for customer in 0..600_u32 {
            for _ in 0..2 + (chance.uniform() * 8.0) as u32 {
                let (day, amount) =
                    ((chance.uniform() * 690.0) as i32, 2_000 + (chance.uniform() * 6e3) as i64);
                let margin = Margin::of(margin_of(customer, amount));
                lines.push(PurchaseLine { customer, day, amount, margin });
            }
            // One in three brings back, on the first day of the log, what was bought before it.
            if refunds && customer % 3 == 0 {
                lines.push(PurchaseLine { margin: Margin::of(-900), ..line(customer, 0, -6_000) });
            }
        }
        lines
    };
    let mut third = |_: u32, amount: i64| amount / 3;
    let kept = valuation(lines(&mut third, &mut chance, false), 700);
    let returned = valuation(lines(&mut third, &mut chance, true), 700);
    assert!(matches!(returned.spend_choice.unwrap().why, spend::Why::NotAllPositive { customers: 150.. }));
    assert!(returned.spend.as_ref().unwrap().code() == "net_margin");
    assert_usable(&kept, "kept");
    let per_purchase = |v: &value::Valuation| v.total_spend().expected / v.total_transactions().expected;
    // 200 returns of 60 over about 2,700 repeat purchases of 50 each.
    assert!((per_purchase(&kept) / 5_000.0 - 1.0).abs() < 0.05, "{}", per_purchase(&kept));
    assert!((0.85..0.96).contains(&(per_purchase(&returned) / per_purchase(&kept))));

    // A third of the margin on everything: the share of spend says it all.
    let share = kept.net_margins.as_ref().unwrap().holdout;
    assert!(!share.favours_net(), "{share:?}");
    // Serving one costs some customers more than they bring, however much they buy: a share of spend cannot say it.
    let mut fixed = |customer: u32, _: i64| if customer.is_multiple_of(4) { -1_500 } else { 1_500 };
    let base = valuation(lines(&mut fixed, &mut chance, false), 700);
    let holdout = base.net_margins.as_ref().unwrap().holdout;
    assert!(holdout.favours_net(), "{holdout:?}");
    for customer in &base.customers {
        let margin = customer.expected_margin.unwrap();
        assert_eq!(margin < 0.0, customer.customer.is_multiple_of(4), "{customer:?}");
        assert!(customer.margin_variance > 0.0, "{customer:?}");
    }
    let total = |of: &dyn Fn(&value::CustomerValue) -> f64| base.customers.iter().map(of).sum::<f64>();
    let expected =
        total(&|c| c.expected_transactions * if c.customer.is_multiple_of(4) { -1_500.0 } else { 1_500.0 });
    let margin = total(&|c| c.expected_margin.unwrap_or_default());
    assert!((margin / expected - 1.0).abs() < 0.1, "{margin} {expected}");
}

#[test]
fn margins_are_drawn_towards_everybody_s() {
    let mut lines = Vec::new();
    for customer in 0..40 {
        for n in 0..5 {
            let margin = if customer == 0 { 900 } else { 300 };
            lines.push(PurchaseLine {
                margin: Margin::of(margin),
                ..line(customer, n * 20 + customer as i32 % 9, 1_000)
            });
        }
    }
    let base: Histories = histories(lines, Day(200));
    let question =
        Question { horizon: "12m".parse().unwrap(), minor_digits: Some(2), choice: Choice::One(Kind::BgNbd) };
    let valuation = value(&base, &question);
    let pooled = valuation.margins.expect("margins are known").pooled;
    assert!((pooled - 0.315).abs() < 1e-12);
    let shares: Vec<f64> = valuation.customers.iter().map(|c| c.margin_share.unwrap()).collect();
    assert!((shares[0] - (0.9 + 0.315) / 2.0).abs() < 1e-12);
    assert!(shares[1] > 0.3 && shares[1] < 0.315);
}

mod laws {
    use super::*;
    use proptest::prelude::*;

    fn params() -> impl Strategy<Value = bg_nbd::Params> {
        let log = |low: f64, high: f64| (low.ln()..high.ln()).prop_map(f64::exp);
        (log(1e-3, 1e3), log(1e-3, 1e4), log(1e-6, 1e4), log(1e-6, 1e4))
            .prop_map(|(r, alpha, a, b)| bg_nbd::Params { r, alpha, a, b })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn every_prediction_is_finite_and_in_range(
            params in params(), x in 0_u32..1_500, t_x in 0.0..1.0_f64, age in 0.0..2_000.0_f64, ahead in 0.001..600.0_f64
        ) {
            let recency = if x == 0 { 0.0 } else { t_x * age };
            let timing = Timing { repeat_purchases: x, recency, age };
            prop_assert!(bg_nbd::log_likelihood(&timing, &params).is_finite());
            let p_alive = bg_nbd::p_alive(&timing, &params);
            prop_assert!((0.0..=1.0).contains(&p_alive));
            let forecast = bg_nbd::prospect(&timing, &params).forecast(ahead);
            prop_assert!(forecast.mean.is_finite() && forecast.mean >= 0.0, "{forecast:?}");
            prop_assert!(forecast.variance.is_finite() && forecast.variance >= 0.0, "{forecast:?}");
            prop_assert!((0.0..=1.0).contains(&forecast.none), "{forecast:?}");
            prop_assert!(forecast.quantiles.is_sorted());
            // Nobody buys more than they would if they never left.
            let at_most = (params.r + f64::from(x)) * ahead / (params.alpha + age);
            prop_assert!(forecast.mean <= at_most * (1.0 + 1e-9), "{} {at_most}", forecast.mean);
        }

        #[test]
        fn more_recent_is_never_less_alive(
            params in params(), x in 1_u32..300, age in 0.1..1_000.0_f64, one in 0.0..1.0_f64, other in 0.0..1.0_f64
        ) {
            let alive = |share: f64| {
                let timing = Timing { repeat_purchases: x, recency: share * age, age };
                bg_nbd::p_alive(&timing, &params)
            };
            prop_assert!(alive(one.max(other)) >= alive(one.min(other)));
        }

        #[test]
        fn a_longer_horizon_never_promises_less(
            params in params(), x in 0_u32..100, age in 0.1..500.0_f64, ahead in 0.01..200.0_f64, more in 1.0..3.0_f64
        ) {
            let timing = Timing { repeat_purchases: x, recency: if x == 0 { 0.0 } else { 0.9 * age }, age };
            let prospect = bg_nbd::prospect(&timing, &params);
            let (near, far) = (prospect.forecast(ahead), prospect.forecast(ahead * more));
            prop_assert!(far.mean >= near.mean * (1.0 - 1e-9));
            prop_assert!(far.none <= near.none + 1e-12);
            prop_assert!(far.quantiles.iter().zip(near.quantiles).all(|(far, near)| *far >= near));
        }
    }
}

/// Customers who all buy at one rate once fitted a shape of fifty million, and then every expectation was zero: the
/// integrals taken for such a shape looked for mass where there was none.
#[test]
fn a_base_where_all_buy_at_one_rate_still_expects_purchases() {
    let lines = (0..300u32)
        .flat_map(|customer| {
            let first = (customer * 37 % 200) as i32;
            (0..10).map(move |n| {
                let jitter = (customer.wrapping_mul(2_654_435_761).rotate_left(n) % 21) as i32;
                PurchaseLine {
                    customer,
                    day: first + n as i32 * 30 + jitter,
                    amount: 2_000,
                    margin: Margin::UNKNOWN,
                }
            })
        })
        .collect();
    let base = histories(lines, Day(520));
    let valuation = value(
        &base,
        &Question {
            horizon: "12m".parse().unwrap(),
            minor_digits: Some(2),
            choice: Choice::One(Kind::BgNbd),
        },
    );
    for (history, expected) in base.rows.iter().zip(&valuation.customers) {
        let alive_rate = f64::from(history.transactions()) / f64::from(history.age_days) * 365.0;
        let expected = expected.expected_transactions;
        assert!(expected.is_finite() && expected < 2.0 * alive_rate, "{expected} of {alive_rate}");
    }
    let sum: f64 = valuation.customers.iter().map(|customer| customer.expected_transactions).sum();
    let alive = valuation.expected_active();
    assert!(sum > 0.2 * alive, "{alive:.1} customers are active and {sum:.3} purchases are expected");
    let far = lifetime::Prospect {
        p_alive: 1.0,
        shape: 5e7,
        exposure: 4e8,
        rhythm: lifetime::Rhythm::RANDOM,
        leaving: lifetime::Leaving::AfterPurchase { leave: 8e8, stay: 5e9 },
    };
    // One rate of 1/8 a week, one chance of 8/58 to leave after a purchase: the limit of a fixed rate and chance.
    let (rate, chance, weeks) = (0.125, 8.0 / 58.0, 52.0);
    let limit = (1.0 - f64::exp(-rate * chance * weeks)) / chance;
    let found = far.expected_transactions(weeks);
    assert!((found / limit - 1.0).abs() < 1e-6, "{found} is not {limit}");
}
