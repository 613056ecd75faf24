//! The command line: what can be typed, and which command answers it.

use crate::commands::{self, Failed, House};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// A CRM that treats customers as an asset: who they are, what they are worth, what to do about it.
#[derive(Parser)]
#[command(
    name = "clientela",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    after_help = "Examples:\n  clientela demo                      a made-up company, ready to look at\n  clientela serve --data ./data       an empty company of your own\n  clientela import orders.csv --source shop --yes"
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Args, Clone, Debug)]
pub struct Common {
    /// Folder that keeps everything: the database, uploads, the demo company
    #[arg(long, global = true, value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,
    /// PostgreSQL instead of a file in the data folder: postgres://user:password@host/name
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
    /// Accept what is proposed without asking
    #[arg(long, short = 'y', global = true)]
    pub yes: bool,
    /// Print one JSON object instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// How the log on standard error is written
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub log: LogFormat,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the web page and the API
    #[command(after_help = "Example:\n  clientela serve --data ./data --port 4810")]
    Serve(commands::serve::Listening),
    /// Make a company with five sources, value its customers and show it
    #[command(
        after_help = "Examples:\n  clientela demo\n  clientela demo --customers 500 --seed 7 --no-browser"
    )]
    Demo(commands::demo::Arguments),
    /// Bring a file in (CSV, TSV, NDJSON, XLSX or Parquet; .gz too), or take an import back
    #[command(
        after_help = "Examples:\n  clientela import orders.csv --source shop\n  clientela import orders.csv --source shop --mapping shop.toml --yes --json\n  clientela import --resume 12\n  clientela import --undo 12"
    )]
    Import(commands::import::Arguments),
    /// Show what was brought in
    #[command(after_help = "Example:\n  clientela imports --json")]
    Imports,
    /// Print a blank file to fill in
    #[command(after_help = "Example:\n  clientela templates sales > sales.csv")]
    Templates(commands::templates::Arguments),
    /// Find out which records are one customer
    #[command(after_help = "Example:\n  clientela link")]
    Link,
    /// Value the base, or the customers of one file with no base at all
    #[command(
        after_help = "Examples:\n  clientela value --horizon 12m\n  clientela value --refit\n  clientela value --adopt\n  clientela value purchases.csv --customer id --date day --amount total --horizon 39w --out values.csv"
    )]
    Value(crate::value_file::Arguments),
    /// Show what customers cost and contribute, and change the catalogue of activities that prices them
    #[command(
        after_help = "Examples:\n  clientela costs\n  clientela costs --from 2025-01 --to 2025-12 --out statements.csv\n  clientela costs --customer 17 --by quarter\n  clientela costs --catalogue costs.toml"
    )]
    Costs(commands::costs::Arguments),
    /// Say what all customers together are worth, and why it moved between two days
    #[command(
        after_help = "Examples:\n  clientela equity\n  clientela equity --from 2025-12-31 --to 2026-05-31\n  clientela equity --from 2025-12-31 --to 2026-05-31 --json\n  clientela equity --monthly --out statements.csv"
    )]
    Equity(commands::equity::Arguments),
    /// Show who came and who went, in heads and in value, and whether more went than should, with where from
    #[command(
        after_help = "Examples:\n  clientela turnover\n  clientela turnover --by source --from 2025-12-31 --to 2026-05-31\n  clientela turnover --by level --json"
    )]
    Turnover(commands::turnover::TurnoverArguments),
    /// Show who moved from which class or level of value to which, between two month ends
    #[command(
        after_help = "Examples:\n  clientela migrations\n  clientela migrations --of value-level --from 2025-05-31 --to 2026-05-31\n  clientela migrations --json"
    )]
    Migrations(commands::turnover::MigrationsArguments),
    /// Name whom an effort may keep, by what it would save, and say how much of that is known
    #[command(
        after_help = "Examples:\n  clientela retention\n  clientela retention --limit 100 --offset 100 --json\n  clientela retention --out keep.csv\n  clientela levels --recoverability strategic=0.3,low=past --set"
    )]
    Retention(commands::retention::Arguments),
    /// Say what the models would have foretold earlier, beside what came; of the base, or of one file
    #[command(
        after_help = "Examples:\n  clientela backtest --horizon 12m\n  clientela backtest purchases.csv --customer id --date day --amount total --horizon 39w --html report.html --out trials.csv"
    )]
    Backtest(commands::backtest::Arguments),
    /// Show levels of value and investment, and what other rules would change
    #[command(
        after_help = "Examples:\n  clientela levels\n  clientela levels --value amount:5000,1000,200,50\n  clientela levels --value amount:5000,1000,200,50 --set\n  clientela levels --out levels.csv --json"
    )]
    Levels(commands::coherence::LevelsArguments),
    /// Show who contributes and who destroys value, by which costs
    #[command(after_help = "Examples:\n  clientela classes\n  clientela classes --out classes.csv --json")]
    Classes(commands::coherence::ClassesArguments),
    /// Show in whom we invest incoherently, the most money first, and decide
    #[command(
        after_help = "Examples:\n  clientela worklist\n  clientela worklist --decide 4711 accept --note \"no more visits\"\n  clientela worklist --decided --json\n  clientela worklist --out worklist.csv"
    )]
    Worklist(commands::coherence::WorklistArguments),
    /// Write everything into one file; a running server goes on
    #[command(after_help = "Example:\n  clientela backup ~/clientela-backup.db")]
    Backup(commands::backup::BackupArguments),
    /// Put a backup in place of what is there
    #[command(after_help = "Example:\n  clientela restore ~/clientela-backup.db --data ./data")]
    Restore(commands::backup::RestoreArguments),
    /// Check that the base is whole and its sums hold
    #[command(after_help = "Example:\n  clientela doctor")]
    Doctor,
    /// Print the API's OpenAPI 3.1 document
    #[command(after_help = "Example:\n  clientela openapi > openapi.json")]
    Openapi,
    /// People who sign in
    #[command(
        subcommand,
        after_help = "Examples:\n  clientela staff add --name \"Nadia Roche\" --email nadia@shop.example --role seller --owner-name \"Nadia Roche\"\n  clientela staff list"
    )]
    Staff(commands::staff::Command),
}

/// Reads the command line, does what it says and gives the exit code: 0 done, 1 failed, 2 wrong usage, 130 stopped.
pub fn run() -> ExitCode {
    let Cli { common, command } = Cli::parse();
    commands::log::begin(common.log, matches!(command, Command::Serve(_)));
    let house = House::new(common);
    let done = match command {
        Command::Serve(arguments) => commands::serve::run(&house, &arguments),
        Command::Demo(arguments) => commands::demo::run(&house, &arguments),
        Command::Import(arguments) => commands::import::run(&house, &arguments),
        Command::Imports => commands::import::list(&house),
        Command::Templates(arguments) => commands::templates::run(&arguments),
        Command::Link => commands::value::link(&house),
        Command::Value(arguments) => commands::value::run(&house, &arguments),
        Command::Costs(arguments) => commands::costs::run(&house, &arguments),
        Command::Equity(arguments) => commands::equity::run(&house, &arguments),
        Command::Turnover(arguments) => commands::turnover::turnover(&house, &arguments),
        Command::Migrations(arguments) => commands::turnover::migrations(&house, &arguments),
        Command::Retention(arguments) => commands::retention::run(&house, &arguments),
        Command::Backtest(arguments) => commands::backtest::run(&house, &arguments),
        Command::Levels(arguments) => commands::coherence::levels(&house, &arguments),
        Command::Classes(arguments) => commands::coherence::classes(&house, &arguments),
        Command::Worklist(arguments) => commands::coherence::worklist(&house, &arguments),
        Command::Backup(arguments) => commands::backup::backup(&house, &arguments),
        Command::Restore(arguments) => commands::backup::restore(&house, &arguments),
        Command::Doctor => commands::backup::doctor(&house),
        Command::Openapi => commands::openapi(),
        Command::Staff(command) => commands::staff::run(&house, &command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed::Interrupted(message)) => {
            eprintln!("{message}");
            ExitCode::from(130)
        }
        Err(Failed::Usage(message)) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
        Err(Failed::Because(message)) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_command_shows_an_example() {
        let mut cli = Cli::command();
        cli.build();
        for command in cli.get_subcommands().filter(|command| command.get_name() != "help") {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let example = format!("clientela {}", command.get_name());
            assert!(help.contains(&example), "{} has no example", command.get_name());
        }
    }

    // Once it was taken and left aside.
    #[test]
    fn months_are_gathered_for_one_customer_only() {
        let costs = |more: &[&str]| Cli::try_parse_from([&["clientela", "costs"], more].concat()).is_ok();
        assert!(costs(&[]) && costs(&["--customer", "17"]) && costs(&["--customer", "17", "--by", "year"]));
        assert!(!costs(&["--by", "year"]));
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
