//! What each role sees of customers: rows and fields, by every way (A2).

use super::house::{ADMINISTRATOR, NADIA, get, in_each_house};
use axum::http::StatusCode;
use serde_json::Value;

/// Everything a seller can read that is made of customers.
const READS: [&str; 12] = [
    "/api/customers?limit=500",
    "/api/customers?limit=500&sort=-past_revenue",
    "/api/customers?limit=500&filter=owner%20is%20not%20empty",
    "/api/customers?limit=500&filter=not%20(owner%20=%20%22Nadia%20Roche%22)",
    "/api/customers?limit=500&q=P1",
    "/api/customers/fields",
    "/api/customers/export",
    "/api/customers/export?columns=name,owner,expected_value,past_revenue",
    "/api/portfolio",
    "/api/search?q=P1",
    "/api/search?q=Caf%C3%A9",
    "/api/views",
];

#[test]
fn a_seller_reads_nobody_elses_customers_and_no_margin_by_any_way() {
    in_each_house(|house| async move {
        let nadia = house.sign_in(NADIA).await;
        let own = format!("/api/customers/{}", house.customer("N5"));
        let (timeline, outlook) = (format!("{own}/timeline"), format!("{own}/outlook"));
        for path in READS.iter().copied().chain([own.as_str(), timeline.as_str(), outlook.as_str()]) {
            let reply = get(path).by(&nadia).of(&house).await;
            assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
            let text = reply.text();
            for secret in ["Café P", "Paul Petit", "Café X", "43.21", "\"past_margin\":{", "p1.example"] {
                assert!(!text.contains(secret), "{path} tells {secret}: {text}");
            }
        }
        let list = get(READS[0]).by(&nadia).of(&house).await.json();
        assert_eq!(list["total"], 20);
        assert!(list["sums"].get("past_margin").is_none());
        assert_eq!(list["sums"]["expected_value"], list["sums"]["expected_spend"], "spend stands for value");
    });
}

#[test]
fn an_administrator_reads_all_of_it() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let list = get("/api/customers?limit=500").by(&ann).of(&house).await.json();
        assert_eq!(list["total"], 41);
        assert_eq!(list["rows"].as_array().unwrap().len(), 41);
        let bought = list["rows"].as_array().unwrap().iter().find(|row| row["name"] == "Café N5").unwrap();
        assert_eq!(bought["past_margin"]["amount"], "216.05");
        assert_eq!(bought["transactions"], 5);
        let one = get(&format!("/api/customers/{}", house.customer("P5"))).by(&ann).of(&house).await.json();
        assert_eq!(one["measure"], "margin");
        assert_eq!(one["attributes"][0]["source"], "shop");
        let portfolio = get("/api/portfolio").by(&ann).of(&house).await.json();
        assert_eq!(portfolio["customers"], 41);
        assert!(portfolio["expected"]["lo95"]["amount"].is_string(), "{portfolio}");
        let levels: u64 =
            portfolio["levels"].as_array().unwrap().iter().map(|l| l["customers"].as_u64().unwrap()).sum();
        assert_eq!(levels + portfolio["prospects"].as_u64().unwrap(), 41);
    });
}

#[test]
fn the_list_goes_on_where_it_ended_and_sums_are_those_of_all_of_it() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let page = |offset: u32, limit: u32| {
            let path = format!("/api/customers?sort=-past_revenue,name&offset={offset}&limit={limit}");
            get(&path).by(&ann).of(&house)
        };
        let whole = page(0, 100).await.json();
        let parts = [page(0, 17).await.json(), page(17, 17).await.json(), page(34, 17).await.json()];
        let rows: Vec<Value> =
            parts.iter().flat_map(|part| part["rows"].as_array().unwrap().clone()).collect();
        assert_eq!(Value::from(rows), whole["rows"]);
        assert!(
            parts.iter().all(|part| part["sums"] == whole["sums"] && part["version"] == whole["version"])
        );
        assert_eq!(page(5_000, 10).await.json()["rows"], serde_json::json!([]));
        assert_eq!(page(0, 501).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    });
}

#[test]
fn a_timeline_is_read_in_parts_and_from_any_fact() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let base = format!("/api/customers/{}/timeline", house.customer("N6"));
        let whole = get(&format!("{base}?kind=sale")).by(&ann).of(&house).await.json();
        let facts = whole["facts"].as_array().unwrap().clone();
        assert_eq!(facts.len(), 6, "{whole}");
        assert_eq!(whole["next"], Value::Null);
        let first = get(&format!("{base}?kind=sale&limit=4")).by(&ann).of(&house).await.json();
        let next = first["next"].as_str().unwrap();
        let second = get(&format!("{base}?kind=sale&limit=4&before={next}")).by(&ann).of(&house).await.json();
        let parts: Vec<Value> = [&first, &second]
            .into_iter()
            .flat_map(|part| part["facts"].as_array().unwrap().clone())
            .collect();
        assert_eq!(parts, facts);
        let id = facts[3]["id"].as_i64().unwrap();
        let around = get(&format!("{base}?around={id}")).by(&ann).of(&house).await.json();
        assert!(around["facts"].as_array().unwrap().iter().any(|fact| fact["id"] == id), "{around}");
        let found = get(&format!("{base}?q=secret")).by(&ann).of(&house).await.json();
        assert_eq!(found["facts"].as_array().unwrap().len(), 6);
        for wrong in ["before=yesterday", "before=1.x", "kind=everything"] {
            let refused = get(&format!("{base}?{wrong}")).by(&ann).of(&house).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
    });
}

#[test]
fn an_export_is_the_list_as_a_file() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let path =
            "/api/customers/export?columns=name,city,past_revenue&filter=city%20=%20besancon&sort=name";
        let file = get(path).by(&ann).of(&house).await;
        assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        let text = file.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "\u{feff}name,city,past_revenue");
        assert_eq!(lines.len(), 21, "{text}");
        assert!(lines[1..].iter().all(|line| line.contains(",Besançon,")));
        assert_eq!(
            get("/api/customers/export?columns=name,password_hash").by(&ann).of(&house).await.code(),
            "unknown_field"
        );
    });
}
