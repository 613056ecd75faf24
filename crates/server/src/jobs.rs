//! Long work: what waits, what runs and how far it is. Nothing long happens inside a request.
//!
//! Requests and commands put jobs into the store's queue; whoever holds the lease carries them out, one at a time
//! (`worker.rs`): the server, or a command where no server runs.

pub mod handlers;
pub mod progress;
pub mod work;
pub mod worker;

pub use progress::Progress;
pub use worker::Worker;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::JobId;

/// The jobs of this process: the bell that wakes its worker, and the one in progress.
#[derive(Clone, Default)]
pub struct Jobs {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    bell: Condvar,
}

#[derive(Default)]
struct State {
    current: Option<Arc<Progress>>,
    rung: bool,
    stopping: bool,
}

impl Jobs {
    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the worker: there is a new job.
    pub fn ring(&self) {
        self.state().rung = true;
        self.inner.bell.notify_all();
    }

    /// Asks the worker to end: the job in progress stops at its next checkpoint and stays to be resumed.
    pub fn stop(&self) {
        let mut state = self.state();
        state.stopping = true;
        if let Some(progress) = &state.current {
            progress.shut_down();
        }
        drop(state);
        self.inner.bell.notify_all();
    }

    /// How far this process is with a job, if it is the one in progress here.
    pub fn progress_of(&self, job: JobId) -> Option<Arc<Progress>> {
        self.state().current.clone().filter(|progress| progress.job() == job)
    }

    fn begin(&self, progress: &Arc<Progress>) {
        let mut state = self.state();
        if state.stopping {
            progress.shut_down();
        }
        state.current = Some(progress.clone());
    }

    fn end(&self) {
        self.state().current = None;
    }

    /// Whether the worker was asked to end.
    pub fn is_stopping(&self) -> bool {
        self.state().stopping
    }

    /// Sleeps until the bell rings or a moment has passed.
    pub fn rest(&self, most: Duration) {
        let state = self.state();
        let wait = |state: &mut State| !state.rung && !state.stopping;
        let (mut state, _) =
            self.inner.bell.wait_timeout_while(state, most, wait).unwrap_or_else(PoisonError::into_inner);
        state.rung = false;
    }
}
