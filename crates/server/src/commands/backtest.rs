//! `clientela backtest`: what the models would have said earlier, beside what came; of a file, or of the base.
//!
//! Reads and keeps nothing but the files it is told to write. At most [`MOST_CUSTOMERS`] customers are looked at.

use super::{Done, Failed, House};
use crate::model::{Borrowed, LookBack, LookBackTrial, ModelFit};
use crate::report::words::Language;
use crate::report::{self, Report, trial_cells, trial_head};
use crate::value::likeness;
use crate::value_file::{self, allow_closed_pipe, grouped, how_many, push_text, read_lines, write_file};
use clap::Args;
use ledger::Day;
use serde_json::json;
use sources::{AMOUNT_DIGITS, PurchaseColumns};
use std::io::Write;
use std::path::PathBuf;
use value::backtest::{Asked, MOST_CUSTOMERS};
use value::lifetime::Kind;
use value::newcomers::Likeness;
use value::{Choice, Horizon, PurchaseLine, Question};

/// What to look back at. Without a file, the base.
#[derive(Args, Clone, Debug, Default)]
pub struct Arguments {
    /// File of purchases (CSV, TSV, either packed with gzip, or Parquet); without one, the base
    #[arg(value_name = "FILE", requires_all = ["customer", "date"])]
    file: Option<PathBuf>,
    /// Column that names the customer
    #[arg(long, value_name = "COLUMN", requires = "file")]
    customer: Option<String>,
    /// Column with the day of the purchase
    #[arg(long, value_name = "COLUMN", requires = "file")]
    date: Option<String>,
    /// Column with the amount, negative for refunds; without it, spend is left out
    #[arg(long, value_name = "COLUMN", requires = "file")]
    amount: Option<String>,
    /// Last day that is known, as YYYY-MM-DD; the last day of the file if not given
    #[arg(long, value_name = "DATE", requires = "file")]
    until: Option<String>,
    /// How far to foretell from each origin, as far as the past reaches: 39w, 273d, 12m or 2y
    #[arg(long, value_name = "SPAN", default_value = "12m")]
    horizon: String,
    /// From how many earlier days to foretell; at half, two thirds and four fifths of the past if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=24))]
    origins: Option<u32>,
    /// Models to try, separated by commas, such as bg_nbd,pareto_nbd; the blend's members and the standard ones if not
    /// given. The blend itself and the naive rules are always there. At each origin the blend counts its members as before any
    /// look back; the weights of today's blend are found by these trials, and are not tried on them again
    #[arg(long, value_name = "MODELS", value_delimiter = ',')]
    models: Vec<String>,
    /// Where to write a report as one self-contained HTML file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// What the report is written in
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    language: Language,
    /// Where to write every trial as CSV
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How dates that are not ISO are written: dmy, mdy or ymd; guessed from the first rows if not given
    #[arg(long, value_name = "ORDER", requires = "file", value_parser = ["dmy", "mdy", "ymd"])]
    date_order: Option<String>,
    /// The mark before decimals, "." or ","; guessed from the first rows if not given
    #[arg(long, value_name = "MARK", requires = "file", value_parser = [".", ","])]
    decimal: Option<String>,
}

impl From<value_file::Failure> for Failed {
    fn from(failure: value_file::Failure) -> Failed {
        match failure {
            value_file::Failure::Usage(message) => Failed::Usage(message),
            value_file::Failure::Failed(message) => Failed::Because(message),
        }
    }
}

/// What a horizon longer than the past comes to, in words; `None` where it was looked as far ahead as was asked.
fn shortened(horizon: &Horizon, back: &LookBack) -> Option<String> {
    let asked = horizon.whole_days();
    let days: Vec<u32> = back.origins.iter().map(|origin| origin.horizon_days).collect();
    let (shortest, longest) = (days.iter().min()?, days.iter().max()?);
    let used = if shortest == longest { shortest.to_string() } else { format!("{shortest} to {longest}") };
    (*shortest < asked).then(|| {
        format!(
            "the horizon of {horizon} ({} days) reaches beyond what is known: from each origin as many days are foretold as \
             came after it, {used} of them",
            grouped(u64::from(asked))
        )
    })
}

/// The purchases to look back at.
struct Past {
    /// The file, or the company.
    subject: String,
    lines: Vec<PurchaseLine>,
    buyers: u64,
    until: Day,
    /// Decimals of the minor unit; `None` without amounts.
    digits: Option<u32>,
    currency: Option<String>,
    /// Who is like whom; a file tells when customers first came.
    likeness: Likeness,
}

/// Looks back, says what came of it, and writes what was asked for.
pub fn run(house: &House, arguments: &Arguments) -> Done {
    let horizon: Horizon =
        arguments.horizon.parse().map_err(|error: value::HorizonError| Failed::Usage(error.to_string()))?;
    let asked: Vec<Kind> = arguments.models.iter().map(|name| kind(name)).collect::<Result<_, _>>()?;
    let past = match &arguments.file {
        Some(file) => of_file(file, arguments)?,
        None => of_base(house)?,
    };
    let lines = value::lines_of_some(&past.lines, past.buyers, MOST_CUSTOMERS as u64);
    let base = value::histories_with_amounts(lines, past.until);
    let mut study = value::backtest::study(
        &base,
        &Asked {
            horizon_days: horizon.whole_days(),
            origins: arguments.origins,
            kinds: if asked.is_empty() { standard() } else { asked.clone() },
            minor_digits: past.digits,
        },
    );
    if !asked.is_empty() {
        study.backtest.trials.retain(|trial| match trial.forecast {
            value::backtest::Forecast::Model(kind) => asked.contains(&kind),
            _ => true,
        });
    }
    let question = Question { horizon, minor_digits: past.digits, choice: Choice::Blend };
    let tested = Some(study.backtest.clone());
    let valuation = value::value_tested_like(&base, &question, tested, &past.likeness);
    let currency = past.currency.as_deref();
    let mut fit = ModelFit::of(&valuation, currency, None);
    fit.newcomers = Some(Borrowed::of(valuation.newcomers.as_ref()));
    let back = LookBack::of(&study, &valuation, past.buyers, past.digits.unwrap_or(0), currency);
    if let Some(path) = &arguments.out {
        write_file(path, |to| to.write_all(&trials_table(back.as_ref())))?;
    }
    if let Some(path) = &arguments.html {
        let report = Report { subject: &past.subject, fit: &fit, back: back.as_ref() };
        write_file(path, |to| to.write_all(report::html(&report, arguments.language).as_bytes()))?;
    }
    let said = if house.json() {
        json!({ "subject": past.subject, "until": crate::http::wire::day(past.until), "customers": past.buyers,
            "horizon": horizon.to_string(), "horizon_days": horizon.whole_days(),
            "shortened": back.as_ref().and_then(|back| shortened(&horizon, back)), "model": fit, "backtest": back,
            "verdict": back.as_ref().map(|back| Language::En.verdict(&back.compared)) })
        .to_string()
    } else {
        in_words(&past, &horizon, &fit, back.as_ref())
    };
    allow_closed_pipe(writeln!(std::io::stdout(), "{said}"), "standard output")?;
    Ok(())
}

/// The models that are tried unless told, beside the members of the blend.
fn standard() -> Vec<Kind> {
    vec![
        Kind::BgNbd,
        Kind::BgCnbd,
        Kind::MbgCnbd,
        Kind::GgomNbd,
        Kind::Drifting,
        Kind::DriftingMbg,
        Kind::DriftingPareto,
    ]
}

fn kind(name: &str) -> Result<Kind, Failed> {
    name.trim().parse().map_err(|()| {
        let codes: Vec<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        Failed::Usage(format!("no model is called {name:?}: choose among {}", codes.join(", ")))
    })
}

fn of_file(file: &std::path::Path, arguments: &Arguments) -> Result<Past, Failed> {
    let named = |column: &Option<String>, what: &str| {
        column.clone().ok_or_else(|| Failed::Usage(format!("name {what}, as in --customer id --date day")))
    };
    let until = arguments.until.as_deref().map(value_file::last_day).transpose()?;
    let columns = PurchaseColumns {
        customer: named(&arguments.customer, "the customer's column")?,
        date: named(&arguments.date, "the date's column")?,
        amount: arguments.amount.clone(),
        date_order: arguments.date_order.as_deref().map(value_file::date_order),
        decimal: arguments.decimal.as_ref().and_then(|mark| mark.chars().next()),
        today: value_file::today_unless(until),
    };
    let (purchases, mut lines, last_day) = read_lines(file, &columns)?;
    let until = until.unwrap_or(last_day);
    lines.retain(|line| line.day <= until.0);
    let name = file
        .file_name()
        .map_or_else(|| file.display().to_string(), |name| name.to_string_lossy().into_owned());
    let buyers = buyers(&lines);
    eprintln!(
        "{}: {}, {} of {}",
        file.display(),
        how_many(purchases.rows, "row", "rows"),
        how_many(purchases.purchases, "purchase or refund", "purchases or refunds"),
        how_many(buyers, "customer", "customers")
    );
    for words in purchases.notes.iter().cloned().chain(value_file::after_today(&purchases)) {
        eprintln!("{words}");
    }
    let digits = arguments.amount.is_some().then_some(AMOUNT_DIGITS);
    Ok(Past {
        subject: name,
        lines,
        buyers,
        until,
        digits,
        currency: None,
        likeness: Likeness::of_cohorts().clone(),
    })
}

fn of_base(house: &House) -> Result<Past, Failed> {
    let store = house.open_existing()?;
    let today = crate::now().day();
    let sales = store.sales(today, |_, _| Ok(()))?;
    let (likeness, _) = likeness::of_base(&store, &sales)?;
    let subject = store.company()?.map_or_else(|| "Clientela".to_string(), |company| company.name);
    Ok(Past {
        subject,
        buyers: buyers(&sales.lines),
        until: sales.last_sale.unwrap_or(today),
        digits: Some(sales.currency.minor_digits()),
        currency: Some(sales.currency.code().to_string()),
        lines: sales.lines,
        likeness,
    })
}

/// Customers who have a line; their numbers are dense.
fn buyers(lines: &[PurchaseLine]) -> u64 {
    let size = lines.iter().map(|line| line.customer as usize + 1).max().unwrap_or(0);
    let mut buys = vec![false; size];
    for line in lines {
        buys[line.customer as usize] = true;
    }
    buys.iter().filter(|buys| **buys).count() as u64
}

/// One line per origin and forecaster, purchases before spend.
fn trials_table(back: Option<&LookBack>) -> Vec<u8> {
    let mut table = b"target,origin,forecaster,naive,predicted,actual,bias,rmse,mae,rank_correlation,top_tenth,log_score,\
covered80,covered95,total_lo95,total_hi95,total_held\n"
        .to_vec();
    let Some(back) = back else { return table };
    let targets = back
        .trials
        .iter()
        .map(|trial| ("purchases", trial))
        .chain(back.spend.iter().map(|trial| ("spend", trial)));
    for (target, trial) in targets {
        let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
        table.extend_from_slice(target.as_bytes());
        for text in [&trial.day, &trial.forecaster] {
            table.push(b',');
            push_text(&mut table, text);
        }
        let held = trial.total_held.map(|held| held.to_string()).unwrap_or_default();
        let numbers = [
            Some(trial.predicted),
            Some(trial.actual),
            trial.bias,
            Some(trial.rmse),
            Some(trial.mae),
            trial.rank_correlation,
            Some(trial.top_tenth),
            trial.log_score,
            trial.covered80,
            trial.covered95,
            trial.total_lo95,
            trial.total_hi95,
        ];
        let numbers: Vec<String> = numbers.into_iter().map(number).collect();
        table.extend_from_slice(format!(",{},{},{held}\n", trial.naive, numbers.join(",")).as_bytes());
    }
    table
}

/// All of it for a terminal.
fn in_words(past: &Past, horizon: &Horizon, fit: &ModelFit, back: Option<&LookBack>) -> String {
    let language = Language::En;
    let Some(back) = back else { return report::too_short(language).to_string() };
    let mut text = format!(
        "{}: {} of {} looked at, as of {}\n",
        past.subject,
        grouped(back.customers),
        how_many(back.of, "customer", "customers"),
        fit.as_of
    );
    text += &shortened(horizon, back).map(|words| format!("{words}\n")).unwrap_or_default();
    for (what, trials) in [("purchases", &back.trials), ("spend", &back.spend)] {
        for origin in back.origins.iter().filter(|_| !trials.is_empty()) {
            text += &format!(
                "\n{what} from {} to {} ({} days), {}\n",
                origin.day,
                origin.until,
                origin.horizon_days,
                how_many(u64::from(origin.customers), "customer", "customers")
            );
            let here: Vec<&LookBackTrial> = trials.iter().filter(|trial| trial.day == origin.day).collect();
            text += &aligned(&here, language);
        }
    }
    text += &format!("\nweights\n  {}\n", language.about_weights());
    for one in &back.weights {
        let why = language.why(one, Some(back));
        text += &format!("  {:<22} {:>6}  {why}\n", one.name, language.share(one.weight, 1));
    }
    if let Some(few) = &fit.few {
        text += &format!("\n{}\n", language.few(few));
    }
    for said in fit.newcomers.iter().flat_map(|borrowed| language.borrowed(borrowed)) {
        text += &format!("{said}\n");
    }
    text += &format!("\n{}", language.verdict(&back.compared));
    if !back.spend_compared.is_empty() {
        text += &format!("\nSpend. {}", language.verdict(&back.spend_compared));
    }
    text
}

/// A table in columns as wide as their widest cell.
fn aligned(trials: &[&LookBackTrial], language: Language) -> String {
    let mut rows: Vec<Vec<String>> =
        vec![trial_head(language).iter().map(|name| name.to_lowercase()).collect()];
    rows.extend(trials.iter().map(|trial| trial_cells(trial, language, 0)));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let mut line = String::from(" ");
        for (place, (cell, width)) in row.iter().zip(&widths).enumerate() {
            line += &if place == 0 { format!(" {cell:<width$}") } else { format!("  {cell:>width$}") };
        }
        line.trim_end().to_string() + "\n"
    };
    rows.iter().map(line).collect()
}
