//! What each kind of job does: its parameters, its work, what follows it.

use super::handlers::JobFailure;
use super::progress::{Progress, Stopped};
use crate::sources::import::{self, ImportParameters, ImportResult};
use crate::value::refits::ModelsWanted;
use serde::{Deserialize, Serialize};
use std::fmt;
use store::{ImportId, Job, NewJob, Store};

/// A job of the house, as asked for.
#[derive(Clone, Debug)]
pub enum Task {
    /// Bring a file in, or count what bringing it in would do.
    Import(ImportParameters),
    /// Take an import back.
    Retraction(Retraction),
    /// Find out which records are one customer.
    Link,
    /// Value every customer.
    Value(Valuing),
    /// What follows a valuation: the statements of customer equity, the accounts, the scores.
    Asset(Measuring),
    /// Price all facts and close the accounts, after a change of the catalogue.
    Accounts,
    /// Score every customer by the rules of levels and classes in force, on the values that stand.
    Levels,
}

/// Which import to take back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Retraction {
    /// Its number.
    pub import: ImportId,
    /// The file it brought in.
    #[serde(default)]
    pub file_name: String,
    /// Link and value the base afterwards.
    pub follow_up: bool,
}

/// How to value; what is not said is as the last valuation had it, or decided by what is new.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Valuing {
    /// How far to look ahead: `12m`, `39w` or `273d`.
    pub horizon: Option<String>,
    /// By which models; a refit is due when many facts are new or the last fit is old.
    #[serde(default)]
    pub models: Option<ModelsWanted>,
    /// Whether a refit takes the place of the models in use, or is proposed.
    #[serde(default)]
    pub adopt: Option<bool>,
    /// The member of staff who decided about the models.
    #[serde(default)]
    pub by: Option<i64>,
}

/// How to measure the asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measuring {
    /// Compute the statements of customer equity anew, instead of going on from what was published.
    #[serde(default)]
    pub restates: bool,
}

/// Why a job did not reach its end.
#[derive(Debug)]
pub enum JobError {
    /// Somebody stopped it.
    Stopped(Stopped),
    /// The file cannot be read as it should.
    Source(sources::SourceError),
    /// The store could not do it.
    Store(store::Error),
    /// A file on this machine cannot be opened or read.
    File {
        /// Which.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is another one than the one the import began with.
    OtherFile {
        /// Its name.
        file: String,
        /// The import that cannot go on.
        import: ImportId,
    },
    /// The job's parameters are not what its kind needs.
    Parameters(String),
    /// The work broke a promise of ours; the log has the place.
    Bug,
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JobError::Stopped(stopped) => write!(f, "{stopped}"),
            JobError::Source(error) => write!(f, "{error}"),
            JobError::Store(error) => write!(f, "{error}"),
            JobError::File { file, source } => write!(f, "cannot read {file}: {source}"),
            JobError::OtherFile { file, import } => write!(
                f,
                "{file} is not the file that import {import} began with; bring that one, or take the import back and begin anew"
            ),
            JobError::Parameters(why) => write!(f, "this job cannot be understood: {why}"),
            JobError::Bug => f.write_str(
                "the work broke off by a mistake of ours; what was kept is whole. The log tells where",
            ),
        }
    }
}

impl std::error::Error for JobError {}

impl JobError {
    /// As the queue keeps it and pages word it.
    pub fn failure(&self) -> JobFailure {
        let (code, said) = match self {
            JobError::Stopped(_) => ("stopped", None),
            JobError::Source(error) => (error.code(), Some(error.said().into())),
            JobError::Store(store::Error::DiskFull) => ("disk_full", None),
            JobError::Store(store::Error::Unreachable { .. }) => ("database_unreachable", None),
            JobError::Store(_) => ("failed", None),
            JobError::File { .. } => ("file_unreadable", None),
            JobError::OtherFile { .. } => ("other_file", None),
            JobError::Parameters(_) => ("job_not_understood", None),
            JobError::Bug => ("broke_off", None),
        };
        JobFailure { code: code.to_string(), message: self.to_string(), said }
    }
}

impl From<Stopped> for JobError {
    fn from(stopped: Stopped) -> JobError {
        JobError::Stopped(stopped)
    }
}

impl From<sources::SourceError> for JobError {
    fn from(error: sources::SourceError) -> JobError {
        JobError::Source(error)
    }
}

impl From<store::Error> for JobError {
    fn from(error: store::Error) -> JobError {
        JobError::Store(error)
    }
}

impl Task {
    /// The task as a row of the queue.
    pub fn queued(&self, created_by: Option<i64>) -> NewJob {
        let json = |parameters: serde_json::Result<String>| parameters.expect("parameters are plain data");
        let (kind, title, parameters, unit) = match self {
            Task::Import(parameters) => {
                let kind = if parameters.dry_run { "import_check" } else { "import" };
                (kind, parameters.file_name.clone(), json(serde_json::to_string(parameters)), "rows")
            }
            Task::Retraction(retraction) => (
                "retraction",
                retraction.import.to_string(),
                json(serde_json::to_string(retraction)),
                "facts",
            ),
            Task::Link => ("link", String::new(), "{}".to_string(), "records"),
            Task::Levels => ("levels", String::new(), "{}".to_string(), "customers"),
            Task::Value(valuing) => {
                let title = valuing.horizon.clone().unwrap_or_default();
                ("value", title, json(serde_json::to_string(valuing)), "customers")
            }
            Task::Asset(measuring) => {
                ("asset", String::new(), json(serde_json::to_string(measuring)), "months")
            }
            Task::Accounts => ("accounts", String::new(), "{}".to_string(), "facts"),
        };
        NewJob { kind: kind.to_string(), title, parameters, unit: unit.to_string(), created_by }
    }

    /// Whether one of the same kind with these parameters does what this one asks for.
    fn covers(&self, parameters: &str) -> bool {
        match self {
            Task::Asset(measuring) => serde_json::from_str(parameters)
                .is_ok_and(|waiting: Measuring| waiting.restates || !measuring.restates),
            _ => true,
        }
    }

    /// The task of a row of the queue.
    fn of(job: &Job) -> Result<Task, JobError> {
        let wrong = |error: serde_json::Error| JobError::Parameters(error.to_string());
        match job.kind.as_str() {
            "import" | "import_check" => {
                serde_json::from_str(&job.parameters).map(Task::Import).map_err(wrong)
            }
            "retraction" => serde_json::from_str(&job.parameters).map(Task::Retraction).map_err(wrong),
            "link" => Ok(Task::Link),
            "asset" => serde_json::from_str(&job.parameters).map(Task::Asset).map_err(wrong),
            "accounts" => Ok(Task::Accounts),
            "levels" => Ok(Task::Levels),
            "value" => serde_json::from_str(&job.parameters).map(Task::Value).map_err(wrong),
            other => Err(JobError::Parameters(format!("its kind {other:?} is unknown to this version"))),
        }
    }
}

/// Does a job's work and gives what came of it.
pub fn carry_out(store: &Store, job: &Job, progress: &Progress) -> Result<serde_json::Value, JobError> {
    match Task::of(job)? {
        Task::Import(parameters) => {
            let before =
                job.result.as_deref().and_then(|text| serde_json::from_str::<ImportResult>(text).ok());
            let remember = |result: &ImportResult| match serde_json::to_string(result) {
                Ok(text) => store.keep_job_result(job.id, &text),
                Err(error) => Err(store::Error::Refused(error.to_string())),
            };
            let resumed = before.and_then(|result| result.import);
            let result = import::run(store, &parameters, resumed, progress, &remember)?;
            let brought = match result.import {
                Some(import) => store.import(import)?.is_some_and(|import| import.brought_facts()),
                None => false,
            };
            let changed = brought || result.counts.created + result.counts.updated > 0;
            if parameters.follow_up && !parameters.dry_run && changed {
                follow_up(store, job)?;
            }
            Ok(serde_json::to_value(result).expect("a result is plain data"))
        }
        Task::Retraction(retraction) => {
            let undone = undo(store, retraction.import, progress)?;
            if retraction.follow_up {
                follow_up(store, job)?;
            }
            let mut again = Vec::new();
            for told in undone.told_again {
                if told.rows > 0 || describes(store, told.import)? {
                    again.push(serde_json::json!({ "import": told.import, "file_name": told.file_name,
                        "rows": told.rows, "records": told.records }));
                }
            }
            Ok(serde_json::json!({
                "import": retraction.import,
                "withdrawn": undone.withdrawn,
                "told_again": again,
            }))
        }
        Task::Link => crate::identity::link(store, progress),
        Task::Value(valuing) => {
            let mut result = crate::value::value_base(store, &valuing, progress)?;
            result["asset_job"] = add_once(store, job, &Task::Asset(Measuring::default()))?.into();
            Ok(result)
        }
        Task::Asset(measuring) => crate::value::asset::measure(store, measuring, progress),
        Task::Accounts => {
            let Some(account) = crate::accounts::close(store, None, progress)? else {
                return Ok(serde_json::Value::Null);
            };
            let mut told = account.told;
            told["serving"] = crate::value::serving::expect(store, Some(&account.costs), progress)?;
            told["coherence"] = crate::coherence::score(store, Some(&account.costs), progress)?;
            store.warm_lists(&access::Reader::house())?;
            Ok(told)
        }
        Task::Levels => {
            let scored = crate::coherence::score_by_rules(store, progress)?;
            store.warm_lists(&access::Reader::house())?;
            Ok(scored)
        }
    }
}

/// Whether the rows of an import say something of customers beside what happened.
fn describes(store: &Store, import: ImportId) -> store::Result<bool> {
    let mapping =
        store.import(import)?.and_then(|import| ::sources::Mapping::from_toml(&import.mapping).ok());
    Ok(mapping.is_some_and(|mapping| mapping.describes()))
}

fn undo(store: &Store, import: ImportId, progress: &Progress) -> Result<store::Undone, JobError> {
    progress.expect(None, "facts");
    let mut stopped = None;
    let undone = store.undo_import(import, crate::now(), |done| match progress.reach(done) {
        Ok(()) => Ok(()),
        Err(why) => {
            stopped = Some(why);
            Err(store::Error::Cancelled)
        }
    });
    match stopped {
        Some(why) => Err(why.into()),
        None => Ok(undone?),
    }
}

/// New facts change who is who and what he is worth: both are computed again, once for all that wait.
fn follow_up(store: &Store, job: &Job) -> Result<(), JobError> {
    for task in [Task::Link, Task::Value(Valuing::default())] {
        add_once(store, job, &task)?;
    }
    Ok(())
}

/// Puts what follows a job into the queue, unless it waits there already; gives its number.
fn add_once(store: &Store, job: &Job, task: &Task) -> store::Result<store::JobId> {
    let new = task.queued(job.created_by);
    let waits = |waiting: &&Job| {
        let is_same = task.covers(&waiting.parameters);
        waiting.kind == new.kind && waiting.state == store::JobState::Queued && is_same
    };
    match store.jobs(200)?.iter().find(waits) {
        Some(waiting) => Ok(waiting.id),
        None => store.add_job(&new, crate::now()),
    }
}
