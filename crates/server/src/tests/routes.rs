//! Every route × every role × own, other's and missing records: the status, and nothing changed by a refusal (A1).

use super::house::{ADMINISTRATOR, Ask, House, NADIA, Reply, ask, in_each_house};
use crate::http::guard::Who;
use crate::http::routes::table;
use access::{Right, Role};
use axum::http::StatusCode;
use serde_json::{Value, json};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asker {
    Nobody,
    Seller,
    Administrator,
}

/// Which record is named, where a route names one.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Record {
    Own,
    Others,
    Missing,
}

/// What a route needs in order to be asked well.
fn body(method: &str, path: &str) -> Option<Value> {
    let mapping = json!({ "kind": "sales", "currency": "EUR", "format": { "type": "delimited" },
        "columns": { "customer": "customer", "date": "date", "amount": "amount" } });
    let view = json!({ "name": "Mine", "shared": false, "query": { "filter": "city = Lyon" } });
    Some(match (method, path) {
        ("POST", "/api/session") => json!({ "email": "nobody@shop.example", "password": "wrong" }),
        ("POST", "/api/session/link") => json!({ "token": "0" }),
        ("PUT", "/api/session/password") => json!({ "current": "wrong", "new": "another long password" }),
        ("POST", "/api/first-run") => json!({ "token": "0", "name": "Eve", "email": "eve@evil.example",
            "password": "a long enough password", "company": "Evil", "currency": "EUR" }),
        ("PUT", "/api/company") => json!({ "name": "Renamed", "currency": "EUR" }),
        ("POST", "/api/staff") => {
            json!({ "name": "Eve", "email": "eve@evil.example", "role": "administrator",
            "password": "a long enough password", "owner_name": null })
        }
        ("PUT", "/api/staff/{id}") => {
            json!({ "role": "administrator", "owner_name": null, "disabled": false })
        }
        ("PUT", "/api/valuation-settings") => json!({ "discount_rate": 0.08, "log_begins": "2024-01-01" }),
        ("PUT", "/api/catalogue") => json!({ "version": 0, "activities": [] }),
        ("POST", "/api/catalogue/preview") => json!({ "activities": [] }),
        ("POST", "/api/catalogue/confirm") => json!({ "version": 0, "activities": [] }),
        ("PUT", "/api/level-rules") => {
            json!({ "version": 0, "rules": crate::coherence::rules::LevelRules::default() })
        }
        ("POST", "/api/level-rules/preview") => json!(crate::coherence::rules::LevelRules::default()),
        ("POST", "/api/worklist/{id}/decision") => json!({ "decision": "accept", "note": "as proposed" }),
        ("POST", "/api/valuations") => json!({ "horizon": "6m" }),
        ("POST", "/api/views") => view,
        ("PUT", "/api/views/{id}") => view,
        ("PUT", "/api/uploads/{id}/format") => json!({ "format": { "delimiter": ";" } }),
        ("POST", "/api/uploads/{id}/check") => json!({ "mapping": mapping }),
        ("POST", "/api/imports") => {
            json!({ "upload": "0", "source": "shop", "mapping": mapping, "dry_run": true })
        }
        _ => return None,
    })
}

/// The address with a record in it.
fn address(house: &House, views: (i64, i64), path: &str, record: Record) -> String {
    let id = match (path, record) {
        (path, Record::Missing) if path.starts_with("/api/uploads/") => "f".repeat(32),
        (path, _) if path.starts_with("/api/uploads/") => "0".repeat(32),
        (path, _) if path.starts_with("/api/templates/") => String::new(),
        (_, Record::Missing) => "987654".to_string(),
        (path, Record::Own) if path.starts_with("/api/views/") => views.0.to_string(),
        (path, Record::Others) if path.starts_with("/api/views/") => views.1.to_string(),
        (path, Record::Own) if path.starts_with("/api/customers/") => house.customer("N1").to_string(),
        (path, Record::Others) if path.starts_with("/api/customers/") => house.customer("P1").to_string(),
        _ => "1".to_string(),
    };
    let kind = if record == Record::Missing { "nothing" } else { "sales" };
    let path = match path {
        "/api/uploads" => "/api/uploads?name=a.csv",
        "/api/classes/bargain-hunters" => "/api/classes/bargain-hunters?kind=promotions",
        "/api/accounts/facts" => "/api/accounts/facts?of=nobody",
        "/api/accounts/facts/export" => "/api/accounts/facts/export?of=unpriced",
        "/api/migrations/customers" => "/api/migrations/customers?before=d1&after=none",
        path => path,
    };
    path.replace("{id}", &id).replace("{kind}", kind)
}

fn refused(who: Who, asker: Asker) -> Option<StatusCode> {
    let may = |right: Right| match asker {
        Asker::Nobody => false,
        Asker::Seller => Role::Seller.may(right),
        Asker::Administrator => Role::Administrator.may(right),
    };
    match who {
        Who::Anybody => None,
        _ if asker == Asker::Nobody => Some(StatusCode::UNAUTHORIZED),
        Who::SignedIn => None,
        Who::With(right) => (!may(right)).then_some(StatusCode::FORBIDDEN),
    }
}

#[test]
fn every_route_gives_each_role_what_the_table_says_and_a_refusal_changes_nothing() {
    in_each_house(|house| async move {
        let seller = house.sign_in(NADIA).await;
        let administrator = house.sign_in(ADMINISTRATOR).await;
        let views = (add_view(&house, &seller).await, add_view(&house, &administrator).await);
        let mut asked = 0;
        for route in table() {
            // Signing out is told in the stories of sessions: here it would end ours.
            if (route.method, route.path) == ("DELETE", "/api/session") {
                continue;
            }
            let names_a_record = route.path.contains('{');
            let records: &[Record] =
                if names_a_record { &[Record::Missing, Record::Others, Record::Own] } else { &[Record::Own] };
            for asker in [Asker::Nobody, Asker::Seller, Asker::Administrator] {
                for record in records {
                    let path = address(&house, views, route.path, *record);
                    let before = house.state();
                    let uploads = house.uploads();
                    let request = with_body(ask(route.method, &path), route.method, route.path);
                    let reply = match asker {
                        Asker::Nobody => request,
                        Asker::Seller => request.by(&seller),
                        Asker::Administrator => request.by(&administrator),
                    }
                    .of(&house)
                    .await;
                    let case = format!("{} {path} by {asker:?} ({record:?}): {}", route.method, reply.text());
                    expect(&reply, route.who, route.path, asker, *record, &case);
                    if !reply.status.is_success() {
                        assert!(house.state() == before, "changed by a refusal: {case}");
                        assert_eq!(house.uploads(), uploads, "kept a file of a refusal: {case}");
                    }
                    asked += 1;
                }
            }
        }
        assert!(asked > 150, "the table has become small: {asked}");
    });
}

fn with_body(request: Ask, method: &str, path: &str) -> Ask {
    match body(method, path) {
        Some(body) => request.json(&body),
        None if path == "/api/uploads" => request.raw("customer,date,amount\nA,2026-01-01,3\n"),
        None => request,
    }
}

fn expect(reply: &Reply, who: Who, path: &str, asker: Asker, record: Record, case: &str) {
    assert!(!reply.status.is_server_error(), "{case}");
    if let Some(status) = refused(who, asker) {
        assert_eq!(reply.status, status, "{case}");
        return;
    }
    if who != Who::Anybody {
        assert_ne!(reply.status, StatusCode::UNAUTHORIZED, "{case}");
        assert_ne!(reply.status, StatusCode::FORBIDDEN, "{case}");
    }
    if path.contains('{') && record == Record::Missing {
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{case}");
    }
    let is_scoped = path.starts_with("/api/customers/{id}");
    if is_scoped && record == Record::Others && asker == Asker::Seller {
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{case}");
    }
    if is_scoped && record != Record::Missing && asker == Asker::Administrator {
        assert_eq!(reply.status, StatusCode::OK, "{case}");
    }
    if is_scoped && record == Record::Own {
        assert_eq!(reply.status, StatusCode::OK, "{case}");
    }
}

async fn add_view(house: &House, cookie: &str) -> i64 {
    let body = json!({ "name": "A view", "shared": false, "query": {} });
    let reply = ask("POST", "/api/views").by(cookie).json(&body).of(house).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    reply.json()["id"].as_i64().expect("a view has a number")
}

#[test]
fn a_view_is_its_owners_to_change_and_only_administrators_share() {
    in_each_house(|house| async move {
        let (nadia, ann) = (house.sign_in(NADIA).await, house.sign_in(ADMINISTRATOR).await);
        let hers = add_view(&house, &ann).await;
        let body = json!({ "name": "Stolen", "shared": false, "query": {} });
        for method in ["PUT", "DELETE"] {
            let reply = ask(method, &format!("/api/views/{hers}")).by(&nadia).json(&body).of(&house).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND);
        }
        let shared = json!({ "name": "For all", "shared": true, "query": { "columns": [{ "name": "past_margin", "width": 100 }] } });
        let refused = ask("POST", "/api/views")
            .by(&nadia)
            .json(&json!({ "name": "x", "shared": true, "query": {} }))
            .of(&house)
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert_eq!(
            ask("POST", "/api/views").by(&ann).json(&shared).of(&house).await.status,
            StatusCode::CREATED
        );
        for query in [json!({ "filter": "past_margin > 100" }), json!({ "sort": "-past_margin" })] {
            let by_margin = json!({ "name": "By margin", "shared": true, "query": query });
            let added = ask("POST", "/api/views").by(&ann).json(&by_margin).of(&house).await;
            assert_eq!(added.status, StatusCode::CREATED);
        }
        let seen = ask("GET", "/api/views").by(&nadia).of(&house).await.json();
        let seen = seen.as_array().expect("views are a list");
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert_eq!(seen[0]["mine"], false);
        assert_eq!(seen[0]["query"]["columns"], json!([]), "a column she may not see is not named");
    });
}

#[test]
fn fields_nobody_asked_for_are_refused() {
    in_each_house(|house| async move {
        let nadia = house.sign_in(NADIA).await;
        for body in [
            json!({ "name": "x", "shared": false, "query": {}, "staff_id": 1 }),
            json!({ "name": "x", "shared": false, "query": {}, "id": 1 }),
            json!({ "name": "x", "shared": false, "query": { "owner": "Paul Petit" } }),
        ] {
            let reply = ask("POST", "/api/views").by(&nadia).json(&body).of(&house).await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.text());
        }
    });
}
