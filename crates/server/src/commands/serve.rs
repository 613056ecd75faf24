//! `clientela serve`: the web page, the API and the jobs, until told to stop.

use super::{Done, Failed, House, print};
use crate::access::first_run;
use crate::http::app::{App, PublicUrl, Settings};
use crate::http::{listen, routes};
use crate::jobs::{Jobs, Worker};
use clap::Args;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use store::Store;
use tokio::net::TcpListener;

/// Where to listen.
#[derive(Args, Clone, Debug)]
pub struct Listening {
    /// Port; 0 takes a free one
    #[arg(long, default_value_t = 4810)]
    pub port: u16,
    /// Address to listen on; anything but loopback lets other machines in
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub address: IpAddr,
    /// The address people type, when a proxy stands before us: https://crm.example.com
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// A proxy whose X-Forwarded-For is believed; can be given several times
    #[arg(long, value_name = "ADDRESS")]
    pub trusted_proxy: Vec<IpAddr>,
}

/// What to print once the address is known.
pub enum Greeting {
    /// A server of one's own; the first start prints how to open it.
    House,
    /// The made-up company, with a token that signs its owner in.
    Demo {
        /// One-time.
        token: String,
        /// Open the page.
        open_browser: bool,
    },
}

/// Serves an empty company or the one that is there.
pub fn run(house: &House, arguments: &Listening) -> Done {
    let _lock = house.lock()?;
    let store = house.open()?;
    serve(house, arguments, store, Greeting::House)
}

/// Serves a base that is open, until a signal to stop.
pub fn serve(house: &House, arguments: &Listening, store: Store, greeting: Greeting) -> Done {
    let public_url =
        arguments.public_url.as_deref().map(PublicUrl::parse).transpose().map_err(Failed::Usage)?;
    let demo = matches!(greeting, Greeting::Demo { .. });
    let trusted_proxies = arguments.trusted_proxy.clone();
    let settings = Settings { data: house.data().to_path_buf(), public_url, trusted_proxies, demo };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(32)
        .enable_all()
        .build()
        .map_err(|error| Failed::Because(format!("cannot start: {error}")))?;
    let jobs = Jobs::default();
    let asked_at = Arc::new(OnceLock::new());
    let app = App::new(store.clone(), settings, Arc::new(crate::now), jobs.clone());
    let worker = std::thread::spawn({
        let (store, jobs, data) = (store.clone(), jobs.clone(), house.data().to_path_buf());
        move || work(&store, &jobs, &data)
    });
    let served = runtime.block_on(async {
        let address = SocketAddr::new(arguments.address, arguments.port);
        let listener = TcpListener::bind(address).await.map_err(|error| {
            Failed::Because(format!("cannot listen on {address}: {error}; choose another with --port"))
        })?;
        let address = listener.local_addr().map_err(|error| Failed::Because(error.to_string()))?;
        greet(&app, address, &greeting).await?;
        let router = routes::router(app.clone());
        let (stopped, asked) = (jobs.clone(), asked_at.clone());
        listen::listen(listener, router, async move {
            stop_signal().await;
            let _ = asked.set(crate::now());
            tracing::info!("stopping: requests in progress are finished, jobs stop at their checkpoint");
            stopped.stop();
        })
        .await
        .map_err(|error| Failed::Because(format!("the server stopped: {error}")))
    });
    jobs.stop();
    let _ = worker.join();
    let since = asked_at.get().copied().unwrap_or_else(crate::now);
    for import in super::import::stopped_since(&store, since).unwrap_or_default() {
        eprintln!("import {import} was {}", super::import::way_on(import));
    }
    // Connections to PostgreSQL end here, off the async threads.
    runtime.shutdown_timeout(Duration::from_secs(5));
    drop(app);
    served
}

async fn greet(app: &App, address: SocketAddr, greeting: &Greeting) -> Done {
    let base = match &app.settings().public_url {
        Some(url) => url.origin(),
        None if address.ip().is_unspecified() => format!("http://127.0.0.1:{}", address.port()),
        None => format!("http://{address}"),
    };
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "listening");
    if !address.ip().is_loopback() && !app.settings().is_https() {
        tracing::warn!(
            "other machines can reach this server, and without https passwords travel in the clear"
        );
    }
    match greeting {
        Greeting::House => {
            let now = app.now();
            let token = app.ask(move |store| first_run::console_token(store, now)).await;
            match token.map_err(|failure| Failed::Because(failure.to_string()))? {
                Some(token) => print(format!("first start: open {base}/first-run?token={token}")),
                None => print(format!("open {base}/")),
            }
        }
        Greeting::Demo { token, open_browser } => {
            let link = format!("{base}/sign-in?token={token}");
            print(format!("open {link}"));
            if *open_browser {
                open_in_browser(&link);
            }
        }
    }
    Ok(())
}

/// Carries jobs out while this process has the lease; tries for it again and again while another one has it.
fn work(store: &Store, jobs: &Jobs, data: &std::path::Path) {
    while !jobs.is_stopping() {
        match Worker::take(store, data, jobs) {
            Ok(Some(worker)) => worker.run(),
            Ok(None) => jobs.rest(Duration::from_secs(2)),
            Err(error) => {
                tracing::error!(cause = ?error.to_string(), "jobs cannot be carried out");
                jobs.rest(Duration::from_secs(10));
            }
        }
    }
}

/// Waits for Ctrl-C or, on Unix, a request to end.
pub async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            },
            Err(_) => _ = tokio::signal::ctrl_c().await,
        }
    }
    #[cfg(not(unix))]
    let _ = tokio::signal::ctrl_c().await;
}

fn open_in_browser(link: &str) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let quiet = std::process::Stdio::null;
    let _ =
        std::process::Command::new(program).arg(link).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
}
