//! `clientela value FILE --contract`: customers who are seen to leave, valued by how long they stay.
//!
//! Takes one row per contract with its first day and, once it has ended, its last; gives for each customer the chance
//! to be still there at the horizon, the time to expect and the discounted residual lifetime. With `--renewals` time
//! goes by renewals: who ends on or before a renewal day has not made that renewal. The models are those of
//! [`value::contract`].

use super::{
    Arguments, Failure, allow_closed_pipe, grouped, how_many, last_day, pick, push_number, push_text,
    shown_rejections, write_file,
};
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use ledger::Day;
use serde_json::{Map, Value, json};
use sources::{PickedColumns, PickedFile, Wanted};
use std::collections::HashMap;
use std::io::{self, Write};
use value::contract::{self, Choice, Clock, Cohorts, Model, Tenure};
use value::{Horizon, Interval, Verdict};

/// The columns of the table.
const HEADER: &str = "customer,tenure_days,active,model,p_active,retained_lo80,retained_hi80,retained_lo95,retained_hi95,\
expected_remaining_days,median_remaining_days,discounted_residual_lifetime\n";

/// How many rows that contradict themselves are shown.
const SHOWN: usize = 10;

/// Values the contracts of the file.
pub fn run(arguments: &Arguments, json: bool) -> Result<(), Failure> {
    let asked = Asked::of(arguments)?;
    let (file, base) = read(arguments, &asked)?;
    let outcome = Outcome::of(&asked, &base).map_err(|error| Failure::Failed(error.to_string()))?;
    let table = |to: &mut dyn Write| write_table(&file, &asked, &base, &outcome, to);
    match &arguments.out {
        Some(path) => write_file(path, table)?,
        None => allow_closed_pipe(table(&mut io::stdout().lock()), "standard output")?,
    }
    if let Some(path) = &arguments.fit {
        write_file(path, |to| writeln!(to, "{:#}", fit_report(&asked, &base, &outcome)))?;
    }
    let report = if json {
        format!("{}\n", summary(&file, &asked, &base, &outcome))
    } else {
        in_words(&file, &asked, &base, &outcome)
    };
    let written = match (json, &arguments.out) {
        (true, Some(_)) => io::stdout().write_all(report.as_bytes()),
        _ => io::stderr().write_all(report.as_bytes()),
    };
    allow_closed_pipe(written, "the report")
}

/// What is asked, once it makes sense.
struct Asked {
    columns: PickedColumns,
    has_end: bool,
    until: Option<Day>,
    horizon: Horizon,
    renewals: Option<Period>,
    /// A year, as a fraction.
    discount: f64,
}

impl Asked {
    fn of(arguments: &Arguments) -> Result<Asked, Failure> {
        let missing = |what: &str| {
            Failure::Usage(format!("name {what}, as in --contract --customer id --start from --end to"))
        };
        let start = arguments
            .start
            .as_ref()
            .or(arguments.date.as_ref())
            .ok_or_else(|| missing("the start day's column"))?;
        let end = arguments.end.iter().map(|column| Wanted::optional(column, "the end day"));
        let discount = super::discount(arguments)?;
        Ok(Asked {
            columns: PickedColumns {
                customer: arguments.customer.clone().ok_or_else(|| missing("the customer's column"))?,
                days: std::iter::once(Wanted::required(start, "the start day")).chain(end).collect(),
                amounts: Vec::new(),
                words: arguments.cohort.iter().map(|column| Wanted::optional(column, "the cohort")).collect(),
                date_order: arguments.date_order.as_deref().map(super::date_order),
                decimal: arguments.decimal.as_ref().and_then(|mark| mark.chars().next()),
            },
            has_end: arguments.end.is_some(),
            until: arguments.until.as_deref().map(last_day).transpose()?,
            horizon: super::horizon(arguments)?,
            renewals: arguments.renewals.as_deref().map(Period::of).transpose()?,
            discount,
        })
    }

    fn clock(&self) -> Clock {
        if self.renewals.is_some() { Clock::Renewals } else { Clock::Continuous }
    }

    /// ln(1 + discount) per unit of tenure.
    fn rate(&self) -> f64 {
        let unit = self.renewals.as_ref().map_or(1.0, |period| period.length.days());
        self.discount.ln_1p() * unit / 365.25
    }
}

/// The time from one renewal to the next, by the calendar.
struct Period {
    length: Horizon,
    step: Span,
}

impl Period {
    fn of(text: &str) -> Result<Period, Failure> {
        let length: Horizon = text.parse().map_err(|_| {
            Failure::Usage(format!(
                "--renewals takes the time between renewals, such as 1m, 12m or 4w; not {text:?}"
            ))
        })?;
        Ok(Period::long(length))
    }

    /// A span by the calendar.
    fn long(length: Horizon) -> Period {
        let written = length.to_string();
        let count: i64 = written.trim_end_matches(char::is_alphabetic).parse().unwrap_or(1);
        let step = match written.chars().last() {
            Some('d') => count.days(),
            Some('w') => count.weeks(),
            Some('y') => (12 * count).months(),
            _ => count.months(),
        };
        Period { length, step }
    }

    /// The day of a renewal, 1 for the first.
    fn day(&self, start: Date, renewal: u32) -> Date {
        start.saturating_add(self.step.checked_mul(i64::from(renewal)).unwrap_or(self.step))
    }

    /// How many renewal days lie on or before a day.
    fn until(&self, start: Date, day: Date) -> u32 {
        let days = f64::from(Day::of(day).0 - Day::of(start).0);
        let mut count = ((days / self.length.days()) as u32).saturating_sub(1);
        while self.day(start, count + 1) <= day {
            count += 1;
        }
        count
    }
}

/// One customer's last contract.
struct Contract {
    customer: u32,
    start: Date,
    tenure_days: u32,
    tenure: Tenure,
}

/// The contracts of a file.
struct Base {
    until: Date,
    contracts: Vec<Contract>,
    cohorts: Vec<String>,
    /// Rows that contradict themselves, in words; the first of them.
    contradictions: Vec<String>,
    contradicting: u64,
    after: u64,
    replaced: u64,
    open_ends: u64,
    same_day: u64,
}

fn read(arguments: &Arguments, asked: &Asked) -> Result<(PickedFile, Base), Failure> {
    struct Row {
        row: u64,
        customer: u32,
        start: i32,
        end: Option<i32>,
        cohort: u32,
    }
    let path = arguments.file.as_ref().ok_or_else(|| Failure::Usage("name a file".to_string()))?;
    let (mut rows, mut cohorts, mut places) = (Vec::new(), Vec::new(), HashMap::new());
    let file = pick(path, &asked.columns, &mut |row| {
        let cohort = row.words.first().map_or(0, |name| {
            *places.entry(name.clone()).or_insert_with(|| {
                cohorts.push(name.clone());
                cohorts.len() as u32 - 1
            })
        });
        let start = row.days[0].expect("a required column is filled");
        let end = row.days.get(1).copied().flatten();
        rows.push(Row { row: row.row, customer: row.customer, start, end, cohort });
    })?;
    let last = rows.iter().map(|row| row.end.unwrap_or(row.start).max(row.start)).max().unwrap_or(0);
    // Ends may be known ahead, today may not be passed.
    let until = asked.until.unwrap_or(Day(last.min(crate::now().day().0)));
    let date = |day: i32| Day(day).civil().unwrap_or(Date::MAX);
    let mut base = Base {
        until: date(until.0),
        contracts: Vec::new(),
        cohorts,
        contradictions: Vec::new(),
        contradicting: 0,
        after: 0,
        replaced: 0,
        open_ends: 0,
        same_day: 0,
    };
    let mut last_of: HashMap<u32, Row> = HashMap::new();
    for row in rows {
        if let Some(end) = row.end.filter(|end| *end < row.start) {
            base.contradicting += 1;
            if base.contradictions.len() < SHOWN {
                let text = format!(
                    "  row {}: the contract of {} ends on {}, before it starts on {}; correct one of them",
                    row.row,
                    file.told.customers.name(row.customer),
                    date(end),
                    date(row.start)
                );
                base.contradictions.push(text);
            }
            continue;
        }
        if row.start > until.0 {
            base.after += 1;
            continue;
        }
        match last_of.get(&row.customer) {
            Some(known) if known.start > row.start => base.replaced += 1,
            Some(_) => {
                base.replaced += 1;
                last_of.insert(row.customer, row);
            }
            None => {
                last_of.insert(row.customer, row);
            }
        }
    }
    let mut kept: Vec<Row> = last_of.into_values().collect();
    kept.sort_unstable_by_key(|row| row.customer);
    for row in kept {
        let ended = row.end.filter(|end| *end <= until.0);
        base.open_ends += u64::from(row.end.is_some() && ended.is_none());
        base.same_day += u64::from(ended == Some(row.start));
        let start = date(row.start);
        let days = (ended.unwrap_or(until.0) - row.start) as u32;
        let tenure = match (&asked.renewals, ended) {
            (None, Some(_)) => Tenure::ended(if days == 0 { 0.5 } else { f64::from(days) }),
            (None, None) => Tenure::active(f64::from(days)),
            // The day before the end was the last that counts: a renewal day on the end was not made.
            (Some(period), Some(end)) => Tenure::ended(f64::from(1 + period.until(start, date(end - 1)))),
            (Some(period), None) => Tenure::active(f64::from(period.until(start, base.until))),
        };
        let tenure = tenure.of_cohort(row.cohort);
        base.contracts.push(Contract { customer: row.customer, start, tenure_days: days, tenure });
    }
    if base.contracts.is_empty() {
        let mut text = format!("{}: no contract is left to value", path.display());
        for why in base.notes().into_iter().chain(base.contradictions.iter().cloned()) {
            text.push_str(&format!("\n{why}"));
        }
        return Err(Failure::Failed(text));
    }
    Ok((file, base))
}

impl Base {
    /// What was left out or taken in a way that one should know.
    fn notes(&self) -> Vec<String> {
        let counted = |count: u64, what: &str| (count > 0).then(|| format!("{} {what}", grouped(count)));
        [
            counted(self.contradicting, "contracts end before they start and are left out"),
            counted(self.after, "contracts start after the last known day and are left out"),
            counted(
                self.replaced,
                "contracts of customers with a later one are left out: the last one counts",
            ),
            counted(self.open_ends, "ends lie after the last known day: these customers are still active"),
            counted(self.same_day, "contracts end on the day they start and count as half a day"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The models and what they say of all together.
struct Outcome {
    choice: Choice,
    cohorts: Option<Cohorts>,
    active: u64,
    /// Expected to be still active at the horizon, and the interval of that.
    retained: f64,
    interval: Interval,
}

/// What is said of one customer.
#[derive(Clone, Copy)]
struct Said {
    p_active: f64,
    interval: Interval,
    expected_days: f64,
    median_days: f64,
    discounted: f64,
}

impl Outcome {
    fn of(asked: &Asked, base: &Base) -> Result<Outcome, value::Error> {
        let tenures: Vec<Tenure> = base.contracts.iter().map(|contract| contract.tenure).collect();
        let choice = contract::fit(&tenures, asked.clock())?;
        let cohorts = (base.cohorts.len() > 1)
            .then(|| contract::fit_cohorts(&tenures, choice.model().family()))
            .transpose()?;
        let mut outcome =
            Outcome { choice, cohorts, active: 0, retained: 0.0, interval: Interval::default() };
        let (mut own, mut shared) = (0.0, 0.0);
        let mut said = Sayings::default();
        for contract in base.contracts.iter().filter(|contract| !contract.tenure.ended) {
            let of = said.of(contract, asked, base, &outcome);
            outcome.active += 1;
            outcome.retained += of.p_active;
            own += of.p_active * (1.0 - of.p_active);
            shared += (of.interval.hi95 - of.interval.lo95) / (2.0 * 1.959_963_984_540_1);
        }
        let spread = (own + shared * shared).sqrt();
        let at = |z: f64| (outcome.retained + z * spread).clamp(0.0, outcome.active as f64);
        outcome.interval =
            Interval { lo95: at(-1.959_964), lo80: at(-1.281_552), hi80: at(1.281_552), hi95: at(1.959_964) };
        Ok(outcome)
    }

    /// Why expected remaining days stay empty, where they do.
    fn endless(&self, base: &Base) -> Option<String> {
        let has_no_mean = |contract: &Contract| {
            let Tenure { reached, cohort, ended, .. } = contract.tenure;
            !ended && self.model(cohort).curve().expected_remaining(reached).is_infinite()
        };
        base.contracts.iter().any(has_no_mean).then(|| {
            let remedy = match self.cohorts {
                None => "; --cohort, with a column of groups, may give curves that do",
                Some(_) => "",
            };
            format!(
                "expected_remaining_days stays empty for active customers: the fitted curve has no mean remaining time, since it \
                 lets some stay without end; median_remaining_days says more{remedy}"
            )
        })
    }

    fn model(&self, cohort: u32) -> &Model {
        self.cohorts.as_ref().map_or(self.choice.model(), |cohorts| cohorts.of(cohort))
    }
}

/// What was said already of customers of equal tenure.
#[derive(Default)]
struct Sayings(HashMap<(u32, u64, u32, u32), [f64; 8]>);

impl Sayings {
    fn of(&mut self, contract: &Contract, asked: &Asked, base: &Base, outcome: &Outcome) -> Said {
        let Tenure { reached, cohort, ended, .. } = contract.tenure;
        if ended {
            let nothing = Interval::default();
            return Said {
                p_active: 0.0,
                interval: nothing,
                expected_days: 0.0,
                median_days: 0.0,
                discounted: 0.0,
            };
        }
        let model = outcome.model(cohort);
        let more = match &asked.renewals {
            None => asked.horizon.days(),
            Some(period) => {
                // A year from a renewal day on, by the calendar, reaches the next one.
                let end = Period::long(asked.horizon).day(base.until, 1);
                f64::from(period.until(contract.start, end)) - reached
            }
        };
        let key = (cohort, reached.to_bits(), more as u32, 0);
        let [p, lo95, lo80, hi80, hi95, expected, median, discounted] =
            *self.0.entry(key).or_insert_with(|| {
                let retained = model.retained(reached, more);
                let Interval { lo95, lo80, hi80, hi95 } = retained.interval;
                let curve = model.curve();
                let discounted =
                    curve.discounted_lifetime(reached, asked.rate(), None).unwrap_or(f64::INFINITY);
                let (expected, median) = (curve.expected_remaining(reached), curve.median_remaining(reached));
                [retained.probability, lo95, lo80, hi80, hi95, expected, median, discounted]
            });
        let interval = Interval { lo95, lo80, hi80, hi95 };
        let (expected_days, median_days) = match &asked.renewals {
            None => (expected, median),
            Some(period) => {
                // The contract runs to the next renewal day for certain.
                let days_to = |renewal: f64| {
                    let day = period.day(contract.start, (reached + renewal).min(1e6) as u32);
                    f64::from(Day::of(day).0 - Day::of(base.until).0)
                };
                let median_days = if median < 1e4 { days_to(median) } else { f64::INFINITY };
                (days_to(1.0) + expected * period.length.days(), median_days)
            }
        };
        Said { p_active: p, interval, expected_days, median_days, discounted }
    }
}

/// One line per customer, in the order of the file. What is infinite stays empty.
fn write_table(
    file: &PickedFile,
    asked: &Asked,
    base: &Base,
    outcome: &Outcome,
    to: &mut dyn Write,
) -> io::Result<()> {
    let mut chunk = Vec::from(HEADER.as_bytes());
    let mut sayings = Sayings::default();
    for contract in &base.contracts {
        let said = sayings.of(contract, asked, base, outcome);
        push_text(&mut chunk, file.told.customers.name(contract.customer));
        let code = outcome.model(contract.tenure.cohort).curve().code();
        chunk.extend_from_slice(
            format!(",{},{},{code}", contract.tenure_days, !contract.tenure.ended).as_bytes(),
        );
        let Interval { lo95, lo80, hi80, hi95 } = said.interval;
        let numbers =
            [said.p_active, lo80, hi80, lo95, hi95, said.expected_days, said.median_days, said.discounted];
        for number in numbers {
            chunk.push(b',');
            if number.is_finite() {
                push_number(&mut chunk, number);
            }
        }
        chunk.push(b'\n');
        if chunk.len() > 1 << 18 {
            to.write_all(&chunk)?;
            chunk.clear();
        }
    }
    to.write_all(&chunk)?;
    to.flush()
}

fn model_report(model: &Model) -> Map<String, Value> {
    let named = |numbers: Vec<(&'static str, f64)>| -> Map<String, Value> {
        numbers.into_iter().map(|(name, number)| (name.to_string(), json!(number))).collect()
    };
    let fit = &model.fit;
    let (verdict, ridge) = match &fit.verdict {
        Verdict::Ridge { along, .. } => (fit.verdict.to_string(), Some(along.code)),
        other => (other.to_string(), None),
    };
    let identified: Map<String, Value> =
        fit.identified.iter().map(|q| (q.name.to_string(), json!(q.value))).collect();
    let report = json!({
        "model": model.curve().code(),
        "parameters": named(model.curve().named()),
        "standard_errors": fit.standard_errors.as_ref().map(|errors| named(errors.named())),
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic(),
        "bic": fit.bic(),
        "converged": fit.converged,
        "customers": fit.customers,
        "gradient_norm": fit.gradient_norm,
        "iterations": fit.iterations,
        "verdict": verdict,
        "ridge": ridge,
        "identified": identified,
    });
    match report {
        Value::Object(report) => report,
        _ => unreachable!("an object was just made"),
    }
}

/// The chosen model, every candidate, the tests between them and the cohorts.
fn fit_report(asked: &Asked, base: &Base, outcome: &Outcome) -> Value {
    let mut report = model_report(outcome.choice.model());
    let candidates: Vec<Value> = outcome
        .choice
        .candidates
        .iter()
        .map(|candidate| {
            let mut report = model_report(&candidate.model);
            report.insert("aic_above_best".to_string(), json!(candidate.aic_above_best));
            Value::Object(report)
        })
        .collect();
    let tests: Vec<Value> = outcome
        .choice
        .tests
        .iter()
        .map(|test| json!({ "simpler": test.simpler.code(), "richer": test.richer.code(), "statistic": test.statistic, "p_value": test.p_value }))
        .collect();
    let cohorts: Option<Vec<Value>> = outcome.cohorts.as_ref().map(|cohorts| {
        cohorts
            .cohorts
            .iter()
            .map(|cohort| {
                let mut report = model_report(&cohort.model);
                report.insert("cohort".to_string(), json!(base.cohorts[cohort.cohort as usize]));
                report.insert("own_weight".to_string(), json!(cohort.own_weight));
                Value::Object(report)
            })
            .collect()
    });
    // By renewal, or by year of tenure.
    let unit = if asked.renewals.is_some() { 1.0 } else { 365.25 };
    let curve = outcome.choice.model().curve();
    let retention: Vec<f64> = (0..10).map(|unit_of| curve.kept(f64::from(unit_of) * unit, unit)).collect();
    let rest = json!({
        "reason": outcome.choice.reason(),
        "candidates": candidates,
        "tests": tests,
        "cohorts": cohorts,
        "retention_by": if asked.renewals.is_some() { "renewal" } else { "year" },
        "retention": retention,
        "time_unit": asked.renewals.as_ref().map_or("days", |_| "renewals"),
        "renewals": asked.renewals.as_ref().map(|period| period.length.to_string()),
        "until": base.until.to_string(),
        "horizon": asked.horizon.to_string(),
        "horizon_days": asked.horizon.days(),
        "discount_per_year": asked.discount,
    });
    if let Value::Object(rest) = rest {
        report.extend(rest);
    }
    Value::Object(report)
}

fn summary(file: &PickedFile, asked: &Asked, base: &Base, outcome: &Outcome) -> Value {
    let Interval { lo95, lo80, hi80, hi95 } = outcome.interval;
    let rejections: Vec<Value> = file
        .told
        .rejections
        .iter()
        .map(|r| json!({ "row": r.row, "column": r.column, "code": r.code.name(), "cause": r.cause, "remedy": r.remedy }))
        .collect();
    json!({
        "rows": file.told.rows,
        "without_customer": file.told.without_customer,
        "invalid": file.told.rejected,
        "ends_before_start": base.contradicting,
        "starts_after_until": base.after,
        "earlier_contracts": base.replaced,
        "customers": base.contracts.len(),
        "active": outcome.active,
        "until": base.until.to_string(),
        "horizon": asked.horizon.to_string(),
        "expected_remaining_note": outcome.endless(base),
        "expected_active": { "expected": outcome.retained, "lo80": lo80, "hi80": hi80, "lo95": lo95, "hi95": hi95 },
        "fit": fit_report(asked, base, outcome),
        "notes": file.told.notes.iter().cloned().chain(base.notes()).collect::<Vec<_>>(),
        "contradictions": base.contradictions,
        "rejections": rejections,
    })
}

fn in_words(file: &PickedFile, asked: &Asked, base: &Base, outcome: &Outcome) -> String {
    let told = &file.told;
    let mut lines = vec![format!(
        "{}, {} with a contract",
        how_many(told.rows, "row", "rows"),
        how_many(base.contracts.len() as u64, "customer", "customers")
    )];
    if told.rejected > 0 {
        lines.push(how_many(told.rejected, "row rejected", "rows rejected"));
        lines.extend(shown_rejections(told));
    }
    lines.extend(told.notes.iter().cloned());
    lines.extend(base.notes());
    lines.extend(base.contradictions.iter().cloned());
    if !asked.has_end {
        lines.push("no column of end days: name it with --end, or nobody is seen to leave".to_string());
    }
    lines.push(format!(
        "{} active as of {}; {:.0} of them expected to be active in {} ({:.0} to {:.0} with 95 %) by {}",
        grouped(outcome.active),
        base.until,
        outcome.retained,
        asked.horizon,
        outcome.interval.lo95,
        outcome.interval.hi95,
        outcome.choice.model().curve().name(),
    ));
    lines.push(outcome.choice.reason());
    if outcome.choice.model().fit.verdict != Verdict::Identified {
        lines.push(outcome.choice.model().fit.verdict.to_string());
    }
    lines.extend(outcome.endless(base));
    if let Some(cohorts) = &outcome.cohorts {
        lines.push(format!(
            "{} cohorts, each with a curve of its own, drawn towards all",
            cohorts.cohorts.len()
        ));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Folder, arguments, table};
    use super::*;

    fn contracts(folder: &Folder, rows: &str) -> Arguments {
        let file = folder.with("contracts.csv", rows);
        Arguments {
            contract: true,
            date: None,
            start: Some("from".to_string()),
            end: Some("to".to_string()),
            until: Some("2024-01-01".to_string()),
            horizon: Some("12m".to_string()),
            ..arguments(folder, file)
        }
    }

    fn fit(arguments: &Arguments) -> Value {
        serde_json::from_str(&std::fs::read_to_string(arguments.fit.as_ref().unwrap()).unwrap()).unwrap()
    }

    fn fails(arguments: &Arguments) -> String {
        match run(arguments, false) {
            Err(Failure::Usage(message) | Failure::Failed(message)) => message,
            Ok(()) => panic!("it was done"),
        }
    }

    #[test]
    fn yearly_renewals_match_fader_hardie_2007() {
        let folder = Folder::new("renewals");
        // "Regular" customers: of 1,000 so many did not make the renewal of each year.
        let mut rows = String::from("who,day,from,to\n");
        let left = [369, 163, 86, 56, 37, 27, 21];
        let mut customer = 0;
        for (year, count) in (1..).zip(left) {
            for _ in 0..count {
                // Some end on the renewal day, some in the year before it.
                let day = if customer % 2 == 0 { "01-01" } else { "06-30" };
                let ends = if customer % 2 == 0 { 2017 + year } else { 2016 + year };
                rows.push_str(&format!("C{customer},,2017-01-01,{ends}-{day}\n"));
                customer += 1;
            }
        }
        for _ in 0..241 {
            rows.push_str(&format!("C{customer},,2017-01-01,\n"));
            customer += 1;
        }
        let arguments = Arguments { renewals: Some("1y".to_string()), ..contracts(&folder, &rows) };
        run(&arguments, false).unwrap();
        let report = fit(&arguments);
        assert_eq!((report["model"].as_str(), report["time_unit"].as_str()), (Some("sbg"), Some("renewals")));
        assert!((report["parameters"]["alpha"].as_f64().unwrap() - 0.704).abs() < 1e-3, "{report}");
        assert!((report["parameters"]["beta"].as_f64().unwrap() - 1.182).abs() < 1e-3, "{report}");
        assert!(report["candidates"].as_array().unwrap().len() >= 3);
        let rows = table(&arguments);
        assert_eq!(rows[0].join(",") + "\n", HEADER);
        assert_eq!(rows[1][..4], ["C0", "365", "false", "sbg"]);
        assert!(rows[1][4..].iter().all(|cell| cell == "0.0"), "{:?}", rows[1]);
        let active = &rows[1_000];
        assert_eq!(active[1..3], ["2556", "true"]);
        let number = |at: usize| active[at].parse::<f64>().unwrap();
        // Retention at the eighth renewal: (beta + 7) / (alpha + beta + 7).
        assert!((number(4) - 8.182 / 8.886).abs() < 1e-3, "{active:?}");
        assert!(
            number(7) < number(5) && number(5) < number(4) && number(4) < number(6) && number(6) < number(8)
        );
        // The year to come is certain, and alpha below 1 leaves no finite mean.
        assert_eq!(active[9], "");
        assert!(number(10) > 365.0 && number(11) > 4.0);
    }

    #[test]
    fn ends_at_any_time_are_fitted_in_days_and_by_cohort() {
        let folder = Folder::new("continuous");
        let mut rows = String::from("who,from,to,plan\n");
        for i in 0..300_i64 {
            let from = jiff::civil::date(2021, 1, 1).saturating_add((i * 3).days());
            let plan = if i % 2 == 0 { "gold" } else { "basic" };
            let stays = if plan == "gold" { 200 + i * 7 % 900 } else { 30 + i * 7 % 400 };
            let to = from.saturating_add(stays.days());
            // Ends that are known ahead are no ends yet.
            rows.push_str(&format!("C{i},{from},{to},{plan}\n"));
        }
        let arguments = Arguments { cohort: Some("plan".to_string()), ..contracts(&folder, &rows) };
        run(&arguments, true).unwrap();
        let report = fit(&arguments);
        assert_eq!(report["time_unit"], "days");
        let cohorts = report["cohorts"].as_array().unwrap();
        assert_eq!((cohorts.len(), cohorts[0]["cohort"].as_str()), (2, Some("gold")));
        let rows = table(&arguments);
        let active: Vec<&Vec<String>> = rows[1..].iter().filter(|row| row[2] == "true").collect();
        assert!(active.len() > 50);
        for row in active {
            let p: f64 = row[4].parse().unwrap();
            assert!(p > 0.0 && p < 1.0 && row[11].parse::<f64>().unwrap() > 0.0, "{row:?}");
        }
        // Without discount a residual lifetime is the expected one.
        let arguments = Arguments { discount: Some(0.0), ..arguments };
        run(&arguments, true).unwrap();
        let row = table(&arguments).into_iter().rfind(|row| row[2] == "true").unwrap();
        assert_eq!(row[9], row[11]);
    }

    #[test]
    fn contracts_that_contradict_themselves_are_told() {
        let folder = Folder::new("contradictions");
        let rows = "who,from,to\nAda,2020-01-01,2021-01-01\nAda,2022-01-01,\nBob,2023-05-01,2023-04-01\nEve,2025-01-01,\n\
                    Dan,2023-01-01,2023-01-01\nFay,soon,\nGus,2023-01-01,2023-09-01\n";
        let arguments = contracts(&folder, rows);
        run(&arguments, false).unwrap();
        let names: Vec<String> = table(&arguments)[1..].iter().map(|row| row[..3].join(" ")).collect();
        assert_eq!(names, ["Ada 730 true", "Dan 0 false", "Gus 243 false"]);
        let bob = contracts(&folder, "who,from,to\nBob,2023-05-01,2023-04-01\n");
        let message = fails(&bob);
        assert!(
            message.contains("row 2: the contract of Bob ends on 2023-04-01, before it starts"),
            "{message}"
        );
        let nobody_left = contracts(&folder, "who,from,to\nBob,2023-05-01,\n");
        assert!(fails(&nobody_left).contains("left"), "{}", fails(&nobody_left));
        let negative = Arguments { discount: Some(-0.1), ..contracts(&folder, rows) };
        assert!(fails(&negative).contains("--discount is a fraction a year, zero or more"));
        let renewals = Arguments { renewals: Some("often".to_string()), ..contracts(&folder, rows) };
        assert!(fails(&renewals).contains("such as 1m, 12m or 4w"));
    }
}
