//! Places by rank, share or amount: the one rule behind levels and classes.

/// Where one place ends and the next begins, N boundaries for N + 1 places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cuts<const N: usize> {
    /// Share of customers worth more; rising, between 0 and 1.
    Quantile([f64; N]),
    /// Share of all positive value that customers worth more bring together; rising, between 0 and 1.
    Share([f64; N]),
    /// From this amount on; falling minor units.
    Amount([i64; N]),
}

impl<const N: usize> Cuts<N> {
    /// Whether the boundaries are in order and within their range.
    pub(crate) fn is_in_order(&self) -> bool {
        match self {
            Cuts::Quantile(shares) | Cuts::Share(shares) => {
                let rises = shares.is_sorted_by(|one, next| one < next);
                rises && shares[0] > 0.0 && shares[N - 1] <= 1.0
            }
            Cuts::Amount(amounts) => amounts.is_sorted_by(|one, next| one > next),
        }
    }
}

/// The place of each value, 0 (most) to N (least), in the order of `values`. Equal values have equal places, and what is
/// worth nothing or less always has the last.
pub(crate) fn places<const N: usize>(values: &[i64], cuts: &Cuts<N>) -> Vec<usize> {
    let cut = |is_within: &dyn Fn(usize) -> bool| (0..N).find(|&place| is_within(place)).unwrap_or(N);
    let worth = |value: i64, place: usize| if value > 0 { place } else { N };
    if let Cuts::Amount(amounts) = cuts {
        return values.iter().map(|&value| worth(value, cut(&|place| value >= amounts[place]))).collect();
    }
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_unstable_by_key(|&customer| std::cmp::Reverse(values[customer as usize]));
    let total: i128 = values.iter().filter(|value| **value > 0).map(|value| i128::from(*value)).sum();
    let mut places = vec![N; values.len()];
    let (mut above, mut value_above) = (0_usize, 0_i128);
    for equals in order.chunk_by(|&one, &next| values[one as usize] == values[next as usize]) {
        let value = values[equals[0] as usize];
        let place = match cuts {
            Cuts::Quantile(shares) => cut(&|place| (above as f64) < shares[place] * values.len() as f64),
            Cuts::Share(shares) => cut(&|place| (value_above as f64) < shares[place] * total as f64),
            Cuts::Amount(_) => unreachable!("amounts were dealt with above"),
        };
        for &customer in equals {
            places[customer as usize] = worth(value, place);
        }
        above += equals.len();
        value_above += i128::from(value) * equals.len() as i128;
    }
    places
}
