//! Opening the house: once, by whoever has the console (A12, U25).

use super::house::{Ask, House, ask, get, in_each_house, in_each_new_house};
use axum::http::StatusCode;
use serde_json::{Value, json};

fn body(token: &str, email: &str) -> Value {
    json!({ "token": token, "name": "Ann", "email": email, "password": "a long enough password",
        "company": "Torréfaction Ann", "currency": "eur" })
}

fn open(token: &str, email: &str) -> Ask {
    ask("POST", "/api/first-run").json(&body(token, email))
}

#[test]
fn the_token_on_the_console_makes_the_first_administrator() {
    in_each_new_house(|house, token| async move {
        assert_eq!(get("/api/session").of(&house).await.json()["state"], "first_run");
        let wrong = open("0123", "ann@shop.example").of(&house).await;
        assert_eq!((wrong.status, wrong.code()), (StatusCode::FORBIDDEN, "wrong_token".to_string()));
        let opened = open(&token, "Ann@Shop.example").of(&house).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
        assert_eq!(opened.json()["company"], json!({ "name": "Torréfaction Ann", "currency": "EUR" }));
        let portfolio = get("/api/portfolio").by(&opened.cookie()).of(&house).await;
        assert_eq!(portfolio.status, StatusCode::OK);
        assert_eq!(portfolio.json()["expected"], Value::Null, "an empty base has no value yet");
        assert_eq!(get("/api/session").of(&house).await.json()["state"], "signed_out");
        assert!(house.try_sign_in("ann@shop.example", "a long enough password").await.status.is_success());
    });
}

#[test]
fn of_two_who_open_at_once_one_is_first() {
    in_each_new_house(|house, token| async move {
        let (one, two) = tokio::join!(
            open(&token, "ann@shop.example").of(&house),
            open(&token, "eve@evil.example").of(&house)
        );
        let mut statuses = [one.status, two.status];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::CREATED, StatusCode::FORBIDDEN]);
        assert_eq!(house.store(|store| store.staff_list()).unwrap().len(), 1);
    });
}

#[test]
fn an_open_house_cannot_be_opened_again() {
    in_each_house(|house| async move {
        let token =
            house.store(|store| crate::access::first_run::console_token(store, house.app.now())).unwrap();
        assert_eq!(token, None, "no token is made");
        let before = house.state();
        let refused = open("whatever", "eve@evil.example").of(&house).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(house.state() == before);
    });
}

#[test]
fn a_token_of_yesterday_opens_nothing_and_bad_values_are_named() {
    in_each_new_house(|house, token| async move {
        for (field, value, code) in [
            ("password", "short", "weak_password"),
            ("password", "changeme1234567", "weak_password"),
            ("email", "ann", "bad_email"),
            ("name", "  ", "blank"),
            ("company", "a\nb", "bad_text"),
            ("currency", "XXQ", "unknown_currency"),
        ] {
            let mut wrong = body(&token, "ann@shop.example");
            wrong[field] = value.into();
            let refused = ask("POST", "/api/first-run").json(&wrong).from([10, 0, 0, 1]).of(&house).await;
            assert_eq!(refused.code(), code, "{field}");
            assert_eq!(refused.json()["error"]["field"], field);
            house.wait(16 * 60);
        }
        house.wait(25 * 3600);
        assert_eq!(open(&token, "ann@shop.example").of(&house).await.code(), "wrong_token");
        assert_first_run(&house).await;
    });
}

/// Once the page proposed euros, and a base of pounds became one of euros.
#[test]
fn a_base_with_sales_keeps_their_currency() {
    in_each_new_house(|house, token| async move {
        let before = get("/api/session").of(&house).await.json();
        assert_eq!((&before["has_facts"], &before["settled_currency"]), (&json!(false), &Value::Null));
        house.store(super::house::import_pounds);
        let session = get("/api/session").of(&house).await.json();
        assert_eq!((&session["has_facts"], &session["settled_currency"]), (&json!(true), &json!("GBP")));
        let refused = open(&token, "ann@shop.example").of(&house).await;
        assert_eq!(
            (refused.status, refused.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "currency_fixed".to_string())
        );
        assert_eq!(refused.json()["error"]["field"], "currency");
        let message = refused.json()["error"]["message"].to_string();
        assert!(message.contains("stays GBP") && message.contains("another company"), "{message}");
        let mut pounds = body(&token, "ann@shop.example");
        pounds["currency"] = "GBP".into();
        let opened = ask("POST", "/api/first-run").json(&pounds).of(&house).await;
        assert_eq!(opened.status, StatusCode::CREATED, "a refusal leaves the token good: {}", opened.text());
        assert_eq!(
            (&opened.json()["has_facts"], &opened.json()["company"]["currency"]),
            (&json!(true), &json!("GBP"))
        );
        house.work().await;
        let portfolio = get("/api/portfolio").by(&opened.cookie()).of(&house).await.json();
        assert_eq!(portfolio["past"]["revenue"]["currency"], "GBP", "{portfolio}");
        let company = get("/api/company").by(&opened.cookie()).of(&house).await.json();
        assert_eq!((&company["currency_fixed"], &company["currencies"]), (&json!(true), &json!(["GBP"])));
    });
}

async fn assert_first_run(house: &House) {
    assert_eq!(get("/api/session").of(house).await.json()["state"], "first_run");
}
