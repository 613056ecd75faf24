//! What customer equity at all month ends of the market takes, by the call that a valuation makes.

use crate::market::{LAST_DAY, Market};
use ledger::Day;
use std::error::Error;
use std::time::Instant;
use value::month_ends::{Around, Asked, At, Family, LOST, ends_of_months, month_ends};
use value::newcomers::Likeness;
use value::{Choice, Margin, PurchaseLine, Question, fit_models, histories, lines_of_some};

/// Customers that the models in use are fitted on: a sample is as good here.
const FITTED: u64 = 20_000;

pub fn measure(market: Market, customers: usize, threads: usize) -> Result<(), Box<dyn Error>> {
    let last = Day(LAST_DAY);
    let line = |sale: &crate::market::Sale| PurchaseLine {
        customer: sale.customer,
        day: sale.day,
        amount: sale.cents,
        margin: Margin::UNKNOWN,
    };
    let mut lines: Vec<PurchaseLine> = market.sales().iter().map(line).collect();
    drop(market);
    let question = Question { horizon: "12m".parse()?, minor_digits: Some(2), choice: Choice::Blend };
    let some = lines_of_some(&lines, customers as u64, FITTED);
    let in_use = fit_models(&histories(some, last), &question);
    let first = lines.iter().map(|line| line.day).min().ok_or("no lines")?;
    let ends = ends_of_months(Day(first), last);
    let mut dates: Vec<At<'_>> = ends.iter().map(|day| At { day: *day, rate: 0.1, models: None }).collect();
    dates.last_mut().ok_or("no dates")?.models = Some(&in_use);
    let asked = Asked {
        dates: &dates,
        family: Family::of(&in_use),
        horizon: question.horizon,
        minor_digits: 2,
        lost_below: LOST,
        likeness: Likeness::nobody(),
        futures: Some(Around { day: last, since: Day(last.0 - 365) }),
        threads,
    };
    let before = (Instant::now(), cpu_seconds());
    let mut closings = vec![0.0; dates.len()];
    let mut passages = 0_u64;
    month_ends::<()>(
        &mut lines,
        &asked,
        |_| Ok(()),
        |period, stretch| {
            closings[period.place] += stretch.iter().map(|one| one.closing).sum::<f64>();
            passages += stretch.len() as u64;
            Ok(())
        },
    )
    .map_err(|()| "nothing stops the work")?;
    let members: Vec<String> =
        asked.family.weights().map(|(kind, weight)| format!("\"{}\":{weight:.4}", kind.code())).collect();
    println!(
        "{{\"customers\":{customers},\"lines\":{},\"dates\":{},\"threads\":{threads},\"members\":{{{}}},\
         \"passages\":{passages},\"wall\":{:.1},\"cpu\":{:.1},\"peak_mb\":{:.0},\"closings\":{:?}}}",
        lines.len(),
        dates.len(),
        members.join(","),
        before.0.elapsed().as_secs_f64(),
        cpu_seconds() - before.1,
        peak_megabytes(),
        closings.iter().map(|closing| (closing / 100.0) as i64).collect::<Vec<_>>(),
    );
    Ok(())
}

/// Of the whole process, all threads.
pub fn cpu_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = told.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    // User and system time, in hundredths of a second on every usual Linux.
    (ticks(11) + ticks(12)) / 100.0
}

fn peak_megabytes() -> f64 {
    let told = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = told.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
