//! All facts behind a figure of the accounts as a file for spreadsheets, part by part.

use super::behind::{AccountFactRow, AccountFactsOf, Search};
use crate::customers::export::streamed;
use crate::http::error::Answer;
use crate::http::{App, Caller, Query};
use crate::spreadsheet;
use axum::extract::State;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::IntoParams;

const HEAD: &str = "day month kind customer customer_name document about channel source activity cause units driver amount \
                    currency";
const ROWS_A_PART: usize = 500;

/// Which facts over which months.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FactsFileQuery {
    /// `nobody` or `unpriced`.
    #[param(inline)]
    pub of: AccountFactsOf,
    /// A line of the accounts (of sales or costs) or `activity:` and its name; all costs unless said.
    #[serde(default)]
    #[param(required = false, example = "service")]
    pub line: String,
    /// First month; the twelfth before the last unless said.
    pub from: Option<String>,
    /// Last month, with it; the last of the accounts unless said.
    pub until: Option<String>,
}

/// The facts behind a figure of the accounts as a CSV file, all of them and in the order of the list; cells that a spreadsheet would
/// take for formulae are guarded.
#[utoipa::path(get, path = "/api/accounts/facts/export", tag = "accounts", operation_id = "export_facts_behind_accounts",
    params(FactsFileQuery),
    responses((status = 200, content_type = "text/csv", body = String), (status = 403), (status = 409), (status = 422)))]
pub async fn export(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<FactsFileQuery>,
) -> Answer<impl IntoResponse> {
    let search = app
        .off_thread({
            let (app, query) = (app.clone(), query.clone());
            move || {
                let (from, until) = (query.from.as_deref(), query.until.as_deref());
                Search::of(app.blocking_store(), query.of, &query.line, from, until)
            }
        })
        .await?;
    let name = match query.of {
        AccountFactsOf::Nobody => "facts-of-nobody.csv",
        AccountFactsOf::Unpriced => "facts-without-a-price.csv",
    };
    let store = app.blocking_store().clone();
    Ok(streamed(name, move |write| {
        let head: Vec<String> = HEAD.split_whitespace().map(str::to_string).collect();
        let mut text = spreadsheet::begin(&head);
        for part in search.found(&store, usize::MAX)?.places.chunks(ROWS_A_PART) {
            let rows = search.rows(&store, &caller.reader, part)?;
            text.extend(
                rows.into_iter().map(|row| spreadsheet::line(&cells(row, search.kept.currency.code()))),
            );
            if write(std::mem::take(&mut text)).is_break() {
                return Ok(());
            }
        }
        if !text.is_empty() {
            // There are none: a file of the names of its columns.
            let _ = write(text);
        }
        Ok(())
    }))
}

fn cells(row: AccountFactRow, currency: &str) -> [String; 15] {
    let currency = row.amount.as_ref().map(|_| currency.to_string());
    let customer = row.customer.map(|customer| customer.to_string());
    [
        Some(row.day),
        Some(row.month),
        Some(row.kind),
        customer,
        row.customer_name,
        row.document,
        row.about,
        row.channel,
        Some(row.source),
        row.activity,
        row.cause,
        row.units,
        row.driver,
        row.amount,
        currency,
    ]
    .map(Option::unwrap_or_default)
}
