//! `clientela turnover`: who came and who went, and whether more went than should; `clientela migrations`: who moved from which
//! class or level to which.

use super::{Done, Failed, House, counted, print};
use crate::coherence::migrations::{MigrationOf, Migrations, MigrationsQuery, NONE, migrations_of};
use crate::equity::turnover::{AlarmPage, TurnoverPage, TurnoverQuery, TurnoverRow, turnover_and_alarm};
use crate::http::Failure;
use clap::Args;
use serde_json::json;

/// By what, between which days. Without days, the twelve months up to the last valuation.
#[derive(Args, Clone, Debug, Default)]
pub struct TurnoverArguments {
    /// Told apart by this
    #[arg(long, value_name = "KEY", default_value = "month", value_parser = ["month", "level", "source", "kind", "owner"])]
    by: String,
    /// From the end of this day, a month end that is kept, as YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Up to the end of this day; that of the last valuation if not given
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
}

/// Of what, between which days.
#[derive(Args, Clone, Debug, Default)]
pub struct MigrationsArguments {
    /// What customers move between
    #[arg(long, value_name = "WHAT", value_enum, default_value = "class")]
    of: MigrationOf,
    /// The first day, a month end that is kept, as YYYY-MM-DD; a year before the other if not given
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// The second day; the last that is kept if not given
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
}

/// Shows who came and who went, and the alarm with its causes.
pub fn turnover(house: &House, arguments: &TurnoverArguments) -> Done {
    let store = house.open_existing()?;
    let query = TurnoverQuery {
        by: Some(arguments.by.clone()),
        from: arguments.from.clone(),
        until: arguments.to.clone(),
    };
    let (turnover, alarm) = turnover_and_alarm(&store, &query).map_err(refusal)?;
    if house.json() {
        let mut told = serde_json::to_value(&turnover).expect("an answer is plain data");
        told["alarm"] = serde_json::to_value(&alarm).expect("an answer is plain data");
        print(told);
        return Ok(());
    }
    tell_turnover(&turnover);
    tell_alarm(&alarm);
    Ok(())
}

/// Shows who moved from where to where.
pub fn migrations(house: &House, arguments: &MigrationsArguments) -> Done {
    let store = house.open_existing()?;
    let query =
        MigrationsQuery { of: arguments.of, from: arguments.from.clone(), until: arguments.to.clone() };
    let moved = migrations_of(&store, &query).map_err(refusal)?;
    if moved.from.is_none() {
        return Err(Failed::Because(
            "fewer than two month ends are kept, so there is nothing to compare: run `clientela value`, once \
             there are facts of more than a month"
                .to_string(),
        ));
    }
    if house.json() {
        print(json!(moved));
    } else {
        tell_migrations(&moved);
    }
    Ok(())
}

/// What was asked wrongly is of the command line; the second day is called `--to` there.
fn refusal(failure: Failure) -> Failed {
    match failure.field() {
        Some("until") => Failed::Usage(format!("--to: {failure}")),
        Some(field) => Failed::Usage(format!("--{field}: {failure}")),
        None => Failed::Because(failure.to_string()),
    }
}

fn tell_turnover(page: &TurnoverPage) {
    let opening = counted(page.customers_opening, "customer", "customers");
    print(format!("{} to {}, in {}, {opening} at the start", page.from, page.until, page.currency));
    let line = |name: &str, heads: [String; 4], values: [&str; 4]| {
        let [acquired, returned, lost, net] = heads;
        let [acquired_value, returned_value, lost_value, net_value] = values;
        print(format!(
            "{name:<24} {acquired:>9} {returned:>9} {lost:>9} {net:>9} {acquired_value:>16} {returned_value:>16} \
             {lost_value:>16} {net_value:>16}"
        ));
    };
    let heads = ["acquired", "returned", "lost", "net"].map(str::to_string);
    line(&page.by, heads, ["acquired value", "returned value", "lost value", "net value"]);
    let row = |name: &str, row: &TurnoverRow| {
        let heads = [row.acquired, row.returned, row.lost].map(|count| count.to_string());
        let [acquired, returned, lost] = heads;
        let values = [&row.acquired_value, &row.returned_value, &row.lost_value, &row.net_value]
            .map(|m| m.amount.as_str());
        line(name, [acquired, returned, lost, row.net.to_string()], values);
    };
    page.rows.iter().for_each(|one| row(if one.key.is_empty() { "(unknown)" } else { &one.key }, one));
    row("total", &page.total);
    print(format!("lost is who is active with a chance below {:.0} %", 100.0 * page.lost_below));
}

fn tell_alarm(alarm: &AlarmPage) {
    let verdict = match (alarm.sounds, alarm.bleeds) {
        (false, _) => "no alarm",
        (true, false) => "ALARM: losses above their limit",
        (true, true) => "ALARM: more value lost than came",
    };
    print(format!("\n{} to {}: {verdict}", alarm.from, alarm.until));
    let (heads, value) = (&alarm.heads, &alarm.value);
    print(format!(
        "  heads {:.1} lost, {:.1} expected, limit {:.1}; value {} lost, {} expected, limit {}",
        heads.actual,
        heads.expected,
        heads.limit,
        value.actual.amount,
        value.expected.amount,
        value.limit.amount
    ));
    const CHIEF: usize = 5;
    for cause in alarm.causes.iter().take(CHIEF).filter(|_| alarm.sounds) {
        let key = if cause.key.is_empty() { "(unknown)" } else { &cause.key };
        print(format!(
            "  {:<8} {key:<24} {:>14} lost, {:>14} expected, {:>14} above",
            cause.part, cause.actual.amount, cause.expected.amount, cause.excess.amount
        ));
    }
}

fn tell_migrations(moved: &Migrations) {
    let (from, until) = (moved.from.as_deref().unwrap_or("-"), moved.until.as_deref().unwrap_or("-"));
    print(format!("{from} (down) to {until} (across), customers"));
    let sides: Vec<&str> = moved.places.iter().map(String::as_str).chain([NONE]).collect();
    let cells = |first: &str, rest: Vec<String>| {
        let rest: Vec<String> = rest.iter().map(|cell| format!("{cell:>11}")).collect();
        print(format!("{first:<12} {}", rest.join(" ")));
    };
    cells("", sides.iter().map(|side| (*side).to_string()).collect());
    for before in &sides {
        let count = |after: &&str| {
            let way = |cell: &&crate::coherence::migrations::MigrationCell| {
                cell.from == *before && cell.until == **after
            };
            moved.cells.iter().find(way).map_or("-".to_string(), |cell| cell.customers.to_string())
        };
        cells(before, sides.iter().map(count).collect());
    }
    let Migrations { heads_before, heads_after, rose, fell, stayed, new, lost, .. } = moved;
    print(format!(
        "{heads_before} before, {heads_after} after: {rose} rose, {fell} fell, {stayed} stayed, {new} came, {lost} went"
    ));
}
