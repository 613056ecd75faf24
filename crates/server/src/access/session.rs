//! Signing in and out, and what the page has to know of who is there.

use crate::http::error::Answer;
use crate::http::extract::MaybeCaller;
use crate::http::{App, Caller, Failure, Json, guard, listen};
use access::Right;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use store::{OneTimePurpose, Staff};
use utoipa::ToSchema;

/// Whether anybody is signed in, and who.
#[derive(Serialize, ToSchema)]
pub struct Session {
    /// How things stand.
    pub state: SessionState,
    /// Who is signed in.
    pub staff: Option<SignedInStaff>,
    /// What he may do; the menu shows exactly the pages these allow.
    pub rights: Rights,
    /// Whose customers these are; known to signed-in people only.
    pub company: Option<Company>,
    /// This is the made-up company.
    pub demo: bool,
    /// Something was imported already; known to signed-in people, and to whoever opens the house.
    pub has_facts: bool,
    /// In the first run: the currency of the sales that are there already, which is the company's.
    pub settled_currency: Option<String>,
}

/// How things stand.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum SessionState {
    SignedIn,
    SignedOut,
    /// Nobody has an account yet: the token on the console opens the house.
    FirstRun,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct SignedInStaff {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// Who came in by a link may not have one yet, and sets it without giving one.
    pub has_password: bool,
}

/// What somebody is here for.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Role {
    Administrator,
    Seller,
}

/// What somebody may do beyond looking at his customers.
#[derive(Default, Serialize, ToSchema)]
pub struct Rights {
    /// See margins.
    pub margin: bool,
    /// Import files and look after jobs.
    pub import: bool,
    /// Change the company and its people.
    pub administer: bool,
}

/// Whose customers these are.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// As pages show it.
    pub name: String,
    /// ISO 4217; customers are valued in it.
    #[schema(example = "EUR")]
    pub currency: String,
}

/// Address and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Credentials {
    pub email: String,
    #[schema(format = Password)]
    pub password: String,
}

/// A one-time sign-in link's token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct SignInToken {
    pub token: String,
}

/// A change of one's own password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password until now.
    #[schema(format = Password)]
    pub current: String,
    /// The password from now on.
    #[schema(format = Password)]
    pub new: String,
}

impl From<access::Role> for Role {
    fn from(role: access::Role) -> Role {
        match role {
            access::Role::Administrator => Role::Administrator,
            access::Role::Seller => Role::Seller,
        }
    }
}

impl From<Role> for access::Role {
    fn from(role: Role) -> access::Role {
        match role {
            Role::Administrator => access::Role::Administrator,
            Role::Seller => access::Role::Seller,
        }
    }
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/session", tag = "access", operation_id = "session",
    responses((status = 200, body = Session)))]
pub async fn read(State(app): State<App>, MaybeCaller(caller): MaybeCaller) -> Answer<Json<Session>> {
    match caller {
        Some(caller) => signed_in(&app, &caller.staff).await.map(Json),
        None => signed_out(&app).await.map(Json),
    }
}

/// Sign in with address and password.
#[utoipa::path(post, path = "/api/session", tag = "access", operation_id = "sign_in",
    request_body = Credentials, responses((status = 200, body = Session), (status = 401), (status = 429)))]
pub async fn sign_in(
    State(app): State<App>,
    MaybeCaller(before): MaybeCaller,
    extensions: Extensions,
    headers: HeaderMap,
    Json(credentials): Json<Credentials>,
) -> Answer<impl IntoResponse> {
    let account = credentials.email.trim().to_lowercase();
    let address = listen::peer(&app, &extensions, &headers);
    app.attempts().begin(&account, address, app.now()).map_err(too_many)?;
    let email = account.clone();
    let staff = app.ask(move |store| store.staff_by_email(&email)).await?;
    let hash = staff.as_ref().and_then(|staff| staff.password_hash.clone());
    let fits = app
        .with_password(move || crate::secret::verify_password(&credentials.password, hash.as_deref()))
        .await?;
    let staff = staff.filter(|staff| fits && staff.disabled_at.is_none()).ok_or_else(wrong_credentials)?;
    app.attempts().succeeded(&account, address);
    begin(&app, before, &staff).await
}

/// Sign in with a one-time link.
#[utoipa::path(post, path = "/api/session/link", tag = "access", operation_id = "sign_in_by_link",
    request_body = SignInToken, responses((status = 200, body = Session), (status = 401), (status = 429)))]
pub async fn sign_in_by_link(
    State(app): State<App>,
    MaybeCaller(before): MaybeCaller,
    extensions: Extensions,
    headers: HeaderMap,
    Json(SignInToken { token }): Json<SignInToken>,
) -> Answer<impl IntoResponse> {
    let address = listen::peer(&app, &extensions, &headers);
    app.attempts().begin("", address, app.now()).map_err(too_many)?;
    let (digest, now) = (crate::secret::digest(&token), app.now());
    let staff = app
        .ask(move |store| {
            let id = store.take_one_time_token(&digest, OneTimePurpose::SignIn, now)?;
            id.map_or(Ok(None), |id| store.staff(id))
        })
        .await?;
    let staff = staff.filter(|staff| staff.disabled_at.is_none()).ok_or_else(|| {
        let message =
            "this link was used before or is too old; ask for a new one or sign in with your password";
        Failure::new(StatusCode::UNAUTHORIZED, "wrong_token", message)
    })?;
    app.attempts().succeeded("", address);
    begin(&app, before, &staff).await
}

/// Sign out.
#[utoipa::path(delete, path = "/api/session", tag = "access", operation_id = "sign_out",
    responses((status = 204)))]
pub async fn sign_out(State(app): State<App>, MaybeCaller(caller): MaybeCaller) -> Answer<impl IntoResponse> {
    if let Some(caller) = caller {
        app.ask(move |store| store.end_session(&caller.session)).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, guard::no_cookie(&app))]))
}

/// Change one's own password; every other session of the person ends.
#[utoipa::path(put, path = "/api/session/password", tag = "access", operation_id = "change_password",
    request_body = PasswordChange, responses((status = 200, body = Session), (status = 422), (status = 429)))]
pub async fn change_password(
    State(app): State<App>,
    caller: Caller,
    extensions: Extensions,
    headers: HeaderMap,
    Json(change): Json<PasswordChange>,
) -> Answer<impl IntoResponse> {
    check_password(&change.new, "new")?;
    let account = caller.staff.email.clone();
    let address = listen::peer(&app, &extensions, &headers);
    app.attempts().begin(&account, address, app.now()).map_err(too_many)?;
    let hash = caller.staff.password_hash.clone();
    let new = app
        .with_password(move || {
            // Who came in by a link has no password yet and sets the first one.
            let fits = hash.is_none() || crate::secret::verify_password(&change.current, hash.as_deref());
            fits.then(|| crate::secret::hash_password(&change.new))
        })
        .await?;
    let new = new.ok_or_else(|| {
        Failure::invalid(
            "wrong_credentials",
            "current",
            "the current password is not the one you signed in with",
        )
    })?;
    app.attempts().succeeded(&account, address);
    let id = caller.staff.id;
    let staff = app
        .ask(move |store| {
            store.set_password(id, &new, None)?;
            store.staff(id)
        })
        .await?
        .ok_or_else(Failure::signed_out)?;
    begin(&app, None, &staff).await
}

/// Begins a session of its own number; the one before ends, so that nobody can plant one.
pub async fn begin(
    app: &App,
    before: Option<Caller>,
    staff: &Staff,
) -> Answer<([(axum::http::HeaderName, HeaderValue); 1], Json<Session>)> {
    let token = crate::secret::token();
    let (digest, now, id) = (crate::secret::digest(&token), app.now(), staff.id);
    app.ask(move |store| {
        if let Some(before) = before {
            store.end_session(&before.session)?;
        }
        store.add_session(&digest, id, now, guard::session_end(now, now))
    })
    .await?;
    let session = signed_in(app, staff).await?;
    Ok(([(SET_COOKIE, guard::session_cookie(app, &token))], Json(session)))
}

async fn signed_in(app: &App, staff: &Staff) -> Answer<Session> {
    let (company, has_facts) = app.ask(|store| Ok((store.company()?, store.has_facts()?))).await?;
    let may = |right| staff.role.may(right);
    Ok(Session {
        state: SessionState::SignedIn,
        staff: Some(SignedInStaff {
            id: staff.id,
            name: staff.name.clone(),
            email: staff.email.clone(),
            role: staff.role.into(),
            has_password: staff.password_hash.is_some(),
        }),
        rights: Rights {
            margin: may(Right::Margin),
            import: may(Right::Import),
            administer: may(Right::Administer),
        },
        company: company.map(Company::from),
        demo: app.settings().demo,
        has_facts,
        settled_currency: None,
    })
}

async fn signed_out(app: &App) -> Answer<Session> {
    let (first_run, has_facts, settled) = app
        .ask(|store| match store.is_first_run()? {
            true => Ok((true, store.has_facts()?, store.settled_currencies()?.first().copied())),
            false => Ok((false, false, None)),
        })
        .await?;
    Ok(Session {
        state: if first_run { SessionState::FirstRun } else { SessionState::SignedOut },
        staff: None,
        rights: Rights::default(),
        company: None,
        demo: app.settings().demo,
        has_facts,
        settled_currency: settled.map(|currency| currency.code().to_string()),
    })
}

impl From<store::Company> for Company {
    fn from(company: store::Company) -> Company {
        Company { name: company.name, currency: company.currency.code().to_string() }
    }
}

/// The same words whether the account exists or not.
fn wrong_credentials() -> Failure {
    Failure::new(StatusCode::UNAUTHORIZED, "wrong_credentials", "address or password are wrong")
}

fn too_many(wait_seconds: u64) -> Failure {
    let message = format!("too many attempts; try again in {} minutes", wait_seconds.div_ceil(60));
    Failure::too_often("too_many_attempts", message, wait_seconds)
}

/// Refuses a password that would not hold.
pub fn check_password(password: &str, field: &'static str) -> Answer<()> {
    match crate::secret::password_problem(password) {
        Some(problem) => Err(Failure::invalid("weak_password", field, problem)),
        None => Ok(()),
    }
}
