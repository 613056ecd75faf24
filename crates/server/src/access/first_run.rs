//! The first run: whoever started the server has the token from its console, and becomes the administrator.

use super::session::{Company, Session, begin, check_password};
use crate::http::error::Answer;
use crate::http::{App, Failure, Json, listen};
use crate::jobs::work::{Task, Valuing};
use axum::extract::State;
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::response::IntoResponse;
use ledger::{Currency, Moment};
use serde::{Deserialize, Serialize};
use store::{OneTimePurpose, Store};
use utoipa::ToSchema;

/// The first administrator and the company.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct FirstRun {
    /// From the server's console.
    pub token: String,
    pub name: String,
    pub email: String,
    #[schema(format = Password)]
    pub password: String,
    pub company: String,
    #[schema(example = "EUR")]
    pub currency: String,
}

const TOKEN_SECONDS: i64 = 24 * 3600;

/// Open the house; closed for ever once there is an administrator.
#[utoipa::path(post, path = "/api/first-run", tag = "access", operation_id = "first_run",
    request_body = FirstRun, responses((status = 201, body = Session), (status = 403), (status = 422)))]
pub async fn open(
    State(app): State<App>,
    extensions: Extensions,
    headers: HeaderMap,
    Json(first): Json<FirstRun>,
) -> Answer<impl IntoResponse> {
    let address = listen::peer(&app, &extensions, &headers);
    app.attempts().begin("", address, app.now()).map_err(|wait| {
        Failure::too_often("too_many_attempts", "too many attempts; try again in some minutes", wait)
    })?;
    let name = text(&first.name, "name")?;
    let email = email(&first.email)?;
    let company = company(&first.company, &first.currency)?;
    check_password(&first.password, "password")?;
    let hash = app.with_password(move || crate::secret::hash_password(&first.password)).await?;
    let (digest, now) = (crate::secret::digest(first.token.trim()), app.now());
    let opened = app
        .ask(move |store| {
            let before = store.company()?;
            let opened = store.first_run(&digest, now, &company, &name, &email, &hash)?;
            if opened.is_some() {
                value_in(store, before, &company, now)?;
            }
            Ok(opened)
        })
        .await?;
    app.jobs().ring();
    let staff = opened.ok_or_else(|| {
        let message =
            "this token is not the one on the server's console, is too old, or the house is open already";
        Failure::new(StatusCode::FORBIDDEN, "wrong_token", message)
    })?;
    Ok((StatusCode::CREATED, begin(&app, None, &staff).await?))
}

/// The company, as its settings show it.
#[derive(Serialize, ToSchema)]
pub struct CompanySettings {
    /// As pages show it.
    pub name: String,
    /// ISO 4217; customers are valued in it.
    #[schema(example = "EUR")]
    pub currency: String,
    /// There are sales: they decide the currency.
    pub currency_fixed: bool,
    /// Those it may become where it is fixed: its own while there are sales in it, else those of the sales.
    pub currencies: Vec<String>,
}

/// The company, and whether its currency may still change.
#[utoipa::path(get, path = "/api/company", tag = "access", operation_id = "company",
    responses((status = 200, body = CompanySettings), (status = 403)))]
pub async fn read_company(State(app): State<App>) -> Answer<Json<CompanySettings>> {
    let (company, settled) = app.ask(|store| Ok((store.company()?, store.settled_currencies()?))).await?;
    let Company { name, currency } = company.ok_or_else(|| Failure::unknown("company"))?.into();
    let currencies: Vec<String> = settled.iter().map(|currency| currency.code().to_string()).collect();
    Ok(Json(CompanySettings { name, currency, currency_fixed: !currencies.is_empty(), currencies }))
}

/// Change the company's name or currency.
#[utoipa::path(put, path = "/api/company", tag = "access", operation_id = "put_company",
    request_body = Company, responses((status = 200, body = Company), (status = 403), (status = 422)))]
pub async fn put_company(State(app): State<App>, Json(body): Json<Company>) -> Answer<Json<Company>> {
    let changed = company(&body.name, &body.currency)?;
    let (kept, now) = (changed.clone(), app.now());
    app.ask(move |store| {
        let before = store.company()?;
        store.set_company(&kept)?;
        value_in(store, before, &kept, now)
    })
    .await?;
    app.jobs().ring();
    Ok(Json(changed.into()))
}

/// Values what is there anew once the company counts in another currency.
fn value_in(
    store: &Store,
    before: Option<store::Company>,
    company: &store::Company,
    now: Moment,
) -> store::Result<()> {
    let moved = before.is_none_or(|before| before.currency != company.currency);
    if moved && store.has_facts()? {
        store.add_job(&Task::Value(Valuing::default()).queued(None), now)?;
    }
    Ok(())
}

/// A fresh token for the console while nobody has an account; `None` afterwards.
pub fn console_token(store: &Store, now: Moment) -> store::Result<Option<String>> {
    if !store.is_first_run()? {
        return Ok(None);
    }
    let token = crate::secret::token();
    let until = Moment(now.0 + TOKEN_SECONDS);
    store.add_one_time_token(&crate::secret::digest(&token), OneTimePurpose::FirstRun, None, until)?;
    Ok(Some(token))
}

fn company(name: &str, currency: &str) -> Answer<store::Company> {
    let currency = Currency::parse(currency)
        .map_err(|error| Failure::invalid("unknown_currency", "currency", error.to_string()))?;
    Ok(store::Company { name: text(name, "company")?, currency })
}

/// A name of one line, not blank, not endless.
pub fn text(text: &str, field: &'static str) -> Answer<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Failure::invalid("blank", field, "this may not be left blank"));
    }
    if text.chars().count() > 200 || text.chars().any(char::is_control) {
        return Err(Failure::invalid("bad_text", field, "one line of at most 200 characters, please"));
    }
    Ok(text.to_string())
}

/// An address that could be one, in lower case: accounts are found by it.
pub fn email(text: &str) -> Answer<String> {
    let email = text.trim().to_lowercase();
    let (name, host) = email.rsplit_once('@').unwrap_or_default();
    let odd = |c: char| c.is_control() || c.is_whitespace();
    if name.is_empty()
        || !host.contains('.') && host != "localhost"
        || email.len() > 254
        || email.chars().any(odd)
    {
        return Err(Failure::invalid("bad_email", "email", "this is no e-mail address"));
    }
    Ok(email)
}
