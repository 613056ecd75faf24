//! The predictive distribution of one customer's future purchases.
//!
//! For every model with a gamma rate and a beta chance of leaving after each purchase, what the past says fits in
//! five numbers. The number of purchases in the next `t` exceeds n exactly when the customer is alive, would make
//! more than n purchases if nobody ever left (a negative binomial count N), and stays after each of the first n:
//!
//! ```text
//! P(Y > n) = P(alive) · S_n · P(N > n),    S_n = B(a, b + n) / B(a, b).
//! ```
//!
//! This is the conditional form of Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way", Marketing
//! Science 24(2), eq. 8, with its two terms put together. Every moment is a sum of positive terms, so the known
//! traps of the closed form with ₂F₁ (a near 1, a + b below 1, long horizons) do not arise.

use maths::{beta_regularised, integrate_logistic, ln_gamma, ln_rising};

/// What is known of one customer's future at the end of the data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prospect {
    /// Chance that the customer has not left, 0 to 1.
    pub p_alive: f64,
    /// Shape of the gamma distribution of the rate, given alive.
    pub shape: f64,
    /// Its scale parameter, a time: the mean rate is `shape / exposure`.
    pub exposure: f64,
    /// First parameter of the beta distribution of the chance to leave after a purchase; 0 means nobody leaves.
    pub leave: f64,
    /// Second parameter of it.
    pub stay: f64,
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

/// The levels of [`Forecast::quantiles`].
pub(crate) const LEVELS: [f64; 5] = [0.025, 0.1, 0.5, 0.9, 0.975];

/// Where the sums would need more terms than this, integrals take over.
const MOST_TERMS: f64 = 30_000.0;

impl Prospect {
    /// Expected number, variance and quantiles of the purchases within `duration`, in the unit of `exposure`.
    ///
    /// With W_j the sum of S_n for n < j, the mean is P(alive) · Σ P(N = j) W_j; the second moment weighs S_n by
    /// 2n + 1. Relative error about 1e-12. Finite for every prospect with positive `shape` and `exposure`.
    pub fn forecast(&self, duration: f64) -> Forecast {
        if duration <= 0.0 || self.p_alive <= 0.0 {
            return Forecast { mean: 0.0, variance: 0.0, none: 1.0, quantiles: [0; 5] };
        }
        // Purchases if he stays, ten standard deviations and a tail: what the sums run over. Not the shape itself,
        // which has no bound where everybody buys at one rate.
        let ratio = duration / self.exposure;
        let mean = self.shape * ratio;
        let terms = mean + 10.0 * (mean * (1.0 + ratio)).sqrt() + 40.0 * (1.0 + ratio);
        if terms > MOST_TERMS {
            self.forecast_by_integrals(duration)
        } else {
            self.forecast_by_sums(duration)
        }
    }

    /// Expected number of purchases within `duration`.
    pub fn expected_transactions(&self, duration: f64) -> f64 {
        self.forecast(duration).mean
    }

    /// P(Y > n), the chance of more than `n` purchases within `duration`.
    pub fn p_more_than(&self, n: u32, duration: f64) -> f64 {
        if duration <= 0.0 {
            return 0.0;
        }
        let tries = duration / (self.exposure + duration);
        let staying = if self.leave > 0.0 {
            (ln_rising(self.stay, n) - ln_rising(self.leave + self.stay, n)).exp()
        } else {
            1.0
        };
        self.p_alive * staying * beta_regularised(f64::from(n) + 1.0, self.shape, tries)
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

    fn forecast_by_sums(&self, duration: f64) -> Forecast {
        let Prospect { p_alive, shape, exposure, leave, stay } = *self;
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
        self.summary(mean, square, none_if_alive, quantiles)
    }

    /// The same from integrals over the chance to leave and bisection: for the rare prospect whose sums are too
    /// long (hardly observed, against a long horizon). A `leave` below 1e-5 is taken as zero there.
    fn forecast_by_integrals(&self, duration: f64) -> Forecast {
        let ratio = duration / self.exposure;
        let none_if_alive = (-self.shape * ratio.ln_1p()).exp();
        let (mean, square) = if self.leave < 1e-5 {
            let mean = self.shape * ratio;
            (mean, mean * (1.0 + ratio) + mean * mean)
        } else {
            (self.mean_integral(ratio), self.square_integral(ratio))
        };
        let quantiles = LEVELS.map(|level| self.quantile(level, duration));
        self.summary(mean, square, none_if_alive, quantiles)
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

    /// The smallest n with P(Y > n) ≤ 1 − level, by doubling and bisection.
    fn quantile(&self, level: f64, duration: f64) -> u32 {
        let is_enough = |n: u32| self.p_more_than(n, duration) <= 1.0 - level;
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

    /// From moments given alive to moments.
    fn summary(&self, mean: f64, square: f64, none_if_alive: f64, quantiles: [u32; 5]) -> Forecast {
        let mean_all = self.p_alive * mean;
        Forecast {
            mean: mean_all,
            variance: (self.p_alive * square - mean_all * mean_all).max(0.0),
            none: 1.0 - self.p_alive * (1.0 - none_if_alive),
            quantiles,
        }
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
                        cases.push((Prospect { p_alive: 0.7123, shape, exposure, leave, stay }, duration));
                    }
                }
            }
        }
        cases
    }

    #[test]
    fn sums_and_integrals_tell_the_same() {
        for (prospect, duration) in cases() {
            if (prospect.shape + 40.0) * (1.0 + duration / prospect.exposure) > 300_000.0 {
                continue;
            }
            let sums = prospect.forecast_by_sums(duration);
            let integrals = prospect.forecast_by_integrals(duration);
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

    #[test]
    fn nothing_breaks_at_the_edges() {
        for shape in [1e-300, 1e-8, 1.0, 1e9] {
            for exposure in [1e-12, 1.0, 1e12] {
                for (leave, stay) in [(0.0, 1.0), (1e-300, 1e-300), (1e-9, 1e9), (1e9, 1e-9), (1e12, 1e12)] {
                    for (p_alive, duration) in [(1.0, 5000.0), (1e-300, 1.0), (0.5, 0.0), (0.0, 9.0)] {
                        let prospect = Prospect { p_alive, shape, exposure, leave, stay };
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
