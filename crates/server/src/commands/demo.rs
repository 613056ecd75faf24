//! `clientela demo`: a made-up company, imported, linked and valued by the very means a real one uses.

use super::import::link_and_value;
use super::serve::{self, Greeting};
use super::watch::{Hands, outcome};
use super::{Done, Failed, House, file_failed, print};
use crate::access::staff::sign_in_token;
use crate::jobs::work::Task;
use crate::sources::import::ImportParameters;
use crate::sources::uploads::own_currency;
use access::Role;
use clap::Args;
use ledger::{Currency, Day};
use std::io::Cursor;
use std::path::Path;
use store::{Company, Store};

/// Which company.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// The same seed gives the same company
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many customers
    #[arg(long, default_value_t = demo::CUSTOMERS as u32, value_parser = clap::value_parser!(u32).range(10..=200_000))]
    customers: u32,
    /// The last day of its history, today unless said: 2026-11-20
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Do not open a browser
    #[arg(long)]
    no_browser: bool,
    /// Make the company and stop, without serving it
    #[arg(long)]
    no_serve: bool,
    #[command(flatten)]
    serve: serve::Listening,
}

const READY: &str = "demo_ready";
const UNTIL: &str = "demo_until";

/// Makes the company where there is none, and shows it.
pub fn run(house: &House, arguments: &Arguments) -> Done {
    let _lock = house.lock()?;
    let store = house.open()?;
    if store.setting(READY)?.is_none() {
        if store.setting(UNTIL)?.is_none()
            && let Some(what) = somebodys(&store)?
        {
            return Err(Failed::Because(format!(
                "{} holds {what}, which the made-up company would mix with: name another, empty place for the demo with --data or --database",
                place(house)
            )));
        }
        make(house, &store, arguments)?;
    } else {
        eprintln!(
            "opening the company in {}; remove that folder to make another one",
            house.data().display()
        );
    }
    let email = "demo@clientela.example";
    let staff = match store.staff_by_email(email)? {
        Some(staff) => staff,
        None => store.add_staff("Camille Martin", email, Role::Administrator, None, None, crate::now())?,
    };
    if arguments.no_serve {
        return Ok(());
    }
    let token = sign_in_token(&store, staff.id, crate::now())?;
    let greeting = Greeting::Demo { token, open_browser: !arguments.no_browser };
    serve::serve(house, &arguments.serve, store, greeting)
}

fn place(house: &House) -> String {
    match house.location() {
        Ok(store::Location::Postgres(_)) => "the database".to_string(),
        _ => house.data().display().to_string(),
    }
}

/// What of a real company a base holds already.
fn somebodys(store: &Store) -> store::Result<Option<&'static str>> {
    let holds = [
        (store.company()?.is_some(), "a company of its own"),
        (!store.imports()?.is_empty() || store.has_facts()?, "somebody's imports"),
        (!store.is_first_run()?, "somebody's accounts"),
    ];
    Ok(holds.into_iter().find(|(is_held, _)| *is_held).map(|(_, what)| what))
}

fn make(house: &House, store: &Store, arguments: &Arguments) -> Done {
    // The day is kept first: a company half made is known by it.
    let until = until(store, arguments)?;
    store.set_company(&Company { name: "Maison Alouette".to_string(), currency: Currency::EUR })?;
    eprintln!(
        "making a company of {} up to {}",
        super::counted(u64::from(arguments.customers), "customer", "customers"),
        crate::http::wire::day(until)
    );
    let company = demo::company(arguments.seed, arguments.customers as usize, until);
    let folder = house.data().join("demo");
    std::fs::create_dir_all(&folder).map_err(file_failed("make", &folder))?;
    let truth = folder.join("truth.json");
    std::fs::write(&truth, company.truth.to_json()).map_err(file_failed("write", &truth))?;
    let rates = folder.join("costs.toml");
    std::fs::write(&rates, demo::CATALOGUE).map_err(file_failed("write", &rates))?;
    let hands = Hands::take(house, store)?;
    for file in &company.files {
        let path = folder.join(file.name);
        std::fs::write(&path, &file.bytes).map_err(file_failed("write", &path))?;
        import(&hands, store, &path, file)?;
    }
    link_and_value(&hands, store, None)?;
    store.put_setting(READY, "yes")?;
    print(format!(
        "the company is in {}; its files and its truth are in {}",
        house.data().display(),
        folder.display()
    ));
    Ok(())
}

/// A company that was half made goes on up to the same day: the same seed and day give the same files.
fn until(store: &Store, arguments: &Arguments) -> Result<Day, Failed> {
    let kept = store.setting(UNTIL)?;
    let text = arguments.until.clone().or(kept);
    let day = match text {
        Some(text) => text
            .parse::<jiff::civil::Date>()
            .map(Day::of)
            .map_err(|_| Failed::Usage(format!("--until takes a day like 2026-11-20, not {text:?}")))?,
        None => crate::now().day(),
    };
    store.put_setting(UNTIL, &crate::http::wire::day(day))?;
    Ok(day)
}

fn import(hands: &Hands<'_>, store: &Store, path: &Path, file: &demo::DemoFile) -> Done {
    let mut guess = sources::guess(Box::new(Cursor::new(file.bytes.clone())), file.name)?;
    guess.mapping.currency = guess.mapping.currency.or(Some(own_currency(store)?));
    let task = Task::Import(ImportParameters {
        file: std::path::absolute(path).map_err(file_failed("find", path))?,
        file_name: file.name.to_string(),
        source: file.source.to_string(),
        mapping: guess.mapping.to_toml(),
        dry_run: false,
        follow_up: false,
    });
    let job = store.add_job(&task.queued(None), crate::now())?;
    let result = outcome(&hands.see_through(job, file.name)?)?;
    eprintln!(
        "  {:<28} {:<12} {:>7} rows, {} created, {} invalid",
        file.name, file.source, result["read"], result["created"], result["invalid"]
    );
    Ok(())
}
