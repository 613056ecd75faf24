//! `clientela import`: shows how a file is understood, asks, and brings it in; or takes an import back.

use super::watch::{Hands, outcome};
use super::{Done, Failed, House, counted, file_failed, number, print};
use crate::jobs::work::{Retraction, Task, Valuing};
use crate::sources::import::{ImportParameters, ImportResult, file_hash, open};
use crate::sources::rejections;
use crate::sources::uploads::own_currency;
use clap::Args;
use ledger::{Currency, Moment};
use sources::{FormatKind, Guess, Mapping};
use std::path::{Path, PathBuf};
use store::{ImportId, Job, JobId, Store};

/// What to bring in, and how.
#[derive(Args)]
pub struct Arguments {
    /// The file: CSV, TSV, NDJSON, XLSX or Parquet, also packed as .gz
    #[arg(required_unless_present_any = ["undo", "resume"], conflicts_with_all = ["undo", "resume"])]
    file: Option<PathBuf>,
    /// Where it comes from, such as "web shop": rows of one source replace each other, those of two never do
    #[arg(long, required_unless_present_any = ["undo", "resume"])]
    source: Option<String>,
    /// Take the columns as this saved file says, instead of guessing
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// The currency of amounts for which the file names none; the company's own unless said. The first import into a
    /// new base makes it the company's
    #[arg(long, value_name = "CODE", conflicts_with = "mapping")]
    currency: Option<String>,
    /// Save how the columns are taken, to be used again with --mapping
    #[arg(long, value_name = "FILE")]
    save_mapping: Option<PathBuf>,
    /// Count what would happen, keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the rows that could not be taken to this file, with the reason
    #[arg(long, value_name = "FILE")]
    rejections: Option<PathBuf>,
    /// Do not link and value the base afterwards
    #[arg(long)]
    no_follow_up: bool,
    /// Go on with an import that was stopped
    #[arg(long, value_name = "ID")]
    resume: Option<ImportId>,
    /// Take an import back: its facts are withdrawn, nothing is deleted
    #[arg(long, value_name = "ID", conflicts_with = "resume")]
    undo: Option<ImportId>,
}

/// Imports, resumes or takes back.
pub fn run(house: &House, arguments: &Arguments) -> Done {
    match (arguments.undo, arguments.resume, &arguments.file, &arguments.source) {
        (Some(import), ..) => undo(house, arguments, import),
        (_, Some(import), ..) => resume(house, arguments, import),
        (_, _, Some(file), Some(source)) => bring_in(house, arguments, file, source),
        _ => {
            Err(Failed::Usage("name a file and its source: clientela import FILE --source NAME".to_string()))
        }
    }
}

fn bring_in(house: &House, arguments: &Arguments, file: &Path, source: &str) -> Done {
    if source.trim().is_empty() {
        return Err(Failed::Usage("--source may not be blank".to_string()));
    }
    let file_name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // What is mistyped makes no base where there was none.
    let currency = arguments.currency.as_deref().map(Currency::parse).transpose();
    let currency = currency.map_err(|error| Failed::Usage(error.to_string()))?;
    let saved = arguments.mapping.as_deref().map(saved_mapping).transpose()?;
    let opened = open(file)?;
    let guessed = match saved {
        Some(_) => None,
        None => Some(sources::guess(Box::new(opened), &file_name)?),
    };
    let store = house.open()?;
    let currency = currency.map_or_else(|| own_currency(&store), Ok)?;
    let mapping = match (saved, guessed) {
        (Some(saved), _) => saved,
        (None, None) => unreachable!("what was not kept was guessed"),
        (None, Some(mut guess)) => {
            let as_before = as_before(&store, &guess, source.trim())?;
            if arguments.currency.is_some() || guess.mapping.currency.is_none() {
                guess.mapping.currency = Some(currency);
            }
            if arguments.currency.is_some() {
                guess.notes.retain(|note| note.code != sources::Saying::NoCurrency);
            }
            if let Some((_, mapping)) = &as_before {
                guess.mapping = Mapping { currency: guess.mapping.currency, ..mapping.clone() };
            }
            show(&file_name, &guess);
            if let Some((import, _)) = as_before {
                eprintln!("  note: what the columns mean is taken from import {import} of this source");
            }
            if !house.confirm("Take it like this?")? {
                return Err(Failed::Interrupted(
                    "nothing was imported; --save-mapping FILE with --dry-run writes the guess down for you to change".to_string(),
                ));
            }
            guess.mapping
        }
    };
    if let Some(path) = &arguments.save_mapping {
        std::fs::write(path, mapping.to_toml()).map_err(file_failed("write", path))?;
    }
    mapping.check().map_err(|error| Failed::Because(error.to_string()))?;
    // The first file of a base that nobody set up says what the company counts in, be it by default.
    if !arguments.dry_run && store.is_first_run()? && store.settled_currencies()?.is_empty() {
        let name = store.company()?.map_or(store::UNNAMED.to_string(), |company| company.name);
        let currency = mapping.currency.unwrap_or(currency);
        store.set_company(&store::Company { name, currency })?;
    }
    let parameters = ImportParameters {
        file: std::path::absolute(file).map_err(file_failed("find", file))?,
        file_name,
        source: source.trim().to_string(),
        mapping: mapping.to_toml(),
        dry_run: arguments.dry_run,
        follow_up: !arguments.no_follow_up,
    };
    if !arguments.dry_run {
        mention_incomplete(&store, &parameters)?;
    }
    let hands = Hands::take(house, &store)?;
    let job = store.add_job(&Task::Import(parameters).queued(None), crate::now())?;
    finish(house, arguments, &hands, &store, job)
}

/// What the columns of a file without header meant the last time that this source brought as many of them, for mended rows of
/// it: a few say too little by themselves. Another file that happens to be as wide says itself what it holds.
fn as_before(store: &Store, guess: &Guess, source: &str) -> Result<Option<(ImportId, Mapping)>, Failed> {
    if guess.mapping.format.header || !guess.is_of_rejected {
        return Ok(None);
    }
    let is_alike = |import: &store::Import| {
        import.finished_at.is_some()
            && import.undone_at.is_none()
            && import.source == source
            && import.header.iter().eq(guess.columns.iter().map(|column| &column.name))
    };
    let before = store.imports()?.into_iter().find(is_alike);
    Ok(before.and_then(|import| {
        let saved = Mapping::from_toml(&import.mapping).ok().filter(|saved| !saved.format.header)?;
        Some((import.id, guess.remembered(&saved)?))
    }))
}

fn saved_mapping(file: &Path) -> Result<Mapping, Failed> {
    let text = std::fs::read_to_string(file).map_err(file_failed("read", file))?;
    Mapping::from_toml(&text).map_err(|error| Failed::Because(format!("{}: {error}", file.display())))
}

/// Says that this very file was begun before: to go on with it is less work than to begin anew.
fn mention_incomplete(store: &Store, parameters: &ImportParameters) -> Done {
    let mut begun = store.imports()?;
    begun.retain(|import| import.finished_at.is_none() && import.source == parameters.source);
    if begun.is_empty() {
        return Ok(());
    }
    let hash = file_hash(&parameters.file)?;
    for import in begun.iter().filter(|import| import.file_hash == hash) {
        eprintln!(
            "import {} of this file was left after {}: `clientela import --resume {}` goes on there, this command begins anew",
            import.id,
            counted(import.rows_done, "row", "rows"),
            import.id
        );
    }
    Ok(())
}

fn resume(house: &House, arguments: &Arguments, import: ImportId) -> Done {
    let store = house.open_existing()?;
    let hands = Hands::take(house, &store)?;
    let jobs = store.jobs(10_000)?;
    let began = |job: &&Job| job.kind == "import" && result_of(job).is_some_and(|r| r.import == Some(import));
    let job = jobs.iter().find(began).ok_or_else(|| {
        Failed::Because(format!(
            "no import {import} was begun here; `clientela imports` shows those that were"
        ))
    })?;
    if !job.state.is_over() {
        return Err(Failed::Because(format!(
            "import {import} is in progress; `clientela imports` shows it when it is done"
        )));
    }
    if !store.requeue_job(job.id)? {
        if store.up_to()?.is_behind() {
            eprintln!(
                "import {import} is complete; what follows it was not carried out: linking and valuing now"
            );
            return link_and_value(&hands, &store, None);
        }
        return Err(Failed::Because(format!("import {import} is complete: there is nothing to resume")));
    }
    finish(house, arguments, &hands, &store, job.id)
}

fn finish(house: &House, arguments: &Arguments, hands: &Hands<'_>, store: &Store, id: JobId) -> Done {
    let job = hands.see_through(id, "importing")?;
    outcome(&job).map_err(|failed| with_way_on(failed, &job))?;
    let result = result_of(&job).ok_or_else(|| {
        Failed::Because("the import left no result; `clientela doctor` looks into it".to_string())
    })?;
    if let Some(path) = &arguments.rejections {
        match result.import {
            Some(_) if result.counts.invalid == 0 => {}
            Some(import) => {
                let mut file = std::fs::File::create(path).map_err(file_failed("write", path))?;
                rejections::write(store, import, sources::Language::English, &mut file)?;
            }
            None => {
                return Err(Failed::Usage(
                    "a dry run keeps no rejected rows: leave --dry-run out".to_string(),
                ));
            }
        }
    }
    if house.json() {
        print(serde_json::to_value(&result).expect("a result is plain data"));
    } else {
        report(&result, arguments.rejections.as_deref());
    }
    follow(hands, store)
}

/// Links and values what the import changed, unless another process does.
fn follow(hands: &Hands<'_>, store: &Store) -> Done {
    if hands.is_watching_only() {
        return Ok(());
    }
    let waiting: Vec<Job> =
        store.jobs(200)?.into_iter().filter(|job| job.state == store::JobState::Queued).collect();
    for (kind, label) in [("link", "linking"), ("value", "valuing")] {
        for job in waiting.iter().rev().filter(|job| job.kind == kind) {
            let result = outcome(&hands.see_through(job.id, label)?)?;
            super::value::measured(hands, &result)?;
        }
    }
    Ok(())
}

fn with_way_on(failed: Failed, job: &Job) -> Failed {
    let import = result_of(job).and_then(|result| result.import);
    match (failed, import) {
        // The server it goes on in may be gone, or stop it later.
        (Failed::Interrupted(why), Some(import)) if !job.state.is_over() => Failed::Interrupted(format!(
            "{why}; once it is stopped, go on with `clientela import --resume {import}`"
        )),
        (Failed::Interrupted(why), None) if !job.state.is_over() => Failed::Interrupted(why),
        (Failed::Interrupted(_), Some(import)) => Failed::Interrupted(way_on(import)),
        (Failed::Interrupted(_), None) => Failed::Interrupted("stopped: nothing was imported".to_string()),
        (Failed::Because(why), Some(import)) => Failed::Because(format!(
            "{why}. What was imported before is whole: go on with `clientela import --resume {import}`, or take it back with `clientela import --undo {import}`"
        )),
        (failed, _) => failed,
    }
}

/// What becomes of an import that was stopped.
pub fn way_on(import: ImportId) -> String {
    format!(
        "stopped: what was imported so far is whole. Go on with `clientela import --resume {import}`, or take it back with `clientela import --undo {import}`"
    )
}

/// The imports among jobs that were stopped since a moment.
pub fn stopped_since(store: &Store, since: Moment) -> store::Result<Vec<ImportId>> {
    let is_stopped = |job: &Job| {
        job.kind == "import"
            && job.state == store::JobState::Interrupted
            && job.finished_at.is_some_and(|at| at >= since)
    };
    let jobs = store.jobs(200)?;
    Ok(jobs.iter().filter(|job| is_stopped(job)).filter_map(|job| result_of(job)?.import).collect())
}

fn undo(house: &House, arguments: &Arguments, import: ImportId) -> Done {
    let store = house.open_existing()?;
    let Some(store::Import { file_name, .. }) = store.import(import)? else {
        return Err(Failed::Because(format!(
            "there is no import {import}: nothing was undone; `clientela imports` shows those that there are"
        )));
    };
    let hands = Hands::take(house, &store)?;
    let retraction = Retraction { import, file_name, follow_up: !arguments.no_follow_up };
    let job = store.add_job(&Task::Retraction(retraction).queued(None), crate::now())?;
    let result = outcome(&hands.see_through(job, "taking back")?)?;
    if house.json() {
        print(&result);
    } else {
        print(format!(
            "import {import} was taken back: {} withdrawn; the file may come in again",
            counted(number(&result["withdrawn"]), "fact", "facts")
        ));
        for told in result["told_again"].as_array().into_iter().flatten() {
            let (which, name) =
                (&told["import"], one_line(told["file_name"].as_str().unwrap_or_default(), 80));
            let (rows, records) = (number(&told["rows"]), number(&told["records"]));
            if rows > 0 {
                print(format!(
                    "import {which} ({name}) told {} that stood already; those which import {import} had brought went with it: import that file again",
                    counted(rows, "row", "rows"),
                ));
            } else {
                print(format!(
                    "import {which} ({name}) has rows of {} that lost what import {import} said of them, and may say it too: import that file again",
                    counted(records, "record", "records"),
                ));
            }
        }
    }
    follow(&hands, &store)
}

/// Links and values the base as `clientela link` and `clientela value` do, one job after the other.
pub fn link_and_value(hands: &Hands<'_>, store: &Store, horizon: Option<String>) -> Done {
    for (task, label) in
        [(Task::Link, "linking"), (Task::Value(Valuing { horizon, ..Valuing::default() }), "valuing")]
    {
        let job = store.add_job(&task.queued(None), crate::now())?;
        let result = outcome(&hands.see_through(job, label)?)?;
        super::value::measured(hands, &result)?;
    }
    Ok(())
}

/// `clientela imports`: what was brought in.
pub fn list(house: &House) -> Done {
    let store = house.open_existing()?;
    let imports = store.imports()?;
    let newest = imports.iter().find(|import| import.finished_at.is_some() && import.undone_at.is_none());
    if let Some(newest) = newest.filter(|_| store.up_to().is_ok_and(|up_to| up_to.is_behind())) {
        eprintln!(
            "facts wait to be linked and valued: `clientela import --resume {}` does it, unless a running server is at it",
            newest.id
        );
    }
    if house.json() {
        let shown: Vec<_> = imports
            .iter()
            .map(|import| {
                serde_json::json!({ "id": import.id, "source": import.source, "file_name": import.file_name,
                    "kind": import.kind, "complete": import.finished_at.is_some(),
                    "undone": import.undone_at.is_some(), "counts": import.counts })
            })
            .collect();
        print(serde_json::Value::from(shown));
        return Ok(());
    }
    for import in imports {
        let state = match (import.undone_at, import.finished_at) {
            (Some(_), _) => "taken back",
            (None, Some(_)) => "complete",
            (None, None) => "not complete",
        };
        let rows = import.counts.read();
        print(format!(
            "{:>5}  {:<12} {:>10} {}  {:<20} {}",
            import.id,
            state,
            rows,
            if rows == 1 { "row " } else { "rows" },
            import.source,
            import.file_name
        ));
    }
    Ok(())
}

fn result_of(job: &Job) -> Option<ImportResult> {
    job.result.as_deref().and_then(|text| serde_json::from_str(text).ok())
}

/// The guess, on standard error: standard output belongs to the result.
fn show(file_name: &str, guess: &Guess) {
    let format = &guess.mapping.format;
    let detail = detail(format).map(|detail| format!(" ({detail})")).unwrap_or_default();
    eprintln!("{file_name}: {}{detail}, taken as {}", format.kind.name(), guess.mapping.kind.name());
    for column in &guess.columns {
        let targets = targets_of(&guess.mapping, &column.name);
        let sample =
            column.samples.iter().find(|sample| !sample.trim().is_empty()).cloned().unwrap_or_default();
        let sample: String = sample.chars().filter(|c| !c.is_control()).take(40).collect();
        eprintln!("  {:<28} -> {:<16} {sample}", one_line(&column.name, 28), targets);
    }
    for note in &guess.notes {
        eprintln!("  note: {}", note.message);
    }
}

/// What a column fills: a name may be the customer's key as well.
fn targets_of(mapping: &Mapping, column: &str) -> String {
    let fills =
        mapping.columns.iter().filter(|(_, columns)| columns.names().iter().any(|name| *name == column));
    let targets = fills.map(|(target, _)| target.name()).collect::<Vec<_>>();
    if targets.is_empty() { "-".to_string() } else { targets.join(", ") }
}

/// What the format's name leaves open; a Parquet file says all of it itself.
fn detail(format: &sources::Format) -> Option<String> {
    match format.kind {
        FormatKind::Parquet => None,
        FormatKind::Xlsx => {
            Some(format.sheet.as_ref().map_or("first sheet".to_string(), |sheet| format!("sheet {sheet}")))
        }
        FormatKind::Ndjson => Some(format.encoding.clone()),
        FormatKind::Delimited => {
            let delimiter = match format.delimiter {
                '\t' => "tab".to_string(),
                other => format!("\"{other}\""),
            };
            Some(format!(
                "{}, separated by {delimiter}, decimals after \"{}\", dates {}",
                format.encoding,
                format.decimal,
                format.date_order.name()
            ))
        }
    }
}

/// Names from files may hold anything: no line breaks, no escape codes on the terminal.
fn one_line(text: &str, most: usize) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(most).collect()
}

fn report(result: &ImportResult, rejections: Option<&Path>) {
    let counts = &result.counts;
    let which = result.import.map_or("dry run".to_string(), |import| format!("import {import}"));
    print(format!("{which}: {} read", counted(result.read, "row", "rows")));
    for (count, what) in [
        (counts.created, "created"),
        (counts.updated, "updated"),
        (counts.unchanged, "unchanged"),
        (counts.duplicate, "duplicate"),
        (counts.invalid, "invalid"),
    ] {
        print(format!("  {count:>10} {what}"));
    }
    if counts.without_customer > 0 {
        print(format!(
            "of which {} no customer: kept as facts of nobody, in no customer's value",
            counted(counts.without_customer, "names", "name")
        ));
    }
    if counts.returns > 0 {
        print(match counts.returns {
            1 => "of which 1 return or cancellation: it nets off the purchases before it".to_string(),
            many => {
                format!("of which {many} returns or cancellations: they net off the purchases before them")
            }
        });
    }
    for rejection in &result.rejections {
        print(format!("  {} × {}, such as {}", rejection.count, rejection.code, rejection.example));
    }
    match (rejections, result.import) {
        (Some(path), _) if counts.invalid > 0 => {
            print(format!("rejected rows with their reasons: {}", path.display()))
        }
        (Some(path), _) => print(format!("no row was rejected: {} was not written", path.display())),
        (None, Some(import)) if counts.invalid > 0 => {
            print(format!(
                "the page Imports gives the rejected rows of import {import} as a file to mend; so does this command with --rejections FILE"
            ));
        }
        _ => {}
    }
}
