//! What is expected of one customer, and why: the same as the valuation says, by rights, never a blank.

use super::house::{ADMINISTRATOR, House, NADIA, ask, get, in_each_house};
use axum::http::StatusCode;
use serde_json::{Value, json};

async fn outlook(house: &House, cookie: &str, key: &str) -> Value {
    let path = format!("/api/customers/{}/outlook", house.customer(key));
    let reply = get(&path).by(cookie).of(house).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    reply.json()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("no number: {value}"))
}

fn amount(value: &Value) -> f64 {
    value["amount"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("no amount: {value}"))
}

#[test]
fn an_outlook_says_what_the_valuation_says_and_why() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let told = outlook(&house, &ann, "N5").await;
        let page = get(&format!("/api/customers/{}", house.customer("N5"))).by(&ann).of(&house).await.json();
        let (buyer, value) = (&told["buyer"], &page["value"]);
        assert_eq!((&told["basis"], &told["measure"]), (&json!("own"), &json!("margin")));
        assert_eq!(told["as_of"], value["as_of"]);
        let last = &buyer["course"][3];
        assert!((number(&buyer["p_alive"]) - number(&value["p_alive"])).abs() < 1e-9, "{told} {page}");
        let expected = number(&value["expected_transactions"]);
        assert!((number(&last["transactions"]) - expected).abs() < 1e-9 * expected, "{told} {page}");
        assert_eq!(last["transactions_hi80"], value["expected_transactions_hi80"]);
        assert!((amount(&last["value"]) - amount(&value["expected_value"])).abs() < 0.02, "{told} {page}");

        // Café N5 bought on the 6th of five months from June on.
        let why = &buyer["why"];
        assert_eq!(why["purchases"], 5);
        assert_eq!(why["usual_gap_days"], 30.5);
        assert!(number(&why["if_bought_today"]["transactions"]) >= expected);
        assert!(number(&why["if_silent"]["transactions"]) <= expected);
        let weights: f64 =
            buyer["members"].as_array().unwrap().iter().map(|member| number(&member["weight"])).sum();
        assert!((weights - 1.0).abs() < 1e-9);
    });
}

#[test]
fn a_newcomer_and_a_prospect_are_never_blank() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let newcomer = outlook(&house, &ann, "N1").await;
        assert_eq!(newcomer["basis"], "newcomer");
        assert!(amount(&newcomer["buyer"]["course"][3]["value"]) > 0.0, "{newcomer}");
        let prospect = outlook(&house, &ann, "N0").await;
        assert_eq!((&prospect["basis"], &prospect["buyer"]), (&json!("equivalents"), &Value::Null));
        let told = &prospect["prospect"];
        assert!(amount(&told["value"]) > 0.0 && amount(&told["lo95"]) >= 0.0, "{told}");
        assert!(
            amount(&told["lo95"]) <= amount(&told["lo80"]) && amount(&told["hi80"]) <= amount(&told["hi95"])
        );
        assert!(told["customers"].as_u64() > told["bought"].as_u64(), "{told}");
        assert_eq!(told["rests_on"][0]["group"], "everybody");
    });
}

#[test]
fn margins_stay_hidden_from_sellers() {
    in_each_house(|house| async move {
        let (ann, nadia) = (house.sign_in(ADMINISTRATOR).await, house.sign_in(NADIA).await);
        for key in ["N5", "N1", "N0"] {
            let (whole, hers) = (outlook(&house, &ann, key).await, outlook(&house, &nadia, key).await);
            assert_eq!(hers["measure"], "spend");
            let value = |told: &Value| match &told["buyer"] {
                Value::Null => amount(&told["prospect"]["value"]),
                buyer => amount(&buyer["value_per_purchase"]),
            };
            // A margin of 43.21 on purchases of more than a hundred.
            assert!(value(&hers) > 2.0 * value(&whole), "{key}: {hers} {whole}");
        }
        let path = format!("/api/customers/{}/outlook", house.customer("P1"));
        assert_eq!(get(&path).by(&nadia).of(&house).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn the_discount_rate_is_the_companys_and_told() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let residual = async |rate: f64| {
            let body = json!({ "discount_rate": rate, "log_begins": null });
            let put = ask("PUT", "/api/valuation-settings").by(&ann).json(&body).of(&house).await;
            assert_eq!((put.status, &put.json()["discount_rate"]), (StatusCode::OK, &json!(rate)));
            let told = outlook(&house, &ann, "N5").await;
            assert_eq!(told["buyer"]["discount_rate"], rate);
            told["buyer"]["residual_transactions"].clone()
        };
        let usual = get("/api/valuation-settings").by(&ann).of(&house).await.json();
        assert_eq!(usual, json!({ "discount_rate": 0.1, "log_begins": null }));
        let (low, high) = (residual(0.05).await, residual(0.5).await);
        assert!(number(&low) > number(&high), "{low} {high}");
        let least = residual(0.001).await;
        assert!(number(&least) > number(&low), "{least}");
        for (field, body) in [
            ("discount_rate", json!({ "discount_rate": -0.1, "log_begins": null })),
            ("discount_rate", json!({ "discount_rate": 0.0, "log_begins": null })),
            ("discount_rate", json!({ "discount_rate": 0.000_1, "log_begins": null })),
            ("discount_rate", json!({ "discount_rate": 1.5, "log_begins": null })),
            ("log_begins", json!({ "discount_rate": 0.1, "log_begins": "soon" })),
            ("log_begins", json!({ "discount_rate": 0.1, "log_begins": "2999-01-01" })),
        ] {
            let refused = ask("PUT", "/api/valuation-settings").by(&ann).json(&body).of(&house).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
            assert_eq!(refused.json()["error"]["field"], field);
        }
    });
}
