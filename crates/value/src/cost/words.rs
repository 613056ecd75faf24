//! The words of facts, numbered as they occur, so that what is gathered by them is gathered by a number.

use super::event::{Event, WordField};
use std::collections::{HashMap, VecDeque};

/// The words that occur, in lower case, each combination with its number from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    by: Vec<WordField>,
    numbers: HashMap<Vec<String>, usize>,
    /// The last few as they were written: facts come in runs.
    recent: VecDeque<(Vec<String>, usize)>,
}

/// How many are kept as they were written.
const RECENT: usize = 16;

impl Words {
    pub(super) fn by(by: Vec<WordField>) -> Words {
        Words { by, ..Words::default() }
    }

    /// Nothing is asked for.
    pub(super) fn is_none(&self) -> bool {
        self.by.is_empty()
    }

    /// The number of a fact's words.
    pub(super) fn number(&mut self, event: &Event<'_>) -> usize {
        let is_same = |words: &[String]| words.iter().zip(&self.by).all(|(word, by)| word == by.of(event));
        if let Some((_, number)) = self.recent.iter().find(|(words, _)| is_same(words)) {
            return *number;
        }
        let written: Vec<String> = self.by.iter().map(|word| word.of(event).to_string()).collect();
        let number = self.number_of(written.iter().map(|word| word.to_lowercase()).collect());
        self.recent.truncate(RECENT - 1);
        self.recent.push_front((written, number));
        number
    }

    /// The number of words in lower case.
    pub(super) fn number_of(&mut self, words: Vec<String>) -> usize {
        let next = self.numbers.len();
        *self.numbers.entry(words).or_insert(next)
    }

    /// All of them in no order, each with its number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Vec<String>, usize)> {
        self.numbers.iter().map(|(words, number)| (words, *number))
    }

    /// By number.
    pub(super) fn list(&self) -> Vec<&[String]> {
        let mut list: Vec<&[String]> = vec![&[]; self.numbers.len()];
        for (words, number) in self.iter() {
            list[number] = words;
        }
        list
    }
}
