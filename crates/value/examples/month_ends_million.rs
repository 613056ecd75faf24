//! Measures customer equity at many month ends: `cargo run --release -p value --example month_ends_million`.
//!
//! Arguments: customers, lines a customer, month ends, threads, and `blend` or the code of a model. Makes customers who buy
//! at rates of their own and leave, over as many months, and prints one JSON line with wall and processor time and peak memory
//! (from Linux; zero elsewhere).

#[path = "../tests/made/mod.rs"]
#[allow(dead_code)]
mod made;

use ledger::Day;
use made::Chance;
use std::time::Instant;
use value::month_ends::{Asked, At, Family, LOST, ends_of_months, month_ends};
use value::{Choice, Margin, Models, PurchaseLine, Question, fit_models, histories, lines_of_some};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize, usual: usize| -> usize {
        arguments.get(place).and_then(|text| text.parse().ok()).unwrap_or(usual)
    };
    let (customers, each, months, threads) =
        (number(0, 1_000_000), number(1, 10), number(2, 36), number(3, 2));
    let choice = match arguments.get(4).map(String::as_str) {
        None | Some("blend") => Choice::Blend,
        Some(code) => Choice::One(code.parse().expect("the code of a model")),
    };
    // The last day of a month, so that the dates are month ends.
    let last = Day(20_422);
    let days = months as i32 * 365 / 12;
    let mut lines = lines(customers, each, days, last);
    let count = lines.len();
    let question = Question { horizon: "12m".parse().expect("a horizon"), minor_digits: Some(2), choice };
    let in_use = in_use(&lines, customers, last, &question);
    let ends = ends_of_months(Day(last.0 - days + 20), last);
    let mut dates: Vec<At<'_>> = ends.iter().map(|day| At { day: *day, rate: 0.1, models: None }).collect();
    dates.last_mut().expect("there is a last day").models = Some(&in_use);
    let asked = Asked {
        dates: &dates,
        family: Family::of(&in_use),
        horizon: question.horizon,
        minor_digits: 2,
        lost_below: LOST,
        threads,
    };
    let before = (Instant::now(), cpu_seconds());
    let mut closings = vec![0.0; dates.len()];
    let mut passages = 0_u64;
    let mut fitted = (0.0, 0.0);
    let result = month_ends::<()>(
        &mut lines,
        &asked,
        |part| {
            if part <= 0.25 {
                fitted = (before.0.elapsed().as_secs_f64(), cpu_seconds() - before.1);
            }
            Ok(())
        },
        |period, of_stretch| {
            closings[period.place] += of_stretch.iter().map(|one| one.closing).sum::<f64>();
            passages += of_stretch.len() as u64;
            Ok(())
        },
    );
    result.expect("nothing stops the work");
    let members: Vec<_> = in_use.lifetime.blend.members.iter().map(|one| one.model.kind().code()).collect();
    println!(
        "{{\"customers\":{customers},\"lines\":{count},\"dates\":{},\"threads\":{threads},\"members\":{members:?},\
         \"passages\":{passages},\"fit_wall_seconds\":{:.1},\"fit_cpu_seconds\":{:.1},\
         \"wall_seconds\":{:.1},\"cpu_seconds\":{:.1},\"peak_mb\":{:.0},\
         \"closings\":{:?}}}",
        dates.len(),
        fitted.0,
        fitted.1,
        before.0.elapsed().as_secs_f64(),
        cpu_seconds() - before.1,
        peak_megabytes(),
        closings.iter().map(|closing| (closing / 100.0) as i64).collect::<Vec<_>>(),
    );
}

/// Models as a valuation would have them in use; of a sample, which is as good here.
fn in_use(lines: &[PurchaseLine], customers: usize, last: Day, question: &Question) -> Models {
    fit_models(&histories(lines_of_some(lines, customers as u64, 20_000), last), question)
}

/// Customers who come over the whole time, buy at rates of their own and leave after any purchase with chances of their own.
fn lines(customers: usize, each: usize, days: i32, last: Day) -> Vec<PurchaseLine> {
    let mut chance = Chance::new(11);
    let mut lines = Vec::with_capacity(customers * each * 11 / 10);
    for customer in 0..customers as u32 {
        let first = (chance.uniform().powf(1.3) * f64::from(days)) as i32;
        let level = chance.between(8.0, 90.0);
        let gap = f64::from(days) / each as f64 * chance.between(0.05, 2.0);
        let leaving = chance.between(0.002, 0.25);
        let mut at = f64::from(first);
        while at < f64::from(days) {
            let amount = (level * chance.between(0.5, 2.0) * 100.0) as i64;
            let margin = Margin::of((amount as f64 * chance.between(0.2, 0.45)) as i64);
            let day = last.0 - days + 1 + at as i32;
            lines.push(PurchaseLine { customer, day, amount, margin });
            if chance.uniform() < 0.03 {
                lines.push(PurchaseLine { customer, day: day + 3, amount: -amount, margin: Margin::UNKNOWN });
            }
            if chance.uniform() < leaving {
                break;
            }
            at -= chance.uniform().ln() * gap;
        }
    }
    lines.retain(|line| line.day <= last.0);
    lines
}

fn cpu_seconds() -> f64 {
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
