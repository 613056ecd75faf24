//! The people of the house and its company, as an administrator looks after them.

use super::house::{ADMINISTRATOR, NADIA, ask, get, in_each_house};
use axum::http::StatusCode;
use serde_json::{Value, json};

#[test]
fn somebody_is_invited_comes_in_by_the_link_and_is_let_out_again() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let new =
            json!({ "name": "Zoé Blin", "email": "zoe@shop.example", "role": "seller", "owner_name": "Zoé" });
        let added = ask("POST", "/api/staff").by(&ann).json(&new).of(&house).await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.text());
        let zoe = added.json();
        assert_eq!((&zoe["has_password"], &zoe["disabled_at"]), (&json!(false), &Value::Null));
        let person = format!("/api/staff/{}", zoe["id"]);
        let invite = || ask("POST", &format!("{person}/link")).by(&ann);
        let token = |path: &Value| path.as_str().unwrap().split_once("token=").unwrap().1.to_string();
        let first = token(&invite().of(&house).await.json()["path"]);
        let link = invite().of(&house).await.json();
        let second = token(&link["path"]);
        let enter = |token: String| ask("POST", "/api/session/link").json(&json!({ "token": token }));
        assert_eq!(enter(first).of(&house).await.status, StatusCode::UNAUTHORIZED, "a later link ends it");
        let came = enter(second.clone()).of(&house).await;
        assert_eq!((came.status, &came.json()["staff"]["name"]), (StatusCode::OK, &json!("Zoé Blin")));
        assert_eq!(enter(second).of(&house).await.status, StatusCode::UNAUTHORIZED, "it lets in once");
        let cookie = came.cookie();
        assert_eq!(get("/api/staff").by(&cookie).of(&house).await.status, StatusCode::FORBIDDEN);
        let put = |change: Value| ask("PUT", &person).by(&ann).json(&change);
        let promoted = put(json!({ "role": "administrator", "owner_name": null, "disabled": false }));
        assert_eq!(promoted.of(&house).await.json()["role"], "administrator");
        assert_eq!(get("/api/staff").by(&cookie).of(&house).await.status, StatusCode::OK, "at once");
        let out =
            put(json!({ "role": "administrator", "owner_name": null, "disabled": true })).of(&house).await;
        assert!(out.json()["disabled_at"].is_string(), "{}", out.text());
        assert_eq!(get("/api/customers").by(&cookie).of(&house).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(invite().of(&house).await.code(), "disabled");
        let everybody = get("/api/staff").by(&ann).of(&house).await.json();
        let me =
            everybody.as_array().unwrap().iter().find(|one| one["email"] == ADMINISTRATOR).unwrap().clone();
        let myself = ask("PUT", &format!("/api/staff/{}", me["id"])).by(&ann);
        let alone =
            myself.json(&json!({ "role": "seller", "owner_name": null, "disabled": false })).of(&house).await;
        assert_eq!((alone.status, alone.code()), (StatusCode::CONFLICT, "last_administrator".to_string()));
    });
}

#[test]
fn the_currency_of_a_company_with_sales_stays() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let company = get("/api/company").by(&ann).of(&house).await.json();
        assert_eq!(
            company,
            json!({ "name": "Torréfaction Ann", "currency": "EUR", "currency_fixed": true, "currencies": ["EUR"] })
        );
        let put = |name: &str, currency: &str| {
            ask("PUT", "/api/company").by(&ann).json(&json!({ "name": name, "currency": currency }))
        };
        assert_eq!(put("Brûlerie Ann", "EUR").of(&house).await.status, StatusCode::OK);
        let refused = put("Roast Ltd", "GBP").of(&house).await;
        assert_eq!(refused.json()["error"]["field"], "currency", "{}", refused.text());
        assert_eq!(refused.code(), "currency_fixed");
        assert_eq!(get("/api/company").by(&ann).of(&house).await.json()["name"], "Brûlerie Ann");
        let nadia = house.sign_in(NADIA).await;
        assert_eq!(get("/api/company").by(&nadia).of(&house).await.status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn owners_whom_the_sources_name_are_proposed_until_they_have_an_account() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let told = async || get("/api/staff/owners").by(&ann).of(&house).await.json();
        let owners = told().await;
        let list = owners.as_array().unwrap();
        let nadia = list.iter().find(|one| one["name"] == "Nadia Roche").unwrap();
        assert_eq!(nadia["has_account"], true);
        let filter = "owner%20%3D%20%22Nadia%20Roche%22";
        let hers = get(&format!("/api/customers?filter={filter}&limit=1")).by(&ann).of(&house).await.json();
        assert_eq!(nadia["customers"], hers["total"]);
        let staff = get("/api/staff").by(&ann).of(&house).await.json();
        let account = staff.as_array().unwrap().iter().find(|one| one["email"] == NADIA).unwrap().clone();
        let leave = json!({ "role": "seller", "owner_name": "Nadia Roche", "disabled": true });
        let left =
            ask("PUT", &format!("/api/staff/{}", account["id"])).by(&ann).json(&leave).of(&house).await;
        assert_eq!(left.status, StatusCode::OK, "{}", left.text());
        let owners = told().await;
        let nadia = owners.as_array().unwrap().iter().find(|one| one["name"] == "Nadia Roche").unwrap();
        assert_eq!(nadia["has_account"], false, "nobody who may sign in looks after them now");
    });
}
