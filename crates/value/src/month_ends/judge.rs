//! Models made ready to value many customers at one date, and to say what they expect by the next.

use super::known::Customers;
use super::{Asked, At, Future, YEAR};
use crate::history::History;
use crate::lifetime::{Ahead, Forecaster, Path, Prospect, Span};
use crate::newcomers::{Kin, Ready};
use crate::strategic::per_week;
use crate::valuation::Models;
use ledger::Day;
use std::thread;

/// The models of a date with what people set for it.
pub(super) struct Judge<'a> {
    pub day: Day,
    pub rate: f64,
    models: &'a Models,
    minor_digits: u32,
    members: Vec<Member<'a>>,
    /// What newcomers borrow, where the models learnt it.
    borrowing: Option<Ready<'a>>,
    /// A newcomer's worth by purchases of one minor unit, by days from the first purchase to the next date.
    newcomer: Vec<Worth>,
}

/// A member of the blend, made ready.
struct Member<'a> {
    weight: f64,
    forecaster: Forecaster<'a>,
    ahead: Ahead,
    /// By the rate of the next date, where that is another.
    at_next_rate: Option<Ahead>,
}

/// What a customer is worth, and is expected to be worth at the next date.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Worth {
    pub value: f64,
    pub alive: f64,
    pub expected_margin: f64,
    pub expected_closing: f64,
    pub expected_alive: f64,
    /// Margin in a unit of spend; `None` where spend is what counts.
    pub share: Option<f64>,
}

/// What a customer is worth by the models of the date before.
pub(super) struct Then {
    pub alive: f64,
    pub value: f64,
    pub at_next_rate: f64,
}

impl<'a> Judge<'a> {
    /// For one date and what is expected of the `next`; and for those who came since `first`, the first to come at all.
    pub fn new(
        models: &'a Models,
        at: &At<'_>,
        next: Option<&At<'_>>,
        first: Option<Day>,
        customers: &Customers,
        asked: &Asked<'a>,
    ) -> Judge<'a> {
        let days = next.map(|next| next.day.0.abs_diff(at.day.0));
        let span = Span {
            rate: at.rate,
            days: days.map(f64::from),
            oldest: oldest(at, next, customers.first_day),
            most: customers.most_days.saturating_sub(1),
        };
        let other_rate = next.map(|next| next.rate).filter(|rate| *rate != at.rate);
        let horizon = asked.horizon.weeks();
        let made = |member: &'a crate::blend::Member| {
            let oldest = (span.oldest * 7.0).ceil() as usize;
            let forecaster = member.model.forecaster_of_many(oldest, span.most, horizon);
            let steady = member.model.sees_timing_only();
            let ahead = Ahead::of(&forecaster, steady, span);
            let at_next_rate =
                other_rate.map(|rate| Ahead::of(&forecaster, steady, Span { rate, days: None, ..span }));
            let ahead = match asked.futures {
                Some(around) if around.day == at.day => ahead.with_lives(&forecaster, steady),
                _ => ahead,
            };
            Member { weight: member.weight, forecaster, ahead, at_next_rate }
        };
        let members: Vec<Member<'_>> = thread::scope(|threads| {
            let members = models
                .lifetime
                .blend
                .members
                .chunks(models.lifetime.blend.members.len().div_ceil(asked.threads.max(1)).max(1));
            let works: Vec<_> = members
                .map(|some| threads.spawn(move || some.iter().map(made).collect::<Vec<_>>()))
                .collect();
            works.into_iter().flat_map(|work| work.join().expect("tables are made without failing")).collect()
        });
        let born = first.map(|first| first.0.abs_diff(at.day.0));
        let newcomer = newcomers(&members, span, days.max(born));
        let borrowing = models.newcomers.as_ref().map(|newcomers| newcomers.ready(asked.likeness));
        Judge {
            day: at.day,
            rate: at.rate,
            models,
            minor_digits: asked.minor_digits,
            members,
            borrowing,
            newcomer,
        }
    }

    /// What a customer is worth at this date.
    pub fn worth(&self, history: &History, path: &Path<'_>) -> Worth {
        let (contribution, share) = self.contribution(history);
        let (repeats, age) = (path.repeats.len(), f64::from(path.age) / 7.0);
        let mut worth = Worth::default();
        for member in &self.members {
            let prospect = member.forecaster.prospect(path);
            worth.add(member.weight, &prospect, member.ahead.of_one(&prospect, repeats, age));
        }
        worth.times(contribution, share)
    }

    /// All that is expected of a customer at this date, beside what it is worth; `alive` is the chance of being active now.
    pub fn future(&self, history: &History, path: &Path<'_>, alive: f64, since: Day) -> Future {
        let (repeats, age) = (path.repeats.len(), f64::from(path.age) / 7.0);
        let (mut purchases, mut weeks) = (0.0, 0.0);
        let times = self.kin(history).of_purchases(age).times;
        for Member { weight, forecaster, ahead, .. } in &self.members {
            let prospect = forecaster.prospect(path);
            purchases += weight * times * ahead.value(&prospect, repeats, age);
            weeks += weight * ahead.life(&prospect, repeats, age);
        }
        let since = since.0;
        let within = path.repeats.iter().rev();
        let bought = within.take_while(|day| history.first_day + **day as i32 > since).count() as u32;
        let known = f64::from((history.last_day - since.max(history.first_day)).max(0));
        let silent = f64::from(self.day.0 - history.last_day.max(since));
        Future {
            purchases,
            years: weeks * 7.0 / YEAR,
            bought: bought + u32::from(history.first_day > since),
            active_years: (known + alive * silent) / YEAR,
        }
    }

    /// What a customer is worth at the next date by these models.
    pub fn then(&self, history: &History, path: &Path<'_>) -> Then {
        let (contribution, _) = self.contribution(history);
        let (repeats, age) = (path.repeats.len(), f64::from(path.age) / 7.0);
        let mut then = Then { alive: 0.0, value: 0.0, at_next_rate: 0.0 };
        for Member { weight, forecaster, ahead, at_next_rate } in &self.members {
            let prospect = forecaster.prospect(path);
            let value = ahead.value(&prospect, repeats, age);
            let other = at_next_rate.as_ref().map_or(value, |ahead| ahead.value(&prospect, repeats, age));
            then.alive += weight * prospect.p_alive;
            then.value += weight * contribution * value;
            then.at_next_rate += weight * contribution * other;
        }
        then
    }

    /// What one is worth at the first purchase, and expected to be worth so many days later.
    pub fn birth(&self, history: &History, days: u32) -> Worth {
        let (contribution, share) = self.contribution(history);
        let newcomer = self.newcomer.get(days as usize).or(self.newcomer.last());
        newcomer.copied().unwrap_or_default().times(contribution, share)
    }

    /// What each purchase that the models expect brings, in minor units, and the margin in a unit of spend: the purchase
    /// itself, times the number that is expected of those like him beside that of everybody.
    fn contribution(&self, history: &History) -> (f64, Option<f64>) {
        let kin = self.kin(history);
        let (spend, share) = self.models.purchase_of_kin(history, self.minor_digits, &kin);
        let weeks = f64::from(history.age_days) / 7.0;
        let times = kin.of_purchases(weeks).times;
        (spend * times * share.unwrap_or(1.0), share)
    }

    fn kin(&self, history: &History) -> Kin {
        let of = |ready: &Ready<'_>| ready.kin(history.customer, history.first_day);
        self.borrowing.as_ref().map_or(Kin::NONE, of)
    }
}

/// How old customers may be, in weeks, up to the next date; by quarters of a year, so that a date within the next one is
/// covered whether it is asked for or not, and values do not depend on it.
fn oldest(at: &At<'_>, next: Option<&At<'_>>, first_day: i32) -> f64 {
    const QUARTER: u32 = 92;
    let usual = (at.day.0.abs_diff(first_day) / QUARTER + 2) * QUARTER;
    let needed = next.map_or(0, |next| next.day.0.abs_diff(first_day));
    f64::from(usual.max(needed)) / 7.0
}

/// What is expected of one at the first purchase so many days later, from none to `days`.
fn newcomers(members: &[Member<'_>], span: Span, days: Option<u32>) -> Vec<Worth> {
    let Some(days) = days else { return Vec::new() };
    let first = Path { repeats: &[], age: 0 };
    let mut newcomers = vec![Worth::default(); days as usize + 1];
    for member in members {
        let prospect = member.forecaster.prospect(&first);
        let value = prospect.residual(per_week(span.rate));
        for (days, newcomer) in (0_u32..).zip(&mut newcomers) {
            newcomer.add(member.weight, &prospect, span.ahead(&prospect, value, f64::from(days)));
        }
    }
    newcomers
}

impl Worth {
    fn add(&mut self, weight: f64, prospect: &Prospect, [value, closing, margin, alive]: [f64; 4]) {
        self.value += weight * value;
        self.expected_closing += weight * closing;
        self.expected_margin += weight * margin;
        self.expected_alive += weight * alive;
        self.alive += weight * prospect.p_alive;
    }

    fn times(self, contribution: f64, share: Option<f64>) -> Worth {
        Worth {
            value: contribution * self.value,
            expected_margin: contribution * self.expected_margin,
            expected_closing: contribution * self.expected_closing,
            share,
            ..self
        }
    }
}
