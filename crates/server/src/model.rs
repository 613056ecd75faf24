//! What values come from: the fitted models and the look back at what they would have said earlier.
//!
//! Takes a valuation and a study of `value`; gives the one form in which the model page, `clientela backtest --json`
//! and its report show them. The base's own is kept beside the newest valuation as JSON. Amounts are in units of the
//! currency here: they are statistics, not accounts.

use crate::http::error::Answer;
use crate::http::{App, Json, wire};
use axum::extract::State;
use ledger::Day;
use serde::{Deserialize, Serialize};
use store::{SavedValuation, Store};
use utoipa::ToSchema;
use value::backtest::{self, Compared, Forecast, Origin, SpendTrial, Study, Trial, verdict};
use value::blend::{Few, PRIOR};
use value::lifetime::Kind;
use value::newcomers::{Dimension, Newcomers};
use value::{Fit, Unit, Valuation, Verdict};

/// What the values come from.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Model {
    /// The fitted models; null before the first valuation.
    pub fit: Option<ModelFit>,
}

/// The models of one valuation.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs)]
pub struct ModelFit {
    /// The models in words: `blend + Gamma-Gamma`.
    pub name: String,
    /// When they were fitted.
    pub fitted_at: Option<String>,
    /// The last day whose facts they know.
    pub as_of: String,
    /// How far the values look ahead.
    pub horizon_days: u32,
    /// Customers that were valued.
    pub customers: u64,
    /// ISO 4217; null for a file, which does not say.
    pub currency: Option<String>,
    /// Why a simpler model than the usual ones was taken: `few_customers`, `few_repeaters`, `not_converged`, …
    pub reason: Option<String>,
    /// What each customer's purchases are foretold by, heaviest first.
    pub members: Vec<FittedModel>,
    /// Fitted beside them to every customer, so that its parameters can be held against published ones.
    pub reference: FittedModel,
    /// The model of how much is spent per purchase.
    pub spend: Option<FittedModel>,
    /// Standard deviation of what moves all customers together over the horizon, as a share of the total.
    pub shock: f64,
    /// Few who buy like nobody else and are foretold at rates of their own within the horizon; null where there are none, or
    /// where the look back was no nearer with them.
    #[serde(default)]
    pub few: Option<FewBuyers>,
    /// What newcomers borrow from those like them; null where it was not looked for.
    #[serde(default)]
    pub newcomers: Option<Borrowed>,
}

/// Few customers who buy many times as often as the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs)]
pub struct FewBuyers {
    /// Their share of the customers, 0 to 0.2.
    pub share: f64,
    /// How many times as often they buy as the others.
    pub times: f64,
    /// Purchases a year of one of them, on average.
    pub purchases_a_year: f64,
    /// Purchases a year of one of the others, on average.
    pub others_a_year: f64,
}

/// What newcomers borrow, by dimension. Nothing is borrowed where both lists are empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Borrowed {
    /// How long after the first purchase groups were compared, in days; 0 where nothing is borrowed.
    pub window_days: u32,
    /// What tells how often newcomers buy.
    pub purchases: Vec<BorrowedFrom>,
    /// What tells how much a purchase of theirs is worth.
    pub amounts: Vec<BorrowedFrom>,
}

/// A dimension by which newcomers borrow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BorrowedFrom {
    /// `sources`, `kind`, `country`, `industry` or `cohort` (the year of the first purchase); `quarter` in a file.
    #[schema(example = "sources")]
    pub dimension: String,
    /// Its groups.
    pub groups: u64,
    /// What the least of them is multiplied by, one for what everybody is …
    pub least: f64,
    /// … and the most.
    pub most: f64,
    /// By how much nearer those who came later were foretold with it; null where that was not kept.
    pub gain: Option<BorrowedGain>,
}

/// What a dimension brought: learnt from the first two thirds of newcomers, held against what the last third did; for the purchases
/// of a cohort or quarter each half of its young customers, held against the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BorrowedGain {
    /// Customers of the last third.
    pub customers: u64,
    /// Part of their squared error that it took away, of what those before it had left; 0 to 1.
    pub share: f64,
    /// The same in standard errors of the difference, customer by customer.
    pub standard_errors: f64,
}

impl FewBuyers {
    /// The few of a blend.
    pub fn of(few: &Few) -> FewBuyers {
        const WEEKS_A_YEAR: f64 = 365.25 / 7.0;
        let (few_rate, rate) = (few.few_r / few.few_alpha, few.r / few.alpha);
        FewBuyers {
            share: few.share,
            times: few_rate / rate,
            purchases_a_year: few_rate * WEEKS_A_YEAR,
            others_a_year: rate * WEEKS_A_YEAR,
        }
    }
}

impl Borrowed {
    /// What was learnt of newcomers; nothing where nothing earned its place.
    pub fn of(learnt: Option<&Newcomers>) -> Borrowed {
        let Some(learnt) = learnt else { return Borrowed::default() };
        let from = |dimension: &Dimension| {
            let effects = || dimension.groups.iter().map(|group| 1.0 + group.effect);
            BorrowedFrom {
                dimension: dimension.name.clone(),
                groups: dimension.groups.len() as u64,
                least: effects().fold(1.0, f64::min),
                most: effects().fold(1.0, f64::max),
                gain: dimension.gain.map(|gain| BorrowedGain {
                    customers: gain.customers,
                    share: gain.share,
                    standard_errors: gain.standard_errors,
                }),
            }
        };
        Borrowed {
            window_days: learnt.window_days,
            purchases: learnt.purchases.iter().map(from).collect(),
            amounts: learnt.amounts.iter().map(from).collect(),
        }
    }

    /// Nothing is borrowed.
    pub fn is_empty(&self) -> bool {
        self.purchases.is_empty() && self.amounts.is_empty()
    }
}

/// One fitted model.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs)]
pub struct FittedModel {
    #[schema(example = "mbg_cnbd_2")]
    pub code: String,
    #[schema(example = "MBG/CNBD-2")]
    pub name: String,
    /// Its share in the mixture, 0 to 1; null for a model that is no member.
    pub weight: Option<f64>,
    pub parameters: Vec<Parameter>,
    /// Natural logarithm, with time in weeks; null for a model that is not fitted by it.
    pub log_likelihood: Option<f64>,
    /// Akaike's information criterion; smaller is better, among models of the same customers.
    pub aic: Option<f64>,
    /// The Bayesian information criterion; smaller is better, among models of the same customers.
    pub bic: Option<f64>,
    pub converged: bool,
    /// Largest derivative of the mean log-likelihood by the logarithm of a parameter.
    pub gradient_norm: Option<f64>,
    /// Passes over the data.
    pub iterations: u32,
    /// Customers that it was fitted to.
    pub customers: u64,
    pub verdict: FitVerdict,
}

/// A parameter.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs)]
pub struct Parameter {
    #[schema(example = "alpha")]
    pub name: String,
    /// Null where it is infinite.
    pub value: Option<f64>,
    /// Null where the data do not determine it.
    pub standard_error: Option<f64>,
    pub unit: ParameterUnit,
}

/// What a parameter is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ParameterUnit {
    Number,
    Chance,
    Weeks,
    PerWeek,
    PowerOfWeeks,
    Money,
    MoneySquared,
}

impl From<Unit> for ParameterUnit {
    fn from(unit: Unit) -> ParameterUnit {
        match unit {
            Unit::Number => ParameterUnit::Number,
            Unit::Chance => ParameterUnit::Chance,
            Unit::Time => ParameterUnit::Weeks,
            Unit::PerTime => ParameterUnit::PerWeek,
            Unit::PowerOfTime => ParameterUnit::PowerOfWeeks,
            Unit::Money => ParameterUnit::Money,
        }
    }
}

/// Whether the data determine the parameters.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs)]
pub struct FitVerdict {
    /// `identified`, `ridge` or `not_converged`.
    #[schema(example = "identified")]
    pub code: String,
    /// On a ridge, what lies along it: `one_rate`, `no_leaving`, …
    pub ridge: Option<String>,
    /// The same in words.
    pub words: String,
    /// Standard error of the least determined direction, in units of the natural logarithm of parameters.
    pub uncertainty: Option<f64>,
    /// On a ridge, what the data do determine.
    pub identified: Option<Parameter>,
}

/// What the models would have said earlier, beside what came.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ModelBacktest {
    /// Null before the first valuation, and where the past is too short to be divided.
    pub backtest: Option<LookBack>,
}

/// A look back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs)]
pub struct LookBack {
    /// Customers looked at.
    pub customers: u64,
    /// Customers with a purchase, of whom they are a sample.
    pub of: u64,
    /// ISO 4217 of the amounts; null for a file, which does not say.
    pub currency: Option<String>,
    /// Oldest first.
    pub origins: Vec<LookBackOrigin>,
    /// Forecasts of purchases, by origin.
    pub trials: Vec<LookBackTrial>,
    /// Forecasts of spend, in units of the currency; empty without amounts.
    pub spend: Vec<LookBackTrial>,
    /// The blend beside the naive rule that does best by each measure, for purchases.
    pub compared: Vec<Comparison>,
    /// The same for spend.
    pub spend_compared: Vec<Comparison>,
    /// Every model that could be a member, heaviest first, and why it weighs what it weighs.
    pub weights: Vec<MemberWeight>,
    /// How many independent customers the look back is worth: a model's prior is multiplied by e^(−evidence · deficit).
    pub evidence: f64,
    /// Pictures of what the blend foretold, one per origin.
    pub plots: Vec<LookBackPlots>,
}

/// A day from which was foretold.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs)]
pub struct LookBackOrigin {
    /// The last day that was known.
    pub day: String,
    /// The last day that was foretold.
    pub until: String,
    pub horizon_days: u32,
    /// Customers known then.
    pub customers: u32,
    /// Purchases that came.
    pub purchases: f64,
}

/// How well one forecaster did from one origin.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs)]
pub struct LookBackTrial {
    /// The last day that was known.
    pub day: String,
    /// `blend`, a model, or a naive rule.
    #[schema(example = "blend")]
    pub forecaster: String,
    /// Its name for people.
    pub name: String,
    /// A rule of thumb.
    pub naive: bool,
    pub predicted: f64,
    pub actual: f64,
    /// Predicted over actual, less one.
    pub bias: Option<f64>,
    pub rmse: f64,
    pub mae: f64,
    pub rank_correlation: Option<f64>,
    /// Share of all that came with the tenth of customers of whom most was foretold.
    pub top_tenth: f64,
    /// Mean natural logarithm of the probability of what came; purchases only.
    pub log_score: Option<f64>,
    /// Share of customers inside the central 80 %, at random places between the steps of whole numbers.
    pub covered80: Option<f64>,
    pub covered95: Option<f64>,
    /// The bounds of the total's 95 % interval.
    pub total_lo95: Option<f64>,
    pub total_hi95: Option<f64>,
    /// Whether what came lies inside.
    pub total_held: Option<bool>,
}

/// The blend and the best naive rule by one measure, on average over the origins.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs)]
pub struct Comparison {
    /// `rmse`, `mae`, `bias`, `rank_correlation` or `top_tenth`.
    pub measure: String,
    pub blend: f64,
    pub naive: f64,
    /// The rule.
    #[schema(example = "own_rate")]
    pub rule: String,
    /// By how much the blend is better: a share of the rule's for `rmse` and `mae`, a difference for the others.
    pub gain: f64,
    /// Standard error of the difference of the two, customer by customer; for `rmse` and `mae`.
    #[serde(default)]
    pub standard_error: Option<f64>,
    /// Whether the two can be told apart: they differ by more than two standard errors, where there is one.
    #[serde(default = "yes")]
    pub told_apart: bool,
}

/// What was kept before it was told.
fn yes() -> bool {
    true
}

/// What a model counts in the blend, and why.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs)]
pub struct MemberWeight {
    pub code: String,
    pub name: String,
    /// Its share, 0 to 1; zero for a model that fell out.
    pub weight: f64,
    /// What its family counts before anything is known of these customers.
    pub prior: f64,
    /// Its share of that, 0 to 1: one where the family has one form; else what the Bayesian information criterion gives to
    /// the steady and to the drifting one. Null where it cannot be told.
    #[serde(default)]
    pub form_share: Option<f64>,
    /// What the look back multiplies its start (`prior` times `form_share`) by: e^(−evidence · deficit); null where it was
    /// never tried. Weights are the products divided by their sum.
    #[serde(default)]
    pub factor: Option<f64>,
    /// By how much its log score fell behind the best, in nats a customer; null where it was never tried.
    pub deficit: Option<f64>,
    /// Its drifting form, or the steady form of a drifting one, fits so much better that it holds the share of both.
    pub outdone: bool,
}

/// What the blend foretold from one origin, beside what came.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs)]
pub struct LookBackPlots {
    /// The last day that was known.
    pub day: String,
    pub customers: u32,
    /// The day of the first purchase of all.
    pub first_day: String,
    /// Where the origin lies, in weeks since then.
    pub origin_week: f64,
    /// Repeat purchases of each week since then.
    pub weeks: Vec<TrackedWeek>,
    /// Tenths of customers by rising number of purchases foretold.
    pub calibration: Vec<PlotBin>,
    /// By number of repeat purchases known then.
    pub by_frequency: Vec<PlotBin>,
    /// By days from first to last purchase known then.
    pub by_recency: Vec<PlotBin>,
}

/// A week of repeat purchases.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs)]
pub struct TrackedWeek {
    pub actual: u32,
    pub expected: f64,
}

/// Some customers.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs)]
pub struct PlotBin {
    pub from: f64,
    pub to: f64,
    pub customers: u32,
    /// Purchases foretold of each, on average.
    pub predicted: f64,
    /// Purchases that came of each, on average.
    pub actual: f64,
}

/// The fitted models behind the values.
#[utoipa::path(get, path = "/api/model", tag = "portfolio", operation_id = "model",
    responses((status = 200, body = Model), (status = 403)))]
pub async fn model(State(app): State<App>) -> Answer<Json<Model>> {
    let kept = app.ask(kept).await?;
    Ok(Json(Model { fit: kept.map(|kept| kept.fit) }))
}

/// What the models would have said earlier, beside what came.
#[utoipa::path(get, path = "/api/model/backtest", tag = "portfolio", operation_id = "model_backtest",
    responses((status = 200, body = ModelBacktest), (status = 403)))]
pub async fn backtest(State(app): State<App>) -> Answer<Json<ModelBacktest>> {
    let kept = app.ask(kept).await?;
    Ok(Json(ModelBacktest { backtest: kept.and_then(|kept| kept.backtest) }))
}

/// What is kept of the newest valuation's models.
#[derive(Serialize, Deserialize)]
struct Kept {
    valuation: i64,
    fit: ModelFit,
    backtest: Option<LookBack>,
}

/// The setting that it is kept under.
const KEPT: &str = "valuation_model";

/// Keeps what the model page shows of a valuation, in place of what was kept of the one before.
pub fn keep(store: &Store, valuation: i64, fit: ModelFit, backtest: Option<LookBack>) -> store::Result<()> {
    let kept = Kept { valuation, fit, backtest };
    store.put_setting(KEPT, &serde_json::to_string(&kept).expect("what is kept is plain data"))
}

/// What was kept, where it is of the newest valuation and can be read.
fn kept(store: &Store) -> store::Result<Option<Kept>> {
    let Some(SavedValuation { id, .. }) = store.newest_valuation()? else { return Ok(None) };
    let Some(text) = store.setting(KEPT)? else { return Ok(None) };
    let kept = serde_json::from_str(&text).inspect_err(|error| {
        tracing::error!(%error, "what was kept of the models cannot be read: value the base again");
    });
    Ok(kept.ok().filter(|kept: &Kept| kept.valuation == id))
}

impl ModelFit {
    /// The models of a valuation.
    pub fn of(valuation: &Valuation, currency: Option<&str>, fitted_at: Option<String>) -> ModelFit {
        let lifetime = &valuation.lifetime;
        let of = |model: &value::lifetime::Model, weight: Option<f64>| {
            let kind = model.kind();
            let (code, name) = (kind.code(), kind.name());
            fitted(code, name, weight, model.parameters(), model.standard_errors(), &model.fit())
        };
        ModelFit {
            name: valuation.model_name(),
            fitted_at,
            as_of: wire::day(valuation.until),
            horizon_days: valuation.horizon.whole_days(),
            customers: valuation.customers.len() as u64,
            currency: currency.map(str::to_string),
            reason: lifetime.reason.map(|reason| reason.code().to_string()),
            members: lifetime.blend.members.iter().map(|one| of(&one.model, Some(one.weight))).collect(),
            reference: of(&lifetime.reference, None),
            spend: valuation.spend.as_ref().map(|model| {
                let (code, name) = (model.code(), model.name());
                fitted(code, name, None, model.parameters(), model.standard_errors(), &model.fit())
            }),
            shock: lifetime.blend.shock,
            few: lifetime.blend.few.as_ref().map(FewBuyers::of),
            newcomers: valuation.newcomers.as_ref().map(|learnt| Borrowed::of(Some(learnt))),
        }
    }
}

fn fitted(
    code: &str,
    name: &str,
    weight: Option<f64>,
    parameters: Vec<(&'static str, f64)>,
    errors: Option<Vec<(&'static str, f64)>>,
    fit: &Fit<()>,
) -> FittedModel {
    let error_of = |name: &str| {
        // How regular buyers are (k) is a whole number that is chosen, not estimated.
        let errors = errors.as_ref().filter(|_| name != "k")?;
        errors
            .iter()
            .find(|(of, _)| *of == name)
            .map(|(_, error)| *error)
            .filter(|error| *error > 0.0 && error.is_finite())
    };
    let (verdict, ridge, uncertainty) = match &fit.verdict {
        Verdict::Identified => ("identified", None, None),
        Verdict::Ridge { along, uncertainty } => ("ridge", Some(along.code), Some(*uncertainty)),
        Verdict::NotConverged => ("not_converged", None, None),
    };
    FittedModel {
        code: code.to_string(),
        name: name.to_string(),
        weight,
        parameters: parameters
            .iter()
            .map(|(of, value)| Parameter {
                name: (*of).to_string(),
                value: finite(*value),
                standard_error: error_of(of),
                unit: unit(code, of),
            })
            .collect(),
        log_likelihood: finite(fit.log_likelihood),
        aic: finite(fit.aic()),
        bic: finite(fit.bic()),
        converged: fit.converged,
        gradient_norm: finite(fit.gradient_norm),
        iterations: fit.iterations,
        customers: fit.customers,
        verdict: FitVerdict {
            code: verdict.to_string(),
            ridge: ridge.map(str::to_string),
            words: fit.verdict.to_string(),
            uncertainty: uncertainty.and_then(finite),
            identified: fit.identified.map(|quantity| Parameter {
                name: quantity.name.to_string(),
                value: finite(quantity.value),
                standard_error: None,
                unit: quantity.unit.into(),
            }),
        },
    }
}

/// JSON has no infinite number.
fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}

/// What a model's parameter is measured in. Models count time in weeks and money in units of the currency.
fn unit(model: &str, parameter: &str) -> ParameterUnit {
    match (model, parameter) {
        ("ggom_nbd", "b") | (_, "decay") => ParameterUnit::PerWeek,
        ("ggom_nbd", "beta") => ParameterUnit::Number,
        (_, "alpha" | "beta" | "exposure") => ParameterUnit::Weeks,
        (_, "v" | "mean" | "deviation" | "refund_amount") => ParameterUnit::Money,
        (_, "shared" | "single") => ParameterUnit::MoneySquared,
        _ => ParameterUnit::Number,
    }
}

impl LookBack {
    /// What a study found, as of a day; `None` where the past was too short. `of` is the number of customers that
    /// those of the study are a sample of, `digits` the decimals of the minor unit of amounts.
    pub fn of(
        study: &Study,
        valuation: &Valuation,
        of: u64,
        digits: u32,
        currency: Option<&str>,
    ) -> Option<LookBack> {
        let until = valuation.until;
        let minor = 10_f64.powi(digits.min(18) as i32);
        let in_units = |compared: &Compared, per: f64| {
            let is_amount = matches!(compared.measure, backtest::Measure::Rmse | backtest::Measure::Mae);
            let per = if is_amount { per } else { 1.0 };
            Comparison {
                measure: compared.measure.code().to_string(),
                blend: compared.blend / per,
                naive: compared.naive / per,
                rule: compared.rule.code().to_string(),
                gain: compared.gain(),
                standard_error: compared.error.map(|error| error / per),
                told_apart: compared.is_told_apart(),
            }
        };
        let compared: Vec<Compared> = verdict(&study.backtest.trials);
        let spend_compared = verdict(study.spend.iter().map(|one| &one.trial));
        let blend = |plots: &backtest::Plots| {
            let found = |trial: &&Trial| trial.forecast == Forecast::Blend && trial.origin == plots.origin;
            study.backtest.trials.iter().find(found).map_or(0.0, |trial| trial.actual)
        };
        (!study.plots.is_empty()).then(|| LookBack {
            customers: study.customers,
            of,
            currency: currency.map(str::to_string),
            origins: study
                .plots
                .iter()
                .map(|plots| LookBackOrigin {
                    day: origin_day(until, plots.origin),
                    until: wire::day(Day(
                        until.0 - (plots.origin.days_ago - plots.origin.horizon_days) as i32
                    )),
                    horizon_days: plots.origin.horizon_days,
                    customers: plots.customers,
                    purchases: blend(plots),
                })
                .collect(),
            trials: in_order(&study.backtest.trials).map(|trial| shown_trial(trial, until)).collect(),
            spend: study.spend.iter().map(|one| shown_spend(one, until, minor)).collect(),
            compared: compared.iter().map(|one| in_units(one, 1.0)).collect(),
            spend_compared: spend_compared.iter().map(|one| in_units(one, minor)).collect(),
            weights: weights(study, valuation),
            evidence: study.backtest.evidence,
            plots: study.plots.iter().map(|plots| shown_plots(plots, until)).collect(),
        })
    }
}

/// Origin by origin: the blend, then the models, then the rules.
fn in_order(trials: &[Trial]) -> impl Iterator<Item = &Trial> {
    let place = |trial: &&Trial| {
        let kind = match trial.forecast {
            Forecast::Blend => 0,
            Forecast::Model(_) => 1,
            _ => 2,
        };
        (std::cmp::Reverse(trial.origin.days_ago), kind)
    };
    let mut ordered: Vec<&Trial> = trials.iter().collect();
    ordered.sort_by_key(place);
    ordered.into_iter()
}

fn origin_day(until: Day, origin: Origin) -> String {
    wire::day(Day(until.0 - origin.days_ago as i32))
}

fn shown_trial(trial: &Trial, until: Day) -> LookBackTrial {
    let told = trial.distribution;
    LookBackTrial {
        day: origin_day(until, trial.origin),
        forecaster: trial.forecast.code().to_string(),
        name: trial.forecast.name().to_string(),
        naive: trial.forecast.is_naive(),
        predicted: trial.predicted,
        actual: trial.actual,
        bias: trial.bias(),
        rmse: trial.rmse,
        mae: trial.mae,
        rank_correlation: trial.rank_correlation,
        top_tenth: trial.top_tenth,
        log_score: told.map(|told| told.log_score),
        covered80: told.map(|told| told.covered80),
        covered95: told.map(|told| told.covered95),
        total_lo95: told.map(|told| told.total95.0),
        total_hi95: told.map(|told| told.total95.1),
        total_held: told.map(|told| (told.total95.0..=told.total95.1).contains(&trial.actual)),
    }
}

fn shown_spend(one: &SpendTrial, until: Day, minor: f64) -> LookBackTrial {
    let held = one.coverage.map(|told| (told.total95.0..=told.total95.1).contains(&one.trial.actual));
    LookBackTrial {
        predicted: one.trial.predicted / minor,
        actual: one.trial.actual / minor,
        rmse: one.trial.rmse / minor,
        mae: one.trial.mae / minor,
        covered80: one.coverage.map(|told| told.covered80),
        covered95: one.coverage.map(|told| told.covered95),
        total_lo95: one.coverage.map(|told| told.total95.0 / minor),
        total_hi95: one.coverage.map(|told| told.total95.1 / minor),
        total_held: held,
        ..shown_trial(&one.trial, until)
    }
}

fn weights(study: &Study, valuation: &Valuation) -> Vec<MemberWeight> {
    let deficits = &study.backtest.deficits;
    let members = &valuation.lifetime.blend.members;
    let weight_of =
        |kind: Kind| members.iter().find(|one| one.model.kind() == kind).map_or(0.0, |one| one.weight);
    let mut kinds: Vec<Kind> = members.iter().map(|one| one.model.kind()).collect();
    kinds.extend(deficits.iter().map(|(kind, _)| *kind).filter(|kind| weight_of(*kind) == 0.0));
    const DRIFTING: [(Kind, Kind); 3] = [
        (Kind::Nbd, Kind::Drifting),
        (Kind::MbgNbd, Kind::DriftingMbg),
        (Kind::ParetoNbd, Kind::DriftingPareto),
    ];
    let outdone = |kind: Kind| {
        let has_weight = |other: Kind| other != kind && weight_of(other) > 0.0;
        let forms = DRIFTING.iter().find(|(steady, drifting)| *steady == kind || *drifting == kind);
        weight_of(kind) == 0.0
            && forms.is_some_and(|(steady, drifting)| has_weight(*steady) || has_weight(*drifting))
    };
    let prior = |kind: Kind| {
        let family = DRIFTING.iter().find(|(_, form)| *form == kind).map_or(kind, |(steady, _)| *steady);
        PRIOR.iter().find(|(of, _)| *of == family).map_or(0.0, |(_, prior)| *prior)
    };
    let factor = |kind: Kind| {
        let deficit = deficits.iter().find(|(of, _)| *of == kind)?.1;
        Some((-study.backtest.evidence * deficit).exp())
    };
    let known_factor = |kind: Kind| factor(kind).unwrap_or(1.0);
    let shares = form_shares(&DRIFTING, &weight_of, &known_factor);
    kinds
        .into_iter()
        .map(|kind| MemberWeight {
            code: kind.code().to_string(),
            name: kind.name().to_string(),
            weight: weight_of(kind),
            prior: prior(kind),
            form_share: shares(kind),
            factor: factor(kind),
            deficit: deficits.iter().find(|(of, _)| *of == kind).map(|(_, deficit)| *deficit),
            outdone: outdone(kind),
        })
        .collect()
}

/// How a family's prior was divided between its steady and its drifting form, told from the weights: these are in the
/// proportion of share times factor, and a form whose weight fell to nothing holds the rest of what the other leaves.
fn form_shares<'f>(
    forms: &'f [(Kind, Kind)],
    weight_of: &'f dyn Fn(Kind) -> f64,
    factor: &'f dyn Fn(Kind) -> f64,
) -> impl Fn(Kind) -> Option<f64> + 'f {
    let product = move |kind: Kind| weight_of(kind) / factor(kind).max(f64::MIN_POSITIVE);
    // What a prior of one whose look back was perfect would weigh: from families of one form, which all say the same.
    let whole = PRIOR.iter().find_map(|(kind, prior)| {
        let is_single = forms.iter().all(|(steady, _)| steady != kind);
        (is_single && weight_of(*kind) > 0.0).then(|| product(*kind) / prior)
    });
    move |kind| {
        let Some((steady, drifting)) =
            forms.iter().find(|(steady, drifting)| *steady == kind || *drifting == kind)
        else {
            return Some(1.0);
        };
        let (one, other) = (product(*steady), product(*drifting));
        let of_steady = match (one > 0.0, other > 0.0) {
            (true, true) => one / (one + other),
            (false, false) => return None,
            (is_steady, _) => {
                let prior = PRIOR.iter().find(|(of, _)| of == steady)?.1;
                let share = ((one + other) / (whole? * prior)).min(1.0);
                if is_steady { share } else { 1.0 - share }
            }
        };
        Some(if kind == *steady { of_steady } else { 1.0 - of_steady })
    }
}

fn shown_plots(plots: &backtest::Plots, until: Day) -> LookBackPlots {
    let bins = |bins: &[backtest::Bin]| {
        let shown = |bin: &backtest::Bin| PlotBin {
            from: bin.from,
            to: bin.to,
            customers: bin.customers,
            predicted: bin.predicted,
            actual: bin.actual,
        };
        bins.iter().map(shown).collect::<Vec<PlotBin>>()
    };
    let tracking = &plots.tracking;
    let days_before = (tracking.origin_week * 7.0).round() as i32;
    LookBackPlots {
        day: origin_day(until, plots.origin),
        customers: plots.customers,
        first_day: wire::day(Day(until.0 - plots.origin.days_ago as i32 - days_before)),
        origin_week: tracking.origin_week,
        weeks: tracking
            .weeks
            .iter()
            .map(|week| TrackedWeek {
                actual: week.actual,
                // Three decimals are as fine as anybody can see, and a third of the size.
                expected: (week.expected * 1e3).round() / 1e3,
            })
            .collect(),
        calibration: bins(&plots.calibration),
        by_frequency: bins(&plots.by_frequency),
        by_recency: bins(&plots.by_recency),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use value::backtest::{Asked, study};
    use value::{Choice, Margin, PurchaseLine, Question, histories_with_amounts, value_tested};

    /// Three hundred customers of whom some buy often and some stop, looked back at.
    pub(crate) fn looked_back() -> (ModelFit, LookBack) {
        let mut lines = Vec::new();
        for customer in 0..300_u32 {
            let hash = customer.wrapping_mul(2_654_435_761);
            let (every, purchases) = (12 + hash % 97, 1 + (hash >> 9) % 14);
            for n in 0..purchases {
                let jitter = hash.rotate_left(n) % (every / 2);
                let day = (hash % 130 + n * every + jitter) as i32;
                let amount = 1_500 + i64::from(hash >> 20) + i64::from(jitter) * 40;
                lines.push(PurchaseLine { customer, day, amount, margin: Margin::UNKNOWN });
            }
        }
        let base = histories_with_amounts(lines, Day(420));
        let horizon: value::Horizon = "90d".parse().unwrap();
        let asked =
            Asked { horizon_days: 90, origins: Some(2), kinds: vec![Kind::BgNbd], minor_digits: Some(2) };
        let study = study(&base, &asked);
        let question = Question { horizon, minor_digits: Some(2), choice: Choice::Blend };
        let valuation = value_tested(&base, &question, Some(study.backtest.clone()));
        let back = LookBack::of(&study, &valuation, 300, 2, Some("EUR"))
            .expect("a year of purchases can be divided");
        (ModelFit::of(&valuation, Some("EUR"), None), back)
    }

    #[test]
    fn what_is_kept_reads_back_the_same_and_its_parts_agree() {
        let (fit, back) = looked_back();
        let again: ModelFit = serde_json::from_str(&serde_json::to_string(&fit).unwrap()).unwrap();
        assert_eq!((&again.name, again.members.len()), (&fit.name, fit.members.len()));
        for (one, other) in again.members.iter().zip(&fit.members) {
            assert_eq!((&one.code, &one.verdict.ridge), (&other.code, &other.verdict.ridge));
            let (one, other) = (one.log_likelihood.unwrap(), other.log_likelihood.unwrap());
            assert!((one / other - 1.0).abs() < 1e-12);
        }
        let weights: f64 = fit.members.iter().filter_map(|one| one.weight).sum();
        assert!((weights - 1.0).abs() < 1e-9);
        assert_eq!(back.origins.len(), 2);
        assert_eq!(back.origins[0].day, "1970-07-30");
        for member in &fit.members {
            let why =
                back.weights.iter().find(|one| one.code == member.code).expect("each member has its reason");
            assert_eq!(Some(why.weight), member.weight);
            assert!(why.prior > 0.0);
        }
        // Whoever multiplies start and factor and divides by the sum finds the weights.
        let product = |one: &MemberWeight| one.prior * one.form_share.unwrap() * one.factor.unwrap();
        let members: Vec<&MemberWeight> = back.weights.iter().filter(|one| one.weight > 0.0).collect();
        let sum: f64 = members.iter().map(|one| product(one)).sum();
        for one in members {
            assert!((product(one) / sum - one.weight).abs() < 1e-9, "{one:?}");
            assert!((0.0..=1.0).contains(&one.form_share.unwrap()) && one.factor.unwrap() <= 1.0);
        }
        let with_errors =
            back.compared.iter().chain(&back.spend_compared).filter(|one| one.standard_error.is_some());
        assert_eq!(with_errors.count(), 4, "both errors, of purchases and of spend");
        for plots in &back.plots {
            let blend = back.trials.iter().find(|t| t.forecaster == "blend" && t.day == plots.day).unwrap();
            let came: f64 = plots.calibration.iter().map(|bin| bin.actual * f64::from(bin.customers)).sum();
            assert!((came - blend.actual).abs() < 1e-6);
            assert_eq!(
                blend.total_held,
                Some((blend.total_lo95..=blend.total_hi95).contains(&Some(blend.actual)))
            );
        }
        // Amounts are in euros: a purchase costs about fifty.
        let spend = back.spend.iter().find(|trial| trial.forecaster == "last_year").unwrap();
        let purchases = back.trials.iter().find(|trial| trial.day == spend.day).unwrap().actual;
        assert!((15.0..80.0).contains(&(spend.actual / purchases)), "{spend:?}");
    }

    #[test]
    fn an_infinite_parameter_is_kept_as_unknown_and_reads_back() {
        let (fit, _) = looked_back();
        let mut model = fit.members[0].clone();
        model.parameters[0].value = finite(f64::INFINITY);
        let again: FittedModel = serde_json::from_str(&serde_json::to_string(&model).unwrap()).unwrap();
        assert_eq!(again.parameters[0].value, None);
    }

    #[test]
    fn every_parameter_has_its_unit() {
        assert_eq!(unit("bg_nbd", "alpha"), ParameterUnit::Weeks);
        assert_eq!(unit("pareto_nbd", "beta"), ParameterUnit::Weeks);
        assert_eq!(
            (unit("ggom_nbd", "beta"), unit("ggom_nbd", "b")),
            (ParameterUnit::Number, ParameterUnit::PerWeek)
        );
        assert_eq!(
            (unit("bg_nbd", "b"), unit("gamma_gamma", "v")),
            (ParameterUnit::Number, ParameterUnit::Money)
        );
    }
}
