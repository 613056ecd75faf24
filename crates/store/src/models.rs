//! The models that values are computed by: fitted, proposed, adopted or dismissed, each with its number.

use crate::connection::{Connection, Row, binds, sql};
use crate::error::Result;
use crate::pool::Store;
use ledger::{Currency, Day, Moment};

/// Number of a fit.
pub type ModelsId = i64;

/// One fit of the models.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedModels {
    /// Its number; a new one gets its own when it is kept.
    pub id: ModelsId,
    /// When it was fitted.
    pub fitted_at: Moment,
    /// The last day whose facts it knew.
    pub until: Day,
    /// The horizon it is for, as asked.
    pub horizon: String,
    /// The currency of its money.
    pub currency: Currency,
    /// The number of the last fact that it knew.
    pub newest_fact: i64,
    /// The models, in words.
    pub model: String,
    /// The models as JSON.
    pub models: String,
    /// What adopting it would change beside the models in use then, as JSON; `None` where there were none.
    pub comparison: Option<String>,
}

impl Store {
    /// Keeps a fit that nobody decided about yet, and gives its number.
    pub fn add_models(&self, fit: &SavedModels) -> Result<ModelsId> {
        self.write(|tx| {
            let id = tx.take_ids("model_version", 1)?;
            let binds = binds![
                id,
                fit.fitted_at.0,
                i64::from(fit.until.0),
                &fit.horizon,
                fit.currency.code(),
                fit.newest_fact,
                &fit.model,
                &fit.models,
                fit.comparison.as_deref()
            ];
            tx.execute(sql!("value/add_models"), binds)?;
            Ok(id)
        })
    }

    /// Puts a fit in use; `by` is the member of staff who decided so, `None` where the house did.
    pub fn adopt_models(&self, id: ModelsId, at: Moment, by: Option<i64>) -> Result<()> {
        self.write(|tx| tx.execute(sql!("value/adopt_models"), binds![id, at.0, by]).map(|_| ()))
    }

    /// Lays a proposed fit aside: the models in use stay.
    pub fn dismiss_models(&self, id: ModelsId, at: Moment, by: Option<i64>) -> Result<()> {
        self.write(|tx| tx.execute(sql!("value/dismiss_models"), binds![id, at.0, by]).map(|_| ()))
    }

    /// The models in use: those adopted last.
    pub fn models_in_use(&self) -> Result<Option<SavedModels>> {
        self.read(|connection| first(connection, sql!("value/models_in_use")))
    }

    /// A fit by its number.
    pub fn models(&self, id: ModelsId) -> Result<Option<SavedModels>> {
        self.read(|connection| connection.first(sql!("value/models"), binds![id], saved_models))
    }

    /// The newest fit, where nobody decided about it yet.
    pub fn models_proposed(&self) -> Result<Option<SavedModels>> {
        self.read(|connection| first(connection, sql!("value/models_proposed")))
    }

    /// The newest fit, whatever became of it.
    pub fn newest_models(&self) -> Result<Option<SavedModels>> {
        self.read(|connection| first(connection, sql!("value/newest_models")))
    }

    /// The number of the newest fact; 0 in an empty base.
    pub fn newest_fact(&self) -> Result<i64> {
        self.read(|connection| {
            Ok(connection.first(sql!("identity/newest_fact"), binds![], |row| row.int(0))?.unwrap_or(0))
        })
    }
}

fn first(connection: &mut Connection, query: &'static str) -> Result<Option<SavedModels>> {
    connection.first(query, binds![], saved_models)
}

fn saved_models(row: &Row<'_>) -> Result<SavedModels> {
    Ok(SavedModels {
        id: row.int(0)?,
        fitted_at: Moment(row.int(1)?),
        until: row.day_or_null(2)?.expect("a fit has a last day"),
        horizon: row.string(3)?,
        currency: Currency::parse(row.text(4)?).map_err(|e| crate::Error::Refused(e.to_string()))?,
        newest_fact: row.int(5)?,
        model: row.string(6)?,
        models: row.string(7)?,
        comparison: row.string_or_null(8)?,
    })
}
