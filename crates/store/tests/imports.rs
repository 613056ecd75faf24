//! What becomes of the rows of a file, told twice, mended, interrupted and taken back.

mod common;

use common::*;
use ledger::{Attribute, Fact, FactBody, FactKind, Moment, Quantity, Request};
use store::{Counts, Entry, Error, RejectedRow, Store, TimelineQuery};

use access::Reader;

fn shop() -> Vec<Entry> {
    vec![
        sale("C1", on(2026, 1, 5), "A1", "lamp", 4_000),
        sale("C1", on(2026, 2, 7), "A2", "lamp", 4_000),
        sale("C2", on(2026, 2, 8), "A3", "chair", 9_050),
        sale("C2", on(2026, 2, 9), "A3", "chair", -9_050),
        sale("", on(2026, 3, 1), "A4", "desk", 20_000),
    ]
}

/// Sums of standing sales: customers', and those of nobody.
fn revenue(store: &Store) -> (i64, i64) {
    store.link(now(), |_, _| Ok(())).unwrap();
    let sales = store.sales(today(), |_, _| Ok(())).unwrap();
    let customers = sales.customers.iter().map(|id| sales.activity[*id as usize].revenue).sum();
    (customers, sales.unattributed.1)
}

#[test]
fn the_same_file_again_changes_nothing() {
    each_store(|store| {
        let (_, first) = import(store, "shop", "orders.csv", shop());
        assert_eq!(first, Counts { created: 5, without_customer: 1, returns: 1, ..Counts::default() });
        let before = revenue(store);
        assert_eq!(before, (8_000, 20_000));
        let (_, again) = import(store, "shop", "orders.csv", shop());
        assert_eq!(again, Counts { unchanged: 5, ..Counts::default() });
        assert_eq!(revenue(store), before);
    });
}

#[test]
fn a_row_told_twice_in_one_file_counts_once() {
    each_store(|store| {
        let mut rows = shop();
        rows.push(sale("C1", on(2026, 1, 5), "A1", "lamp", 4_000));
        let mut session = store.begin_import(&new_import("shop", "orders.csv")).unwrap();
        store.append(&mut session, rows, &[]).unwrap();
        // The same row again, in a later batch of the same file.
        store.append(&mut session, vec![sale("C2", on(2026, 2, 8), "A3", "chair", 9_050)], &[]).unwrap();
        assert_eq!((session.counts.created, session.counts.duplicate, session.counts.read()), (5, 2, 7));
        assert_eq!(revenue(store), (8_000, 20_000));
    });
}

#[test]
fn a_shop_without_line_numbers_may_keep_its_repeats() {
    each_store(|store| {
        let twice = || vec![sale("C1", on(2026, 1, 5), "A1", "lamp", 4_000); 3];
        for (created, unchanged) in [(3, 0), (0, 3)] {
            let new = store::NewImport { keep_repeats: true, ..new_import("shop", "till.csv") };
            let mut session = store.begin_import(&new).unwrap();
            store.append(&mut session, twice(), &[]).unwrap();
            assert_eq!((session.counts.created, session.counts.unchanged), (created, unchanged));
        }
        assert_eq!(revenue(store), (12_000, 0));
    });
}

/// Sixty lines of as many orders, with a weight and a distance or without them.
fn shipped(kg: Option<i64>, reference: bool) -> Vec<Entry> {
    let line = |n: i64| {
        let mut entry = sale("C1", on(2026, 1, 5), &format!("A{n}"), "lamp", 4_000 + n);
        let fact = entry.fact.as_mut().unwrap();
        fact.reference = reference.then(|| format!("A{n}/1"));
        let FactBody::Sale(line) = &mut fact.body else { unreachable!("it is a sale") };
        (line.kg, line.km) = (kg.map(Quantity), kg.map(|_| Quantity(12_000)));
        entry
    };
    (0..60).map(line).collect()
}

#[test]
fn weights_read_from_the_same_file_later_make_no_line_new() {
    each_store(|store| {
        let (bare, counts) = import(store, "shop", "orders.csv", shipped(None, false));
        assert_eq!(counts.created, 60);
        let before = revenue(store);
        let (_, weighed) = import(store, "shop", "orders.csv", shipped(Some(1_500), false));
        assert_eq!(weighed, Counts { unchanged: 60, ..Counts::default() });
        assert_eq!(revenue(store), before);
        // Once the import is undone, the lines come in with their weights, and without them they are the same again.
        store.undo_import(bare, now(), |_| Ok(())).unwrap();
        for created in [60, 0] {
            let kg = (created > 0).then_some(1_500);
            let (_, counts) = import(store, "shop", "orders.csv", shipped(kg, false));
            assert_eq!((counts.created, counts.unchanged), (created, 60 - created));
            assert_eq!(revenue(store), before);
        }
    });
}

#[test]
fn a_weight_corrects_the_line_of_its_reference() {
    each_store(|store| {
        import(store, "shop", "orders.csv", shipped(None, true));
        let before = revenue(store);
        for (kg, updated) in [(1_500, 60), (1_500, 0), (1_750, 60)] {
            let (_, counts) = import(store, "shop", "orders.csv", shipped(Some(kg), true));
            assert_eq!((counts.created, counts.updated, counts.unchanged), (0, updated, 60 - updated));
        }
        assert_eq!(revenue(store), before);
    });
}

fn ticket(closed: Option<Moment>) -> Entry {
    let request = Request {
        subject: Some("Lamp broken".to_string()),
        opened: on(2026, 4, 1),
        closed,
        channel: Some("email".to_string()),
    };
    Entry {
        row: 2,
        customer: Some("C1".to_string()),
        attributes: Default::default(),
        fact: Some(Fact {
            happened_at: on(2026, 4, 1),
            reference: Some("T-77".to_string()),
            body: FactBody::Request(request),
        }),
    }
}

#[test]
fn a_changed_row_replaces_the_fact_of_its_reference_and_undo_brings_it_back() {
    each_store(|store| {
        import(store, "desk", "monday.csv", vec![ticket(None)]);
        let (friday, counts) = import(store, "desk", "friday.csv", vec![ticket(Some(on(2026, 4, 3)))]);
        assert_eq!(counts, Counts { updated: 1, ..Counts::default() });
        store.link(now(), |_, _| Ok(())).unwrap();
        let open = || {
            let sales = store.sales(today(), |_, _| Ok(())).unwrap();
            sales.activity[sales.customers[0] as usize].open_requests
        };
        assert_eq!(open(), 0);
        let oldest = || {
            let page = store.customer(&Reader::house(), 1, today()).unwrap().unwrap();
            page.oldest_open_request
        };
        assert_eq!(oldest(), None, "a closed request is not open");
        let facts = store.timeline(&Reader::house(), 1, &all_facts()).unwrap().unwrap().facts;
        assert_eq!(facts.len(), 1, "the replaced fact no longer stands");
        assert_eq!(facts[0].closed, Some(on(2026, 4, 3)));

        assert_eq!(store.undo_import(friday, now(), |_| Ok(())).unwrap().withdrawn, 1);
        assert_eq!(open(), 1, "the request is open again");
        assert_eq!(oldest(), Some(facts[0].happened_at.day()));
        let (_, again) = import(store, "desk", "friday.csv", vec![ticket(Some(on(2026, 4, 3)))]);
        assert_eq!(again.updated, 1, "the same file may come in again");
        assert_eq!(open(), 0);
        let (_, same) = import(store, "desk", "friday.csv", vec![ticket(Some(on(2026, 4, 3)))]);
        assert_eq!(same.unchanged, 1);
        assert!(store.doctor(today()).unwrap().is_healthy());
    });
}

fn all_facts() -> TimelineQuery {
    TimelineQuery { limit: 50, ..TimelineQuery::default() }
}

#[test]
fn an_undone_import_leaves_no_trace_in_sums_and_may_come_in_again() {
    each_store(|store| {
        let (kept, _) =
            import(store, "shop", "january.csv", vec![sale("C1", on(2026, 1, 1), "A0", "bulb", 300)]);
        let (undone, _) = import(store, "shop", "orders.csv", shop());
        assert_eq!(revenue(store), (8_300, 20_000));
        assert_eq!(store.undo_import(undone, now(), |_| Ok(())).unwrap().withdrawn, 5);
        assert_eq!(revenue(store), (300, 0));
        let everybody = store.search(&Reader::house(), "C2", 9).unwrap();
        assert!(everybody.is_empty(), "C2 was known from the undone file only: {everybody:?}");
        assert!(matches!(store.undo_import(undone, now(), |_| Ok(())), Err(Error::Refused(_))));
        let (_, again) = import(store, "shop", "orders.csv", shop());
        assert_eq!(again.created, 5);
        assert_eq!(revenue(store), (8_300, 20_000));
        assert!(store.import(kept).unwrap().unwrap().undone_at.is_none());
        assert!(store.doctor(today()).unwrap().is_healthy());
    });
}

/// Rows that a later file told again were withdrawn with the file that told them first, and nobody was told.
#[test]
fn taking_an_import_back_names_the_files_to_import_again() {
    each_store(|store| {
        let (january, _) = import(store, "shop", "january.csv", shop()[..2].to_vec());
        let (year, _) = import(store, "shop", "year.csv", shop());
        import(store, "till", "till.csv", shop()[..1].to_vec());
        import(store, "till", "again.csv", shop()[..1].to_vec());
        let undone = store.undo_import(january, now(), |_| Ok(())).unwrap();
        assert_eq!(undone.withdrawn, 2);
        let file_name = "year.csv".to_string();
        assert_eq!(undone.told_again, [store::ToldAgain { import: year, file_name, rows: 2, records: 0 }]);
        let (_, again) = import(store, "shop", "year.csv", shop());
        assert_eq!((again.created, again.unchanged), (2, 3), "importing it again brings them back");
        let undone = store.undo_import(year, now(), |_| Ok(())).unwrap();
        assert_eq!(undone.told_again.len(), 1, "the file that came in again told three of its rows");
        assert!(store.doctor(today()).unwrap().is_healthy());
    });
}

/// Once the e-mail that a later file told as well was gone with the first, and nobody said so.
#[test]
fn an_attribute_that_another_file_told_too_names_that_file() {
    each_store(|store| {
        let line = |order: &str, month| Entry {
            attributes: said(&[(Attribute::Email, "anne@roux.example")]),
            ..sale("C1", on(2026, month, 1), order, "lamp", 100)
        };
        let (first, _) = import(store, "shop", "u1.csv", vec![line("A1", 1)]);
        let (second, counts) = import(store, "shop", "u2.csv", vec![line("A2", 2)]);
        assert_eq!((counts.created, counts.unchanged), (1, 0));
        let email = || {
            store.link(now(), |_, _| Ok(())).unwrap();
            let page = store.customer(&Reader::house(), 1, today()).unwrap().unwrap();
            page.attributes.into_iter().find(|a| a.attribute == Attribute::Email).map(|a| a.value)
        };
        assert!(email().is_some());
        let undone = store.undo_import(first, now(), |_| Ok(())).unwrap();
        assert_eq!(email(), None);
        let [again] = undone.told_again.as_slice() else { panic!("{undone:?}") };
        assert_eq!(
            (again.import, again.file_name.as_str(), again.rows, again.records),
            (second, "u2.csv", 0, 1)
        );
        let (_, counts) = import(store, "shop", "u2.csv", vec![line("A2", 2)]);
        assert_eq!(counts.unchanged, 1);
        assert!(email().is_some(), "the file read again tells it again");
        // What a standing file told in other words than those that stood comes back by itself.
        let with_city = Entry {
            attributes: said(&[(Attribute::Email, "anne@roux.example"), (Attribute::City, "Lyon")]),
            ..line("A3", 3)
        };
        import(store, "desk", "d1.csv", vec![line("A1", 1)]);
        import(store, "desk", "d2.csv", vec![with_city]);
        let d1 = store.imports().unwrap().into_iter().find(|import| import.file_name == "d1.csv").unwrap();
        assert_eq!(store.undo_import(d1.id, now(), |_| Ok(())).unwrap().told_again, []);
    });
}

#[test]
fn an_undone_description_gives_way_to_the_one_before() {
    each_store(|store| {
        let lyon = describes("C1", &[(Attribute::Name, "Anne Roux"), (Attribute::City, "Lyon")]);
        let nice = describes("C1", &[(Attribute::Name, "Anne Roux"), (Attribute::City, "Nice")]);
        let (_, first) = import(store, "shop", "march.csv", vec![lyon.clone()]);
        assert_eq!(first.created, 1);
        let (april, second) = import(store, "shop", "april.csv", vec![nice.clone(), nice]);
        assert_eq!((second.updated, second.duplicate), (1, 1));
        let city = || {
            store.link(now(), |_, _| Ok(())).unwrap();
            let page = store.customer(&Reader::house(), 1, today()).unwrap().unwrap();
            page.attributes.into_iter().find(|a| a.attribute == Attribute::City).map(|a| a.value)
        };
        assert_eq!(city().as_deref(), Some("Nice"));
        store.undo_import(april, now(), |_| Ok(())).unwrap();
        assert_eq!(city().as_deref(), Some("Lyon"));
        let (_, same) = import(store, "shop", "march.csv", vec![lyon]);
        assert_eq!(same.unchanged, 1);
    });
}

#[test]
fn what_order_lines_say_of_a_customer_settles_whatever_their_order() {
    each_store(|store| {
        let line = |at, order: &str, country: &str| Entry {
            attributes: said(&[(Attribute::Country, country)]),
            ..sale("C1", at, order, "lamp", 100)
        };
        let rows = || {
            vec![
                line(on(2026, 3, 1), "A3", "France"),
                line(on(2026, 1, 1), "A1", "Spain"),
                line(on(2026, 4, 1), "A4", "Belgium"),
                line(on(2026, 2, 1), "A2", "Spain"),
            ]
        };
        import(store, "shop", "orders.csv", rows());
        store.link(now(), |_, _| Ok(())).unwrap();
        let facts = || store.timeline(&Reader::house(), 1, &all_facts()).unwrap().unwrap().facts;
        let before = facts();
        let (_, again) = import(store, "shop", "orders.csv", rows());
        assert_eq!(again.unchanged, 4);
        assert_eq!(facts(), before);
        let page = store.customer(&Reader::house(), 1, today()).unwrap().unwrap();
        assert_eq!(page.attributes[0].value, "Belgium");
        assert_eq!(page.counts[&FactKind::Sale], 4);
    });
}

#[test]
fn an_interrupted_import_goes_on_after_its_last_whole_batch() {
    each_store(|store| {
        let rows = shop();
        let bad = RejectedRow {
            row: 4,
            column: Some("amount".to_string()),
            code: "bad_amount".to_string(),
            cause: "\"12,x\" is no amount\0".to_string(),
            remedy: "write a number".to_string(),
            said: None,
            cells: vec!["C9".to_string(), "12,x\0".to_string()],
        };
        let mut session = store.begin_import(&new_import("shop", "orders.csv")).unwrap();
        let import = session.import;
        store.append(&mut session, rows[..2].to_vec(), std::slice::from_ref(&bad)).unwrap();
        drop(session);

        let found = store.import(import).unwrap().unwrap();
        assert_eq!((found.rows_done, found.finished_at), (3, None));
        let mut session = store.resume_import(import, false, now()).unwrap();
        store.append(&mut session, rows[2..].to_vec(), &[]).unwrap();
        store.finish_import(&session, now()).unwrap();
        assert_eq!((session.counts.created, session.counts.invalid, session.rows_done), (5, 1, 6));
        assert_eq!(revenue(store), (8_000, 20_000));
        assert!(matches!(store.resume_import(import, false, now()), Err(Error::Refused(_))));
        let mut rejected = Vec::new();
        store
            .each_rejection(import, |row| {
                rejected.push(row);
                Ok(())
            })
            .unwrap();
        assert_eq!(
            rejected[0].cells,
            ["C9", "12,x\u{fffd}"],
            "a NUL is kept as a sign that both databases can hold"
        );
        assert_eq!(store.rejection_summary(import).unwrap()[0].count, 1);
        assert!(store.doctor(today()).unwrap().is_healthy());
    });
}

#[test]
fn a_rehearsal_counts_and_leaves_nothing() {
    each_store(|store| {
        import(store, "shop", "january.csv", shop()[..2].to_vec());
        let rehearsed = store
            .rehearse_import(&new_import("shop", "orders.csv"), |append| append(shop(), &[]).map(|_| ()))
            .unwrap();
        assert_eq!((rehearsed.created, rehearsed.unchanged), (3, 2));
        assert_eq!(store.imports().unwrap().len(), 1);
        assert_eq!(revenue(store), (8_000, 0));
        let stopped =
            store.rehearse_import(&new_import("shop", "x.csv"), |_| Err(Error::Refused("no".into())));
        assert!(matches!(stopped, Err(Error::Refused(why)) if why == "no"));
    });
}

/// An import that was stopped and begun anew was listed as incomplete for ever.
#[test]
fn an_import_begun_anew_is_part_of_the_one_that_was_completed() {
    each_store(|store| {
        let mut stopped = store.begin_import(&new_import("shop", "orders.csv")).unwrap();
        store.append(&mut stopped, shop()[..2].to_vec(), &[]).unwrap();
        let part = stopped.import;
        drop(stopped);
        let listed = || store.imports().unwrap().iter().map(|import| import.id).collect::<Vec<_>>();
        assert_eq!(listed(), [part]);
        let other = store::NewImport { file_hash: "other".into(), ..new_import("shop", "other.csv") };
        let session = store.begin_import(&other).unwrap();
        store.finish_import(&session, now()).unwrap();
        assert_eq!(listed(), [session.import, part], "another file changes nothing");
        let (whole, counts) = import(store, "shop", "orders.csv", shop());
        assert_eq!((counts.created, counts.unchanged), (3, 2));
        assert_eq!(listed(), [whole, session.import]);
        assert_eq!(store.import(part).unwrap().unwrap().begun_anew_by, Some(whole));
        let refused = store.resume_import(part, false, now()).unwrap_err().to_string();
        assert!(refused.contains(&format!("begun anew as import {whole}")), "{refused}");
        let undone = store.undo_import(whole, now(), |_| Ok(())).unwrap();
        assert_eq!((undone.withdrawn, undone.told_again), (5, vec![]), "its first part goes with it");
        assert_eq!(revenue(store), (0, 0));
        assert!(store.doctor(today()).unwrap().is_healthy());
    });
}

/// A rehearsal held the one writer of a file for as long as it lasted: nobody could sign in meanwhile.
#[test]
fn others_write_while_a_rehearsal_is_under_way() {
    each_store(|store| {
        let rehearsed = store.rehearse_import(&new_import("shop", "orders.csv"), |append| {
            append(shop()[..2].to_vec(), &[])?;
            store.put_setting("meanwhile", "written")?;
            import(store, "till", "till.csv", shop());
            append(shop(), &[]).map(|_| ())
        });
        let counts = rehearsed.unwrap();
        assert_eq!((counts.created, counts.duplicate), (5, 2));
        assert_eq!(store.setting("meanwhile").unwrap().as_deref(), Some("written"));
        let sources = store.sources().unwrap();
        assert_eq!(sources.iter().map(|source| source.name.as_str()).collect::<Vec<_>>(), ["till"]);
    });
}

#[test]
fn a_rehearsal_foretells_what_the_import_then_does() {
    each_store(|store| {
        let mut seed = 5;
        for step in 0..25 {
            let batches: Vec<Vec<Entry>> = (0..1 + dice(&mut seed, 3))
                .map(|_| {
                    (0..1 + dice(&mut seed, 8))
                        .map(|_| {
                            let told =
                                (dice(&mut seed, 3) == 0).then(|| (Attribute::City, dice(&mut seed, 3)));
                            let customer = dice(&mut seed, 4);
                            let mut entry =
                                row(customer, dice(&mut seed, 9), 100 + dice(&mut seed, 3) as i64, told);
                            if let Some(fact) = entry.fact.as_mut().filter(|_| dice(&mut seed, 2) == 0) {
                                fact.reference = None;
                                entry.attributes =
                                    said(&[(Attribute::Owner, &format!("seller {}", dice(&mut seed, 2)))]);
                            }
                            entry
                        })
                        .collect()
                })
                .collect();
            let new = store::NewImport {
                keep_repeats: step % 5 == 4,
                ..new_import("shop", &format!("{step}.csv"))
            };
            let foretold = store
                .rehearse_import(&new, |append| {
                    batches.iter().try_for_each(|batch| append(batch.clone(), &[]).map(|_| ()))
                })
                .unwrap();
            let mut session = store.begin_import(&new).unwrap();
            for batch in batches {
                store.append(&mut session, batch, &[]).unwrap();
            }
            store.finish_import(&session, now()).unwrap();
            assert_eq!(foretold, session.counts, "step {step}");
        }
    });
}

#[test]
fn a_failed_batch_leaves_the_base_as_it_was() {
    each_store(|store| {
        let mut session = store.begin_import(&new_import("shop", "orders.csv")).unwrap();
        let bad = |row| RejectedRow {
            row,
            column: None,
            code: "x".to_string(),
            cause: "x".to_string(),
            remedy: "x".to_string(),
            said: None,
            cells: vec![],
        };
        // The same row cannot be rejected twice: the whole batch is refused.
        assert!(store.append(&mut session, shop(), &[bad(7), bad(7)]).is_err());
        assert_eq!(session.counts, Counts::default());
        drop(session);
        assert_eq!(revenue(store), (0, 0));
    });
}

/// A chance that is the same each time.
fn dice(seed: &mut u64, sides: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % sides
}

/// One row of a made-up file: a sale with a reference, or what a source says of a customer.
fn row(customer: u64, reference: u64, cents: i64, told: Option<(Attribute, u64)>) -> Entry {
    let name = format!("C{customer}");
    match told {
        Some((attribute, value)) => describes(&name, &[(attribute, &format!("value {value}"))]),
        None => {
            let mut entry = sale(&name, on(2026, 1, 1), "A", "lamp", cents);
            entry.fact.as_mut().unwrap().reference = Some(format!("R{reference}"));
            entry
        }
    }
}

/// Once attributes went with the file that told them first, though a standing one told them too: whatever files are taken
/// back, what stands is what the others told, or the files to read again are named, and reading them again mends it.
#[test]
fn whatever_is_taken_back_what_standing_files_told_is_there_or_they_are_named() {
    each_store(|store| {
        let mut seed = 23;
        for round in 0..8 {
            let source = format!("shop {round}");
            let mut files: Vec<(i64, String, Vec<Entry>)> = Vec::new();
            for file in 0..5 {
                let rows: Vec<Entry> = (0..2)
                    .map(|place| {
                        let attribute = [Attribute::City, Attribute::Email][dice(&mut seed, 2) as usize];
                        let value = format!("{attribute:?} of it");
                        let at = on(2026, 1 + dice(&mut seed, 6) as i8, 1);
                        let line = sale(
                            &format!("{round} C{}", dice(&mut seed, 2)),
                            at,
                            &format!("{file} {place}"),
                            "lamp",
                            100,
                        );
                        Entry { attributes: said(&[(attribute, value.as_str())]), ..line }
                    })
                    .collect();
                let name = format!("{round} {file}.csv");
                files.push((import(store, &source, &name, rows.clone()).0, name, rows));
            }
            let (undone, ..) = files.remove(dice(&mut seed, 5) as usize);
            let named = store.undo_import(undone, now(), |_| Ok(())).unwrap().told_again;
            let shown = || {
                store.link(now(), |_, _| Ok(())).unwrap();
                let sales = store.sales(today(), |_, _| Ok(())).unwrap();
                let mut shown = std::collections::BTreeSet::new();
                for id in &sales.customers {
                    let page = store.customer(&Reader::house(), *id, today()).unwrap().unwrap();
                    shown.extend(page.attributes.into_iter().map(|a| (a.record_key, a.attribute, a.value)));
                }
                shown.retain(|(key, ..)| key.starts_with(&format!("{round} ")));
                shown
            };
            let told: std::collections::BTreeSet<_> = files
                .iter()
                .flat_map(|(.., rows)| rows)
                .flat_map(|row| {
                    row.attributes.iter().map(|(a, v)| (row.customer.clone().unwrap(), *a, v.clone()))
                })
                .collect();
            let after = shown();
            assert!(after.is_subset(&told), "round {round}");
            for missing in told.difference(&after) {
                let tells = |rows: &[Entry]| {
                    rows.iter().any(|row| {
                        row.customer.as_ref() == Some(&missing.0) && row.attributes.contains_key(&missing.1)
                    })
                };
                for (number, name, rows) in files.iter().filter(|(.., rows)| tells(rows)) {
                    assert!(
                        named.iter().any(|told| told.import == *number && told.records > 0),
                        "round {round}: {name}"
                    );
                    import(store, &source, name, rows.clone());
                }
            }
            assert_eq!(shown(), told, "round {round}");
            assert!(store.doctor(today()).unwrap().is_healthy());
        }
    });
}

/// Undoing once put back what a standing fact had replaced, so that sales counted twice, and left attributes that
/// only the undone file had told.
#[test]
fn any_imports_and_undos_leave_what_the_files_that_stand_would_have_told_alone() {
    each_store(|store| {
        let mut seed = 11;
        let mut files: Vec<(i64, Vec<Entry>, bool)> = Vec::new();
        for step in 0..60 {
            if step % 3 == 2 {
                let chosen = dice(&mut seed, files.len() as u64) as usize;
                if files[chosen].2 {
                    store.undo_import(files[chosen].0, now(), |_| Ok(())).unwrap();
                    files[chosen].2 = false;
                }
            } else {
                let rows: Vec<Entry> = (0..1 + dice(&mut seed, 4))
                    .map(|_| {
                        let attribute = [Attribute::City, Attribute::Email][dice(&mut seed, 2) as usize];
                        let told = (dice(&mut seed, 3) == 0).then(|| (attribute, dice(&mut seed, 3)));
                        let reference = dice(&mut seed, 5);
                        row(reference % 2, reference, 100 + 10 * dice(&mut seed, 3) as i64, told)
                    })
                    .collect();
                // Rows told again unchanged are withdrawn with the file that told them first: told apart here by
                // taking each file's rows as its own only where they changed something.
                let (number, counts) = import(store, "shop", &format!("{step}.csv"), rows.clone());
                if counts.unchanged + counts.duplicate > 0 {
                    store.undo_import(number, now(), |_| Ok(())).unwrap();
                } else {
                    files.push((number, rows, true));
                }
            }
            store.link(now(), |_, _| Ok(())).unwrap();
            let report = store.doctor(today()).unwrap();
            assert!(report.is_healthy(), "step {step}: {report:?}");
            let standing = files.iter().filter(|(.., stands)| *stands).flat_map(|(_, rows, _)| rows);
            let mut amounts = std::collections::BTreeMap::new();
            let mut attributes = std::collections::BTreeMap::new();
            for entry in standing {
                match &entry.fact {
                    Some(fact) => {
                        let FactBody::Sale(line) = &fact.body else {
                            unreachable!("only sales are made here")
                        };
                        amounts.insert(fact.reference.clone(), line.amount.minor);
                    }
                    None => attributes.extend(
                        entry.attributes.iter().map(|(a, v)| ((entry.customer.clone(), *a), v.clone())),
                    ),
                }
            }
            let sales = store.sales(today(), |_, _| Ok(())).unwrap();
            let revenue: i64 = sales.customers.iter().map(|id| sales.activity[*id as usize].revenue).sum();
            assert_eq!(revenue, amounts.values().sum::<i64>(), "step {step}");
            let mut shown = std::collections::BTreeMap::new();
            for id in &sales.customers {
                let page = store.customer(&Reader::house(), *id, today()).unwrap().unwrap();
                shown.extend(
                    page.attributes.into_iter().map(|a| ((Some(a.record_key), a.attribute), a.value)),
                );
            }
            assert_eq!(shown, attributes, "step {step}");
        }
    });
}
