//! Valuing as a job: sales from the store, models from `value`, levels from `portfolio`, figures back to the store.

pub mod asset;
pub mod equivalents;
pub mod likeness;
pub mod log;
pub mod models;
pub mod refits;
pub mod serving;
pub mod settings;

use self::refits::{Comparison, Fitted, ModelsWanted, RefitChange, Standing};
use crate::customers::one::Measure;
use crate::http::error::Answer;
use crate::http::{App, Caller, Failure, Json};
use crate::identity::stoppable;
use crate::jobs::Progress;
use crate::jobs::handlers::{Job, enqueue};
use crate::jobs::work::{JobError, Task, Valuing};
use crate::model::{Borrowed, LookBack, ModelFit};
use crate::portfolio::ModelNote;
use access::Reader;
use axum::extract::State;
use axum::response::IntoResponse;
use ledger::{Currency, Day, Money};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Activity, ModelsId, Sales, SavedModels, SavedValuation, Store, ValuedCustomer};
use utoipa::ToSchema;
use value::backtest::{Asked, MOST_CUSTOMERS, Study};
use value::lifetime::Kind;
use value::newcomers::Likeness;
use value::spend::Why;
use value::{Choice, CustomerValue, Histories, History, Horizon, Question, Valuation};

/// How far ahead a base is valued that was never valued before.
const USUAL_HORIZON: &str = "12m";

/// What the pages need of a valuation beside each customer's figures; kept with it as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// Whether values count margin or, where no source states margins, spend.
    pub measure: Measure,
    /// Expected of all customers together, then lo80, hi80, lo95, hi95, in minor units.
    pub expected: [i64; 5],
    /// Every fit converged.
    pub converged: bool,
    /// Customers the models were fitted on.
    pub customers: u64,
    /// The horizon as it was asked for.
    pub horizon: String,
    /// What one should know.
    pub notes: Vec<ModelNote>,
    /// The models with their parameters, as [`models::kept`] writes them.
    pub models: serde_json::Value,
    /// What to expect of those who never bought; `None` where the base does not tell.
    #[serde(default)]
    pub prospects: Option<equivalents::Prospects>,
    /// Sales of nobody.
    pub unattributed: Aside,
    /// Sales in other currencies.
    pub other_currencies: Vec<Aside>,
}

/// Sales that are in no customer's value.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Aside {
    pub currency: Currency,
    pub facts: u64,
    pub minor: i64,
}

impl Aside {
    /// Their sum.
    pub fn money(&self) -> Money {
        Money::new(self.minor, self.currency)
    }
}

impl Summary {
    /// The summary kept with a valuation; none, and a line in the log, where it cannot be read: figures that are not
    /// known are left out, not shown as zero.
    pub fn of(run: &SavedValuation) -> Option<Summary> {
        serde_json::from_str(&run.summary)
            .inspect_err(|error| {
                tracing::error!(valuation = run.id, %error, "what a valuation kept cannot be read: value the base again");
            })
            .ok()
    }

    /// Why simpler models than the usual ones were taken, if they were.
    pub fn reason(&self) -> Option<String> {
        let reasons: Vec<_> = self
            .notes
            .iter()
            .filter(|note| note.code.starts_with("fallback_"))
            .map(|n| n.message.as_str())
            .collect();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }
}

/// How far ahead to value.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewValuation {
    /// `12m`, `39w` or `273d`.
    #[schema(example = "12m")]
    pub horizon: String,
    /// By which models; unless said, those in use until a refit is due.
    #[serde(default)]
    pub models: Option<ModelsWanted>,
    /// Whether a refit takes the place of the models in use; unless said, it is proposed.
    #[serde(default)]
    pub adopt: Option<bool>,
}

/// Value every customer, as a job.
#[utoipa::path(post, path = "/api/valuations", tag = "portfolio", operation_id = "add_valuation",
    request_body = NewValuation, responses((status = 202, body = Job), (status = 403), (status = 422)))]
pub async fn add(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<NewValuation>,
) -> Answer<impl IntoResponse> {
    let horizon: Horizon = new
        .horizon
        .parse()
        .map_err(|e: value::HorizonError| Failure::invalid("bad_horizon", "horizon", e.to_string()))?;
    let by = Some(caller.staff.id);
    let (models, adopt) = (new.models, new.adopt);
    let valuing = Valuing { horizon: Some(horizon.to_string()), models, adopt, by };
    enqueue(&app, Task::Value(valuing).queued(by)).await
}

/// Values every customer of the base as of the last day with a sale.
pub fn value_base(
    store: &Store,
    valuing: &Valuing,
    progress: &Progress,
) -> Result<serde_json::Value, JobError> {
    let horizon = horizon(store, valuing)?;
    let today = crate::now().day();
    let newest_fact = store.newest_fact()?;
    let mut sales = read_sales(store, today, progress)?;
    let until = sales.last_sale.unwrap_or(today);
    let question =
        Question { horizon, minor_digits: Some(sales.currency.minor_digits()), choice: Choice::Blend };
    let plan = Plan::of(store, valuing, &sales, horizon, newest_fact)?;
    let looked_back = matches!(plan, Plan::Refit { .. }).then(|| study(&sales, until, &horizon));
    progress.check()?;
    let histories = value::histories(std::mem::take(&mut sales.lines), until);
    let (likeness, prospects_alike) = likeness::of_base(store, &sales)?;
    progress.check()?;
    let Chosen { version, fitted, valuation, is_new, refit } =
        plan.carry_out(store, &sales, &histories, &question, looked_back, &likeness)?;
    progress.check()?;
    let rules = crate::coherence::rules::rules(store, sales.currency)?;
    let levels = ::portfolio::levels(&worths(&valuation), &rules.value);
    let mut summary = summary(&sales, &valuation);
    fitted.tell(&mut summary);
    summary.prospects = equivalents::learn(&sales, &histories, &valuation, &prospects_alike);
    summary.notes.extend(log::note(&histories, sales.first_sale, settings::log_begins(store)?));
    let past: i64 =
        sales.customers.iter().filter_map(|id| sales.activity.get(*id as usize)).map(|a| a.revenue).sum();
    let run = SavedValuation {
        id: 0,
        valued_at: crate::now(),
        until,
        horizon_days: horizon.days().round() as i64,
        currency: sales.currency,
        model: valuation.model_name(),
        summary: serde_json::to_string(&summary).expect("a summary is plain data"),
    };
    progress.expect(Some(sales.customers.len() as u64), "customers");
    let valued = Valued { sales: &sales, histories: &histories.rows, valuation: &valuation, levels: &levels };
    let elsewhere: Vec<u32> = sales.customers.iter().copied().filter(|id| sales.is_elsewhere(*id)).collect();
    store.put_bought_elsewhere(&elsewhere)?;
    let id = stoppable(|stop| store.save_valuation(valued.rows(), &run, |done| stop(progress.reach(done))))?;
    if is_new {
        store.adopt_models(version, crate::now(), valuing.by)?;
    }
    let (fit, backtest) = fitted.shown();
    crate::model::keep(store, id, fit, backtest)?;
    store.put_setting("horizon", &horizon.to_string())?;
    let result = json!({
        "customers": histories.rows.len(),
        "prospects": sales.customers.len().saturating_sub(histories.rows.len() + elsewhere.len()),
        "bought_in_other_currencies": elsewhere.len(),
        "past_revenue": crate::http::wire::Money::from(Money::new(past, sales.currency)),
        "unattributed": crate::http::wire::Money::from(summary.unattributed.money()),
        "as_of": crate::http::wire::day(until),
        "horizon_days": run.horizon_days,
        "model": run.model,
        "measure": summary.measure,
        "expected_value": crate::http::wire::Money::from(Money::new(summary.expected[0], sales.currency)),
        "notes": summary.notes,
        "models": version,
        "refit": refit,
    });
    store.warm_lists(&Reader::house())?;
    Ok(result)
}

/// Sales and contacts of the whole base up to a day.
fn read_sales(store: &Store, today: Day, progress: &Progress) -> Result<Sales, JobError> {
    progress.expect(None, "facts");
    let sales = store.sales(today, |done, total| {
        progress.expect(Some(total), "facts");
        // The scan runs on several threads: whether it was stopped is asked again below.
        progress.reach(done).map_err(|_| store::Error::Cancelled)
    });
    progress.check()?;
    Ok(sales?)
}

/// By which models the base is valued.
enum Plan {
    /// By those in use.
    Keep(Standing),
    /// By the fit that is proposed, which is adopted thereby.
    Adopt(Standing),
    /// By a new fit, compared with those in use where there are any.
    Refit { beside: Option<Standing>, adopt: bool, newest_fact: i64 },
}

/// The valuation that is kept, and what is known of its models.
struct Chosen {
    version: ModelsId,
    fitted: Fitted,
    valuation: Valuation,
    /// The models are not those in use so far.
    is_new: bool,
    /// What came of a refit, if there was one.
    refit: Option<serde_json::Value>,
}

impl Plan {
    fn of(
        store: &Store,
        valuing: &Valuing,
        sales: &Sales,
        horizon: Horizon,
        newest_fact: i64,
    ) -> Result<Plan, JobError> {
        let standing = Standing::of(store.models_in_use()?, sales.currency);
        let is_fitting = standing.as_ref().is_some_and(|standing| {
            standing.saved.horizon == horizon.to_string() && !standing.is_outgrown(newest_fact)
        });
        let is_due = || -> store::Result<bool> {
            let newest = store.newest_models()?;
            Ok(newest.is_none_or(|newest| refits::is_due(&newest, newest_fact, crate::now())))
        };
        let refits = match valuing.models {
            Some(ModelsWanted::Proposed) => {
                let proposed = Standing::of(store.models_proposed()?, sales.currency);
                let proposed =
                    proposed.ok_or_else(|| JobError::Parameters("no refit is proposed".to_string()))?;
                return Ok(Plan::Adopt(proposed));
            }
            Some(ModelsWanted::Refit) => true,
            Some(ModelsWanted::Keep) => false,
            None => !is_fitting || is_due()?,
        };
        Ok(match standing {
            Some(standing) if !refits => Plan::Keep(standing),
            beside => {
                let adopt = beside.is_none() || valuing.adopt.unwrap_or(!is_fitting);
                Plan::Refit { beside, adopt, newest_fact }
            }
        })
    }

    fn carry_out(
        self,
        store: &Store,
        sales: &Sales,
        histories: &Histories,
        question: &Question,
        looked_back: Option<Study>,
        likeness: &Likeness,
    ) -> Result<Chosen, JobError> {
        let by = |standing: Standing, is_new: bool| Chosen {
            version: standing.saved.id,
            valuation: value::value_by_like(standing.models, histories, question, likeness),
            fitted: standing.fitted,
            is_new,
            refit: None,
        };
        let (beside, adopt, newest_fact) = match self {
            Plan::Keep(standing) => return Ok(by(standing, false)),
            Plan::Adopt(proposed) => return Ok(by(proposed, true)),
            Plan::Refit { beside, adopt, newest_fact } => (beside, adopt, newest_fact),
        };
        let tested = looked_back.as_ref().map(|study| study.backtest.clone());
        let valuation = value::value_tested_like(histories, question, tested, likeness);
        let (code, digits) = (Some(sales.currency.code()), sales.currency.minor_digits());
        let now = crate::now();
        let mut fit = ModelFit::of(&valuation, code, Some(crate::http::wire::time(now)));
        // Here it is looked for, so that nothing is a finding.
        fit.newcomers = Some(Borrowed::of(valuation.newcomers.as_ref()));
        let buyers = histories.rows.len() as u64;
        let backtest = looked_back.and_then(|study| LookBack::of(&study, &valuation, buyers, digits, code));
        let fitted = Fitted::of(&valuation, &summary(sales, &valuation), fit, backtest);
        let old = beside.map(|standing| by(standing, false));
        let rule = crate::coherence::rules::rules(store, sales.currency)?.value;
        let comparison =
            old.as_ref().map(|old| Comparison::of(old.version, &old.valuation, &valuation, &rule));
        let version = store.add_models(&SavedModels {
            id: 0,
            fitted_at: now,
            until: histories.until,
            horizon: question.horizon.to_string(),
            currency: sales.currency,
            newest_fact,
            model: valuation.model_name(),
            models: serde_json::to_string(&fitted).expect("a fit is plain data"),
            comparison: comparison
                .as_ref()
                .map(|comparison| serde_json::to_string(comparison).expect("a comparison is plain data")),
        })?;
        let change = comparison.map(|comparison| RefitChange::of(&comparison, sales.currency));
        let words = change.as_ref().map(refits::in_words);
        let refit = Some(json!({ "version": version, "adopted": adopt, "change": change, "words": words }));
        Ok(match old {
            Some(old) if !adopt => Chosen { refit, ..old },
            _ => Chosen { version, fitted, valuation, is_new: true, refit },
        })
    }
}

/// Looks back at a sample of the customers, with the amounts of their purchases.
pub(crate) fn study(sales: &Sales, until: Day, horizon: &Horizon) -> Study {
    let mut buys = vec![false; sales.activity.len()];
    for line in &sales.lines {
        if let Some(buys) = buys.get_mut(line.customer as usize) {
            *buys = true;
        }
    }
    let buyers = buys.iter().filter(|buys| **buys).count() as u64;
    let lines = value::lines_of_some(&sales.lines, buyers, MOST_CUSTOMERS as u64);
    let asked = Asked {
        horizon_days: horizon.whole_days(),
        origins: None,
        kinds: vec![Kind::BgNbd],
        minor_digits: Some(sales.currency.minor_digits()),
    };
    value::backtest::study(&value::histories_with_amounts(lines, until), &asked)
}

fn horizon(store: &Store, valuing: &Valuing) -> Result<Horizon, JobError> {
    let text = match &valuing.horizon {
        Some(text) => text.clone(),
        None => store.setting("horizon")?.unwrap_or_else(|| USUAL_HORIZON.to_string()),
    };
    text.parse().map_err(|error: value::HorizonError| JobError::Parameters(error.to_string()))
}

/// Expected margin of each valued customer in minor units; spend where no source states margins.
fn worths(valuation: &Valuation) -> Vec<i64> {
    valuation.customers.iter().map(|customer| minor(worth(customer))).collect()
}

fn worth(customer: &CustomerValue) -> f64 {
    customer.expected_margin.unwrap_or(customer.expected_spend)
}

/// To whole minor units; a float never enters an account beyond this line.
pub(crate) fn minor(amount: f64) -> i64 {
    amount.round() as i64
}

fn summary(sales: &Sales, valuation: &Valuation) -> Summary {
    let measure = if valuation.margins.is_some() { Measure::Margin } else { Measure::Spend };
    let parts = valuation.customers.iter().map(|customer| {
        let of_spend = (customer.expected_spend, customer.spend_variance);
        customer.expected_margin.map_or(of_spend, |margin| (margin, customer.margin_variance))
    });
    let total = value::Total::of(parts, valuation.shared_spend());
    // The total is the sum of what each customer shows, to the cent.
    let expected = worths(valuation).iter().sum();
    let interval = &total.interval;
    let bounds = [interval.lo80, interval.hi80, interval.lo95, interval.hi95].map(minor);
    let lifetime = valuation.lifetime.reference.fit();
    let spend = valuation.spend.as_ref().map(|model| model.fit());
    Summary {
        measure,
        expected: [expected, bounds[0], bounds[1], bounds[2], bounds[3]],
        converged: lifetime.converged && spend.as_ref().is_none_or(|fit| fit.converged),
        customers: lifetime.customers,
        horizon: valuation.horizon.to_string(),
        notes: notes(sales, valuation),
        models: models::kept(valuation),
        prospects: None,
        unattributed: Aside {
            currency: sales.currency,
            facts: sales.unattributed.0,
            minor: sales.unattributed.1,
        },
        other_currencies: sales
            .other_currencies
            .iter()
            .map(|(currency, (facts, minor))| Aside { currency: *currency, facts: *facts, minor: *minor })
            .collect(),
    }
}

fn notes(sales: &Sales, valuation: &Valuation) -> Vec<ModelNote> {
    let note = |code: &str, message: String, count: Option<u64>| ModelNote {
        code: code.to_string(),
        message,
        count,
    };
    let mut notes = Vec::new();
    if let Some(reason) = valuation.lifetime.reason {
        notes.push(note(&format!("fallback_{}", reason.code()), reason.to_string(), None));
    }
    if let Some(reason) = valuation.spend.as_ref().and_then(|model| model.reason()) {
        notes.push(note(&format!("fallback_{}", reason.code()), reason.to_string(), None));
    }
    if let Some(choice) = &valuation.spend_choice {
        if matches!(choice.why, Why::NotAllPositive { .. }) {
            notes.push(note("spend_not_all_positive", choice.why.to_string(), None));
        }
        if let Some(test) = choice.independence.filter(|test| test.is_violated()) {
            notes.push(note("spend_depends_on_frequency", test.verdict().to_string(), Some(test.customers)));
        }
    }
    if valuation.net_margins.as_ref().is_some_and(|net| net.holdout.favours_net()) {
        let message =
            "margins are valued as amounts of their own, which foretold the last purchases better than a \
                       share of spend"
                .to_string();
        notes.push(note("net_margins", message, None));
    }
    if let Some(newcomers) = &valuation.newcomers {
        let dimensions = newcomers.purchases.iter().chain(&newcomers.amounts);
        let mut names: Vec<&str> = dimensions.map(|dimension| dimension.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let message = format!(
            "customers are valued with those like them ({}), newcomers most of all, which foretold those who came later better",
            names.join(", ")
        );
        notes.push(note("newcomers", message, None));
    }
    if valuation.margins.is_none() && !valuation.customers.is_empty() {
        let message = "no source states margins: values are expected spend".to_string();
        notes.push(note("no_margin", message, None));
    }
    for (currency, (facts, _)) in &sales.other_currencies {
        let message =
            format!("sales in {currency} are not valued ({facts}): the company counts in {}", sales.currency);
        notes.push(note("other_currency", message, Some(*facts)));
    }
    if sales.unattributed.0 > 0 {
        let message = format!("sales that name no customer are in nobody's value ({})", sales.unattributed.0);
        notes.push(note("unattributed", message, Some(sales.unattributed.0)));
    }
    if let Some((fact, day)) = sales.first_future {
        let message = format!(
            "sales dated after today are not counted and do not move the day of the valuation ({}; the first is fact {fact}, of \
             {}): correct their dates in the source and import it again",
            sales.future,
            crate::http::wire::day(day)
        );
        notes.push(note("future_sales", message, Some(sales.future)));
    }
    notes
}

/// Every customer of the base with his figures; those without a purchase have none but what they did.
struct Valued<'v> {
    sales: &'v Sales,
    histories: &'v [History],
    valuation: &'v Valuation,
    levels: &'v [::portfolio::Level],
}

impl<'v> Valued<'v> {
    fn rows(self) -> impl Iterator<Item = ValuedCustomer> + 'v {
        let mut next = 0;
        self.sales.customers.iter().map(move |id| {
            while self.histories.get(next).is_some_and(|history| history.customer < *id) {
                next += 1;
            }
            let activity = self.sales.activity.get(*id as usize).cloned().unwrap_or_default();
            match self.histories.get(next).filter(|history| history.customer == *id) {
                Some(history) => {
                    let level = self.levels.get(next).and_then(|level| level_number(*level));
                    buyer(history, &self.valuation.customers[next], &activity, level)
                }
                None => prospect(*id, &activity),
            }
        })
    }
}

/// The number by which the list keeps a level; the catalogue of fields says which.
fn level_number(level: ::portfolio::Level) -> Option<i64> {
    access::Field::Level
        .choices()
        .iter()
        .find(|choice| choice.name == level.name())
        .map(|choice| choice.number)
}

fn buyer(
    history: &History,
    value: &CustomerValue,
    activity: &Activity,
    level: Option<i64>,
) -> ValuedCustomer {
    let transactions = &value.transactions;
    let spend = &value.spend;
    let spends = [value.expected_spend, spend.lo80, spend.hi80, spend.lo95, spend.hi95].map(minor);
    ValuedCustomer {
        transactions: history.transactions(),
        first_purchase: Some(Day(history.first_day)),
        last_purchase: Some(Day(history.last_day)),
        level,
        p_alive: Some(value.p_alive),
        transactions_expected: Some([
            value.expected_transactions,
            transactions.lo80,
            transactions.hi80,
            transactions.lo95,
            transactions.hi95,
        ]),
        spend_expected: Some(spends),
        margin_expected: Some(minor(worth(value))),
        ..prospect(history.customer, activity)
    }
}

fn prospect(id: u32, activity: &Activity) -> ValuedCustomer {
    ValuedCustomer {
        id,
        transactions: 0,
        first_source: activity.first_sale.map(|(_, source)| source),
        first_purchase: None,
        last_purchase: None,
        past_revenue: activity.revenue,
        past_margin: (activity.margin_lines > 0).then_some(activity.margin),
        returns: activity.returns,
        interactions: activity.interactions,
        last_interaction: (activity.last_interaction != 0).then_some(Day(activity.last_interaction)),
        open_requests: activity.open_requests,
        level: None,
        p_alive: None,
        transactions_expected: None,
        spend_expected: None,
        margin_expected: None,
    }
}
