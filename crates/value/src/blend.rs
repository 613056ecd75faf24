//! Several models as one: each customer's future is the weighted mixture of what the members say.
//!
//! No member is right. What each foretold of the base's own past decides how much it counts (see [`crate::backtest`]);
//! the mixture then carries the uncertainty of which model holds, and of their parameters where the base is small.
//! Geweke & Amisano (2011), "Optimal Prediction Pools", Journal of Econometrics 164(1), on pools of predictive
//! densities; the weights here are softened, since customers of one period share what the period brings.

mod few;

pub use few::Few;

use crate::lifetime::{Evidence, Forecaster, Kind, Model, Path, Prospect, Tail, fit_kind};
use maths::{Cholesky, normal_quantile};

/// A member of a blend.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its share in the mixture, 0 to 1.
    pub weight: f64,
    /// The fitted model.
    pub model: Model,
}

/// Models with weights that add up to one.
#[derive(Clone, Debug, PartialEq)]
pub struct Blend {
    /// The members, heaviest first.
    pub members: Vec<Member>,
    /// Standard deviation of what moves all customers together over a horizon (seasons, the economy, prices), as a
    /// share of the total: from the back-test, drawn towards [`USUAL_SHOCK`].
    pub shock: f64,
    /// Few who buy like nobody else, where there are any and the back-test is better with them.
    pub few: Option<Few>,
}

/// What a member counts before anything is known of it: most for some regularity in the times of purchase, which
/// keeps long silences from being overrated; the rest for leaving after a purchase, for a lifetime of one's own, and
/// for nobody leaving (who looks lost may come back). Decision 0007 tells how they were found.
pub const PRIOR: [(Kind, f64); 5] = [
    (Kind::MbgCnbd2, 0.45),
    (Kind::BgCnbd2, 0.20),
    (Kind::ParetoNbd, 0.15),
    (Kind::MbgNbd, 0.10),
    (Kind::Nbd, 0.10),
];

/// The standard deviation of a common shock before anything is known of it.
pub const USUAL_SHOCK: f64 = 0.10;

/// Customers that the drifting members are fitted on, at most.
const MOST_PATHS: usize = 6_000;
/// Draws of parameters that a small base is valued with.
const MOST_DRAWS: usize = 16;
/// Customers times draws; above it the parameters of the base are as good as known.
const ENOUGH: usize = 10_000;

impl Blend {
    /// One model alone.
    pub fn single(model: Model) -> Blend {
        Blend { members: vec![Member { weight: 1.0, model }], shock: USUAL_SHOCK, few: None }
    }

    /// Makes the members ready for many customers; `fitted_on` is the number of customers that they were fitted on,
    /// `most` the largest number of repeat purchases to come.
    pub fn forecaster(&self, fitted_on: usize, most: usize, horizon: f64) -> BlendForecaster {
        let drawn = self.drawn(fitted_on);
        let models = drawn.members.into_iter().map(|member| (member.weight, member.model)).collect();
        BlendForecaster { models, most, horizon, shock: self.shock, few: self.few }
    }

    /// The blend with each member at several draws of its parameters, which the fewer customers they were fitted on
    /// the less are known; one draw, the parameters themselves, for large bases.
    pub(crate) fn drawn(&self, fitted_on: usize) -> Blend {
        let draws = (ENOUGH / fitted_on.max(1)).clamp(1, MOST_DRAWS);
        let members = self.members.iter().flat_map(|member| {
            let draws = if member.model.fit().covariance.is_some() { draws } else { 1 };
            let weight = member.weight / draws as f64;
            draws_of(&member.model, draws).into_iter().map(move |model| Member { weight, model })
        });
        Blend { members: members.collect(), shock: self.shock, few: self.few }
    }
}

impl Blend {
    /// Expected purchases of all customers of `evidence`: for each member its weight, and the total at a few draws of
    /// its parameters. `fitted_on` is the number of customers that the parameters were fitted on.
    pub fn totals(&self, evidence: &Evidence<'_>, horizon: f64, fitted_on: usize) -> Vec<(f64, Vec<f64>)> {
        const DRAWS: usize = 6;
        // Beyond this, parameters are as good as known.
        let draws = if fitted_on > 20 * MOST_PATHS { 1 } else { DRAWS };
        let total = |model: Model| {
            let forecaster = model.forecaster(evidence.most(), horizon);
            let paths = evidence.paths.iter();
            paths.map(|path| forecaster.prospect(path).expected_transactions(horizon)).sum()
        };
        self.members
            .iter()
            .map(|member| (member.weight, draws_of(&member.model, draws).into_iter().map(total).collect()))
            .collect()
    }
}

/// The model at draws from the normal approximation of its parameters; itself alone where one draw is asked for.
fn draws_of(model: &Model, draws: usize) -> Vec<Model> {
    let covariance = model.fit().covariance;
    let (Some(covariance), true) = (covariance, draws > 1) else {
        return vec![model.clone(); draws];
    };
    let n = covariance.len();
    let Some(root) = Cholesky::of(n, &covariance.concat()) else { return vec![model.clone(); draws] };
    (0..draws)
        .map(|draw| {
            // Points of Richtmyer's sequence, spread evenly; each with its mirror image, so that the mean stands.
            let mirrored = if draw % 2 == 0 { 1.0 } else { -1.0 };
            let point: Vec<f64> = (0..n)
                .map(|k| {
                    const PRIMES: [f64; 6] = [2.0, 3.0, 5.0, 7.0, 11.0, 13.0];
                    let u = ((draw / 2 + 1) as f64 * PRIMES[k % 6].sqrt()).fract();
                    mirrored * normal_quantile(u.clamp(0.01, 0.99))
                })
                .collect();
            model.moved(&root.correlate(&point))
        })
        .collect()
}

/// A blend made ready for many customers.
pub struct BlendForecaster {
    models: Vec<(f64, Model)>,
    most: usize,
    horizon: f64,
    shock: f64,
    few: Option<Few>,
}

impl BlendForecaster {
    /// The members' own forecasters, to be kept while customers pass.
    pub fn ready(&self) -> ReadyBlend<'_> {
        ReadyBlend {
            members: self
                .models
                .iter()
                .map(|(weight, model)| (*weight, model.forecaster(self.most, self.horizon)))
                .collect(),
            horizon: self.horizon,
            shock: self.shock,
            few: self.few,
        }
    }
}

/// See [`BlendForecaster::ready`].
pub struct ReadyBlend<'a> {
    members: Vec<(f64, Forecaster<'a>)>,
    horizon: f64,
    shock: f64,
    few: Option<Few>,
}

impl ReadyBlend<'_> {
    /// Puts the customer's future purchases into `tail` and gives the chance that the customer is active.
    pub fn forecast(&self, path: &Path<'_>, tail: &mut Tail) -> f64 {
        self.forecast_within(path, self.horizon, tail)
    }

    /// The same for a part of the horizon, in weeks.
    pub(crate) fn forecast_within(&self, path: &Path<'_>, weeks: f64, tail: &mut Tail) -> f64 {
        tail.clear();
        let mut p_alive = 0.0;
        for (weight, forecaster) in &self.members {
            let prospect = forecaster.prospect(path);
            p_alive += weight * prospect.p_alive;
            for (chance, prospect) in Few::split(self.few.as_ref(), path, prospect) {
                self.add(prospect, weeks, weight * chance, tail);
            }
        }
        p_alive
    }

    /// Adds a prospect, moved by the shock that all customers share.
    fn add(&self, mut prospect: Prospect, weeks: f64, weight: f64, tail: &mut Tail) {
        // It multiplies the rate by a gamma of mean one.
        let spread = 1.0 / prospect.shape;
        let shocked = 1.0 / (spread + self.shock * self.shock * (1.0 + spread));
        if prospect.rhythm.phases() == 1 {
            prospect.exposure *= shocked / prospect.shape;
            prospect.shape = shocked;
        }
        tail.add(&prospect, weeks, weight);
    }
}

/// Fits every member of [`PRIOR`], each beside its drifting form, and gives them weights before any back-test: the
/// prior, split between a model and its drifting form by the Bayesian information criterion.
pub fn fit_members(evidence: &Evidence<'_>, horizon: f64) -> Vec<Member> {
    fit_forms(evidence, horizon, |_| true).members()
}

/// What fitting the members came to.
pub(crate) struct Forms {
    /// Every form that could be fitted, also one whose share is nothing beside its kin.
    pub fitted: Vec<Member>,
    /// Those whose search did not end at a maximum.
    pub failed: Vec<Kind>,
}

impl Forms {
    /// Those with a share.
    pub fn members(self) -> Vec<Member> {
        self.fitted.into_iter().filter(|member| member.weight > 0.0).collect()
    }
}

/// The other form of a model: drifting for steady, steady for drifting.
pub(crate) fn kin(kind: Kind) -> Option<Kind> {
    const KIN: [(Kind, Kind); 3] = [
        (Kind::MbgNbd, Kind::DriftingMbg),
        (Kind::ParetoNbd, Kind::DriftingPareto),
        (Kind::Nbd, Kind::Drifting),
    ];
    KIN.iter().find_map(|&(steady, drifting)| match kind {
        _ if kind == steady => Some(drifting),
        _ if kind == drifting => Some(steady),
        _ => None,
    })
}

/// Fits the wanted forms of every member of [`PRIOR`]; see [`fit_members`].
pub(crate) fn fit_forms(evidence: &Evidence<'_>, horizon: f64, wanted: impl Fn(Kind) -> bool) -> Forms {
    let (mut fitted, mut failed) = (Vec::new(), Vec::new());
    let mut fit = |kind: Kind| {
        let model = wanted(kind).then(|| fit_kind(kind, evidence, horizon, MOST_PATHS))?;
        if !model.fit().converged {
            failed.push(kind);
            return None;
        }
        Some(model)
    };
    for (kind, weight) in PRIOR {
        if weight <= 0.0 {
            continue;
        }
        match (fit(kind), kin(kind).and_then(&mut fit)) {
            (Some(steady), Some(drifts)) => {
                let sample = evidence.sample(MOST_PATHS);
                let on_sample = sample.as_ref().map(|sample| fit_kind(kind, sample, horizon, MOST_PATHS));
                let compared = on_sample.as_ref().unwrap_or(&steady).fit();
                let gain = 0.5 * (compared.bic() - drifts.fit().bic());
                let share = 1.0 / (1.0 + (-gain).exp());
                fitted.push(Member { weight: weight * share, model: drifts });
                fitted.push(Member { weight: weight * (1.0 - share), model: steady });
            }
            (one, other) => fitted.extend(one.or(other).map(|model| Member { weight, model })),
        }
    }
    Forms { fitted, failed }
}
