//! How much of the margins nobody told: sale lines for which the mapping of their import assumed one, and how to mend it.

use crate::customers::one::Measure as Valued;
use crate::value::Summary;
use ledger::Day;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use store::{AssumedMargins, AssumedMonth, MonthEndMeasure as Measure, Store};
use utoipa::ToSchema;

/// Under which the counts of all customers are kept.
const PART: &str = "assumed_margins";

/// The counts of all customers. Whose lines they are is kept by month, as columns of the base.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Counted {
    #[serde(flatten)]
    all: AssumedMargins,
    /// `None` where an older program counted.
    #[serde(default)]
    months: Option<Vec<LinesOfMonth>>,
}

/// The first day of a month, and its lines by the per cent assumed.
type LinesOfMonth = (i32, Vec<(u32, u64)>);

impl Counted {
    fn kept(store: &Store) -> store::Result<Option<Counted>> {
        Ok(store.coherence(PART)?.and_then(|text| serde_json::from_str(&text).ok()))
    }
}

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
        Ok(Counted::kept(store)?.and_then(|kept| AssumedMargin::of(&kept.all)))
    }

    /// Of all customers and some months, from the first day of one up to and without that of another; of all months where an
    /// older program counted.
    pub fn of_months(store: &Store, months: &Range<Day>) -> store::Result<Option<AssumedMargin>> {
        let Some(kept) = Counted::kept(store)? else { return Ok(None) };
        let Some(counted) = kept.months else { return Ok(AssumedMargin::of(&kept.all)) };
        let (mut percents, mut has) = (BTreeMap::new(), Vec::new());
        for (month, lines) in counted.into_iter().filter(|(month, _)| months.contains(&Day(*month))) {
            for (percent, lines) in lines {
                *percents.entry(percent).or_insert(0) += lines;
            }
            let column = store.month_end(Day(month), Measure::AssumedMargin)?.unwrap_or_default();
            has.resize(column.len().max(has.len()), false);
            for (has, mark) in has.iter_mut().zip(column) {
                *has |= mark.is_some();
            }
        }
        let customers = has.into_iter().filter(|has| *has).count() as u64;
        Ok(AssumedMargin::of(&AssumedMargins::of(percents, customers)))
    }

    /// The same, where values rest on margins: what was assumed says nothing of values in revenue.
    pub fn of_values(store: &Store) -> store::Result<Option<AssumedMargin>> {
        let run = store.newest_valuation()?;
        let measure = run.as_ref().and_then(Summary::of).map_or(Valued::Margin, |summary| summary.measure);
        match measure {
            Valued::Margin => AssumedMargin::of_base(store),
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
    let found = store.assumed_margins(|| progress.check().map_err(|_| store::Error::Cancelled));
    progress.check()?;
    let found = found?;
    for month in &found {
        keep(store, month)?;
    }
    let (mut percents, mut customers) = (BTreeMap::new(), BTreeSet::<u32>::new());
    for month in &found {
        for (percent, lines) in &month.percents {
            *percents.entry(*percent).or_insert(0) += lines;
        }
        customers.extend(&month.customers);
    }
    let all = AssumedMargins::of(percents, customers.len() as u64);
    let told = serde_json::to_value(&all).expect("counts are plain data");
    let months = found.iter().map(|month| (month.month.0, month.percents.clone())).collect();
    let counted = Counted { all, months: Some(months) };
    store.put_coherence(PART, &serde_json::to_string(&counted).expect("counts are plain data"))?;
    for old in store.month_ends(Measure::AssumedMargin)? {
        if !found.iter().any(|month| month.month == old) {
            store.drop_month_end(old, Measure::AssumedMargin)?;
        }
    }
    Ok(told)
}

/// Keeps whose lines they are.
fn keep(store: &Store, month: &AssumedMonth) -> store::Result<()> {
    let mut column = vec![None; month.customers.last().map_or(0, |last| *last as usize + 1)];
    for customer in &month.customers {
        column[*customer as usize] = Some(1);
    }
    store.put_month_end(month.month, Measure::AssumedMargin, &column)
}
