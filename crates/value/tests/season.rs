//! The season of customers made with a known one, and of real ones.

use ledger::Day;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;
use value::season::{Why, learn};
use value::{
    Choice, Histories, Margin, PurchaseLine, Question, Seasonality, histories, lifetime::Kind, residuals,
    value_each, value_with_season,
};

/// A number in (0, 1).
fn uniform(chance: &mut Pcg64) -> f64 {
    ((chance.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

/// Customers who come over two years from 2020-01-01 on and buy at rates of their own times the month's index, day by
/// day, for five years; after each purchase some leave.
fn shop(index: [f64; 12], customers: u32, seed: u64) -> Vec<PurchaseLine> {
    const START: i32 = 18_262;
    let mut chance = Pcg64::seed_from_u64(seed);
    let mut lines = Vec::new();
    let months: Vec<usize> =
        (0..5 * 365 + 2).map(|day| Day(START + day).civil().unwrap().month() as usize - 1).collect();
    for customer in 0..customers {
        let born = (uniform(&mut chance) * 730.0) as usize;
        let rate = -uniform(&mut chance).ln() / 40.0;
        let leaves = 0.15 * uniform(&mut chance);
        let mut push = |day: usize| {
            lines.push(PurchaseLine {
                customer,
                day: START + day as i32,
                amount: 100,
                margin: Margin::UNKNOWN,
            })
        };
        push(born);
        for (day, month) in months.iter().enumerate().skip(born + 1) {
            if uniform(&mut chance) < rate * index[*month] {
                push(day);
                if uniform(&mut chance) < leaves {
                    break;
                }
            }
        }
    }
    lines
}

const CHRISTMAS: [f64; 12] = [0.7, 0.7, 0.9, 1.0, 1.0, 0.9, 0.6, 0.6, 1.0, 1.1, 1.4, 2.1];

fn known(lines: &[PurchaseLine], until: Day) -> Histories {
    histories(lines.to_vec(), until)
}

fn came(lines: &[PurchaseLine], base: &Histories, days: i32) -> f64 {
    let seen = |customer: u32| base.rows.binary_search_by_key(&customer, |row| row.customer).is_ok();
    let after = base.until.0;
    let mut days: Vec<(u32, i32)> = lines
        .iter()
        .filter(|line| line.day > after && line.day <= after + days && seen(line.customer))
        .map(|line| (line.customer, line.day))
        .collect();
    days.dedup();
    days.len() as f64
}

/// The last day of October 2023: Christmas is next.
const OCTOBER: Day = Day(19_661);

#[test]
fn a_known_season_is_found_and_foretells_christmas() {
    let lines = shop(CHRISTMAS, 2_500, 3);
    let base = known(&lines, OCTOBER);
    let question =
        Question { horizon: "8w".parse().unwrap(), minor_digits: None, choice: Choice::One(Kind::BgNbd) };
    let found = value_with_season(&base, &question, Seasonality::Auto);
    let season = found.season.as_ref().unwrap();
    println!("{season:?}\n{:?}", found.trials);
    let mean: f64 = CHRISTMAS.iter().sum::<f64>() / 12.0;
    for ((found, error), truth) in season.index.iter().zip(season.errors).zip(CHRISTMAS) {
        assert!((found * mean / truth).ln().abs() < 4.0 * error + 0.03, "{found} {truth} {error}");
    }
    assert!(found.is_used && found.why == Why::Better && found.trials.len() == 4);
    let plain = value_with_season(&base, &question, Seasonality::None);
    assert_eq!((plain.why, plain.is_used), (Why::NotAsked, false));
    let came = came(&lines, &base, 56);
    let (with, without) =
        (found.valuation.total_transactions().expected, plain.valuation.total_transactions().expected);
    println!("came {came}, with the season {with:.0}, without {without:.0}");
    assert!((with / came - 1.0).abs() < 0.15 && (without / came - 1.0).abs() > 0.2);
    assert!(found.valuation.customers.iter().all(|c| (0.0..=1.0).contains(&c.p_alive)));
}

#[test]
fn a_shop_without_a_season_is_valued_without() {
    let lines = shop([1.0; 12], 1_200, 5);
    let base = known(&lines, OCTOBER);
    let question =
        Question { horizon: "13w".parse().unwrap(), minor_digits: None, choice: Choice::One(Kind::BgNbd) };
    let found = value_with_season(&base, &question, Seasonality::Auto);
    let season = found.season.as_ref().unwrap();
    assert!(season.index.iter().all(|index| (index - 1.0).abs() < 0.15), "{season:?}");
    if !found.is_used {
        assert_eq!(found.valuation, value::value(&base, &question));
    }
    // Given away one by one, customers have the values that are kept, and what is still to come of them besides.
    for wanted in [Seasonality::None, Seasonality::Monthly] {
        let kept = value_with_season(&base, &question, wanted).valuation;
        let (mut values, mut to_come) = (Vec::new(), Vec::new());
        let given = value_each(&base, &question, wanted, 0.1, |models, history, value, residual| {
            assert_eq!((models.lifetime.code(), history.customer), ("bg_nbd", value.customer));
            values.push(value);
            to_come.push(residual.unwrap().transactions);
        });
        assert_eq!(values, kept.customers);
        assert_eq!(given.valuation.total_transactions(), kept.total_transactions());
        assert_eq!(given.valuation.expected_active(), kept.expected_active());
        if wanted == Seasonality::None {
            let alone = residuals(&kept, &base, &question, 0.1);
            assert!(to_come.iter().zip(alone).all(|(given, alone)| *given == alone.unwrap().transactions));
        }
        assert!(to_come.iter().sum::<f64>() > kept.total_transactions().expected);
    }
    // What is hardly there changes hardly anything.
    let forced = value_with_season(&base, &question, Seasonality::Monthly);
    assert_eq!(forced.why, Why::Asked);
    let (with, without) = (
        forced.valuation.total_transactions().expected,
        value::value(&base, &question).total_transactions().expected,
    );
    assert!((with / without - 1.0).abs() < 0.1, "{with} {without}");
}

#[test]
fn less_than_two_years_or_a_month_without_sales_tell_no_season() {
    let lines = shop(CHRISTMAS, 300, 9);
    let question = Question { horizon: "8w".parse().unwrap(), minor_digits: None, choice: Choice::Blend };
    let short = known(&lines, Day(18_262 + 600));
    let found = value_with_season(&short, &question, Seasonality::Monthly);
    assert!(matches!(found.why, Why::ShortPast { days: 590..=600 }) && found.season.is_none());
    let mut closed = CHRISTMAS;
    closed[7] = 0.0;
    let base = known(&shop(closed, 300, 9), OCTOBER);
    let question = Question { choice: Choice::One(Kind::BgNbd), ..question };
    let no_august: Vec<_> = base.paths().collect();
    if let Some(season) = learn(&no_august, OCTOBER, Kind::BgNbd) {
        // New customers' first purchases still fall into August; repeat purchases never do.
        panic!("{season:?}");
    }
    assert_eq!(value_with_season(&base, &question, Seasonality::Monthly).why, Why::FewPurchases);
}
