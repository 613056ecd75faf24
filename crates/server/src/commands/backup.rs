//! `clientela backup`, `restore` and `doctor`: everything in one file, put back, and checked.

use super::{Done, Failed, House, counted, print};
use clap::Args;
use std::path::{Path, PathBuf};
use store::Location;

/// Where to.
#[derive(Args)]
pub struct BackupArguments {
    /// The file to write; it may not exist yet
    file: PathBuf,
}

/// Where from.
#[derive(Args)]
pub struct RestoreArguments {
    /// A file that `clientela backup` wrote
    file: PathBuf,
}

/// Writes everything into one file; others read and write meanwhile.
pub fn backup(house: &House, arguments: &BackupArguments) -> Done {
    if arguments.file.exists() {
        return Err(Failed::Usage(format!("{} exists already; name a new file", arguments.file.display())));
    }
    let store = house.open_existing()?;
    let summary = store.backup(&arguments.file, |_| Ok(()))?;
    if house.json() {
        print(serde_json::json!({ "file": arguments.file, "rows": summary.rows() }));
    } else {
        print(format!("{} written to {}", counted(summary.rows(), "row", "rows"), arguments.file.display()));
    }
    Ok(())
}

/// Puts a backup in place; what was there is kept beside it under another name.
pub fn restore(house: &House, arguments: &RestoreArguments) -> Done {
    let _lock = house.lock()?;
    let location = house.location()?;
    let summary = match &location {
        Location::Postgres(_) => store::restore(&arguments.file, &location, |_| Ok(()))?,
        Location::File(file) => {
            if file.exists()
                && !house.confirm(&format!("{} is replaced by the backup; go on?", file.display()))?
            {
                return Err(Failed::Interrupted("nothing was changed".to_string()));
            }
            into_place(&arguments.file, file)?
        }
    };
    if house.json() {
        print(serde_json::json!({ "rows": summary.rows() }));
    } else {
        print(format!("{} restored", counted(summary.rows(), "row", "rows")));
    }
    Ok(())
}

/// Restores beside the base first, so that a bad backup changes nothing; then the two change places.
fn into_place(backup: &Path, base: &Path) -> Result<store::BackupSummary, Failed> {
    let fresh = base.with_extension("restoring.db");
    remove_base(&fresh);
    let restored = store::restore(backup, &Location::File(fresh.clone()), |_| Ok(()));
    let summary = restored.inspect_err(|_| remove_base(&fresh))?;
    // Opening and closing folds the write-ahead log into the file, which then moves alone.
    drop(store::Store::open(&Location::File(fresh.clone()))?);
    let failed = |what: &'static str| move |error| Failed::Because(format!("cannot {what}: {error}"));
    if base.exists() {
        let old = base.with_extension(format!("replaced-{}.db", crate::now().0));
        for ending in ["", "-wal", "-shm"] {
            let (from, to) = (with_ending(base, ending), with_ending(&old, ending));
            if from.exists() {
                std::fs::rename(from, to).map_err(failed("put the present base aside"))?;
            }
        }
        eprintln!("the base that was there is now {}", old.display());
    }
    for ending in ["", "-wal", "-shm"] {
        let (from, to) = (with_ending(&fresh, ending), with_ending(base, ending));
        if from.exists() {
            std::fs::rename(from, to).map_err(failed("put the restored base in place"))?;
        }
    }
    Ok(summary)
}

fn remove_base(base: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(with_ending(base, ending));
    }
}

fn with_ending(base: &Path, ending: &str) -> PathBuf {
    let mut name = base.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Looks the base over and says what is wrong and what to do.
pub fn doctor(house: &House) -> Done {
    let store = house.open_existing()?;
    let mut report = store.doctor(crate::now().day())?;
    let unreadable = store
        .newest_valuation()?
        .filter(|run| crate::value::Summary::of(run).is_none())
        .map(|_| "its notes and ranges are not shown: run `clientela value`".to_string());
    report
        .findings
        .push(store::Finding { check: "what the last valuation kept can be read", problem: unreadable });
    let problem = crate::accounts::check(&store)?;
    let check = "customers' accounts, what belongs to nobody and unused capacity are the totals, to the cent";
    report.findings.push(store::Finding { check, problem });
    let problem = crate::value::serving::check(&store)?;
    let check = "what serving is expected to cost, and what it leaves, are the sums over the customers";
    report.findings.push(store::Finding { check, problem });
    let up_to = store.up_to()?;
    let at = |at: Option<ledger::Moment>| at.map(crate::http::wire::time);
    if house.json() {
        let findings: Vec<_> = report
            .findings
            .iter()
            .map(|finding| serde_json::json!({ "check": finding.check, "problem": finding.problem }))
            .collect();
        let up_to = serde_json::json!({ "told_at": at(up_to.told_at), "linked_at": at(up_to.linked_at),
            "valued_at": at(up_to.valued_at), "behind": up_to.is_behind() });
        print(serde_json::json!({ "healthy": report.is_healthy(), "findings": findings, "up_to": up_to }));
    } else {
        for finding in &report.findings {
            match &finding.problem {
                Some(problem) => print(format!("WRONG  {}: {problem}", finding.check)),
                None => print(format!("ok     {}", finding.check)),
            }
        }
        let never = || "never".to_string();
        let reached = format!(
            "linked up to {}, valued up to {}",
            at(up_to.linked_at).unwrap_or_else(never),
            at(up_to.valued_at).unwrap_or_else(never)
        );
        match at(up_to.told_at).filter(|_| up_to.is_behind()) {
            Some(told) => print(format!(
                "note   {reached}; facts of {told} wait: run `clientela link`, then `clientela value`"
            )),
            None => print(format!("ok     {reached}")),
        }
    }
    if report.is_healthy() { Ok(()) } else { Err(Failed::Because("the base is not whole".to_string())) }
}
