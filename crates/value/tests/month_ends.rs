//! Customers at the ends of months: what they are worth, as known then, whoever else is asked for.

use ledger::Day;
use value::blend::{Blend, Member};
use value::lifetime::{Kind, Model};
use value::month_ends::{Around, Asked, At, Family, LOST, Passage, month_ends};
use value::newcomers::Likeness;
use value::{
    Choice, Lifetime, Margin, Models, PurchaseLine, Question, fit_models, histories, outlook, spend, worth,
};

#[allow(dead_code, reason = "only chance is needed here, no model")]
mod made;
use made::Chance;

const RATE: f64 = 0.1;

fn question() -> Question {
    Question { horizon: "12m".parse().unwrap(), minor_digits: Some(2), choice: Choice::Blend }
}

/// Of one model, which is quickly fitted for many dates.
fn one_model() -> Question {
    Question { choice: Choice::One(Kind::MbgNbd), ..question() }
}

/// Customers of a shop from day 0 on, who buy at rates of their own, leave, and bring back one purchase in thirty.
fn lines(customers: u32, days: i32, seed: u64) -> Vec<PurchaseLine> {
    let mut chance = Chance::new(seed);
    let mut lines = Vec::new();
    for customer in 0..customers {
        let mut at = chance.uniform() * 0.8 * f64::from(days);
        let (gap, leaving) = (chance.between(4.0, 90.0), chance.between(0.005, 0.2));
        let level = chance.between(5.0, 80.0);
        while at < f64::from(days) {
            let amount = (level * chance.between(0.6, 1.6) * 100.0) as i64;
            let margin = Margin::of(amount * 3 / 10);
            let day = at as i32;
            lines.push(PurchaseLine { customer, day, amount, margin });
            if chance.uniform() < 0.03 {
                lines.push(PurchaseLine { customer, day: day + 4, amount: -amount, margin: Margin::UNKNOWN });
            }
            if chance.uniform() < leaving {
                break;
            }
            at -= chance.uniform().ln() * gap;
        }
    }
    lines.retain(|line| line.day < days);
    lines
}

fn asked<'a>(dates: &'a [At<'a>], in_use: &Models, threads: usize) -> Asked<'a> {
    Asked {
        dates,
        family: Family::of(in_use),
        horizon: question().horizon,
        minor_digits: 2,
        lost_below: LOST,
        likeness: Likeness::nobody(),
        futures: None,
        threads,
    }
}

/// The passages of each period.
fn passages(lines: &[PurchaseLine], asked: &Asked<'_>) -> Vec<Vec<Passage>> {
    let mut periods = vec![Vec::new(); asked.dates.len()];
    let mut lines = lines.to_vec();
    let done = month_ends::<()>(
        &mut lines,
        asked,
        |_| Ok(()),
        |period, some| {
            periods[period.place].extend_from_slice(some);
            Ok(())
        },
    );
    assert_eq!(done, Ok(()));
    periods
}

fn at<'a>(day: i32, models: Option<&'a Models>) -> At<'a> {
    At { day: Day(day), rate: RATE, models }
}

fn near(one: f64, other: f64, part: f64) -> bool {
    (one - other).abs() <= part * other.abs().max(1e-6)
}

#[test]
fn the_last_closing_is_what_the_outlooks_of_all_say() {
    let lines = lines(900, 420, 3);
    let base = histories(lines.clone(), Day(419));
    let in_use = fit_models(&base, &question());
    assert!(in_use.lifetime.blend.members.len() > 2, "{:?}", in_use.lifetime.blend);
    let dates = [at(388, None), at(419, Some(&in_use))];
    let around = Around { day: Day(419), since: Day(54) };
    let periods = passages(&lines, &Asked { futures: Some(around), ..asked(&dates, &in_use, 2) });
    assert_eq!(periods[1].iter().filter(|one| one.closing != 0.0).count(), base.rows.len());
    assert!(periods[0].iter().all(|one| one.future.is_none()), "only what was asked is told");
    let force = (1.0 + RATE).ln() / (365.25 / 7.0);
    let (mut of_outlooks, mut of_closings) = (0.0, 0.0);
    let mut closings = periods[1].iter().filter(|one| one.closing != 0.0);
    for (history, path) in base.rows.iter().zip(base.paths()) {
        let closing = closings.next().unwrap();
        assert_eq!(closing.customer, history.customer);
        if history.customer % 3 != 0 {
            continue;
        }
        let blend = &in_use.lifetime.blend;
        let outlook = outlook(blend, in_use.fitted_on, &path, question().horizon.weeks(), force);
        let (spend, share) = in_use.purchase(history, 2);
        let told = outlook.residual_transactions.unwrap() * spend * share.unwrap();
        assert!(near(closing.closing, told, 1e-4), "{history:?}: {closing:?} but {told}");
        // What the closing rests on: purchases, the life they fall into, and what was seen of the year before.
        let future = closing.future.unwrap();
        assert!(near(future.purchases * spend * share.unwrap(), closing.closing, 1e-9), "{future:?}");
        let lives = blend.members.iter().map(|member| {
            let forecaster = member.model.forecaster(path.repeats.len(), question().horizon.weeks());
            member.weight * forecaster.prospect(&path).discounted_life(force)
        });
        let years = lives.sum::<f64>() * 7.0 / 365.25;
        assert!(near(future.years, years, 1e-3), "{future:?} but {years}");
        assert!(future.years < 1.0 / 1.1_f64.ln());
        let days = [0].iter().chain(path.repeats).map(|day| history.first_day + *day as i32);
        assert_eq!(future.bought, days.filter(|day| *day > 54).count() as u32);
        let whole = f64::from(419 - history.first_day.max(54)) / 365.25;
        let known = f64::from((history.last_day - history.first_day.max(54)).max(0)) / 365.25;
        assert!((known - 1e-9..=whole + 1e-9).contains(&future.active_years), "{future:?} of {whole}");
        of_outlooks += told;
        of_closings += closing.closing;
    }
    assert!(near(of_closings, of_outlooks, 1e-5), "{of_closings} but {of_outlooks}");
}

/// What a date says does not change when more is known later, when other dates are asked for, or when more threads work.
#[test]
fn a_date_is_valued_as_known_then() {
    let all = lines(500, 700, 8);
    let in_use = fit_models(&histories(all.clone(), Day(699)), &one_model());
    let many = [at(460, None), at(500, None), at(540, None), at(610, None), at(699, Some(&in_use))];
    let whole = passages(&all, &asked(&many, &in_use, 2));
    let then: Vec<PurchaseLine> = all.iter().rev().filter(|line| line.day <= 610).copied().collect();
    assert!(then.len() + 300 < all.len(), "{} of {}", then.len(), all.len());
    assert!(passages(&then, &asked(&many[..4], &in_use, 1)) == whole[..4]);
    let some = passages(&all, &asked(&many[1..4], &in_use, 3));
    assert!(some[1..] == whole[2..4]);
    // Between the two models of a quarter nothing but facts may change.
    let steady = whole[3].iter().filter(|one| one.unchanged == one.closing).count();
    assert!(steady < whole[3].len(), "days 540 and 610 lie in two quarters");
    let quarter = [at(460, None), at(490, None)];
    let passed = &passages(&all, &asked(&quarter, &in_use, 1))[1];
    assert!(passed.iter().all(|one| one.unchanged == one.closing && one.reassumed == one.closing));
}

#[test]
fn one_period_follows_the_other() {
    let all = lines(400, 500, 21);
    let in_use = fit_models(&histories(all.clone(), Day(499)), &one_model());
    let dates = [at(200, None), at(320, None), at(330, None), at(440, None), at(499, Some(&in_use))];
    let periods = passages(&all, &asked(&dates, &in_use, 1));
    let mut births = 0;
    for (place, pair) in periods.windows(2).enumerate() {
        let closings: Vec<_> =
            pair[0].iter().filter(|one| one.closing != 0.0).map(|one| (one.customer, one.closing)).collect();
        let openings: Vec<_> =
            pair[1].iter().filter(|one| one.opening != 0.0).map(|one| (one.customer, one.opening)).collect();
        assert_eq!(closings, openings);
        let (from, until) = (dates[place].day.0, dates[place + 1].day.0);
        let brought = |lines: &[&PurchaseLine]| -> i64 {
            lines.iter().map(|line| line.margin.known().unwrap_or(line.amount * 3 / 10)).sum()
        };
        for one in &pair[1] {
            assert!(one.birth.is_none() || one.opening == 0.0);
            births += usize::from(one.birth.is_some());
            assert!((0.0..=1.0).contains(&one.alive) && (0.0..=1.0).contains(&one.expected_alive));
            let of_period: Vec<&PurchaseLine> = all
                .iter()
                .filter(|line| line.customer == one.customer && line.day > from && line.day <= until)
                .collect();
            let off = one.realised_margin + one.first_margin - brought(&of_period);
            // What tells no margin is counted by the customer's own share, drawn towards everybody's.
            let told: i64 = of_period.iter().map(|line| i64::from(line.margin.known().is_none())).sum();
            assert!(off == 0 || told > 0, "{one:?}: {off} of {of_period:?}");
        }
    }
    assert!(births > 50);
}

/// The models of one member with one mean for all purchases, of 20.00.
fn single(model: Model) -> Models {
    let spend = spend::Model::restored("pooled_mean", &[("mean", 20.0), ("deviation", 4.0)], None);
    Models {
        lifetime: Lifetime {
            blend: Blend {
                members: vec![Member { weight: 1.0, model: model.clone() }],
                shock: 0.1,
                few: None,
            },
            reference: model,
            reason: None,
            failed: Vec::new(),
            backtest: None,
        },
        spend,
        spend_choice: None,
        net_margins: None,
        margins: None,
        newcomers: None,
        common: 0.1,
        common_spend: 0.1,
        fitted_on: 1_000,
    }
}

/// Bob's passage by hand: every number is the one that a single prospect gives.
#[test]
fn a_passage_is_what_the_models_say_one_by_one() {
    let model = |alpha| {
        Model::restored(Kind::BgNbd, &[("r", 0.6), ("alpha", alpha), ("a", 0.8), ("b", 2.4)]).unwrap()
    };
    let (old, new) = (single(model(6.0)), single(model(7.0)));
    let line = |customer, day, amount| PurchaseLine { customer, day, amount, margin: Margin::UNKNOWN };
    // Ada comes on day 75; Bob buys before and within; all that Chloé bought comes back.
    let lines = vec![
        line(1, 75, 2_000),
        line(2, 0, 1_500),
        line(2, 40, 2_500),
        line(2, 80, 2_100),
        line(3, 5, 900),
        line(3, 77, -900),
    ];
    let later = At { rate: 0.12, ..at(91, Some(&new)) };
    let dates = [at(60, Some(&old)), later];
    let passed = &passages(&lines, &asked(&dates, &old, 1))[1];
    assert_eq!(passed.iter().map(|one| one.customer).collect::<Vec<_>>(), [1, 2, 3]);
    let prospect = |models: &Models, day: i32, customer: u32| {
        let some: Vec<_> =
            lines.iter().filter(|line| line.customer == customer && line.day <= day).copied().collect();
        let base = histories(some, Day(day));
        let path = base.paths().next().unwrap();
        models.lifetime.blend.members[0].model.forecaster(9, 52.0).prospect(&path)
    };
    let [ada, bob, chloe] = passed[..] else { panic!("{passed:?}") };
    let before = worth(&prospect(&old, 60, 2), 2_000.0, RATE, 31.0);
    let after = prospect(&old, 91, 2);
    let value = |models: &Models, rate| worth(&prospect(models, 91, 2), 2_000.0, rate, 1.0).value;
    for (found, exact) in [
        (bob.opening, before.value),
        (bob.expected_margin, before.expected_margin),
        (bob.expected_closing, before.expected_closing),
        (bob.expected_alive, before.expected_alive),
        (bob.alive, after.p_alive),
        (bob.unchanged, value(&old, RATE)),
        (bob.reassumed, value(&old, 0.12)),
        (bob.closing, value(&new, 0.12)),
    ] {
        assert!(near(found, exact, 1e-4), "{found} but {exact}: {bob:?}");
    }
    assert_eq!((bob.realised_margin, bob.first_margin, bob.birth), (2_100, 0, None));
    let born = worth(&prospect(&old, 75, 1), 2_000.0, RATE, 16.0);
    assert!(
        near(ada.birth.unwrap(), born.value, 1e-9) && near(ada.expected_closing, born.expected_closing, 1e-9)
    );
    assert!(near(ada.expected_alive, born.expected_alive, 1e-9) && ada.alive == 1.0);
    assert_eq!((ada.opening, ada.realised_margin, ada.first_margin), (0.0, 0, 2_000));
    assert_eq!((chloe.closing, chloe.unchanged, chloe.alive, chloe.realised_margin), (0.0, 0.0, 0.0, -900));
    assert!(chloe.opening > 0.0);
}

#[test]
fn a_stop_is_heard_and_empty_bases_have_nothing() {
    let in_use = single(Model::restored(Kind::Nbd, &[("r", 0.6), ("alpha", 6.0)]).unwrap());
    let dates = [at(30, None), at(20, None), at(60, Some(&in_use))];
    assert!(passages(&[], &asked(&dates, &in_use, 2)).iter().all(Vec::is_empty));
    let mut some = lines(50, 60, 2);
    let stopped = month_ends(&mut some, &asked(&dates, &in_use, 2), |_| Err("stopped"), |_, _| Ok(()));
    assert_eq!(stopped, Err("stopped"));
    let refused = month_ends(&mut some, &asked(&dates, &in_use, 2), |_| Ok(()), |_, _| Err("full"));
    assert_eq!(refused, Err("full"));
}

#[test]
fn the_first_to_come_are_acquired_and_no_change_of_models() {
    let lines = lines(400, 120, 3);
    let in_use = fit_models(&histories(lines.clone(), Day(119)), &one_model());
    let first = lines.iter().map(|line| line.day).min().unwrap();
    for last in [None, Some(at(119, Some(&in_use)))] {
        let dates: Vec<At<'_>> = [at(first - 5, None), at(30, None)].into_iter().chain(last).collect();
        let periods = passages(&lines, &asked(&dates, &in_use, 2));
        assert!(periods[0].is_empty() && periods[1].len() > 20);
        for one in &periods[1] {
            assert_eq!((one.unchanged, one.reassumed, one.opening), (one.closing, one.closing, 0.0));
            assert!(one.birth.is_some_and(|value| value > 0.0) && one.expected_closing > 0.0, "{one:?}");
        }
    }
}
