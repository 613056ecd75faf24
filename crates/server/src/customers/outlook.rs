//! What is expected of one customer in full, and why: computed when asked, by the models of the valuation that stands.
//!
//! Takes the customer's purchases up to the day of the valuation, as the valuation saw them. The figures that the list
//! and the customer's page show are not repeated here.

use super::one::{Measure, number};
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Caller, Failure, Json, Path};
use crate::value::equivalents::{Alike, Support};
use crate::value::{Summary, likeness, minor, models, settings};
use access::{Reader, Right};
use axum::extract::State;
use ledger::{Currency, Day};
use serde::Serialize;
use store::{SavedValuation, Store};
use utoipa::ToSchema;
use value::newcomers::{Dimension, Factor, Likeness, Newcomers};
use value::{History, Horizon, Models};

/// What is expected of a customer beyond the figures of his page.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CustomerOutlook {
    /// What values here measure for who asks.
    pub measure: Measure,
    pub basis: OutlookBasis,
    /// The last day whose facts the valuation knew.
    pub as_of: Option<String>,
    pub horizon_days: Option<i64>,
    /// Of one who bought.
    pub buyer: Option<BuyerOutlook>,
    /// Of one who never did.
    pub prospect: Option<ProspectOutlook>,
}

/// Whose facts an outlook rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutlookBasis {
    /// His own purchases, of which there are several.
    Own,
    /// One purchase, and what is known of everybody else.
    Newcomer,
    /// Those like him: he never bought.
    Equivalents,
    /// Nobody was valued yet, or the models of the valuation cannot be read.
    Unknown,
}

/// What is expected of one who bought.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct BuyerOutlook {
    /// Chance of still being a customer, 0 to 1.
    pub p_alive: f64,
    /// What one purchase is expected to bring.
    pub value_per_purchase: Money,
    /// What all purchases to come are expected to bring, without a horizon, each discounted; null where it has no bound.
    pub residual_value: Option<Money>,
    /// The number of those purchases, each discounted.
    pub residual_transactions: Option<f64>,
    /// Per year: 0.1 for ten per cent.
    pub discount_rate: f64,
    /// Median of the days that he stays a customer, 0 for one who has more likely left; null where it has no bound.
    pub median_life_days: Option<f64>,
    /// Chance that he ever buys again, 0 to 1.
    pub p_next_purchase: f64,
    /// Median of the days to the next purchase, if there is one; null where there is hardly a chance.
    pub next_purchase_days: Option<f64>,
    /// The day of it.
    pub next_purchase_on: Option<String>,
    /// What is expected up to each quarter of the horizon.
    pub course: Vec<OutlookStep>,
    /// What each model says, the one that counts most first.
    pub members: Vec<OutlookMember>,
    pub why: OutlookReasons,
}

/// What is expected up to a day.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct OutlookStep {
    pub day: String,
    pub days: f64,
    pub transactions: f64,
    pub transactions_lo80: f64,
    pub transactions_hi80: f64,
    pub value: Money,
}

/// What one model says.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct OutlookMember {
    /// Its word, such as `pareto_nbd`.
    pub model: String,
    /// Its name, such as Pareto/NBD.
    pub name: String,
    /// How much it counts, 0 to 1.
    pub weight: f64,
    pub p_alive: f64,
    pub transactions: f64,
}

/// The facts behind an outlook, and what would change it.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct OutlookReasons {
    /// Days with a purchase.
    pub purchases: u32,
    /// Days since the first one.
    pub age_days: u32,
    /// Days since the last one.
    pub silent_days: u32,
    /// Median of the days between two purchases; null with fewer than three.
    pub usual_gap_days: Option<f64>,
    /// Of a customer at the first purchase.
    pub newcomer: OutlookCase,
    /// Had he bought on the day of the valuation.
    pub if_bought_today: OutlookCase,
    /// If so many days more pass without a purchase.
    pub if_silent: OutlookCase,
    pub silence_days: u32,
    /// What he borrows from those like him; null where his own past counts alone, or groups do not differ.
    pub equivalents: Option<OutlookEquivalents>,
}

/// What a customer borrows from those like him; shown where his purchases are few.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct OutlookEquivalents {
    /// How much oftener than all newcomers those like him buy after their first purchase.
    pub purchases: OutlookTimes,
    /// How much more a purchase of theirs is worth.
    pub amounts: OutlookTimes,
    /// What the expected purchases are multiplied by here: less of it with every week, as his own past says more.
    pub purchases_here: f64,
    /// How long after a first purchase newcomers were compared.
    pub window_days: u32,
    /// His groups that were found to differ; each by itself.
    pub groups: Vec<OutlookGroup>,
}

/// A factor, 1 for what all newcomers are, and where it lies.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct OutlookTimes {
    pub times: f64,
    pub lo80: f64,
    pub hi80: f64,
}

/// A group of newcomers.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct OutlookGroup {
    /// `purchases` or `amounts`.
    pub of: OutlookOf,
    /// `sources` (the source of the first purchase), `kind`, `country`, `industry` or `cohort`.
    pub dimension: String,
    /// Which one: the name of a source, `person` or `organisation`, a country or line of business as written, a year; null
    /// where his is not known or was never seen.
    pub label: Option<String>,
    /// Customers who were learnt from; 0 where his group was never seen.
    pub customers: u64,
    #[serde(flatten)]
    pub factor: OutlookTimes,
    /// How much of what its own customers did is believed, 0 to 1.
    pub weight: f64,
}

/// What groups differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum OutlookOf {
    Purchases,
    Amounts,
}

/// What would be expected within the horizon.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct OutlookCase {
    pub transactions: f64,
    pub value: Money,
}

/// What is expected of one who never bought: what those like him brought in a window as long as the horizon.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct ProspectOutlook {
    pub value: Money,
    /// Where the mean of those like him lies.
    pub lo80: Money,
    pub hi80: Money,
    pub lo95: Money,
    pub hi95: Money,
    /// Those like him who had not bought when the window began.
    pub customers: u64,
    /// How many of them bought in it.
    pub bought: u64,
    /// How far back it looks.
    pub window_days: i64,
    /// Everybody stands for those like him: nobody else is of his sources.
    pub is_everybody: bool,
    pub rests_on: Vec<OutlookSupport>,
}

/// A group that an expectation rests on.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct OutlookSupport {
    /// `everybody`, `sources`, `kind`, `country`, `industry` or `credit_limit`; `both`, sources and kind, in what older versions
    /// kept.
    pub group: String,
    pub customers: u64,
    /// How much of what its own customers did is believed, 0 to 1.
    pub weight: f64,
}

/// What is expected of one customer in full, and why.
#[utoipa::path(get, path = "/api/customers/{id}/outlook", tag = "customers", operation_id = "outlook",
    params(("id" = i64, Path)), responses((status = 200, body = CustomerOutlook), (status = 404)))]
pub async fn outlook(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Answer<Json<CustomerOutlook>> {
    let number = number(id)?;
    let today = app.today();
    let outlook = app.ask(move |store| of(store, &caller.reader, number, today)).await?;
    outlook.map(Json).ok_or_else(|| Failure::unknown("customer"))
}

fn of(store: &Store, reader: &Reader, id: u32, today: Day) -> store::Result<Option<CustomerOutlook>> {
    let run = store.newest_valuation()?;
    let until = run.as_ref().map_or(today, |run| run.until);
    let Some(purchases) = store.purchases(reader, id, until)? else { return Ok(None) };
    let rate = settings::settings(store)?.discount_rate;
    let unknown = CustomerOutlook {
        measure: Measure::Spend,
        basis: OutlookBasis::Unknown,
        as_of: run.as_ref().map(|run| wire::day(run.until)),
        horizon_days: run.as_ref().map(|run| run.horizon_days),
        buyer: None,
        prospect: None,
    };
    let known = run.as_ref().and_then(|run| Some((run, Summary::of(run)?)));
    let Some((run, summary)) = known else { return Ok(Some(unknown)) };
    let measure = if reader.may(Right::Margin) { summary.measure } else { Measure::Spend };
    let unknown = CustomerOutlook { measure, ..unknown };
    let lines = purchases.lines.clone();
    let histories = value::histories(lines, run.until);
    let Some(history) = histories.rows.first() else {
        // Who buys in another currency is no prospect.
        if store.bought_elsewhere()?.binary_search(&id).is_ok() {
            return Ok(Some(unknown));
        }
        let prospect = prospect(id, &likeness::of_prospect(store, id)?, &summary, measure, run.currency);
        let basis = if prospect.is_some() { OutlookBasis::Equivalents } else { OutlookBasis::Unknown };
        return Ok(Some(CustomerOutlook { basis, prospect, ..unknown }));
    };
    let Some(models) = models::restored(&summary.models) else { return Ok(Some(unknown)) };
    // Kept in days beside it, but rounded.
    let horizon = summary.horizon.parse::<Horizon>().map_or(run.horizon_days as f64 / 7.0, |of| of.weeks());
    let borrows = models.newcomers.is_some();
    let likeness = if borrows { likeness::of_newcomer(store, id)? } else { Likeness::default() };
    let asked = Asked { run, measure, models: &models, horizon, rate, likeness };
    let path = histories.paths().next().expect("a history has a path");
    let basis = if history.repeat_purchases == 0 { OutlookBasis::Newcomer } else { OutlookBasis::Own };
    Ok(Some(CustomerOutlook { basis, buyer: Some(asked.buyer(history, &path)), ..unknown }))
}

struct Asked<'a> {
    run: &'a SavedValuation,
    measure: Measure,
    models: &'a Models,
    /// In weeks.
    horizon: f64,
    /// Per year.
    rate: f64,
    likeness: Likeness,
}

/// Customers with fewer purchases after the first are shown whom they borrow from; of others it hardly counts.
const SHOWN_BELOW: u32 = 3;

impl Asked<'_> {
    fn buyer(&self, history: &History, path: &value::lifetime::Path<'_>) -> BuyerOutlook {
        let models = self.models;
        let kin = models.kin(history, &self.likeness);
        let outlook = value::outlook_of_kin(
            &models.lifetime.blend,
            models.fitted_on,
            path,
            self.horizon,
            settings::per_week(self.rate),
            &kin,
        );
        let (spend, share) = models.purchase_of_kin(history, self.run.currency.minor_digits(), &kin);
        let worth = match self.measure {
            Measure::Margin => spend * share.unwrap_or(1.0),
            Measure::Spend => spend,
        };
        let money = |purchases: f64| amount(purchases * worth, self.run.currency);
        let day_after = |days: f64| wire::day(Day(self.run.until.0.saturating_add(days.round() as i32)));
        let case = |transactions: f64| OutlookCase { transactions, value: money(transactions) };
        let reasons = &outlook.reasons;
        BuyerOutlook {
            p_alive: outlook.p_alive,
            value_per_purchase: money(1.0),
            residual_value: outlook.residual_transactions.map(money),
            residual_transactions: outlook.residual_transactions,
            discount_rate: self.rate,
            median_life_days: outlook.median_life,
            p_next_purchase: outlook.p_next,
            next_purchase_days: outlook.next_purchase,
            next_purchase_on: outlook.next_purchase.map(day_after),
            course: outlook
                .course
                .iter()
                .map(|step| OutlookStep {
                    day: day_after(step.days),
                    days: step.days,
                    transactions: step.expected,
                    transactions_lo80: step.interval.lo80,
                    transactions_hi80: step.interval.hi80,
                    value: money(step.expected),
                })
                .collect(),
            members: outlook
                .members
                .iter()
                .map(|member| OutlookMember {
                    model: member.model.code().to_string(),
                    name: member.model.name().to_string(),
                    weight: member.weight,
                    p_alive: member.p_alive,
                    transactions: member.expected_transactions,
                })
                .collect(),
            why: OutlookReasons {
                purchases: reasons.transactions,
                age_days: reasons.age_days,
                silent_days: reasons.silent_days,
                usual_gap_days: reasons.usual_gap,
                newcomer: case(reasons.newcomer),
                if_bought_today: case(reasons.if_bought_today),
                if_silent: case(reasons.if_silent),
                silence_days: value::SILENCE,
                equivalents: self.equivalents(history),
            },
        }
    }

    fn equivalents(&self, history: &History) -> Option<OutlookEquivalents> {
        let few = self.models.newcomers.as_ref().filter(|_| history.repeat_purchases < SHOWN_BELOW);
        let newcomers: &Newcomers = few?;
        let kin = newcomers.kin(history, &self.likeness);
        let group = |of: OutlookOf, dimension: &Dimension| {
            let effect = dimension.group_of(history, &self.likeness);
            let factor = dimension.factor_of(history, &self.likeness);
            OutlookGroup {
                of,
                dimension: dimension.name.clone(),
                label: effect.map(|effect| effect.label.clone()),
                customers: effect.map_or(0, |effect| effect.customers),
                factor: OutlookTimes::from(factor),
                weight: effect.map_or(0.0, |effect| effect.weight),
            }
        };
        let purchases = newcomers.purchases.iter().map(|of| group(OutlookOf::Purchases, of));
        let amounts = newcomers.amounts.iter().map(|of| group(OutlookOf::Amounts, of));
        let weeks = f64::from(history.age_days) / 7.0;
        Some(OutlookEquivalents {
            purchases: kin.purchases.into(),
            amounts: kin.amounts.into(),
            purchases_here: kin.of_purchases(weeks).times,
            window_days: newcomers.window_days,
            groups: purchases.chain(amounts).collect(),
        })
    }
}

impl From<Factor> for OutlookTimes {
    fn from(factor: Factor) -> OutlookTimes {
        let interval = factor.interval();
        OutlookTimes { times: factor.times, lo80: interval.lo80, hi80: interval.hi80 }
    }
}

fn amount(of: f64, currency: Currency) -> Money {
    ledger::Money::new(minor(of), currency).into()
}

/// What those like him say of one who never bought.
fn prospect(
    customer: u32,
    likeness: &Likeness,
    summary: &Summary,
    measure: Measure,
    currency: Currency,
) -> Option<ProspectOutlook> {
    let prospects = summary.prospects.as_ref()?;
    let alike: &Alike = prospects.like(customer, likeness)?;
    let five = match measure {
        Measure::Margin => alike.margin?,
        Measure::Spend => alike.spend,
    };
    let money = |at: usize| ledger::Money::new(five[at], currency).into();
    Some(ProspectOutlook {
        value: money(0),
        lo80: money(1),
        hi80: money(2),
        lo95: money(3),
        hi95: money(4),
        customers: alike.customers,
        bought: alike.bought,
        window_days: prospects.window_days,
        is_everybody: alike.sources.is_none(),
        rests_on: alike.rests_on.iter().map(OutlookSupport::from).collect(),
    })
}

impl From<&Support> for OutlookSupport {
    fn from(support: &Support) -> OutlookSupport {
        OutlookSupport { group: support.group.clone(), customers: support.customers, weight: support.weight }
    }
}
