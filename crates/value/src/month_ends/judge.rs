//! Models made ready to value many customers at one date, and to say what they expect by the next.

use super::{Asked, At};
use crate::history::History;
use crate::lifetime::{Path, Prospect};
use crate::strategic::{per_week, worth};
use crate::valuation::Models;
use ledger::Day;

/// The models of a date with what people set for it.
pub(super) struct Judge<'a> {
    pub day: Day,
    pub rate: f64,
    models: &'a Models,
    minor_digits: u32,
    horizon: f64,
    /// Days to the next date; `None` for the last.
    next: Option<f64>,
    /// A newcomer's worth a purchase of one minor unit, by days from the first purchase to the next date.
    newcomer: Vec<Worth>,
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
    pub at_other_rate: f64,
}

impl<'a> Judge<'a> {
    pub fn new(models: &'a Models, at: &At<'_>, next: Option<u32>, asked: &Asked<'_>) -> Judge<'a> {
        let mut judge = Judge {
            day: at.day,
            rate: at.rate,
            models,
            minor_digits: asked.minor_digits,
            horizon: asked.horizon.weeks(),
            next: next.map(f64::from),
            newcomer: Vec::new(),
        };
        let first = Path { repeats: &[], age: 0 };
        let prospects = judge.prospects(&first);
        judge.newcomer = next
            .map_or(0..0, |next| 0..next + 1)
            .map(|days| judge.judged(&prospects, Some(f64::from(days)).filter(|days| *days > 0.0)))
            .collect();
        judge
    }

    /// What a customer is worth at this date.
    pub fn worth(&self, history: &History, path: &Path<'_>) -> Worth {
        let (contribution, share) = self.contribution(history);
        self.judged(&self.prospects(path), self.next).times(contribution, share)
    }

    /// The same at another date with another rate, without what is expected later.
    pub fn residual(&self, history: &History, path: &Path<'_>, other_rate: f64) -> Then {
        let (contribution, _) = self.contribution(history);
        let mut then = Then { alive: 0.0, value: 0.0, at_other_rate: 0.0 };
        for (weight, prospect) in self.prospects(path) {
            then.alive += weight * prospect.p_alive;
            then.value += weight * contribution * prospect.residual(per_week(self.rate));
            then.at_other_rate += weight * contribution * prospect.residual(per_week(other_rate));
        }
        then
    }

    /// What one is worth at the first purchase, and expected to be worth so many days later.
    pub fn birth(&self, history: &History, days: u32) -> Worth {
        let (contribution, share) = self.contribution(history);
        let newcomer = self.newcomer.get(days as usize).or(self.newcomer.last());
        newcomer.copied().unwrap_or_default().times(contribution, share)
    }

    /// What a purchase brings, in minor units, and the margin in a unit of spend.
    fn contribution(&self, history: &History) -> (f64, Option<f64>) {
        let (spend, share) = self.models.purchase(history, self.minor_digits);
        (spend * share.unwrap_or(1.0), share)
    }

    fn prospects(&self, path: &Path<'_>) -> Vec<(f64, Prospect)> {
        let members = self.models.lifetime.blend.members.iter();
        members
            .map(|member| {
                let forecaster = member.model.forecaster(path.repeats.len(), self.horizon);
                (member.weight, forecaster.prospect(path))
            })
            .collect()
    }

    /// What is expected of one whose purchases bring one minor unit, up to so many days later.
    fn judged(&self, prospects: &[(f64, Prospect)], days: Option<f64>) -> Worth {
        let mut judged = Worth::default();
        for (weight, prospect) in prospects {
            judged.alive += weight * prospect.p_alive;
            match days {
                Some(days) => {
                    let one = worth(prospect, 1.0, self.rate, days);
                    judged.value += weight * one.value;
                    judged.expected_margin += weight * one.expected_margin;
                    judged.expected_closing += weight * one.expected_closing;
                    judged.expected_alive += weight * one.expected_alive;
                }
                None => judged.value += weight * prospect.residual(per_week(self.rate)),
            }
        }
        if days.is_none() {
            (judged.expected_closing, judged.expected_alive) = (judged.value, judged.alive);
        }
        judged
    }
}

impl Worth {
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
