//! The predictive distribution of one customer's future purchases.
//!
//! For every model with a gamma rate, what the past says fits in a few numbers: the chance of being alive, the gamma
//! of the rate, the rhythm (purchases at random, or every k-th tick of a faster clock) and the way of leaving. Two
//! forms cover the family.
//!
//! Leaving after a purchase (BG/NBD and its kin): the number of purchases in the next `t` exceeds n exactly when the
//! customer is alive, would make more than n purchases if nobody ever left (a count N), and stays after each of the
//! first n:
//!
//! ```text
//! P(Y > n) = P(alive) · S_n · P(N > n),    S_n = B(a, b + n) / B(a, b).
//! ```
//!
//! This is the conditional form of Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way", Marketing
//! Science 24(2), eq. 8, with its two terms put together. With k ticks a purchase and j of them passed, N > n means
//! at least k (n + 1) − j ticks, a negative binomial count (Reutterer, Platzer & Schröder 2021, "Leveraging purchase
//! regularity for predicting customer behavior the easy way", IJRM 38(1)).
//!
//! Leaving at a time of its own (Pareto/NBD, Gamma-Gompertz/NBD): with f the density of the time of the (n + 1)-th
//! purchase and S the survival of the life that remains,
//!
//! ```text
//! P(Y > n) = P(alive) · ∫₀ᵗ f_(n+1)(u) S(u) du,
//! ```
//!
//! where u / (exposure + u) is beta distributed with n + 1 and the shape of the rate. Every moment is a sum or an
//! integral of positive terms, so the known traps of the closed forms with ₂F₁ (a near 1, a + b below 1, s near 1,
//! long horizons) do not arise.

use maths::{
    beta_regularised, gauss_legendre, integrate_logistic, ln_gamma, ln_integral, ln_integral_within,
    ln_rising,
};

/// What is known of one customer's future at the end of the data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prospect {
    /// Chance that the customer has not left, 0 to 1.
    pub p_alive: f64,
    /// Shape of the gamma distribution of the rate, given alive and no tick passed since the last purchase.
    pub shape: f64,
    /// Its scale parameter, a time: the mean rate is `shape / exposure`.
    pub exposure: f64,
    /// How purchases follow each other; [`Rhythm::RANDOM`] with a [`Leaving::Lifetime`] or [`Leaving::Gompertz`].
    pub rhythm: Rhythm,
    /// How the customer may leave.
    pub leaving: Leaving,
}

/// The most ticks a purchase that a [`Rhythm`] can have.
pub const MOST_PHASES: usize = 6;

/// How purchases follow each other: every k-th tick of a Poisson clock is one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rhythm {
    phases: u8,
    weights: [f64; MOST_PHASES],
}

impl Rhythm {
    /// Purchases at random, without memory: each tick is one.
    pub const RANDOM: Rhythm = Rhythm { phases: 1, weights: [1.0, 0.0, 0.0, 0.0, 0.0, 0.0] };

    /// As many ticks a purchase as there are `weights` (one to [`MOST_PHASES`]); weight j is that of j ticks having
    /// passed since the last purchase. They are scaled to add up to one.
    pub fn new(weights: &[f64]) -> Rhythm {
        let phases = weights.len().clamp(1, MOST_PHASES);
        let sum: f64 = weights[..phases.min(weights.len())].iter().sum();
        let mut scaled = [0.0; MOST_PHASES];
        if sum > 0.0 && sum.is_finite() {
            for (scaled, weight) in scaled.iter_mut().zip(weights) {
                *scaled = weight / sum;
            }
        } else {
            scaled[0] = 1.0;
        }
        Rhythm { phases: phases as u8, weights: scaled }
    }

    /// `phases` ticks a purchase, of which `passed` have passed for certain.
    pub(super) fn certain(phases: usize, passed: usize) -> Rhythm {
        let mut weights = [0.0; MOST_PHASES];
        weights[passed.min(MOST_PHASES - 1)] = 1.0;
        Rhythm { phases: phases as u8, weights }
    }

    /// Ticks a purchase, k.
    pub fn phases(&self) -> usize {
        usize::from(self.phases)
    }

    /// The chance of each number of ticks having passed since the last purchase, 0 to k − 1; adds up to one.
    pub fn weights(&self) -> &[f64] {
        &self.weights[..self.phases()]
    }
}

/// How a customer may leave; each form's parameters are what the past has made of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Leaving {
    /// Nobody leaves.
    Never,
    /// After any purchase, with a chance that is beta distributed.
    AfterPurchase {
        /// First parameter of the beta distribution; 0 means nobody leaves.
        leave: f64,
        /// Second parameter of it.
        stay: f64,
    },
    /// At a constant rate that is gamma distributed: the life that remains has a Pareto distribution.
    Lifetime {
        /// Shape of the gamma distribution.
        shape: f64,
        /// Its scale parameter, a time.
        scale: f64,
    },
    /// At a rate that grows with time as e^(growth · t), times a factor that is gamma distributed.
    Gompertz {
        /// Shape of the gamma distribution.
        shape: f64,
        /// Its scale parameter, a plain number.
        scale: f64,
        /// Growth per unit of time, above zero.
        growth: f64,
    },
}

impl Leaving {
    /// ln of the chance that one who is active now still is after `duration`, where leaving has a time of its own.
    pub(super) fn ln_survival(&self, duration: f64) -> f64 {
        match *self {
            Leaving::Never | Leaving::AfterPurchase { .. } => 0.0,
            Leaving::Lifetime { shape, scale } => -shape * (duration / scale).ln_1p(),
            Leaving::Gompertz { shape, scale, growth } => {
                let grown = growth * duration;
                -shape
                    * if grown < 600.0 {
                        (grown.exp_m1() / scale).ln_1p()
                    } else {
                        (grown - scale.ln()).max(0.0)
                    }
            }
        }
    }

    /// A time on which survival changes.
    pub(super) fn time_scale(&self) -> f64 {
        match *self {
            Leaving::Never | Leaving::AfterPurchase { .. } => f64::INFINITY,
            Leaving::Lifetime { shape, scale } => scale / shape.max(1.0),
            Leaving::Gompertz { shape, scale, growth } => (scale / shape.max(1.0)).ln_1p() / growth,
        }
    }

    /// ∫ over (0, `duration`) of e^(−`rate` u) times the survival; `duration` may be infinite.
    fn time_alive(&self, duration: f64, rate: f64) -> f64 {
        if let (Leaving::Lifetime { shape, scale }, true) = (*self, rate == 0.0) {
            // (1 − e^−z) / z with z = (s − 1) L keeps s near 1 and short horizons exact.
            let long = (duration / scale).ln_1p();
            let z = (shape - 1.0) * long;
            if long == f64::INFINITY {
                return if shape > 1.0 { scale / (shape - 1.0) } else { f64::INFINITY };
            }
            return scale * if z.abs() < 1e-9 { long * (1.0 - 0.5 * z) } else { -(-z).exp_m1() * long / z };
        }
        self.integral(duration, rate, |_| 0.0)
    }

    /// ∫ of 2 u times the survival over (0, `duration`), finite.
    fn time_alive_square(&self, duration: f64) -> f64 {
        2.0 * self.integral(duration, 0.0, f64::ln)
    }

    /// ∫ over (0, `duration`) of e^(−`rate` u) times the survival times e^`ln_factor`(u).
    fn integral(&self, duration: f64, rate: f64, ln_factor: impl Fn(f64) -> f64) -> f64 {
        let unit = self.time_scale().min(duration).min(if rate > 0.0 { 1.0 / rate } else { f64::INFINITY });
        let reach = match *self {
            _ if duration.is_finite() => duration,
            Leaving::Gompertz { shape, scale, growth } => {
                let decay = rate + shape * growth;
                if decay <= 0.0 {
                    return f64::INFINITY;
                }
                // Past the bend of the curve, the logarithm falls along a line.
                scale.ln().max(0.0) / growth + 60.0 / decay
            }
            _ if rate > 0.0 => 60.0 / rate,
            _ => return f64::INFINITY,
        };
        let far = (reach / unit).ln_1p();
        // u = unit · (e^y − 1): equal steps in y follow the curve at the beginning and far out.
        ln_integral(0.0, far, |y| {
            let u = unit * y.exp_m1();
            -rate * u + self.ln_survival(u) + ln_factor(u) + y
        })
        .exp()
            * unit
    }
}

/// A summary of the distribution of the number of purchases within a horizon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// Expected number.
    pub mean: f64,
    /// Variance of the number.
    pub variance: f64,
    /// Chance of none at all.
    pub none: f64,
    /// The quantiles at 2.5 %, 10 %, 50 %, 90 % and 97.5 %: the smallest n with P(Y ≤ n) at least that.
    pub quantiles: [u32; 5],
}

/// How long a customer will still buy, from the end of the data on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RemainingLife {
    /// Expected time until the customer leaves, zero for one who has left; may be infinite.
    pub expected: f64,
    /// Its median; may be infinite.
    pub median: f64,
    /// Expected time for a customer who is active now; may be infinite.
    pub expected_if_alive: f64,
    /// Its median for a customer who is active now; may be infinite.
    pub median_if_alive: f64,
}

/// When a customer will buy next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NextPurchase {
    /// Chance that there will be one at all.
    pub chance: f64,
    /// Median time until it, if there is one.
    pub median: f64,
}

/// The levels of [`Forecast::quantiles`].
pub(crate) const LEVELS: [f64; 5] = [0.025, 0.1, 0.5, 0.9, 0.975];

/// Where the sums would need more terms than this, integrals take over.
const MOST_TERMS: f64 = 30_000.0;

/// From this many ticks on, ticks and purchases k times rarer cannot be told apart.
const COUNTLESS: f64 = 3e6;

impl Prospect {
    /// Expected number, variance and quantiles of the purchases within `duration`, in the unit of `exposure`.
    ///
    /// With W_j the sum of S_n for n < j, the mean is P(alive) · Σ P(N = j) W_j; the second moment weighs S_n by
    /// 2n + 1. Relative error about 1e-12. Finite for every prospect with positive `shape` and `exposure`.
    ///
    /// ```
    /// use value::lifetime::{Leaving, Prospect, Rhythm};
    /// // A customer who buys about twice a month, for certain active, as regular as every third tick of a clock.
    /// let (shape, exposure) = (60.0, 10.0);
    /// let rhythm = Rhythm::new(&[1.0, 0.0, 0.0]);
    /// let regular = Prospect { p_alive: 1.0, shape, exposure, rhythm, leaving: Leaving::Never };
    /// let random = Prospect { shape: 20.0, rhythm: Rhythm::RANDOM, ..regular };
    /// // Regular customers are easier to foresee.
    /// assert!(regular.forecast(6.0).variance < random.forecast(6.0).variance);
    /// ```
    pub fn forecast(&self, duration: f64) -> Forecast {
        if duration.is_nan() || duration <= 0.0 || self.p_alive <= 0.0 {
            return Forecast { mean: 0.0, variance: 0.0, none: 1.0, quantiles: [0; 5] };
        }
        let (leave, stay) = match self.leaving {
            Leaving::Never => (0.0, 1.0),
            Leaving::AfterPurchase { leave, stay } => (leave, stay),
            Leaving::Lifetime { .. } | Leaving::Gompertz { .. } => {
                return self.forecast_with_a_life(duration);
            }
        };
        let counting = Counting { shape: self.shape, exposure: self.exposure, leave, stay };
        let given_alive = match self.rhythm.phases() {
            1 => counting.forecast(duration, self.p_alive),
            phases => {
                let ticks = self.shape * duration / self.exposure;
                if ticks > COUNTLESS {
                    let rarer = Counting { exposure: self.exposure * phases as f64, ..counting };
                    rarer.forecast(duration, self.p_alive)
                } else {
                    counting.forecast_ticks(duration, self.p_alive, &self.rhythm)
                }
            }
        };
        self.summary(given_alive)
    }

    /// Expected number of purchases within `duration`.
    ///
    /// ```
    /// use value::lifetime::{Leaving, Prospect, Rhythm};
    /// let leaving = Leaving::Lifetime { shape: 0.6, scale: 50.0 };
    /// let prospect = Prospect { p_alive: 0.8, shape: 5.5, exposure: 49.0, rhythm: Rhythm::RANDOM, leaving };
    /// // At first, purchases come at the mean rate of an active customer; later some have left.
    /// assert!((prospect.expected_transactions(0.01) - 0.8 * 5.5 / 49.0 * 0.01).abs() < 1e-6);
    /// assert!(prospect.expected_transactions(100.0) < 0.8 * 5.5 / 49.0 * 100.0);
    /// ```
    pub fn expected_transactions(&self, duration: f64) -> f64 {
        match self.leaving {
            Leaving::Lifetime { .. } | Leaving::Gompertz { .. } if duration > 0.0 => {
                self.p_alive * self.shape / self.exposure * self.leaving.time_alive(duration, 0.0)
            }
            Leaving::Never if duration > 0.0 && self.rhythm.phases() == 1 => {
                self.p_alive * self.shape / self.exposure * duration
            }
            Leaving::AfterPurchase { leave, stay } if duration > 0.0 && self.rhythm.phases() == 1 => {
                let counting = Counting { shape: self.shape, exposure: self.exposure, leave, stay };
                match counting.long_mean(duration) {
                    Some(mean) => self.p_alive * mean,
                    None => self.forecast(duration).mean,
                }
            }
            _ => self.forecast(duration).mean,
        }
    }

    /// P(Y > n), the chance of more than `n` purchases within `duration`.
    ///
    /// ```
    /// use value::lifetime::{Leaving, Prospect, Rhythm};
    /// let leaving = Leaving::AfterPurchase { leave: 0.8, stay: 4.4 };
    /// let prospect = Prospect { p_alive: 0.7, shape: 2.2, exposure: 43.0, rhythm: Rhythm::RANDOM, leaving };
    /// let (any, many) = (prospect.p_more_than(0, 39.0), prospect.p_more_than(4, 39.0));
    /// assert!(any < 0.7 && many < any && many > 0.0);
    /// ```
    pub fn p_more_than(&self, n: u32, duration: f64) -> f64 {
        if duration.is_nan() || duration <= 0.0 {
            return 0.0;
        }
        let (leave, stay) = match self.leaving {
            Leaving::Never => (0.0, 1.0),
            Leaving::AfterPurchase { leave, stay } => (leave, stay),
            Leaving::Lifetime { .. } | Leaving::Gompertz { .. } => {
                return self.p_alive * self.purchase_before(n, duration).min(1.0);
            }
        };
        let tries = if duration == f64::INFINITY { 1.0 } else { duration / (self.exposure + duration) };
        let phases = self.rhythm.phases() as f64;
        let reaches: f64 = self
            .rhythm
            .weights()
            .iter()
            .enumerate()
            .filter(|(_, weight)| **weight > 0.0)
            .map(|(passed, weight)| {
                let passed = passed as f64;
                weight * beta_regularised(phases * (f64::from(n) + 1.0) - passed, self.shape + passed, tries)
            })
            .sum();
        self.p_alive * staying(leave, stay, n) * reaches
    }

    /// The whole distribution: P(Y = n) for n = 0, 1, … until the rest is below 1e-12, or `most` values.
    pub fn probabilities(&self, duration: f64, most: usize) -> Vec<f64> {
        let mut probabilities = Vec::new();
        let mut above = 1.0;
        for n in 0..most as u32 {
            let next = self.p_more_than(n, duration);
            probabilities.push((above - next).max(0.0));
            above = next;
            if above < 1e-12 {
                break;
            }
        }
        probabilities
    }

    /// Discounted expected residual transactions (DERT): the purchases of all the future, each worth e^(−`rate` · time)
    /// of one today. `rate` is continuous, per unit of time of the `exposure`: ln(1 + yearly) over the units in a year.
    ///
    /// Pareto/NBD: Fader, Hardie & Lee (2005), "RFM and CLV: Using Iso-Value Curves", J. Marketing Research 42, eq. 4.
    /// Leaving after a purchase: with q = λ / (λ + rate), the factor by which one tick discounts, the sum over
    /// purchases is q^(k − j) / (1 − (1 − p) q^k), averaged over the rate λ and the chance p. Finite for every positive rate. Without
    /// discounting it is infinite unless customers leave for certain and soon enough (a > 1, s > 1, or ageing), and
    /// then the answer is `+∞`; so it is for a negative rate, except under strong enough ageing.
    ///
    /// ```
    /// use value::lifetime::{Leaving, Prospect, Rhythm};
    /// let leaving = Leaving::AfterPurchase { leave: 2.0, stay: 6.0 };
    /// let prospect = Prospect { p_alive: 0.9, shape: 3.0, exposure: 40.0, rhythm: Rhythm::RANDOM, leaving };
    /// // 15 % a year, in weeks.
    /// let discounted = prospect.residual(1.15_f64.ln() / 52.18);
    /// let all = prospect.residual(0.0); // (a + b − 1) / (a − 1) purchases on average, if alive
    /// assert!(discounted < all && (all - 0.9 * 7.0).abs() < 1e-12);
    /// ```
    pub fn residual(&self, rate: f64) -> f64 {
        if self.p_alive <= 0.0 {
            return 0.0;
        }
        let (leave, stay) = match self.leaving {
            Leaving::Lifetime { .. } | Leaving::Gompertz { .. } => {
                return self.p_alive * self.shape / self.exposure
                    * self.leaving.time_alive(f64::INFINITY, rate);
            }
            Leaving::Never => (0.0, 1.0),
            Leaving::AfterPurchase { leave, stay } => (leave, stay),
        };
        if rate.is_nan() || rate <= 0.0 {
            let endless = rate.is_nan() || rate < 0.0 || leave <= 1.0;
            return if endless { f64::INFINITY } else { self.p_alive * (leave + stay - 1.0) / (leave - 1.0) };
        }
        let phases = self.rhythm.phases();
        if leave == 0.0 && phases == 1 {
            return self.p_alive * self.shape / self.exposure / rate;
        }
        let chances = Chances::of(leave, stay);
        let mut sum = 0.0;
        for (passed, weight) in self.rhythm.weights().iter().enumerate().filter(|(_, weight)| **weight > 0.0)
        {
            sum += weight * self.residual_passed(rate, phases, passed, &chances);
        }
        self.p_alive * sum
    }

    /// Discounted expected remaining life: the time that the customer will still be active, each moment worth
    /// e^(−`rate` · time) of one today, in the unit of time of the `exposure`. `rate` is continuous and above 0; without
    /// discounting see [`Prospect::remaining_life`]. From 0 to 1 / `rate`.
    ///
    /// Where leaving has a time of its own it is the integral of e^(−δu) P(active at u). Where customers leave after a
    /// purchase, with chance p, a life ends at a purchase: E e^(−δ end) is p times the discounted purchases given p, and the
    /// life (1 − E e^(−δ end)) / δ; over the beta distribution of p, E\[p f(p)\] is a / (a + b) times the mean of f with a
    /// one higher.
    ///
    /// ```
    /// use value::lifetime::{Leaving, Prospect, Rhythm};
    /// let prospect = |leaving| Prospect { p_alive: 0.8, shape: 3.0, exposure: 40.0, rhythm: Rhythm::RANDOM, leaving };
    /// let rate = 1.1_f64.ln() / 52.18;
    /// let ever = prospect(Leaving::Never).discounted_life(rate);
    /// assert!((ever - 0.8 / rate).abs() < 1e-9);
    /// let mortal = prospect(Leaving::AfterPurchase { leave: 1.0, stay: 5.0 }).discounted_life(rate);
    /// assert!(mortal > 0.0 && mortal < ever);
    /// ```
    pub fn discounted_life(&self, rate: f64) -> f64 {
        if self.p_alive <= 0.0 {
            return 0.0;
        }
        if rate.is_nan() || rate <= 0.0 {
            return f64::INFINITY;
        }
        match self.leaving {
            Leaving::Lifetime { .. } | Leaving::Gompertz { .. } => {
                self.p_alive * self.leaving.time_alive(f64::INFINITY, rate)
            }
            Leaving::AfterPurchase { leave, stay } if leave > 0.0 => {
                let leaves = Leaving::AfterPurchase { leave: leave + 1.0, stay };
                let ends = Prospect { p_alive: 1.0, leaving: leaves, ..*self }.residual(rate);
                self.p_alive * life_of([leave, stay], ends, rate)
            }
            Leaving::Never | Leaving::AfterPurchase { .. } => self.p_alive / rate,
        }
    }

    /// Discounted purchases of one who is active and has `passed` so many ticks since the last purchase: the mean of
    /// q^(k − j) / (e + p (1 − e)) over rates and `chances` p to leave, with e the discount of a purchase's ticks.
    fn residual_passed(&self, rate: f64, phases: usize, passed: usize, chances: &Chances) -> f64 {
        let shape = self.shape + passed as f64;
        // Over ln λ around its mean; from below, the power of q brings the integrand down.
        let centre = (shape / self.exposure).ln();
        let low = centre.min(rate.ln()) - 50.0 / (shape + (phases - passed) as f64).min(50.0) - 5.0;
        // From above, its gamma density: it falls by e^−50 where e^y − 1 − y is this.
        let falls = 50.0 / shape;
        let high = centre + (2.0 * falls).sqrt().min((2.0 * falls + 4.0).ln());
        let ln = ln_integral_within(1e-10, low, high, |ln_rate| {
            let lambda = ln_rate.exp();
            // ln q, kept where λ is far above or below the rate of discount.
            let ln_q = -(rate / lambda).ln_1p();
            let left_out = -(phases as f64 * ln_q).exp_m1();
            (phases - passed) as f64 * ln_q
                + chances.mean(|p| 1.0 / (left_out + p * (1.0 - left_out))).ln()
                + shape * (ln_rate - centre)
                - shape * (ln_rate - centre).exp()
        });
        (ln + shape * shape.ln() - ln_gamma(shape)).exp()
    }

    /// P(active at `duration` from now).
    ///
    /// A customer who leaves after a purchase stays active until it: with W purchases' worth of ticks, the chance is
    /// Σ P(N = n) S_n.
    ///
    /// ```
    /// use value::lifetime::{Leaving, Prospect, Rhythm};
    /// let leaving = Leaving::Lifetime { shape: 2.0, scale: 52.0 };
    /// let prospect = Prospect { p_alive: 1.0, shape: 3.0, exposure: 40.0, rhythm: Rhythm::RANDOM, leaving };
    /// assert!((prospect.p_alive_after(52.0) - 0.25).abs() < 1e-14);
    /// ```
    pub fn p_alive_after(&self, duration: f64) -> f64 {
        if duration.is_nan() || duration <= 0.0 {
            return self.p_alive;
        }
        self.p_alive * self.still_there(duration)
    }

    /// How long the customer will remain active.
    ///
    /// Leaving after a purchase: E[time] = E[1/λ] (k E[1/p] − j), infinite unless the posterior has `shape` > 1 and
    /// `leave` > 1; a lifetime: `scale` / (`shape` − 1), infinite unless `shape` > 1. Medians exist always; they are
    /// infinite where nobody leaves.
    ///
    /// ```
    /// use value::lifetime::{Leaving, Prospect, Rhythm};
    /// let leaving = Leaving::Lifetime { shape: 0.5, scale: 10.0 };
    /// let prospect = Prospect { p_alive: 0.8, shape: 3.0, exposure: 40.0, rhythm: Rhythm::RANDOM, leaving };
    /// let life = prospect.remaining_life();
    /// assert_eq!(life.expected, f64::INFINITY); // the trap of s below one
    /// assert!((life.median_if_alive - 30.0).abs() < 1e-6);
    /// ```
    pub fn remaining_life(&self) -> RemainingLife {
        let expected_if_alive = match self.leaving {
            Leaving::Never => f64::INFINITY,
            Leaving::Lifetime { .. } | Leaving::Gompertz { .. } => {
                self.leaving.time_alive(f64::INFINITY, 0.0)
            }
            Leaving::AfterPurchase { leave, stay } => {
                let tries = if leave > 1.0 { (leave + stay - 1.0) / (leave - 1.0) } else { f64::INFINITY };
                let phases = self.rhythm.phases() as f64;
                self.rhythm
                    .weights()
                    .iter()
                    .enumerate()
                    .filter(|(_, weight)| **weight > 0.0)
                    .map(|(passed, weight)| {
                        let passed = passed as f64;
                        let shape = self.shape + passed;
                        let tick = if shape > 1.0 { self.exposure / (shape - 1.0) } else { f64::INFINITY };
                        weight * tick * (phases * tries - passed)
                    })
                    .sum()
            }
        };
        RemainingLife {
            expected: if self.p_alive > 0.0 { self.p_alive * expected_if_alive } else { 0.0 },
            median: if self.p_alive > 0.5 { self.time_when_left(0.5 / self.p_alive) } else { 0.0 },
            expected_if_alive,
            median_if_alive: self.time_when_left(0.5),
        }
    }

    /// When the customer will buy next, if at all: one who leaves after a purchase and is active buys for certain.
    ///
    /// ```
    /// use value::lifetime::{Leaving, Prospect, Rhythm};
    /// let leaving = Leaving::AfterPurchase { leave: 2.0, stay: 6.0 };
    /// let prospect = Prospect { p_alive: 0.9, shape: 3.0, exposure: 40.0, rhythm: Rhythm::RANDOM, leaving };
    /// let next = prospect.next_purchase();
    /// assert!((next.chance - 0.9).abs() < 1e-12);
    /// assert!((next.median - 40.0 * (2_f64.powf(1.0 / 3.0) - 1.0)).abs() < 1e-6);
    /// ```
    pub fn next_purchase(&self) -> NextPurchase {
        let chance = self.p_more_than(0, f64::INFINITY);
        if chance <= 0.0 {
            return NextPurchase { chance: 0.0, median: f64::INFINITY };
        }
        let guess = self.exposure / self.shape.max(1.0);
        let median = first_time(guess, |time| self.p_more_than(0, time) >= 0.5 * chance);
        NextPurchase { chance, median }
    }

    /// The time after which one active now is still active with no more than `chance`.
    pub(super) fn time_when_left(&self, chance: f64) -> f64 {
        match self.leaving {
            Leaving::Never => f64::INFINITY,
            Leaving::AfterPurchase { leave: 0.0, .. } => f64::INFINITY,
            Leaving::Lifetime { shape, scale } => scale * (-chance.ln() / shape).exp_m1(),
            Leaving::Gompertz { shape, scale, growth } => {
                let grown = (-chance.ln() / shape).exp_m1();
                (scale * grown).ln_1p() / growth
            }
            Leaving::AfterPurchase { .. } => {
                let guess = self.exposure / self.shape.max(1.0);
                first_time(guess, |time| self.still_there(time) <= chance)
            }
        }
    }

    /// The chance that one active now is after `duration`.
    fn still_there(&self, duration: f64) -> f64 {
        let Leaving::AfterPurchase { leave, stay } = self.leaving else {
            return self.leaving.ln_survival(duration).exp();
        };
        if leave == 0.0 {
            return 1.0;
        }
        let phases = self.rhythm.phases() as f64;
        let ratio = duration / self.exposure;
        let ln_beta = ln_gamma(leave) + ln_gamma(stay) - ln_gamma(leave + stay);
        if phases == 1.0 {
            // Given the rate and p, the time of leaving is exponential with rate λ p.
            return integrate_logistic(|ln_p, ln_rest| {
                (leave - 1.0) * ln_p + (stay - 1.0) * ln_rest
                    - ln_beta
                    - self.shape * (ln_p.exp() * ratio).ln_1p()
            })
            .min(1.0);
        }
        // P(left by then) = Σ (S_(n−1) − S_n) P(N ≥ n), with the difference a part a / (a + b + n) of S_n.
        let tries = if duration == f64::INFINITY { 1.0 } else { duration / (self.exposure + duration) };
        let (mut left, mut stays, mut n) = (0.0, 1.0, 0.0);
        while n < 20_000.0 {
            let reaches: f64 = (self.rhythm.weights().iter().enumerate())
                .filter(|(_, weight)| **weight > 0.0)
                .map(|(passed, weight)| {
                    let passed = passed as f64;
                    weight * beta_regularised(phases * (n + 1.0) - passed, self.shape + passed, tries)
                })
                .sum();
            let leaves = leave / (leave + stay + n);
            left += stays * leaves * reaches;
            stays *= 1.0 - leaves;
            if stays * reaches < 1e-10 {
                break;
            }
            n += 1.0;
        }
        (1.0 - left).clamp(0.0, 1.0)
    }

    /// P(the (n + 1)-th purchase comes before `duration`, and before the customer leaves), given alive; for lives that
    /// end at a time of their own.
    fn purchase_before(&self, n: u32, duration: f64) -> f64 {
        let (shape, exposure, n) = (self.shape, self.exposure, f64::from(n));
        let unit = (exposure / shape.max(1.0)).min(self.leaving.time_scale());
        // Past this, neither rate nor survival has anything left.
        let far = (duration / unit)
            .ln_1p()
            .min((50.0 / shape.min(1.0)).min(600.0) + (exposure / unit).ln().max(0.0));
        let ln_front =
            ln_gamma(shape + n + 1.0) - ln_gamma(shape) - ln_gamma(n + 1.0) - exposure.ln() + unit.ln();
        ln_integral(0.0, far, |y| {
            let u = unit * y.exp_m1();
            let power = if n > 0.0 { n * -(exposure / u).ln_1p() } else { 0.0 };
            ln_front + power - (shape + 1.0) * (u / exposure).ln_1p() + self.leaving.ln_survival(u) + y
        })
        .exp()
    }

    /// For lives that end at a time of their own: moments from the time alive, quantiles from one quadrature for all n.
    fn forecast_with_a_life(&self, duration: f64) -> Forecast {
        let rate = self.shape / self.exposure;
        let mean = rate * self.leaving.time_alive(duration, 0.0);
        let pairs = rate * (self.shape + 1.0) / self.exposure * self.leaving.time_alive_square(duration);
        let (mut none_if_alive, mut quantiles, mut found) = (1.0, [0_u32; 5], 0);
        let walked = self.walk(duration, |n, exceeds| {
            if n == 0 {
                none_if_alive = 1.0 - exceeds;
            }
            while found < 5 && self.p_alive * exceeds <= 1.0 - LEVELS[found] {
                quantiles[found] = n;
                found += 1;
            }
            found < 5
        });
        if !walked {
            quantiles = LEVELS.map(|level| self.quantile(level, duration));
            none_if_alive = 1.0 - self.purchase_before(0, duration);
        }
        self.summary(GivenAlive {
            mean,
            square: mean + pairs,
            none: none_if_alive.clamp(0.0, 1.0),
            quantiles,
        })
    }

    /// The time u of the first purchase of one who is there, up to `duration`, as nodes: the chance mass of each, and
    /// u / (exposure + u). Panels on a logarithmic scale are narrow enough for the times of up to `numbers` purchases.
    pub(super) fn first_purchase(&self, duration: f64, numbers: f64) -> Vec<(f64, f64)> {
        let (shape, exposure) = (self.shape, self.exposure);
        let unit = (exposure / shape.max(1.0)).min(self.leaving.time_scale());
        let far = (duration / unit).ln_1p();
        let panels = (far / (3.0 / (numbers + 1.0).sqrt()).min(1.0)).ceil();
        let rule = gauss_legendre(12);
        let width = far / panels;
        let mut nodes = Vec::with_capacity(panels as usize * 12);
        for panel in 0..panels as usize {
            for (node, weight) in rule.nodes.iter().zip(&rule.weights) {
                let y = width * (panel as f64 + node);
                let u = unit * y.exp_m1();
                let ln = (shape / exposure * unit * width * weight).ln()
                    - (shape + 1.0) * (u / exposure).ln_1p()
                    + self.leaving.ln_survival(u)
                    + y;
                nodes.push((ln.exp(), u / (exposure + u)));
            }
        }
        nodes
    }

    /// Visits n = 0, 1, … with P(Y > n | alive) while `wants_more`, on one set of nodes for all n: the density of the
    /// time of purchase n + 1 is that of purchase n times (shape + n) / n · u / (exposure + u). False where the walk
    /// would be too long, or does not end.
    fn walk(&self, duration: f64, mut wants_more: impl FnMut(u32, f64) -> bool) -> bool {
        // Purchases of a customer who stays, and a tail: how far the walk may go.
        let ratio = duration / self.exposure;
        let all = self.shape * ratio;
        let most = all + 6.0 * (all * (1.0 + ratio)).sqrt() + 5.0;
        if most.is_nan() || most > 400.0 || self.shape * ratio.ln_1p() > 500.0 {
            return false;
        }
        let shape = self.shape;
        let mut nodes = self.first_purchase(duration, most);
        for n in 0..3 * most as u32 + 10 {
            let exceeds: f64 = nodes.iter().map(|(mass, _)| mass).sum();
            if !wants_more(n, exceeds) {
                return true;
            }
            let next = f64::from(n) + 1.0;
            let grows = (shape + next) / next;
            for (mass, share) in &mut nodes {
                *mass *= grows * *share;
            }
        }
        false
    }

    /// P(Y > n) for n = 0, 1, … of at least `count` numbers and down to the first that is no more than `least`; `None`
    /// where these are more than `most`.
    pub(super) fn exceedances(
        &self,
        duration: f64,
        least: f64,
        count: usize,
        most: usize,
    ) -> Option<Vec<f64>> {
        let mut found = Vec::new();
        if matches!(self.leaving, Leaving::Lifetime { .. } | Leaving::Gompertz { .. }) {
            let ends = self.walk(duration, |_, exceeds| {
                found.push(self.p_alive * exceeds);
                (self.p_alive * exceeds > least || found.len() < count) && found.len() < most
            });
            if ends {
                return found.last().is_some_and(|last| *last <= least).then_some(found);
            }
            found.clear();
        }
        while found.len() < most {
            let exceeds = self.p_more_than(found.len() as u32, duration);
            found.push(exceeds);
            if exceeds <= least && found.len() >= count {
                return Some(found);
            }
        }
        None
    }

    /// The smallest n with P(Y > n) ≤ 1 − level, by doubling and bisection.
    fn quantile(&self, level: f64, duration: f64) -> u32 {
        smallest(|n| self.p_more_than(n, duration) <= 1.0 - level)
    }

    /// From moments given alive to moments.
    fn summary(&self, GivenAlive { mean, square, none, quantiles }: GivenAlive) -> Forecast {
        let mean_all = self.p_alive * mean;
        Forecast {
            mean: mean_all,
            variance: (self.p_alive * square - mean_all * mean_all).max(0.0),
            none: 1.0 - self.p_alive * (1.0 - none),
            quantiles,
        }
    }
}

/// A beta distribution as nodes and weights, for means of functions that are smooth in the logit of the chance.
pub(super) struct Chances(Vec<(f64, f64)>);

impl Chances {
    /// Equal steps in the logit, in which the density is smooth and falls like a power at either end: there the sum of
    /// what is left is that of a geometric series. Nobody leaving is one node at zero.
    pub fn of(leave: f64, stay: f64) -> Chances {
        if leave <= 0.0 {
            return Chances(vec![(0.0, 1.0)]);
        }
        // Farther out a chance is as good as zero, or one, against anything it is added to.
        const FARTHEST: f64 = 80.0;
        let mode = (leave / stay).ln().clamp(-FARTHEST + 40.0, FARTHEST - 40.0);
        let step = (0.25 * (1.0 / leave + 1.0 / stay).sqrt()).min(0.35);
        let ln_density = |logit: f64| {
            let (ln_p, ln_rest) = (-(-logit).exp().ln_1p(), -logit.exp().ln_1p());
            (ln_p, leave * ln_p + stay * ln_rest)
        };
        let top = ln_density(mode).1;
        let mut nodes = Vec::with_capacity(256);
        let mut total = 0.0;
        for (direction, power) in [(-1.0, leave), (1.0, stay)] {
            let mut n = if direction < 0.0 { 0 } else { 1 };
            loop {
                let logit = mode + direction * step * f64::from(n);
                let (ln_p, ln) = ln_density(logit);
                let mut weight = (ln - top).exp();
                let is_far = logit.abs() > FARTHEST && logit * direction > 0.0;
                if is_far {
                    weight /= -(-power * step).exp_m1();
                }
                total += weight;
                nodes.push((ln_p.exp(), weight));
                if is_far || weight < 1e-18 {
                    break;
                }
                n += 1;
            }
        }
        for (_, weight) in &mut nodes {
            *weight /= total;
        }
        Chances(nodes)
    }

    /// Calls with each chance and its weight.
    pub fn each(&self, mut with: impl FnMut(f64, f64)) {
        for (chance, weight) in &self.0 {
            with(*chance, *weight);
        }
    }

    pub fn mean(&self, of: impl Fn(f64) -> f64) -> f64 {
        self.0.iter().map(|(p, weight)| weight * of(*p)).sum()
    }
}

/// The first two moments and the chance of no purchase of one who is active; the quantiles are of all.
struct GivenAlive {
    mean: f64,
    square: f64,
    none: f64,
    quantiles: [u32; 5],
}

/// S_n, the chance to stay after each of the next n purchases.
fn staying(leave: f64, stay: f64, n: u32) -> f64 {
    if leave > 0.0 { (ln_rising(stay, n) - ln_rising(leave + stay, n)).exp() } else { 1.0 }
}

/// Discounted life of one who is active and leaves after purchases with a chance of `[leave, stay]`, from the discounted
/// purchases `ends` of one with `leave + 1`.
pub(super) fn life_of([leave, stay]: [f64; 2], ends: f64, rate: f64) -> f64 {
    (1.0 - leave / (leave + stay) * ends).clamp(0.0, 1.0) / rate
}

/// The smallest n of which `is_enough` is true, where it is false below some n and true from there on.
fn smallest(is_enough: impl Fn(u32) -> bool) -> u32 {
    if is_enough(0) {
        return 0;
    }
    let mut high = 1_u32;
    while !is_enough(high) {
        if high > u32::MAX / 2 {
            return u32::MAX;
        }
        high *= 2;
    }
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if is_enough(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// The first time at which `has_come` is true, to nine digits; infinite where it is not within 1e300.
fn first_time(guess: f64, has_come: impl Fn(f64) -> bool) -> f64 {
    let mut high = guess.clamp(1e-290, 1e290);
    let mut factor = 2.0;
    while !has_come(high) {
        if high > 1e300 {
            return f64::INFINITY;
        }
        high *= factor;
        factor *= 1.5;
    }
    let mut low = high / 2.0;
    factor = 2.0;
    while has_come(low) {
        if low < 1e-300 {
            return 0.0;
        }
        high = low;
        low /= factor;
        factor *= 1.5;
    }
    // Between two times of one sign, halfway in logarithms first and in time at the end.
    for _ in 0..200 {
        if high <= low * (1.0 + 1e-10) {
            break;
        }
        let middle =
            if high > 2.0 * low { (low.ln() * 0.5 + high.ln() * 0.5).exp() } else { 0.5 * (low + high) };
        if has_come(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// Purchases of a customer who may leave after any of them: a gamma rate and a beta chance.
#[derive(Clone, Copy)]
struct Counting {
    shape: f64,
    exposure: f64,
    leave: f64,
    stay: f64,
}

impl Counting {
    fn forecast(&self, duration: f64, p_alive: f64) -> GivenAlive {
        // Purchases if he stays, ten standard deviations and a tail: what the sums run over. Not the shape itself,
        // which has no bound where everybody buys at one rate.
        let ratio = duration / self.exposure;
        let mean = self.shape * ratio;
        let terms = mean + 10.0 * (mean * (1.0 + ratio)).sqrt() + 40.0 * (1.0 + ratio);
        if terms > MOST_TERMS {
            self.forecast_by_integrals(duration, p_alive)
        } else {
            self.forecast_by_sums(duration, p_alive)
        }
    }

    /// The mean alone where sums are so long that an integral is quicker.
    fn long_mean(&self, duration: f64) -> Option<f64> {
        const LONG: f64 = 1_000.0;
        let ratio = duration / self.exposure;
        let is_long = self.shape * ratio + 40.0 * (1.0 + ratio) > LONG;
        (is_long && self.leave >= 1e-5).then(|| self.mean_integral(ratio))
    }

    fn p_more_than(&self, n: u32, duration: f64) -> f64 {
        let tries = duration / (self.exposure + duration);
        staying(self.leave, self.stay, n) * beta_regularised(f64::from(n) + 1.0, self.shape, tries)
    }

    fn forecast_by_sums(&self, duration: f64, p_alive: f64) -> GivenAlive {
        let Counting { shape, exposure, leave, stay } = *self;
        let tries = duration / (exposure + duration);
        // Σ below starts from P(N = 0), which may be too small for an f64: then it is kept as 1 with its logarithm
        // beside, and rescaled on the way up.
        let ln_none = -shape * (duration / exposure).ln_1p();
        let (mut probability, mut ln_scale) =
            if ln_none > -700.0 { (ln_none.exp(), 0.0) } else { (1.0, ln_none) };
        let mut at_most = if ln_scale == 0.0 { probability } else { 0.0 };
        let none_if_alive = ln_none.exp();
        let (mut survives, mut waits, mut waits_square) = (1.0, 0.0, 0.0);
        let (mut mean, mut square) = (0.0, 0.0);
        let mut quantiles = [0_u32; 5];
        let mut found = 0;
        let mut j = 0.0_f64;
        loop {
            // Here `at_most` is P(N ≤ j) and `survives` is S_j.
            if found < 5 {
                let exceeds = p_alive * survives * (1.0 - at_most);
                while found < 5 && exceeds <= 1.0 - LEVELS[found] {
                    quantiles[found] = j as u32;
                    found += 1;
                }
            }
            waits += survives;
            waits_square += (2.0 * j + 1.0) * survives;
            survives *= (stay + j) / (leave + stay + j);
            probability *= tries * (shape + j) / (j + 1.0);
            j += 1.0;
            if ln_scale < 0.0 {
                if probability > 1e250 {
                    probability *= 1e-250;
                    ln_scale += 250.0 * std::f64::consts::LN_10;
                }
                if ln_scale + probability.ln() < -690.0 {
                    continue;
                }
                probability = (ln_scale + probability.ln()).exp();
                ln_scale = 0.0;
            }
            at_most += probability;
            mean += probability * waits;
            let term = probability * waits_square;
            square += term;
            // No bound of the rest below is met while a term is more than this part of the sum.
            const SMALL: f64 = 1e-13;
            if j > 100.0 * MOST_TERMS {
                break;
            }
            if term <= SMALL * square && found == 5 {
                // Ratio of the next term to this one, never rising from here on once below one.
                let grows = (j + 1.0) / j;
                let ratio = tries * ((shape + j) / (j + 1.0)).max(1.0) * grows * grows;
                if ratio < 1.0 && term * ratio <= SMALL * square * (1.0 - ratio) {
                    break;
                }
            }
        }
        GivenAlive { mean, square, none: none_if_alive, quantiles }
    }

    /// The same from integrals over the chance to leave and bisection: for the rare prospect whose sums are too
    /// long (hardly observed, against a long horizon). A `leave` below 1e-5 is taken as zero there.
    fn forecast_by_integrals(&self, duration: f64, p_alive: f64) -> GivenAlive {
        let ratio = duration / self.exposure;
        let none_if_alive = (-self.shape * ratio.ln_1p()).exp();
        let (mean, square) = if self.leave < 1e-5 {
            let mean = self.shape * ratio;
            (mean, mean * (1.0 + ratio) + mean * mean)
        } else {
            (self.mean_integral(ratio), self.square_integral(ratio))
        };
        let quantiles =
            LEVELS.map(|level| smallest(|n| p_alive * self.p_more_than(n, duration) <= 1.0 - level));
        GivenAlive { mean, square, none: none_if_alive, quantiles }
    }

    /// E[Y | alive] = ∫ (1 − (1 + p t/α)^−r) / p · Beta(p; a, b) dp.
    fn mean_integral(&self, ratio: f64) -> f64 {
        let ln_beta = self.ln_beta();
        integrate_logistic(|ln_p, ln_rest| {
            let w = ln_p.exp() * ratio;
            let buys = if self.shape * w < 1e-14 {
                (self.shape * ratio).ln() + ln_p
            } else {
                (-(-self.shape * w.ln_1p()).exp_m1()).ln()
            };
            buys - ln_p + (self.leave - 1.0) * ln_p + (self.stay - 1.0) * ln_rest - ln_beta
        })
    }

    /// E[Y² | alive]: given the rate λ and p, the rate of growth of E[Y²] is λ e^(−λps) (1 + 2 λ s (1 − p)).
    fn square_integral(&self, ratio: f64) -> f64 {
        let ln_beta = self.ln_beta();
        let r = self.shape;
        let pairs = integrate_logistic(|ln_p, ln_rest| {
            let w = ln_p.exp() * ratio;
            // P(at least two events) of a negative binomial count with mean r w, over p².
            let two = if w * (r + 1.0) < 1e-3 {
                (r * (r + 1.0) / 2.0).ln() + 2.0 * (ln_p + ratio.ln()) - (r + 2.0) * w.ln_1p()
                    + (1.0 + (r + 2.0) / 3.0 * (w / (1.0 + w))).ln()
            } else {
                beta_regularised(2.0, r, w / (1.0 + w)).ln()
            };
            2.0_f64.ln() + two - 2.0 * ln_p + (self.leave - 1.0) * ln_p + self.stay * ln_rest - ln_beta
        });
        self.mean_integral(ratio) + pairs
    }

    fn ln_beta(&self) -> f64 {
        ln_gamma(self.leave) + ln_gamma(self.stay) - ln_gamma(self.leave + self.stay)
    }

    /// With k ticks a purchase, by the distribution of the ticks passed since the last purchase: their number c is that
    /// of new ticks plus those passed already, and floor(c / k) purchases have been made.
    fn forecast_ticks(&self, duration: f64, p_alive: f64, rhythm: &Rhythm) -> GivenAlive {
        let Counting { shape, exposure, leave, stay } = *self;
        let ratio = duration / exposure;
        let tries = duration / (exposure + duration);
        let weights = rhythm.weights();
        let k = weights.len();
        // P(no new tick) with j passed is (1 + ratio)^−(shape + j). Where that is too small for an f64, all are kept
        // times e^−ln_scale, and rescaled on the way up.
        let ln_none = -shape * ratio.ln_1p();
        let mut ln_scale = if ln_none > -600.0 { 0.0 } else { ln_none };
        let none_passed: [f64; MOST_PHASES] =
            std::array::from_fn(|j| if j < k { weights[j] * (1.0 + ratio).powi(-(j as i32)) } else { 0.0 });
        let start = if ln_scale == 0.0 { ln_none.exp() } else { 1.0 };
        let mut of_passed = [0.0; MOST_PHASES];
        let (mut survives, mut waits, mut waits_square) = (1.0, 0.0, 0.0);
        let (mut at_most, mut mean, mut square, mut none) = (0.0, 0.0, 0.0, 0.0);
        let mut quantiles = [0_u32; 5];
        let mut found = 0;
        let (mut scale, mut c, mut purchases) = (start, 0_u64, 0_u32);
        loop {
            // Ticks c, reached from each number passed at first.
            let mut probability = 0.0;
            for j in 0..k {
                if c == j as u64 {
                    of_passed[j] = none_passed[j] * scale;
                } else if c > j as u64 {
                    of_passed[j] *= tries * (shape + (c - 1) as f64) / (c - j as u64) as f64;
                }
                probability += of_passed[j];
            }
            if ln_scale < 0.0 {
                if probability > 1e250 {
                    for passed in &mut of_passed {
                        *passed *= 1e-250;
                    }
                    scale *= 1e-250;
                    probability *= 1e-250;
                    ln_scale += 250.0 * std::f64::consts::LN_10;
                }
                if ln_scale + probability.ln() > -600.0 {
                    // In two steps: the scale alone may be too small for an f64.
                    let back = (0.5 * ln_scale).exp();
                    for passed in &mut of_passed {
                        *passed = *passed * back * back;
                    }
                    scale = scale * back * back;
                    probability = probability * back * back;
                    ln_scale = 0.0;
                }
            }
            let counts = if ln_scale < 0.0 { 0.0 } else { probability };
            at_most += counts;
            mean += counts * waits;
            let term = counts * waits_square;
            square += term;
            c += 1;
            if c % k as u64 == 0 {
                // All ticks of this number of purchases are in: at_most is P(N ≤ purchases).
                if purchases == 0 {
                    none = at_most;
                }
                let exceeds = p_alive * survives * (1.0 - at_most);
                while found < 5 && exceeds <= 1.0 - LEVELS[found] {
                    quantiles[found] = purchases;
                    found += 1;
                }
                let n = f64::from(purchases);
                waits += survives;
                waits_square += (2.0 * n + 1.0) * survives;
                survives *= (stay + n) / (leave + stay + n);
                purchases += 1;
                if found == 5 && purchases >= 2 && ln_scale == 0.0 && term <= 1e-14 * square {
                    let ahead = tries * ((shape + c as f64) / (c + 1 - k as u64) as f64).max(1.0);
                    let grows = ((n + 3.0) / (n + 2.0)).powi(2).max(1.0);
                    let ratio = ahead * grows.powf(1.0 / k as f64);
                    if ratio < 1.0 && term * ratio <= 1e-13 * square * (1.0 - ratio) {
                        break;
                    }
                }
                if c as f64 > 20.0 * COUNTLESS {
                    break;
                }
            }
        }
        // Rounding may leave at_most a hair above one.
        GivenAlive { mean, square, none: none.min(1.0), quantiles }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases() -> Vec<(Prospect, f64)> {
        let mut cases = Vec::new();
        for shape in [0.01, 0.24, 3.0, 60.0, 1000.0] {
            for exposure in [0.5, 5.0, 80.0, 600.0] {
                for (leave, stay) in
                    [(0.001, 0.04), (0.3, 0.5), (0.999_999, 3.0), (1.0, 40.0), (3.5, 900.0), (2e4, 1e5)]
                {
                    for duration in [0.01, 39.0, 500.0] {
                        let leaving = Leaving::AfterPurchase { leave, stay };
                        let rhythm = Rhythm::RANDOM;
                        cases
                            .push((Prospect { p_alive: 0.7123, shape, exposure, rhythm, leaving }, duration));
                    }
                }
            }
        }
        cases
    }

    fn counting(prospect: &Prospect) -> Counting {
        let Leaving::AfterPurchase { leave, stay } = prospect.leaving else { panic!("{prospect:?}") };
        Counting { shape: prospect.shape, exposure: prospect.exposure, leave, stay }
    }

    #[test]
    fn chances_have_the_means_of_their_distribution() {
        for leave in [1e-6_f64, 0.01, 0.8, 5.0, 300.0, 1e9] {
            for stay in [1e-4_f64, 0.3, 2.4, 900.0, 1e7, 5e9] {
                let chances = Chances::of(leave, stay);
                let mean = chances.mean(|p| p);
                let expected = leave / (leave + stay);
                let allowed = 1e-9 + 1e-10 / leave;
                assert!((mean / expected - 1.0).abs() < allowed, "{leave} {stay}: {mean} {expected}");
                let both = chances.mean(|p| p * p);
                let expected = expected * (leave + 1.0) / (leave + stay + 1.0);
                assert!((both / expected - 1.0).abs() < allowed, "{leave} {stay}: {both} {expected}");
            }
        }
        // ∫ 1 / (e + p (1 − e)) dp = −ln e / (1 − e), however small e.
        for e in [0.5, 1e-3, 1e-9] {
            let mean = Chances::of(1.0, 1.0).mean(|p| 1.0 / (e + p * (1.0 - e)));
            assert!((mean / (-f64::ln(e) / (1.0 - e)) - 1.0).abs() < 1e-9, "{e}: {mean}");
        }
    }

    #[test]
    fn sums_and_integrals_tell_the_same() {
        for (prospect, duration) in cases() {
            if (prospect.shape + 40.0) * (1.0 + duration / prospect.exposure) > 300_000.0 {
                continue;
            }
            let counting = counting(&prospect);
            let sums = prospect.summary(counting.forecast_by_sums(duration, prospect.p_alive));
            let integrals = prospect.summary(counting.forecast_by_integrals(duration, prospect.p_alive));
            let context = format!("{prospect:?} over {duration}: {sums:?} and {integrals:?}");
            assert!((sums.mean / integrals.mean - 1.0).abs() < 1e-7, "mean of {context}");
            assert!((sums.variance / integrals.variance - 1.0).abs() < 1e-5, "variance of {context}");
            assert!((sums.none - integrals.none).abs() < 1e-12, "none of {context}");
            assert_eq!(sums.quantiles, integrals.quantiles, "quantiles of {context}");
        }
    }

    #[test]
    fn the_distribution_adds_up_to_its_moments() {
        for (prospect, duration) in cases() {
            let forecast = prospect.forecast(duration);
            if forecast.mean > 300.0 {
                continue;
            }
            let probabilities = prospect.probabilities(duration, 20_000);
            if probabilities.len() == 20_000 {
                continue;
            }
            let sum: f64 = probabilities.iter().sum();
            let mean: f64 = probabilities.iter().enumerate().map(|(n, p)| n as f64 * p).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{prospect:?} over {duration} sums to {sum}");
            assert!(
                (mean - forecast.mean).abs() < 1e-9 + 1e-6 * forecast.mean,
                "{prospect:?} over {duration}: {mean} {forecast:?}"
            );
            assert!((probabilities[0] - forecast.none).abs() < 1e-12);
        }
    }

    /// With 144 purchases in four weeks, a year without one has a chance of e^−763: it once took all others with it.
    #[test]
    fn regular_buyers_of_many_purchases_have_a_future() {
        for exposure in [3.0, 4.0, 4.5, 8.0] {
            let leaving = Leaving::AfterPurchase { leave: 0.8, stay: 147.4 };
            let rhythm = Rhythm::new(&[1.0, 0.4]);
            let prospect = Prospect { p_alive: 1.0, shape: 288.9, exposure, rhythm, leaving };
            let expected = prospect.expected_transactions(52.0);
            let sum: f64 = (0..20_000).map(|n| prospect.p_more_than(n, 52.0)).sum();
            assert!((expected / sum - 1.0).abs() < 1e-9, "{exposure}: {expected} beside {sum}");
        }
    }

    #[test]
    fn nothing_breaks_at_the_edges() {
        for shape in [1e-300, 1e-8, 1.0, 1e9] {
            for exposure in [1e-12, 1.0, 1e12] {
                for (leave, stay) in [(0.0, 1.0), (1e-300, 1e-300), (1e-9, 1e9), (1e9, 1e-9), (1e12, 1e12)] {
                    for (p_alive, duration) in [(1.0, 5000.0), (1e-300, 1.0), (0.5, 0.0), (0.0, 9.0)] {
                        let leaving = Leaving::AfterPurchase { leave, stay };
                        let prospect = Prospect { p_alive, shape, exposure, rhythm: Rhythm::RANDOM, leaving };
                        let forecast = prospect.forecast(duration);
                        let context = format!("{prospect:?} over {duration}: {forecast:?}");
                        assert!(forecast.mean.is_finite() && forecast.mean >= 0.0, "{context}");
                        assert!(forecast.variance.is_finite(), "{context}");
                        assert!((0.0..=1.0).contains(&forecast.none), "{context}");
                        assert!(forecast.quantiles.is_sorted(), "{context}");
                    }
                }
            }
        }
    }
}
