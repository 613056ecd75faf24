//! Purchase lines in any order, tens of millions of them, brought together by customer.
//!
//! Two ways: lines that come one by one are dealt to blocks of a few hundred customers at once ([`Lines`]), so that
//! there is never one long list to sort or to move; a list that is there already is sorted in place.

use crate::history::{Gathering, Histories, Margin, PurchaseLine};
use ledger::Day;

/// What histories see of a line.
pub(crate) trait Line: Copy {
    fn customer(&self) -> u32;
    fn day(&self) -> i32;
    fn amount(&self) -> i64;
    fn margin(&self) -> Margin;
}

impl Line for PurchaseLine {
    fn customer(&self) -> u32 {
        self.customer
    }
    fn day(&self) -> i32 {
        self.day
    }
    fn amount(&self) -> i64 {
        self.amount
    }
    fn margin(&self) -> Margin {
        self.margin
    }
}

/// A line that tells no margin: two thirds of the memory.
#[derive(Clone, Copy)]
struct Sale {
    customer: u32,
    day: i32,
    amount: i64,
}

impl Line for Sale {
    fn customer(&self) -> u32 {
        self.customer
    }
    fn day(&self) -> i32 {
        self.day
    }
    fn amount(&self) -> i64 {
        self.amount
    }
    fn margin(&self) -> Margin {
        Margin::UNKNOWN
    }
}

/// A line of a bucket in eight bytes: memory that is touched for the first time is what millions of lines cost most.
/// Nine bits tell the customer in the bucket, twenty the day and thirty-five the amount, the larger the lower: as a number it
/// stands where the line stands among sorted ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Packed(u64);

impl Packed {
    /// Days before and after 1970 that fit: more than a thousand years.
    const DAYS: i32 = 1 << 19;
    /// Amounts that fit: in ten-thousandths more than a million of the currency.
    const AMOUNTS: i64 = 1 << 34;

    /// `None` where day or amount is too large.
    #[inline]
    fn of(sale: Sale) -> Option<Packed> {
        let Sale { customer, day, amount } = sale;
        let fits = (-Packed::DAYS..Packed::DAYS).contains(&day)
            && (-Packed::AMOUNTS..Packed::AMOUNTS).contains(&amount);
        let in_bucket = u64::from(customer & ((1 << BUCKET_BITS) - 1));
        fits.then(|| {
            let (day, amount) = ((day + Packed::DAYS) as u64, (Packed::AMOUNTS - 1 - amount) as u64);
            Packed(in_bucket << 55 | day << 35 | amount)
        })
    }

    #[inline]
    fn day(self) -> i32 {
        (self.0 >> 35 & 0xf_ffff) as i32 - Packed::DAYS
    }

    /// The line again, of the bucket whose first customer this is.
    #[inline]
    fn sale(self, first: u32) -> Sale {
        Sale {
            customer: first | (self.0 >> 55) as u32,
            day: self.day(),
            amount: Packed::AMOUNTS - 1 - (self.0 & 0x7_ffff_ffff) as i64,
        }
    }
}

/// Lines without margins as they come, from a file in any order.
///
/// Eight bytes a line (sixteen more for an extreme day or amount) and the histories themselves are all the memory that it
/// takes. Customers should be numbered
/// from zero without large gaps; others are sorted more slowly, to the same result.
///
/// ```
/// use ledger::Day;
/// use value::{Lines, Margin, PurchaseLine, histories};
/// let mut lines = Lines::default();
/// for (customer, day, amount) in [(1, 30, 900), (0, 4, 250), (1, 0, 500)] {
///     lines.push(customer, day, amount);
/// }
/// assert_eq!(lines.last_day(), Some(Day(30)));
/// let line = |(customer, day, amount)| PurchaseLine { customer, day, amount, margin: Margin::UNKNOWN };
/// let same = [(1, 0, 500), (1, 30, 900), (0, 4, 250)].map(line);
/// assert_eq!(lines.histories(Day(40)), histories(same.to_vec(), Day(40)));
/// ```
#[derive(Default)]
pub struct Lines {
    buckets: Vec<Bucket>,
    count: u64,
    last_day: Option<i32>,
    /// One more than the largest number, as far as buckets reach.
    customers: usize,
}

/// Lines of neighbouring customers, in blocks that are never moved.
#[derive(Default)]
struct Bucket {
    full: Vec<Vec<Packed>>,
    open: Vec<Packed>,
    /// What does not fit eight bytes.
    wide: Vec<Sale>,
}

/// Customers of a bucket: their lines fit the cache next to the processor, and so do the ends of all buckets.
const BUCKET_BITS: u32 = 9;
/// Lines of a block.
const BLOCK: usize = 512;
/// Customers beyond the last bucket are all in it.
const MOST_BUCKETS: usize = 1 << 18;

impl Lines {
    /// Adds a line: `day` as in [`ledger::Day`], `amount` in minor units, negative for a return.
    #[inline]
    pub fn push(&mut self, customer: u32, day: i32, amount: i64) {
        let place = ((customer >> BUCKET_BITS) as usize).min(MOST_BUCKETS - 1);
        if place >= self.buckets.len() {
            self.buckets.resize_with(place + 1, Bucket::default);
        }
        let bucket = &mut self.buckets[place];
        let sale = Sale { customer, day, amount };
        match Packed::of(sale) {
            Some(packed) if place < MOST_BUCKETS - 1 => {
                if bucket.open.len() == bucket.open.capacity() {
                    bucket.open_next();
                }
                bucket.open.push(packed);
            }
            _ => bucket.wide.push(sale),
        }
        self.last_day = self.last_day.max(Some(day));
        self.count += 1;
        self.customers = self.customers.max(customer as usize + 1);
    }

    /// Lines so far.
    pub fn len(&self) -> u64 {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The latest day of a line.
    pub fn last_day(&self) -> Option<Day> {
        self.last_day.map(Day)
    }

    /// Customers that there may be: one more than the largest number.
    ///
    /// ```
    /// let mut lines = value::Lines::default();
    /// lines.push(4, 30, 900);
    /// assert_eq!(lines.most_customers(), 5);
    /// ```
    pub fn most_customers(&self) -> usize {
        self.customers
    }

    /// One history per customer, as [`crate::histories`] gives it; blocks are freed on the way.
    pub fn histories(self, until: Day) -> Histories {
        self.gathered(until, false)
    }

    /// The same with the amount of each repeat purchase, as [`crate::histories_with_amounts`] gives it.
    ///
    /// ```
    /// use ledger::Day;
    /// let mut lines = value::Lines::default();
    /// lines.push(0, 0, 500);
    /// lines.push(0, 14, 800);
    /// assert_eq!(lines.histories_with_amounts(Day(20)).repeat_amounts, [800]);
    /// ```
    pub fn histories_with_amounts(self, until: Day) -> Histories {
        self.gathered(until, true)
    }

    fn gathered(self, until: Day, with_amounts: bool) -> Histories {
        let mut gathering = Gathering::new(until, with_amounts);
        gathering.counts.lines = self.count;
        gathering.reserve(self.customers.min(self.count as usize), self.count as usize);
        let (mut lines, mut scratch) = (Vec::<Sale>::new(), Vec::new());
        let (mut packed, mut sorted) = (Vec::<Packed>::new(), Vec::new());
        let last = self.buckets.len().saturating_sub(1);
        for (place, Bucket { full, open, wide }) in self.buckets.into_iter().enumerate() {
            lines.clear();
            packed.clear();
            let first = (place as u32) << BUCKET_BITS;
            for block in full.into_iter().chain([open]) {
                packed.extend_from_slice(&block);
            }
            if wide.is_empty() {
                let of_all = packed.len();
                packed.retain(|line| line.day() <= until.0);
                gathering.counts.lines_after += (of_all - packed.len()) as u64;
                sort_packed(&packed, &mut sorted);
                lines.extend(sorted.iter().map(|packed| packed.sale(first)));
                gathering.take(&lines);
                continue;
            }
            lines.extend(packed.iter().map(|packed| packed.sale(first)));
            lines.extend(wide);
            let of_all = lines.len();
            lines.retain(|sale| sale.day <= until.0);
            gathering.counts.lines_after += (of_all - lines.len()) as u64;
            if lines.is_empty() {
                continue;
            }
            let is_wide = place == last && place == MOST_BUCKETS - 1;
            sort_bucket(&mut lines, if is_wide { usize::MAX } else { 1 << BUCKET_BITS }, &mut scratch);
            gathering.take(&lines);
        }
        gathering.done()
    }
}

impl Bucket {
    #[cold]
    fn open_next(&mut self) {
        // The first block is small: not every base has many customers a bucket, or many lines a customer.
        let room = if self.open.capacity() == 0 { BLOCK / 8 } else { BLOCK };
        let filled = std::mem::replace(&mut self.open, Vec::with_capacity(room));
        if !filled.is_empty() {
            self.full.push(filled);
        }
    }
}

/// Sorts lines by customer, then day, purchases of a day before its returns.
pub(crate) fn sort_lines(lines: &mut [PurchaseLine]) {
    let last_customer = lines.iter().map(|line| line.customer).max().unwrap_or(0);
    each_sorted_stretch(lines, last_customer, |_| ());
}

/// Gives stretches of lines by customer, then day, then falling amount, so that purchases of a day stand before its
/// returns; all lines of a customer are in one stretch.
///
/// One in-place pass by the leading bits of the customer (McIlroy, Bostic & McIlroy 1993, "Engineering Radix
/// Sort", the American flag sort) leaves buckets that fit a processor's cache. Each is spread by customer, and the
/// few lines of one customer are sorted by day.
pub(crate) fn each_sorted_stretch<L: Line>(lines: &mut [L], last_customer: u32, mut give: impl FnMut(&[L])) {
    if lines.is_sorted_by_key(place::<L>) {
        return give(lines);
    }
    const BUCKET_LINES: usize = 8_192;
    let wanted = (lines.len() / BUCKET_LINES).clamp(1, 2_048).next_power_of_two();
    let shift = (32 - last_customer.leading_zeros()).saturating_sub(wanted.trailing_zeros()).min(31);
    let ends =
        gather(lines, (last_customer >> shift) as usize + 1, |line| (line.customer() >> shift) as usize);
    let mut scratch = Vec::new();
    let mut start = 0;
    for end in ends {
        let bucket = &mut lines[start..end];
        sort_bucket(bucket, 1 << shift, &mut scratch);
        give(bucket);
        start = end;
    }
}

/// What lines are sorted by.
fn place<L: Line>(line: &L) -> (u32, i32, std::cmp::Reverse<i64>) {
    (line.customer(), line.day(), std::cmp::Reverse(line.amount()))
}

/// Moves lines of one bucket next to each other, in place; gives where each bucket ends.
fn gather<L: Line>(lines: &mut [L], buckets: usize, bucket_of: impl Fn(&L) -> usize) -> Vec<usize> {
    let mut ends = vec![0; buckets];
    for line in lines.iter() {
        ends[bucket_of(line)] += 1;
    }
    let mut heads = Vec::with_capacity(buckets);
    let mut start = 0;
    for end in &mut ends {
        heads.push(start);
        start += *end;
        *end = start;
    }
    // Each step puts one line where it belongs and goes on, instead of following the line it displaced: steps do
    // not wait for each other's memory. What was displaced is dealt with in the next round.
    let mut unfinished: Vec<usize> = (0..buckets).collect();
    while !unfinished.is_empty() {
        unfinished.retain(|&bucket| {
            for place in heads[bucket]..ends[bucket] {
                let head = &mut heads[bucket_of(&lines[place])];
                lines.swap(place, *head);
                *head += 1;
            }
            heads[bucket] < ends[bucket]
        });
    }
    ends
}

/// Sorts the lines of a bucket: spread by customer, the few lines of each by themselves.
fn sort_packed(lines: &[Packed], sorted: &mut Vec<Packed>) {
    const CUSTOMERS: usize = 1 << BUCKET_BITS;
    sorted.clear();
    sorted.extend_from_slice(lines);
    if CUSTOMERS > 2 * lines.len() {
        return sorted.sort_unstable();
    }
    let customer = |line: &Packed| (line.0 >> 55) as usize;
    let mut heads = [0_u32; CUSTOMERS];
    for line in lines {
        heads[customer(line)] += 1;
    }
    let mut start = 0;
    for head in &mut heads {
        start += std::mem::replace(head, start);
    }
    for line in lines {
        let head = &mut heads[customer(line)];
        sorted[*head as usize] = *line;
        *head += 1;
    }
    // Each head now stands where its customer ends.
    let mut start = 0;
    for end in heads {
        sorted[start..end as usize].sort_unstable();
        start = end as usize;
    }
}

/// Sorts lines whose customers share all but their last bits; `customers` is how many those bits can tell apart.
fn sort_bucket<L: Line>(lines: &mut [L], customers: usize, scratch: &mut Vec<L>) {
    if customers > 2 * lines.len() {
        lines.sort_unstable_by_key(place::<L>);
        return;
    }
    scratch.clear();
    scratch.extend_from_slice(lines);
    let mut heads = vec![0_usize; customers + 1];
    let last_bits = |line: &L| line.customer() as usize & (customers - 1);
    for line in scratch.iter() {
        heads[last_bits(line) + 1] += 1;
    }
    for i in 1..heads.len() {
        heads[i] += heads[i - 1];
    }
    for line in scratch.iter() {
        let head = &mut heads[last_bits(line)];
        lines[*head] = *line;
        *head += 1;
    }
    // Each head now stands where its customer ends.
    let mut start = 0;
    for end in heads {
        lines[start..end].sort_unstable_by_key(|line| (line.day(), std::cmp::Reverse(line.amount())));
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::histories;

    #[test]
    fn lines_that_come_one_by_one_make_the_same_histories() {
        let mut state = 7_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut all = Vec::new();
        for _ in 0..60_000 {
            let customer = next(4_000) as u32;
            let line = PurchaseLine {
                customer: if customer == 77 { u32::MAX - 5 } else { customer },
                day: if next(500) == 0 { -700_000 } else { next(400) as i32 - 20 },
                amount: if next(300) == 0 { (next(9) as i64 - 2) << 40 } else { next(900) as i64 - 150 },
                margin: Margin::UNKNOWN,
            };
            all.push(line);
        }
        for until in [Day(379), Day(200), Day(-30)] {
            let mut lines = Lines::default();
            all.iter().for_each(|line| lines.push(line.customer, line.day, line.amount));
            assert_eq!((lines.len(), lines.last_day()), (60_000, Some(Day(379))));
            assert_eq!(lines.histories(until), histories(all.clone(), until));
        }
        assert_eq!(Lines::default().histories(Day(0)), histories(Vec::new(), Day(0)));
    }
}
