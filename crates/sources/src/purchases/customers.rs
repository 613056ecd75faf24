//! Customers' names to dense numbers, a million of them against ten million rows.
//!
//! Short plain numbers find their place by their value, everything else by a hash. A lookup mostly waits for
//! memory, so rows are resolved in batches: first all places of a batch are touched, which the processor does side
//! by side, then each is read. Names of up to fifteen bytes are compared as one number.

use std::fmt;
use xxhash_rust::xxh3::xxh3_64;

/// The customers of a file, numbered in the order they first appear.
#[derive(Clone, Default)]
pub struct Customers {
    text: String,
    /// Where each name ends in `text`.
    ends: Vec<usize>,
    /// Each name as one number, see [`packed`].
    packed: Vec<u128>,
    /// For a name that is a number below [`PLAIN`]: its customer + 1.
    by_number: Vec<u32>,
    /// Open addressing by hash: upper half of the hash, then customer + 1; zero is free. A power of two.
    by_hash: Vec<u64>,
    hashed: usize,
    /// What a batch met at first sight; kept for its memory.
    met: Vec<u32>,
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
    /// The name as one number, and its hash.
    Hash(u128, u64),
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
            None => {
                let packed = packed(name);
                Key::Hash(packed, hash(packed, name))
            }
        }
    }

    /// The number of one name; `None` for what is no text.
    pub(super) fn number_of(&mut self, name: &[u8]) -> Option<u32> {
        let mut found = None;
        self.number_all(&[Customers::key(name)], |_| Some(name), |_, number| found = number);
        found
    }

    /// The numbers of a batch of customers, new ones for new names, to `give`; `None` when a name is no text. `name`
    /// tells the name of a place in the batch, or nothing for a key that is written as its number is.
    pub(super) fn number_all<'n>(
        &mut self,
        keys: &[Key],
        name: impl Fn(usize) -> Option<&'n [u8]>,
        mut give: impl FnMut(usize, Option<u32>),
    ) {
        // So many places and names stay in the cache next to the processor.
        const AT_ONCE: usize = 1_024;
        for (part, keys) in keys.chunks(AT_ONCE).enumerate() {
            self.prepare(keys);
            for (at, key) in keys.iter().enumerate() {
                let at = part * AT_ONCE + at;
                give(at, self.number(*key, || name(at)));
            }
        }
    }

    /// Makes room for a batch, and has the places of its keys in the processor's cache.
    fn prepare(&mut self, keys: &[Key]) {
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
        let mut touched = 0;
        for key in keys {
            touched ^= match *key {
                Key::Plain(number) => u64::from(self.by_number[number as usize]),
                Key::Hash(_, hash) => self.by_hash[hash as usize & mask],
            };
        }
        // Then the names that will be compared, which lie elsewhere.
        self.met.clear();
        for key in keys {
            let Key::Hash(_, hash) = *key else { continue };
            let mut place = hash as usize & mask;
            while self.by_hash[place] != 0 && self.by_hash[place] & UPPER != hash & UPPER {
                place = (place + 1) & mask;
            }
            self.met.push(self.by_hash[place] as u32);
        }
        for met in self.met.iter().filter(|met| **met > 0) {
            touched ^= self.packed[*met as usize - 1] as u64;
        }
        std::hint::black_box(touched);
    }

    #[inline]
    fn number<'n>(&mut self, key: Key, name: impl Fn() -> Option<&'n [u8]>) -> Option<u32> {
        match key {
            Key::Plain(number) => {
                let known = self.by_number[number as usize];
                if known > 0 {
                    return Some(known - 1);
                }
                let customer = match name() {
                    Some(name) => self.add(name),
                    None => self.add(number.to_string().as_bytes()),
                }?;
                self.by_number[number as usize] = customer + 1;
                Some(customer)
            }
            Key::Hash(packed, hash) => {
                let is_whole = (packed >> 120) as usize <= PACKED_WHOLE;
                let mask = self.by_hash.len() - 1;
                let mut place = hash as usize & mask;
                loop {
                    let slot = self.by_hash[place];
                    if slot == 0 {
                        let customer = self.add(name()?)?;
                        self.by_hash[place] = (hash & UPPER) | u64::from(customer + 1);
                        self.hashed += 1;
                        return Some(customer);
                    }
                    let customer = slot as u32 - 1;
                    let is_same = slot & UPPER == hash & UPPER
                        && self.packed[customer as usize] == packed
                        && (is_whole || Some(self.name(customer).as_bytes()) == name());
                    if is_same {
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
        self.packed.push(packed(name));
        Some(customer)
    }

    fn grow(&mut self, capacity: usize) {
        let mask = capacity - 1;
        let mut by_hash = vec![0; capacity];
        for customer in self.by_hash.iter().filter(|slot| **slot != 0).map(|slot| *slot as u32 - 1) {
            let hash = hash(self.packed[customer as usize], self.name(customer).as_bytes());
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

/// Names up to this length are in [`packed`] whole.
const PACKED_WHOLE: usize = 15;

/// The first fifteen bytes of a name below its length (or 16 for all longer ones) in the highest byte.
#[inline]
fn packed(name: &[u8]) -> u128 {
    let eight = |at: usize| u64::from_le_bytes(name[at..at + 8].try_into().expect("eight bytes"));
    let four = |at: usize| u64::from(u32::from_le_bytes(name[at..at + 4].try_into().expect("four bytes")));
    // The last bytes are read over the first ones, and what both have in common is shifted out.
    let (low, high) = match name.len() {
        0 => (0, 0),
        length @ 1..=3 => {
            let byte = |at: usize| u64::from(name[at]);
            (byte(0) | byte(length / 2) << (8 * (length / 2)) | byte(length - 1) << (8 * (length - 1)), 0)
        }
        length @ 4..=7 => (four(0) | four(length - 4) << (8 * (length - 4)), 0),
        8 => (eight(0), 0),
        length @ 9..=15 => (eight(0), eight(length - 8) >> (8 * (16 - length))),
        _ => (eight(0), eight(8) & (u64::MAX >> 8)),
    };
    let length = name.len().min(PACKED_WHOLE + 1) as u128;
    u128::from(low) | u128::from(high) << 64 | length << 120
}

/// A hash of the whole name; short ones are mixed by one long multiplication.
#[inline]
fn hash(packed: u128, name: &[u8]) -> u64 {
    if name.len() > PACKED_WHOLE {
        return xxh3_64(name);
    }
    const ODD: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xd6e8_feb8_6659_fd93];
    let product = u128::from(packed as u64 ^ ODD[0]) * u128::from((packed >> 64) as u64 ^ ODD[1]);
    let folded = product as u64 ^ (product >> 64) as u64;
    (folded ^ (folded >> 32)).wrapping_mul(ODD[0])
}

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
        let mut given = Vec::new();
        customers.number_all(&keys, |at| Some(names[at]), |_, number| given.push(number));
        given
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
    fn names_as_numbers_are_all_different() {
        let mut seen = std::collections::HashMap::new();
        let letters = ["", "a", "b", "ab", "\0", "abc", "acb", "xyz"];
        for first in letters {
            for second in letters {
                for third in ["", "0123", "0124", "01234567", "012345678"] {
                    let name = format!("{first}{second}{third}");
                    let known = seen.entry(packed(name.as_bytes())).or_insert(name.clone());
                    assert_eq!(known, &name);
                }
            }
        }
        let (long, longer) = (b"0123456789abcdef", b"0123456789abcdefg");
        assert_eq!(packed(long), packed(longer));
        assert_ne!(hash(packed(long), long), hash(packed(longer), longer));
        let mut customers = Customers::default();
        assert_eq!(numbers(&mut customers, &[long, longer, long]), [Some(0), Some(1), Some(0)]);
    }

    #[test]
    fn bytes_that_are_no_text_get_no_number() {
        let mut customers = Customers::default();
        assert_eq!(numbers(&mut customers, &[b"caf\xe9"]), [None]);
        assert!(customers.is_empty());
    }
}
