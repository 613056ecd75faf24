//! Whole numbers that keep their sum: shares of a total, and roundings that close.

/// Shares of `total` in proportion to `weights`, as whole numbers that add up to `total` exactly.
///
/// Largest remainder (Hare and Hamilton's method): each gets the whole part of the exact share, and what is left goes
/// one by one to the largest fractions; of equal fractions the earlier place is served first. A weight of zero gets
/// nothing. `None` when there is something to share and every weight is zero.
///
/// ```
/// assert_eq!(maths::apportion(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
/// assert_eq!(maths::apportion(-100, &[1, 1, 1]), Some(vec![-34, -33, -33]));
/// assert_eq!(maths::apportion(5, &[0, 0]), None);
/// ```
pub fn apportion(total: i64, weights: &[u64]) -> Option<Vec<i64>> {
    let whole: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if total == 0 {
        return Some(vec![0; weights.len()]);
    }
    if whole == 0 {
        return None;
    }
    let magnitude = u128::from(total.unsigned_abs());
    let mut shares = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    for weight in weights {
        // At most 2^63 · 2^64: fits.
        let product = magnitude * u128::from(*weight);
        shares.push((product / whole) as i64);
        remainders.push(product % whole);
    }
    let left = magnitude - shares.iter().map(|share| *share as u128).sum::<u128>();
    for place in largest(&remainders, left as usize) {
        shares[place] += 1;
    }
    if total < 0 {
        shares.iter_mut().for_each(|share| *share = -*share);
    }
    Some(shares)
}

/// Whole numbers next to `exact / unit` whose sum is the sum of `exact` over `unit`, rounded half away from zero.
///
/// Each result is the whole number just below or just above its own exact quotient, and one that is whole already
/// stays; so no sum of many small parts drifts away from the truth, which rounding each by itself would do. `unit`
/// is positive; quotients and their sum have to fit in 64 bits (they saturate).
///
/// ```
/// // A million times three tenths of a cent are three thousand euros, not nothing.
/// let cents = maths::round_together(&vec![300_000; 1_000_000], 1_000_000);
/// assert_eq!(cents.iter().sum::<i64>(), 300_000);
/// ```
pub fn round_together(exact: &[i128], unit: i128) -> Vec<i64> {
    assert!(unit > 0, "a unit to round to is positive");
    let narrow = |wide: i128| wide.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
    let mut rounded: Vec<i64> = exact.iter().map(|part| narrow(part.div_euclid(unit))).collect();
    let remainders: Vec<u128> = exact.iter().map(|part| part.rem_euclid(unit) as u128).collect();
    let total = round_half_away(exact.iter().sum(), unit);
    let left = total - rounded.iter().map(|part| i128::from(*part)).sum::<i128>();
    let left = left.clamp(0, exact.len() as i128) as usize;
    for place in largest(&remainders, left) {
        rounded[place] = rounded[place].saturating_add(1);
    }
    rounded
}

/// `numerator / denominator` as the nearest whole number, halves away from zero; `denominator` is positive.
///
/// ```
/// assert_eq!([5, -5, 4, 7].map(|n| maths::round_half_away(n, 2)), [3, -3, 2, 4]);
/// ```
pub fn round_half_away(numerator: i128, denominator: i128) -> i128 {
    // Division in 64 bits is several times faster, and nearly always enough.
    if let (Ok(numerator), Ok(denominator)) = (i64::try_from(numerator), i64::try_from(denominator)) {
        let (quotient, remainder) = (numerator / denominator, numerator % denominator);
        let up = remainder.abs() >= denominator - remainder.abs();
        return i128::from(quotient) + i128::from(if up { numerator.signum() } else { 0 });
    }
    let (quotient, remainder) = (numerator / denominator, numerator % denominator);
    // Compared by what is missing, so that nothing is doubled and overflows.
    if remainder.abs() >= denominator - remainder.abs() { quotient + numerator.signum() } else { quotient }
}

/// The places of the `count` largest numbers, the earlier of equals first; in no particular order.
fn largest(numbers: &[u128], count: usize) -> Vec<usize> {
    if count == 0 {
        return Vec::new();
    }
    let mut places: Vec<usize> = (0..numbers.len()).collect();
    if count < places.len() {
        places.select_nth_unstable_by_key(count - 1, |place| (std::cmp::Reverse(numbers[*place]), *place));
        places.truncate(count);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_stay_next_to_the_exact_ones() {
        let mut state = 7_u64;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..2_000 {
            let weights: Vec<u64> = (0..1 + draw(12)).map(|_| draw(1_000)).collect();
            let total = draw(2_000_001) as i64 - 1_000_000;
            let whole: u64 = weights.iter().sum();
            let Some(shares) = apportion(total, &weights) else {
                assert!(whole == 0 && total != 0);
                continue;
            };
            assert_eq!(shares.iter().sum::<i64>(), total);
            for (share, weight) in shares.iter().zip(&weights) {
                let exact = total as f64 * *weight as f64 / (whole as f64).max(1.0);
                assert!((*share as f64 - exact).abs() < 1.0);
                assert!(*weight > 0 || *share == 0);
            }
        }
    }

    #[test]
    fn the_largest_weights_do_not_overflow() {
        let shares = apportion(i64::MAX, &[u64::MAX, u64::MAX]).unwrap();
        assert_eq!(shares, [i64::MAX / 2 + 1, i64::MAX / 2]);
        assert_eq!(apportion(i64::MIN + 1, &[u64::MAX]), Some(vec![i64::MIN + 1]));
    }

    #[test]
    fn rounding_is_the_same_in_64_and_128_bits() {
        let edge = i128::from(i64::MAX);
        for numerator in [-edge - 1, -edge, -7, -5, -1, 0, 1, 5, 7, edge - 1, edge, edge + 1, 3 * edge] {
            for denominator in [1, 2, 3, 10, edge, edge + 1, 2 * edge + 1] {
                let rounded = round_half_away(numerator, denominator);
                // Nearest: twice the rest is at most the denominator, and at a tie we went away from zero.
                let rest = numerator - rounded * denominator;
                assert!(2 * rest.abs() <= denominator, "{numerator} / {denominator}");
                assert!(2 * rest.abs() < denominator || rounded.abs() * denominator > numerator.abs());
            }
        }
    }

    #[test]
    fn roundings_close_below_zero_too() {
        let exact = [-15, 5, 4, -10, 0, 20];
        let rounded = round_together(&exact, 10);
        assert_eq!(rounded.iter().sum::<i64>(), 0); // 0.4 in all
        for (whole, part) in rounded.iter().zip(exact) {
            assert!((*whole * 10 - part as i64).abs() < 10);
        }
        assert_eq!(&rounded[3..], [-1, 0, 2], "what is whole stays");
    }
}
