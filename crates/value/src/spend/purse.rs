//! How much a customer will spend in all: a random number of purchases times what each may cost.
//!
//! One purchase costs `scale` times a gamma variable of shape `shape` over a gamma variable of shape `mixing` that
//! is the same for all purchases of the customer. The sum of a random number of purchases has no short form, so
//! intervals are approximated, cheaply enough for a million customers, and the approximation is tested by
//! simulation.

use crate::lifetime::{Forecast, LEVELS};
use maths::normal_quantile;

/// What is known of a customer's spend per purchase. `mixing = ∞` is a known mean; `shape = ∞` a fixed amount.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Purse {
    /// Shape of one purchase.
    pub shape: f64,
    /// Shape of the customer's own rate.
    pub mixing: f64,
    /// In units of the currency: the rate's own parameter, or the price itself for a fixed amount.
    pub scale: f64,
}

/// Expected spend within a horizon, its variance and quantiles, in units of the currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpendForecast {
    /// Expected spend.
    pub mean: f64,
    /// Variance of it; where it does not exist, the square of a quarter of the 95 % interval's width.
    pub variance: f64,
    /// Quantiles at 2.5 %, 10 %, 90 % and 97.5 %.
    pub quantiles: [f64; 4],
}

/// The places among [`LEVELS`] that spend is given at: all but the median.
const SPEND_PLACES: [usize; 4] = [0, 1, 3, 4];

impl Purse {
    /// Expected spend per purchase.
    pub fn mean(&self) -> f64 {
        if self.shape.is_infinite() {
            self.scale
        } else if self.mixing.is_infinite() {
            self.shape * self.scale
        } else {
            self.shape * self.scale / (self.mixing - 1.0)
        }
    }

    /// Expected spend over the purchases that `forecast` foresees.
    ///
    /// Mean and variance are exact. Quantiles are approximations, tested by simulation to lie within a point and a
    /// half of their level. For few purchases: a point mass at zero, which is exact, and a ratio of gamma variables
    /// matched in mean and variance. For many: the number's own quantiles, spread by what a purchase costs.
    pub fn forecast(&self, forecast: &Forecast) -> SpendForecast {
        let mean = forecast.mean * self.mean();
        if self.shape.is_infinite() {
            return SpendForecast {
                mean,
                variance: forecast.variance * self.scale * self.scale,
                quantiles: SPEND_PLACES.map(|place| f64::from(forecast.quantiles[place]) * self.scale),
            };
        }
        if forecast.none >= 1.0 || forecast.mean <= 0.0 {
            return SpendForecast { mean, variance: 0.0, quantiles: [0.0; 4] };
        }
        // Where many purchases are likely, the shape of their number tells more than its moments.
        const MANY: u32 = 4;
        let is_many = forecast.quantiles[2] >= MANY;
        let mut quantiles =
            if is_many { self.quantiles_of_many(forecast) } else { self.quantiles_of_few(forecast) };
        for higher in 1..quantiles.len() {
            quantiles[higher] = quantiles[higher].max(quantiles[higher - 1]);
        }
        let (p, q) = (self.shape, self.mixing);
        let square = forecast.variance + forecast.mean * forecast.mean;
        // Too near to 2 the variance is dominated by what nobody will ever see.
        const LEAST_MIXING: f64 = 2.05;
        let variance = if q.is_infinite() {
            self.scale * self.scale * (p * p * square + p * forecast.mean) - mean * mean
        } else if q > LEAST_MIXING {
            let factor = self.scale * self.scale / ((q - 1.0) * (q - 2.0));
            (p * p * square + p * forecast.mean) * factor - mean * mean
        } else {
            ((quantiles[3] - quantiles[0]) / 4.0).powi(2)
        };
        SpendForecast { mean, variance: variance.max(0.0), quantiles }
    }

    /// A point mass at zero with the forecast's exact chance of no purchase, and for the rest one gamma variable,
    /// matched in mean and variance to the sum of purchases, over the customer's own gamma rate.
    fn quantiles_of_few(&self, forecast: &Forecast) -> [f64; 4] {
        let (p, some) = (self.shape, 1.0 - forecast.none);
        let purchases = forecast.mean / some;
        let square = forecast.variance + forecast.mean * forecast.mean;
        let spread = (square / some - purchases * purchases).max(0.0);
        let (sum_mean, sum_variance) = (p * purchases, p * purchases + p * p * spread);
        let sum = Ratio { shape: sum_mean * sum_mean / sum_variance, mixing: self.mixing };
        SPEND_PLACES.map(|place| {
            let level = LEVELS[place];
            let above_none = (level - forecast.none) / some;
            if above_none <= 0.0 { 0.0 } else { self.per_unit() * sum_mean * sum.quantile(above_none) }
        })
    }

    /// Around the median, the logarithm's distances to the quantile of the number of purchases and to that of the
    /// spend for just this number, added as if they were those of normal variables.
    fn quantiles_of_many(&self, forecast: &Forecast) -> [f64; 4] {
        let of_number = |n: u32| Ratio { shape: self.shape * f64::from(n), mixing: self.mixing };
        let median = f64::from(forecast.quantiles[2]);
        let centre = self.per_unit() * self.shape * median * of_number(forecast.quantiles[2]).quantile(0.5);
        SPEND_PLACES.map(|place| {
            let (n, level) = (forecast.quantiles[place], LEVELS[place]);
            if n == 0 {
                return 0.0;
            }
            let number = (f64::from(n) / median).ln();
            let of_number = of_number(n);
            let price = (of_number.quantile(level) / of_number.quantile(0.5)).max(f64::MIN_POSITIVE).ln();
            centre * number.hypot(price).copysign(level - 0.5).exp()
        })
    }

    /// Spend per unit of the gamma variables that purchases are made of, over the mixing variable's mean.
    fn per_unit(&self) -> f64 {
        if self.mixing.is_infinite() { self.scale } else { self.scale / self.mixing }
    }
}

/// The ratio of two independent gamma variables, each over its own mean.
struct Ratio {
    shape: f64,
    mixing: f64,
}

impl Ratio {
    /// Paulson's approximation (Johnson, Kotz & Balakrishnan 1995, "Continuous Univariate Distributions 2", eq.
    /// 27.50): cube roots of gamma variables are nearly normal (Wilson & Hilferty 1931).
    fn quantile(&self, level: f64) -> f64 {
        let z = normal_quantile(level);
        let (above, below) = (1.0 / (9.0 * self.shape), 1.0 / (9.0 * self.mixing));
        let (above_mean, below_mean) = (1.0 - above, 1.0 - below);
        // (w below_mean − above_mean)² = z² (w² below + above), the root on the side of z.
        let a = below_mean * below_mean - z * z * below;
        let b = above_mean * below_mean;
        let c = above_mean * above_mean - z * z * above;
        let root = (b * b - a * c).max(0.0).sqrt();
        let w = if z < 0.0 { c / (b + root) } else { (b + root) / a };
        if w > 0.0 { w * w * w } else { 0.0 }
    }
}
