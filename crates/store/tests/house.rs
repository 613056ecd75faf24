//! Accounts, jobs, backups and what the doctor finds, on both databases.

mod common;

use access::{Reader, Role};
use common::*;
use ledger::{Attribute, Currency, Moment};
use store::{Changed, Company, Error, JobState, Location, NewJob, OneTimePurpose, StaffChange, Store};

fn company() -> Company {
    Company { name: "Lampes & Cie".into(), currency: Currency::EUR }
}

fn later(seconds: i64) -> Moment {
    Moment(now().0 + seconds)
}

#[test]
fn only_the_first_of_two_set_ups_makes_an_administrator() {
    each_store(|store| {
        assert!(store.is_first_run().unwrap());
        store.add_one_time_token("t1", OneTimePurpose::FirstRun, None, later(60)).unwrap();
        let run =
            |token: &str, at| store.first_run(token, at, &company(), "Ann", "Ann@Firm.fr ", "hash").unwrap();
        assert_eq!(run("wrong", now()), None);
        assert_eq!(run("t1", later(61)), None, "a token that ran out opens nothing");
        let ann = run("t1", now()).unwrap();
        assert_eq!((ann.email.as_str(), ann.role), ("ann@firm.fr", Role::Administrator));
        assert_eq!(run("t1", now()), None, "a token works once");
        store.add_one_time_token("t2", OneTimePurpose::FirstRun, None, later(60)).unwrap();
        assert_eq!(run("t2", now()), None, "nobody sets up a house that has an administrator");
        assert_eq!(store.company().unwrap(), Some(company()));
        assert_eq!(store.staff_list().unwrap().len(), 1);
    });
}

#[test]
fn a_new_password_ends_every_other_session_and_link() {
    each_store(|store| {
        let ann = store.add_staff("Ann", "ann@firm.fr", Role::Administrator, None, Some("h"), now()).unwrap();
        let taken = store.add_staff("Other", "ANN@firm.fr", Role::Seller, None, None, now());
        assert!(matches!(taken, Err(Error::Refused(_))));
        for token in ["here", "there"] {
            store.add_session(token, ann.id, now(), later(3600)).unwrap();
        }
        store.add_one_time_token("link", OneTimePurpose::SignIn, Some(ann.id), later(600)).unwrap();
        assert_eq!(store.session("here", later(10)).unwrap().unwrap().1.id, ann.id);
        assert_eq!(store.session("here", later(3600)).unwrap(), None, "sessions run out");
        store.set_password(ann.id, "h2", Some("here")).unwrap();
        assert!(store.session("here", now()).unwrap().is_some());
        assert!(store.session("there", now()).unwrap().is_none());
        assert_eq!(store.take_one_time_token("link", OneTimePurpose::SignIn, now()).unwrap(), None);
        store.end_session("here").unwrap();
        assert!(store.session("here", now()).unwrap().is_none());
    });
}

#[test]
fn a_view_is_changed_by_its_owner_only() {
    each_store(|store| {
        let reader = |staff| Reader { staff, role: Role::Seller, owner_name: None };
        let (ann, bob) = (reader(1), reader(2));
        let secret = store.add_view(&ann, "mine", false, true, "{}", now()).unwrap();
        let shared = store.add_view(&ann, "ours", true, true, "{}", now()).unwrap();
        let names = |reader: &Reader| -> Vec<(String, bool)> {
            store.saved_views(reader).unwrap().into_iter().map(|view| (view.name, view.is_default)).collect()
        };
        assert_eq!(names(&ann), [("mine".into(), false), ("ours".into(), true)], "one default at a time");
        assert_eq!(names(&bob), [("ours".into(), true)]);
        assert!(!store.put_view(&bob, shared, "stolen", false, false, "{}").unwrap());
        assert!(!store.remove_view(&bob, secret).unwrap());
        assert_eq!(names(&ann).len(), 2);
        assert!(store.remove_view(&ann, secret).unwrap());
    });
}

fn job(kind: &str) -> NewJob {
    NewJob {
        kind: kind.into(),
        title: kind.into(),
        parameters: "{}".into(),
        unit: "rows".into(),
        created_by: None,
    }
}

#[test]
fn jobs_run_in_order_stop_when_asked_and_survive_their_worker() {
    each_store(|store| {
        let ids: Vec<i64> =
            ["import", "link", "value"].map(|kind| store.add_job(&job(kind), now()).unwrap()).into();
        let first = store.start_next_job(now()).unwrap().unwrap();
        assert_eq!((first.id, first.state), (ids[0], JobState::Running));
        assert!(!store.job_progress(ids[0], 5, Some(10), "rows").unwrap());
        assert!(store.request_cancel(ids[0], now()).unwrap());
        assert!(store.job_progress(ids[0], 6, Some(10), "rows").unwrap(), "it is asked to stop");
        store.finish_job(ids[0], JobState::Cancelled, Some("{\"import\":1}"), None, now()).unwrap();
        assert!(store.request_cancel(ids[1], now()).unwrap());
        assert_eq!(
            store.job(ids[1]).unwrap().unwrap().state,
            JobState::Cancelled,
            "a waiting job ends at once"
        );
        assert_eq!(store.start_next_job(now()).unwrap().unwrap().id, ids[2]);
        assert_eq!(store.interrupt_running_jobs(now()).unwrap(), 1);
        assert_eq!(store.job(ids[2]).unwrap().unwrap().state, JobState::Interrupted);
        assert!(store.requeue_job(ids[0]).unwrap());
        assert!(!store.requeue_job(ids[0]).unwrap(), "it waits already");
        let again = store.start_next_job(now()).unwrap().unwrap();
        assert_eq!((again.id, again.cancel_requested), (ids[0], false));
        assert_eq!(again.result.as_deref(), Some("{\"import\":1}"), "what it must remember is still there");
    });
}

#[test]
fn one_worker_at_a_time_holds_the_lease() {
    each_store(|store| {
        let take = |holder, at, until| store.take_lease("jobs", holder, at, until).unwrap();
        assert!(take("a", now(), later(10)));
        assert!(!take("b", later(5), later(15)));
        assert!(take("a", later(5), later(15)), "the holder renews");
        assert!(take("b", later(16), later(26)), "a lease that ran out is free");
        store.release_lease("jobs", "a").unwrap();
        assert_eq!(store.lease("jobs").unwrap().unwrap().0, "b", "only the holder gives it back");
    });
}

fn filled(store: &Store) {
    store.set_company(&company()).unwrap();
    store.add_staff("Ann", "ann@firm.fr", Role::Administrator, None, Some("h"), now()).unwrap();
    let rows = vec![
        describes(
            "C1",
            &[(Attribute::Name, "Tab\there, line\nthere, back\\slash"), (Attribute::City, "Évry")],
        ),
        sale("C1", on(2026, 1, 5), "A1", "lamp", 4_000),
        sale("", on(2026, 1, 6), "A2", "\\N", 1_000),
    ];
    import(store, "shop", "orders.csv", rows);
    store.link(now(), |_, _| Ok(())).unwrap();
}

#[test]
fn a_backup_restores_everything_on_either_database() {
    let folder = tempfile::tempdir().unwrap();
    each_store(|store| {
        filled(store);
        let file = folder.path().join("base.backup");
        let written = store.backup(&file, |_| Ok(())).unwrap();
        assert!(written.rows() > 8);
        each_location(|target| {
            assert_eq!(store::restore(&file, target, |_| Ok(())).unwrap(), written);
            let restored = Store::open(target).unwrap();
            assert_eq!(restored.company().unwrap(), Some(company()));
            let house = Reader::house();
            let page = |store: &Store| store.customer(&house, 1, today()).unwrap().unwrap();
            assert_eq!(page(&restored), page(store));
            assert!(
                page(&restored).attributes.iter().any(|a| a.value == "Tab\there, line\nthere, back\\slash")
            );
            assert!(restored.doctor(today()).unwrap().is_healthy());
            // Life goes on: the next import takes fresh numbers.
            let (_, counts) =
                import(&restored, "shop", "more.csv", vec![sale("C2", now(), "A9", "desk", 10)]);
            assert_eq!(counts.created, 1);
            let again = store::restore(&file, target, |_| Ok(()));
            assert!(matches!(again, Err(Error::Refused(_))), "a base in place is never overwritten");
        });
        std::fs::remove_file(&file).unwrap();
    });
}

/// Once another currency merely relabelled every amount.
#[test]
fn a_company_with_sales_keeps_its_currency() {
    each_store(|store| {
        let pounds = Company { name: "Lamps Ltd".into(), currency: Currency::GBP };
        store.set_company(&company()).unwrap();
        store.set_company(&pounds).unwrap();
        store.set_company(&company()).unwrap();
        assert!(!store.is_currency_fixed().unwrap());
        filled(store);
        assert!(store.is_currency_fixed().unwrap());
        assert!(matches!(store.set_company(&pounds), Err(Error::CurrencyStays { .. })));
        assert_eq!(store.company().unwrap(), Some(company()));
        store.set_company(&Company { name: "Lampes".into(), ..company() }).unwrap();
    });
}

fn paid_in(currency: Currency, customer: &str) -> store::Entry {
    let mut entry = sale(customer, now(), "A1", "lamp", 4_000);
    let Some(ledger::Fact { body: ledger::FactBody::Sale(line), .. }) = &mut entry.fact else {
        panic!("a sale is a sale")
    };
    line.amount = ledger::Money::new(4_000, currency);
    entry
}

/// Once the first run made euros of a base of pounds: nothing kept a currency in which there was no sale.
#[test]
fn sales_in_another_currency_decide_what_the_company_counts_in() {
    each_store(|store| {
        let us_dollars = Currency::parse("USD").unwrap();
        let counts_in = |currency| store.set_company(&Company { currency, ..company() });
        assert_eq!((store.settled_currencies().unwrap(), store.has_facts().unwrap()), (vec![], false));
        let (pounds, _) =
            import(store, "shop", "uk.csv", vec![paid_in(Currency::GBP, "C1"), paid_in(Currency::GBP, "C2")]);
        assert!(store.has_facts().unwrap() && store.is_currency_fixed().unwrap());
        assert!(matches!(counts_in(Currency::EUR), Err(Error::CurrencyStays { .. })));
        assert_eq!(store.settle_currency().unwrap(), Currency::GBP, "nobody has set the base up");
        assert_eq!(store.company().unwrap().unwrap().currency, Currency::GBP);
        let (dollars, _) = import(store, "till", "us.csv", vec![paid_in(us_dollars, "C1")]);
        assert!(
            matches!(counts_in(us_dollars), Err(Error::CurrencyStays { .. })),
            "there are sales in pounds"
        );
        store.undo_import(pounds, now(), |_| Ok(())).unwrap();
        assert_eq!(store.settled_currencies().unwrap(), [us_dollars]);
        counts_in(us_dollars).unwrap();
        store.undo_import(dollars, now(), |_| Ok(())).unwrap();
        assert!(!store.is_currency_fixed().unwrap() && !store.has_facts().unwrap());
        counts_in(Currency::EUR).unwrap();
        store.add_staff("Ann", "ann@firm.fr", Role::Administrator, None, Some("h"), now()).unwrap();
        import(store, "shop", "uk.csv", vec![paid_in(Currency::GBP, "C1")]);
        assert_eq!(store.settle_currency().unwrap(), Currency::EUR, "somebody chose euros");
    });
}

#[test]
fn somebody_disabled_is_out_and_the_last_administrator_stays() {
    each_store(|store| {
        let ann = store.add_staff("Ann", "ann@firm.fr", Role::Administrator, None, Some("h"), now()).unwrap();
        let bea = store.add_staff("Bea", "bea@firm.fr", Role::Seller, Some("Bea B."), None, now()).unwrap();
        let change = |role, disabled| StaffChange { role, owner_name: None, disabled };
        let put = |id, role, disabled| store.put_staff(id, &change(role, disabled), later(60)).unwrap();
        for (role, disabled) in [(Role::Seller, false), (Role::Administrator, true)] {
            assert_eq!(put(ann.id, role, disabled), Changed::NoAdministratorLeft);
        }
        assert_eq!(store.staff(ann.id).unwrap(), Some(ann.clone()), "a refusal changes nothing");
        for nobody in [0, -1, 99] {
            assert_eq!(put(nobody, Role::Seller, true), Changed::Nobody);
        }
        let Changed::To(bea) = put(bea.id, Role::Administrator, false) else { panic!("Bea may be promoted") };
        assert_eq!((bea.role, bea.owner_name.as_deref()), (Role::Administrator, None));
        store.add_session("s", ann.id, now(), later(1_000)).unwrap();
        store.add_one_time_token("t", OneTimePurpose::SignIn, Some(ann.id), later(1_000)).unwrap();
        let Changed::To(out) = put(ann.id, Role::Administrator, true) else { panic!("Bea is left") };
        assert_eq!(out.disabled_at, Some(later(60)));
        assert_eq!(store.session("s", now()).unwrap(), None);
        assert_eq!(store.take_one_time_token("t", OneTimePurpose::SignIn, now()).unwrap(), None);
        assert_eq!(put(bea.id, Role::Seller, false), Changed::NoAdministratorLeft, "Ann is disabled");
        let Changed::To(back) = put(ann.id, Role::Administrator, false) else { panic!("Ann may come back") };
        assert_eq!(
            (back.disabled_at, store.session("s", now()).unwrap()),
            (None, None),
            "with a new session"
        );
    });
}

/// Once the doctor said that a statement was refused, and not what to do.
#[test]
fn a_damaged_base_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("base.db");
    {
        let store = Store::open(&Location::File(file.clone())).unwrap();
        filled(&store);
    }
    let mut bytes = std::fs::read(&file).unwrap();
    let from = 5 * 4_096;
    assert!(bytes.len() > from + 4_096);
    bytes[from..].fill(0xa5);
    std::fs::write(&file, bytes).unwrap();
    let told = match Store::open(&Location::File(file)).and_then(|store| store.doctor(today())) {
        Ok(report) => {
            report.findings.into_iter().filter_map(|finding| finding.problem).collect::<Vec<_>>().join("\n")
        }
        Err(error) => error.to_string(),
    };
    assert!(told.contains("damaged") && told.contains("restore"), "{told}");
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Location::File(folder.path().join("base.db"))).unwrap();
    filled(&store);
    let file = folder.path().join("base.backup");
    store.backup(&file, |_| Ok(())).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let target = folder.path().join("new.db");
    let broken = folder.path().join("broken");
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x40;
    for bytes in [&whole[..whole.len() / 2], &whole[..40], b"no backup at all", b"", &flipped] {
        std::fs::write(&broken, bytes).unwrap();
        let refused = store::restore(&broken, &Location::File(target.clone()), |_| Ok(()));
        assert!(matches!(refused, Err(Error::Backup(_))), "{refused:?}");
        assert!(!target.exists());
    }
}

#[test]
fn the_doctor_finds_what_was_tampered_with() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("base.db");
    let store = Store::open(&Location::File(file.clone())).unwrap();
    filled(&store);
    assert!(store.doctor(today()).unwrap().is_healthy());
    let tamper = |sql: &str| {
        let connection = rusqlite::Connection::open(&file).unwrap();
        connection.execute_batch(sql).unwrap();
        let report = store.doctor(today()).unwrap();
        report.findings.iter().filter(|finding| finding.problem.is_some()).count()
    };
    assert_eq!(tamper("update import set created = created + 1"), 1);
    assert_eq!(tamper("update import set created = created - 1; delete from record where key = 'C1'"), 2);
}

#[test]
fn a_base_of_a_newer_version_or_of_somebody_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("base.db");
    drop(Store::open(&Location::File(file.clone())).unwrap());
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.execute_batch("insert into clientela_schema (version) values (99)").unwrap();
    assert!(matches!(Store::open(&Location::File(file)), Err(Error::Newer { found: 99, .. })));
    let other = folder.path().join("other.db");
    rusqlite::Connection::open(&other).unwrap().execute_batch("create table t (x)").unwrap();
    assert!(matches!(Store::open(&Location::File(other)), Err(Error::NotOurs(_))));
    let text = folder.path().join("text.db");
    std::fs::write(&text, "this is a letter, not a database, and long enough to show it").unwrap();
    assert!(matches!(Store::open(&Location::File(text)), Err(Error::NotOurs(_) | Error::Unreachable { .. })));
}

/// Does to a base, behind the store's back, what these statements say.
fn meddle(location: &Location, sql: &str) {
    match location {
        Location::File(file) => rusqlite::Connection::open(file).unwrap().execute_batch(sql).unwrap(),
        Location::Postgres(url) => {
            postgres::Client::connect(url, postgres::NoTls).unwrap().batch_execute(sql).unwrap()
        }
    }
}

/// What the first version left.
const SCHEMA_1: &str =
    concat!(include_str!("../migrations/0001_house.sql"), include_str!("first_schema.sql"));

#[test]
fn an_older_base_is_kept_as_it_was_before_it_is_upgraded() {
    each_location(|location| {
        meddle(location, SCHEMA_1);
        let facts = |store: &Store| store.sources().unwrap().iter().map(|source| source.facts).sum::<i64>();
        let folder = tempfile::tempdir().unwrap();
        if matches!(location, Location::Postgres(_)) {
            let refused = Store::open(location).err().expect("there is no folder for a backup");
            assert!(refused.to_string().contains("must be upgraded"), "{refused}");
        }
        let store = Store::open_keeping(location, folder.path()).unwrap();
        let upgrade = store.upgrade().expect("the base was older").clone();
        assert_eq!((upgrade.from, upgrade.to), (1, store::SCHEMA_VERSION));
        assert_eq!(facts(&store), 1);
        assert!(store.doctor(today()).unwrap().is_healthy());
        drop(store);
        assert_eq!(Store::open(location).unwrap().upgrade(), None, "once is enough");

        assert_eq!(upgrade.backup.parent(), Some(folder.path()));
        let kept = match location {
            Location::File(_) => {
                let copy = rusqlite::Connection::open(&upgrade.backup).unwrap();
                let newest =
                    copy.query_row("select max(version) from clientela_schema", [], |row| row.get(0));
                assert_eq!(newest, Ok(1), "the copy is of the time before");
                Location::File(upgrade.backup)
            }
            Location::Postgres(_) => {
                let kept = Location::File(folder.path().join("kept.db"));
                store::restore(&upgrade.backup, &kept, |_| Ok(())).unwrap();
                kept
            }
        };
        assert_eq!(facts(&Store::open(&kept).unwrap()), 1);
    });
}

#[test]
fn a_base_set_up_by_another_build_is_refused_and_left_alone() {
    each_location(|location| {
        assert_eq!(Store::open(location).unwrap().upgrade(), None, "an empty place has nothing to lose");
        meddle(location, "update clientela_schema set checksum = '00000000deadbeef' where version = 1");
        let refused = Store::open(location).err().expect("the first migration was another one");
        assert!(matches!(refused, Error::OtherSchema { version: 1, .. }), "{refused:?}");
        let said = refused.to_string();
        for part in ["its migration 1", "00000000deadbeef there", "nothing was changed", "Make a backup"] {
            assert!(said.contains(part), "{said}");
        }
        let place = match location {
            Location::File(file) => file.display().to_string(),
            Location::Postgres(url) => url.clone(),
        };
        assert!(said.starts_with(&place), "{said}");
    });
}

/// Who is like whom is told alike of all customers and of one; of what several records say the first counts.
#[test]
fn origins_tell_sources_country_line_of_business_and_credit_limit() {
    each_store(|store| {
        store.set_company(&company()).unwrap();
        let ann = [
            (Attribute::Email, "ann@firm.fr"),
            (Attribute::Country, "FR"),
            (Attribute::Industry, "Bakery"),
            (Attribute::Kind, "organisation"),
        ];
        let again = [
            (Attribute::Email, "ann@firm.fr"),
            (Attribute::Industry, "Café"),
            (Attribute::CreditLimit, "5000.00"),
        ];
        // Somebody who only speaks of it.
        let bert = [(Attribute::Name, r#"Bert "industry" \ de Wit"#), (Attribute::Country, "BE")];
        import(store, "fair", "a.csv", vec![describes("A", &ann), describes("B", &bert)]);
        import(store, "web", "b.csv", vec![describes("W", &again)]);
        store.link(now(), |_, _| Ok(())).unwrap();
        let mut all = Vec::new();
        let row = |origin: &store::Origin<'_>| {
            let texts = [Some(origin.sources), origin.country, origin.industry, origin.credit_limit];
            (origin.customer, origin.kind, texts.map(|text| text.map(str::to_string)))
        };
        store.each_origin(|origin| all.push(row(origin))).unwrap();
        let told: Vec<_> =
            all.iter().map(|(_, kind, texts)| (*kind, texts.each_ref().map(Option::as_deref))).collect();
        assert_eq!(told.len(), 2);
        assert!(
            told.contains(&(Some(2), [Some("fair\nweb"), Some("FR"), Some("Bakery"), Some("5000.00")])),
            "{told:?}"
        );
        assert!(told.iter().any(|(_, texts)| *texts == [Some("fair"), Some("BE"), None, None]), "{told:?}");
        let mut one = Vec::new();
        for (customer, ..) in &all {
            store.origin_of(*customer, |origin| one.push(row(origin))).unwrap();
        }
        assert_eq!(one, all);
        store.origin_of(9_999, |_| panic!("nobody has this number")).unwrap();
    });
}
