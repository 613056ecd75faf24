//! Coming in and going out (A9–A11, A13, A40).

use super::house::{ADMINISTRATOR, NADIA, PASSWORD, PROXY, ask, get, in_a_house_at, in_each_house};
use axum::http::{StatusCode, header};
use serde_json::json;

#[test]
fn who_signs_in_gets_a_session_of_his_own_that_signing_out_ends() {
    in_each_house(|house| async move {
        let reply = house.try_sign_in(&ADMINISTRATOR.to_uppercase(), PASSWORD).await;
        assert_eq!(reply.json()["state"], "signed_in");
        assert_eq!(reply.json()["rights"], json!({ "margin": true, "import": true, "administer": true }));
        let line = reply.headers[header::SET_COOKIE].to_str().unwrap().to_string();
        assert!(
            line.contains("HttpOnly") && line.contains("SameSite=Lax") && line.contains("Path=/"),
            "{line}"
        );
        assert!(!line.contains("Secure"), "without https a browser would drop it: {line}");
        let cookie = reply.cookie();
        assert_eq!(get("/api/portfolio").by(&cookie).of(&house).await.status, StatusCode::OK);
        let out = ask("DELETE", "/api/session").by(&cookie).of(&house).await;
        assert_eq!(out.status, StatusCode::NO_CONTENT);
        assert!(out.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
        assert_eq!(get("/api/portfolio").by(&cookie).of(&house).await.status, StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn behind_https_the_cookie_is_bound_to_the_host() {
    in_a_house_at("https://crm.shop.example", |house| async move {
        let body = json!({ "email": ADMINISTRATOR, "password": PASSWORD });
        let reply = ask("POST", "/api/session")
            .header("origin", "https://crm.shop.example")
            .json(&body)
            .of(&house)
            .await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        let line = reply.headers[header::SET_COOKIE].to_str().unwrap().to_string();
        assert!(line.starts_with("__Host-clientela=") && line.contains("; Secure"), "{line}");
        assert!(reply.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        let foreign = ask("POST", "/api/session")
            .header("origin", "http://127.0.0.1:4810")
            .json(&body)
            .of(&house)
            .await;
        assert_eq!(foreign.code(), "foreign_request");
    });
}

#[test]
fn a_wrong_password_and_an_unknown_account_look_the_same() {
    in_each_house(|house| async move {
        let wrong = house.try_sign_in(ADMINISTRATOR, "not this one").await;
        let unknown = house.try_sign_in("nobody@shop.example", "not this one").await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        let shape = |reply: &super::house::Reply| {
            let mut json = reply.json();
            json["error"]["reference"] = "".into();
            (reply.status, json)
        };
        assert_eq!(shape(&wrong), shape(&unknown));
        assert!(wrong.cookie().is_empty());
    });
}

#[test]
fn guessing_becomes_slow_and_locks_nobody_else_out() {
    in_each_house(|house| async move {
        for _ in 0..5 {
            assert_eq!(house.try_sign_in(ADMINISTRATOR, "guess").await.status, StatusCode::UNAUTHORIZED);
        }
        let stopped = house.try_sign_in(ADMINISTRATOR, PASSWORD).await;
        assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(stopped.code(), "too_many_attempts");
        assert!(stopped.headers.contains_key(header::RETRY_AFTER));
        let body = json!({ "email": ADMINISTRATOR, "password": PASSWORD });
        let elsewhere = ask("POST", "/api/session").from([10, 0, 0, 9]).json(&body).of(&house).await;
        assert_eq!(elsewhere.status, StatusCode::OK, "she can still sign in from her desk");
        house.wait(16 * 60);
        assert_eq!(house.try_sign_in(ADMINISTRATOR, PASSWORD).await.status, StatusCode::OK);
    });
}

#[test]
fn a_forwarded_address_is_not_believed() {
    in_each_house(|house| async move {
        let body = json!({ "email": ADMINISTRATOR, "password": "guess" });
        for n in 0..5 {
            let spoofed = format!("203.0.113.{n}");
            ask("POST", "/api/session").header("x-forwarded-for", &spoofed).json(&body).of(&house).await;
        }
        let sixth = ask("POST", "/api/session")
            .header("x-forwarded-for", "203.0.113.77")
            .json(&body)
            .of(&house)
            .await;
        assert_eq!(sixth.status, StatusCode::TOO_MANY_REQUESTS);
    });
}

#[test]
fn a_proxy_that_was_named_is_believed_in_its_last_word_only() {
    in_each_house(|house| async move {
        let body = json!({ "email": ADMINISTRATOR, "password": "guess" });
        let attempt = |forwarded: &str| {
            ask("POST", "/api/session").from(PROXY).header("x-forwarded-for", forwarded).json(&body)
        };
        for n in 0..5 {
            let made_up_before = format!("192.0.2.{n}, 203.0.113.7");
            assert_eq!(attempt(&made_up_before).of(&house).await.status, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(attempt("192.0.2.99, 203.0.113.7").of(&house).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(attempt("203.0.113.8").of(&house).await.status, StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn signing_in_again_ends_the_session_before() {
    in_each_house(|house| async move {
        let before = house.sign_in(ADMINISTRATOR).await;
        let body = json!({ "email": ADMINISTRATOR, "password": PASSWORD });
        let after = ask("POST", "/api/session").by(&before).json(&body).of(&house).await.cookie();
        assert_ne!(before, after);
        assert_eq!(get("/api/portfolio").by(&before).of(&house).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(get("/api/portfolio").by(&after).of(&house).await.status, StatusCode::OK);
    });
}

#[test]
fn a_session_ends_when_it_is_not_used_and_at_last_in_any_case() {
    in_each_house(|house| async move {
        let idle = house.sign_in(ADMINISTRATOR).await;
        house.wait(12 * 3600 + 1);
        assert_eq!(get("/api/portfolio").by(&idle).of(&house).await.status, StatusCode::UNAUTHORIZED);
        let busy = house.sign_in(ADMINISTRATOR).await;
        for _ in 0..16 {
            house.wait(10 * 3600);
            assert_eq!(get("/api/portfolio").by(&busy).of(&house).await.status, StatusCode::OK);
            // Its use is kept beside the request.
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        house.wait(10 * 3600);
        assert_eq!(
            get("/api/portfolio").by(&busy).of(&house).await.status,
            StatusCode::UNAUTHORIZED,
            "after a week"
        );
    });
}

#[test]
fn a_new_password_ends_every_session_but_gives_a_new_one() {
    in_each_house(|house| async move {
        let (laptop, phone) = (house.sign_in(NADIA).await, house.sign_in(NADIA).await);
        let wrong = json!({ "current": "not this one", "new": "an even longer password" });
        let refused = ask("PUT", "/api/session/password").by(&laptop).json(&wrong).of(&house).await;
        assert_eq!(refused.code(), "wrong_credentials");
        let weak = json!({ "current": PASSWORD, "new": "short" });
        assert_eq!(
            ask("PUT", "/api/session/password").by(&laptop).json(&weak).of(&house).await.code(),
            "weak_password"
        );
        let link = house.link_for(NADIA);
        let change = json!({ "current": PASSWORD, "new": "an even longer password" });
        let changed = ask("PUT", "/api/session/password").by(&laptop).json(&change).of(&house).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
        for ended in [&laptop, &phone] {
            assert_eq!(get("/api/portfolio").by(ended).of(&house).await.status, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(get("/api/portfolio").by(&changed.cookie()).of(&house).await.status, StatusCode::OK);
        let by_link = ask("POST", "/api/session/link").json(&json!({ "token": link })).of(&house).await;
        assert_eq!(by_link.status, StatusCode::UNAUTHORIZED, "a link from before is worth nothing");
        assert_eq!(house.try_sign_in(NADIA, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(house.try_sign_in(NADIA, "an even longer password").await.status, StatusCode::OK);
    });
}

#[test]
fn a_sign_in_link_works_once_and_not_for_long() {
    in_each_house(|house| async move {
        let link = house.link_for(NADIA);
        let body = json!({ "token": link });
        let first = ask("POST", "/api/session/link").json(&body).of(&house).await;
        assert_eq!(first.json()["staff"]["email"], NADIA);
        let second = ask("POST", "/api/session/link").json(&body).of(&house).await;
        assert_eq!((second.status, second.code()), (StatusCode::UNAUTHORIZED, "wrong_token".to_string()));
        let old = house.link_for(NADIA);
        house.wait(3601);
        let late = ask("POST", "/api/session/link").json(&json!({ "token": old })).of(&house).await;
        assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn a_change_comes_from_our_own_page_or_not_at_all() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let body = json!({ "name": "Renamed", "currency": "EUR" });
        let change = || ask("PUT", "/api/company").by(&ann).json(&body);
        assert_eq!(change().without("x-clientela").of(&house).await.code(), "foreign_request");
        assert_eq!(
            change().header("origin", "https://evil.example").of(&house).await.code(),
            "foreign_request"
        );
        assert_eq!(change().header("origin", "null").of(&house).await.code(), "foreign_request");
        let form =
            ask("PUT", "/api/company").by(&ann).header("content-type", "text/plain").raw(body.to_string());
        assert_eq!(form.of(&house).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let company = house.store(|store| store.company()).unwrap().unwrap();
        assert_eq!(company.name, "Torréfaction Ann", "none of these changed anything");
        assert_eq!(
            change().header("origin", "http://127.0.0.1:4810").of(&house).await.status,
            StatusCode::OK
        );
    });
}

#[test]
fn only_names_of_ours_are_answered() {
    in_each_house(|house| async move {
        for (host, status) in [
            ("127.0.0.1:4810", StatusCode::OK),
            ("localhost:4810", StatusCode::OK),
            ("[::1]:4810", StatusCode::OK),
            ("evil.example:4810", StatusCode::MISDIRECTED_REQUEST),
            ("127.0.0.1.evil.example", StatusCode::MISDIRECTED_REQUEST),
            ("", StatusCode::MISDIRECTED_REQUEST),
        ] {
            let reply = get("/api/session").without("host").header("host", host).of(&house).await;
            assert_eq!(reply.status, status, "{host}");
        }
    });
}

#[test]
fn a_made_up_session_is_none() {
    in_each_house(|house| async move {
        let made_up = format!("clientela={}", "0".repeat(64));
        assert_eq!(get("/api/portfolio").by(&made_up).of(&house).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(
            get("/api/portfolio").by("clientela=' or 1=1 --").of(&house).await.status,
            StatusCode::UNAUTHORIZED
        );
    });
}
