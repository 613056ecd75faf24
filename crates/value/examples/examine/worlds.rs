//! Made worlds that no model of the engine assumes: what an honest engine must survive without being told.
//!
//! A customer's day has an intensity of purchase; days pass until the intensities since the last purchase add up to a
//! gap of a shape of one's own. Amounts are the customer's level times a factor.

use crate::made::Chance;
use value::{Margin, PurchaseLine};

/// A made base: its lines, and its days from 0 on.
pub struct World {
    pub name: &'static str,
    pub lines: Vec<PurchaseLine>,
    pub last_day: i32,
}

/// One customer of a made world.
struct Person {
    /// Day of the first purchase.
    born: f64,
    /// Purchases a day, before what the day does to everybody.
    rate: f64,
    /// 1 is a purchase at random, more is regular.
    regularity: f64,
    /// Chance to leave after a purchase.
    leaves_after: f64,
    /// Day of leaving, if earlier.
    leaves_at: f64,
    /// Mean amount of a purchase.
    level: f64,
}

/// What a world does beyond its customers.
struct Rules {
    /// Multiplies everybody's rate.
    calendar: fn(day: i32) -> f64,
    /// Multiplies the customer's own rate, told from day to day; begins at one.
    mood: fn(mood: f64, chance: &mut Chance) -> f64,
    /// Multiplies everybody's amounts.
    prices: fn(day: i32) -> f64,
    /// A purchase's amount over its level.
    amount: fn(chance: &mut Chance) -> f64,
    /// Chance that a purchase is given back within two weeks.
    returns: f64,
    /// Purchases fall on every so many days.
    grid: i32,
    /// Lines before this day are not in the log.
    log_begins: i32,
}

const PLAIN: Rules = Rules {
    calendar: |_| 1.0,
    mood: |mood, _| mood,
    prices: |_| 1.0,
    amount: |chance| chance.between(0.5, 1.7),
    returns: 0.0,
    grid: 1,
    log_begins: 0,
};

fn lines(people: Vec<Person>, days: i32, rules: &Rules, chance: &mut Chance) -> Vec<PurchaseLine> {
    let mut lines = Vec::new();
    for (customer, one) in (0_u32..).zip(people) {
        let mut mood = 1.0;
        let (mut passed, mut gap) = (0.0, 0.0);
        for day in (one.born as i32).max(-2_000)..=days {
            mood = (rules.mood)(mood, chance);
            if f64::from(day) >= one.leaves_at {
                break;
            }
            let is_first = gap == 0.0;
            passed += one.rate * mood * (rules.calendar)(day);
            if !is_first && passed < gap {
                continue;
            }
            passed = 0.0;
            gap = (chance.gamma(one.regularity) / one.regularity).max(1e-9);
            let on_grid = day - day.rem_euclid(rules.grid);
            let amount = one.level * (rules.amount)(chance) * (rules.prices)(day);
            let amount = ((amount * 100.0) as i64).max(1);
            if on_grid >= rules.log_begins {
                lines.push(PurchaseLine { customer, day: on_grid, amount, margin: Margin::UNKNOWN });
                let back = on_grid + (chance.uniform() * 14.0) as i32;
                if chance.uniform() < rules.returns && back <= days {
                    let amount = if chance.uniform() < 0.7 { -amount } else { -amount / 3 };
                    lines.push(PurchaseLine { customer, day: back, amount, margin: Margin::UNKNOWN });
                }
            }
            if chance.uniform() < one.leaves_after {
                break;
            }
        }
    }
    lines
}

/// Lognormal with median one.
fn spread(sigma: f64, chance: &mut Chance) -> f64 {
    (sigma * chance.normal()).exp()
}

fn people(
    count: usize,
    chance: &mut Chance,
    mut make: impl FnMut(usize, &mut Chance) -> Person,
) -> Vec<Person> {
    (0..count).map(|i| make(i, chance)).collect()
}

const NEVER: f64 = f64::INFINITY;

/// An ordinary customer of a base of so many days: born evenly over the first 80 %, buying every two months or so.
fn ordinary(days: i32, chance: &mut Chance) -> Person {
    Person {
        born: chance.uniform() * 0.8 * f64::from(days),
        rate: spread(0.8, chance) / 60.0,
        regularity: 1.0,
        leaves_after: chance.beta(1.0, 9.0),
        leaves_at: NEVER,
        level: 40.0 * spread(0.6, chance),
    }
}

fn december(day: i32) -> f64 {
    match day.rem_euclid(365) {
        330..=358 => 4.0,
        180..=240 => 0.5,
        _ => 0.85,
    }
}

fn promotions(day: i32) -> f64 {
    if matches!(day.rem_euclid(97), 0..=2) { 15.0 } else { 0.7 }
}

/// All worlds, made from a seed.
pub fn all(seed: u64) -> Vec<World> {
    let chance = &mut Chance::new(seed);
    let mut worlds = Vec::new();
    let mut add = |name,
                   days,
                   count,
                   rules: Rules,
                   chance: &mut Chance,
                   make: &mut dyn FnMut(usize, &mut Chance) -> Person| {
        let people = people(count, chance, make);
        worlds.push(World { name, lines: lines(people, days, &rules, chance), last_day: days });
    };
    add("regular", 1_000, 2_000, PLAIN, chance, &mut |_, chance| {
        let one = ordinary(1_000, chance);
        Person { regularity: 4.0, leaves_after: chance.beta(1.0, 20.0), ..one }
    });
    let rules = Rules { calendar: december, ..PLAIN };
    add("season_growing", 1_400, 3_000, rules, chance, &mut |_, chance| {
        // Twice as many newcomers each year.
        let born = 1_400.0 * (1.0 + chance.uniform().ln() / 4.0).max(0.0);
        let leaves_at = born + 500.0 * chance.exponential();
        Person { born, leaves_at, leaves_after: 0.0, ..ordinary(1_400, chance) }
    });
    add("zombies", 900, 3_000, PLAIN, chance, &mut |i, chance| {
        let one = ordinary(900, chance);
        match i % 20 {
            0 => Person { rate: spread(0.3, chance) / 7.0, leaves_after: 0.0, ..one },
            1..=8 => Person { leaves_after: 1.0, ..one },
            _ => Person { rate: spread(0.3, chance) / 365.0, leaves_after: 0.0, ..one },
        }
    });
    let mood = |mood: f64, chance: &mut Chance| (0.995 * mood.ln() + 0.09 * chance.normal()).exp();
    add("drifting", 900, 2_500, Rules { mood, ..PLAIN }, chance, &mut |_, chance| Person {
        leaves_after: 0.01,
        ..ordinary(900, chance)
    });
    let calendar = |day: i32| (-0.7 * f64::from(day) / 365.0).exp() * 2.0;
    add("fading", 900, 2_500, Rules { calendar, ..PLAIN }, chance, &mut |_, chance| ordinary(900, chance));
    let calendar = |day: i32| (0.4 * f64::from(day) / 365.0).exp();
    let prices = |day: i32| (0.15 * f64::from(day) / 365.0).exp();
    add("booming", 900, 2_500, Rules { calendar, prices, ..PLAIN }, chance, &mut |_, chance| {
        ordinary(900, chance)
    });
    // Awake for three weeks, asleep for half a year: the mood is one or nearly nothing.
    let mood = |mood: f64, chance: &mut Chance| {
        let is_awake = mood > 0.5;
        match (is_awake, chance.uniform()) {
            (true, u) if u < 1.0 / 20.0 => 1e-4,
            (false, u) if u < 1.0 / 150.0 => 1.0,
            _ => mood,
        }
    };
    add("bursts", 900, 2_500, Rules { mood, ..PLAIN }, chance, &mut |_, chance| Person {
        rate: spread(0.5, chance) / 6.0,
        leaves_after: 0.01,
        ..ordinary(900, chance)
    });
    add("rich_often", 900, 2_500, PLAIN, chance, &mut |_, chance| {
        let rate = spread(0.9, chance);
        let level = 40.0 * rate.powf(0.7) * spread(0.4, chance);
        Person { rate: rate / 60.0, level, ..ordinary(900, chance) }
    });
    add("rich_seldom", 900, 2_500, PLAIN, chance, &mut |_, chance| {
        let rate = spread(0.9, chance);
        Person {
            rate: rate / 60.0,
            level: 40.0 * rate.powf(-0.7) * spread(0.4, chance),
            ..ordinary(900, chance)
        }
    });
    add("rich_stay", 900, 2_500, PLAIN, chance, &mut |_, chance| {
        let rich = spread(1.2, chance);
        let leaves_after = (0.2 / rich).min(1.0);
        Person { level: 30.0 * rich * spread(0.3, chance), leaves_after, ..ordinary(900, chance) }
    });
    let amount = |chance: &mut Chance| 0.4 * chance.uniform().powf(-1.0 / 1.5);
    add(
        "heavy_spend_returns",
        900,
        2_500,
        Rules { amount, returns: 0.08, ..PLAIN },
        chance,
        &mut |_, chance| ordinary(900, chance),
    );
    add("organisations", 900, 3_000, PLAIN, chance, &mut |i, chance| {
        let one = ordinary(900, chance);
        match i {
            0..15 => Person {
                born: chance.uniform() * 500.0,
                rate: spread(0.5, chance) / 4.0,
                leaves_after: 0.002,
                level: 4_000.0 * spread(1.0, chance),
                ..one
            },
            _ => Person { leaves_after: chance.beta(1.0, 3.0), ..one },
        }
    });
    let rules = Rules { calendar: promotions, ..PLAIN };
    add("promotions", 900, 2_500, rules, chance, &mut |_, chance| ordinary(900, chance));
    add("older_than_log", 600, 4_000, PLAIN, chance, &mut |_, chance| {
        let born = chance.between(1.0, 2_000.0);
        Person {
            born: 590.0 - 1_800.0 * chance.uniform(),
            leaves_at: 600.0 - 1_800.0 * chance.uniform() + born,
            leaves_after: 0.0,
            rate: spread(0.9, chance) / 25.0,
            ..ordinary(600, chance)
        }
    });
    for (name, count) in [("small_30", 30), ("small_60", 60), ("small_100", 100), ("small_200", 200)] {
        add(name, 800, count, PLAIN, chance, &mut |_, chance| ordinary(600, chance));
    }
    add("one_time", 700, 2_500, PLAIN, chance, &mut |i, chance| Person {
        leaves_after: if i % 60 == 0 { 0.3 } else { 1.0 },
        ..ordinary(700, chance)
    });
    add("whole_weeks", 900, 2_000, Rules { grid: 7, ..PLAIN }, chance, &mut |_, chance| Person {
        rate: spread(0.8, chance) / 30.0,
        ..ordinary(900, chance)
    });
    add("monthly", 900, 1_500, PLAIN, chance, &mut |_, chance| Person {
        rate: 1.0 / 30.0,
        regularity: 60.0,
        leaves_after: chance.beta(1.0, 12.0),
        ..ordinary(900, chance)
    });
    add("one_cohort", 700, 2_000, PLAIN, chance, &mut |_, chance| {
        let born = chance.uniform() * 30.0;
        // Gompertz lives: leaving grows more likely with time.
        let leaves_at = born + (1.0 + chance.exponential() / (0.15 * chance.gamma(1.0) + 1e-6)).ln() / 0.008;
        Person { born, leaves_at, leaves_after: 0.0, ..ordinary(700, chance) }
    });
    let calendar = |day: i32| if (400..460).contains(&day) { 0.02 } else { 1.0 };
    add("closed_once", 900, 2_500, Rules { calendar, ..PLAIN }, chance, &mut |_, chance| {
        ordinary(900, chance)
    });
    let calendar = |day: i32| if day > 560 { 0.6 } else { 1.0 };
    add("broken", 900, 2_500, Rules { calendar, ..PLAIN }, chance, &mut |_, chance| ordinary(900, chance));
    add("grocer", 500, 1_200, PLAIN, chance, &mut |_, chance| Person {
        born: chance.uniform() * 200.0,
        rate: spread(0.7, chance) / 6.0,
        leaves_after: 0.003,
        ..ordinary(500, chance)
    });
    let rules = Rules { calendar: december, amount: |_| 1.0, ..PLAIN };
    add("same_price", 800, 1_500, rules, chance, &mut |_, chance| Person {
        level: 20.0,
        ..ordinary(800, chance)
    });
    worlds
}
