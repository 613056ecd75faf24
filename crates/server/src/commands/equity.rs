//! `clientela equity`: the statement of customer equity between two days, or month by month.

use super::watch::{Hands, outcome};
use super::{Done, Failed, House, counted, print};
use crate::accounts::assumed::AssumedMargin;
use crate::equity::between::{NoStatement, between, whole_months};
use crate::http::wire;
use crate::jobs::work::{Measuring, Task};
use crate::spreadsheet;
use crate::value::serving::KeptServing;
use crate::value_file::write_file;
use ::portfolio::{Line, Statement};
use clap::Args;
use ledger::{Currency, Day, Money};
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use store::{PublishedStatement, Store};

/// Which statement. Without days, the twelve months up to the last valuation.
#[derive(Args, Clone, Debug, Default)]
pub struct Arguments {
    /// The statement opens at the end of this day, as YYYY-MM-DD: the 31st of December for a year
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// It closes at the end of this day; the day of the last valuation if not given
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// One statement for each month between the days, or for all months without them
    #[arg(long)]
    monthly: bool,
    /// Where to write the statement, or each month's, as CSV
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// First compute all months anew from today's facts, links and models, in place of what was published
    #[arg(long)]
    restate: bool,
}

/// What is shown: a statement and its ends.
struct Shown {
    from: Day,
    to: Day,
    is_closed: bool,
    statement: Statement,
    /// What serving is expected to cost, where it closes on the day of the valuation.
    serving: Option<KeptServing>,
    /// Margins that nobody told.
    assumed: Option<AssumedMargin>,
}

/// Says what all customers are worth, and why it moved.
pub fn run(house: &House, arguments: &Arguments) -> Done {
    let (from, to) = (day(&arguments.from, "--from")?, day(&arguments.to, "--to")?);
    let store = house.open_existing()?;
    if arguments.restate {
        restate(house, &store)?;
    }
    let currency = store.company()?.map_or(Currency::EUR, |company| company.currency);
    let kept = store.equity_statements()?;
    let (Some(first), Some(newest)) = (kept.first(), kept.last()) else {
        return Err(not_measured());
    };
    let to_day = to.unwrap_or(newest.day);
    let from_day = from.unwrap_or_else(|| match arguments.monthly {
        true => first.opened_on,
        false => crate::equity::a_year_before(&kept, to_day),
    });
    if arguments.monthly {
        whole(&kept, from_day, to_day)?;
        let months: Vec<Shown> = whole_months(&kept, from_day, to_day).map(Shown::of).collect();
        return tell_months(house, arguments, &months, currency);
    }
    let statement = between(&store, from_day, to_day, crate::now().day()).map_err(refusal)?;
    let is_closed = kept.iter().any(|month| month.day == to_day && month.is_closed);
    let serving = KeptServing::of(&store)?.filter(|kept| kept.until == to_day && newest.day == to_day);
    let assumed = AssumedMargin::of_values(&store)?;
    let shown = Shown { from: from_day, to: to_day, is_closed, statement, serving, assumed };
    if let Some(path) = &arguments.out {
        write_file(path, |to| to.write_all(table(std::slice::from_ref(&shown), currency).as_bytes()))?;
    }
    match house.json() {
        true => print(shown.json(currency)),
        false => print(shown.in_words(currency)),
    }
    Ok(())
}

/// Months are told whole: each day asked for is one that a statement opens or closes on, or lies before all of them.
fn whole(kept: &[PublishedStatement], from: Day, to: Day) -> Done {
    if to < from {
        return Err(refusal(NoStatement::Backwards));
    }
    let opened = kept.first().map_or(from, |month| month.opened_on);
    for (option, day) in [("--from", from), ("--to", to)] {
        if day <= opened || kept.iter().any(|month| month.day == day) {
            continue;
        }
        let before = kept.iter().rfind(|month| month.day < day).map_or(opened, |month| month.day);
        let after = kept.iter().find(|month| month.day > day).map(|month| month.day);
        let nearest: Vec<String> = [Some(before), after].into_iter().flatten().map(wire::day).collect();
        return Err(Failed::Usage(format!(
            "--monthly tells whole months: {option} takes {}; without --monthly any day is computed",
            nearest.join(" or ")
        )));
    }
    Ok(())
}

fn tell_months(house: &House, arguments: &Arguments, months: &[Shown], currency: Currency) -> Done {
    if let Some(path) = &arguments.out {
        write_file(path, |to| to.write_all(table(months, currency).as_bytes()))?;
    }
    if house.json() {
        let rows: Vec<Value> = months.iter().map(|month| month.json(currency)).collect();
        print(json!({ "currency": currency.code(), "months": rows }));
        return Ok(());
    }
    print(format!(
        "{:<12} {:>16} {:>16} {:>16} {:>16} {:>9}",
        "to", "opening", "customers", "other", "closing", "customers"
    ));
    for month in months {
        let statement = &month.statement;
        let by_customers = statement.grown_by_customers();
        let other = statement.closing - statement.opening - by_customers;
        let money = |minor: i64| amount(minor, currency);
        print(format!(
            "{:<12} {:>16} {:>16} {:>16} {:>16} {:>9}",
            wire::day(month.to),
            money(statement.opening),
            money(by_customers),
            money(other),
            money(statement.closing),
            statement.customers_closing
        ));
    }
    Ok(())
}

fn restate(house: &House, store: &Store) -> Done {
    if store.newest_valuation()?.is_none() {
        return Err(not_measured());
    }
    let hands = Hands::take(house, store)?;
    let job = store.add_job(&Task::Asset(Measuring { restates: true }).queued(None), crate::now())?;
    let result = outcome(&hands.see_through(job, "measuring the asset")?)?;
    match result["equity"]["error"].as_str() {
        Some(why) => Err(Failed::Because(why.to_string())),
        None => Ok(()),
    }
}

fn not_measured() -> Failed {
    Failed::Because("nobody knows yet what customers are worth: run `clientela value` first".to_string())
}

fn refusal(why: NoStatement) -> Failed {
    match why {
        NoStatement::NotMeasured => not_measured(),
        NoStatement::Backwards => Failed::Usage("--from comes after --to: exchange the two".to_string()),
        NoStatement::Future(today) => Failed::Usage(format!(
            "--to takes a day up to today, {}: nobody knows what comes after",
            wire::day(today)
        )),
        NoStatement::Failed(error) => error.into(),
    }
}

fn day(text: &Option<String>, option: &str) -> Result<Option<Day>, Failed> {
    let parse = |text: &String| {
        text.trim().parse::<jiff::civil::Date>().map(Day::of).map_err(|_| {
            Failed::Usage(format!("{option} takes a day that exists, as 2024-12-31; {text:?} is none"))
        })
    };
    text.as_ref().map(parse).transpose()
}

impl Shown {
    fn of(month: &PublishedStatement) -> Shown {
        let PublishedStatement { opened_on, day, is_closed, statement, .. } = month;
        Shown {
            from: *opened_on,
            to: *day,
            is_closed: *is_closed,
            statement: *statement,
            serving: None,
            assumed: None,
        }
    }

    fn json(&self, currency: Currency) -> Value {
        let statement = &self.statement;
        let lines: Map<String, Value> =
            Line::ALL.iter().map(|line| (line.name().to_string(), json!(statement.line(*line)))).collect();
        json!({
            "currency": currency.code(),
            "from": wire::day(self.from),
            "to": wire::day(self.to),
            "closed": self.is_closed,
            "opening": statement.opening,
            "lines": lines,
            "closing": statement.closing,
            "expected_margin": statement.expected_margin,
            "realised_margin": statement.realised_margin,
            "customers_opening": statement.customers_opening,
            "customers_acquired": statement.customers_acquired,
            "customers_closing": statement.customers_closing,
            "expected_cost_to_serve": self.serving.as_ref().map(KeptServing::cost),
            "assumed_margin": self.assumed,
            "net_equity": self.serving.as_ref().and_then(KeptServing::contribution),
        })
    }

    fn in_words(&self, currency: Currency) -> String {
        let statement = &self.statement;
        let row = |name: &str, minor: i64| format!("  {name:<28} {:>18}\n", amount(minor, currency));
        let mut text = format!("customer equity, {}, in {currency}\n", span(self.from, self.to));
        text += &row(&format!("opening {}", wire::day(self.from)), statement.opening);
        for line in Line::ALL.into_iter().filter(|line| statement.line(*line) != 0) {
            text += &row(words(line), statement.line(line));
        }
        text += &row(&format!("closing {}", wire::day(self.to)), statement.closing);
        text += &format!(
            "beside it: margin of {} realised, {} expected; {}, {} new, {} at the end",
            amount(statement.realised_margin, currency),
            amount(statement.expected_margin, currency),
            counted(statement.customers_opening, "customer", "customers"),
            statement.customers_acquired,
            statement.customers_closing
        );
        if let Some(serving) = &self.serving {
            text += &format!("\nbefore the costs to serve: {} expected", amount(serving.cost(), currency));
            if let Some(net) = serving.contribution() {
                text += &format!(", {} net of them", amount(net, currency));
            }
        }
        if let Some(assumed) = &self.assumed {
            text += &format!("\n{}", assumed.in_words());
        }
        text
    }
}

fn span(from: Day, to: Day) -> String {
    format!("{} to {}", wire::day(from), wire::day(to))
}

/// A line's name for people.
fn words(line: Line) -> &'static str {
    match line {
        Line::MergedSplit => "merged and split",
        Line::Restated => "restated",
        Line::Release => "release of expected margin",
        Line::Unwinding => "unwinding of discount",
        Line::Horizon => "horizon",
        Line::Churn => "churn variance",
        Line::Development => "development",
        Line::Acquired => "acquired",
        Line::Reactivated => "reactivated",
        Line::Assumptions => "assumption change",
        Line::Model => "model change",
    }
}

fn amount(minor: i64, currency: Currency) -> String {
    let plain = Money::new(minor, currency).decimal();
    let (whole, cents) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = whole.trim_start_matches('-');
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if minor < 0 { "-" } else { "" };
    let point = if cents.is_empty() { "" } else { "." };
    format!("{sign}{grouped}{point}{cents}")
}

/// One row a statement, amounts as decimals.
fn table(shown: &[Shown], currency: Currency) -> String {
    let mut head = vec!["from", "to", "closed", "currency", "opening"];
    head.extend(Line::ALL.iter().map(|line| line.name()));
    head.extend(["closing", "expected_margin", "realised_margin"]);
    head.extend(["customers_opening", "customers_acquired", "customers_closing"]);
    let head: Vec<String> = head.into_iter().map(str::to_string).collect();
    let mut text = spreadsheet::begin(&head);
    for one in shown {
        let statement = &one.statement;
        let money = |minor: i64| Money::new(minor, currency).decimal();
        let mut cells = vec![wire::day(one.from), wire::day(one.to), one.is_closed.to_string()];
        cells.extend([currency.code().to_string(), money(statement.opening)]);
        cells.extend(Line::ALL.iter().map(|line| money(statement.line(*line))));
        cells.extend([statement.closing, statement.expected_margin, statement.realised_margin].map(money));
        cells.push(statement.customers_opening.to_string());
        cells.push(statement.customers_acquired.to_string());
        cells.push(statement.customers_closing.to_string());
        text += &spreadsheet::line(&cells);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_with_their_sign() {
        assert_eq!(amount(-123_456_789, Currency::EUR), "-1,234,567.89");
        assert_eq!(amount(5, Currency::EUR), "0.05");
        assert_eq!(amount(1_000, Currency::parse("JPY").unwrap()), "1,000");
    }
}
