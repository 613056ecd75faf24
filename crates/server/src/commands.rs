//! What can be typed: one file a command. Here is what they share: where the house is, and how a command fails.

pub mod backtest;
pub mod backup;
pub mod coherence;
pub mod costs;
pub mod demo;
pub mod equity;
pub mod import;
pub mod log;
pub mod retention;
pub mod serve;
pub mod staff;
pub mod templates;
pub mod turnover;
pub mod value;
pub mod watch;

use crate::cli::Common;
use crate::jobs::work::JobError;
use std::fmt::Display;
use std::fs::{File, TryLockError};
use std::io::{IsTerminal, Write};
use std::path::Path;
use store::{Location, Store};

/// How a command ended, if not well.
#[derive(Debug)]
pub enum Failed {
    /// It could not be done.
    Because(String),
    /// It was typed in a way that cannot be done.
    Usage(String),
    /// Somebody pressed Ctrl-C.
    Interrupted(String),
}

/// The result of every command.
pub type Done = Result<(), Failed>;

impl From<store::Error> for Failed {
    fn from(error: store::Error) -> Failed {
        Failed::Because(error.to_string())
    }
}

impl From<JobError> for Failed {
    fn from(error: JobError) -> Failed {
        Failed::Because(error.to_string())
    }
}

impl From<::sources::SourceError> for Failed {
    fn from(error: ::sources::SourceError) -> Failed {
        Failed::Because(error.to_string())
    }
}

/// A failure with the file it is about.
pub fn file_failed(what: &str, path: &Path) -> impl Fn(std::io::Error) -> Failed {
    let path = path.display().to_string();
    let what = what.to_string();
    move |error| Failed::Because(format!("cannot {what} {path}: {error}"))
}

/// Where everything is kept, and how to talk to who typed.
#[derive(Clone, Debug)]
pub struct House {
    common: Common,
}

impl House {
    /// The house that the options name.
    pub fn new(common: Common) -> House {
        House { common }
    }

    /// The folder that keeps everything.
    pub fn data(&self) -> &Path {
        &self.common.data
    }

    /// Whether to accept what is proposed.
    pub fn yes(&self) -> bool {
        self.common.yes
    }

    /// Whether to print one JSON object.
    pub fn json(&self) -> bool {
        self.common.json
    }

    /// Where the base is.
    pub fn location(&self) -> Result<Location, Failed> {
        match &self.common.database {
            None => Ok(Location::File(self.common.data.join("clientela.db"))),
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Ok(Location::Postgres(url.clone()))
            }
            Some(_) => Err(Failed::Usage(
                "--database takes postgres://user:password@host/name; leave it out for a file in the data folder"
                    .to_string(),
            )),
        }
    }

    /// Makes the data folder where there is none, for its owner alone: it holds personal data.
    fn make_folder(&self) -> Done {
        let mut folder = std::fs::DirBuilder::new();
        folder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder.create(self.data()).map_err(file_failed("make the data folder", self.data()))
    }

    /// Opens the base, making the data folder and the base where there are none.
    pub fn open(&self) -> Result<Store, Failed> {
        self.make_folder()?;
        let store = Store::open_keeping(&self.location()?, self.data())?;
        if let Some(store::Upgrade { from, to, backup }) = store.upgrade() {
            eprintln!(
                "the base was of an older version: it was upgraded from schema {from} to {to}, and is kept as it was in {}",
                backup.display()
            );
        }
        Ok(store)
    }

    /// Opens the base only if there is one.
    pub fn open_existing(&self) -> Result<Store, Failed> {
        if let Location::File(file) = self.location()?
            && !file.exists()
        {
            return Err(Failed::Because(format!(
                "there is no base in {}; start one with `clientela serve` or `clientela import`, or name another folder with --data",
                self.data().display()
            )));
        }
        self.open()
    }

    /// Keeps other servers out of this data folder, as long as the lock is held.
    pub fn lock(&self) -> Result<File, Failed> {
        self.make_folder()?;
        let path = self.data().join("server.lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(file_failed("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(Failed::Because(format!(
                "a server is running on {} already; stop it first, or give this one a folder of its own with --data",
                self.data().display()
            ))),
            Err(TryLockError::Error(error)) => Err(file_failed("lock", &path)(error)),
        }
    }

    /// Asks a question that is answered by yes or no; `--yes` has answered already.
    pub fn confirm(&self, question: &str) -> Result<bool, Failed> {
        if self.yes() {
            return Ok(true);
        }
        if !std::io::stdin().is_terminal() {
            return Err(Failed::Usage(format!("{question} Nobody is here to answer: add --yes to accept")));
        }
        eprint!("{question} [Y/n] ");
        let _ = std::io::stderr().flush();
        let mut answer = String::new();
        std::io::stdin()
            .read_line(&mut answer)
            .map_err(|e| Failed::Because(format!("cannot read the answer: {e}")))?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes" | "o" | "oui"))
    }
}

/// A count with its noun.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A count of a job's result.
pub fn number(value: &serde_json::Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

/// Prints to standard output; a reader that went away (`| head`) is no failure.
pub fn print(text: impl Display) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints the API's document.
pub fn openapi() -> Done {
    print(crate::http::routes::document());
    Ok(())
}
