//! What follows a valuation, as a job of its own: the statements of customer equity, the accounts, what serving will cost, the
//! scores.
//!
//! Values stand before it begins. It reads the sales again rather than keep them in memory between two jobs, and takes the
//! models in use; what one step cannot do does not keep the others from theirs.

use super::refits::Standing;
use crate::equity;
use crate::jobs::Progress;
use crate::jobs::work::{JobError, Measuring};
use access::Reader;
use ledger::Day;
use serde_json::{Value, json};
use std::time::Instant;
use store::Store;
use value::Horizon;

/// Carries the steps out; the result tells of each what came of it, or why it failed.
pub fn measure(store: &Store, measuring: Measuring, progress: &Progress) -> Result<Value, JobError> {
    let mut result = json!({});
    let mut latest = None;
    result["equity"] = told("equity", || statements(store, measuring, &mut latest, progress))?;
    let mut costs = None;
    result["accounts"] = told("accounts", || {
        let account = crate::accounts::close(store, latest, progress)?;
        Ok(account.map_or(Value::Null, |account| {
            costs = Some(account.costs);
            account.told
        }))
    })?;
    result["assumed_margins"] = told("assumed margins", || crate::accounts::assumed::count(store, progress))?;
    result["serving"] = told("serving", || super::serving::expect(store, costs.as_ref(), progress))?;
    result["coherence"] = told("coherence", || crate::coherence::score(store, costs.as_ref(), progress))?;
    store.warm_lists(&Reader::house())?;
    Ok(result)
}

/// Measures customer equity; tells of when the `latest` fact is, which reading all sales comes to know.
fn statements(
    store: &Store,
    measuring: Measuring,
    latest: &mut Option<Day>,
    progress: &Progress,
) -> Result<Value, JobError> {
    let (Some(run), saved) = (store.newest_valuation()?, store.models_in_use()?) else {
        return Ok(json!({ "skipped": "not_valued" }));
    };
    let Some(standing) = Standing::of(saved, run.currency) else {
        return Ok(json!({ "skipped": "not_valued" }));
    };
    let Ok(horizon) = standing.saved.horizon.parse::<Horizon>() else {
        return Err(JobError::Parameters(format!("a horizon of {:?}", standing.saved.horizon)));
    };
    let sales = super::read_sales(store, crate::now().day(), progress)?;
    *latest = sales.latest;
    let measured = equity::Measured {
        lines: sales.lines,
        models: &standing.models,
        version: standing.saved.id,
        horizon,
        currency: run.currency,
        until: run.until,
        restates: measuring.restates,
    };
    equity::measure(store, measured, progress)
}

/// What a step gave, or why it failed: what was valued stands.
fn told(step: &str, work: impl FnOnce() -> Result<Value, JobError>) -> Result<Value, JobError> {
    let begun = Instant::now();
    match work() {
        Err(stopped @ JobError::Stopped(_)) => Err(stopped),
        Err(error) => {
            tracing::error!(step, %error, "a step of measuring the asset failed");
            Ok(json!({ "error": error.to_string() }))
        }
        done => {
            let seconds = begun.elapsed().as_secs_f64();
            tracing::info!(step, seconds = format!("{seconds:.1}"), "a part of the asset is measured");
            done
        }
    }
}
