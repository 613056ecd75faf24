//! What a request must show before any handler sees it: a name of ours, the page's own header, a session, a right.

use super::app::App;
use super::extract::Caller;
use super::{Failure, error::Answer};
use access::Right;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ledger::Moment;
use std::net::IpAddr;
use std::time::Duration;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Also people who are not signed in.
    Anybody,
    /// Everybody who is signed in; which records he sees is the store's to say.
    SignedIn,
    /// Signed in, with this right.
    With(Right),
}

/// A session ends when it was not used for so long.
pub const IDLE_SECONDS: i64 = 12 * 3600;
/// A session ends after so long in any case.
pub const ABSOLUTE_SECONDS: i64 = 7 * 24 * 3600;
/// How stale the time of last use may get: not every request writes.
const SEEN_EVERY_SECONDS: i64 = 60;
/// The header that only the page's own scripts can send.
pub const PAGE_HEADER: &str = "x-clientela";
/// A request that is not read and answered by then is given up; uploads take as long as they move.
const LONGEST: Duration = Duration::from_secs(60);

/// Refuses requests that do not come from our own page at our own address, and those that never end.
pub async fn outer(State(app): State<App>, request: Request, next: Next) -> Response {
    if let Err(failure) = check_host(&app, &request).and_then(|()| check_origin(&app, &request)) {
        return failure.into_response();
    }
    if request.uri().path() == "/api/uploads" {
        return next.run(request).await;
    }
    match tokio::time::timeout(LONGEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_slow",
            "it took longer than a minute; try again",
        )
        .into_response(),
    }
}

/// Lets a request pass to a route if who asks may use it.
pub async fn admit(who: Who, app: App, mut request: Request, next: Next) -> Response {
    let caller = match caller(&app, request.headers()).await {
        Ok(caller) => caller,
        Err(failure) => return failure.into_response(),
    };
    let refusal = match (who, &caller) {
        (Who::Anybody, _) => None,
        (_, None) => Some(Failure::signed_out()),
        (Who::SignedIn, Some(_)) => None,
        (Who::With(right), Some(caller)) => caller.needs(right).err(),
    };
    if let Some(failure) = refusal {
        return failure.into_response();
    }
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
    next.run(request).await
}

/// Who holds the session that the request's cookie names.
async fn caller(app: &App, headers: &HeaderMap) -> Answer<Option<Caller>> {
    let Some(token) = session_token(headers, app.settings().is_https()) else { return Ok(None) };
    let session = crate::secret::digest(&token);
    let now = app.now();
    let key = session.clone();
    let Some((row, staff)) = app.ask(move |store| store.session(&key, now)).await? else { return Ok(None) };
    if row.seen_at.0 <= now.0 - SEEN_EVERY_SECONDS {
        app.touch_session(&session, now, session_end(row.created_at, now));
    }
    let present = Some(staff).filter(|staff| staff.disabled_at.is_none());
    Ok(present.map(|staff| Caller { reader: staff.reader(), staff, session }))
}

/// The address could be any name that points here: only names of ours are answered, so that a foreign page whose
/// name is made to point to us (DNS rebinding) reads nothing.
fn check_host(app: &App, request: &Request) -> Answer<()> {
    let host = authority(request).unwrap_or_default();
    let name = host_of(&host);
    let is_address = name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let is_public = app.settings().public_url.as_ref().is_some_and(|url| host_of(url.authority()) == name);
    if is_address || name == "localhost" || is_public {
        return Ok(());
    }
    Err(Failure::new(
        StatusCode::MISDIRECTED_REQUEST,
        "unknown_host",
        "this server does not answer to that name; start it with --public-url to give it one",
    ))
}

/// A state change comes from our own page: by its header, and by its origin where the browser tells it.
fn check_origin(app: &App, request: &Request) -> Answer<()> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let foreign = |message: &str| Err(Failure::new(StatusCode::FORBIDDEN, "foreign_request", message));
    if request.headers().get(PAGE_HEADER).is_none_or(|value| value != "1") {
        return foreign("a change needs the header x-clientela: 1");
    }
    let Some(origin) = request.headers().get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().unwrap_or_default().to_ascii_lowercase();
    let host = authority(request).unwrap_or_default();
    let is_ours = match &app.settings().public_url {
        Some(url) if origin == url.origin() => true,
        Some(url) if url.origin().starts_with("https:") => false,
        _ => origin == format!("http://{host}"),
    };
    if is_ours { Ok(()) } else { foreign("a change can only come from this server's own page") }
}

fn authority(request: &Request) -> Option<String> {
    let from_uri = request.uri().authority().map(|authority| authority.as_str());
    let from_header = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    from_uri.or(from_header).map(str::to_ascii_lowercase)
}

/// The name without the port.
fn host_of(authority: &str) -> &str {
    match authority.rfind(':') {
        Some(colon) if !authority[colon..].contains(']') => &authority[..colon],
        _ => authority,
    }
}

/// `__Host-` binds a cookie to this very host; browsers accept it over https only.
fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-clientela" } else { "clientela" }
}

fn session_token(headers: &HeaderMap, https: bool) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(name, _)| *name == cookie_name(https))
        .map(|(_, token)| token.to_string())
        .filter(|token| token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The header that gives a browser its session.
pub fn session_cookie(app: &App, token: &str) -> HeaderValue {
    cookie(app, token, ABSOLUTE_SECONDS)
}

/// The header that takes it back.
pub fn no_cookie(app: &App) -> HeaderValue {
    cookie(app, "", 0)
}

fn cookie(app: &App, token: &str, seconds: i64) -> HeaderValue {
    let https = app.settings().is_https();
    let name = cookie_name(https);
    let secure = if https { "; Secure" } else { "" };
    let text = format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).expect("a cookie is made of ASCII letters and digits")
}

/// When a session ends that began then and was used now.
pub fn session_end(began: Moment, now: Moment) -> Moment {
    Moment((now.0 + IDLE_SECONDS).min(began.0 + ABSOLUTE_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_told_from_its_port() {
        assert_eq!(host_of("127.0.0.1:4810"), "127.0.0.1");
        assert_eq!(host_of("localhost"), "localhost");
        assert_eq!(host_of("[::1]:4810"), "[::1]");
        assert_eq!(host_of("[::1]"), "[::1]");
    }
}
