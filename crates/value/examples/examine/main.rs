//! Puts the engine to the test on bases that it was not tuned on: `cargo run --release -p value --example examine`.
//!
//! Arguments: `--worlds` for made worlds that no model assumes; `NAME=FILE` for a file with customer, date and amount;
//! `--data` for those below `CLIENTELA_DATA`; `--brief` for one horizon a cut, `--most N` for so many customers of a base; `--only TEXT` for names that hold a text; `--seed N`; `--out FILE` writes
//! the table as CSV, and `--beside FILE` compares it, row by row, with one that was written before.
//!
//! Each base is cut at an early, a middle and a late day; up to there it is valued as `clientela value` values a file,
//! and what came is held against that. Beside the whole base stand parts of it: some of its customers, and those who
//! first came late.

#[path = "../../tests/made/mod.rs"]
#[allow(dead_code, reason = "made worlds need chance alone")]
mod made;
mod table;
mod worlds;

use ledger::Day;
use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;
use table::Row;
use value::backtest::{Asked, Forecast, Trial, study};
use value::lifetime::Tail;
use value::{
    Choice, CustomerValue, Histories, Horizon, Margin, PurchaseLine, Question, Seasonality, Valuation,
    Verdict, histories_with_amounts, lines_of_some, value_with_season,
};

/// A base by name.
struct Base {
    name: String,
    lines: Vec<PurchaseLine>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut bases: Vec<Base> = Vec::new();
    let (mut only, mut out, mut beside, mut seed) = (String::new(), None, None, 1);
    let (mut most, mut brief) = (u64::MAX, false);
    let (mut wants_worlds, mut wants_data, mut files) = (false, false, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut next = || arguments.next().ok_or("an argument needs a value");
        match argument.as_str() {
            "--worlds" => wants_worlds = true,
            "--data" => wants_data = true,
            "--only" => only = next()?,
            "--out" => out = Some(next()?),
            "--beside" => beside = Some(next()?),
            "--most" => most = next()?.parse()?,
            "--brief" => brief = true,
            "--seed" => seed = next()?.parse()?,
            file => files.push(file.to_string()),
        }
    }
    if wants_data {
        let data = std::env::var("CLIENTELA_DATA")?;
        for (name, file) in [
            ("cdnow", "cdnow/elog_cdnow_master.csv"),
            ("cdnow_sample", "cdnow/elog_cdnow_sample.csv"),
            ("apparel", "apparel/elog_apparel.csv"),
            ("journey", "complete_journey/elog_dunnhumby.csv"),
        ] {
            files.push(format!("{name}={data}/value/{file}"));
        }
    }
    for file in &files {
        let (name, path) = file.split_once('=').ok_or("name files as NAME=FILE")?;
        let lines = read(Path::new(path))?;
        let customers = lines.iter().map(|line| line.customer).max().unwrap_or(0) as usize + 1;
        if customers > 2_500 && !brief {
            let part = |line: &&PurchaseLine| mixed(line.customer) % 5 == 3;
            bases.push(Base {
                name: format!("{name}/5"),
                lines: lines.iter().filter(part).copied().collect(),
            });
        }
        bases.push(Base { name: name.to_string(), lines });
    }
    if wants_worlds {
        bases.extend(worlds::all(seed).into_iter().map(|world| Base {
            name: format!("~{}", world.name),
            lines: world.lines.into_iter().filter(|line| line.day <= world.last_day).collect(),
        }));
    }
    let mut rows = Vec::new();
    table::head();
    for base in bases.iter().filter(|base| base.name.contains(&only)) {
        let customers = base.lines.iter().map(|line| u64::from(line.customer) + 1).max().unwrap_or(0);
        let lines = lines_of_some(&base.lines, customers, most);
        examine(&Base { name: base.name.clone(), lines }, brief, &mut rows);
    }
    table::summary(&rows);
    if let Some(file) = out {
        table::write(&rows, &file)?;
    }
    if let Some(file) = beside {
        table::compare(&table::read(&file)?, &rows);
    }
    Ok(())
}

/// Steele, Lea & Flood (2014), as in `lines_of_some`.
fn mixed(customer: u32) -> u64 {
    let z = u64::from(customer).wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Customer, date (year-month-day) and amount.
fn read(file: &Path) -> Result<Vec<PurchaseLine>, Box<dyn std::error::Error>> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut lines = Vec::new();
    for (row, line) in text.lines().enumerate().skip(1) {
        let mut cells = line.split(',');
        let (Some(customer), Some(date), Some(amount)) = (cells.next(), cells.next(), cells.next()) else {
            return Err(format!("{}: row {} is not customer,date,amount", file.display(), row + 1).into());
        };
        let next = numbers.len() as u32;
        let customer = *numbers.entry(customer).or_insert(next);
        let amount = (amount.parse::<f64>()? * 100.0).round() as i64;
        lines.push(PurchaseLine {
            customer,
            day: day(date).ok_or("a date is none")?,
            amount,
            margin: Margin::UNKNOWN,
        });
    }
    Ok(lines)
}

/// Days since 1970 by Howard Hinnant's count of days from the civil calendar.
fn day(date: &str) -> Option<i32> {
    let mut parts = date.split('-').map(|part| part.parse::<i32>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// Cuts a base at three days and looks at what was said of the time after each.
fn examine(base: &Base, brief: bool, rows: &mut Vec<Row>) {
    let first = base.lines.iter().map(|line| line.day).min().unwrap_or(0);
    let last = base.lines.iter().map(|line| line.day).max().unwrap_or(0);
    let span = last - first;
    for (cut, part, horizons) in
        [("early", 0.35, &[182, 28, 364][..]), ("middle", 0.60, &[91, 182]), ("late", 0.85, &[28, 91])]
    {
        let until = first + (f64::from(span) * part) as i32;
        let most = if brief { 1 } else { horizons.len() };
        for &horizon in horizons.iter().filter(|horizon| until + **horizon <= last).take(most) {
            rows.extend(trial(base, (until, horizon), i32::MIN, format!("{cut} {horizon}d")));
        }
    }
    for horizon_days in [91, 365].into_iter().take(if brief { 1 } else { 2 }) {
        rows.extend(looked_back(base, horizon_days));
    }
    // Those who first came in the last third before the middle.
    let until = first + (f64::from(span) * 0.60) as i32;
    let horizon = 91.min(last - until);
    if horizon >= 28 {
        let since = first + (f64::from(span) * 0.40) as i32;
        rows.extend(trial(base, (until, horizon), since, format!("newer {horizon}d")));
    }
}

/// What `clientela backtest` shows of the base: each origin's trial of the blend, beside the best naive rule.
fn looked_back(base: &Base, horizon_days: u32) -> Vec<Row> {
    let last = base.lines.iter().map(|line| line.day).max().unwrap_or(0);
    let began = Instant::now();
    let histories = histories_with_amounts(base.lines.clone(), Day(last));
    let asked = Asked { horizon_days, origins: None, kinds: Vec::new(), minor_digits: Some(2) };
    let study = study(&histories, &asked);
    let seconds = began.elapsed().as_secs_f64();
    let best = |origin, trials: &[Trial], of: fn(&Trial) -> f64| {
        let rules = trials.iter().filter(|trial| trial.origin == origin && trial.forecast.is_naive());
        rules.map(of).fold(f64::INFINITY, f64::min)
    };
    let trials = &study.backtest.trials;
    let spend: Vec<Trial> = study.spend.iter().map(|one| one.trial).collect();
    let blends = trials.iter().filter(|trial| trial.forecast == Forecast::Blend);
    let rows = blends.filter_map(|trial| {
        let told = trial.distribution?;
        let origin = trial.origin;
        let of_spend = study.spend.iter().find(|one| one.trial.origin == origin && one.coverage.is_some())?;
        let coverage = of_spend.coverage?;
        let held = |(low, high): (f64, f64), number: f64| f64::from(u8::from((low..=high).contains(&number)));
        let width = |(low, high): (f64, f64), number: f64| (high - low) / number.max(1.0);
        let finite = told.log_score.is_finite() && trial.rmse.is_finite() && of_spend.trial.rmse.is_finite();
        Some(Row {
            base: base.name.clone(),
            split: format!("back {}d {}d", origin.days_ago, origin.horizon_days),
            model: String::from("looked back"),
            rule: String::new(),
            numbers: vec![
                f64::from(trial.customers),
                trial.actual,
                trial.rmse,
                best(origin, trials, |trial| trial.rmse),
                trial.mae,
                best(origin, trials, |trial| trial.mae),
                trial.bias().unwrap_or(f64::NAN),
                told.log_score,
                told.covered80,
                told.covered95,
                held(told.total95, trial.actual),
                width(told.total95, trial.actual),
                of_spend.trial.rmse / 100.0,
                best(origin, &spend, |trial| trial.rmse) / 100.0,
                of_spend.trial.mae / 100.0,
                best(origin, &spend, |trial| trial.mae) / 100.0,
                of_spend.trial.bias().unwrap_or(f64::NAN),
                coverage.covered80,
                coverage.covered95,
                held(coverage.total95, of_spend.trial.actual),
                width(coverage.total95, of_spend.trial.actual),
                f64::from(u8::from(finite)),
                seconds,
                f64::NAN,
                f64::NAN,
                f64::NAN,
                f64::NAN,
                f64::NAN,
                f64::NAN,
                f64::NAN,
            ],
        })
    });
    let rows: Vec<Row> = rows.collect();
    rows.iter().for_each(table::line);
    rows
}

/// One valuation beside what came; `None` where nobody was known.
fn trial(base: &Base, (until, horizon): (i32, i32), since: i32, split: String) -> Option<Row> {
    let mut first_days: HashMap<u32, i32> = HashMap::new();
    for line in base.lines.iter().filter(|line| line.amount >= 0) {
        let first = first_days.entry(line.customer).or_insert(line.day);
        *first = line.day.min(*first);
    }
    let is_in = |line: &&PurchaseLine| first_days.get(&line.customer).is_some_and(|first| *first >= since);
    let lines: Vec<PurchaseLine> = base.lines.iter().filter(is_in).copied().collect();
    let known: Vec<PurchaseLine> = lines.iter().filter(|line| line.day <= until).copied().collect();
    let began = Instant::now();
    let known = histories_with_amounts(known, Day(until));
    if known.rows.is_empty() {
        return None;
    }
    let question = Question {
        horizon: format!("{horizon}d").parse::<Horizon>().ok()?,
        minor_digits: Some(2),
        choice: Choice::Blend,
    };
    let found = value_with_season(&known, &question, Seasonality::Auto);
    let seconds = began.elapsed().as_secs_f64();
    let valuation = &found.valuation;
    let with_amounts = histories_with_amounts(
        lines.iter().filter(|line| line.day <= until + horizon).copied().collect(),
        Day(until + horizon),
    );
    let came = Came::of(&with_amounts, until);
    let actual: Vec<(f64, f64)> =
        known.rows.iter().map(|row| came.of.get(&row.customer).copied().unwrap_or_default()).collect();
    let naive = naive(&known, horizon);

    let said: Vec<f64> = valuation.customers.iter().map(|one| one.expected_transactions).collect();
    let said_spend: Vec<f64> = valuation.customers.iter().map(|one| one.expected_spend / 100.0).collect();
    let (counts, spends): (Vec<f64>, Vec<f64>) = actual.iter().copied().unzip();
    let best = |of: &dyn Fn(&Naive) -> &Vec<f64>, actual: &[f64], error: fn(&[f64], &[f64]) -> f64| {
        naive
            .iter()
            .filter(|rule| !of(rule).is_empty())
            .map(|rule| (error(of(rule), actual), rule.name))
            .min_by(|one, other| one.0.total_cmp(&other.0))
            .unwrap_or((f64::NAN, "-"))
    };
    let (naive_rmse, rule) = best(&|rule| &rule.counts, &counts, rmse);
    let (naive_mae, _) = best(&|rule| &rule.counts, &counts, mae);
    let (naive_spend_rmse, spend_rule) = best(&|rule| &rule.spends, &spends, rmse);
    let (naive_spend_mae, _) = best(&|rule| &rule.spends, &spends, mae);
    let covered = covered(&known, &found, &actual, f64::from(horizon) / 7.0);
    let tested = Tested::of(valuation);
    let models = valuation.models();
    let levels: Vec<f64> = known.rows.iter().map(|row| models.purchase(row, 2).0).collect();
    let lean = lean(&levels, &said, &counts);
    let total = valuation.total_transactions();
    let total_spend = valuation.total_spend();
    let sum = |all: &[f64]| all.iter().sum::<f64>();
    let within = |interval: &value::Interval, number: f64| (interval.lo95..=interval.hi95).contains(&number);
    let members = &valuation.lifetime.blend.members;
    let top = &members[0];
    let is_finite = valuation.customers.iter().all(finite);
    let unsure = members.iter().filter(|member| member.model.fit().verdict != Verdict::Identified).count();
    let reason = valuation.lifetime.reason.map_or(String::new(), |reason| format!("!{}", reason.code()));
    let model = format!(
        "{}{}:{:.0}%{}{}{reason}",
        if found.is_used { "season " } else { "" },
        top.model.kind().code(),
        100.0 * top.weight,
        if unsure > 0 { format!(" ?{unsure}/{}", members.len()) } else { String::new() },
        valuation.spend.as_ref().map_or(String::new(), |spend| format!("+{}", spend.name())),
    );
    let row = Row {
        base: base.name.clone(),
        split,
        model,
        rule: format!("{rule}/{spend_rule}"),
        numbers: vec![
            known.rows.len() as f64,
            sum(&counts),
            rmse(&said, &counts),
            naive_rmse,
            mae(&said, &counts),
            naive_mae,
            sum(&said) / sum(&counts) - 1.0,
            covered.log_score,
            covered.counts[0],
            covered.counts[1],
            f64::from(u8::from(within(&total.interval, sum(&counts)))),
            (total.interval.hi95 - total.interval.lo95) / sum(&counts).max(1.0),
            rmse(&said_spend, &spends),
            naive_spend_rmse,
            mae(&said_spend, &spends),
            naive_spend_mae,
            sum(&said_spend) / sum(&spends) - 1.0,
            covered.spends[0],
            covered.spends[1],
            f64::from(u8::from(within(&total_spend.interval, sum(&spends) * 100.0))),
            (total_spend.interval.hi95 - total_spend.interval.lo95) / 100.0 / sum(&spends).max(1.0),
            f64::from(u8::from(is_finite)),
            seconds,
            tested.misses[0],
            tested.misses[1],
            tested.misses[2],
            tested.covered[0],
            tested.covered[1],
            lean.0,
            lean.1,
        ],
    };
    table::line(&row);
    Some(row)
}

/// What the valuation's own look back found: ln(came / foretold) at each origin, and how often intervals held there.
struct Tested {
    misses: [f64; 3],
    covered: [f64; 2],
}

impl Tested {
    fn of(valuation: &Valuation) -> Tested {
        let trials: Vec<&Trial> = valuation
            .lifetime
            .backtest
            .iter()
            .flat_map(|tested| &tested.trials)
            .filter(|trial| trial.forecast == Forecast::Blend)
            .collect();
        let miss =
            |place: usize| trials.get(place).map_or(f64::NAN, |trial| (trial.actual / trial.predicted).ln());
        let share = 1.0 / trials.len() as f64;
        let mut covered = [0.0; 2];
        for told in trials.iter().filter_map(|trial| trial.distribution) {
            covered[0] += share * told.covered80;
            covered[1] += share * told.covered95;
        }
        Tested {
            misses: [0, 1, 2].map(miss),
            covered: if trials.is_empty() { [f64::NAN; 2] } else { covered },
        }
    }
}

/// Purchases and spend after a day, by customer.
struct Came {
    of: HashMap<u32, (f64, f64)>,
}

impl Came {
    fn of(base: &Histories, until: i32) -> Came {
        let mut rest = &base.repeat_amounts[..];
        let of = base.rows.iter().zip(base.paths()).map(|(row, path)| {
            let (amounts, after) = rest.split_at(path.repeats.len());
            rest = after;
            let later =
                path.repeats.iter().zip(amounts).filter(|(day, _)| row.first_day + **day as i32 > until);
            let (count, sum) =
                later.fold((0.0, 0.0), |(n, sum), (_, amount)| (n + 1.0, sum + *amount as f64 / 100.0));
            (row.customer, (count, sum))
        });
        Came { of: of.collect() }
    }
}

/// A rule of thumb's answers; no counts for one that only speaks of spend.
struct Naive {
    name: &'static str,
    counts: Vec<f64>,
    spends: Vec<f64>,
}

fn naive(known: &Histories, horizon: i32) -> Vec<Naive> {
    let ahead = f64::from(horizon);
    let mut rest = &known.repeat_amounts[..];
    let mut customers = Vec::new();
    for (row, path) in known.rows.iter().zip(known.paths()) {
        let (amounts, after) = rest.split_at(path.repeats.len());
        rest = after;
        let first = (row.spend() - row.repeat_spend) as f64 / 100.0;
        // Purchases and spend within the last so many days.
        let within = move |days: u32| {
            let since = i64::from(path.age) - i64::from(days);
            let late = path.repeats.iter().zip(amounts).filter(|(day, _)| i64::from(**day) > since);
            let told = late.fold((0.0, 0.0), |(n, sum), (_, amount)| (n + 1.0, sum + *amount as f64 / 100.0));
            if since < 0 { (told.0 + 1.0, told.1 + first) } else { told }
        };
        customers.push((path, row.repeat_spend as f64 / 100.0, within));
    }
    let oldest = known.rows.iter().map(|row| row.age_days).max().unwrap_or(0);
    let year = 365.min(oldest + 1);
    let age = |path: &value::lifetime::Path<'_>| f64::from(path.age.max(1));
    let lived: f64 = customers.iter().map(|(path, ..)| f64::from(path.age)).sum::<f64>().max(1.0);
    let purchases: f64 = customers.iter().map(|(path, ..)| path.repeats.len() as f64).sum();
    let spend: f64 = customers.iter().map(|(_, spend, _)| spend).sum();
    let recent: Vec<(f64, f64)> = customers
        .iter()
        .map(|(path, _, within)| {
            let (n, sum) = within(horizon as u32);
            let scale = if path.age > 0 { ahead / f64::from(path.age).min(ahead) } else { 0.0 };
            (n * scale, sum * scale)
        })
        .collect();
    let own: Vec<(f64, f64)> = customers
        .iter()
        .map(|(path, spend, _)| (path.repeats.len() as f64 / age(path) * ahead, spend / age(path) * ahead))
        .collect();
    let rule = |name, both: Vec<(f64, f64)>| {
        let (counts, spends) = both.into_iter().unzip();
        Naive { name, counts, spends }
    };
    vec![
        rule("recent", recent),
        rule("own", own),
        rule("all", vec![(purchases / lived * ahead, spend / lived * ahead); customers.len()]),
        Naive {
            name: "year",
            counts: Vec::new(),
            spends: customers.iter().map(|(.., within)| within(year).1 * ahead / f64::from(year)).collect(),
        },
    ]
}

fn rmse(said: &[f64], actual: &[f64]) -> f64 {
    let squares: f64 = said.iter().zip(actual).map(|(said, actual)| (said - actual).powi(2)).sum();
    (squares / said.len().max(1) as f64).sqrt()
}

fn mae(said: &[f64], actual: &[f64]) -> f64 {
    said.iter().zip(actual).map(|(said, actual)| (said - actual).abs()).sum::<f64>()
        / said.len().max(1) as f64
}

/// By how much more often than foretold customers come back who spend e times as much a purchase: the slope of what came
/// over what was foretold by the logarithm of the expected amount, and its standard error; zero where the two are
/// independent.
fn lean(levels: &[f64], said: &[f64], came: &[f64]) -> (f64, f64) {
    let sum = |all: &[f64]| all.iter().sum::<f64>();
    let ratio = sum(came) / sum(said);
    let logs: Vec<f64> = levels.iter().map(|level| level.max(1e-9).ln()).collect();
    let centre = logs.iter().zip(said).map(|(log, said)| log * said).sum::<f64>() / sum(said);
    let (mut score, mut information, mut squares) = (0.0, 0.0, 0.0);
    for ((log, said), came) in logs.iter().zip(said).zip(came) {
        let z = (log - centre).clamp(-2.3, 2.3);
        score += z * (came - ratio * said);
        information += z * z * ratio * said;
        squares += (z * (came - ratio * said)).powi(2);
    }
    (score / information, squares.sqrt() / information)
}

/// How often intervals hold.
struct Covered {
    counts: [f64; 2],
    spends: [f64; 2],
    log_score: f64,
}

/// By randomised probability integral transform where the clock is the calendar's. On a season's clock the whole numbers
/// of the intervals are taken as they are, which hold more often.
fn covered(
    known: &Histories,
    found: &value::SeasonalValuation,
    actual: &[(f64, f64)],
    weeks: f64,
) -> Covered {
    let valuation = &found.valuation;
    let most = known.rows.iter().map(|row| row.repeat_purchases).max().unwrap_or(0) as usize;
    let forecaster = valuation.lifetime.blend.forecaster(valuation.fitted_on, most, weeks);
    let ready = forecaster.ready();
    let mut tail = Tail::default();
    let mut covered = Covered { counts: [0.0; 2], spends: [0.0; 2], log_score: 0.0 };
    let share = 1.0 / known.rows.len() as f64;
    for (i, ((path, value), (count, spend))) in
        known.paths().zip(&valuation.customers).zip(actual).enumerate()
    {
        ready.forecast(&path, &mut tail);
        let n = *count as usize;
        let chance = tail.exactly(n);
        covered.log_score += share * chance.max(1e-9).ln();
        let reached = if n == 0 { 1.0 } else { tail.more_than(n - 1) };
        let place = ((i + 1) as f64 * 0.618_033_988_749_895).fract();
        let transform = 1.0 - reached + place * chance;
        let CustomerValue { transactions, spend: interval, .. } = value;
        let (in80, in95) = if found.is_used {
            (
                (transactions.lo80..=transactions.hi80).contains(count),
                (transactions.lo95..=transactions.hi95).contains(count),
            )
        } else {
            ((0.1..0.9).contains(&transform), (0.025..0.975).contains(&transform))
        };
        covered.counts[0] += share * f64::from(u8::from(in80));
        covered.counts[1] += share * f64::from(u8::from(in95));
        let (in80, in95) = if *spend > 0.0 {
            let minor = spend * 100.0;
            (
                (interval.lo80..=interval.hi80).contains(&minor),
                (interval.lo95..=interval.hi95).contains(&minor),
            )
        } else {
            let place = place * (1.0 - tail.more_than(0));
            ((0.1..0.9).contains(&place), (0.025..0.975).contains(&place))
        };
        covered.spends[0] += share * f64::from(u8::from(in80));
        covered.spends[1] += share * f64::from(u8::from(in95));
    }
    covered
}

fn finite(value: &CustomerValue) -> bool {
    let CustomerValue {
        p_alive, expected_transactions, transactions_variance, expected_spend, spend, ..
    } = value;
    [*p_alive, *expected_transactions, *transactions_variance, *expected_spend, spend.lo95, spend.hi95]
        .iter()
        .all(|number| number.is_finite())
}
