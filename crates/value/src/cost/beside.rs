//! What was spent on customers beside what they brought.
//!
//! Takes one pair of amounts a customer, in any order; gives sums to the minor unit and a correlation. Leaves out effects: a
//! correlation says that two amounts rise together, not that one made the other.

use maths::round_half_away;

/// What was spent on some customers beside what they brought, gathered customer by customer.
///
/// Sums are whole numbers. The moments behind the correlation are kept by Welford's recurrence (Welford 1962, "Note on a
/// Method for Calculating Corrected Sums of Squares and Products"), so that a million customers take no memory.
///
/// ```
/// use value::cost::Beside;
/// let mut beside = Beside::default();
/// for (spent, brought) in [(0, 300), (100, 500), (200, 700), (0, 300)] {
///     beside.add(spent, brought);
/// }
/// let effect = beside.effect();
/// assert_eq!((effect.customers, effect.reached, effect.spent, effect.brought), (4, 2, 300, 1_800));
/// assert_eq!(effect.brought_by_reached, 1_200);
/// assert!((effect.correlation.unwrap() - 1.0).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Beside {
    customers: u64,
    reached: u64,
    spent: i64,
    brought: i64,
    brought_by_reached: i64,
    /// Means of what was spent and brought, in minor units.
    means: (f64, f64),
    /// Sums of squares about the means, and of products.
    squares: (f64, f64),
    products: f64,
}

impl Beside {
    /// Adds a customer: what was spent on him and what he brought, in minor units.
    pub fn add(&mut self, spent: i64, brought: i64) {
        self.customers += 1;
        self.spent += spent;
        self.brought += brought;
        if spent != 0 {
            self.reached += 1;
            self.brought_by_reached += brought;
        }
        let (x, y, count) = (spent as f64, brought as f64, self.customers as f64);
        let before = (x - self.means.0, y - self.means.1);
        self.means = (self.means.0 + before.0 / count, self.means.1 + before.1 / count);
        self.squares.0 += before.0 * (x - self.means.0);
        self.squares.1 += before.1 * (y - self.means.1);
        self.products += before.0 * (y - self.means.1);
    }

    /// Takes in what was gathered of other customers (Chan, Golub and LeVeque 1983, "Algorithms for Computing the Sample
    /// Variance", eq. 2.1).
    ///
    /// ```
    /// use value::cost::Beside;
    /// let (mut one, mut other) = (Beside::default(), Beside::default());
    /// one.add(0, 300);
    /// [(100, 500), (200, 700)].map(|(spent, brought)| other.add(spent, brought));
    /// one.merge(&other);
    /// assert_eq!((one.effect().customers, one.effect().brought), (3, 1_500));
    /// assert!((one.effect().correlation.unwrap() - 1.0).abs() < 1e-12);
    /// ```
    pub fn merge(&mut self, other: &Beside) {
        if other.customers == 0 {
            return;
        }
        let (here, there) = (self.customers as f64, other.customers as f64);
        let apart = (other.means.0 - self.means.0, other.means.1 - self.means.1);
        let share = there / (here + there);
        self.squares.0 += other.squares.0 + apart.0 * apart.0 * here * share;
        self.squares.1 += other.squares.1 + apart.1 * apart.1 * here * share;
        self.products += other.products + apart.0 * apart.1 * here * share;
        self.means = (self.means.0 + apart.0 * share, self.means.1 + apart.1 * share);
        self.customers += other.customers;
        self.reached += other.reached;
        self.spent += other.spent;
        self.brought += other.brought;
        self.brought_by_reached += other.brought_by_reached;
    }

    /// Both sums and how far they go together.
    pub fn effect(&self) -> Effect {
        let (first, second) = self.squares;
        let is_telling = self.customers >= 3 && first > 0.0 && second > 0.0;
        let correlation =
            is_telling.then(|| (self.products / (first.sqrt() * second.sqrt())).clamp(-1.0, 1.0));
        let interval = correlation.filter(|_| self.customers >= 4).map(|r| {
            let spread = NORMAL_97_5 / (self.customers as f64 - 3.0).sqrt();
            if r.abs() == 1.0 { (r, r) } else { ((r.atanh() - spread).tanh(), (r.atanh() + spread).tanh()) }
        });
        Effect {
            customers: self.customers,
            reached: self.reached,
            spent: self.spent,
            brought: self.brought,
            brought_by_reached: self.brought_by_reached,
            is_spent_alike: first <= 0.0,
            correlation,
            interval,
        }
    }
}

/// The normal quantile of 0.975.
const NORMAL_97_5: f64 = 1.959_963_984_540_054;

/// What was spent on some customers beside what they brought. It is told as a correlation, never as an effect: without
/// a comparable group that got nothing, those we spend on may just be those who buy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Customers looked at.
    pub customers: u64,
    /// Those of them on whom anything was spent.
    pub reached: u64,
    /// Spent on them, in minor units.
    pub spent: i64,
    /// Brought by all of them, in minor units.
    pub brought: i64,
    /// Brought by those on whom anything was spent, in minor units.
    pub brought_by_reached: i64,
    /// The same was spent on each of them.
    pub is_spent_alike: bool,
    /// Pearson's correlation of the two over the customers, −1 to 1; `None` below three customers or when one of the two
    /// is the same for all.
    pub correlation: Option<f64>,
    /// Its 95 % interval by Fisher's z transformation (Fisher 1915), from four customers on.
    pub interval: Option<(f64, f64)>,
}

/// Sets what was spent on each customer beside what the customer brought, both in minor units.
///
/// ```
/// let effect = value::cost::effect(&[(100, 300), (200, 500), (300, 700)]);
/// assert_eq!((effect.spent, effect.brought), (600, 1_500));
/// assert!((effect.correlation.unwrap() - 1.0).abs() < 1e-12);
/// ```
pub fn effect(customers: &[(i64, i64)]) -> Effect {
    let mut beside = Beside::default();
    for (spent, brought) in customers {
        beside.add(*spent, *brought);
    }
    beside.effect()
}

/// An amount for each of so many customers, in minor units, halves away from zero; `None` where there is nobody.
///
/// ```
/// use value::cost::per_customer;
/// assert_eq!(per_customer(1_000_00, 3), Some(333_33));
/// assert_eq!(per_customer(1_000_00, 0), None);
/// ```
pub fn per_customer(amount: i64, customers: u64) -> Option<i64> {
    let each = (customers > 0).then(|| round_half_away(i128::from(amount), i128::from(customers)))?;
    i64::try_from(each).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correlation_has_an_interval_around_it() {
        // A textbook pair: r = 0.8 over five.
        let told = effect(&[(1, 2), (2, 1), (3, 4), (4, 3), (5, 5)]);
        let (low, high) = told.interval.unwrap();
        assert!((told.correlation.unwrap() - 0.8).abs() < 1e-12);
        // tanh(atanh 0.8 ∓ 1.96 / √2)
        assert!((low + 0.2796).abs() < 1e-3 && (high - 0.9862).abs() < 1e-3, "{low} {high}");
    }

    #[test]
    fn what_does_not_vary_has_no_correlation() {
        let same = effect(&[(5, 1), (5, 2), (5, 3)]);
        assert_eq!((same.correlation, same.is_spent_alike), (None, true));
        let same = effect(&[(1, 7), (2, 7), (3, 7), (4, 7)]);
        assert_eq!((same.correlation, same.is_spent_alike), (None, false));
        // A third of a cent is no number of the machine: what is the same stays the same however many there are.
        assert_eq!(effect(&vec![(1, 10_000_000_000_001); 1_000]).correlation, None);
        assert_eq!(effect(&[(1, 2), (2, 3)]).correlation, None);
        assert_eq!(effect(&[]).correlation, None);
    }

    #[test]
    fn moments_gathered_apart_are_those_gathered_together() {
        let customers: Vec<(i64, i64)> = (0..1_000_i64)
            .map(|n| (90_000_000_000 + n * 7_919 % 1_009, n * n % 757 + n * 7_919 % 1_009))
            .collect();
        let gathered = |customers: &[(i64, i64)]| {
            let mut beside = Beside::default();
            customers.iter().for_each(|(spent, brought)| beside.add(*spent, *brought));
            beside
        };
        let whole = effect(&customers);
        for at in [0, 1, 300, 999, 1_000] {
            let (one, other) = customers.split_at(at);
            let mut both = gathered(one);
            both.merge(&gathered(other));
            let told = both.effect();
            assert_eq!(
                (told.customers, told.spent, told.brought),
                (whole.customers, whole.spent, whole.brought)
            );
            // Means of billions are known to some hundred-thousandths.
            assert!((told.correlation.unwrap() - whole.correlation.unwrap()).abs() < 1e-7, "{at}");
        }
        let mut same = gathered(&[(1, 10_000_000_000_001); 300]);
        same.merge(&gathered(&[(1, 10_000_000_000_001); 700]));
        assert_eq!(same.effect().correlation, None);
    }

    #[test]
    fn gathered_moments_are_those_of_the_definition() {
        // Large amounts with small differences, where sums of squares alone would lose every digit.
        let customers: Vec<(i64, i64)> = (0..1_000_i64)
            .map(|n| (90_000_000_000 + n * 7_919 % 1_009, -40_000_000_000 + n * n % 757 + n * 7_919 % 1_009))
            .collect();
        let count = customers.len() as i128;
        let sum = |of: fn(&(i64, i64)) -> i128| customers.iter().map(of).sum::<i128>();
        let (x, y) = (sum(|c| c.0.into()), sum(|c| c.1.into()));
        let moment =
            |of: fn(&(i64, i64)) -> i128, one: i128, other: i128| (count * sum(of) - one * other) as f64;
        let both = moment(|c| i128::from(c.0) * i128::from(c.1), x, y);
        let first = moment(|c| i128::from(c.0) * i128::from(c.0), x, x);
        let second = moment(|c| i128::from(c.1) * i128::from(c.1), y, y);
        let exact = both / (first.sqrt() * second.sqrt());
        let told = effect(&customers).correlation.unwrap();
        assert!((told - exact).abs() < 1e-7 && exact > 0.1, "{told} {exact}");
    }
}
