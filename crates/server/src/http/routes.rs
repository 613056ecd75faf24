//! Every route of the API in one table: method, address, who may, and what answers.
//!
//! The router and the OpenAPI document are built from it, the right is checked before the handler runs, and a
//! test goes over it with every role. A route that is not in this table does not exist.

use super::guard::{self, Who};
use super::headers::secure;
use super::{App, Json, pages};
use crate::access::{first_run, session, staff, views};
use crate::accounts;
use crate::customers::{export, fields, list, one, outlook, search};
use crate::equity::{home, retention_file, shown, turnover};
use crate::jobs::handlers as jobs;
use crate::sources::{imports, uploads};
use access::Right::{Administer, Import, Margin};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder};
use utoipa::{OpenApi as _, ToSchema};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

/// One line of the table.
pub struct Route {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// With the names of its parts in braces.
    pub path: &'static str,
    /// Who may use it.
    pub who: Who,
    operation: UtoipaMethodRouter<App>,
}

/// The largest body of a request that is not an upload.
const LARGEST_BODY: usize = 1 << 20;

/// Every route there is.
#[rustfmt::skip]
pub fn table() -> Vec<Route> {
    use Who::{Anybody, SignedIn, With};
    let route = |method, path, who, operation| Route { method, path, who, operation };
    vec![
        route("GET",    "/health",                        Anybody,          routes!(health)),
        route("GET",    "/api/openapi.json",              Anybody,          routes!(openapi)),

        route("GET",    "/api/session",                   Anybody,          routes!(session::read)),
        route("POST",   "/api/session",                   Anybody,          routes!(session::sign_in)),
        route("POST",   "/api/session/link",              Anybody,          routes!(session::sign_in_by_link)),
        route("DELETE", "/api/session",                   Anybody,          routes!(session::sign_out)),
        route("PUT",    "/api/session/password",          SignedIn,         routes!(session::change_password)),
        route("POST",   "/api/first-run",                 Anybody,          routes!(first_run::open)),
        route("GET",    "/api/company",                   With(Administer), routes!(first_run::read_company)),
        route("PUT",    "/api/company",                   With(Administer), routes!(first_run::put_company)),
        route("GET",    "/api/staff",                     With(Administer), routes!(staff::list)),
        route("POST",   "/api/staff",                     With(Administer), routes!(staff::add)),
        route("GET",    "/api/staff/owners",              With(Administer), routes!(staff::owners)),
        route("PUT",    "/api/staff/{id}",                With(Administer), routes!(staff::put)),
        route("POST",   "/api/staff/{id}/link",           With(Administer), routes!(staff::add_link)),

        route("GET",    "/api/portfolio",                 SignedIn,         routes!(crate::portfolio::portfolio)),
        route("GET",    "/api/home",                      With(Margin),     routes!(home::home)),
        route("GET",    "/api/equity",                    With(Margin),     routes!(shown::equity)),
        route("GET",    "/api/equity/months",             With(Margin),     routes!(shown::months)),
        route("GET",    "/api/equity/customers",          With(Margin),     routes!(shown::customers)),
        route("GET",    "/api/turnover",                  With(Margin),     routes!(turnover::turnover)),
        route("GET",    "/api/alarm",                     With(Margin),     routes!(turnover::alarm_page)),
        route("GET",    "/api/retention",                 With(Margin),     routes!(turnover::retention)),
        route("GET",    "/api/retention/export",          With(Margin),     routes!(retention_file::export)),
        route("GET",    "/api/coherence",                 With(Margin),     routes!(crate::coherence::matrix::read)),
        route("GET",    "/api/level-rules",               With(Margin),     routes!(crate::coherence::rules::read)),
        route("PUT",    "/api/level-rules",               With(Administer), routes!(crate::coherence::rules::put)),
        route("POST",   "/api/level-rules/preview",       With(Margin),     routes!(crate::coherence::rules::preview)),
        route("GET",    "/api/worklist",                  With(Margin),     routes!(crate::coherence::worklist::read)),
        route("POST",   "/api/worklist/{id}/decision",    With(Administer), routes!(crate::coherence::worklist::decide)),
        route("GET",    "/api/classes",                   With(Margin),     routes!(crate::coherence::classes::read)),
        route("GET",    "/api/classes/bargain-hunters",   With(Margin),     routes!(crate::coherence::classes::bargain_hunters)),
        route("GET",    "/api/migrations",                With(Margin),     routes!(crate::coherence::migrations::read)),
        route("GET",    "/api/migrations/customers",      With(Margin),     routes!(crate::coherence::migrations::customers)),
        route("GET",    "/api/model",                     With(Margin),     routes!(crate::model::model)),
        route("GET",    "/api/model/backtest",            With(Margin),     routes!(crate::model::backtest)),
        route("POST",   "/api/valuations",                With(Import),     routes!(crate::value::add)),
        route("GET",    "/api/refits",                    With(Import),     routes!(crate::value::refits::read)),
        route("POST",   "/api/refits/{id}/adoption",      With(Import),     routes!(crate::value::refits::adopt)),
        route("POST",   "/api/refits/{id}/dismissal",     With(Import),     routes!(crate::value::refits::dismiss)),
        route("GET",    "/api/valuation-settings",        With(Administer), routes!(crate::value::settings::read)),
        route("PUT",    "/api/valuation-settings",        With(Administer), routes!(crate::value::settings::put)),

        route("GET",    "/api/customers",                 SignedIn,         routes!(list::list)),
        route("GET",    "/api/customers/fields",          SignedIn,         routes!(fields::fields)),
        route("GET",    "/api/customers/export",          SignedIn,         routes!(export::export)),
        route("GET",    "/api/customers/{id}",            SignedIn,         routes!(one::customer)),
        route("GET",    "/api/customers/{id}/timeline",   SignedIn,         routes!(one::timeline)),
        route("GET",    "/api/customers/{id}/outlook",    SignedIn,         routes!(outlook::outlook)),
        route("GET",    "/api/customers/{id}/serving",    With(Margin),     routes!(crate::value::serving::customer)),
        route("GET",    "/api/customers/{id}/account",    With(Margin),     routes!(accounts::customer::account)),
        route("GET",    "/api/customers/{id}/account/facts", With(Margin),  routes!(accounts::customer::facts)),
        route("GET",    "/api/accounts",                  With(Margin),     routes!(accounts::totals::accounts)),
        route("GET",    "/api/accounts/beside",           With(Margin),     routes!(accounts::beside::beside)),
        route("GET",    "/api/accounts/customers",        With(Margin),     routes!(accounts::totals::behind::customers)),
        route("GET",    "/api/accounts/facts",            With(Margin),     routes!(accounts::totals::behind::facts)),
        route("GET",    "/api/accounts/facts/export",     With(Margin),     routes!(accounts::totals::facts_file::export)),
        route("GET",    "/api/catalogue",                 With(Margin),     routes!(accounts::catalogue::read)),
        route("PUT",    "/api/catalogue",                 With(Administer), routes!(accounts::catalogue::put)),
        route("GET",    "/api/catalogue/presets",         With(Margin),     routes!(accounts::catalogue::presets)),
        route("POST",   "/api/catalogue/preview",         With(Administer), routes!(accounts::preview::preview)),
        route("POST",   "/api/catalogue/confirm",         With(Administer), routes!(accounts::catalogue::confirm)),
        route("GET",    "/api/search",                    SignedIn,         routes!(search::search)),
        route("GET",    "/api/views",                     SignedIn,         routes!(views::list)),
        route("POST",   "/api/views",                     SignedIn,         routes!(views::add)),
        route("PUT",    "/api/views/{id}",                SignedIn,         routes!(views::put)),
        route("DELETE", "/api/views/{id}",                SignedIn,         routes!(views::remove)),

        route("GET",    "/api/jobs",                      With(Import),     routes!(jobs::list)),
        route("GET",    "/api/jobs/{id}",                 With(Import),     routes!(jobs::read)),
        route("POST",   "/api/jobs/{id}/cancellation",    With(Import),     routes!(jobs::cancel)),
        route("POST",   "/api/jobs/{id}/resumption",      With(Import),     routes!(jobs::resume)),

        route("GET",    "/api/sources",                   With(Import),     routes!(crate::portfolio::sources)),
        route("POST",   "/api/uploads",                   With(Import),     routes!(uploads::add)),
        route("GET",    "/api/uploads/{id}",              With(Import),     routes!(uploads::read)),
        route("PUT",    "/api/uploads/{id}/format",       With(Import),     routes!(uploads::put_format)),
        route("POST",   "/api/uploads/{id}/check",        With(Import),     routes!(uploads::check)),
        route("POST",   "/api/imports",                   With(Import),     routes!(imports::add)),
        route("GET",    "/api/imports",                   With(Import),     routes!(imports::list)),
        route("GET",    "/api/imports/{id}",              With(Import),     routes!(imports::read)),
        route("GET",    "/api/imports/{id}/rejections",   With(Import),     routes!(imports::rejected)),
        route("GET",    "/api/imports/{id}/mapping",      With(Import),     routes!(imports::mapping)),
        route("POST",   "/api/imports/{id}/retraction",   With(Import),     routes!(imports::retract)),
        route("GET",    "/api/templates/{kind}",          With(Import),     routes!(imports::template)),
    ]
}

/// The table as a router, with what stands before and around every route.
pub fn router(app: App) -> Router {
    let mut api = OpenApiRouter::new();
    for Route { method, path, who, operation: (schemas, paths, handler) } in table() {
        assert!(is_documented(&paths, method, path), "the table and the handler of {method} {path} disagree");
        let guarded = {
            let app = app.clone();
            from_fn(move |request: Request, next: Next| guard::admit(who, app.clone(), request, next))
        };
        api = api.routes((schemas, paths, handler.layer(guarded)));
    }
    let (router, _) = api.split_for_parts();
    router
        .fallback(pages::page)
        .method_not_allowed_fallback(pages::wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(app.clone(), guard::outer))
        .layer(from_fn_with_state(app.clone(), secure))
        .with_state(app)
}

fn is_documented(paths: &utoipa::openapi::Paths, method: &str, path: &str) -> bool {
    paths.paths.get(path).is_some_and(|item| match method {
        "GET" => item.get.is_some(),
        "POST" => item.post.is_some(),
        "PUT" => item.put.is_some(),
        "DELETE" => item.delete.is_some(),
        _ => false,
    })
}

/// The API as an OpenAPI 3.1 document, in JSON with a line's end.
pub fn document() -> String {
    let mut api = OpenApiRouter::<App>::with_openapi(head());
    for route in table() {
        api = api.routes(route.operation);
    }
    let (_, openapi) = api.split_for_parts();
    openapi.to_pretty_json().expect("a document of plain data is JSON")
}

#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(super::error::ErrorBody)))]
struct Common;

fn head() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Clientela")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "The staff API. Sign in with POST /api/session; a cookie holds the session. Every change needs the \
             header `x-clientela: 1`. Errors have one shape, ErrorBody. Money is a decimal string with its currency, \
             null is unknown.",
        ))
        .build();
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("clientela")));
    let components = Common::openapi().components.unwrap_or_else(|| ComponentsBuilder::new().build());
    let mut components = components;
    components.add_security_scheme("session", cookie);
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

/// Whether the server is well.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct Health {
    #[schema(example = "ok")]
    pub status: String,
    pub version: String,
}

/// Whether the server and its database answer.
#[utoipa::path(get, path = "/health", tag = "house", operation_id = "health",
    responses((status = 200, body = Health), (status = 503)))]
async fn health(axum::extract::State(app): axum::extract::State<App>) -> super::error::Answer<Json<Health>> {
    app.ask(|store| store.change_number()).await?;
    Ok(Json(Health { status: "ok".to_string(), version: env!("CARGO_PKG_VERSION").to_string() }))
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "house", operation_id = "openapi",
    responses((status = 200, content_type = "application/json", body = Object)))]
async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], document())
}
