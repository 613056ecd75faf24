//! Commands and the server as a user meets them: first start, two servers, a job beside it, backup, demo.

mod house;

use house::{House, ended, orders};
use serde_json::json;
use std::process::Stdio;

fn first_run(server: &house::Server) -> String {
    let body = json!({ "token": server.token(), "name": "Ann", "email": "ann@shop.example",
        "password": "a long enough password", "company": "Torréfaction Ann", "currency": "EUR" });
    let reply = server.send("POST", "/api/first-run", "", Some(&body));
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.cookie()
}

#[test]
fn an_empty_company_is_opened_by_the_link_on_the_console_and_stops_when_asked() {
    House::on_each_database(|house| open_and_stop(&house()));
}

fn open_and_stop(house: &House) {
    let server = house.serve(&["serve"]);
    assert!(server.link.contains("/first-run?token="), "{}", server.link);
    assert_eq!(server.send("GET", "/health", "", None).json()["status"], "ok");
    let cookie = first_run(&server);
    assert_eq!(server.send("GET", "/api/portfolio", &cookie, None).status, 200);
    let page = server.send("GET", "/customers", "", None);
    assert!(page.head.contains("text/html"), "{}", page.head);
    assert_eq!(server.stop(), Some(0));
    let again = house.serve(&["serve"]);
    assert!(!again.link.contains("token"), "an open house prints no token: {}", again.link);
    assert_eq!(again.send("GET", "/api/portfolio", &cookie, None).status, 200, "sessions outlive a restart");
    again.stop();
}

/// Once pounds were shown as euros: the file's own currency was not kept, and the first run took euros.
#[test]
fn a_first_file_in_pounds_makes_a_company_in_pounds() {
    House::on_each_database(|house| {
        let house = house();
        house.write(
            "uk.csv",
            "customer,date,amount,currency\nC1,2026-01-05,10.00,GBP\nC2,2026-02-05,20.00,GBP\n",
        );
        house.import("uk.csv", "shop", &[]);
        let server = house.serve(&["serve"]);
        let session = server.send("GET", "/api/session", "", None).json();
        assert_eq!(
            (&session["settled_currency"], &session["has_facts"]),
            (&json!("GBP"), &json!(true)),
            "{session}"
        );
        let mut first = json!({ "token": server.token(), "name": "Ann", "email": "ann@shop.example",
            "password": "a long enough password", "company": "Lamps Ltd", "currency": "EUR" });
        assert_eq!(server.send("POST", "/api/first-run", "", Some(&first)).status, 422);
        first["currency"] = "GBP".into();
        let opened = server.send("POST", "/api/first-run", "", Some(&first));
        assert_eq!(opened.status, 201, "{}", opened.body);
        let portfolio = server.send("GET", "/api/portfolio", &opened.cookie(), None).json();
        assert_eq!(
            portfolio["past"]["revenue"],
            json!({ "amount": "30.00", "currency": "GBP" }),
            "{portfolio}"
        );
        server.stop();
        let doctor = house.run(&["doctor", "--json"]).good().json();
        assert_eq!(doctor["healthy"], true, "{doctor}");
    });
}

#[test]
fn a_second_server_on_the_same_folder_is_refused() {
    let house = House::new();
    let server = house.serve(&["serve"]);
    let second = house.run(&["serve", "--port", "0"]);
    assert_eq!(second.code, Some(1));
    assert!(second.err.contains("a server is running on") && second.err.contains("--data"), "{}", second.err);
    let restore = house.run(&["restore", "nothing.backup", "--yes"]);
    assert!(restore.err.contains("a server is running on"), "{}", restore.err);
    server.stop();
    let taken = house.serve(&["serve"]);
    let port = taken.address.rsplit(':').next().unwrap().to_string();
    let other = House::new().run(&["serve", "--port", &port]);
    assert!(other.err.contains("cannot listen on") && other.err.contains("--port"), "{}", other.err);
    taken.stop();
}

#[test]
fn a_command_beside_a_running_server_has_it_do_the_work() {
    House::on_each_database(|house| work_beside(&house()));
}

fn work_beside(house: &House) {
    house.write("orders.csv", orders(3_000));
    let server = house.serve(&["serve"]);
    let cookie = first_run(&server);
    let result = house.import("orders.csv", "shop", &[]);
    assert_eq!(result["created"], 3_000);
    let valued = house.run(&["value", "--horizon", "6m", "--json"]).good().json();
    let customers = &valued["customers"];
    let portfolio = server.send("GET", "/api/portfolio", &cookie, None).json();
    assert_eq!(
        (&portfolio["customers"], &portfolio["horizon_days"]),
        (customers, &json!(183)),
        "{portfolio}"
    );
    let jobs = server.send("GET", "/api/jobs", &cookie, None).json();
    assert!(jobs.as_array().unwrap().iter().all(|job| job["state"] == "done"), "{jobs}");
    let backup = house.run(&["backup", "live.backup"]).good();
    assert!(backup.out.contains("rows written"), "a backup while the server runs: {}", backup.out);
    server.stop();
}

/// An import that a running server carries out for a command, once rows are in.
fn under_way(house: &House, server: &house::Server, cookie: &str) -> (std::process::Child, i64) {
    house.write("orders.csv", orders(300_000));
    let import = house.command(&["import", "orders.csv", "--source", "shop", "--yes"]).spawn().unwrap();
    loop {
        let jobs = server.send("GET", "/api/jobs", cookie, None).json();
        let job = jobs.as_array().and_then(|jobs| jobs.iter().find(|job| job["kind"] == "import").cloned());
        match job {
            Some(job) if job["done"].as_u64() > Some(0) => return (import, job["id"].as_i64().unwrap()),
            _ => std::thread::sleep(std::time::Duration::from_millis(20)),
        }
    }
}

/// Once Ctrl-C ended the command alone, and the server went on.
#[test]
fn ctrl_c_stops_the_job_in_the_running_server_and_says_how_to_go_on() {
    let house = House::new();
    let server = house.serve(&["serve"]);
    let cookie = first_run(&server);
    let (import, job) = under_way(&house, &server, &cookie);
    house::signal(&import, "-INT");
    let ran = ended(import);
    assert_eq!(ran.code, Some(130), "{} {}", ran.out, ran.err);
    let told = ran.err.contains(&format!("asked the running server to stop job {job}"));
    assert!(told && ran.err.contains("clientela import --resume 1"), "{}", ran.err);
    let stopped = server.send("GET", &format!("/api/jobs/{job}"), &cookie, None).json();
    assert_eq!(stopped["state"], "cancelled", "{stopped}");
    let resumed = house.run(&["import", "--resume", "1", "--json"]).good().json();
    assert_eq!(resumed["read"], 300_000, "{resumed}");
    server.stop();
}

#[test]
fn a_command_whose_server_is_stopped_says_how_to_go_on() {
    let house = House::new();
    let server = house.serve(&["serve"]);
    let cookie = first_run(&server);
    let (import, _) = under_way(&house, &server, &cookie);
    assert_eq!(server.stop(), Some(0));
    let ran = ended(import);
    assert_eq!(ran.code, Some(130), "{} {}", ran.out, ran.err);
    assert!(ran.err.contains("clientela import --resume 1"), "{}", ran.err);
    let resumed = house.run(&["import", "--resume", "1", "--json"]).good().json();
    assert_eq!(resumed["read"], 300_000, "{resumed}");
}

#[test]
fn a_server_that_is_killed_leaves_its_job_to_be_resumed() {
    let house = House::new();
    house.write("orders.csv", orders(150_000));
    let server = house.serve(&["serve"]);
    let cookie = first_run(&server);
    let import = house
        .command(&["import", "orders.csv", "--source", "shop", "--yes", "--no-follow-up"])
        .spawn()
        .unwrap();
    let job = loop {
        let jobs = server.send("GET", "/api/jobs", &cookie, None).json();
        match jobs.as_array().and_then(|jobs| jobs.first().cloned()) {
            Some(job) if job["done"].as_u64() > Some(0) || job["state"] == "done" => break job,
            _ => std::thread::sleep(std::time::Duration::from_millis(30)),
        }
    };
    house::signal(&server.child, "-KILL");
    let mut child = server.child;
    child.wait().unwrap();
    house::signal(&import, "-INT");
    assert_eq!(ended(import).code, Some(130));
    let server = house.serve(&["serve"]);
    let path = format!("/api/jobs/{}", job["id"]);
    let began = std::time::Instant::now();
    let found = loop {
        let job = server.send("GET", &path, &cookie, None).json();
        if job["state"] != "running" || began.elapsed().as_secs() > 20 {
            break job;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    };
    if found["state"] != "done" {
        assert_eq!((&found["state"], &found["can_resume"]), (&json!("interrupted"), &json!(true)), "{found}");
        assert_eq!(server.send("POST", &format!("{path}/resumption"), &cookie, None).status, 202);
    }
    let done = loop {
        let job = server.send("GET", &path, &cookie, None).json();
        if job["state"] == "done" || job["state"] == "failed" {
            break job;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    };
    assert_eq!(done["result"]["created"], 150_000, "{done}");
    server.stop();
    assert_eq!(house.run(&["doctor", "--json"]).good().json()["healthy"], true);
}

#[test]
fn a_backup_is_put_back_whole_and_a_torn_one_changes_nothing() {
    let house = House::new();
    house.write("orders.csv", orders(2_000));
    house.import("orders.csv", "shop", &[]);
    let sums = house.sums();
    house.run(&["backup", "base.backup"]).good();
    assert_eq!(house.run(&["backup", "base.backup"]).code, Some(2), "no file is written over");
    let bytes = std::fs::read(house.path("base.backup")).unwrap();
    house.write("torn.backup", &bytes[..bytes.len() / 2]);
    house.write("foreign.backup", b"PK\x03\x04 something else");
    house.write("more.csv", orders(2_500));
    house.import("more.csv", "shop", &[]);
    let later = house.sums();
    assert_ne!(later, sums);
    for bad in ["torn.backup", "foreign.backup", "missing.backup"] {
        let refused = house.run(&["restore", bad, "--yes"]);
        assert_eq!(refused.code, Some(1), "{bad}: {}", refused.out);
        assert_eq!(house.sums(), later, "{bad} changed nothing");
    }
    assert_eq!(house.run(&["restore", "base.backup"]).code, Some(2), "it asks before it replaces");
    house.run(&["restore", "base.backup", "--yes"]).good();
    assert_eq!(house.sums(), sums);
    let kept = std::fs::read_dir(house.path("data")).unwrap().filter_map(Result::ok);
    assert!(kept.into_iter().any(|entry| entry.file_name().to_string_lossy().contains("replaced-")));
}

#[test]
fn the_made_up_company_is_made_once_and_its_link_signs_in_once() {
    let house = House::new();
    let making = ["demo", "--customers", "60", "--seed", "7", "--until", "2026-10-31", "--no-browser"];
    let server = house.serve(&making);
    assert!(server.link.contains("/sign-in?token="), "{}", server.link);
    let body = json!({ "token": server.token() });
    let session = server.send("POST", "/api/session/link", "", Some(&body));
    assert_eq!((session.status, &session.json()["demo"]), (200, &json!(true)), "{}", session.body);
    assert_eq!(server.send("POST", "/api/session/link", "", Some(&body)).status, 401);
    let cookie = session.cookie();
    let portfolio = server.send("GET", "/api/portfolio", &cookie, None).json();
    assert!(portfolio["expected"]["value"]["amount"].is_string(), "{portfolio}");
    assert_eq!(portfolio["sources"].as_array().unwrap().len(), 5, "{portfolio}");
    assert_eq!(portfolio["measure"], "margin");
    server.stop();
    assert!(house::exists(&house.path("data/demo/truth.json")));
    let own = house.path("data/demo/costs.toml").display().to_string();
    house.run(&["costs", "--catalogue", &own, "--yes"]).good();
    assert!(!house.run(&["costs"]).good().out.contains("assumed"), "the company answers for its own rates");
    // What serving is expected to cost stands beside the statement, and on a customer's account.
    let equity = house.run(&["equity", "--json"]).good().json();
    let (closing, cost) = (equity["closing"].as_i64(), equity["expected_cost_to_serve"].as_i64());
    assert!(
        cost > Some(0) && equity["net_equity"].as_i64() == closing.zip(cost).map(|(all, cost)| all - cost)
    );
    assert!(house.run(&["equity"]).good().out.contains("before the costs to serve: "));
    let account = |id: u32| house.run(&["costs", "--customer", &id.to_string(), "--json"]).good().json();
    let buyer = (1..10).find(|id| account(*id)["serving"].is_object()).expect("one of the first ten bought");
    let said = house.run(&["costs", "--customer", &buyer.to_string()]).good().out;
    assert!(said.contains("expected cost to serve from 2026-") && said.contains("this leaves "), "{said}");
    let again = house.serve(&making);
    let link = json!({ "token": again.token() });
    assert_eq!(again.send("POST", "/api/session/link", "", Some(&link)).status, 200);
    assert_eq!(
        again.send("GET", "/api/portfolio", &cookie, None).json(),
        portfolio,
        "what is there is opened"
    );
    again.stop();
}

/// Once five sources of a made-up company mixed with what somebody had imported.
#[test]
fn the_made_up_company_is_kept_out_of_a_base_that_holds_something() {
    House::on_each_database(|house| {
        let (imported, staffed) = (house(), house());
        imported.write("orders.csv", orders(30));
        imported.import("orders.csv", "shop", &["--no-follow-up"]);
        let ann = ["--name", "Ann", "--email", "ann@shop.example", "--role", "administrator"];
        staffed.run(&[&["staff", "add"], ann.as_slice()].concat()).good();
        for house in [imported, staffed] {
            let before = house.run(&["imports", "--json"]).good().out;
            let refused = house.run(&["demo", "--customers", "20", "--no-serve"]);
            assert_eq!(refused.code, Some(1), "{}", refused.out);
            let told = refused.err.contains("somebody's") || refused.err.contains("a company of its own");
            assert!(told && refused.err.contains("--data"), "{}", refused.err);
            assert_eq!(house.run(&["imports", "--json"]).good().out, before);
        }
    });
}

#[test]
fn staff_is_added_from_the_machine_and_wrong_usage_says_what_to_do() {
    let house = House::new();
    let mut add = house
        .command(&[
            "staff",
            "add",
            "--name",
            "Nadia",
            "--email",
            "nadia@shop.example",
            "--role",
            "seller",
            "--owner-name",
            "Nadia Roche",
            "--password-stdin",
        ])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut add.stdin.take().unwrap(), b"a long enough password\n").unwrap();
    ended(add).good();
    assert_eq!(house.run(&["staff", "list", "--json"]).good().json()[0]["owner_name"], "Nadia Roche");
    let server = house.serve(&["serve"]);
    let body = json!({ "email": "nadia@shop.example", "password": "a long enough password" });
    assert_eq!(server.send("POST", "/api/session", "", Some(&body)).json()["staff"]["role"], "seller");
    server.stop();
    house.write("rows.ndjson", "{\"c\": \"A\", \"d\": \"2026-01-02\"}\n");
    for (arguments, words) in [
        (&["staff", "add", "--name", "Eve", "--email", "eve", "--role", "seller"][..], "e-mail"),
        (
            &["staff", "add", "--name", "Eve", "--email", "e@x.example", "--role", "root"],
            "administrator and seller",
        ),
        (&["value", "--horizon", "soon"], "39w"),
        (
            &["value", "rows.ndjson", "--customer", "c", "--date", "d", "--horizon", "39w"],
            "this command takes CSV and TSV, also as .gz, and Parquet",
        ),
        (&["serve", "--public-url", "crm.example"], "https://crm.example.com"),
        (&["import", "nothing.csv"], "--source"),
        (&["import", "nothing.csv", "--source", "shop", "--yes"], "nothing.csv"),
        (&["doctor", "--database", "mysql://x"], "postgres://"),
        (&["frobnicate"], "--help"),
    ] {
        let ran = house.run(arguments);
        assert!(matches!(ran.code, Some(1 | 2)), "{arguments:?}: {:?}", ran.code);
        assert!(ran.err.contains(words), "{arguments:?}: {}", ran.err);
    }
    let empty = House::new();
    assert!(empty.run(&["doctor"]).err.contains("there is no base in"));
    assert!(!house::exists(&empty.path("data")), "looking makes nothing");
}

#[test]
fn every_command_explains_itself() {
    let house = House::new();
    for command in [
        "serve",
        "demo",
        "import",
        "imports",
        "templates",
        "link",
        "value",
        "backup",
        "restore",
        "doctor",
        "openapi",
        "staff",
    ] {
        let help = house.run(&[command, "--help"]).good().out;
        assert!(
            help.contains("Example") && help.contains(&format!("clientela {command}")),
            "{command}: {help}"
        );
    }
    assert!(house.run(&["openapi"]).good().out.contains("\"openapi\": \"3.1.0\""));
}

#[test]
fn a_flood_of_headers_is_refused_and_the_server_goes_on() {
    let house = House::new();
    let server = house.serve(&["serve"]);
    let huge =
        format!("GET /health HTTP/1.1\r\nhost: {}\r\nx-a: {}\r\n\r\n", server.address, "a".repeat(100_000));
    assert_eq!(server.raw(huge.as_bytes()).status, 431);
    let many: String = (0..500).map(|n| format!("x-{n}: a\r\n")).collect();
    let many = format!("GET /health HTTP/1.1\r\nhost: {}\r\n{many}\r\n", server.address);
    assert_eq!(server.raw(many.as_bytes()).status, 431);
    for noise in [
        &b"\0\0\0\0\r\n\r\n"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /api/session HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
    ] {
        assert!(matches!(server.raw(noise).status, 0 | 400..=499 | 505), "{noise:?}");
    }
    assert_eq!(server.send("GET", "/health", "", None).status, 200);
    server.stop();
}

#[test]
fn the_first_command_of_a_newer_program_says_that_it_upgraded_the_base() {
    House::on_each_database(|house| {
        let house = house();
        std::fs::create_dir(house.path("data")).unwrap();
        house.meddle(concat!(
            include_str!("../../store/migrations/0001_house.sql"),
            include_str!("../../store/tests/first_schema.sql")
        ));
        let first = house.run(&["imports"]).good();
        assert!(first.err.contains("upgraded from schema 1 to "), "{}", first.err);
        assert!(first.out.contains("orders.csv"), "{}", first.out);
        let upgraded = first.err.lines().find(|line| line.contains("upgraded")).unwrap_or_default();
        let kept = upgraded.rsplit("in ").next().unwrap_or_default().to_string();
        assert!(std::path::Path::new(&kept).metadata().unwrap().len() > 0, "{kept} is the base as it was");
        let again = house.run(&["imports"]).good().err;
        assert!(!again.contains("upgraded"), "once is enough: {again}");

        house.meddle("update clientela_schema set checksum = 'other' where version = 1");
        let refused = house.run(&["imports"]);
        assert_eq!(refused.code, Some(1));
        assert!(refused.err.contains("was set up by another build"), "{}", refused.err);
    });
}

/// What a valuation kept was once taken for zeros where it could not be read.
#[test]
fn what_a_valuation_kept_and_cannot_be_read_is_left_out_and_told() {
    House::on_each_database(|house| {
        let house = house();
        house.write("orders.csv", orders(300));
        house.import("orders.csv", "shop", &[]);
        house.run(&["doctor"]).good();
        house.meddle("update valuation set summary = '{\"measure\":\"spend\"}'");
        let server = house.serve(&["serve"]);
        let cookie = first_run(&server);
        let portfolio = server.send("GET", "/api/portfolio", &cookie, None).json();
        assert!(portfolio["model"].is_null(), "{portfolio}");
        assert!(portfolio["expected"]["lo80"].is_null(), "{portfolio}");
        assert!(portfolio["expected"]["value"]["amount"].is_string(), "{portfolio}");
        assert_eq!(portfolio["measure"], "margin", "the shop states margins");
        let customer = server.send("GET", "/api/customers/1", &cookie, None).json();
        assert_eq!(customer["measure"], "margin", "{customer}");
        server.stop();
        let doctor = house.run(&["doctor"]);
        assert_eq!(doctor.code, Some(1));
        assert!(doctor.out.contains("WRONG  what the last valuation kept"), "{}", doctor.out);
        house.run(&["value"]).good();
        house.run(&["doctor"]).good();
    });
}

#[test]
fn a_file_and_the_base_are_looked_back_at() {
    House::on_each_database(|house| look_back(&house()));
}

fn look_back(house: &House) {
    house.write("orders.csv", orders(3_000));
    let of_file =
        ["backtest", "orders.csv", "--customer", "customer", "--date", "date", "--amount", "amount"];
    let asked =
        ["--horizon", "26w", "--origins", "2", "--models", "bg_nbd", "--html", "r.html", "--out", "t.csv"];
    let said = house.run(&[&of_file[..], &asked[..]].concat()).good();
    assert!(said.out.contains("best naive rule") && said.out.contains("\nweights\n"), "{}", said.out);
    let page = house.read("r.html");
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
    let trials = house.read("t.csv");
    // Of purchases the blend, one model and three rules; of spend the blend and four rules; from two origins.
    assert_eq!(trials.lines().count(), 1 + 2 * (5 + 5), "{trials}");
    let columns = trials.lines().next().unwrap().split(',').count();
    assert!(trials.lines().all(|line| line.split(',').count() == columns), "{trials}");

    house.import("orders.csv", "shop", &["--currency", "EUR"]);
    let base = house.run(&["backtest", "--horizon", "26w", "--origins", "2", "--json"]).good().json();
    let of_file =
        house.run(&[&of_file[..], &["--horizon", "26w", "--origins", "2", "--json"]].concat()).good().json();
    let blend = |told: &serde_json::Value| told["backtest"]["trials"][0].clone();
    assert_eq!(blend(&base)["forecaster"], "blend");
    assert_eq!(
        blend(&base)["actual"],
        blend(&of_file)["actual"],
        "the base and its file are the same purchases"
    );
    assert_eq!(base["backtest"]["currency"], "EUR");

    for (arguments, word) in [
        (&["backtest", "--models", "crystal_ball"][..], "bg_nbd"),
        (&["backtest", "--horizon", "soon"], "39w"),
        (
            &["backtest", "orders.csv", "--customer", "customer", "--date", "date", "--until", "2024-02-30"],
            "--until",
        ),
    ] {
        let refused = house.run(arguments);
        assert!(refused.code == Some(2) && refused.err.contains(word), "{arguments:?}: {}", refused.err);
    }
    house.write("young.csv", "who,day\nAda,2026-01-02\nBob,2026-01-09\n");
    let young = house.run(&["backtest", "young.csv", "--customer", "who", "--date", "day"]).good();
    assert!(young.out.contains("eight weeks"), "{}", young.out);
}

#[test]
fn levels_classes_and_the_worklist_are_shown_decided_and_written_from_the_command_line() {
    let house = House::new();
    house.write("orders.csv", orders(3_000));
    house.import("orders.csv", "shop", &["--no-follow-up"]);
    // Visits go to whom chance picks, not to who is worth them.
    let keys: Vec<String> = house
        .read("orders.csv")
        .lines()
        .skip(1)
        .map(|row| row.split(',').next().unwrap().to_string())
        .collect();
    let mut visits = "customer,date,channel,minutes,direction\n".to_string();
    for n in 0..400 {
        let key = &keys[n * n * 31 % keys.len()];
        visits += &format!("{key},2025-{:02}-{:02},visit,{},out\n", n % 12 + 1, n % 28 + 1, n % 90 + 5);
    }
    house.write("visits.csv", visits);
    house.import("visits.csv", "shop", &["--no-follow-up"]);
    let early = house.run(&["levels"]);
    assert!(early.code == Some(1) && early.err.contains("clientela value"), "{}", early.err);
    house.run(&["link"]).good();
    house.run(&["value", "--json"]).good();

    // Days and months that are none, or in the wrong order, are refused by the name of their option.
    for (bad, named) in [
        (["equity", "--monthly", "--from", "2025-06-15"], "--from takes 2025-05-31 or 2025-06-30"),
        (["equity", "--monthly", "--to", "2025-06-15"], "--to takes 2025-05-31 or 2025-06-30"),
        (["equity", "--json", "--from", "2025-02-30"], "--from takes a day that exists"),
        (["costs", "--json", "--from", "2025-13"], "--from: \"2025-13\" is no month"),
    ] {
        let refused = house.run(&bad);
        assert!(refused.code == Some(2) && refused.err.contains(named), "{bad:?}: {}", refused.err);
    }
    let turned = house.run(&["equity", "--monthly", "--from", "2025-06-30", "--to", "2025-05-31"]);
    assert!(turned.code == Some(2) && turned.err.contains("exchange the two"), "{}", turned.err);

    let levels = house.run(&["levels", "--out", "levels.csv", "--json"]).good().json();
    assert_eq!(levels["missing"], json!([]), "{levels}");
    let customers = levels["total"]["customers"].as_u64().unwrap();
    let rows = house.read("levels.csv");
    assert_eq!(rows.lines().count() as u64, customers + 1);
    assert!(
        rows.starts_with(
            "\u{feff}customer,name,level,investment_level,delta,value,invested,contribution,currency"
        ),
        "{rows}"
    );
    let strategic = rows.lines().filter(|row| row.split(',').nth(2) == Some("strategic")).count() as u64;
    assert_eq!(Some(strategic), levels["value_levels"][0]["customers"].as_u64());
    let said = house.run(&["levels"]).good().out;
    assert!(said.contains("strategic") && said.contains("customers by value (down)"), "{said}");

    assert!(rows.lines().skip(1).all(|row| row.ends_with(",GBP") || row.ends_with(",EUR")), "{rows}");

    // Who came and went, and who moved: what the API tells, by command.
    let turnover = house.run(&["turnover", "--json"]).good().json();
    assert_eq!(turnover["by"], "month");
    let sum = |told: &serde_json::Value, field: &str| -> i64 {
        told["rows"].as_array().unwrap().iter().map(|row| row[field].as_i64().unwrap()).sum()
    };
    for by in ["month", "level", "source", "kind", "owner"] {
        let told = house.run(&["turnover", "--by", by, "--json"]).good().json();
        assert_eq!(told["total"], turnover["total"], "{by}");
        assert_eq!(sum(&told, "acquired"), told["total"]["acquired"].as_i64().unwrap(), "{by}");
    }
    assert!(turnover["alarm"]["months"].as_array().is_some_and(|months| !months.is_empty()), "{turnover}");
    let said = house.run(&["turnover"]).good().out;
    assert!(said.contains("total") && (said.contains("alarm") || said.contains("ALARM")), "{said}");
    let moved = house.run(&["migrations", "--json"]).good().json();
    let heads: i64 =
        moved["cells"].as_array().unwrap().iter().map(|cell| cell["customers"].as_i64().unwrap()).sum();
    let came = moved["new"].as_i64().unwrap();
    assert_eq!(heads, moved["heads_before"].as_i64().unwrap() + came, "{moved}");
    let said = house.run(&["migrations", "--of", "value-level"]).good().out;
    assert!(said.contains("strategic") && said.contains(" rose, "), "{said}");
    for (bad, named) in [
        (&["turnover", "--by", "weather"][..], "owner"),
        (&["turnover", "--from", "2025-02-30"], "--from"),
        (&["migrations", "--of", "mood"], "value-level"),
        (&["migrations", "--to", "2025-02-30"], "--to"),
    ] {
        let refused = house.run(bad);
        assert!(refused.code == Some(2) && refused.err.contains(named), "{bad:?}: {}", refused.err);
    }

    let classes = house.run(&["classes", "--out", "classes.csv", "--json"]).good().json();
    let counted: u64 =
        classes["classes"].as_array().unwrap().iter().map(|one| one["customers"].as_u64().unwrap()).sum();
    assert_eq!(house.read("classes.csv").lines().count() as u64, counted + 1);

    // What was spent beside what it brought, never as an effect.
    let beside = house.run(&["costs", "--beside", "level", "--json"]).good().json();
    let spread: u64 =
        beside["rows"].as_array().unwrap().iter().map(|row| row["customers"].as_u64().unwrap()).sum();
    assert_eq!(
        (Some(spread), &beside["told_as"]),
        (beside["total"]["customers"].as_u64(), &json!("correlation"))
    );
    let said = house.run(&["costs", "--beside", "activity", "--spent", "cost"]).good().out;
    assert!(said.contains("A correlation, not an effect") && said.contains("to acquire: "), "{said}");
    for bad in [&["costs", "--beside", "charm"][..], &["costs", "--spent", "cost"]] {
        assert_eq!(house.run(bad).code, Some(2), "{bad:?}");
    }

    // Another rule is tried, refused where it makes no sense, and put in force.
    let tried = house.run(&["levels", "--investment", "quantile:0.2,0.4,0.6,0.8", "--json"]).good().json();
    assert!(tried["investment"]["changed"].as_u64() > Some(0), "{tried}");
    assert_eq!(house.run(&["levels", "--json"]).good().json()["rules"], levels["rules"]);
    for bad in ["half", "share:0.5", "quantile:0.4,0.3,0.6,0.8", "amount:a,b,c,d"] {
        let refused = house.run(&["levels", "--value", bad]);
        assert_eq!(refused.code, Some(2), "{bad}: {}", refused.out);
    }
    assert_eq!(house.run(&["levels", "--set"]).code, Some(2));
    let bargains = house.run(&["levels", "--bargain", "5,80,2"]).good().out;
    assert!(bargains.contains("promotions only") && bargains.contains("nothing is changed"), "{bargains}");
    for bad in ["5,80", "5,50,2", "a,80,2"] {
        assert_eq!(house.run(&["levels", "--bargain", bad]).code, Some(2), "{bad}");
    }
    let usual = house.run(&["levels", "--usual", "--json"]).good().json();
    assert_eq!((&usual["value"]["changed"], &usual["class"]["changed"]), (&json!(0), &json!(0)), "{usual}");
    let set = ["levels", "--investment", "quantile:0.2,0.4,0.6,0.8", "--least-delta", "1", "--set", "--json"];
    let now = house.run(&set).good().json();
    assert_eq!(now["rules"]["least_delta"], 1);
    let after = |change: &serde_json::Value| -> Vec<serde_json::Value> {
        change["investment"]["levels"].as_array().unwrap().iter().map(|one| one["after"].clone()).collect()
    };
    let there: Vec<_> =
        now["investment_levels"].as_array().unwrap().iter().map(|one| one["customers"].clone()).collect();
    assert_eq!(there, after(&tried), "it makes what was foretold");

    let list = house.run(&["worklist", "--out", "worklist.csv", "--json"]).good().json();
    let open = list["open"].as_u64().unwrap();
    assert!(open > 0, "{list}");
    assert_eq!(house.read("worklist.csv").lines().count() as u64, open + 1);
    let first = list["rows"][0]["customer"].to_string();
    let decided = house
        .run(&["worklist", "--decide", &first, "accept", "--note", "from May on", "--json"])
        .good()
        .json();
    assert_eq!(decided["decisions"][0]["note"], "from May on");
    let left = house.run(&["worklist", "--json"]).good().json();
    assert_eq!((left["open"].as_u64(), left["decided"].as_u64()), (Some(open - 1), Some(1)));
    assert!(house.run(&["worklist", "--decided"]).good().out.contains("accept: from May on"));
    let mut sum = 0;
    for reason in ["spent_on_nothing", "over_invested", "overlooked", "under_invested"] {
        let of = house.run(&["worklist", "--reason", reason, "--out", "reason.csv", "--json"]).good().json();
        sum += of["open"].as_u64().unwrap();
        assert_eq!(
            house.read("reason.csv").lines().count() as u64,
            of["open"].as_u64().unwrap() + 1,
            "{reason}"
        );
    }
    assert_eq!(Some(sum), left["open"].as_u64());
    let unknown = house.run(&["worklist", "--reason", "too_much"]);
    assert!(unknown.code == Some(2) && unknown.err.contains("overlooked"), "{}", unknown.err);
    assert_eq!(house.run(&["worklist", "--decide", &first, "perhaps"]).code, Some(2));
    assert_eq!(house.run(&["worklist", "--decide", "999999", "accept"]).code, Some(1));
}

/// Freight by weight, parcels by the way they go and travel by distance, from the file to the statement.
#[test]
fn what_is_carried_and_how_far_costs_what_the_file_says() {
    House::on_each_database(|house| {
        let house = house();
        house.write(
            "ventes.csv",
            "Client;Date;Commande;Montant;Marge;Poids (g);Distance (km)\n\
             C1;05/01/2026;O1;100,00;40,00;2500;12,5\n\
             C1;07/02/2026;O2;50,00;20,00;;\n\
             C2;06/01/2026;O3;80,00;30,00;1250;40\n",
        );
        house.write(
            "tournees.csv",
            "visit_id,customer,date,channel,km\nV1,C1,2026-01-12,visit,38\nV2,C2,2026-02-03,visit,21.25\n",
        );
        house.import("ventes.csv", "caisse", &[]);
        house.import("tournees.csv", "caisse", &[]);
        house.write(
            "costs.toml",
            "[[activities]]\nname = \"freight\"\ncost_kind = \"delivery\"\nfacts = \"sale\"\ndriver = \"kg\"\n\
             unit_costs = [{ amount = \"0.80\" }]\nconfirmed = true\n\
             [[activities]]\nname = \"way\"\ncost_kind = \"delivery\"\nfacts = \"sale\"\ndriver = \"0.1 * km\"\n\
             unit_costs = [{ amount = \"1\" }]\nconfirmed = true\n\
             [[activities]]\nname = \"travel\"\ncost_kind = \"upkeep\"\nfacts = \"interaction\"\ncondition = \"channel = visit\"\n\
             driver = \"km\"\nunit_costs = [{ amount = \"0.53\" }]\nconfirmed = true\n",
        );
        house.run(&["costs", "--catalogue", "costs.toml", "--yes"]).good();
        let told = house.run(&["costs", "--from", "2026-01", "--to", "2026-02", "--json"]).good().json();
        let activity = |name: &str| {
            let all = told["activities"].as_array().unwrap();
            let one = all.iter().find(|one| one["activity"] == name).unwrap();
            (one["total"]["amount"].as_str().unwrap(), one["facts"].as_u64())
        };
        assert_eq!(activity("freight"), ("3.00", Some(3)), "3.75 kg at 0.80");
        assert_eq!(activity("way"), ("5.25", Some(3)), "52.5 km at 0.10");
        assert_eq!(activity("travel"), ("31.40", Some(2)), "59.25 km at 0.53");
        // Customer by customer: C1 has 2.5 kg over 12.5 km and a visit of 38 km, C2 1.25 kg over 40 km and one of 21.25 km.
        let statement = |id: u32| {
            let account = house.run(&["costs", "--customer", &id.to_string(), "--json"]).good().json();
            let lines = account["total"]["lines"].as_array().unwrap().clone();
            let of = |name: &str| {
                let line = lines.iter().find(|line| line["line"] == name).unwrap();
                line["amount"]["amount"].as_str().unwrap().to_string()
            };
            [of("net"), of("delivery"), of("upkeep"), of("contribution")]
        };
        let mut statements = [statement(1), statement(2)];
        statements.sort();
        assert_eq!(
            statements,
            [["150.00", "3.25", "20.14", "36.61"], ["80.00", "5.00", "11.26", "13.74"]]
                .map(|lines| lines.map(str::to_string))
        );
    });
}

#[test]
fn the_doctor_finds_a_contribution_that_is_not_equity_less_cost_and_sums_that_are_not_the_customers() {
    House::on_each_database(|house| {
        let house = house();
        house.write("orders.csv", orders(300));
        house.import("orders.csv", "shop", &[]);
        house.run(&["doctor"]).good();
        let wrong = || -> Vec<String> {
            let report = house.run(&["doctor", "--json"]).json();
            let findings = report["findings"].as_array().unwrap().clone();
            let told = findings.iter().filter(|finding| !finding["problem"].is_null());
            told.map(|finding| format!("{}: {}", finding["check"], finding["problem"])).collect()
        };
        let some = |what: &str| {
            let one = "id = (select min(id) from customer where expected_contribution is not null)";
            house.meddle(&format!("update customer set {what} where {one}"));
            wrong()
        };
        let found = some("expected_contribution = expected_contribution + 1");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].contains("equity less the expected cost") && found[0].contains("1 customers"),
            "{found:?}"
        );
        assert!(found[1].contains("-1 of the expected contribution"), "{found:?}");
        some("expected_contribution = expected_contribution - 1");
        // Both columns move together: each customer is right, and the sums are not.
        let found =
            some("expected_contribution = expected_contribution + 5, expected_cost = expected_cost - 5");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("5 minor units of the expected cost and -5"), "{found:?}");
        house.run(&["value"]).good();
        assert_eq!(wrong(), Vec::<String>::new(), "a valuation mends it");
    });
}

/// Once an assumed margin looked like any other: only the mapping knew.
#[test]
fn an_assumed_margin_is_told_wherever_it_counts_until_it_is_mended() {
    House::on_each_database(|house| {
        let house = house();
        let rows = |head: &str, margin: &str| {
            let row =
                |n: u32| format!("C{},2026-0{}-1{},O{n},{}.00{margin}\n", n % 4, 1 + n % 6, n % 9, 50 + n);
            format!("customer,date,order,amount{head}\n{}", (0..40).map(row).collect::<String>())
        };
        house.write("told.csv", rows(",margin", ",12.00").replace("C0,", "C9,").replace(",O", ",T"));
        house.write("sales.csv", rows("", ""));
        house.import("told.csv", "till", &[]);
        let before = house.run(&["equity", "--json"]).good().json();
        assert!(before["assumed_margin"].is_null(), "{before}");
        house.write(
            "sales.toml",
            "kind = \"sales\"\ncurrency = \"EUR\"\n[format]\ntype = \"delimited\"\n[columns]\ncustomer = \"customer\"\n\
             date = \"date\"\norder = \"order\"\namount = \"amount\"\n[rules]\nassumed_margin_percent = 30\n",
        );
        let import = house.import("sales.csv", "till", &["--mapping", "sales.toml"]);
        let equity = house.run(&["equity", "--json"]).good().json();
        let assumed = &equity["assumed_margin"];
        assert_eq!((&assumed["lines"], &assumed["customers"]), (&json!(40), &json!(4)), "{equity}");
        assert_eq!(assumed["percents"], json!([{ "percent": 30, "lines": 40 }]));
        let told = "margin assumed at 30 % for 40 lines of 4 customers: undo the import";
        assert!(house.run(&["equity"]).good().out.contains(told));
        assert!(house.run(&["costs"]).good().out.contains(told));
        // Of the months asked for, those of these months: the first and the seventh line of each six, of every second customer.
        let of = |from: &str, until: &str| {
            let costs = house.run(&["costs", "--from", from, "--to", until, "--json"]).good().json();
            let of = |name: &str| costs["assumed_margin"][name].as_u64().unwrap();
            (of("lines"), of("customers"))
        };
        assert_eq!(of("2026-01", "2026-01"), (7, 2));
        assert_eq!(of("2026-01", "2026-02"), (14, 4));
        assert_eq!(of("2026-01", "2026-06"), (40, 4));
        let account = |id: u32| house.run(&["costs", "--customer", &id.to_string(), "--json"]).good().json();
        let lines: u64 = (1..=5).filter_map(|id| account(id)["assumed_margin"]["lines"].as_u64()).sum();
        assert_eq!(lines, 40, "the customers' lines are those of all");
        assert!((1..=5).any(|id| account(id)["assumed_margin"].is_null()), "C9 was told");
        // Taken back and told, nothing is assumed.
        house.run(&["import", "--undo", &import["import"].to_string(), "--yes"]).good();
        let mended = house.run(&["equity", "--json"]).good().json();
        assert!(mended["assumed_margin"].is_null(), "{mended}");
        house.run(&["doctor"]).good();
    });
}
