//! The models in use and those that may take their place: when to fit anew, what another fit would change, and who
//! decides.
//!
//! New facts are valued by the models in use. A fit that is asked for, or due since many facts are new or the last one
//! is old, is compared with them first, and adopted by a person. The house adopts by itself only what nothing can be
//! compared with: the first fit, one for another horizon, and one for a base that the models in use were never made for.

use super::{Summary, models, worths};
use crate::customers::one::Measure;
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Caller, Failure, Json, Path};
use crate::jobs::handlers::{Job, enqueue};
use crate::jobs::work::{Task, Valuing};
use crate::model::{LookBack, ModelFit};
use crate::portfolio::ModelNote;
use axum::extract::State;
use axum::response::IntoResponse;
use ledger::{Currency, Moment};
use serde::{Deserialize, Serialize};
use store::{ModelsId, SavedModels, Store};
use utoipa::ToSchema;
use value::lifetime::Kind;
use value::{Models, Valuation};

/// A fit this old is due for another.
pub const DUE_AFTER_DAYS: i32 = 30;
/// So is one that knew less than this share of today's facts.
const KNOWN_SHARE: f64 = 0.9;
/// Models that knew less than this share of the facts were made for another base.
const OUTGROWN_SHARE: f64 = 0.5;

/// What to value by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelsWanted {
    /// Fit anew.
    Refit,
    /// The models in use.
    Keep,
    /// The fit that is proposed.
    Proposed,
}

/// What is kept of a fit beside its number and its day.
#[derive(Serialize, Deserialize)]
pub struct Fitted {
    /// As [`models::kept`] writes them.
    models: serde_json::Value,
    /// What one should know of the fit, such as why simpler models were taken.
    notes: Vec<ModelNote>,
    converged: bool,
    customers: u64,
    /// What the model page shows.
    fit: ModelFit,
    backtest: Option<LookBack>,
}

impl Fitted {
    /// What to keep of the models that a valuation was just fitted for.
    pub fn of(valuation: &Valuation, summary: &Summary, fit: ModelFit, backtest: Option<LookBack>) -> Fitted {
        Fitted {
            models: models::kept(valuation),
            notes: summary.notes.iter().filter(|note| is_of_fit(note)).cloned().collect(),
            converged: summary.converged,
            customers: summary.customers,
            fit,
            backtest,
        }
    }

    /// The models, to value by.
    pub fn models(&self) -> Option<Models> {
        models::restored(&self.models)
    }

    /// Puts what is known of the fit into the summary of a valuation by it.
    pub fn tell(&self, summary: &mut Summary) {
        summary.models = self.models.clone();
        summary.converged = self.converged;
        summary.customers = self.customers;
        summary.notes.retain(|note| !is_of_fit(note));
        summary.notes.splice(0..0, self.notes.iter().cloned());
    }

    /// What the model page shows.
    pub fn shown(self) -> (ModelFit, Option<LookBack>) {
        (self.fit, self.backtest)
    }

    /// The base had too little for real models.
    fn is_makeshift(&self) -> bool {
        self.models["lifetime"]["model"] == Kind::PooledRate.code()
    }
}

/// Whether a note is about the fit, and not about the facts that were valued.
fn is_of_fit(note: &ModelNote) -> bool {
    note.code.starts_with("fallback_") || note.code.starts_with("spend_")
}

/// Models that can be valued by.
pub struct Standing {
    /// As kept.
    pub saved: SavedModels,
    /// What is known of them.
    pub fitted: Fitted,
    /// The models themselves.
    pub models: Models,
}

impl Standing {
    /// What was kept, where it counts in this currency and can still be read.
    pub fn of(saved: Option<SavedModels>, currency: Currency) -> Option<Standing> {
        let saved = saved.filter(|saved| saved.currency == currency)?;
        let fitted: Fitted = serde_json::from_str(&saved.models)
            .inspect_err(|error| tracing::error!(models = saved.id, %error, "kept models cannot be read"))
            .ok()?;
        let models = fitted.models()?;
        Some(Standing { saved, fitted, models })
    }

    /// Made for another base than there is now.
    pub fn is_outgrown(&self, newest_fact: i64) -> bool {
        self.fitted.is_makeshift() || knew(&self.saved, newest_fact) < OUTGROWN_SHARE
    }
}

/// Whether the newest fit is due for another.
pub fn is_due(newest: &SavedModels, newest_fact: i64, now: Moment) -> bool {
    now.day().0 - newest.fitted_at.day().0 > DUE_AFTER_DAYS || knew(newest, newest_fact) < KNOWN_SHARE
}

/// The share of the facts that a fit knew.
fn knew(fit: &SavedModels, newest_fact: i64) -> f64 {
    fit.newest_fact as f64 / newest_fact.max(1) as f64
}

/// What another fit would change beside the models in use, on the same facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The models that it is compared with.
    pub beside: ModelsId,
    /// Expected of all customers by the models in use, in minor units.
    pub before: i64,
    /// The same by the other fit.
    pub after: i64,
    /// Customers valued.
    pub customers: u64,
    /// Customers who would rise to a higher level.
    pub up: u64,
    /// Customers who would fall to a lower one.
    pub down: u64,
    /// What is expected of them: margin where both know any. Earlier versions did not keep it.
    #[serde(default)]
    pub measure: Option<Measure>,
    /// How far ahead, in days; not kept by earlier versions.
    #[serde(default)]
    pub horizon_days: Option<i64>,
}

impl Comparison {
    /// Compares two valuations of the same histories, with levels by a rule.
    pub fn of(
        beside: ModelsId,
        before: &Valuation,
        after: &Valuation,
        rule: &::portfolio::Rule,
    ) -> Comparison {
        let (old, new) = (worths(before), worths(after));
        let levels = ::portfolio::levels(&old, rule).into_iter().zip(::portfolio::levels(&new, rule));
        let (mut up, mut down) = (0, 0);
        for (old, new) in levels {
            match super::level_number(new).cmp(&super::level_number(old)) {
                std::cmp::Ordering::Greater => up += 1,
                std::cmp::Ordering::Less => down += 1,
                std::cmp::Ordering::Equal => {}
            }
        }
        let is_margin = before.margins.is_some() && after.margins.is_some();
        Comparison {
            measure: Some(if is_margin { Measure::Margin } else { Measure::Spend }),
            horizon_days: Some(after.horizon.days().round() as i64),
            beside,
            before: old.iter().sum(),
            after: new.iter().sum(),
            customers: before.customers.len() as u64,
            up,
            down,
        }
    }
}

/// The models in use, and the fit that may take their place.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct ModelsStanding {
    pub in_use: Option<ModelsVersion>,
    pub proposed: Option<ModelsVersion>,
}

/// One fit of the models.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct ModelsVersion {
    /// Its number.
    pub version: i64,
    pub fitted_at: String,
    /// The last day whose facts it knew.
    pub as_of: String,
    /// The models, in words.
    pub name: String,
    /// What adopting it would change, or changed.
    pub refit: Option<RefitChange>,
}

/// What a refit changes beside the models in use, on the same facts.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct RefitChange {
    /// Expected of all customers by the models in use.
    pub before: Money,
    /// The same by the refit.
    pub after: Money,
    /// After over before, less one; null where nothing was expected before.
    pub change: Option<f64>,
    /// What is expected of them; null of refits of earlier versions.
    pub measure: Option<Measure>,
    /// Within how many days; null of refits of earlier versions.
    pub horizon_days: Option<i64>,
    pub customers: u64,
    /// Customers whose level changes.
    pub level_changes: u64,
    pub up: u64,
    pub down: u64,
}

impl From<SavedModels> for ModelsVersion {
    fn from(saved: SavedModels) -> ModelsVersion {
        let comparison =
            saved.comparison.as_deref().and_then(|text| serde_json::from_str::<Comparison>(text).ok());
        ModelsVersion {
            version: saved.id,
            fitted_at: wire::time(saved.fitted_at),
            as_of: wire::day(saved.until),
            name: saved.model,
            refit: comparison.map(|comparison| RefitChange::of(&comparison, saved.currency)),
        }
    }
}

impl RefitChange {
    /// The comparison with its money.
    pub fn of(comparison: &Comparison, currency: Currency) -> RefitChange {
        let money = |minor: i64| ledger::Money::new(minor, currency).into();
        let Comparison { before, after, customers, up, down, measure, horizon_days, .. } = *comparison;
        RefitChange {
            measure,
            horizon_days,
            before: money(before),
            after: money(after),
            change: (before != 0).then(|| after as f64 / before as f64 - 1.0),
            customers,
            level_changes: up + down,
            up,
            down,
        }
    }
}

/// The models in use, and the fit that is proposed.
#[utoipa::path(get, path = "/api/refits", tag = "portfolio", operation_id = "refits",
    responses((status = 200, body = ModelsStanding), (status = 403)))]
pub async fn read(State(app): State<App>) -> Answer<Json<ModelsStanding>> {
    app.ask(standing).await.map(Json)
}

fn standing(store: &Store) -> store::Result<ModelsStanding> {
    Ok(ModelsStanding {
        in_use: store.models_in_use()?.map(ModelsVersion::from),
        proposed: store.models_proposed()?.map(ModelsVersion::from),
    })
}

/// Adopt the fit that is proposed: the base is valued by it, as a job.
#[utoipa::path(post, path = "/api/refits/{id}/adoption", tag = "portfolio", operation_id = "adopt_refit",
    params(("id" = i64, Path)), responses((status = 202, body = Job), (status = 403), (status = 404)))]
pub async fn adopt(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Answer<impl IntoResponse> {
    proposed(&app, id).await?;
    let by = Some(caller.staff.id);
    let valuing = Valuing { models: Some(ModelsWanted::Proposed), by, ..Valuing::default() };
    enqueue(&app, Task::Value(valuing).queued(by)).await
}

/// Lay the fit that is proposed aside: the models in use stay.
#[utoipa::path(post, path = "/api/refits/{id}/dismissal", tag = "portfolio", operation_id = "dismiss_refit",
    params(("id" = i64, Path)), responses((status = 200, body = ModelsStanding), (status = 403), (status = 404)))]
pub async fn dismiss(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Answer<Json<ModelsStanding>> {
    proposed(&app, id).await?;
    let (now, by) = (app.now(), caller.staff.id);
    app.ask(move |store| {
        store.dismiss_models(id, now, Some(by))?;
        standing(store)
    })
    .await
    .map(Json)
}

async fn proposed(app: &App, id: i64) -> Answer<()> {
    let proposed = app.ask(|store| store.models_proposed()).await?;
    proposed.filter(|fit| fit.id == id).map(|_| ()).ok_or_else(|| Failure::unknown("refit"))
}

/// What a refit changes, in words.
pub fn in_words(change: &RefitChange) -> String {
    let total = match change.change {
        Some(share) => format!("by {:+.1} %", 100.0 * share),
        None => format!("from 0 to {} {}", change.after.amount, change.after.currency),
    };
    let who = match change.level_changes {
        1 => "1 customer changes level".to_string(),
        count => format!("{count} customers change level"),
    };
    // Within the horizon, and before it is discounted: this is no equity.
    let what = match change.measure {
        Some(Measure::Margin) => "the margin",
        Some(Measure::Spend) => "the spend",
        None => "what is",
    };
    let ahead = change.horizon_days.map_or("horizon".to_string(), |days| format!("next {days} days"));
    format!("this refit moves {what} expected of all customers within the {ahead} {total}, {who}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::Day;

    fn fit(day: i32, newest_fact: i64) -> SavedModels {
        SavedModels {
            id: 1,
            fitted_at: Day(day).start(),
            until: Day(day),
            horizon: "12m".to_string(),
            currency: Currency::EUR,
            newest_fact,
            model: "blend".to_string(),
            models: "{}".to_string(),
            comparison: None,
        }
    }

    #[test]
    fn a_fit_is_due_when_old_or_when_it_knew_too_little() {
        let now = |day| Day(day).start();
        assert!(!is_due(&fit(100, 1_000), 1_000, now(130)));
        assert!(is_due(&fit(100, 1_000), 1_000, now(131)), "thirty days are the most");
        assert!(!is_due(&fit(100, 900), 1_000, now(101)));
        assert!(is_due(&fit(100, 899), 1_000, now(101)));
    }

    #[test]
    fn a_change_is_told_in_words_with_its_sign() {
        let change = |before, after, up, down| {
            let (measure, horizon_days) = (Some(Measure::Margin), Some(365));
            let comparison =
                Comparison { beside: 1, before, after, customers: 900, up, down, measure, horizon_days };
            in_words(&RefitChange::of(&comparison, Currency::EUR))
        };
        assert_eq!(
            change(100_000, 101_200, 200, 112),
            "this refit moves the margin expected of all customers within the next 365 days by +1.2 %, 312 customers change level"
        );
        assert_eq!(
            change(100_000, 97_000, 0, 1),
            "this refit moves the margin expected of all customers within the next 365 days by -3.0 %, 1 customer changes level"
        );
        assert_eq!(
            change(0, 500, 0, 0),
            "this refit moves the margin expected of all customers within the next 365 days from 0 to 5.00 EUR, 0 customers change level"
        );
        let kept = r#"{"beside":1,"before":100,"after":110,"customers":9,"up":0,"down":0}"#;
        let earlier: Comparison = serde_json::from_str(kept).unwrap();
        let words = in_words(&RefitChange::of(&earlier, Currency::EUR));
        assert!(
            words.starts_with(
                "this refit moves what is expected of all customers within the horizon by +10.0 %"
            )
        );
    }
}
