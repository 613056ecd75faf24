//! What is expected of very many customers from one date to the next, by tables made once for a model and a date.
//!
//! Given that a customer is active, what he brings depends on the way of leaving: not at all on the past where nobody leaves; on
//! the age alone where leaving has a time of its own; on number, rate and exposure where customers leave after a purchase.
//! Tables are Chebyshev series over the age or the exposure, one for each number of purchases; most numbers get theirs from the
//! numbers around them. Against the exact path the error stays below 1e-4 of each value, and below 1e-5 but where rates drift; what a
//! table does not cover is computed exactly. Unlike [`super::expectations`], a table is made once and asked for customers who are not known beforehand.

use super::leavers::Leavers;
use super::prospect::life_of;
use super::table::series;
use super::{Forecaster, Leaving, Path, Prospect, Rhythm};
use crate::strategic::{discounted_within, per_week};
use std::f64::consts::PI;

/// What is asked of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// Yearly discount rate.
    pub rate: f64,
    /// Days to the next date; `None` where nothing but the value is asked.
    pub days: Option<f64>,
    /// The oldest customer, in weeks.
    pub oldest: f64,
    /// The largest number of repeat purchases.
    pub most: usize,
}

/// Discounted purchases of all the future; of the future beyond the next date, at that date; purchases until then; and the
/// chance of being active then. Nothing but the first without a next date.
pub(crate) type Lanes = [f64; 4];

pub(super) const VALUE: usize = 0;
pub(super) const CLOSING: usize = 1;
pub(super) const MARGIN: usize = 2;
pub(super) const ALIVE: usize = 3;

/// A model's expectations, made ready.
pub(crate) struct Ahead {
    span: Span,
    form: Form,
    /// Discounted purchases of those who leave after a purchase with one more in the first parameter; see
    /// [`Prospect::discounted_life`].
    ends: Option<After>,
}

enum Form {
    /// Nobody leaves, and purchases come at random.
    Never,
    /// Series over the age.
    Life { from: f64, series: Series },
    /// Series over the exposure, by number of repeat purchases.
    After(After),
    /// No table.
    Exact,
}

/// Where the last two coefficients are this part of the first, the series is taken to be exact.
const TAMED: f64 = 2e-6;
/// Less than this part of the whole is not told to so many digits.
const FADED: f64 = 1e-4;
/// Degrees tried.
const DEGREES: [usize; 5] = [8, 12, 18, 28, 44];

impl Ahead {
    /// Tables for the members that `forecaster` makes prospects of; `steady` where number, recency and age are all that
    /// it sees.
    pub fn of(forecaster: &Forecaster<'_>, steady: bool, span: Span) -> Ahead {
        let newcomer = forecaster.prospect(&Path { repeats: &[], age: 0 });
        let form = match newcomer.leaving {
            Leaving::Never if newcomer.rhythm.phases() == 1 => Form::Never,
            Leaving::Lifetime { shape, scale } => {
                let at = |age: f64| Prospect {
                    p_alive: 1.0,
                    shape: 1.0,
                    exposure: 1.0,
                    rhythm: Rhythm::RANDOM,
                    leaving: Leaving::Lifetime { shape, scale: scale + age },
                };
                let map = Map::of([scale, scale + span.oldest]);
                let found = Series::tamed_on(map, span.days.is_none(), |from, is_value| {
                    span.within(is_value).exact(&at(from - scale))
                });
                found.map_or(Form::Exact, |series| Form::Life { from: scale, series })
            }
            Leaving::AfterPurchase { leave, stay } if leave > 0.0 => {
                After::of(&newcomer, [leave, stay], steady, &span).map_or(Form::Exact, Form::After)
            }
            _ => Form::Exact,
        };
        Ahead { span, form, ends: None }
    }

    /// The same, ready to tell lives too.
    pub fn with_lives(self, forecaster: &Forecaster<'_>, steady: bool) -> Ahead {
        let newcomer = forecaster.prospect(&Path { repeats: &[], age: 0 });
        let ends = match (newcomer.leaving, &self.form) {
            (Leaving::AfterPurchase { leave, stay }, Form::After(_)) => {
                After::of(&newcomer, [leave + 1.0, stay], steady, &self.span.within(true))
            }
            _ => None,
        };
        Ahead { ends, ..self }
    }

    /// Discounted weeks that a customer will still be active, as [`Prospect::discounted_life`] tells them.
    pub fn life(&self, prospect: &Prospect, repeats: usize, age: f64) -> f64 {
        let rate = per_week(self.span.rate);
        let given = match (&self.form, &self.ends, prospect.leaving) {
            (Form::Never, ..) => Some(1.0 / rate),
            (Form::Life { from, series }, ..) => series.value_at(from + age),
            (Form::After(_), Some(ends), Leaving::AfterPurchase { leave, stay }) => {
                ends.value_at(prospect, repeats).map(|ends| life_of([leave, stay], ends, rate))
            }
            _ => None,
        };
        given.map_or_else(|| prospect.discounted_life(rate), |life| life * prospect.p_alive)
    }

    /// What is expected of a customer with so many repeat purchases, so many weeks after the first, in purchases.
    pub fn of_one(&self, prospect: &Prospect, repeats: usize, age: f64) -> Lanes {
        let rate = prospect.shape / prospect.exposure;
        let given = match &self.form {
            Form::Never => Some(scaled(self.span.never(), rate)),
            Form::Life { from, series } => series.at(from + age).map(|lanes| scaled(lanes, rate)),
            Form::After(after) => after.at(prospect, repeats),
            Form::Exact => None,
        };
        let Some(lanes) = given else { return self.span.exact_of(prospect) };
        lanes.map(|value| value * prospect.p_alive)
    }

    /// The first lane alone.
    pub fn value(&self, prospect: &Prospect, repeats: usize, age: f64) -> f64 {
        let rate = prospect.shape / prospect.exposure;
        let given = match &self.form {
            Form::Never => Some(self.span.never()[VALUE] * rate),
            Form::Life { from, series } => series.value_at(from + age).map(|value| value * rate),
            Form::After(after) => after.value_at(prospect, repeats),
            Form::Exact => None,
        };
        given.map_or_else(|| prospect.residual(per_week(self.span.rate)), |value| value * prospect.p_alive)
    }
}

/// From lanes of one purchase a week to those of `rate` purchases a week; the last is a chance.
fn scaled(lanes: Lanes, rate: f64) -> Lanes {
    [lanes[VALUE] * rate, lanes[CLOSING] * rate, lanes[MARGIN] * rate, lanes[ALIVE]]
}

impl Span {
    /// The same where nothing but the value is asked, if so.
    fn within(&self, is_value: bool) -> Span {
        Span { days: self.days.filter(|_| !is_value), ..*self }
    }

    /// For one purchase a week of somebody who never leaves.
    fn never(&self) -> Lanes {
        let endless = 1.0 / per_week(self.rate);
        self.days.map_or([endless, 0.0, 0.0, 0.0], |days| [endless, endless, days / 7.0, 1.0])
    }

    /// What the tables stand for.
    fn exact_of(&self, prospect: &Prospect) -> Lanes {
        let value = prospect.residual(per_week(self.rate));
        self.days.map_or([value, 0.0, 0.0, 0.0], |days| self.ahead(prospect, value, days))
    }

    /// The lanes of a prospect of known value, so many days ahead.
    pub fn ahead(&self, prospect: &Prospect, value: f64, days: f64) -> Lanes {
        let (force, weeks) = (per_week(self.rate), days / 7.0);
        let closing = (value - discounted_within(prospect, force, weeks)) * (force * weeks).exp();
        [value, closing, prospect.expected_transactions(weeks), prospect.p_alive_after(weeks)]
    }

    /// The same for one who is active, by one purchase a week.
    fn exact(&self, prospect: &Prospect) -> Lanes {
        let rate = prospect.shape / prospect.exposure;
        scaled(self.exact_of(prospect), 1.0 / rate)
    }
}

/// A Chebyshev series of four lanes over a positive number, on the map that leads [`middle`] to zero.
#[derive(Clone)]
struct Series {
    middle: f64,
    reach: f64,
    coefficients: Vec<Lanes>,
}

/// The map of a range of positive numbers onto −1 to 1.
#[derive(Clone, Copy)]
struct Map {
    middle: f64,
    reach: f64,
}

impl Map {
    /// A hair wider than the range, so that rounding leaves nobody outside; never a point.
    fn of([low, high]: [f64; 2]) -> Map {
        let middle = (low * high).sqrt();
        let reach = ((high - middle) / (high + middle)).max(1e-6) * (1.0 + 1e-9);
        Map { middle, reach }
    }

    /// The range.
    fn ends(&self) -> [f64; 2] {
        [-self.reach, self.reach].map(|y| self.middle * (1.0 + y) / (1.0 - y))
    }

    fn nodes(&self, degree: usize) -> impl Iterator<Item = f64> {
        let Map { middle, reach } = *self;
        (0..degree).map(move |i| {
            let y = reach * (PI * (i as f64 + 0.5) / degree as f64).cos();
            middle * (1.0 + y) / (1.0 - y)
        })
    }

    /// Where a number stands between −1 and 1; `None` outside.
    fn place(&self, number: f64) -> Option<f64> {
        let y = (number - self.middle) / (number + self.middle) / self.reach;
        (y.abs() <= 1.0).then_some(y)
    }
}

/// Coefficients of the series through the lanes at the nodes of its degree.
fn four_series(at_nodes: &[Lanes]) -> Vec<Lanes> {
    let mut coefficients = vec![[0.0; 4]; at_nodes.len()];
    for lane in 0..4 {
        let of_lane: Vec<f64> = at_nodes.iter().map(|lanes| lanes[lane]).collect();
        for (all, one) in coefficients.iter_mut().zip(series(&of_lane)) {
            all[lane] = one;
        }
    }
    coefficients
}

fn is_tamed(coefficients: &[Lanes]) -> bool {
    let last = coefficients.len() - 1;
    // Where hardly anybody stays, what they are worth and their chance to be there count beside what all are worth, and one.
    let least = [0.0, FADED * coefficients[0][VALUE].abs(), 0.0, FADED];
    (0..4).all(|lane| {
        let tail = coefficients[last][lane].abs() + coefficients[last - 1][lane].abs();
        tail <= TAMED * coefficients[0][lane].abs().max(least[lane])
    })
}

impl Series {
    /// The value on its own, and then the other lanes: how well it is told must not depend on what else is asked.
    fn tamed_on(map: Map, is_alone: bool, of: impl Fn(f64, bool) -> Lanes) -> Option<Series> {
        let mut value = Series::found(map, |number| of(number, true))?;
        if !is_alone {
            let others = Series::found(map, |number| of(number, false))?.coefficients;
            let length = others.len().max(value.coefficients.len());
            value.coefficients.resize(length, [0.0; 4]);
            for (lanes, others) in value.coefficients.iter_mut().zip(others) {
                lanes[CLOSING..].copy_from_slice(&others[CLOSING..]);
            }
        }
        Some(value)
    }

    fn found(map: Map, of: impl Fn(f64) -> Lanes) -> Option<Series> {
        DEGREES.iter().find_map(|degree| {
            let at_nodes: Vec<Lanes> = map.nodes(*degree).map(&of).collect();
            let coefficients = four_series(&at_nodes);
            is_tamed(&coefficients).then_some(Series { middle: map.middle, reach: map.reach, coefficients })
        })
    }

    fn place(&self, number: f64) -> Option<f64> {
        Map { middle: self.middle, reach: self.reach }.place(number)
    }

    fn at(&self, number: f64) -> Option<Lanes> {
        self.place(number).map(|y| clenshaw(&self.coefficients, y))
    }

    fn value_at(&self, number: f64) -> Option<f64> {
        self.place(number).map(|y| clenshaw_value(&self.coefficients, y))
    }
}

/// The values of four Chebyshev series at −1 ≤ `y` ≤ 1 (Clenshaw 1955).
fn clenshaw(coefficients: &[Lanes], y: f64) -> Lanes {
    let (mut one, mut two) = ([0.0; 4], [0.0; 4]);
    let double = 2.0 * y;
    for coefficient in coefficients[1..].iter().rev() {
        let mut next = [0.0; 4];
        for lane in 0..4 {
            next[lane] = coefficient[lane] + double * one[lane] - two[lane];
        }
        (one, two) = (next, one);
    }
    let mut value = [0.0; 4];
    for lane in 0..4 {
        value[lane] = coefficients[0][lane] + y * one[lane] - two[lane];
    }
    value
}

/// The first of the four.
fn clenshaw_value(coefficients: &[Lanes], y: f64) -> f64 {
    let (mut one, mut two) = (0.0, 0.0);
    let double = 2.0 * y;
    for coefficient in coefficients[1..].iter().rev() {
        (one, two) = (coefficient[VALUE] + double * one - two, one);
    }
    coefficients[0][VALUE] + y * one - two
}

/// Tables where customers leave after a purchase.
struct After {
    map: Map,
    /// Parts of the way, in logarithms, from the population's shape to that of one of whom no purchase is forgotten: one
    /// for steady models, several where rates drift.
    parts: Vec<f64>,
    /// The population's shape, and what each purchase adds to it.
    shape: f64,
    step: f64,
    degree: usize,
    ticks: usize,
    /// Whether there is a table, by number of repeat purchases.
    covered: Vec<bool>,
    /// By number of repeat purchases, ticks passed, part and degree.
    coefficients: Vec<Lanes>,
}

/// Numbers of purchases up to this have tables of their own; beyond, those of numbers so many times larger, with those
/// around them for the numbers between.
const OWN: usize = 14;
const FARTHER: f64 = 1.2;
/// More purchases than this are no number to make a table for.
const MOST: usize = 3_000;
/// Points along the shape where purchases are forgotten.
const PARTS: usize = 10;

impl After {
    fn of(newcomer: &Prospect, [leave, stay]: [f64; 2], steady: bool, span: &Span) -> Option<After> {
        let ticks = newcomer.rhythm.phases();
        let most = span.most.min(MOST);
        // What is forgotten moves the exposure about; who leaves the range is computed one by one.
        let wide = if steady { 1.0 } else { 1.5 };
        let map = Map::of([newcomer.exposure / wide, (newcomer.exposure + span.oldest) * wide]);
        let parts = if steady { vec![1.0] } else { part_nodes() };
        let step = ticks as f64;
        let numbers = numbers(most);
        let made = |x: usize| -> Option<Vec<Vec<Lanes>>> {
            let fullest = newcomer.shape + step * x as f64;
            let emptiest = if steady { fullest } else { newcomer.shape };
            let leavers = Leavers::of([leave, stay + x as f64], ticks, span, [emptiest, fullest], map.ends());
            let mut row = Vec::with_capacity(ticks * parts.len());
            for passed in 0..ticks {
                for part in &parts {
                    let shape = newcomer.shape * (1.0 + step * x as f64 / newcomer.shape).powf(*part);
                    let lanes =
                        |exposure: f64, is_value: bool| leavers.lanes(shape, exposure, passed, is_value);
                    row.push(Series::tamed_on(map, span.days.is_none(), lanes)?.coefficients);
                }
            }
            Some(row)
        };
        let rows: Vec<Option<Vec<Vec<Lanes>>>> = numbers.iter().map(|x| made(*x)).collect();
        let degree = rows.iter().flatten().flatten().map(Vec::len).max()?;
        // Padded to one length: what is added is zero.
        let rows: Vec<Option<Vec<Lanes>>> = rows
            .into_iter()
            .map(|row| {
                let padded = |mut series: Vec<Lanes>| {
                    series.resize(degree, [0.0; 4]);
                    series
                };
                row.map(|row| row.into_iter().flat_map(padded).collect())
            })
            .collect();
        let length = ticks * parts.len() * degree;
        let (mut coefficients, mut covered) = (Vec::with_capacity((most + 1) * length), Vec::new());
        for x in 0..=most {
            let row = between(&numbers, &rows, x);
            covered.push(row.is_some());
            coefficients.extend(row.unwrap_or_else(|| vec![[0.0; 4]; length]));
        }
        Some(After { map, parts, shape: newcomer.shape, step, degree, ticks, covered, coefficients })
    }

    /// The series of a number, of ticks passed and of a part.
    fn row(&self, repeats: usize, passed: usize, part: usize) -> &[Lanes] {
        let start = ((repeats * self.ticks + passed) * self.parts.len() + part) * self.degree;
        &self.coefficients[start..start + self.degree]
    }

    fn at(&self, prospect: &Prospect, repeats: usize) -> Option<Lanes> {
        self.mixed(prospect, repeats, |row, y, weight, sum: &mut Lanes| {
            for (sum, value) in sum.iter_mut().zip(clenshaw(row, y)) {
                *sum += weight * value;
            }
        })
        .map(|lanes| scaled(lanes, prospect.shape / prospect.exposure))
    }

    fn value_at(&self, prospect: &Prospect, repeats: usize) -> Option<f64> {
        let sum = self.mixed(prospect, repeats, |row, y, weight, sum: &mut f64| {
            *sum += weight * clenshaw_value(row, y);
        });
        sum.map(|value| value * (prospect.shape / prospect.exposure))
    }

    /// Sums over ticks passed and parts of the shape; `None` outside the tables.
    fn mixed<S: Default>(
        &self,
        prospect: &Prospect,
        repeats: usize,
        add: impl Fn(&[Lanes], f64, f64, &mut S),
    ) -> Option<S> {
        if !self.covered.get(repeats).is_some_and(|covered| *covered) {
            return None;
        }
        let y = self.map.place(prospect.exposure)?;
        let mut sum = S::default();
        if self.parts.len() == 1 {
            for (passed, weight) in prospect.rhythm.weights().iter().enumerate() {
                add(self.row(repeats, passed, 0), y, *weight, &mut sum);
            }
            return Some(sum);
        }
        if repeats == 0 {
            add(self.row(0, 0, 0), y, 1.0, &mut sum);
            return Some(sum);
        }
        let whole = (self.step * repeats as f64 / self.shape).ln_1p();
        let part = (prospect.shape / self.shape).ln() / whole;
        if !(0.0..=1.0).contains(&part) {
            return None;
        }
        for (place, weight) in lagrange(&self.parts, part).enumerate() {
            add(self.row(repeats, 0, place), y, weight, &mut sum);
        }
        Some(sum)
    }
}

/// Zeros of a Chebyshev polynomial between 0 and 1.
fn part_nodes() -> Vec<f64> {
    (0..PARTS).map(|i| 0.5 - 0.5 * (PI * (i as f64 + 0.5) / PARTS as f64).cos()).collect()
}

/// Weights of values at `nodes` for the value at `x` of the polynomial through them (Lagrange).
fn lagrange(nodes: &[f64], x: f64) -> impl Iterator<Item = f64> {
    nodes.iter().enumerate().map(move |(i, own)| {
        let others = nodes.iter().enumerate().filter(|(j, _)| *j != i);
        others.map(|(_, other)| (x - other) / (own - other)).product()
    })
}

/// Numbers of purchases that tables are made for, and some beyond `most`: what is said of a number must not depend on how
/// many purchases others made.
fn numbers(most: usize) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..=OWN.min(most)).collect();
    let (mut last, mut beyond) = (OWN, 0);
    while most > OWN && beyond < AROUND / 2 {
        last = (last as f64 * FARTHER).ceil() as usize;
        beyond += usize::from(last >= most);
        numbers.push(last);
    }
    numbers
}

/// Numbers that say what one between them is.
const AROUND: usize = 6;

/// The series of a number from those of the numbers around it, by a polynomial in the logarithm of the number.
fn between(numbers: &[usize], rows: &[Option<Vec<Lanes>>], x: usize) -> Option<Vec<Lanes>> {
    let place = numbers.partition_point(|number| *number < x);
    if numbers[place] == x {
        return rows[place].clone();
    }
    let some = place - AROUND / 2..place + AROUND / 2;
    let scale = |number: usize| (number as f64 + 2.0).ln();
    let nodes: Vec<f64> = numbers[some.clone()].iter().map(|number| scale(*number)).collect();
    let mut row = vec![[0.0; 4]; rows[some.start].as_ref()?.len()];
    for (weight, other) in lagrange(&nodes, scale(x)).zip(&rows[some]) {
        for (sum, lanes) in row.iter_mut().zip(other.as_ref()?) {
            for (sum, value) in sum.iter_mut().zip(lanes) {
                *sum += weight * value;
            }
        }
    }
    Some(row)
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Model};
    use super::*;

    fn models() -> Vec<Model> {
        let model = |kind, parameters: &[(&str, f64)]| Model::restored(kind, parameters).unwrap();
        let leaving = [("a", 0.8), ("b", 2.4)];
        let after = |kind, r, alpha, [a, b]: [(&'static str, f64); 2]| {
            model(kind, &[("k", 2.0), ("r", r), ("alpha", alpha), ("decay", 0.02), a, b])
        };
        vec![
            model(Kind::PooledRate, &[("shape", 300.0), ("exposure", 9_000.0)]),
            model(Kind::Nbd, &[("r", 0.5), ("alpha", 8.0)]),
            after(Kind::BgNbd, 0.24, 4.4, leaving),
            // Hardly anybody leaves; nearly everybody does.
            after(Kind::BgNbd, 1.5, 0.9, [("a", 0.02), ("b", 1.3)]),
            after(Kind::MbgNbd, 0.5, 30.0, [("a", 3.0), ("b", 1.1)]),
            after(Kind::MbgCnbd2, 0.9, 4.0, leaving),
            after(Kind::BgCnbd2, 2.5, 12.0, [("a", 0.1), ("b", 4.0)]),
            model(Kind::ParetoNbd, &[("r", 0.55), ("alpha", 10.6), ("s", 0.61), ("beta", 11.7)]),
            model(Kind::GgomNbd, &[("r", 0.5), ("alpha", 8.0), ("b", 0.02), ("s", 0.7), ("beta", 0.5)]),
            model(Kind::Drifting, &[("r", 0.5), ("alpha", 8.0), ("decay", 0.03)]),
            after(Kind::DriftingMbg, 0.5, 8.0, leaving),
            model(
                Kind::DriftingPareto,
                &[("r", 0.46), ("alpha", 8.9), ("decay", 0.03), ("s", 0.54), ("beta", 9.9)],
            ),
        ]
    }

    /// Customers of a few and of many purchases, at once and over years, silent and not.
    fn paths() -> Vec<(Vec<u32>, u32)> {
        let mut paths = vec![(vec![], 0), (vec![], 900), (vec![1], 1), (vec![1], 1_090)];
        for x in [1_u32, 2, 3, 5, 8, 13, 17, 23, 34, 61, 104, 180] {
            for gap in [1, 4, 30, 90] {
                let repeats: Vec<u32> = (1..=x).map(|n| n * gap - n % gap.min(3)).collect();
                let last = repeats[repeats.len() - 1];
                paths.extend([0, 9, 200].map(|silent| (repeats.clone(), last + silent)));
            }
        }
        paths.retain(|(_, age)| *age <= 1_092);
        paths
    }

    #[test]
    fn what_is_tabulated_is_what_is_computed() {
        let paths = paths();
        assert!(paths.len() > 60);
        for model in models() {
            let forecaster = model.forecaster(200, 52.0);
            for days in [Some(30.0), Some(365.0), None] {
                let span = Span { rate: 0.1, days, oldest: 156.0, most: 200 };
                let ahead = Ahead::of(&forecaster, model.sees_timing_only(), span);
                let is_tabled = !matches!(ahead.form, Form::Exact);
                assert_eq!(is_tabled, model.kind() != Kind::GgomNbd, "{:?}", model.kind());
                let (mut worst, mut outside) = ([0.0_f64; 4], 0);
                for (repeats, age) in paths.iter().step_by(if days == Some(30.0) { 1 } else { 7 }) {
                    let prospect = forecaster.prospect(&Path { repeats, age: *age });
                    let found = ahead.of_one(&prospect, repeats.len(), f64::from(*age) / 7.0);
                    let exact = span.exact_of(&prospect);
                    assert_eq!(ahead.value(&prospect, repeats.len(), f64::from(*age) / 7.0), found[VALUE]);
                    if let Form::After(after) = &ahead.form {
                        outside += usize::from(after.at(&prospect, repeats.len()).is_none());
                    }
                    for lane in 0..4 {
                        let off = (found[lane] - exact[lane]).abs() / exact[lane].abs().max(1e-12);
                        worst[lane] = worst[lane].max(off);
                    }
                }
                println!("{:?} {days:?}: {worst:?}, {outside} outside", model.kind());
                assert!(worst.iter().all(|off| *off < 5e-5), "{:?} {days:?}: {worst:?}", model.kind());
                assert!(outside * 10 <= paths.len(), "{:?}: {outside} of {}", model.kind(), paths.len());
            }
        }
    }

    /// By the tables, exactly, and by adding up the chance of being active over time.
    #[test]
    fn lives_are_what_chances_of_being_active_add_up_to() {
        let paths = paths();
        for model in models() {
            let forecaster = model.forecaster(200, 52.0);
            let span = Span { rate: 0.1, days: None, oldest: 156.0, most: 200 };
            let steady = model.sees_timing_only();
            let ahead = Ahead::of(&forecaster, steady, span).with_lives(&forecaster, steady);
            let force = per_week(span.rate);
            let (mut worst, mut slow) = (0.0_f64, 0.0_f64);
            for (place, (repeats, age)) in paths.iter().enumerate() {
                let prospect = forecaster.prospect(&Path { repeats, age: *age });
                let found = ahead.life(&prospect, repeats.len(), f64::from(*age) / 7.0);
                let exact = prospect.discounted_life(force);
                worst = worst.max((found - exact).abs() / exact.max(1.0));
                assert!(
                    found >= 0.0 && found * force <= prospect.p_alive * (1.0 + 1e-9),
                    "{found} {prospect:?}"
                );
                if place % 61 == 3 {
                    // Simpson's rule over a week and more at a time, out to where the discount leaves nothing.
                    let steps = 400;
                    let at = |step: i32| {
                        let x = f64::from(step) / f64::from(steps);
                        let week = 8_000.0 * x * x * x;
                        let width = 24_000.0 * x * x;
                        (-force * week).exp() * prospect.p_alive_after(week) * width
                    };
                    let inner: f64 =
                        (1..steps).map(|step| at(step) * if step % 2 == 1 { 4.0 } else { 2.0 }).sum();
                    let summed = (at(0) + inner + at(steps)) / (3.0 * f64::from(steps));
                    slow = slow.max((summed - exact).abs() / exact.max(1.0));
                }
            }
            println!("{:?}: tables {worst:.1e}, added up {slow:.1e}", model.kind());
            assert!(worst < 1e-3 && slow < 1e-3, "{:?}: {worst:.1e} {slow:.1e}", model.kind());
        }
    }
}
