//! The expected cost to serve: what was spent is told in full, rates are recovered, and own rates count by what is known.

// Cents stand apart in amounts: 900_00 is 900.00.
#![allow(clippy::inconsistent_digit_grouping)]

use proptest::prelude::*;
use value::serve::{Credibility, Expected, Served, rates};

#[allow(dead_code, reason = "only chance is needed here, no model")]
mod made;
use made::Chance;

/// Customers with rates of their own: a purchase costs around `mean` with a spread over customers, each order swings by itself.
struct Simulated {
    truths: Vec<f64>,
    halves: Vec<[Served; 2]>,
}

/// Rates are `mean` times a factor around one with variance `between`²; an order costs the rate times a factor from 0 to 2.
fn simulated(customers: usize, mean: f64, between: f64, seed: u64) -> Simulated {
    let mut chance = Chance::new(seed);
    let (mut truths, mut halves) = (Vec::new(), Vec::new());
    for _ in 0..customers {
        // Evenly around one: a variance of (2s)² / 12.
        let reach = between * 3.0_f64.sqrt();
        let truth = mean * (1.0 + reach * (2.0 * chance.uniform() - 1.0));
        let most = chance.between(1.0, 30.0);
        let mut half = || {
            let purchases = (chance.uniform() * most).floor();
            let cost = (0..purchases as u32).map(|_| (truth * 2.0 * chance.uniform()).round() as i64).sum();
            Served { by_purchase: cost, by_time: 0, purchases, years: 0.5 }
        };
        halves.push([half(), half()]);
        truths.push(truth);
    }
    Simulated { truths, halves }
}

fn whole([one, other]: &[Served; 2]) -> Served {
    Served {
        by_purchase: one.by_purchase + other.by_purchase,
        by_time: one.by_time + other.by_time,
        purchases: one.purchases + other.purchases,
        years: one.years + other.years,
    }
}

#[test]
fn known_rates_are_recovered() {
    let made = simulated(20_000, 800.0, 0.4, 7);
    let base: Vec<Served> = made.halves.iter().map(whole).collect();
    let told = rates(&base, &made.halves).purchase;
    // An order swings by a factor from 0 to 2: variance 1/3 of the rate's square, on average 800² (1 + 0.4²) / 3.
    let (mean, between, within) = (800.0, (0.4_f64 * 800.0).powi(2), 800.0_f64.powi(2) * 1.16 / 3.0);
    println!("told {told:?}; true {mean}, {within}, {between}");
    assert!((told.mean / mean - 1.0).abs() < 0.02, "{told:?}");
    assert!((told.within / within - 1.0).abs() < 0.05, "{told:?} but {within}");
    assert!((told.between / between - 1.0).abs() < 0.05, "{told:?} but {between}");
    // The rates that count are nearer to the truth than everybody's, and than one's own.
    let (mut counted, mut everybody, mut own, mut seen) = (0.0, 0.0, 0.0, 0.0);
    for (served, truth) in base.iter().zip(&made.truths).filter(|(served, _)| served.purchases > 0.0) {
        let off = |rate: f64| (rate - truth).powi(2);
        counted += off(told.rate(served.by_purchase, served.purchases));
        everybody += off(told.mean);
        own += off(served.by_purchase as f64 / served.purchases);
        seen += 1.0;
    }
    let root = |squares: f64| (squares / seen).sqrt();
    println!("off by {:.0} (everybody's {:.0}, own {:.0})", root(counted), root(everybody), root(own));
    assert!(root(counted) < 0.8 * root(own) && root(counted) < 0.7 * root(everybody));
}

#[test]
fn where_customers_do_not_differ_everybody_has_the_same_rate() {
    let made = simulated(4_000, 500.0, 0.0, 11);
    let base: Vec<Served> = made.halves.iter().map(whole).collect();
    let told = rates(&base, &made.halves).purchase;
    assert!(told.weight(10.0) < 0.1, "{told:?}: {}", told.weight(10.0));
    assert!((told.rate(3_000, 1.0) / 500.0 - 1.0).abs() < 0.1);
}

#[test]
fn costs_without_a_purchase_come_with_time() {
    let silent = Served { by_purchase: 40_00, by_time: 10_00, purchases: 0.0, years: 1.0 };
    let found = rates(&[silent; 4], &[[silent; 2]; 4]);
    assert_eq!((found.purchase.mean, found.purchase.customers), (0.0, 0));
    assert_eq!(found.year.mean, 50_00.0);
    assert_eq!(found.serving(&silent, &Expected { purchases: 3.0, years: 2.0 }).cost(), 100_00);
}

#[test]
fn nobody_at_all_costs_nothing() {
    let found = rates(&[], &[]);
    assert_eq!(found.serving(&Served::default(), &Expected { purchases: 5.0, years: 5.0 }).cost(), 0);
}

fn some_served() -> impl Strategy<Value = Served> {
    (0_i64..50_000, 0_i64..50_000, 0_u32..20, 0.0_f64..1.0).prop_map(
        |(by_purchase, by_time, purchases, years)| Served {
            by_purchase,
            by_time,
            purchases: f64::from(purchases),
            years,
        },
    )
}

fn some_halves() -> impl Strategy<Value = Vec<[Served; 2]>> {
    proptest::collection::vec([some_served(), some_served()], 1..40)
}

proptest! {
    #[test]
    fn own_rates_are_believed_from_not_at_all_to_fully(halves in some_halves(), exposure in 0.0_f64..100.0) {
        let base: Vec<Served> = halves.iter().map(whole).collect();
        let found = rates(&base, &halves);
        for of in [found.purchase, found.year] {
            let weight = of.weight(exposure);
            prop_assert!((0.0..=1.0).contains(&weight), "{of:?}: {weight}");
            prop_assert!(of.weight(exposure + 1.0) >= weight);
            prop_assert!(of.mean.is_finite() && of.rate(1_000, exposure).is_finite() && of.rate(1_000, 1e-300).is_finite());
            let (own, rate) = (1_000.0 / (exposure + 0.1), of.rate(1_000, exposure + 0.1));
            prop_assert!(rate >= own.min(of.mean) - 1e-6 && rate <= own.max(of.mean) + 1e-6, "{rate} of {own} and {of:?}");
        }
    }

    /// Rates times what they were seen over are what was spent: nothing is lost and nothing added.
    #[test]
    fn rates_tell_what_was_spent(halves in some_halves()) {
        let base: Vec<Served> = halves.iter().map(whole).collect();
        let found = rates(&base, &halves);
        let told: f64 = base
            .iter()
            .map(|served| {
                let expected = Expected { purchases: served.purchases, years: served.years };
                let serving = found.serving(served, &expected);
                serving.purchase.rate * served.purchases + serving.year.rate * served.years
            })
            .sum();
        let spent: i64 = base
            .iter()
            .filter(|served| served.purchases > 0.0 || served.years > 0.0)
            .map(|served| served.by_purchase + served.by_time)
            .sum();
        prop_assert!((told - spent as f64).abs() < 1e-6 * (spent as f64).max(1.0) + 1e-3, "{told} of {spent}");
    }

    /// Ten times the costs are ten times the expected cost, and none are none.
    #[test]
    fn costs_scale(halves in some_halves(), purchases in 0.0_f64..50.0, years in 0.0_f64..10.0) {
        let times = |factor: i64| {
            let scaled = |served: &Served| {
                Served { by_purchase: factor * served.by_purchase, by_time: factor * served.by_time, ..*served }
            };
            let halves: Vec<[Served; 2]> = halves.iter().map(|[one, other]| [scaled(one), scaled(other)]).collect();
            let base: Vec<Served> = halves.iter().map(whole).collect();
            let found = rates(&base, &halves);
            let expected = Expected { purchases, years };
            base.iter().map(|served| found.serving(served, &expected).cost()).collect::<Vec<i64>>()
        };
        for (once, tenfold) in times(1).into_iter().zip(times(10)) {
            prop_assert!((10 * once - tenfold).abs() <= 11, "{once} {tenfold}");
        }
        prop_assert!(times(0).iter().all(|cost| *cost == 0));
    }
}

#[test]
fn one_customer_alone_has_his_own_rate_either_way() {
    let told = Credibility::of([(300, 3.0)], [[(100, 1.0), (200, 2.0)]]);
    assert_eq!(told.rate(300, 3.0), 100.0);
}
