//! What was known of a customer at a date.

use crate::history::{Counts, History, PurchaseDay, PurchaseLine, Variation, fold};
use crate::lifetime::Path;
use ledger::Day;
use std::ops::Range;

/// Where each customer's lines begin among lines sorted by customer.
pub(super) struct Customers {
    /// One more than customers: the last is the number of lines.
    starts: Vec<usize>,
    /// The first day with a line.
    pub first_day: i32,
    /// The largest number of days with lines of one customer.
    pub most_days: usize,
}

impl Customers {
    pub fn of(lines: &[PurchaseLine]) -> Customers {
        let mut starts = Vec::new();
        let mut last = None;
        for (place, line) in lines.iter().enumerate() {
            if last != Some(line.customer) {
                starts.push(place);
                last = Some(line.customer);
            }
        }
        starts.push(lines.len());
        let customers = || lines.chunk_by(|one, next| one.customer == next.customer);
        let days = |lines: &[PurchaseLine]| lines.chunk_by(|one, next| one.day == next.day).count();
        Customers {
            starts,
            first_day: customers().map(|lines| lines[0].day).min().unwrap_or(0),
            most_days: customers().map(days).max().unwrap_or(0),
        }
    }

    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Where the lines of the customer at a place are.
    pub fn lines(&self, place: usize) -> Range<usize> {
        self.starts[place]..self.starts[place + 1]
    }

    /// Places of customers, so many at a time.
    pub fn stretches(&self, wanted: usize) -> impl Iterator<Item = Range<usize>> {
        let all = self.len();
        (0..all).step_by(wanted).map(move |first| first..(first + wanted).min(all))
    }
}

/// One customer as known at a date; kept from customer to customer for its memory.
#[derive(Default)]
pub(super) struct Known {
    pub history: History,
    repeats: Vec<u32>,
    days: Vec<PurchaseDay>,
}

impl Known {
    /// Looks at the customer's lines, sorted by day, up to `day`; false where no purchase is left of them.
    pub fn see(&mut self, lines: &[PurchaseLine], day: Day) -> bool {
        let until = lines.partition_point(|line| line.day <= day.0);
        if until == 0 {
            return false;
        }
        let Some(history) = fold(&lines[..until], day, &mut self.days, &mut Counts::default()) else {
            return false;
        };
        self.history = history;
        self.repeats.clear();
        let repeats = self.days.iter().filter(|day| day.stands).skip(1);
        self.repeats.extend(repeats.map(|day| day.day.abs_diff(history.first_day)));
        true
    }

    /// When the customer bought.
    pub fn path(&self) -> Path<'_> {
        Path { repeats: &self.repeats, age: self.history.age_days }
    }

    /// The same customer as known on the day of the first purchase that still stands.
    pub fn at_birth(&self, lines: &[PurchaseLine]) -> History {
        let first_day = self.history.first_day;
        let (mut margin, mut margin_covers) = (0_i64, 0_i64);
        for line in lines.iter().take_while(|line| line.day <= first_day) {
            if let Some(known) = line.margin.known() {
                margin = margin.saturating_add(known);
                margin_covers = margin_covers.saturating_add(line.amount);
            }
        }
        History {
            customer: self.history.customer,
            first_day,
            last_day: first_day,
            margin,
            margin_covers,
            variation: Variation::default(),
            ..History::default()
        }
    }
}
