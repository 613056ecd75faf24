//! The rows that an import could not take, as a file to mend and bring in again.

use std::io::Write;
use store::{ImportId, Store};

/// Writes the rejected rows of an import: the original columns and the reason.
pub fn write(store: &Store, import: ImportId, out: &mut dyn Write) -> store::Result<()> {
    let found =
        store.import(import)?.ok_or_else(|| store::Error::Refused(format!("there is no import {import}")))?;
    let mapping = sources::Mapping::from_toml(&found.mapping)
        .map_err(|error| store::Error::Refused(format!("the mapping of import {import}: {error}")))?;
    let mut writer = sources::write_rejections(out, &found.header, &mapping.format)?;
    store.each_rejection(import, |row| {
        writer.write(&rejection(row))?;
        Ok(())
    })?;
    writer.finish()?.flush()?;
    Ok(())
}

fn rejection(row: store::RejectedRow) -> sources::Rejection {
    let code = serde_json::from_value(serde_json::Value::String(row.code));
    sources::Rejection {
        row: row.row,
        column: row.column,
        code: code.unwrap_or(sources::RejectionCode::Contradiction),
        cause: row.cause,
        remedy: row.remedy,
        also: Vec::new(),
        cells: row.cells,
    }
}
