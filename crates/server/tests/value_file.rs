//! `clientela value FILE` as a user meets it: files that are not what they should be, covariates, seasons.

mod house;

use house::House;
use serde_json::Value;

/// The arguments that name the usual columns.
const COLUMNS: [&str; 6] = ["--customer", "who", "--date", "day", "--amount", "total"];

/// Values a file and gives the exit code, the table and what was said.
fn valued(house: &House, content: &[u8], more: &[&str]) -> (Option<i32>, String, String) {
    house.write("sales.csv", content);
    let mut arguments = vec!["value", "sales.csv"];
    if !more.contains(&"--customer") {
        arguments.extend(COLUMNS);
    }
    arguments.extend(more);
    let ran = house.run(&arguments);
    (ran.code, ran.out, ran.err)
}

/// The rows of a table below its header, each number checked to be one.
fn rows(table: &str) -> Vec<Vec<String>> {
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    lines
        .map(|line| {
            let cells: Vec<String> = line.split(',').map(str::to_string).collect();
            assert_eq!(cells.len(), header.len(), "{line}");
            for (name, cell) in
                header.iter().zip(&cells).filter(|(name, _)| **name != "customer" && **name != "model")
            {
                let is_empty = cell.is_empty();
                assert!(is_empty || cell.parse::<f64>().is_ok_and(f64::is_finite), "{name}: {line}");
            }
            cells
        })
        .collect()
}

/// What a file is, its bytes, more arguments, what must come of it, and words that must be said.
type OddFile<T> = (&'static str, Vec<u8>, &'static [&'static str], T, &'static [&'static str]);

#[test]
fn files_that_cannot_be_valued_are_refused_with_a_cause_and_a_remedy() {
    let house = House::new();
    let header = "who,day,total\n";
    let with = |lines: &str| format!("{header}{lines}").into_bytes();
    // Comes of it: the exit code.
    let cases: [OddFile<i32>; 21] = [
        ("empty", Vec::new(), &[], 1, &["sales.csv", "empty"]),
        ("blank", b"\n\n  \n".to_vec(), &[], 1, &["empty"]),
        ("a header alone", with(""), &[], 1, &["empty", "at least one row"]),
        ("a mark of Unicode alone", b"\xef\xbb\xbf".to_vec(), &[], 1, &["empty"]),
        (
            "gzip of nothing",
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00".to_vec(),
            &[],
            1,
            &["empty"],
        ),
        ("gzip cut short", b"\x1f\x8b\x08\x00\x00".to_vec(), &[], 1, &["gzip"]),
        (
            "the first two bytes of gzip",
            b"\x1f\x8b".to_vec(),
            &[],
            1,
            &["gzip file is damaged", "export it again"],
        ),
        (
            "all dated after today",
            with("Ada,2199-01-01,5\nBob,2199-02-01,5\n"),
            &[],
            1,
            &["all 2 purchases are dated after today", "row 2 is of 2199-01-01", "--until"],
        ),
        (
            "a discount below zero",
            with("Ada,2024-01-01,5\n"),
            &["--discount", "-0.1"],
            2,
            &["--discount", "zero or more", "-0.1"],
        ),
        (
            "a missing column",
            b"id,day,total\n1,2024-01-01,5\n".to_vec(),
            &[],
            1,
            &["\"who\"", "\"id\", \"day\", \"total\""],
        ),
        (
            "days that are none",
            with("Ada,soon,5\nBob,2024-02-30,7\n"),
            &[],
            1,
            &["none of the 2 rows", "row 2", "column day"],
        ),
        (
            "amounts that are none",
            with("Ada,2024-01-01,NaN\nBob,2024-01-02,inf\n"),
            &[],
            1,
            &["none of the 2 rows", "row 3, column total", "inf"],
        ),
        ("only refunds", with("Ada,2024-01-01,-5\nBob,2024-01-02,-7\n"), &[], 1, &["refunds", "no purchase"]),
        (
            "all before the last known day",
            with("Ada,2024-01-01,5\n"),
            &["--until", "2023-12-31"],
            1,
            &["2024-01-01", "--until"],
        ),
        (
            "no customer anywhere",
            with(",2024-01-01,5\n,2024-01-02,5\n"),
            &[],
            1,
            &["none of the 2 rows", "2 rows name no customer"],
        ),
        (
            "a horizon of none",
            with("Ada,2024-01-01,5\n"),
            &["--horizon", "0d"],
            2,
            &["one day", "a hundred years"],
        ),
        (
            "a horizon beyond all",
            with("Ada,2024-01-01,5\n"),
            &["--horizon", "99999999999y"],
            2,
            &["a hundred years"],
        ),
        ("a horizon that is none", with("Ada,2024-01-01,5\n"), &["--horizon", "soon"], 2, &["39w"]),
        (
            "a model that is none",
            with("Ada,2024-01-01,5\n"),
            &["--model", "crystal_ball"],
            2,
            &["crystal_ball", "bg_nbd"],
        ),
        ("a workbook", b"PK\x03\x04rest".to_vec(), &[], 1, &["zip"]),
        ("JSON", b"{\"who\":1}\n".to_vec(), &[], 1, &["json"]),
    ];
    let mut wrong = Vec::new();
    for (what, content, more, code, words) in cases {
        let (got, out, said) = valued(&house, &content, more);
        let lower = said.to_lowercase();
        let unsaid: Vec<&&str> = words.iter().filter(|word| !lower.contains(&word.to_lowercase())).collect();
        if got != Some(code) || !out.is_empty() || !unsaid.is_empty() || said.contains("panicked") {
            wrong.push(format!("{what}: {got:?}, {unsaid:?} unsaid, {said}{out}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let (code, _, said) = {
        let ran = house.run(&["value", "nowhere.csv", "--customer", "who", "--date", "day"]);
        (ran.code, ran.out, ran.err)
    };
    assert!(code == Some(1) && said.contains("nowhere.csv"), "{said}");
}

#[test]
fn odd_files_are_valued_with_finite_numbers_and_told() {
    let house = House::new();
    let with = |lines: &str| format!("who,day,total\n{lines}").into_bytes();
    let many = |line: &dyn Fn(u32) -> String| with(&(0..300).map(line).collect::<String>());
    // Comes of it: customers valued.
    let cases: Vec<OddFile<usize>> = vec![
        (
            "two currencies",
            with("Ada,2024-01-01,EUR 5\nAda,2024-02-01,USD 5\nBob,2024-02-01,$7\n"),
            &[],
            1,
            &["row 3", "EUR", "USD", "value each currency by itself"],
        ),
        ("one customer", with("Ada,2024-01-01,5\nAda,2024-02-01,5\n"), &[], 1, &["too few"]),
        (
            "one purchase each",
            many(&|n| format!("C{n},2024-01-{:02},9\n", n % 28 + 1)),
            &[],
            300,
            &["0 customers bought on a second day"],
        ),
        ("all on one day", many(&|n| format!("C{n},2024-01-05,9\nC{n},2024-01-05,4\n")), &[], 300, &[]),
        (
            "a date in the future and one long ago",
            many(&|n| format!("C{n},2024-01-05,9\nC{n},2024-03-{:02},4\n", n % 28 + 1))
                .into_iter()
                .chain(*b"F,2190-05-01,3\nP,1850-05-01,3\n")
                .collect(),
            &["--until", "2024-04-01"],
            301,
            &["1 row lies after the last known day and is left out"],
        ),
        (
            "a date in the future that nobody asked for",
            many(&|n| format!("C{n},2024-01-05,9\nC{n},2024-03-{:02},4\n", n % 28 + 1))
                .into_iter()
                .chain(*b"F,2199-05-01,3\nC7,2199-06-01,3\n")
                .collect(),
            &[],
            300,
            &["2 rows are dated after today", "row 602, of 2199-05-01", "valued as of 2024-03-28", "--until"],
        ),
        (
            "a hundred years after three months",
            many(&|n| {
                let day = |k: u32| n * (k + 3) % 29 + 1;
                format!(
                    "C{n},2024-01-{:02},9\nC{n},2024-02-{:02},4\nC{},2024-03-{:02},5\n",
                    day(1),
                    day(2) % 28 + 1,
                    n / 2,
                    day(4)
                )
            }),
            &["--horizon", "100y"],
            300,
            &["times as long as the", "for 100y by blend"],
        ),
        (
            "some amounts are none",
            with("Ada,2024-01-01,NaN\nAda,2024-01-02,5\nBob,2024-01-03,-inf\nBob,2024-02-01,8\n"),
            &[],
            2,
            &["2 rejected", "row 2, column total"],
        ),
        (
            "amounts of thousands of millions",
            many(&|n| format!("C{},2024-0{}-05,1{:09}.25\n", n / 3, n % 3 + 1, n)),
            &[],
            100,
            &[],
        ),
        (
            "more than any amount",
            with("Ada,2024-01-01,99999999999999999999\nAda,2024-01-02,5\n"),
            &[],
            1,
            &["1 rejected", "row 2"],
        ),
        (
            "columns of one name",
            b"who,day,total,total\nAda,2024-01-01,5,6\nAda,2024-02-01,5,6\n".to_vec(),
            &[],
            1,
            &["more than one column is called \"total\""],
        ),
        (
            "lines that end as on old Macintoshes",
            b"who,day,total\rAda,2024-01-01,5\rBob,2024-02-01,5\r".to_vec(),
            &[],
            2,
            &[],
        ),
        (
            "a mark of Unicode before all",
            b"\xef\xbb\xbfwho,day,total\nAda,2024-01-01,5\n".to_vec(),
            &[],
            1,
            &[],
        ),
        ("lines that end twice", b"who,day,total\r\nAda,2024-01-01,5\r\n\r\n".to_vec(), &[], 1, &[]),
        (
            "everything given back",
            many(&|n| format!("C{n},2024-01-05,9\nC{n},2024-01-{:02},-9\n", n % 20 + 6))
                .into_iter()
                .chain(*b"Ada,2024-01-01,5\n")
                .collect(),
            &[],
            1,
            &["300 customers returned everything"],
        ),
        (
            "the same amount always",
            many(&|n| format!("C{},2024-0{}-{:02},20\n", n / 3, n % 3 + 1, n % 27 + 1)),
            &[],
            100,
            &["spend the same"],
        ),
        (
            "free of charge",
            many(&|n| format!("C{},2024-0{}-{:02},0\n", n / 3, n % 3 + 1, n % 27 + 1)),
            &[],
            100,
            &[],
        ),
        (
            "one day ahead",
            many(&|n| format!("C{},2024-0{}-{:02},{}\n", n / 3, n % 3 + 1, n % 27 + 1, n % 7 + 1)),
            &["--horizon", "1d"],
            100,
            &[],
        ),
        (
            "a last known day long after",
            many(&|n| format!("C{},2024-0{}-{:02},{}\n", n / 3, n % 3 + 1, n % 27 + 1, n % 7 + 1)),
            &["--until", "9999-12-31"],
            100,
            &[],
        ),
    ];
    let mut wrong = Vec::new();
    for (what, content, more, customers, words) in cases {
        let (code, table, said) = valued(&house, &content, more);
        let unsaid: Vec<&&str> = words.iter().filter(|word| !said.contains(**word)).collect();
        let count = if code == Some(0) { rows(&table).len() } else { 0 };
        if code != Some(0) || count != customers || !unsaid.is_empty() || said.contains("panicked") {
            wrong.push(format!("{what}: {code:?}, {count} customers, {unsaid:?} unsaid, {said}"));
            continue;
        }
        let mut arguments = vec!["value", "sales.csv", "--json", "--out", "table.csv"];
        arguments.extend(COLUMNS);
        arguments.extend(more);
        // JSON knows no number that is none: it would be null.
        let told = house.run(&arguments).good().json();
        let is_finite = told["expected_transactions"]["expected"].is_number()
            && told["expected_spend"]["hi95"].is_number();
        if !is_finite {
            wrong.push(format!("{what}: {told}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Three regions, of which one buys three times as often as another; who is told, and the size of each customer.
fn regions() -> String {
    let mut lines = String::from("who,day,total,region,size,note\n");
    for customer in 0..600_u32 {
        let region = ["north", "south", "west"][customer as usize % 3];
        let gap = [12, 24, 36][customer as usize % 3] + customer * 7 % 11;
        let told = if customer % 50 == 7 { "" } else { region };
        for n in 0..300 / gap {
            let day = jiff::civil::date(2023, 1, 1).saturating_add(
                jiff::Span::new().days(i64::from(customer % 40 + n * gap + (n * 5 + customer) % 7)),
            );
            lines.push_str(&format!(
                "C{customer},{day},{},{told},{},n{customer}\n",
                10 + n % 4,
                customer * 13 % 97
            ));
        }
    }
    lines
}

#[test]
fn covariates_of_a_file_are_estimated_used_and_told() {
    let house = House::new();
    house.write("sales.csv", regions());
    let mut arguments = vec!["value", "sales.csv", "--out", "table.csv", "--fit", "fit.json"];
    arguments.extend(COLUMNS);
    arguments.extend(["--covariates", "region,size", "--horizon", "12w"]);
    let ran = house.run(&arguments);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let fit: Value = serde_json::from_str(&house.read("fit.json")).unwrap();
    let told = &fit["covariates"];
    assert_eq!(
        (told["used"].as_bool(), told["columns"][0]["kind"].as_str()),
        (Some(true), Some("groups")),
        "{told}"
    );
    assert_eq!(told["columns"][1]["kind"], "number");
    assert_eq!(told["columns"][0]["customers_without"], 12);
    let effects = told["effects"].as_array().unwrap();
    let of = |group: &str| {
        let term = effects.iter().find(|term| term["group"] == group);
        term.map(|term| (term["effect"].as_f64().unwrap(), term["standard_error"].as_f64().unwrap()))
    };
    let (south, error) = of("south").or(of("north")).unwrap();
    assert!(south.abs() > 4.0 * error && error > 0.0, "{effects:?}");
    let against = effects[0]["against"].as_str().unwrap();
    // Gaps of about 17, 29 and 41 days: whichever region the others are held against, the order is that of the gaps.
    let place = |region: &str| of(region).map_or(0.0, |(effect, _)| effect);
    assert!(
        place("north") > place("south") && place("south") > place("west"),
        "against {against}: {effects:?}"
    );
    let size = effects.iter().find(|term| term["column"] == "size").unwrap();
    assert!(size["p_value"].as_f64().unwrap() > 0.001, "{size}");
    for words in ["covariates are in use", "times as fast", "region: not told of 12 customers"] {
        assert!(ran.err.contains(words), "{words:?} is not said: {}", ran.err);
    }
    let table = house.read("table.csv");
    assert_eq!(rows(&table).len(), 600);
}

#[test]
fn columns_that_can_be_no_covariates_are_refused_with_the_column_and_what_to_do() {
    let house = House::new();
    let good = regions();
    let with = |from: &str, to: &str| good.replacen(from, to, 1);
    let constant = good.replace("north", "south").replace("west", "south");
    let empty = good.replace("north", "").replace("south", "").replace("west", "-");
    let few = good.lines().take(40).collect::<Vec<_>>().join("\n");
    let slip = with(",0,n0\n", ",much,n0\n");
    let cases: [(&str, &str, &str, i32, &[&str]); 7] = [
        (
            "a column that is not there",
            &good,
            "region,colour",
            1,
            &["\"colour\"", "a covariate", "\"region\""],
        ),
        ("names", &good, "note", 1, &["\"note\"", "names rather than groups", "few groups"]),
        ("one word for all", &constant, "region", 1, &["\"region\"", "\"south\"", "leave it out"]),
        ("empty", &empty, "region", 1, &["\"region\"", "empty for every customer"]),
        ("few customers", &few, "size", 1, &["\"size\"", "too few", "without --covariates"]),
        ("a slip among numbers", &slip, "size", 1, &["\"size\"", "row 2", "\"much\"", "correct it"]),
        ("the same twice", &good, "region,region", 1, &["\"region\", \"region\"", "add up", "leave one"]),
    ];
    for (what, content, covariates, code, words) in cases {
        let (got, out, said) = valued(&house, content.as_bytes(), &["--covariates", covariates]);
        println!("{what}: {got:?} {said}");
        assert_eq!(got, Some(code), "{what}: {said}");
        assert!(out.is_empty());
        for word in words {
            assert!(said.contains(word), "{what}: {word:?} is not said: {said}");
        }
    }
    let (code, _, said) =
        valued(&house, good.as_bytes(), &["--covariates", "region", "--seasonality", "monthly"]);
    assert!(code == Some(2) && said.contains("--seasonality"), "{said}");
}

/// Four years of customers who buy on every third, fourth … day of December and seldom else.
fn christmas() -> String {
    let mut lines = String::from("who,day,total\n");
    for customer in 0..400_u32 {
        for day in 0..1_400_u32 {
            let date = jiff::civil::date(2019, 1, 10).saturating_add(jiff::Span::new().days(i64::from(day)));
            let often = if date.month() == 12 { 9 } else { 45 };
            let thrown = (u64::from(customer) * 7_919 + u64::from(day) * 104_729)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                >> 40;
            if day >= customer % 200
                && (day == customer % 200 || thrown % (often + u64::from(customer % 30)) == 0)
            {
                lines.push_str(&format!("C{customer},{date},{}\n", 5 + thrown % 20));
            }
        }
    }
    lines
}

#[test]
fn customers_who_may_stand_under_two_names_are_told_and_not_put_together() {
    let house = House::new();
    let file = "who,day,total\n12,2024-01-01,5\n12.0,2024-01-20,5\n0012,2024-02-01,5\nAda,2024-01-03,9\nADA ,2024-03-01,9\n";
    let (code, table, said) = valued(&house, file.as_bytes(), &[]);
    assert_eq!((code, rows(&table).len()), (Some(0), 5), "{said}");
    let words =
        "3 names of customers may be other ones' in another spelling, the first: \"12.0\" beside \"12\"";
    assert!(said.contains(words) && said.contains("write them in one way in the file"), "{said}");
    house.write("sales.csv", file);
    for more in [&[][..], &["--margin", "total"]] {
        let mut arguments = vec!["value", "sales.csv", "--json", "--out", "table.csv"];
        arguments.extend(COLUMNS);
        arguments.extend(more);
        let ran = house.run(&arguments).good();
        let object: Value = serde_json::from_str(&ran.out).unwrap();
        let notes = object["notes"].as_array().unwrap();
        assert!(notes.iter().any(|note| note.as_str().unwrap().starts_with(words)), "{object}");
    }
    let (_, _, said) =
        valued(&house, b"who,day,total\n12,2024-01-01,5\n13.0,2024-01-20,5\nAda,2024-01-03,9\n", &[]);
    assert!(!said.contains("spelling"), "{said}");
}

/// Customers of two years, fifteen a week: those of the last half year hardly come back.
fn fading_cohorts() -> String {
    let mut lines = String::from("who,day,total\n");
    let mut state = 7_u64;
    let mut chance = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1_u64 << 31) as f64
    };
    for customer in 0..1_560_i64 {
        let came = customer * 7 / 15;
        let gap = if came > 540 { 420.0 } else { 60.0 } * (0.5 + chance());
        let mut at = came as f64;
        while at < 728.0 {
            let day = jiff::civil::date(2022, 1, 3).saturating_add(jiff::Span::new().days(at as i64));
            lines.push_str(&format!("C{customer},{day},{}\n", 20 + customer % 9));
            at -= chance().max(1e-9).ln() * gap;
            if chance() < 0.12 {
                break;
            }
        }
    }
    lines
}

#[test]
fn a_young_cohort_is_valued_by_what_it_did() {
    let house = House::new();
    let content = fading_cohorts();
    let more = ["--horizon", "26w", "--fit", "fit.json"];
    let (code, table, said) = valued(&house, content.as_bytes(), &more);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("The quarter of the first purchase tells how often newcomers buy"), "{said}");
    assert!(said.contains("standard errors"), "{said}");
    let fit: Value = serde_json::from_str(&house.read("fit.json")).unwrap();
    let quarter = &fit["newcomers"]["purchases"][0];
    assert!(quarter["gain"]["standard_errors"].as_f64().unwrap() >= 2.0, "{quarter}");
    assert_eq!(quarter["groups"][0]["label"], "2023-Q4");
    // One model that is asked for by its name is taken as it is.
    let alone = ["--horizon", "26w", "--fit", "fit.json", "--model", "mbg_nbd"];
    let (_, _, said) = valued(&house, content.as_bytes(), &alone);
    assert!(!said.contains("The quarter"), "{said}");
    assert!(serde_json::from_str::<Value>(&house.read("fit.json")).unwrap()["newcomers"].is_null());
    // What is still to come is borrowed as what comes within the horizon: it is no less than that.
    let rows = rows(&table);
    let number = |row: &[String], place: usize| row[place].parse::<f64>().unwrap();
    assert!(rows.iter().all(|row| number(row, 16) >= 0.9 * number(row, 6)), "residual below the horizon");
    let newest = rows.iter().find(|row| row[0] == "C1559").expect("the newest");
    let older = rows.iter().rfind(|row| row[1] == "1" && number(row, 3) > 300.0).expect("one of a year ago");
    assert!(number(newest, 6) < 2.0 * number(older, 6).max(0.5), "{newest:?} {older:?}");
}

#[test]
fn a_season_is_found_told_and_can_be_left_out() {
    let house = House::new();
    let content = christmas();
    let more = ["--until", "2022-11-09", "--horizon", "8w", "--model", "bg_nbd", "--fit", "fit.json"];
    let (code, table, said) = valued(&house, content.as_bytes(), &more);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("the season is in use") && said.contains("a day in December brings"), "{said}");
    let fit: Value = serde_json::from_str(&house.read("fit.json")).unwrap();
    assert_eq!(fit["season"]["reason"]["code"], "better", "{}", fit["season"]);
    let index = fit["season"]["index"].as_array().unwrap();
    assert_eq!((index.len(), index[11]["month"].as_str()), (12, Some("December")));
    assert!(
        index[11]["index"].as_f64().unwrap() > 2.0 && index[5]["index"].as_f64().unwrap() < 1.0,
        "{index:?}"
    );
    let total = |table: &str| rows(table).iter().map(|cells| cells[6].parse::<f64>().unwrap()).sum::<f64>();
    let mut none = more.to_vec();
    none.extend(["--seasonality", "none"]);
    let (_, plain, said) = valued(&house, content.as_bytes(), &none);
    assert!(!said.contains("season"), "{said}");
    assert!(total(&table) > 1.5 * total(&plain), "{} {}", total(&table), total(&plain));
    let (_, _, said) =
        valued(&house, content.as_bytes(), &["--until", "2019-12-01", "--seasonality", "monthly"]);
    assert!(said.contains("no season is used") && said.contains("days are known"), "{said}");
}

#[test]
fn all_that_is_still_to_come_is_told_beside_the_horizon() {
    let house = House::new();
    house.write("sales.csv", regions());
    let told = |more: &[&str]| {
        let mut arguments = vec!["value", "sales.csv", "--horizon", "12w", "--out", "table.csv"];
        arguments.extend(COLUMNS);
        arguments.extend(more);
        house.run(&arguments).good();
        let table = house.read("table.csv");
        let header: Vec<String> = table.lines().next().unwrap().split(',').map(str::to_string).collect();
        let place =
            |name: &str| header.iter().position(|column| column == name).expect("the column is there");
        let places =
            ["expected_transactions", "expected_spend", "residual_transactions", "residual_spend"].map(place);
        rows(&table)
            .into_iter()
            .map(|row| places.map(|place| row[place].parse::<f64>().unwrap_or(f64::INFINITY)))
            .collect::<Vec<[f64; 4]>>()
    };
    let (usual, high) = (told(&[]), told(&["--discount", "0.5"]));
    let of_regions = told(&["--covariates", "region"]);
    assert!(usual.len() == high.len() && usual.len() == of_regions.len());
    for (usual, high) in usual.iter().zip(&high) {
        assert!(usual[0] < usual[2] && high[2] < usual[2] && high[2] > 0.0, "{usual:?} {high:?}");
        assert_eq!(usual[..2], high[..2], "a discount changes nothing within the horizon");
        // What one purchase brings is the same, however far ahead.
        assert!((usual[3] / usual[2] / (usual[1] / usual[0]) - 1.0).abs() < 1e-6, "{usual:?}");
    }
    // On clocks of their own customers are still expected to bring much the same in all.
    let sum = |told: &[[f64; 4]]| told.iter().map(|row| row[2]).sum::<f64>();
    let ratio = sum(&of_regions) / sum(&usual);
    assert!((0.3..3.0).contains(&ratio), "{ratio}");
}

#[test]
fn a_look_back_says_how_far_it_looked() {
    let house = House::new();
    house.write("sales.csv", regions() + "F,2199-05-01,3,north,1,n\n");
    let mut arguments =
        vec!["backtest", "sales.csv", "--origins", "2", "--models", "bg_nbd", "--horizon", "100y"];
    arguments.extend(COLUMNS);
    let ran = house.run(&arguments);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        ran.out.contains("the horizon of 100y (36,525 days) reaches beyond what is known"),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("1 row is dated after today"), "{}", ran.err);
    arguments[7] = "30d";
    let told = house.run(&[&arguments[..], &["--json"]].concat()).good().json();
    assert_eq!((told["horizon_days"].as_u64(), told["shortened"].is_null()), (Some(30), true), "{told}");
}
