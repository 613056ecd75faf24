//! Accounts as a step after valuing: facts are priced, months closed, every customer gets his statements.
//!
//! Facts come from the store, prices from `value::cost`; what is kept can be dropped and closed again from the facts. Leaves
//! out what a customer is worth and whether what he gets is coherent with it.

pub mod assumed;
pub mod beside;
pub mod catalogue;
pub mod customer;
mod months;
pub mod preview;
mod since;
pub mod totals;
pub mod written;

use crate::identity::stoppable;
use crate::jobs::Progress;
use crate::jobs::work::JobError;
use ledger::{Currency, Day, FactKind};
pub use months::CostsByKind;
use months::{Closed, Dates};
use serde_json::json;
use since::MadeOf;
use std::collections::BTreeMap;
use std::time::Instant;
use store::{AccountMonth, Basis, CatalogueId, Restatement, SavedCatalogue, Store};
use totals::MonthContent;
use value::cost::{Catalogue, CostKind, Present, Told, guess, month_of};
use written::WrittenCatalogue;

/// Prices of a catalogue that nobody dated hold from here on.
pub const DAWN: Day = Day(-25_567);
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

/// Closes the months in which something changed, at first all of them, and keeps the accounts; `None` where there is
/// nothing to account for. `latest` is the day of the latest fact up to today, where the caller has seen all of them.
pub fn close(store: &Store, latest: Option<Day>, progress: &Progress) -> Result<Option<Account>, JobError> {
    let Some(run) = store.newest_valuation()? else { return Ok(None) };
    let latest = latest.map_or_else(
        || timed("latest fact", || store.latest_fact(crate::now().day())),
        |day| Ok(Some(day)),
    )?;
    let Some(last) = latest else { return Ok(None) };
    let dates = Dates { day: run.until, last: last.max(run.until) };
    let mut standing = timed("catalogue", || standing(store, run.currency))?;
    let teller = timed("records", || store.teller())?;
    let reopened = timed("changes", || since::reopened(store, &teller, &standing, run.currency, dates))?;
    let again = reopened.map(|reopened| -> Result<_, JobError> {
        let again = || months::price_again(&teller, &standing.catalogue, dates, &reopened, progress);
        let priced = timed("prices of some months", again)?;
        // Where the first facts are gone, nobody knows which month is the first one now.
        let begins = priced.books.first_month();
        let is_gone =
            reopened.months.contains(&reopened.first) && begins.is_none_or(|begins| begins > reopened.first);
        Ok((!is_gone).then_some((priced, reopened.kept)))
    });
    let all = |standing: &Standing| {
        timed("prices", || months::price(&teller, &standing.catalogue, dates, progress))
    };
    let (mut priced, mut kept) = match again.transpose()?.flatten() {
        Some(again) => again,
        None => (all(&standing)?, BTreeMap::new()),
    };
    if standing.is_guess {
        // The house's own guess follows the facts until somebody takes it into his hands.
        if let Some(better) = guess_again(store, run.currency, &priced.present, &standing)? {
            standing = better;
            (priced, kept) = (all(&standing)?, BTreeMap::new());
        }
    }
    let made_of = MadeOf::now(&teller, &standing, run.currency, dates, &priced.present).text();
    let as_kept = kept.len();
    // Whatever breaks off from here on: all months are closed again then.
    store.forget_what_accounts_are_made_of()?;
    since::keep_first_purchases(store, &teller, dates.day)?;
    let close = || months::close_months(store, &standing.catalogue, priced, kept, dates, progress);
    let closed = timed("months", close)?;
    let restatements = restatements(store, &closed, &standing)?;
    progress.expect(None, "customers");
    let basis = Basis { catalogue: standing.id, made_of: &made_of };
    let (months, statements) = (&closed.months, &closed.statements);
    timed("statements", || {
        stoppable(|stop| {
            store.put_accounts(months, statements, &restatements, &basis, |done| stop(progress.reach(done)))
        })
    })?;
    timed("years", || stoppable(|stop| store.put_years(&closed.years, |done| stop(progress.reach(done)))))?;
    let told = json!({
        "months": closed.months.len(),
        "closed_again": closed.months.len() - as_kept,
        "restated": restatements.len(),
        "catalogue": standing.id,
        "assumed": standing.catalogue.is_assumed(),
    });
    Ok(Some(Account { told, costs: closed.costs }))
}

/// Tells the log how long a part took.
fn timed<T>(part: &str, work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let done = work();
    tracing::debug!(part, seconds = format!("{:.1}", begun.elapsed().as_secs_f64()), "accounts");
    done
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

fn sum(parts: &[Present]) -> Present {
    let all = parts.iter().map(counts);
    present_of(all.fold([0; 9], |sum, part| std::array::from_fn(|place| sum[place] + part[place])))
}

/// The facts that a guess goes by, in an order of their own.
fn counts(present: &Present) -> [u64; 9] {
    let Present { sales, payments, interactions, requests, costs, .. } = *present;
    let Present { visits, timed, with_km, with_kg, .. } = *present;
    [sales, payments, interactions, requests, costs, visits, timed, with_km, with_kg]
}

/// Facts counted in that order; customers are counted elsewhere.
fn present_of(counts: [u64; 9]) -> Present {
    let [sales, payments, interactions, requests, costs, visits, timed, with_km, with_kg] = counts;
    let (organisations, customers) = (0, 0);
    Present {
        sales,
        payments,
        interactions,
        requests,
        costs,
        visits,
        timed,
        with_km,
        with_kg,
        organisations,
        customers,
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
