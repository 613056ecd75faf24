//! Finding a customer by what somebody types, typing errors forgiven.

use super::list::{Level, level, words};
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Caller, Json, Query};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::time::Instant;
use utoipa::{IntoParams, ToSchema};

/// What is typed.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// A part of a name or an account number.
    #[serde(default)]
    pub q: String,
}

/// What was found.
#[derive(Serialize, ToSchema)]
pub struct SearchResult {
    /// The best first, eight at most.
    pub customers: Vec<FoundCustomer>,
    /// Milliseconds it took here.
    pub took_ms: u64,
}

/// A customer that was found.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct FoundCustomer {
    pub id: i64,
    pub name: String,
    pub city: Option<String>,
    pub level: Option<Level>,
    /// Expected margin; expected spend for those who may not see margins.
    pub expected_value: Option<Money>,
}

const MOST: usize = 8;
const LONGEST: usize = 100;

/// Find customers by name or account number.
#[utoipa::path(get, path = "/api/search", tag = "customers", operation_id = "search", params(SearchQuery),
    responses((status = 200, body = SearchResult)))]
pub async fn search(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<SearchQuery>,
) -> Answer<Json<SearchResult>> {
    let began = Instant::now();
    let typed: String = words(&query.q).chars().take(LONGEST).collect();
    let found = app.ask(move |store| store.search(&caller.reader, &typed, MOST)).await?;
    let customers = found
        .into_iter()
        .map(|found| FoundCustomer {
            id: found.id.into(),
            name: found.name,
            city: found.city,
            level: found.level.and_then(level),
            expected_value: wire::money(found.expected_value),
        })
        .collect();
    Ok(Json(SearchResult { customers, took_ms: began.elapsed().as_millis() as u64 }))
}
