//! Survival curves and what follows from them.
//!
//! All eight are one formula: S(t) = Φ(t^c), where Φ(u) is the chance to be spared u times by a chance that either is
//! the same for all, e^(−λu), or differs between customers: beta distributed at renewals, gamma distributed in
//! continuous time. c = 1 means no ageing; c > 1 that each customer's chance to leave rises with tenure.

use crate::error::Error;
use crate::fit::{Quantity, Unit};
use maths::{Real, integrate_logistic, ln_beta_decline};
use std::fmt;

/// When a customer can leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// At renewals only; tenure counts them.
    Renewals,
    /// At any time; tenure is a time.
    Continuous,
}

/// The kinds of [`Curve`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// At renewals; one chance for all.
    Geometric,
    /// At renewals; one chance for all, that changes with tenure.
    DiscreteWeibull,
    /// At renewals; chances differ.
    ShiftedBetaGeometric,
    /// At renewals; chances differ and change with tenure.
    BetaDiscreteWeibull,
    /// At any time; one rate for all.
    Exponential,
    /// At any time; one rate for all, that changes with tenure.
    Weibull,
    /// At any time; rates differ.
    ExponentialGamma,
    /// At any time; rates differ and change with tenure.
    WeibullGamma,
}

impl Family {
    /// The four families of a clock, the simpler first.
    pub fn of(clock: Clock) -> [Family; 4] {
        use Family::*;
        match clock {
            Clock::Renewals => [Geometric, DiscreteWeibull, ShiftedBetaGeometric, BetaDiscreteWeibull],
            Clock::Continuous => [Exponential, Weibull, ExponentialGamma, WeibullGamma],
        }
    }

    /// When its customers can leave.
    pub fn clock(self) -> Clock {
        if Family::of(Clock::Renewals).contains(&self) { Clock::Renewals } else { Clock::Continuous }
    }

    /// Whether customers differ in their chance to leave.
    pub fn is_mixed(self) -> bool {
        use Family::*;
        matches!(self, ShiftedBetaGeometric | BetaDiscreteWeibull | ExponentialGamma | WeibullGamma)
    }

    /// Whether a customer's own chance to leave changes with tenure.
    pub fn is_ageing(self) -> bool {
        use Family::*;
        matches!(self, DiscreteWeibull | BetaDiscreteWeibull | Weibull | WeibullGamma)
    }

    /// Number of parameters.
    pub fn parameters(self) -> u32 {
        1 + u32::from(self.is_mixed()) + u32::from(self.is_ageing())
    }

    /// The word for it in files and the API.
    pub fn code(self) -> &'static str {
        match self {
            Family::Geometric => "geometric",
            Family::DiscreteWeibull => "discrete_weibull",
            Family::ShiftedBetaGeometric => "sbg",
            Family::BetaDiscreteWeibull => "bdw",
            Family::Exponential => "exponential",
            Family::Weibull => "weibull",
            Family::ExponentialGamma => "exponential_gamma",
            Family::WeibullGamma => "weibull_gamma",
        }
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Family::Geometric => "geometric",
            Family::DiscreteWeibull => "discrete Weibull",
            Family::ShiftedBetaGeometric => "shifted beta-geometric",
            Family::BetaDiscreteWeibull => "beta-discrete-Weibull",
            Family::Exponential => "exponential",
            Family::Weibull => "Weibull",
            Family::ExponentialGamma => "exponential-gamma",
            Family::WeibullGamma => "Weibull-gamma",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A survival curve with its parameters, all positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Curve {
    /// Everybody fails to renew with chance `theta`.
    Geometric {
        /// Chance not to renew, below 1.
        theta: f64,
    },
    /// S(t) = (1 − θ)^(t^c) at whole t. Nakagawa & Osaki (1975), "The Discrete Weibull Distribution".
    DiscreteWeibull {
        /// Chance not to make the first renewal, below 1.
        theta: f64,
        /// Above 1 the chance rises with tenure, below 1 it falls.
        c: f64,
    },
    /// sBG: chances not to renew are beta distributed. Fader & Hardie (2007), "How to Project Customer Retention",
    /// Journal of Interactive Marketing 21(1), eq. 4 and 5.
    ShiftedBetaGeometric {
        /// First parameter of the beta distribution.
        alpha: f64,
        /// Second parameter of it.
        beta: f64,
    },
    /// BdW: discrete Weibull with beta distributed θ. Fader, Hardie, Liu, Davin & Steenburgh (2018), "How to
    /// Project Customer Retention Revisited", Journal of Interactive Marketing 43, eq. 7: S(t) = B(α, β + t^c) / B(α, β).
    BetaDiscreteWeibull {
        /// First parameter of the beta distribution.
        alpha: f64,
        /// Second parameter of it.
        beta: f64,
        /// Above 1 each customer's chance rises with tenure, below 1 it falls.
        c: f64,
    },
    /// Everybody leaves at one rate.
    Exponential {
        /// Rate per unit of time.
        rate: f64,
    },
    /// S(t) = exp(−rate · t^c).
    Weibull {
        /// Rate per unit of time to the power of c.
        rate: f64,
        /// Above 1 the rate of leaving rises with tenure, below 1 it falls.
        c: f64,
    },
    /// Rates are gamma distributed (Pareto II). Morrison & Schmittlein (1980), "Jobs, Strikes, and Wars: Probability
    /// Models for Duration", Organizational Behavior and Human Performance 25(2): S(t) = (α / (α + t))^r.
    ExponentialGamma {
        /// Shape of the gamma distribution.
        r: f64,
        /// Its scale parameter, a time.
        alpha: f64,
    },
    /// Weibull with gamma distributed rates (Burr XII). Morrison & Schmittlein (1980); Hardie & Fader's notes on
    /// timing models: S(t) = (α / (α + t^c))^r.
    WeibullGamma {
        /// Shape of the gamma distribution.
        r: f64,
        /// Its scale parameter, a time to the power of c.
        alpha: f64,
        /// Above 1 each customer's rate of leaving rises with tenure, below 1 it falls.
        c: f64,
    },
}

/// Φ: how chances to leave are spread over customers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mixing<R> {
    Same(R),
    Beta(R, R),
    Gamma(R, R),
}

impl<R: Real> Mixing<R> {
    /// ln Φ(u).
    pub(super) fn ln_spared(&self, u: R) -> R {
        match *self {
            Mixing::Same(rate) => -(rate * u),
            Mixing::Beta(alpha, beta) => ln_beta_decline(alpha, beta, u),
            Mixing::Gamma(r, alpha) => -(r * (u / alpha).ln_1p()),
        }
    }

    /// ln of −d ln Φ / du, the rate of leaving per unit of u, in continuous time.
    pub(super) fn ln_rate(&self, u: R) -> R {
        match *self {
            Mixing::Same(rate) => rate.ln(),
            Mixing::Gamma(r, alpha) => r.ln() - (alpha + u).ln(),
            Mixing::Beta(..) => R::constant(f64::NAN),
        }
    }
}

/// ln S(t), with no rounding to renewals.
pub(super) fn ln_survival<R: Real>(mixing: &Mixing<R>, c: R, t: f64) -> R {
    // Beyond e^600 products of u leave the numbers, and nobody is left to tell the difference.
    const FAR: f64 = 600.0;
    let ln_u = c * t.ln();
    if t <= 0.0 {
        R::constant(0.0)
    } else if ln_u.value() > FAR {
        mixing.ln_spared(R::constant(FAR.exp()))
    } else {
        mixing.ln_spared(ln_u.exp())
    }
}

impl Curve {
    /// Its kind.
    pub fn family(&self) -> Family {
        match self {
            Curve::Geometric { .. } => Family::Geometric,
            Curve::DiscreteWeibull { .. } => Family::DiscreteWeibull,
            Curve::ShiftedBetaGeometric { .. } => Family::ShiftedBetaGeometric,
            Curve::BetaDiscreteWeibull { .. } => Family::BetaDiscreteWeibull,
            Curve::Exponential { .. } => Family::Exponential,
            Curve::Weibull { .. } => Family::Weibull,
            Curve::ExponentialGamma { .. } => Family::ExponentialGamma,
            Curve::WeibullGamma { .. } => Family::WeibullGamma,
        }
    }

    /// The word for it in files and the API.
    pub fn code(&self) -> &'static str {
        self.family().code()
    }

    /// Its name for people.
    pub fn name(&self) -> &'static str {
        self.family().name()
    }

    /// Parameters by name.
    pub fn named(&self) -> Vec<(&'static str, f64)> {
        match *self {
            Curve::Geometric { theta } => vec![("theta", theta)],
            Curve::DiscreteWeibull { theta, c } => vec![("theta", theta), ("c", c)],
            Curve::ShiftedBetaGeometric { alpha, beta } => vec![("alpha", alpha), ("beta", beta)],
            Curve::BetaDiscreteWeibull { alpha, beta, c } => vec![("alpha", alpha), ("beta", beta), ("c", c)],
            Curve::Exponential { rate } => vec![("rate", rate)],
            Curve::Weibull { rate, c } => vec![("rate", rate), ("c", c)],
            Curve::ExponentialGamma { r, alpha } => vec![("r", r), ("alpha", alpha)],
            Curve::WeibullGamma { r, alpha, c } => vec![("r", r), ("alpha", alpha), ("c", c)],
        }
    }

    /// Parameters with their units.
    ///
    /// ```
    /// use value::{Unit, contract::Curve};
    /// let curve = Curve::WeibullGamma { r: 0.8, alpha: 20.0, c: 1.5 };
    /// assert_eq!(curve.quantities()[1].unit, Unit::PowerOfTime);
    /// ```
    pub fn quantities(&self) -> Vec<Quantity> {
        let unit = |name: &str| match (self.family(), name) {
            (_, "theta") => Unit::Chance,
            (Family::Exponential, "rate") => Unit::PerTime,
            (Family::ExponentialGamma, "alpha") => Unit::Time,
            (Family::Weibull, "rate") | (Family::WeibullGamma, "alpha") => Unit::PowerOfTime,
            _ => Unit::Number,
        };
        self.named().into_iter().map(|(name, value)| Quantity { name, value, unit: unit(name) }).collect()
    }

    /// What the data determine also where the curve lies on a ridge: the chance not to make the first renewal, or
    /// the mean rate of leaving at the start (per unit of time to the power of c); then c where there is ageing.
    pub fn identified(&self) -> Vec<Quantity> {
        let (name, value, unit) = match *self {
            Curve::Geometric { theta } | Curve::DiscreteWeibull { theta, .. } => {
                ("theta", theta, Unit::Chance)
            }
            Curve::ShiftedBetaGeometric { alpha, beta } | Curve::BetaDiscreteWeibull { alpha, beta, .. } => {
                ("alpha / (alpha + beta)", alpha / (alpha + beta), Unit::Chance)
            }
            Curve::Exponential { rate } => ("rate", rate, Unit::PerTime),
            Curve::Weibull { rate, .. } => ("rate", rate, Unit::PowerOfTime),
            Curve::ExponentialGamma { r, alpha } => ("r / alpha", r / alpha, Unit::PerTime),
            Curve::WeibullGamma { r, alpha, .. } => ("r / alpha", r / alpha, Unit::PowerOfTime),
        };
        let c = Quantity { name: "c", value: self.mixing().1, unit: Unit::Number };
        let ageing = self.family().is_ageing().then_some(c);
        std::iter::once(Quantity { name, value, unit }).chain(ageing).collect()
    }

    /// Φ and c.
    pub(super) fn mixing(&self) -> (Mixing<f64>, f64) {
        match *self {
            Curve::Geometric { theta } => (Mixing::Same(-(-theta).ln_1p()), 1.0),
            Curve::DiscreteWeibull { theta, c } => (Mixing::Same(-(-theta).ln_1p()), c),
            Curve::ShiftedBetaGeometric { alpha, beta } => (Mixing::Beta(alpha, beta), 1.0),
            Curve::BetaDiscreteWeibull { alpha, beta, c } => (Mixing::Beta(alpha, beta), c),
            Curve::Exponential { rate } => (Mixing::Same(rate), 1.0),
            Curve::Weibull { rate, c } => (Mixing::Same(rate), c),
            Curve::ExponentialGamma { r, alpha } => (Mixing::Gamma(r, alpha), 1.0),
            Curve::WeibullGamma { r, alpha, c } => (Mixing::Gamma(r, alpha), c),
        }
    }

    /// ln S(t) at a tenure; between renewals that of the last one.
    pub(super) fn ln_survival(&self, tenure: f64) -> f64 {
        let tenure = if self.family().clock() == Clock::Renewals { tenure.floor() } else { tenure };
        let (mixing, c) = self.mixing();
        ln_survival(&mixing, c, tenure).min(0.0)
    }

    /// Share of a new base that reaches `tenure`, 0 to 1; one at zero and below.
    ///
    /// ```
    /// use value::contract::Curve;
    /// // Fader & Hardie (2007), "high end" customers, table 1 and figure 3.
    /// let curve = Curve::ShiftedBetaGeometric { alpha: 0.668, beta: 3.806 };
    /// assert!((curve.survival(1.0) - 0.851).abs() < 1e-3);
    /// assert!((curve.survival(12.0) - 0.378).abs() < 1e-3);
    /// ```
    pub fn survival(&self, tenure: f64) -> f64 {
        self.ln_survival(tenure).exp()
    }

    /// Chance that a customer who reached `tenure` is still there `more` later, 0 to 1.
    ///
    /// ```
    /// use value::contract::Curve;
    /// let curve = Curve::ExponentialGamma { r: 0.5, alpha: 10.0 };
    /// // The longer somebody has stayed, the surer the next year.
    /// assert!(curve.kept(24.0, 12.0) > curve.kept(0.0, 12.0));
    /// assert_eq!(curve.kept(24.0, 0.0), 1.0);
    /// ```
    pub fn kept(&self, tenure: f64, more: f64) -> f64 {
        self.ln_kept(tenure, more).exp()
    }

    fn ln_kept(&self, tenure: f64, more: f64) -> f64 {
        let tenure = tenure.max(0.0);
        (self.ln_survival(tenure + more.max(0.0)) - self.ln_survival(tenure)).min(0.0)
    }

    /// Retention rate at a renewal (1 for the first), 0 to 1: the share of those up for it who make it. In
    /// continuous time the share kept over the unit of time that ends at `renewal`.
    ///
    /// sBG: (β + t − 1) / (α + β + t − 1) (Fader & Hardie 2007, eq. 8).
    ///
    /// ```
    /// use value::contract::Curve;
    /// let curve = Curve::ShiftedBetaGeometric { alpha: 0.668, beta: 3.806 };
    /// assert!((curve.retention(3) - (3.806 + 2.0) / (0.668 + 3.806 + 2.0)).abs() < 1e-12);
    /// ```
    pub fn retention(&self, renewal: u32) -> f64 {
        self.kept(f64::from(renewal.max(1)) - 1.0, 1.0)
    }

    /// Rate of leaving at a tenure, per unit of time, of those who reached it; at renewals the chance not to make
    /// the next one. Infinite at tenure zero where c is below 1.
    ///
    /// Weibull-gamma: r c t^(c−1) / (α + t^c).
    pub fn hazard(&self, tenure: f64) -> f64 {
        let tenure = tenure.max(0.0);
        if self.family().clock() == Clock::Renewals {
            return -self.ln_kept(tenure, 1.0).exp_m1();
        }
        let (mixing, c) = self.mixing();
        let ageing = c.ln() + if c == 1.0 { 0.0 } else { (c - 1.0) * tenure.ln() };
        (mixing.ln_rate(tenure.powf(c)) + ageing).exp()
    }

    /// Discounted expected residual lifetime of a customer who reached `tenure`, infinite horizon for `None`.
    ///
    /// `rate` discounts continuously and is per unit of tenure: ln(1 + d) for a discount of d per unit. In continuous
    /// time the integral of the chance to be still there, discounted (a customer who pays 1 per unit of time is worth
    /// this). At renewals the number of renewals to come, the next of which is due now and counts in full: Fader &
    /// Hardie (2010), "Customer-Base Valuation in a Contractual Setting", Marketing Science 29(1), DERL. `horizon` is
    /// the time, or the number of renewals, that count.
    ///
    /// A rate of zero gives the expected remaining time; it is infinite where the tail of the curve is too long
    /// (α c ≤ 1 or r c ≤ 1), which is told as such. Refuses a negative rate or horizon.
    ///
    /// ```
    /// use value::contract::Curve;
    /// let curve = Curve::ShiftedBetaGeometric { alpha: 0.668_088, beta: 3.806_095 };
    /// let residual = curve.discounted_lifetime(0.0, 1.1_f64.ln(), None).unwrap();
    /// assert!((residual - 5.4145).abs() < 1e-3);
    /// assert_eq!(curve.discounted_lifetime(0.0, 0.0, None).unwrap(), f64::INFINITY);
    /// assert!(curve.discounted_lifetime(0.0, -0.1, None).is_err());
    /// ```
    pub fn discounted_lifetime(&self, tenure: f64, rate: f64, horizon: Option<f64>) -> Result<f64, Error> {
        if !(rate >= 0.0 && rate.is_finite()) {
            return Err(Error::OutOfRange { name: "rate", given: rate, allowed: "zero or more, and finite" });
        }
        if let Some(given) = horizon.filter(|horizon| horizon.is_nan() || *horizon < 0.0) {
            return Err(Error::OutOfRange { name: "horizon", given, allowed: "zero or more" });
        }
        if !(tenure >= 0.0 && tenure.is_finite()) {
            return Err(Error::OutOfRange {
                name: "tenure",
                given: tenure,
                allowed: "zero or more, and finite",
            });
        }
        let horizon = horizon.unwrap_or(f64::INFINITY);
        if horizon.is_infinite() && rate == 0.0 && !self.has_mean() {
            return Ok(f64::INFINITY);
        }
        Ok(match self.family().clock() {
            Clock::Continuous => self.integral(tenure, rate, 0.0, horizon),
            Clock::Renewals => self.sum_of_renewals(tenure.floor(), rate, horizon.floor()),
        })
    }

    /// Expected time, or number of renewals, that a customer who reached `tenure` has still to come; infinite where
    /// the tail of the curve is too long, and then [`Curve::median_remaining`] says more.
    pub fn expected_remaining(&self, tenure: f64) -> f64 {
        self.discounted_lifetime(tenure.max(0.0), 0.0, None).unwrap_or(f64::INFINITY)
    }

    /// The time, or number of renewals, after which half of those who reached `tenure` have left; at renewals the
    /// first at which half or fewer are left. Infinite beyond 10^15.
    ///
    /// ```
    /// use value::contract::Curve;
    /// let same = Curve::Exponential { rate: 0.1 };
    /// assert!((same.median_remaining(50.0) - 2.0_f64.ln() / 0.1).abs() < 1e-9);
    /// assert_eq!(Curve::Geometric { theta: 0.5 }.median_remaining(3.0), 1.0);
    /// ```
    pub fn median_remaining(&self, tenure: f64) -> f64 {
        let whole = self.family().clock() == Clock::Renewals;
        self.time_to(-std::f64::consts::LN_2, tenure.max(0.0), whole)
    }

    /// The time until ln of what is kept falls to `ln_level`.
    fn time_to(&self, ln_level: f64, tenure: f64, whole: bool) -> f64 {
        // Exactly half, but for rounding, is half.
        let is_past = |more: f64| self.ln_kept(tenure, more) <= ln_level + 1e-13;
        let (mut low, mut high) = (0.0, 1.0);
        while !is_past(high) {
            low = high;
            high *= 2.0;
            if high > 1e15 {
                return f64::INFINITY;
            }
        }
        while if whole { high - low > 1.0 } else { high - low > 1e-12 * high } {
            let middle = 0.5 * (low + high);
            let middle = if whole { middle.floor() } else { middle };
            if is_past(middle) {
                high = middle;
            } else {
                low = middle;
            }
            if high < 1e-300 {
                break;
            }
        }
        high
    }

    /// Whether the expected lifetime is finite.
    fn has_mean(&self) -> bool {
        match self.mixing() {
            (Mixing::Same(_), _) => true,
            (Mixing::Beta(tail, _) | Mixing::Gamma(tail, _), c) => tail * c > 1.0,
        }
    }

    /// ∫ of what is kept, discounted, from `from` to `to` after `tenure`, with no rounding to renewals.
    fn integral(&self, tenure: f64, rate: f64, from: f64, to: f64) -> f64 {
        if to <= from {
            return 0.0;
        }
        let (mixing, c) = self.mixing();
        let start = ln_survival(&mixing, c, tenure);
        let ln_integrand = |more: f64| ln_survival(&mixing, c, tenure + more) - start - rate * more;
        if to.is_finite() {
            let length = to - from;
            return length * integrate_logistic(|ln_p, _| ln_integrand(from + length * ln_p.exp()));
        }
        // The half line by s / scale = p / (1 − p), where the scale is the time in which the integrand halves.
        let half = ln_integrand(from) - std::f64::consts::LN_2;
        let (mut low, mut high) = (0.0, 1e-9);
        while ln_integrand(from + high) > half && high < 1e15 {
            low = high;
            high *= 4.0;
        }
        let scale = 0.5 * (low + high);
        scale
            * integrate_logistic(|ln_p, ln_rest| {
                let more = from + scale * (ln_p - ln_rest).exp();
                // What is too far to be a number is worth nothing.
                if more < 1e290 { ln_integrand(more) - 2.0 * ln_rest } else { f64::NEG_INFINITY }
            })
    }

    /// Σ of what is kept at each of the next renewals, discounted from the first of them.
    fn sum_of_renewals(&self, tenure: f64, rate: f64, renewals: f64) -> f64 {
        // So many are added one by one; beyond, the Euler–Maclaurin formula (Abramowitz & Stegun 1964, eq. 23.1.30)
        // is exact to the last digits.
        const ONE_BY_ONE: f64 = 4_000.0;
        let (mixing, c) = self.mixing();
        let start = ln_survival(&mixing, c, tenure);
        let term = |i: f64| (ln_survival(&mixing, c, tenure + i) - start - rate * i).exp();
        let grown = rate.exp();
        let (mut sum, mut i) = (0.0, 1.0);
        while i <= renewals.min(ONE_BY_ONE) {
            let here = term(i);
            sum += here;
            if here <= 1e-18 * sum * (1.0 - 1.0 / grown) {
                return grown * sum;
            }
            i += 1.0;
        }
        if renewals > ONE_BY_ONE {
            let slope = |i: f64| 0.5 * (term(i + 1.0) - term(i - 1.0));
            let (near, near_slope) = (term(ONE_BY_ONE), slope(ONE_BY_ONE));
            let (far, far_slope) =
                if renewals.is_finite() { (term(renewals), slope(renewals)) } else { (0.0, 0.0) };
            sum += self.integral(tenure, rate, ONE_BY_ONE, renewals)
                + 0.5 * (far - near)
                + (far_slope - near_slope) / 12.0;
        }
        grown * sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curves() -> Vec<Curve> {
        let mut curves = Vec::new();
        for theta in [0.001, 0.05, 0.7] {
            curves.push(Curve::Geometric { theta });
            curves.push(Curve::Exponential { rate: theta });
            for c in [0.5, 1.0, 1.7] {
                curves.push(Curve::DiscreteWeibull { theta, c });
                curves.push(Curve::Weibull { rate: theta, c });
                for shape in [0.3, 2.5, 1e6] {
                    let alpha = shape / theta;
                    curves.push(Curve::BetaDiscreteWeibull { alpha: shape, beta: alpha, c });
                    curves.push(Curve::WeibullGamma { r: shape, alpha, c });
                    curves.push(Curve::ShiftedBetaGeometric { alpha: shape, beta: alpha });
                    curves.push(Curve::ExponentialGamma { r: shape, alpha });
                }
            }
        }
        curves
    }

    #[test]
    fn survival_falls_from_one_and_remaining_time_adds_up() {
        for curve in curves() {
            let mut last = 1.0;
            for t in 0..200 {
                let s = curve.survival(f64::from(t));
                assert!((0.0..=last).contains(&s), "{curve:?} at {t}: {s}");
                last = s;
            }
            assert_eq!(curve.survival(0.0), 1.0);
            for rate in [0.0, 1e-7, 0.003, 0.2] {
                for tenure in [0.0, 7.0] {
                    let of = |tenure, horizon| curve.discounted_lifetime(tenure, rate, horizon).unwrap();
                    let context = format!("{curve:?} at {rate} from {tenure}");
                    let whole = of(tenure, None);
                    // Until 30, and then those who are left.
                    let parts = of(tenure, Some(30.0))
                        + curve.kept(tenure, 30.0) * (-rate * 30.0).exp() * of(tenure + 30.0, None);
                    if whole.is_infinite() {
                        assert!(rate == 0.0 && parts.is_infinite(), "{context}");
                        continue;
                    }
                    assert!((parts / whole - 1.0).abs() < 1e-8, "{context}: {parts} {whole}");
                    assert!(whole >= of(tenure, Some(1e5)) * (1.0 - 1e-9), "{context}");
                }
            }
        }
    }

    #[test]
    fn closed_forms_of_the_remaining_time_hold() {
        let close = |actual: f64, expected: f64| {
            assert!((actual / expected - 1.0).abs() < 1e-9, "{actual} {expected}")
        };
        // A constant chance to leave: the multiple (1 + d) r / (1 + d − r).
        let same = Curve::Geometric { theta: 0.2 };
        close(same.discounted_lifetime(5.0, 1.1_f64.ln(), None).unwrap(), 0.8 * 1.1 / (1.1 - 0.8));
        close(Curve::Exponential { rate: 0.2 }.discounted_lifetime(3.0, 0.05, None).unwrap(), 4.0);
        close(
            Curve::Exponential { rate: 0.2 }.discounted_lifetime(3.0, 0.0, Some(2.0)).unwrap(),
            5.0 * (1.0 - (-0.4_f64).exp()),
        );
        // (α + t) / (r − 1) and (β + t) / (α − 1).
        close(Curve::ExponentialGamma { r: 3.0, alpha: 10.0 }.expected_remaining(7.0), 8.5);
        close(Curve::ShiftedBetaGeometric { alpha: 1.5, beta: 4.0 }.expected_remaining(7.0), 22.0);
        // √π / 2 for S = exp(−t²).
        close(Curve::Weibull { rate: 1.0, c: 2.0 }.expected_remaining(0.0), 0.886_226_925_452_758);
    }

    #[test]
    fn hazards_are_slopes_of_survival() {
        for curve in curves() {
            for tenure in [0.5, 3.0, 40.0] {
                let (hazard, h) = (curve.hazard(tenure), 1e-5);
                let expected = match curve.family().clock() {
                    Clock::Renewals => 1.0 - curve.retention(tenure.floor() as u32 + 1),
                    Clock::Continuous => {
                        (curve.ln_survival(tenure - h) - curve.ln_survival(tenure + h)) / (2.0 * h)
                    }
                };
                assert!(
                    (hazard - expected).abs() < 1e-6 * expected.max(1e-3),
                    "{curve:?} {tenure}: {hazard} {expected}"
                );
            }
        }
    }

    #[test]
    fn impossible_questions_are_refused_with_words() {
        let curve = Curve::Exponential { rate: 0.2 };
        let words =
            |tenure, rate, horizon| curve.discounted_lifetime(tenure, rate, horizon).unwrap_err().to_string();
        assert_eq!(words(0.0, -0.1, None), "rate is -0.1; it must be zero or more, and finite");
        assert_eq!(words(0.0, 0.1, Some(-1.0)), "horizon is -1; it must be zero or more");
        assert_eq!(words(f64::NAN, 0.1, None), "tenure is NaN; it must be zero or more, and finite");
        assert_eq!(curve.discounted_lifetime(4.0, 0.1, Some(0.0)).unwrap(), 0.0);
    }
}
