//! Predictions for many customers at once, by interpolation.
//!
//! Given that a customer is active, the future depends on the past only through the number of purchases, the age and
//! (for regular buyers) the ticks passed; and every expectation is a sum over those. So for each number of purchases
//! one smooth curve over the age, tabulated as a Chebyshev series, serves all customers of that number, whatever the
//! time of their last purchase. A number with few customers, or a curve that will not be tamed, is computed one by one.

use super::prospect::LEVELS;
use super::{Forecast, Prospect, Rhythm, Timing};
use std::collections::HashMap;
use std::f64::consts::PI;

/// Degrees tried for a series, in order.
const DEGREES: [usize; 5] = [9, 14, 20, 32, 48];

/// Where the coefficients of a series have fallen to this part of its values, it is taken to be exact.
const EXACT: f64 = 1e-11;

/// More values of P(Y > n) than this are not tabulated.
const MOST_EXCEEDANCES: usize = 500;

/// One expectation for each of `timings`, such as expected purchases or the discounted residual.
///
/// `prospect` is that of a fitted model (of Pareto/NBD best [`super::pareto_nbd::prospects`]); `of` must be an expectation over the future, and so proportional to `p_alive`
/// and linear in the weights of the rhythm: [`Prospect::expected_transactions`], [`Prospect::residual`] and
/// [`Prospect::p_more_than`] are. The relative error of the interpolation stays below 1e-9.
///
/// ```
/// use value::lifetime::{Timing, bg_nbd, expectations};
/// let params = bg_nbd::Params { r: 0.2425945, alpha: 4.4136019, a: 0.7929199, b: 2.4258881 };
/// let timings: Vec<Timing> = (0..3_000)
///     .map(|i| Timing { repeat_purchases: i % 3, recency: f64::from(i % 3), age: 20.0 + 0.01 * f64::from(i) })
///     .collect();
/// let prospect = |timing: &Timing| bg_nbd::prospect(timing, &params);
/// let expected = expectations(&timings, prospect, |prospect| prospect.expected_transactions(39.0));
/// let one_by_one = prospect(&timings[1_234]).expected_transactions(39.0);
/// assert!((expected[1_234] / one_by_one - 1.0).abs() < 1e-9);
/// ```
pub fn expectations(
    timings: &[Timing],
    prospect: impl Fn(&Timing) -> Prospect,
    of: impl Fn(&Prospect) -> f64,
) -> Vec<f64> {
    let curves = curves(timings, &prospect, |certain, _| Some(vec![of(certain)]));
    timings
        .iter()
        .map(|timing| {
            let prospect = prospect(timing);
            match curves.get(timing.repeat_purchases) {
                Some(curve) => prospect.p_alive * curve.at(&prospect).value(&prospect, 0),
                None => of(&prospect),
            }
        })
        .collect()
}

/// What [`Prospect::forecast`] says of each of `timings` over `duration`, beside the chance of being active.
///
/// ```
/// use value::lifetime::{Timing, forecasts, pareto_nbd};
/// let params = pareto_nbd::Params { r: 0.55, alpha: 10.6, s: 0.61, beta: 11.7 };
/// let timings: Vec<Timing> = (0..3_000)
///     .map(|i| Timing { repeat_purchases: i % 3, recency: f64::from(i % 3), age: 20.0 + 0.01 * f64::from(i) })
///     .collect();
/// let prospect = |timing: &Timing| pareto_nbd::prospect(timing, &params);
/// let (p_alive, forecast) = forecasts(&timings, prospect, 39.0)[1_234];
/// assert_eq!(forecast.quantiles, prospect(&timings[1_234]).forecast(39.0).quantiles);
/// assert_eq!(p_alive, prospect(&timings[1_234]).p_alive);
/// ```
pub fn forecasts(
    timings: &[Timing],
    prospect: impl Fn(&Timing) -> Prospect,
    duration: f64,
) -> Vec<(f64, Forecast)> {
    // A curve each of the mean, the mean square and P(Y > n) down to the highest level.
    let least = (1.0 - LEVELS[4]) * 0.999;
    let curves = curves(timings, &prospect, |certain, count| {
        let forecast = certain.forecast(duration);
        let mut values = vec![forecast.mean, forecast.variance + forecast.mean * forecast.mean];
        values.extend(certain.exceedances(duration, least, count.saturating_sub(2), MOST_EXCEEDANCES)?);
        Some(values)
    });
    timings
        .iter()
        .map(|timing| {
            let prospect = prospect(timing);
            let forecast = match curves.get(timing.repeat_purchases) {
                Some(curve) if duration > 0.0 => curve.at(&prospect).forecast(&prospect),
                _ => prospect.forecast(duration),
            };
            (prospect.p_alive, forecast)
        })
        .collect()
}

/// The curves of each number of purchases that has them.
struct Curves {
    /// Place by number of purchases, for the usual small ones; `u32::MAX` for none.
    small: Vec<u32>,
    large: HashMap<u32, u32>,
    curves: Vec<Curve>,
}

/// Numbers of purchases up to here are looked up in an array.
const SMALL: u32 = 4_096;

impl Curves {
    fn get(&self, repeat_purchases: u32) -> Option<&Curve> {
        let place = match self.small.get(repeat_purchases as usize) {
            Some(place) => *place,
            None => *self.large.get(&repeat_purchases)?,
        };
        self.curves.get(place as usize)
    }
}

/// Series over the age for one number of purchases: of each tick passed, of each value.
struct Curve {
    /// Geometric middle of the exposures, and how far their map reaches.
    middle: f64,
    reach: f64,
    degree: usize,
    /// Values of each tick passed.
    count: usize,
    /// Coefficients: by tick passed, then value, then degree.
    coefficients: Vec<f64>,
}

fn curves(
    timings: &[Timing],
    prospect: &impl Fn(&Timing) -> Prospect,
    values: impl Fn(&Prospect, usize) -> Option<Vec<f64>>,
) -> Curves {
    let mut ranges = HashMap::<u32, (usize, f64, f64)>::new();
    let mut small = vec![(0_usize, f64::INFINITY, 0.0_f64); SMALL as usize];
    for timing in timings {
        let x = timing.repeat_purchases;
        let range = match small.get_mut(x as usize) {
            Some(range) => range,
            None => ranges.entry(x).or_insert((0, f64::INFINITY, 0.0)),
        };
        *range = (range.0 + 1, range.1.min(timing.age), range.2.max(timing.age));
    }
    let mut found =
        Curves { small: vec![u32::MAX; SMALL as usize], large: HashMap::new(), curves: Vec::new() };
    let all = (0_u32..).zip(small).filter(|(_, (count, ..))| *count > 0).chain(ranges);
    for (repeat_purchases, (customers, youngest, oldest)) in all {
        if let Some(curve) = curve(repeat_purchases, customers, [youngest, oldest], prospect, &values) {
            let place = found.curves.len() as u32;
            match found.small.get_mut(repeat_purchases as usize) {
                Some(of_x) => *of_x = place,
                None => {
                    found.large.insert(repeat_purchases, place);
                }
            }
            found.curves.push(curve);
        }
    }
    found
}

fn curve(
    repeat_purchases: u32,
    customers: usize,
    [youngest, oldest]: [f64; 2],
    prospect: &impl Fn(&Timing) -> Prospect,
    values: &impl Fn(&Prospect, usize) -> Option<Vec<f64>>,
) -> Option<Curve> {
    let at_age = |age: f64| {
        let recency = if repeat_purchases > 0 { age } else { 0.0 };
        prospect(&Timing { repeat_purchases, recency, age })
    };
    let [low, high] = [youngest, oldest].map(|age| at_age(age).exposure);
    let before = low - youngest;
    let ticks = at_age(oldest).rhythm.phases();
    let middle = (low * high).sqrt();
    // A hair wider than the ages, so that none falls outside by rounding; never a point.
    let reach = ((high - middle) / (high + middle)).max(1e-6) * (1.0 + 1e-9);
    for degree in DEGREES {
        if customers < 2 * degree * ticks {
            return None;
        }
        let nodes: Vec<Prospect> = (0..ticks * degree)
            .map(|node| {
                let (passed, i) = (node / degree, node % degree);
                let y = reach * (PI * (i as f64 + 0.5) / degree as f64).cos();
                let exposure = middle * (1.0 + y) / (1.0 - y);
                let rhythm = Rhythm::certain(ticks, passed);
                Prospect { p_alive: 1.0, rhythm, ..at_age((exposure - before).max(0.0)) }
            })
            .collect();
        // Each node tells as many values as it needs, and then as many as the one that needs most.
        let told: Vec<Vec<f64>> = nodes.iter().map(|node| values(node, 0)).collect::<Option<_>>()?;
        let count = told.iter().map(Vec::len).max().unwrap_or(0);
        let told: Vec<Vec<f64>> = nodes
            .iter()
            .zip(told)
            .map(|(node, told)| if told.len() < count { values(node, count) } else { Some(told) })
            .collect::<Option<_>>()?;
        let coefficients: Vec<f64> = told
            .chunks(degree)
            .flat_map(|nodes| {
                (0..count).map(|value| nodes.iter().map(|told| told[value]).collect::<Vec<f64>>())
            })
            .flat_map(|at_nodes| series(&at_nodes))
            .collect();
        let exact = coefficients.chunks(degree).enumerate().all(|(place, series)| {
            // The moments to a part of themselves; chances, which come after them, to a part of one.
            let scale = if place % count < 2 { series[0].abs() } else { 1.0 };
            series[degree - 1].abs() + series[degree - 2].abs() <= EXACT * scale
        });
        if exact {
            return Some(Curve { middle, reach, degree, count, coefficients });
        }
    }
    None
}

/// Coefficients of the Chebyshev series through values at the zeros of the polynomial of their number.
pub(super) fn series(values: &[f64]) -> Vec<f64> {
    let degree = values.len() as f64;
    (0..values.len())
        .map(|k| {
            let sum: f64 = values
                .iter()
                .enumerate()
                .map(|(i, value)| value * (PI * k as f64 * (i as f64 + 0.5) / degree).cos())
                .sum();
            sum * if k == 0 { 1.0 } else { 2.0 } / degree
        })
        .collect()
}

impl Curve {
    fn at(&self, prospect: &Prospect) -> At<'_> {
        At {
            curve: self,
            y: (prospect.exposure - self.middle) / (prospect.exposure + self.middle) / self.reach,
        }
    }
}

/// A curve at the age of one customer.
struct At<'a> {
    curve: &'a Curve,
    y: f64,
}

impl At<'_> {
    /// A value given alive, over the ticks that may have passed.
    fn value(&self, prospect: &Prospect, value: usize) -> f64 {
        let Curve { degree, count, coefficients, .. } = self.curve;
        let of_passed = |passed: usize| {
            let start = (passed * count + value) * degree;
            clenshaw(&coefficients[start..start + degree], self.y)
        };
        match prospect.rhythm.weights() {
            [_] => of_passed(0),
            weights => weights.iter().enumerate().map(|(passed, weight)| weight * of_passed(passed)).sum(),
        }
    }

    fn forecast(&self, prospect: &Prospect) -> Forecast {
        let p_alive = prospect.p_alive;
        let (mean, square) = (p_alive * self.value(prospect, 0), p_alive * self.value(prospect, 1));
        let known = self.curve.count - 2;
        let exceeds = |n: usize| p_alive * self.value(prospect, 2 + n);
        // P(Y > n) falls with n: each quantile is looked for above the one before.
        let mut quantiles = [0_u32; 5];
        let mut from = 0;
        let first = exceeds(0);
        for (quantile, level) in quantiles.iter_mut().zip(LEVELS) {
            let enough = 1.0 - level;
            let is_enough = |n: usize| if n == 0 { first <= enough } else { exceeds(n) <= enough };
            let (mut step, mut high) = (1, from);
            let mut low = from;
            while high < known - 1 && !is_enough(high) {
                low = high + 1;
                high = (high + step).min(known - 1);
                step *= 2;
            }
            while low < high {
                let middle = low + (high - low) / 2;
                if is_enough(middle) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            from = high;
            *quantile = high as u32;
        }
        Forecast {
            mean,
            variance: (square - mean * mean).max(0.0),
            none: (1.0 - first).clamp(0.0, 1.0),
            quantiles,
        }
    }
}

/// The value of a Chebyshev series at −1 ≤ `y` ≤ 1 (Clenshaw 1955).
#[inline]
pub(super) fn clenshaw(coefficients: &[f64], y: f64) -> f64 {
    let (mut one, mut two) = (0.0, 0.0);
    let double = 2.0 * y;
    for coefficient in coefficients[1..].iter().rev() {
        // In this order a step waits for one product and one sum of the step before.
        (one, two) = ((coefficient - two) + double * one, one);
    }
    coefficients[0] + y * one - two
}

#[cfg(test)]
mod tests {
    use super::super::{bg_nbd, cnbd_k, ggom_nbd, mbg_nbd, nbd, pareto_nbd};
    use super::*;

    type Of = Box<dyn Fn(&Timing) -> Prospect>;

    fn models() -> Vec<Of> {
        let (r, alpha, a, b) = (0.6, 5.0, 0.8, 2.4);
        let regular = cnbd_k::Params { variant: cnbd_k::Variant::Mbg, k: 3, r, alpha, a, b };
        vec![
            Box::new(move |timing| nbd::prospect(timing, &nbd::Params { r, alpha })),
            Box::new(move |timing| bg_nbd::prospect(timing, &bg_nbd::Params { r, alpha, a, b })),
            Box::new(move |timing| mbg_nbd::prospect(timing, &mbg_nbd::Params { r, alpha, a, b })),
            Box::new(move |timing| {
                pareto_nbd::prospect(timing, &pareto_nbd::Params { r, alpha, s: a, beta: 9.0 })
            }),
            Box::new(move |timing| {
                ggom_nbd::prospect(timing, &ggom_nbd::Params { r, alpha, b: 0.02, s: a, beta: 0.5 })
            }),
            Box::new(move |timing| cnbd_k::prospect(timing, &regular)),
        ]
    }

    fn timings() -> Vec<Timing> {
        (0..3_000_u32)
            .map(|i| {
                let age = 0.5 + 200.0 * f64::from(i * 7_919 % 3_000) / 3_000.0;
                // A few purchases, and the odd heavy buyer who gets no curve.
                let x = if i % 1_000 == 17 { 40 + i / 100 } else { i % 7 };
                let recency = if x == 0 { 0.0 } else { age * (0.5 + f64::from(i % 50) / 100.0) };
                Timing { repeat_purchases: x, recency, age }
            })
            .collect()
    }

    #[test]
    fn what_is_interpolated_is_what_is_computed() {
        let timings = timings();
        for prospect in models() {
            let tabulated = forecasts(&timings, &prospect, 39.0);
            let expected = expectations(&timings, &prospect, |prospect| prospect.expected_transactions(39.0));
            let residual = expectations(&timings, &prospect, |prospect| prospect.residual(0.0027));
            for (i, timing) in timings.iter().enumerate().step_by(13) {
                let prospect = prospect(timing);
                let forecast = prospect.forecast(39.0);
                let (p_alive, found) = tabulated[i];
                let about = format!("{prospect:?}: {found:?} {forecast:?}");
                assert_eq!(p_alive, prospect.p_alive);
                assert!((found.mean / forecast.mean - 1.0).abs() < 1e-9, "{about}");
                assert!((expected[i] / forecast.mean - 1.0).abs() < 1e-9, "{about}");
                assert!((found.variance / forecast.variance - 1.0).abs() < 1e-7, "{about}");
                assert!((found.none - forecast.none).abs() < 1e-10, "{about}");
                assert_eq!(found.quantiles, forecast.quantiles, "{about}");
                if i % 780 == 0 {
                    let dert = prospect.residual(0.0027);
                    assert!((residual[i] / dert - 1.0).abs() < 1e-9, "{about}: {} {dert}", residual[i]);
                }
            }
        }
    }

    #[test]
    fn odd_bases_have_forecasts() {
        let prospect = |timing: &Timing| nbd::prospect(timing, &nbd::Params { r: 0.5, alpha: 3.0 });
        assert!(forecasts(&[], prospect, 5.0).is_empty());
        let same = vec![Timing { repeat_purchases: 2, recency: 4.0, age: 4.0 }; 500];
        for (duration, mean) in [(0.0, 0.0), (7.0, 2.5)] {
            for (p_alive, forecast) in forecasts(&same, prospect, duration) {
                assert_eq!(p_alive, 1.0);
                assert!((forecast.mean - mean).abs() < 1e-9, "{forecast:?}");
            }
        }
        let busy = vec![Timing { repeat_purchases: 3_000_000, recency: 4.0, age: 4.0 }; 500];
        assert!(forecasts(&busy, prospect, 7.0).iter().all(|(_, forecast)| forecast.mean > 2e6));
    }
}
