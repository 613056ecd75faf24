//! The distribution of a number of purchases, as the chances of more than n of them.
//!
//! Several prospects of one customer (other models, other parameters) add up to one distribution here, each with its
//! weight; mean, intervals and scores are read off the sum.

use super::ticks::{Lives, Ticks, staying_ratio};
use super::{Forecast, LEVELS, Leaving, Prospect};
use maths::gauss_legendre;

/// P(Y > n) for n = 0, 1, …, and the mean, which is exact where the sum of the tail would be cut.
///
/// Numbers up to 256 are told one by one, larger ones by 32 to each doubling with a straight line between them: a
/// hundred years of purchases take little more room, and time, than one.
#[derive(Clone, Debug, Default)]
pub struct Tail {
    /// P(Y > n) at the numbers of [`number_at`].
    above: Vec<f64>,
    mean: f64,
    /// Room for the counts that would follow if nobody left.
    counts: Vec<f64>,
}

/// Nodes for the time of leaving within the horizon: few purchases blur the time, many tell it apart.
const NODES: usize = 8;
const NODES_FOR_MANY: usize = 32;
/// Purchases, if nobody left, from which on they are many.
const MANY: f64 = 8.0;
/// Chances below this are left out of the tail.
const NEGLIGIBLE: f64 = 1e-9;
/// No tail is longer: a million purchases ahead are not told one by one.
const LONGEST: usize = 200_000;
/// Tails of more purchases than this are walked by doublings.
const LONG: f64 = 2_000.0;
/// Numbers below are told one by one.
const DENSE: usize = 256;
/// Numbers told of each doubling beyond.
const OF_DOUBLING: usize = 32;
/// Places of a tail, up to some 4 · 10⁹ purchases.
const MOST_PLACES: usize = DENSE + 24 * OF_DOUBLING;

/// The number of purchases at a place of the tail.
fn number_at(place: usize) -> usize {
    match place.checked_sub(DENSE) {
        None => place,
        Some(beyond) => (DENSE + beyond % OF_DOUBLING * (DENSE / OF_DOUBLING)) << (beyond / OF_DOUBLING),
    }
}

/// The last place whose number is no larger than `n`, and how many purchases are left to it.
fn place_of(n: usize) -> (usize, usize) {
    if n < DENSE {
        return (n, 0);
    }
    let doubling = (n / DENSE).ilog2() as usize;
    let step = (DENSE / OF_DOUBLING) << doubling;
    let beyond = n - (DENSE << doubling);
    (DENSE + doubling * OF_DOUBLING + beyond / step, beyond % step)
}

impl Tail {
    /// Forgets what was added.
    pub fn clear(&mut self) {
        self.above.clear();
        self.mean = 0.0;
    }

    /// Adds the purchases of a prospect within `duration`, at a weight; the weights of all should add up to one.
    ///
    /// ```
    /// use value::lifetime::{Leaving, Prospect, Rhythm, Tail};
    /// let leaving = Leaving::Never;
    /// let prospect = Prospect { p_alive: 0.8, shape: 2.0, exposure: 4.0, rhythm: Rhythm::RANDOM, leaving };
    /// let mut tail = Tail::default();
    /// tail.add(&prospect, 6.0, 1.0);
    /// assert!((tail.mean() - 0.8 * 2.0 * 6.0 / 4.0).abs() < 1e-9);
    /// assert!((tail.more_than(0) - 0.8 * (1.0 - (4.0_f64 / 10.0).powi(2))).abs() < 1e-12);
    /// ```
    pub fn add(&mut self, prospect: &Prospect, duration: f64, weight: f64) {
        let scale = weight * prospect.p_alive;
        if duration <= 0.0 || scale <= 0.0 {
            return;
        }
        if self.add_at_once(prospect, duration, scale) {
            return;
        }
        if length(prospect, duration) > LONG {
            return self.add_long(prospect, duration, scale);
        }
        self.mean += weight * prospect.expected_transactions(duration);
        match prospect.leaving {
            Leaving::Lifetime { .. } | Leaving::Gompertz { .. } => {
                self.add_by_times_of_leaving(prospect, duration, scale, 1, &mut Tail::add_counts);
            }
            _ => self.add_counts(prospect, duration, scale),
        }
    }

    /// Over the time of leaving, by the chance of having stayed so long: it is uniform, as all chances are.
    fn add_by_times_of_leaving(
        &mut self,
        prospect: &Prospect,
        duration: f64,
        scale: f64,
        panels: usize,
        add: &mut dyn FnMut(&mut Tail, &Prospect, f64, f64),
    ) {
        let stays = prospect.leaving.ln_survival(duration).exp();
        let if_staying = prospect.shape * duration / prospect.exposure;
        let rule = gauss_legendre(if if_staying > MANY { NODES_FOR_MANY } else { NODES });
        let width = 1.0 / panels as f64;
        for panel in 0..panels {
            for (node, weight) in rule.nodes.iter().zip(&rule.weights) {
                let place = (panel as f64 + node) * width;
                let left_at = prospect.time_when_left(1.0 - (1.0 - stays) * place);
                add(self, prospect, left_at.min(duration), scale * (1.0 - stays) * weight * width);
            }
        }
        add(self, prospect, duration, scale * stays);
    }

    /// The mean and the tail in one walk over n, for purchases at random that are not too many and customers who leave
    /// after a purchase or never: nearly all customers of most bases. False where it has done nothing.
    fn add_at_once(&mut self, prospect: &Prospect, duration: f64, scale: f64) -> bool {
        let (leave, stay) = match prospect.leaving {
            Leaving::Never => (0.0, 1.0),
            Leaving::AfterPurchase { leave, stay } => (leave, stay),
            _ => return false,
        };
        let (shape, tries) = (prospect.shape, duration / (prospect.exposure + duration));
        let ln_none = shape * (-tries).ln_1p();
        if prospect.rhythm.phases() > 1 || ln_none < -200.0 || tries > 0.9 {
            return false;
        }
        // Here `exceeds` is P(N > n) and `survives` the chance to have stayed after n purchases.
        let (mut term, mut exceeds) = (ln_none.exp(), -ln_none.exp_m1());
        let (mut survives, mut mean) = (scale, 0.0);
        for n in 0..LONGEST {
            let chance = survives * exceeds;
            mean += chance;
            if chance >= NEGLIGIBLE {
                self.raise(n, chance);
            }
            let passed = n as f64;
            let grows = (shape + passed) / (passed + 1.0) * tries;
            // What is left out falls at least by this much a step.
            let falls = grows.max(tries);
            term *= grows;
            exceeds -= term;
            if exceeds <= 0.0 || chance * falls <= 1e-12 * mean * (1.0 - falls) {
                break;
            }
            survives *= (stay + passed) / (leave + stay + passed);
        }
        self.mean += mean;
        true
    }

    /// Adds P(N > n), for the purchases N that come within `duration` at the prospect's rate.
    fn add_counts(&mut self, prospect: &Prospect, duration: f64, scale: f64) {
        if scale <= NEGLIGIBLE * 1e-3 || duration <= 0.0 {
            return;
        }
        let phases = prospect.rhythm.phases();
        let (leave, stay) = match prospect.leaving {
            Leaving::AfterPurchase { leave, stay } => (leave, stay),
            _ => (0.0, 1.0),
        };
        for (passed, &likely) in prospect.rhythm.weights().iter().enumerate() {
            if likely <= 0.0 {
                continue;
            }
            let shape = prospect.shape + passed as f64;
            self.count_ticks(shape, duration / (prospect.exposure + duration));
            let mut survives = scale * likely;
            for n in 0.. {
                // More than n purchases take k (n + 1) ticks, of which some have passed.
                let needed = phases * (n + 1) - passed;
                let Some(&fewer) = self.counts.get(needed - 1) else { break };
                let chance = survives * (1.0 - fewer);
                if chance < NEGLIGIBLE {
                    break;
                }
                self.raise(n, chance);
                let n = n as f64;
                survives *= (stay + n) / (leave + stay + n);
            }
        }
    }

    /// Adds to P(Y > n), for rising n.
    #[inline]
    fn raise(&mut self, n: usize, chance: f64) {
        if let (place, 0) = place_of(n) {
            self.raise_at(place, chance);
        }
    }

    #[inline]
    fn raise_at(&mut self, place: usize, chance: f64) {
        match self.above.get_mut(place) {
            Some(above) => *above += chance,
            None => self.above.push(chance),
        }
    }

    /// The same as [`Tail::add`] where purchases are very many: by doublings, so that the work grows with the logarithm
    /// of their number. Mean and chances are good to three digits.
    fn add_long(&mut self, prospect: &Prospect, duration: f64, scale: f64) {
        let before = self.sum();
        match prospect.leaving {
            Leaving::Lifetime { .. } | Leaving::Gompertz { .. } => match Lives::of(prospect, duration) {
                Some(mut lives) => {
                    for place in 0..MOST_PLACES {
                        let chance = scale * lives.more_than(number_at(place));
                        if chance < NEGLIGIBLE * scale {
                            break;
                        }
                        self.raise_at(place, chance);
                    }
                }
                // So many purchases tell times of leaving apart that are close to each other.
                None => {
                    self.add_by_times_of_leaving(prospect, duration, scale, 8, &mut Tail::add_long_counts)
                }
            },
            _ => self.add_long_counts(prospect, duration, scale),
        }
        self.mean += match prospect.leaving {
            Leaving::Never | Leaving::AfterPurchase { .. } if prospect.rhythm.phases() > 1 => {
                self.sum() - before
            }
            // Known without the tail.
            _ => scale / prospect.p_alive * prospect.expected_transactions(duration),
        };
    }

    fn add_long_counts(&mut self, prospect: &Prospect, duration: f64, scale: f64) {
        let phases = prospect.rhythm.phases();
        let (leave, stay) = match prospect.leaving {
            Leaving::AfterPurchase { leave, stay } => (leave, stay),
            _ => (0.0, 1.0),
        };
        for (passed, &likely) in prospect.rhythm.weights().iter().enumerate() {
            if likely <= 0.0 {
                continue;
            }
            let mut ticks = Ticks::of(prospect.shape + passed as f64, duration / prospect.exposure);
            let (mut survives, mut last) = (scale * likely, 0);
            for place in 0..MOST_PLACES {
                let n = number_at(place);
                survives *= staying_ratio(leave, stay, last, n);
                last = n;
                let chance = survives * ticks.at_least(phases * (n + 1) - passed);
                if chance < NEGLIGIBLE * scale {
                    break;
                }
                self.raise_at(place, chance);
            }
        }
    }

    /// Σ P(Y > n).
    fn sum(&self) -> f64 {
        self.weighted(|_| 1.0, |_, count| count * (count - 1.0) / 2.0)
    }

    /// Σ w(n) P(Y > n) for a weight that is given as w(n), or as the sum of w(n) j over the j-th of `count` numbers from n on.
    fn weighted(&self, weight: impl Fn(f64) -> f64, slope: impl Fn(f64, f64) -> f64) -> f64 {
        let dense = self.above.len().min(DENSE);
        let told: f64 =
            self.above[..dense].iter().enumerate().map(|(n, above)| weight(n as f64) * above).sum();
        let beyond: f64 = (dense..self.above.len())
            .map(|place| {
                let (from, to) = (number_at(place) as f64, number_at(place + 1) as f64);
                let (count, next) = (to - from, self.above.get(place + 1).copied().unwrap_or(0.0));
                // Both weights are linear: their mean over the numbers is that of the first and the last.
                let all = count * 0.5 * (weight(from) + weight(to - 1.0));
                all * self.above[place] + (next - self.above[place]) / count * slope(from, count)
            })
            .sum();
        told + beyond
    }

    /// P(K ≤ n) of a negative binomial count of ticks, until it is one but for [`NEGLIGIBLE`].
    fn count_ticks(&mut self, shape: f64, tries: f64) {
        self.counts.clear();
        // Far from zero the first terms have no size as numbers: they are kept with their logarithm beside.
        let ln_none = shape * (-tries).ln_1p();
        let mut lift = if ln_none < -600.0 { ln_none } else { 0.0 };
        let mut term = if lift < 0.0 { 1.0 } else { ln_none.exp() };
        let mut sum = 0.0;
        for n in 0..LONGEST {
            if lift < 0.0 {
                if term > 1e200 {
                    term *= 1e-200;
                    lift += 200.0 * std::f64::consts::LN_10;
                }
                if lift > -600.0 || lift + term.ln() > -600.0 {
                    term = (lift + term.ln()).exp();
                    lift = 0.0;
                }
            }
            if lift == 0.0 {
                sum += term;
            }
            self.counts.push(sum.min(1.0));
            if sum > 1.0 - NEGLIGIBLE && lift == 0.0 {
                return;
            }
            let n = n as f64;
            term *= tries * (shape + n) / (n + 1.0);
            if lift == 0.0 && term < 1e-18 && sum > 0.5 {
                return;
            }
        }
    }

    /// Expected number.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Variance of the number.
    pub fn variance(&self) -> f64 {
        let slope = |from: f64, count: f64| {
            let pairs = count * (count - 1.0);
            (2.0 * from + 1.0) * pairs / 2.0 + pairs * (2.0 * count - 1.0) / 3.0
        };
        let square = self.weighted(|n| 2.0 * n + 1.0, slope);
        (square - self.mean * self.mean).max(0.0)
    }

    /// The same in brief.
    pub fn forecast(&self) -> Forecast {
        Forecast {
            mean: self.mean,
            variance: self.variance(),
            none: 1.0 - self.more_than(0),
            quantiles: self.quantiles(LEVELS),
        }
    }

    /// The same with the expected number multiplied by `times`, which is known to within a standard deviation of
    /// `deviation`; both from 0, finite. `p_alive` is the chance that the customer still buys at all, 0 to 1: no chance of any
    /// purchase is raised above it.
    ///
    /// Each chance of more than n purchases is multiplied, as far as chances allow: who seldom buys buys more seldom, or
    /// oftener, not more at a time. What chances do not allow multiplies the numbers. What is uncertain of `times` adds to the
    /// variance; the chance of each number is its mean over that, and stays.
    ///
    /// ```
    /// use value::lifetime::{Leaving, Prospect, Rhythm, Tail};
    /// let leaving = Leaving::Never;
    /// let prospect = Prospect { p_alive: 0.5, shape: 1.0, exposure: 20.0, rhythm: Rhythm::RANDOM, leaving };
    /// let mut tail = Tail::default();
    /// tail.add(&prospect, 10.0, 1.0);
    /// let (plain, twice) = (tail.forecast(), tail.forecast_times(2.0, 0.0, 1.0));
    /// assert!((twice.mean - 2.0 * plain.mean).abs() < 1e-12);
    /// assert!(((1.0 - twice.none) - 2.0 * (1.0 - plain.none)).abs() < 1e-12);
    /// let most = tail.forecast_times(9.0, 0.0, 0.5);
    /// assert!((1.0 - most.none - 0.5).abs() < 1e-12 && (most.mean - 9.0 * plain.mean).abs() < 1e-12);
    /// assert!(tail.forecast_times(2.0, 0.5, 1.0).variance > twice.variance);
    /// ```
    pub fn forecast_times(&self, times: f64, deviation: f64, p_alive: f64) -> Forecast {
        // Nobody is certain to buy because others did.
        const MOST_CERTAIN: f64 = 0.98;
        let some = self.more_than(0);
        let room = if some > 0.0 { (p_alive.min(MOST_CERTAIN) / some).max(1.0) } else { 1.0 };
        let chances = times.min(room);
        let numbers = if chances > 0.0 { times / chances } else { 1.0 };
        let square = chances * numbers * numbers * (self.variance() + self.mean * self.mean);
        let mean = times * self.mean;
        let uncertain = (deviation * self.mean).powi(2);
        let quantiles = LEVELS.map(|level| {
            let above = (1.0 - level) / chances.max(f64::MIN_POSITIVE);
            let [number] = self.quantiles([1.0 - above.min(1.0)]);
            if numbers == 1.0 { number } else { (f64::from(number) * numbers).round() as u32 }
        });
        Forecast {
            mean,
            variance: (square - mean * mean).max(0.0) + uncertain,
            none: 1.0 - chances * some,
            quantiles,
        }
    }

    /// P(Y > n).
    pub fn more_than(&self, n: usize) -> f64 {
        let at = |place: usize| self.above.get(place).copied().unwrap_or(0.0);
        match place_of(n) {
            (place, 0) => at(place),
            (place, left) => {
                let count = number_at(place + 1) - number_at(place);
                at(place) + (at(place + 1) - at(place)) * left as f64 / count as f64
            }
        }
    }

    /// P(Y = n).
    pub fn exactly(&self, n: usize) -> f64 {
        let reached = if n == 0 { 1.0 } else { self.more_than(n - 1) };
        (reached - self.more_than(n)).max(0.0)
    }

    /// The smallest n with P(Y ≤ n) ≥ `level`, for each of rising levels.
    pub fn quantiles<const N: usize>(&self, levels: [f64; N]) -> [u32; N] {
        levels.map(|level| {
            let least = 1.0 - level;
            let place = self.above.partition_point(|above| *above > least);
            if place <= DENSE {
                return place as u32;
            }
            // Between two numbers that are told, along the line.
            let (from, to) = (number_at(place - 1) as f64, number_at(place) as f64);
            let (above, below) = (self.above[place - 1], self.above.get(place).copied().unwrap_or(0.0));
            (from + (to - from) * (above - least) / (above - below)).ceil() as u32
        })
    }
}

/// About how many terms a tail has: purchases if nobody left, ten standard deviations and the rest.
fn length(prospect: &Prospect, duration: f64) -> f64 {
    let ratio = duration / prospect.exposure;
    let mean = prospect.shape * ratio;
    (mean + 10.0 * (mean * (1.0 + ratio)).sqrt() + 20.0 * ratio) / prospect.rhythm.phases() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifetime::Rhythm;

    fn prospect(p_alive: f64, shape: f64, exposure: f64, leaving: Leaving) -> Prospect {
        Prospect { p_alive, shape, exposure, rhythm: Rhythm::RANDOM, leaving }
    }

    fn prospects() -> Vec<Prospect> {
        let mut prospects = Vec::new();
        for (shape, exposure) in [(0.2, 5.0), (3.0, 30.0), (40.0, 20.0), (2_000.0, 60.0)] {
            for leaving in [
                Leaving::Never,
                Leaving::AfterPurchase { leave: 0.7, stay: 3.5 },
                Leaving::Lifetime { shape: 0.6, scale: 50.0 },
                Leaving::Lifetime { shape: 20.0, scale: 900.0 },
                Leaving::Gompertz { shape: 0.5, scale: 2.0, growth: 0.02 },
            ] {
                prospects.push(prospect(0.7, shape, exposure, leaving));
            }
        }
        prospects
    }

    #[test]
    fn the_tail_is_that_of_the_prospect() {
        for prospect in prospects() {
            for duration in [0.5, 13.0, 60.0] {
                let mut tail = Tail::default();
                tail.add(&prospect, duration, 1.0);
                for n in [0, 1, 3, 10, 60] {
                    let exact = prospect.p_more_than(n, duration);
                    let found = tail.more_than(n as usize);
                    assert!((exact - found).abs() < 3e-3, "{prospect:?} {duration} {n}: {exact} {found}");
                }
                let forecast = prospect.forecast(duration);
                assert!((tail.mean() - forecast.mean).abs() < 1e-6 * (1.0 + forecast.mean));
                assert!(
                    (tail.variance() - forecast.variance).abs() < 0.02 * (0.05 + forecast.variance),
                    "{prospect:?} {duration}: {} {forecast:?}",
                    tail.variance()
                );
            }
        }
    }

    #[test]
    fn places_and_numbers_are_each_other_s_inverse() {
        for place in 0..MOST_PLACES {
            assert_eq!(place_of(number_at(place)), (place, 0));
        }
        assert!((0..MOST_PLACES).map(number_at).is_sorted_by(|one, next| one < next));
        assert_eq!((place_of(255), place_of(257), place_of(519)), ((255, 0), (256, 1), (288, 7)));
    }

    /// A hundred years ahead of a customer of three months.
    #[test]
    fn a_hundred_years_are_told_as_exactly_as_one_and_as_soon() {
        let duration = 36_525.0 / 7.0;
        let regular = Rhythm::new(&[0.4, 0.6]);
        let mut all: Vec<Prospect> = Vec::new();
        for (shape, exposure) in [(0.24, 4.4), (3.0, 20.0), (60.0, 18.0), (900.0, 18.0)] {
            for leaving in [
                Leaving::Never,
                Leaving::AfterPurchase { leave: 0.7, stay: 3.5 },
                Leaving::AfterPurchase { leave: 0.02, stay: 1.3 },
                Leaving::Lifetime { shape: 0.6, scale: 50.0 },
                Leaving::Gompertz { shape: 0.5, scale: 2.0, growth: 0.002 },
            ] {
                all.push(prospect(0.7, shape, exposure, leaving));
            }
            let leaving = Leaving::AfterPurchase { leave: 0.1, stay: 2.0 };
            all.push(Prospect { rhythm: regular, ..prospect(0.7, shape, exposure, leaving) });
        }
        for prospect in &all {
            assert!(length(prospect, duration) > LONG, "{prospect:?}");
            let mut tail = Tail::default();
            tail.add(prospect, duration, 1.0);
            assert!(tail.above.len() < 1_000, "{prospect:?}: {} places", tail.above.len());
            for n in [0, 1, 7, 60, 300, 1_500, 20_000, 90_000] {
                let (exact, found) = (prospect.p_more_than(n, duration), tail.more_than(n as usize));
                assert!((exact - found).abs() < 5e-3, "{prospect:?} {n}: {exact} {found}");
            }
            let forecast = prospect.forecast(duration);
            let found = tail.forecast();
            assert!((found.mean / forecast.mean - 1.0).abs() < 1e-3, "{prospect:?}: {found:?} {forecast:?}");
            assert!(
                (found.variance / forecast.variance - 1.0).abs() < 1e-2,
                "{prospect:?}: {found:?} {forecast:?}"
            );
            for (exact, n) in forecast.quantiles.into_iter().zip(found.quantiles) {
                let off = (f64::from(n) - f64::from(exact)).abs();
                assert!(off <= 1.0 + 2e-2 * f64::from(exact), "{prospect:?}: {found:?} {forecast:?}");
            }
        }
    }

    #[test]
    fn the_mean_is_exact_also_for_those_who_hardly_buy() {
        for leaving in [Leaving::Never, Leaving::AfterPurchase { leave: 0.7, stay: 3.5 }] {
            for (p_alive, shape, exposure) in [(1e-9, 3.0, 30.0), (0.4, 1e-6, 900.0), (0.9, 12.0, 7.0)] {
                let prospect = prospect(p_alive, shape, exposure, leaving);
                let mut tail = Tail::default();
                tail.add(&prospect, 39.0, 1.0);
                let exact = prospect.forecast(39.0).mean;
                assert!((tail.mean() / exact - 1.0).abs() < 1e-10, "{prospect:?}: {} {exact}", tail.mean());
            }
        }
    }

    #[test]
    fn weights_mix_distributions() {
        let (often, seldom) =
            (prospect(1.0, 40.0, 4.0, Leaving::Never), prospect(1.0, 0.4, 4.0, Leaving::Never));
        let mut mixed = Tail::default();
        mixed.add(&often, 2.0, 0.25);
        mixed.add(&seldom, 2.0, 0.75);
        let expected = 0.25 * often.p_more_than(5, 2.0) + 0.75 * seldom.p_more_than(5, 2.0);
        assert!((mixed.more_than(5) - expected).abs() < 1e-8);
        assert!((mixed.mean() - (0.25 * 20.0 + 0.75 * 0.2)).abs() < 1e-9);
        assert_eq!(mixed.quantiles([0.5]), [0]);
    }
}
