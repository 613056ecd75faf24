//! All together: histories in, one value per customer out, with the models behind it.

use crate::backtest::{Backtest, MOST_CUSTOMERS, backtest_with, of_next, weigh};
use crate::blend::{Blend, Few, Forms, Member, fit_forms};
use crate::history::{Histories, History};
use crate::horizon::Horizon;
use crate::lifetime::{self, Evidence, Forecast, Kind, Model, Path, Reason, Tail, fit_kind};
use crate::margin::{self, Margins, NetMargins, net_margins};
use crate::newcomers::{self, Factor, Kin, Likeness, Newcomers};
use crate::residual::{Discounted, Rates, Residual};
use crate::spend;
use crate::spend::net::{self, Earnings};
use ledger::Day;
use std::collections::HashMap;

/// Which model of how often and how long is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The blend of several, weighed by a back-test; BG/NBD alone where few customers or a short past carry no more.
    #[default]
    Blend,
    /// One model.
    One(Kind),
}

/// What is asked of a valuation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// How far ahead to look from the day of the histories.
    pub horizon: Horizon,
    /// Decimals of the minor unit that amounts are in (2 for cents); `None` leaves spend out.
    pub minor_digits: Option<u32>,
    /// Which model is asked for.
    pub choice: Choice,
}

/// The bounds of the central 95 % and 80 % of a predictive distribution.
///
/// For a number of purchases they are whole numbers, the smallest n whose cumulative probability reaches 2.5 %,
/// 10 %, 90 % and 97.5 %: what falls inside is therefore at least, and often more than, 95 % or 80 %.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Interval {
    pub lo95: f64,
    pub lo80: f64,
    pub hi80: f64,
    pub hi95: f64,
}

impl Interval {
    fn of([lo95, lo80, hi80, hi95]: [f64; 4]) -> Interval {
        Interval { lo95, lo80, hi80, hi95 }
    }

    /// The interval of a count from its quantiles at [`lifetime::LEVELS`].
    pub(crate) fn of_counts(quantiles: [u32; 5]) -> Interval {
        let [lo95, lo80, _, hi80, hi95] = quantiles.map(f64::from);
        Interval { lo95, lo80, hi80, hi95 }
    }
}

/// What one customer is expected to bring within the horizon. Every number is finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CustomerValue {
    /// Number of the customer, as in the histories.
    pub customer: u32,
    /// Chance that the customer still buys, 0 to 1.
    pub p_alive: f64,
    /// Expected number of purchases.
    pub expected_transactions: f64,
    /// Where that number will lie.
    pub transactions: Interval,
    /// Its variance.
    pub transactions_variance: f64,
    /// Expected spend in minor units, not rounded; zero when spend was not asked for.
    pub expected_spend: f64,
    /// Where that spend will lie, in minor units; see [`spend::Purse::forecast`] and [`spend::net::Purse::forecast`]. Below
    /// zero only where customers have given back more than they bought.
    pub spend: Interval,
    /// Its variance, in minor units squared.
    pub spend_variance: f64,
    /// Expected margin per unit of spend: the customer's own, drawn towards everybody's; `None` where no line of
    /// the base tells a margin.
    pub margin_share: Option<f64>,
    /// Expected margin in minor units, not rounded, and may be negative: by the net model where that foresees margins
    /// better (see [`Models::net_margins`]), else `expected_spend` times `margin_share`. `None` without margins.
    pub expected_margin: Option<f64>,
    /// Its variance, in minor units squared; zero without margins.
    pub margin_variance: f64,
}

/// The value of a base as of a day, with the models it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Valuation {
    /// The day of the valuation.
    pub until: Day,
    /// How far ahead it looks.
    pub horizon: Horizon,
    /// Models of how often and how long; fitted with time in weeks.
    pub lifetime: Lifetime,
    /// Model of how much, in units of the currency; `None` when spend was not asked for.
    pub spend: Option<spend::Model>,
    /// Why that model was taken, and whether spend depends on how often customers buy; `None` where it was fitted before.
    pub spend_choice: Option<SpendChoice>,
    /// Margins as amounts of their own, and how well they were foretold beside the share of spend; `None` where margins
    /// are not known of nearly all purchases.
    pub net_margins: Option<NetMargins>,
    /// Margin per unit of spend, where known.
    pub margins: Option<Margins>,
    /// What customers borrow from those like them, where that foretells better.
    pub newcomers: Option<Newcomers>,
    /// One per history, in the same order; empty where each was given away as it came ([`crate::value_each`]).
    pub customers: Vec<CustomerValue>,
    /// Over all customers, also where they were given away.
    sums: Sums,
    /// Standard deviation of what all customers share, as a share of the total: which model holds, its parameters,
    /// and what the period brings to everybody.
    pub common: f64,
    /// The same for spend and margin, which what is spent on a purchase moves beside: at least as large.
    pub common_spend: f64,
    /// Standard deviation of what customers of the same groups share, as a share of the total: what is uncertain of what they
    /// borrow. Beside `common`, which is the models' own.
    pub borrowed: f64,
    /// The same for spend and margin.
    pub borrowed_spend: f64,
    /// Customers that the models were fitted on.
    pub fitted_on: usize,
}

/// Fitted models: all that is needed to value whoever comes, today or later.
#[derive(Clone, Debug, PartialEq)]
pub struct Models {
    /// How often and how long; time in weeks.
    pub lifetime: Lifetime,
    /// How much, in units of the currency; `None` when spend was not asked for.
    pub spend: Option<spend::Model>,
    /// Why that model was taken, and whether spend depends on how often customers buy; `None` where it was fitted before.
    pub spend_choice: Option<SpendChoice>,
    /// Margins as amounts of their own, and how well they were foretold beside the share of spend; `None` where margins
    /// are not known of nearly all purchases.
    pub net_margins: Option<NetMargins>,
    /// Margin per unit of spend, where known.
    pub margins: Option<Margins>,
    /// See [`Valuation::newcomers`].
    pub newcomers: Option<Newcomers>,
    /// See [`Valuation::common`].
    pub common: f64,
    /// See [`Valuation::common_spend`].
    pub common_spend: f64,
    /// Customers that they were fitted on: the fewer, the more draws of the parameters a forecast is the mean of.
    pub fitted_on: usize,
}

impl Models {
    /// What one purchase of a customer is expected to bring in spend, in minor units of `minor_digits` decimals, and
    /// the margin in a unit of that spend, where known.
    pub fn purchase(&self, history: &History, minor_digits: u32) -> (f64, Option<f64>) {
        let minor = minor_unit(minor_digits);
        let spend =
            self.spend.as_ref().map_or(0.0, |model| model.purse(spending(history, minor)).mean() * minor);
        let share = self.margins.as_ref().map(|margins| margins.share(history));
        let net = self.margin_purse(history, minor).filter(|_| spend > 0.0);
        (spend, net.map(|purse| purse.mean * minor / spend).or(share))
    }

    /// What the equivalents of a customer say: nothing where nothing was learnt of newcomers.
    pub fn kin(&self, history: &History, likeness: &Likeness) -> Kin {
        self.newcomers.as_ref().map_or(Kin::NONE, |newcomers| newcomers.kin(history, likeness))
    }

    /// [`Models::purchase`] of a customer with these equivalents, who are believed as far as that amount is everybody's.
    pub fn purchase_of_kin(&self, history: &History, minor_digits: u32, kin: &Kin) -> (f64, Option<f64>) {
        let (spend, margin) = self.purchase(history, minor_digits);
        (spend * self.amount_times(history, minor_unit(minor_digits), kin).times, margin)
    }

    /// What the amount of a customer's purchases is multiplied by for the sake of the equivalents.
    fn amount_times(&self, history: &History, minor: f64, kin: &Kin) -> Factor {
        let Some(model) = self.spend.as_ref().filter(|_| !kin.amounts.is_one()) else { return Factor::ONE };
        let word = model.purse(spending(history, minor)).mean();
        // Models draw towards everybody's in proportion: who spent nothing is expected to spend what is everybody's of it.
        let nothing = Earnings { purchases: history.repeat_purchases, ..Earnings::default() };
        kin.of_amounts(word, model.purse(nothing).mean())
    }

    /// The margin per purchase of a customer as an amount, in units of the currency, where that is how margins are
    /// valued.
    fn margin_purse(&self, history: &History, minor: f64) -> Option<net::Purse> {
        let net = self.net_margins.as_ref().filter(|net| net.holdout.favours_net())?;
        Some(net::purse(&margin::earnings(history, minor), &net.fit.params))
    }
}

/// The reasons for a spend model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpendChoice {
    /// Why it was taken.
    pub why: spend::Why,
    /// Whether spend per purchase depends on how often customers buy, where it can be told.
    pub independence: Option<spend::Independence>,
}

/// The models of how often and how long customers buy.
#[derive(Clone, Debug, PartialEq)]
pub struct Lifetime {
    /// What the values come from.
    pub blend: Blend,
    /// The model whose parameters can be held against published ones: the one asked for, else BG/NBD on everybody;
    /// one rate for all where customers are too few.
    pub reference: Model,
    /// Why a simpler model than asked for was taken, if one was.
    pub reason: Option<Reason>,
    /// What the members foretold of the base's own past, where it is long enough.
    pub backtest: Option<Backtest>,
    /// Models that were to be members of the blend and are not: the search for their parameters did not end at a maximum.
    pub failed: Vec<Kind>,
}

impl Lifetime {
    /// The word in files and the API for what the values come from.
    pub fn code(&self) -> &'static str {
        match &self.blend.members[..] {
            [only] => only.model.kind().code(),
            _ => "blend",
        }
    }

    /// Its name for people.
    pub fn name(&self) -> &'static str {
        match &self.blend.members[..] {
            [only] => only.model.kind().name(),
            _ => "blend",
        }
    }
}

/// A sum over customers and its interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Total {
    pub expected: f64,
    pub interval: Interval,
}

impl Total {
    /// The sum of parts given as (expected, variance) that are independent but for what all share: `common`, the
    /// standard deviation of that as a share of the sum. Normal bounds, cut at zero.
    pub fn of(parts: impl Iterator<Item = (f64, f64)>, common: f64) -> Total {
        let summed = parts.fold((0.0, 0.0), |(e, v), (expected, variance)| (e + expected, v + variance));
        Total::of_sum(summed, common)
    }

    /// The same of what was added up already.
    fn of_sum((expected, variance): (f64, f64), common: f64) -> Total {
        let spread = (variance + (common * expected).powi(2)).sqrt();
        let at = |z: f64| (expected + z * spread).max(0.0);
        const Z80: f64 = 1.281_551_565_544_6;
        const Z95: f64 = 1.959_963_984_540_1;
        Total {
            expected,
            interval: Interval { lo95: at(-Z95), lo80: at(-Z80), hi80: at(Z80), hi95: at(Z95) },
        }
    }
}

/// What is expected of all customers together: sums of means and of variances.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sums {
    active: f64,
    transactions: (f64, f64),
    spend: (f64, f64),
}

impl Sums {
    fn add(&mut self, value: &CustomerValue) {
        self.active += value.p_alive;
        self.transactions.0 += value.expected_transactions;
        self.transactions.1 += value.transactions_variance;
        self.spend.0 += value.expected_spend;
        self.spend.1 += value.spend_variance;
    }
}

impl Valuation {
    /// Expected spend of the whole base, in minor units.
    pub fn total_spend(&self) -> Total {
        Total::of_sum(self.sums.spend, self.shared_spend())
    }

    /// Expected purchases of the whole base.
    pub fn total_transactions(&self) -> Total {
        Total::of_sum(self.sums.transactions, self.shared())
    }

    /// Standard deviation of all that customers share, as a share of the total of purchases: what moves everybody, and what is
    /// uncertain of groups.
    pub fn shared(&self) -> f64 {
        self.common.hypot(self.borrowed)
    }

    /// The same for spend and margin.
    pub fn shared_spend(&self) -> f64 {
        self.common_spend.hypot(self.borrowed_spend)
    }

    /// Expected number of customers who still buy.
    pub fn expected_active(&self) -> f64 {
        self.sums.active
    }

    /// The models that it comes from, to value others by.
    pub fn models(&self) -> Models {
        Models {
            lifetime: self.lifetime.clone(),
            spend: self.spend.clone(),
            spend_choice: self.spend_choice,
            net_margins: self.net_margins.clone(),
            margins: self.margins,
            newcomers: self.newcomers.clone(),
            common: self.common,
            common_spend: self.common_spend,
            fitted_on: self.fitted_on,
        }
    }

    /// Names of the models in use, for people: `BG/NBD + Gamma-Gamma`.
    pub fn model_name(&self) -> String {
        match &self.spend {
            Some(spend) => format!("{} + {}", self.lifetime.name(), spend.name()),
            None => self.lifetime.name().to_string(),
        }
    }
}

/// Values every customer with a history, by models fitted to these histories.
///
/// Fits the models asked for and, when amounts are asked for, the spend model that [`spend::choose`] takes; a base that cannot carry them gets one
/// pooled rate or mean, and [`Lifetime::reason`] says why. Never panics and gives no NaN, also for an empty base.
pub fn value(histories: &Histories, question: &Question) -> Valuation {
    value_tested(histories, question, None)
}

/// The same for a base whose back-test has been run already, as by [`crate::backtest::study()`], so that it is not run
/// twice.
///
/// ```
/// use ledger::Day;
/// use value::backtest::{Asked, study};
/// use value::{Choice, Margin, PurchaseLine, Question, histories_with_amounts, value, value_tested};
/// let line = |customer, day| PurchaseLine { customer, day, amount: 2_500, margin: Margin::UNKNOWN };
/// let lines = (0..90).flat_map(|n| [line(n, 0), line(n, 5 + n as i32 % 60), line(n, 70 + n as i32 % 50)]);
/// let base = histories_with_amounts(lines.collect(), Day(140));
/// let horizon: value::Horizon = "60d".parse().unwrap();
/// let question = Question { horizon, minor_digits: Some(2), choice: Choice::Blend };
/// let looked_back = study(&base, &Asked { horizon_days: horizon.whole_days(), ..Asked::default() });
/// let tested = value_tested(&base, &question, Some(looked_back.backtest));
/// assert_eq!(tested.customers, value(&base, &question).customers);
/// ```
pub fn value_tested(histories: &Histories, question: &Question, tested: Option<Backtest>) -> Valuation {
    value_tested_like(histories, question, tested, Likeness::nobody())
}

/// The same where it is known who is like whom: customers borrow from their equivalents, where
/// [`newcomers::learn`] finds that this foretells better. With a [`Likeness`] of no dimensions nothing is borrowed.
pub fn value_tested_like(
    histories: &Histories,
    question: &Question,
    tested: Option<Backtest>,
    likeness: &Likeness,
) -> Valuation {
    let evidence = Evidence::of(histories.paths().collect());
    let models = fit_like(&evidence, histories, question, tested, likeness);
    let likeness = Clocks::Like(likeness);
    value_evidence(&evidence, histories, question, models, question.horizon.weeks(), likeness)
}

/// Fits the models that [`value()`] values by.
pub fn fit_models(histories: &Histories, question: &Question) -> Models {
    fit_to(&Evidence::of(histories.paths().collect()), histories, question, None)
}

/// The same without looking back: a blend of those of its members that are `wanted`, by what is known of them before any
/// back-test.
pub(crate) fn fit_untested(
    histories: &Histories,
    question: &Question,
    wanted: impl Fn(Kind) -> bool,
) -> Models {
    let evidence = Evidence::of(histories.paths().collect());
    fit_wanted(&evidence, histories, question, Some(Backtest::none()), wanted)
}

/// Values every customer with a history, by models that were fitted before, perhaps to fewer facts.
///
/// Each customer's figures follow from the models and the customer's own history alone: facts of one customer change
/// nobody else's as long as the day is the same. [`Question::choice`] is not asked.
///
/// ```
/// use ledger::Day;
/// use value::{Choice, Margin, PurchaseLine, Question, fit_models, histories, value_by};
/// let line = |customer, day| PurchaseLine { customer, day, amount: 900, margin: Margin::UNKNOWN };
/// let old: Vec<_> = (0..200).flat_map(|c| (0..c % 7 + 1).map(move |n| line(c, (n * (9 + c % 5)) as i32))).collect();
/// let question = Question { horizon: "6m".parse().unwrap(), minor_digits: Some(2), choice: Choice::Blend };
/// let before = histories(old.clone(), Day(90));
/// let models = fit_models(&before, &question);
/// // Customer 3 buys once more: nobody else's value moves.
/// let after = histories(old.into_iter().chain([line(3, 80)]).collect(), Day(90));
/// let (before, after) = (value_by(models.clone(), &before, &question), value_by(models, &after, &question));
/// for (before, after) in before.customers.iter().zip(&after.customers) {
///     assert_eq!(before == after, before.customer != 3);
/// }
/// ```
pub fn value_by(models: Models, histories: &Histories, question: &Question) -> Valuation {
    value_by_like(models, histories, question, Likeness::nobody())
}

/// The same where it is known who is like whom, by what these models learnt of newcomers when they were fitted.
pub fn value_by_like(
    models: Models,
    histories: &Histories,
    question: &Question,
    likeness: &Likeness,
) -> Valuation {
    let evidence = Evidence::of(histories.paths().collect());
    let likeness = Clocks::Like(likeness);
    value_evidence(&evidence, histories, question, models, question.horizon.weeks(), likeness)
}

/// What sets customers apart beside their own past.
enum Clocks<'a> {
    /// Nothing but who is like whom.
    Like(&'a Likeness),
    /// How much faster each customer's clock runs, and the horizon with it.
    Speeds(&'a [f64]),
}

fn fit_to(
    evidence: &Evidence<'_>,
    histories: &Histories,
    question: &Question,
    tested: Option<Backtest>,
) -> Models {
    fit_wanted(evidence, histories, question, tested, |_| true)
}

/// The same with what customers borrow from those like them, where there is anybody like anybody.
fn fit_like(
    evidence: &Evidence<'_>,
    histories: &Histories,
    question: &Question,
    tested: Option<Backtest>,
    likeness: &Likeness,
) -> Models {
    let mut models = fit_to(evidence, histories, question, tested);
    if !likeness.is_empty() {
        models.newcomers = newcomers::learn(&models, histories, likeness, question.horizon.whole_days());
    }
    models
}

fn fit_wanted(
    evidence: &Evidence<'_>,
    histories: &Histories,
    question: &Question,
    tested: Option<Backtest>,
    wanted: impl Fn(Kind) -> bool,
) -> Models {
    models_of(fit_lifetime(evidence, histories, question, tested, wanted), evidence, histories, question)
}

/// Values customers whose pasts are on clocks of their own: `evidence` is their warped past, `speeds` how much faster
/// each clock runs.
pub(crate) fn value_on_clocks(
    evidence: &Evidence<'_>,
    histories: &Histories,
    question: &Question,
    lifetime: Lifetime,
    speeds: &[f64],
) -> Valuation {
    let models = models_of(lifetime, evidence, histories, question);
    value_evidence(evidence, histories, question, models, question.horizon.weeks(), Clocks::Speeds(speeds))
}

/// Values customers whose pasts are all on one clock, on which the horizon lasts so many weeks.
pub(crate) fn value_within(
    evidence: &Evidence<'_>,
    histories: &Histories,
    question: &Question,
    weeks: f64,
    likeness: &Likeness,
) -> Valuation {
    let models = fit_like(evidence, histories, question, None, likeness);
    value_evidence(evidence, histories, question, models, weeks, Clocks::Like(likeness))
}

/// Gives the value of each customer whose past is on one clock with all others, on which the horizon lasts so many weeks, and
/// what is still to come of him, discounted at this yearly rate.
pub(crate) fn give_within(
    evidence: &Evidence<'_>,
    histories: &Histories,
    question: &Question,
    weeks: f64,
    rate: f64,
    likeness: &Likeness,
    mut give: impl FnMut(&Models, &History, CustomerValue, Option<Residual>),
) -> Valuation {
    let models = fit_like(evidence, histories, question, None, likeness);
    let blend = models.lifetime.blend.clone();
    let discounted = Discounted::of(&blend, &evidence.paths, question.horizon.weeks(), Rates::Same(rate));
    let known = models.clone();
    let borrowing = known.newcomers.as_ref().map(|newcomers| newcomers.ready(likeness));
    let likeness = Clocks::Like(likeness);
    give_evidence(evidence, histories, question, models, weeks, likeness, |i, value| {
        let history = &histories.rows[i];
        let residual = discounted.residual(i, &evidence.paths[i], history, &known, question);
        let residual = match &borrowing {
            Some(ready) => {
                let kin = ready.kin(history.customer, history.first_day);
                residual.map(|residual| residual.of_kin(&known, history, question, &kin))
            }
            None => residual,
        };
        give(&known, history, value, residual);
    })
}

/// The rest of the models, for those of how often and how long.
fn models_of(
    lifetime: Lifetime,
    evidence: &Evidence<'_>,
    histories: &Histories,
    question: &Question,
) -> Models {
    let of_parameters =
        parameter_spread(&lifetime.blend, lifetime.backtest.is_some(), evidence, question.horizon.weeks());
    let (common, common_spend) = commons(&lifetime, of_parameters);
    let minor = question.minor_digits.map(minor_unit);
    let (spend, spend_choice) = minor.map(|minor| fit_spend(&histories.rows, minor)).unzip();
    let margins = minor.and_then(|_| Margins::of(&histories.rows));
    Models {
        spend,
        spend_choice,
        net_margins: minor.zip(margins).and_then(|(minor, _)| net_margins(&histories.rows, minor)),
        margins,
        newcomers: None,
        common,
        common_spend,
        fitted_on: evidence.customers(),
        lifetime,
    }
}

/// Minor units in a unit of the currency.
pub(crate) fn minor_unit(digits: u32) -> f64 {
    10_f64.powi(digits.min(18) as i32)
}

fn value_evidence(
    evidence: &Evidence<'_>,
    histories: &Histories,
    question: &Question,
    models: Models,
    horizon: f64,
    clocks: Clocks<'_>,
) -> Valuation {
    let mut customers = Vec::with_capacity(histories.rows.len());
    let keep = |_: usize, value: CustomerValue| customers.push(value);
    let valuation = give_evidence(evidence, histories, question, models, horizon, clocks, keep);
    Valuation { customers, ..valuation }
}

/// The same, in which each customer's value is given away as it comes, with the place among the histories.
fn give_evidence(
    evidence: &Evidence<'_>,
    histories: &Histories,
    question: &Question,
    models: Models,
    horizon: f64,
    clocks: Clocks<'_>,
    mut give: impl FnMut(usize, CustomerValue),
) -> Valuation {
    let fitted_on = models.fitted_on;
    let speeds = match clocks {
        Clocks::Speeds(speeds) => Some(speeds),
        Clocks::Like(_) => None,
    };
    let ready = match (&models.newcomers, &clocks) {
        (Some(newcomers), Clocks::Like(likeness)) => Some(newcomers.ready(likeness)),
        _ => None,
    };
    let kin = |i: usize| {
        let row = &histories.rows[i];
        let of = |ready: &newcomers::Ready<'_>| ready.kin(row.customer, row.first_day);
        ready.as_ref().map_or(Kin::NONE, of)
    };
    let forecasts =
        Forecasts { blend: &models.lifetime.blend, evidence, horizon, fitted_on, speeds, kin: &kin };
    let minor = question.minor_digits.map(minor_unit);
    let mut sums = Sums::default();
    let (mut of_purchases, mut of_spend) = (Doubts::default(), Doubts::default());
    forecasts.each(|i, p_alive, forecast, kin| {
        let history = &histories.rows[i];
        let mut value = CustomerValue {
            customer: history.customer,
            p_alive,
            expected_transactions: forecast.mean,
            transactions: Interval::of_counts(forecast.quantiles),
            transactions_variance: forecast.variance,
            expected_spend: 0.0,
            spend: Interval::default(),
            spend_variance: 0.0,
            margin_share: models.margins.as_ref().map(|margins| margins.share(history)),
            expected_margin: None,
            margin_variance: 0.0,
        };
        let here = kin.of_purchases(f64::from(history.age_days) / 7.0);
        of_purchases.add(value.expected_transactions, [(kin.purchases, here), (Factor::ONE, Factor::ONE)]);
        if let (Some(in_unit), Some(model)) = (minor, &models.spend) {
            let spend = model.purse(spending(history, in_unit)).forecast(forecast);
            let amounts = models.amount_times(history, in_unit, kin);
            // In minor units, at the amount that those like him spend.
            let minor = in_unit * amounts.times;
            // Of a product: what is uncertain of the amount moves all that is spent.
            let doubt =
                |mean: f64, variance: f64| (amounts.deviation * in_unit).powi(2) * (variance + mean * mean);
            let known = spend.variance * minor * minor;
            let variance = known + doubt(spend.mean, spend.variance);
            let wider = if known > 0.0 { (variance / known).sqrt() } else { 1.0 };
            // Where nobody ever gave anything back, nobody will.
            let least = if model.has_refunds() { f64::NEG_INFINITY } else { 0.0 };
            let at = |quantile: f64| (widened(quantile, spend.mean, wider) * minor).max(least);
            value.expected_spend = spend.mean * minor;
            value.spend = Interval::of(spend.quantiles.map(at));
            value.spend_variance = variance;
            of_spend.add(value.expected_spend, [(kin.purchases, here), (kin.amounts, amounts)]);
            if let Some(share) = value.margin_share {
                let net = models.margin_purse(history, in_unit).map(|purse| purse.moments(forecast));
                let of_share = value.spend_variance * share * share;
                value.expected_margin =
                    Some(net.map_or(value.expected_spend * share, |(mean, _)| mean * minor));
                value.margin_variance = net.and_then(|(_, variance)| variance).map_or(of_share, |variance| {
                    variance * minor * minor + doubt(net.map_or(0.0, |(mean, _)| mean), variance)
                });
            }
        }
        sums.add(&value);
        give(i, value);
    });
    let Models {
        lifetime, spend, spend_choice, net_margins, margins, newcomers, common, common_spend, ..
    } = models;
    Valuation {
        until: histories.until,
        horizon: question.horizon,
        lifetime,
        spend,
        spend_choice,
        net_margins,
        margins,
        newcomers,
        customers: Vec::new(),
        sums,
        common,
        common_spend,
        borrowed: of_purchases.share(),
        borrowed_spend: of_spend.share(),
        fitted_on,
    }
}

/// A quantile whose distance from the mean grows so many times. It stays on its side of zero: no purchase remains none.
fn widened(quantile: f64, mean: f64, times: f64) -> f64 {
    let moved = mean + (quantile - mean) * times;
    if quantile > 0.0 {
        moved.max(0.0)
    } else if quantile < 0.0 {
        moved.min(0.0)
    } else {
        0.0
    }
}

/// What is uncertain of factors that customers have in common, over a sum: all that rests on one factor errs together, and
/// factors apart from each other.
#[derive(Default)]
struct Doubts {
    /// What is expected times the deviation of the factor in parts of it, by the factor: which outcome's, and its numbers.
    of_factor: HashMap<(usize, [u64; 2]), f64>,
    sum: f64,
}

impl Doubts {
    /// Adds what is expected of a customer, with the factors that went into it: as learnt, and as they are for the customer.
    fn add(&mut self, expected: f64, factors: [(Factor, Factor); 2]) {
        self.sum += expected;
        for (outcome, (learnt, here)) in factors.into_iter().enumerate() {
            if here.deviation > 0.0 && here.times > 0.0 {
                let key = (outcome, [learnt.times.to_bits(), learnt.deviation.to_bits()]);
                *self.of_factor.entry(key).or_default() += expected * here.deviation / here.times;
            }
        }
    }

    /// Standard deviation of the sum as a share of it.
    fn share(&self) -> f64 {
        // In an order of their own, so that the last digit is the same every time.
        let mut squares: Vec<f64> = self.of_factor.values().map(|of| of * of).collect();
        squares.sort_unstable_by(f64::total_cmp);
        if self.sum > 0.0 { squares.iter().sum::<f64>().sqrt() / self.sum } else { 0.0 }
    }
}

/// Fits what was asked for, or what the base can carry of it.
fn fit_lifetime(
    evidence: &Evidence<'_>,
    histories: &Histories,
    question: &Question,
    tested: Option<Backtest>,
    wanted: impl Fn(Kind) -> bool,
) -> Lifetime {
    let horizon = question.horizon.weeks();
    let pooled = |reason: Option<Reason>| {
        let model = fit_kind(Kind::PooledRate, evidence, horizon, MOST_CUSTOMERS);
        Lifetime {
            blend: Blend::single(model.clone()),
            reference: model,
            reason,
            backtest: None,
            failed: Vec::new(),
        }
    };
    if let Some(reason) = lifetime::too_few(evidence) {
        return pooled(Some(reason));
    }
    let kind = match question.choice {
        Choice::Blend => Kind::BgNbd,
        Choice::One(kind) => kind,
    };
    let reference = fit_kind(kind, evidence, horizon, MOST_CUSTOMERS);
    if !reference.fit().converged {
        return pooled(Some(Reason::NotConverged));
    }
    let alone = Blend::single(reference.clone());
    if question.choice != Choice::Blend {
        return Lifetime { blend: alone, reference, reason: None, backtest: None, failed: Vec::new() };
    }
    let Forms { fitted, failed } = fit_forms(evidence, horizon, wanted);
    let members: Vec<Member> = fitted.into_iter().filter(|member| member.weight > 0.0).collect();
    if members.is_empty() {
        return Lifetime { blend: alone, reference, reason: None, backtest: None, failed };
    }
    let tested = tested.unwrap_or_else(|| {
        let amounts = question.minor_digits.map(|digits| (histories, minor_unit(digits)));
        backtest_with(&evidence.paths, amounts, question.horizon.whole_days())
    });
    let few = tested.favours_few.then(|| Few::of(evidence)).flatten();
    let blend = Blend { few, ..weigh(members, &tested.deficits, tested.evidence, tested.shock) };
    let backtest = (!tested.trials.is_empty()).then_some(tested);
    Lifetime { blend, reference, reason: None, backtest, failed }
}

/// What is foretold of each customer; once for all of equal timing where the models see no more.
struct Forecasts<'e> {
    blend: &'e Blend,
    evidence: &'e Evidence<'e>,
    horizon: f64,
    fitted_on: usize,
    /// How much faster each customer's clock runs, and the horizon with it.
    speeds: Option<&'e [f64]>,
    /// What the equivalents of a customer say, by his place.
    kin: &'e dyn Fn(usize) -> Kin,
}

impl Forecasts<'_> {
    /// Gives each customer's place, chance of being active, forecast and equivalents, in order.
    fn each(&self, mut give: impl FnMut(usize, f64, &Forecast, &Kin)) {
        let evidence = self.evidence;
        let forecaster = self.blend.forecaster(self.fitted_on, evidence.most(), self.horizon);
        let ready = forecaster.ready();
        let mut tail = Tail::default();
        if let Some(speeds) = self.speeds {
            for (i, (path, speed)) in evidence.paths.iter().zip(speeds).enumerate() {
                let p_alive = ready.forecast_within(path, self.horizon * speed, &mut tail);
                give(i, p_alive, &tail.forecast(), &Kin::NONE);
            }
            return;
        }
        if !self.blend.members.iter().all(|member| member.model.sees_timing_only()) {
            for (i, path) in evidence.paths.iter().enumerate() {
                let p_alive = ready.forecast(path, &mut tail);
                let kin = (self.kin)(i);
                give(i, p_alive, &forecast_of_kin(&tail, path, p_alive, &kin), &kin);
            }
            return;
        }
        // Kept for groups of several only; most groups of a large base are of one.
        const NOT_YET: u32 = u32::MAX;
        let mut place_of = vec![NOT_YET; evidence.groups.len()];
        let mut kept: Vec<(f64, Forecast)> = Vec::new();
        // Those of equal timing who borrow from others have futures of their own: kept for groups of several, up to a bound.
        const MOST_KEPT: usize = 200_000;
        let mut of_kin: HashMap<(u32, [u64; 2]), (f64, Forecast)> = HashMap::new();
        for (i, (path, group)) in evidence.paths.iter().zip(&evidence.group_of).enumerate() {
            let kin = (self.kin)(i);
            if !kin.purchases.is_one() {
                let Factor { times, deviation, .. } = kin.purchases;
                let key = (*group, [times.to_bits(), deviation.to_bits()]);
                if let Some((p_alive, forecast)) = of_kin.get(&key) {
                    give(i, *p_alive, forecast, &kin);
                    continue;
                }
                let p_alive = ready.forecast(path, &mut tail);
                let forecast = forecast_of_kin(&tail, path, p_alive, &kin);
                give(i, p_alive, &forecast, &kin);
                if evidence.groups[*group as usize].customers > 1 && of_kin.len() < MOST_KEPT {
                    of_kin.insert(key, (p_alive, forecast));
                }
                continue;
            }
            let place = &mut place_of[*group as usize];
            if *place != NOT_YET {
                let (p_alive, forecast) = &kept[*place as usize];
                give(i, *p_alive, forecast, &kin);
                continue;
            }
            let p_alive = ready.forecast(path, &mut tail);
            let forecast = tail.forecast();
            give(i, p_alive, &forecast, &kin);
            if evidence.groups[*group as usize].customers > 1 {
                *place = kept.len() as u32;
                kept.push((p_alive, forecast));
            }
        }
    }
}

/// What is foretold of a customer with these equivalents, who still buys with this chance.
pub(crate) fn forecast_of_kin(tail: &Tail, path: &Path<'_>, p_alive: f64, kin: &Kin) -> Forecast {
    let factor = kin.of_purchases(f64::from(path.age) / 7.0);
    if factor.is_one() {
        tail.forecast()
    } else {
        tail.forecast_times(factor.times, factor.deviation, p_alive)
    }
}

/// Standard deviations of what all customers share, of purchases and of spend: the common shock, which is that of the
/// blend's own errors where a back-test has seen them, and the parameters'.
fn commons(lifetime: &Lifetime, of_parameters: f64) -> (f64, f64) {
    let shock = lifetime.blend.shock;
    let of_spend = lifetime.backtest.as_ref().and_then(|tested| tested.spend_shock).unwrap_or(shock);
    let origins = lifetime.backtest.as_ref().map_or(0, Backtest::origins);
    let with = |shock: f64| of_next(shock, origins).hypot(of_parameters);
    (with(shock), with(of_spend.max(shock)))
}

/// The same of the parameters alone, over a few draws on a sample of customers. The back-test's shock has the choice of
/// members in it; without a back-test the members' disagreement counts here.
fn parameter_spread(blend: &Blend, is_tested: bool, evidence: &Evidence<'_>, horizon: f64) -> f64 {
    // One rate for all moves everybody at once: its gamma distribution is the doubt.
    if let [Member { model: Model::PooledRate(fit), .. }] = &blend.members[..] {
        return (1.0 / fit.params.shape).sqrt();
    }
    const SAMPLE: usize = 500;
    let sample = evidence.sample(SAMPLE);
    let totals = blend.totals(sample.as_ref().unwrap_or(evidence), horizon, evidence.customers());
    let (mut mean, mut within, mut square) = (0.0, 0.0, 0.0);
    for (weight, draws) in &totals {
        let count = draws.len().max(1) as f64;
        let own = draws.iter().sum::<f64>() / count;
        within += weight * draws.iter().map(|total| (total - own).powi(2)).sum::<f64>() / count;
        mean += weight * own;
        square += weight * own * own;
    }
    if mean <= 0.0 {
        return 0.0;
    }
    let between = if is_tested { 0.0 } else { (square - mean * mean).max(0.0) };
    (within + between).sqrt() / mean
}

/// Net amounts of the repeat purchases, in units of the currency; returns that found no purchase count as refunds.
fn spending(history: &History, minor: f64) -> Earnings {
    let Some(mean) = history.mean_repeat_spend() else { return Earnings::default() };
    let refunds = history.variation.unmatched_returns.min(history.repeat_purchases);
    Earnings {
        purchases: history.repeat_purchases,
        mean: mean / minor,
        squares: history.variation.squares / (minor * minor),
        refunds,
        refunded: if refunds > 0 { history.unmatched_returns as f64 / minor } else { 0.0 },
    }
}

fn fit_spend(rows: &[History], minor: f64) -> (spend::Model, SpendChoice) {
    let earnings: Vec<Earnings> =
        rows.iter().filter(|row| row.repeat_purchases > 0).map(|row| spending(row, minor)).collect();
    let spend: f64 = rows.iter().map(|row| row.spend() as f64).sum();
    let transactions: f64 = rows.iter().map(|row| f64::from(row.transactions())).sum();
    let typical = if transactions > 0.0 { spend / transactions / minor } else { 0.0 };
    let choice =
        spend::choose(&earnings, typical).expect("amounts of histories do not contradict each other");
    (choice.model, SpendChoice { why: choice.why, independence: choice.independence })
}
