//! Everybody on the list of whom to keep as a file for spreadsheets, part by part.

use super::ahead::Rates;
use super::returns::KeptReturns;
use super::shown::{Read, read};
use super::turnover::{NAMED_AT_ONCE, RetentionRow, not_known_whom};
use crate::customers::export::streamed;
use crate::http::error::Answer;
use crate::http::{App, Caller};
use crate::spreadsheet;
use access::Reader;
use axum::extract::State;
use axum::response::IntoResponse;
use std::ops::ControlFlow;
use store::Store;

const HEAD: &str = "customer name level worth_level value risk recoverability basis at_stake worth_saving currency \
                    owner last_purchase";

/// Writes the file: `write` gets it part by part, the names of the columns first, and may break it off. `None` before it
/// is known who is at risk.
pub fn retention_file(
    store: &Store,
    reader: &Reader,
    write: impl FnMut(String) -> ControlFlow<()>,
) -> store::Result<Option<()>> {
    match Read::of(store)?.filter(Read::knows_whom) {
        Some(read) => read.retention_file(store, reader, write).map(Some),
        None => Ok(None),
    }
}

impl Read {
    fn retention_file(
        &self,
        store: &Store,
        reader: &Reader,
        mut write: impl FnMut(String) -> ControlFlow<()>,
    ) -> store::Result<()> {
        let (_, rules) = crate::coherence::rules::in_force(store)?;
        let past = KeptReturns::of(store)?.and_then(|kept| kept.recovered());
        let rates = Rates::of(&rules.recoverability, past.as_ref());
        let Some(ahead) = &self.ahead else { return Ok(()) };
        let list = ahead.to_keep(store, &rates, usize::MAX)?;
        let head: Vec<String> = HEAD.split_whitespace().map(str::to_string).collect();
        let mut text = spreadsheet::begin(&head);
        for part in list.rows.chunks(NAMED_AT_ONCE) {
            text.extend(self.named(store, reader, part)?.iter().map(|row| spreadsheet::line(&cells(row))));
            if write(std::mem::take(&mut text)).is_break() {
                return Ok(());
            }
        }
        if !text.is_empty() {
            // Nobody is at risk: a file of the names of its columns.
            let _ = write(text);
        }
        Ok(())
    }
}

fn cells(row: &RetentionRow) -> [String; 13] {
    [
        row.customer.to_string(),
        row.name.clone().unwrap_or_default(),
        row.level.as_ref().map(word).unwrap_or_default(),
        row.worth_level.as_ref().map(word).unwrap_or_default(),
        row.value.amount.clone(),
        row.risk.to_string(),
        row.recoverability.to_string(),
        word(&row.basis),
        row.at_stake.amount.clone(),
        row.worth_saving.amount.clone(),
        row.value.currency.clone(),
        row.owner.clone().unwrap_or_default(),
        row.last_purchase.clone().unwrap_or_default(),
    ]
}

/// The word under which the API tells a value.
pub fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => "-".to_string(),
    }
}

/// Everybody on the list of whom to keep as a CSV file, the most to save first; cells that a spreadsheet would take for formulae
/// are guarded.
#[utoipa::path(get, path = "/api/retention/export", tag = "equity", operation_id = "export_retention",
    responses((status = 200, content_type = "text/csv", body = String), (status = 403), (status = 409)))]
pub async fn export(State(app): State<App>, caller: Caller) -> Answer<impl IntoResponse> {
    let read = read(&app).await?;
    if !read.knows_whom() {
        return Err(not_known_whom());
    }
    let store = app.blocking_store().clone();
    Ok(streamed("whom-to-keep.csv", move |write| read.retention_file(&store, &caller.reader, write)))
}
