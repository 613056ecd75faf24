//! `clientela retention`: whom an effort may keep, and what is recoverable of each level.

use super::{Done, Failed, House, counted, print};
use crate::equity::retention_file::{retention_file, word};
use crate::equity::turnover::{
    RecoverabilityBasis, RecoverableLevel, RetentionPage, RetentionRow, retention_page,
};
use crate::value_file::write_file;
use clap::Args;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// How many, and where to.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Customers to show
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Customers to pass over before them
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: usize,
    /// Where to write the whole list as CSV
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Names whom to keep, the most to save first.
pub fn run(house: &House, arguments: &Arguments) -> Done {
    let store = house.open_existing()?;
    let page = |offset, limit| retention_page(&store, &access::Reader::house(), offset, limit);
    let unknown = || Failed::Because("nobody knows yet who is at risk: run `clientela value` once".into());
    let found = page(arguments.offset, arguments.limit)?.ok_or_else(unknown)?;
    if let Some(file) = &arguments.out {
        write_file(file, |to| {
            let mut written = Ok(());
            let all = retention_file(&store, &access::Reader::house(), |text| {
                written = to.write_all(text.as_bytes());
                if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
            all.map_err(std::io::Error::other)?;
            written
        })?;
    }
    if house.json() {
        print(serde_json::to_value(&found).expect("an answer is plain data"));
    } else {
        tell(&found);
    }
    Ok(())
}

fn tell(found: &RetentionPage) {
    let (who, worth) = (counted(found.customers, "customer", "customers"), &found.worth_saving);
    print(format!(
        "as of {}, who is gone by {}: {who} worth an effort, {} {} at stake, {} worth saving",
        found.as_of, found.until, found.at_stake.amount, worth.currency, worth.amount
    ));
    for level in &found.levels {
        print(format!("  {:<12} {:>6.1} %  {}", word(&level.level), 100.0 * level.share, told(level)));
    }
    if let Some(history) = &found.history {
        print(format!(
            "of {} who stood at high risk at the end of {}, {} bought again within twelve months ({:.1} %)",
            counted(history.at_risk, "customer", "customers"),
            history.days.join(", "),
            history.returned,
            100.0 * history.share
        ));
        print(
            "that is the most that efforts of the past kept, averaged over everybody at risk, and none is the least",
        );
    }
    for row in &found.rows {
        let RetentionRow { customer, value, risk, recoverability, worth_saving, .. } = row;
        print(format!(
            "{customer:>8}  {:<32} {:>14} × {:>5.1} % × {:>5.1} % = {:>12}  {}",
            row.name.as_deref().unwrap_or("-"),
            value.amount,
            100.0 * risk,
            100.0 * recoverability,
            worth_saving.amount,
            word(&row.basis)
        ));
    }
}

/// Where a level's share comes from, in words.
fn told(level: &RecoverableLevel) -> String {
    match level.basis {
        RecoverabilityBasis::Estimated => format!(
            "estimated from {}, {} of whom came back; {:.0} % of it the level's own",
            counted(level.at_risk, "customer", "customers"),
            level.returned,
            100.0 * level.credibility
        ),
        RecoverabilityBasis::Set => match level.estimate {
            Some(estimate) => format!("set; the past would say {:.1} %", 100.0 * estimate),
            None => "set".to_string(),
        },
        RecoverabilityBasis::Assumed => "assumed".to_string(),
        RecoverabilityBasis::Measured => "measured".to_string(),
    }
}
