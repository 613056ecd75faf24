//! How far a job is, in memory: its work counts here, and somebody else tells the store now and then.
//!
//! Work that holds the store's writing connection for long (a rehearsal, an undoing) can so be watched and stopped.

use std::fmt;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use store::JobId;

/// How far a job is, and whether it is to stop.
#[derive(Debug)]
pub struct Progress {
    job: JobId,
    done: AtomicU64,
    /// `u64::MAX` while nobody knows.
    total: AtomicU64,
    unit: Mutex<&'static str>,
    cancelled: AtomicBool,
    shut_down: AtomicBool,
}

/// Why work ended before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Somebody asked for it: what is not finished is given up.
    Cancelled,
    /// The process ends: the job stays to be resumed.
    ShutDown,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stopped::Cancelled => "stopped as asked",
            Stopped::ShutDown => "stopped because the program ends; it can be resumed",
        })
    }
}

impl Progress {
    /// Nothing is done yet.
    pub fn new(job: JobId) -> Progress {
        Progress {
            job,
            done: AtomicU64::new(0),
            total: AtomicU64::new(u64::MAX),
            unit: Mutex::new("rows"),
            cancelled: AtomicBool::new(false),
            shut_down: AtomicBool::new(false),
        }
    }

    /// The job's number.
    pub fn job(&self) -> JobId {
        self.job
    }

    /// What is counted, and how many there are if that is known.
    pub fn expect(&self, total: Option<u64>, unit: &'static str) {
        self.total.store(total.unwrap_or(u64::MAX), Ordering::Relaxed);
        *self.unit.lock().unwrap_or_else(PoisonError::into_inner) = unit;
    }

    /// So many are done; says when it is time to stop.
    pub fn reach(&self, done: u64) -> Result<(), Stopped> {
        self.done.store(done, Ordering::Relaxed);
        self.check()
    }

    /// Says when it is time to stop.
    pub fn check(&self) -> Result<(), Stopped> {
        match (self.cancelled.load(Ordering::Relaxed), self.shut_down.load(Ordering::Relaxed)) {
            (true, _) => Err(Stopped::Cancelled),
            (_, true) => Err(Stopped::ShutDown),
            _ => Ok(()),
        }
    }

    /// Asks the work to be given up.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Asks the work to stop and to stay resumable.
    pub fn shut_down(&self) {
        self.shut_down.store(true, Ordering::Relaxed);
    }

    /// Done, of how many, of what.
    pub fn read(&self) -> (u64, Option<u64>, &'static str) {
        let total = self.total.load(Ordering::Relaxed);
        let unit = *self.unit.lock().unwrap_or_else(PoisonError::into_inner);
        (self.done.load(Ordering::Relaxed), (total != u64::MAX).then_some(total), unit)
    }
}
