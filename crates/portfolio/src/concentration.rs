//! How much of the value lies with how few customers.

/// One point of the concentration curve, both shares of all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Share of customers, those worth most first, 0 to 1.
    pub customers: f64,
    /// Share of all value that they bring. May pass 1 on the way when others are worth less than nothing.
    pub value: f64,
}

/// The most points that a curve has: one for each hundredth of the customers, and the origin.
const HUNDREDTHS: usize = 100;

/// The concentration curve: the share of value of the best customers, from none to all; at most 101 points.
///
/// This is the Lorenz curve read from the other end (Lorenz 1905, "Methods of Measuring the Concentration of
/// Wealth"). Empty when there is no value to share: nobody, or a sum of zero or less.
pub fn concentration(values: &[i64]) -> Vec<Point> {
    let sorted = falling(values);
    let total: i128 = sorted.iter().map(|value| i128::from(*value)).sum();
    if total <= 0 {
        return Vec::new();
    }
    let points = HUNDREDTHS.min(sorted.len());
    let mut curve = Vec::with_capacity(points + 1);
    let (mut taken, mut value) = (0, 0_i128);
    for point in 0..=points {
        let customers = point * sorted.len() / points;
        value += sorted[taken..customers].iter().map(|value| i128::from(*value)).sum::<i128>();
        taken = customers;
        curve.push(Point {
            customers: customers as f64 / sorted.len() as f64,
            value: value as f64 / total as f64,
        });
    }
    curve
}

/// The share of all value that the best `share` of customers bring (0.2 for the best fifth, rounded to whole
/// customers, at least one); `None` when there is no value to share.
///
/// ```
/// assert_eq!(portfolio::top_share(&[60, 10, 10, 10, 10], 0.2), Some(0.6));
/// ```
pub fn top_share(values: &[i64], share: f64) -> Option<f64> {
    let sorted = falling(values);
    let total: i128 = sorted.iter().map(|value| i128::from(*value)).sum();
    let customers = ((share * sorted.len() as f64).round() as usize).clamp(1, sorted.len().max(1));
    let value: i128 = sorted.iter().take(customers).map(|value| i128::from(*value)).sum();
    (total > 0).then(|| value as f64 / total as f64)
}

fn falling(values: &[i64]) -> Vec<i64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by_key(|value| std::cmp::Reverse(*value));
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_runs_from_none_to_all_and_bends_downwards() {
        let values: Vec<i64> = (0..12_345).map(|i| (i * 7_919) % 10_007).collect();
        let curve = concentration(&values);
        assert_eq!(curve.len(), 101);
        assert_eq!(
            (curve[0], curve[100]),
            (Point { customers: 0.0, value: 0.0 }, Point { customers: 1.0, value: 1.0 })
        );
        let steps: Vec<f64> = curve
            .windows(2)
            .map(|pair| (pair[1].value - pair[0].value) / (pair[1].customers - pair[0].customers))
            .collect();
        assert!(steps.is_sorted_by(|one, next| one >= next));
    }

    #[test]
    fn few_customers_make_few_points() {
        let curve = concentration(&[10, 30]);
        let shares: Vec<(f64, f64)> = curve.iter().map(|point| (point.customers, point.value)).collect();
        assert_eq!(shares, [(0.0, 0.0), (0.5, 0.75), (1.0, 1.0)]);
    }

    #[test]
    fn without_value_there_is_no_curve() {
        assert!(concentration(&[]).is_empty() && concentration(&[0, 0]).is_empty());
        assert!(concentration(&[5, -9]).is_empty());
        assert_eq!(top_share(&[], 0.2), None);
        assert_eq!(top_share(&[i64::MAX, i64::MAX], 0.2), Some(0.5));
    }

    #[test]
    fn customers_below_zero_lift_the_curve_beyond_one() {
        let curve = concentration(&[30, 20, -10]);
        assert_eq!(curve.iter().map(|point| point.value).collect::<Vec<_>>(), [0.0, 0.75, 1.25, 1.0]);
    }
}
