//! Watching a job from the command line: a progress bar, and a way to stop that leaves a clean state.

use super::{Failed, House};
use crate::jobs::handlers::JobFailure;
use crate::jobs::{Jobs, Worker};
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use store::{Job, JobId, JobState, Store};

/// Who carries the command's jobs out: this process, or another one that has the lease.
pub struct Hands<'s> {
    store: &'s Store,
    jobs: Jobs,
    worker: Option<Worker>,
}

impl<'s> Hands<'s> {
    /// Takes the lease if it is free; Ctrl-C from here on stops at the next checkpoint.
    pub fn take(house: &House, store: &'s Store) -> Result<Hands<'s>, Failed> {
        let jobs = Jobs::default();
        let worker = Worker::take(store, house.data(), &jobs)?;
        watch_signal(&jobs);
        Ok(Hands { store, jobs, worker })
    }

    /// Sees a job through to its end, showing how far it is.
    pub fn see_through(&self, id: JobId, label: &str) -> Result<Job, Failed> {
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let shown = scope.spawn(|| self.show(id, label, &over));
            let ran = match &self.worker {
                Some(worker) => worker.run_until(id),
                None => self.wait_for(id),
            };
            over.store(true, Ordering::Relaxed);
            let _ = shown.join();
            ran.map_err(Failed::from)
        })?;
        let job = self.store.job(id)?;
        job.ok_or_else(|| Failed::Because(format!("job {id} is gone from the base")))
    }

    /// Whether the work is done by another process, such as a running server.
    pub fn is_watching_only(&self) -> bool {
        self.worker.is_none()
    }

    fn wait_for(&self, id: JobId) -> store::Result<()> {
        while !self.jobs.is_stopping() && self.store.job(id)?.is_some_and(|job| !job.state.is_over()) {
            self.jobs.rest(Duration::from_millis(250));
        }
        if self.jobs.is_stopping() && self.store.request_cancel(id, crate::now())? {
            eprintln!("asked the running server to stop job {id} at its next checkpoint");
            let asked = Instant::now();
            while asked.elapsed() < LONGEST_STOP
                && self.store.job(id)?.is_some_and(|job| !job.state.is_over())
            {
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        Ok(())
    }

    fn show(&self, id: JobId, label: &str, over: &AtomicBool) {
        let bar = ProgressBar::new_spinner();
        bar.set_message(label.to_string());
        let mut asked = Instant::now() - Duration::from_secs(1);
        while !over.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(100));
            let seen = match self.jobs.progress_of(id) {
                Some(progress) => Some(progress.read()),
                None if asked.elapsed() > Duration::from_millis(500) => {
                    asked = Instant::now();
                    self.store.job(id).ok().flatten().map(|job| (job.done, job.total, "rows"))
                }
                None => None,
            };
            if let Some((done, total, unit)) = seen {
                draw(&bar, done, total, unit);
            }
        }
        bar.finish_and_clear();
    }
}

/// How long a stopped command waits for a server to reach the job's checkpoint.
const LONGEST_STOP: Duration = Duration::from_secs(10);

fn draw(bar: &ProgressBar, done: u64, total: Option<u64>, unit: &'static str) {
    let template = match total {
        Some(_) => format!("{{msg}} [{{bar:28}}] {{pos}}/{{len}} {unit}, {{per_sec}}, {{eta}} left"),
        None => format!("{{msg}} {{pos}} {unit}, {{per_sec}}"),
    };
    if bar.length() != total || bar.position() == 0 {
        let style = ProgressStyle::with_template(&template).expect("the template is ours and sound");
        bar.set_style(style.progress_chars("=> "));
        match total {
            Some(total) => bar.set_length(total),
            None => bar.unset_length(),
        }
    }
    bar.set_position(done);
}

/// The jobs that Ctrl-C stops; none while no command waits for a job.
static WATCHED: Mutex<Option<Jobs>> = Mutex::new(None);

/// The first Ctrl-C stops at the next checkpoint, the second one at once.
fn watch_signal(jobs: &Jobs) {
    static BEGUN: OnceLock<()> = OnceLock::new();
    *watched() = Some(jobs.clone());
    if BEGUN.set(()).is_err() {
        return;
    }
    std::thread::spawn(|| {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        loop {
            runtime.block_on(super::serve::stop_signal());
            let Some(jobs) = watched().clone() else { continue };
            if jobs.is_stopping() {
                std::process::exit(130);
            }
            eprintln!("stopping at the next checkpoint; once more to stop at once");
            jobs.stop();
        }
    });
}

fn watched() -> MutexGuard<'static, Option<Jobs>> {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Hands<'_> {
    fn drop(&mut self) {
        *watched() = None;
    }
}

/// The job's result, or why there is none.
pub fn outcome(job: &Job) -> Result<serde_json::Value, Failed> {
    let result =
        || job.result.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    match job.state {
        JobState::Done => Ok(result()),
        JobState::Failed => {
            let why = job.error.as_deref().map(|kept| JobFailure::of(kept).message);
            Err(Failed::Because(why.unwrap_or_else(|| "the job failed".to_string())))
        }
        JobState::Cancelled => Err(Failed::Interrupted("the job was stopped".to_string())),
        JobState::Interrupted => Err(Failed::Interrupted("stopped at a checkpoint".to_string())),
        JobState::Queued | JobState::Running => Err(Failed::Interrupted(match job.cancel_requested {
            true => format!("job {} stops in the running server at its next checkpoint", job.id),
            false => format!("job {} goes on in the running server", job.id),
        })),
    }
}
