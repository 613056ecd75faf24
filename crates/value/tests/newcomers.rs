//! Newcomers beside those like them: nearer to the truth where groups differ, as near where they do not.

use ledger::Day;
use value::lifetime::{Kind, Leaving, Prospect, Rhythm};
use value::month_ends::{Asked, At, Family, LOST, Passage, month_ends};
use value::newcomers::{Dimension, Effect, Kin, Likeness, Newcomers, QUARTER, learn};
use value::spend::{self, Spending};
use value::{
    Choice, Histories, History, Margin, PurchaseLine, Question, Valuation, fit_models, histories,
    outlook_of_kin, value_by_like, value_tested, value_tested_like,
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
    let mut base =
        Base { lines: Vec::new(), likeness: Likeness::new(["source", "country"]), later: Vec::new() };
    for customer in 0..customers {
        // The last source is a rare one.
        let source = if customer % 50 == 0 { 4 } else { customer as usize % 4 };
        let country = (chance.uniform() * 3.0) as usize;
        base.likeness.put(customer, [Some(SOURCES[source]), Some(["FR", "BE", "CH"][country])]);
        let born = chance.uniform() * f64::from(UNTIL);
        let gap = chance.between(10.0, 250.0) / rates[source];
        let leaving = chance.between(0.03, 0.5);
        let level = chance.between(20.0, 60.0) * amounts[source];
        let amount = |chance: &mut Chance| level * chance.between(0.7, 1.4);
        let next = |chance: &mut Chance, at: f64| at - chance.uniform().ln() * gap;
        base.live(&mut chance, customer, born, leaving, amount, next);
    }
    base
}

impl Base {
    /// What a customer buys from his birth on, until he leaves: each purchase of some amount, and when the next one comes.
    fn live(
        &mut self,
        chance: &mut Chance,
        customer: u32,
        born: f64,
        leaving: f64,
        amount: impl Fn(&mut Chance) -> f64,
        next: impl Fn(&mut Chance, f64) -> f64,
    ) {
        let (mut at, mut after, mut last_day) = (born, (0.0, 0.0), -1);
        while at < f64::from(UNTIL + YEAR) {
            let (day, amount) = (at as i32, (amount(chance) * 100.0) as i64);
            if day < UNTIL {
                self.lines.push(PurchaseLine { customer, day, amount, margin: Margin::of(amount / 4) });
            } else if day > last_day {
                after = (after.0 + 1.0, after.1 + amount as f64);
            }
            last_day = day;
            if chance.uniform() < leaving {
                break;
            }
            at = next(chance, at);
        }
        self.later.push(after);
    }
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
fn a_factor_fades_with_time_and_is_wider_where_equivalents_are_few() {
    let base = base(3_000, [2.5, 0.5, 1.2, 0.3, 4.0], SAME, 5);
    let known = histories(base.lines.clone(), Day(UNTIL - 1));
    let valuation = value_tested_like(&known, &question(Choice::One(Kind::MbgNbd)), None, &base.likeness);
    let learnt = valuation.newcomers.as_ref().expect("sources differ");
    assert!(learnt.purchases.iter().any(|dimension| dimension.name == "source"), "{learnt:?}");
    assert!(learnt.purchases.iter().all(|dimension| dimension.name != "country"), "{learnt:?}");
    // What let it in is told: a third of those who came, foretold nearer by two standard errors and more.
    for of in learnt.purchases.iter().chain(&learnt.amounts) {
        let gain = of.gain.expect("it was let in by what it brought");
        assert!((400..1_200).contains(&gain.customers), "{gain:?}");
        assert!(gain.standard_errors >= 2.0 && gain.share > 0.0 && gain.share < 0.5, "{gain:?}");
    }
    let kin = |source: &str| {
        let is_new = |row: &&History| row.repeat_purchases == 0;
        let mut new = known.rows.iter().filter(is_new);
        let row = new.find(|row| base.likeness.of(row.customer, 0) == Some(source));
        learnt.kin(row.expect("somebody came from there"), &base.likeness)
    };
    let fair = kin("Fair");
    let at = |weeks| fair.of_purchases(weeks).times;
    assert!(at(0.0) > 1.4 && (at(0.0) - fair.purchases.times).abs() < 1e-12, "{fair:?}");
    assert!(at(0.0) > at(10.0) && at(10.0) > at(50.0) && at(50.0) > 1.0);
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
        borrowing += usize::from(kin.of_purchases(0.0).times != 1.0);
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

/// A dimension of these groups: label, what it adds to one, deviation, weight.
fn dimension(name: &str, between: f64, groups: &[(&str, f64, f64, f64)]) -> Dimension {
    let group = |&(label, effect, deviation, weight): &(&str, f64, f64, f64)| Effect {
        label: label.to_string(),
        customers: 100,
        effect,
        deviation,
        weight,
    };
    Dimension { name: name.to_string(), between, gain: None, groups: groups.iter().map(group).collect() }
}

fn told(exposure: f64, purchases: Vec<Dimension>, amounts: Vec<Dimension>) -> Newcomers {
    Newcomers { exposure, window_days: 182, purchases, amounts }
}

/// A history, and the likeness by which it comes from the fair.
fn from_the_fair() -> (History, Likeness) {
    let line = |day| PurchaseLine { customer: 0, day, amount: 5_000, margin: Margin::UNKNOWN };
    let mut likeness = Likeness::new(["source"]);
    likeness.put(0, [Some("Fair")]);
    (histories(vec![line(0)], Day(7)).rows[0], likeness)
}

/// How much oftener those from the fair buy.
fn buying(times: f64, exposure: f64) -> Kin {
    let (history, likeness) = from_the_fair();
    let of = dimension("source", 0.3, &[("Fair", times - 1.0, 0.0, 1.0), ("Shop", 0.0, 0.0, 1.0)]);
    told(exposure, vec![of], Vec::new()).kin(&history, &likeness)
}

#[test]
fn over_a_group_what_is_expected_is_right_at_every_age() {
    const CUSTOMERS: u32 = 40_000;
    let (shape, exposure, horizon) = (0.8, 12.0, 26.0);
    for times in [0.3, 1.0, 3.0] {
        let kin = buying(times, exposure);
        for weeks in [0.0, 4.0, 13.0, 26.0, 52.0] {
            let mut chance = Chance::new(17);
            let (mut expected, mut truth) = (0.0, 0.0);
            for _ in 0..CUSTOMERS {
                let rate = chance.gamma(shape) * times / exposure;
                let (mut bought, mut at) = (0.0, chance.exponential() / rate);
                while at < weeks {
                    (bought, at) = (bought + 1.0, at + chance.exponential() / rate);
                }
                let prospect = Prospect {
                    p_alive: 1.0,
                    shape: shape + bought,
                    exposure: exposure + weeks,
                    rhythm: Rhythm::RANDOM,
                    leaving: Leaving::Never,
                };
                expected += prospect.expected_transactions(horizon) * kin.of_purchases(weeks).times;
                truth += rate * horizon;
            }
            let off: f64 = expected / truth - 1.0;
            assert!(off.abs() < 0.03, "{times} times as often, after {weeks} weeks: {off}");
        }
    }
}

#[test]
fn another_purchase_counts_as_much_for_who_borrows_as_for_who_does_not() {
    let base = base(1_500, SAME, SAME, 21);
    let known = histories(base.lines.clone(), Day(UNTIL - 1));
    let models = fit_models(&known, &question(Choice::One(Kind::ParetoNbd)));
    let (blend, horizon) = (&models.lifetime.blend, 52.0);
    let mut risen = 0;
    for times in [0.25, 0.7, 2.0, 5.0] {
        let kin = buying(times, 10.0);
        for age in [7, 60, 400] {
            let days: Vec<u32> = (1..=7).map(|n| age * n / 8).collect();
            for count in 0..=6 {
                let path = value::lifetime::Path { repeats: &days[..count.min(age as usize - 1)], age };
                let of = |kin: &Kin| {
                    let outlook = outlook_of_kin(blend, models.fitted_on, &path, horizon, 0.002, kin);
                    outlook.reasons.if_bought_today / outlook.expected_transactions
                };
                let (plain, borrowing) = (of(&Kin::NONE), of(&kin));
                assert!((borrowing / plain - 1.0).abs() < 1e-9, "{times} {path:?}: {borrowing} {plain}");
                assert!(borrowing >= 1.0, "{times} {path:?}: a purchase lowers what is expected");
                risen += usize::from(borrowing > 1.05);
            }
        }
    }
    assert!(risen > 20, "{risen}");
}

#[test]
fn a_group_that_spends_more_moves_everybodys_part_of_an_amount_and_no_other() {
    let (history, likeness) = from_the_fair();
    let lines = base(300, SAME, SAME, 2).lines;
    let known = histories(lines, Day(UNTIL - 1));
    let mut models = fit_models(&known, &question(Choice::One(Kind::BgNbd)));
    let model = |v: f64| spend::Model::restored("gamma_gamma", &[("p", 6.25), ("q", 3.74), ("v", v)], None);
    models.spend = model(15.4);
    for times in [0.4, 1.7] {
        let of = dimension("source", 0.3, &[("Fair", times - 1.0, 0.1, 0.9), ("Shop", 0.0, 0.1, 0.9)]);
        models.newcomers = Some(told(10.0, Vec::new(), vec![of]));
        let kin = models.kin(&history, &likeness);
        for repeats in [0, 1, 2, 3, 8, 40] {
            for mean in [2.0, 35.0, 400.0] {
                // Covariates multiply the scale: what a group's customers spend is drawn towards is the group's own.
                let of_group = model(15.4 * times).unwrap();
                let spending = Spending { purchases: repeats, mean };
                let expected = of_group.purse(&spending).mean() * 100.0;
                let history = History {
                    repeat_purchases: repeats,
                    repeat_spend: (mean * 100.0) as i64 * i64::from(repeats),
                    ..history
                };
                let (amount, _) = models.purchase_of_kin(&history, 2, &kin);
                assert!((amount / expected - 1.0).abs() < 1e-9, "{times} {spending:?}: {amount} {expected}");
            }
        }
    }
}

#[test]
fn what_is_uncertain_of_amounts_widens_spend_and_what_groups_share_widens_totals() {
    let base = base(1_500, SAME, SAME, 4);
    let known = histories(base.lines.clone(), Day(UNTIL - 1));
    let question = question(Choice::One(Kind::MbgNbd));
    let mut models = fit_models(&known, &question);
    let of = |deviation: f64| -> Vec<Dimension> {
        let groups: Vec<_> = SOURCES.iter().map(|source| (*source, 0.2, deviation, 0.8)).collect();
        vec![dimension("source", 0.3, &groups[..4])]
    };
    let mut valued = |purchases: f64, amounts: f64| {
        models.newcomers = Some(told(9.0, of(purchases), of(amounts)));
        value_by_like(models.clone(), &known, &question, &base.likeness)
    };
    let (sure, of_amounts, of_purchases) = (valued(0.0, 0.0), valued(0.0, 0.25), valued(0.25, 0.0));
    let mut wider = 0;
    for (sure, other) in sure.customers.iter().zip(&of_amounts.customers) {
        assert_eq!((sure.expected_spend, sure.transactions), (other.expected_spend, other.transactions));
        assert!(other.spend_variance >= sure.spend_variance && other.margin_variance >= sure.margin_variance);
        assert!(other.spend.hi95 >= sure.spend.hi95 && other.spend.lo95 <= sure.spend.lo95, "{other:?}");
        let spread = |value: &value::CustomerValue| value.spend.hi95 - value.expected_spend;
        let grown = (other.spend_variance / sure.spend_variance).sqrt();
        if sure.spend.hi95 > sure.expected_spend && sure.spend.lo95 > 0.0 {
            assert!((spread(other) / spread(sure) / grown - 1.0).abs() < 1e-9, "{sure:?} {other:?}");
        }
        wider += usize::from(grown > 1.01);
    }
    assert!(wider > 100, "{wider}");
    // By hand: the four sources are as uncertain as each other, but known under one factor; the rare one as sources differ.
    let mut parts = [0.0; 2];
    for (history, value) in known.rows.iter().zip(&of_purchases.customers) {
        let kin = of_purchases.models().kin(history, &base.likeness);
        let here = kin.of_purchases(f64::from(history.age_days) / 7.0);
        let is_rare = base.likeness.of(history.customer, 0) == Some(SOURCES[4]);
        parts[usize::from(is_rare)] += value.expected_transactions * here.deviation / here.times;
    }
    let total = of_purchases.total_transactions();
    assert!(parts[1] > 0.0);
    let shared = parts[0].hypot(parts[1]) / total.expected;
    assert!((of_purchases.borrowed / shared - 1.0).abs() < 1e-9, "{} {shared}", of_purchases.borrowed);
    assert!(shared > 0.05, "{shared}");
    let width = |total: value::Total| (total.interval.hi95 - total.interval.lo95) / total.expected;
    assert!(width(total) > 2.0 * 1.959 * shared, "{} {shared}", width(total));
    assert!(width(of_purchases.total_spend()) > 2.0 * 1.959 * shared);
    assert!(of_amounts.borrowed_spend > 0.05 && width(of_amounts.total_spend()) > width(sure.total_spend()));
    assert!((of_amounts.borrowed - sure.borrowed).abs() < 1e-12);
    // Valued again by the same models, it counts once.
    let again = value_by_like(of_purchases.models(), &known, &question, &base.likeness);
    assert_eq!(again.total_transactions(), of_purchases.total_transactions());
}

#[test]
fn nobody_is_likelier_to_buy_than_to_be_active() {
    let base = base(1_500, SAME, SAME, 8);
    let known = histories(base.lines.clone(), Day(UNTIL - 1));
    let question = question(Choice::One(Kind::MbgNbd));
    let mut models = fit_models(&known, &question);
    let groups: Vec<_> = SOURCES.iter().map(|source| (*source, 4.0, 0.2, 0.8)).collect();
    models.newcomers = Some(told(40.0, vec![dimension("source", 0.3, &groups)], Vec::new()));
    let valuation = value_by_like(models, &known, &question, &base.likeness);
    let mut doubtful = 0;
    for value in valuation.customers.iter().filter(|value| value.p_alive < 0.9) {
        // Nobody of these buys for sure at nine in ten.
        assert_eq!(value.transactions.lo80, 0.0, "{value:?}");
        doubtful += usize::from(value.expected_transactions > 3.0);
    }
    assert!(doubtful > 20, "{doubtful}");
}

#[test]
fn few_groups_tell_little_of_how_groups_differ() {
    let (history, likeness) = from_the_fair();
    let width = |groups: usize, weight: f64| {
        let labels: Vec<String> = (0..groups - 1).map(|n| n.to_string()).chain(["Fair".into()]).collect();
        let groups: Vec<_> = labels.iter().map(|label| (label.as_str(), 0.0, 0.1, weight)).collect();
        let kin = told(9.0, vec![dimension("source", 0.2, &groups)], Vec::new()).kin(&history, &likeness);
        let interval = kin.purchases.interval();
        interval.hi80 - interval.lo80
    };
    // Student's quantiles at one and at nineteen degrees of freedom.
    assert!((width(2, 0.0) - 0.2 * 3.077_7).abs() < 1e-4, "{}", width(2, 0.0));
    assert!((width(20, 0.0) - 0.2 * 1.327_7).abs() < 1e-4, "{}", width(20, 0.0));
    // A group that is known by its own customers does not rest on the others.
    assert!((width(2, 0.99) - 0.2 * 1.281_7).abs() < 1e-3, "{}", width(2, 0.99));
}

fn learnt(lines: Vec<PurchaseLine>, likeness: &Likeness, until: i32) -> Option<Newcomers> {
    let known = histories(lines, Day(until));
    let question = question(Choice::One(Kind::MbgNbd));
    learn(&fit_models(&known, &question), &known, likeness, question.horizon.whole_days())
}

#[test]
fn a_second_dimension_must_add_something_clearly() {
    let mut joined = 0;
    const BASES: u64 = 12;
    for seed in 40..40 + BASES {
        let base = base(3_000, [2.5, 0.5, 1.2, 0.3, 4.0], SAME, seed);
        let learnt = learnt(base.lines, &base.likeness, UNTIL - 1).expect("sources differ");
        assert!(learnt.purchases.iter().any(|dimension| dimension.name == "source"), "{seed}");
        joined += learnt.purchases.iter().filter(|dimension| dimension.name == "country").count();
    }
    assert!(joined <= 1, "countries are alike, but {joined} of {BASES} bases learn from them");
}

/// Purchases of one customer at even gaps.
fn even(customer: u32, first: i32, gap: i32, count: u32, until: i32) -> impl Iterator<Item = PurchaseLine> {
    (0..=count as i32).map(move |n| first + n * gap).filter(move |day| *day <= until).map(move |day| {
        PurchaseLine { customer, day, amount: 900 + i64::from(customer % 50), margin: Margin::UNKNOWN }
    })
}

#[test]
fn what_is_told_only_of_those_who_proved_themselves_is_not_learnt_from() {
    let mut chance = Chance::new(6);
    let mut likeness = Likeness::new(["tier", "source"]);
    let mut lines = Vec::new();
    for customer in 0..2_000_u32 {
        let first = (chance.uniform() * 680.0) as i32;
        let from_fair = chance.uniform() < 0.5;
        let often = chance.uniform() < if from_fair { 0.1 } else { 0.8 };
        let count = if often { 4 + (chance.uniform() * 6.0) as u32 } else { 0 };
        let gap = 12 + (chance.uniform() * 30.0) as i32;
        // Three purchases after the first make a key customer.
        let is_key = often && first + 3 * gap <= 700;
        likeness.put(customer, [is_key.then_some("Key"), Some(if from_fair { "Fair" } else { "Shop" })]);
        lines.extend(even(customer, first, gap, count, 700));
    }
    let learnt = learnt(lines, &likeness, 700).expect("sources differ");
    let names: Vec<&str> = learnt.purchases.iter().map(|dimension| dimension.name.as_str()).collect();
    assert!(names.contains(&"source") && !names.contains(&"tier"), "{names:?}");
}

#[test]
fn who_may_be_older_than_the_log_is_no_newcomer() {
    let mut chance = Chance::new(9);
    let mut likeness = Likeness::new(["source"]);
    let mut lines = Vec::new();
    for customer in 0..2_400_u32 {
        // Eleven in twelve were there before the log began: those of the shop loyal, those of the fair not.
        let is_old = customer % 12 > 0;
        let first = (if is_old { chance.uniform() * 90.0 } else { 91.0 + chance.uniform() * 560.0 }) as i32;
        let from_shop = chance.uniform() < 0.5;
        likeness.put(customer, [Some(if from_shop { "Shop" } else { "Fair" })]);
        let often = if is_old && from_shop { 0.9 } else { 0.3 };
        let count = if chance.uniform() < often { 2 + (chance.uniform() * 12.0) as u32 } else { 0 };
        lines.extend(even(customer, first, 12 + (chance.uniform() * 30.0) as i32, count, 700));
    }
    let learnt = learnt(lines, &likeness, 700);
    let from_source = learnt.iter().flat_map(|learnt| &learnt.purchases).find(|of| of.name == "source");
    assert_eq!(from_source, None);
}

/// Customers who came over two years, those of each of the eight quarters `rates` times as often; on days of `busy` all buy
/// twice as often.
fn of_quarters(customers: u32, rates: [f64; 8], busy: std::ops::Range<i32>, seed: u64) -> Base {
    const QUARTERS: [f64; 8] = [0.0, 90.0, 181.0, 273.0, 365.0, 455.0, 546.0, 638.0];
    let (from, to) = (f64::from(busy.start), f64::from(busy.end));
    let mut chance = Chance::new(seed);
    let likeness = Likeness::of_cohorts().clone();
    let mut base = Base { lines: Vec::new(), likeness, later: Vec::new() };
    for customer in 0..customers {
        let born = chance.uniform() * f64::from(UNTIL);
        let quarter = QUARTERS.iter().rposition(|first| born >= *first).unwrap_or(0);
        let gap = chance.between(10.0, 250.0) / rates[quarter];
        let leaving = chance.between(0.03, 0.5);
        // On a clock that runs twice as fast on busy days.
        let next = |chance: &mut Chance, mut at: f64| {
            let mut left = -chance.uniform().ln() * gap;
            if at < from {
                let before = left.min(from - at);
                (at, left) = (at + before, left - before);
            }
            if left > 0.0 && at < to {
                let within = (left / 2.0).min(to - at);
                (at, left) = (at + within, left - 2.0 * within);
            }
            at + left.max(0.0)
        };
        base.live(&mut chance, customer, born, leaving, |chance| chance.between(20.0, 60.0), next);
    }
    base
}

/// Of customers who came within the last half year: mean squared error of purchases with cohorts over that without, and how
/// far off their total is with and without.
fn of_young(base: &Base, choice: Choice) -> ([f64; 3], Option<Newcomers>) {
    let known = histories(base.lines.clone(), Day(UNTIL - 1));
    let plain = value_tested(&known, &question(choice), None);
    let tested = plain.lifetime.backtest.clone();
    let like = value_tested_like(&known, &question(choice), tested, &base.likeness);
    let told = |valuation: &Valuation| {
        let (mut squares, mut expected, mut came) = (0.0, 0.0, 0.0);
        let young = known.rows.iter().zip(&valuation.customers).filter(|(history, _)| history.age_days < 182);
        for (history, value) in young {
            let bought = base.later[history.customer as usize].0;
            squares += (bought - value.expected_transactions).powi(2);
            expected += value.expected_transactions;
            came += bought;
        }
        (squares, expected / came - 1.0)
    };
    let (one, other) = (told(&like), told(&plain));
    ([one.0 / other.0, one.1, other.1], like.newcomers)
}

#[test]
fn a_young_cohort_is_valued_by_what_it_shows() {
    const BASES: u64 = 4;
    let mut mean = [0.0; 3];
    for seed in 70..70 + BASES {
        let base = of_quarters(4_000, [1.6, 1.6, 1.5, 1.4, 1.2, 0.9, 0.4, 0.35], 0..0, seed);
        let (told, learnt) = of_young(&base, Choice::One(Kind::MbgNbd));
        assert!(told[0] <= 1.0, "{seed}: {told:?}");
        for of in learnt.iter().flat_map(|learnt| &learnt.purchases) {
            assert_eq!(of.name, QUARTER, "{seed}: years are coarser");
            // The newest first; the last two quarters buy less than half as often as the others.
            assert_eq!(of.groups[0].label, "1971-Q4");
            assert!(of.groups[0].effect < -0.3 && of.groups[4].effect > 0.1, "{seed}: {of:?}");
            assert!(of.gain.is_some_and(|gain| gain.standard_errors >= 2.0), "{seed}: {of:?}");
        }
        mean = std::array::from_fn(|i| mean[i] + told[i].abs() / BASES as f64);
    }
    eprintln!("cohorts that differ: {mean:?}");
    assert!(mean[0] < 0.97, "{mean:?}");
    assert!(mean[1] < 0.9 * mean[2], "the total of the young is nearer: {mean:?}");
}

#[test]
fn where_cohorts_do_not_differ_hardly_anything_is_lost() {
    for (name, busy) in [("alike", 0..0), ("busy at the end", 640..730), ("busy before", 540..600)] {
        let (mut worst, mut borrowed) = (0.0_f64, 0);
        const BASES: u64 = 12;
        for seed in 90..90 + BASES {
            let base = of_quarters(2_000, [1.0; 8], busy.clone(), seed);
            let (told, learnt) = of_young(&base, Choice::One(Kind::MbgNbd));
            worst = worst.max(told[0]);
            borrowed += usize::from(learnt.is_some());
        }
        eprintln!("{name}: worst {worst}, borrowed {borrowed} of {BASES}");
        assert!(worst < 1.01, "{name}: {worst}");
        assert!(borrowed <= 3, "{name}: {borrowed} of {BASES} bases found cohorts that do not differ");
    }
}
