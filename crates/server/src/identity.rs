//! Linking as a job: which records are one customer.

use crate::jobs::Progress;
use crate::jobs::progress::Stopped;
use crate::jobs::work::JobError;
use serde_json::json;
use store::Store;

/// Links the records of the whole base, and packs new facts for filters.
pub fn link(store: &Store, progress: &Progress) -> Result<serde_json::Value, JobError> {
    let summary = stoppable(|stop| {
        store.link(crate::now(), |done, total| {
            progress.expect(Some(total), "records");
            stop(progress.reach(done))
        })
    })?;
    stoppable(|stop| {
        store.pack_facts(|done, total| {
            progress.expect(Some(total), "facts");
            stop(progress.reach(done))
        })
    })?;
    let refusals: Vec<_> = summary
        .refusals
        .iter()
        .take(100)
        .map(|(rule, identifier, records, reason)| {
            json!({ "rule": rule, "identifier": identifier, "records": records, "reason": reason })
        })
        .collect();
    Ok(json!({
        "records": summary.records, "customers": summary.customers, "links_added": summary.links_added,
        "customers_changed": summary.customers_changed, "refusals": refusals,
    }))
}

/// Runs a call of the store whose progress may say that it is time to stop, and tells that apart from failures.
pub fn stoppable<T>(
    call: impl FnOnce(&mut dyn FnMut(Result<(), Stopped>) -> store::Result<()>) -> store::Result<T>,
) -> Result<T, JobError> {
    let mut stopped = None;
    let done = call(&mut |checked| {
        checked.map_err(|why| {
            stopped = Some(why);
            store::Error::Cancelled
        })
    });
    match (done, stopped) {
        (Err(store::Error::Cancelled), Some(why)) => Err(why.into()),
        (done, _) => Ok(done?),
    }
}
