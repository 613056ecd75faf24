//! `clientela value FILE`: the customers of one file of purchases, valued with no base at all.
//!
//! Takes a file, the names of its columns and a horizon; gives one line per customer as CSV, and on request the
//! fitted models as JSON. Reads with `sources`, computes with `value`; keeps nothing. Purchases of one day are one
//! transaction, refunds net off; both by the rules of [`value::histories`].

mod contract;
mod covariates;
mod periods;
mod season;

use crate::commands;
use crate::model::Borrowed;
use crate::report::words::Language;
use clap::Args;
use covariates::Cells;
use ledger::Day;
use serde_json::{Map, Value, json};
use sources::{
    AMOUNT_DIGITS, AfterToday, DateOrder, Picked, PickedColumns, PickedFile, PurchaseColumns, Purchases,
    Wanted,
};
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use value::lifetime::Kind;
use value::spend::{self, Why};
use value::{
    Choice, CustomerValue, Fit, Histories, History, Horizon, Interval, Lifetime, Lines, Margin,
    MarginHoldout, Models, PurchaseLine, Question, Residual, Seasonality, Valuation, Verdict,
};

/// What to value, and how far ahead. Without a file, the base is valued.
#[derive(Args, Clone, Debug, Default)]
pub struct Arguments {
    /// File of purchases (CSV, TSV, either packed with gzip, or Parquet); without one, the base is valued
    #[arg(value_name = "FILE", requires = "customer")]
    pub file: Option<PathBuf>,
    /// Column that names the customer
    #[arg(long, value_name = "COLUMN", requires = "file")]
    pub customer: Option<String>,
    /// Column with the day of the purchase
    #[arg(long, value_name = "COLUMN", requires = "file")]
    pub date: Option<String>,
    /// Column with the amount, negative for refunds; without it, spend is left out
    #[arg(long, value_name = "COLUMN", requires = "file")]
    pub amount: Option<String>,
    /// Column with the margin of the purchase, which adds a column expected_margin; without it, margins are left out
    #[arg(long, value_name = "COLUMN", requires = "amount")]
    pub margin: Option<String>,
    /// Customers under contract: one row per contract, valued by how long customers stay. Columns of the table:
    /// customer, tenure_days, active, model, p_active and its bounds at the horizon, expected and median remaining days,
    /// and the discounted residual lifetime in days (with --renewals in renewals). Expected remaining days stay empty where
    /// the fitted curve has no mean: a few never leave. Then the median says more; groups by --cohort may have one
    #[arg(long, requires = "file", conflicts_with_all = ["date", "amount", "margin", "model", "periods"])]
    pub contract: bool,
    /// Column with the first day of the contract
    #[arg(long, value_name = "COLUMN", requires = "contract")]
    pub start: Option<String>,
    /// Column with the last day of the contract, empty for those still active; nobody has left if not given
    #[arg(long, value_name = "COLUMN", requires = "contract")]
    pub end: Option<String>,
    /// Column with a group of contracts that may have a curve of its own
    #[arg(long, value_name = "COLUMN", requires = "contract")]
    pub cohort: Option<String>,
    /// Contracts end at renewals only, so far apart: 1m, 12m; at any time if not given
    #[arg(long, value_name = "SPAN", requires = "contract")]
    pub renewals: Option<String>,
    /// Discount a year, as a fraction, of all that is still to come (the columns that begin with residual); 0.1 if not given.
    /// At 0 they stay empty where the sum has no bound
    #[arg(
        long,
        value_name = "RATE",
        requires = "file",
        conflicts_with = "periods",
        allow_negative_numbers = true
    )]
    pub discount: Option<f64>,
    /// Count only whether a customer bought in a period of this length: 1y, 1q or 1m; valued by BG/BB, and expected
    /// transactions are periods with a purchase
    #[arg(long, value_name = "SPAN", requires = "file", conflicts_with_all = ["margin", "model"])]
    pub periods: Option<String>,
    /// Last day that is known, as YYYY-MM-DD; the last day of the file if not given, today where rows are dated later
    #[arg(long, value_name = "DATE", requires = "file")]
    pub until: Option<String>,
    /// How far ahead to look: 39w, 273d, 12m or 2y
    #[arg(long, value_name = "SPAN")]
    pub horizon: Option<String>,
    /// Model to take: blend, or one such as bg_nbd, pareto_nbd, mbg_nbd, nbd; the blend up to 250,000 customers and
    /// bg_nbd beyond if not given
    #[arg(long, value_name = "MODEL", requires = "file")]
    pub model: Option<String>,
    /// Columns that tell something of customers (a channel, a region, a size), as in channel,region: who buys and leaves
    /// faster for it is valued on a clock of his own. A customer's first row that tells it counts
    #[arg(long, value_name = "COLUMN,…", requires = "file", value_delimiter = ',', conflicts_with_all = ["contract", "periods"])]
    pub covariates: Vec<String>,
    /// Months in which all customers buy more or less: auto takes them where two years or more are known and the past is
    /// foretold better with them, monthly takes them, none does not; auto if not given, none with --covariates
    #[arg(long, value_name = "SEASON", requires = "file", value_parser = ["auto", "none", "monthly"], conflicts_with_all = ["contract", "periods", "covariates"])]
    pub seasonality: Option<String>,
    /// Where to write the table; standard output if not given
    #[arg(long, value_name = "FILE", requires = "file")]
    pub out: Option<PathBuf>,
    /// Where to write the fitted models as JSON
    #[arg(long, value_name = "FILE", requires = "file")]
    pub fit: Option<PathBuf>,
    /// How dates that are not ISO are written: dmy, mdy or ymd; guessed from the first rows if not given
    #[arg(long, value_name = "ORDER", requires = "file", value_parser = ["dmy", "mdy", "ymd"])]
    pub date_order: Option<String>,
    /// The mark before decimals, "." or ","; guessed from the first rows if not given
    #[arg(long, value_name = "MARK", requires = "file", value_parser = [".", ","])]
    pub decimal: Option<String>,
    /// Fit the models anew, and compare them with those in use
    #[arg(long, conflicts_with_all = ["file", "keep_models"])]
    pub refit: bool,
    /// Value by the models in use, even where a refit is due
    #[arg(long, conflicts_with = "file")]
    pub keep_models: bool,
    /// Put the refit in use; without --refit, the one that is proposed
    #[arg(long, conflicts_with_all = ["file", "keep_models", "no_adopt"])]
    pub adopt: bool,
    /// Only propose the refit
    #[arg(long, conflicts_with = "file", requires = "refit")]
    pub no_adopt: bool,
}

/// Why it could not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It was typed in a way that cannot be done.
    Usage(String),
    /// The file, or the place to write to, did not allow it.
    Failed(String),
}

/// How far ahead to look unless told.
const USUAL_HORIZON: &str = "12m";
/// Larger files are valued by BG/NBD alone unless told: reading them takes two seconds, blending many more.
const MOST_BLENDED: usize = 250_000;
/// Discount a year of what is still to come, unless told.
const USUAL_DISCOUNT: f64 = 0.1;
/// A horizon so many times as long as the past is told to be.
const FAR_AHEAD: f64 = 5.0;
/// How many rejected rows are shown; the JSON object holds more.
const SHOWN_REJECTIONS: usize = 10;

/// Values the customers of the file. The table goes to `--out` or to standard output. What was read and found goes
/// to standard error in words; with `json` it is one object instead, on standard output if the table is not there.
pub fn run(arguments: &Arguments, json: bool) -> Result<(), Failure> {
    if arguments.contract {
        return contract::run(arguments, json);
    }
    if let Some(length) = &arguments.periods {
        only_of_contracts(arguments)?;
        return periods::run(arguments, length, json);
    }
    only_of_contracts(arguments)?;
    let question = Asked::of(arguments)?;
    let (purchases, histories, cells) = read(&question)?;
    let with_amount = question.columns.amount.is_some();
    let choice = question.choice.unwrap_or(if histories.rows.len() > MOST_BLENDED {
        Choice::One(Kind::BgNbd)
    } else {
        Choice::Blend
    });
    let asked =
        Question { horizon: question.horizon, minor_digits: with_amount.then_some(AMOUNT_DIGITS), choice };
    let out = question.out.as_deref();
    let valued = match cells {
        Some(cells) => {
            let design = cells.design(&histories)?;
            let found = value::value_with_covariates(&histories, &asked, &design.rows)
                .map_err(|error| design.failure(&error))?;
            let residuals = found.residuals(&histories, &asked, &design.rows, question.discount);
            write_table(out, |to| {
                let (mut table, models) = (Table::of(&purchases, to), found.valuation.models());
                let each = histories.rows.iter().zip(&found.valuation.customers).zip(residuals);
                each.for_each(|((history, value), residual)| table.row(&models, history, value, residual));
                table.done()
            })?;
            let report = ("covariates", design.report(&found));
            Valued { words: design.words(&found), report, valuation: found.valuation }
        }
        None => {
            let mut found = None;
            write_table(out, |to| {
                let mut table = Table::of(&purchases, to);
                let row = |models: &Models, history: &History, value: CustomerValue, residual| {
                    table.row(models, history, &value, residual);
                };
                let Asked { seasonality, discount, .. } = question;
                found = Some(value::value_each(&histories, &asked, seasonality, discount, row));
                table.done()
            })?;
            let found = found.expect("a table that is written is one of values");
            let report = ("season", season::report(&found));
            let mut words = season::words(&found, question.seasonality);
            let learnt = found.valuation.newcomers.as_ref().map(|learnt| Borrowed::of(Some(learnt)));
            words.extend(learnt.iter().flat_map(|borrowed| Language::En.borrowed(borrowed)));
            Valued { words, report, valuation: found.valuation }
        }
    };
    let Valued { valuation, mut words, report: (beside, told) } = valued;
    words.extend(far_ahead(&histories, &question.horizon));
    let no_residual = (question.discount == 0.0).then_some(NO_RESIDUAL);
    words.extend(no_residual.map(str::to_string));
    let whole_fit = || {
        let mut fit = fit_report(&valuation);
        fit["discount_a_year"] = json!(question.discount);
        fit["residual_note"] = json!(no_residual);
        fit[beside] = told.clone();
        fit
    };
    if let Some(path) = &question.fit {
        write_file(path, |to| writeln!(to, "{:#}", whole_fit()))?;
    }
    let report = if json {
        format!("{}\n", summary(&purchases, &histories, &valuation, whole_fit()))
    } else {
        in_words(&question.file, &purchases, &histories, &valuation)
            + &words.iter().map(|line| format!("{line}\n")).collect::<String>()
    };
    let written = match (json, &question.out) {
        (true, Some(_)) => io::stdout().write_all(report.as_bytes()),
        _ => io::stderr().write_all(report.as_bytes()),
    };
    allow_closed_pipe(written, "the report")
}

/// A valuation, with what is to be told beside it.
struct Valued {
    valuation: Valuation,
    words: Vec<String>,
    /// A part of the report and its name.
    report: (&'static str, Value),
}

/// The arguments once they make sense.
struct Asked {
    file: PathBuf,
    columns: PurchaseColumns,
    until: Option<Day>,
    margin: Option<String>,
    covariates: Vec<String>,
    seasonality: Seasonality,
    horizon: Horizon,
    /// A year, as a fraction.
    discount: f64,
    choice: Option<Choice>,
    out: Option<PathBuf>,
    fit: Option<PathBuf>,
}

impl Asked {
    fn of(arguments: &Arguments) -> Result<Asked, Failure> {
        let missing = |what: &str| Failure::Usage(format!("name {what}, as in --customer id --date day"));
        let until = arguments.until.as_deref().map(last_day).transpose()?;
        Ok(Asked {
            file: arguments.file.clone().ok_or_else(|| missing("a file"))?,
            columns: PurchaseColumns {
                customer: arguments.customer.clone().ok_or_else(|| missing("the customer's column"))?,
                date: arguments.date.clone().ok_or_else(|| missing("the date's column"))?,
                amount: arguments.amount.clone(),
                date_order: arguments.date_order.as_deref().map(date_order),
                decimal: arguments.decimal.as_ref().and_then(|mark| mark.chars().next()),
                today: today_unless(until),
            },
            until,
            margin: arguments.margin.clone(),
            covariates: arguments.covariates.clone(),
            seasonality: match arguments.seasonality.as_deref() {
                Some("none") => Seasonality::None,
                Some("monthly") => Seasonality::Monthly,
                _ => Seasonality::Auto,
            },
            horizon: horizon(arguments)?,
            discount: discount(arguments)?,
            choice: arguments.model.as_deref().map(choice).transpose()?,
            out: arguments.out.clone(),
            fit: arguments.fit.clone(),
        })
    }
}

/// Refuses what says something of contracts only, where there are none.
fn only_of_contracts(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { start, end, cohort, renewals, .. } = arguments;
    let said = [("--start", start), ("--end", end), ("--cohort", cohort), ("--renewals", renewals)];
    match said.into_iter().find(|(_, said)| said.is_some()) {
        Some((name, _)) => Err(Failure::Usage(format!(
            "{name} is of customers under contract only: add --contract, or leave {name} out"
        ))),
        None => Ok(()),
    }
}

/// Why what is still to come stays empty: without a discount nothing bounds its sum.
const NO_RESIDUAL: &str = "without a discount the sum of all that is still to come may have no bound: the columns that begin with \
                           residual stay empty where it has none; give --discount a rate above 0, such as 0.1";

/// Today, unless the last known day is told: then rows after that are not known yet, whatever today is.
pub(crate) fn today_unless(until: Option<Day>) -> Option<i32> {
    until.is_none().then(|| crate::now().day().0)
}

/// The discount a year that is asked for.
fn discount(arguments: &Arguments) -> Result<f64, Failure> {
    let discount = arguments.discount.unwrap_or(USUAL_DISCOUNT);
    if discount >= 0.0 && discount.is_finite() {
        return Ok(discount);
    }
    Err(Failure::Usage(format!("--discount is a fraction a year, zero or more, such as 0.1; not {discount}")))
}

/// A horizon that no past of this length can say much about, in words.
fn far_ahead(base: &Histories, horizon: &Horizon) -> Option<String> {
    let days = base.rows.iter().map(|row| row.age_days).max().unwrap_or(0).max(1);
    (horizon.days() > FAR_AHEAD * f64::from(days)).then(|| {
        format!(
            "the horizon of {horizon} is {:.0} times as long as the {} days that are known: what is expected so far ahead \
             follows from the models' form more than from these customers",
            horizon.days() / f64::from(days),
            grouped(u64::from(days))
        )
    })
}

/// How far ahead is asked for.
fn horizon(arguments: &Arguments) -> Result<Horizon, Failure> {
    let text = arguments.horizon.as_deref().unwrap_or(USUAL_HORIZON);
    text.parse().map_err(|error: value::HorizonError| Failure::Usage(error.to_string()))
}

/// The order of day, month and year that goes by that name.
pub(crate) fn date_order(name: &str) -> DateOrder {
    match name {
        "mdy" => DateOrder::Mdy,
        "ymd" => DateOrder::Ymd,
        _ => DateOrder::Dmy,
    }
}

/// The day that `--until` names.
pub(crate) fn last_day(text: &str) -> Result<Day, Failure> {
    text.trim().parse::<jiff::civil::Date>().map(Day::of).map_err(|_| {
        Failure::Usage(format!("--until takes a day that exists, as 2024-12-31; {text:?} is none"))
    })
}

/// The model of that name.
fn choice(name: &str) -> Result<Choice, Failure> {
    if name.eq_ignore_ascii_case("blend") {
        return Ok(Choice::Blend);
    }
    name.parse().map(Choice::One).map_err(|()| {
        let codes: Vec<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        Failure::Usage(format!("no model is called {name:?}: choose blend or one of {}", codes.join(", ")))
    })
}

/// The histories of the file's customers, with what is known of them where that is asked for.
fn read(asked: &Asked) -> Result<(Purchases, Histories, Option<Cells>), Failure> {
    if asked.margin.is_some() || !asked.covariates.is_empty() {
        return read_widely(asked);
    }
    let mut lines = Lines::default();
    let purchases = read_batches(&asked.file, &asked.columns, &mut |batch| {
        for purchase in batch {
            lines.push(purchase.customer, purchase.day, purchase.amount);
        }
    })?;
    let last_day = last_known(&asked.file, &purchases)?;
    let until = asked.until.unwrap_or(last_day);
    // Where models are weighed by the past, past spend is looked at, too.
    let base = if asked.choice.is_none() && lines.most_customers() > MOST_BLENDED {
        lines.histories(until)
    } else {
        lines.histories_with_amounts(until)
    };
    Ok((purchases, some(&asked.file, base, last_day)?, None))
}

/// The last day of a file that is not after today; refused where all are.
fn last_known(file: &Path, purchases: &Purchases) -> Result<Day, Failure> {
    let after = &purchases.after_today;
    after.last_day.map(Day).ok_or_else(|| {
        let first = after.first.map(|(row, day)| format!("; row {row} is of {}", written(day))).unwrap_or_default();
        Failure::Failed(format!(
            "{}: all {} purchases are dated after today, {}{first}; correct the dates, or name the last known day with --until",
            file.display(),
            grouped(after.rows),
            written(after.today.unwrap_or_default())
        ))
    })
}

/// A day as it is written in ISO 8601.
fn written(day: i32) -> String {
    Day(day).civil().map_or_else(|| "-".to_string(), |date| date.to_string())
}

/// Rows dated after today, in words.
pub(crate) fn after_today(purchases: &Purchases) -> Option<String> {
    let AfterToday { today, rows, first, .. } = purchases.after_today;
    let (row, day) = first?;
    let are = if rows == 1 { "row is dated" } else { "rows are dated" };
    Some(format!(
        "{} {are} after today, {}, and left out (the first: row {row}, of {}); correct the dates, or name the last known \
         day with --until",
        grouped(rows),
        written(today?),
        written(day)
    ))
}

/// The same as an object; null where there is none.
fn after_today_report(purchases: &Purchases) -> Value {
    let AfterToday { rows, first, .. } = purchases.after_today;
    json!(first.map(|(row, day)| json!({ "rows": rows, "first_row": row, "first_day": written(day) })))
}

/// Refuses a base of nobody, and says why it is one.
fn some(file: &Path, base: Histories, last_day: Day) -> Result<Histories, Failure> {
    if !base.rows.is_empty() {
        return Ok(base);
    }
    let date = |day: Day| day.civil().map_or_else(|| "-".to_string(), |date| date.to_string());
    let cause = if base.counts.lines_after == base.counts.lines {
        format!(
            "no purchase up to {}, the last day that --until takes as known: the last one is of {}; give a later day",
            date(base.until),
            date(last_day)
        )
    } else {
        format!(
            "{} refunds only, or gave everything back: there is no purchase left to value; purchases are amounts above zero",
            how_many(base.counts.customers_without_purchase, "customer has", "customers have")
        )
    };
    Err(Failure::Failed(format!("{}: {cause}", file.display())))
}

/// The same with margins and covariates, the long way.
fn read_widely(asked: &Asked) -> Result<(Purchases, Histories, Option<Cells>), Failure> {
    let Asked { columns, margin, covariates, .. } = asked;
    let amount = columns.amount.as_ref().map(|column| Wanted::required(column, "the amount"));
    let margin = margin.as_ref().map(|column| Wanted::optional(column, "the margin"));
    let picked = PickedColumns {
        customer: columns.customer.clone(),
        days: vec![Wanted::required(&columns.date, "the date")],
        amounts: amount.into_iter().chain(margin).collect(),
        words: covariates.iter().map(|column| Wanted::optional(column, "a covariate")).collect(),
        date_order: columns.date_order,
        decimal: columns.decimal,
    };
    let mut cells = (!covariates.is_empty()).then(|| Cells::of(covariates));
    let (mut lines, mut seen) = (Vec::new(), AfterToday::of(columns.today));
    let mut file = pick(&asked.file, &picked, &mut |row| {
        let day = row.days[0].expect("a required column is filled");
        // Without a column of amounts there is none of margins either.
        let amount = row.amounts.first().copied().flatten().unwrap_or(0);
        let margin = row.amounts.get(1).copied().flatten().into();
        seen.see(row.row, day);
        lines.push(PurchaseLine { customer: row.customer, day, amount, margin });
        if let Some(cells) = &mut cells {
            cells.take(row.customer, row.row, &row.words);
        }
    })?;
    if let Some(cells) = &mut cells {
        cells.set_decimal(file.decimal);
    }
    file.told.after_today = seen;
    let last_day = last_known(&asked.file, &file.told)?;
    // Eight bytes more for each of what takes forty as a line.
    let base = value::histories_with_amounts(lines, asked.until.unwrap_or(last_day));
    Ok((file.told, some(&asked.file, base, last_day)?, cells))
}

/// Reads some columns of a file; one of which no row can be taken is refused.
fn pick(path: &Path, columns: &PickedColumns, each: &mut dyn FnMut(&Picked)) -> Result<PickedFile, Failure> {
    let named = |error: &dyn std::fmt::Display| Failure::Failed(format!("{}: {error}", path.display()));
    let file = File::open(path).map_err(|error| named(&error))?;
    let picked =
        sources::read_picked(Box::new(file), columns, each).map_err(|error| named(&with_cause(&error)))?;
    if picked.told.purchases == 0 {
        let message =
            format!("none of the {} rows can be taken{}", grouped(picked.told.rows), why_none(&picked.told));
        return Err(named(&message.trim_end()));
    }
    Ok(picked)
}

/// The lines of a file of purchases, and its last day that is not after today.
pub(crate) fn read_lines(
    path: &Path,
    columns: &PurchaseColumns,
) -> Result<(Purchases, Vec<PurchaseLine>, Day), Failure> {
    let mut lines: Vec<PurchaseLine> = Vec::new();
    let purchases = read_batches(path, columns, &mut |batch| {
        lines.extend(batch.iter().map(|purchase| {
            let sources::Purchase { customer, day, amount } = *purchase;
            PurchaseLine { customer, day, amount, margin: Margin::UNKNOWN }
        }));
    })?;
    let last_day = last_known(path, &purchases)?;
    Ok((purchases, lines, last_day))
}

/// Gives the purchases of a file, some thousands at a time; a file without any is refused.
fn read_batches(
    path: &Path,
    columns: &PurchaseColumns,
    each: &mut dyn FnMut(&[sources::Purchase]),
) -> Result<Purchases, Failure> {
    let named = |error: &dyn std::fmt::Display| Failure::Failed(format!("{}: {error}", path.display()));
    let file = File::open(path).map_err(|error| named(&error))?;
    let purchases =
        sources::read_purchases(Box::new(file), columns, each).map_err(|error| named(&with_cause(&error)))?;
    if purchases.purchases == 0 {
        let message =
            format!("none of the {} rows is a purchase{}", grouped(purchases.rows), why_none(&purchases));
        return Err(named(&message.trim_end()));
    }
    Ok(purchases)
}

/// Why no row of a file can be taken: how many name nobody, and the first rejected ones.
fn why_none(read: &Purchases) -> String {
    let nobody = (read.without_customer > 0)
        .then(|| format!("  {} rows name no customer", grouped(read.without_customer)));
    nobody.into_iter().chain(shown_rejections(read)).map(|line| format!("\n{line}")).collect()
}

/// Why a file could not be read, with what lies beneath it; this command takes fewer formats than an import does.
fn with_cause(error: &sources::SourceError) -> String {
    if matches!(error, sources::SourceError::NotRecognised { .. }) {
        return format!(
            "{}; this command takes CSV and TSV, also as .gz, and Parquet: save it as one of these, or bring it in with `clientela import`",
            error.said().cause(sources::Language::English)
        );
    }
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// Writes a file so that it is there as a whole or not at all.
pub(crate) fn write_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::Failed(format!("cannot write {}: {error}", path.display()));
    if path.exists() && !path.is_file() {
        // A device or a pipe: it cannot be put in place of.
        let mut to = File::options().write(true).open(path).map_err(failed)?;
        return write(&mut to).map_err(failed);
    }
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = PathBuf::from(unfinished);
    let written = File::create(&unfinished).and_then(|file| {
        let mut to = BufWriter::new(file);
        write(&mut to)?;
        to.into_inner().map_err(|error| error.into_error())?.sync_all()?;
        std::fs::rename(&unfinished, path)
    });
    written.map_err(|error| {
        let _ = std::fs::remove_file(&unfinished);
        failed(error)
    })
}

/// A reader that went away (`| head`) is no failure.
pub(crate) fn allow_closed_pipe(written: io::Result<()>, what: &str) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::Failed(format!("cannot write to {what}: {error}")))
        }
        _ => Ok(()),
    }
}

/// The columns of the table.
const HEADER: &str = "customer,transactions,recency_days,age_days,model,p_alive,expected_transactions,\
expected_transactions_lo80,expected_transactions_hi80,expected_transactions_lo95,expected_transactions_hi95,\
expected_spend,expected_spend_lo80,expected_spend_hi80,expected_spend_lo95,expected_spend_hi95";

/// What follows where all that is still to come is told.
const RESIDUAL_HEADER: &str = ",residual_transactions,residual_spend";

/// What stands at the end of the header where margins are known.
const MARGIN_HEADER: &str = ",expected_margin,residual_margin";

/// Writes the table to a file, or to standard output.
fn write_table(
    out: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    match out {
        Some(path) => write_file(path, write),
        None => allow_closed_pipe(write(&mut io::stdout().lock()), "standard output"),
    }
}

/// One line per customer, written as they come: a million of them are never kept.
struct Table<'a> {
    purchases: &'a Purchases,
    to: &'a mut dyn Write,
    chunk: Vec<u8>,
    has_begun: bool,
    /// After a failure nothing more is written.
    state: io::Result<()>,
}

impl<'a> Table<'a> {
    const CHUNK: usize = 1 << 18;

    fn of(purchases: &'a Purchases, to: &'a mut dyn Write) -> Table<'a> {
        let chunk = Vec::with_capacity(Table::CHUNK + 1024);
        Table { purchases, to, chunk, has_begun: false, state: Ok(()) }
    }

    fn row(&mut self, models: &Models, history: &History, value: &CustomerValue, residual: Option<Residual>) {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.header(models);
        }
        const UNIT: f64 = 10_u32.pow(AMOUNT_DIGITS) as f64;
        let chunk = &mut self.chunk;
        let number = |chunk: &mut Vec<u8>, number: Option<f64>| {
            chunk.push(b',');
            // A sum without a bound stays empty.
            if let Some(number) = number {
                push_number(chunk, number);
            }
        };
        let with_spend = models.spend.is_some();
        push_text(chunk, self.purchases.customers.name(history.customer));
        for count in [history.transactions(), history.recency_days, history.age_days] {
            chunk.push(b',');
            push_whole(chunk, u64::from(count));
        }
        chunk.push(b',');
        chunk.extend_from_slice(models.lifetime.code().as_bytes());
        push_value(chunk, value, with_spend);
        number(chunk, residual.map(|residual| residual.transactions));
        number(chunk, residual.filter(|_| with_spend).map(|residual| residual.spend / UNIT));
        if let Some(margin) = value.expected_margin {
            number(chunk, Some(margin / UNIT));
            number(chunk, residual.and_then(|residual| residual.margin).map(|margin| margin / UNIT));
        }
        chunk.push(b'\n');
        if chunk.len() > Table::CHUNK {
            self.hand_on();
        }
    }

    fn header(&mut self, models: &Models) {
        self.chunk.extend_from_slice(HEADER.as_bytes());
        self.chunk.extend_from_slice(RESIDUAL_HEADER.as_bytes());
        if models.margins.is_some() {
            self.chunk.extend_from_slice(MARGIN_HEADER.as_bytes());
        }
        self.chunk.push(b'\n');
    }

    fn hand_on(&mut self) {
        if self.state.is_ok() {
            self.state = self.to.write_all(&self.chunk);
        }
        self.chunk.clear();
    }

    fn done(mut self) -> io::Result<()> {
        self.hand_on();
        self.state?;
        self.to.flush()
    }
}

fn push_value(chunk: &mut Vec<u8>, value: &CustomerValue, with_spend: bool) {
    const UNIT: f64 = 10_u32.pow(AMOUNT_DIGITS) as f64;
    let bounds = |Interval { lo95, lo80, hi80, hi95 }: Interval| [lo80, hi80, lo95, hi95];
    for number in [value.p_alive, value.expected_transactions] {
        chunk.push(b',');
        push_number(chunk, number);
    }
    for bound in bounds(value.transactions) {
        chunk.push(b',');
        push_whole(chunk, bound as u64);
    }
    if !with_spend {
        chunk.extend_from_slice(b",,,,,");
        return;
    }
    chunk.push(b',');
    push_number(chunk, value.expected_spend / UNIT);
    for bound in bounds(value.spend) {
        chunk.push(b',');
        push_amount(chunk, bound);
    }
}

/// A customer's name, in quotes where it has to be.
pub(crate) fn push_text(chunk: &mut Vec<u8>, text: &str) {
    let special = |byte: u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
    if !text.bytes().any(special) {
        return chunk.extend_from_slice(text.as_bytes());
    }
    chunk.push(b'"');
    chunk.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    chunk.push(b'"');
}

/// The shortest decimal that reads back as the number.
fn push_number(chunk: &mut Vec<u8>, number: f64) {
    serde_json::to_writer(chunk, &number).expect("a finite number can be written to memory");
}

fn push_whole(chunk: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    chunk.extend_from_slice(&digits[at..]);
}

/// An amount in ten-thousandths as units with two decimals, or four where they matter.
fn push_amount(chunk: &mut Vec<u8>, amount: f64) {
    const UNIT: u64 = 10_u64.pow(AMOUNT_DIGITS);
    // What is too large for a whole number is written as it is.
    if amount.abs() >= 1e18 {
        return push_number(chunk, amount / UNIT as f64);
    }
    if amount <= -0.5 {
        chunk.push(b'-');
    }
    let whole = amount.round().abs() as u64;
    let (digits, unit) = if whole < UNIT { (4, 1) } else { (2, 100) };
    let rounded = (whole + unit / 2) / unit;
    let per_unit = UNIT / unit;
    push_whole(chunk, rounded / per_unit);
    let fraction = rounded % per_unit;
    if fraction > 0 {
        chunk.push(b'.');
        for place in (0..digits).rev() {
            chunk.push(b'0' + (fraction / 10_u64.pow(place) % 10) as u8);
        }
    }
}

/// The fitted models: what can be carried elsewhere and used to compute the same.
fn fit_report(valuation: &Valuation) -> Value {
    let reference = &valuation.lifetime.reference;
    let mut report = model_report(
        reference.kind().code(),
        &reference.parameters(),
        reference.standard_errors(),
        &reference.fit(),
        valuation.lifetime.reason.map(|reason| (reason.code(), reason.to_string())),
    );
    report.insert(
        "prediction".to_string(),
        json!({
            "model": valuation.lifetime.code(),
            "members": crate::value::models::members(&valuation.lifetime.blend),
            "failed": crate::value::models::failed(&valuation.lifetime),
            "few": valuation.lifetime.blend.few.map(crate::value::models::few),
            "common_spread": valuation.common,
            "common_spread_of_spend": valuation.common_spend,
        }),
    );
    let newcomers = valuation.newcomers.as_ref().map(crate::value::models::newcomers);
    report.insert("newcomers".to_string(), json!(newcomers));
    report.insert("time_unit".to_string(), json!("weeks"));
    report.insert("until".to_string(), json!(valuation.until.civil().map(|date| date.to_string())));
    report.insert("horizon".to_string(), json!(valuation.horizon.to_string()));
    report.insert("horizon_days".to_string(), json!(valuation.horizon.days()));
    let spend = valuation.spend.as_ref().map(|spend| {
        let mut report = model_report(
            spend.code(),
            &spend.parameters(),
            spend.standard_errors(),
            &spend.fit(),
            spend.reason().map(|reason| (reason.code(), reason.to_string())),
        );
        report.extend(spend_choice_report(valuation));
        report
    });
    report.insert("spend".to_string(), json!(spend));
    Value::Object(report)
}

/// Why the spend model was taken, whether spend depends on frequency, and how margins are valued.
fn spend_choice_report(valuation: &Valuation) -> Map<String, Value> {
    let mut report = Map::new();
    let Some(choice) = &valuation.spend_choice else { return report };
    let scores = match choice.why {
        Why::HoldoutScore { gamma_gamma, net } => {
            Some(json!({ "gamma_gamma": gamma_gamma, "net_margin": net }))
        }
        _ => None,
    };
    let message = choice.why.to_string();
    report.insert(
        "why".to_string(),
        json!({ "code": choice.why.code(), "message": message, "log_scores": scores }),
    );
    let independence = choice.independence.map(|test| {
        json!({
            "correlation": test.correlation,
            "p_value": test.p_value,
            "rank_correlation": test.rank_correlation,
            "rank_p_value": test.rank_p_value,
            "customers": test.customers,
            "violated": test.is_violated(),
            "verdict": test.verdict(),
        })
    });
    report.insert("independence".to_string(), json!(independence));
    let margin = valuation.margins.map(|margins| {
        let net = valuation.net_margins.as_ref().map(|net| {
            let model = spend::Model::Net(net.fit.clone());
            let (parameters, fit) = (model.parameters(), model.fit());
            json!({
                "model": model_report(model.code(), &parameters, model.standard_errors(), &fit, None),
                "holdout": {
                    "customers": net.holdout.customers,
                    "rmse_net": net.holdout.net,
                    "rmse_share": net.holdout.share,
                },
            })
        });
        let is_net = valuation.net_margins.as_ref().is_some_and(|net| net.holdout.favours_net());
        json!({ "by": if is_net { "net_margin" } else { "share_of_spend" }, "share": margins.pooled, "net": net })
    });
    report.insert("margin".to_string(), json!(margin));
    report
}

fn model_report(
    code: &str,
    parameters: &[(&str, f64)],
    errors: Option<Vec<(&str, f64)>>,
    fit: &Fit<()>,
    reason: Option<(&str, String)>,
) -> Map<String, Value> {
    let named = |numbers: &[(&str, f64)]| -> Map<String, Value> {
        numbers.iter().map(|(name, number)| (name.to_string(), json!(number))).collect()
    };
    let report = json!({
        "model": code,
        "parameters": named(parameters),
        "standard_errors": errors.as_deref().map(named),
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic(),
        "bic": fit.bic(),
        "converged": fit.converged,
        "customers": fit.customers,
        "gradient_norm": fit.gradient_norm,
        "iterations": fit.iterations,
        "verdict": fit.verdict.to_string(),
        "reason": reason.map(|(code, message)| json!({ "code": code, "message": message })),
    });
    match report {
        Value::Object(report) => report,
        _ => unreachable!("an object was just made"),
    }
}

/// Everything that was read and found, as one object.
fn summary(purchases: &Purchases, base: &Histories, valuation: &Valuation, fit: Value) -> Value {
    let unit = 10_f64.powi(AMOUNT_DIGITS as i32);
    let total = |total: value::Total, unit: f64| {
        let Interval { lo95, lo80, hi80, hi95 } = total.interval;
        json!({ "expected": total.expected / unit, "lo80": lo80 / unit, "hi80": hi80 / unit, "lo95": lo95 / unit, "hi95": hi95 / unit })
    };
    let rejections: Vec<Value> = purchases
        .rejections
        .iter()
        .map(|r| json!({ "row": r.row, "column": r.column, "code": r.code.name(), "cause": r.cause, "remedy": r.remedy }))
        .collect();
    json!({
        "rows": purchases.rows,
        "purchases": purchases.purchases,
        "without_customer": purchases.without_customer,
        "invalid": purchases.rejected,
        "after_until": base.counts.lines_after,
        "after_today": after_today_report(purchases),
        "refunds": base.counts.return_lines,
        "refunds_without_purchase": base.counts.unmatched_returns as f64 / unit,
        "customers": base.rows.len(),
        "customers_without_purchase": base.counts.customers_without_purchase,
        "until": valuation.until.civil().map(|date| date.to_string()),
        "model": valuation.model_name(),
        "expected_active": valuation.expected_active(),
        "expected_transactions": total(valuation.total_transactions(), 1.0),
        "expected_spend": valuation.spend.as_ref().map(|_| total(valuation.total_spend(), unit)),
        "fit": fit,
        "notes": purchases.notes,
        "rejections": rejections,
    })
}

/// The same for people.
fn in_words(file: &Path, purchases: &Purchases, base: &Histories, valuation: &Valuation) -> String {
    let mut lines = in_words_of_reading(file, purchases, base);
    let until = valuation.until.civil().map_or_else(|| "-".to_string(), |date| date.to_string());
    let transactions = valuation.total_transactions();
    let mut outcome = format!(
        "{} valued as of {until} for {} by {}: {} expected ({} to {} with 95 %)",
        how_many(base.rows.len() as u64, "customer", "customers"),
        valuation.horizon,
        valuation.model_name(),
        how_many(transactions.expected.round() as u64, "purchase", "purchases"),
        grouped(transactions.interval.lo95.round() as u64),
        grouped(transactions.interval.hi95.round() as u64),
    );
    if valuation.spend.is_some() {
        let unit = 10_f64.powi(AMOUNT_DIGITS as i32);
        outcome.push_str(&format!(", spend {:.2}", valuation.total_spend().expected / unit));
    }
    lines.push(outcome);
    let spend = valuation.spend.as_ref();
    lines.extend(valuation.lifetime.reason.map(|reason| reason.to_string()));
    lines.extend(spend.and_then(|spend| spend.reason()).map(|reason| reason.to_string()));
    lines.extend(spend_words(valuation));
    lines.extend(valuation.lifetime.blend.few.map(|few| few.to_string()));
    lines.extend(member_words(&valuation.lifetime));
    for fit in
        [Some(valuation.lifetime.reference.fit()), spend.map(|spend| spend.fit())].into_iter().flatten()
    {
        if fit.verdict != Verdict::Identified {
            lines.push(fit.verdict.to_string());
        }
    }
    lines.join("\n") + "\n"
}

/// Members of the blend that could not be fitted, or whose parameters the data do not tell apart.
fn member_words(lifetime: &Lifetime) -> Vec<String> {
    let failed = lifetime.failed.iter().map(|kind| {
        let name = kind.name();
        format!(
            "{name} could not be fitted (the search did not end at a maximum) and is left out of the blend"
        )
    });
    let doubtful =
        lifetime.blend.members.iter().filter(|_| lifetime.blend.members.len() > 1).filter_map(|member| {
            let (fit, name) = (member.model.fit(), member.model.kind().name());
            let verdict = (fit.verdict != Verdict::Identified).then_some(&fit.verdict)?;
            Some(format!("{name}, which counts {:.0} % in the blend: {verdict}", 100.0 * member.weight))
        });
    failed.chain(doubtful).collect()
}

/// What was read, in words.
fn in_words_of_reading(file: &Path, purchases: &Purchases, base: &Histories) -> Vec<String> {
    let mut lines = Vec::new();
    let counted = |count: u64, what: &str| (count > 0).then(|| format!("{} {what}", grouped(count)));
    let parts: Vec<String> = [
        Some(how_many(purchases.purchases, "purchase or refund", "purchases or refunds")),
        counted(purchases.without_customer, "without a customer"),
        counted(purchases.rejected, "rejected"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let rows = how_many(purchases.rows, "row", "rows");
    lines.push(format!("{}: {rows}, {}", file.display(), parts.join(", ")));
    lines.extend(shown_rejections(purchases));
    if purchases.rejected > SHOWN_REJECTIONS as u64 {
        lines.push(format!("  and {} more", grouped(purchases.rejected - SHOWN_REJECTIONS as u64)));
    }
    let counts = &base.counts;
    lines.extend(purchases.notes.iter().cloned());
    let beyond = counts.lines_after.saturating_sub(purchases.after_today.rows);
    lines.extend(after_today(purchases));
    if beyond > 0 {
        lines.push(how_many(
            beyond,
            "row lies after the last known day and is left out",
            "rows lie after the last known day and are left out",
        ));
    }
    if counts.unmatched_returns > 0 {
        let refunds = counts.unmatched_returns as f64 / 10_f64.powi(AMOUNT_DIGITS as i32);
        lines.push(format!("refunds of {refunds:.2} find no purchase before them and are left out"));
    }
    if counts.customers_without_purchase > 0 {
        lines.push(commands::counted(
            counts.customers_without_purchase,
            "customer returned everything, or only returned, and is left out",
            "customers returned everything, or only returned, and are left out",
        ));
    }
    lines
}

/// What is out of the ordinary about spend and margins.
fn spend_words(valuation: &Valuation) -> Vec<String> {
    let mut words = Vec::new();
    let Some(choice) = &valuation.spend_choice else { return words };
    if !matches!(choice.why, Why::FewCustomers | Why::HoldoutScore { .. }) {
        words.push(choice.why.to_string());
    }
    if let Some(test) = choice.independence.filter(|test| test.is_violated()) {
        words.push(format!("{} (rank correlation {:.2})", test.verdict(), test.rank_correlation));
    }
    if let Some(net) = &valuation.net_margins {
        let MarginHoldout { net: of_net, share, customers } = net.holdout;
        let way = match net.holdout.favours_net() {
            true => "amounts of their own, which may be negative",
            false => "a share of spend",
        };
        words.push(format!(
            "margins are valued as {way}: on the last purchase of {} the error is {of_net:.2} as amounts and {share:.2} as a \
             share",
            how_many(customers, "customer", "customers")
        ));
    }
    words
}

/// The first rejected rows, a line each.
fn shown_rejections(purchases: &Purchases) -> impl Iterator<Item = String> {
    purchases.rejections.iter().take(SHOWN_REJECTIONS).map(|rejection| {
        let column = rejection.column.as_ref().map(|column| format!(", column {column}")).unwrap_or_default();
        format!("  row {}{column}: {}; {}", rejection.row, rejection.cause, rejection.remedy)
    })
}

/// A count with its noun: `1 customer`, `1,204 customers`.
pub(crate) fn how_many(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// Digits in groups of three.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own that goes away with the test.
    pub(super) struct Folder(PathBuf);

    impl Folder {
        pub(super) fn new(name: &str) -> Folder {
            let folder = std::env::temp_dir().join(format!("clientela-value-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            Folder(folder)
        }

        pub(super) fn with(&self, name: &str, content: &str) -> PathBuf {
            let path = self.0.join(name);
            std::fs::write(&path, content).unwrap();
            path
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    pub(super) fn arguments(folder: &Folder, file: PathBuf) -> Arguments {
        Arguments {
            file: Some(file),
            customer: Some("who".to_string()),
            date: Some("day".to_string()),
            horizon: Some("39w".to_string()),
            out: Some(folder.0.join("out.csv")),
            fit: Some(folder.0.join("fit.json")),
            ..Arguments::default()
        }
    }

    pub(super) fn table(arguments: &Arguments) -> Vec<Vec<String>> {
        let text = std::fs::read_to_string(arguments.out.as_ref().unwrap()).unwrap();
        text.lines().map(|line| line.split(',').map(str::to_string).collect()).collect()
    }

    #[test]
    fn a_small_shop_is_valued_to_the_day() {
        let folder = Folder::new("shop");
        // Two lines on 8 March are one transaction; Bob brings back what he bought on 5 March.
        let file = folder.with(
            "shop.csv",
            "who,day,total\nAda,2024-03-01,10\nAda,2024-03-08,4\nAda,2024-03-08,6\nBob,2024-03-02,5\nBob,2024-03-05,7\n\
             Bob,2024-03-07,-7\nEve,2024-02-30,1\n,2024-03-01,1\n",
        );
        let arguments = Arguments { amount: Some("total".to_string()), ..arguments(&folder, file) };
        run(&arguments, false).unwrap();
        let rows = table(&arguments);
        assert_eq!(rows[0].join(","), HEADER.to_string() + RESIDUAL_HEADER);
        assert_eq!(rows[1][..5], ["Ada", "2", "7", "7", "pooled_rate"]);
        assert_eq!(rows[2][..5], ["Bob", "1", "0", "6", "pooled_rate"]);
        assert_eq!(rows.len(), 3);
        assert!(rows[1..].iter().flatten().all(|cell| !cell.is_empty()));

        let fit: Value =
            serde_json::from_str(&std::fs::read_to_string(arguments.fit.as_ref().unwrap()).unwrap()).unwrap();
        assert_eq!(fit["model"], "pooled_rate");
        assert_eq!(fit["reason"]["code"], "few_customers");
        assert_eq!(fit["time_unit"], "weeks");
        assert_eq!(fit["customers"], 2);
        assert_eq!(fit["spend"]["model"], "pooled_mean");
    }

    #[test]
    fn words_for_no_value_are_no_customers() {
        let folder = Folder::new("nobody");
        let file = folder.with(
            "nobody.csv",
            "who,day\nNaN,2024-03-01\nn/a,2024-03-02\n - ,2024-03-02\nNA,2024-03-02\nAda,2024-03-03\nNana,2024-03-04\n",
        );
        let arguments = arguments(&folder, file);
        run(&arguments, false).unwrap();
        let names: Vec<String> = table(&arguments).into_iter().skip(1).map(|row| row[0].clone()).collect();
        assert_eq!(names, ["Ada", "Nana"]);
    }

    #[test]
    fn without_amounts_the_spend_columns_stay_empty() {
        let folder = Folder::new("visits");
        let file = folder.with("visits.tsv", "day\twho\n2024-03-01\t\"A,B\"\n2024-03-09\tA\n");
        let arguments = Arguments { until: Some("2024-04-01".to_string()), ..arguments(&folder, file) };
        run(&arguments, true).unwrap();
        let text = std::fs::read_to_string(arguments.out.as_ref().unwrap()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[1].starts_with("\"A,B\",1,0,31,") && lines[1].ends_with(','), "{}", lines[1]);
        assert!(lines[1].contains(",,,,,,"), "{}", lines[1]);
        assert!(lines[2].starts_with("A,1,0,23,"));
    }

    #[test]
    fn a_column_of_margins_adds_expected_margins_and_says_how() {
        let folder = Folder::new("margins");
        let mut rows = String::from("who,day,total,margin\n");
        for customer in 0..120 {
            for n in 0..2 + customer % 5 {
                let day = jiff::civil::date(2023, 1, 1)
                    .saturating_add(jiff::Span::new().days(customer % 17 + n * (20 + customer % 31)));
                // Serving one in four costs more than it brings.
                let margin = if customer % 4 == 0 { -6 } else { 8 } + n % 2;
                rows.push_str(&format!("C{customer},{day},{},{margin}\n", 20 + (customer * 7 + n * 3) % 11));
            }
        }
        let file = folder.with("margins.csv", &rows);
        let arguments = Arguments {
            amount: Some("total".to_string()),
            margin: Some("margin".to_string()),
            ..arguments(&folder, file)
        };
        run(&arguments, false).unwrap();
        let rows = table(&arguments);
        assert_eq!(rows[0][rows[0].len() - 2..], ["expected_margin", "residual_margin"]);
        for back in [1, 2] {
            let margin = |row: usize| rows[row][rows[row].len() - back].parse::<f64>().unwrap();
            assert!(margin(1) < 0.0 && margin(2) > 0.0);
        }
        let fit: Value =
            serde_json::from_str(&std::fs::read_to_string(arguments.fit.as_ref().unwrap()).unwrap()).unwrap();
        let spend = &fit["spend"];
        assert_eq!(spend["margin"]["by"], "net_margin");
        assert!(
            spend["margin"]["net"]["holdout"]["rmse_net"].as_f64()
                < spend["margin"]["net"]["holdout"]["rmse_share"].as_f64()
        );
        assert_eq!(spend["independence"]["customers"], 120);
        assert!(spend["independence"]["verdict"].is_string() && spend["why"]["code"].is_string());
    }

    #[test]
    fn without_a_discount_it_says_why_the_residual_is_empty() {
        let folder = Folder::new("undiscounted");
        let rows: String = (0..60)
            .map(|n| format!("C{n},2024-01-{:02}\nC{n},2024-03-{:02}\n", 1 + n % 28, 1 + n % 20))
            .collect();
        let file = folder.with("shop.csv", &format!("who,day\n{rows}"));
        let fit = |discount: f64| -> Value {
            let arguments = Arguments { discount: Some(discount), ..arguments(&folder, file.clone()) };
            run(&arguments, false).unwrap();
            serde_json::from_str(&std::fs::read_to_string(arguments.fit.as_ref().unwrap()).unwrap()).unwrap()
        };
        assert!(fit(0.0)["residual_note"].as_str().unwrap().contains("--discount a rate above 0"));
        let discounted = fit(0.1);
        assert!(discounted["residual_note"].is_null());
        assert!(discounted["aic"].is_number() && discounted["bic"].is_number(), "{discounted}");
        for member in discounted["prediction"]["members"].as_array().unwrap() {
            assert!(member["gradient_norm"].is_number() && member["bic"].is_number(), "{member}");
        }
        assert!(discounted["prediction"]["failed"].is_array());
    }

    #[test]
    fn what_is_of_contracts_only_is_refused_without_one() {
        let folder = Folder::new("no_contract");
        let file = folder.with("shop.csv", "who,day\nA,2024-03-01\n");
        for periods in [None, Some("1m".to_string())] {
            let renewals = Some("12m".to_string());
            let asked = Arguments { renewals, periods, ..arguments(&folder, file.clone()) };
            let refused = run(&asked, false);
            let Err(Failure::Usage(message)) = refused else { panic!("it was done") };
            assert!(message.starts_with("--renewals") && message.contains("add --contract"), "{message}");
        }
    }

    #[test]
    fn what_cannot_be_done_says_why() {
        let folder = Folder::new("wrong");
        let file = folder.with("few.csv", "client,day\nA,2024-03-01\n");
        let base = arguments(&folder, file);
        let fails = |arguments: Arguments| match run(&arguments, false) {
            Err(Failure::Usage(message) | Failure::Failed(message)) => message,
            Ok(()) => panic!("it was done"),
        };
        assert!(
            fails(base.clone())
                .ends_with("no column \"who\" for the customer; the file has \"client\", \"day\"")
        );
        let no_days = folder.with("no_days.csv", "who,day\nAda,soon\nBob,2024-02-31\n");
        let message = fails(Arguments { file: Some(no_days), ..base.clone() });
        assert!(
            message.contains("none of the 2 rows is a purchase") && message.contains("row 3, column day")
        );
        let horizon = Arguments { horizon: Some("soon".to_string()), ..base.clone() };
        assert!(fails(horizon).contains("such as 39w"));
        let until = Arguments { until: Some("2024-02-30".to_string()), ..base.clone() };
        assert!(fails(until).contains("--until takes a day that exists"));
        let missing = Arguments { file: Some(folder.0.join("none.csv")), ..base.clone() };
        assert!(fails(missing).contains("none.csv"));
        let nowhere = Arguments {
            customer: Some("client".to_string()),
            out: Some(folder.0.join("no/such/folder/out.csv")),
            ..base
        };
        assert!(fails(nowhere).starts_with("cannot write "));
    }

    #[test]
    fn amounts_are_written_as_people_expect() {
        let written = |amount: f64| {
            let mut chunk = Vec::new();
            push_amount(&mut chunk, amount);
            String::from_utf8(chunk).unwrap()
        };
        assert_eq!(written(0.0), "0");
        assert_eq!(written(12.0), "0.0012");
        assert_eq!((written(-12.0).as_str(), written(-0.4).as_str()), ("-0.0012", "0"));
        assert_eq!(written(-12_345_678.0), "-1234.57");
        assert_eq!(written(125_000.0), "12.50");
        assert_eq!(written(12_345_678.0), "1234.57");
        assert_eq!(written(10_000_000.0), "1000");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
