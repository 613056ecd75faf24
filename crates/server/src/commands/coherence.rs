//! `clientela levels`, `classes` and `worklist`: whether we invest where the value is, from the command line.
//!
//! Works on a base that was valued; what is not known is said, with what to do about it.

use super::watch::{Hands, outcome};
use super::{Done, Failed, House, counted, print};
use crate::coherence::classes::{self, BargainKind, Classes};
use crate::coherence::matrix::{self, Coherence};
use crate::coherence::rules::{
    self, BargainLimits, CountChange, LevelRule, LevelRules, LevelRulesPreview, LevelsChange, Recoverability,
};
use crate::coherence::worklist::{self, CaseReason, Verdict, WorklistCase, WorklistState};
use crate::coherence::{self, CustomerScores, Missing};
use crate::jobs::work::Task;
use crate::spreadsheet;
use clap::Args;
use ledger::{Currency, Money};
use serde::Serialize;
use std::cmp::Reverse;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use store::Store;

/// What to show of levels, and by which rules.
#[derive(Args, Clone, Debug, Default)]
pub struct LevelsArguments {
    /// Rule of value: share:0.5,0.8,0.95,0.99, quantile:0.05,0.2,0.5,0.8 or amount:1000,500,100,10
    #[arg(long, value_name = "RULE")]
    value: Option<String>,
    /// Rule of investment, written the same way
    #[arg(long, value_name = "RULE")]
    investment: Option<String>,
    /// Rule of the classes, with three numbers: share:0.5,0.8,1
    #[arg(long, value_name = "RULE")]
    class: Option<String>,
    /// From which distance between the levels on a customer is on the worklist, 1 to 4
    #[arg(long, value_name = "N")]
    least_delta: Option<i8>,
    /// Who buys bargains only: discount that makes a promotion, share that makes it only, both in per cent, and the
    /// fewest lines that tell
    #[arg(long, value_name = "DISCOUNT,ONLY,LINES")]
    bargain: Option<String>,
    /// What an effort keeps of who would go, by level, as a share: strategic=0.3,low=0.1; past for what the base's own past
    /// tells
    #[arg(long, value_name = "LEVEL=SHARE,…")]
    recoverability: Option<String>,
    /// Begin with the usual rules instead of those in force
    #[arg(long)]
    usual: bool,
    /// Put these rules in force; without it, only say what they would change
    #[arg(long)]
    set: bool,
    /// Where to write every customer with his levels as CSV
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Where to write the classes.
#[derive(Args, Clone, Debug, Default)]
pub struct ClassesArguments {
    /// Where to write every customer with his class as CSV, the most contribution first
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Which cases, or what to decide about one.
#[derive(Args, Clone, Debug, Default)]
pub struct WorklistArguments {
    /// Show decided cases instead of open ones
    #[arg(long, conflicts_with = "decide")]
    decided: bool,
    /// Only cases of this reason: spent_on_nothing, over_invested, overlooked or under_invested
    #[arg(long, value_name = "REASON", conflicts_with = "decide")]
    reason: Option<String>,
    /// Cases to show
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u32,
    /// Cases to pass over
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: u64,
    /// Decide about a customer: his number, and accept, reject or later
    #[arg(long, num_args = 2, value_names = ["ID", "DECISION"])]
    decide: Option<Vec<String>>,
    /// Why, in words
    #[arg(long, value_name = "TEXT", requires = "decide", default_value = "")]
    note: String,
    /// Where to write all of the list as CSV
    #[arg(long, value_name = "FILE", conflicts_with = "decide")]
    out: Option<PathBuf>,
}

/// Shows levels and the matrix; says what other rules would change, or puts them in force.
pub fn levels(house: &House, arguments: &LevelsArguments) -> Done {
    let store = house.open_existing()?;
    let (version, in_force) = rules::in_force(&store)?;
    if let Some(wanted) = arguments.rules(&in_force)? {
        let read = wanted.read(currency(&store)?);
        let read = read.map_err(|(rule, why)| Failed::Usage(format!("the rule of {rule}: {why}")))?;
        if !arguments.set {
            let change = rules::would_change(&store, &read)?;
            known(&change.missing)?;
            if house.json() {
                json(&change)
            } else {
                tell_change(&change)
            }
            return Ok(());
        }
        let text = rules::text(&wanted);
        store.add_level_rules(&text, Some(version), crate::now(), None)?.ok_or_else(|| {
            Failed::Because("somebody changed the rules meanwhile; look at them again".to_string())
        })?;
        let hands = Hands::take(house, &store)?;
        let job = store.add_job(&Task::Levels.queued(None), crate::now())?;
        outcome(&hands.see_through(job, "scoring")?)?;
    } else if arguments.set {
        return Err(Failed::Usage(
            "--set takes a rule: --value, --investment, --class, --least-delta, --bargain, --recoverability or --usual".into(),
        ));
    }
    let found = matrix::coherence(&store, crate::now())?;
    known(&found.missing)?;
    if let Some(file) = &arguments.out {
        let (currency, customers) = customers(&store)?;
        let cells = |customer: &CustomerScores| {
            let scores = &customer.scores;
            vec![
                word(access::Field::Level, scores.level),
                word(access::Field::InvestmentLevel, scores.investment_level),
                scores.delta.map(|delta| delta.to_string()).unwrap_or_default(),
                decimal(customer.value, currency),
                decimal(customer.invested, currency),
                decimal(customer.contribution, currency),
                currency.code().to_string(),
            ]
        };
        write_customers(&store, file, &LEVELS_HEAD, &customers, cells)?;
    }
    if house.json() {
        json(&found)
    } else {
        tell_levels(&found)
    }
    Ok(())
}

/// Shows the classes, who destroys value and why, and who buys bargains only.
pub fn classes(house: &House, arguments: &ClassesArguments) -> Done {
    let store = house.open_existing()?;
    let found = classes::classes(&store, 0, 20)?;
    known(&found.missing)?;
    if let Some(file) = &arguments.out {
        let (currency, mut customers) = customers(&store)?;
        customers.retain(|customer| customer.scores.class.is_some());
        customers.sort_by_key(|customer| (Reverse(customer.contribution), customer.id));
        let cells = |customer: &CustomerScores| {
            let class = word(access::Field::Class, customer.scores.class);
            vec![class, decimal(customer.contribution, currency), currency.code().to_string()]
        };
        write_customers(&store, file, &CLASSES_HEAD, &customers, cells)?;
    }
    if house.json() {
        json(&found)
    } else {
        tell_classes(&found)
    }
    Ok(())
}

/// Shows incoherent customers, or keeps what is decided about one.
pub fn worklist(house: &House, arguments: &WorklistArguments) -> Done {
    let store = house.open_existing()?;
    let now = crate::now();
    if let Some(decide) = &arguments.decide {
        let case = decided(&store, decide, &arguments.note)?;
        if house.json() {
            json(&case)
        } else {
            tell_case(&case)
        }
        return Ok(());
    }
    let state = if arguments.decided { WorklistState::Decided } else { WorklistState::Open };
    let reason = arguments.reason.as_deref().map(reason_of).transpose()?;
    let page = worklist::page(&store, now, (state, reason), arguments.offset, arguments.limit)?;
    known(&page.missing)?;
    if page.missing.contains(&Missing::Investment) {
        return Err(Failed::Because(UNKNOWN_INVESTMENT.to_string()));
    }
    if let Some(file) = &arguments.out {
        write_worklist(&store, file, (state, reason))?;
    }
    if house.json() {
        json(&page);
        return Ok(());
    }
    let (count, amount) = (counted(page.open, "open case", "open cases"), &page.at_stake);
    print(format!("{count}, {} {} at stake; {} decided", amount.amount, amount.currency, page.decided));
    for of in page.reasons.iter().filter(|of| reason.is_none() && of.open + of.decided > 0) {
        let (code, cases) = (of.reason.code(), counted(of.open, "open case", "open cases"));
        print(format!("  {code:<18} {cases:>16}, {} {}", of.at_stake.amount, of.at_stake.currency));
    }
    page.rows.iter().for_each(tell_case);
    Ok(())
}

fn reason_of(word: &str) -> Result<CaseReason, Failed> {
    CaseReason::of(word).ok_or_else(|| {
        Failed::Usage(format!(
            "{word:?} is no reason of the worklist; there are spent_on_nothing, over_invested, overlooked and under_invested"
        ))
    })
}

const UNKNOWN_INVESTMENT: &str = "what was invested in customers is not known on the day of the valuation, so there is no \
                                  worklist; `clientela value` prices what was done for them";

fn decided(store: &Store, decide: &[String], note: &str) -> Result<WorklistCase, Failed> {
    let [customer, decision] = decide else {
        return Err(Failed::Usage("--decide takes a customer's number and accept, reject or later".into()));
    };
    let number = customer.parse::<u32>();
    let number = number.map_err(|_| Failed::Usage(format!("{customer:?} is no customer's number")))?;
    let verdict = Verdict::of(decision).ok_or_else(|| {
        Failed::Usage(format!("{decision:?} is no decision; there are accept, reject and later"))
    })?;
    let note = worklist::note(note).map_err(|failure| Failed::Usage(failure.to_string()))?;
    worklist::keep(store, number, verdict, &note, crate::now(), None)?.ok_or_else(|| {
        Failed::Because(format!(
            "customer {number} is not on the worklist; `clientela worklist` shows who is"
        ))
    })
}

impl LevelsArguments {
    /// The rules in force with those that were typed in their place; `None` where none were.
    fn rules(&self, in_force: &LevelRules) -> Result<Option<LevelRules>, Failed> {
        let mut rules = if self.usual { LevelRules::default() } else { in_force.clone() };
        let mut is_typed = self.usual || self.least_delta.is_some();
        if let Some(text) = &self.bargain {
            rules.bargain = limits_of(text)?;
            is_typed = true;
        }
        if let Some(text) = &self.recoverability {
            recoverable_of(text, &mut rules.recoverability)?;
            is_typed = true;
        }
        for (typed, rule) in [
            (&self.value, &mut rules.value),
            (&self.investment, &mut rules.investment),
            (&self.class, &mut rules.class),
        ] {
            if let Some(text) = typed {
                *rule = rule_of(text)?;
                is_typed = true;
            }
        }
        rules.least_delta = self.least_delta.unwrap_or(rules.least_delta);
        Ok(is_typed.then_some(rules))
    }
}

/// Limits of bargains as they are typed: `10,90,3`.
fn limits_of(text: &str) -> Result<BargainLimits, Failed> {
    let numbers: Option<Vec<u32>> = text.split(',').map(|word| word.trim().parse().ok()).collect();
    match numbers.as_deref() {
        Some(&[discount_percent, only_percent, least_lines]) => {
            Ok(BargainLimits { discount_percent, only_percent, least_lines })
        }
        _ => Err(Failed::Usage(format!(
            "{text:?} is no rule of bargains such as 10,90,3: discount and share in per cent, and lines"
        ))),
    }
}

/// Shares by level as they are typed: `strategic=0.3,low=past`.
fn recoverable_of(text: &str, into: &mut Recoverability) -> Result<(), Failed> {
    for part in text.split(',') {
        let wrong = || {
            Failed::Usage(format!(
                "{part:?} is no share of a level such as strategic=0.3 or low=past; there are strategic, high, median, low \
                 and negligible"
            ))
        };
        let (level, share) = part.split_once('=').ok_or_else(wrong)?;
        let share = match share.trim() {
            "past" => None,
            number => Some(number.parse().map_err(|_| wrong())?),
        };
        *match level.trim() {
            "strategic" => &mut into.strategic,
            "high" => &mut into.high,
            "median" => &mut into.median,
            "low" => &mut into.low,
            "negligible" => &mut into.negligible,
            _ => return Err(wrong()),
        } = share;
    }
    Ok(())
}

/// A rule as it is typed: `share:0.5,0.8,0.95,0.99`.
fn rule_of(text: &str) -> Result<LevelRule, Failed> {
    let wrong = || {
        Failed::Usage(format!(
            "{text:?} is no rule such as share:0.5,0.8,0.95,0.99, quantile:0.05,0.2,0.5,0.8 or amount:1000,500,100,10"
        ))
    };
    let (by, numbers) = text.split_once(':').ok_or_else(wrong)?;
    let words = || numbers.split(',').map(str::trim);
    let shares =
        || -> Result<Vec<f64>, Failed> { words().map(|word| word.parse().map_err(|_| wrong())).collect() };
    Ok(match by.trim() {
        "share" => LevelRule::Share { shares: shares()? },
        "quantile" => LevelRule::Quantile { shares: shares()? },
        "amount" => LevelRule::Amount { amounts: words().map(str::to_string).collect() },
        _ => return Err(wrong()),
    })
}

fn currency(store: &Store) -> Result<Currency, Failed> {
    Ok(store.company()?.map_or(Currency::EUR, |company| company.currency))
}

/// Goes on only with a base that was valued.
fn known(missing: &[Missing]) -> Done {
    if missing.contains(&Missing::Valuation) {
        return Err(Failed::Because("this base was never valued: run `clientela value`".to_string()));
    }
    Ok(())
}

fn json(answer: &impl Serialize) {
    print(serde_json::to_value(answer).expect("an answer is plain data"));
}

fn tell_missing(missing: &[Missing]) {
    for what in missing {
        let what = match what {
            Missing::Valuation => "the base was never valued: run `clientela value`",
            Missing::Margin => {
                "no sale tells a margin, so nobody knows what customers bring net of cost: no classes. Import margins or unit \
                 costs, or assume a margin in the mapping of the import"
            }
            Missing::Contribution => "contributions are not known on that day: no classes",
            Missing::Investment => "what was invested is not known on that day: no levels of investment",
        };
        print(format!("note: {what}"));
    }
}

fn tell_levels(found: &Coherence) {
    print(format!("as of {}, in {}", found.as_of.as_deref().unwrap_or("-"), found.currency));
    let invested =
        |sum: &matrix::CoherenceSum| sum.invested.as_ref().map_or("-".into(), |m| m.amount.clone());
    print(format!("{:<12} {:>10} {:>16} {:>16}", "value", "customers", "value", "invested"));
    for level in &found.value_levels {
        let sum = &level.sum;
        let name = level_word(level.level);
        print(format!("{name:<12} {:>10} {:>16} {:>16}", sum.customers, sum.value.amount, invested(sum)));
    }
    if !found.cells.is_empty() {
        print("\ncustomers by value (down) and investment (across)");
        let heads = found.investment_levels.iter().map(|one| format!("{:>11}", level_word(one.level)));
        print(format!("{:<12}{}", "", heads.collect::<String>()));
        for row in found.cells.chunks(5) {
            let cells: String = row.iter().map(|cell| format!("{:>11}", cell.sum.customers)).collect();
            print(format!("{:<12}{cells}", level_word(row[0].value_level)));
        }
        let amount = &found.worklist.at_stake;
        let open = counted(found.worklist.open, "open case", "open cases");
        print(format!("\n{open} on the worklist, {} {} at stake", amount.amount, amount.currency));
    }
    if found.not_valued.customers > 0 {
        print(format!("{} never bought and are not valued", found.not_valued.customers));
    }
    tell_missing(&found.missing);
}

fn level_word(level: crate::customers::list::Level) -> String {
    match serde_json::to_value(level) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn tell_change(change: &LevelRulesPreview) {
    let tell = |name: &str, change: &Option<LevelsChange>| {
        let Some(change) = change else { return };
        let who = counted(change.changed, "customer changes", "customers change");
        print(format!("{name}: {who}, {} up, {} down", change.up, change.down));
        for level in &change.levels {
            print(format!("  {:<12} {:>10} -> {:>10}", level.level, level.before, level.after));
        }
    };
    tell("value", &change.value);
    tell("investment", &change.investment);
    tell("class", &change.class);
    if let Some(worklist) = change.worklist {
        print(format!("worklist: {} -> {}", worklist.before, worklist.after));
    }
    if let Some(bargains) = &change.bargains {
        let CountChange { before, after } = bargains.told;
        print(format!("buyers of bargains only, of {before} -> {after} customers with enough lines:"));
        for kind in &bargains.kinds {
            print(format!("  {:<40} {:>6} -> {:>6}", bargain_words(kind.kind), kind.before, kind.after));
        }
    }
    if let Some(worth) = &change.worth_saving {
        let (before, after) = (&worth.before, &worth.after);
        print(format!(
            "worth saving of who is at risk: {} -> {} {}",
            before.amount, after.amount, after.currency
        ));
    }
    tell_missing(&change.missing);
    print("nothing is changed; --set puts these rules in force");
}

fn tell_classes(found: &Classes) {
    print(format!("as of {}, in {}", found.as_of.as_deref().unwrap_or("-"), found.currency));
    for (number, class) in (1..).zip(&found.classes) {
        let who = counted(class.customers, "customer", "customers");
        print(format!("D{number}  {who:>20} {:>16}", class.contribution.amount));
    }
    if let Some(whale) = &found.whale {
        let (peak, amount) =
            (counted(whale.peak.customers, "customer", "customers"), &whale.peak.contribution);
        print(format!("the best {peak} contribute {} {} together", amount.amount, amount.currency));
    }
    if let Some(destroyers) = found.destroyers.as_ref().filter(|destroyers| destroyers.customers > 0) {
        let who = counted(destroyers.customers, "customer costs", "customers cost");
        print(format!("{who} more than they bring: {}", destroyers.contribution.amount));
        for cause in &destroyers.causes {
            print(format!(
                "  {:<16} {} of {}: {} where {} is usual",
                cause.kind, cause.customers, destroyers.customers, cause.cost.amount, cause.usual.amount
            ));
        }
        for row in &destroyers.rows {
            let causes: Vec<&str> = row.causes.iter().map(|cause| cause.kind.as_str()).collect();
            print(format!(
                "  {:>8}  {:<32} {:>14}  {}",
                row.customer,
                row.name,
                row.contribution.amount,
                causes.join(", ")
            ));
        }
    }
    for group in found.bargains.iter().flat_map(|bargains| &bargains.groups) {
        let what = bargain_words(group.kind);
        let who = counted(group.customers, "customer buys", "customers buy");
        print(format!("{who} {what}: {} {}", group.amount.amount, group.amount.currency));
    }
    tell_missing(&found.missing);
}

fn bargain_words(kind: BargainKind) -> &'static str {
    match kind {
        BargainKind::Promotions => "promotions only",
        BargainKind::LossLeaders => "loss leaders only",
        BargainKind::Both => "promotions and loss leaders only",
    }
}

fn tell_case(case: &WorklistCase) {
    let word = |word: serde_json::Result<serde_json::Value>| match word {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    };
    let last = case.decisions.first().filter(|_| !case.levels_changed);
    let decided = last.map(|decision| format!("  {}: {}", decision.decision.name(), decision.note));
    print(format!(
        "{:>8}  {:<32} {:>14}  {:<6} {}{}",
        case.customer,
        case.name,
        case.at_stake.amount,
        word(serde_json::to_value(case.proposal)),
        word(serde_json::to_value(case.reason)),
        decided.unwrap_or_default()
    ));
}

const LEVELS_HEAD: [&str; 9] = [
    "customer",
    "name",
    "level",
    "investment_level",
    "delta",
    "value",
    "invested",
    "contribution",
    "currency",
];
const CLASSES_HEAD: [&str; 5] = ["customer", "name", "class", "contribution", "currency"];

fn customers(store: &Store) -> Result<(Currency, Vec<CustomerScores>), Failed> {
    let none = || Failed::Because("this base was never valued: run `clientela value`".to_string());
    coherence::customer_scores(store)?.ok_or_else(none)
}

fn decimal(minor: Option<i64>, currency: Currency) -> String {
    minor.map(|minor| Money::new(minor, currency).decimal()).unwrap_or_default()
}

/// Writes customers in their order, each with number, name and what `cells` tells of him.
fn write_customers(
    store: &Store,
    file: &Path,
    head: &[&str],
    customers: &[CustomerScores],
    cells: impl Fn(&CustomerScores) -> Vec<String>,
) -> Done {
    let mut out = created(file)?;
    let failed = super::file_failed("write", file);
    let head: Vec<String> = head.iter().map(|word| (*word).to_string()).collect();
    out.write_all(spreadsheet::begin(&head).as_bytes()).map_err(&failed)?;
    for some in customers.chunks(ROWS_AT_ONCE) {
        let ids: Vec<u32> = some.iter().map(|customer| customer.id).collect();
        let names = store.customer_names(&ids)?;
        for customer in some {
            let name = names.get(&customer.id).cloned().unwrap_or_default();
            let row: Vec<String> =
                [customer.id.to_string(), name].into_iter().chain(cells(customer)).collect();
            out.write_all(spreadsheet::line(&row).as_bytes()).map_err(&failed)?;
        }
    }
    out.flush().map_err(failed)
}

const ROWS_AT_ONCE: usize = 500;

fn write_worklist(store: &Store, file: &Path, which: (WorklistState, Option<CaseReason>)) -> Done {
    let mut out = created(file)?;
    let failed = super::file_failed("write", file);
    let head = "place customer name reason proposal at_stake gap value value_level invested investment_level \
                coherent_investment delta decision note currency";
    let head: Vec<String> = head.split_whitespace().map(str::to_string).collect();
    out.write_all(spreadsheet::begin(&head).as_bytes()).map_err(&failed)?;
    let (now, mut offset) = (crate::now(), 0);
    loop {
        let page = worklist::page(store, now, which, offset, ROWS_AT_ONCE as u32)?;
        for case in &page.rows {
            out.write_all(spreadsheet::line(&case_cells(case)).as_bytes()).map_err(&failed)?;
        }
        offset += page.rows.len() as u64;
        if page.rows.len() < ROWS_AT_ONCE {
            return out.flush().map_err(failed);
        }
    }
}

fn case_cells(case: &WorklistCase) -> Vec<String> {
    let word = |word: serde_json::Result<serde_json::Value>| match word {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    };
    let last = case.decisions.first();
    vec![
        case.place.to_string(),
        case.customer.to_string(),
        case.name.clone(),
        word(serde_json::to_value(case.reason)),
        word(serde_json::to_value(case.proposal)),
        case.at_stake.amount.clone(),
        case.gap.amount.clone(),
        case.value.amount.clone(),
        word(serde_json::to_value(case.value_level)),
        case.invested.amount.clone(),
        word(serde_json::to_value(case.investment_level)),
        case.coherent_investment.amount.clone(),
        case.delta.to_string(),
        last.map(|decision| decision.decision.name().to_string()).unwrap_or_default(),
        last.map(|decision| decision.note.clone()).unwrap_or_default(),
        case.at_stake.currency.clone(),
    ]
}

fn created(file: &Path) -> Result<BufWriter<File>, Failed> {
    File::create(file).map(BufWriter::new).map_err(super::file_failed("write", file))
}

/// The word of a choice by its number; nothing where it is not known.
fn word(field: access::Field, number: Option<i64>) -> String {
    let known = field.choices().iter().find(|choice| Some(choice.number) == number);
    known.map(|choice| choice.name.to_string()).unwrap_or_default()
}
