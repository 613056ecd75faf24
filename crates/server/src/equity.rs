//! Customer equity kept month by month: what a valuation adds to the statements, and what stays as it was published.
//!
//! A month is closed once a sale after it is known; what was published of it then stays. The next valuation computes the
//! last closed day anew from today's facts and links, and where it differs from what was published the difference is a line
//! of the statement that opens there: `merged_split` for customers who won or lost records, `restated` for everybody else.
//! The last statement leads to the day of the valuation and is replaced by every run. Decision 0009 tells why.

pub mod ahead;
pub mod between;
pub mod book;
pub mod futures;
pub mod home;
pub mod retention_file;
pub mod returns;
pub mod shown;
pub mod turnover;

use self::ahead::{EverybodyAtRisk, Looking, Rates};
use self::book::{Book, Closed, LOST_BELOW, Opened, Places};
use self::futures::Futures;
use self::returns::{KeptReturns, look_back};
use crate::jobs::Progress;
use crate::jobs::work::JobError;
use crate::value::refits::Standing;
use crate::value::{likeness, settings};
use ::portfolio::Level;
use ledger::{Currency, Day};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use store::MonthEndMeasure::{Equity, NextEquity};
use store::{ModelsId, NewStatement, PublishedStatement, Store};
use value::lifetime::Kind;
use value::month_ends::{Around, Asked, At, Family, Passage, Period, ends_of_months, month_ends};
use value::newcomers::Likeness;
use value::{Horizon, Models, PurchaseLine};

/// Columns of month ends kept at the most; statements are kept of every month.
const MOST_COLUMNS: usize = 120;
/// Who was published as this, and is known as something much else now, is another base: statements begin anew.
const OUTGROWN: f64 = 0.5;

/// What a valuation hands over.
#[derive(Debug)]
pub struct Measured<'a> {
    /// Every sale of a known customer up to `until`.
    pub lines: Vec<PurchaseLine>,
    /// The models in use.
    pub models: &'a Models,
    /// Their number.
    pub version: ModelsId,
    /// How far the valuation looks.
    pub horizon: Horizon,
    /// Of the lines.
    pub currency: Currency,
    /// The day of the valuation.
    pub until: Day,
    /// Begin anew instead of going on from what was published.
    pub restates: bool,
}

/// What all statements share; a base of which it changes has to begin anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Basis {
    /// The kinds of models that are fitted for past month ends, with their weights.
    family: Vec<(String, f64)>,
    horizon: String,
    currency: String,
    /// Whether sources state margins.
    margin: bool,
}

const BASIS: &str = "basis";

impl Basis {
    fn of(measured: &Measured<'_>) -> Basis {
        let family = Family::of(measured.models);
        Basis {
            family: family.weights().map(|(kind, weight)| (kind.code().to_string(), weight)).collect(),
            horizon: measured.horizon.to_string(),
            currency: measured.currency.code().to_string(),
            margin: measured.models.margins.is_some(),
        }
    }

    /// The one that the statements rest on.
    fn kept(store: &Store) -> store::Result<Option<Basis>> {
        Ok(store.equity_note(BASIS)?.and_then(|text| serde_json::from_str(&text).ok()))
    }

    fn family(&self) -> Family {
        let kinds =
            self.family.iter().filter_map(|(code, weight)| Some((code.parse::<Kind>().ok()?, *weight)));
        Family::of_weights(kinds)
    }
}

/// Why statements begin anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Anew {
    First,
    Asked,
    OtherBasis,
    OtherBase,
}

impl Anew {
    fn code(self) -> &'static str {
        match self {
            Anew::First => "first",
            Anew::Asked => "asked",
            Anew::OtherBasis => "other_basis",
            Anew::OtherBase => "other_base",
        }
    }
}

/// Where the run goes on: what stays, and which dates are computed.
struct Plan {
    /// The last statement that stays.
    last: Option<PublishedStatement>,
    /// What was in force at the last run: the models and the discount rate.
    before: Option<(Option<ModelsId>, f64)>,
    /// The opening and every closing, rising.
    days: Vec<Day>,
    basis: Basis,
    anew: Option<Anew>,
    dropped: Option<Dropped>,
}

/// Months that were published and lose their ground: their statements are made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Dropped {
    months: usize,
    /// The end of the first of them.
    since: Day,
}

impl Dropped {
    /// Those that were closed after the last that stays, of which there may be none.
    fn of(statements: &[PublishedStatement], last: Option<&PublishedStatement>) -> Option<Dropped> {
        let is_dropped =
            |month: &&PublishedStatement| month.is_closed && last.is_none_or(|last| month.day > last.day);
        let mut dropped = statements.iter().filter(is_dropped);
        let since = dropped.next()?.day;
        Some(Dropped { months: 1 + dropped.count(), since })
    }

    fn told(self) -> serde_json::Value {
        let month = self.since.civil().map(|date| date.strftime("%Y-%m").to_string());
        json!({ "months": self.months, "since": month })
    }
}

impl Plan {
    fn of(store: &Store, measured: &Measured<'_>, first: Day) -> store::Result<Plan> {
        let statements = store.equity_statements()?;
        let basis = Basis::of(measured);
        let kept = Basis::kept(store)?;
        // A month that ends after the last sale now known rests on facts that are gone.
        let last = statements.iter().rfind(|month| month.is_closed && month.day < measured.until);
        let known = |day: Day| measured.lines.iter().filter(|line| line.day <= day.0).count() as f64;
        let is_other = |last: &PublishedStatement| {
            let (then, now) = (last.sales as f64, known(last.day));
            then < OUTGROWN * now || now < OUTGROWN * then
        };
        let comparable = |kept: &Basis| kept.currency == basis.currency && kept.margin == basis.margin;
        let anew = match (&kept, last) {
            _ if measured.restates => Some(Anew::Asked),
            (Some(kept), _) if !comparable(kept) => Some(Anew::OtherBasis),
            (None, _) | (_, None) => Some(Anew::First),
            (_, Some(last)) if is_other(last) => Some(Anew::OtherBase),
            _ => None,
        };
        let before = statements.last().map(|month| (month.models, month.discount_rate));
        let before = before.filter(|_| anew.is_none());
        let last = last.filter(|_| anew.is_none()).cloned();
        let dropped = Dropped::of(&statements, last.as_ref());
        let opening = last.as_ref().map_or_else(|| day_before_month(first), |last| last.day);
        let mut days = vec![opening];
        days.extend(ends_of_months(Day(opening.0 + 1), measured.until));
        let basis = kept.filter(|_| anew.is_none()).unwrap_or(basis);
        Ok(Plan { last, before, days, basis, anew, dropped })
    }
}

/// The last day of the month before.
pub fn day_before_month(day: Day) -> Day {
    day.civil().and_then(|date| date.first_of_month().yesterday().ok()).map_or(Day(day.0 - 1), Day::of)
}

/// The last day of the month that comes after a day: of its own month unless that is the day.
pub fn next_month_end(day: Day) -> Day {
    let next = day.civil().and_then(|date| date.tomorrow().ok());
    next.map_or(Day(day.0 + 30), |date| Day::of(date.last_of_month()))
}

/// The bound to compare a day with unless one is asked for: of those before it the nearest to the same day a year earlier.
pub fn a_year_before(statements: &[PublishedStatement], day: Day) -> Day {
    let year = crate::coherence::year_before(day).0 - 1;
    let first = statements.first().map(|month| month.opened_on);
    let bounds = first.into_iter().chain(statements.iter().map(|month| month.day));
    bounds.filter(|bound| *bound < day).min_by_key(|bound| bound.0.abs_diff(year)).unwrap_or(day)
}

/// Brings the statements up to the day of the valuation, and gives what came of it.
pub fn measure(
    store: &Store,
    mut measured: Measured<'_>,
    progress: &Progress,
) -> Result<serde_json::Value, JobError> {
    let rate = settings::settings(store)?.discount_rate;
    if rate <= 0.0 {
        return Ok(json!({ "skipped": "no_discount_rate" }));
    }
    measured.lines.retain(|line| line.day <= measured.until.0);
    let Some(first) = measured.lines.iter().map(|line| line.day).min().map(Day) else {
        let dropped = Dropped::of(&store.equity_statements()?, None);
        store.put_equity(None, &[], &[])?;
        store.save_equity(&[], |_| Ok(()))?;
        Futures::default().keep(store, measured.until)?;
        return Ok(json!({ "skipped": "no_sales", "dropped": dropped.map(Dropped::told) }));
    };
    let plan = Plan::of(store, &measured, first)?;
    let published = match &plan.last {
        Some(last) => store.month_end(last.day, Equity)?.map(|column| (last, column)),
        None => None,
    };
    let relinked = match &plan.last {
        Some(last) => store.relinked_since(last.newest_link)?,
        None => HashSet::new(),
    };
    let rules = crate::coherence::rules::rules(store, measured.currency)?;
    let places = Places::read(store, rules.value)?;
    let sales = sales_by(&measured.lines, &plan.days);
    // A month that closes now is valued as the run before would have: by the models and the rate that were in force.
    let terms = |place: usize| match (&plan.last, plan.before) {
        _ if place + 1 == plan.days.len() => (Some(measured.version), rate),
        (Some(last), _) if place == 0 => (last.models, last.discount_rate),
        (_, Some(before)) => before,
        _ => (None, rate),
    };
    let mut older: HashMap<ModelsId, Models> = HashMap::new();
    for version in (0..plan.days.len()).filter_map(|place| terms(place).0) {
        if version != measured.version && !older.contains_key(&version) {
            let saved = store.models(version)?;
            older.extend(Standing::of(saved, measured.currency).map(|standing| (version, standing.models)));
        }
    }
    let models =
        |version| if version == measured.version { Some(measured.models) } else { older.get(&version) };
    let at = |place: usize, day: Day| {
        let (version, rate) = terms(place);
        At { day, rate, models: version.and_then(models) }
    };
    let mut dates: Vec<At<'_>> = plan.days.iter().enumerate().map(|(place, day)| at(place, *day)).collect();
    // One date beyond, to look ahead to.
    dates.push(At { day: next_month_end(measured.until), rate, models: Some(measured.models) });
    let mut looking = Looking::to(next_month_end(measured.until));
    let run = Run {
        closings: plan.days.len(),
        places: &places,
        published: published.as_ref().map(|(_, column)| column.as_slice()),
        relinked: &relinked,
    };
    // Models that learnt nothing of newcomers need not know who is like whom.
    let learnt = older.values().chain([measured.models]).any(|models| models.newcomers.is_some());
    let likeness = if learnt { likeness::of_newcomers(store)? } else { Likeness::default() };
    let asked = Asked {
        dates: &dates,
        family: plan.basis.family(),
        horizon: plan.basis.horizon.parse().unwrap_or(measured.horizon),
        minor_digits: measured.currency.minor_digits(),
        lost_below: LOST_BELOW,
        likeness: &likeness,
        futures: Some(Around {
            day: measured.until,
            since: Day(crate::coherence::year_before(measured.until).0 - 1),
        }),
        threads: std::thread::available_parallelism().map_or(1, usize::from),
    };
    // What stands is replaced at the end, at once: a run that is stopped half-way leaves it as it was.
    let after = plan.last.as_ref().map(|last| last.day);
    for day in store.month_ends(NextEquity)? {
        store.drop_month_end(day, NextEquity)?;
    }
    let newest_link = store.newest_link()?;
    let now = crate::now();
    let mut made: Vec<NewStatement> = Vec::new();
    let mut newest = Vec::new();
    let months = plan.days.len() as u64;
    progress.expect(Some(months), "months");
    let reach = |part: f64| progress.reach((part * months as f64) as u64).map_err(JobError::from);
    let look = |passage: &Passage, alive: f64| looking.at(passage, alive);
    let mut futures = Futures::default();
    let hooks = Hooks { look, foresee: |passage: &Passage| futures.take(passage) };
    run.each(&mut measured.lines, &asked, reach, hooks, |place, closed| {
        progress.check()?;
        let is_last = place + 1 == plan.days.len();
        let published = PublishedStatement {
            opened_on: dates[place - 1].day,
            day: dates[place].day,
            is_closed: !is_last,
            published_at: now,
            models: terms(place).0,
            discount_rate: dates[place].rate,
            sales: sales[place],
            newest_link,
            statement: closed.statement,
        };
        if !is_last && plan.days.len() - place <= MOST_COLUMNS {
            store.put_month_end(published.day, NextEquity, &closed.column)?;
        }
        made.push(NewStatement { published, lines: closed.lines, turns: closed.turns });
        if is_last {
            newest = closed.column;
        }
        Ok(())
    })?;
    // Where the column of the opening is lost (older backups hold none), the statement opens as published all the same.
    if let (Some(last), Some(first)) = (&plan.last, made.first_mut()) {
        carry_over(first, last.statement.closing);
    }
    let basis = serde_json::to_string(&plan.basis).expect("a basis is plain data");
    let kept = match plan.anew {
        None => KeptReturns::of(store)?,
        Some(_) => None,
    };
    let lines = &mut measured.lines;
    let returns = look_back(kept, lines, (&asked, rate), places.rule(), measured.until, progress)?;
    let values: Vec<i64> = newest.iter().map(|value| value.unwrap_or(0)).collect();
    let levels = ::portfolio::levels(&values, &places.rule());
    let level = |customer: u32| levels.get(customer as usize).copied().unwrap_or(Level::Negligible);
    let rates = Rates::of(&rules.recoverability, returns.recovered().as_ref());
    let (ahead, at_risk) = looking.done(measured.until, level, &rates);
    let ahead = serde_json::to_string(&ahead).expect("what lies ahead is plain data");
    let returns = serde_json::to_string(&returns).expect("returns are plain data");
    let notes = [(BASIS, basis.as_str()), (ahead::NOTE, &ahead), (returns::NOTE, &returns)];
    at_risk.keep(store, measured.until)?;
    store.put_equity(after, &made, &notes)?;
    EverybodyAtRisk::forget_all_but(store, measured.until)?;
    progress.expect(None, "customers");
    store.save_equity(&newest, |done| progress.reach(done).map_err(|_| store::Error::Cancelled))?;
    futures.keep(store, measured.until)?;
    let sum =
        |line: ::portfolio::Line| made.iter().map(|one| one.published.statement.line(line)).sum::<i64>();
    let closing = made.last().map_or(0, |one| one.published.statement.closing);
    Ok(json!({
        "as_of": crate::http::wire::day(measured.until),
        "closing": crate::http::wire::Money::from(ledger::Money::new(closing, measured.currency)),
        "months": made.len(),
        "anew": plan.anew.map(Anew::code),
        "dropped": plan.dropped.map(Dropped::told),
        "merged_split": sum(::portfolio::Line::MergedSplit),
        "restated": sum(::portfolio::Line::Restated),
    }))
}

/// Lets a statement open with what was published, where customers' rows do not say so.
fn carry_over(first: &mut NewStatement, published: i64) {
    let statement = &mut first.published.statement;
    let gap = published - statement.opening;
    if gap == 0 {
        return;
    }
    statement.opening = published;
    statement.lines[::portfolio::Line::Restated as usize] -= gap;
    if let Some(line) = first.lines.iter_mut().find(|line| line.line == ::portfolio::Line::Restated) {
        line.amount -= gap;
    }
}

/// How many lines are known at each of the days, which rise.
fn sales_by(lines: &[PurchaseLine], days: &[Day]) -> Vec<u64> {
    let mut counts = vec![0; days.len()];
    for line in lines {
        let place = days.partition_point(|day| day.0 < line.day);
        if let Some(count) = counts.get_mut(place) {
            *count += 1;
        }
    }
    let mut sum = 0;
    counts
        .iter()
        .map(|count| {
            sum += count;
            sum
        })
        .collect()
}

/// Who wants to know of passages beside the statements.
struct Hooks<L, F> {
    /// Gets the passages to dates beyond the closings, with the chance of being active today.
    look: L,
    /// Gets the passages that tell a future.
    foresee: F,
}

/// Statements between dates.
struct Run<'a> {
    /// Statements open or close at so many of them; beyond, one only looks ahead.
    closings: usize,
    places: &'a Places,
    /// What was published of the first date.
    published: Option<&'a [Option<i64>]>,
    relinked: &'a HashSet<u32>,
}

impl Run<'_> {
    /// Computes them one after the other and gives each as it is done, by the place of its closing.
    fn each<'s>(
        &'s self,
        lines: &mut [PurchaseLine],
        asked: &Asked<'_>,
        progress: impl FnMut(f64) -> Result<(), JobError>,
        mut hooks: Hooks<impl FnMut(&Passage, f64), impl FnMut(&Passage)>,
        mut give: impl FnMut(usize, Closed) -> Result<(), JobError>,
    ) -> Result<(), JobError> {
        let mut alive: Vec<f32> = Vec::new();
        let mut book = Book::new(self.places, None, Vec::new());
        let mut place = 0;
        let mut close = |place: usize, book: &mut Book<'s>| {
            let done = std::mem::replace(book, Book::new(self.places, None, Vec::new()));
            let mut closed = done.close();
            let opened = self.published.filter(|_| place == 0);
            let opened = opened.map(|column| Opened { column, relinked: self.relinked });
            *book = Book::new(self.places, opened, std::mem::take(&mut closed.levels));
            // The first date only opens.
            if place == 0 { Ok(()) } else { give(place, closed) }
        };
        month_ends(lines, asked, progress, |period: &Period<'_>, passages: &[Passage]| {
            while place < period.place.min(self.closings) {
                close(place, &mut book)?;
                place += 1;
            }
            for passage in passages {
                let customer = passage.customer as usize;
                if customer >= alive.len() {
                    alive.resize(customer + 1, 0.0);
                }
                let before = f64::from(std::mem::replace(&mut alive[customer], passage.alive as f32));
                if passage.future.is_some() {
                    (hooks.foresee)(passage);
                }
                match period.place < self.closings {
                    true => book.enter(passage, before),
                    false => (hooks.look)(passage, before),
                }
            }
            Ok::<(), JobError>(())
        })?;
        while place < self.closings {
            close(place, &mut book)?;
            place += 1;
        }
        Ok(())
    }
}
