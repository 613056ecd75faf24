//! Books month by month over all the time that facts tell of, and what is spread over months: money that is paid late.
//!
//! Takes facts in any order, from several hands at once; gives one book a month, to be closed one after the other, and two
//! books for the parts of months with which the twelve months up to a given day begin and end.

use super::book::Book;
use super::catalogue::Catalogue;
use super::event::{Event, WordField};
use ledger::{Day, FactKind};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The month that a day lies in: its first day, and the first day of the next one.
///
/// ```
/// use ledger::Day;
/// use value::cost::month_of;
/// let month = month_of(Day(45)); // 15 February 1970
/// assert_eq!((month.start, month.end), (Day(31), Day(59)));
/// ```
pub fn month_of(day: Day) -> Range<Day> {
    match day.civil() {
        Some(date) => {
            let days = i32::from(date.days_in_month());
            let first = Day(day.0 - i32::from(date.day()) + 1);
            first..Day(first.0 + days)
        }
        // Beyond the calendar each day stands for itself.
        None => day..Day(day.0.saturating_add(1)),
    }
}

/// The day twelve months before: the same day of that month, or its last one.
fn a_year_before(day: Day) -> Day {
    let before = day.civil().and_then(|date| {
        let month = date.with().day(1).year(date.year() - 1).build().ok()?;
        Some(Day(Day::of(month).0 + i32::from(date.day().min(month.days_in_month())) - 1))
    });
    before.unwrap_or(day)
}

/// A fact for the accounts: what is priced, and for a payment when it was due and when it was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told<'a> {
    /// What is priced; [`Event::days_late`] is filled in by [`spread`].
    pub event: Event<'a>,
    /// When a payment was due.
    pub due: Option<Day>,
    /// When it was paid; `None` while it is open.
    pub paid: Option<Day>,
}

/// No lateness is spread over more days: what is older is booked at once.
const LONGEST_LATE: i32 = 20 * 366;

/// Calls `book` with each part of a fact and its sign.
///
/// All but late payments are one part. Money that is paid late is lent day by day: each month bears the days that fall into
/// it, so that a month that was closed stays as it is while the money stays away. A month's part is the price of the
/// payment as late as it was at the month's end less its price as late as it was at the end of the month before; a
/// condition such as `days_late > 30` is met once, in the month in which it comes true. `last` is the last day of the
/// accounts, up to which an open payment is late; `ends` gives the last day of the part that a day lies in.
///
/// ```
/// use ledger::{Day, FactKind};
/// use value::cost::{Event, Told, month_of, spread};
/// let event = Event { amount: 1_000_00, ..Event::of(FactKind::Payment, Day(64)) };
/// let told = Told { event, due: Some(Day(20)), paid: Some(Day(64)) }; // from 21 January to 6 March
/// let mut parts = Vec::new();
/// spread(&told, Day(400), |day| Day(month_of(day).end.0 - 1), |part, sign| parts.push((part.day, sign * part.days_late)));
/// assert_eq!(parts, [(Day(30), 10), (Day(58), -10), (Day(58), 38), (Day(64), -38), (Day(64), 44)]);
/// ```
pub fn spread(told: &Told<'_>, last: Day, ends: impl Fn(Day) -> Day, mut book: impl FnMut(&Event<'_>, i64)) {
    let Some(due) = told.due.filter(|_| told.event.kind == FactKind::Payment) else {
        book(&told.event, 1);
        return;
    };
    let end = told.paid.unwrap_or(last).min(last);
    if end <= due {
        let days_late = told.paid.map_or(0, |paid| i64::from(paid.0) - i64::from(due.0));
        book(&Event { days_late: days_late.min(0), ..told.event }, 1);
        return;
    }
    let mut day = ends(due.max(Day(end.0.saturating_sub(LONGEST_LATE)))).min(end);
    let mut before = None;
    loop {
        let days_late = i64::from(day.0) - i64::from(due.0);
        if let Some(before) = before {
            book(&Event { day, days_late: before, ..told.event }, -1);
        }
        book(&Event { day, days_late, ..told.event }, 1);
        if day >= end {
            return;
        }
        before = Some(days_late);
        day = ends(Day(day.0 + 1)).min(end);
    }
}

/// By which words the books of months gather their costs, in this order.
pub const WORDS: [WordField; 4] =
    [WordField::Channel, WordField::Source, WordField::Campaign, WordField::Outcome];

fn new(from: Day, until: Day, catalogue: &Catalogue) -> Book {
    Book::new(from, until, catalogue).broken_down(&WORDS)
}

fn put(book: &mut Book, catalogue: &Catalogue, event: &Event<'_>, sign: i64) {
    match sign {
        1 => book.post(catalogue, event),
        _ => book.retract(catalogue, event),
    }
}

/// The books of all months up to a last day.
#[derive(Clone, Debug)]
pub struct Books {
    /// The last day of the accounts.
    last: Day,
    months: BTreeMap<Day, Book>,
    /// The first days of the months that are asked for; all where nobody says.
    only: Option<BTreeSet<Day>>,
    /// The part of a month with which the twelve months up to the day in question begin.
    head: Book,
    /// The part of a month with which they end.
    tail: Book,
    /// The month of the fact before: facts come in some order.
    month: Range<Day>,
    /// Facts after the last day.
    future: u64,
}

impl Books {
    /// Empty books up to and with the day `last`; the twelve months of [`Books::head`] and [`Books::tail`] end with `day`.
    pub fn new(catalogue: &Catalogue, day: Day, last: Day) -> Books {
        let (first, month) = (Day(a_year_before(day).0 + 1), month_of(day));
        Books {
            last,
            months: BTreeMap::new(),
            only: None,
            head: Book::new(first, month_of(first).end, catalogue),
            tail: Book::new(month.start, Day(day.0 + 1), catalogue),
            month: Day(0)..Day(0),
            future: 0,
        }
    }

    /// Empty books of the months with these first days alone, up to and with the day `last`; [`Books::head`] and
    /// [`Books::tail`] stay empty.
    ///
    /// ```
    /// use ledger::{Day, FactKind};
    /// use value::cost::{Books, Catalogue, Event, Told};
    /// let catalogue = Catalogue::new(vec![], vec![], 2).unwrap();
    /// let mut books = Books::of_months(&catalogue, [Day(31)].into(), Day(400)); // February 1970
    /// let sale = |day| Event { customer: Some(0), amount: 5_00, ..Event::of(FactKind::Sale, Day(day)) };
    /// for day in [30, 31, 58, 59] {
    ///     books.post(&catalogue, &Told { event: sale(day), due: None, paid: None });
    /// }
    /// let february = books.take(Day(31), &catalogue).close(&catalogue);
    /// assert_eq!((february.from, february.until), (Day(31), Day(59)));
    /// assert_eq!(february.statement(0).sales.gross, 10_00);
    /// ```
    pub fn of_months(catalogue: &Catalogue, months: BTreeSet<Day>, last: Day) -> Books {
        let nothing = Book::new(Day(i32::MIN), Day(i32::MIN), catalogue);
        Books {
            last,
            months: BTreeMap::new(),
            only: Some(months),
            head: nothing.clone(),
            tail: nothing,
            month: Day(0)..Day(0),
            future: 0,
        }
    }

    /// The same books, but only those of the months with these first days, beside [`Books::head`] and [`Books::tail`].
    pub fn only(self, months: BTreeSet<Day>) -> Books {
        Books { only: Some(months), ..self }
    }

    /// Books a fact; what is spread over months in each of them.
    pub fn post(&mut self, catalogue: &Catalogue, told: &Told<'_>) {
        if told.event.day > self.last && told.due.is_none_or(|due| due >= self.last) {
            self.future += 1;
            return;
        }
        let last = self.last;
        let month_ends = |day: Day| Day(month_of(day).end.0 - 1);
        spread(told, last, month_ends, |event, sign| self.book(catalogue, event, sign));
        // The twelve months are cut on other days: what is spread is cut there as well.
        let (head, tail) = (self.head.from(), self.tail.until());
        let ends = |day: Day| {
            let cuts = [head, tail].into_iter().filter(|cut| day < *cut);
            Day(cuts.fold(month_of(day).end, Day::min).0 - 1)
        };
        spread(told, last, ends, |event, sign| {
            for part in [&mut self.head, &mut self.tail] {
                if part.from() <= event.day && event.day < part.until() {
                    put(part, catalogue, event, sign);
                }
            }
        });
    }

    fn book(&mut self, catalogue: &Catalogue, event: &Event<'_>, sign: i64) {
        if !self.month.contains(&event.day) {
            self.month = month_of(event.day);
        }
        let month = self.month.clone();
        if self.only.as_ref().is_none_or(|only| only.contains(&month.start)) {
            let until = month.end.min(Day(self.last.0.saturating_add(1)));
            let book = self.months.entry(month.start).or_insert_with(|| new(month.start, until, catalogue));
            put(book, catalogue, event, sign);
        }
    }

    /// Adds the books of another hand, of the same days and catalogue.
    pub fn merge(&mut self, other: Books) {
        for (month, book) in other.months {
            match self.months.entry(month) {
                std::collections::btree_map::Entry::Vacant(empty) => _ = empty.insert(book),
                std::collections::btree_map::Entry::Occupied(mut mine) => mine.get_mut().merge(&book),
            }
        }
        self.head.merge(&other.head);
        self.tail.merge(&other.tail);
        self.future += other.future;
    }

    /// Facts dated after the last day, which are in no book.
    pub fn future(&self) -> u64 {
        self.future
    }

    /// The month in which the first fact lies.
    pub fn first_month(&self) -> Option<Day> {
        self.months.keys().next().copied()
    }

    /// Takes a month's book out, to be closed; where no fact lies in the month, an empty one, whose teams were not used.
    pub fn take(&mut self, month: Day, catalogue: &Catalogue) -> Book {
        let until = month_of(month).end.min(Day(self.last.0.saturating_add(1)));
        self.months.remove(&month).unwrap_or_else(|| new(month, until, catalogue))
    }

    /// The book of the days from which the twelve months begin to the end of their month.
    pub fn head(&self) -> &Book {
        &self.head
    }

    /// The book of the days from the first of the month to the day with which the twelve months end.
    pub fn tail(&self) -> &Book {
        &self.tail
    }
}
