//! Whole numbers in as few bytes as they need: groups of seven bits, low ones first, the highest bit says that more follow.

use crate::error::{Error, Result};

/// A number with its sign in the lowest bit: small ones of either sign stay small.
pub(crate) fn folded(amount: i64) -> u64 {
    (amount << 1 ^ amount >> 63) as u64
}

/// The number that was folded.
pub(crate) fn unfolded(bits: u64) -> i64 {
    (bits >> 1) as i64 ^ -((bits & 1) as i64)
}

/// Appends a number.
pub(crate) fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// The next number of bytes that we wrote ourselves; 0 beyond their end.
pub(crate) fn take(rest: &mut &[u8]) -> u64 {
    let (mut number, mut shift) = (0_u64, 0);
    while let Some((byte, after)) = rest.split_first() {
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift.min(63);
        if byte & 0x80 == 0 {
            break;
        }
        shift += 7;
    }
    number
}

/// The next number of bytes from the base, which may be damaged.
pub(crate) fn checked(rest: &mut &[u8]) -> Result<u64> {
    let end = rest.iter().take(10).position(|byte| byte & 0x80 == 0);
    if end.is_none() {
        return Err(unreadable());
    }
    Ok(take(rest))
}

/// Passes over so many numbers of bytes from the base, which may be damaged.
pub(crate) fn skip(rest: &mut &[u8], numbers: u64) -> Result<()> {
    if numbers == 0 {
        return Ok(());
    }
    // Each number ends with the byte that says that none follows.
    let mut ends = (0..).zip(rest.iter()).filter(|(_, byte)| **byte & 0x80 == 0);
    let last = usize::try_from(numbers - 1).ok().and_then(|numbers| ends.nth(numbers));
    let Some((at, _)) = last else { return Err(unreadable()) };
    *rest = &rest[at + 1..];
    Ok(())
}

fn unreadable() -> Error {
    Error::Refused("figures that were kept cannot be read: run `clientela value`".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_passed_over_are_those_that_would_be_read() {
        let numbers = [0, 127, 128, u64::MAX, 5, 300];
        let mut bytes = Vec::new();
        numbers.iter().for_each(|number| put(&mut bytes, *number));
        for count in 0..=numbers.len() {
            let (mut skipped, mut read) = (bytes.as_slice(), bytes.as_slice());
            skip(&mut skipped, count as u64).unwrap();
            (0..count).for_each(|_| _ = take(&mut read));
            assert_eq!(skipped, read, "{count}");
        }
        assert!(skip(&mut bytes.as_slice(), 7).is_err() && skip(&mut bytes.as_slice(), u64::MAX).is_err());
    }

    proptest! {
        #[test]
        fn numbers_read_back(amount in any::<i64>(), bits in any::<u64>()) {
            let mut bytes = Vec::new();
            put(&mut bytes, folded(amount));
            put(&mut bytes, bits);
            let mut rest = bytes.as_slice();
            prop_assert_eq!(unfolded(checked(&mut rest).unwrap()), amount);
            prop_assert_eq!(checked(&mut rest).unwrap(), bits);
            prop_assert!(checked(&mut rest).is_err());
        }
    }
}
