//! Finding a customer while somebody types: every name in one text in memory, exact parts first, then names
//! with one or two wrong letters.

use crate::connection::{binds, sql};
use crate::error::Result;
use crate::filter::{self, IdSet};
use crate::house;
use crate::pool::Store;
use access::Reader;
use ledger::Money;
use std::collections::HashSet;
use std::sync::Arc;

/// A customer found by name or account number.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Found {
    pub id: u32,
    pub name: String,
    pub city: Option<String>,
    /// 5 strategic to 1 negligible.
    pub level: Option<i64>,
    /// Expected margin; expected spend for readers without the right to margins.
    pub expected_value: Option<Money>,
}

/// Folded names, one a line, with whose they are.
pub(crate) struct NameIndex {
    change: i64,
    text: String,
    /// Where each line begins, and whose it is; by rising place.
    lines: Vec<(u32, u32)>,
}

/// Candidates looked at before the best are shown.
const CANDIDATES: usize = 150;

impl Store {
    /// The best `most` customers of the reader for what was typed.
    pub fn search(&self, reader: &Reader, typed: &str, most: usize) -> Result<Vec<Found>> {
        let key = identity::search_key(typed);
        if key.is_empty() {
            return Ok(Vec::new());
        }
        let change = self.change_number()?;
        let index = self.name_index(change)?;
        let scope = reader.scope();
        let seen = self.everybody(&scope, change)?;
        let mut candidates: Vec<(u8, u32)> = Vec::new();
        self.read(|connection| {
            connection.each(sql!("portfolio/customers_of_key"), binds![typed.trim()], |row| {
                candidates.push((0, filter::number(row.int(0)?)));
                Ok(())
            })
        })?;
        candidates.retain(|(_, id)| seen.contains(*id));
        candidates.extend(index.containing(&key, &seen));
        if candidates.len() < most && key.chars().count() >= 4 {
            let errors = if key.len() < 8 { 1 } else { 2 };
            let nearly = index.nearly_on_two_cores(&key, errors, CANDIDATES, &seen);
            candidates.extend(nearly.into_iter().map(|id| (4, id)));
        }
        if candidates.len() > CANDIDATES {
            let place = self.places_by_value(reader, change)?;
            candidates.select_nth_unstable_by_key(CANDIDATES, |(rank, id)| (*rank, place(*id), *id));
            candidates.truncate(CANDIDATES);
        }
        candidates.sort_unstable();
        let mut known = HashSet::new();
        let ranked: Vec<(u8, u32)> = candidates.into_iter().filter(|(_, id)| known.insert(*id)).collect();
        let ids: Vec<u32> = ranked.iter().map(|(_, id)| *id).collect();
        let mut rows = self.read(|connection| {
            let currency = house::company_currency(connection)?;
            crate::customers::rows(connection, reader, &ids, currency)
        })?;
        let rank = |id: u32| ranked.iter().find(|(_, other)| *other == id).map_or(9, |(rank, _)| *rank);
        rows.sort_by_key(|row| {
            (
                rank(row.id),
                std::cmp::Reverse(row.expected_value.map_or(i64::MIN, |value| value.minor)),
                row.id,
            )
        });
        rows.truncate(most);
        Ok(rows
            .into_iter()
            .map(|row| Found {
                id: row.id,
                name: row.name,
                city: row.city,
                level: row.level,
                expected_value: row.expected_value,
            })
            .collect())
    }

    fn name_index(&self, change: i64) -> Result<Arc<NameIndex>> {
        if let Some(index) = self.names().as_ref().filter(|index| index.change >= change) {
            return Ok(index.clone());
        }
        let mut index = NameIndex { change, text: String::new(), lines: Vec::new() };
        self.read(|connection| {
            connection.each(sql!("portfolio/names"), binds![], |row| {
                index.lines.push((index.text.len() as u32, filter::number(row.int(0)?)));
                index.text.push_str(row.text(1)?);
                index.text.push('\n');
                Ok(())
            })
        })?;
        index.text.shrink_to_fit();
        let index = Arc::new(index);
        *self.names() = Some(index.clone());
        Ok(index)
    }
}

impl NameIndex {
    fn owner(&self, place: usize) -> u32 {
        let line = self.lines.partition_point(|(start, _)| *start as usize <= place) - 1;
        self.lines[line].1
    }

    /// Names of those seen that contain the key: 1 begins with it, 2 a word begins with it, 3 anywhere.
    fn containing(&self, key: &str, seen: &IdSet) -> Vec<(u8, u32)> {
        let mut found: Vec<(u8, u32)> = Vec::new();
        let mut line = 0;
        let mut told = None;
        for place in memchr::memmem::find_iter(self.text.as_bytes(), key) {
            while self.lines.get(line + 1).is_some_and(|(start, _)| *start as usize <= place) {
                line += 1;
            }
            let (start, id) = self.lines[line];
            if !seen.contains(id) {
                continue;
            }
            let rank = match place.checked_sub(1).map(|before| self.text.as_bytes()[before]) {
                _ if place == start as usize => 1,
                Some(before) if !before.is_ascii_alphanumeric() => 2,
                _ => 3,
            };
            match found.last_mut().filter(|_| told == Some(line)) {
                Some(last) => last.0 = last.0.min(rank),
                None => found.push((rank, id)),
            }
            told = Some(line);
        }
        found
    }

    fn nearly_on_two_cores(&self, key: &str, errors: i32, most: usize, seen: &IdSet) -> Vec<u32> {
        let middle = self.lines.len() / 2;
        std::thread::scope(|threads| {
            let lower = threads.spawn(|| self.nearly(key, errors, most, 0..middle, seen));
            let upper = self.nearly(key, errors, most, middle..self.lines.len(), seen);
            let mut found = lower.join().expect("names are compared without panicking");
            found.extend(upper);
            found
        })
    }

    /// Names of some lines, of those seen, with a part at most `errors` letters away from the key.
    ///
    /// Cut into one piece more than there may be errors, the key has a piece that stands unharmed in every such
    /// name (Wu & Manber, CACM 35(10), 1992): only lines with a piece are compared.
    fn nearly(
        &self,
        key: &str,
        errors: i32,
        most: usize,
        lines: std::ops::Range<usize>,
        seen: &IdSet,
    ) -> Vec<u32> {
        let pattern = Pattern::of(&key.as_bytes()[..key.len().min(64)]);
        let start = |line: usize| self.lines.get(line).map_or(self.text.len(), |(start, _)| *start as usize);
        let (first, end) = (start(lines.start), start(lines.end));
        let part = &self.text.as_bytes()[first..end];
        let pieces = errors.unsigned_abs() as usize + 1;
        let mut found = Vec::new();
        for piece in 0..pieces {
            let cut = |n: usize| n * pattern.length / pieces;
            let needle = &key.as_bytes()[cut(piece)..cut(piece + 1)];
            let mut seen_to = 0;
            for place in memchr::memmem::find_iter(part, needle) {
                if place < seen_to {
                    continue;
                }
                let from = memchr::memrchr(b'\n', &part[..place]).map_or(0, |before| before + 1);
                let to = memchr::memchr(b'\n', &part[place..]).map_or(part.len(), |after| place + after);
                seen_to = to;
                if !pattern.is_near(&part[from..to], errors) {
                    continue;
                }
                let owner = self.owner(first + from);
                if seen.contains(owner) && !found.contains(&owner) {
                    found.push(owner);
                    if found.len() >= most {
                        return found;
                    }
                }
            }
        }
        found
    }
}

/// A key as Myers' bit vectors (J. ACM 46(3), 1999) compare it.
struct Pattern {
    masks: [u64; 256],
    length: usize,
}

impl Pattern {
    fn of(key: &[u8]) -> Pattern {
        let mut masks = [0; 256];
        for (bit, letter) in key.iter().enumerate() {
            masks[*letter as usize] |= 1 << bit;
        }
        Pattern { masks, length: key.len() }
    }

    /// Whether some part of the name is at most `errors` letters away.
    fn is_near(&self, name: &[u8], errors: i32) -> bool {
        let last = 1u64 << (self.length - 1);
        let (mut ahead, mut behind, mut distance) = (u64::MAX, 0u64, self.length as i32);
        for letter in name {
            let equal = self.masks[*letter as usize];
            let vertical = equal | behind;
            let horizontal = ((equal & ahead).wrapping_add(ahead) ^ ahead) | equal;
            let plus = behind | !(horizontal | ahead);
            let minus = ahead & horizontal;
            distance += i32::from(plus & last != 0) - i32::from(minus & last != 0);
            if distance <= errors {
                return true;
            }
            let (plus, minus) = (plus << 1, minus << 1);
            ahead = minus | !(vertical | plus);
            behind = plus & vertical;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(names: &[&str]) -> NameIndex {
        let mut index = NameIndex { change: 1, text: String::new(), lines: Vec::new() };
        for (name, id) in names.iter().zip(1..) {
            index.lines.push((index.text.len() as u32, id));
            index.text.push_str(name);
            index.text.push('\n');
        }
        index
    }

    fn all(last: u32) -> IdSet {
        let mut set = IdSet::default();
        (1..=last).for_each(|id| set.insert(id));
        set
    }

    #[test]
    fn names_that_begin_so_come_before_words_and_middles() {
        let index = index(&["hotel du nord", "nord metal", "lenord sa"]);
        assert_eq!(index.containing("nord", &all(3)), [(2, 1), (1, 2), (3, 3)]);
        assert_eq!(index.containing("n", &all(2)), [(2, 1), (1, 2)], "a name counts once, by its best part");
        let mut third = all(3);
        third.subtract(&all(2));
        assert_eq!(index.containing("nord", &third), [(3, 3)]);
    }

    #[test]
    fn a_wrong_a_missing_and_a_swapped_letter_still_find_the_name() {
        let index = index(&["meridian packaging", "quartz conseil", "solstice foods"]);
        let seen = all(3);
        assert_eq!(index.nearly("qaurtz con", 2, 9, 0..3, &seen), [2]);
        assert_eq!(index.nearly("merridian", 1, 9, 0..3, &seen), [1]);
        assert_eq!(index.nearly_on_two_cores("solstise", 1, 9, &seen), [3]);
        assert_eq!(index.nearly("zzzzz", 1, 9, 0..3, &seen), Vec::<u32>::new());
        assert_eq!(index.nearly("solstise", 1, 9, 0..3, &all(2)), Vec::<u32>::new());
    }
}
