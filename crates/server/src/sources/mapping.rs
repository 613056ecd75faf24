//! How a file is understood, on the wire: the same words as in the mapping file.

use crate::http::Failure;
use crate::http::error::Answer;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How a file is read and what its columns mean.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Mapping {
    /// `sales`, `customers`, `payments`, `interactions`, `requests`, `reviews`, `referrals` or `costs`.
    pub kind: String,
    /// The currency of amounts whose row names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    pub format: Format,
    /// Which column, or columns, fill what: `{"customer": "Customer ID"}`.
    #[serde(default)]
    pub columns: BTreeMap<String, Columns>,
    /// Values that are the same for every row.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fixed: BTreeMap<String, String>,
    /// What to make of special rows.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub rules: serde_json::Map<String, serde_json::Value>,
}

/// One column, or several.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum Columns {
    One(String),
    Several(Vec<String>),
}

/// How bytes become rows of cells.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Format {
    /// `delimited`, `ndjson`, `xlsx` or `parquet`.
    #[serde(rename = "type")]
    pub format_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_lines: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal: Option<String>,
    /// `dmy`, `mdy` or `ymd`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
}

impl Mapping {
    /// On the wire it looks as in the mapping file.
    pub fn of(mapping: &sources::Mapping) -> Answer<Mapping> {
        let json = serde_json::to_value(mapping).map_err(Failure::ours)?;
        serde_json::from_value(json).map_err(Failure::ours)
    }

    /// Back from the wire, checked.
    pub fn read(&self) -> Answer<sources::Mapping> {
        let invalid = |message: String| Failure::invalid("invalid_mapping", "mapping", message);
        let unknown = |_| {
            invalid("the mapping names something that is not known here; begin again from the guess".into())
        };
        let json = serde_json::to_value(self).map_err(Failure::ours)?;
        let mapping: sources::Mapping = serde_json::from_value(json).map_err(unknown)?;
        mapping.check().map_err(|error| invalid(error.to_string()).saying(error.said()))?;
        Ok(mapping)
    }
}
