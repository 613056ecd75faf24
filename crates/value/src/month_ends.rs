//! What customers were worth at the ends of months, and what was expected from one to the next.
//!
//! Takes sale lines and rising dates; gives for each pair of successive dates one [`Passage`] a customer, all that a
//! statement of customer equity asks of him (`portfolio`), a stretch of customers at a time, in the order of their numbers.
//! Leaves out the statement, who was merged with whom, and where the lines are kept.
//!
//! - *As known then.* A date sees the lines up to itself, and models that were fitted to such lines only: to those up to
//!   [`fit_day`], by the family of the models in use (decision 0008). Only a date that brings its [`At::models`] is valued by
//!   them; the last one as a rule, by the models in use.
//! - *The measure* is the residual value of the customer's outlook: expected discounted purchases of all the future times
//!   expected margin a purchase, or expected spend where no margin is known.
//! - *The first date* has none before it: what customers are worth then is there at once, as born at the date itself.
//! - *Before anybody bought* there is nothing that models could have been fitted to: those who come first are valued at birth
//!   by the models of the date that they came before, and nothing of it is a change of models.

mod fitting;
mod judge;
mod known;

pub use fitting::{Family, ends_of_months, fit_day};

use crate::history::PurchaseLine;
use crate::horizon::Horizon;
use crate::lines::sort_lines;
use crate::newcomers::Likeness;
use crate::valuation::Models;
use judge::Judge;
use known::{Customers, Known};
use ledger::Day;
use std::thread;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The days at which customers are valued, rising; a statement lies between each two.
    pub dates: &'a [At<'a>],
    /// How models are fitted for the dates that bring none; [`Family::of`] the models in use.
    pub family: Family,
    /// How far ahead the models in use look: where rates drift, it decides how much is forgotten.
    pub horizon: Horizon,
    /// Decimals of the minor unit that amounts are in: 2 for cents.
    pub minor_digits: u32,
    /// A chance of being active below this at the start of a period counts as lost; see [`LOST`].
    pub lost_below: f64,
    /// Who is like whom: what models learnt of newcomers is borrowed from those; [`Likeness::nobody`] where nobody is.
    /// Models that are fitted for a date learn nothing of that kind.
    pub likeness: &'a Likeness,
    /// The date whose customers' [`Future`] is told; it takes some more time.
    pub futures: Option<Around>,
    /// Processors to use, one or more. The answer does not depend on it.
    pub threads: usize,
}

/// Who is active with a smaller chance than this, more likely gone than not, counts as lost, and as reactivated if he buys.
pub const LOST: f64 = 0.5;

/// A day at which customers are valued, and what people set for it.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    /// Its purchases are known.
    pub day: Day,
    /// Yearly discount rate in force then, above 0: 0.1 for 10 %.
    pub rate: f64,
    /// The models to value by; `None` for those that would have been fitted then.
    pub models: Option<&'a Models>,
}

/// The time between two dates.
#[derive(Clone, Copy, Debug)]
pub struct Period<'a> {
    /// Place of `until` among the dates.
    pub place: usize,
    /// The date before; `None` for the first.
    pub from: Option<Day>,
    /// The date that it ends with.
    pub until: Day,
    /// The models of `until`.
    pub models: &'a Models,
    /// They are those of `from` unchanged: there is no model change.
    pub same_models: bool,
}

/// One customer from one date to the next. Amounts are minor units, not rounded, finite; the letters are those of
/// `portfolio`'s statement of customer equity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passage {
    /// Number of the customer, as in the lines.
    pub customer: u32,
    /// V₀: value at the date before, under today's links; 0 for who was no customer.
    pub opening: f64,
    /// B: value at the first purchase, by the models of the date before, of who became a customer since.
    pub birth: Option<f64>,
    /// m: margin expected from the date before (or from birth) to this one, not discounted.
    pub expected_margin: f64,
    /// E: value at this date as expected at the date before (or at birth).
    pub expected_closing: f64,
    /// s: chance of being active at this date as expected then, 0 to 1.
    pub expected_alive: f64,
    /// a: the same chance with the facts up to this date, by the models of the date before.
    pub alive: f64,
    /// Counted as lost at the date before, and bought since.
    pub was_lost: bool,
    /// V₁⁰: value at this date by the models and the rate of the date before.
    pub unchanged: f64,
    /// V₁ᵃ: the same by the models of the date before and the rate of this one.
    pub reassumed: f64,
    /// V₁: the same by the models and the rate of this date.
    pub closing: f64,
    /// Margin (spend where no margin is known) that came since the date before; of a new customer since the day after the
    /// first purchase, so that it stands against `expected_margin`.
    pub realised_margin: i64,
    /// The margin of a new customer's first day, which nobody expected of a customer.
    pub first_margin: i64,
    /// What `closing` rests on beside the margin of a purchase; `None` but at the date of [`Asked::futures`], and for who is
    /// no customer then.
    pub future: Option<Future>,
}

/// What is expected of a customer from a date on, and what was seen of him in the months before it. Finite, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Future {
    /// Expected purchases of all the future, each discounted at the yearly rate of the date.
    pub purchases: f64,
    /// Expected years that he will still be active, discounted at the same rate (see
    /// [`Prospect::discounted_life`](crate::lifetime::Prospect::discounted_life)).
    pub years: f64,
    /// Purchases (days) in the months up to the date.
    pub bought: u32,
    /// Years of these months in which he was active: up to the last purchase for certain, since then by the chance that he
    /// still is.
    pub active_years: f64,
}

/// Days in a year.
const YEAR: f64 = 365.25;

/// Where [`Future`]s are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Around {
    /// The date.
    pub day: Day,
    /// The day before the months in which purchases and active time are counted; a year before the date as a rule.
    pub since: Day,
}

/// Customers in one piece of work.
const STRETCH: usize = 16_384;

/// Values customers at each date and gives their passages, period after period, in the order of customers.
///
/// Sorts `lines` in place. `progress` gets the part that is done, 0 to 1, and `give` a stretch of customers of one period;
/// an error of either ends the work. A customer who was none at either end of a period is left out. Needs beside the lines
/// some hundred bytes a customer. Dates that do not rise are left out.
///
/// ```
/// use ledger::Day;
/// use value::month_ends::{Asked, At, Family, LOST, Around, month_ends};
/// use value::newcomers::Likeness;
/// use value::{Choice, Margin, PurchaseLine, Question, fit_models, histories};
/// let line = |customer, day| PurchaseLine { customer, day, amount: 900, margin: Margin::UNKNOWN };
/// let mut lines: Vec<_> = (0..200).flat_map(|c| (0..c % 7 + 1).map(move |n| line(c, (n * (9 + c % 5)) as i32))).collect();
/// let question = Question { horizon: "6m".parse().unwrap(), minor_digits: Some(2), choice: Choice::Blend };
/// let in_use = fit_models(&histories(lines.clone(), Day(90)), &question);
/// let at = |day, models| At { day: Day(day), rate: 0.1, models };
/// let dates = [at(30, None), at(60, None), at(90, Some(&in_use))];
/// let asked = Asked {
///     dates: &dates,
///     family: Family::of(&in_use),
///     horizon: question.horizon,
///     minor_digits: 2,
///     lost_below: LOST,
///     likeness: Likeness::nobody(),
///     futures: Some(Around { day: Day(90), since: Day(0) }),
///     threads: 1,
/// };
/// let (mut opening, mut closing) = ([0.0; 3], [0.0; 3]);
/// month_ends::<()>(&mut lines, &asked, |_| Ok(()), |period, passages| {
///     opening[period.place] += passages.iter().map(|one| one.opening).sum::<f64>();
///     closing[period.place] += passages.iter().map(|one| one.closing).sum::<f64>();
///     Ok(())
/// })
/// .unwrap();
/// assert_eq!((opening[0], opening[1], opening[2]), (0.0, closing[0], closing[1]));
/// ```
pub fn month_ends<E>(
    lines: &mut [PurchaseLine],
    asked: &Asked<'_>,
    mut progress: impl FnMut(f64) -> Result<(), E>,
    mut give: impl FnMut(&Period<'_>, &[Passage]) -> Result<(), E>,
) -> Result<(), E> {
    sort_lines(lines);
    let lines = &*lines;
    let dates: Vec<At<'_>> = rising(asked.dates);
    let customers = Customers::of(lines);
    // Fitting is a part of the work that does not grow with the base beyond a point.
    const OF_FITTING: f64 = 0.25;
    let fits = fitting::fits(lines, &customers, &dates, asked, |part| progress(OF_FITTING * part))?;
    let mut states = vec![State::default(); customers.len()];
    let threads = asked.threads.max(1);
    // One wave of stretches is made while the one before is given.
    let mut made: Vec<Vec<Passage>> = vec![Vec::new(); threads];
    let mut given: Vec<Vec<Passage>> = vec![Vec::new(); threads];
    let works = (dates.len() * customers.len()).max(1) as f64;
    let mut done = 0;
    let mut before: Option<Judge<'_>> = None;
    for (place, at) in dates.iter().enumerate() {
        let models = fits.at(place);
        let knew_nobody = before.as_ref().is_some_and(|before| before.day.0 < customers.first_day);
        let first = before.as_ref().filter(|_| knew_nobody).map(|before| before.day);
        let now = Judge::new(models, at, dates.get(place + 1), first, &customers, asked);
        let from = before.as_ref().map(|before| before.day);
        let same_models = place > 0 && is_same(models, fits.at(place - 1));
        let period = Period { place, from, until: at.day, models, same_models };
        let step = Step { lines, now: &now, before: before.as_ref(), knew_nobody, same_models, asked };
        let wave = STRETCH * threads;
        for (stretch, states) in customers.stretches(wave).zip(states.chunks_mut(wave)) {
            thread::scope(|threads| {
                let works = made.iter_mut().zip(states.chunks_mut(STRETCH)).enumerate();
                for (thread, (made, states)) in works {
                    let (step, customers, first) = (&step, &customers, stretch.start + thread * STRETCH);
                    threads.spawn(move || step.take(customers, first, states, made));
                }
                give_all(&period, &mut given, &mut give)
            })?;
            std::mem::swap(&mut made, &mut given);
            done += stretch.len();
            progress(OF_FITTING + (1.0 - OF_FITTING) * done as f64 / works)?;
        }
        give_all(&period, &mut given, &mut give)?;
        before = Some(now);
    }
    Ok(())
}

fn give_all<E>(
    period: &Period<'_>,
    made: &mut [Vec<Passage>],
    give: &mut impl FnMut(&Period<'_>, &[Passage]) -> Result<(), E>,
) -> Result<(), E> {
    for passages in made.iter_mut().filter(|passages| !passages.is_empty()) {
        give(period, passages)?;
        passages.clear();
    }
    Ok(())
}

fn is_same(one: &Models, other: &Models) -> bool {
    std::ptr::eq(one, other) || one == other
}

/// The dates that come after all before them.
fn rising<'a>(dates: &[At<'a>]) -> Vec<At<'a>> {
    let mut rising: Vec<At<'_>> = Vec::with_capacity(dates.len());
    for at in dates {
        if rising.last().is_none_or(|last| last.day < at.day) {
            rising.push(*at);
        }
    }
    rising
}

/// What a date leaves to the next one of a customer.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    opening: f64,
    expected_margin: f64,
    expected_closing: f64,
    expected_alive: f64,
    /// Margin in a unit of spend, for lines that do not tell theirs; `None` where spend is what counts.
    share: Option<f64>,
    is_here: bool,
    is_lost: bool,
}

/// From one date to the next.
struct Step<'a> {
    lines: &'a [PurchaseLine],
    now: &'a Judge<'a>,
    before: Option<&'a Judge<'a>>,
    /// At the date before nobody had bought yet.
    knew_nobody: bool,
    same_models: bool,
    asked: &'a Asked<'a>,
}

impl Step<'_> {
    /// Takes the customers from `first` on, one for each of `states`.
    fn take(&self, customers: &Customers, first: usize, states: &mut [State], made: &mut Vec<Passage>) {
        let mut known = Known::default();
        for (i, state) in states.iter_mut().enumerate() {
            let lines = &self.lines[customers.lines(first + i)];
            made.extend(self.one(lines, state, &mut known));
        }
    }

    /// One customer's passage; `state` becomes that of this date.
    fn one(&self, lines: &[PurchaseLine], state: &mut State, known: &mut Known) -> Option<Passage> {
        let first = lines.first()?;
        let day = self.now.day;
        if first.day > day.0 {
            return None;
        }
        let is_known = known.see(lines, day);
        if !is_known && !state.is_here {
            return None;
        }
        let mut passage = Passage {
            customer: first.customer,
            opening: state.opening,
            birth: None,
            expected_margin: state.expected_margin,
            expected_closing: state.expected_closing,
            expected_alive: state.expected_alive,
            alive: 0.0,
            was_lost: false,
            unchanged: 0.0,
            reassumed: 0.0,
            closing: 0.0,
            realised_margin: 0,
            first_margin: 0,
            future: None,
        };
        let mut since = self.before.map_or(i32::MIN, |before| before.day.0);
        let mut share = state.share;
        if let (true, false, Some(before)) = (is_known, state.is_here, self.before) {
            let first_day = known.history.first_day;
            let judge = if self.knew_nobody { self.now } else { before };
            let born = judge.birth(&known.at_birth(lines), day.0.abs_diff(first_day));
            passage.birth = Some(born.value);
            passage.expected_margin = born.expected_margin;
            passage.expected_closing = born.expected_closing;
            passage.expected_alive = born.expected_alive;
            share = born.share;
            passage.first_margin = realised(lines, since, first_day, share);
            since = since.max(first_day);
        }
        if self.before.is_some() {
            passage.realised_margin = realised(lines, since, day.0, share);
        }
        if !is_known {
            // All that he bought came back.
            *state = State::default();
            return Some(passage);
        }
        let path = known.path();
        let worth = self.now.worth(&known.history, &path);
        passage.closing = worth.value;
        if let Some(asked) = self.asked.futures.filter(|asked| asked.day == day) {
            passage.future = Some(self.now.future(&known.history, &path, worth.alive, asked.since));
        }
        match self.before {
            None => {
                passage.birth = Some(worth.value);
                passage.expected_closing = worth.value;
                (passage.expected_alive, passage.alive) = (worth.alive, worth.alive);
                (passage.unchanged, passage.reassumed) = (worth.value, worth.value);
            }
            Some(before) if self.knew_nobody || (self.same_models && before.rate == self.now.rate) => {
                passage.alive = worth.alive;
                (passage.unchanged, passage.reassumed) = (worth.value, worth.value);
            }
            Some(before) => {
                let then = before.then(&known.history, &path);
                passage.alive = then.alive;
                (passage.unchanged, passage.reassumed) = (then.value, then.at_next_rate);
            }
        }
        passage.was_lost = state.is_lost && known.history.last_day > since;
        *state = State {
            opening: worth.value,
            expected_margin: worth.expected_margin,
            expected_closing: worth.expected_closing,
            expected_alive: worth.expected_alive,
            share: worth.share,
            is_here: true,
            is_lost: worth.alive < self.asked.lost_below,
        };
        Some(passage)
    }
}

/// What lines after one day and up to another brought: their margin, or their amount times the margin's usual share.
fn realised(lines: &[PurchaseLine], after: i32, until: i32, share: Option<f64>) -> i64 {
    let from = lines.partition_point(|line| line.day <= after);
    let (mut known, mut unknown) = (0_i64, 0_i64);
    for line in lines[from..].iter().take_while(|line| line.day <= until) {
        match line.margin.known() {
            Some(margin) if share.is_some() => known = known.saturating_add(margin),
            _ => unknown = unknown.saturating_add(line.amount),
        }
    }
    known.saturating_add(share.map_or(unknown, |share| (unknown as f64 * share).round() as i64))
}
