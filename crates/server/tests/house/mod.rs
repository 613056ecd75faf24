//! The real binary in a folder of its own, and a small HTTP client to talk to it.

#![allow(dead_code)]

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A data folder and commands on it.
pub struct House {
    pub folder: tempfile::TempDir,
    /// A base of its own on the test's PostgreSQL server; else SQLite.
    database: Option<Database>,
}

struct Database {
    server: String,
    name: String,
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Ok(mut admin) = postgres::Client::connect(&self.server, postgres::NoTls) {
            let _ = admin.batch_execute(&format!("drop database if exists {} with (force)", self.name));
        }
    }
}

/// What a command left.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The one JSON object at the end.
    pub fn json(&self) -> Value {
        let last = self.out.trim().lines().last().unwrap_or_default();
        serde_json::from_str(last).unwrap_or_else(|_| panic!("no JSON in {:?}; {}", self.out, self.err))
    }

    #[track_caller]
    pub fn good(self) -> Ran {
        assert_eq!(self.code, Some(0), "{}\n{}", self.out, self.err);
        self
    }
}

impl House {
    pub fn new() -> House {
        House { folder: tempfile::tempdir().expect("a temporary folder can be made"), database: None }
    }

    /// A house on PostgreSQL, where `CLIENTELA_TEST_POSTGRES` names a server.
    pub fn on_postgres() -> Option<House> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var("CLIENTELA_TEST_POSTGRES") else {
            eprintln!("skipped on PostgreSQL: CLIENTELA_TEST_POSTGRES is not set");
            return None;
        };
        let name = format!("binary_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut admin = postgres::Client::connect(&server, postgres::NoTls).expect("the test server answers");
        admin.batch_execute(&format!("create database {name}")).expect("the test user may create databases");
        Some(House { database: Some(Database { server, name }), ..House::new() })
    }

    /// Tells a story on each database there is.
    pub fn on_each_database(story: impl Fn(&dyn Fn() -> House)) {
        story(&House::new);
        if House::on_postgres().is_some() {
            story(&|| House::on_postgres().expect("the server was there a moment ago"));
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("a file can be written");
        path
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("the file is there")
    }

    /// A command on this house's data.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_clientela"));
        command
            .args(arguments)
            .arg("--data")
            .arg(self.path("data"))
            .current_dir(self.folder.path())
            .env_remove("CLIENTELA_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(Database { server, name }) = &self.database {
            let (address, _) = server.rsplit_once('/').expect("the server's address ends in a database");
            command.arg("--database").arg(format!("{address}/{name}"));
        }
        command
    }

    /// Does to the base, behind the program's back, what these statements say.
    pub fn meddle(&self, sql: &str) {
        match &self.database {
            None => {
                let base =
                    rusqlite::Connection::open(self.path("data/clientela.db")).expect("the base opens");
                base.execute_batch(sql).expect("the statements are sound");
            }
            Some(Database { server, name }) => {
                let (address, _) = server.rsplit_once('/').expect("the server's address ends in a database");
                let mut base = postgres::Client::connect(&format!("{address}/{name}"), postgres::NoTls)
                    .expect("the base opens");
                base.batch_execute(sql).expect("the statements are sound");
            }
        }
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments).output().expect("the binary starts"))
    }

    /// Imports a file without questions and gives the result.
    #[track_caller]
    pub fn import(&self, file: &str, source: &str, more: &[&str]) -> Value {
        let mut arguments = vec!["import", file, "--source", source, "--yes", "--json"];
        arguments.extend(more);
        self.run(&arguments).good().json()
    }

    /// What every customer brought, and how many there are: a sum that any lost or doubled row would change. Models are
    /// fitted anew, so that equal facts give equal sums; which fit it is, and what it replaced, is left out.
    pub fn sums(&self) -> Value {
        let mut valued = self.run(&["value", "--refit", "--adopt", "--json"]).good().json();
        // What a run did, and which numbers its fits and its guessed catalogue got, is no sum.
        for told in ["models", "refit"] {
            valued.as_object_mut().expect("an object").remove(told);
        }
        // Months that were once closed stay, be they empty.
        let runs = [
            ("accounts", "catalogue"),
            ("accounts", "restated"),
            ("accounts", "closed_again"),
            ("accounts", "months"),
            ("coherence", "changed"),
        ];
        for (part, told) in runs {
            // An empty base has no accounts.
            if let Some(part) = valued["asset"][part].as_object_mut() {
                part.remove(told);
            }
        }
        let doctor = self.run(&["doctor", "--json"]).good().json();
        assert_eq!(doctor["healthy"], true, "{doctor}");
        valued
    }

    /// A server on this data, on a free port.
    pub fn serve(&self, arguments: &[&str]) -> Server {
        let mut all = arguments.to_vec();
        all.extend(["--port", "0"]);
        let mut child = self.command(&all).stderr(Stdio::null()).spawn().expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().expect("standard output is ours")).lines();
        let line =
            lines.find_map(|line| line.ok().filter(|line| line.contains("open http"))).expect("it greets");
        let link = line.split_whitespace().last().expect("a link is printed").to_string();
        let address =
            link.trim_start_matches("http://").split('/').next().expect("a link has a host").to_string();
        Server { child, address, link }
    }
}

fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Waits for a process, but not for ever.
pub fn ended(mut child: Child) -> Ran {
    let began = Instant::now();
    while child.try_wait().expect("the process can be asked").is_none() {
        if began.elapsed() > Duration::from_secs(120) {
            let _ = child.kill();
            panic!("the process did not end");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    ran(child.wait_with_output().expect("its output is read"))
}

pub fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill is there");
    assert!(sent.success());
}

/// A running server.
pub struct Server {
    pub child: Child,
    pub address: String,
    /// What it printed to be opened.
    pub link: String,
}

/// An answer over HTTP.
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    pub fn cookie(&self) -> String {
        let line =
            self.head.lines().find(|line| line.to_lowercase().starts_with("set-cookie:")).unwrap_or_default();
        let value = line.split_once(':').map(|(_, value)| value.trim()).unwrap_or_default();
        value.split(';').next().unwrap_or_default().to_string()
    }
}

impl Server {
    pub fn token(&self) -> &str {
        self.link.split("token=").nth(1).unwrap_or_default()
    }

    pub fn send(&self, method: &str, path: &str, cookie: &str, body: Option<&Value>) -> Reply {
        let text = body.map(Value::to_string).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nx-clientela: 1\r\ncookie: {cookie}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
            self.address,
            text.len()
        );
        self.raw(request.as_bytes())
    }

    pub fn raw(&self, request: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit can be set");
        // A server that refuses early may close before it has read all of it.
        let _ = stream.write_all(request);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split_whitespace().nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        Reply { status, head: head.to_string(), body: body.to_string() }
    }

    /// Asks it to end, and gives how it did.
    pub fn stop(self) -> Option<i32> {
        signal(&self.child, "-TERM");
        ended(self.child).code
    }
}

/// A shop's invoice lines: `rows` of them over 300 customers, the same for the same number of rows.
pub fn orders(rows: usize) -> String {
    let mut text = String::from("customer,date,order,product,quantity,amount,margin\n");
    let mut seed = 12_345u64;
    let mut draw = |most: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % most
    };
    for row in 0..rows {
        // Some buy often and some hardly ever.
        let customer = draw(300).min(draw(300));
        let (year, month, day) = (2023 + draw(3), 1 + draw(12), 1 + draw(28));
        let cents = 100 + draw(9_900);
        text.push_str(&format!(
            "C{customer},{year}-{month:02}-{day:02},O{row},P{},{},{}.{:02},{}.{:02}\n",
            draw(40),
            1 + draw(5),
            cents / 100,
            cents % 100,
            cents / 400,
            cents / 4 % 100,
        ));
    }
    text
}

pub fn exists(path: &Path) -> bool {
    path.exists()
}
