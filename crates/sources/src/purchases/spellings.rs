//! Customers who may stand under two names: `12` and `12.0`, `0012` and `12`, `Ada` and `ADA `.
//!
//! Takes the names of a file once it is read; gives a sentence that says how many, the first of them and what to do. Puts
//! nobody together: whether `0012` is `12` only the user knows. Looks at each name once, and at none where all are plain
//! numbers, of which each is written in one way.

use super::Customers;
use crate::said::named;
use std::borrow::Cow;
use std::collections::HashMap;
use xxhash_rust::xxh3::xxh3_64;

impl Customers {
    /// Names that are another one's in another spelling, in words; `None` where there are none.
    pub(super) fn spelt_twice(&self) -> Option<String> {
        if self.are_all_plain() || self.are_spelt_alike() {
            return None;
        }
        let hash = |customer: u32| xxh3_64(plain(self.name(customer)).as_bytes());
        let customers = || 0..self.len() as u32;
        let mut hashes: Vec<u64> = customers().map(hash).collect();
        hashes.sort_unstable();
        let mut shared: Vec<u64> =
            hashes.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        if shared.is_empty() {
            return None;
        }
        shared.dedup();
        drop(hashes);
        let mut first_of: HashMap<String, u32> = HashMap::new();
        let (mut count, mut first) = (0_u64, None);
        for customer in customers().filter(|customer| shared.binary_search(&hash(*customer)).is_ok()) {
            let before = *first_of.entry(plain(self.name(customer)).into_owned()).or_insert(customer);
            if before != customer {
                count += 1;
                first = first.or(Some((customer, before)));
            }
        }
        let (later, before) = first?;
        let (later, before) = (named(self.name(later)), named(self.name(before)));
        let may = match count {
            1 => "1 name of a customer may be another one's in another spelling:".to_string(),
            _ => format!("{count} names of customers may be other ones' in another spelling, the first:"),
        };
        Some(format!(
            "{may} \"{later}\" beside \"{before}\"; each is a customer of its own here: where they are the same, write them in one \
             way in the file (numbers as text, without decimals or zeros before them; the same capitals and blanks) and run \
             this again"
        ))
    }
}

impl Customers {
    /// Whether no name can be another one's in another spelling: none has a blank or a letter beyond ASCII, capitals and small
    /// letters are not both in use, and none begins as a number does.
    fn are_spelt_alike(&self) -> bool {
        let (mut capitals, mut small, mut others) = (false, false, false);
        for byte in self.all_names().bytes() {
            capitals |= byte.is_ascii_uppercase();
            small |= byte.is_ascii_lowercase();
            others |= !byte.is_ascii_graphic();
        }
        let begins_as_number =
            |customer: u32| self.name(customer).starts_with(|letter: char| letter.is_ascii_digit());
        let may_differ = others || (capitals && small) || (0..self.len() as u32).any(begins_as_number);
        !may_differ
    }
}

/// A name without what tells no two customers apart: blanks around it and repeated ones, capitals, and of a number zeros before
/// it and decimals of nothing.
fn plain(name: &str) -> Cow<'_, str> {
    let trimmed = name.trim();
    if let Some(number) = whole_number(trimmed) {
        return Cow::Borrowed(number);
    }
    let is_usual = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase() && !byte.is_ascii_whitespace();
    if trimmed.bytes().all(is_usual) {
        return Cow::Borrowed(trimmed);
    }
    let mut plain = String::with_capacity(trimmed.len());
    for (at, word) in trimmed.split_whitespace().enumerate() {
        if at > 0 {
            plain.push(' ');
        }
        if word.is_ascii() {
            plain.extend(word.chars().map(|letter| letter.to_ascii_lowercase()));
        } else {
            plain.push_str(&word.to_lowercase());
        }
    }
    Cow::Owned(plain)
}

/// The digits of a whole number that count; `None` for what is none. One or two zeros after a mark are decimals of nothing,
/// three might be thousands.
fn whole_number(text: &str) -> Option<&str> {
    const MOST_DECIMALS: usize = 2;
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    let is_nothing = |decimals: &str| {
        (1..=MOST_DECIMALS).contains(&decimals.len()) && decimals.bytes().all(|digit| digit == b'0')
    };
    let is_whole = rest.is_empty() || rest.strip_prefix(['.', ',']).is_some_and(is_nothing);
    if digits == 0 || !is_whole {
        return None;
    }
    let counting = number.trim_start_matches('0');
    Some(if counting.is_empty() { &number[digits - 1..] } else { counting })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(names: &[&str]) -> Option<String> {
        let mut customers = Customers::default();
        for name in names {
            customers.number_of(name.as_bytes()).expect("it is text");
        }
        customers.spelt_twice()
    }

    #[test]
    fn one_customer_in_two_spellings_is_told_with_both() {
        for (one, other) in [
            ("12", "12.0"),
            ("12", "0012"),
            ("12.00", "12"),
            ("12,0", "012"),
            ("0", "000"),
            ("Ada", "ADA"),
            ("Ada", " Ada "),
            ("Ada  Lovelace", "ada lovelace"),
            ("Ada\u{a0}Lovelace", "Ada Lovelace"),
            ("Élodie", "élodie"),
            ("c-0012", "C-0012"),
        ] {
            let said = said(&["Bob", one, "77", other, "Eve"]).unwrap_or_else(|| panic!("{one} {other}"));
            assert!(said.starts_with("1 name of a customer"), "{said}");
            let both = format!("\"{}\" beside \"{}\"", named(other), named(one));
            assert!(said.contains(&both) && said.contains("write them in one way"), "{said}");
        }
        let three = said(&["7", "8", "9", "9.0", "7.0", "007"]).expect("two of seven, one of nine");
        assert!(three.starts_with("3 names") && three.contains("\"9.0\" beside \"9\""), "{three}");
    }

    #[test]
    fn names_in_one_spelling_are_known_at_once() {
        let alike = |names: &[&str]| {
            let mut customers = Customers::default();
            names.iter().for_each(|name| assert!(customers.number_of(name.as_bytes()).is_some()));
            customers.are_spelt_alike()
        };
        assert!(alike(&["C-1", "C-2", "K_9"]) && alike(&["c-1", "d.2"]) && alike(&[]));
        for names in [&["C-1", "c-1"][..], &["C 1"], &["\u{c9}"], &["C1", "007"], &["C1", "7.0"]] {
            assert!(!alike(names), "{names:?}");
        }
    }

    #[test]
    fn different_customers_are_left_alone() {
        for names in [
            &["1", "2", "10", "100"][..],
            &["C-12", "C-0012", "C12"],
            &["12.5", "12", "1.000", "1000", "-12", "12.0.0"],
            &["1.0", "2.0", "10.0"],
            &["", "0", "Ada", "Adam", "Ad a"],
            &[],
        ] {
            assert_eq!(said(names), None, "{names:?}");
        }
    }
}
