//! Which models value which date: those that would have been fitted then.

use super::known::Customers;
use super::{Asked, At};
use crate::blend::{Blend, Member};
use crate::history::{PurchaseLine, histories, lines_of_some};
use crate::lifetime::Kind;
use crate::valuation::{Choice, Models, Question, fit_untested};
use ledger::Day;
use std::thread;

/// By which kinds of models, and with which weights, dates are valued that bring none: those of the models in use, so that a
/// change of method does not look like a change of the base. Parameters are those of the date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Family {
    /// In the order of [`Kind::ALL`]; 0 where a kind is not wanted.
    weights: [f64; Kind::ALL.len()],
}

impl Family {
    /// That of given models.
    pub fn of(models: &Models) -> Family {
        let members = &models.lifetime.blend.members;
        Family::of_weights(members.iter().map(|member| (member.model.kind(), member.weight)))
    }

    /// That of given kinds and weights (above 0), as [`Family::weights`] told them.
    ///
    /// ```
    /// use value::lifetime::Kind;
    /// use value::month_ends::Family;
    /// let family = Family::of_weights([(Kind::ParetoNbd, 0.75), (Kind::BgNbd, 0.25)]);
    /// assert_eq!(Family::of_weights(family.weights()), family);
    /// ```
    pub fn of_weights(kinds: impl IntoIterator<Item = (Kind, f64)>) -> Family {
        let mut family = Family { weights: [0.0; Kind::ALL.len()] };
        for (kind, weight) in kinds {
            family.weights[kind as usize] += weight;
        }
        family
    }

    /// Its kinds with their weights.
    pub fn weights(&self) -> impl Iterator<Item = (Kind, f64)> + '_ {
        Kind::ALL.into_iter().filter(|kind| self.has(*kind)).map(|kind| (kind, self.weights[kind as usize]))
    }

    fn has(&self, kind: Kind) -> bool {
        self.weights[kind as usize] > 0.0
    }

    /// The one kind, where there are not several.
    fn only(&self) -> Option<Kind> {
        let mut kinds = self.weights();
        kinds.next().filter(|_| kinds.next().is_none()).map(|(kind, _)| kind)
    }

    /// Gives the members of a blend these weights. A date too early for one of the kinds shares its weight among the others; a
    /// blend of other kinds altogether stays as it is.
    fn weigh(&self, blend: &mut Blend) {
        let weight = |member: &Member| self.weights[member.model.kind() as usize];
        let whole: f64 = blend.members.iter().map(weight).sum();
        if whole > 0.0 {
            blend.members.retain(|member| self.has(member.model.kind()));
            for member in &mut blend.members {
                member.weight = self.weights[member.model.kind() as usize] / whole;
            }
            blend.members.sort_by(|one, other| other.weight.total_cmp(&one.weight));
        }
    }
}

/// Customers that models of the past are fitted on, at most.
const ENOUGH: u64 = 6_000;
/// A base younger than this, in days, learns from month to month.
const YOUNG: i32 = 365;

/// The day up to which the models of a date know facts: the date itself while the first fact is less than a year old, later
/// the last day of the calendar quarter before it, or that day itself. It depends on nothing else, so that a date is valued
/// alike whatever other dates are asked for.
///
/// ```
/// use ledger::Day;
/// use value::month_ends::fit_day;
/// // 2026-02-28 of a base that began in 2020, and of one that began in January.
/// assert_eq!(fit_day(Day(20_512), Day(18_262)), Day(20_453)); // 2025-12-31
/// assert_eq!(fit_day(Day(20_512), Day(20_460)), Day(20_512));
/// ```
pub fn fit_day(date: Day, first_fact: Day) -> Day {
    let quarter = |date: Day| {
        let civil = date.civil()?;
        let last = civil.last_of_month();
        let months = civil.month() % 3;
        if months == 0 && last == civil {
            return Some(date);
        }
        let before = if months == 0 { 3 } else { months };
        let mut first = civil.first_of_month();
        for _ in 1..before {
            first = first.yesterday().ok()?.first_of_month();
        }
        Some(Day::of(first.yesterday().ok()?))
    };
    if date.0.saturating_sub(first_fact.0) < YOUNG {
        return date;
    }
    quarter(date).unwrap_or(date)
}

/// The last days of all months from that of `first` on that end before `last`, and `last` itself.
///
/// ```
/// use ledger::Day;
/// use value::month_ends::ends_of_months;
/// // From 1970-01-20 to 1970-03-10.
/// assert_eq!(ends_of_months(Day(19), Day(68)), [Day(30), Day(58), Day(68)]);
/// ```
pub fn ends_of_months(first: Day, last: Day) -> Vec<Day> {
    let mut ends = Vec::new();
    let mut month = first.civil();
    while let Some(date) = month.map(|date| date.last_of_month()) {
        let end = Day::of(date);
        if end >= last {
            break;
        }
        ends.push(end);
        month = date.tomorrow().ok();
    }
    ends.push(last);
    ends
}

/// The models of each date.
pub(super) struct Fits<'a> {
    fitted: Vec<(Day, Models)>,
    of: Vec<Source<'a>>,
}

enum Source<'a> {
    Given(&'a Models),
    Fitted(usize),
}

impl Fits<'_> {
    pub fn at(&self, place: usize) -> &Models {
        match self.of[place] {
            Source::Given(models) => models,
            Source::Fitted(place) => &self.fitted[place].1,
        }
    }
}

/// Fits what dates need that bring no models.
pub(super) fn fits<'a, E>(
    lines: &[PurchaseLine],
    customers: &Customers,
    dates: &[At<'a>],
    asked: &Asked<'_>,
    mut progress: impl FnMut(f64) -> Result<(), E>,
) -> Result<Fits<'a>, E> {
    let first_fact = Day(customers.first_day);
    let mut days: Vec<Day> =
        dates.iter().filter(|at| at.models.is_none()).map(|at| fit_day(at.day, first_fact)).collect();
    days.sort_unstable();
    days.dedup();
    let mut fitted = Vec::with_capacity(days.len());
    // So many at a time, so that a stop is heard between.
    for some in days.chunks(asked.threads.max(1)) {
        progress(fitted.len() as f64 / days.len() as f64)?;
        let of_some: Vec<(Day, Models)> = thread::scope(|threads| {
            let works: Vec<_> = some
                .iter()
                .map(|day| threads.spawn(move || (*day, fit(lines, customers, *day, asked))))
                .collect();
            works.into_iter().map(|work| work.join().expect("models are fitted without failing")).collect()
        });
        fitted.extend(of_some);
    }
    progress(1.0)?;
    let of = dates
        .iter()
        .map(|at| match at.models {
            Some(models) => Source::Given(models),
            None => {
                let day = fit_day(at.day, first_fact);
                Source::Fitted(days.binary_search(&day).expect("a model was fitted for each day"))
            }
        })
        .collect();
    Ok(Fits { fitted, of })
}

/// The models that would have been fitted on a day.
fn fit(lines: &[PurchaseLine], customers: &Customers, day: Day, asked: &Asked<'_>) -> Models {
    let known = (0..customers.len()).filter(|place| lines[customers.lines(*place)][0].day <= day.0).count();
    let some = lines_of_some(lines, known as u64, ENOUGH);
    let choice = match asked.family.only() {
        // A base too small for a model of its own was smaller still.
        None | Some(Kind::PooledRate) => Choice::Blend,
        Some(kind) => Choice::One(kind),
    };
    let question = Question { horizon: asked.horizon, minor_digits: Some(asked.minor_digits), choice };
    let mut models = fit_untested(&histories(some, day), &question, |kind| asked.family.has(kind));
    asked.family.weigh(&mut models.lifetime.blend);
    models
}
