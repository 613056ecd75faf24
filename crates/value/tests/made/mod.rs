//! Customers made with known parameters, by every lifetime model.

use rand::Rng;
use rand_pcg::Pcg64;
use value::lifetime::cnbd_k::{self, Variant};
use value::lifetime::{Group, Prospect, Timing, bg_nbd, ggom_nbd, mbg_nbd, nbd, pareto_nbd};

/// A stream of random numbers; the same seed gives the same customers.
pub struct Chance(Pcg64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(Pcg64::new(u128::from(seed), 0x0a02_bdbf_7bb3_c0a7_ac28_fa16_a64a_bf96))
    }

    /// Between 0 and 1, both excluded.
    pub fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// From `low` to `high`, evenly in logarithms.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low * (high / low).powf(self.uniform())
    }

    pub fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }

    pub fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Marsaglia & Tsang (2000), "A Simple Method for Generating Gamma Variables".
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * self.uniform().powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.uniform().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.gamma(a), self.gamma(b));
        if x + y > 0.0 { x / (x + y) } else { a / (a + b) }
    }
}

/// A model with its true parameters.
#[derive(Clone, Copy, Debug)]
pub enum Truth {
    Nbd(nbd::Params),
    Pareto(pareto_nbd::Params),
    Bg(bg_nbd::Params),
    Mbg(mbg_nbd::Params),
    Cnbd(cnbd_k::Params),
    Gompertz(ggom_nbd::Params),
}

/// One made customer: what is known at `timing.age`, and what follows.
pub struct Made {
    pub timing: Timing,
    pub ln_gaps: f64,
    pub alive: bool,
    pub later_purchases: u32,
}

/// How one customer may leave.
enum Leaves {
    Never,
    At(f64),
    After { chance: f64, at_first: bool },
}

impl Truth {
    /// A customer seen for `age` and for `horizon` after that.
    pub fn customer(&self, age: f64, horizon: f64, chance: &mut Chance) -> Made {
        let (rate, k, leaves) = match *self {
            Truth::Nbd(nbd::Params { r, alpha }) => (chance.gamma(r) / alpha, 1, Leaves::Never),
            Truth::Pareto(pareto_nbd::Params { r, alpha, s, beta }) => {
                let leaving = chance.gamma(s) / beta;
                (chance.gamma(r) / alpha, 1, Leaves::At(chance.exponential() / leaving))
            }
            Truth::Gompertz(ggom_nbd::Params { r, alpha, b, s, beta }) => {
                let level = chance.gamma(s) / beta;
                (chance.gamma(r) / alpha, 1, Leaves::At((chance.exponential() / level).ln_1p() / b))
            }
            Truth::Bg(bg_nbd::Params { r, alpha, a, b }) => {
                (chance.gamma(r) / alpha, 1, Leaves::After { chance: chance.beta(a, b), at_first: false })
            }
            Truth::Mbg(mbg_nbd::Params { r, alpha, a, b }) => {
                (chance.gamma(r) / alpha, 1, Leaves::After { chance: chance.beta(a, b), at_first: true })
            }
            Truth::Cnbd(cnbd_k::Params { variant, k, r, alpha, a, b }) => {
                let at_first = variant == Variant::Mbg;
                (chance.gamma(r) / alpha, k, Leaves::After { chance: chance.beta(a, b), at_first })
            }
        };
        let timing = Timing { repeat_purchases: 0, recency: 0.0, age };
        let mut made = Made { timing, ln_gaps: 0.0, alive: true, later_purchases: 0 };
        if let Leaves::After { chance: leaving, at_first: true } = leaves
            && chance.uniform() < leaving
        {
            made.alive = false;
            return made;
        }
        if let Leaves::At(end) = leaves {
            made.alive = end > age;
        }
        let mut time = 0.0;
        // A base of a few hundred purchases a customer is as good as one of a million.
        while made.timing.repeat_purchases + made.later_purchases < 5_000 {
            let gap: f64 = (0..k).map(|_| chance.exponential() / rate).sum();
            time += gap;
            if time > age + horizon || matches!(leaves, Leaves::At(end) if time > end) {
                break;
            }
            if time <= age {
                made.timing.repeat_purchases += 1;
                made.timing.recency = time;
                made.ln_gaps += gap.ln();
            } else {
                made.later_purchases += 1;
            }
            if let Leaves::After { chance: leaving, .. } = leaves
                && chance.uniform() < leaving
            {
                made.alive = made.alive && time > age;
                break;
            }
        }
        made
    }

    /// Customers of ages between a third and one and a half of `horizon`.
    pub fn customers(&self, count: usize, horizon: f64, chance: &mut Chance) -> Vec<Made> {
        (0..count)
            .map(|i| self.customer(horizon * (0.3 + (i % 100) as f64 / 80.0), horizon, chance))
            .collect()
    }

    pub fn prospect(&self, timing: &Timing) -> Prospect {
        match self {
            Truth::Nbd(params) => nbd::prospect(timing, params),
            Truth::Pareto(params) => pareto_nbd::prospect(timing, params),
            Truth::Bg(params) => bg_nbd::prospect(timing, params),
            Truth::Mbg(params) => mbg_nbd::prospect(timing, params),
            Truth::Cnbd(params) => cnbd_k::prospect(timing, params),
            Truth::Gompertz(params) => ggom_nbd::prospect(timing, params),
        }
    }

    /// The log-likelihood of customers at these parameters.
    pub fn log_likelihood(&self, groups: &[Group]) -> f64 {
        groups
            .iter()
            .map(|Group { timing, customers, ln_gaps }| {
                let one = match self {
                    Truth::Nbd(params) => nbd::log_likelihood(timing, params),
                    Truth::Pareto(params) => pareto_nbd::log_likelihood(timing, params),
                    Truth::Bg(params) => bg_nbd::log_likelihood(timing, params),
                    Truth::Mbg(params) => mbg_nbd::log_likelihood(timing, params),
                    Truth::Cnbd(params) => {
                        cnbd_k::log_likelihood(timing, params)
                            + cnbd_k::ln_of_gaps(
                                timing.repeat_purchases,
                                ln_gaps / f64::from(*customers),
                                params.k,
                            )
                    }
                    Truth::Gompertz(params) => ggom_nbd::log_likelihood(timing, params),
                };
                f64::from(*customers) * one
            })
            .sum()
    }
}

pub fn groups(customers: &[Made]) -> Vec<Group> {
    customers.iter().map(|made| Group { timing: made.timing, customers: 1, ln_gaps: made.ln_gaps }).collect()
}
