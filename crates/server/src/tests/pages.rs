//! The web page's files and the headers around everything (A40).

use super::house::{ADMINISTRATOR, ask, get, in_each_house};
use axum::http::StatusCode;

#[test]
fn every_address_of_the_page_gives_the_page_and_the_api_never_does() {
    in_each_house(|house| async move {
        for path in ["/", "/customers", "/customers/12", "/imports/new?step=map", "/sign-in?token=x"] {
            let page = get(path).of(&house).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
            assert_eq!(page.headers["cache-control"], "no-cache");
        }
        for path in ["/api/nothing", "/api", "/api/customers/1/secrets"] {
            let reply = get(path).of(&house).await;
            assert_eq!(
                (reply.status, reply.code()),
                (StatusCode::NOT_FOUND, "unknown".to_string()),
                "{path}"
            );
        }
        for path in
            ["/assets/nothing.js", "/../Cargo.toml", "/.stamp", "/%2e%2e/Cargo.toml", "/favicon.missing"]
        {
            let reply = get(path).of(&house).await;
            assert!(reply.status == StatusCode::NOT_FOUND || reply.text().starts_with("<!"), "{path}");
            assert!(!reply.text().contains("[workspace]"), "{path}");
        }
        for (method, path) in
            [("POST", "/customers"), ("DELETE", "/api/portfolio"), ("PATCH", "/api/company")]
        {
            let reply = ask(method, path).of(&house).await;
            assert_eq!(
                (reply.status, reply.code()),
                (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed".to_string())
            );
        }
    });
}

#[test]
fn every_answer_keeps_browsers_from_guessing_framing_and_leaking() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        for path in ["/", "/api/session", "/api/portfolio", "/api/nothing", "/assets/nothing.js", "/health"] {
            let reply = get(path).by(&ann).of(&house).await;
            let header =
                |name: &str| reply.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
            assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(header("x-frame-options"), "DENY");
            assert_eq!(header("referrer-policy"), "no-referrer");
            let policy = header("content-security-policy");
            assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"));
            assert!(!policy.contains("script-src") && !policy.contains("unsafe-eval"), "{policy}");
            if path.starts_with("/api") {
                assert_eq!(header("cache-control"), "no-store", "{path}");
            }
        }
    });
}

#[test]
fn a_body_that_is_too_large_or_no_json_is_refused_in_the_one_shape() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let put = || ask("PUT", "/api/company").by(&ann).header("content-type", "application/json");
        let large = put().raw(vec![b' '; 2 << 20]).of(&house).await;
        assert_eq!((large.status, large.code()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large".to_string()));
        let broken = put().raw("{\"name\": ").of(&house).await;
        assert_eq!((broken.status, broken.code()), (StatusCode::BAD_REQUEST, "malformed".to_string()));
        let deep = put().raw("[".repeat(100_000)).of(&house).await;
        assert_eq!(deep.status, StatusCode::BAD_REQUEST);
        assert!(!broken.json()["error"]["reference"].as_str().unwrap().is_empty());
    });
}
