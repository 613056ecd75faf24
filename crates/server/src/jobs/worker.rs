//! Carries jobs out, one at a time, while holding the lease.
//!
//! The lease is a row in the store with an end, renewed while its holder lives. A holder on this data folder also
//! holds a lock on a file of its own: when the process dies, the system lets go of the lock, and the next one may
//! take the lease at once instead of waiting for its end.

use super::progress::{Progress, Stopped};
use super::{Jobs, work};
use ledger::Moment;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use store::{Job, JobId, JobState, Store};

const LEASE: &str = "jobs";
const LEASE_SECONDS: i64 = 45;
const RENEW_EVERY: Duration = Duration::from_secs(5);
const TELL_EVERY: Duration = Duration::from_millis(500);
/// Commands in other processes cannot ring our bell: look so often.
const LOOK_EVERY: Duration = Duration::from_millis(700);

/// Somebody who may carry out jobs as long as it lives.
pub struct Worker {
    store: Store,
    jobs: Jobs,
    holder: String,
    holds: Arc<AtomicBool>,
    file: PathBuf,
    _lock: File,
}

impl Worker {
    /// Takes the lease, from a dead holder too; `None` while somebody else is at work.
    pub fn take(store: &Store, data: &Path, jobs: &Jobs) -> store::Result<Option<Worker>> {
        let holder = crate::secret::reference();
        let folder = data.join("workers");
        std::fs::create_dir_all(&folder)?;
        let file = folder.join(&holder);
        let lock = File::create(&file)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::Error(error) => error,
            TryLockError::WouldBlock => std::io::ErrorKind::WouldBlock.into(),
        })?;
        let mut taken = renew(store, &holder)?;
        if !taken && bury(store, &folder)? {
            taken = renew(store, &holder)?;
        }
        if !taken {
            let _ = std::fs::remove_file(&file);
            return Ok(None);
        }
        let interrupted = store.interrupt_running_jobs(crate::now())?;
        if interrupted > 0 {
            tracing::warn!(jobs = interrupted, "found jobs whose worker had ended; they can be resumed");
        }
        let holds = Arc::new(AtomicBool::new(true));
        Ok(Some(Worker { store: store.clone(), jobs: jobs.clone(), holder, holds, file, _lock: lock }))
    }

    /// Carries out jobs until asked to stop.
    pub fn run(&self) {
        while !self.jobs.is_stopping() && self.holds.load(Ordering::Relaxed) {
            match self.next() {
                Ok(true) => {}
                Ok(false) => self.jobs.rest(LOOK_EVERY),
                Err(error) => {
                    tracing::error!(cause = ?error.to_string(), "the queue of jobs cannot be read");
                    self.jobs.rest(Duration::from_secs(5));
                }
            }
        }
    }

    /// Carries out jobs until this one is over.
    pub fn run_until(&self, job: JobId) -> store::Result<()> {
        while !self.jobs.is_stopping() && self.store.job(job)?.is_some_and(|job| !job.state.is_over()) {
            if !self.next()? {
                self.jobs.rest(LOOK_EVERY);
            }
        }
        Ok(())
    }

    /// Carries out the next job; false when none waits.
    fn next(&self) -> store::Result<bool> {
        if !renew(&self.store, &self.holder)? {
            self.holds.store(false, Ordering::Relaxed);
            return Ok(false);
        }
        let Some(job) = self.store.start_next_job(crate::now())? else { return Ok(false) };
        let progress = Arc::new(Progress::new(job.id));
        self.jobs.begin(&progress);
        let outcome = self.watched(&job, &progress);
        self.jobs.end();
        let (state, result, error) = match outcome {
            Ok(result) => (JobState::Done, Some(result.to_string()), None),
            Err(work::JobError::Stopped(Stopped::Cancelled)) => (JobState::Cancelled, None, None),
            Err(work::JobError::Stopped(Stopped::ShutDown)) => (JobState::Interrupted, None, None),
            Err(error) => {
                tracing::warn!(job = job.id, kind = job.kind, cause = ?error.to_string(), "a job failed");
                (JobState::Failed, None, Some(error.failure().kept()))
            }
        };
        // A job that stopped keeps what it remembered for its resumption.
        let kept = self.store.job(job.id)?.and_then(|job| job.result);
        let result = result.or(kept);
        self.store.finish_job(job.id, state, result.as_deref(), error.as_deref(), crate::now())?;
        tracing::info!(job = job.id, kind = job.kind, state = state.name(), "job over");
        Ok(true)
    }

    /// Does the work, while another thread tells the store how far it is and renews the lease.
    fn watched(&self, job: &Job, progress: &Arc<Progress>) -> Result<serde_json::Value, work::JobError> {
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let teller = scope.spawn(|| self.tell(progress, &over));
            let work = || work::carry_out(&self.store, job, progress);
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
            over.store(true, Ordering::Relaxed);
            teller.thread().unpark();
            outcome.unwrap_or_else(|_| Err(work::JobError::Bug))
        })
    }

    fn tell(&self, progress: &Progress, over: &AtomicBool) {
        let mut renewed = Instant::now();
        while !over.load(Ordering::Relaxed) {
            std::thread::park_timeout(TELL_EVERY);
            let (done, total, unit) = progress.read();
            match self.store.job_progress(progress.job(), done, total, unit) {
                Ok(true) => progress.cancel(),
                Ok(false) => {}
                Err(error) => tracing::debug!(cause = ?error.to_string(), "progress was not kept"),
            }
            if renewed.elapsed() >= RENEW_EVERY {
                renewed = Instant::now();
                if matches!(renew(&self.store, &self.holder), Ok(false)) {
                    tracing::error!("another process took the jobs over; the one in progress stops here");
                    self.holds.store(false, Ordering::Relaxed);
                    progress.shut_down();
                }
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.store.release_lease(LEASE, &self.holder);
        let _ = std::fs::remove_file(&self.file);
    }
}

fn renew(store: &Store, holder: &str) -> store::Result<bool> {
    let now = crate::now();
    store.take_lease(LEASE, holder, now, Moment(now.0 + LEASE_SECONDS))
}

/// Gives a dead holder's lease back in its name: its file is there, and nobody holds the lock on it.
fn bury(store: &Store, folder: &Path) -> store::Result<bool> {
    let Some((holder, _)) = store.lease(LEASE)? else { return Ok(true) };
    if holder.is_empty() || !holder.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Ok(false);
    }
    let path = folder.join(&holder);
    let Ok(file) = File::open(&path) else { return Ok(false) };
    if file.try_lock().is_err() {
        return Ok(false);
    }
    store.release_lease(LEASE, &holder)?;
    let _ = std::fs::remove_file(path);
    Ok(true)
}
