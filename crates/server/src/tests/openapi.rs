//! The committed document is what the server says.

use crate::http::routes::{document, table};
use std::collections::BTreeSet;

#[test]
fn the_committed_document_is_what_the_server_says() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");
    let committed = std::fs::read_to_string(file).expect("openapi.json is committed");
    assert!(
        committed.trim_end() == document().trim_end(),
        "openapi.json is not what the server says; write it anew with `cargo run -- openapi > openapi.json`"
    );
}

#[test]
fn every_route_is_in_the_document_once() {
    let document: serde_json::Value = serde_json::from_str(&document()).expect("the document is JSON");
    assert_eq!(document["openapi"], "3.1.0");
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let routes: Vec<_> =
        table().iter().map(|route| (route.method.to_string(), route.path.to_string())).collect();
    assert_eq!(routes.len(), described.len(), "a route stands in the table twice, or is not described");
    assert_eq!(routes.into_iter().collect::<BTreeSet<_>>(), described);
    let mut operations = BTreeSet::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap().to_string();
            assert!(operations.insert(id.clone()), "two operations are called {id}");
            assert!(operation["summary"].is_string(), "{id} is not explained");
        }
    }
}
