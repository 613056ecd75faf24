//! Customers' names to dense numbers, a million of them against ten million rows.
//!
//! Short plain numbers find their place by their value, and so do numbers behind a beginning that names share, as `C` in
//! `C0000123`; everything else by a hash. A lookup mostly waits for
//! memory, so rows are resolved in batches: first all places of a batch are touched, which the processor does side
//! by side, then each is read. Names of up to eleven bytes stand in their place whole, so that one look is enough.

use std::fmt;
use xxhash_rust::xxh3::xxh3_64;

/// The customers of a file, numbered in the order they first appear.
#[derive(Clone, Default)]
pub struct Customers {
    text: String,
    /// Where each name ends in `text`.
    ends: Vec<usize>,
    /// For a name that is a number below [`PLAIN`]: its customer + 1. After these, by the same of those behind each of the
    /// beginnings.
    by_number: [Vec<u32>; 1 + MOST_BEGINNINGS],
    beginnings: Vec<Beginning>,
    /// Open addressing by hash: the key, and customer + 1 above it; zero is free. A power of two.
    by_hash: Vec<u128>,
    hashed: usize,
}

impl fmt::Debug for Customers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Customers({})", self.len())
    }
}

/// Numbers below are found by value: forty megabytes at most, and only where they are used.
const PLAIN: u32 = 10_000_000;
/// The digits of these.
const DIGITS: usize = 7;
/// Beginnings behind which numbers are found by value: the first ones to come.
const MOST_BEGINNINGS: usize = 2;

/// What stands before the last digits of a name, at most [`DIGITS`], and how many these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Beginning {
    bytes: u64,
    length: u8,
    digits: u8,
}

impl Beginning {
    /// The beginning of a name and the number behind it; `None` where the name does not end with a number or is too long.
    #[inline]
    fn of(name: &[u8]) -> Option<(Beginning, u32)> {
        let (mut number, mut digits, mut place) = (0, 0, 1);
        while digits < DIGITS.min(name.len()) {
            let digit = name[name.len() - 1 - digits].wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            number += u32::from(digit) * place;
            place *= 10;
            digits += 1;
        }
        let length = name.len() - digits;
        if digits == 0 || length > 8 {
            return None;
        }
        let bytes = name[..length].iter().fold(0, |bytes, byte| bytes << 8 | u64::from(*byte));
        Some((Beginning { bytes, length: length as u8, digits: digits as u8 }, number))
    }
}

/// A name on its way to its number, in the lower 96 bits: its bytes below their count, or what [`kind`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key(u128);

/// What the highest byte of a key tells; less than these is the length of a name that is in it whole.
mod kind {
    pub(super) const WHOLE: usize = 11;
    /// The hash of a longer name.
    pub(super) const LONG: u128 = 12;
    /// A number below [`super::PLAIN`] written without leading zeros.
    pub(super) const PLAIN: u128 = 13;
    /// The same behind the first beginning; those behind the others follow.
    pub(super) const BEHIND: u128 = 14;
}

/// Where the highest byte of a key begins, and where the customer above it.
const KIND: u32 = 88;
const CUSTOMER: u32 = 96;

impl Key {
    /// The key of a number, if it is found by its value.
    #[inline]
    pub(super) fn plain(number: u32) -> Option<Key> {
        (number < PLAIN).then_some(Key::of_plain(number))
    }

    #[inline]
    fn of_plain(number: u32) -> Key {
        Key(u128::from(number) | kind::PLAIN << KIND)
    }

    #[inline]
    fn of(name: &[u8]) -> Key {
        match plain_number(name) {
            Some(number) => Key::of_plain(number),
            None if name.len() <= kind::WHOLE => Key(whole(name) | (name.len() as u128) << KIND),
            None => Key(u128::from(xxh3_64(name)) | kind::LONG << KIND),
        }
    }

    /// Among which numbers it is found by its value, and the number.
    #[inline]
    fn number(self) -> Option<(usize, usize)> {
        (self.0 >> KIND).checked_sub(kind::PLAIN).map(|lane| (lane as usize, self.0 as u32 as usize))
    }

    #[inline]
    fn is_long(self) -> bool {
        self.0 >> KIND == kind::LONG
    }

    /// Mixed by one long multiplication.
    #[inline]
    fn hash(self) -> usize {
        const ODD: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xd6e8_feb8_6659_fd93];
        let product = u128::from(self.0 as u64 ^ ODD[0]) * u128::from((self.0 >> 64) as u64 ^ ODD[1]);
        let folded = product as u64 ^ (product >> 64) as u64;
        (folded ^ (folded >> 32)).wrapping_mul(ODD[0]) as usize
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

    /// All names, one after the other.
    pub(super) fn all_names(&self) -> &str {
        &self.text
    }

    /// Every name is a number below ten million, without zeros before it.
    pub(super) fn are_all_plain(&self) -> bool {
        self.hashed == 0 && self.beginnings.is_empty()
    }

    /// How the name will be looked up.
    #[inline]
    pub(super) fn key(&mut self, name: &[u8]) -> Key {
        if let Some((beginning, number)) = Beginning::of(name).filter(|(beginning, _)| beginning.length > 0) {
            let known = self.beginnings.iter().position(|known| *known == beginning);
            let lane = known.or_else(|| self.begin(beginning));
            if let Some(lane) = lane {
                return Key(u128::from(number) | (kind::BEHIND + lane as u128) << KIND);
            }
        }
        Key::of(name)
    }

    /// The place of a beginning that was not known; `None` where there are enough.
    #[cold]
    fn begin(&mut self, beginning: Beginning) -> Option<usize> {
        let lane = self.beginnings.len();
        (lane < MOST_BEGINNINGS).then(|| self.beginnings.push(beginning))?;
        Some(lane)
    }

    /// Makes room for the numbers of a lane.
    #[cold]
    fn open(&mut self, lane: usize) {
        let digits = lane.checked_sub(1).map_or(DIGITS as u32, |place| self.beginnings[place].digits.into());
        self.by_number[lane] = vec![0; 10_usize.pow(digits)];
    }

    /// A number that is found by its value.
    #[inline]
    pub(super) fn plain(number: i64) -> Option<u32> {
        u32::try_from(number).ok().filter(|number| *number < PLAIN)
    }

    /// The numbers of customers who are named by numbers found by their value, at the end of `given`; false where there are too
    /// many.
    pub(super) fn number_plain(&mut self, numbers: &[u32], given: &mut Vec<u32>) -> bool {
        if self.by_number[0].is_empty() && !numbers.is_empty() {
            self.open(0);
        }
        // First all that are known, in a loop that waits for many places of memory at once.
        const UNKNOWN: u32 = u32::MAX;
        let by_number = &self.by_number[0];
        let from = given.len();
        given.extend(numbers.iter().map(|number| by_number[*number as usize].wrapping_sub(1)));
        for (customer, number) in
            given[from..].iter_mut().zip(numbers).filter(|(customer, _)| **customer == UNKNOWN)
        {
            match self.number(Key::of_plain(*number), || None) {
                Some(known) => *customer = known,
                None => return false,
            }
        }
        true
    }

    /// The number of one name; `None` for what is no text.
    pub(super) fn number_of(&mut self, name: &[u8]) -> Option<u32> {
        let mut found = None;
        let key = self.key(name);
        self.number_all(&[key], |_| Some(name), |_, number| found = number);
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
        // So many places stay in the cache next to the processor.
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
        for (lane, _) in keys.iter().filter_map(|key| key.number()) {
            if self.by_number[lane].is_empty() {
                self.open(lane);
            }
        }
        let mask = self.by_hash.len() - 1;
        let mut touched = 0;
        for key in keys {
            touched ^= match key.number() {
                Some((lane, number)) => self.by_number[lane][number],
                None => self.by_hash[key.hash() & mask] as u32,
            };
        }
        std::hint::black_box(touched);
    }

    #[inline]
    fn number<'n>(&mut self, key: Key, name: impl Fn() -> Option<&'n [u8]>) -> Option<u32> {
        if let Some((lane, number)) = key.number() {
            let known = self.by_number[lane][number];
            if known > 0 {
                return Some(known - 1);
            }
            let customer = match name() {
                Some(name) => self.add(name),
                None => self.add(number.to_string().as_bytes()),
            }?;
            self.by_number[lane][number] = customer + 1;
            return Some(customer);
        }
        let mask = self.by_hash.len() - 1;
        let mut place = key.hash() & mask;
        loop {
            let slot = self.by_hash[place];
            if slot == 0 {
                let customer = self.add(name()?)?;
                self.by_hash[place] = key.0 | u128::from(customer + 1) << CUSTOMER;
                self.hashed += 1;
                return Some(customer);
            }
            let customer = (slot >> CUSTOMER) as u32 - 1;
            let is_same = (slot ^ key.0) << (u128::BITS - CUSTOMER) == 0
                && (!key.is_long() || Some(self.name(customer).as_bytes()) == name());
            if is_same {
                return Some(customer);
            }
            place = (place + 1) & mask;
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
        for slot in self.by_hash.iter().filter(|slot| **slot != 0) {
            let mut place = Key(slot & ((1 << CUSTOMER) - 1)).hash() & mask;
            while by_hash[place] != 0 {
                place = (place + 1) & mask;
            }
            by_hash[place] = *slot;
        }
        self.by_hash = by_hash;
    }
}

/// The bytes of a name of at most eleven as one number.
#[inline]
fn whole(name: &[u8]) -> u128 {
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
        length => (eight(0), eight(length - 8) >> (8 * (16 - length))),
    };
    u128::from(low) | u128::from(high) << 64
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
        let keys: Vec<Key> = names.iter().map(|name| customers.key(name)).collect();
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
    fn names_have_keys_of_their_own() {
        let mut seen = std::collections::HashMap::new();
        let letters = ["", "a", "b", "ab", "\0", "abc", "acb", "xyz"];
        for first in letters {
            for second in letters {
                for third in ["", "0123", "0124", "01234567", "012345678", "7"] {
                    let name = format!("{first}{second}{third}");
                    let known = seen.entry(Key::of(name.as_bytes()).0).or_insert(name.clone());
                    assert_eq!(known, &name);
                }
            }
        }
        let names: [&[u8]; 6] = [
            b"0123456789a",
            b"0123456789b",
            b"0123456789ab",
            b"0123456789ac",
            b"0123456789abcdefg",
            b"0123456789ab",
        ];
        let given = numbers(&mut Customers::default(), &names);
        assert_eq!(given, [0, 1, 2, 3, 4, 2].map(Some));
    }

    #[test]
    fn numbers_behind_a_beginning_are_told_apart() {
        let mut customers = Customers::default();
        let names: [&[u8]; 14] = [
            b"C0001",
            b"C001",
            b"C1",
            b"1",
            b"0001",
            b"D0001",
            b"CC0001",
            b"C0001",
            b"C00000001",
            b"00000001",
            b"D001",
            b"\0C1",
            b"C0001a",
            b"C99999999",
        ];
        let given: Vec<u32> = numbers(&mut customers, &names).into_iter().map(Option::unwrap).collect();
        assert_eq!(given, [0, 1, 2, 3, 4, 5, 6, 0, 7, 8, 9, 10, 11, 12]);
        for (name, customer) in names.iter().zip(&given) {
            assert_eq!(customers.name(*customer).as_bytes(), *name);
            assert_eq!(customers.number_of(name), Some(*customer));
        }
        assert_eq!(customers.beginnings.len(), MOST_BEGINNINGS);
        assert!(!customers.are_all_plain());
    }

    #[test]
    fn plain_numbers_are_the_same_customers_however_they_come() {
        let mut customers = Customers::default();
        let mut given = Vec::new();
        assert!(customers.number_plain(&[7, 9, 7, 9_999_999], &mut given));
        assert!(customers.number_plain(&[9, 12], &mut given));
        assert_eq!(given, [0, 1, 0, 2, 1, 3]);
        assert_eq!(numbers(&mut customers, &[b"12", b"7", b"07"]), [Some(3), Some(0), Some(4)]);
        assert_eq!((customers.name(2), customers.name(4)), ("9999999", "07"));
    }

    /// Two long names of one hash are held apart by their text.
    #[test]
    fn a_hash_that_two_long_names_share_is_not_enough() {
        let mut customers = Customers::default();
        let names: [&[u8]; 2] = [b"a rather long name", b"another long name"];
        let keys = [Key::of(names[0]), Key::of(names[0])];
        let mut given = Vec::new();
        customers.number_all(&keys, |at| Some(names[at]), |_, number| given.push(number));
        assert_eq!(given, [Some(0), Some(1)]);
        assert_eq!(customers.name(1), "another long name");
    }

    #[test]
    fn bytes_that_are_no_text_get_no_number() {
        let mut customers = Customers::default();
        assert_eq!(numbers(&mut customers, &[b"caf\xe9"]), [None]);
        assert!(customers.is_empty());
    }
}
