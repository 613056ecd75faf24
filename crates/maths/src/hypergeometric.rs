//! The one hypergeometric function that discounted purchases need.

/// ₂F₁(1, b; c; z) for `0 ≤ z < 1` and `c ≥ b > 0`, by its continued fraction.
///
/// Gauss's continued fraction (Abramowitz & Stegun 1964, section 15; Cuyt et al. 2008, "Handbook of Continued
/// Fractions for Special Functions", eq. 15.3.3): all its parts are positive, so nothing cancels. It needs about
/// 15 / √(1 − z) steps.
///
/// ```
/// // ₂F₁(1, 1; 2; z) = −ln(1 − z) / z.
/// let value = maths::hypergeometric_one(1.0, 2.0, 0.75);
/// assert!((value - 4.0_f64.ln() / 0.75).abs() < 1e-13);
/// ```
pub fn hypergeometric_one(b: f64, c: f64, z: f64) -> f64 {
    if z <= 0.0 {
        return 1.0;
    }
    let steps = (20.0 + 14.0 / (1.0 - z).sqrt()).ceil().min(200_000.0) as u32;
    let below = c - 1.0;
    // From the far end to the first part; the tail starts at its own limit.
    let mut rest = 0.5 * (1.0 + (1.0 - z).sqrt());
    for n in (1..=steps).rev() {
        let n = f64::from(n);
        let odd = (b + n) * (below + n) / ((below + 2.0 * n) * (below + 2.0 * n + 1.0));
        let even = n * (below - b + n) / ((below + 2.0 * n - 1.0) * (below + 2.0 * n));
        rest = 1.0 - odd * z / rest;
        rest = 1.0 - even * z / rest;
    }
    1.0 / (1.0 - b / c * z / rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_tells_the_same() {
        for (b, c) in [(0.3, 0.5), (2.4, 3.2), (1.0, 1.0), (40.0, 40.1), (1e-3, 2.0), (5.0, 5000.0)] {
            for z in [0.0, 1e-6, 0.3, 0.9, 0.99] {
                let (mut term, mut sum) = (1.0, 0.0);
                for n in 0..20_000 {
                    sum += term;
                    let n = f64::from(n);
                    term *= (b + n) / (c + n) * z;
                }
                let found = hypergeometric_one(b, c, z);
                assert!((found / sum - 1.0).abs() < 1e-11, "{b} {c} {z}: {found} {sum}");
            }
        }
    }
}
