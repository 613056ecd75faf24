//! Looking back at made customers: what the study says of them can be told from how they were made.

use ledger::Day;
use value::backtest::{Asked, Forecast, Measure, Study, backtest, study, verdict};
use value::lifetime::{Kind, Path};
use value::{Choice, Histories, Margin, PurchaseLine, Question, histories_with_amounts, value, value_tested};

#[allow(dead_code, reason = "only chance is needed here, no model")]
mod made;
use made::Chance;

/// Customers who buy at rates of their own and leave after any purchase with one chance in forty; a tenth of them is
/// of a kind that buys ten times as often. What one spends stays near a level of one's own.
fn base(customers: u32, days: i32, seed: u64) -> Histories {
    let mut chance = Chance::new(seed);
    let mut lines = Vec::new();
    for customer in 0..customers {
        let first = (chance.uniform() * f64::from(days) * 0.6) as i32;
        let rate = if customer % 10 == 0 { 1.0 / 12.0 } else { 1.0 / 120.0 } * chance.between(0.5, 2.0);
        let level = chance.between(10.0, 90.0);
        let mut at = f64::from(first);
        while at <= f64::from(days) {
            let amount = (level * chance.between(0.6, 1.6) * 100.0) as i64;
            lines.push(PurchaseLine { customer, day: at as i32, amount, margin: Margin::UNKNOWN });
            if chance.uniform() < 1.0 / 40.0 {
                break;
            }
            at -= chance.uniform().ln() / rate;
        }
    }
    histories_with_amounts(lines, Day(days))
}

fn asked() -> Asked {
    Asked { horizon_days: 180, origins: Some(2), kinds: vec![Kind::BgNbd], minor_digits: Some(2) }
}

fn of(study: &Study, forecast: Forecast) -> Vec<&value::backtest::Trial> {
    study.backtest.trials.iter().filter(|trial| trial.forecast == forecast).collect()
}

#[test]
fn what_came_is_the_same_for_every_forecaster_and_every_picture() {
    let base = base(1_200, 720, 5);
    let study = study(&base, &asked());
    assert_eq!((study.customers, study.plots.len()), (1_200, 2));
    assert!(!of(&study, Forecast::Model(Kind::BgNbd)).is_empty(), "a model that was asked for is missing");
    let paths: Vec<Path<'_>> = base.paths().collect();
    for plots in &study.plots {
        let origin = plots.origin;
        let came: usize = paths
            .iter()
            .filter_map(|path| {
                let known = path.before(origin.days_ago)?;
                let until = known.age + origin.horizon_days;
                Some(path.repeats.iter().filter(|day| (known.age + 1..=until).contains(day)).count())
            })
            .sum();
        for trial in study.backtest.trials.iter().filter(|trial| trial.origin == origin) {
            assert_eq!(trial.actual, came as f64, "{:?}", trial.forecast);
        }
        let blend = of(&study, Forecast::Blend).into_iter().find(|trial| trial.origin == origin).unwrap();
        for bins in [&plots.calibration, &plots.by_frequency, &plots.by_recency] {
            let sum = |of: &dyn Fn(&value::backtest::Bin) -> f64| -> f64 {
                bins.iter().map(|bin| f64::from(bin.customers) * of(bin)).sum()
            };
            assert!((sum(&|bin| bin.actual) - came as f64).abs() < 1e-6);
            assert!((sum(&|bin| bin.predicted) / blend.predicted - 1.0).abs() < 1e-9);
            assert_eq!(bins.iter().map(|bin| bin.customers).sum::<u32>(), plots.customers);
        }
    }
}

#[test]
fn the_weeks_add_up_and_the_models_keep_track_of_them() {
    let base = base(2_000, 728, 8);
    let study = study(&base, &Asked { horizon_days: 182, origins: Some(1), ..asked() });
    let tracking = &study.plots[0].tracking;
    let origin = study.plots[0].origin;
    let oldest = base.rows.iter().map(|row| row.age_days).max().unwrap();
    let weeks = (oldest - origin.days_ago + origin.horizon_days) / 7;
    assert_eq!(tracking.weeks.len(), weeks as usize);
    let known: u32 = base
        .paths()
        .filter_map(|path| {
            let known = path.before(origin.days_ago)?;
            let born = oldest - path.age;
            let until = (known.age + origin.horizon_days).min(weeks * 7 - born);
            Some(path.repeats.iter().filter(|day| **day <= until).count() as u32)
        })
        .sum();
    let sums = tracking.cumulative();
    let (actual, expected) = *sums.last().unwrap();
    assert_eq!(actual, u64::from(known));
    assert!((expected / actual as f64 - 1.0).abs() < 0.10, "{expected} beside {actual}");
    let (actual, expected) = sums[tracking.origin_week as usize - 1];
    assert!((expected / actual as f64 - 1.0).abs() < 0.06, "{expected} beside {actual} at the origin");
    assert!(tracking.weeks.iter().all(|week| week.expected >= 0.0 && week.expected.is_finite()));
}

#[test]
fn customers_who_bought_more_are_foretold_to_and_do() {
    let study = study(&base(2_000, 720, 11), &asked());
    for plots in &study.plots {
        let (seldom, often) = (&plots.by_frequency[0], plots.by_frequency.last().unwrap());
        assert!(often.predicted > 3.0 * seldom.predicted && often.actual > 3.0 * seldom.actual, "{plots:?}");
        let top = plots.calibration.last().unwrap();
        assert!((top.predicted / top.actual - 1.0).abs() < 0.25, "{top:?}");
    }
}

#[test]
fn spend_is_foretold_better_than_by_rule() {
    let study = study(&base(2_000, 720, 3), &asked());
    assert_eq!(study.spend.len(), 2 * 5);
    let said = verdict(study.spend.iter().map(|one| &one.trial));
    let rmse = said.iter().find(|one| one.measure == Measure::Rmse).unwrap();
    assert!(rmse.gain() > 0.0, "{said:?}");
    for one in study.spend.iter().filter(|one| one.trial.forecast == Forecast::Blend) {
        let coverage = one.coverage.unwrap();
        assert!(one.trial.bias().unwrap().abs() < 0.15, "{one:?}");
        assert!(
            (0.72..0.88).contains(&coverage.covered80) && (0.90..0.99).contains(&coverage.covered95),
            "{one:?}"
        );
        assert!(coverage.total95.0 < one.trial.actual && one.trial.actual < coverage.total95.1, "{one:?}");
    }
}

/// With one purchase a day and no return, last year's spend can be told by hand.
#[test]
fn naive_rules_of_spend_say_what_they_say() {
    let mut lines = Vec::new();
    for customer in 0..100 {
        for n in 0..(if customer % 2 == 0 { 1 } else { 20 }) {
            // The odd ones spend 10.00 every thirty days from day 0 on.
            lines.push(PurchaseLine { customer, day: n * 30, amount: 1_000, margin: Margin::UNKNOWN });
        }
    }
    let base = histories_with_amounts(lines, Day(600));
    let study = study(&base, &Asked { horizon_days: 90, origins: Some(1), ..asked() });
    let rule = |forecast| study.spend.iter().find(|one| one.trial.forecast == forecast).unwrap().trial;
    // From day 300 to day 390: purchases on days 330, 360 and 390.
    assert_eq!(rule(Forecast::LastYear).actual, 50.0 * 3.0 * 1_000.0);
    // The base was 301 days old, which is less than a year: eleven purchases, and one of the even ones.
    let last_year = (50.0 * 11.0 + 50.0) * 1_000.0 * 90.0 / 301.0;
    assert!((rule(Forecast::LastYear).predicted - last_year).abs() < 1e-6);
    assert!((rule(Forecast::RecentWindow).predicted - 50.0 * 3.0 * 1_000.0).abs() < 1e-6);
    assert!((rule(Forecast::OwnRate).predicted - 50.0 * 10.0 * 1_000.0 * 90.0 / 300.0).abs() < 1e-6);
    assert!((rule(Forecast::EverybodysRate).predicted - 50.0 * 10.0 * 1_000.0 * 90.0 / 300.0).abs() < 1e-6);
}

#[test]
fn the_back_test_in_it_weighs_as_the_usual_one_does() {
    let base = base(800, 720, 21);
    let paths: Vec<Path<'_>> = base.paths().collect();
    let usual = backtest(&paths, 180);
    let study = study(&base, &Asked { origins: None, ..asked() });
    assert_eq!((&study.backtest.deficits, study.backtest.shock), (&usual.deficits, usual.shock));
    assert!(usual.trials.iter().all(|trial| study.backtest.trials.contains(trial)));
    let question =
        Question { horizon: "180d".parse().unwrap(), minor_digits: Some(2), choice: Choice::Blend };
    let (at_once, after) = (value(&base, &question), value_tested(&base, &question, Some(study.backtest)));
    assert_eq!(at_once.customers, after.customers);
}

/// Customers of [`base`], and organisations beside them that buy every four days for a hundred times as much.
fn with_organisations(customers: u32, organisations: u32, seed: u64) -> Histories {
    let (mut chance, days) = (Chance::new(seed), 700);
    let mut lines = Vec::new();
    for customer in 0..customers + organisations {
        let is_organisation = customer >= customers;
        let (rate, leaves) = if is_organisation {
            (0.25 * chance.between(0.7, 1.4), 0.0)
        } else {
            (chance.gamma(1.0) / 70.0, 0.15)
        };
        let mut at = chance.uniform() * f64::from(days) * 0.4;
        while at <= f64::from(days) {
            let level = if is_organisation { 4_000.0 } else { 40.0 };
            let amount = (level * chance.between(0.6, 1.6) * 100.0) as i64;
            lines.push(PurchaseLine { customer, day: at as i32, amount, margin: Margin::UNKNOWN });
            if chance.uniform() < leaves {
                break;
            }
            at -= chance.uniform().ln() / rate;
        }
    }
    histories_with_amounts(lines, Day(days))
}

#[test]
fn few_organisations_among_many_keep_rates_of_their_own() {
    let horizon = "13w".parse().unwrap();
    let question = Question { horizon, minor_digits: Some(2), choice: Choice::Blend };
    let base = with_organisations(1_000, 10, 4);
    let valuation = value(&base, &question);
    let few = valuation.lifetime.blend.few.expect("ten who buy every four days are seen");
    assert!((0.005..0.04).contains(&few.share), "{few:?}");
    let mut without = valuation.models();
    without.lifetime.blend.few = None;
    let without = value::value_by(without, &base, &question);
    let mut of_organisations = [0.0; 3];
    for (place, row) in base.rows.iter().enumerate() {
        let own = f64::from(row.repeat_purchases) / f64::from(row.age_days) * 91.0;
        let [said, drawn] = [&valuation, &without].map(|one| one.customers[place].expected_transactions);
        if row.customer >= 1_000 {
            assert!(said > drawn, "{said} of {own} purchases, without the few {drawn}");
            of_organisations = std::array::from_fn(|i| of_organisations[i] + [own, said, drawn][i]);
        } else if row.repeat_purchases == 0 {
            assert!((said - drawn).abs() < 0.02 * drawn, "{said} {drawn}");
        }
    }
    let [own, said, drawn] = of_organisations;
    assert!((said / own - 1.0).abs() < 0.1 && drawn < 0.8 * own, "{own} purchases: {said}, drawn {drawn}");
    // Without them there are none to see.
    assert_eq!(value(&with_organisations(1_000, 0, 4), &question).lifetime.blend.few, None);
}

#[test]
fn spend_that_was_missed_by_more_than_purchases_widens_its_total() {
    // What is spent doubles half-way through the year before the end, three times over.
    let steady = base(1_000, 720, 13);
    let mut lines = Vec::new();
    for (row, (path, first)) in steady.rows.iter().zip(steady.paths().zip(steady.rows.iter())) {
        for day in [0].iter().chain(path.repeats) {
            let at = first.first_day + *day as i32;
            let amount = 2_000 + i64::from(row.customer % 30) * 100;
            let amount = amount * [1, 2, 4, 8][(at / 180).clamp(0, 3) as usize];
            lines.push(PurchaseLine { customer: row.customer, day: at, amount, margin: Margin::UNKNOWN });
        }
    }
    let horizon = "120d".parse().unwrap();
    let question = Question { horizon, minor_digits: Some(2), choice: Choice::Blend };
    let rising = histories_with_amounts(lines, Day(720));
    let [steady, rising] = [steady, rising].map(|base| value(&base, &question));
    assert_eq!(steady.lifetime.blend.shock, rising.lifetime.blend.shock);
    assert!(rising.common_spend > 1.5 * rising.common, "{} {}", rising.common_spend, rising.common);
    assert!(steady.common_spend < 1.3 * steady.common, "{} {}", steady.common_spend, steady.common);
}

#[test]
fn one_rate_for_all_promises_no_total() {
    // All on one day: nobody can know how often they will come back.
    let lines: Vec<PurchaseLine> = (0..300)
        .map(|customer| PurchaseLine { customer, day: 5, amount: 2_000, margin: Margin::UNKNOWN })
        .collect();
    let horizon = "12m".parse().unwrap();
    let question = Question { horizon, minor_digits: Some(2), choice: Choice::Blend };
    let total = value(&histories_with_amounts(lines, Day(5)), &question).total_transactions();
    assert!(total.interval.lo95 == 0.0 && total.interval.hi95 > 2.0 * total.expected, "{total:?}");
}

#[test]
fn a_base_too_small_or_too_young_has_nothing_to_look_back_at() {
    for base in [base(20, 720, 1), base(500, 30, 1), base(0, 100, 1)] {
        let study = study(&base, &asked());
        assert!(study.plots.is_empty() && study.spend.is_empty() && study.backtest.trials.is_empty());
        assert!(verdict(&study.backtest.trials).is_empty());
    }
}
