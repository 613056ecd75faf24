//! How much of the margins nobody told: sale lines for which the mapping of their import assumed one, and how to mend it.

use crate::customers::one::Measure;
use crate::value::Summary;
use serde::Serialize;
use store::{AssumedMargins, Store};
use utoipa::ToSchema;

/// Under which the counts of all customers are kept.
const PART: &str = "assumed_margins";

/// Margins that were assumed, where the file told neither margin nor unit cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AssumedMargin {
    /// Sale lines.
    pub lines: u64,
    /// Customers who have one or more.
    pub customers: u64,
    /// By the per cent of the amount that was assumed.
    pub percents: Vec<AssumedPercent>,
    /// How to have margins that are told.
    pub remedy: String,
}

/// Lines with the same assumption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AssumedPercent {
    pub percent: u32,
    pub lines: u64,
}

const REMEDY: &str = "undo the import and bring the file in again with a column of margin or unit cost, or with another \
                      assumed_margin_percent in its mapping";

impl AssumedMargin {
    /// What was counted; `None` where every margin was told.
    pub fn of(counted: &AssumedMargins) -> Option<AssumedMargin> {
        let percents = counted.percents.iter();
        (counted.lines > 0).then(|| AssumedMargin {
            lines: counted.lines,
            customers: counted.customers,
            percents: percents
                .map(|(percent, lines)| AssumedPercent { percent: *percent, lines: *lines })
                .collect(),
            remedy: REMEDY.to_string(),
        })
    }

    /// Of all customers, as the last valuation counted them.
    pub fn of_base(store: &Store) -> store::Result<Option<AssumedMargin>> {
        let kept = store.coherence(PART)?.and_then(|text| serde_json::from_str::<AssumedMargins>(&text).ok());
        Ok(kept.as_ref().and_then(AssumedMargin::of))
    }

    /// The same, where values rest on margins: what was assumed says nothing of values in revenue.
    pub fn of_values(store: &Store) -> store::Result<Option<AssumedMargin>> {
        let run = store.newest_valuation()?;
        let measure = run.as_ref().and_then(Summary::of).map_or(Measure::Margin, |summary| summary.measure);
        match measure {
            Measure::Margin => AssumedMargin::of_base(store),
            _ => Ok(None),
        }
    }

    /// For a line of a command.
    pub fn in_words(&self) -> String {
        let percents: Vec<String> = self.percents.iter().map(|of| format!("{} %", of.percent)).collect();
        format!(
            "margin assumed at {} for {} of {}: {}",
            percents.join(", "),
            crate::commands::counted(self.lines, "line", "lines"),
            crate::commands::counted(self.customers, "customer", "customers"),
            self.remedy
        )
    }
}

/// Counts them anew and keeps the counts.
pub fn count(
    store: &Store,
    progress: &crate::jobs::Progress,
) -> Result<serde_json::Value, crate::jobs::work::JobError> {
    progress.expect(None, "facts");
    let counted = store.assumed_margins(|| progress.check().map_err(|_| store::Error::Cancelled));
    progress.check()?;
    let counted = serde_json::to_value(counted?).expect("counts are plain data");
    store.put_coherence(PART, &counted.to_string())?;
    Ok(counted)
}
