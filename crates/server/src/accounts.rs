//! Accounts as the last step of valuing: every fact is priced, every month closed, every customer gets his statements.
//!
//! Facts come from the store, prices from `value::cost`; what is kept can be dropped and closed again from the facts. Leaves
//! out what a customer is worth and whether what he gets is coherent with it.

pub mod beside;
pub mod catalogue;
pub mod customer;
pub mod preview;
pub mod totals;
pub mod written;

use crate::identity::stoppable;
use crate::jobs::Progress;
use crate::jobs::work::JobError;
use ledger::{Currency, Day, FactKind};
use serde_json::json;
use std::collections::BTreeMap;
use store::{
    AccountMonth, CatalogueId, MonthEndMeasure, MonthStatements, Restatement, SavedCatalogue, Store,
    YearOfCustomer,
};
use totals::MonthContent;
use value::cost::{Book, Books, Catalogue, CostKind, Line, Newcomers, Present, Told, guess, month_of};
use written::WrittenCatalogue;

/// Prices of a catalogue that nobody dated hold from here on.
pub const DAWN: Day = Day(-25_567);
/// Month ends that are kept at the most: twenty years.
const MONTH_ENDS: usize = 240;
/// What is put into a customer beside serving him.
pub const INVESTMENT: [CostKind; 2] = [CostKind::Acquisition, CostKind::Upkeep];

/// The catalogue that prices the base: the one that stands, or a guess from the facts.
struct Standing {
    id: CatalogueId,
    is_guess: bool,
    catalogue: Catalogue,
}

/// What came of closing the accounts.
pub struct Account {
    /// For the job's result.
    pub told: serde_json::Value,
    /// What the contributions of the twelve months up to the valuation's day are made of.
    pub costs: CostsByKind,
}

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

/// Prices all facts, closes every month and keeps the accounts; `None` where there is nothing to account for.
pub fn close(store: &Store, progress: &Progress) -> Result<Option<Account>, JobError> {
    let Some(run) = store.newest_valuation()? else { return Ok(None) };
    let today = crate::now().day();
    let Some(last) = store.latest_fact(today)? else { return Ok(None) };
    let (day, last) = (run.until, last.max(run.until));
    let mut standing = standing(store, run.currency)?;
    let (mut books, present, mut newcomers) = price(store, &standing.catalogue, day, last, progress)?;
    if standing.is_guess {
        // The house's own guess follows the facts until somebody takes it into his hands.
        if let Some(better) = guess_again(store, run.currency, &present, &standing)? {
            standing = better;
            (books, _, newcomers) = price(store, &standing.catalogue, day, last, progress)?;
        }
    }
    let newcomers = by_month(store, &newcomers)?;
    let closed = close_months(store, &standing.catalogue, books, newcomers, (day, last), progress)?;
    let restatements = restatements(store, &closed, &standing)?;
    progress.expect(None, "customers");
    stoppable(|stop| {
        let (months, statements) = (&closed.months, &closed.statements);
        store.put_accounts(months, statements, &restatements, standing.id, |done| stop(progress.reach(done)))
    })?;
    stoppable(|stop| store.put_years(&closed.years, |done| stop(progress.reach(done))))?;
    let told = json!({
        "months": closed.months.len(),
        "restated": restatements.len(),
        "catalogue": standing.id,
        "assumed": standing.catalogue.is_assumed(),
    });
    Ok(Some(Account { told, costs: closed.costs }))
}

/// Reads what a version of the catalogue says.
pub fn read_catalogue(saved: &SavedCatalogue, currency: Currency) -> Result<Catalogue, JobError> {
    let written: Result<WrittenCatalogue, _> = serde_json::from_str(&saved.content);
    let wrong = |why: String| {
        JobError::Parameters(format!("version {} of the catalogue cannot be read: {why}", saved.id))
    };
    written
        .map_err(|error| wrong(error.to_string()))?
        .read(currency)
        .map_err(|error| wrong(error.to_string()))
}

fn standing(store: &Store, currency: Currency) -> Result<Standing, JobError> {
    if let Some(saved) = store.catalogue()? {
        let catalogue = read_catalogue(&saved, currency)?;
        return Ok(Standing { id: saved.id, is_guess: saved.origin == "guess", catalogue });
    }
    // Pricing looks at all facts and guesses again where these said something else.
    let mut present = Present::default();
    store.tell_some_facts(|told| count(&mut present, told))?;
    guess_from(store, currency, &present, 0)
}

/// A guess from what is there, kept as the next version.
fn guess_from(
    store: &Store,
    currency: Currency,
    present: &Present,
    stands: CatalogueId,
) -> Result<Standing, JobError> {
    let digits = currency.minor_digits();
    let (organisations, customers) = store.organisations()?;
    let (trade, activities) = guess(&Present { organisations, customers, ..*present }, DAWN, digits);
    let catalogue = Catalogue::new(activities, Vec::new(), digits)
        .map_err(|error| JobError::Parameters(error.to_string()))?;
    let new = SavedCatalogue {
        id: 0,
        made_at: crate::now(),
        made_by: None,
        made_by_name: None,
        origin: "guess".to_string(),
        note: trade.name().to_string(),
        content: WrittenCatalogue::of(&catalogue, currency).text(),
    };
    match store.add_catalogue(&new, stands)? {
        Some(id) => Ok(Standing { id, is_guess: true, catalogue }),
        // Somebody was quicker: his word counts.
        None => match store.catalogue()? {
            Some(saved) => {
                let catalogue = read_catalogue(&saved, currency)?;
                Ok(Standing { id: saved.id, is_guess: saved.origin == "guess", catalogue })
            }
            None => Err(JobError::Parameters("the catalogue cannot be kept".to_string())),
        },
    }
}

/// Another guess, where the facts suggest one by now.
fn guess_again(
    store: &Store,
    currency: Currency,
    present: &Present,
    standing: &Standing,
) -> Result<Option<Standing>, JobError> {
    let (organisations, customers) = store.organisations()?;
    let digits = currency.minor_digits();
    let (_, activities) = guess(&Present { organisations, customers, ..*present }, DAWN, digits);
    // Compared as they are written: the same price may be told for one unit or for a hundred.
    let same = written::write_activities(&activities, digits)
        == written::write_activities(standing.catalogue.activities(), digits);
    if same {
        return Ok(None);
    }
    guess_from(store, currency, present, standing.id).map(Some)
}

/// Tells every fact to two hands and gives their states.
pub(crate) fn scan<S: Send>(
    store: &Store,
    progress: &Progress,
    begin: impl Fn() -> S + Sync,
    take: impl Fn(&mut S, &Told<'_>) + Sync,
) -> Result<Vec<S>, JobError> {
    let told = store.tell_facts(begin, take, |done, total| {
        progress.expect(Some(total), "facts");
        progress.reach(done).map_err(|_| store::Error::Cancelled)
    });
    progress.check()?;
    Ok(told?)
}

fn price(
    store: &Store,
    catalogue: &Catalogue,
    day: Day,
    last: Day,
    progress: &Progress,
) -> Result<(Books, Present, Newcomers), JobError> {
    let begin = || (Books::new(catalogue, day, last), Present::default(), Newcomers::new(catalogue));
    let hands = scan(store, progress, begin, |(books, present, newcomers), told| {
        count(present, told);
        newcomers.note(catalogue, &told.event);
        books.post(catalogue, told);
    })?;
    let mut all = begin();
    let mut presents = Vec::new();
    for (books, present, newcomers) in hands {
        all.0.merge(books);
        all.2.merge(&newcomers);
        presents.push(present);
    }
    Ok((all.0, sum(presents), all.2))
}

/// Customers and by which words they were won, by the month of their first purchase.
type NewcomersByMonth = BTreeMap<Day, Vec<(Vec<String>, u64)>>;

fn by_month(store: &Store, newcomers: &Newcomers) -> Result<NewcomersByMonth, JobError> {
    let mut months: BTreeMap<Day, Vec<u32>> = BTreeMap::new();
    store.each_first_purchase(|customer, day| {
        months.entry(month_of(day).start).or_default().push(customer);
    })?;
    Ok(months.into_iter().map(|(month, customers)| (month, newcomers.count(customers))).collect())
}

fn count(present: &mut Present, told: &Told<'_>) {
    let event = &told.event;
    match event.kind {
        FactKind::Sale => present.sales += 1,
        FactKind::Payment => present.payments += 1,
        FactKind::Interaction => {
            present.interactions += 1;
            present.visits += u64::from(event.channel == "visit");
            present.timed += u64::from(event.minutes.0 != 0);
        }
        FactKind::Request => present.requests += 1,
        FactKind::Cost => present.costs += 1,
        FactKind::Description | FactKind::Review | FactKind::Referral => {}
    }
    present.with_km += u64::from(event.km.0 != 0);
    present.with_kg += u64::from(event.kg.0 != 0);
}

fn sum(parts: Vec<Present>) -> Present {
    parts.into_iter().fold(Present::default(), |sum, part| Present {
        sales: sum.sales + part.sales,
        payments: sum.payments + part.payments,
        interactions: sum.interactions + part.interactions,
        requests: sum.requests + part.requests,
        costs: sum.costs + part.costs,
        visits: sum.visits + part.visits,
        timed: sum.timed + part.timed,
        with_km: sum.with_km + part.with_km,
        with_kg: sum.with_kg + part.with_kg,
        organisations: 0,
        customers: 0,
    })
}

/// Every month, closed.
struct Closed {
    months: Vec<AccountMonth>,
    statements: Vec<MonthStatements>,
    years: Vec<YearOfCustomer>,
    costs: CostsByKind,
}

fn close_months(
    store: &Store,
    catalogue: &Catalogue,
    mut books: Books,
    mut newcomers: NewcomersByMonth,
    (day, last): (Day, Day),
    progress: &Progress,
) -> Result<Closed, JobError> {
    let first = books.first_month().unwrap_or_else(|| month_of(day).start);
    let ends = month_of(last).start;
    let mut months: [Vec<BookOfMonth>; 2] = Default::default();
    let (mut month, mut hand) = (first, 0);
    while month <= ends {
        let newcomers = newcomers.remove(&month).unwrap_or_default();
        months[hand].push((month, books.take(month, catalogue), newcomers));
        (month, hand) = (month_of(month).end, 1 - hand);
    }
    let total = months.iter().map(Vec::len).sum::<usize>() as u64;
    progress.expect(Some(total), "months");
    // Two hands close every second month each; sums over months come after.
    let done = std::sync::atomic::AtomicU64::new(0);
    let close = |months: Vec<BookOfMonth>| -> Result<Vec<ClosedMonth>, JobError> {
        let closed = months.into_iter().map(|(month, book, newcomers)| {
            progress.reach(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed))?;
            close_book(catalogue, &book, month, newcomers)
        });
        closed.collect()
    };
    let [even, odd] = months;
    let (even, odd) = std::thread::scope(|threads| {
        let odd = threads.spawn(|| close(odd));
        (close(even), odd.join().expect("months are closed without panicking"))
    });
    let (mut even, mut odd) = (even?.into_iter(), odd?.into_iter());
    let mut closed =
        Closed { months: Vec::new(), statements: Vec::new(), years: Vec::new(), costs: CostsByKind::none() };
    let mut year = Year::of(catalogue);
    let mut kept_ends = vec![day];
    while let Some((month, statements)) = even.next() {
        std::mem::swap(&mut even, &mut odd);
        progress.check()?;
        year.add(&statements, 1);
        if let Some(old) = closed.statements.len().checked_sub(12) {
            year.add(&closed.statements[old], -1);
        }
        let end = Day(month.until.0 - 1);
        if month.until == month_of(month.month).end && (ends.0 - month.month.0) / 31 < MONTH_ENDS as i32 {
            kept_ends.push(end);
            year.keep(store, end)?;
        }
        closed.statements.push(statements);
        closed.months.push(month);
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

/// A month, its book, and who bought in it for the first time.
type BookOfMonth = (Day, Book, Vec<(Vec<String>, u64)>);

/// What all customers share of a month, and the customers' statements of it.
type ClosedMonth = (AccountMonth, MonthStatements);

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

/// What became of months that had been closed. While the house only guesses, its prices are provisional: another guess
/// restates nothing.
fn restatements(store: &Store, closed: &Closed, standing: &Standing) -> Result<Vec<Restatement>, JobError> {
    let before = store.catalogue_of_accounts()?;
    let is_repriced = before != Some(standing.id);
    if before.is_none() || (is_repriced && standing.is_guess) {
        return Ok(Vec::new());
    }
    let kept = store.account_months(Day(i32::MIN), Day(i32::MAX))?;
    let was_over = |old: &&AccountMonth| old.until == month_of(old.month).end;
    let mut found = Vec::new();
    for old in kept.iter().filter(was_over) {
        let new = closed.months.iter().find(|new| new.month == old.month);
        if new.is_some_and(|new| new.content == old.content) {
            continue;
        }
        let earlier = MonthContent::read(&old.content);
        let later = new.and_then(|new| MonthContent::read(&new.content));
        if earlier.as_ref().zip(later.as_ref()).is_some_and(|(earlier, later)| later.is_same_account(earlier))
        {
            continue;
        }
        let facts = |content: &Option<MonthContent>| content.as_ref().map(|content| content.total.clone());
        let reason = if is_repriced {
            "catalogue"
        } else if facts(&earlier) != facts(&later) {
            "facts"
        } else {
            "identity"
        };
        let text = |content: &Option<MonthContent>| totals::summary_text(content.as_ref());
        found.push(Restatement {
            id: 0,
            month: old.month,
            restated_at: crate::now(),
            reason: reason.to_string(),
            earlier: text(&earlier),
            later: text(&later),
        });
    }
    Ok(found)
}

/// Whether the accounts that are kept add up, month by month: customers and what belongs to nobody are the totals, and
/// what teams did and left unused is what they cost.
pub fn check(store: &Store) -> store::Result<Option<String>> {
    let months = store.account_months(Day(i32::MIN), Day(i32::MAX))?;
    let mut sums: BTreeMap<Day, Vec<i64>> = Default::default();
    store.each_account(|_, statements| {
        for statement in statements {
            let sum = sums.entry(statement.month).or_default();
            for (line, amount) in &statement.lines {
                let line = line.number() as usize;
                if line >= sum.len() {
                    sum.resize(line + 1, 0);
                }
                sum[line] += amount;
            }
        }
    })?;
    for month in &months {
        let name = crate::http::wire::day(month.month);
        let Some(content) = MonthContent::read(&month.content) else {
            return Ok(Some(format!("the accounts of {name} cannot be read: run `clientela value`")));
        };
        let customers = sums.remove(&month.month).unwrap_or_default();
        if let Some(what) = content.discrepancy(&customers) {
            return Ok(Some(format!("{what} of {name} does not add up: run `clientela value`")));
        }
    }
    let stray = sums.keys().next();
    Ok(stray.map(|month| {
        let name = crate::http::wire::day(*month);
        format!("customers have statements of {name}, which was not closed: run `clientela value`")
    }))
}
