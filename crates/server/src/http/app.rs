//! What every handler reaches: the store, the settings, the clock, the jobs.

use super::Failure;
use crate::attempts::Attempts;
use crate::jobs::Jobs;
use ledger::{Day, Moment};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::Store;
use tokio::sync::Semaphore;

/// How this server was started.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the house keeps its files.
    pub data: PathBuf,
    /// The address people type, if it is not the one we listen on: `https://crm.example.com`.
    pub public_url: Option<PublicUrl>,
    /// Proxies whose word on where a request comes from is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// This is the made-up company.
    pub demo: bool,
}

/// The address people type: scheme and authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    https: bool,
    authority: String,
}

/// Tells the time; tests bring their own.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// What every handler reaches. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    settings: Settings,
    clock: Clock,
    attempts: Attempts,
    hashing: Semaphore,
    touching: AtomicBool,
    jobs: Jobs,
}

/// Passwords hashed at the same time: each takes 19 MiB.
const HASHING_AT_ONCE: usize = 2;

impl App {
    /// The house over a store that is open.
    pub fn new(store: Store, settings: Settings, clock: Clock, jobs: Jobs) -> App {
        let hashing = Semaphore::new(HASHING_AT_ONCE);
        let touching = AtomicBool::new(false);
        let inner = Inner { store, settings, clock, attempts: Attempts::default(), hashing, touching, jobs };
        App { inner: Arc::new(inner) }
    }

    /// How this server was started.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// The time now.
    pub fn now(&self) -> Moment {
        (self.inner.clock)()
    }

    /// The day now.
    pub fn today(&self) -> Day {
        self.now().day()
    }

    /// Failed sign-ins.
    pub fn attempts(&self) -> &Attempts {
        &self.inner.attempts
    }

    /// The long work of the house.
    pub fn jobs(&self) -> &Jobs {
        &self.inner.jobs
    }

    /// The store itself, for code that may block.
    pub fn blocking_store(&self) -> &Store {
        &self.inner.store
    }

    /// Asks the store, off the async threads.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Store) -> store::Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let store = self.inner.store.clone();
        let answer = tokio::task::spawn_blocking(move || question(&store)).await;
        Ok(answer.map_err(Failure::ours)??)
    }

    /// Says that a session was used, beside the request: a long write by a job must not hold up a read. One at a
    /// time; the next request tries again.
    pub fn touch_session(&self, session: &str, now: Moment, end: Moment) {
        if self.inner.touching.swap(true, Ordering::Relaxed) {
            return;
        }
        let (app, session) = (self.clone(), session.to_string());
        tokio::task::spawn_blocking(move || {
            if let Err(error) = app.inner.store.touch_session(&session, now, end) {
                tracing::warn!(cause = ?error.to_string(), "the use of a session was not kept");
            }
            app.inner.touching.store(false, Ordering::Relaxed);
        });
    }

    /// Runs something slow or blocking that may fail in its own words, off the async threads.
    pub async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        tokio::task::spawn_blocking(work).await.map_err(Failure::ours)?
    }

    /// Hashes or checks a password, a few at a time.
    pub async fn with_password<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let _turn = self.inner.hashing.acquire().await.map_err(Failure::ours)?;
        tokio::task::spawn_blocking(work).await.map_err(Failure::ours)
    }
}

impl Settings {
    /// Whether people reach us by https only.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.https)
    }
}

impl PublicUrl {
    /// Reads `https://crm.example.com` or `http://…`, without a path.
    pub fn parse(text: &str) -> Result<PublicUrl, String> {
        let wrong = || format!("{text:?} is no address like https://crm.example.com");
        let (https, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err(wrong()),
        };
        let authority = rest.trim_end_matches('/');
        let allowed = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
        if authority.is_empty() || !authority.chars().all(allowed) {
            return Err(wrong());
        }
        Ok(PublicUrl { https, authority: authority.to_ascii_lowercase() })
    }

    /// Host and port as browsers send them.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// `https://crm.example.com`, as in the `Origin` header.
    pub fn origin(&self) -> String {
        format!("{}://{}", if self.https { "https" } else { "http" }, self.authority)
    }
}
