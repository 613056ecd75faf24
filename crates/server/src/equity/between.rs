//! The statement between any two days: sums of what is kept where they are month ends, and computed from the facts where
//! they are not.

use super::book::{Closed, LOST_BELOW, Places};
use super::{Basis, Hooks, Run};
use crate::jobs::work::JobError;
use crate::value::refits::Standing;
use crate::value::{likeness, settings};
use ::portfolio::{Line, Statement};
use ledger::{Currency, Day};
use std::collections::HashSet;
use store::MonthEndMeasure::Equity;
use store::{ModelsId, PublishedStatement, Store};
use value::Models;
use value::month_ends::{Asked, At, Passage};
use value::newcomers::Likeness;

/// Why there is no statement.
#[derive(Debug)]
pub enum NoStatement {
    /// The base has no statements: it was never valued by this version, or has no sales.
    NotMeasured,
    /// The second day comes before the first.
    Backwards,
    /// Nobody knows what comes after this day.
    Future(Day),
    /// It could not be computed.
    Failed(JobError),
}

impl From<store::Error> for NoStatement {
    fn from(error: store::Error) -> NoStatement {
        NoStatement::Failed(error.into())
    }
}

/// All that lies between two days that are boundaries of what is kept.
pub fn kept(statements: &[PublishedStatement], from: Day, until: Day) -> Statement {
    let mut within = whole_months(statements, from, until);
    let Some(first) = within.next() else {
        let at = statements.iter().find(|month| month.day == until);
        let closing = at.map_or(0, |month| month.statement.closing);
        let customers = at.map_or(0, |month| month.statement.customers_closing);
        return standing(closing, customers);
    };
    within.fold(first.statement, |sum, month| {
        sum.then(&month.statement).expect("statements that are kept follow each other")
    })
}

/// Nothing happened.
fn standing(value: i64, customers: u64) -> Statement {
    Statement {
        opening: value,
        closing: value,
        expected_closing: value,
        base_closing: value,
        customers_opening: customers,
        customers_closing: customers,
        ..Statement::default()
    }
}

/// The statement from the end of one day to the end of another, be they what they may.
pub fn between(store: &Store, from: Day, until: Day, today: Day) -> Result<Statement, NoStatement> {
    if until < from {
        return Err(NoStatement::Backwards);
    }
    if until > today {
        return Err(NoStatement::Future(today));
    }
    let statements = store.equity_statements()?;
    let Some(begin) = statements.first().map(|month| month.opened_on) else {
        return Err(NoStatement::NotMeasured);
    };
    // Before the first fact there was nobody.
    let (from, until) = (from.max(begin), until.max(begin));
    let mut bounds = vec![begin];
    bounds.extend(statements.iter().map(|month| month.day));
    let next = |day: Day| bounds.iter().copied().find(|bound| *bound >= day);
    let before = |day: Day| bounds.iter().copied().rfind(|bound| *bound <= day).unwrap_or(begin);
    if from == until && !bounds.contains(&from) {
        // Nothing happens within no time: what there is that day comes from the statement that leads to it.
        let led = computed(store, &statements, before(from), from)?;
        return Ok(standing(led.closing, led.customers_closing));
    }
    // From `from` to the next bound, the months between, and from the last bound to `until`.
    let after = next(from).filter(|bound| *bound <= until);
    let Some(after) = after else {
        return computed(store, &statements, from, until);
    };
    let last = before(until);
    let mut sum = if after > from {
        computed(store, &statements, from, after)?
    } else {
        standing_at(&statements, from)
    };
    if last > after {
        sum = followed(sum, kept(&statements, after, last));
    }
    if until > last {
        sum = followed(sum, computed(store, &statements, last, until)?);
    }
    Ok(sum)
}

fn standing_at(statements: &[PublishedStatement], day: Day) -> Statement {
    kept(statements, day, day)
}

fn followed(sum: Statement, next: Statement) -> Statement {
    sum.then(&next).expect("each part opens where the one before closed")
}

/// Between two days of which at most one is a bound, with none in between.
fn computed(
    store: &Store,
    statements: &[PublishedStatement],
    from: Day,
    until: Day,
) -> Result<Statement, NoStatement> {
    let bound = |day: Day| statements.iter().find(|month| month.day == day);
    let basis = Basis::kept(store)?.ok_or(NoStatement::NotMeasured)?;
    let newest = statements.last().ok_or(NoStatement::NotMeasured)?;
    let currency = store.company()?.map_or(Currency::EUR, |company| company.currency);
    let rate_now = settings::settings(store)?.discount_rate;
    // In force on a day is what was at the bound before it; after the last one, what is now.
    let terms = |day: Day| {
        let known = bound(day).or_else(|| statements.iter().rfind(|month| month.day < day));
        let first = statements.first().map_or(rate_now, |month| month.discount_rate);
        match known {
            Some(known) if day > newest.day => (known.models, rate_now),
            Some(known) => (known.models, known.discount_rate),
            None => (None, first),
        }
    };
    let models = |version: Option<ModelsId>| -> Result<Option<Models>, store::Error> {
        let saved = version.map(|version| store.models(version)).transpose()?.flatten();
        Ok(Standing::of(saved, currency).map(|standing| standing.models))
    };
    let ends = [from, until].map(terms);
    let by = [models(ends[0].0)?, models(ends[1].0)?];
    let at = |place: usize, day: Day| At { day, rate: ends[place].1, models: by[place].as_ref() };
    let dates = [at(0, from), at(1, until)];
    let column = match bound(from) {
        Some(month) if month.is_closed => store.month_end(from, Equity)?,
        Some(_) => Some(store.equity_column()?),
        None => None,
    };
    let relinked = match bound(from) {
        Some(month) => store.relinked_since(month.newest_link)?,
        None => HashSet::new(),
    };
    let mut lines = store.sales(until, |_, _| Ok(()))?.lines;
    let places = Places::default();
    let run =
        Run { closings: dates.len(), places: &places, published: column.as_deref(), relinked: &relinked };
    let horizon = basis
        .horizon
        .parse()
        .map_err(|error: value::HorizonError| NoStatement::Failed(JobError::Parameters(error.to_string())))?;
    let learnt = by.iter().flatten().any(|models| models.newcomers.is_some());
    let likeness = if learnt { likeness::of_newcomers(store)? } else { Likeness::default() };
    let asked = Asked {
        dates: &dates,
        family: basis.family(),
        horizon,
        minor_digits: currency.minor_digits(),
        lost_below: LOST_BELOW,
        likeness: &likeness,
        futures: None,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
    };
    let mut statement = standing(0, 0);
    run.each(
        &mut lines,
        &asked,
        |_| Ok(()),
        Hooks { look: |_: &Passage, _| (), foresee: |_: &Passage| () },
        |_, closed: Closed| {
            statement = closed.statement;
            Ok(())
        },
    )
    .map_err(NoStatement::Failed)?;
    if let Some(month) = bound(from) {
        meet_opening(&mut statement, month.statement.closing);
    }
    if let Some(month) = bound(until) {
        meet_closing(&mut statement, &month.statement);
    }
    Ok(statement)
}

/// Opens as published, also where nobody's row says so any more.
fn meet_opening(statement: &mut Statement, published: i64) {
    statement.lines[Line::Restated as usize] += statement.opening - published;
    statement.opening = published;
}

/// Closes as published: what became known since is not in it.
fn meet_closing(statement: &mut Statement, published: &Statement) {
    statement.lines[Line::Restated as usize] += published.closing - statement.closing;
    statement.closing = published.closing;
    statement.customers_closing = published.customers_closing;
}

/// The statements that lie wholly between two days.
pub fn whole_months(
    statements: &[PublishedStatement],
    from: Day,
    until: Day,
) -> impl Iterator<Item = &PublishedStatement> {
    statements.iter().filter(move |month| month.opened_on >= from && month.day <= until)
}
