//! `clientela costs`: the accounts of all customers or of one, and the catalogue that prices them.

use super::watch::{Hands, outcome};
use super::{Done, Failed, House, counted, print};
use crate::accounts::beside::{BesideBy, BesideQuery, BesideRow, Spending, beside_of};
use crate::accounts::customer::{AccountQuery, Period, account_of, each_total};
use crate::accounts::preview::ActivityChange;
use crate::accounts::totals::{AccountRestatement, Kept, Months, accounts_of, named_lines, span};
use crate::accounts::written::WrittenCatalogue;
use crate::accounts::{catalogue, preview};
use crate::http::Failure;
use crate::http::wire::Money;
use crate::spreadsheet;
use crate::value::serving::{ServingAhead, ServingPart, serving_of};
use access::Reader;
use clap::Args;
use serde_json::json;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use store::Store;
use value::cost::{Trade, preset};

/// Which months, of whom, and where to.
#[derive(Args, Clone, Debug, Default)]
pub struct Arguments {
    /// First month, as YYYY-MM; the twelfth before the last if not given
    #[arg(long, value_name = "MONTH")]
    from: Option<String>,
    /// Last month, with it; the last of the accounts if not given
    #[arg(long, value_name = "MONTH")]
    to: Option<String>,
    /// How the months of one customer are gathered
    #[arg(long, value_name = "PERIOD", default_value = "month", requires = "customer")]
    by: Period,
    /// The account of one customer, by number
    #[arg(long, value_name = "ID")]
    customer: Option<u32>,
    /// What was spent beside what it brought, told as a correlation
    #[arg(long, value_name = "GROUP", conflicts_with_all = ["customer", "out"])]
    beside: Option<BesideBy>,
    /// With --beside: which costs count as spent; investment (acquisition and upkeep), by activity all of them
    #[arg(long, value_name = "COSTS", requires = "beside")]
    spent: Option<Spending>,
    /// Where to write every customer's statement over the months (of one customer: each period) as CSV
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// A catalogue of activities as TOML: taken in where the file is there, after a preview; written where it is not
    #[arg(long, value_name = "FILE", conflicts_with_all = ["customer", "out", "beside"])]
    catalogue: Option<PathBuf>,
    /// With --catalogue: write a preset instead of the catalogue that stands: retail, services or b2b
    #[arg(long, value_name = "TRADE", requires = "catalogue")]
    preset: Option<String>,
    /// With --catalogue: why it was changed
    #[arg(long, value_name = "TEXT", requires = "catalogue", default_value = "")]
    note: String,
}

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Failed {
        Failed::Because(failure.to_string())
    }
}

/// Shows accounts, or changes the catalogue.
pub fn run(house: &House, arguments: &Arguments) -> Done {
    let store = house.open_existing()?;
    if let Some(file) = &arguments.catalogue {
        return match file.exists() && arguments.preset.is_none() {
            true => take_in(house, &store, file, arguments),
            false => write_out(house, &store, file, arguments.preset.as_deref()),
        };
    }
    let Some(kept) = Kept::of(&store)? else {
        return Err(Failed::Because(
            "the accounts were not closed yet: run `clientela value` first".to_string(),
        ));
    };
    span(arguments.from.as_deref(), arguments.to.as_deref(), &kept).map_err(|(field, message)| {
        let option = if field == "until" { "--to" } else { "--from" };
        Failed::Usage(format!("{option}: {message}"))
    })?;
    match (arguments.customer, arguments.beside) {
        (Some(id), _) => one(house, &store, id, arguments),
        (None, Some(by)) => beside(house, &store, by, arguments),
        (None, None) => all(house, &store, arguments),
    }
}

fn beside(house: &House, store: &Store, by: BesideBy, arguments: &Arguments) -> Done {
    let query =
        BesideQuery { from: arguments.from.clone(), until: arguments.to.clone(), by, spent: arguments.spent };
    let told = beside_of(store, &query)?;
    if house.json() {
        print(serde_json::to_value(&told).expect("accounts are plain data"));
        return Ok(());
    }
    print(format!("{} to {}, {}", told.from, told.until, told.currency));
    let cells = |name: String, row: &BesideRow| {
        let money = |money: &Option<Money>| money.as_ref().map_or("-".to_string(), amount);
        let correlation = match &row.correlation {
            Some(found) => format!("{:.2} ({:.2} to {:.2})", found.value, found.lo95, found.hi95),
            None => "-".to_string(),
        };
        vec![
            name,
            row.customers.to_string(),
            row.reached.to_string(),
            amount(&row.spent),
            amount(&row.brought),
            money(&row.brought_per_reached),
            money(&row.brought_per_other),
            correlation,
        ]
    };
    let name = |row: &BesideRow| if row.key.is_empty() { "(unknown)".to_string() } else { row.key.clone() };
    let rows = told.rows.iter().map(|row| cells(name(row), row));
    let total = (by != BesideBy::Activity).then(|| cells("total".to_string(), &told.total));
    let head =
        ["", "customers", "spent on", "spent", "brought", "each of them", "each other", "correlation (95 %)"];
    table(&head, rows.chain(total).collect());
    print(
        "\nA correlation, not an effect: nobody drew by lot on whom it was spent, so there is no comparable group",
    );
    let both = &told.acquire_and_keep;
    let each = |each: &Option<Money>| {
        each.as_ref().map_or("nobody".to_string(), |each| format!("{} each", each.amount))
    };
    if let Some(new) = both.new_customers {
        let count = counted(new, "new customer", "new customers");
        print(format!(
            "to acquire: {} for {count}, {}",
            both.acquisition.amount,
            each(&both.per_new_customer)
        ));
    } else {
        print(format!("to acquire: {}; `clientela value` counts the new customers", both.acquisition.amount));
    }
    let count = counted(both.active_customers, "customer who bought", "customers who bought");
    print(format!("to keep: {} for {count}, {}", both.upkeep.amount, each(&both.per_active_customer)));
    Ok(())
}

fn all(house: &House, store: &Store, arguments: &Arguments) -> Done {
    let months = Months { from: arguments.from.clone(), until: arguments.to.clone() };
    let accounts = accounts_of(store, &months)?;
    if let Some(file) = &arguments.out {
        write_statements(store, arguments, file)?;
    }
    if house.json() {
        print(serde_json::to_value(&accounts).expect("accounts are plain data"));
        return Ok(());
    }
    print(format!("{} to {}, {}", accounts.from, accounts.until, accounts.currency));
    let head = ["", "customers", "unallocated", "total"];
    let rows = accounts.lines.iter().map(|line| {
        vec![line.line.clone(), amount(&line.customers), amount(&line.unallocated), amount(&line.total)]
    });
    table(&head, rows.collect());
    let head = ["activity", "kind", "facts", "cost", ""];
    let rows = accounts.activities.iter().map(|activity| {
        let mark = if activity.assumed { "assumed" } else { "" };
        let facts = activity.facts.to_string();
        vec![
            activity.activity.clone(),
            activity.cost_kind.clone(),
            facts,
            amount(&activity.total),
            mark.to_string(),
        ]
    });
    print("");
    table(&head, rows.collect());
    for activity in &accounts.activities {
        for (facts, why) in [
            (activity.without_rate, "no unit cost holds on their day"),
            (activity.without_value, "the driver has no value for them"),
        ] {
            if facts > 0 {
                let facts = counted(facts, "fact", "facts");
                print(format!("{}: {facts} without a price, {why}", activity.activity));
            }
        }
    }
    for team in &accounts.teams {
        print(format!("team {}: {} used, {} unused", team.team, team.used.amount, team.unused.amount));
    }
    if let Some(margin) = &accounts.assumed_margin {
        print(margin.in_words());
    }
    if accounts.assumed {
        print(
            "Some unit costs are assumed: `clientela costs --catalogue costs.toml` writes them out to be changed",
        );
    }
    if accounts.stale {
        print("A newer catalogue stands: `clientela value` prices by it");
    }
    if !accounts.restatements.is_empty() {
        let count = restated_months(&accounts.restatements);
        print(format!(
            "{} since they were closed; --json tells which",
            counted(count, "month was restated", "months were restated")
        ));
    }
    Ok(())
}

/// Months that were restated, each once however often it was.
fn restated_months(restatements: &[AccountRestatement]) -> u64 {
    restatements.iter().map(|restated| &restated.month).collect::<BTreeSet<_>>().len() as u64
}

fn one(house: &House, store: &Store, id: u32, arguments: &Arguments) -> Done {
    let query = AccountQuery { from: arguments.from.clone(), until: arguments.to.clone(), by: arguments.by };
    let account = account_of(store, &Reader::house(), id, &query)?;
    if let Some(file) = &arguments.out {
        let mut lines = vec![];
        let names = account.total.lines.iter().map(|line| line.line.clone());
        let activities = account.total.activities.iter().map(|activity| activity.activity.clone());
        lines.push(spreadsheet::begin(
            &["period", "currency"]
                .map(str::to_string)
                .into_iter()
                .chain(names)
                .chain(activities)
                .collect::<Vec<_>>(),
        ));
        for period in &account.periods {
            let amounts = period.lines.iter().map(|line| line.amount.amount.clone());
            let costs = period.activities.iter().map(|activity| activity.amount.amount.clone());
            lines.push(spreadsheet::line(
                &[period.period.clone(), account.currency.clone()]
                    .into_iter()
                    .chain(amounts)
                    .chain(costs)
                    .collect::<Vec<_>>(),
            ));
        }
        write_file(file, |to| lines.iter().try_for_each(|line| to.write_all(line.as_bytes())))?;
    }
    let ahead = serving_of(store, &Reader::house(), id)?.and_then(|told| told.serving);
    if house.json() {
        let mut told = serde_json::to_value(&account).expect("an account is plain data");
        told["serving"] = serde_json::to_value(&ahead).expect("what is expected is plain data");
        print(told);
        return Ok(());
    }
    let mut head = vec![account.currency.as_str()];
    head.extend(account.periods.iter().map(|period| period.period.as_str()));
    head.push("total");
    let periods: Vec<_> = account.periods.iter().chain([&account.total]).collect();
    let is_told = |place: usize| periods.iter().any(|period| !is_zero(&period.lines[place].amount));
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (place, line) in account.total.lines.iter().enumerate().filter(|(place, _)| is_told(*place)) {
        let amounts = periods.iter().map(|period| amount(&period.lines[place].amount));
        rows.push([line.line.clone()].into_iter().chain(amounts).collect());
    }
    for (place, activity) in account.total.activities.iter().enumerate() {
        let amounts = periods.iter().map(|period| amount(&period.activities[place].amount));
        let mark = if activity.assumed { " (assumed)" } else { "" };
        rows.push([format!("  {}{mark}", activity.activity)].into_iter().chain(amounts).collect());
    }
    table(&head, rows);
    if let Some(ahead) = ahead {
        print(ahead_in_words(&ahead));
    }
    Ok(())
}

/// What serving a customer is expected to cost, and what is left of what he is worth.
fn ahead_in_words(ahead: &ServingAhead) -> String {
    let part = |part: &ServingPart, of: &str| format!("{:.1} {of} at {}", part.expected, part.rate.amount);
    let cost = format!(
        "expected cost to serve from {} on, discounted at {:.1} % a year: {} ({}, {})",
        ahead.as_of,
        100.0 * ahead.discount_rate,
        ahead.expected_cost.amount,
        part(&ahead.purchases, "purchases"),
        part(&ahead.years, "years")
    );
    match (&ahead.expected_margin, &ahead.expected_contribution) {
        (Some(margin), Some(left)) => {
            format!("{cost}\nof an expected margin of {} this leaves {}", margin.amount, left.amount)
        }
        _ => cost,
    }
}

fn is_zero(money: &Money) -> bool {
    money.amount.bytes().all(|byte| matches!(byte, b'0' | b'.' | b'-'))
}

fn amount(money: &Money) -> String {
    money.amount.clone()
}

fn write_statements(store: &Store, arguments: &Arguments, file: &Path) -> Done {
    let kept = Kept::of(store)?.ok_or_else(|| Failed::Because("there are no accounts".to_string()))?;
    let span = span(arguments.from.as_deref(), arguments.to.as_deref(), &kept)
        .map_err(|(_, message)| Failed::Usage(message))?;
    let activities = kept.catalogue.activities();
    write_file(file, |to| {
        let names =
            named_lines(&Default::default(), &kept.catalogue).into_iter().map(|(line, _)| line.to_string());
        let costs = activities.iter().map(|activity| activity.name.clone());
        let head: Vec<String> =
            ["customer", "currency"].map(str::to_string).into_iter().chain(names).chain(costs).collect();
        to.write_all(spreadsheet::begin(&head).as_bytes())?;
        let mut written = Ok(());
        let read = each_total(store, &span, |id, statement| {
            let decimal = |minor: i64| ledger::Money::new(minor, kept.currency).decimal();
            let lines =
                named_lines(statement, &kept.catalogue).into_iter().map(|(_, amount)| decimal(amount));
            let costs =
                (0..activities.len()).map(|place| decimal(statement.costs.get(place).copied().unwrap_or(0)));
            let cells: Vec<String> = [id.to_string(), kept.currency.code().to_string()]
                .into_iter()
                .chain(lines)
                .chain(costs)
                .collect();
            if written.is_ok() {
                written = to.write_all(spreadsheet::line(&cells).as_bytes());
            }
        });
        read.map_err(std::io::Error::other)?;
        written
    })
}

fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Done {
    let failed = super::file_failed("write", path);
    let mut out = std::io::BufWriter::new(std::fs::File::create(path).map_err(&failed)?);
    write(&mut out).and_then(|()| out.flush()).map_err(&failed)
}

/// Writes the catalogue that stands, or a preset, as TOML.
fn write_out(house: &House, store: &Store, file: &Path, trade: Option<&str>) -> Done {
    let written = match trade {
        Some(name) => {
            let trade = Trade::from_name(name).ok_or_else(|| {
                Failed::Usage(format!("--preset takes retail, services or b2b, not {name:?}"))
            })?;
            if file.exists() {
                return Err(Failed::Usage(format!("{} is there already: name another file", file.display())));
            }
            let currency = catalogue::currency(store)?;
            let digits = currency.minor_digits();
            let activities = crate::accounts::written::write_activities(
                &preset(trade, crate::accounts::DAWN, digits),
                digits,
            );
            WrittenCatalogue { activities, teams: Vec::new() }
        }
        None => match store.catalogue()? {
            Some(saved) => catalogue::written(&saved)?,
            None => {
                return Err(Failed::Because(
                    "there is no catalogue yet: `clientela value` guesses one, or take a preset by --preset"
                        .to_string(),
                ));
            }
        },
    };
    let text = toml::to_string(&written).map_err(|error| Failed::Because(error.to_string()))?;
    write_file(file, |to| to.write_all(text.as_bytes()))?;
    let count = written.activities.len() as u64;
    if house.json() {
        print(json!({ "file": file.display().to_string(), "activities": count }));
    } else {
        print(format!("{} written to {}", counted(count, "activity", "activities"), file.display()));
    }
    Ok(())
}

/// Takes a changed catalogue in: shows what it would do, asks, keeps it, prices by it.
fn take_in(house: &House, store: &Store, file: &Path, arguments: &Arguments) -> Done {
    let text = std::fs::read_to_string(file).map_err(super::file_failed("read", file))?;
    let wrong = |why: String| Failed::Because(format!("{}: {why}", file.display()));
    let written: WrittenCatalogue = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    written.read_new(catalogue::currency(store)?).map_err(|error| wrong(error.to_string()))?;
    let stands = store.catalogue()?.map_or(0, |saved| saved.id);
    let shown = match Kept::of(store)? {
        Some(_) => {
            Some(preview::preview_of(store, &written, arguments.from.as_deref(), arguments.to.as_deref())?)
        }
        None => None,
    };
    if let Some(shown) = shown.as_ref().filter(|_| !house.json()) {
        print(format!("From {} to {}, {}:", shown.from, shown.until, shown.currency));
        let totals = shown.totals.iter().filter(|total| !is_zero(&total.before) || !is_zero(&total.after));
        let rows = totals.map(|total| vec![total.line.clone(), amount(&total.before), amount(&total.after)]);
        table(&["", "before", "after"], rows.collect());
        print(format!(
            "The contribution of {} changes, of {} its sign",
            counted(shown.customers_changed, "customer", "customers"),
            shown.sign_changes
        ));
        shown.activities.iter().filter_map(unpriced_in_words).for_each(print);
    }
    if !house.confirm("Keep this catalogue?")? {
        return Err(Failed::Because("nothing was changed".to_string()));
    }
    let kept = catalogue::change(store, &written, stands, None, &arguments.note, "person", crate::now())?;
    let result = match kept.job {
        Some(job) => {
            let hands = Hands::take(house, store)?;
            Some(outcome(&hands.see_through(job, "pricing")?)?)
        }
        None => None,
    };
    if house.json() {
        print(json!({ "version": kept.version, "preview": shown, "accounts": result }));
    } else {
        print(format!("kept as version {}", kept.version));
    }
    Ok(())
}

/// Facts that an activity would leave without a price; nothing where there are none, before and after.
fn unpriced_in_words(change: &ActivityChange) -> Option<String> {
    let preview::UnpricedChange { before, after } = change.unpriced;
    (before != after || after > 0).then(|| {
        let facts = counted(after, "fact", "facts");
        format!("{}: {facts} without a price, which cost nothing; {before} now", change.activity)
    })
}

/// Columns side by side: the first to the left, the others to the right.
fn table(head: &[&str], rows: Vec<Vec<String>>) {
    let widths: Vec<usize> = (0..head.len())
        .map(|column| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.chain([head[column].chars().count()]).max().unwrap_or(0)
        })
        .collect();
    let line = |cells: Vec<&str>| {
        let padded = cells.iter().enumerate().map(|(column, cell)| {
            let gap = " ".repeat(widths[column].saturating_sub(cell.chars().count()));
            if column == 0 { format!("{cell}{gap}") } else { format!("{gap}{cell}") }
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_string()
    };
    print(line(head.to_vec()));
    for row in &rows {
        print(line(row.iter().map(String::as_str).collect()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::preview::UnpricedChange;
    use crate::accounts::totals::RestatedTotals;

    // A month that was restated twice counted as two: 46 months of the twelve that were asked for.
    #[test]
    fn a_month_restated_often_is_one_month() {
        let money = || Money::from(ledger::Money::new(0, ledger::Currency::EUR));
        let totals = || RestatedTotals {
            net: money(),
            margin: money(),
            cost: money(),
            unallocated_cost: money(),
            contribution: money(),
            customers: 0,
        };
        let restated = |month: &str| AccountRestatement {
            month: month.to_string(),
            restated_at: String::new(),
            reason: "facts".to_string(),
            earlier: totals(),
            later: totals(),
        };
        let all = ["2026-07", "2026-06", "2026-07"].map(restated);
        assert_eq!(restated_months(&all), 2);
        assert_eq!(restated_months(&all[2..]), 1);
    }

    #[test]
    fn a_price_that_would_be_lost_is_told() {
        let told = |before, after| {
            unpriced_in_words(&ActivityChange {
                activity: "calls".to_string(),
                before: None,
                after: None,
                customers: 0,
                unpriced: UnpricedChange { before, after },
            })
        };
        assert_eq!(told(0, 0), None);
        assert_eq!(told(0, 1).unwrap(), "calls: 1 fact without a price, which cost nothing; 0 now");
        assert_eq!(told(12, 0).unwrap(), "calls: 0 facts without a price, which cost nothing; 12 now");
    }
}
