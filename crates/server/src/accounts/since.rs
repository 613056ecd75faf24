//! Which months of the accounts have to be closed again: those in which something changed since they were.
//!
//! A month is a whole: its cents are shared out over all its customers, so what changes reopens the month and no other.
//! Facts are only ever added, withdrawn or moved with their record, and each of that has a number; the months of what has
//! a higher number than the accounts were made of are open, and with them those after a customer's first purchase that moved,
//! because what is done up to that day is acquisition; the first purchases that the accounts were closed with are kept for that.
//! Everything else falls back on pricing all facts: another catalogue, a day that goes back, a change of a good part of the
//! base, statements that are not what was closed.

use super::months::{ClosedMonth, Dates};
use super::totals::MonthContent;
use super::{Standing, count, counts, present_of};
use crate::jobs::work::JobError;
use ledger::{Currency, Day};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::{AccountMonth, Change, Mark, MonthEndMeasure, MonthStatements, Store, Teller};
use value::cost::{Present, Told, month_of};

/// Raised with every change of how facts are priced, months closed or contents written: what was closed before is then
/// closed again.
const FORMAT: u32 = 1;
/// Beyond so many changes all facts are priced, however large the base.
const CHANGES: u64 = 500_000;
/// Customers whose first purchase is looked at again at the most.
const LOOKED_AT: usize = 20_000;

/// From what accounts were made.
#[derive(Serialize, Deserialize)]
pub(super) struct MadeOf {
    format: u32,
    catalogue: i64,
    currency: String,
    sources: Vec<(u32, String)>,
    day: i32,
    last: i32,
    mark: Mark,
    /// Of facts, for the guess of a catalogue: in the order of [`counts`].
    present: [u64; 9],
}

/// Months to be closed again, and the others.
pub(super) struct Reopened {
    /// By their first days.
    pub months: BTreeSet<Day>,
    /// As they are kept.
    pub kept: BTreeMap<Day, ClosedMonth>,
    /// What there is by now.
    pub present: Present,
    /// The first month so far.
    pub first: Day,
}

impl MadeOf {
    /// Accounts of now.
    pub(super) fn now(
        teller: &Teller<'_>,
        standing: &Standing,
        currency: Currency,
        dates: Dates,
        present: &Present,
    ) -> MadeOf {
        MadeOf {
            format: FORMAT,
            catalogue: standing.id,
            currency: currency.code().to_string(),
            sources: teller.sources().into_iter().map(|(id, name)| (id, name.to_string())).collect(),
            day: dates.day.0,
            last: dates.last.0,
            mark: teller.mark(),
            present: counts(present),
        }
    }

    /// As it is kept.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).expect("what accounts are made of is plain data")
    }
}

/// What has to be closed again, or `None` where all of it has.
pub(super) fn reopened(
    store: &Store,
    teller: &Teller<'_>,
    standing: &Standing,
    currency: Currency,
    dates: Dates,
) -> Result<Option<Reopened>, JobError> {
    let Some(before) = store.accounts_made_of()? else { return Ok(None) };
    let Ok(before) = serde_json::from_str::<MadeOf>(&before) else { return Ok(None) };
    let now = MadeOf::now(teller, standing, currency, dates, &Present::default());
    let of = |made: &MadeOf| (made.format, made.catalogue, made.currency.clone());
    let sources_stand = before.sources.iter().all(|source| now.sources.contains(source));
    let goes_back = now.day < before.day || now.last < before.last;
    if of(&before) != of(&now) || !sources_stand || goes_back {
        return Ok(None);
    }
    let Some((mut months, present)) = changed(store, teller, &before, dates.last)? else { return Ok(None) };
    // The month that was going on, and all since.
    open(&mut months, Day(before.last), dates.last, dates.last);
    let kept = store.account_months(Day(i32::MIN), Day(i32::MAX))?;
    let Some(first) = kept.first().map(|month| month.month) else { return Ok(None) };
    let all = kept.len();
    let kept: Vec<AccountMonth> = kept.into_iter().filter(|month| !months.contains(&month.month)).collect();
    // Where more than half is open, reading facts in their order is quicker.
    if kept.len() * 2 < all {
        return Ok(None);
    }
    let Some(kept) = with_statements(store, kept)? else { return Ok(None) };
    let mut month = first;
    while month <= month_of(dates.last).start {
        if !kept.contains_key(&month) && !months.contains(&month) {
            return Ok(None);
        }
        month = month_of(month).end;
    }
    Ok(Some(Reopened { months, kept, present, first }))
}

/// The months in which something changed, and the counts of facts by now.
fn changed(
    store: &Store,
    teller: &Teller<'_>,
    before: &MadeOf,
    last: Day,
) -> Result<Option<(BTreeSet<Day>, Present)>, JobError> {
    let mut months = BTreeSet::new();
    let mut present = present_of(before.present);
    // Customers whose first purchase moved, or what won them, and from which day on that tells.
    let Some(mut won) = first_purchases_moved(store, teller, before)? else { return Ok(None) };
    let limit = CHANGES.min(before.mark.fact.unsigned_abs() / 4 + 1_000);
    let is_told = teller.since(&before.mark, limit, |change, told| {
        match change {
            Change::New | Change::PutBack => count(&mut present, told),
            Change::Withdrawn => discount(&mut present, told),
            Change::Moved => {}
        }
        open_for(&mut months, told, last);
        // All of those who moved are told, and all of those who are new.
        let known = told.event.customer.filter(|customer| i64::from(*customer) <= before.mark.customer);
        if let Some(customer) = known.filter(|_| told.event.is_first && change != Change::Moved) {
            let day = won.entry(customer).or_insert(told.event.day);
            *day = told.event.day.min(*day);
        }
    })?;
    if !is_told || won.len() > LOOKED_AT {
        return Ok(None);
    }
    let customers = won.keys().copied().collect();
    let look = |told: &Told<'_>| {
        if told
            .event
            .customer
            .and_then(|customer| won.get(&customer))
            .is_some_and(|from| told.event.day >= *from)
        {
            open_for(&mut months, told, last);
        }
    };
    teller.of_customers(&customers, look, || Ok(()))?;
    Ok(Some((months, present)))
}

fn discount(present: &mut Present, told: &Told<'_>) {
    let mut one = Present::default();
    count(&mut one, told);
    let (all, one) = (counts(present), counts(&one));
    *present = present_of(std::array::from_fn(|place| all[place].saturating_sub(one[place])));
}

/// Known customers with another first purchase than the accounts were closed with, and the earlier of the two.
fn first_purchases_moved(
    store: &Store,
    teller: &Teller<'_>,
    before: &MadeOf,
) -> Result<Option<HashMap<u32, Day>>, JobError> {
    let Some(were) = store.month_end(Day(before.day), MonthEndMeasure::FirstPurchase)? else {
        return Ok(None);
    };
    let are = teller.first_purchases();
    let at = |days: &[Option<i64>], customer: usize| days.get(customer).copied().flatten();
    let known = were.len().max(are.len()).min(before.mark.customer.unsigned_abs() as usize + 1);
    let moved = (0..known).filter(|customer| at(&were, *customer) != at(&are, *customer));
    let from = |customer: usize| [at(&were, customer), at(&are, customer)].into_iter().flatten().min();
    let moved = moved.filter_map(|customer| Some((customer as u32, Day(from(customer)? as i32))));
    Ok(Some(moved.collect()))
}

/// Keeps the first purchases that accounts are closed with, and forgets those of before.
pub(super) fn keep_first_purchases(store: &Store, teller: &Teller<'_>, day: Day) -> Result<(), JobError> {
    store.put_month_end(day, MonthEndMeasure::FirstPurchase, &teller.first_purchases())?;
    for old in store.month_ends(MonthEndMeasure::FirstPurchase)?.into_iter().filter(|old| *old != day) {
        store.drop_month_end(old, MonthEndMeasure::FirstPurchase)?;
    }
    Ok(())
}

/// Opens the months on which a fact bears.
fn open_for(months: &mut BTreeSet<Day>, told: &Told<'_>, last: Day) {
    let day = told.event.day;
    open(months, day, day, last);
    if let Some(due) = told.due {
        open(months, due, told.paid.unwrap_or(last), last);
    }
}

/// Opens the months from one day to another, as far as the accounts go.
fn open(months: &mut BTreeSet<Day>, from: Day, to: Day, last: Day) {
    // Nothing is spread over more than twenty years.
    let to = to.min(last);
    let mut month = month_of(Day(from.0.max(to.0.saturating_sub(21 * 366)))).start;
    while month <= to {
        months.insert(month);
        month = month_of(month).end;
    }
}

/// Months with the customers' statements of them; `None` where these are not what was closed.
fn with_statements(
    store: &Store,
    months: Vec<AccountMonth>,
) -> Result<Option<BTreeMap<Day, ClosedMonth>>, JobError> {
    let wanted: BTreeSet<Day> = months.iter().map(|month| month.month).collect();
    let mut statements = store.kept_statements(|month| wanted.contains(&month))?;
    let mut kept = BTreeMap::new();
    for month in months {
        let his = statements
            .remove(&month.month)
            .unwrap_or_else(|| MonthStatements::new(month.month, std::iter::empty()));
        let is_whole = month.until == month_of(month.month).end;
        let closed = MonthContent::read(&month.content);
        let told = closed.map(|content| (content.fingerprint, content.customers));
        if !is_whole || told != Some((his.fingerprint(), his.customers())) {
            return Ok(None);
        }
        kept.insert(month.month, (month, his));
    }
    Ok(Some(kept))
}
