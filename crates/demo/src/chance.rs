//! Chance from a seed: one stream per purpose and customer, so that a change in one place leaves the others as they are.

use rand::Rng;
use rand_pcg::Pcg64;

/// A stream of chance.
pub(crate) struct Chance(Pcg64);

/// What a stream is for; its number is part of the seed.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Person = 1,
    Household = 2,
    Buying = 3,
    Baskets = 4,
    Care = 5,
    Accounts = 6,
    Friends = 7,
    Files = 8,
}

impl Chance {
    /// The stream of one purpose for one customer (or 0 where there is one for all).
    pub fn of(seed: u64, purpose: Purpose, index: usize) -> Chance {
        let mut mixed = seed ^ ((purpose as u64) << 56) ^ index as u64;
        let mut next = || {
            // SplitMix64 (Steele, Lea & Flood 2014), to spread neighbouring seeds over the whole state.
            mixed = mixed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = mixed;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            u128::from(word ^ (word >> 31))
        };
        let state = next() << 64 | next();
        let stream = next() << 64 | next();
        Chance(Pcg64::new(state, stream))
    }

    /// Between 0 and 1, neither included.
    pub fn unit(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Whether something of this probability happens.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = (high - low + 1) as u64;
        low + ((u128::from(self.0.next_u64()) * u128::from(width)) >> 64) as i64
    }

    /// One of a list that is not empty.
    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.between(0, list.len() as i64 - 1) as usize]
    }

    /// One of a list, the first ones more often: as names are in a country.
    pub fn pick_common<T: Copy>(&mut self, list: &[T]) -> T {
        let at = self.unit() * self.unit().max(0.15);
        list[(at * list.len() as f64) as usize]
    }

    /// Exponential with this rate.
    pub fn exponential(&mut self, rate: f64) -> f64 {
        -libm::log(self.unit()) / rate
    }

    /// Standard normal, by the polar method.
    pub fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let square = x * x + y * y;
            if square < 1.0 {
                return x * libm::sqrt(-2.0 * libm::log(square) / square);
            }
        }
    }

    /// Gamma with this shape and rate; Marsaglia & Tsang (2000), with their boost for shapes below one.
    pub fn gamma(&mut self, shape: f64, rate: f64) -> f64 {
        if shape < 1.0 {
            let boost = libm::pow(self.unit(), 1.0 / shape);
            return self.gamma(shape + 1.0, rate) * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let v = (1.0 + c * x) * (1.0 + c * x) * (1.0 + c * x);
            if v > 0.0 && libm::log(self.unit()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                return d * v / rate;
            }
        }
    }

    /// Beta with these two shapes.
    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.gamma(a, 1.0), self.gamma(b, 1.0));
        x / (x + y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_moments_of_their_law() {
        let mut chance = Chance::of(1, Purpose::Person, 0);
        let n = 40_000;
        let mut mean = |mut draw: Box<dyn FnMut(&mut Chance) -> f64>| {
            (0..n).map(|_| draw(&mut chance)).sum::<f64>() / f64::from(n)
        };
        assert!((mean(Box::new(|c| c.exponential(0.5))) - 2.0).abs() < 0.05);
        assert!(mean(Box::new(Chance::normal)).abs() < 0.02);
        assert!((mean(Box::new(|c| c.gamma(0.6, 3.0))) - 0.2).abs() < 0.01);
        assert!((mean(Box::new(|c| c.gamma(4.0, 2.0))) - 2.0).abs() < 0.03);
        assert!((mean(Box::new(|c| c.beta(1.0, 4.0))) - 0.2).abs() < 0.01);
        assert!((mean(Box::new(|c| c.between(1, 6) as f64)) - 3.5).abs() < 0.05);
    }

    #[test]
    fn streams_are_apart_and_repeat() {
        let first = |seed, purpose, index| Chance::of(seed, purpose, index).unit();
        assert_eq!(first(1, Purpose::Person, 5), first(1, Purpose::Person, 5));
        assert_ne!(first(1, Purpose::Person, 5), first(1, Purpose::Person, 6));
        assert_ne!(first(1, Purpose::Person, 5), first(1, Purpose::Buying, 5));
        assert_ne!(first(1, Purpose::Person, 5), first(2, Purpose::Person, 5));
    }
}
