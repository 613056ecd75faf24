//! Customers' names to dense numbers, a million of them against ten million rows.
//!
//! Short plain numbers find their place by their value, everything else by a hash. A lookup mostly waits for
//! memory, so rows are resolved in batches: first all places of a batch are touched, which the processor does side
//! by side, then each is read.

use std::fmt;
use xxhash_rust::xxh3::xxh3_64;

/// The customers of a file, numbered in the order they first appear.
#[derive(Clone, Default)]
pub struct Customers {
    text: String,
    /// Where each name ends in `text`.
    ends: Vec<usize>,
    /// For a name that is a number below [`PLAIN`]: its customer + 1.
    by_number: Vec<u32>,
    /// Open addressing by hash: upper half of the hash, then customer + 1; zero is free. A power of two.
    by_hash: Vec<u64>,
    hashed: usize,
}

impl fmt::Debug for Customers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Customers({})", self.len())
    }
}

/// Numbers below are found by value: forty megabytes at most, and only where they are used.
const PLAIN: u32 = 10_000_000;

/// A name on its way to its number.
#[derive(Clone, Copy)]
pub(super) enum Key {
    /// A number below [`PLAIN`] written without leading zeros.
    Plain(u32),
    Hash(u64),
}

impl Key {
    /// The key of a number, if it is found by its value.
    #[inline]
    pub(super) fn plain(number: u32) -> Option<Key> {
        (number < PLAIN).then_some(Key::Plain(number))
    }
}

impl Customers {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The name of a customer, as written in the file; empty for a number that was not given out.
    pub fn name(&self, customer: u32) -> &str {
        let place = customer as usize;
        let Some(&end) = self.ends.get(place) else { return "" };
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..end]
    }

    /// How the name will be looked up.
    #[inline]
    pub(super) fn key(name: &[u8]) -> Key {
        match plain_number(name) {
            Some(number) => Key::Plain(number),
            None => Key::Hash(xxh3_64(name)),
        }
    }

    /// Makes room for a batch, and has the places of its keys in the processor's cache.
    pub(super) fn prepare(&mut self, keys: &[Key]) {
        if keys.is_empty() {
            return;
        }
        let room = 2 * (self.hashed + keys.len());
        if self.by_hash.len() < room {
            self.grow(room.next_power_of_two().max(1 << 12));
        }
        if self.by_number.is_empty() && keys.iter().any(|key| matches!(key, Key::Plain(_))) {
            self.by_number = vec![0; PLAIN as usize];
        }
        let mask = self.by_hash.len() - 1;
        let touched = keys.iter().fold(0_u64, |touched, key| {
            touched
                ^ match *key {
                    Key::Plain(number) => u64::from(self.by_number[number as usize]),
                    Key::Hash(hash) => self.by_hash[hash as usize & mask],
                }
        });
        std::hint::black_box(touched);
    }

    /// The same for a name that is written as its number is.
    #[inline]
    pub(super) fn number_plain(&mut self, key: Key) -> Option<u32> {
        let Key::Plain(number) = key else { return None };
        match self.by_number[number as usize] {
            0 => self.number(key, number.to_string().as_bytes()),
            known => Some(known - 1),
        }
    }

    /// The number of a customer, a new one for a new name; `None` when the name is no text. Call
    /// [`Customers::prepare`] with the key before.
    #[inline]
    pub(super) fn number(&mut self, key: Key, name: &[u8]) -> Option<u32> {
        match key {
            Key::Plain(number) => {
                let known = self.by_number[number as usize];
                if known > 0 {
                    return Some(known - 1);
                }
                let customer = self.add(name)?;
                self.by_number[number as usize] = customer + 1;
                Some(customer)
            }
            Key::Hash(hash) => {
                let mask = self.by_hash.len() - 1;
                let mut place = hash as usize & mask;
                loop {
                    let slot = self.by_hash[place];
                    if slot == 0 {
                        let customer = self.add(name)?;
                        self.by_hash[place] = (hash & UPPER) | u64::from(customer + 1);
                        self.hashed += 1;
                        return Some(customer);
                    }
                    let customer = slot as u32 - 1;
                    if slot & UPPER == hash & UPPER && self.name(customer).as_bytes() == name {
                        return Some(customer);
                    }
                    place = (place + 1) & mask;
                }
            }
        }
    }

    #[cold]
    fn add(&mut self, name: &[u8]) -> Option<u32> {
        // The last two numbers are kept free: one marks a free place, one is added to mark a taken one.
        let customer = u32::try_from(self.ends.len()).ok().filter(|customer| *customer < u32::MAX - 1)?;
        self.text.push_str(std::str::from_utf8(name).ok()?);
        self.ends.push(self.text.len());
        Some(customer)
    }

    fn grow(&mut self, capacity: usize) {
        let mask = capacity - 1;
        let mut by_hash = vec![0; capacity];
        for customer in self.by_hash.iter().filter(|slot| **slot != 0).map(|slot| *slot as u32 - 1) {
            let hash = xxh3_64(self.name(customer).as_bytes());
            let mut place = hash as usize & mask;
            while by_hash[place] != 0 {
                place = (place + 1) & mask;
            }
            by_hash[place] = (hash & UPPER) | u64::from(customer + 1);
        }
        self.by_hash = by_hash;
    }
}

/// The half of a hash that is kept beside the customer.
const UPPER: u64 = 0xffff_ffff_0000_0000;

#[inline]
fn plain_number(name: &[u8]) -> Option<u32> {
    if name.len() > 7 || (name.len() > 1 && name[0] == b'0') || name.is_empty() {
        return None;
    }
    let mut number = 0_u32;
    for byte in name {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u32::from(digit);
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(customers: &mut Customers, names: &[&[u8]]) -> Vec<Option<u32>> {
        let keys: Vec<Key> = names.iter().map(|name| Customers::key(name)).collect();
        customers.prepare(&keys);
        keys.into_iter().zip(names).map(|(key, name)| customers.number(key, name)).collect()
    }

    #[test]
    fn names_keep_their_spelling() {
        let mut customers = Customers::default();
        let names: [&[u8]; 8] = [b"7", b"007", b"7.0", b"Ada", b"7", b" Ada", b"12345678", b"0"];
        let given = numbers(&mut customers, &names).into_iter().map(Option::unwrap).collect::<Vec<_>>();
        assert_eq!(given, [0, 1, 2, 3, 0, 4, 5, 6]);
        assert_eq!((customers.name(1), customers.name(4), customers.name(99)), ("007", " Ada", ""));
    }

    #[test]
    fn a_hundred_thousand_names_are_told_apart() {
        let mut customers = Customers::default();
        for round in 0..2 {
            for start in (0..100_000).step_by(1_000) {
                let names: Vec<String> = (start..start + 1_000).map(|i| format!("C{i:07}")).collect();
                let bytes: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
                let given = numbers(&mut customers, &bytes);
                assert!(given.iter().enumerate().all(|(i, n)| *n == Some(start + i as u32)), "round {round}");
            }
        }
        assert_eq!(customers.len(), 100_000);
    }

    #[test]
    fn bytes_that_are_no_text_get_no_number() {
        let mut customers = Customers::default();
        assert_eq!(numbers(&mut customers, &[b"caf\xe9"]), [None]);
        assert!(customers.is_empty());
    }
}
