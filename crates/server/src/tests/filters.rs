//! Filters and orders from outside: what is wrong is told, what is meant to break in does not (A14).

use super::house::{ADMINISTRATOR, House, NADIA, Reply, get, in_each_house};
use axum::http::StatusCode;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

async fn list(house: &House, cookie: &str, filter: &str, sort: &str, q: &str) -> Reply {
    let path = format!("/api/customers?limit=5&filter={}&sort={}&q={}", code(filter), code(sort), code(q));
    get(&path).by(cookie).of(house).await
}

/// Percent-encoding of everything.
fn code(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn every_field_can_be_filtered_and_sorted_by_on_both_databases() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        for field in access::Field::ALL {
            let name = field.name();
            let value = match field.field_type() {
                access::FieldType::Text => "\"a\"".to_string(),
                access::FieldType::Number => "1.5".to_string(),
                access::FieldType::Money => "10.50".to_string(),
                access::FieldType::Day => "-1y".to_string(),
                access::FieldType::Share => "50%".to_string(),
                access::FieldType::Choice => field.choices()[0].name.to_string(),
            };
            let mut filters = vec![
                format!("{name} = {value}"),
                format!("{name} != {value}"),
                format!("{name} in ({value}, {value})"),
                format!("{name} is empty"),
                format!("not {name} is not empty"),
            ];
            if field.ordered() {
                filters.extend(["<", "<=", ">", ">="].map(|sign| format!("{name} {sign} {value}")));
            }
            if field.searchable() {
                filters.push(format!("{name} ~ {value}"));
            }
            for filter in filters {
                let yes = list(&house, &ann, &filter, "", "").await;
                assert_eq!(yes.status, StatusCode::OK, "{filter}: {}", yes.text());
                let no = list(&house, &ann, &format!("not ({filter})"), "", "").await;
                let total = |reply: &Reply| reply.json()["total"].as_u64().unwrap();
                assert_eq!(total(&yes) + total(&no), 41, "a test is true or false: {filter}");
            }
            if field.sortable() {
                for sort in [name.to_string(), format!("-{name}")] {
                    let sorted = list(&house, &ann, "", &sort, "").await;
                    assert_eq!(sorted.status, StatusCode::OK, "{sort}: {}", sorted.text());
                }
            }
        }
    });
}

#[test]
fn all_that_facts_come_to_can_be_filtered_by_on_both_databases() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        for facts in access::FactsOf::ALL {
            let mut tallies = vec![format!("count({})", facts.name())];
            tallies.push(format!(
                "count({} where day >= -1y and text ~ \"'; drop table fact; --\")",
                facts.name()
            ));
            if facts.has_amounts() {
                tallies.push(format!("sum({} where source != \"x\" and amount > 1.50)", facts.name()));
            }
            for tally in tallies {
                for sign in ["=", "!=", "<", "<=", ">", ">="] {
                    let filter = format!("{tally} {sign} 1");
                    let yes = list(&house, &ann, &filter, "", "").await;
                    assert_eq!(yes.status, StatusCode::OK, "{filter}: {}", yes.text());
                    let no = list(&house, &ann, &format!("not ({filter})"), "", "").await;
                    let total = |reply: &Reply| reply.json()["total"].as_u64().unwrap();
                    assert_eq!(total(&yes) + total(&no), 41, "a test is true or false: {filter}");
                }
            }
        }
        let some = list(&house, &ann, "count(sale) >= 1", "", "").await.json()["total"].as_u64().unwrap();
        assert!((1..41).contains(&some), "{some} of 41 have bought");
        // A seller counts the facts that he sees, of his own customers; costs do not exist for him.
        let nadia = house.sign_in(NADIA).await;
        let own = list(&house, &nadia, "count(sale) >= 0", "", "").await.json()["total"].as_u64().unwrap();
        let all = list(&house, &nadia, "", "", "").await.json()["total"].as_u64().unwrap();
        assert!(own == all && all < 41, "{own} {all}");
        for filter in ["count(cost) >= 0", "sum(cost where day > -1y) > 5"] {
            let refused = list(&house, &nadia, filter, "", "").await;
            assert_eq!(
                (refused.status, refused.code()),
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid_filter".to_string())
            );
        }
    });
}

#[test]
fn what_looks_like_sql_is_text() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        for text in [
            "x' or '1'='1",
            "'; drop table customer; --",
            "c%n",
            "ca_é",
            "c\\fé",
            "x$1",
            "x?1",
            "x\u{0}1",
            "c\u{0}f",
        ] {
            let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
            for filter in [
                format!("name = \"{quoted}\""),
                format!("name ~ \"{quoted}\""),
                format!("source ~ \"{quoted}\""),
            ] {
                let reply = list(&house, &ann, &filter, "", "").await;
                assert_eq!(reply.status, StatusCode::OK, "{filter:?}: {}", reply.text());
                assert_eq!(reply.json()["total"], 0, "{filter:?} is no wildcard");
            }
            assert!(!list(&house, &ann, "", "", text).await.status.is_server_error(), "q = {text:?}");
            let search = get(&format!("/api/search?q={}", code(text))).by(&ann).of(&house).await;
            assert_eq!(search.status, StatusCode::OK, "search {text:?}: {}", search.text());
        }
        for text in ["%", "_", "\\\\", "\u{0}", "🙂", "$1"] {
            let reply = list(&house, &ann, &format!("city ~ \"{text}\""), "", text).await;
            assert_eq!(reply.status, StatusCode::OK, "{text:?}: {}", reply.text());
        }
        for sort in ["name;drop table customer", "(select 1)", "name asc", "customer.id", "1", "name--"] {
            assert_eq!(list(&house, &ann, "", sort, "").await.code(), "invalid_sort", "{sort}");
        }
    });
}

#[test]
fn a_mistake_is_told_with_its_place() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        let reply = list(&house, &ann, "city = Lyon and nom = x", "", "").await;
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid_filter".to_string())
        );
        let error = &reply.json()["error"];
        assert_eq!(error["field"], "filter");
        assert_eq!(error["details"]["problem"], "unknown_field");
        assert_eq!(error["details"]["start"], 16);
    });
}

#[test]
fn a_hidden_field_tells_nothing_by_filter_or_order() {
    in_each_house(|house| async move {
        let nadia = house.sign_in(NADIA).await;
        let hidden = list(&house, &nadia, "past_margin > 0", "", "").await;
        let unknown = list(&house, &nadia, "past_morgin > 0", "", "").await;
        assert_eq!((hidden.status, hidden.code()), (unknown.status, unknown.code()));
        assert_eq!(list(&house, &nadia, "", "-past_margin", "").await.code(), "invalid_sort");
        assert_eq!(
            list(&house, &nadia, "expected_value > 1", "-expected_value", "").await.status,
            StatusCode::OK
        );
    });
}

#[test]
fn no_filter_from_outside_makes_an_answer_of_500() {
    in_each_house(|house| async move {
        let ann = house.sign_in(ADMINISTRATOR).await;
        const WORDS: [&str; 37] = [
            "city",
            "level",
            "last_purchase",
            "past_revenue",
            "p_alive",
            "source",
            "name",
            "=",
            "!=",
            "<",
            ">=",
            "~",
            "in",
            "is",
            "not",
            "empty",
            "and",
            "or",
            "(",
            ")",
            ",",
            "\"",
            "'",
            "\\",
            "-3m",
            "-99999d",
            "today",
            "50%",
            "strategic",
            "1.5",
            "999999999999.99",
            "lyon",
            "%",
            ";",
            "--",
            "é",
            "\u{0}",
        ];
        let text =
            proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..14).prop_map(|w| w.join(" "));
        let mut runner = TestRunner::new(Config { cases: 300, ..Config::default() });
        let handle = tokio::runtime::Handle::current();
        let outcome = tokio::task::block_in_place(|| {
            runner.run(&(text, ".{0,20}"), |(filter, noise)| {
                for filter in [filter, noise] {
                    let reply = handle.block_on(list(&house, &ann, &filter, "", ""));
                    prop_assert!(!reply.status.is_server_error(), "{filter:?}: {}", reply.text());
                }
                Ok(())
            })
        });
        outcome.expect("no filter breaks the list");
    });
}
