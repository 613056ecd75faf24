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

/// Appends a column of whole numbers: the least one, and of each what it has above that, all in the bytes that the most needs.
pub(crate) fn put_column(bytes: &mut Vec<u8>, column: &[i64]) {
    let least = column.iter().copied().min().unwrap_or(0);
    let above = |number: &i64| number.wrapping_sub(least) as u64;
    let width = match column.iter().map(above).max().unwrap_or(0) {
        0 => 0,
        1..0x100 => 1,
        0x100..0x1_0000 => 2,
        0x1_0000..0x1_0000_0000 => 4,
        _ => 8_u8,
    };
    bytes.extend(least.to_le_bytes());
    bytes.push(width);
    column.iter().for_each(|number| bytes.extend(&above(number).to_le_bytes()[..usize::from(width)]));
}

/// The next column of so many numbers as it was put: the least, the width of each, the bytes. `None` beyond the end.
fn next_column<'b>(rest: &mut &'b [u8], count: usize) -> Option<(i64, u8, &'b [u8])> {
    let (least, after) = rest.split_first_chunk::<8>()?;
    let (width, after) = after.split_first()?;
    let (data, after) = after.split_at_checked(count.checked_mul(usize::from(*width))?)?;
    *rest = after;
    Some((i64::from_le_bytes(*least), *width, data))
}

/// Passes over a column of so many numbers.
pub(crate) fn skip_column(rest: &mut &[u8], count: usize) -> Option<()> {
    next_column(rest, count).map(|_| ())
}

/// The next column of so many numbers, in place of what `column` held; `None` beyond the end of what was kept.
pub(crate) fn take_column(rest: &mut &[u8], count: usize, column: &mut Vec<i64>) -> Option<()> {
    let (least, width, data) = next_column(rest, count)?;
    column.clear();
    let number = |above: u64| least.wrapping_add(above as i64);
    match width {
        0 => column.resize(count, least),
        1 => column.extend(data.iter().map(|byte| number(u64::from(*byte)))),
        2 => column.extend(data.as_chunks().0.iter().map(|above| number(u16::from_le_bytes(*above).into()))),
        4 => column.extend(data.as_chunks().0.iter().map(|above| number(u32::from_le_bytes(*above).into()))),
        8 => column.extend(data.as_chunks().0.iter().map(|above| number(u64::from_le_bytes(*above)))),
        _ => return None,
    }
    Some(())
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

    proptest! {
        #[test]
        fn columns_come_back_as_they_were(
            columns in proptest::collection::vec(proptest::collection::vec(whole(), 0..40), 0..4),
            cut in 0..200_usize,
        ) {
            let mut bytes = Vec::new();
            columns.iter().for_each(|column| put_column(&mut bytes, column));
            let (mut rest, mut read) = (bytes.as_slice(), vec![7]);
            for column in &columns {
                prop_assert!(take_column(&mut rest, column.len(), &mut read).is_some());
                prop_assert_eq!(&read, column);
            }
            prop_assert!(rest.is_empty());
            // What was cut off is told, not made up.
            let short = &bytes[..bytes.len().saturating_sub(cut + 1)];
            let mut rest = short;
            let whole = columns.iter().all(|column| take_column(&mut rest, column.len(), &mut read).is_some());
            prop_assert!(columns.is_empty() || !whole);
        }
    }

    /// Numbers of all sizes, the widest apart included.
    fn whole() -> impl Strategy<Value = i64> {
        prop_oneof![
            0..9_i64,
            -300..300_i64,
            1_000_000..1_070_000_i64,
            any::<i64>(),
            Just(i64::MIN),
            Just(i64::MAX)
        ]
    }
}
