//! The list as a file for spreadsheets, streamed page by page.

use super::list::{CustomerRow, Wanted};
use crate::http::error::Answer;
use crate::http::{App, Caller, Failure, Query};
use crate::spreadsheet;
use access::Field;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::ops::ControlFlow;
use utoipa::IntoParams;

/// Which customers, in which order, which columns.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// In the filter grammar.
    #[serde(default)]
    #[param(required = false)]
    pub filter: String,
    /// Words to look for.
    #[serde(default)]
    #[param(required = false)]
    pub q: String,
    /// Fields in order.
    #[serde(default)]
    #[param(required = false)]
    pub sort: String,
    /// Fields, from left to right; the usual ones unless said.
    #[serde(default)]
    #[param(required = false)]
    pub columns: String,
}

const ROWS_A_PAGE: u32 = 2_000;

/// The list as a CSV file; cells that a spreadsheet would take for formulae are guarded.
#[utoipa::path(get, path = "/api/customers/export", tag = "customers", operation_id = "export_customers",
    params(ExportQuery), responses((status = 200, content_type = "text/csv", body = String), (status = 422)))]
pub async fn export(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ExportQuery>,
) -> Answer<impl IntoResponse> {
    let columns = columns(&query.columns, &caller)?;
    let wanted = Wanted::parse(&app, &caller.reader, &query.filter, &query.q, &query.sort).await?;
    let store = app.blocking_store().clone();
    Ok(streamed("customers.csv", move |write| {
        let names: Vec<String> = columns.iter().map(|field| field.name().to_string()).collect();
        let mut text = spreadsheet::begin(&names);
        let mut offset = 0;
        loop {
            // The change number is not compared: a list that changes under a long export is read on as it is.
            let page = store.customers(&caller.reader, &wanted.page(offset, ROWS_A_PAGE))?;
            let is_last = (page.rows.len() as u64) < u64::from(ROWS_A_PAGE);
            offset += page.rows.len() as u64;
            for row in page.rows.into_iter().map(CustomerRow::from) {
                let cells: Vec<String> = columns.iter().map(|field| row.text(*field)).collect();
                text.push_str(&spreadsheet::line(&cells));
            }
            if write(std::mem::take(&mut text)).is_break() || is_last {
                return Ok(());
            }
        }
    }))
}

/// The columns asked for; one that who asks may not see does not exist for him.
fn columns(text: &str, caller: &Caller) -> Answer<Vec<Field>> {
    let usual = || caller.reader.fields().filter(|field| field.default_column()).collect();
    if text.trim().is_empty() {
        return Ok(usual());
    }
    let field = |name: &str| {
        let known = Field::from_name(name.trim()).filter(|field| caller.reader.sees(*field));
        known.ok_or_else(|| {
            Failure::invalid("unknown_field", "columns", format!("no field {:?}", name.trim()))
        })
    };
    text.split(',').take(Field::ALL.len() + 1).map(field).collect()
}

/// A file that `make` writes part by part, for as long as somebody wants more of it.
pub fn streamed(
    name: &str,
    make: impl FnOnce(&mut dyn FnMut(String) -> ControlFlow<()>) -> store::Result<()> + Send + 'static,
) -> Response {
    let (pages, body) = tokio::sync::mpsc::channel::<Result<Bytes, std::io::Error>>(2);
    tokio::task::spawn_blocking(move || {
        let mut write = |text| match pages.blocking_send(Ok(Bytes::from(text))) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        };
        if let Err(error) = make(&mut write) {
            // The head has gone out already: breaking the body off is what tells the browser.
            tracing::error!(cause = ?error.to_string(), "an export broke off");
            let _ = pages.blocking_send(Err(std::io::Error::other("the export broke off")));
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, Body::from_stream(Pages(body))).into_response()
}

/// The body of a file that is made part by part.
struct Pages(tokio::sync::mpsc::Receiver<Result<Bytes, std::io::Error>>);

impl futures_core::Stream for Pages {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}
