//! Importing from the command line with the real binary: in, again, mended, back out, and stopped in the middle.

mod house;

use house::{House, ended, orders, signal};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn count(result: &Value, name: &str) -> u64 {
    result[name].as_u64().unwrap_or_else(|| panic!("{name} is missing in {result}"))
}

/// The five that add up to the rows read.
fn parts(result: &Value) -> u64 {
    ["created", "updated", "unchanged", "duplicate", "invalid"].iter().map(|name| count(result, name)).sum()
}

#[test]
fn a_file_comes_in_once_and_can_be_taken_back() {
    House::on_each_database(|house| in_again_and_back(&house()));
}

fn in_again_and_back(house: &House) {
    house.write("orders.csv", orders(2_000));
    let first = house.import("orders.csv", "shop", &[]);
    assert_eq!((count(&first, "read"), count(&first, "created")), (2_000, 2_000), "{first}");
    let sums = house.sums();
    let again = house.import("orders.csv", "shop", &[]);
    assert_eq!((parts(&again), count(&again, "unchanged")), (2_000, 2_000), "{again}");
    assert_eq!(house.sums(), sums, "the same file again changes nothing");
    let undone = house.run(&["import", "--undo", &first["import"].to_string(), "--json"]).good().json();
    assert_eq!(undone["withdrawn"], 2_000);
    assert_eq!(house.sums()["customers"], 0);
    let back = house.import("orders.csv", "shop", &[]);
    assert_eq!(count(&back, "created"), 2_000, "after an undo the same file may come in again: {back}");
    assert_eq!(house.sums(), sums);
    let twice = house.run(&["import", "--undo", &first["import"].to_string()]);
    assert_eq!(twice.code, Some(1));
    let again = house.import("orders.csv", "shop", &["--no-follow-up"]);
    let undone = house.run(&["import", "--undo", &back["import"].to_string(), "--no-follow-up"]).good();
    let told = format!("import {} (orders.csv) told 2000 rows that stood already", again["import"]);
    assert!(undone.out.contains(&told) && undone.out.contains("import that file again"), "{}", undone.out);
    assert!(twice.err.contains("undone already"), "{}", twice.err);
}

#[test]
fn what_could_not_be_taken_comes_out_mended_it_comes_in() {
    let house = House::new();
    let file = "client;date;montant;libellé\nA;15/03/2026;1 234,50 €;=HYPERLINK(1)\nB;31/02/2026;10,00;janvier\n\
                C;01/04/2026;beaucoup;\"deux\nlignes\"\nA;02/04/2026;(20,00);avoir\n";
    // Windows-1252, as spreadsheets in France write it.
    let bytes: Vec<u8> = file
        .chars()
        .map(|c| match c {
            '€' => 0x80,
            c => u8::try_from(c as u32).unwrap(),
        })
        .collect();
    house.write("ventes.csv", bytes);
    let first = house.import("ventes.csv", "caisse", &["--rejections", "rejects.csv"]);
    assert_eq!((count(&first, "created"), count(&first, "invalid")), (2, 2), "{first}");
    assert_eq!(count(&first, "returns"), 1);
    let rejects = house.read("rejects.csv");
    assert!(rejects.lines().next().unwrap().contains("reason"), "{rejects}");
    assert!(rejects.contains("31/02/2026") && rejects.contains("beaucoup"), "{rejects}");
    house.write("mended.csv", rejects.replace("31/02/2026", "28/02/2026").replace("beaucoup", "12,00"));
    let mended = house.import("mended.csv", "caisse", &[]);
    assert_eq!(
        (count(&mended, "read"), count(&mended, "created"), count(&mended, "invalid")),
        (2, 2, 0),
        "{mended}"
    );
    house.write("whole.csv", file.replace("31/02/2026", "28/02/2026").replace("beaucoup", "12,00"));
    let whole = house.import("whole.csv", "caisse", &[]);
    assert_eq!(count(&whole, "unchanged"), 4, "the mended rows are what the whole file says: {whole}");
}

#[test]
fn mended_rows_of_a_file_without_header_mean_what_its_columns_meant() {
    let house = House::new();
    let file = "1001,C1,2026-02-03,39.80\n1002,C2,2026-02-17,54.00\n1003,C1,2026-02-31,19.90\n\
                1004,C1,2026-03-03,39.80\n1005,C2,2026-03-05,twelve\n1006,C1,2026-03-03,39.80\n";
    house.write("export.csv", file);
    let first = house.import("export.csv", "till", &["--rejections", "rejects.csv"]);
    assert_eq!((count(&first, "created"), count(&first, "invalid")), (4, 2), "{first}");
    let mended = house.read("rejects.csv").replace("2026-02-31", "2026-02-28").replace("twelve", "12.00");
    house.write("mended.csv", mended);
    let mended = house.import("mended.csv", "till", &[]);
    assert_eq!((count(&mended, "created"), count(&mended, "invalid")), (2, 0), "{mended}");
    assert_eq!(house.sums()["customers"], 2, "two orders are no two customers more");
    house.write("whole.csv", file.replace("2026-02-31", "2026-02-28").replace("twelve", "12.00"));
    let whole = house.import("whole.csv", "till", &[]);
    assert_eq!(count(&whole, "unchanged"), 6, "the mended rows are what the whole file says: {whole}");
}

#[test]
fn a_file_without_header_says_itself_what_it_holds_however_wide_the_last_one_was() {
    let house = House::new();
    house
        .write("first.csv", "C1,1101,2026-04-03,39.80\nC2,1102,2026-04-04,12.00\nC1,1103,2026-04-05,19.90\n");
    let first = house.import("first.csv", "till", &[]);
    assert_eq!((count(&first, "created"), count(&first, "invalid")), (3, 0), "{first}");
    house.write(
        "second.csv",
        "2001,C1,2026-02-03,39.80\n2002,C2,2026-02-17,54.00\n2003,C1,2026-02-21,19.90\n",
    );
    let second = house.import("second.csv", "till", &[]);
    assert_eq!((count(&second, "created"), count(&second, "invalid")), (3, 0), "{second}");
    assert_eq!(house.sums()["customers"], 2, "its orders are no customers");
}

#[test]
fn a_name_that_is_mistyped_makes_no_base() {
    let house = House::new();
    house.write("orders.csv", orders(3));
    house.write("letter.pdf", "%PDF-1.7\n1 0 obj\n");
    let base = || house.run(&["imports"]);
    for given in [
        ["import", "ordres.csv", "--source", "shop"].as_slice(),
        &["import", ".", "--source", "shop"],
        &["import", "letter.pdf", "--source", "shop", "--yes"],
        &["import", "orders.csv", "--source", "shop", "--mapping", "nothere.toml"],
        &["import", "orders.csv", "--source", "shop", "--currency", "EURO"],
    ] {
        assert_ne!(house.run(given).code, Some(0), "{given:?}");
        assert!(base().err.contains("there is no base"), "{given:?}: {}", base().err);
    }
}

#[test]
fn one_is_told_as_one_and_no_file_is_written_where_nothing_was_rejected() {
    let house = House::new();
    house.write("one.csv", "customer,date,order,amount\n,2026-03-01,A1,-12.50\n");
    let ran = house.run(&["import", "one.csv", "--source", "till", "--yes", "--rejections", "rejects.csv"]);
    let out = ran.good().out;
    for part in [
        "1 row read",
        "of which 1 names no customer",
        "of which 1 return or cancellation: it nets off",
        "no row was rejected: rejects.csv was not written",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    assert!(!house.path("rejects.csv").exists());
    let undone = house.run(&["import", "--undo", "1"]).good();
    assert!(undone.out.contains("1 fact withdrawn"), "{}", undone.out);
}

#[test]
fn a_saved_mapping_needs_no_question_and_a_dry_run_keeps_nothing() {
    let house = House::new();
    house.write("orders.csv", orders(50));
    let unasked = house.run(&["import", "orders.csv", "--source", "shop"]);
    assert_eq!(unasked.code, Some(2), "nobody is there to answer: {}", unasked.err);
    assert!(unasked.err.contains("--yes"), "{}", unasked.err);
    let dry = house.import("orders.csv", "shop", &["--dry-run", "--save-mapping", "shop.toml"]);
    assert_eq!((&dry["import"], count(&dry, "created")), (&Value::Null, 50));
    assert_eq!(house.run(&["imports", "--json"]).good().json(), json!([]));
    assert!(house.read("shop.toml").contains("[columns]"));
    let arguments = ["import", "orders.csv", "--source", "shop", "--mapping", "shop.toml", "--json"];
    assert_eq!(count(&house.run(&arguments).good().json(), "created"), 50);
    house.write("wrong.toml", house.read("shop.toml").replace("\"amount\"", "\"montant\""));
    let wrong = house.run(&["import", "orders.csv", "--source", "shop", "--mapping", "wrong.toml"]);
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.err.contains("montant"), "the missing column is named: {}", wrong.err);
}

#[test]
fn sales_in_another_currency_and_of_nobody_are_told_of() {
    let house = House::new();
    house.write(
        "pounds.csv",
        "customer,date,amount,currency\nA,2026-01-01,3,GBP\nA,2026-02-01,4,EUR\n,2026-02-03,5,EUR\n",
    );
    house.import("pounds.csv", "shop", &["--currency", "EUR"]);
    let told = house.run(&["value"]).good().out;
    assert!(told.contains("sales in GBP are not valued (1): the company counts in EUR"), "{told}");
    assert!(told.contains("sales that name no customer are in nobody's value (1)"), "{told}");
}

#[test]
fn every_template_comes_in_as_it_is() {
    let house = House::new();
    for kind in
        ["customers", "sales", "payments", "interactions", "requests", "reviews", "referrals", "costs"]
    {
        let template = house.run(&["templates", kind]).good().out;
        let file = format!("{kind}.csv");
        house.write(&file, &template);
        let result = house.import(&file, "templates", &["--no-follow-up"]);
        assert_eq!(
            (parts(&result), count(&result, "invalid")),
            (template.lines().count() as u64 - 1, 0),
            "{kind}: {result}"
        );
    }
    assert_eq!(house.run(&["templates", "everything"]).code, Some(2));
}

/// Kills the import at random points, resumes it each time, and compares with one that was left alone.
#[test]
fn an_import_that_is_killed_goes_on_and_nothing_is_lost_or_doubled() {
    House::on_each_database(|house| kill_and_compare(&house(), &house()));
}

fn kill_and_compare(left_alone: &House, killed: &House) {
    let rows = 60_000;
    left_alone.write("orders.csv", orders(rows));
    killed.write("orders.csv", orders(rows));
    let began = Instant::now();
    let whole = left_alone.import("orders.csv", "shop", &["--no-follow-up"]);
    let took = began.elapsed().as_millis() as u64;
    assert_eq!(count(&whole, "created"), rows as u64);

    let mut arguments: Vec<String> =
        ["import", "orders.csv", "--source", "shop", "--yes", "--json", "--no-follow-up"]
            .map(String::from)
            .to_vec();
    let mut kills = 0;
    let result = loop {
        let borrowed: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut child = killed.command(&borrowed).spawn().expect("the binary starts");
        // Never the same point: a share of the time that the whole takes, and a little of the clock's noise.
        let noise = u64::from(Instant::now().elapsed().subsec_nanos() % 40);
        std::thread::sleep(Duration::from_millis(took * (15 + kills * 13 % 60) / 100 + noise));
        if child.try_wait().expect("the process can be asked").is_none() && kills < 6 {
            signal(&child, "-KILL");
            kills += 1;
        }
        let ran = ended(child);
        if ran.code == Some(0) {
            break ran.json();
        }
        let imports = killed.run(&["imports", "--json"]);
        let known = if imports.code == Some(0) { imports.json() } else { json!([]) };
        if let Some(import) = known.as_array().and_then(|all| all.first()) {
            // The kill may come between the last checkpoint and the last word.
            if import["complete"] == true {
                break import["counts"].clone();
            }
            let taken = import["counts"]["created"].as_u64().unwrap_or(0);
            assert!(taken < rows as u64 || kills > 0, "what was taken is whole batches: {import}");
            arguments = vec![
                "import".into(),
                "--resume".into(),
                import["id"].to_string(),
                "--json".into(),
                "--no-follow-up".into(),
            ];
        }
    };
    assert!(kills > 0, "the import was too fast to be killed: {took} ms");
    assert_eq!(parts(&result), rows as u64, "{result}");
    assert_eq!(count(&result, "created"), rows as u64, "{result}");
    for house in [left_alone, killed] {
        house.run(&["link"]).good();
    }
    assert_eq!(killed.sums(), left_alone.sums(), "after {kills} kills");
    let again = killed.import("orders.csv", "shop", &[]);
    assert_eq!(count(&again, "unchanged"), rows as u64, "{again}");
}

/// Kills linking and valuing at several points: what was there stays whole, and the next run brings all to its end.
#[test]
fn linking_and_valuing_that_are_killed_leave_nothing_half_done() {
    House::on_each_database(|house| kill_what_follows(&house(), &house()));
}

fn kill_what_follows(left_alone: &House, killed: &House) {
    // Who buys in the shop is in the club under another number: linking brings 2,900 pairs together.
    let people = |letter: char, first: usize| {
        // Both say the same name: of two that are told within a second of each other, either may be the later one.
        let row = |n: usize| {
            let person = n + first;
            format!("{letter}{n},person{person}@example.org,Person {person}\n")
        };
        format!("id,email,name\n{}", (0..3_000).map(row).collect::<String>())
    };
    // Of one year: fewer month ends to value.
    let of_one_year = |rows| orders(rows).replace(",2023-", ",2025-").replace(",2024-", ",2025-");
    for house in [left_alone, killed] {
        let files = [
            ("orders.csv", "shop", of_one_year(6_000)),
            ("people.csv", "shop", people('C', 0)),
            ("club.csv", "club", of_one_year(3_000).replace("\nC", "\nM")),
            ("members.csv", "club", people('M', 100)),
        ];
        for (name, source, content) in files {
            house.write(name, content);
            house.import(name, source, &["--no-follow-up"]);
        }
    }
    for step in ["link", "value"] {
        let began = Instant::now();
        left_alone.run(&[step]).good();
        let took = began.elapsed().as_millis() as u64;
        let mut kills = 0;
        for share in [85, 25, 55] {
            let child = killed.command(&[step]).spawn().expect("the binary starts");
            let noise = u64::from(Instant::now().elapsed().subsec_nanos() % 40);
            std::thread::sleep(Duration::from_millis(took * share / 100 + noise));
            signal(&child, "-KILL");
            kills += u64::from(ended(child).code.is_none());
            let doctor = killed.run(&["doctor", "--json"]).json();
            let is_wrong = |finding: &&Value| {
                // Records wait until they are linked; that is told with what to do.
                let waits = step == "link" && finding["check"] == "every linked record has its customer";
                !finding["problem"].is_null() && !waits
            };
            let wrong = doctor["findings"].as_array().into_iter().flatten().find(is_wrong);
            assert_eq!(wrong, None, "{step} after {kills} kills: {doctor}");
        }
        assert!(kills > 0, "{step} was too fast to be killed: {took} ms");
        killed.run(&[step]).good();
    }
    // What the broken runs and the one after them left, before anything is valued anew.
    for told in ["levels", "classes", "equity"] {
        let [one, other] = [killed, left_alone].map(|house| house.run(&[told, "--json"]).good().json());
        for (name, value) in
            one.as_object().expect("an object").iter().filter(|(name, _)| *name != "computed_at")
        {
            assert_eq!(value, &other[name], "{told}: {name}");
        }
    }
    let sums = killed.sums();
    assert_eq!(count(&sums, "customers") + count(&sums, "prospects"), 3_100, "M0 is C100, and so on: {sums}");
    assert_eq!(sums, left_alone.sums());
}

/// Once a base whose rows were in had no values, and nobody said so.
#[test]
fn what_follows_an_import_is_told_as_missing_and_carried_out() {
    House::on_each_database(|house| {
        let house = house();
        house.write("orders.csv", orders(500));
        house.import("orders.csv", "shop", &[]);
        let quiet = house.run(&["imports"]).good();
        assert_eq!(quiet.err, "", "nothing waits");
        house.write("more.csv", orders(900));
        let second = house.import("more.csv", "shop", &["--no-follow-up"]);
        // As after a kill while the base was linked: the rows are in, the job is over, the rest never ran.
        let told = house.run(&["imports"]).good();
        let way = format!("clientela import --resume {}", second["import"]);
        assert!(told.err.contains("wait to be linked and valued") && told.err.contains(&way), "{}", told.err);
        let up_to = house.run(&["doctor", "--json"]).json()["up_to"].clone();
        assert_eq!(up_to["behind"], true, "{up_to}");
        let resumed = house.run(&["import", "--resume", &second["import"].to_string()]).good();
        assert!(resumed.err.contains("linking and valuing now"), "{}", resumed.err);
        let doctor = house.run(&["doctor"]).good();
        assert!(doctor.out.contains("ok     linked up to"), "{}", doctor.out);
        assert_eq!(house.run(&["imports"]).good().err, "");
        let nothing = house.run(&["import", "--resume", &second["import"].to_string()]);
        assert!(nothing.err.contains("nothing to resume"), "{}", nothing.err);
    });
}

#[test]
fn ctrl_c_leaves_a_clean_state_and_says_how_to_go_on() {
    let house = House::new();
    house.write("orders.csv", orders(120_000));
    let child =
        house.command(&["import", "orders.csv", "--source", "shop", "--yes", "--json"]).spawn().unwrap();
    let began = Instant::now();
    // Until the import has begun there is nothing to resume.
    while began.elapsed() < Duration::from_secs(30) {
        let imports = house.run(&["imports", "--json"]);
        if imports.code == Some(0) && imports.json().as_array().is_some_and(|all| !all.is_empty()) {
            break;
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    signal(&child, "-INT");
    let ran = ended(child);
    assert_eq!(ran.code, Some(130), "{} {}", ran.out, ran.err);
    assert!(ran.err.contains("clientela import --resume 1"), "{}", ran.err);
    assert_eq!(house.run(&["doctor", "--json"]).good().json()["healthy"], true);
    let resumed = house.run(&["import", "--resume", "1", "--json"]).good().json();
    assert_eq!((parts(&resumed), count(&resumed, "created")), (120_000, 120_000), "{resumed}");
    let nothing = house.run(&["import", "--resume", "1"]);
    assert!(nothing.err.contains("nothing to resume"), "{}", nothing.err);
    assert!(house.run(&["import", "--resume", "99"]).err.contains("no import 99"));
}

#[test]
fn a_file_begun_before_is_recognised_and_listed_once_it_is_complete() {
    House::on_each_database(|house| {
        let house = house();
        house.write("orders.csv", orders(40));
        house.import("orders.csv", "shop", &["--no-follow-up"]);
        house.meddle("update import set finished_at = null");
        let import = ["import", "orders.csv", "--yes", "--no-follow-up", "--source"];
        let mention = "import 1 of this file was left after 40 rows: `clientela import --resume 1`";
        let elsewhere = house.run(&[&import[..], &["till"]].concat()).good();
        assert!(!elsewhere.err.contains(mention), "another source: {}", elsewhere.err);
        let anew = house.run(&[&import[..], &["shop"]].concat()).good();
        assert!(anew.err.contains(mention), "{}", anew.err);
        let listed = house.run(&["imports"]).good().out;
        assert!(!listed.contains("not complete"), "{listed}");
        // Its rows are there: only linking and valuing are left to do.
        let resumed = house.run(&["import", "--resume", "1", "--json"]).good();
        assert!(!resumed.out.contains("\"read\":40"), "{}", resumed.out);
        let undone = house.run(&["import", "--undo", "3", "--no-follow-up"]).good();
        assert!(
            undone.out.contains("40 facts withdrawn"),
            "the part begun before goes with it: {}",
            undone.out
        );
        house.run(&["link"]).good();
        house.run(&["value"]).good();
        house.run(&["doctor"]).good();
    });
}

#[test]
fn a_resumed_import_wants_the_file_it_began_with() {
    let house = House::new();
    house.write("orders.csv", orders(120_000));
    let child = house.command(&["import", "orders.csv", "--source", "shop", "--yes"]).spawn().unwrap();
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(30) {
        let imports = house.run(&["imports", "--json"]);
        if imports.code == Some(0) && imports.json().as_array().is_some_and(|all| !all.is_empty()) {
            break;
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    signal(&child, "-KILL");
    ended(child);
    house.write("orders.csv", orders(100));
    let refused = house.run(&["import", "--resume", "1"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("not the file that import 1 began with"), "{}", refused.err);
    house.run(&["import", "--undo", "1", "--no-follow-up"]).good();
    assert_eq!(house.sums()["customers"], 0);
}

#[test]
fn bad_files_are_told_what_is_wrong_and_leave_nothing_behind() {
    let house = House::new();
    house.write("good.csv", orders(100));
    house.import("good.csv", "shop", &[]);
    let sums = house.sums();
    // A megabyte of nothing, three hundred times over: gzip files may be made of several parts.
    let bomb = {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut packed, &vec![b'a'; 1 << 20]).unwrap();
        packed.finish().unwrap().repeat(300)
    };
    let wide: String = (0..1_000_000).map(|n| format!("c{n},")).collect();
    // Each: name, content, and words that the message must have.
    let unreadable: [(&str, Vec<u8>, &str); 7] = [
        ("empty.csv", Vec::new(), "empty"),
        ("blank.csv", b"  \n \n".to_vec(), "empty"),
        ("wide.csv", format!("{wide}\n{wide}\n").into_bytes(), "first line"),
        ("bomb.csv.gz", bomb, "unpack"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "looks like a picture (PNG)"),
        ("no.xlsx", b"PK\x03\x04nothing of the kind".to_vec(), "the xlsx file is damaged"),
        ("torn.parquet", b"PAR1 nothing of the kind PAR1".to_vec(), "the parquet file is damaged"),
    ];
    for (name, content, words) in unreadable {
        house.write(name, content);
        let ran = house.run(&["import", name, "--source", "bad", "--yes", "--json"]);
        assert_eq!(ran.code, Some(1), "{name}: {} {}", ran.out, ran.err);
        assert!(ran.err.contains("error: ") && ran.err.contains(words), "{name}: {}", ran.err);
        assert!(!ran.err.contains("panicked"), "{name}: {}", ran.err);
    }
    let head = "customer,date,amount\n";
    let utf8: String = (0..60).map(|n| format!("Café {n},2026-01-01,3\n")).collect();
    // Rows that cannot be taken, beside good ones.
    let partly: [(&str, Vec<u8>, u64, u64); 8] = [
        ("header-only.csv", head.as_bytes().to_vec(), 0, 0),
        ("days.csv", format!("{head}A,2026-02-31,3\nB,2026-02-28,3\n").into_bytes(), 1, 1),
        (
            "amounts.csv",
            format!("{head}A,2026-01-01,\"(1,234.50)\"\nB,2026-01-01,12 apples\n").into_bytes(),
            1,
            1,
        ),
        ("encoding.csv", [head.as_bytes(), utf8.as_bytes(), b"Caf\xe9,2026-01-02,3\n"].concat(), 60, 1),
        ("ragged.csv", format!("{head}{utf8}A,2026-01-01,3,4,5,6\n").into_bytes(), 60, 1),
        (
            "currency.csv",
            b"customer,date,amount,currency\nA,2026-01-01,3,XXQ\nB,2026-01-01,3,EUR\n".to_vec(),
            1,
            1,
        ),
        ("nul.csv", [head.as_bytes(), b"A\0B,2026-01-01,3\nB,2026-01-02,3\n"].concat(), 1, 1),
        // A quote that is never closed costs its own line, not the rest of the file.
        ("quote.csv", format!("{head}A,2026-01-01,3\n\"B,2026-01-01,3\nC,2026-01-01,3\n").into_bytes(), 2, 1),
    ];
    for (name, content, created, invalid) in partly {
        house.write(name, content);
        let ran = house.run(&["import", name, "--source", "bad", "--yes", "--json", "--no-follow-up"]);
        let result = if ran.code == Some(0) { ran.json() } else { panic!("{name}: {}", ran.err) };
        assert_eq!(parts(&result), count(&result, "read"), "{name}: {result}");
        let taken = (count(&result, "created"), count(&result, "invalid"));
        assert_eq!(taken, (created, invalid), "{name}: {result}");
        let rejections = result["rejections"].as_array().unwrap();
        assert_eq!(rejections.len() as u64, invalid.min(1), "{name}: {result}");
        for rejection in rejections {
            assert!(rejection["example"].as_str().unwrap().starts_with("row "), "{name}: {rejection}");
        }
        house.run(&["import", "--undo", &result["import"].to_string(), "--no-follow-up"]).good();
    }
    house.run(&["link"]).good();
    assert_eq!(house.sums(), sums, "nothing of all this stayed");
}
