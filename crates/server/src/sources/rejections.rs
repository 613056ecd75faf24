//! The rows that an import could not take, as a file to mend and bring in again.

use serde::{Deserialize, Serialize};
use sources::{Language, Problem, Rejection, Said};
use std::io::Write;
use store::{ImportId, Store};

/// One thing that is wrong with a row, as it is kept with the row.
#[derive(Debug, Serialize, Deserialize)]
pub struct Told {
    /// The column, where the problem lies in one.
    pub column: Option<String>,
    /// Cause and remedy, in no language yet.
    pub said: Said,
}

/// What is wrong with a row, to be kept with it.
pub fn to_keep(rejection: &Rejection) -> Option<String> {
    let told = |problem: Problem| Told { column: problem.column, said: problem.said };
    serde_json::to_string(&rejection.problems().into_iter().map(told).collect::<Vec<_>>()).ok()
}

/// What was kept of a row; nothing for a row of a version that kept no words, or knew others.
pub fn kept(said: Option<&str>) -> Vec<Told> {
    said.and_then(|said| serde_json::from_str(said).ok()).unwrap_or_default()
}

/// Writes the rejected rows of an import: the original columns and the reason.
pub fn write(store: &Store, import: ImportId, language: Language, out: &mut dyn Write) -> store::Result<()> {
    let found =
        store.import(import)?.ok_or_else(|| store::Error::Refused(format!("there is no import {import}")))?;
    let mapping = sources::Mapping::from_toml(&found.mapping)
        .map_err(|error| store::Error::Refused(format!("the mapping of import {import}: {error}")))?;
    let mut writer = sources::write_rejections(out, &found.header, &mapping.format)?;
    store.each_rejection(import, |row| {
        let told = kept(row.said.as_deref());
        let reason = match told.as_slice() {
            // The words of the version that rejected it.
            [] => sources::reason_as_told(row.row, row.column.as_deref(), &row.cause, &row.remedy),
            told => {
                let problems = told.iter().map(|told| (told.column.as_deref(), &told.said));
                sources::reason(row.row, problems, language)
            }
        };
        writer.write(&row.cells, &reason)?;
        Ok(())
    })?;
    writer.finish()?.flush()?;
    Ok(())
}
