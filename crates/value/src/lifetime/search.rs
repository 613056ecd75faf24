//! The search for the maximum of a likelihood, the same for every model: several starting points on a sample, the
//! best of them on everybody.

use super::{Group, Timing};
use maths::{Minimum, Stop, Surface, minimise};

/// Where a search ended, over how many customers and after how many passes.
pub(super) struct Found<const N: usize> {
    pub minimum: Minimum<N>,
    pub evaluations: u32,
    pub customers: f64,
}

/// Minimises the mean negative log-likelihood over logarithms of parameters.
///
/// `lay_out` prepares customers for many passes, `surface` is one pass. A large base is first searched on a sample of
/// a few thousand from every starting point, then on one of a few ten thousand, so that few passes go over everybody.
pub(super) fn search<const N: usize, D>(
    groups: &[Group],
    starts: &[[f64; N]],
    lay_out: impl Fn(&[Group]) -> D,
    surface: impl Fn(&D, &[f64; N]) -> Surface<N>,
) -> Found<N> {
    let customers = total(groups, |_| 1.0);
    let mut evaluations = 0;
    let mut walk = |data: &D, start: [f64; N], stop: Stop| -> Minimum<N> {
        let minimum = minimise(start, stop, |point| {
            // Along a ridge the likelihood has long stopped changing here, and beyond it x is lost beside r.
            if point.iter().zip(&starts[0]).any(|(at, start)| (at - start).abs() > FARTHEST) {
                return Surface { value: f64::NAN, gradient: [0.0; N], hessian: [[0.0; N]; N] };
            }
            surface(data, point)
        });
        evaluations += minimum.evaluations;
        minimum
    };
    let small = lay_out(&sample(groups, customers, 4_000.0));
    let mut found: Vec<Minimum<N>> = starts
        .iter()
        .map(|start| walk(&small, *start, Stop { gradient: 1e-6, evaluations: 100 }))
        .filter(|minimum| minimum.surface.value.is_finite())
        .collect();
    drop(small);
    found.sort_by(|one, other| one.surface.value.total_cmp(&other.surface.value));
    let mut first = found.first().map_or(starts[0], |minimum| minimum.point);
    if customers > 100_000.0 {
        let middle = lay_out(&sample(groups, customers, 40_000.0));
        let nearer = walk(&middle, first, Stop { gradient: 1e-7, evaluations: 50 });
        if nearer.surface.value.is_finite() {
            first = nearer.point;
        }
    }
    let all = lay_out(groups);
    let careful = Stop { gradient: 1e-9, evaluations: 200 };
    let mut best = walk(&all, first, careful);
    for other in found.iter().skip(1) {
        if best.converged {
            break;
        }
        let again = walk(&all, other.point, careful);
        if again.converged || again.surface.value < best.surface.value {
            best = again;
        }
    }
    Found { minimum: best, evaluations, customers }
}

/// No logarithm of a parameter goes farther than this from where the first search starts: a factor of 3 · 10¹⁰.
const FARTHEST: f64 = 24.0;

/// The sum of `of` over customers.
pub(super) fn total(groups: &[Group], of: impl Fn(&Timing) -> f64) -> f64 {
    groups.iter().map(|group| f64::from(group.customers) * of(&group.timing)).sum()
}

/// Purchases per unit of time and customer, and the mean age: where searches start from.
pub(super) fn rate_and_age(groups: &[Group]) -> (f64, f64) {
    let purchases: f64 = total(groups, |timing| f64::from(timing.repeat_purchases));
    let time: f64 = total(groups, |timing| timing.age);
    let rate = (purchases / time).clamp(1e-300, 1e300);
    (rate, (time / total(groups, |_| 1.0)).clamp(1e-300, 1e300))
}

/// At most `enough` customers at even distances along the groups, to find the region of the maximum.
pub(super) fn sample(groups: &[Group], customers: f64, enough: f64) -> Vec<Group> {
    if customers <= enough {
        return groups.to_vec();
    }
    let stride = customers / enough;
    let (mut passed, mut next) = (0.0, 0.5 * stride);
    let mut sample = Vec::with_capacity(enough as usize);
    for group in groups {
        passed += f64::from(group.customers);
        let taken = ((passed - next) / stride).floor() + 1.0;
        if taken >= 1.0 {
            let ln_gaps = group.ln_gaps * taken / f64::from(group.customers);
            sample.push(Group { customers: taken as u32, ln_gaps, ..*group });
            next += taken * stride;
        }
    }
    sample
}

/// Log-likelihood and its derivatives by the parameters themselves, summed over customers; of `second` only the
/// entries [i][j] with i ≤ j count.
pub(super) struct Sums<const N: usize> {
    pub value: f64,
    pub first: [f64; N],
    pub second: [[f64; N]; N],
}

impl<const N: usize> Sums<N> {
    pub fn new() -> Sums<N> {
        Sums { value: 0.0, first: [0.0; N], second: [[0.0; N]; N] }
    }

    /// Adds those of other customers.
    #[inline]
    pub fn add(&mut self, part: &Sums<N>) {
        self.value += part.value;
        for i in 0..N {
            self.first[i] += part.first[i];
            for j in i..N {
                self.second[i][j] += part.second[i][j];
            }
        }
    }

    /// The mean of the negative, by the logarithms of the parameters.
    pub fn surface(&self, params: [f64; N], customers: f64) -> Surface<N> {
        let gradient = std::array::from_fn(|i| -params[i] * self.first[i] / customers);
        let hessian = std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let own = if i == j { gradient[i] } else { 0.0 };
                own - params[i] * params[j] * self.second[i.min(j)][i.max(j)] / customers
            })
        });
        Surface { value: -self.value / customers, gradient, hessian }
    }
}

/// ln of a rising factorial and its first two derivatives by where it starts.
#[derive(Clone, Copy, Default)]
pub(super) struct Rising {
    pub ln: f64,
    pub slope: f64,
    pub curvature: f64,
}

impl Rising {
    /// From ln (start)_`from` to ln (start)_`to`.
    pub fn reach(&mut self, start: f64, from: u32, to: u32) {
        if to - from > 100 {
            let (low, high) = (start + f64::from(from), start + f64::from(to));
            self.ln += maths::ln_gamma(high) - maths::ln_gamma(low);
            self.slope += maths::digamma(high) - maths::digamma(low);
            self.curvature += maths::trigamma(high) - maths::trigamma(low);
            return;
        }
        for i in from..to {
            let factor = start + f64::from(i);
            self.ln += factor.ln();
            self.slope += 1.0 / factor;
            self.curvature -= 1.0 / (factor * factor);
        }
    }
}

/// Different numbers of repeat purchases, rising, and how many customers have each; the slot of a customer is the
/// place of their number here.
pub(super) struct ByPurchases {
    pub counts: Vec<(u32, f64)>,
}

impl ByPurchases {
    /// The numbers of `groups` and the slot of each group.
    pub fn of(groups: &[Group]) -> (ByPurchases, Vec<u32>) {
        let mut numbers: Vec<u32> = groups.iter().map(|group| group.timing.repeat_purchases).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut counts: Vec<(u32, f64)> = numbers.into_iter().map(|x| (x, 0.0)).collect();
        let slots = groups
            .iter()
            .map(|group| {
                let x = group.timing.repeat_purchases;
                let slot = counts.binary_search_by_key(&x, |(x, _)| *x).expect("every number was collected");
                counts[slot].1 += f64::from(group.customers);
                slot as u32
            })
            .collect();
        (ByPurchases { counts }, slots)
    }

    /// ln (start)_(times · x + plus) and its derivatives for each x.
    pub fn rising(&self, start: f64, times: u32, plus: u32) -> Vec<Rising> {
        let mut here = Rising::default();
        let mut reached = 0;
        self.counts
            .iter()
            .map(|(x, _)| {
                let next = x.saturating_mul(times).saturating_add(plus);
                here.reach(start, reached, next);
                reached = next;
                here
            })
            .collect()
    }
}

/// ln(1 + e^u) without overflow.
pub(super) fn softplus(u: f64) -> f64 {
    u.max(0.0) + (-u.abs()).exp().ln_1p()
}

/// 1 / (1 + e^u); kept away from the subnormal numbers, where relative precision ends.
pub(super) fn one_against(u: f64) -> f64 {
    if u > 700.0 { 0.0 } else { 1.0 / (1.0 + u.exp()) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A small base with every odd shape: purchases on the last day, none at all, many.
    pub(in crate::lifetime) fn small_base() -> Vec<Group> {
        let mut groups = Vec::new();
        for i in 0..40_u32 {
            let age = 20.0 + f64::from(i % 7) * 3.0;
            let x = if i == 39 { 250 } else { i % 5 };
            let recency = if x == 0 { 0.0 } else { age * (0.2 + 0.025 * f64::from(i)).min(1.0) };
            let customers = 1 + i % 3;
            let ln_gaps =
                if x == 0 { 0.0 } else { f64::from(x * customers) * (recency / f64::from(x)).ln() - 0.4 };
            groups.push(Group { timing: Timing { repeat_purchases: x, recency, age }, customers, ln_gaps });
        }
        groups
    }

    /// Checks gradient and Hessian against differences.
    pub(in crate::lifetime) fn assert_derivatives<const N: usize>(
        surface: impl Fn(&[f64; N]) -> Surface<N>,
        point: [f64; N],
        tolerance: f64,
    ) {
        let at = surface(&point);
        let h = 1e-5;
        for i in 0..N {
            let moved = |by: f64| {
                let mut moved = point;
                moved[i] += by;
                surface(&moved)
            };
            let (up, down) = (moved(h), moved(-h));
            let slope = (up.value - down.value) / (2.0 * h);
            let scale = 1.0 + at.value.abs();
            assert!(
                (slope - at.gradient[i]).abs() < tolerance * scale,
                "slope {i} at {point:?}: {slope} {:?}",
                at.gradient
            );
            for j in 0..N {
                let curvature = (up.gradient[j] - down.gradient[j]) / (2.0 * h);
                assert!(
                    (curvature - at.hessian[i][j]).abs() < tolerance * scale,
                    "curvature {i} {j} at {point:?}: {curvature} {}",
                    at.hessian[i][j]
                );
            }
        }
    }

    #[test]
    fn a_sample_keeps_the_shape_of_the_base() {
        let groups: Vec<Group> = (0..1_000)
            .map(|i| Group {
                timing: Timing { repeat_purchases: i % 10, recency: 1.0, age: 2.0 },
                customers: if i % 10 == 0 { 91 } else { 1 },
                ln_gaps: 0.0,
            })
            .collect();
        let sample = sample(&groups, 10_000.0, 4_000.0);
        let customers: u32 = sample.iter().map(|group| group.customers).sum();
        assert_eq!(customers, 4_000);
        let once: u32 = sample.iter().filter(|g| g.timing.repeat_purchases == 0).map(|g| g.customers).sum();
        assert!((3_600..=3_680).contains(&once), "{once}");
    }

    #[test]
    fn long_rising_factorials_join_short_ones() {
        for start in [1e-3, 0.7, 40.0] {
            let (mut at_once, mut bit_by_bit) = (Rising::default(), Rising::default());
            at_once.reach(start, 0, 500);
            for i in 0..50 {
                bit_by_bit.reach(start, 10 * i, 10 * i + 10);
            }
            assert!((at_once.ln / bit_by_bit.ln - 1.0).abs() < 1e-13);
            assert!((at_once.slope / bit_by_bit.slope - 1.0).abs() < 1e-12);
            assert!((at_once.curvature / bit_by_bit.curvature - 1.0).abs() < 1e-12);
        }
    }
}
