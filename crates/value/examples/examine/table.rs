//! The table of an examination: printed as it grows, written, and held against an earlier one.

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write;

/// What was said of one stretch of one base, and how it went.
pub struct Row {
    pub base: String,
    pub split: String,
    pub model: String,
    pub rule: String,
    /// In the order of [`NAMES`].
    pub numbers: Vec<f64>,
}

/// What the numbers of a row are. Errors are in purchases or units of the currency a customer; bias and widths are
/// shares of what came.
pub const NAMES: [&str; 30] = [
    "customers",
    "came",
    "rmse",
    "naive_rmse",
    "mae",
    "naive_mae",
    "bias",
    "log_score",
    "covered80",
    "covered95",
    "total_held",
    "total_width",
    "spend_rmse",
    "naive_spend_rmse",
    "spend_mae",
    "naive_spend_mae",
    "spend_bias",
    "spend80",
    "spend95",
    "spend_total_held",
    "spend_total_width",
    "finite",
    "seconds",
    "first_miss",
    "second_miss",
    "third_miss",
    "tested80",
    "tested95",
    "lean",
    "lean_error",
];

impl Row {
    fn of(&self, name: &str) -> f64 {
        NAMES.iter().position(|one| *one == name).map_or(f64::NAN, |place| self.numbers[place])
    }

    fn key(&self) -> String {
        format!("{} {}", self.base, self.split)
    }
}

pub fn head() {
    const NAMES: [&str; 17] = [
        "base", "split", "cust", "came", "rmse", "/naive", "mae/n", "bias", "80", "95", "T", "spendR",
        "/mae", "bias", "80", "95", "T",
    ];
    const WIDTHS: [usize; 17] = [22, 16, 6, 8, 9, 7, 7, 8, 4, 4, 2, 7, 7, 8, 4, 4, 2];
    let cells: Vec<String> = NAMES
        .iter()
        .zip(WIDTHS)
        .enumerate()
        .map(
            |(place, (name, width))| {
                if place < 2 { format!("{name:<width$}") } else { format!("{name:>width$}") }
            },
        )
        .collect();
    println!("{}   sec  model, best rules", cells.concat());
}

pub fn line(row: &Row) {
    let of = |name| row.of(name);
    let percent = |name| 100.0 * of(name);
    let held = |name| if of(name) > 0.5 { "y" } else { "N" };
    println!(
        "{:<22}{:<16}{:>6} {:>7} {:>8.3} {:>6.3} {:>6.3} {:>+6.1}% {:>3.0}{:>4.0} {} {:>6.3} {:>6.3} {:>+6.1}% {:>3.0}{:>4.0} {} {:>5.1}  {} {}{}",
        row.base,
        row.split,
        of("customers"),
        of("came"),
        of("rmse"),
        of("rmse") / of("naive_rmse"),
        of("mae") / of("naive_mae"),
        percent("bias"),
        percent("covered80"),
        percent("covered95"),
        held("total_held"),
        of("spend_rmse") / of("naive_spend_rmse"),
        of("spend_mae") / of("naive_spend_mae"),
        percent("spend_bias"),
        percent("spend80"),
        percent("spend95"),
        held("spend_total_held"),
        of("seconds"),
        row.model,
        row.rule,
        if of("finite") > 0.5 { "" } else { " NOT FINITE" },
    );
}

/// How all rows did, made worlds and real bases apart.
pub fn summary(rows: &[Row]) {
    let is_made = |row: &&Row| row.base.starts_with('~');
    let is_back = |row: &&Row| row.split.starts_with("back");
    let some = |made: bool, back: bool| -> Vec<&Row> {
        rows.iter().filter(|row| is_made(row) == made && is_back(row) == back).collect()
    };
    for (what, some) in [
        ("real, valued", some(false, false)),
        ("real, looked back", some(false, true)),
        ("made, valued", some(true, false)),
        ("made, looked back", some(true, true)),
    ] {
        if some.is_empty() {
            continue;
        }
        let n = some.len() as f64;
        let share = |is: &dyn Fn(&Row) -> bool| 100.0 * some.iter().filter(|row| is(row)).count() as f64 / n;
        let mean = |of: &dyn Fn(&Row) -> f64| {
            some.iter().map(|row| of(row)).filter(|x| x.is_finite()).sum::<f64>() / n
        };
        let off = |name: &'static str, level: f64| mean(&|row| 100.0 * (row.of(name) - level).abs());
        println!(
            "{what}: {} splits; purchases: beat on rmse {:.0}%, ratio {:.4}, |bias| {:.1}%, log score {:.5}, off 80/95 by \
             {:.1}/{:.1} points, within 4 points {:.0}/{:.0}%, total held {:.0}%, its width {:.3}",
            some.len(),
            share(&|row| row.of("rmse") <= row.of("naive_rmse")),
            mean(&|row| row.of("rmse") / row.of("naive_rmse")),
            mean(&|row| 100.0 * row.of("bias").abs()),
            mean(&|row| row.of("log_score")),
            off("covered80", 0.8),
            off("covered95", 0.95),
            share(&|row| (row.of("covered80") - 0.8).abs() <= 0.04),
            share(&|row| (row.of("covered95") - 0.95).abs() <= 0.04),
            share(&|row| row.of("total_held") > 0.5),
            mean(&|row| row.of("total_width")),
        );
        println!(
            "      spend: beat on rmse {:.0}%, ratio {:.4}, |bias| {:.1}%, off 80/95 by {:.1}/{:.1} points, within 4 points \
             {:.0}/{:.0}%, total held {:.0}%, its width {:.3}; not finite {:.0}%; {:.1} s a valuation",
            share(&|row| row.of("spend_rmse") <= row.of("naive_spend_rmse")),
            mean(&|row| row.of("spend_rmse") / row.of("naive_spend_rmse")),
            mean(&|row| 100.0 * row.of("spend_bias").abs()),
            off("spend80", 0.8),
            off("spend95", 0.95),
            share(&|row| (row.of("spend80") - 0.8).abs() <= 0.04),
            share(&|row| (row.of("spend95") - 0.95).abs() <= 0.04),
            share(&|row| row.of("spend_total_held") > 0.5),
            mean(&|row| row.of("spend_total_width")),
            share(&|row| row.of("finite") < 0.5),
            mean(&|row| row.of("seconds")),
        );
    }
}

pub fn write(rows: &[Row], file: &str) -> Result<(), Box<dyn Error>> {
    let mut text = format!("base,split,model,rule,{}\n", NAMES.join(","));
    for row in rows {
        let numbers: Vec<String> = row.numbers.iter().map(f64::to_string).collect();
        writeln!(text, "{},{},{},{},{}", row.base, row.split, row.model, row.rule, numbers.join(","))?;
    }
    Ok(std::fs::write(file, text)?)
}

pub fn read(file: &str) -> Result<Vec<Row>, Box<dyn Error>> {
    let text = std::fs::read_to_string(file)?;
    let row = |line: &str| -> Result<Row, Box<dyn Error>> {
        let cells: Vec<&str> = line.split(',').collect();
        let [base, split, model, rule, numbers @ ..] = &cells[..] else {
            return Err("a row is short".into());
        };
        let numbers = numbers.iter().map(|cell| cell.parse()).collect::<Result<Vec<f64>, _>>()?;
        let text = |cell: &&str| cell.to_string();
        Ok(Row { base: text(base), split: text(split), model: text(model), rule: text(rule), numbers })
    };
    text.lines().skip(1).map(row).collect()
}

/// A number of a row, the smaller the better.
type Of = fn(&Row) -> f64;

/// Row by row, what is better or worse than before, and where it changed most.
pub fn compare(before: &[Row], after: &[Row]) {
    let earlier: HashMap<String, &Row> = before.iter().map(|row| (row.key(), row)).collect();
    let pairs: Vec<(&Row, &Row)> =
        after.iter().filter_map(|row| Some((*earlier.get(&row.key())?, row))).collect();
    println!("beside the table of before: {} splits", pairs.len());
    let rating: [(&str, Of); 13] = [
        ("rmse/naive", |row| row.of("rmse") / row.of("naive_rmse")),
        ("mae/naive", |row| row.of("mae") / row.of("naive_mae")),
        ("|bias|", |row| row.of("bias").abs()),
        ("-log score", |row| -row.of("log_score")),
        ("off 80", |row| (row.of("covered80") - 0.8).abs()),
        ("off 95", |row| (row.of("covered95") - 0.95).abs()),
        ("total missed", |row| 1.0 - row.of("total_held")),
        ("spend rmse/naive", |row| row.of("spend_rmse") / row.of("naive_spend_rmse")),
        ("spend mae/naive", |row| row.of("spend_mae") / row.of("naive_spend_mae")),
        ("spend |bias|", |row| row.of("spend_bias").abs()),
        ("spend off 80", |row| (row.of("spend80") - 0.8).abs()),
        ("spend off 95", |row| (row.of("spend95") - 0.95).abs()),
        ("spend total missed", |row| 1.0 - row.of("spend_total_held")),
    ];
    for (name, of) in rating {
        let mut changes: Vec<(f64, f64, f64, String)> = pairs
            .iter()
            .map(|(before, after)| (of(after) - of(before), of(before), of(after), after.key()))
            .filter(|(change, ..)| change.is_finite())
            .collect();
        changes.sort_by(|one, other| one.0.total_cmp(&other.0));
        let n = changes.len().max(1) as f64;
        let mean = |of: fn(&(f64, f64, f64, String)) -> f64| changes.iter().map(of).sum::<f64>() / n;
        let better = changes.iter().filter(|(change, ..)| *change < -1e-4).count();
        let worse = changes.iter().filter(|(change, ..)| *change > 1e-4).count();
        let told = |one: Option<&(f64, f64, f64, String)>| {
            one.map_or(String::new(), |(_, before, after, key)| format!("{key}: {before:.4} to {after:.4}"))
        };
        println!(
            "{name:<20}{:.5} to {:.5}; better {better}, worse {worse}; most better {}; most worse {}",
            mean(|one| one.1),
            mean(|one| one.2),
            told(changes.first()),
            told(changes.last())
        );
    }
}
