//! The model page's routes: nothing before the first valuation, everything after it, and nothing for sellers.

use super::house::{ADMINISTRATOR, NADIA, ask, get, in_each_house};
use axum::http::StatusCode;
use serde_json::json;

#[test]
fn the_models_are_told_after_a_valuation_and_only_to_whom_may_see_margins() {
    in_each_house(|house| async move {
        let (ann, nadia) = (house.sign_in(ADMINISTRATOR).await, house.sign_in(NADIA).await);
        for path in ["/api/model", "/api/model/backtest"] {
            assert_eq!(get(path).by(&nadia).of(&house).await.status, StatusCode::FORBIDDEN);
        }
        let order =
            ask("POST", "/api/valuations").by(&ann).json(&json!({ "horizon": "6m" })).of(&house).await;
        assert_eq!(order.status, StatusCode::ACCEPTED);
        house.work().await;
        let model = get("/api/model").by(&ann).of(&house).await.json();
        let fit = &model["fit"];
        assert_eq!((&fit["horizon_days"], &fit["currency"]), (&json!(183), &json!("EUR")), "{model}");
        let weights: f64 =
            fit["members"].as_array().unwrap().iter().filter_map(|one| one["weight"].as_f64()).sum();
        assert!((weights - 1.0).abs() < 1e-9);
        let run = house.store(|store| store.newest_valuation()).unwrap().expect("the base was valued");
        assert_eq!(fit["name"], json!(run.model));
        // The base's past is long enough, or the page is told that it is not.
        let back = get("/api/model/backtest").by(&ann).of(&house).await.json()["backtest"].clone();
        assert!(back.is_null() || back["plots"].as_array().is_some_and(|plots| !plots.is_empty()), "{back}");
    });
}
