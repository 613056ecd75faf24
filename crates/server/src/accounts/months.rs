//! The months of the accounts: facts priced into books, books closed, and what twelve months add up to.
//!
//! All months, or those whose facts changed beside the others as they are kept. Leaves out which those are
//! (`super::since`) and how months are kept.

use super::since::Reopened;
use super::totals::MonthContent;
use super::{INVESTMENT, count, sum};
use crate::jobs::Progress;
use crate::jobs::work::JobError;
use ledger::Day;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{AccountMonth, MonthEndMeasure, MonthStatements, Store, Teller, YearOfCustomer};
use value::cost::{Book, Books, Catalogue, CostKind, Line, Newcomers, Present, Told, month_of};

/// Month ends that are kept at the most: twenty years.
const MONTH_ENDS: usize = 240;

/// Margin and costs by kind of the twelve months up to a day, by customer number, in minor units. Margin less all kinds is
/// the contribution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CostsByKind {
    /// The kinds, in words that stay the same.
    pub kinds: Vec<String>,
    /// Margin of each customer.
    pub margins: Vec<i64>,
    /// As many numbers for each customer as there are kinds.
    pub costs: Vec<i64>,
}

/// The day of the valuation, with which its twelve months end, and the last day of the accounts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dates {
    pub day: Day,
    pub last: Day,
}

/// Facts in books, not closed yet.
pub(super) struct Priced {
    pub books: Books,
    pub present: Present,
    newcomers: NewcomersByMonth,
}

/// Customers and by which words they were won, by the month of their first purchase.
type NewcomersByMonth = BTreeMap<Day, Vec<(Vec<String>, u64)>>;

/// Prices all facts.
pub(super) fn price(
    teller: &Teller<'_>,
    catalogue: &Catalogue,
    dates: Dates,
    progress: &Progress,
) -> Result<Priced, JobError> {
    let begin =
        || (Books::new(catalogue, dates.day, dates.last), Present::default(), Newcomers::new(catalogue));
    let take = |(books, present, newcomers): &mut (Books, Present, Newcomers), told: &Told<'_>| {
        count(present, told);
        newcomers.note(catalogue, &told.event);
        books.post(catalogue, told);
    };
    let hands = teller.all(begin, take, |done, total| {
        progress.expect(Some(total), "facts");
        progress.reach(done).map_err(|_| store::Error::Cancelled)
    });
    progress.check()?;
    let (mut books, _, mut newcomers) = begin();
    let mut presents = Vec::new();
    for (others, present, won) in hands? {
        books.merge(others);
        newcomers.merge(&won);
        presents.push(present);
    }
    let newcomers = by_month(teller, |_| true)
        .into_iter()
        .map(|(month, customers)| (month, newcomers.count(customers)))
        .collect();
    Ok(Priced { books, present: sum(&presents), newcomers })
}

/// Prices the facts of the months that are reopened, and of those in which the twelve months begin and end.
pub(super) fn price_again(
    teller: &Teller<'_>,
    catalogue: &Catalogue,
    dates: Dates,
    reopened: &Reopened,
    progress: &Progress,
) -> Result<Priced, JobError> {
    let begin = || Books::new(catalogue, dates.day, dates.last).only(reopened.months.clone());
    let mut books = begin();
    let mut months = reopened.months.clone();
    months.extend([books.head().from(), books.tail().from()].map(|day| month_of(day).start));
    let spans: Vec<Range<Day>> = months.into_iter().map(month_of).collect();
    let hands = within(teller, &spans, progress, begin, |books, told| books.post(catalogue, told))?;
    hands.into_iter().for_each(|others| books.merge(others));
    // What was done to win somebody may lie long before the month in which he bought.
    let won = by_month(teller, |month| reopened.months.contains(&month));
    let mut newcomers = Newcomers::new(catalogue);
    let customers: HashSet<u32> = won.values().flatten().copied().collect();
    let note = |told: &Told<'_>| newcomers.note(catalogue, &told.event);
    let told =
        teller.of_customers(&customers, note, || progress.check().map_err(|_| store::Error::Cancelled));
    progress.check()?;
    told?;
    let newcomers = won.into_iter().map(|(month, customers)| (month, newcomers.count(customers))).collect();
    Ok(Priced { books, present: reopened.present, newcomers })
}

/// Tells the facts of some spans of days, and all payments, to two hands and gives their states.
pub(super) fn within<S: Send>(
    teller: &Teller<'_>,
    spans: &[Range<Day>],
    progress: &Progress,
    begin: impl Fn() -> S + Sync,
    take: impl Fn(&mut S, &Told<'_>) + Sync,
) -> Result<Vec<S>, JobError> {
    progress.expect(None, "facts");
    let take = |state: &mut S, _, told: &Told<'_>| take(state, told);
    let told =
        teller.within(spans, begin, take, |done| progress.reach(done).map_err(|_| store::Error::Cancelled));
    progress.check()?;
    Ok(told?)
}

/// Customers by the month of the first purchase that their facts are told with.
fn by_month(teller: &Teller<'_>, is_wanted: impl Fn(Day) -> bool) -> BTreeMap<Day, Vec<u32>> {
    let mut months: BTreeMap<Day, Vec<u32>> = BTreeMap::new();
    for (customer, day) in (0..).zip(teller.first_purchases()) {
        let month = day.map(|day| month_of(Day(day as i32)).start);
        if let Some(month) = month.filter(|month| is_wanted(*month)) {
            months.entry(month).or_default().push(customer);
        }
    }
    months
}

/// Every month, closed.
pub(super) struct Closed {
    pub months: Vec<AccountMonth>,
    pub statements: Vec<MonthStatements>,
    pub years: Vec<YearOfCustomer>,
    pub costs: CostsByKind,
}

/// What all customers share of a month, and the customers' statements of it.
pub(super) type ClosedMonth = (AccountMonth, MonthStatements);

/// A month, its book, and who bought in it for the first time.
type BookOfMonth = (Day, Book, Vec<(Vec<String>, u64)>);

/// Closes the books; months that are `kept` stay as they are.
pub(super) fn close_months(
    store: &Store,
    catalogue: &Catalogue,
    priced: Priced,
    mut kept: BTreeMap<Day, ClosedMonth>,
    Dates { day, last }: Dates,
    progress: &Progress,
) -> Result<Closed, JobError> {
    let Priced { mut books, mut newcomers, .. } = priced;
    let first = kept.keys().next().copied().into_iter().chain(books.first_month()).min();
    let ends = month_of(last).start;
    let mut open: [Vec<BookOfMonth>; 2] = Default::default();
    let (mut month, mut hand) = (first.unwrap_or_else(|| month_of(day).start), 0);
    while month <= ends {
        if !kept.contains_key(&month) {
            let newcomers = newcomers.remove(&month).unwrap_or_default();
            open[hand].push((month, books.take(month, catalogue), newcomers));
            hand = 1 - hand;
        }
        month = month_of(month).end;
    }
    let again = close_books(catalogue, open, progress)?;
    let is_new: HashSet<Day> = again.iter().map(|(month, _)| month.month).collect();
    kept.extend(again.into_iter().map(|closed| (closed.0.month, closed)));

    let mut closed =
        Closed { months: Vec::new(), statements: Vec::new(), years: Vec::new(), costs: CostsByKind::none() };
    let (mut year, mut is_changed) = (Year::of(catalogue), false);
    let (stand, mut kept_ends) = (store.month_ends(MonthEndMeasure::Investment)?, vec![day]);
    for (month, statements) in kept.into_values() {
        progress.check()?;
        year.add(&statements, 1);
        if let Some(old) = closed.statements.len().checked_sub(12) {
            year.add(&closed.statements[old], -1);
        }
        let end = Day(month.until.0 - 1);
        let is_over = month.until == month_of(month.month).end;
        // Twelve months on, a month still tells who was a customer.
        is_changed |= is_new.contains(&month.month);
        closed.statements.push(statements);
        closed.months.push(month);
        if is_over && (ends.0 - end.0) / 31 < MONTH_ENDS as i32 {
            kept_ends.push(end);
            if is_changed || !stand.contains(&end) {
                year.keep(store, end)?;
            }
        }
    }
    let mut to_day = Year::of(catalogue);
    for book in [books.head(), books.tail()] {
        let closing = book.close(catalogue);
        let statements = MonthStatements::new(book.from(), closing.entries());
        to_day.add(&statements, 1);
        closed.costs.add(&statements, catalogue);
    }
    let (head, tail) = (books.head().until(), books.tail().from());
    for statements in closed.statements.iter() {
        if (head..tail).contains(&statements.month()) {
            to_day.add(statements, 1);
            closed.costs.add(statements, catalogue);
        }
    }
    to_day.seen = year.seen;
    to_day.keep(store, day)?;
    for measure in [MonthEndMeasure::Contribution, MonthEndMeasure::Investment] {
        for old in store.month_ends(measure)?.into_iter().filter(|old| !kept_ends.contains(old)) {
            store.drop_month_end(old, measure)?;
        }
    }
    closed.years = to_day.sums;
    Ok(closed)
}

/// Two hands close every second month each.
fn close_books(
    catalogue: &Catalogue,
    open: [Vec<BookOfMonth>; 2],
    progress: &Progress,
) -> Result<Vec<ClosedMonth>, JobError> {
    let total = open.iter().map(Vec::len).sum::<usize>() as u64;
    progress.expect(Some(total), "months");
    let done = AtomicU64::new(0);
    let close = |months: Vec<BookOfMonth>| -> Result<Vec<ClosedMonth>, JobError> {
        let closed = months.into_iter().map(|(month, book, newcomers)| {
            progress.reach(done.fetch_add(1, Ordering::Relaxed))?;
            close_book(catalogue, &book, month, newcomers)
        });
        closed.collect()
    };
    let [even, odd] = open;
    let (even, odd) = std::thread::scope(|threads| {
        let odd = threads.spawn(|| close(odd));
        (close(even), odd.join().expect("months are closed without panicking"))
    });
    let mut closed = even?;
    closed.extend(odd?);
    Ok(closed)
}

fn close_book(
    catalogue: &Catalogue,
    book: &Book,
    month: Day,
    newcomers: Vec<(Vec<String>, u64)>,
) -> Result<ClosedMonth, JobError> {
    let closing = book.close(catalogue);
    let wrong = closing.discrepancies(catalogue);
    if !wrong.is_empty() {
        tracing::error!(month = crate::http::wire::day(month), ?wrong, "a month does not add up");
        return Err(JobError::Bug);
    }
    let statements = MonthStatements::new(month, closing.entries());
    let content = MonthContent::of(catalogue, book, &closing, &statements, newcomers).text();
    Ok((AccountMonth { month, until: book.until(), closed_at: crate::now(), content }, statements))
}

impl CostsByKind {
    fn none() -> CostsByKind {
        let kinds = CostKind::ALL.iter().map(|kind| kind.name().to_string()).collect();
        CostsByKind { kinds, margins: Vec::new(), costs: Vec::new() }
    }

    fn add(&mut self, month: &MonthStatements, catalogue: &Catalogue) {
        let kinds = self.kinds.len();
        month.each(|customer, line, amount| {
            let customer = customer as usize;
            if customer >= self.margins.len() {
                self.margins.resize(customer + 1, 0);
                self.costs.resize((customer + 1) * kinds, 0);
            }
            match line {
                Line::Margin => self.margins[customer] += amount,
                Line::Activity(place) => {
                    let kind = catalogue.activities()[place].cost_kind;
                    self.costs[customer * kinds + kind as usize] += amount;
                }
                _ => {}
            }
        });
    }
}

/// Sums of twelve months by customer.
struct Year {
    /// For each line of the statement: its part in contribution, cost and investment.
    parts: Vec<(i64, i64, i64)>,
    sums: Vec<YearOfCustomer>,
    /// Who had a statement by then.
    seen: Vec<bool>,
}

impl Year {
    fn of(catalogue: &Catalogue) -> Year {
        let lines = Line::Activity(catalogue.activities().len()).number();
        let part = |line| match line {
            Line::Margin => (1, 0, 0),
            Line::Activity(place) => {
                let kind = catalogue.activities()[place].cost_kind;
                (-1, 1, i64::from(INVESTMENT.contains(&kind)))
            }
            _ => (0, 0, 0),
        };
        let parts = (0..lines).map(|line| part(Line::from_number(line))).collect();
        Year { parts, sums: Vec::new(), seen: Vec::new() }
    }

    fn add(&mut self, month: &MonthStatements, sign: i64) {
        month.each(|customer, line, amount| {
            let customer = customer as usize;
            if customer >= self.sums.len() {
                self.sums.resize(customer + 1, YearOfCustomer::default());
                self.seen.resize(customer + 1, false);
            }
            let (contribution, cost, invested) = self.parts[line.number() as usize];
            let (sums, amount) = (&mut self.sums[customer], sign * amount);
            sums.contribution += contribution * amount;
            sums.cost += cost * amount;
            sums.invested += invested * amount;
            self.seen[customer] = true;
        });
    }

    fn keep(&self, store: &Store, day: Day) -> Result<(), JobError> {
        let column = |of: fn(&YearOfCustomer) -> i64| -> Vec<Option<i64>> {
            let seen = |customer: usize| self.seen.get(customer).copied().unwrap_or(false);
            self.sums.iter().enumerate().map(|(customer, sums)| seen(customer).then(|| of(sums))).collect()
        };
        store.put_month_end(day, MonthEndMeasure::Contribution, &column(|sums| sums.contribution))?;
        store.put_month_end(day, MonthEndMeasure::Investment, &column(|sums| sums.invested))?;
        Ok(())
    }
}
