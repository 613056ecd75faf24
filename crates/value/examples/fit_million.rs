//! Measures fits and predictions over a million made customers: `cargo run --release -p value --example fit_million`.
//!
//! Arguments: a model (`bg_nbd`, `mbg_nbd`, `pareto_nbd`), `days` (timings fall on days, so that many are equal) or
//! `continuous`, how many customers, and a file to write them to, so that others can be fitted to the same ones
//! (`bench/run --only engine --peers`). Prints one JSON line; processor time and peak memory are those that Linux
//! tells of the process, zero elsewhere.

#[path = "../tests/made/mod.rs"]
#[allow(dead_code)]
mod made;

use made::{Chance, Truth};
use std::io::Write;
use value::lifetime::{Group, Timing, bg_nbd, expectations, forecasts, mbg_nbd, pareto_nbd};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let model = arguments.first().map_or("bg_nbd", String::as_str);
    let days = arguments.get(1).is_none_or(|clock| clock == "days");
    let count: usize = arguments.get(2).and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    let truth = match model {
        "pareto_nbd" => Truth::Pareto(pareto_nbd::Params { r: 0.55, alpha: 10.6, s: 0.61, beta: 11.7 }),
        "mbg_nbd" => Truth::Mbg(mbg_nbd::Params { r: 0.525, alpha: 6.18, a: 0.891, b: 1.614 }),
        _ => Truth::Bg(bg_nbd::Params { r: 0.2426, alpha: 4.4136, a: 0.7929, b: 2.4259 }),
    };
    let groups = groups(&truth, count, days);
    if let Some(file) = arguments.get(3) {
        write(file, &groups).unwrap_or_else(|error| panic!("cannot write {file}: {error}"));
    }
    let before = cpu_seconds();
    let (told, found) = match model {
        "pareto_nbd" => {
            let fit = pareto_nbd::fit(&groups);
            (
                format!("{:?}, {} passes, {}", fit.params, fit.iterations, fit.verdict),
                Truth::Pareto(fit.params),
            )
        }
        "mbg_nbd" => {
            let fit = mbg_nbd::fit(&groups);
            (format!("{:?}, {} passes, {}", fit.params, fit.iterations, fit.verdict), Truth::Mbg(fit.params))
        }
        _ => {
            let fit = bg_nbd::fit(&groups);
            (format!("{:?}, {} passes, {}", fit.params, fit.iterations, fit.verdict), Truth::Bg(fit.params))
        }
    };
    let fitted = cpu_seconds() - before;
    let peak = peak_megabytes();
    let timings: Vec<Timing> = groups.iter().map(|group| group.timing).collect();
    drop(groups);
    let mut seconds = Vec::new();
    let mut sums = Vec::new();
    let mut measure = |sum: &dyn Fn() -> f64| {
        let before = cpu_seconds();
        sums.push(sum());
        seconds.push(cpu_seconds() - before);
    };
    // The model is named outside the loop over customers.
    macro_rules! measured {
        ($prospect:expr) => {{
            measure(&|| expectations(&timings, $prospect, |p| p.expected_transactions(39.0)).iter().sum());
            measure(&|| expectations(&timings, $prospect, |p| p.residual(0.0027)).iter().sum());
            measure(&|| {
                forecasts(&timings, $prospect, 39.0).iter().map(|(_, f)| f64::from(f.quantiles[3])).sum()
            });
        }};
    }
    match found {
        // Making ready is part of what is measured.
        Truth::Pareto(params) => measured!(pareto_nbd::prospects(&timings, &params)),
        Truth::Mbg(params) => measured!(|timing: &Timing| mbg_nbd::prospect(timing, &params)),
        Truth::Bg(params) => measured!(|timing: &Timing| bg_nbd::prospect(timing, &params)),
        _ => {}
    }
    println!(
        "{{\"model\":\"{model}\",\"customers\":{count},\"timings\":{},\"fit_cpu_seconds\":{fitted:.3},\
         \"fit_peak_mb\":{peak:.0},\"expectations_cpu_seconds\":{:.3},\"residuals_cpu_seconds\":{:.3},\
         \"intervals_cpu_seconds\":{:.3},\"sums\":{sums:?},\"fit\":\"{told}\"}}",
        timings.len(),
        seconds[0],
        seconds[1],
        seconds[2],
    );
}

/// Customers of 27 to 39 weeks, as groups of equal timings or one by one.
fn groups(truth: &Truth, count: usize, days: bool) -> Vec<Group> {
    let mut chance = Chance::new(7);
    let mut groups: Vec<Group> = (0..count)
        .map(|_| {
            let age = 27.0 + 12.0 * chance.uniform();
            let made = truth.customer(age, 0.0, &mut chance);
            let mut timing = made.timing;
            if days {
                timing.age = (timing.age * 7.0).ceil() / 7.0;
                timing.recency = (timing.recency * 7.0).round() / 7.0;
            }
            Group { timing, customers: 1, ln_gaps: made.ln_gaps }
        })
        .collect();
    let key = |group: &Group| (group.timing.repeat_purchases, group.timing.recency, group.timing.age);
    groups.sort_unstable_by(|one, other| {
        let ((x, recency, age), (other_x, other_recency, other_age)) = (key(one), key(other));
        x.cmp(&other_x).then(recency.total_cmp(&other_recency)).then(age.total_cmp(&other_age))
    });
    groups.dedup_by(|next, kept| {
        let same = next.timing == kept.timing;
        if same {
            kept.customers += next.customers;
            kept.ln_gaps += next.ln_gaps;
        }
        same
    });
    groups.shrink_to_fit();
    groups
}

/// One line a customer.
fn write(file: &str, groups: &[Group]) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    writeln!(out, "frequency,recency,T")?;
    for Group { timing, customers, .. } in groups {
        for _ in 0..*customers {
            writeln!(out, "{},{},{}", timing.repeat_purchases, timing.recency, timing.age)?;
        }
    }
    out.flush()
}

fn cpu_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    told.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).unwrap_or(0.0) * 1e-9
}

fn peak_megabytes() -> f64 {
    let told = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = told.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
