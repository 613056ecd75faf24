//! What the server says has words in both languages of the page, and none of them are a library's.

use super::house::{ADMINISTRATOR, ask, get, in_each_house};
use axum::http::StatusCode;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;

/// A file of the page's catalogues.
fn catalogue(language: &str, part: &str) -> String {
    let file = format!("{}/../../web/src/i18n/{language}/{part}.ts", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The sources of a folder as one text, without their tests.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") {
            text += &sources(&path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text += &std::fs::read_to_string(&path).unwrap();
        }
    }
    text
}

/// The codes that stand as the first text of a call.
fn codes(sources: &str, call: &str) -> BTreeSet<String> {
    let first = |after: &str| {
        let mut rest = after.trim_start();
        if rest.starts_with("StatusCode::") {
            rest = rest.split_once(',')?.1.trim_start();
        }
        let code = rest.strip_prefix('"')?.split('"').next()?;
        code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_').then(|| code.to_string())
    };
    sources.split(call).skip(1).filter_map(first).collect()
}

#[test]
fn the_page_has_words_for_every_refusal_in_both_languages() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let calls = [
        "Failure::new(",
        "Failure::invalid(",
        "Failure::conflict(",
        "Failure::too_often(",
        "Failure::refused(",
    ];
    let refusals: BTreeSet<_> = calls.iter().flat_map(|call| codes(&sources, call)).collect();
    for known in ["blank", "too_large", "wrong_token", "undone_already", "too_many_attempts", "invalid_sort"]
    {
        assert!(refusals.contains(known), "the search no longer finds {known}: {refusals:?}");
    }
    for language in ["en", "fr"] {
        let words = catalogue(language, "errors");
        for code in &refusals {
            assert!(words.contains(&format!("\n  {code}: '")), "{language} has no words for {code}");
        }
        let (_, problems) = words.split_once("filterProblems: {").expect("it has words for filters");
        for code in access::Problem::CODES {
            assert!(problems.contains(&format!("\n    {code}: '")), "{language} has no words for {code}");
        }
    }
}

#[test]
fn the_page_has_words_for_every_note_of_a_valuation_in_both_languages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut notes = codes(&sources(&root.join("src")), "notes.push(note(");
    for file in ["lifetime.rs", "spend.rs"] {
        let text = std::fs::read_to_string(root.join("../value/src").join(file)).unwrap();
        notes.extend(text.split("Reason::").skip(1).filter_map(|after| {
            let (_, code) = after.split_once("=> \"")?;
            let is_close = after.find("=> \"").is_some_and(|at| at < 30);
            let code = code.split('"').next()?;
            is_close.then(|| format!("fallback_{code}"))
        }));
    }
    assert!(notes.contains("other_currency") && notes.contains("fallback_heavy_tail"), "{notes:?}");
    for language in ["en", "fr"] {
        let words = catalogue(language, "portfolio");
        for code in &notes {
            assert!(words.contains(&format!("\n    {code}: ")), "{language} has no words for {code}");
        }
    }
}

#[test]
fn the_page_has_words_for_every_preset_activity_and_every_field_of_a_condition_in_both_languages() {
    use value::cost::{Driver, NumberField, Trade, WordField, preset};
    let presets = Trade::ALL.into_iter().flat_map(|trade| preset(trade, ledger::Day(0), 2));
    let presets: Vec<_> = presets.collect();
    assert!(presets.len() > 20, "{presets:?}");
    let fields = NumberField::ALL.map(NumberField::name).into_iter();
    let fields: Vec<_> = fields.chain(WordField::ALL.map(WordField::name)).collect();
    for language in ["en", "fr"] {
        let words = catalogue(language, "activities");
        let part = |from: &str| {
            let after = words.split_once(from).unwrap_or_else(|| panic!("{language} has no {from}")).1;
            after.split_once("  },").expect("a list of words ends").0.to_string()
        };
        let (names, known) = (part("presetNames: {"), part("    fields: {"));
        let drivers = part("\n  driver: {");
        let says = |part: &str, name: &str| {
            part.contains(&format!(" '{name}': '")) || part.contains(&format!(" {name}: '"))
        };
        for activity in &presets {
            assert!(says(&names, &activity.name), "{language} has no name for {:?}", activity.name);
            let is_known =
                matches!(activity.driver, Driver::Stated(_)) || says(&drivers, activity.driver.name());
            assert!(is_known, "{language} has no word for the driver {:?}", activity.driver.name());
        }
        for field in &fields {
            assert!(says(&known, field), "{language} has no word for {field}");
        }
    }
}

#[test]
fn what_is_wrong_with_a_row_comes_as_a_word_with_its_values() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let rows = "customer,date,amount,order\nU1,2026-01-05,12.50,A1\nU2,31/02/2026,9.00,A3\n";
        let sent = ask("POST", "/api/uploads?name=orders.csv").by(&ann).raw(rows).of(&house).await.json();
        let body = json!({ "mapping": sent["guess"]["mapping"] });
        let address = format!("/api/uploads/{}/check", sent["id"].as_str().unwrap());
        let check = ask("POST", &address).by(&ann).json(&body).of(&house).await.json();
        let said = &check["rows"][0]["problems"][0]["said"];
        assert_eq!((&said["code"], &said["values"]["value"]), (&json!("no_such_day"), &json!("31/02/2026")));
        assert_eq!(
            check["entries"][0]["parts"],
            json!([
                { "at": "2026-01-05T00:00:00Z", "amount": null, "text": null },
                { "at": null, "amount": { "amount": "12.50", "currency": "EUR" }, "text": null }
            ])
        );
        let order = json!({ "upload": sent["id"], "source": "till", "mapping": sent["guess"]["mapping"] });
        let job = ask("POST", "/api/imports").by(&ann).json(&order).of(&house).await.json();
        house.work().await;
        let done = get(&format!("/api/jobs/{}", job["id"])).by(&ann).of(&house).await.json();
        let id = &done["result"]["import"];
        let import = get(&format!("/api/imports/{id}")).by(&ann).of(&house).await.json();
        for told in [&done["result"]["rejections"][0], &import["rejections"][0]] {
            assert_eq!(
                (&told["row"], &told["column"], &told["said"]),
                (&json!(3), &json!("date"), said),
                "{told}"
            );
        }
        let file = |language: &str| format!("/api/imports/{id}/rejections{language}");
        let english = get(&file("")).by(&ann).of(&house).await.text();
        assert!(
            english.contains("row 3: date: \"\"31/02/2026\"\" names day 31 of February 2026"),
            "{english}"
        );
        let french = get(&file("?language=fr")).by(&ann).of(&house).await.text();
        let plain = french.replace('\u{202f}', " ");
        assert!(
            plain.contains("ligne 3 : date : « 31/02/2026 » nomme le jour 31 du mois 2 de 2026"),
            "{french}"
        );
    });
}

#[test]
fn a_request_that_cannot_be_read_is_told_which_part_in_our_words() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let many = get("/api/customers?limit=many").by(&ann).of(&house).await;
        assert_eq!(
            (many.status, many.json()["error"]["field"].clone()),
            (StatusCode::BAD_REQUEST, json!("limit"))
        );
        let nameless = ask("POST", "/api/uploads").by(&ann).raw("a,b\n").of(&house).await.json();
        assert_eq!(nameless["error"]["message"], "`name` is missing; give it", "{nameless}");
        for (body, field, words) in [
            (json!({ "email": "a@b.c" }), "password", "`password` is missing"),
            (json!({ "email": 5, "password": "x" }), "email", "`email` is not of the form"),
            (json!({ "email": "a@b.c", "password": "x", "pin": 1 }), "pin", "`pin` is not known"),
        ] {
            let reply = ask("POST", "/api/session").json(&body).of(&house).await;
            let error = reply.json()["error"].clone();
            assert_eq!((reply.status, &error["field"]), (StatusCode::BAD_REQUEST, &json!(field)), "{error}");
            let message = error["message"].as_str().unwrap();
            assert!(message.starts_with(words) && !message.contains("eserialize"), "{message}");
        }
    });
}

#[test]
fn a_first_line_without_end_is_told_as_what_it_is() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let reply =
            ask("POST", "/api/uploads?name=wide.csv").by(&ann).raw("c,".repeat(1 << 20)).of(&house).await;
        let error = reply.json()["error"].clone();
        assert_eq!(
            (&error["code"], &error["said"]["code"]),
            (&json!("too_large"), &json!("first_line_too_long"))
        );
        assert_eq!(error["said"]["values"]["bytes"], "2097152", "{error}");
    });
}
