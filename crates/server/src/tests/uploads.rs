//! Files that people send, and what becomes of them: guess, check, import, report, undo (A20, U22, U23).

use super::house::{ADMINISTRATOR, House, ask, get, in_each_house};
use axum::http::StatusCode;
use serde_json::{Value, json};

const ORDERS: &str = "customer,date,amount,order\nU1,2026-01-05,12.50,A1\nU1,2026-02-05,12.50,A2\n\
    U2,31/02/2026,9.00,A3\nU2,2026-02-07,nine,A4\n,2026-02-08,5.00,A5\nU3,2026-03-01,-2.00,A6\n";

async fn upload(house: &House, cookie: &str, name: &str, bytes: impl Into<axum::body::Body>) -> Value {
    let name: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let reply = ask("POST", &format!("/api/uploads?name={name}")).by(cookie).raw(bytes).of(house).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    reply.json()
}

async fn import(house: &House, cookie: &str, upload: &Value, dry_run: bool) -> Value {
    let body = json!({ "upload": upload["id"], "source": "till", "mapping": upload["guess"]["mapping"], "dry_run": dry_run });
    let reply = ask("POST", "/api/imports").by(cookie).json(&body).of(house).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    house.work().await;
    let job = get(&format!("/api/jobs/{}", reply.json()["id"])).by(cookie).of(house).await.json();
    assert_eq!(job["state"], "done", "{job}");
    job["result"].clone()
}

#[test]
fn a_file_goes_from_upload_to_report_and_back_out() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let before = get("/api/portfolio").by(&ann).of(&house).await.json()["past"].clone();
        let sent = upload(&house, &ann, "..\\..\\orders of May.csv", ORDERS).await;
        assert_eq!(sent["name"], "orders of May.csv", "a path is only a name");
        assert_eq!(sent["guess"]["mapping"]["kind"], "sales", "{sent}");
        assert_eq!(sent["guess"]["mapping"]["columns"]["customer"], "customer");
        let check = ask("POST", &format!("/api/uploads/{}/check", sent["id"].as_str().unwrap()))
            .by(&ann)
            .json(&json!({ "mapping": sent["guess"]["mapping"] }))
            .of(&house)
            .await
            .json();
        assert_eq!(
            (&check["rows_checked"], &check["valid"], &check["invalid"]),
            (&json!(6), &json!(4), &json!(2)),
            "{check}"
        );
        assert_eq!(check["rows"][0]["row"], 4);
        let dry = import(&house, &ann, &sent, true).await;
        assert_eq!(
            (&dry["import"], &dry["created"], &dry["invalid"]),
            (&Value::Null, &json!(4), &json!(2)),
            "{dry}"
        );
        assert_eq!(
            get("/api/imports").by(&ann).of(&house).await.json().as_array().unwrap().len(),
            1,
            "nothing was kept"
        );
        let done = import(&house, &ann, &sent, false).await;
        for (field, count) in
            [("read", 6), ("created", 4), ("invalid", 2), ("without_customer", 1), ("returns", 1)]
        {
            assert_eq!(done[field], count, "{field}: {done}");
        }
        let id = &done["import"];
        let rejected = get(&format!("/api/imports/{id}/rejections")).by(&ann).of(&house).await.text();
        assert!(
            rejected.contains("31/02/2026") && rejected.contains("nine") && rejected.contains("reason"),
            "{rejected}"
        );
        let again = import(&house, &ann, &sent, false).await;
        assert_eq!((&again["created"], &again["unchanged"]), (&json!(0), &json!(4)), "{again}");
        let remembered = upload(&house, &ann, "june.csv", ORDERS).await;
        assert_eq!(remembered["guess"]["remembered"], true);
        for import in [&again["import"], id] {
            let reply = ask("POST", &format!("/api/imports/{import}/retraction")).by(&ann).of(&house).await;
            assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
            house.work().await;
        }
        assert_eq!(get("/api/portfolio").by(&ann).of(&house).await.json()["past"], before);
        let twice = ask("POST", &format!("/api/imports/{id}/retraction")).by(&ann).of(&house).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
        let back = import(&house, &ann, &sent, false).await;
        assert_eq!(back["created"], 4, "after an undo the same file may come in again: {back}");
    });
}

#[test]
fn a_file_that_is_no_table_is_told_so_and_does_not_stay() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        for (name, bytes) in [
            ("a.csv", &b""[..]),
            ("b.csv", b"   \n"),
            ("c.xlsx", b"PK\x03\x04 no workbook"),
            ("d.png", b"\x89PNG\r\n\x1a\n0000"),
        ] {
            let reply =
                ask("POST", &format!("/api/uploads?name={name}")).by(&ann).raw(bytes).of(&house).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", reply.text());
        }
        assert_eq!(house.uploads(), 0);
        let nameless = ask("POST", "/api/uploads?name=%00%0A").by(&ann).raw("a,b\n").of(&house).await;
        assert_eq!(nameless.code(), "blank");
    });
}

#[test]
fn only_an_upload_can_be_imported_and_only_by_its_own_name() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let sent = upload(&house, &ann, "orders.csv", ORDERS).await;
        for id in [
            "../clientela.db",
            "..%2fclientela.db",
            "0",
            "",
            "/etc/passwd",
            "ffffffffffffffffffffffffffffffff",
        ] {
            let body = json!({ "upload": id, "source": "till", "mapping": sent["guess"]["mapping"] });
            let reply = ask("POST", "/api/imports").by(&ann).json(&body).of(&house).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{id}: {}", reply.text());
        }
        let mut lacking = sent["guess"]["mapping"].clone();
        lacking["columns"] = json!({});
        let body = json!({ "upload": sent["id"], "source": "till", "mapping": lacking });
        let reply = ask("POST", "/api/imports").by(&ann).json(&body).of(&house).await;
        assert_eq!(reply.code(), "invalid_mapping");
    });
}

#[test]
fn a_job_that_waits_can_be_stopped_and_taken_up_again() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let job =
            ask("POST", "/api/valuations").by(&ann).json(&json!({ "horizon": "6m" })).of(&house).await.json();
        assert_eq!((&job["state"], &job["can_cancel"]), (&json!("queued"), &json!(true)));
        let path = format!("/api/jobs/{}", job["id"]);
        let stopped = ask("POST", &format!("{path}/cancellation")).by(&ann).of(&house).await;
        assert_eq!(stopped.json()["state"], "cancelled", "{}", stopped.text());
        assert_eq!(ask("POST", &format!("{path}/cancellation")).by(&ann).of(&house).await.code(), "job_over");
        let resumed = ask("POST", &format!("{path}/resumption")).by(&ann).of(&house).await;
        assert_eq!(resumed.json()["state"], "queued", "{}", resumed.text());
        house.work().await;
        let done = get(&path).by(&ann).of(&house).await.json();
        assert_eq!(
            (&done["state"], &done["result"]["horizon_days"]),
            (&json!("done"), &json!(183)),
            "{done}"
        );
        let portfolio = get("/api/portfolio").by(&ann).of(&house).await.json();
        assert_eq!(portfolio["horizon_days"], 183);
        let bad =
            ask("POST", "/api/valuations").by(&ann).json(&json!({ "horizon": "soon" })).of(&house).await;
        assert_eq!(bad.code(), "bad_horizon");
    });
}

#[test]
fn a_failed_job_is_told_by_a_word_with_its_values() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let sent =
            ask("POST", "/api/uploads?name=a.csv").by(&ann).raw("customer,date,amount\nU1,2026-01-05,1\n");
        let sent = sent.of(&house).await.json();
        let body = json!({ "upload": sent["id"], "source": "till", "mapping": sent["guess"]["mapping"] });
        let job = ask("POST", "/api/imports").by(&ann).json(&body).of(&house).await.json();
        // Another file has come in its place, and says nothing.
        let file = house.folder.path().join("uploads").join(sent["id"].as_str().unwrap());
        std::fs::write(&file, "").unwrap();
        house.work().await;
        let failed = get(&format!("/api/jobs/{}", job["id"])).by(&ann).of(&house).await.json();
        let error = &failed["error"];
        assert_eq!((&failed["state"], &error["code"]), (&json!("failed"), &json!("empty_file")), "{failed}");
        assert_eq!(error["said"], json!({ "code": "empty_file", "values": {} }));
        // Gone altogether.
        std::fs::remove_file(&file).unwrap();
        ask("POST", &format!("/api/jobs/{}/resumption", job["id"])).by(&ann).of(&house).await;
        house.work().await;
        let failed = get(&format!("/api/jobs/{}", job["id"])).by(&ann).of(&house).await.json();
        assert_eq!(failed["error"]["code"], "file_unreadable", "{failed}");
    });
}
