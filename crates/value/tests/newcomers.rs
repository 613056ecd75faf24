//! Customers of few purchases beside those like them: nearer to the truth where groups differ, as near where they do not.

use ledger::Day;
use value::lifetime::Kind;
use value::month_ends::{Asked, At, Family, LOST, Passage, month_ends};
use value::newcomers::{Kin, Likeness};
use value::{
    Choice, Histories, History, Margin, PurchaseLine, Question, Valuation, histories, outlook_of_kin,
    value_by_like, value_tested, value_tested_like,
};

#[allow(dead_code, reason = "only chance is needed here, no model")]
mod made;
use made::Chance;

const UNTIL: i32 = 730;
const YEAR: i32 = 364;

/// A base and what each of its customers did in the year after.
struct Base {
    lines: Vec<PurchaseLine>,
    likeness: Likeness,
    /// Purchases and spend in minor units, by number of the customer.
    later: Vec<(f64, f64)>,
}

/// Customers of five sources and three countries, who came over two years. Those of source k buy `rates[k]` times as often and
/// spend `amounts[k]` times as much; countries are of no account.
fn base(customers: u32, rates: [f64; 5], amounts: [f64; 5], seed: u64) -> Base {
    let mut chance = Chance::new(seed);
    let mut likeness = Likeness::new(["source", "country"]);
    let (mut lines, mut later) = (Vec::new(), Vec::new());
    for customer in 0..customers {
        // The last source is a rare one.
        let source = if customer % 50 == 0 { 4 } else { customer as usize % 4 };
        let country = (chance.uniform() * 3.0) as usize;
        likeness.put(customer, [Some(SOURCES[source]), Some(["FR", "BE", "CH"][country])]);
        let born = chance.uniform() * f64::from(UNTIL);
        let gap = chance.between(10.0, 250.0) / rates[source];
        let leaving = chance.between(0.03, 0.5);
        let level = chance.between(20.0, 60.0) * amounts[source];
        let (mut at, mut after) = (born, (0.0, 0.0));
        let mut last_day = -1;
        while at < f64::from(UNTIL + YEAR) {
            let (day, amount) = (at as i32, (level * chance.between(0.7, 1.4) * 100.0) as i64);
            if day < UNTIL {
                lines.push(PurchaseLine { customer, day, amount, margin: Margin::of(amount / 4) });
            } else if day > last_day {
                after = (after.0 + 1.0, after.1 + amount as f64);
            }
            last_day = day;
            if chance.uniform() < leaving {
                break;
            }
            at -= chance.uniform().ln() * gap;
        }
        later.push(after);
    }
    Base { lines, likeness, later }
}

const SOURCES: [&str; 5] = ["Fair", "Web shop", "Friends", "Bought addresses", "Radio"];

fn question(choice: Choice) -> Question {
    Question { horizon: "12m".parse().unwrap(), minor_digits: Some(2), choice }
}

/// Of customers with at most two purchases who came within the last `days`: the mean squared errors of purchases and of spend,
/// and the same of the means of sources, each weighing as it has customers.
fn errors(base: &Base, histories: &Histories, valuation: &Valuation, days: u32) -> [f64; 4] {
    let (mut errors, mut count) = ([0.0; 4], 0.0);
    let mut of_source = [[0.0; 3]; SOURCES.len()];
    for (history, value) in histories.rows.iter().zip(&valuation.customers) {
        if history.repeat_purchases > 1 || history.age_days > days {
            continue;
        }
        let (bought, spent) = base.later[history.customer as usize];
        let (purchases, spend) = (bought - value.expected_transactions, spent - value.expected_spend);
        errors[0] += purchases * purchases;
        errors[1] += spend * spend;
        count += 1.0;
        let label = base.likeness.of(history.customer, 0);
        let of_source = &mut of_source[SOURCES.iter().position(|source| label == Some(source)).unwrap()];
        *of_source = [of_source[0] + 1.0, of_source[1] + purchases, of_source[2] + spend];
    }
    for [count, purchases, spend] in of_source.into_iter().filter(|[count, ..]| *count > 0.0) {
        errors[2] += purchases * purchases / count;
        errors[3] += spend * spend / count;
    }
    errors.map(|sum| sum / count)
}

/// The errors with equivalents over those without.
fn ratios(base: &Base, choice: Choice, days: u32) -> [f64; 4] {
    let known = histories(base.lines.clone(), Day(UNTIL - 1));
    let plain = value_tested(&known, &question(choice), None);
    let tested = plain.lifetime.backtest.clone();
    let like = value_tested_like(&known, &question(choice), tested, &base.likeness);
    let (one, other) = (errors(base, &known, &plain, days), errors(base, &known, &like, days));
    std::array::from_fn(|i| other[i] / one[i])
}

const SAME: [f64; 5] = [1.0; 5];

#[test]
fn where_groups_differ_newcomers_are_foretold_better() {
    const BASES: u64 = 3;
    for choice in [Choice::Blend, Choice::One(Kind::MbgNbd)] {
        let mut mean = [0.0; 4];
        for seed in 0..BASES {
            let base = base(3_000, [2.5, 0.5, 1.2, 0.3, 4.0], [1.8, 0.6, 1.0, 0.8, 1.5], seed);
            let ratios = ratios(&base, choice, 90);
            assert!(ratios.iter().all(|ratio| *ratio < 1.0), "{choice:?} {seed}: {ratios:?}");
            mean = std::array::from_fn(|i| mean[i] + ratios[i] / BASES as f64);
        }
        eprintln!("{choice:?}: {mean:?}");
        // Most of an error is what nobody can know; of the mean of a source most was known.
        assert!(mean[0] < 0.98 && mean[1] < 0.95, "{choice:?}: {mean:?}");
        assert!(mean[2] < 0.65 && mean[3] < 0.35, "{choice:?}: {mean:?}");
    }
}

#[test]
fn where_groups_do_not_differ_hardly_anything_is_lost() {
    let mut worst = [0.0_f64; 2];
    let mut borrowed = 0;
    const BASES: u64 = 12;
    for seed in 10..10 + BASES {
        let base = base(1_500, SAME, SAME, seed);
        let ratios = ratios(&base, Choice::One(Kind::MbgNbd), 90);
        worst = [worst[0].max(ratios[0]), worst[1].max(ratios[1])];
        borrowed += usize::from(ratios[0] != 1.0 || ratios[1] != 1.0);
    }
    eprintln!("worst {worst:?}, borrowed {borrowed} of {BASES}");
    assert!(worst.iter().all(|ratio| *ratio < 1.01), "{worst:?}");
    assert!(borrowed <= 4, "{borrowed} of {BASES} bases found groups that do not differ");
}

#[test]
fn a_factor_fades_with_time_and_purchases_and_is_wider_where_equivalents_are_few() {
    let base = base(3_000, [2.5, 0.5, 1.2, 0.3, 4.0], SAME, 5);
    let known = histories(base.lines.clone(), Day(UNTIL - 1));
    let valuation = value_tested_like(&known, &question(Choice::One(Kind::MbgNbd)), None, &base.likeness);
    let learnt = valuation.newcomers.as_ref().expect("sources differ");
    assert!(learnt.purchases.iter().any(|dimension| dimension.name == "source"), "{learnt:?}");
    assert!(learnt.purchases.iter().all(|dimension| dimension.name != "country"), "{learnt:?}");
    let kin = |source: &str| {
        let is_new = |row: &&History| row.repeat_purchases == 0;
        let mut new = known.rows.iter().filter(is_new);
        let row = new.find(|row| base.likeness.of(row.customer, 0) == Some(source));
        learnt.kin(row.expect("somebody came from there"), &base.likeness)
    };
    let fair = kin("Fair");
    let at = |repeats, weeks| fair.of_purchases(repeats, weeks).times;
    assert!(at(0, 0.0) > 1.4 && (at(0, 0.0) - fair.purchases.times).abs() < 1e-12, "{fair:?}");
    assert!(at(0, 0.0) > at(0, 10.0) && at(0, 10.0) > at(0, 50.0) && at(0, 50.0) > 1.0);
    assert!(at(0, 5.0) > at(1, 5.0) && at(1, 5.0) > at(2, 5.0) && at(2, 5.0) > 1.0);
    assert_eq!(at(3, 5.0), 1.0);
    let width = |kin: Kin| kin.purchases.interval().hi80 - kin.purchases.interval().lo80;
    let stranger = History { repeat_purchases: 0, ..known.rows[0] };
    let (rare, unknown) = (kin("Radio"), learnt.kin(&stranger, Likeness::nobody()));
    assert!(width(fair) < width(rare) && width(rare) < width(unknown), "{fair:?} {rare:?} {unknown:?}");
    // Who is like nobody known is foretold as all newcomers are.
    assert_eq!(unknown.purchases.times, 1.0);
}

/// Customers one by one, as the page does, and all at once, as the valuation does, are the same.
#[test]
fn an_outlook_and_a_month_end_borrow_as_the_valuation_does() {
    let base = base(1_500, [2.5, 0.5, 1.2, 0.3, 4.0], [1.8, 0.6, 1.0, 0.8, 1.5], 7);
    let day = Day(UNTIL - 1);
    let known = histories(base.lines.clone(), day);
    let question = question(Choice::One(Kind::MbgNbd));
    let valuation = value_tested_like(&known, &question, None, &base.likeness);
    let models = valuation.models();
    assert!(models.newcomers.is_some());
    let again = value_by_like(models.clone(), &known, &question, &base.likeness);
    assert_eq!(again.customers, valuation.customers);
    let dates = [
        At { day: Day(UNTIL - 31), rate: 0.1, models: Some(&models) },
        At { day, rate: 0.1, models: Some(&models) },
    ];
    let asked = Asked {
        dates: &dates,
        family: Family::of(&models),
        horizon: question.horizon,
        minor_digits: 2,
        lost_below: LOST,
        likeness: &base.likeness,
        futures: None,
        threads: 1,
    };
    let mut passages: Vec<Passage> = Vec::new();
    let mut lines = base.lines.clone();
    let done = month_ends::<()>(
        &mut lines,
        &asked,
        |_| Ok(()),
        |period, some| {
            if period.place == 1 {
                passages.extend_from_slice(some);
            }
            Ok(())
        },
    );
    assert_eq!(done, Ok(()));
    let force = 1.1_f64.ln() / (365.25 / 7.0);
    let (mut borrowing, mut expected, mut closed) = (0, 0.0, 0.0);
    for ((history, path), value) in known.rows.iter().zip(known.paths()).zip(&valuation.customers) {
        let kin = models.kin(history, &base.likeness);
        let (blend, weeks) = (&models.lifetime.blend, question.horizon.weeks());
        let outlook = outlook_of_kin(blend, models.fitted_on, &path, weeks, force, &kin);
        let (spend, share) = models.purchase_of_kin(history, 2, &kin);
        let near = |one: f64, other: f64, part: f64| (one - other).abs() <= part * other.abs().max(1e-6);
        assert!(near(outlook.expected_transactions, value.expected_transactions, 1e-9), "{history:?}");
        assert!(near(outlook.expected_transactions * spend, value.expected_spend, 1e-9), "{history:?}");
        let interval = outlook.course[3].interval;
        assert_eq!(interval, value.transactions);
        assert!(
            interval.lo95 <= interval.lo80
                && interval.lo80 <= interval.hi80
                && interval.hi80 <= interval.hi95
        );
        let passage = passages.iter().find(|passage| passage.customer == history.customer).unwrap();
        let residual = outlook.residual_transactions.unwrap() * spend * share.unwrap();
        assert!(near(passage.closing, residual, 1e-4), "{history:?}: {passage:?} but {residual}");
        borrowing += usize::from(kin.of_purchases(history.repeat_purchases, 0.0).times != 1.0);
        (expected, closed) = (expected + passage.expected_closing, closed + passage.closing);
    }
    assert!(borrowing > 100, "{borrowing}");
    // What was expected of them all came true in sum, within what chance moves.
    assert!((closed / expected - 1.0).abs() < 0.1, "{closed} {expected}");
}

#[test]
fn few_customers_and_short_logs_borrow_nothing() {
    let kind = Choice::One(Kind::MbgNbd);
    for (customers, until) in [(40, UNTIL), (400, 20), (1, UNTIL), (0, UNTIL)] {
        let mut base = base(customers, [2.5, 0.5, 1.2, 0.3, 4.0], SAME, 3);
        base.lines.retain(|line| line.day < until);
        let known = histories(base.lines.clone(), Day(until - 1));
        let plain = value_tested(&known, &question(kind), None);
        let like = value_tested_like(&known, &question(kind), None, &base.likeness);
        assert_eq!(like.newcomers, None);
        assert_eq!(like.customers, plain.customers);
    }
}
