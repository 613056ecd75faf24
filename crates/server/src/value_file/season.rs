//! The season of a valued file, for programs and for people.

use serde_json::{Value, json};
use sources::MONTHS;
use value::season::Why;
use value::{SeasonalValuation, Seasonality};

/// What was found, as JSON.
pub(super) fn report(found: &SeasonalValuation) -> Value {
    let index = found.season.as_ref().map(|season| {
        let months = MONTHS.iter().zip(season.index.iter().zip(season.errors));
        let told =
            months.map(|(month, (index, error))| json!({ "month": month, "index": index, "error": error }));
        told.collect::<Vec<Value>>()
    });
    let trials: Vec<Value> = found
        .trials
        .iter()
        .map(|trial| {
            json!({
                "days_ago": trial.origin.days_ago,
                "horizon_days": trial.origin.horizon_days,
                "customers": trial.customers,
                "purchases": trial.actual,
                "foretold_with": trial.with,
                "foretold_without": trial.without,
                "log_score_with": trial.score_with,
                "log_score_without": trial.score_without,
            })
        })
        .collect();
    json!({
        "used": found.is_used,
        "reason": { "code": found.why.code(), "message": found.why.to_string() },
        "years": found.season.as_ref().map(|season| season.years),
        "dispersion": found.season.as_ref().map(|season| season.dispersion),
        "index": index,
        "trials": trials,
    })
}

/// What was found, in words; nothing where there is nothing to say.
pub(super) fn words(found: &SeasonalValuation, asked: Seasonality) -> Vec<String> {
    if !found.is_used {
        let is_told =
            asked == Seasonality::Monthly || matches!(found.why, Why::FewPurchases | Why::NotBetter);
        return if is_told { vec![found.why.to_string()] } else { Vec::new() };
    }
    let mut lines = vec![found.why.to_string()];
    if let Some(season) = &found.season {
        let by_index = |one: &usize, other: &usize| season.index[*one].total_cmp(&season.index[*other]);
        let (high, low) = ((0..12).max_by(by_index), (0..12).min_by(by_index));
        if let (Some(high), Some(low)) = (high, low) {
            lines.push(format!(
                "  a day in {} brings {:.2} times as much as an average one, a day in {} {:.2} times; times of the models \
                 are in weeks of average activity",
                MONTHS[high], season.index[high], MONTHS[low], season.index[low]
            ));
        }
    }
    if !found.trials.is_empty() {
        let miss = |of: fn(&value::season::SeasonTrial) -> f64| -> f64 {
            found.trials.iter().map(|trial| (of(trial) - trial.actual).abs()).sum()
        };
        lines.push(format!(
            "  on {} stretches of the past it misses the totals by {:.0} purchases, without it by {:.0}",
            found.trials.len(),
            miss(|trial| trial.with),
            miss(|trial| trial.without)
        ));
    }
    lines
}
