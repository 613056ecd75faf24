//! Who moved from which class or level to which, between any two dates.

use crate::{Class, Level};

/// A class or a level: one of a few places in order.
pub trait Place: Copy {
    /// How many there are.
    const COUNT: usize;
    /// Its place, from 0 (most) to COUNT − 1 (least).
    fn place(self) -> usize;
}

impl Place for Class {
    const COUNT: usize = 4;
    fn place(self) -> usize {
        self as usize - 1
    }
}

impl Place for Level {
    const COUNT: usize = 5;
    fn place(self) -> usize {
        self as usize - 1
    }
}

/// A customer at two dates; `None` where he is no customer, not yet or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage<P> {
    /// Class or level, and value or contribution in minor units, at the first date.
    pub before: Option<(P, i64)>,
    /// The same at the second date.
    pub after: Option<(P, i64)>,
}

/// Customers who went one way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Place at the first date; `P::COUNT` for the new.
    pub from: usize,
    /// Place at the second date; `P::COUNT` for the lost.
    pub to: usize,
    /// How many.
    pub customers: u64,
    /// What they were worth at the first date, in minor units.
    pub value_before: i64,
    /// What they are worth at the second.
    pub value_after: i64,
}

/// Every way from each place to each, the new and the lost with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    places: usize,
    /// By `from * (places + 1) + to`.
    flows: Vec<Flow>,
}

/// The migrations between two dates.
///
/// ```
/// use portfolio::{Class, Passage, migration};
/// let moved = migration([
///     Passage { before: Some((Class::D3, 40)), after: Some((Class::D2, 300)) },
///     Passage { before: Some((Class::D3, 35)), after: None },
///     Passage { before: None, after: Some((Class::D4, -5)) },
/// ]);
/// assert_eq!(moved.flow(Some(Class::D3), Some(Class::D2)).customers, 1);
/// assert_eq!((moved.lost(Class::D3).customers, moved.gained(Class::D4).value_after), (1, -5));
/// ```
pub fn migration<P: Place>(passages: impl IntoIterator<Item = Passage<P>>) -> Migration {
    let side = P::COUNT + 1;
    let mut flows: Vec<Flow> =
        (0..side * side).map(|cell| Flow { from: cell / side, to: cell % side, ..Flow::default() }).collect();
    for passage in passages {
        let place = |at: Option<(P, i64)>| at.map_or(P::COUNT, |(place, _)| place.place());
        let (from, to) = (place(passage.before), place(passage.after));
        if from == P::COUNT && to == P::COUNT {
            continue;
        }
        let flow = &mut flows[from * side + to];
        flow.customers += 1;
        flow.value_before += passage.before.map_or(0, |(_, value)| value);
        flow.value_after += passage.after.map_or(0, |(_, value)| value);
    }
    Migration { places: P::COUNT, flows }
}

impl Migration {
    /// Those who went from one place to another; `None` for not being a customer.
    pub fn flow<P: Place>(&self, from: Option<P>, to: Option<P>) -> Flow {
        let place = |at: Option<P>| at.map_or(self.places, Place::place);
        self.flows[place(from) * (self.places + 1) + place(to)]
    }

    /// Those who were here and are no customers any more.
    pub fn lost<P: Place>(&self, from: P) -> Flow {
        self.flow(Some(from), None)
    }

    /// Those who are here and were no customers before.
    pub fn gained<P: Place>(&self, to: P) -> Flow {
        self.flow(None, Some(to))
    }

    /// Every way that somebody went, for a flow drawing; by place from and place to.
    pub fn flows(&self) -> impl Iterator<Item = &Flow> {
        self.flows.iter().filter(|flow| flow.customers > 0)
    }

    /// How many rose, fell and stayed, of those who are customers at both dates.
    pub fn up_down_same(&self) -> (u64, u64, u64) {
        let mut counts = (0, 0, 0);
        for flow in self.flows.iter().filter(|flow| flow.from < self.places && flow.to < self.places) {
            match flow.to.cmp(&flow.from) {
                std::cmp::Ordering::Less => counts.0 += flow.customers,
                std::cmp::Ordering::Greater => counts.1 += flow.customers,
                std::cmp::Ordering::Equal => counts.2 += flow.customers,
            }
        }
        counts
    }

    /// Chances of being in each place (the last one: lost) a period later, from each place.
    ///
    /// The mean of a Dirichlet posterior: each row is drawn towards the way that all customers together went *relative to
    /// where they were* (so many places up or down, or lost), as if `prior` more customers had gone so. A row without
    /// customers and without any prior stays where it is. The row of the lost is left out: they stay lost.
    pub fn transition(&self, prior: f64) -> Vec<Vec<f64>> {
        let places = self.places;
        let count = |from: usize, to: usize| self.flows[from * (places + 1) + to].customers as f64;
        // Moves by −(places − 1) … places − 1, and lost.
        let mut moves = vec![0.0; 2 * places];
        for from in 0..places {
            for to in 0..places {
                moves[to + places - from - 1] += count(from, to);
            }
            moves[2 * places - 1] += count(from, places);
        }
        (0..places)
            .map(|from| {
                // A move beyond the ends stays at the end.
                let mut pooled = vec![0.0; places + 1];
                for (step, customers) in moves[..2 * places - 1].iter().enumerate() {
                    let to = (from + step + 1).saturating_sub(places).min(places - 1);
                    pooled[to] += customers;
                }
                pooled[places] = moves[2 * places - 1];
                let all: f64 = pooled.iter().sum();
                let row: f64 = (0..=places).map(|to| count(from, to)).sum();
                let weight = if all > 0.0 { prior.max(0.0) } else { 0.0 };
                if row + weight <= 0.0 {
                    return (0..=places).map(|to| f64::from(u8::from(to == from))).collect();
                }
                let shares = pooled.iter().map(|one| if all > 0.0 { one / all } else { 0.0 });
                let counts = (0..=places).map(|to| count(from, to));
                counts.zip(shares).map(|(count, share)| (count + weight * share) / (row + weight)).collect()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passages() -> Vec<Passage<Class>> {
        let at =
            |number: u64| Class::ALL.get(number as usize % 5).map(|class| (*class, (number % 97) as i64));
        (0..3_000_u64)
            .map(|i| Passage { before: at(i.wrapping_mul(2_654_435_761) >> 7), after: at(i * i % 101) })
            .collect()
    }

    #[test]
    fn nobody_gets_lost_on_the_way() {
        let passages = passages();
        let moved = migration(passages.iter().copied());
        for class in Class::ALL {
            let here = |at: Option<(Class, i64)>| at.filter(|(one, _)| *one == class);
            let to = Class::ALL.map(Some).into_iter().chain([None]);
            let before: u64 = to.clone().map(|to| moved.flow(Some(class), to).customers).sum();
            let after: u64 = to.map(|from| moved.flow(from, Some(class)).customers).sum();
            assert_eq!(before, passages.iter().filter(|one| here(one.before).is_some()).count() as u64);
            assert_eq!(after, passages.iter().filter(|one| here(one.after).is_some()).count() as u64);
        }
        let worth: i64 = moved.flows().map(|flow| flow.value_after).sum();
        assert_eq!(worth, passages.iter().filter_map(|one| one.after).map(|(_, value)| value).sum::<i64>());
        let (up, down, same) = moved.up_down_same();
        let both = passages.iter().filter(|one| one.before.is_some() && one.after.is_some());
        assert_eq!(up + down + same, both.count() as u64);
    }

    #[test]
    fn chances_add_up_and_few_customers_follow_the_many() {
        let moved = migration(passages());
        for prior in [0.0, 5.0, 1e9] {
            for row in moved.transition(prior) {
                assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                assert!(row.iter().all(|chance| (0.0..=1.0).contains(chance)));
            }
        }
        // Everybody in D3 rises one place; one in D2 is all we know of D2.
        let rise = Passage { before: Some((Class::D3, 1)), after: Some((Class::D2, 1)) };
        let stay = Passage { before: Some((Class::D2, 1)), after: Some((Class::D2, 1)) };
        let few = migration(std::iter::repeat_n(rise, 99).chain([stay]));
        assert_eq!(few.transition(0.0)[1][1], 1.0);
        assert!(few.transition(9.0)[1][0] > 0.8, "the one who stayed tells little");
        assert_eq!(few.transition(0.0)[0][0], 1.0, "nobody told us anything of D1");
    }
}
