//! Long work as rows: what waits, what runs, how far it is, and who may carry it out.

use crate::connection::{Row, binds, sql};
use crate::error::{Error, Result};
use crate::pool::Store;
use ledger::Moment;

/// Number of a job.
pub type JobId = i64;

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum JobState {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
    /// Its worker ended in the middle.
    Interrupted,
}

impl JobState {
    const ALL: [JobState; 6] = [
        JobState::Queued,
        JobState::Running,
        JobState::Done,
        JobState::Failed,
        JobState::Cancelled,
        JobState::Interrupted,
    ];

    /// The word for it in the API.
    pub fn name(self) -> &'static str {
        match self {
            JobState::Queued => "queued",
            JobState::Running => "running",
            JobState::Done => "done",
            JobState::Failed => "failed",
            JobState::Cancelled => "cancelled",
            JobState::Interrupted => "interrupted",
        }
    }

    /// Whether it will not go on by itself.
    pub fn is_over(self) -> bool {
        !matches!(self, JobState::Queued | JobState::Running)
    }

    fn from_name(name: &str) -> Result<JobState> {
        JobState::ALL.into_iter().find(|state| state.name() == name).ok_or_else(|| {
            Error::Refused(format!("a job is in the unknown state {name:?}: run `clientela doctor`"))
        })
    }
}

/// A job to be done.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// `import`, `value`, …
    pub kind: String,
    /// What a person reads: the file's name, the horizon.
    pub title: String,
    /// What its worker needs, as JSON.
    pub parameters: String,
    /// What its progress counts.
    pub unit: String,
    /// Who asked for it.
    pub created_by: Option<i64>,
}

/// A job and how far it is.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Job {
    pub id: JobId,
    pub kind: String,
    pub title: String,
    pub parameters: String,
    pub state: JobState,
    pub done: u64,
    pub total: Option<u64>,
    pub unit: String,
    pub created_by: Option<i64>,
    pub created_at: Moment,
    pub started_at: Option<Moment>,
    pub finished_at: Option<Moment>,
    pub cancel_requested: bool,
    pub result: Option<String>,
    pub error: Option<String>,
}

impl Store {
    /// Puts a job in the queue.
    pub fn add_job(&self, new: &NewJob, now: Moment) -> Result<JobId> {
        self.write(|tx| {
            let id = tx.take_ids("job", 1)?;
            let binds = binds![id, &new.kind, &new.title, &new.parameters, &new.unit, new.created_by, now.0];
            tx.execute(sql!("jobs/add"), binds)?;
            Ok(id)
        })
    }

    /// One job.
    pub fn job(&self, id: JobId) -> Result<Option<Job>> {
        if id <= 0 {
            return Ok(None);
        }
        self.read(|connection| connection.first(sql!("jobs/jobs"), binds![id, 1], read_job))
    }

    /// The newest jobs.
    pub fn jobs(&self, most: u32) -> Result<Vec<Job>> {
        self.read(|connection| connection.rows(sql!("jobs/jobs"), binds![0, i64::from(most)], read_job))
    }

    /// Starts the oldest job that waits.
    pub fn start_next_job(&self, now: Moment) -> Result<Option<Job>> {
        let started = self.write(|tx| tx.first(sql!("jobs/start_next"), binds![now.0], |row| row.int(0)))?;
        started.map_or(Ok(None), |id| self.job(id))
    }

    /// Says how far a job is; gives whether it was asked to stop.
    pub fn job_progress(&self, id: JobId, done: u64, total: Option<u64>, unit: &str) -> Result<bool> {
        let binds = binds![id, done as i64, total.map(|n| n as i64), unit];
        let asked = self.write_beside(|tx| tx.first(sql!("jobs/progress"), binds, |row| row.int(0)))?;
        Ok(asked == Some(1))
    }

    /// Keeps what a running job must remember if it is interrupted.
    pub fn keep_job_result(&self, id: JobId, result: &str) -> Result<()> {
        self.write(|tx| tx.execute(sql!("jobs/keep_result"), binds![id, result]).map(|_| ()))
    }

    /// Ends a job.
    pub fn finish_job(
        &self,
        id: JobId,
        state: JobState,
        result: Option<&str>,
        error: Option<&str>,
        now: Moment,
    ) -> Result<()> {
        let binds = binds![id, state.name(), result, error, now.0];
        self.write(|tx| tx.execute(sql!("jobs/finish"), binds).map(|_| ()))
    }

    /// Asks a job to stop; false if it was over.
    pub fn request_cancel(&self, id: JobId, now: Moment) -> Result<bool> {
        self.write_beside(|tx| Ok(tx.execute(sql!("jobs/request_cancel"), binds![id, now.0])? > 0))
    }

    /// Puts a job that stopped before its end back in the queue; false if it had not.
    pub fn requeue_job(&self, id: JobId) -> Result<bool> {
        self.write(|tx| Ok(tx.execute(sql!("jobs/requeue"), binds![id])? > 0))
    }

    /// Marks jobs whose worker is gone; for the one who just took the workers' lease.
    pub fn interrupt_running_jobs(&self, now: Moment) -> Result<u64> {
        self.write(|tx| tx.execute(sql!("jobs/interrupt"), binds![now.0]))
    }

    /// Takes or renews a lease until `until`; false while somebody else holds it.
    pub fn take_lease(&self, name: &str, holder: &str, now: Moment, until: Moment) -> Result<bool> {
        let binds = binds![name, holder, now.0, until.0];
        self.write_beside(|tx| Ok(tx.first(sql!("jobs/take_lease"), binds, |row| row.string(0))?.is_some()))
    }

    /// Who holds a lease, and until when.
    pub fn lease(&self, name: &str) -> Result<Option<(String, Moment)>> {
        self.read(|connection| {
            connection
                .first(sql!("jobs/lease"), binds![name], |row| Ok((row.string(0)?, Moment(row.int(1)?))))
        })
    }

    /// Gives a lease back.
    pub fn release_lease(&self, name: &str, holder: &str) -> Result<()> {
        self.write(|tx| tx.execute(sql!("jobs/release_lease"), binds![name, holder]).map(|_| ()))
    }
}

fn read_job(row: &Row<'_>) -> Result<Job> {
    Ok(Job {
        id: row.int(0)?,
        kind: row.string(1)?,
        title: row.string(2)?,
        parameters: row.string(3)?,
        state: JobState::from_name(row.text(4)?)?,
        done: row.int(5)?.unsigned_abs(),
        total: row.int_or_null(6)?.map(i64::unsigned_abs),
        unit: row.string(7)?,
        created_by: row.int_or_null(8)?,
        created_at: Moment(row.int(9)?),
        started_at: row.int_or_null(10)?.map(Moment),
        finished_at: row.int_or_null(11)?.map(Moment),
        cancel_requested: row.int(12)? == 1,
        result: row.string_or_null(13)?,
        error: row.string_or_null(14)?,
    })
}
